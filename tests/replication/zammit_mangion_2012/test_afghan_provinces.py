"""Zammit-Mangion et al. 2012 (PNAS 109:12414): Afghan provinces 2009 and 2010, and why '82% of directions right' is no skill."""

from __future__ import annotations

import numpy as np
import pytest

from drawdown.evaluate import scores

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


def test_totals_and_directions() -> None:
    assert (Y2009.sum(), Y2010.sum()) == (8011, 12906)
    assert Y2010.sum() / Y2009.sum() == pytest.approx(1.611, abs=0.001)
    assert ((GROWTH > 0).sum(), (GROWTH < 0).sum()) == (27, 5)


def test_growth_and_concentration() -> None:
    assert np.corrcoef(np.log(Y2009), np.log(Y2010))[0, 1] == pytest.approx(0.908, abs=0.002)
    assert GROWTH.mean() == pytest.approx(0.364, abs=0.002)
    assert GROWTH.std(ddof=1) == pytest.approx(0.552, abs=0.012)
    np.testing.assert_allclose(np.quantile(np.exp(GROWTH), (0.05, 0.25, 0.5, 0.75, 0.95)), [0.78, 1.12, 1.52, 2.11, 3.00], atol=0.03)
    shares = [np.sort(y)[-5:].sum() / y.sum() for y in (Y2009, Y2010)]
    assert shares == pytest.approx([0.480, 0.500], abs=0.001)


def test_what_a_forecast_must_beat() -> None:
    assert rmsle(Y2009) == pytest.approx(0.654, abs=0.001)
    assert rmsle(Y2009 * Y2010.sum() / Y2009.sum()) == pytest.approx(0.555, abs=0.001)


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
