"""From rows to single incidents: a row of n small incidents becomes n rows, their deaths shared out at random, by name.

The random numbers belong to (seed, purpose, future, week, place, sides, kind, rank): the same row gives the same incidents in any table.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from drawdown.observe.capture import LARGEST_ROW, LARGEST_SMALL
from drawdown.randomness import name_word, threefry, to_uniform
from drawdown.vocabulary.incident_kinds import INCIDENT_KINDS, SMALL_INCIDENTS

Column = NDArray[Any]  # of whole numbers of any width, or of dates
Columns = dict[str, Column]
COLUMNS = ("future", "week", "place", "side_a", "side_b", "violence", "kind", "incidents", "deaths_a", "deaths_b", "deaths_civilians")
DEATHS = ("deaths_a", "deaths_b", "deaths_civilians")
_SAME = ("future", "week", "place", "side_a", "side_b", "violence", "kind")
# Deaths beyond the first fall on incidents by weights u^-SPREAD: the value that gives small incidents the shares of the power law with
# exponent 2.5 (Bohorquez et al. 2009) cut at four deaths: .79, .14, .05, .02 of one to four (here .78, .15, .04, .02).
SPREAD = 1.5


def columns_of(incidents: object) -> Columns:
    """Columns of a table of incidents: a mapping of arrays, or an object with the columns as attributes. Kinds become their codes."""
    get = incidents.__getitem__ if isinstance(incidents, Mapping) else lambda name: getattr(incidents, name)
    columns = {name: np.asarray(get(name)) for name in COLUMNS}
    if columns["kind"].dtype.kind in "UOST":
        rank = {kind: i for i, kind in enumerate(INCIDENT_KINDS)}
        columns["kind"] = np.array([rank[str(k)] for k in columns["kind"]], dtype=np.int8)
    return columns


def uniforms(columns: Columns, purpose: str, seed: int, index: Column | None = None, block: int = 0) -> tuple[NDArray[np.float32], ...]:
    """Four uniforms in (0, 1) for each row, by its name. `index` tells rows apart that share one name (default: their rank of order)."""
    number = _rank(columns) if index is None else index
    word = np.uint32

    def low(name: str, bits: int) -> NDArray[np.uint32]:
        return (columns[name].astype(np.int64) & ((1 << bits) - 1)).astype(word)

    size = len(number)
    key = (
        np.full(size, seed & 0xFFFFFFFF, word),
        np.full(size, name_word(f"observe:{purpose}") ^ ((seed >> 32) & 0xFFFFFFFF), word),
        low("future", 32),
        (low("week", 16) << word(16)) | low("place", 16),
    )
    sides = (low("side_a", 16) << word(16)) | low("side_b", 16)
    counter = (sides, (low("violence", 8) << word(8)) | low("kind", 8), number.astype(word), np.full(size, block, word))
    return tuple(to_uniform(bits, np) for bits in threefry(key, counter, np))


def _rank(columns: Columns) -> NDArray[np.int64]:
    """Rank of each row among those of the same name, in their order."""
    size = len(columns["future"])
    if size == 0:
        return np.zeros(0, np.int64)
    order = np.lexsort([columns[name] for name in _SAME])  # stable: equal names keep their order
    fresh = np.ones(size, bool)
    fresh[1:] = np.any([columns[n][order][1:] != columns[n][order][:-1] for n in _SAME], axis=0)
    start = np.maximum.accumulate(np.where(fresh, np.arange(size), 0))
    rank = np.empty(size, np.int64)
    rank[order] = np.arange(size) - start
    return rank


def expand(incidents: object, seed: int = 0) -> Columns:
    """Single incidents, in the order of their rows, with `rank` (unique among incidents of one name). Deaths by side add up exactly.

    Each incident gets one death first, as long as there are deaths; no small incident gets more than LARGEST_SMALL unless the row's
    total asks for it.
    """
    given = columns_of(incidents)
    number = np.maximum(given["incidents"].astype(np.int64), 1)
    row = np.repeat(np.arange(len(number)), number)
    within = np.arange(len(row)) - np.repeat(np.cumsum(number) - number, number)
    result = {name: given[name][row] for name in COLUMNS}
    result["incidents"] = np.ones(len(row), np.int16)
    result["rank"] = (_rank(given) << 16)[row] + within
    many = number > 1
    for name in DEATHS:
        result[name] = np.where(many[row], 0, given[name][row]).astype(np.int64)
    small = given["kind"] == SMALL_INCIDENTS
    for rows, largest in ((many & small, LARGEST_SMALL), (many & ~small, LARGEST_ROW)):
        if rows.any():
            _share(given, np.flatnonzero(rows), np.flatnonzero(rows[row]), largest, seed, result)
    return result


def _share(given: Columns, rows: Column, at: Column, largest: int, seed: int, result: Columns) -> None:
    """Share the deaths of `rows` among their incidents, which stand `at` these places of `result` (written in place)."""
    incident = {name: result[name][at] for name in _SAME}
    rank = result["rank"][at]
    number = np.maximum(given["incidents"][rows].astype(np.int64), 1)
    of_row = np.repeat(np.arange(len(rows)), number)
    deaths = [given[d][rows].astype(np.int64) for d in DEATHS]
    total = np.sum(deaths, axis=0)
    slots = max(largest, int((-(-total // number)).max()))
    # Every incident offers a first slot and slots - 1 further ones; the row's deaths take those with the least keys.
    weight = uniforms(incident, "weight", seed, rank)[0].astype(np.float64) ** -SPREAD
    keys = np.empty((len(at), slots))
    for block in range(-(-slots // 4)):
        for i, u in enumerate(uniforms(incident, "slot", seed, rank, block)[: slots - 4 * block]):
            keys[:, 4 * block + i] = u
    keys[:, 1:] = 1.0 - np.log(keys[:, 1:]) / weight[:, None]
    if slots > largest:
        keys[:, largest:] += 1e12  # only where the total leaves no other room
    owner = np.repeat(np.arange(len(at)), slots)
    order = np.lexsort((keys.ravel(), of_row[owner]))
    offered = number * slots
    turn = np.arange(len(order)) - np.repeat(np.cumsum(offered) - offered, offered)
    taken = order[turn < np.repeat(total, offered)]
    size = np.bincount(owner[taken], minlength=len(at))
    # Who died: the row's dead in random order, dealt to its incidents one after the other.
    token_row = np.repeat(np.arange(len(rows)), total)
    token = np.arange(len(token_row)) - np.repeat(np.cumsum(total) - total, total)
    side = (token >= deaths[0][token_row]).astype(np.int64) + (token >= (deaths[0] + deaths[1])[token_row])
    names = {name: given[name][rows][token_row] for name in _SAME}
    mix = uniforms(names, "death", seed, (_rank(given)[rows][token_row] << 16) + token)[0]
    dealt = side[np.lexsort((mix, token_row))]
    target = at[np.repeat(np.arange(len(at)), size)]
    for i, name in enumerate(DEATHS):
        result[name] += np.bincount(target[dealt == i], minlength=len(result[name]))
