"""From rows to single incidents: a row of n small incidents becomes n rows, their deaths shared out at random, by name.

The random numbers belong to (seed, purpose, future, week, place, sides, kind, rank): the same row gives the same incidents in any table.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from drawdown.randomness import name_word, threefry, to_uniform

Columns = dict[str, NDArray[Any]]
COLUMNS = ("future", "week", "place", "side_a", "side_b", "violence", "kind", "incidents", "deaths_a", "deaths_b", "deaths_civilians")
DEATHS = ("deaths_a", "deaths_b", "deaths_civilians")
_SAME = ("future", "week", "place", "side_a", "side_b", "violence", "kind")
KINDS = ("clash", "reprisal", "bombing", "rogue attack")
TAIL = 1.5  # alpha - 1 of the weights by which deaths fall on small incidents: alpha 2.5, Bohorquez et al. 2009


def columns_of(incidents: Any) -> Columns:
    """Columns of a table of incidents: a mapping of arrays, or an object with the columns as attributes. Kinds become indices of KINDS."""
    get = incidents.__getitem__ if isinstance(incidents, Mapping) else lambda name: getattr(incidents, name)
    columns = {name: np.asarray(get(name)) for name in COLUMNS}
    if columns["kind"].dtype.kind in "UOST":
        rank = {kind: i for i, kind in enumerate(KINDS)}
        columns["kind"] = np.array([rank[str(k)] for k in columns["kind"]], dtype=np.int8)
    return columns


def uniforms(columns: Columns, purpose: str, seed: int, index: NDArray[Any] | None = None) -> tuple[NDArray[np.float32], ...]:
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
    counter = (
        (low("side_a", 16) << word(16)) | low("side_b", 16),
        (low("violence", 8) << word(8)) | low("kind", 8),
        number.astype(word),
        np.zeros(size, word),
    )
    bits = threefry(key, counter, np)
    return tuple(to_uniform(b, np) for b in bits)


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


def expand(incidents: Any, seed: int = 0) -> Columns:
    """Single incidents, in the order of their rows, with `rank` (unique among incidents of one name). Deaths by side add up exactly.

    Each incident gets one death first, as long as there are deaths; the rest fall by weights with a power-law tail.
    """
    given = columns_of(incidents)
    number = np.maximum(given["incidents"].astype(np.int64), 1)
    total = np.sum([given[d].astype(np.int64) for d in DEATHS], axis=0)
    row = np.repeat(np.arange(len(number)), number)
    within = np.arange(len(row)) - np.repeat(np.cumsum(number) - number, number)
    result = {name: given[name][row] for name in COLUMNS}
    result["incidents"] = np.ones(len(row), np.int16)
    result["rank"] = (_rank(given) << 16)[row] + within
    many = number > 1
    for name in DEATHS:
        result[name] = np.where(many[row], 0, given[name][row]).astype(np.int64)
    rows = np.flatnonzero(many & (total > 0))
    if len(rows):
        start = np.cumsum(number) - number
        _share(given, rows, number, start, seed, result)
    return result


def _share(given: Columns, rows: NDArray[Any], number: NDArray[Any], start: NDArray[Any], seed: int, result: Columns) -> None:
    """Throw the deaths of each of `rows` on its incidents (in place, on the new columns)."""
    weight = uniforms(result, "weight", seed, result["rank"])[0].astype(np.float64) ** (-1.0 / TAIL)
    cumulative = np.concatenate([[0.0], np.cumsum(weight)])
    deaths = [given[d][rows].astype(np.int64) for d in DEATHS]
    total = np.sum(deaths, axis=0)
    token_row = np.repeat(np.arange(len(rows)), total)
    token = np.arange(len(token_row)) - np.repeat(np.cumsum(total) - total, total)
    side = np.zeros(len(token_row), np.int64)
    side += token >= deaths[0][token_row]
    side += token >= (deaths[0] + deaths[1])[token_row]
    of_row = rows[token_row]
    names = {name: given[name][of_row] for name in _SAME}
    mix, throw, *_ = uniforms(names, "death", seed, (_rank(given)[of_row] << 16) + token)
    # A random order of the row's deaths: the first n go one to each incident, the others by weight.
    order = np.lexsort((mix, token_row))
    turn = np.empty(len(order), np.int64)
    turn[order] = np.arange(len(order)) - np.repeat(np.cumsum(total) - total, total)
    low, high = cumulative[start[of_row]], cumulative[start[of_row] + number[of_row]]
    thrown = np.searchsorted(cumulative, low + throw * (high - low), side="right") - 1
    thrown = np.clip(thrown, start[of_row], start[of_row] + number[of_row] - 1)
    target = np.where(turn < number[of_row], start[of_row] + turn, thrown)
    for i, name in enumerate(DEATHS):
        result[name] += np.bincount(target[side == i], minlength=len(result[name]))
