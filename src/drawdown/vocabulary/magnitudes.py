"""How large a number may be, and why: what the world itself does not exceed. Beyond it a number is a slip of the pen, in any war.

The bounds also keep every product that the program forms far from what a float32 holds (3e38).
"""

from __future__ import annotations

from dataclasses import dataclass

MOST_RESIDENTS = 1e10
MOST_ARMED = 2e7
MOST_FALLEN = 1e8
MOST_KM = 40_075.0
MOST_A_WEEK = 1e5
MOST_WEEKS_LEFT = 10_000.0
MOST_YEARS = 200.0
MOST_OF_ANY_UNIT = 1e12  # where no unit says more: its cube is still held by the float32 of the program


@dataclass(frozen=True, slots=True)
class Limit:
    """A bound of what is counted in `unit`, and the sentence that a reader is told beyond it."""

    unit: str
    most: float
    reason: str


_WORST_WEEKS = "The worst weeks in a coalition's log, of a country of 27 million, had fewer than 2,000 attacks."
LIMITS: tuple[Limit, ...] = (
    Limit("persons", MOST_RESIDENTS, "The whole world has about 8 thousand million people."),
    Limit("persons", MOST_ARMED, "The largest forces ever, in 1945, had about 12 million."),
    Limit("persons", MOST_FALLEN, "All armies together lost 20 to 25 million in the Second World War."),
    Limit("km", MOST_KM, "It is once around the earth."),
    Limit("attacks per week", MOST_A_WEEK, _WORST_WEEKS),
    Limit("incidents per week", MOST_A_WEEK, _WORST_WEEKS),
    Limit("weeks", MOST_WEEKS_LEFT, "It is about 190 years."),
    Limit("years", MOST_YEARS, "The longest wars lasted a little more than a hundred."),
)


def reason(unit: str, most: float) -> str:
    """Why nothing counted in the unit is larger than that; nothing where the bound is one of definition."""
    return next((limit.reason for limit in LIMITS if (limit.unit, limit.most) == (unit, most)), "")
