"""Foreign forces come where none stood: a peace mission, or an army on the government's side."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from drawdown.formulas.interventions import called, dead_a_year
from drawdown.mechanism import Cause, Change, Event, Key, Mechanism, Params, Shown, State
from drawdown.parameter_table import parameters_beside
from drawdown.state import Variable, given

_INF = float("inf")


def initial(state: State, params: Params) -> dict[str, jax.Array]:
    """The dead of the record, the agreements and forces before the origin."""
    last = jnp.exp(-jnp.min(state.last_signed, axis=0) / params.memory)
    accord = jnp.maximum(params.accord_at_origin, last)
    return {"toll": dead_a_year(state.recorded_deaths), "accord": accord, "stood": state.stood_before}


def step(key: Key, state: State, params: Params) -> Change:
    """A force that may come is sent with the hazard `called`, arrives over `weeks`, and is away again once hardly any of it is left.

    One that its government takes out (home_front) grows no more.
    """
    fades = 1.0 / params.memory
    toll = state.toll + fades * (dead_a_year(state.recent_deaths) - state.toll)
    pacts = jnp.sum((state.pact > 0).astype(jnp.float32), axis=0)
    signed = (pacts > state.pacts_known) | (jnp.max(state.partial + state.onward, axis=0) > 0)
    accord = jnp.where(signed, 1.0, state.accord * jnp.exp(-fades))
    comes, _, _, _ = key.uniform("call", ("actor",))
    away = (state.sent == 0) & (state.may_come > 0) & (state.strength <= 0) & (state.structure.foreign > 0)
    begins = away & (comes < 1.0 - jnp.exp(-called(state, params, toll, accord) / 52.0))
    leaves = jnp.max(state.sends * (state.posture > 0)[:, None], axis=0)
    coming = jnp.where(begins, state.may_come, state.coming) * (1.0 - leaves)
    arrive = jnp.minimum(coming, state.may_come / params.weeks)
    gone = (state.sent > 0) & (coming <= 0) & (state.armed < params.trace * state.may_come)
    return Change.of(
        {"arrive": arrive[None] * state.deployment},
        sent=jnp.where(begins, 1.0, jnp.where(gone, 0.0, state.sent)),
        coming=coming - arrive,
        stood=jnp.maximum(state.stood, begins.astype(jnp.float32)),
        toll=toll,
        accord=accord,
        pacts_known=pacts,
    )


MECHANISM = Mechanism(
    name="intervention",
    phase="DECIDE",
    about="Peace missions and allied armies come where none stood, by hazards that deaths, agreements and earlier missions raise.",
    step=step,
    initial=initial,
    initial_reads=("recorded_deaths", "stood_before", "last_signed"),
    given=(
        given("may_come", ("actor",), "persons", "size of a foreign force that is not there and may be sent; 0: it never is", 0, 1e6),
        given("stood_before", ("actor",), "share", "1 where a force that may come would follow one that stood there before"),
    ),
    owns=(
        Variable("sent", ("actor",), "share", "choice", "1 while a force that may come is there", 0, 1, record=True),
        Variable("coming", ("actor",), "persons", "choice", "how many of it have yet to come", 0, _INF),
        Variable("stood", ("actor",), "share", "choice", "1 once such a force has stood there", 0, 1),
        Variable("toll", (), "deaths", "choice", "dead of the last year", 0, _INF),
        Variable("accord", (), "share", "choice", "how fresh the last agreement with an armed group is", 0, 1),
        Variable("pacts_known", (), "index", "choice", "pacts in force a week ago", 0, _INF),
    ),
    reads=(
        *("armed", "strength", "deployment", "people", "recent_deaths", "sends", "government_fallen"),
        *("may_come", "guarantees", "pact", "partial", "onward", "posture"),
    ),
    adds=("arrive",),
    goes_on=("toll", "accord", "pacts_known"),  # what would call for one
    params=parameters_beside(__file__),
    events=(
        Event("intervention", "sent", 0.5, "{actor} came into the country", once=True,
              causes=(Cause("massacre"),), as_cause="after {actor} had come"),
        Event("out again", "sent", 0.5, "{actor} had left the country again", once=True, falling=True),
    ),
    references=("Gilligan and Stedman 2003", "Fortna 2004"),
    shows=(Shown("sent", 1, "mean"),),
)  # fmt: skip
