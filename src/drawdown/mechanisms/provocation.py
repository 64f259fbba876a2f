"""Mass-casualty attacks on civilians by those who gain if the occupier stays; the gain lies in the audience's response."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from drawdown.formulas.contest import at_origin, density, one_of, share_of
from drawdown.guards import FAINT, MILLION, TINY
from drawdown.mechanism import Change, Event, Key, Mechanism, Params, Shown, State
from drawdown.parameter_table import parameters_beside
from drawdown.severity import draw_incidents
from drawdown.state import Variable
from drawdown.vocabulary.incident_kinds import MAJOR
from drawdown.vocabulary.stances import PROVOKE
from drawdown.world import Structure

_INF = float("inf")


def initial(state: State, params: Params) -> dict[str, jax.Array]:
    """Capacity to bomb at the origin."""
    s = state.structure
    reach = _reach(state.adjacency, density(at_origin(state), state.population), params.reach)
    bent = _bent(state, params, s)
    return {"bombers_at_origin": jnp.sum(jnp.sqrt(reach + TINY) * bent[None], axis=1)}


def _bent(state: State, params: Params, s: Structure) -> jax.Array:
    """How far an actor is given to mass killing by bombs [actor]: harshness squared, times what it gains if the occupier stays.

    Bombing crowds is the way of insurgents who are too weak to hold ground; militias and local allies hardly use it.
    """
    way = s.of_kind("insurgent") + params.others_share[None] * s.of_kind("militia", "local-ally")
    return state.harshness**2 * (params.without_gain[None] + jnp.maximum(state.gains_from_occupation, 0.0)) * way


def step(key: Key, state: State, params: Params) -> Change:
    """rate = rate at origin x activity x capacity x ((1 - w) + w x audience), audience = occupier's presence x its response x gain.

    Kydd and Walter 2006: provocation pays only through the response of those it is meant for. With `response` 0 the incentive is gone.
    Bombs need fewer hands than ground does: capacity grows with the root of the bombers' force, shared with neighbouring places.
    """
    s = state.structure
    gain = jnp.maximum(state.gains_from_occupation, 0.0)
    heard = (state.presence * params.response)[None] * (gain > 0)
    incentive = jnp.where(gain > 0, 1.0 - params.incentive[None] * gain * (1.0 - heard), 1.0)
    provokes = jnp.where(state.stance == PROVOKE, 1.0 + (params.provoke_factor[None] - 1.0) * jnp.minimum(heard, 1.0), 1.0)
    reach = _reach(state.adjacency, state.density, params.reach)
    does = jnp.sqrt(reach + TINY) * (_bent(state, params, s) * incentive * provokes * state.rivalry_zeal)[None]
    capacity = jnp.sum(does, axis=1) / jnp.maximum(state.bombers_at_origin, FAINT)
    rate = (
        jnp.maximum(state.bombing_rate, params.background * state.people / MILLION) * state.activity * jnp.minimum(capacity, params.ceiling)
    )
    rate, does = state.keep((params.scale * rate, does))
    *u, which, _ = key.mixed("incidents", ("place",))
    dead = state.keep(draw_incidents(u, rate, params.severity, params.cutoff, params.size))
    blame = share_of(does, 1)
    large = jnp.where(dead.largest >= MAJOR, dead.largest, 0.0)
    stray = jnp.einsum("pat,cat->pct", blame, 1.0 - params.spared * state.constituency)
    victims = share_of(state.residents * stray, 1) * dead.deaths[:, None]
    none = jnp.zeros_like(dead.deaths)

    def one_sided(value: jax.Array) -> jax.Array:
        return jnp.stack([none, none, value], axis=1)

    return Change.of(
        {
            "deaths": one_sided(dead.deaths),
            "civilian_deaths": dead.deaths,
            "attacks": dead.count,
            "harmed": victims,
            "atrocity": blame * dead.deaths[:, None],
            "sectarian": dead.deaths,
            "bombing_dead": large,
            "bombing_by": one_of(which, does),
            "small_incidents": one_sided(dead.count - (large > 0)),
            "small_dead_civilians": one_sided(dead.deaths - large),
        }
    )


def _reach(border: jax.Array, thick: jax.Array, beyond: jax.Array) -> jax.Array:
    """Density within reach of a place [place, actor]: its own, and a part of its neighbours' mean."""
    weight = border / jnp.maximum(jnp.sum(border, axis=1, keepdims=True), TINY)
    return thick + beyond * jnp.einsum("pq,qat->pat", weight[:, :, 0], thick)


MECHANISM = Mechanism(
    name="provocation",
    phase="ACT",
    about="Groups that gain from the occupation commit mass-casualty attacks; without an occupier who responds the incentive goes.",
    step=step,
    initial=initial,
    initial_reads=("strength", "deployment", "population", "harshness", "adjacency", "gains_from_occupation"),
    owns=(
        Variable("bombers_at_origin", ("place",), "index", "constant", "capacity to bomb at the origin", 0, _INF),
        Variable("bombing_dead", ("place",), "deaths", "pressure", "deaths in the largest bombing of civilians, if five or more", 0, _INF),
        Variable("bombing_by", ("place",), "index", "pressure", "index of the actor that did it", 0, _INF),
    ),
    reads=(
        *(
            "residents",
            "people",
            "density",
            "presence",
            "gains_from_occupation",
            "harshness",
            "stance",
            "adjacency",
            "rivalry_zeal",
            "bombing_rate",
        ),
        *("activity", "constituency"),
    ),
    adds=("deaths", "civilian_deaths", "attacks", "harmed", "atrocity", "sectarian", "small_incidents", "small_dead_civilians"),
    params=parameters_beside(__file__),
    events=(
        Event(
            "bombing",
            "bombing_dead",
            40,
            "A bombing by {bombing_by} killed {n} in {place}",
            also=("bombing_by",),
            as_cause="after a bombing by {actor}",
            worst_of="attacks",
        ),
    ),
    references=("Kydd and Walter 2006", "Bueno de Mesquita and Dickson 2007", "Rosendorff and Sandler 2004"),
    shows=(Shown("massacre", 1, "sum"),),
)
