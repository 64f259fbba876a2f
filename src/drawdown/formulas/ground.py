"""Who is at home where, what stands in whose way, and how what is taken is shared out (seizure, stance and march).

All functions take and return arrays whose last axis is the batch of futures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import jax.numpy as jnp

from drawdown.derived import Derived
from drawdown.formulas.contest import of_first, of_second, share_of
from drawdown.guards import NOTHING
from drawdown.mechanism import Params, State

if TYPE_CHECKING:
    from jaxtyping import Array, Float


def at_home(state: State) -> Float[Array, "place actor future"]:
    """How far actors are at home in a place [place, actor]: wholly where half of its residents are those whom they recruit from."""
    return jnp.minimum(2.0 * state.kinship, 1.0)


def belongs(state: State, params: Params) -> Float[Array, "place actor future"]:
    """How far a place is an actor's to take [place, actor]: wholly at home and for the army, by `away` where it is a stranger.

    A local ally is one: it goes nowhere else.
    """
    s, home = state.structure, at_home(state)
    away = params.away * (1.0 - s.of_kind("local-ally"))
    return jnp.where(s.army > 0, 1.0, away + (1.0 - away) * home)


def enmity_between(state: State) -> Float[Array, "dyad future"]:
    """How far each side of a pair stands in the other's way [dyad]: wholly from half of the scale of enmity on."""
    return jnp.minimum(2.0 * state.enmity, 1.0)


def in_the_way(state: State, weight: Float[Array, "place actor future"]) -> Float[Array, "place actor future"]:
    """What stands in an actor's way [place, actor]: the weight of its enemies in the place, as far as they are enemies."""
    s, foes = state.structure, enmity_between(state)
    return of_first(foes * weight[:, s.second], s) + of_second(foes * weight[:, s.first], s)


def odds_of(
    own: Float[Array, "place actor future"], against: Float[Array, "place actor future"], trace: Float[Array, "future"]
) -> Float[Array, "place actor future"]:
    """ln(own weight / what stands against it) [place, actor]."""
    return jnp.log((own + trace) / (against + trace))


def garrison_left(state: State, params: Params, leaving: Float[Array, "place future"] | float = 0.0) -> Float[Array, "place future"]:
    """How far the foreign garrison that the place is used to has gone, or its bases are shut [place]; `leaving` of it count as gone."""
    foreign = state.structure.foreign
    used_to = jnp.sum(state.backing * foreign, axis=1)
    gone = jnp.clip(1.0 - (1.0 - leaving) * jnp.sum(state.force * foreign, axis=1) / jnp.maximum(used_to, 1.0), 0.0, 1.0)
    shut = 1.0 - jnp.min(state.base_open, axis=1)
    return jnp.where(used_to > params.garrison, jnp.maximum(gone, 0.5 * shut) * (gone > 0.5), 0.0)


def core(state: State, params: Params) -> Float[Array, "place 1 future"]:
    """Log odds by which the seat of government holds the better [place, 1]: its guards stand or fall with a government, and while it is
    expected to stand, they hold (Quinlivan 1999)."""
    return params.core * (state.seat * state.faith)[:, None]


def changes_hands(
    state: State, takes: Float[Array, "place actor future"], refuge: Float[Array, "future"]
) -> tuple[Float[Array, "place actor future"], Float[Array, "place actor future"]]:
    """Shares of the residents that actors lose and gain [place, actor]; `takes` is the share of what it finds that an actor seizes.

    It takes of each enemy's ground as far as they are enemies, and of what nobody rules. From a group among its own people the army takes
    the town and not the hills: it keeps `refuge` of what it ruled.
    """
    s, foes = state.structure, enmity_between(state)
    open_to_army = state.control * (1.0 - refuge * at_home(state) * s.groups)
    from_first = jnp.where(s.army[s.second] > 0, open_to_army[:, s.first], state.control[:, s.first])
    from_second = jnp.where(s.army[s.first] > 0, open_to_army[:, s.second], state.control[:, s.second])
    won_by_first = foes * takes[:, s.first] * from_second
    won_by_second = foes * takes[:, s.second] * from_first
    won_by_first, won_by_second = state.keep((won_by_first, won_by_second))
    lost = jnp.minimum(of_second(won_by_first, s) + of_first(won_by_second, s), state.control)
    void = state.void[:, None] * share_of(takes, 1) * jnp.max(takes, axis=1, keepdims=True)
    won = of_first(won_by_first, s) + of_second(won_by_second, s)
    lost, won = state.keep((lost, won))
    # Where several take from one, they share what it had.
    scale = jnp.sum(lost, axis=1, keepdims=True) / jnp.maximum(jnp.sum(won, axis=1, keepdims=True), NOTHING)
    return lost, won * jnp.minimum(scale, 1.0) + void


def beaten(state: State, towns: Float[Array, "place actor future"]) -> Float[Array, "place actor future"]:
    """1 for those of the country whose enemy takes the town this week [place, actor]; `towns` is 1 for whoever takes it."""
    s, foes = state.structure, enmity_between(state)
    lost = of_first(foes * towns[:, s.second], s) + of_second(foes * towns[:, s.first], s)
    routed: Float[Array, "place actor future"] = jnp.minimum(lost, 1.0) * (1.0 - s.foreign) * (1.0 - towns)
    return routed


def next_door(
    leaving: Float[Array, "place actor future"], draw: Float[Array, "place actor future"], state: State
) -> tuple[Float[Array, "place actor future"], Float[Array, "place actor future"]]:
    """Who leaves for neighbouring places and who arrives there [place, actor], as many; `draw` says how places draw them, from zero."""
    border = state.adjacency[:, :, 0]
    pull = jnp.einsum("pq,qat->pat", border, draw)
    out = jnp.where(pull > 0, leaving, 0.0)
    return out, draw * jnp.einsum("qp,qat->pat", border, out / jnp.maximum(pull, NOTHING))


OF_GROUND = (Derived("belongs", ("place", "actor"), "share", "how far the place is the actor's to take", belongs, ("kinship",)),)
