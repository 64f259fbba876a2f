"""Rule over residents: what can be enforced and is upheld, who fills a freed void, who wins seized ground (evidence, sections 1 and 9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jax.numpy as jnp

from drawdown.formulas.contest import at_most_whole, room_for, share_of, total
from drawdown.guards import TINY
from drawdown.mechanism import Params, State

if TYPE_CHECKING:
    from jaxtyping import Array, Float


def of_neighbours(values: Float[Array, "place actor future"], state: State) -> Float[Array, "place actor future"]:
    """Mean over the neighbours of a place, by the length of the border [place, actor]; zero where it has none."""
    return jnp.einsum("pq,qat->pat", share_of(state.adjacency, 1)[:, :, 0], values)


def enforced(state: State, params: Params) -> Float[Array, "place actor future"]:
    """Share of the residents whom an actor can keep under its rule [place, actor]: its force there and, in part, next door, against need.

    Army and police enforce the rule of one state.
    """
    s = state.structure
    whose = jnp.where(s.state > 0, total(state.density * s.state, 1), state.density)
    reach = whose + params.next_door * of_neighbours(whose, state)
    return jnp.minimum(reach / params.keepers, 1.0)


def upheld(state: State, params: Params) -> Float[Array, "place actor future"]:
    """w = roots (force/backing)^m e^(s regard change) [place, actor]: rule wanes with the force behind it; all against what is usual."""
    ratio = (state.force + params.trace_force) / (state.backing + params.trace_force)
    regard = jnp.clip(state.welcome - state.usual_regard, -2.0, 2.0)
    return at_most_whole(state.roots * jnp.power(ratio, params.decisiveness) * jnp.exp(params.regard * regard))


def claims(state: State, params: Params) -> Float[Array, "place actor future"]:
    """Contest success of those present [place, actor], q = F^m / (sum F^m + threshold), weighed by regard (Tullock)."""
    weight = jnp.power(state.density + TINY, params.decisiveness) * jnp.exp(params.regard * state.welcome)
    return weight / (total(weight, 1) + params.hold_threshold)


def filled(state: State, params: Params, claim: Float[Array, "place actor future"]) -> Float[Array, "place actor future"]:
    """What the actors present take of the freed void [place, actor] by their claims: what exceeds the void that the place is used to."""
    used_to = 1.0 - jnp.sum(state.roots, axis=1)
    freed = jnp.maximum(state.void - used_to, 0.0)
    return params.fill * freed[:, None] * claim


def resettled(state: State, params: Params, claim: Float[Array, "place actor future"]) -> Float[Array, "place actor future"]:
    """How the roots of those of the country move towards their claims [place, actor]; foreigners strike none."""
    local = 1.0 - state.structure.foreign
    open_to_them = jnp.maximum(1.0 - total(state.roots * state.structure.foreign, 1), 0.0)
    moved: Float[Array, "place actor future"] = params.resettle * local * (claim * open_to_them - state.roots)
    return moved


def won(state: State, params: Params, control: Float[Array, "place actor future"]) -> Float[Array, "place actor future"]:
    """Rule won by seizures, where `control` by all leaves room for it [place, actor]."""
    room = jnp.maximum(1.0 - total(control, 1), 0.0)
    return room_for(state.control_gained * params.seizable, room)


def ruled(state: State, control: Float[Array, "place actor future"]) -> Float[Array, "actor future"]:
    """Share of all residents who live under an actor's rule [actor]."""
    people: Array = jnp.sum(control * state.people[:, None], axis=0) / jnp.maximum(jnp.sum(state.people, axis=0), 1.0)
    return people
