"""Who is at home where, who could take ground from whom, and how what is taken is shared out (seizure and stance).

All functions take and return arrays whose last axis is the batch of futures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import jax.numpy as jnp

from drawdown.formulas.contest import of_first, of_second, share_of
from drawdown.guards import NOTHING
from drawdown.mechanism import Params, State

if TYPE_CHECKING:
    from jaxtyping import Array, Float


def at_home(state: State) -> Float[Array, "place actor future"]:
    """How far actors are at home in a place [place, actor]: wholly where half of its residents are those whom they recruit from."""
    return jnp.minimum(2.0 * state.kinship, 1.0)


def strength_against(
    state: State, guard: Float[Array, "place future"], trace: Float[Array, "future"]
) -> Float[Array, "place actor future"]:
    """ln(own weight / what stands against it) [place, actor]: the fighters of all groups against the army, the guard against all others."""
    against = jnp.where(state.structure.army > 0, state.groups_density[:, None], guard[:, None])
    return jnp.log((state.density + trace) / (against + trace))


def garrison_left(state: State, params: Params) -> Float[Array, "place future"]:
    """How far the foreign garrison that the place is used to has gone, or its bases are shut [place]."""
    foreign = state.structure.foreign
    used_to = jnp.sum(state.backing * foreign, axis=1)
    gone = jnp.clip(1.0 - jnp.sum(state.force * foreign, axis=1) / jnp.maximum(used_to, 1.0), 0.0, 1.0)
    shut = 1.0 - jnp.min(state.base_open, axis=1)
    return jnp.where(used_to > params.garrison, jnp.maximum(gone, 0.5 * shut) * (gone > 0.5), 0.0)


def changes_hands(
    state: State, seizes: Float[Array, "place actor future"], size: Float[Array, "future"]
) -> tuple[Float[Array, "place actor future"], Float[Array, "place actor future"]]:
    """Shares of the residents that actors lose and gain [place, actor] where some of them seize; `size` is what one success takes.

    It takes of each enemy's ground in proportion to enmity, and of what nobody rules.
    """
    s = state.structure
    grip = size * state.enmity
    won_by_first = grip * seizes[:, s.first] * state.control[:, s.second]
    won_by_second = grip * seizes[:, s.second] * state.control[:, s.first]
    won_by_first, won_by_second = state.keep((won_by_first, won_by_second))
    lost = jnp.minimum(of_second(won_by_first, s) + of_first(won_by_second, s), state.control)
    void = size * state.void[:, None] * share_of(seizes, 1) * jnp.max(seizes, axis=1, keepdims=True)
    won = of_first(won_by_first, s) + of_second(won_by_second, s)
    lost, won = state.keep((lost, won))
    # Where several take from one, they share what it had.
    scale = jnp.sum(lost, axis=1, keepdims=True) / jnp.maximum(jnp.sum(won, axis=1, keepdims=True), NOTHING)
    return lost, won * jnp.minimum(scale, 1.0) + void
