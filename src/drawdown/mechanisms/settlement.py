"""The government and a group sign a settlement or a ceasefire, and keep it or go back to war."""

from __future__ import annotations

import jax.numpy as jnp

from drawdown.formulas.settlements import against_the_host, agreed
from drawdown.mechanism import Cause, Change, Event, Key, Mechanism, Params, Shown, State
from drawdown.parameter_table import parameters_beside
from drawdown.state import Variable, given

EVENTS = (
    Event("settlement", "pact", 1.5, "The government and {actor} signed a settlement", once=True),
    Event("ceasefire", "ceased", 0.5, "The government and {actor} agreed on a ceasefire"),
    Event("back to war", "relapsed", 0.5, "{actor} went back to war: what had been signed with the government did not hold",
          causes=(Cause("massacre"),), as_cause="after {actor} had gone back to war"),
    Event("lapsed", "lapsed", 0.5, "What {actor} had signed ended with the government that had signed it"),
)  # fmt: skip


def step(key: Key, state: State, params: Params) -> Change:
    """A peace process that ends has the share of settlements a year in processes a year of succeeding; ceasefires come of themselves.

    A pact quiets the group's fighting with the host and its allies within `weeks`; a settlement sends fighters home and into the army.
    """
    joins = against_the_host(state.structure)
    week = agreed(key, state, params)
    aim = jnp.einsum("ad,at->dt", joins, (week.pact > 0).astype(jnp.float32)) * params.quiet
    home = params.demobilise * (week.pact > 1.0) * jnp.ones_like(state.force)
    taken_in = jnp.sum(home * state.force, axis=1, keepdims=True) * params.integrate
    army = state.structure.army / jnp.maximum(jnp.sum(state.structure.army), 1.0)
    return Change.of(
        {"leave_hazard": home, "recruits": taken_in * army},
        pact=week.pact,
        ceased=week.ceased,
        relapsed=week.relapsed,
        lapsed=week.lapsed,
        peace=state.peace + (aim - state.peace) / params.weeks,
        settled=jnp.einsum("ad,at->dt", joins, (week.pact > 1.0).astype(jnp.float32)),
    )


MECHANISM = Mechanism(
    name="settlement",
    phase="DECIDE",
    about="The government and a group sign a settlement or a ceasefire by hazards of strength and guarantors, and keep it or relapse.",
    step=step,
    given=(given("fought_for", ("actor",), "weeks", "weeks for which the group has fought the government at the origin", 0, 5000, 156),),
    owns=(
        Variable(
            "pact", ("actor",), "index", "choice", "what the group has signed with the government: 1 a ceasefire, 2 a settlement", 0, 2
        ),
        Variable("ceased", ("actor",), "share", "choice", "1 in the week in which a ceasefire is signed", 0, 1),
        Variable("relapsed", ("actor",), "share", "choice", "1 in the week in which a pact breaks down", 0, 1),
        Variable("lapsed", ("actor",), "share", "choice", "1 in the week in which a pact ends with the government that signed it", 0, 1),
        Variable("peace", ("dyad",), "share", "choice", "how far a pact quiets the pair", 0, 1),
        Variable("settled", ("dyad",), "share", "choice", "1 while a settlement of the government with the group holds", 0, 1, record=True),
    ),
    reads=(
        *("week", "armed", "force", "truce_prone", "rogue", "recent_bloodshed", "enmity"),
        *("guarantees", "fought_for", "government_fallen", "openings", "over"),
    ),
    adds=("leave_hazard", "recruits"),
    params=parameters_beside(__file__),
    events=EVENTS,
    references=("Walter 2002", "Fearon 2004", "Hartzell and Hoddie 2007", "Fortna 2008", "Kydd and Walter 2002", "Cunningham 2006"),
    shows=(Shown("settled", 1, "mean"),),
)
