"""How probable a record is under the process, at one month's distance and at years': the score that the fit maximises.

The levels are summed out exactly on the grid (a hidden Markov model), so that twenty parameters are left. A likelihood of the next month
alone is decided by gusts and knows little of how wars end. So the score also holds the chances of single months 6, 12, 24, 36 and 60
months ahead, of countries with a hundred deaths or more in the year before (a composite likelihood: Varin, Reid and Firth 2011).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import jax
import jax.numpy as jnp
from jax.scipy.special import logsumexp

from drawdown.learned.process import (
    OF_EVENNESS,
    OF_PRONENESS,
    PRONENESS,
    Process,
    at_first,
    of_deaths,
    of_levels,
    of_surges,
    sizes,
)

if TYPE_CHECKING:
    from jaxtyping import Array, Float

LEADS = (6, 12, 24, 36, 60)
WEIGHT = 0.3  # of each lead, the next month included: together they weigh about as much as every month does once or twice
EVERY = 3  # origins of the longer leads are a quarter apart
AT_WAR = 100.0  # deaths in the year before an origin
_START = 24  # months that a country's record is watched before it counts as an origin


def filtered(
    process: Process, deaths: Float[Array, "month country"]
) -> tuple[
    Float[Array, "prone even country"], Float[Array, "later prone even country"], Float[Array, "later prone even country level surge"]
]:
    """Log chance of the first month, of each later month given those before, and what was then known of level and surge."""
    kernels = jnp.stack([of_levels(process, prone) for prone in PRONENESS])
    surges, _ = of_surges(process)
    seen = jnp.stack([of_deaths(deaths, size, process) for size in sizes(process)], axis=1)  # [month, even, country, level, surge]

    def known(before: Float[Array, "..."], month: Float[Array, "..."]) -> tuple[Float[Array, "..."], Float[Array, "..."]]:
        joint = before * month[None]
        chance = jnp.sum(joint, axis=(-1, -2))
        return joint / chance[..., None, None], jnp.log(chance)

    first = jnp.broadcast_to(at_first(process), (len(PRONENESS), *seen.shape[1:]))
    start, log_first = known(first, seen[0])

    def later(now: Float[Array, "..."], month: Float[Array, "..."]) -> tuple[Float[Array, "..."], tuple[Float[Array, "..."], ...]]:
        ahead = jnp.einsum("zkcji,zjl->zkcli", now @ surges, kernels)
        now, log = known(ahead, month)
        return now, (log, now)

    _, (logs, states) = jax.lax.scan(later, start, seen[1:])
    return log_first, logs, states


def prior() -> Float[Array, "prone even 1"]:
    """Log weights of the points of proneness and evenness."""
    return (jnp.log(jnp.asarray(OF_PRONENESS))[:, None] + jnp.log(jnp.asarray(OF_EVENNESS))[None])[..., None]


def score(process: Process, deaths: Float[Array, "month country"]) -> Float[Array, "country"]:
    """The composite log likelihood of each country's record."""
    log_first, logs, states = filtered(process, deaths)
    of_country = prior()
    total = WEIGHT * logsumexp(log_first + jnp.sum(logs, axis=0) + of_country, axis=(0, 1))
    kernels = jnp.stack([of_levels(process, prone) for prone in PRONENESS])
    _, at_rest = of_surges(process)
    seen = jnp.stack([of_deaths(deaths, size, process) for size in sizes(process)], axis=1)
    at_levels = jnp.einsum("tkcji,i->tkcj", seen, at_rest)
    weights = jnp.cumsum(logs, axis=0) + log_first + of_country
    weights = jnp.exp(weights - logsumexp(weights, axis=(1, 2), keepdims=True))
    levels = jnp.sum(states, axis=-1)
    summed = jnp.cumsum(jnp.nan_to_num(deaths), axis=0)
    year = summed - jnp.concatenate([jnp.zeros((12, deaths.shape[1])), summed[:-12]])
    for lead in LEADS:
        if len(deaths) <= _START + lead + 1:
            continue
        ahead = jax.vmap(lambda kernel, h=lead: jnp.linalg.matrix_power(kernel, h))(kernels)
        forecast = jnp.einsum("tzkcj,zjl->tzkcl", levels[_START:-lead:EVERY], ahead)
        month = at_levels[1 + _START + lead :: EVERY]
        chance = jnp.sum(weights[_START:-lead:EVERY] * jnp.sum(forecast * month[:, None], axis=-1), axis=(1, 2))
        counts = jnp.isfinite(deaths[1 + _START + lead :: EVERY]) & (year[1 + _START : -lead : EVERY] >= AT_WAR)
        total = total + WEIGHT * EVERY * jnp.sum(jnp.where(counts, jnp.log(chance), 0.0), axis=0)
    return total
