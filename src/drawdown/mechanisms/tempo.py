"""Slow drift of the level of violence: a national shock that all places share, a local one, and weekly gusts."""

from __future__ import annotations

import jax.numpy as jnp

from drawdown.mechanism import Change, Key, Mechanism, Params, State
from drawdown.parameter_table import parameters_beside
from drawdown.state import Variable


def step(key: Key, state: State, params: Params) -> Change:
    """x' = (1 - 1/tau) x + sigma e, for the nation and each place; activity = exp(both + gust), gusts shared in part."""
    nation, gust, _, _ = key.normal("nation", ())
    place, local_gust, _, _ = key.normal("place", ("place",))
    shock = state.national_shock * (1.0 - 1.0 / params.national_memory) + params.national_drift * nation
    drift = state.local_drift * (1.0 - 1.0 / params.local_memory) + params.local_drift * place
    shared = jnp.sqrt(params.synchrony) * gust + jnp.sqrt(1.0 - params.synchrony) * local_gust
    blow = params.gust * shared - 0.5 * params.gust**2
    return Change.of(national_shock=shock, local_drift=drift, activity=jnp.exp(shock + drift + blow))


MECHANISM = Mechanism(
    name="tempo",
    phase="SENSE",
    about="Violence drifts slowly, for the country and for each place, beyond what its declared drivers explain.",
    step=step,
    owns=(
        Variable("national_shock", (), "log ratio", "choice", "national shock to the level of violence"),
        Variable("local_drift", ("place",), "log ratio", "choice", "local drift of the level of violence"),
        Variable("activity", ("place",), "ratio", "choice", "multiplier of all violence this week", low=0.0, default=1.0),
    ),
    params=parameters_beside(__file__),
    references=("Lewis, Mohler, Brantingham and Bertozzi 2012", "Mohler 2013"),
)
