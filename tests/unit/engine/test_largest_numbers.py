"""Issue 7, C: a population of 1e38 ended three futures in four early. What `check` lets through, the program can compute."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from drawdown.scenario.model import Distribution, Number
from drawdown.state import GIVEN

if TYPE_CHECKING:
    from drawdown.engine import Engine

SEED = 20070903
LARGE = {v.name: v.high for v in GIVEN if v.high > 1 and np.isfinite(v.high)}


def at_most(tables: Mapping[str, Mapping[tuple[str, ...], Number]], names: set[str]) -> dict[str, Mapping[tuple[str, ...], Number]]:
    """The tables, with every number of those named at the largest that a scenario may hold."""
    return {
        name: {cell: replace(n, distribution=Distribution("fixed", LARGE[name])) for cell, n in cells.items()} if name in names else cells
        for name, cells in tables.items()
    }


@pytest.mark.parametrize(
    "names",
    [{"population"}, {"strength"}, {"attack_rate", "fatal_rate"}, {"adjacency"}, set(LARGE)],
    ids=lambda names: "-".join(sorted(names)),
)
def test_the_largest_numbers_that_check_allows_end_no_future_early(small: Engine, names: set[str]) -> None:
    largest = small.with_scenario(replace(small.scenario, tables=at_most(small.scenario.tables, names)))
    batch = largest.run("leave", SEED, np.arange(64))
    assert not batch.status.any(), np.unique(batch.status, return_counts=True)
    for name, values in batch.series.items():
        assert np.isfinite(values).all(), name
