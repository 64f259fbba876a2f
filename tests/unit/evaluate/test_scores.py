"""Scores against their textbook values, against scoringrules, and against the identities that they must obey."""

from __future__ import annotations

import numpy as np
import pytest

from drawdown.evaluate import scores
from drawdown.evaluate.scores import ScoreError

RANDOM = np.random.default_rng(20070903)
DRAWS = RANDOM.gamma(2.0, 20.0, size=(6, 5, 40))
TRUTH = RANDOM.gamma(2.0, 20.0, size=(6, 5))


def brute_crps(x: np.ndarray, y: float, fair: bool) -> float:
    """The definition, pair by pair."""
    n = len(x)
    pairs = sum(abs(a - b) for a in x for b in x)
    return float(np.mean(np.abs(x - y)) - 0.5 * pairs / (n * (n - 1) if fair else n * n))


@pytest.mark.parametrize("fair", [True, False])
def test_crps_is_its_definition_pair_by_pair(fair: bool) -> None:
    expected = [[brute_crps(DRAWS[i, j], TRUTH[i, j], fair) for j in range(5)] for i in range(6)]
    np.testing.assert_allclose(scores.crps(DRAWS, TRUTH, fair), expected, rtol=1e-10)


def test_crps_agrees_with_scoringrules() -> None:
    import scoringrules

    np.testing.assert_allclose(scores.crps(DRAWS, TRUTH), scoringrules.crps_ensemble(TRUTH, DRAWS, estimator="fair"), rtol=1e-9)
    np.testing.assert_allclose(scores.crps(DRAWS, TRUTH, fair=False), scoringrules.crps_ensemble(TRUTH, DRAWS, estimator="nrg"), rtol=1e-9)


def test_fair_crps_does_not_depend_on_the_number_of_members() -> None:
    random = np.random.default_rng(1)
    y = random.normal(size=4000)
    few, many = random.normal(size=(4000, 3)), random.normal(size=(4000, 60))
    small, large = scores.crps(few, y), scores.crps(many, y)
    error = np.hypot(small.std() / np.sqrt(4000), large.std() / np.sqrt(4000))
    assert abs(small.mean() - large.mean()) < 4 * error
    # The score of a perfect standard normal forecast is 1/sqrt(pi).
    assert abs(large.mean() - 1 / np.sqrt(np.pi)) < 4 * large.std() / np.sqrt(4000)
    assert scores.crps(few, y, fair=False).mean() > small.mean() + 4 * error


def test_zero_forecast_has_crps_equal_to_the_deaths_and_interval_score_of_twenty_times_them() -> None:
    zero = np.zeros((*TRUTH.shape, 10))
    np.testing.assert_allclose(scores.crps(zero, TRUTH), TRUTH)
    np.testing.assert_allclose(scores.interval_score(zero, TRUTH), 20 * scores.crps(zero, TRUTH))


def test_interval_score_agrees_with_scoringrules() -> None:
    import scoringrules

    low, high = np.quantile(DRAWS, (0.05, 0.95), axis=-1)
    np.testing.assert_allclose(scores.interval_score(DRAWS, TRUTH), scoringrules.interval_score(TRUTH, low, high, 0.1))


def test_energy_score_agrees_with_scoringrules_and_reduces_to_crps() -> None:
    import scoringrules

    expected = scoringrules.es_ensemble(TRUTH, np.swapaxes(DRAWS, -1, -2))
    np.testing.assert_allclose(scores.energy_score(DRAWS, TRUTH, fair=False), expected, rtol=1e-9)
    one = scores.energy_score(DRAWS[:, :1], TRUTH[:, :1])
    np.testing.assert_allclose(one, scores.crps(DRAWS[:, 0], TRUTH[:, 0]), rtol=1e-9)


def test_log_score_counts_the_bin_with_one_pseudo_draw() -> None:
    draws = np.array([0.0] * 6 + [1.0] * 3 + [2000.0])
    bins = len(scores.VIEWS_BINS)
    assert scores.log_score(draws, np.array(0.0)) == pytest.approx(-np.log2(7 / (10 + bins)))
    assert scores.log_score(draws, np.array(2.0)) == pytest.approx(-np.log2(4 / (10 + bins)))
    assert scores.log_score(draws, np.array(5000.0)) == pytest.approx(-np.log2(2 / (10 + bins)))
    assert scores.log_score(draws, np.array(40.0)) == pytest.approx(-np.log2(1 / (10 + bins)))


def test_log_score_probabilities_of_all_bins_sum_to_one() -> None:
    middle = np.array([0.2, 1, 4, 8, 20, 40, 80, 200, 400, 800, 3000.0])
    bits = scores.log_score(np.broadcast_to(DRAWS[0, 0], (11, 40)), middle)
    assert np.exp2(-bits).sum() == pytest.approx(1.0)


def test_brier_decomposition_adds_up() -> None:
    p = RANDOM.uniform(size=500)
    o = (RANDOM.uniform(size=500) < p).astype(float)
    parts = scores.reliability(p, o)
    assert parts.reliability - parts.resolution + parts.uncertainty + parts.within == pytest.approx(parts.brier)
    assert parts.brier == pytest.approx(float(((p - o) ** 2).mean()))
    assert sum(parts.count) == 500
    # A forecast that names each bin's own frequency has no reliability loss and nothing hidden.
    exact = np.repeat([0.05, 0.55], [20, 20])
    happened = np.r_[np.eye(1, 20)[0], np.r_[np.ones(11), np.zeros(9)]]
    clean = scores.reliability(exact, happened)
    assert clean.reliability == pytest.approx(0.0, abs=1e-12)
    assert clean.within == pytest.approx(0.0, abs=1e-12)


def test_standard_error_grows_when_cells_of_a_block_move_together() -> None:
    random = np.random.default_rng(3)
    shared = np.repeat(random.normal(size=50), 18)
    names = [i // 18 for i in range(900)]
    blocked, naive = scores.mean_with_error(shared, names), scores.mean_with_error(shared)
    assert blocked.blocks == 50
    assert naive.blocks == 900
    assert blocked.error == pytest.approx(naive.error * np.sqrt(18), rel=0.02)
    assert scores.mean_with_error(shared[:18], names[:18]).error == np.inf


def test_standard_error_is_right_on_independent_values() -> None:
    x = np.random.default_rng(4).normal(size=400)
    assert scores.mean_with_error(x).error == pytest.approx(x.std(ddof=1) / 20)


def test_missing_observations_are_left_out_and_counted() -> None:
    y = TRUTH.copy()
    y[0] = np.nan
    mean = scores.mean_with_error(scores.crps(DRAWS, y))
    assert mean.cells == 25
    assert np.isfinite(mean.value)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: scores.crps(DRAWS, TRUTH[:2]), r"draws have shape .* expected draws of shape"),
        (lambda: scores.crps(DRAWS[..., :1], TRUTH), "needs at least 2"),
        (lambda: scores.crps(np.full((2, 3), np.nan), np.zeros(2)), "not a number"),
        (lambda: scores.interval_score(DRAWS, TRUTH, 1.5), "between 0 and 1"),
        (lambda: scores.log_score(DRAWS - 100, TRUTH), "under the lowest edge"),
        (lambda: scores.log_score(DRAWS, TRUTH, (0, 2, 1)), "must rise"),
        (lambda: scores.energy_score(DRAWS[0, 0], TRUTH[0, 0]), "axis of places"),
        (lambda: scores.brier([1.2], [1]), "outside 0 to 1"),
        (lambda: scores.brier([0.5], [0.5]), "neither 0 nor 1"),
        (lambda: scores.brier([0.5], [0, 1]), "outcomes"),
        (lambda: scores.reliability([], []), "no events"),
        (lambda: scores.mean_with_error([1.0, 2.0], ["a"]), "block names"),
    ],
)
def test_misuse_says_what_came_and_what_was_expected(call: object, says: str) -> None:
    with pytest.raises(ScoreError, match=says):
        call()  # type: ignore[operator]  # the table holds lambdas
