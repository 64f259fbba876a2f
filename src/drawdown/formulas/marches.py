"""Who masses where, what can be spared for it, and who is called where (march; evidence, section 19).

All functions take and return arrays whose last axis is the batch of futures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import jax.numpy as jnp

from drawdown.formulas.announcements import announced
from drawdown.formulas.contest import of_first, of_second
from drawdown.formulas.ground import at_home, enmity_between, garrison_left, in_the_way, odds_of
from drawdown.formulas.stances import by_stance
from drawdown.guards import LARGEST_LOG, LARGEST_LOG_RATIO, NOTHING, THOUSAND
from drawdown.mechanism import Params, State

if TYPE_CHECKING:
    from jaxtyping import Array, Float


def within_reach(state: State, params: Params) -> Float[Array, "place actor future"]:
    """Weight that an actor can bring to a place [place, actor]: its own there, and a part of what stands next door."""
    linked = jnp.where(state.adjacency[:, :, 0] > 0, 1.0, 0.0)
    near = jnp.einsum("pq,qat->pat", linked, state.force)
    per_head = state.weight / jnp.maximum(state.density, NOTHING)
    heavy = jnp.where(state.density > 0, per_head, 1.0)
    return state.weight + params.brought * heavy * THOUSAND * near / jnp.maximum(state.people, 1.0)[:, None]


def prizes(state: State) -> Float[Array, "place actor future"]:
    """What a place has for an actor [place, actor]: what its enemies rule and nobody does, as far as it belongs to it."""
    s, foes = state.structure, enmity_between(state)
    theirs = of_first(foes * state.control[:, s.second], s) + of_second(foes * state.control[:, s.first], s)
    return (theirs + state.void[:, None]) * state.belongs


def willing(state: State, params: Params) -> Float[Array, "actor future"]:
    """How readily an actor masses [actor], by its stance; an army needs a government that can give orders."""
    s = state.structure
    able = jnp.where(s.army > 0, jnp.minimum(params.army_ability * state.capability * state.capability, 1.0), s.groups)
    return by_stance(state.stance, params.quiet, 0.0 * params.quiet, params.expanding) * able * (1.0 - state.dissolved)


def called(state: State, massing: Float[Array, "place actor future"]) -> Float[Array, "place actor future"]:
    """How places draw an actor's people [place, actor]: where it masses, where its ground is attacked and, after an effort, where
    fewer stand than usual."""
    s, foes = state.structure, enmity_between(state)
    attacked = of_first(foes * state.offensive[:, s.second], s) + of_second(foes * state.offensive[:, s.first], s)
    over = 1.0 - jnp.max(massing, axis=0, keepdims=True)
    wanting = over * jnp.maximum(state.backing - state.force, 0.0) / jnp.maximum(state.backing, 1.0)
    return massing + state.control * jnp.minimum(attacked, 1.0) + wanting


def heard(draw: Float[Array, "place actor future"], state: State) -> Float[Array, "place actor future"]:
    """How strongly an actor's people in a place are called next door [place, actor], one at most."""
    linked = jnp.where(state.adjacency[:, :, 0] > 0, 1.0, 0.0)
    return jnp.minimum(jnp.einsum("pq,qat->pat", linked, draw), 1.0)


def strays(state: State, spare: Float[Array, "place actor future"]) -> Float[Array, "place actor future"]:
    """Those of a group who can be spared among strangers and are more than the place is used to [place, actor].

    None of them where it rules half: conquerors stay.
    """
    strangers = (1.0 - at_home(state)) * jnp.maximum(1.0 - 2.0 * state.control, 0.0) * state.structure.groups
    left: Array = jnp.minimum(jnp.maximum(state.force - state.backing, 0.0), spare) * strangers
    return left


def starts_where(state: State, params: Params) -> tuple[Float[Array, "place actor future"], Float[Array, "place actor future"]]:
    """Chance a week that an actor begins to mass at a place, and its log odds there as things stand [place, actor]."""
    against = in_the_way(state, state.weight)
    prospect, now = state.keep((odds_of(within_reach(state, params), against, params.trace), odds_of(state.weight, against, params.trace)))
    # Who is strong there already need not mass.
    gain = jnp.clip(prospect - now, 0.0, 1.0)
    # A place whose foreign garrison has gone, or is known to go, is what groups were waiting for.
    left = garrison_left(state, params, announced(state, params.foresight))
    opening = 1.0 + params.opening * left[:, None] * state.structure.groups
    odds = jnp.exp(jnp.clip(prospect, -LARGEST_LOG_RATIO, params.most_odds))
    hazard = params.rate * opening * odds * gain * prizes(state) * willing(state, params)
    return 1.0 - jnp.exp(-jnp.minimum(hazard * state.takes_ground, LARGEST_LOG)), now
