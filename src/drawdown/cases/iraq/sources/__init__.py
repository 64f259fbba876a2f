"""Public sources of this country alone; `drawdown.data.sources` finds them."""
