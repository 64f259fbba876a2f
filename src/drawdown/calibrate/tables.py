"""Writes tables that a case estimated at a date into a scenario folder."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from drawdown.cases.rows import Row
from drawdown.scenario.grammar import NUMBER_COLUMNS


def write_tables(estimates: Mapping[str, Sequence[Row]], folder: str | Path, replaces: Mapping[str, Sequence[str]]) -> list[Path]:
    """Write rows into `folder`/tables, each variable in place of what stood there; `replaces` as in `drawdown.cases.case.Case`.

    Returns the files written.
    """
    written = []
    for variable, rows in estimates.items():
        path = Path(folder) / "tables" / f"{variable}.csv"
        made = [row.columns() for row in rows]
        kept: list[dict[str, str]] = []
        if path.exists():
            with path.open(newline="", encoding="utf-8") as stream:
                old = list(csv.DictReader(stream))
            agree = replaces.get(variable, ())
            spoken = {tuple(row[dimension] for dimension in agree) for row in made}
            kept = [row for row in old if tuple(row[dimension] for dimension in agree) not in spoken]
        columns = (*rows[0].of, *(c for c in NUMBER_COLUMNS if c != "weight" or any(row.get("weight") for row in (*kept, *made))))
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", newline="", encoding="utf-8") as stream:
            writer = csv.DictWriter(stream, columns, restval="", extrasaction="ignore", lineterminator="\n")
            writer.writeheader()
            writer.writerows([*made, *kept])
        written.append(path)
    return written
