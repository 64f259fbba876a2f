"""Whence forecasts are made: every January of every country with 100 deaths or more in the year before, and every recorded exit."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np

from drawdown.exam.outcomes import YEAR
from drawdown.exam.panel import Floats, Panel, world_folder
from drawdown.learned import posterior

FIRST_YEAR, LAST_YEAR = 1993, 2005
LEAST_DEATHS = 100
LAST_EXIT = np.datetime64("2009-12", "M")
# Outcomes are read to this month; what a fold learns from ends where the defaults of shipped scenarios may learn.
LAST_OUTCOME = np.datetime64("2010-12", "M")
LAST_LEARNT = np.datetime64("2007-08", "M")
FOLDS = 5


@dataclass(frozen=True, slots=True)
class Origin:
    """A country on the first of a month. `before`: deaths of the 12 months before, NaN where not all are recorded. `exit`: id, or empty."""

    iso3: str
    month: np.datetime64
    before: float
    exit: str = ""

    @property
    def id(self) -> str:
        return self.exit or f"{self.iso3}-{self.month}"

    @property
    def fold(self) -> int:
        return fold_of(self.iso3)


def fold_of(iso3: str) -> int:
    """The fold of a country: a checksum of its code, so that no other country, and no order of rows, can move it."""
    return posterior.fold_of(iso3, FOLDS)


def year_before(panel: Panel, iso3: str, month: np.datetime64) -> float:
    """Deaths of the 12 months before; NaN where one is not recorded."""
    past = panel.before(iso3, month)[-YEAR:]
    return float(past.sum()) if len(past) == YEAR else float("nan")


def januaries(panel: Panel, first: int = FIRST_YEAR, last: int = LAST_YEAR) -> tuple[Origin, ...]:
    """Every January of `first` to `last` of every country with LEAST_DEATHS or more in the year before, by country, then year."""
    found = []
    for iso3 in panel.deaths:
        for year in range(first, last + 1):
            month = np.datetime64(f"{year}-01", "M")
            before = year_before(panel, iso3, month)
            if before >= LEAST_DEATHS:
                found.append(Origin(iso3, month, before))
    return tuple(found)


def exits(panel: Panel, data: Path) -> tuple[Origin, ...]:
    """Every exit of `exit_outcomes.csv` to LAST_EXIT, on the first of its month. Those before the record have NaN deaths."""
    with (world_folder(data) / "exit_outcomes.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    made = []
    for row in rows:
        month = np.datetime64(row["exit_date"][:7], "M")
        if month <= LAST_EXIT and row["iso3"] in panel.deaths:
            made.append(Origin(row["iso3"], month, year_before(panel, row["iso3"], month), row["id"]))
    return tuple(made)


def outcome(panel: Panel, origin: Origin, months: int) -> Floats:
    """Months 1 .. `months` as they were recorded, NaN after LAST_OUTCOME and where there is no record."""
    found = panel.after(origin.iso3, origin.month, months)
    found[max(int((LAST_OUTCOME - origin.month).astype(int)) + 1, 0) :] = np.nan
    return found


def learnt(panel: Panel, fold: int) -> Mapping[str, Floats]:
    """The countries outside a fold, each from its first month to LAST_LEARNT."""
    return MappingProxyType(
        {iso3: panel.before(iso3, LAST_LEARNT + np.timedelta64(1, "M")) for iso3 in panel.deaths if fold_of(iso3) != fold}
    )


def cut(origins: Sequence[Origin], most: int) -> tuple[Origin, ...]:
    """At most `most` origins, spread over the list: for a quick look, not a sample that is fair to anyone."""
    if len(origins) <= most:
        return tuple(origins)
    return tuple(origins[int(i)] for i in np.linspace(0, len(origins) - 1, most).round())
