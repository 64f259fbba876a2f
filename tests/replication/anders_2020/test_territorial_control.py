"""Anders 2020: the transition matrix's own numbers, the transpose in the published code, and control recovered from tactics."""

from __future__ import annotations

import numpy as np
import pytest

from drawdown.evaluate import territory


def test_the_stationary_distribution_and_eigenvalues_of_the_published_matrix() -> None:
    np.testing.assert_allclose(territory.stationary(territory.TRANSITION), [0.080, 0.106, 0.211, 0.293, 0.309], atol=0.0006)
    values = np.linalg.eigvals(territory.TRANSITION)
    real = sorted(v.real for v in values if abs(v.imag) < 1e-9)
    turning = sorted((v for v in values if abs(v.imag) > 1e-9), key=lambda v: v.imag)
    np.testing.assert_allclose(real, [-0.149, 0.455, 1.0], atol=0.001)
    np.testing.assert_allclose([turning[1].real, turning[1].imag], [-0.178, 0.442], atol=0.001)


def test_a_simple_negative_eigenvalue_forbids_a_weekly_root() -> None:
    values = np.linalg.eigvals(territory.TRANSITION)
    negative = [v for v in values if abs(v.imag) < 1e-9 and v.real < 0]
    assert len(negative) == 1  # a real logarithm needs negative eigenvalues in pairs


def test_the_transposed_matrix_of_the_published_code_is_refused() -> None:
    np.testing.assert_allclose(territory.TRANSITION.T.sum(axis=1), [0.625, 0.825, 0.775, 1.70, 1.075])
    with pytest.raises(ValueError, match=r"0\.625, 0\.825.*transposed"):
        territory.stationary(territory.TRANSITION.T)
    with pytest.raises(ValueError, match="transposed"):
        territory.viterbi([0, 1], np.full(5, 0.2), territory.TRANSITION.T)


def test_dwell_times_are_little_over_a_month() -> None:
    dwell = 1 / (1 - np.diag(territory.TRANSITION))
    assert dwell.min() == pytest.approx(1.05, abs=0.01)
    assert dwell.max() == pytest.approx(1.6, abs=0.01)


def test_viterbi_recovers_control_from_tactics_better_than_their_share_alone() -> None:
    random = np.random.default_rng(20200401)
    start = territory.stationary(territory.TRANSITION)
    truth, guessed, naive = [], [], []
    # Places whose control moves slowly, as it does in the field: the mean of the published chain and of staying put.
    slow = 0.15 * territory.TRANSITION + 0.85 * np.eye(5)
    for _ in range(40):
        path = [random.choice(5, p=start)]
        for _ in range(59):
            path.append(random.choice(5, p=slow[path[-1]]))
        seen = np.array([random.choice(4, p=territory.EMISSION[s]) for s in path])
        truth.append(path)
        guessed.append(territory.viterbi(seen, start, slow))
        # What the month's tactic says by itself, read through the same emissions.
        naive.append((territory.EMISSION[:, seen] * start[:, None]).argmax(axis=0))
    kappa = territory.weighted_kappa(np.ravel(truth), np.ravel(guessed))
    alone = territory.weighted_kappa(np.ravel(truth), np.ravel(naive))
    assert kappa > 0.4
    assert kappa > alone + 0.1


def test_tactics_are_read_from_counts_with_the_published_margins() -> None:
    conventional, terror = np.array([0.0, 9.0, 5.0, 1.0, 0.05]), np.array([0.0, 1.0, 5.2, 9.0, 0.04])
    assert [territory.TACTICS[i] for i in territory.tactics(conventional, terror)] == ["none", "conventional", "balanced", "terror", "none"]
