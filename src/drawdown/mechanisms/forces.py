"""Owner of persons under arms: recruits, losses, leaving, switching and movement settled together, so that nobody is removed twice."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from drawdown.formulas.contest import at_origin
from drawdown.formulas.flows import FLOWS, after_orders, come_over, competing_risks, gone_over, survivors
from drawdown.formulas.presence import OF_FORCES
from drawdown.mechanism import Cause, Change, Event, Key, Mechanism, Params, Shown, State
from drawdown.parameter_table import parameters_beside
from drawdown.state import Variable

_INF = float("inf")
_CELL = ("place", "actor")
EVENTS = (
    Event("desertion", "deserted", 500, "{n} left the ranks of {actor} in {place}", routine=True,
          as_cause="after many had left the ranks of {actor}", causes=(Cause("offensive"), Cause("withdrawal"))),
    Event("realignment", "realigned", 400, "{n} fighters in {place} came over to {actor}", routine=True,
          as_cause="after fighters had come over to {actor}",
          as_own="after fighters had come over", causes=(Cause("mass killing"), Cause("bombing"))),
    Event("withdrawal", "went_home", 400, "{actor} withdrew {n} troops from {place}", routine=True,
          as_cause="after {actor} had withdrawn troops"),
)  # fmt: skip


def initial(state: State, params: Params) -> dict[str, jax.Array]:
    """Strength times deployment."""
    return {"force": at_origin(state)}


def step(key: Key, state: State, params: Params) -> Change:
    """The dead first; of the living, competing risks (leave, desert, switch) by hazard; of those who stay, the ordered moves."""
    deserted, switched, staying = competing_risks(key.uniform("gone", _CELL), state, survivors(state))
    over, realigned = gone_over(state, deserted * state.go_over), come_over(state, switched)
    moved, home = after_orders(state, staying)
    return Change.of(
        force=jnp.where(params.settled > 0, jnp.maximum(moved + state.recruits + over + realigned, 0.0), state.force),
        deserted=deserted * params.settled,
        realigned=(realigned + over) * params.settled,
        panic=jnp.minimum(deserted / jnp.maximum(state.force, 1.0) + 0.5 * state.panic, 1.0) * state.structure.state * params.settled,
        went_home=home * params.settled,
    )


MECHANISM = Mechanism(
    name="forces",
    phase="SETTLE",
    about="Settles who is under arms where: the dead, those who leave, desert or change sides, recruits, and ordered movements.",
    step=step,
    initial=initial,
    initial_reads=("strength", "deployment"),
    derives=OF_FORCES,
    owns=(
        Variable("force", _CELL, "persons", "stock", "persons under arms", 0, _INF, record=True),
        Variable("deserted", _CELL, "persons per week", "stock", "who deserted this week", 0, _INF, record=True),
        Variable("realigned", _CELL, "persons per week", "stock", "who came over to the actor this week", 0, _INF, record=True),
        Variable("panic", _CELL, "share", "stock", "share who deserted of late", 0, 1),
        Variable("went_home", _CELL, "persons per week", "stock", "foreign troops who left the country this week", 0, _INF),
        *FLOWS,
    ),
    reads=("switches_to", "sympathy"),
    params=parameters_beside(__file__),
    events=EVENTS,
    shows=(Shown("deserted", 1, "sum"),),
)
