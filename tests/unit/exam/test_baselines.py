"""Baselines see their own past and other folds, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest

from drawdown.exam import against, origins
from drawdown.exam.baselines import BASELINES, bootstrap, climatology, conflictology, persistence, stream
from drawdown.exam.outcomes import LEADS, length
from drawdown.exam.panel import Floats, Panel
from drawdown.exam.pools import Pool, pool
from tests.unit.exam import world

FEW = 200


def all_draws(made: Panel, chosen: origins.Origin) -> dict[tuple[str, int], Floats]:
    found = {}
    for lead in LEADS:
        taught = pool(origins.learnt(made, chosen.fold), lead)
        for name, baseline in BASELINES.items():
            found[name, lead] = baseline(made.before(chosen.iso3, chosen.month), taught, FEW, stream(name, chosen.id, lead, 1))
    return found


def with_series(made: Panel, iso3: str, series: Floats) -> Panel:
    return replace(made, deaths=MappingProxyType({**made.deaths, iso3: series}))


@pytest.mark.parametrize("how", ["tenfold", "gone"])
def test_nothing_from_the_origin_on_moves_a_forecast(how: str) -> None:
    """The country's own future, and that of all others of its fold, is spoilt: no draw changes. The month before it does change them."""
    made = world.panel()
    chosen = next(o for o in origins.januaries(made) if str(o.month) == "1999-01")
    before = all_draws(made, chosen)
    row = made.row(chosen.month)
    deaths = {}
    for iso3, series in made.deaths.items():
        deaths[iso3] = series.copy()
        if iso3 == chosen.iso3:
            deaths[iso3][row:] = deaths[iso3][row:] * 10 + 1 if how == "tenfold" else np.nan
        elif origins.fold_of(iso3) == chosen.fold:
            deaths[iso3][:] = 7.0
    after = all_draws(replace(made, deaths=MappingProxyType(deaths)), chosen)
    for key, draws in before.items():
        np.testing.assert_array_equal(draws, after[key], err_msg=str(key))
    earlier = made.deaths[chosen.iso3].copy()
    earlier[row - 1] += 5000
    moved = all_draws(with_series(made, chosen.iso3, earlier), chosen)
    assert all(not np.array_equal(moved[key], before[key]) for key in before)


def test_what_other_folds_lived_through_after_the_learning_data_teaches_nothing() -> None:
    made = world.panel()
    chosen = origins.januaries(made)[0]
    before = all_draws(made, chosen)
    deaths = {iso3: series.copy() for iso3, series in made.deaths.items()}
    for series in deaths.values():
        series[made.row(origins.LAST_LEARNT) + 1 :] = 9999.0
    after = all_draws(replace(made, deaths=MappingProxyType(deaths)), chosen)
    for key, draws in before.items():
        np.testing.assert_array_equal(draws, after[key], err_msg=str(key))


@pytest.mark.parametrize("lead", LEADS)
def test_a_pool_sets_the_level_before_against_the_window_after(lead: int) -> None:
    """Months that count up: the window that ends `lead` months after the last month seen has a known sum."""
    series = np.arange(100.0) + 10
    taught = pool({"AAA": series}, lead)
    last_seen = np.expm1(taught.levels[:, 0])
    size = length(lead)
    expected = size * last_seen + sum(range(lead - size + 1, lead + 1))
    np.testing.assert_allclose(taught.window, expected)
    assert len(taught.window) == 100 - 12 - lead + 1


def test_peace_teaches_nothing_of_war() -> None:
    assert len(pool({"AAA": np.full(100, 1.0)}, 12).window) == 0


def steady_pool(lead: int, factor: float = 1.0) -> Pool:
    """Other wars, each at one level, whose windows are `factor` times that."""
    level = np.repeat(np.geomspace(5, 500, 100), 10)
    return Pool(lead, np.log1p(np.stack([level] * 3, axis=1)), factor * level * length(lead), np.zeros(len(level), dtype=np.int64))


@pytest.mark.parametrize("lead", LEADS)
def test_a_steady_war_is_forecast_to_go_on(lead: int) -> None:
    past, random = np.full(120, 50.0), np.random.default_rng(1)
    for baseline in (persistence, conflictology, bootstrap):
        np.testing.assert_allclose(baseline(past, steady_pool(lead), FEW, random), 50.0 * length(lead))
    np.testing.assert_allclose(np.median(climatology(past, steady_pool(lead), FEW, random)), 50 * length(lead), rtol=0.02)


def test_climatology_carries_over_what_happened_to_others() -> None:
    past, random = np.full(120, 50.0), np.random.default_rng(1)
    np.testing.assert_allclose(np.median(climatology(past, steady_pool(24, 0.1), FEW, random)), 60, rtol=0.05)


def test_scores_of_all_baselines_are_finite_on_a_made_world() -> None:
    made = world.panel()
    chosen = origins.cut(origins.januaries(made), 20)
    table = against.baselines(made, chosen, members=100)
    assert set(table) == set(BASELINES)
    assert all(np.isfinite(by[lead].crps).all() for by in table.values() for lead in LEADS)
    assert against.best(table, 12) in table
