"""Initial tables of the Iraq scenario, estimated from data before an origin, at whatever date that origin is.

``estimate(folder, as_of)`` reads the public data (data/README), keeps only what is dated before ``as_of``, and returns the rows of every
table that data can fill; ``write_tables`` writes them into a scenario folder. The scenario shipped for 3 September 2007 and the backtests
at earlier origins come from this one code. What data cannot tell, who rules a place, is a list of dated, sourced statements in
`drawdown.cases.iraq.statements`, and everything that is assumed says so in its note. How each table is made: `rates` (violence),
`people` (residents and communities), `forces` (forces and rule).
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from drawdown.cases.iraq.forces import (
    control_rows,
    deployment_rows,
    foreign_strength_rows,
    handed_over_rows,
    loss_rows,
)
from drawdown.cases.iraq.frames import NUMBER_COLUMNS, Frames, Row, read
from drawdown.cases.iraq.people import community_rows, mixing_rows, population_rows
from drawdown.cases.iraq.rates import attack_rows, bombing_rows, fatal_rows, rivalry_rows

# What an estimate replaces: by default every row of the variable; here only rows that agree with one of its own in these dimensions.
REPLACED_BY: Mapping[str, tuple[str, ...]] = {"deployment": ("actor",), "strength": ("actor",), "losses_before": ("home",)}


def estimate(data_folder: str | Path, as_of: date, weeks: int = 13) -> dict[str, list[Row]]:
    """Rows of every data-driven table at the origin `as_of`, from the `weeks` before it. Never reads past `as_of`."""
    return tables(read(Path(data_folder), as_of), weeks)


def tables(frames: Frames, weeks: int = 13) -> dict[str, list[Row]]:
    """The same from loaded frames; pure. Keys are variable names of `drawdown.state`; every row has `NUMBER_COLUMNS` and its dimensions."""
    population = population_rows(frames)
    shares = community_rows(frames)
    attacks = attack_rows(frames, weeks)
    return {
        "population": population,
        "community_share": shares,
        "mixing_at_origin": mixing_rows(frames, shares),
        "attack_rate": attacks,
        "fatal_rate": fatal_rows(frames, weeks),
        "bombing_rate": bombing_rows(frames, weeks),
        "rivalry_rate": rivalry_rows(frames),
        "strength": foreign_strength_rows(frames),
        "deployment": deployment_rows(frames),
        "losses_before": loss_rows(frames),
        "handed_over_at_origin": handed_over_rows(frames),
        "control_at_origin": control_rows(frames, population, shares, attacks),
    }


def write_tables(estimates: Mapping[str, Sequence[Row]], folder: str | Path) -> list[Path]:
    """Write rows into `folder`/tables, each variable in place of what stood there; see `REPLACED_BY`. Returns the files written."""
    written = []
    for variable, rows in estimates.items():
        path = Path(folder) / "tables" / f"{variable}.csv"
        dims = tuple(column for column in rows[0] if column not in NUMBER_COLUMNS)
        kept: list[Row] = []
        if path.exists():
            with path.open(newline="", encoding="utf-8") as stream:
                old = list(csv.DictReader(stream))
            agree = REPLACED_BY.get(variable, ())
            spoken = {tuple(str(row[d]) for d in agree) for row in rows}
            kept = [row for row in old if tuple(row[d] for d in agree) not in spoken]
        columns = (*dims, *(c for c in NUMBER_COLUMNS if c != "weight" or any(row.get("weight") for row in (*kept, *rows))))
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", newline="", encoding="utf-8") as stream:
            writer = csv.DictWriter(stream, columns, restval="", extrasaction="ignore", lineterminator="\n")
            writer.writeheader()
            writer.writerows([*rows, *kept])
        written.append(path)
    return written
