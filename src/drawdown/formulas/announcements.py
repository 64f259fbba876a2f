"""What everybody knows of the plan: foreign garrisons that dated orders take home soon (march)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jax.numpy as jnp

from drawdown.mechanism import State

if TYPE_CHECKING:
    from jaxtyping import Array, Float

# What `announced` reads of the plan.
KNOWN_OF_THE_PLAN = (
    *("order_actor", "order_place", "order_to", "order_moves", "order_week", "order_over", "order_level", "order_clock"),
    *("order_waits_for", "order_watches_what"),
)


def announced(state: State, foresight: Float[Array, "future"]) -> Float[Array, "place future"]:
    """Share of the foreign troops in a place who are to be home within `foresight` weeks [place], by orders that have a date or run.

    An order that waits for another or for what it watches announces nothing until it runs.
    """
    runs = state.order_clock >= 0
    dated = (state.order_watches_what < 0) & (jnp.sum(state.order_waits_for, axis=1) == 0)
    done_in = jnp.where(runs, state.order_over - state.order_clock, state.order_week - state.week + state.order_over)
    home = state.order_moves * (jnp.sum(state.order_to, axis=1) == 0) * (runs | dated) * (done_in <= foresight)
    there = jnp.einsum("ka,pat->kpt", state.order_actor[:, :, 0], state.force * state.structure.foreign) * state.order_place
    whole = jnp.maximum(jnp.sum(there, axis=1), 1.0)
    goes = jnp.clip(1.0 - state.order_level / whole, 0.0, 1.0) * (state.order_level >= 0) * home
    foreign = jnp.sum(state.force * state.structure.foreign, axis=1)
    return jnp.minimum(jnp.sum(goes[:, None] * there, axis=0) / jnp.maximum(foreign, 1.0), 1.0)
