"""Incidents as rows: who killed whom, where and when, in every future.

The deadliest incident of a week, place and kind has a row of its own if it killed MAJOR or more. The others of a place and type of
violence share one row a calendar month (``incidents`` says how many), under the pair that fought most in its deadliest week: a row for
every killing would be 2 GB a run, and three in five of them kill one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from drawdown.incident_rows import Slot, Toll
from drawdown.vocabulary.incident_kinds import CIVILIANS, SMALL_INCIDENTS
from drawdown.vocabulary.violence import VIOLENCE, code_of

DEAD = tuple(column for column in Toll._fields if column.startswith("dead"))
ABSENT = {**dict.fromkeys(Toll._fields, 0), "side_b": CIVILIANS}  # what a row has for a column that is not its incident's


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
    cells: Mapping[str, NDArray[Any]], slots: Sequence[Slot], futures: NDArray[np.uint32], dates: NDArray[np.datetime64]
) -> Incidents:
    """Rows from the weekly cells [week, place, future] of one tile, by the names of the slots, sorted by future, week, place and kind."""
    parts = [
        _empty(),
        *(_largest(cells, slot, futures) for slot in slots),
        *(_small(cells, alike, futures, dates) for alike in _alike(slots)),
    ]
    rows = Incidents.join(parts)
    order = np.lexsort((rows.kind, rows.place, rows.week, rows.future))
    return Incidents(*(getattr(rows, f.name)[order] for f in fields(Incidents)))


def small_ones(cells: Mapping[str, NDArray[Any]], slots: Sequence[Slot]) -> dict[str, NDArray[Any]]:
    """Number and dead civilians of all small incidents, weekly [week, place, violence, future]."""
    if not slots:
        return {}
    none = np.zeros_like(cells[slots[0].small("incidents")])
    by_type = {alike[0].incident.violence: alike for alike in _alike(slots)}
    of = {"small_incidents": "incidents", "small_dead_civilians": "dead_civilians"}
    return {
        name: np.stack([_sum(cells, by_type.get(violence, ()), column, none) for violence in VIOLENCE], axis=2)
        for name, column in of.items()
    }


def counted(cells: Mapping[str, NDArray[Any]], slots: Sequence[Slot]) -> NDArray[np.float64]:
    """Number of all incidents that killed [week, place, violence, future], large and small."""
    found: list[NDArray[np.float64]] = []
    for violence in VIOLENCE:
        number = np.zeros(())
        for slot in (s for s in slots if s.incident.violence == violence):
            large = reduce(np.add, (cells[slot.largest(column)] for column in slot.incident.dead)) > 0
            number = number + large + cells[slot.small("incidents")]
        found.append(number)
    whole = max((one.shape for one in found), key=len)
    return np.stack([np.broadcast_to(one, whole) for one in found], axis=2)


def _alike(slots: Sequence[Slot]) -> list[tuple[Slot, ...]]:
    """The slots of each type of violence that any has."""
    found = (tuple(s for s in slots if s.incident.violence == violence) for violence in VIOLENCE)
    return [alike for alike in found if alike]


def _sum(cells: Mapping[str, NDArray[Any]], slots: Iterable[Slot], column: str, none: NDArray[Any]) -> NDArray[Any]:
    """A column of the small ones over slots; `none` where none of them has it."""
    held = [cells[slot.small(column)] for slot in slots if column in (*slot.incident.dead, "incidents")]
    return reduce(np.add, held) if held else none


def _largest(cells: Mapping[str, NDArray[Any]], slot: Slot, futures: NDArray[np.uint32]) -> Incidents:
    """A row for every deadliest incident of a week and place that has dead."""
    one = slot.incident
    w, p, f = np.nonzero(reduce(np.add, (cells[slot.largest(column)] for column in one.dead)))
    a, b, *dead = (cells[slot.largest(c)][w, p, f] if c in (*one.sides, *one.dead) else ABSENT[c] for c in Toll._fields)
    return _rows(futures[f], w, p, a, b, code_of(one.violence), one.kind_code, 1, *dead)


def _small(
    cells: Mapping[str, NDArray[Any]], slots: Sequence[Slot], futures: NDArray[np.uint32], dates: NDArray[np.datetime64]
) -> Incidents:
    """One row per month and place of what is small in slots of one type of violence: sums over the month's weeks.

    Its sides are those of the deadliest week: of the slot that killed most then, among those that name any.
    """
    month = dates.astype("datetime64[M]").astype(int)
    starts = np.flatnonzero(np.diff(month, prepend=month[0] - 1))
    none = np.zeros((1, 1, 1), np.int16)
    weekly = {column: _sum(cells, slots, column, none) for column in ("incidents", *DEAD)}
    m, p, f = np.nonzero(np.add.reduceat(weekly["incidents"], starts, axis=0))
    killed = reduce(np.add, (weekly[column] for column in DEAD))
    last = np.append(starts[1:], len(dates))
    worst = np.stack([start + np.argmax(killed[start:end], axis=0) for start, end in zip(starts, last, strict=True)])[m, p, f]
    a, b = _small_sides(cells, [s for s in slots if s.incident.small_sides] or slots, (worst, p, f))
    sums = [np.add.reduceat(x, starts, axis=0)[m, p, f] if x is not none else 0 for x in weekly.values()]
    return _rows(futures[f], starts[m], p, a, b, code_of(slots[0].incident.violence), SMALL_INCIDENTS, *sums)


def _small_sides(
    cells: Mapping[str, NDArray[Any]], slots: Sequence[Slot], at: tuple[NDArray[np.intp], ...]
) -> tuple[NDArray[Any] | int, NDArray[Any] | int]:
    """Both sides in each cell: of the slot that killed most there, the first of several."""
    sides = [[cells[name][at] for name in slot.small_sides] for slot in slots]
    killed = [reduce(np.add, (cells[slot.small(column)][at] for column in slot.incident.dead)) for slot in slots]
    whose = np.argmax(killed, axis=0)
    a, *b = (np.take_along_axis(np.stack(side), whose[None], axis=0)[0] for side in zip(*sides, strict=True))
    return a, b[0] if b else CIVILIANS


def _rows(future: NDArray[Any], *columns: Any) -> Incidents:
    """A table from columns in the order of the fields; scalars are spread."""
    types = (np.int16, np.int16, np.int16, np.int16, np.int8, np.int8, np.int16, np.int16, np.int16, np.int16)
    full = [np.broadcast_to(np.asarray(c), future.shape).astype(t) for c, t in zip(columns, types, strict=True)]
    return Incidents(future.astype(np.uint32), *full)


def _empty() -> Incidents:
    return _rows(np.zeros(0, np.uint32), *([0] * 10))
