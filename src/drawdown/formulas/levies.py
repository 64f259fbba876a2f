"""How many fighters a group can have: those of the origin, what it levies where its rule has grown, and who is left (recruitment)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jax.numpy as jnp

from drawdown.formulas.contest import at_most_whole, at_origin, total
from drawdown.guards import THOUSAND
from drawdown.mechanism import Params, State

if TYPE_CHECKING:
    from jaxtyping import Array, Float


def room(state: State, params: Params) -> Float[Array, "actor future"]:
    """Part of those whom harm would bring to a group who are to be had [actor]: all at its strength at the origin, none where it has all.

    All are `bear_arms` of the people whom it recruits from; a group that had half of them or more at the origin may double. What counts as
    its strength at the origin is, of a group founded since, the size for which it set out.
    """
    set_out = state.strength + state.raised
    people = jnp.einsum("cat,ct->at", state.constituency, jnp.sum(state.residents, axis=0))
    most = jnp.maximum(params.bear_arms * people, 2.0 * set_out)
    left: Float[Array, "actor future"] = jnp.clip((most - state.armed) / jnp.maximum(most - set_out, 1.0), 0.0, 1.0)
    return left


def sustenance(
    state: State, params: Params
) -> tuple[Float[Array, "place actor future"], Float[Array, "place actor future"], Float[Array, "1 actor future"]]:
    """Fighters that rule gained since the origin sustains, all that a group can sustain [place, actor], and how many it lacks [1, actor].

    Where it is a stranger it levies less. What it lacks of those levied is counted over the country: they may have
    marched on.
    """
    gained = jnp.maximum(state.control - at_most_whole(state.control_at_origin), 0.0) * state.belongs * state.structure.groups
    levied = params.levy / THOUSAND * state.people[:, None] * gained
    sustained = at_origin(state) + state.raised * state.deployment + levied
    lacking = total(sustained, 0) - total(state.force, 0)
    return levied, sustained, jnp.clip(lacking, 0.0, total(levied, 0))
