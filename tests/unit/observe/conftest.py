"""A made-up truth: power-law incidents over places, weeks and futures, gathered into rows as the engine gathers them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from drawdown.observe import Setting
from drawdown.observe.capture import power_law

WEEKS, FUTURES, INCIDENTS = 104, 6, 30_000
Columns = dict[str, NDArray[Any]]


@pytest.fixture(scope="session")
def setting() -> Setting:
    """Three places; army, insurgents, foreign force, police."""
    return Setting(
        places=("Ramadi", "Basra city", "Kut"),
        admin1=("Anbar", "Basra", "Wasit"),
        longitude=(43.3, 47.8, 45.8),
        latitude=(33.4, 30.5, 32.5),
        actors=("Government of Iraq", "IS", "Government of United States of America", "Government of Iraq"),
        actor_kinds=("army", "insurgent", "foreign", "police"),
        weeks=np.datetime64("2007-09-03") + 7 * np.arange(WEEKS),
        country="Iraq",
    )


@pytest.fixture(scope="session")
def sizes() -> NDArray[np.int64]:
    """Deaths of every true incident."""
    return np.random.default_rng(8).choice(np.arange(1, 1001), size=INCIDENTS, p=power_law(2.5)).astype(np.int64)


@pytest.fixture(scope="session")
def truth(sizes: NDArray[np.int64]) -> Columns:
    """Rows: the largest incident of each week, place and kind, and its other incidents together."""
    rng = np.random.default_rng(9)
    keys = np.stack(
        [
            rng.integers(0, FUTURES, INCIDENTS),
            rng.integers(0, WEEKS, INCIDENTS),
            rng.integers(0, 3, INCIDENTS),
            rng.integers(0, 3, INCIDENTS),
        ]
    )
    cells, cell = np.unique(keys, axis=1, return_inverse=True)
    cell = cell.reshape(-1)
    number, total, largest = np.bincount(cell), np.bincount(cell, weights=sizes).astype(np.int64), np.zeros(cells.shape[1], np.int64)
    np.maximum.at(largest, cell, sizes)
    parts = [rows(cells, np.ones_like(number), largest), rows(cells[:, number > 1], number[number > 1] - 1, (total - largest)[number > 1])]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def rows(cells: NDArray[Any], number: NDArray[Any], deaths: NDArray[Any]) -> Columns:
    """Kind 0: army and insurgents clash; 1 and 2: insurgents kill civilians."""
    future, week, place, kind = cells
    clash = kind == 0
    half = deaths // 2
    return {
        "future": future,
        "week": week,
        "place": place,
        "side_a": np.where(clash, 1, 1),
        "side_b": np.where(clash, 0, -1),
        "violence": np.where(clash, 1, 3),
        "kind": kind,
        "incidents": number,
        "deaths_a": np.where(clash, half, 0),
        "deaths_b": np.where(clash, deaths - half, 0),
        "deaths_civilians": np.where(clash, 0, deaths),
    }
