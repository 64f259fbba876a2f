"""Bohorquez et al. 2009 (Nature 462:911): sizes of insurgent attacks, exponent near 2.5; and the war logs' mean of 1.99 deaths a record."""

from __future__ import annotations

import numpy as np
import pytest

from drawdown import severity

NO_CUTOFF = 1e9
DRAWS = 400_000


def sizes(alpha: float, cutoff: float = NO_CUTOFF, draws: int = DRAWS) -> np.ndarray:
    """Deaths of single incidents, drawn as the engine draws them."""
    import jax.numpy as jnp

    u = jnp.asarray(np.random.default_rng(54_679).uniform(1e-7, 1 - 1e-7, size=draws), jnp.float32)
    return np.asarray(severity.largest_of(u, jnp.ones(draws), jnp.float32(alpha), jnp.float32(cutoff)))


def exponent(x: np.ndarray, least: float) -> tuple[float, float]:
    """Maximum-likelihood exponent of the tail from `least` and its standard error, by the discrete approximation of Clauset et al. 2009."""
    tail = x[x >= least]
    alpha = 1 + len(tail) / np.log(tail / (least - 0.5)).sum()
    return float(alpha), float((alpha - 1) / np.sqrt(len(tail)))


def vuong(x: np.ndarray, least: float, alpha: float) -> float:
    """Vuong statistic of a discrete power law against a discretised lognormal tail: positive favours the power law."""
    from scipy.optimize import minimize
    from scipy.special import log_ndtr, zeta
    from scipy.stats import norm

    tail = x[x >= least]
    power = -alpha * np.log(tail) - np.log(zeta(alpha, least))

    def cells(theta: np.ndarray) -> np.ndarray:
        mu, sigma = theta[0], np.exp(theta[1])
        high, low = norm.sf((np.log(tail - 0.5) - mu) / sigma), norm.sf((np.log(tail + 0.5) - mu) / sigma)
        inside: np.ndarray = np.log(np.maximum(high - low, 1e-300)) - log_ndtr(-(np.log(least - 0.5) - mu) / sigma)
        return inside

    best = minimize(lambda theta: -cells(theta).sum(), np.array([1.0, 0.0]), method="Nelder-Mead").x
    gap = power - cells(best)
    return float(gap.sum() / (gap.std() * np.sqrt(len(gap))))


def test_the_tail_exponent_is_recovered_in_the_published_range() -> None:
    alpha, error = exponent(sizes(2.5), 10)
    # The offset of the law bends it a little at ten deaths: the local slope there is alpha - 1 times 10/(10 - 0.3), so 3% of 1.5.
    assert abs(alpha - 2.5) < 0.05 + 4 * error


def test_the_share_of_single_large_and_very_large_attacks() -> None:
    x = sizes(2.5)
    # Discrete power law from 1 with exponent 2.5: mean 1.94, P(>=10) .0169, P(>=100) .00050 (derived from the published exponent).
    error = np.sqrt(0.0169 / DRAWS)
    assert abs((x == 1).mean() - 1 / 1.3415) < 0.02
    assert 0.0169 - 4 * error < (x >= 10).mean() < 0.0169 * 1.25
    assert 0.0003 < (x >= 100).mean() < 0.0008
    # The far tail holds most of the error of a mean whose variance is infinite; up to 1,000 deaths it is finite.
    assert np.minimum(x, 1000).mean() == pytest.approx(1.94, rel=0.08)


def test_ten_deaths_are_316_times_as_frequent_as_a_hundred() -> None:
    def density(k: int) -> float:
        def beyond(j: int) -> float:
            return float((1 + (j - 1) / severity.OFFSET) ** -1.5)

        return beyond(k) - beyond(k + 1)

    # Bohorquez et al.: 10^2.5 = 316. Ours, in closed form:
    assert density(10) / density(100) == pytest.approx(316, rel=0.12)


def test_a_power_law_is_not_told_from_a_lognormal_the_wrong_way() -> None:
    x = sizes(2.5, draws=54_679)
    alpha, _ = exponent(x, 5)
    assert vuong(x, 5, alpha) > -1.96


@pytest.mark.parametrize("alpha", [3.3, 2.25, 1.8])
def test_kinds_of_attack_keep_their_own_exponents(alpha: float) -> None:
    found, error = exponent(sizes(alpha), 10)
    assert abs(found - alpha) < 0.04 * alpha + 4 * error


def test_the_mixture_of_kinds_has_the_war_logs_mean() -> None:
    # Iraq to August 2007 (IBC): gunfire 3.3 with a mean of 1.7, suicide vests 1.8 with 12.5; the war logs' mean is 1.99 deaths a record.
    gunfire, vests = sizes(3.3, 60.0), sizes(1.8, 60.0)
    assert gunfire.mean() == pytest.approx(1.5, abs=0.35)
    assert 4 < vests.mean() < 13
    assert (0.95 * gunfire.mean() + 0.05 * vests.mean()) == pytest.approx(1.99, rel=0.3)


def test_the_cutoff_thins_the_tail_beyond_it() -> None:
    cut, free = sizes(2.5, 60.0), sizes(2.5)
    assert (cut >= 10).mean() == pytest.approx((free >= 10).mean(), rel=0.25)
    # Iraq: 18 events of 100 or more, against 37 to 58 that the pure law expects.
    assert 0.1 < (cut >= 100).mean() / (free >= 100).mean() < 0.6
