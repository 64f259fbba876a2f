"""One-sided killing of civilians: who does it, who falls victim, and what is written down of it (reprisals and provocation).

All functions take and return arrays whose last axis is the batch of futures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import jax.numpy as jnp

from drawdown.formulas.contest import one_of, share_of
from drawdown.formulas.incidents import of_civilians, one_sided
from drawdown.guards import TINY
from drawdown.incident_rows import IncidentRow
from drawdown.mechanism import Cause, Event, Key, Params, State
from drawdown.severity import draw_incidents
from drawdown.vocabulary.violence import ONE_SIDED, STATE_BASED

if TYPE_CHECKING:
    from jaxtyping import Array, Float

# What `killings` adds to.
ADDED = ("deaths", "civilian_deaths", "harmed", "atrocity", "sectarian")


class Killings(NamedTuple):
    """A week's incidents of one kind [place]: what they add, their number, and their row."""

    adds: dict[str, Array]
    incidents: Float[Array, "place future"]
    row: IncidentRow


def killings(
    key: Key,
    state: State,
    params: Params,
    rate: Float[Array, "place future"],
    does: Float[Array, "place actor future"],
    open_to: Float[Array, "community actor future"],
) -> Killings:
    """Incidents at a rate a week [place] by those who do it [place, actor]; `open_to` is how open a community is to it [community, actor].

    Parameters: `severity`, `cutoff` and `size` of an incident. The deadliest is laid at the door of one actor; all of them weigh on each in
    proportion to what it does, and victims are the residents in proportion to how open their community is to those who did it.
    """
    rate, does = state.keep((rate, does))
    *u, which, _ = key.mixed("incidents", ("place",))
    dead = state.keep(draw_incidents(u, rate, params.severity, params.cutoff, params.size))
    blame = share_of(does, 1)
    victims = share_of(state.residents * jnp.einsum("pat,cat->pct", blame, open_to), 1) * dead.deaths[:, None]
    adds = {
        "deaths": one_sided(dead.deaths),
        "civilian_deaths": dead.deaths,
        "harmed": victims,
        "atrocity": blame * dead.deaths[:, None],
        "sectarian": dead.deaths,
    }
    return Killings(adds, dead.incidents, of_civilians(dead, one_of(which, does)))


def told(name: str, kind: str, threshold: float, sentence: str, as_cause: str, *causes: str) -> tuple[Event]:
    """The event that tells of the deadliest from `threshold` dead on; `causes` are events that may have brought it about."""
    because = tuple(Cause(cause) for cause in causes)
    return (Event(name, "dead_civilians", threshold, sentence, kind, causes=because, as_cause=as_cause, worst_of="attacks"),)


def killers(
    density: Float[Array, "place actor future"], kinship: Float[Array, "place actor future"], state: State, params: Params
) -> Float[Array, "place actor future"]:
    """Weight of each actor among perpetrators [place, actor]: root of density times harshness, where others than its own live.

    Police count as far as they are partisan. `kinship` is how far residents are those that an actor recruits from [place, actor].
    """
    s = state.structure
    will = (state.harshness + params.base_harshness) * jnp.maximum(s.groups, params.police_share * s.police)
    return jnp.sqrt(density + TINY) * will * (1.0 - (1.0 - params.stray) * kinship)


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
