"""ViEWS 2023/24 challenge (arXiv 2407.11045): identities that its published benchmark figures obey, re-made by our scores.

Published (191 countries by 12 months, 2018): for the model that always says zero, CRPS 24.13 and MIS 482.6; ignorance 1.55 to 1.63.
"""

from __future__ import annotations

import numpy as np
import pytest

from drawdown.evaluate import baselines, folds, scores

ZERO_CRPS = (24.13, 23.02, 32.04, 87.34, 120.97, 53.54)
ZERO_MIS = (482.6, 460.4, 640.8, 1746.8, 2419.4, 1070.9)
# Shares of bins that the sparse, heavy-tailed world below shares with the real one: about 84% of country-months have no death.
QUIET = 0.84


def world(seed: int = 2023) -> np.ndarray:
    """Country-months: mostly nothing, a heavy tail where there is something."""
    random = np.random.default_rng(seed)
    something = random.uniform(size=(12, 191)) > QUIET
    return np.where(something, np.floor(1 + 3 * random.pareto(0.9, size=(12, 191))).clip(max=20_000), 0.0)


@pytest.mark.parametrize(("crps", "mis"), list(zip(ZERO_CRPS, ZERO_MIS, strict=True)))
def test_a_world_with_the_published_crps_of_zero_has_the_published_interval_score_by_ours(crps: float, mis: float) -> None:
    """The CRPS of nothing is the mean number of deaths: a world of that mean gives both published figures by our scores."""
    y = world()
    y = y * crps / y.mean()
    nothing = baselines.zeros(
        folds.Months(np.array(["2018-01"], dtype="datetime64[M]"), tuple(map(str, range(191))), y[:1]), range(12), 20, 1
    )
    assert scores.crps(nothing, y).mean() == pytest.approx(crps)
    assert scores.interval_score(nothing, y).mean() == pytest.approx(mis, rel=0.001)


def test_our_zero_model_obeys_the_same_identities() -> None:
    y = world()
    zero = np.zeros((*y.shape, 1000))
    assert scores.crps(zero, y).mean() == pytest.approx(y.mean())
    assert scores.interval_score(zero, y).mean() == pytest.approx(20 * y.mean())


def test_the_zero_models_ignorance_lies_where_the_published_one_does() -> None:
    bits = scores.log_score(np.zeros((12, 191, 1000)), world()).mean()
    # Closed form: nearly nothing where zero came true, the price of one pseudo-draw elsewhere.
    y = world()
    hit, missed = -np.log2(1001 / 1011), -np.log2(1 / 1011)
    assert bits == pytest.approx(hit * (y == 0).mean() + missed * (y > 0).mean())
    assert 1.45 < bits < 1.75  # published 1.55 to 1.63 over the six windows


def test_conflictology_beats_zero_when_the_world_persists_and_not_when_it_does_not() -> None:
    random = np.random.default_rng(7)
    level = np.where(random.uniform(size=191) > QUIET, 30 * random.pareto(1.2, size=191), 0.0)
    steady = random.poisson(level, size=(24, 191)).astype(float)
    months = folds.Months(np.datetime64("2017-01", "M") + np.arange(12), tuple(f"c{i}" for i in range(191)), steady[:12])
    draws = baselines.conflictology(months, (1,), 1000, 1)[0]
    broken = steady[12:][:, random.permutation(191)]
    persists, breaks = scores.crps(draws, steady[12]).mean(), scores.crps(draws, broken[0]).mean()
    assert persists < 0.2 * steady[12].mean()
    assert breaks > 0.9 * broken[0].mean()  # published skill over zero: .60 in 2019, none in 2022
