"""One-sided killing of civilians: who does it, who falls victim, and what is written down of it (reprisals and provocation).

All functions take and return arrays whose last axis is the batch of futures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import jax.numpy as jnp

from drawdown.formulas.contest import hump, of_first, of_residents, of_second, one_of, share_of
from drawdown.formulas.ground import in_the_way
from drawdown.formulas.incidents import large, of_civilians, one_sided
from drawdown.guards import EDGE, TINY
from drawdown.incident_rows import IncidentRow
from drawdown.mechanism import Cause, Event, Key, Params, State
from drawdown.severity import draw_incidents
from drawdown.vocabulary.violence import ONE_SIDED, STATE_BASED
from drawdown.world import Structure

if TYPE_CHECKING:
    from jaxtyping import Array, Float

# What `killings` adds to.
ADDED = ("deaths", "civilian_deaths", "harmed", "atrocity", "sectarian")


class Killings(NamedTuple):
    """A week's incidents of one kind [place]: what they add, their number, and their row."""

    adds: dict[str, Array]
    incidents: Float[Array, "place future"]
    row: IncidentRow


class Doing(NamedTuple):
    """Incidents a week by who does them [place, actor] and by whom they fall upon [place, community], and what the deadliest take of
    each: will [actor], and persons per civilian killed []."""

    by: Float[Array, "place actor future"]
    on: Float[Array, "place community future"]
    intent: Float[Array, "actor future"]
    hands: Float[Array, "future"]


def killings(key: Key, state: State, params: Params, doing: Doing) -> Killings:
    """Incidents of the week and their dead. Parameters: `severity`, `cutoff` and `size` of an incident.

    The deadliest is laid at the door of one actor, the likelier the more it wants such a thing and the more hands it has for it there; all
    of them weigh on each in proportion to what it does.
    """
    by, on = state.keep((doing.by, doing.on))
    *u, which, whose = key.mixed("incidents", ("place",))
    dead = state.keep(draw_incidents(u, jnp.sum(by, axis=1), params.severity, params.cutoff, params.size))
    adds = {
        "deaths": one_sided(dead.deaths),
        "civilian_deaths": dead.deaths,
        "harmed": share_of(on, 1) * dead.deaths[:, None],
        "atrocity": share_of(by, 1) * dead.deaths[:, None],
        "sectarian": dead.deaths,
    }
    enough = (state.force + TINY) / (state.force + TINY + doing.hands * large(dead)[:, None])
    return Killings(adds, dead.incidents, of_civilians(dead, one_of(which, by), one_of(whose, by * doing.intent * enough)))


def fall_upon(
    by: Float[Array, "place actor future"], open_to: Float[Array, "community actor future"], state: State
) -> Float[Array, "place community future"]:
    """Incidents by whom they fall upon [place, community]: each actor's upon the residents as far as they are open to it."""
    found = of_residents(state.residents, open_to)
    targets: Float[Array, "place community future"] = jnp.einsum("pat,cat->pct", by / jnp.maximum(found, TINY), open_to)
    return state.residents * targets


def told(name: str, kind: str, threshold: float, sentence: str, as_cause: str, *causes: str) -> tuple[Event]:
    """The event that tells of the deadliest from `threshold` dead on; `causes` are events that may have brought it about."""
    because = tuple(Cause(cause) for cause in causes)
    return (Event(name, "dead_civilians", threshold, sentence, kind, causes=because, as_cause=as_cause, worst_of="attacks"),)


def animus(
    enmity: Float[Array, "dyad future"],
    standing: Float[Array, "community actor future"],
    constituency: Float[Array, "community actor future"],
    s: Structure,
) -> Float[Array, "community actor future"]:
    """How far an actor has it in for a community [community, actor], 0 to 1: its enemies recruit there, or it is hated there.

    Hatred is taken to be returned: what a community thinks of an armed group is known from surveys, the reverse is not.
    """
    theirs = of_first(enmity * constituency[:, s.second], s) + of_second(enmity * constituency[:, s.first], s)
    return jnp.maximum(jnp.minimum(theirs, 1.0), jnp.maximum(-standing, 0.0))


def openness(
    enmity: Float[Array, "dyad future"],
    standing: Float[Array, "community actor future"],
    own: Float[Array, "future"],
    state: State,
    params: Params,
) -> Float[Array, "community actor future"]:
    """How open a community is to an actor's killings [community, actor]: by its animus squared, down to `without` where it has none; its
    own people as far as `own` of that. Dislike is common and massacre is rare."""
    hatred = state.keep(animus(enmity, standing, state.constituency, state.structure))
    exposed: Array = (params.without + (1.0 - params.without) * hatred * hatred) * (1.0 - (1.0 - own) * state.constituency)
    return exposed


def killers(
    density: Float[Array, "place actor future"], within: Float[Array, "place actor future"], params: Params
) -> Float[Array, "place actor future"]:
    """Reach of each actor [place, actor]: the root of its density and of a part of that next door, and less than the root of a trace.

    A few strangers in a province kill few there; those who come over the border for it count before those who are nowhere near.
    """
    reach = density + params.next_door * within + TINY
    felt: Float[Array, "place actor future"] = reach / jnp.sqrt(reach + params.handful)
    return felt


def will(state: State, params: Params) -> Float[Array, "actor future"]:
    """How far an actor is given to killing civilians [actor]: its harshness; army and police as far as they are used for it."""
    s = state.structure
    official = params.army_share * s.army + params.police_share * s.police
    given: Array = (state.harshness + params.base_harshness) * jnp.maximum(s.groups, official)
    return given


def coercion(state: State) -> Float[Array, "place actor future"]:
    """How far a harsh ruler is led to kill selectively [place, actor]: Kalyvas' hump, as far as it is enemies who rule the rest.

    Who holds a place but for its friends has nobody to denounce there.
    """
    contested = jnp.minimum(in_the_way(state, state.control) / jnp.maximum(1.0 - state.control, EDGE), 1.0)
    led: Array = hump(state.control) * contested * (state.harshness * state.structure.groups)
    return led


def revenge(state: State, params: Params) -> Float[Array, "place future"]:
    """What the last weeks' one-sided deaths, against those of the weeks before the origin, make of killing now [place]."""
    recent, usual = (deaths[:, ONE_SIDED - STATE_BASED] for deaths in (state.recent_deaths, state.recorded_deaths))
    heat = jnp.log((recent + 1.0) / (usual + 1.0))
    return jnp.exp(params.revenge * jnp.clip(heat, -params.most_revenge, params.most_revenge))


def bombers(density: Float[Array, "place actor future"], state: State, params: Params) -> Float[Array, "place actor future"]:
    """Means to bomb of each actor [place, actor]: bombs need fewer hands than ground does, so the root of the density within reach.

    Within reach are the actor's own in a place and a part (`reach`) of the mean of its neighbours.
    """
    border = share_of(state.adjacency, 1)
    return jnp.sqrt(density + params.reach * jnp.einsum("pq,qat->pat", border[:, :, 0], density) + TINY)


def bent(state: State, params: Params) -> Float[Array, "actor future"]:
    """How far an actor is given to mass killing by bombs [actor]: harshness squared, times what it gains if the occupier stays.

    Bombing crowds is the way of insurgents who are too weak to hold ground; militias and local allies hardly use it.
    """
    s = state.structure
    way = s.of_kind("insurgent") + params.others_share * s.of_kind("militia", "local-ally")
    given: Array = state.harshness**2 * (params.without_gain + jnp.maximum(state.gains_from_occupation, 0.0)) * way
    return given
