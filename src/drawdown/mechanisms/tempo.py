"""Slow drift of the level of violence: a national shock that all places share, a local one, and weekly gusts."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from drawdown.mechanism import Change, Mechanism, Param
from drawdown.state import Variable

_FACTS = "stylised facts of IBC and SIGACT series to September 2007 (computed; docs/model.md)"


def step(key: Any, state: Any, params: Any) -> Change:
    """x' = (1 - 1/tau) x + sigma e, for the nation and each place; activity = exp(both + gust), gusts shared in part."""
    nation, gust, _, _ = key.normal("nation", ())
    place, local_gust, _, _ = key.normal("place", ("place",))
    shock = state.national_shock * (1.0 - 1.0 / params.national_memory) + params.national_drift * nation
    drift = state.local_drift * (1.0 - 1.0 / params.local_memory) + params.local_drift * place
    shared = jnp.sqrt(params.synchrony) * gust[None] + jnp.sqrt(1.0 - params.synchrony) * local_gust
    blow = params.gust * shared - 0.5 * params.gust**2
    return Change.of(national_shock=shock, local_drift=drift, activity=jnp.exp(shock[None] + drift + blow))


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
    params=(
        Param("national_drift", "log ratio per week", 0.02, 0.04, 0.07, (0, 0.3), "A", _FACTS, "weekly step of the national shock", 0.0),
        Param("national_memory", "weeks", 26, 52, 130, (4, 520), "B", _FACTS, "weeks over which the national shock fades"),
        Param("local_drift", "log ratio per week", 0.05, 0.08, 0.12, (0, 0.4), "A", _FACTS, "weekly step of local drift", 0.0),
        Param("local_memory", "weeks", 30, 78, 200, (4, 520), "B", _FACTS, "weeks over which local drift fades"),
        Param("gust", "log ratio", 0.15, 0.22, 0.32, (0, 1), "A", _FACTS, "size of weekly gusts: negative-binomial k of 10 to 45", 0.0),
        Param("synchrony", "share", 0.2, 0.4, 0.6, (0, 1), "A", _FACTS, "share of a weekly gust that the whole country feels"),
    ),
    references=("Lewis, Mohler, Brantingham and Bertozzi 2012", "Mohler 2013"),
    editorial="(how the level of violence drifts for causes that no actor chose)",
)
