"""The law by which a country's level of violence moves from month to month, on a grid of levels.

The level is the logarithm of deaths a month. It wanders and drifts towards a usual level, which differs between countries; with a hazard
that falls as the level rises, and differs far more between countries than within, it falls to anywhere below (violence fades); low levels
flare up. A surge, a shock of a few weeks, comes on top. Deaths of a month are negative binomial about the level and the surge; a
month's record may be missing whole (a share of months: zero deaths whatever the level). See docs/learned.md for what was compared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.special import gammaln, ndtr

if TYPE_CHECKING:
    from jaxtyping import Array, Float

    Number = float | Float[Array, ""]

LEVELS = np.linspace(-3.5, 9.1, 43)  # ln deaths a month: one in thirty years to nine thousand a month
SURGES = np.linspace(-3.2, 3.2, 9)
# Three and five points of Gauss-Hermite: a country's proneness to fade, and how evenly deaths are spread over its months.
PRONENESS = np.array([-1.7320508, 0.0, 1.7320508])
OF_PRONENESS = np.array([1 / 6, 2 / 3, 1 / 6])
EVENNESS = np.array([-2.8569700, -1.3556262, 0.0, 1.3556262, 2.8569700])
OF_EVENNESS = np.array([0.0112574, 0.2220759, 0.5333333, 0.2220759, 0.0112574])


class Process(NamedTuple):
    """Parameters as they are fitted: logarithms of scales, log odds of shares and monthly hazards."""

    step: Number  # ln sd of the level's wandering in a month
    pull: Number  # log odds of the share of the way to the usual level in a month
    usual: Number  # ln deaths a month
    usual_prone: Number  # what a unit of proneness adds to it
    heat: Number  # rise a month at high levels
    fall: Number  # log odds of a fall in a month, at twenty deaths a month
    fall_level: Number  # what a log unit of level adds
    fall_prone: Number  # what a unit of proneness adds
    low: Number  # centre and ln width of levels fallen to, as far as below
    low_width: Number
    flare: Number  # log odds of a flare in a month, at the lowest levels
    high: Number  # centre and ln width of levels flared up to
    high_width: Number
    surge: Number  # ln sd of the surge
    surge_kept: Number  # log odds of the part of a surge left after a month
    missing: Number  # log odds of a month without record
    first: Number  # centre and ln width of the level of the first month on record
    first_width: Number
    even: Number  # ln of the size of the negative binomial: mean and ln spread over countries
    even_spread: Number


def mass(mean: Float[Array, "..."], width: Number, grid: Float[Array, "grid"]) -> Float[Array, "... grid"]:
    """Probability of each point of the grid, as of the interval about it, of a normal law; what lies beyond is of the ends."""
    edges = 0.5 * (grid[:-1] + grid[1:])
    below = ndtr((edges - mean[..., None]) / width)
    none, one = jnp.zeros((*below.shape[:-1], 1)), jnp.ones((*below.shape[:-1], 1))
    return jnp.diff(jnp.concatenate([none, below, one], axis=-1), axis=-1)


def of_levels(process: Process, prone: Number) -> Float[Array, "level next"]:
    """Chances of the level a month on, by the level now, for a country of some proneness."""
    level = jnp.asarray(LEVELS)
    usual = process.usual + process.usual_prone * prone
    wandered = mass(
        level + jax.nn.sigmoid(process.pull) * (usual - level) + process.heat * jax.nn.sigmoid(3.0 * (level - 2.0)),
        jnp.exp(process.step),
        level,
    )
    falls = jax.nn.sigmoid(process.fall + process.fall_prone * prone + process.fall_level * (level - 3.0))[:, None]
    fallen = mass(jnp.full_like(level, process.low), jnp.exp(process.low_width), level)
    below = jnp.tril(jnp.ones((len(LEVELS), len(LEVELS))))
    fallen = (fallen + 1e-9) * below
    fallen = fallen / jnp.sum(fallen, axis=1, keepdims=True)
    flares = (1.0 - falls) * (jax.nn.sigmoid(process.flare) * jax.nn.sigmoid(-2.0 * (level - 1.5)))[:, None]
    flared = mass(jnp.full_like(level, process.high), jnp.exp(process.high_width), level)
    return (1.0 - falls - flares) * wandered + falls * fallen + flares * flared


def of_surges(process: Process) -> tuple[Float[Array, "surge next"], Float[Array, "surge"]]:
    """Chances of the surge a month on, by the surge now; and at any time."""
    surge, kept, width = jnp.asarray(SURGES), jax.nn.sigmoid(process.surge_kept), jnp.exp(process.surge)
    return mass(kept * surge, width * jnp.sqrt(1.0 - kept**2), surge), mass(jnp.zeros(1), width, surge)[0]


def at_first(process: Process) -> Float[Array, "level surge"]:
    """Chances of the level and the surge in the first month on record."""
    first = mass(jnp.full((1,), process.first), jnp.exp(process.first_width), jnp.asarray(LEVELS))[0]
    return first[:, None] * of_surges(process)[1][None]


def sizes(process: Process) -> Float[Array, "evenness"]:
    """Sizes of the negative binomial at the points of `EVENNESS`."""
    return jnp.exp(process.even + jnp.exp(process.even_spread) * jnp.asarray(EVENNESS))


def of_deaths(deaths: Float[Array, "..."], size: Number, process: Process) -> Float[Array, "... level surge"]:
    """Chance of a month's recorded deaths at every level and surge; one where the month is not on record (NaN)."""
    known = jnp.isfinite(deaths)[..., None, None]
    dead = jnp.where(jnp.isfinite(deaths), deaths, 0.0)[..., None, None]
    mean = jnp.exp(jnp.asarray(LEVELS)[:, None] + jnp.asarray(SURGES)[None])
    log = (
        gammaln(dead + size)
        - gammaln(size)
        - gammaln(dead + 1.0)
        + size * jnp.log(size / (size + mean))
        + dead * jnp.log(mean / (size + mean))
    )
    hole = jax.nn.sigmoid(process.missing)
    # The least keeps a record that no level explains from ending the sum.
    return jnp.where(known, jnp.exp(log) * (1.0 - hole) + hole * (dead == 0), 1.0) + 1e-10
