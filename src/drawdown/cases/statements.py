"""Statements as a table: what someone said of a place or a force, where, and which number of a scenario it sets.

A statement holds from `since` until a later one about the same cell, or until `until`; none is used at an origin on or before `since`.
Where a source gives words and no number, the number is a reading of them: grade C where it says the words, D where it does not.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar

from drawdown.cases.rows import Backing, Row
from drawdown.data.problems import DataError
from drawdown.errors import Problem, expected_one_of, quoted

DIMENSIONS = ("place", "actor", "community")
COLUMNS = (
    "sets",
    *DIMENSIONS,
    "low",
    "best",
    "high",
    "unit",
    "since",
    "until",
    "quotation",
    "source",
    "locator",
    "grade",
    "note",
)
GRADES = ("A", "B", "C", "D")
Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class Statement:
    """The variable that it sets and the cell of it, percentiles (5th, 50th, 95th, or `best` alone), and who said so, where, and when.

    `quotation` has the words as the source has them, where they are quoted; `locator` says where they stand, or what stands there.
    """

    sets: str
    of: Mapping[str, str]
    low: float | None
    best: float
    high: float | None
    unit: str
    since: date
    until: date | None
    quotation: str
    source: str
    locator: str
    grade: str
    note: str

    def holds(self, as_of: date) -> bool:
        """Whether it was known before `as_of` and had not run out."""
        return self.since < as_of and (self.until is None or as_of <= self.until)

    @property
    def where(self) -> str:
        """Where it stands, and the words: `paragraph 6: 'rules a sprawling section'`."""
        return f"{self.locator}: '{self.quotation}'" if self.quotation else self.locator

    def row(self) -> Row:
        """The row of its table that says what it says."""
        return Row(self.of, self.best, Backing(self.unit, self.source, self.where, self.grade, self.since, self.note), self.low, self.high)


def known(statements: Iterable[Statement], sets: str, as_of: date, **of: str) -> list[Statement]:
    """Statements that set a variable and hold at `as_of`, of these members, the latest of each cell, in the order of the table."""
    latest: dict[tuple[tuple[str, str], ...], Statement] = {}
    for said in statements:
        if said.sets != sets or not said.holds(as_of) or any(said.of.get(name) != member for name, member in of.items()):
            continue
        cell = tuple(said.of.items())
        if cell not in latest or said.since >= latest[cell].since:
            latest[cell] = said
    return list(latest.values())


def read(path: Path) -> tuple[Statement, ...]:
    """The statements of a table, in its order. Raises DataError with every line that is wrong."""
    with path.open(newline="", encoding="utf-8") as stream:
        rows = csv.DictReader(stream)
        if tuple(rows.fieldnames or ()) != COLUMNS:
            raise DataError.at(path, f"got the columns {', '.join(rows.fieldnames or ())}; expected {', '.join(COLUMNS)}.", line=1)
        found: list[Statement] = []
        problems: list[Problem] = []
        for row in rows:
            try:
                found.append(_statement(row))
            except (TypeError, ValueError) as wrong:
                problems.append(Problem(f"{wrong}.", file=str(path), line=rows.line_num))
    if problems:
        raise DataError(problems)
    return tuple(found)


def _statement(row: dict[str, str]) -> Statement:
    if None in row or None in row.values():
        raise ValueError(f"expected {len(COLUMNS)} cells")
    lacking = [name for name in ("sets", "best", "unit", "since", "source", "locator") if not row[name].strip()]
    if lacking:
        raise ValueError(f"{', '.join(lacking)}: got nothing")
    if row["grade"] not in GRADES:
        raise ValueError(f"grade: {expected_one_of(row['grade'], GRADES)}")
    if row["grade"] == "D" and not row["note"]:
        raise ValueError("note: got nothing; grade D needs the reason")
    low, best, high = (_cell(row, name, float, "a number") if row[name] else None for name in ("low", "best", "high"))
    if best is None or not all(math.isfinite(value) for value in (low, best, high) if value is not None):
        raise ValueError("low, best and high: expected finite numbers")
    if (low is None) != (high is None) or (low is not None and high is not None and not low <= best <= high):
        raise ValueError(f"low, best and high: got {low}, {best} and {high}; expected rising numbers, or best alone")
    since = _cell(row, "since", date.fromisoformat, "a date such as 2003-05-01")
    until = _cell(row, "until", date.fromisoformat, "a date such as 2003-05-01") if row["until"] else None
    if until is not None and until <= since:
        raise ValueError(f"until: got {until}, which is no later than since, {since}")
    of = {name: row[name] for name in DIMENSIONS if row[name]}
    words = (row["quotation"], row["source"], row["locator"], row["grade"], row["note"])
    return Statement(row["sets"], of, low, best, high, row["unit"], since, until, *words)


def _cell(row: Mapping[str, str], name: str, read_as: Callable[[str], Read], expected: str) -> Read:
    try:
        return read_as(row[name])
    except ValueError:
        raise ValueError(f"{name}: got {quoted(row[name])}; expected {expected}") from None
