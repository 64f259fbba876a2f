"""How large a number may be, and why: what the world itself does not exceed. Beyond it a number is a slip of the pen, in any war."""

from __future__ import annotations

import math
from collections.abc import Mapping

from drawdown.state import MOST_A_WEEK, MOST_FALLEN, MOST_KM, MOST_RESIDENTS, MOST_WEEKS_LEFT, MOST_YEARS

# The bounds themselves stand with the variables (drawdown.state); this is what a message says of them.
REASONS: Mapping[str, str] = {
    "population": "The whole world has about 8 thousand million people.",
    "strength": "The largest forces ever, in 1945, had about 12 million.",
    "the level of an order": "The largest forces ever, in 1945, had about 12 million.",
    "losses_before": "All armies together lost 20 to 25 million in the Second World War.",
    "adjacency": "It is once around the earth.",
    **dict.fromkeys(
        ("attack_rate", "fatal_rate", "bombing_rate", "rivalry_rate"), "All of Iraq had fewer than 2,000 attacks a week at its worst."
    ),
    "leader_term": "It is about 190 years.",
    "truce_at_origin": "It is about 190 years.",
}
# For parameters that declare no upper bound themselves (those of the package all do; a mechanism from elsewhere need not).
BY_UNIT: Mapping[str, float] = {
    "persons": MOST_RESIDENTS,
    "persons per week": MOST_RESIDENTS,
    "deaths": MOST_FALLEN,
    "km": MOST_KM,
    "per week": MOST_A_WEEK,
    "weeks": MOST_WEEKS_LEFT,
    "years": MOST_YEARS,
    "share": 1.0,
}
MOST_OF_ANY_UNIT = 1e12  # where no unit says more: its cube is still held by the float32 of the program (3e38)


def bounds_of(unit: str, low: float, high: float) -> tuple[float, float]:
    """Declared bounds, with those of the unit where there are none."""
    most = BY_UNIT.get(unit, MOST_OF_ANY_UNIT)
    return low if math.isfinite(low) else -MOST_OF_ANY_UNIT, high if math.isfinite(high) else most


def reason(name: str, high: float, value: float) -> str:
    """Why `value` is too much for the variable or level of that name; nothing where it is not, or the bound is one of definition."""
    return REASONS.get(name, "") if value > high else ""
