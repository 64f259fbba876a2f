"""Mass-casualty attacks on civilians by those who gain if the occupier stays; the gain lies in the audience's response."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from drawdown.formulas.contest import at_origin, density
from drawdown.formulas.killing import ADDED, bent, bombers, killings, told
from drawdown.guards import FAINT, MILLION
from drawdown.incident_rows import Incident
from drawdown.mechanism import Change, DeathsOfRate, Key, Mechanism, Params, Shown, State
from drawdown.parameter_table import parameters_beside
from drawdown.state import Variable
from drawdown.vocabulary.stances import PROVOKE

BOMBINGS = Incident("bombing", "one-sided", small_sides=False)


def initial(state: State, params: Params) -> dict[str, jax.Array]:
    """Capacity to bomb at the origin."""
    then = bombers(density(at_origin(state), state.population), state, params)
    return {"bombers_at_origin": jnp.sum(then * bent(state, params), axis=1)}


def step(key: Key, state: State, params: Params) -> Change:
    """rate = rate at origin x activity x capacity x ((1 - w) + w x audience), audience = occupier's presence x its response x gain.

    Kydd and Walter 2006: provocation pays only through the response of those it is meant for. With `response` 0 the incentive is gone.
    Bombs need fewer hands than ground does: capacity grows with the root of the bombers' force, shared with neighbouring places.
    """
    gain = jnp.maximum(state.gains_from_occupation, 0.0)
    heard = (state.presence * params.response) * (gain > 0)
    incentive = jnp.where(gain > 0, 1.0 - params.incentive * gain * (1.0 - heard), 1.0)
    provokes = jnp.where(state.stance == PROVOKE, 1.0 + (params.provoke_factor - 1.0) * jnp.minimum(heard, 1.0), 1.0)
    does = bombers(state.density, state, params) * (bent(state, params) * incentive * provokes * state.rivalry_zeal)
    capacity = jnp.sum(does, axis=1) / jnp.maximum(state.bombers_at_origin, FAINT)
    floor = params.background * state.people / MILLION
    rate = jnp.maximum(state.bombing_rate, floor) * state.activity * jnp.minimum(capacity, params.ceiling)
    dead = killings(key, state, params, params.scale * rate, does, 1.0 - params.spared * state.constituency)
    return Change.of({**dead.adds, "attacks": dead.incidents}, incidents={BOMBINGS: dead.row})


MECHANISM = Mechanism(
    name="provocation",
    phase="ACT",
    about="Groups that gain from the occupation commit mass-casualty attacks; without an occupier who responds the incentive goes.",
    step=step,
    initial=initial,
    initial_reads=("strength", "deployment", "population", "harshness", "adjacency", "gains_from_occupation"),
    owns=(Variable("bombers_at_origin", ("place",), "index", "constant", "capacity to bomb at the origin", 0),),
    reads=(
        *("residents", "people", "density", "presence", "gains_from_occupation", "harshness", "stance", "adjacency"),
        *("rivalry_zeal", "bombing_rate", "activity", "constituency"),
    ),
    adds=(*ADDED, "attacks"),
    params=parameters_beside(__file__),
    incidents=(BOMBINGS,),
    deadly=(DeathsOfRate("bombing_rate", "one-sided", "severity", "cutoff", size="size"),),
    events=told("bombing", "bombing", 40, "A bombing by {actor} killed {n} in {place}", "after a bombing by {actor}"),
    references=("Kydd and Walter 2006", "Bueno de Mesquita and Dickson 2007", "Rosendorff and Sandler 2004"),
    shows=(Shown("massacre", 1, "sum"),),
)
