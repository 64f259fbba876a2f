"""How many futures the compiled program runs at once, padded where there are fewer: one width of array, so one rounding for any batch."""

from __future__ import annotations

TILE = 64
