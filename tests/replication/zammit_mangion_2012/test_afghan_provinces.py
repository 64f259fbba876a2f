"""Zammit-Mangion et al. 2012 (PNAS 109:12414): Afghan provinces 2009 and 2010, against our drift, our baselines and our scores.

The table's totals and quantiles are checked once, so that it is known to be copied rightly. Then: provinces part from each other in a year
as much as the model's own drift of violence lets them; the forecasts to beat are those of our baselines; and '82% of directions right' is
no skill by our scores.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from drawdown.evaluate import baselines, folds, scores
from drawdown.scenario.model import Distribution
from drawdown.world import quantile
from tests.by_hand import Chance, Seen

# Insurgent attacks recorded by ANSO in 32 provinces (the paper's table).
# fmt: off
Y2009 = np.array([
    43, 65, 48, 88, 292, 137, 10, 100, 23, 85, 239, 52, 227, 1318, 22, 83,
    149, 115, 177, 414, 295, 196, 188, 180, 461, 478, 162, 379, 621, 259, 970, 135,
], float)
Y2010 = np.array([
    35, 140, 74, 182, 355, 293, 21, 222, 81, 64, 356, 83, 254, 1457, 4, 84,
    195, 126, 146, 511, 504, 356, 263, 491, 1540, 906, 256, 897, 1387, 353, 1162, 108,
], float)
# fmt: on
GROWTH = np.log(Y2010 / Y2009)


def rmsle(forecast: np.ndarray) -> float:
    return float(np.sqrt(np.mean(np.log(forecast / Y2010) ** 2)))


def test_the_table_is_copied_rightly() -> None:
    """Published figures of the table itself: no model has a part in this."""
    assert (Y2009.sum(), Y2010.sum()) == (8011, 12906)
    assert ((GROWTH > 0).sum(), (GROWTH < 0).sum()) == (27, 5)
    assert np.corrcoef(np.log(Y2009), np.log(Y2010))[0, 1] == pytest.approx(0.908, abs=0.002)
    assert (GROWTH.mean(), GROWTH.std(ddof=1)) == pytest.approx((0.364, 0.552), abs=0.012)
    shares = [np.sort(y)[-5:].sum() / y.sum() for y in (Y2009, Y2010)]
    assert shares == pytest.approx([0.480, 0.500], abs=0.001)


def drifted(futures: int = 400, places: int = 32, seed: int = 2010) -> np.ndarray:
    """Log growth of yearly attacks [place, future] by the steps of the mechanism `tempo` alone, parameters from its prior.

    Two years from the long-run spread of its drifts; counts are Poisson at the provinces' levels of 2009.
    """
    import jax.numpy as jnp

    from drawdown.mechanisms import tempo

    random = np.random.default_rng(seed)
    u = random.uniform(size=(len(tempo.MECHANISM.params), futures))
    drawn = {
        p.name: quantile(Distribution("range" if p.low < p.high else "fixed", p.best, p.low, p.high), p.unit, u[k], u[k], p.bounds)
        for k, p in enumerate(tempo.MECHANISM.params)
    }

    memory = 1.0 - 1.0 / drawn["local_memory"]
    long_run = drawn["local_drift"] / np.sqrt(1.0 - memory**2)

    zero = jnp.zeros(futures)
    key: Any = Chance(random, futures, places)
    seen = {
        "national_level": zero,
        "lull": zero,
        "surge": zero,
        "month_gust": zero + 1.0,
        "proneness": jnp.asarray(drawn["proneness"], jnp.float32),
    }
    seen["local_drift"] = jnp.asarray(long_run * random.normal(size=(places, futures)), jnp.float32)
    seen["recorded_level"] = zero
    params: Any = Seen(**{n: jnp.asarray(v, jnp.float32) for n, v in drawn.items()})
    weeks = []
    for week in range(104):
        change = tempo.step(key, Seen(week=jnp.asarray(week), **seen), params)
        seen |= {n: v for n, v in change.set.items() if n != "activity"}
        weeks.append(np.asarray(change.set["activity"], float))
    activity = np.array(weeks)
    years = [random.poisson(Y2009[:, None] * part.mean(axis=0) / activity[:52].mean(axis=0)) for part in (activity[:52], activity[52:])]
    return np.asarray(np.log((years[1] + 0.5) / (years[0] + 0.5)))


def test_provinces_part_from_each_other_as_much_as_the_models_drift_lets_them() -> None:
    """Published: log growth differs among provinces by 0.552. Without any cause but drift the model's futures hold that in their 90%."""
    spread = drifted().std(axis=0, ddof=1)
    low, high = np.quantile(spread, (0.05, 0.95))
    assert low < GROWTH.std(ddof=1) < high
    assert high < 1.0


def test_what_a_forecast_must_beat_is_what_our_baseline_gives() -> None:
    """'Last value, Poisson' on the table of 2009: the published error of persistence, 0.654, and intervals that are far too narrow."""
    months = folds.Months(np.array(["2009-12"], dtype="datetime64[M]"), tuple(f"p{k}" for k in range(32)), Y2009[None])
    draws = baselines.last_value_poisson(months, (1,), 4000, 1)[0]
    # The medians of Poisson draws are whole numbers near the mean: half a count in ten, the smallest province, is a twentieth.
    assert rmsle(np.median(draws, axis=1)) == pytest.approx(0.654, abs=0.01)
    assert rmsle(Y2009 * Y2010.sum() / Y2009.sum()) == pytest.approx(0.555, abs=0.001)
    assert scores.coverage(draws, Y2010).mean() < 0.25


def test_the_trivial_rule_gets_more_directions_right_than_the_published_model() -> None:
    assert (GROWTH > 0).mean() > 0.82
    # As a probability forecast the rule 'all rise' is worth nothing beyond the base rate: no resolution.
    rises = (GROWTH > 0).astype(float)
    parts = scores.reliability(np.full(32, rises.mean()), rises)
    assert parts.resolution == pytest.approx(0, abs=1e-12)
    assert parts.brier == pytest.approx(parts.uncertainty)


def test_a_spread_forecast_beats_a_point_one() -> None:
    random = np.random.default_rng(2010)
    spread = Y2009[:, None] * np.exp(random.normal(0.0, GROWTH.std(), size=(32, 4000)))
    point = np.repeat(Y2009[:, None], 2, axis=1)
    assert scores.crps(np.log1p(spread), np.log1p(Y2010)).mean() < scores.crps(np.log1p(point), np.log1p(Y2010)).mean()
