"""Counts of incidents and their deaths, drawn without rejection so that each future is the same in any layout.

Sizes follow a tapered power law (Kagan and Schoenberg 2001, "Estimation of the upper cutoff parameter for the tapered Pareto
distribution"): P(deaths >= k) = r^-(alpha-1) * exp(-(k-1)/cutoff) with r = 1 + (k-1)/OFFSET. The tail exponent `alpha` is that of Bohorquez
et al. 2009 (near 2.5); OFFSET, the default, makes the share of single deaths that of the discrete law.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import jax
import jax.numpy as jnp

if TYPE_CHECKING:
    from jaxtyping import Array, Float


# With alpha = 2.5 gives P(1 death) = .736, against 1/zeta(2.5) = .745 of the discrete power law.
OFFSET = 0.7
_INVERSE_TERMS = 15  # enough for the inverse of a Poisson of mean up to SWITCH: P(more than 15 | 4) < 1e-5
SWITCH = 4.0
_NEWTON_STEPS = 4


class DrawnIncidents(NamedTuple):
    """Of each cell: number of incidents, deaths in the largest, deaths in the others together (float32 whole numbers)."""

    incidents: Float[Array, "*cells"]
    largest: Float[Array, "*cells"]
    others: Float[Array, "*cells"]

    @property
    def deaths(self) -> Float[Array, "*cells"]:
        """All deaths of the cell."""
        return self.largest + self.others


def poisson(uniform: Float[Array, "*#cells"], mean: Float[Array, "*#cells"]) -> Float[Array, "*#cells"]:
    """Poisson quantile. Exact inversion up to a mean of SWITCH, above it the Cornish-Fisher expansion to second order.

    The expansion (Giles 2016, "Algorithm 955") is off by at most one for means above 4. `uniform` in (0,1); `mean` >= 0.
    """
    small = jnp.minimum(mean, SWITCH)
    term = jnp.exp(-small)
    cumulative, count = term, jnp.zeros_like(term)
    for k in range(1, _INVERSE_TERMS + 1):
        count = count + (uniform > cumulative)
        term = term * small / k
        cumulative = cumulative + term
    large = jnp.maximum(mean, SWITCH)
    z = normal_quantile(uniform)
    root = jnp.sqrt(large)
    expansion = large + root * z + (z * z - 1.0) / 6.0 + (z - z * z * z) / (72.0 * root)
    return jnp.where(mean > SWITCH, jnp.maximum(jnp.floor(expansion + 0.5), 0.0), count)


def binomial_share(
    uniforms: tuple[Float[Array, "*#cells"], Float[Array, "*#cells"], Float[Array, "*#cells"], Float[Array, "*#cells"]],
    number: Float[Array, "*#cells"],
    share: Float[Array, "*#cells"],
) -> Float[Array, "*#cells"]:
    """How many of `number` meet a hazard of `share`, within [0, number]: mean and variance of the binomial.

    The four uniforms make a near-normal (Irwin and Hall: their sum, of variance 1/3), without the tails and the price of a quantile.
    """
    z = (uniforms[0] + uniforms[1] + uniforms[2] + uniforms[3] - 2.0) * jnp.float32(3.0**0.5)
    value = number * share + z * jnp.sqrt(jnp.maximum(number * share * (1.0 - share), 0.0))
    return jnp.clip(value, 0.0, number)


def normal_quantile(uniform: Float[Array, "*cells"]) -> Float[Array, "*cells"]:
    """Standard normal quantile."""
    return jnp.sqrt(2.0).astype(jnp.float32) * jax.lax.erf_inv(2.0 * uniform - 1.0)


def largest_of(
    uniform: Float[Array, "*#cells"],
    count: Float[Array, "*#cells"],
    alpha: Float[Array, "*#cells"],
    cutoff: Float[Array, "*#cells"],
    offset: Float[Array, "*#cells"] | float = OFFSET,
) -> Float[Array, "*#cells"]:
    """Deaths in the largest of `count` incidents (0 where there is none): the exact quantile of the maximum, by Newton's method.

    With y = ln r, solves (alpha-1) y + offset (e^y - 1)/cutoff = -ln(1 - u^(1/n)); convex, begun from above, so it falls to the root.
    """
    exceed = -jnp.log(-jnp.expm1(jnp.log(uniform) / jnp.maximum(count, 1.0)))
    slope = alpha - 1.0
    pull = offset / cutoff
    y = jnp.minimum(exceed / slope, jnp.log1p(exceed / pull))
    for _ in range(_NEWTON_STEPS):
        grown = jnp.exp(y)
        y = y - (slope * y + pull * (grown - 1.0) - exceed) / (slope + pull * grown)
    deaths = jnp.floor(1.0 + offset * jnp.expm1(jnp.maximum(y, 0.0)))
    return jnp.where(count > 0, deaths, 0.0)


def others_of(
    uniform: Float[Array, "*#cells"],
    rounding: Float[Array, "*#cells"],
    count: Float[Array, "*#cells"],
    largest: Float[Array, "*#cells"],
    alpha: Float[Array, "*#cells"],
    offset: Float[Array, "*#cells"] | float = OFFSET,
) -> Float[Array, "*#cells"]:
    """Deaths in the other `count - 1` incidents, none deadlier than the largest.

    Sum of independent draws from the law cut at `largest`: its mean and variance by Euler-Maclaurin, its shape by a gamma quantile
    (Wilson and Hilferty 1931), rounded at random so that the mean is kept.
    """
    slope = _apart(_apart(alpha - 1.0, 1.0), 2.0)
    start, end = 1.0 + 0.5 / offset, 1.0 + jnp.maximum(largest - 0.5, 0.5) / offset
    beyond = jnp.exp(-slope * jnp.log1p(largest / offset))
    up_to, begin = jnp.log(end), jnp.log(start)
    first = offset * (jnp.exp((1.0 - slope) * up_to) - jnp.exp((1.0 - slope) * begin)) / (1.0 - slope)
    second = (
        2.0 * offset**2 * (jnp.exp((2.0 - slope) * up_to) - jnp.exp((2.0 - slope) * begin)) / (2.0 - slope) + (1.0 - 2.0 * offset) * first
    )
    spread = jnp.maximum(largest - 1.0, 0.0)
    excess = jnp.maximum((first - spread * beyond) / (1.0 - beyond), 0.0)
    square = jnp.maximum((second - spread * (1.0 + largest) * beyond) / (1.0 - beyond), 0.0)
    mean = 1.0 + excess
    variance = jnp.maximum(1.0 + square - mean * mean, 1e-6)
    more = jnp.maximum(count - 1.0, 0.0)
    total, total_variance = more * excess, more * variance
    shape = jnp.maximum(total * total / jnp.maximum(total_variance, 1e-9), 1e-3)
    z = normal_quantile(uniform)
    cube = jnp.maximum(1.0 - 1.0 / (9.0 * shape) + z / (3.0 * jnp.sqrt(shape)), 0.0) ** 3
    # A gamma of small shape is mostly zero with rare large values; there the rounding draw decides instead of the cubed normal.
    drawn = jnp.where(shape > 0.5, total * cube, total)
    return jnp.where(more > 0, more + jnp.minimum(jnp.floor(drawn + rounding), more * spread), 0.0)


def _apart(value: Float[Array, "*cells"], pole: float) -> Float[Array, "*cells"]:
    """Keep an exponent off a removable pole of the integrals."""
    return jnp.where(jnp.abs(value - pole) < 2e-2, pole + 2e-2, value)


def draw_incidents(
    uniforms: Sequence[Float[Array, "*#cells"]],
    mean: Float[Array, "*#cells"],
    alpha: Float[Array, "*#cells"],
    cutoff: Float[Array, "*#cells"],
    offset: Float[Array, "*#cells"] | float = OFFSET,
) -> DrawnIncidents:
    """Number of incidents (Poisson of `mean`) and their deaths in each cell; `offset` raises the typical size without touching the tail."""
    count = poisson(uniforms[0], mean)
    largest = largest_of(uniforms[1], count, alpha, cutoff, offset)
    return DrawnIncidents(count, largest, others_of(uniforms[2], uniforms[3], count, largest, alpha, offset))
