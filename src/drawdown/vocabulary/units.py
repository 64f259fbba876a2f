"""Units: everything that follows from what a number counts. No other room asks what a unit is called.

- how an uncertain number is drawn (`scale`: a range is normal on the logarithm, on the log odds, or as it stands);
- how members become one (`adds_up` over places, and over anything else; `parts` of one whole over actors), and whether it is a `flow`,
  counted anew every week, or a level that stays;
- how it is counted in histograms and kept (`bins`, `half`);
- how much of it there can be anywhere (`most`), and of what there is only so much in one country (`counts`).

A variable or parameter whose unit is not in the table is a ModelError that names the nearest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from drawdown.errors import expected_one_of
from drawdown.vocabulary.magnitudes import (
    MOST_A_WEEK,
    MOST_FALLEN,
    MOST_KM,
    MOST_OF_ANY_UNIT,
    MOST_RESIDENTS,
    MOST_WEEKS_LEFT,
    MOST_YEARS,
)

Scale = Literal["log", "logit", "linear"]
Counted = Literal["people", "attacks", "weeks", ""]
Fold = Literal["sum", "mean", "max", "min", "residents"]


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit. `bins`: lowest and highest value told apart, by equal ratios where nothing bounds a quantity; None: equal steps.

    `half`: three digits suffice, so a quantity with small bounds is kept as float16. `percent`: a number of 2 to 100
    was meant as a percentage.
    """

    name: str
    scale: Scale = "linear"
    adds_up: bool = False
    parts: bool = False
    flow: bool = False
    bins: tuple[float, float] | None = None
    half: bool = False
    most: float = MOST_OF_ANY_UNIT
    counts: Counted = ""
    percent: bool = False
    words: str = ""

    @property
    def told(self) -> str:
        """What it is called where a person reads it."""
        return self.words or self.name

    @property
    def total(self) -> str:
        """What its weeks add up to: `recorded deaths` of `deaths per week`."""
        return self.told.removesuffix(" per week")


_PEOPLE = (1.0, 1e8)
_MOVING = (0.1, 1e7)
_EVENTS = (0.01, 1e5)
_RECORDED = "recorded deaths per week"  # every simulated death is one at the level that records count (drawdown.observe.level)

UNITS: Mapping[str, Unit] = {
    one.name: one
    for one in (
        # Counts: they add up over places, actors and types. A level stays from week to week, what is counted `per week` is counted anew.
        Unit("persons", "log", adds_up=True, bins=_PEOPLE, most=MOST_RESIDENTS, counts="people"),
        Unit("persons per week", "log", adds_up=True, flow=True, bins=_MOVING, most=MOST_RESIDENTS, counts="people"),
        Unit("deaths", "log", adds_up=True, bins=_EVENTS, most=MOST_FALLEN, counts="people", words="recorded deaths"),
        Unit("deaths per week", "log", adds_up=True, flow=True, bins=_EVENTS, most=MOST_FALLEN, counts="people", words=_RECORDED),
        Unit("attacks per week", "log", adds_up=True, flow=True, bins=_EVENTS, most=MOST_A_WEEK, counts="attacks"),
        Unit("incidents per week", "log", adds_up=True, flow=True, bins=_EVENTS, most=MOST_A_WEEK, counts="attacks"),
        # Rates and hazards of one place, actor or person: no sum of them means anything.
        Unit("per week", "log", bins=_EVENTS, most=MOST_A_WEEK),
        Unit("per year", "log", bins=_EVENTS),
        Unit("persons per death"),
        Unit("per 1,000"),
        Unit("per 100,000"),
        # Parts of a whole: they add up over actors, and are means over residents elsewhere.
        Unit("share", "logit", parts=True, half=True, most=1.0, percent=True),
        Unit("share per week", parts=True, flow=True, half=True, most=1.0, percent=True),
        Unit("share per year"),
        Unit("index", half=True),
        Unit("index per week"),
        Unit("index per year"),
        Unit("ratio", "log", bins=(1e-3, 1e3)),
        Unit("log ratio"),
        Unit("log ratio per week"),
        Unit("weeks", "log", bins=(0.5, 1e4), most=MOST_WEEKS_LEFT, counts="weeks"),
        Unit("years", "log", bins=(0.1, 1e3), most=MOST_YEARS),
        Unit("km", "log", bins=(0.1, 1e4), most=MOST_KM),
    )
}


def unit_of(name: str) -> Unit:
    """The unit of that name. One that is not in the table says nothing: only a mechanism that is not at hand has any."""
    return UNITS.get(name) or Unit(name)


def fault(name: str) -> str:
    """What is wrong with a unit that somebody declares; nothing where the table holds it."""
    return "" if name in UNITS else f"unknown unit: {expected_one_of(name, UNITS, shown=len(UNITS))}"


def is_percent(name: str, written: str) -> bool:
    """Whether a unit was written that is a percentage where a share was expected."""
    return unit_of(name).percent and written in ("percent", "%", "per cent")


def scale_of(name: str, low: float, high: float) -> Scale:
    """The scale on which a range is normal: that of the unit where it can hold the range, else linear."""
    scale = unit_of(name).scale
    possible = {"log": low > 0, "logit": low > 0 and high < 1, "linear": True}[scale]
    return scale if possible else "linear"


def bounds_of(name: str, low: float, high: float) -> tuple[float, float]:
    """Declared bounds, with those of the unit where there are none."""
    infinite = float("inf")
    return (low if low > -infinite else -MOST_OF_ANY_UNIT, high if high < infinite else unit_of(name).most)


def fold_of(name: str, dimension: str) -> Fold:
    """How members become one where nothing else is said: what adds up is summed, parts of one whole over actors too.

    Over places and communities the rest is a mean weighted by residents, over any other dimension a plain mean.
    """
    found = unit_of(name)
    if found.adds_up:
        return "sum"
    if dimension in ("place", "community"):
        return "residents"
    return "sum" if found.parts and dimension in ("actor", "target") else "mean"
