"""A made-up truth: power-law incidents over places, weeks and futures, gathered into rows as the engine gathers them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from drawdown.observe import Setting
from drawdown.observe.capture import power_law
from drawdown.vocabulary.incident_kinds import SMALL_INCIDENTS

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
def truth(sizes: NDArray[np.int64], setting: Setting) -> Columns:
    """Rows as the engine gives them: one for each incident of five deaths or more, one a month, place and type for the smaller ones."""
    rng = np.random.default_rng(9)
    future, week, place, kind = (rng.integers(0, n, INCIDENTS) for n in (FUTURES, WEEKS, 3, 3))
    small = sizes < 5
    months = setting.weeks.astype("datetime64[M]").astype(int)
    first = np.searchsorted(months, months)[week]
    single = rows(np.stack([future, week, place, kind])[:, ~small], np.ones((~small).sum(), np.int64), sizes[~small], kind[~small])
    keys = np.stack([future, first, place, np.minimum(kind, 1)])[:, small]
    cells, cell = np.unique(keys, axis=1, return_inverse=True)
    cell = cell.reshape(-1)
    total = np.bincount(cell, weights=sizes[small]).astype(np.int64)
    several = rows(cells, np.bincount(cell), total, np.full(cells.shape[1], SMALL_INCIDENTS))
    return {name: np.concatenate([single[name], several[name]]) for name in single}


def rows(cells: NDArray[Any], number: NDArray[Any], deaths: NDArray[Any], kind: NDArray[Any]) -> Columns:
    """Manner 0: insurgents and army clash; 1 and 2: insurgents kill civilians."""
    future, week, place, manner = cells
    clash = manner == 0
    half = deaths // 2
    return {
        "future": future,
        "week": week,
        "place": place,
        "side_a": np.ones_like(week),
        "side_b": np.where(clash, 0, -1),
        "violence": np.where(clash, 1, 3),
        "kind": kind,
        "incidents": number,
        "deaths_a": np.where(clash, half, 0),
        "deaths_b": np.where(clash, deaths - half, 0),
        "deaths_civilians": np.where(clash, 0, deaths),
    }
