"""Rule over residents: what the force behind it upholds, who fills a freed void, who wins seized ground (evidence, sections 1 and 9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jax.numpy as jnp

from drawdown.formulas.contest import at_most_whole, of_residents, room_for, total
from drawdown.guards import TINY
from drawdown.mechanism import Params, State

if TYPE_CHECKING:
    from jaxtyping import Array, Float


def upheld(state: State, params: Params) -> Float[Array, "place actor future"]:
    """w = roots (force/backing)^m e^(s regard change) [place, actor]: rule wanes with the force behind it."""
    ratio = (state.force + params.trace_force) / (state.backing + params.trace_force)
    regard = of_residents(state.composition, state.standing - state.standing_at_origin)
    held = state.roots * jnp.power(ratio, params.decisiveness) * jnp.exp(params.regard * jnp.clip(regard, -2.0, 2.0))
    return at_most_whole(held)


def filled(state: State, params: Params) -> Float[Array, "place actor future"]:
    """What the actors present take of the freed void [place, actor] by their contest success, q = F^m / sum F^m (Tullock).

    Freed void is what exceeds the void that the place is used to.
    """
    used_to = 1.0 - jnp.sum(state.roots, axis=1)
    freed = jnp.maximum(state.void - used_to, 0.0)
    weight = jnp.power(state.density + TINY, params.decisiveness) * jnp.exp(params.regard * state.welcome)
    claim = weight / (total(weight, 1) + params.hold_threshold)
    return params.fill * freed[:, None] * claim


def won(state: State, params: Params, control: Float[Array, "place actor future"]) -> Float[Array, "place actor future"]:
    """Rule won by seizures, where `control` by all leaves room for it [place, actor]."""
    room = jnp.maximum(1.0 - total(control, 1), 0.0)
    return room_for(state.control_gained * params.seizable, room)
