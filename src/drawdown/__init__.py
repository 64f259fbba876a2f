"""drawdown: what happens when a foreign force or a peace mission leaves a contested state."""
