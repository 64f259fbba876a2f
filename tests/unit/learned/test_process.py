"""The learned process: its chances, what it makes of a record, and that the simulator moves as it says."""

from __future__ import annotations

import math
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from drawdown.learned import learned, standing
from drawdown.learned.at_origin import weibull_shape
from drawdown.learned.defaults import MONTH, numbers
from drawdown.learned.process import LEVELS, of_deaths, of_levels, of_surges
from drawdown.parameter_table import parameters_beside


def test_chances_sum_to_one() -> None:
    process = learned().process
    np.testing.assert_allclose(np.asarray(of_levels(process, 0.5)).sum(axis=1), 1.0, atol=1e-5)
    surges, at_rest = of_surges(process)
    np.testing.assert_allclose(np.asarray(surges).sum(axis=1), 1.0, atol=1e-5)
    assert float(np.asarray(at_rest).sum()) == pytest.approx(1.0, abs=1e-5)


def test_a_month_without_record_says_nothing_and_a_deadly_one_speaks_for_high_levels() -> None:
    import jax.numpy as jnp

    process = learned().process
    assert np.asarray(of_deaths(jnp.asarray(np.nan), 0.6, process)) == pytest.approx(1.0)
    chance = np.asarray(of_deaths(jnp.asarray(400.0), 0.6, process))[:, 4]
    assert abs(LEVELS[int(chance.argmax())] - math.log(400.0)) < 0.5


def test_learned_before_every_shipped_origin() -> None:
    """What a scenario is given by default was learned from data before its origin."""
    from drawdown.scenario.library import list_scenarios
    from drawdown.scenario.load import load

    for one in list_scenarios():
        assert learned().before <= load(one.path).origin, one.id
    assert learned().before <= date(2007, 9, 1)


def test_the_tables_of_parameters_are_the_posterior() -> None:
    from drawdown.mechanisms import fading, tempo

    tables = {name: {p.name: p for p in parameters_beside(str(module.__file__))} for name, module in (("tempo", tempo), ("fading", fading))}
    for name, told in numbers(learned()).items():
        mechanism, parameter = name.split(".")
        p = tables[mechanism][parameter]
        assert (p.low, p.best, p.high) == pytest.approx(tuple(told)), name


def test_folds_leave_each_country_out_once_and_none_is_the_whole() -> None:
    found = learned()
    assert len(found.folds) == 5
    assert all(fold != found.process for fold in found.folds)


@pytest.mark.parametrize(("size", "shape"), [(1.0, 1.0), (0.2, None), (5.0, None)])
def test_gusts_have_the_variance_of_the_counts(size: float, shape: float | None) -> None:
    """Size 1 is the exponential law; at any size the variance of a draw of mean one is 1/size."""
    found = weibull_shape(size)
    if shape is not None:
        assert found == pytest.approx(shape, rel=1e-6)
    draws = np.random.default_rng(0).weibull(found, 2_000_000) / math.gamma(1 + 1 / found)
    assert draws.var() == pytest.approx(1 / size, rel=0.05)


def test_a_steady_record_stands_at_its_level_and_is_even() -> None:
    random = np.random.default_rng(1)
    steady = standing(random.poisson(200.0, 120).astype(float).tolist(), 200.0, learned().process)
    assert -0.35 < steady.start.low < 0.0 < steady.start.high < 0.35  # levels are told a third of a log unit apart
    wild = standing((200.0 * random.gamma(0.5, 2.0, 120)).round().tolist(), 200.0, learned().process)
    assert wild.unevenness.best < 1.0 < steady.unevenness.best
    assert wild.start.high - wild.start.low > steady.start.high - steady.start.low


def test_one_event_does_not_carry_the_level_and_a_war_that_ended_is_seen() -> None:
    """A single month of twenty times the usual lifts the level by far less than its share in the mean; a year of quiet ends it."""
    usual = [20.0, 25.0, 15.0, 22.0, 18.0, 30.0] * 10
    burst = standing([*usual, 400.0, 20.0, 18.0], 22.0, learned().process)
    assert burst.start.best < math.log(2.0)
    ended = standing([*usual, *[0.0] * 12], 22.0, learned().process)
    assert ended.start.high < -2.0
    assert ended.proneness.best > burst.proneness.best - 0.5


def test_what_is_recorded_must_be_something() -> None:
    with pytest.raises(ValueError, match="expected more than 0"):
        standing([1.0], 0.0, learned().process)


@pytest.mark.slow
@pytest.mark.parametrize("deaths", [30.0, 300.0])
def test_the_simulator_moves_as_the_process_says(deaths: float) -> None:
    """Four years of weeks by the two mechanisms, and 48 months by the fitted chances: the same levels, at a common proneness.

    Weeks are no months and the grid has steps of 0.3: the two and its steps differ by level: the two are held to 0.08 in probability.
    """
    import jax.numpy as jnp

    from drawdown.mechanisms import fading, tempo
    from tests.by_hand import Chance, Seen

    lanes, random = 4000, np.random.default_rng(3)
    best = {p.name: p.best for p in (*tempo.MECHANISM.params, *fading.MECHANISM.params)}
    best |= {"unexplained": 1.0, "start": 0.0, "gusts": 0.0, "gust": 0.0, "local_drift": 0.0}
    params = Seen(**{n: jnp.full(lanes, v, jnp.float32) for n, v in best.items()})

    zero = jnp.zeros(lanes)
    key: Any = Chance(random, lanes, 1)
    seen = {"recorded_level": zero + math.log(deaths / MONTH), "proneness": zero, "national_level": zero, "lull": zero}
    seen |= {"surge": zero, "month_gust": zero + 1.0, "local_drift": jnp.zeros((1, lanes))}
    for week in range(208):
        state = Seen(week=jnp.asarray(week), **seen)
        moved = tempo.step(key, state, params).set
        seen |= {n: moved[n] for n in ("national_level", "surge", "month_gust", "local_drift")}
        seen["lull"] = fading.step(key, Seen(week=jnp.asarray(week), **seen), params).set["lull"]
    simulated = np.asarray(seen["national_level"] + seen["lull"], float) + math.log(deaths)
    kernel = np.linalg.matrix_power(np.asarray(of_levels(learned().process, 0.0), float), 48)
    start = np.interp(math.log(deaths), LEVELS, np.arange(len(LEVELS)))
    below, part = int(start), start - int(start)
    meant = (1 - part) * kernel[below] + part * kernel[below + 1]
    for level in (-0.95, 1.15, 2.65, 3.85, 5.65):  # between points of the grid
        assert (simulated < level).mean() == pytest.approx(float(meant[level > LEVELS].sum()), abs=0.08), level


def test_the_patches_of_the_folds_are_patches(tmp_path: Path) -> None:
    """What the exam is given for the countries of a fold loads onto a scenario, and each fold says something else."""
    from importlib.resources import as_file, files

    from drawdown.learned.defaults import write_patches
    from drawdown.scenario.load import load

    write_patches(tmp_path / "folds")
    with as_file(files("drawdown.scenario") / "skeleton") as folder:
        pulls = [load(folder, patches=[path]).parameters["tempo.pull"].distribution.best for path in sorted((tmp_path / "folds").iterdir())]
    assert len(set(pulls)) == 5
