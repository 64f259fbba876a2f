"""Counts and deaths against SciPy and against brute force."""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from drawdown import severity

SIGMAS = 5.0
INSIDE = (1e-6, 1 - 1e-6)


def uniforms(seed: int, size: int) -> jax.Array:
    return jnp.asarray(np.random.default_rng(seed).uniform(*INSIDE, size=size), jnp.float32)


@pytest.mark.parametrize("mean", [0.0, 1e-4, 0.05, 0.7, 2.0, 3.99])
def test_small_poisson_quantiles_are_exact(mean: float) -> None:
    """To float32: a uniform within a rounding of a step of the distribution may fall on either side."""
    from scipy.stats import poisson

    u = uniforms(1, 20_000)
    ours, theirs = np.asarray(severity.poisson(u, jnp.float32(mean))), poisson.ppf(np.asarray(u, np.float64), mean)
    assert (ours != theirs).mean() < 1e-3
    assert np.abs(ours - theirs).max() <= 1


@pytest.mark.parametrize("mean", [4.01, 6.0, 20.0, 150.0, 3000.0])
def test_large_poisson_quantiles_are_off_by_one_at_most(mean: float) -> None:
    from scipy.stats import poisson

    u = uniforms(2, 20_000)
    ours, theirs = np.asarray(severity.poisson(u, jnp.float32(mean))), poisson.ppf(np.asarray(u, np.float64), mean)
    # Beyond a mean of 1,000 the uniform of 23 bits itself has no finer step.
    assert np.abs(ours - theirs).max() <= (1 if mean < 1000 else 2)
    assert (ours != theirs).mean() < 0.05
    assert abs(ours.mean() - mean) < SIGMAS * math.sqrt(mean / len(u))


def test_poisson_is_monotone_in_its_mean() -> None:
    """Paired futures rely on it: more danger, and the same luck, never means fewer incidents."""
    u = uniforms(3, 200)[:, None]
    means = np.linspace(0, 12, 600, dtype=np.float32)[None]
    counts = np.asarray(severity.poisson(u, jnp.asarray(means)))
    # Where inversion hands over to the expansion it may step back by one.
    steps = np.diff(counts, axis=1)
    at_switch = (means[0, :-1] <= severity.SWITCH) & (means[0, 1:] >= severity.SWITCH)
    assert steps[:, ~at_switch].min() >= 0
    assert steps.min() >= -1


def survival(k: np.ndarray, alpha: float, cutoff: float, offset: float) -> np.ndarray:
    """P(deaths >= k) of one incident, as the module's docstring has it."""
    return np.asarray((1 + (k - 1) / offset) ** -(alpha - 1) * np.exp(-(k - 1) / cutoff))


LAWS = [(2.5, 60.0, 0.7), (3.1, 60.0, 0.7), (2.45, 200.0, 5.5), (2.8, 150.0, 1.6)]


@pytest.mark.statistical
@pytest.mark.parametrize(("alpha", "cutoff", "offset"), LAWS)
def test_single_incidents_follow_the_law(alpha: float, cutoff: float, offset: float) -> None:
    u = uniforms(4, 400_000)
    x = np.asarray(severity.largest_of(u, jnp.float32(1), jnp.float32(alpha), jnp.float32(cutoff), jnp.float32(offset)))
    for k in (1, 2, 3, 5, 10, 20, 50, 100):
        p = float(survival(np.array(k), alpha, cutoff, offset))
        error = math.sqrt(p * (1 - p) / len(u)) + 1e-6
        assert abs((x >= k).mean() - p) < SIGMAS * error, k


@pytest.mark.slow
@pytest.mark.statistical
@pytest.mark.parametrize(("alpha", "cutoff", "offset"), LAWS)
@pytest.mark.parametrize("count", [2, 6, 40])
def test_the_largest_of_several_agrees_with_brute_force(alpha: float, cutoff: float, offset: float, count: int) -> None:
    size = 60_000
    single = uniforms(5, size * count)
    one = np.asarray(severity.largest_of(single, jnp.float32(1), jnp.float32(alpha), jnp.float32(cutoff), jnp.float32(offset)))
    one = one.reshape(size, count)
    n = jnp.full(size, count, jnp.float32)
    largest = np.asarray(severity.largest_of(uniforms(6, size), n, jnp.float32(alpha), jnp.float32(cutoff), jnp.float32(offset)))
    for k in (2, 5, 20, 60):
        p = (one.max(1) >= k).mean()
        error = math.sqrt(max(p * (1 - p), 1 / size) * 2 / size)
        assert abs((largest >= k).mean() - p) < SIGMAS * error, k
    others = severity.others_of(uniforms(7, size), uniforms(8, size), n, jnp.asarray(largest), jnp.float32(alpha), jnp.float32(offset))
    total, brute = largest + np.asarray(others), one.sum(1)
    error = math.sqrt((total.var() + brute.var()) / size)
    # The others are drawn as if none of them could tie with the largest by being it: by brute force 4% of all deaths at the most.
    assert abs(total.mean() - brute.mean()) < SIGMAS * error + 0.04 * brute.mean()


@pytest.mark.statistical
@pytest.mark.parametrize(("alpha", "cutoff", "offset"), LAWS)
@pytest.mark.parametrize("largest", [1, 2, 5, 30])
def test_the_others_follow_the_law_cut_at_the_largest(alpha: float, cutoff: float, offset: float, largest: int) -> None:
    """Mean and spread of the sum of five draws from the law below `largest`, against the exact sums over the law without its taper."""
    size, more = 60_000, 5
    beyond = survival(np.arange(1, largest + 2), alpha, 1e12, offset)
    weights = -np.diff(beyond) / (1 - beyond[-1])
    sizes = np.arange(1, largest + 1)
    mean = float((weights * sizes).sum())
    variance = float((weights * sizes**2).sum()) - mean**2
    count, top = jnp.full(size, more + 1, jnp.float32), jnp.full(size, largest, jnp.float32)
    others = np.asarray(
        severity.others_of(uniforms(7, size), uniforms(8, size), count, top, jnp.float32(alpha), jnp.float32(offset)), np.float64
    )
    # What the expansion leaves out after its first correction: a fiftieth of a death for each incident (worked out for these laws).
    allowed = SIGMAS * math.sqrt(more * variance / size) + 0.022 * more
    assert abs(others.mean() - more * mean) < allowed
    assert (others >= more).all()
    assert (others <= more * largest).all()
    assert np.array_equal(others, np.floor(others))
    # A sum whose gamma has a shape under a half is given by its mean (see the source); above it the spread is right.
    if variance > 0 and more * (mean - 1) ** 2 / variance > 0.55:
        assert 0.85 < others.std() / math.sqrt(more * variance) < 1.15


def test_nothing_happens_where_nothing_is_drawn() -> None:
    u = [uniforms(k, 500) for k in range(4)]
    dead = severity.draw_incidents(u, jnp.zeros(500), jnp.float32(2.5), jnp.float32(60.0))
    assert not np.asarray(dead.incidents).any()
    assert not np.asarray(dead.deaths).any()


def test_every_incident_kills_at_least_one() -> None:
    u = [uniforms(k, 5000) for k in range(4)]
    dead = severity.draw_incidents(u, jnp.full(5000, 3.0), jnp.float32(2.5), jnp.float32(60.0))
    count, deaths, largest = (np.asarray(x) for x in (dead.incidents, dead.deaths, dead.largest))
    assert (deaths >= count).all()
    assert (largest <= deaths).all()
    assert ((largest > 0) == (count > 0)).all()


def test_normal_quantiles_are_scipys() -> None:
    from scipy.stats import norm

    u = jnp.asarray(np.linspace(1e-4, 1 - 1e-4, 2001), jnp.float32)
    # The slope of the quantile at 1e-4 is 2,500: a rounding of float32 there moves it by 1e-4.
    assert np.allclose(np.asarray(severity.normal_quantile(u)), norm.ppf(np.asarray(u, np.float64)), atol=1e-3)


@pytest.mark.statistical
@pytest.mark.parametrize(("number", "share"), [(2000, 0.01), (2000, 0.4), (150, 0.8), (30_000, 0.003)])
def test_leavers_have_the_mean_and_variance_of_the_binomial(number: int, share: float) -> None:
    size = 100_000
    u = (uniforms(10, size), uniforms(11, size), uniforms(12, size), uniforms(13, size))
    gone = np.asarray(severity.binomial_share(u, jnp.float32(number), jnp.float32(share)), np.float64)
    variance = number * share * (1 - share)
    assert abs(gone.mean() - number * share) < SIGMAS * math.sqrt(variance / size)
    # Four uniforms: kurtosis 2.7, hence the error of a variance is variance x sqrt(1.7 / size); 20 leavers, cut at none, lose a hair.
    assert abs(gone.var() / variance - 1) < SIGMAS * math.sqrt(1.7 / size) + 1e-3
    assert 0 <= gone.min() <= gone.max() <= number
