"""Ordered movements of forces: who leaves and who arrives under the orders that rule a place, and which homes are bound by them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jax.numpy as jnp

from drawdown.guards import FAINT, NOTHING
from drawdown.mechanism import State

if TYPE_CHECKING:
    from jaxtyping import Array, Float


def per_actor(values: Float[Array, "order place future"], state: State) -> Float[Array, "place actor future"]:
    """Sum over orders, each for the actor that it orders: [order, place] to [place, actor]."""
    return jnp.einsum("kpt,ka->pat", state.keep(values), state.order_actor[:, :, 0])


def movements(
    state: State, clock: Float[Array, "order future"], started: Float[Array, "order future"]
) -> dict[str, Float[Array, "place actor future"]]:
    """Who leaves which place and who arrives, this week, under the last order given for each place."""
    same = jnp.einsum("ka,la->kl", state.order_actor[:, :, 0], state.order_actor[:, :, 0])
    order = jnp.arange(same.shape[0])
    later = same * (order > order[:, None])
    # Whoever has come back stands outside the orders that took it out.
    away = jnp.sum(state.order_actor * (1.0 - state.returned)[None], axis=1)
    live = (started * state.order_moves * away)[:, None] * state.order_place
    over_ruled = jnp.einsum("kl,lpt->kpt", later, live) > 0
    in_force = jnp.where(over_ruled, 0.0, live)
    in_force = state.keep(in_force)
    there = state.keep(jnp.einsum("ka,pat->kpt", state.order_actor[:, :, 0], state.force) * in_force)
    whole = jnp.sum(there, axis=1, keepdims=True)
    # A place where the actor has nobody gets an equal part; the trace keeps the shares of a force of zero defined.
    share = (there + FAINT * in_force) / jnp.maximum(jnp.sum(there + FAINT * in_force, axis=1, keepdims=True), NOTHING)
    level = jnp.where(state.order_level[:, None] < 0, whole, state.order_level[:, None])
    gap = (level * share - there) * in_force / jnp.maximum(state.order_over - clock, 1.0)[:, None]
    sent_by = jnp.sum(state.order_actor[:, None] * state.sends, axis=2)  # [order, home]
    lean = jnp.sum(sent_by * state.posture, axis=1)
    free = 1.0 - state.order_binding
    pace_out = 1.0 + free * lean
    pace_in = 1.0 - free * jnp.maximum(lean, 0.0)
    leaving = jnp.maximum(-gap, 0.0) * pace_out[:, None]
    coming = jnp.maximum(gap, 0.0) * pace_in[:, None]
    leaving, coming = state.keep((leaving, coming))
    inside = (jnp.sum(state.order_to, axis=1) > 0).astype(jnp.float32)
    to = state.order_to
    drawn = to * jnp.sum(coming, axis=1, keepdims=True)
    sent = to * jnp.sum(leaving, axis=1, keepdims=True)
    return {
        "move_out": per_actor(leaving * inside[:, None] + drawn, state),
        "move_in": per_actor(sent + coming * inside[:, None], state),
        "go_home": per_actor(leaving * (1.0 - inside[:, None]), state),
        "arrive": per_actor(coming * (1.0 - inside[:, None]), state),
    }


def bound(state: State, acts: Float[Array, "order future"]) -> Float[Array, "home future"]:
    """1 where a home government has sent an actor whose order is binding and runs [home]."""
    binds = jnp.max(acts[:, None] * state.order_actor * state.order_binding[:, None], axis=0)
    return jnp.clip(jnp.sum(state.sends * binds, axis=1), 0.0, 1.0)
