"""The level of violence of a country: where its record stands, a month's gust, and how far local drift has spread (tempo and fading)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jax.numpy as jnp
from jax.scipy.special import gammaln

from drawdown.guards import FAINT
from drawdown.mechanism import Key, Params, State

if TYPE_CHECKING:
    from jaxtyping import Array, Float


def of_record(recorded: Float[Array, "place violence lane"], fuller: Float[Array, "future"]) -> Float[Array, "future"]:
    """ln of the deaths a week recorded before the origin [], as the record of all countries counts: one in `fuller` of these."""
    return jnp.log(jnp.maximum(jnp.sum(recorded, axis=(0, 1)) / fuller, FAINT))


def gust_of_month(key: Key, state: State, params: Params) -> Float[Array, "future"]:
    """Multiplier of the month [], Weibull with mean one and the shape `unevenness`; drawn anew when a month of `month` weeks begins.

    The same law of variance as the gamma gusts of a negative binomial, and a quantile in closed form. That law was fitted to whole months:
    what large and small incidents make uneven by themselves, `lumps` over the deaths of a month, is taken off.
    """
    luck, _, _, _ = key.uniform("month", ())
    shape = params.unevenness
    drawn = jnp.exp(jnp.log(-jnp.log(luck)) / shape - gammaln(1.0 + 1.0 / shape))
    whole = jnp.exp(gammaln(1.0 + 2.0 / shape) - 2.0 * gammaln(1.0 + 1.0 / shape)) - 1.0
    level = state.recorded_level + state.national_level + state.lull
    of_incidents = params.lumps / (params.fuller * params.month * jnp.exp(level))
    left = jnp.sqrt(jnp.maximum(1.0 - of_incidents / whole, 0.0))
    begins = jnp.floor(state.week / params.month) > jnp.floor((state.week - 1.0) / params.month)
    return jnp.where(begins, 1.0 + params.gusts * left * (drawn - 1.0), state.month_gust)


def faded_memory(state: State, params: Params) -> Float[Array, "future"]:
    """Sum of the squared weights of a drift's steps so far []: its variance, in steps squared, `week` + 1 weeks after it began at zero."""
    kept = (1.0 - 1.0 / params.local_memory) ** 2
    return (1.0 - kept ** (state.week + 1.0)) / (1.0 - kept)
