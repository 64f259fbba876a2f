"""Mass-casualty attacks on civilians by those who gain if the occupier stays; the gain lies in the audience's response."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from drawdown.formulas.contest import at_origin, density, of_residents, share_of
from drawdown.formulas.killing import ADDED, Doing, bent, bombers, fall_upon, killings, openness, told
from drawdown.guards import MILLION
from drawdown.incident_rows import Incident
from drawdown.mechanism import Change, DeathsOfRate, Key, Mechanism, Params, Shown, State
from drawdown.parameter_table import parameters_beside
from drawdown.state import Variable
from drawdown.vocabulary.stances import PROVOKE

BOMBINGS = Incident("bombing", "one-sided", small_sides=False)


def initial(state: State, params: Params) -> dict[str, jax.Array]:
    """Capacity to bomb at the origin, and the will to."""
    then = bombers(density(at_origin(state), state.population), state, params)
    open_to = openness(state.hostility, state.standing_at_origin, 1.0 - params.spared, state, params)
    return {"bombers_at_origin": jnp.sum(then * bent(state, params) * of_residents(state.community_share, open_to), axis=1)}


def step(key: Key, state: State, params: Params) -> Change:
    """rate = rate at origin x activity x capacity x ((1 - w) + w x audience), audience = occupier's presence x its response x gain.

    Kydd and Walter 2006: provocation pays only through the response of those it is meant for. With `response` 0 the incentive is gone.
    Bombs need fewer hands than ground does: capacity grows with the root of the bombers' force, shared with neighbouring places. They are
    set off among those whom the bombers have it in for.
    """
    gain = jnp.maximum(state.gains_from_occupation, 0.0)
    heard = (state.presence * params.response) * (gain > 0)
    incentive = jnp.where(gain > 0, 1.0 - params.incentive * gain * (1.0 - heard), 1.0)
    provokes = jnp.where(state.stance == PROVOKE, 1.0 + (params.provoke_factor - 1.0) * jnp.minimum(heard, 1.0), 1.0)
    open_to = state.keep(openness(state.enmity, state.standing, 1.0 - params.spared, state, params))
    given = bent(state, params) * incentive * provokes
    does = state.keep(bombers(state.density, state, params) * given * state.rivalry_zeal * of_residents(state.composition, open_to))
    capacity = (jnp.sum(does, axis=1) + params.trace) / (state.bombers_at_origin + params.trace)
    floor = params.background * state.people / MILLION
    rate = jnp.maximum(state.bombing_rate, floor) * state.activity * jnp.minimum(capacity, params.ceiling)
    by = state.keep(params.scale * rate[:, None] * share_of(does, 1))
    intent = given * jnp.max(open_to, axis=0)
    dead = killings(key, state, params, Doing(by, fall_upon(by, open_to, state), intent, 0.0 * params.scale))
    return Change.of({**dead.adds, "attacks": dead.incidents}, incidents={BOMBINGS: dead.row})


MECHANISM = Mechanism(
    name="provocation",
    phase="ACT",
    about="Groups that gain from the occupation commit mass-casualty attacks; without an occupier who responds the incentive goes.",
    step=step,
    initial=initial,
    initial_reads=(
        *("strength", "deployment", "population", "harshness", "adjacency", "gains_from_occupation"),
        *("community_share", "constituency", "hostility", "standing_at_origin"),
    ),
    owns=(Variable("bombers_at_origin", ("place",), "index", "constant", "capacity to bomb at the origin", 0),),
    reads=(
        *(
            "residents",
            "people",
            "composition",
            "force",
            "density",
            "presence",
            "gains_from_occupation",
            "harshness",
            "stance",
            "adjacency",
        ),
        *("rivalry_zeal", "bombing_rate", "activity", "constituency", "enmity", "standing"),
    ),
    adds=(*ADDED, "attacks"),
    params=parameters_beside(__file__),
    incidents=(BOMBINGS,),
    deadly=(DeathsOfRate("bombing_rate", "one-sided", "severity", "cutoff", size="size", told_apart=True),),
    events=told("bombing", "bombing", 40, "A bombing by {actor} killed {n} in {place}", "after a bombing by {actor}"),
    references=("Kydd and Walter 2006", "Bueno de Mesquita and Dickson 2007", "Rosendorff and Sandler 2004"),
    shows=(Shown("massacre", 1, "sum"),),
)
