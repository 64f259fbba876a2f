"""Standing at an earlier date: the scenario as it could have been written then, its simulated weeks, and the weeks that were recorded.

A scenario of a country with a case (`drawdown.cases`) has its initial tables estimated again at the date; any other keeps its tables, and
its data are a `deaths.csv` with, if there is one, an `attacks.csv` (`drawdown.cases.recorded`). No row is used that was known only after
the date; where a cell has no row by then, its earliest one stands in, and is counted.
"""

from __future__ import annotations

import csv
import json
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from drawdown.calibrate.tables import write_tables
from drawdown.cases.recorded import OwnTables, recorded
from drawdown.errors import DrawdownError
from drawdown.evaluate.record import Record
from drawdown.scenario.grammar import NUMBER_COLUMNS
from drawdown.vocabulary.incident_kinds import SMALL_INCIDENTS

if TYPE_CHECKING:
    from drawdown.cases.case import Case, Recorded
    from drawdown.engine import Batch, Engine
    from drawdown.scenario.model import Plan, Scenario

Floats = NDArray[np.float64]
# What runs on while nothing is ordered: the plan of every hindcast, since what was ordered later was not known.
AS_IT_STOOD = "as-it-stood"


class HindcastError(DrawdownError):
    """A scenario cannot be put back to a date with these data; the message says why."""


@dataclass(frozen=True, slots=True)
class Study:
    """A scenario folder, the folder of its data, and the case of its country, if there is one.

    `work` holds the scenarios rewritten for earlier dates.
    """

    folder: Path
    data: Path
    work: Path
    case: Case | None

    @property
    def recorded(self) -> Recorded:
        """What was recorded; the user's own tables come before the case's files. Raises FoldError where there is neither."""
        return recorded(self.data, self.case)

    def at(self, origin: date, weeks: int, patches: Sequence[Path] = ()) -> Scenario:
        """The scenario as of `origin`, running `weeks` weeks from it."""
        from drawdown.scenario.load import load

        return load(self.rewritten(origin, weeks), patches=[p.resolve() for p in patches], as_of=origin)

    def rewritten(self, origin: date, weeks: int) -> Path:
        """A copy of the scenario folder with another origin, without plans and claims, its tables estimated again where data allow."""
        made = self.work / "scenarios" / f"{self.folder.name}_{origin}_{weeks}w"
        if made.exists():
            return made
        part = made.with_name(made.name + ".part")
        shutil.rmtree(part, ignore_errors=True)
        shutil.copytree(self.folder, part, ignore=shutil.ignore_patterns("plans", "claims.yaml", "signs.yaml", "patches"))
        head = part / "scenario.yaml"
        text = head.read_text(encoding="utf-8")
        text, found = re.subn(r"(?m)^origin:.*$", f"origin: {origin}", text)
        text, weeks_found = re.subn(r"(?m)^weeks:.*$", f"weeks: {weeks}", text)
        if found != 1 or weeks_found != 1:
            raise HindcastError(f"{head.name} has {found} line(s) 'origin:' and {weeks_found} 'weeks:'; expected one of each")
        head.write_text(text, encoding="utf-8")
        (part / "plans").mkdir()
        (part / "plans" / f"{AS_IT_STOOD}.yaml").write_text(
            f"id: {AS_IT_STOOD}\ntitle: As it stood\nsentence: Nothing is ordered beyond what stood at the origin.\norders: []\n",
            encoding="utf-8",
        )
        if self.case is not None and not isinstance(self.recorded, OwnTables):
            write_tables(self.case.tables(self.data, origin), part, self.case.replaces)
        moved = {file.stem: _redate(file, origin) for file in sorted((part / "tables").glob("*.csv"))}
        made.with_name(f"{made.name}-stand-ins.json").write_text(json.dumps({k: v for k, v in moved.items() if v}, indent=2) + "\n")
        part.replace(made)
        return made


def _redate(file: Path, origin: date) -> int:
    """Let each cell's earliest row stand in where none was known or applied by `origin`; the number of such cells."""
    lines = [line for line in file.read_text(encoding="utf-8").splitlines() if line.strip() and not line.startswith("#")]
    rows = list(csv.DictReader(lines))
    if not rows or not {"known_on", "applies_from"} & set(rows[0]):
        return 0
    dims = [c for c in rows[0] if c not in NUMBER_COLUMNS]
    cells: dict[tuple[str, ...], list[dict[str, str]]] = {}
    for row in rows:
        cells.setdefault(tuple(row[d] for d in dims), []).append(row)
    moved, kept = 0, []
    for each in cells.values():
        due = [max((row.get("known_on") or "")[:10], (row.get("applies_from") or "")[:10]) for row in each]
        usable = [row for row, day in zip(each, due, strict=True) if day <= str(origin)]
        if not usable:
            moved += 1
            # Rival estimates stand in together; of plain rows the earliest does.
            usable = [row for row, day in zip(each, due, strict=True) if row.get("weight") or day == min(due)]
            for row in usable:
                row.update({c: str(origin) for c in ("known_on", "applies_from") if row.get(c)})
        kept += _rescaled(usable)
    with file.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(kept)
    return moved


def _rescaled(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """Rival estimates of which some are not known yet: the weights of those that are, made to sum to one; only the latest that apply."""
    if not any(row.get("weight") for row in rows):
        return rows
    latest = max(row.get("applies_from") or "" for row in rows)
    last = [row for row in rows if (row.get("applies_from") or "") == latest]
    total = sum(float(row["weight"] or 1.0) for row in last)
    return [row | {"weight": f"{float(row['weight'] or 1.0) / total:.6g}"} for row in last]


def admin1(scenario: Scenario) -> tuple[tuple[str, ...], Floats]:
    """Names of the admin-1 units in order, and the matrix (unit, place) that adds a scenario's places up to them."""
    names = tuple(sorted({p.admin1 for p in scenario.places}))
    matrix = np.array([[float(p.admin1 == name) for p in scenario.places] for name in names])
    return names, matrix


def _sum_places(matrix: Floats, series: Floats | NDArray[np.float32]) -> Floats:
    return np.asarray(np.einsum("gp,wp...->wg...", matrix, series), dtype=np.float64)


def read_batch(batch: Batch, scenario: Scenario, weeks: int, foreign: str | None = None) -> Record:
    """What a source that counts civilian deaths would have recorded of a batch, by admin-1 unit. `foreign`: the actor whose dead count."""
    names, matrix = admin1(scenario)
    unit = matrix.argmax(axis=0)
    shape = (weeks, len(names), len(batch.futures))
    rows = batch.incidents
    order = np.argsort(batch.futures)
    column = order[np.searchsorted(batch.futures, rows.future, sorter=order)]
    single = (rows.deaths_civilians > 0) & (rows.incidents == 1) & (rows.week < weeks) & (rows.kind != SMALL_INCIDENTS)
    cell = (rows.week[single].astype(int), unit[rows.place[single]], column[single])
    incidents, largest = np.zeros(shape), np.zeros(shape)
    np.add.at(incidents, cell, 1.0)
    np.maximum.at(largest, cell, rows.deaths_civilians[single].astype(float))
    # Of the small incidents no more than they have dead civilians can have killed one.
    few = np.minimum(batch.minor["small_incidents"], batch.minor["small_dead_civilians"])[:weeks].sum(axis=2)
    incidents += _sum_places(matrix, few)
    kinds = [a.kind == "foreign" and (foreign is None or a.id == foreign) for a in scenario.actors]
    return Record(
        names,
        _sum_places(matrix, batch.series["civilian_deaths"][:weeks]),
        incidents,
        largest,
        _sum_places(matrix, batch.series["attacks"][:weeks]),
        np.asarray(batch.series["fallen"][:weeks][:, kinds].sum(axis=1), dtype=np.float64),
    )


def engine_for(scenario: Scenario, weeks: int) -> Engine:
    """An engine that runs `weeks` weeks of the scenario."""
    from drawdown.engine import Engine

    return Engine(scenario, weeks=weeks)


def batches(
    engine: Engine, plan: str | Plan, seed: int, futures: int, batch: int = 256, progress: Callable[[int], None] | None = None
) -> Iterator[Batch]:
    """Run futures 0 .. `futures`-1 in batches, one at a time in memory."""
    for first in range(0, futures, batch):
        ids = np.arange(first, min(first + batch, futures))
        yield engine.run(plan, seed, ids)
        if progress is not None:
            progress(int(ids[-1]) + 1)
