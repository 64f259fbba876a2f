"""How many orders a plan may have: the program has as many slots, and those that a plan leaves empty never start."""

from __future__ import annotations

ORDER_SLOTS = 16
