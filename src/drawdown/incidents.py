"""Incidents as rows: what killed whom, where, in which week of which future.

The program draws, for each week, place and pair, how many incidents killed, the deaths of the largest and of all. A row is either that
largest incident (``incidents == 1``) or the pair's remaining small incidents of the week together (``incidents == n``): one row per
killing would be 2 GB a run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from drawdown.world import Structure

CIVILIANS = -1
KINDS = ("clash", "reprisal", "bombing", "rogue attack")
STATE_BASED, NON_STATE, ONE_SIDED = 1, 2, 3

# Variables whose weekly cells become rows: [place, dyad] for clashes, [place, actor] for the others, [place] for targets.
CELLS = (
    "clash_incidents",
    "clash_largest",
    "clash_dead_a",
    "clash_dead_b",
    "clash_dead_civilians",
    "reprisal_incidents",
    "reprisal_largest",
    "reprisal_dead",
    "bombing_incidents",
    "bombing_largest",
    "bombing_dead",
    "rogue_incidents",
    "rogue_largest",
    "rogue_dead_own",
    "rogue_dead_target",
    "rogue_target",
)


@dataclass(frozen=True)
class Incidents:
    """Columns of equal length. Places and actors are indices of the structure; `side_b` is CIVILIANS where the victims are."""

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
        return Incidents(*(np.concatenate([getattr(p, name) for p in parts]) for name in Incidents.__dataclass_fields__))


def extract(cells: Mapping[str, NDArray[Any]], futures: NDArray[np.uint32], structure: Structure) -> Incidents:
    """Rows from the weekly cells [week, place, dyad or actor, future] of one tile, sorted by future, week and place."""
    state_side = (structure.foreign + structure.state)[:, 0] > 0
    first, second = structure.first, structure.second
    parts: list[Incidents] = []
    if "clash_incidents" in cells:
        w, p, d, f = np.nonzero(cells["clash_incidents"])
        sides = (first[d], second[d])
        violence = np.where(state_side[sides[0]] | state_side[sides[1]], STATE_BASED, NON_STATE)
        dead = [cells[f"clash_dead_{x}"][w, p, d, f] for x in ("a", "b", "civilians")]
        counts, largest = cells["clash_incidents"][w, p, d, f], cells["clash_largest"][w, p, d, f]
        parts += _split(futures[f], w, p, *sides, violence, 0, counts, largest, *dead)
    for kind, name in ((1, "reprisal"), (2, "bombing")):
        if f"{name}_incidents" in cells:
            w, p, a, f = np.nonzero(cells[f"{name}_incidents"])
            none = np.zeros(len(w), np.int16)
            counts, largest = cells[f"{name}_incidents"][w, p, a, f], cells[f"{name}_largest"][w, p, a, f]
            dead = cells[f"{name}_dead"][w, p, a, f]
            parts += _split(futures[f], w, p, a, none + CIVILIANS, none + ONE_SIDED, kind, counts, largest, none, none, dead)
    if "rogue_incidents" in cells:
        w, p, a, f = np.nonzero(cells["rogue_incidents"])
        none = np.zeros(len(w), np.int16)
        counts, largest = cells["rogue_incidents"][w, p, a, f], cells["rogue_largest"][w, p, a, f]
        dead = [cells[f"rogue_dead_{x}"][w, p, a, f] for x in ("own", "target")]
        parts += _split(futures[f], w, p, a, cells["rogue_target"][w, p, f], none + STATE_BASED, 3, counts, largest, *dead, none)
    if not parts:
        return Incidents(*(np.zeros(0, np.int16) for _ in Incidents.__dataclass_fields__))  # type: ignore[arg-type]  # an empty table
    rows = Incidents.join(parts)
    order = np.lexsort((rows.kind, rows.place, rows.week, rows.future))
    return Incidents(*(getattr(rows, name)[order] for name in Incidents.__dataclass_fields__))


def _split(
    future: NDArray[Any],
    week: NDArray[Any],
    place: NDArray[Any],
    side_a: NDArray[Any],
    side_b: NDArray[Any],
    violence: NDArray[Any],
    kind: int,
    counts: NDArray[Any],
    largest: NDArray[Any],
    *dead: NDArray[Any],
) -> list[Incidents]:
    """The largest incident of each cell, and the others of the cell where there are any; sides' deaths shared in proportion."""
    total = np.maximum(dead[0] + dead[1] + dead[2], 1)
    part = [(d.astype(np.int32) * largest // total).astype(np.int16) for d in dead]
    # What flooring lost goes to the side that lost most, as long as it has that many.
    short = (np.minimum(largest, total) - sum(part)).astype(np.int16)
    most = np.argmax(np.stack(dead), axis=0)
    part = [p + np.where(most == i, np.minimum(short, dead[i] - p), 0).astype(np.int16) for i, p in enumerate(part)]
    ones = np.ones_like(counts)
    kinds = np.full(len(week), kind, np.int8)

    def table(keep: NDArray[np.bool_], number: NDArray[Any], deaths: list[NDArray[Any]]) -> Incidents:
        small = (c[keep].astype(np.int16) for c in (week, place, side_a, side_b))
        return Incidents(
            future[keep].astype(np.uint32),
            *small,
            violence[keep].astype(np.int8),
            kinds[keep],
            number[keep].astype(np.int16),
            *(d[keep] for d in deaths),
        )

    many = counts > 1
    rest = [(d - p).astype(np.int16) for d, p in zip(dead, part, strict=True)]
    return [table(np.ones_like(many), ones, part), table(many, counts - 1, rest)]
