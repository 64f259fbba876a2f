"""The places of the scenario as the data know them, and the table of statements about them."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from drawdown.cases.statements import Statement, read

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class PlaceInData:
    """A place: its governorate as the data spell it, and, for a part of one that is a place of its own, `parent`, which is the rest of it.

    `district` is the part's district in ESOC's files; where that is wider than the place (that of Basra holds the airport), `box` (west,
    south, east, north) holds its attacks.
    """

    id: str
    admin1: str
    parent: str | None
    district: str
    box: tuple[float, float, float, float] | None


@cache
def places() -> tuple[PlaceInData, ...]:
    """All of them, in the order of `places.csv`."""
    with (HERE / "places.csv").open(newline="", encoding="utf-8") as stream:
        return tuple(
            PlaceInData(
                row["id"],
                row["admin1"],
                row["parent"] or None,
                row["district"],
                (float(row["west"]), float(row["south"]), float(row["east"]), float(row["north"])) if row["west"] else None,
            )
            for row in csv.DictReader(stream)
        )


def parts() -> tuple[PlaceInData, ...]:
    """Those that are a part of a governorate."""
    return tuple(place for place in places() if place.parent is not None)


@cache
def statements() -> tuple[Statement, ...]:
    """Who ruled where, who stood where, and who lives in the parts that no census tells: `statements.csv`."""
    return read(HERE / "statements.csv")
