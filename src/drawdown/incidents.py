"""Incidents as rows: who killed whom, where and when, in every future.

The deadliest incident of a week, place and kind has a row of its own if it killed MAJOR or more. The others of a place and type of
violence share one row a calendar month (``incidents`` says how many), under the pair that fought most in its deadliest week: a row for
every killing would be 2 GB a run, and three in five of them kill one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from drawdown.vocabulary.incident_kinds import BOMBING, CIVILIANS, CLASH, REPRISAL, ROGUE_ATTACK, SMALL_INCIDENTS
from drawdown.vocabulary.violence import ONE_SIDED, STATE_BASED, codes_of
from drawdown.world import Structure

# Weekly cells of the program that become rows: [place, violence] for clashes and small incidents, [place] for the others.
CELLS = (
    *("clash_dead_a", "clash_dead_b", "clash_dead_civilians", "clash_pair"),
    *("reprisal_dead", "reprisal_by", "bombing_dead", "bombing_by"),
    *("rogue_dead_own", "rogue_dead_target", "rogue_by", "rogue_target"),
    *("small_incidents", "small_dead_a", "small_dead_b", "small_dead_civilians", "small_side_a", "small_side_b"),
)


@dataclass(frozen=True)
class Incidents:
    """Columns of equal length. Places and actors are indices of the structure; `side_b` is CIVILIANS where the victims are.

    `week` is that of the incident, or the first week of the month (by the week's first day) of small incidents.
    """

    future: NDArray[np.uint32]
    week: NDArray[np.int16]
    place: NDArray[np.int16]
    side_a: NDArray[np.int16]
    side_b: NDArray[np.int16]
    violence: NDArray[np.int8]
    kind: NDArray[np.int8]
    incidents: NDArray[np.int16]
    deaths_a: NDArray[np.int16]
    deaths_b: NDArray[np.int16]
    deaths_civilians: NDArray[np.int16]

    def __len__(self) -> int:
        return len(self.future)

    @staticmethod
    def join(parts: Sequence[Incidents]) -> Incidents:
        """All rows of several tables, in order."""
        return Incidents(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Incidents)))


def extract(
    cells: Mapping[str, NDArray[Any]], futures: NDArray[np.uint32], structure: Structure, dates: NDArray[np.datetime64]
) -> Incidents:
    """Rows from the weekly cells [week, ..., future] of one tile, sorted by future, week, place and kind."""
    parts = [_empty()]
    if "clash_dead_a" in cells:
        parts.append(_clashes(cells, futures, structure))
    for kind, name in ((REPRISAL, "reprisal"), (BOMBING, "bombing")):
        if f"{name}_dead" in cells:
            w, p, f = np.nonzero(cells[f"{name}_dead"])
            dead = cells[f"{name}_dead"][w, p, f]
            parts.append(_rows(futures[f], w, p, cells[f"{name}_by"][w, p, f], CIVILIANS, ONE_SIDED, kind, 1, 0, 0, dead))
    if "rogue_by" in cells:
        w, p, f = np.nonzero(cells["rogue_dead_own"] + cells["rogue_dead_target"])
        own, theirs = cells["rogue_dead_own"][w, p, f], cells["rogue_dead_target"][w, p, f]
        sides = cells["rogue_by"][w, p, f], cells["rogue_target"][w, p, f]
        parts.append(_rows(futures[f], w, p, *sides, STATE_BASED, ROGUE_ATTACK, 1, own, theirs, 0))
    if "small_incidents" in cells:
        parts.append(_small(cells, futures, dates))
    rows = Incidents.join(parts)
    order = np.lexsort((rows.kind, rows.place, rows.week, rows.future))
    return Incidents(*(getattr(rows, f.name)[order] for f in fields(Incidents)))


def _clashes(cells: Mapping[str, NDArray[Any]], futures: NDArray[np.uint32], structure: Structure) -> Incidents:
    dead = [cells[f"clash_dead_{side}"] for side in ("a", "b", "civilians")]
    w, p, v, f = np.nonzero(dead[0] + dead[1] + dead[2])
    pair = cells["clash_pair"][w, p, v, f]
    return _rows(futures[f], w, p, structure.first[pair], structure.second[pair], codes_of(v), CLASH, 1, *(x[w, p, v, f] for x in dead))


def _small(cells: Mapping[str, NDArray[Any]], futures: NDArray[np.uint32], dates: NDArray[np.datetime64]) -> Incidents:
    """One row per month, place and type: sums over the month's weeks, sides of its deadliest week."""
    month = dates.astype("datetime64[M]").astype(int)
    starts = np.flatnonzero(np.diff(month, prepend=month[0] - 1))
    names = ("small_incidents", "small_dead_a", "small_dead_b", "small_dead_civilians")
    sums = {n: np.add.reduceat(cells[n], starts, axis=0) for n in names}
    m, p, v, f = np.nonzero(sums["small_incidents"])
    last = np.append(starts[1:], len(dates))
    killed = cells["small_dead_a"] + cells["small_dead_b"] + cells["small_dead_civilians"]
    worst = np.stack([start + np.argmax(killed[start:end], axis=0) for start, end in zip(starts, last, strict=True)])[m, p, v, f]
    sides = [cells[n][worst, p, v, f] for n in ("small_side_a", "small_side_b")]
    return _rows(futures[f], starts[m], p, *sides, codes_of(v), SMALL_INCIDENTS, *(sums[n][m, p, v, f] for n in names))


def _rows(future: NDArray[Any], *columns: Any) -> Incidents:
    """A table from columns in the order of the fields; scalars are spread."""
    types = (np.int16, np.int16, np.int16, np.int16, np.int8, np.int8, np.int16, np.int16, np.int16, np.int16)
    full = [np.broadcast_to(np.asarray(c), future.shape).astype(t) for c, t in zip(columns, types, strict=True)]
    return Incidents(future.astype(np.uint32), *full)


def _empty() -> Incidents:
    return _rows(np.zeros(0, np.uint32), *([0] * 10))
