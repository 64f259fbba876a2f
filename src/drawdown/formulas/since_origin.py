"""What has become of the state since the origin: its forces, the residents it rules, the calm it works in. All are zero at the origin."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jax.numpy as jnp

from drawdown.mechanism import State
from drawdown.world import Structure

if TYPE_CHECKING:
    from jaxtyping import Array, Float


def growth_of_force(state: State) -> Float[Array, "future"]:
    """ln(persons under arms for the state / those at the origin) []."""
    now = jnp.sum(state.force * state.structure.state, axis=(0, 1))
    then = jnp.maximum(jnp.sum(state.strength * state.structure.state, axis=0), 1.0)
    return jnp.log((now + 1.0) / then)


def gain_in_rule(state: State) -> Float[Array, "future"]:
    """Share of all residents under the state's rule, less that at the origin []."""
    then = _ruled(state.population, state.control_at_origin, state.structure)
    return _ruled(state.people, state.control, state.structure) - then


def gain_in_calm(state: State, unnoticed: Float[Array, "future"]) -> Float[Array, "future"]:
    """-ln(attacks a week / those at the origin) []; `unnoticed` attacks are added to both."""
    now = jnp.sum(state.recent_attacks, axis=0)
    then = jnp.sum(state.attack_rate + state.rivalry_rate, axis=0)
    return -jnp.log((now + unnoticed) / (then + unnoticed))


def _ruled(
    residents: Float[Array, "place future"], control: Float[Array, "place actor future"], structure: Structure
) -> Float[Array, "future"]:
    """Share of all residents who live under the state's rule; `residents` is [place, future], `control` [place, actor]."""
    return jnp.sum(residents * jnp.sum(control * structure.state, axis=1), axis=0) / jnp.sum(residents, axis=0)
