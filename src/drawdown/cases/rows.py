"""Rows of a scenario's tables, as an estimate makes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from drawdown.scenario.grammar import NUMBER_COLUMNS


@dataclass(frozen=True, slots=True)
class Backing:
    """Unit and provenance of a number, as the columns of a table have them."""

    unit: str
    source: str
    locator: str
    grade: str
    known_on: date
    note: str = ""
    applies_from: date | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One number of a table: the members of the variable's dimensions, 5th, 50th and 95th percentile (or `best` alone), and its backing.

    Numbers are kept to five significant digits: more would pretend.
    """

    of: Mapping[str, str]
    best: float
    backing: Backing
    low: float | None = None
    high: float | None = None

    def __post_init__(self) -> None:
        for name in ("low", "best", "high"):
            value = getattr(self, name)
            object.__setattr__(self, name, None if value is None else float(f"{value:.5g}"))

    def columns(self) -> dict[str, str]:
        """The row as a table writes it: dimensions, then `drawdown.scenario.grammar.NUMBER_COLUMNS`."""
        numbers = {
            name: "" if value is None else str(value) for name, value in (("low", self.low), ("best", self.best), ("high", self.high))
        }
        told = self.backing
        words = {"weight": "", "unit": told.unit, "source": told.source, "locator": told.locator, "grade": told.grade, "note": told.note}
        dates = {"known_on": str(told.known_on), "applies_from": "" if told.applies_from is None else str(told.applies_from)}
        found = {**numbers, **words, **dates}
        return {**self.of, **{name: found[name] for name in NUMBER_COLUMNS}}
