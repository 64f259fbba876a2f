"""What a week's incidents leave in the record, by type of violence: columns of an array, and the sums kept of the small ones."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from drawdown.state import Variable

# Whoever makes incidents adds to these, and `tally` owns them: all the dead, and the sums of what is too small to be kept singly.
BY_VIOLENCE = (
    Variable("deaths", ("place", "violence"), "deaths per week", "pressure", "deaths by type of violence", 0, record=True),
    Variable("small_incidents", ("place", "violence"), "incidents per week", "pressure", "incidents of fewer than five deaths", 0),
    Variable("small_dead_a", ("place", "violence"), "deaths per week", "pressure", "dead of the first side in them", 0),
    Variable("small_dead_b", ("place", "violence"), "deaths per week", "pressure", "dead of the second side in them", 0),
    Variable("small_dead_civilians", ("place", "violence"), "deaths per week", "pressure", "civilians killed in them", 0),
    Variable("small_side_a", ("place", "violence"), "index", "pressure", "first side of the pair that fought most", 0),
    Variable("small_side_b", ("place", "violence"), "index", "pressure", "second side of that pair; -1 civilians", -1),
)


def state_based(value: jax.Array) -> jax.Array:
    """What holds of state-based violence [place] among all types of violence [place, violence]; zero of the others."""
    none = jnp.zeros_like(value)
    return jnp.stack([value, none, none], axis=1)


def one_sided(value: jax.Array) -> jax.Array:
    """The same of one-sided violence."""
    none = jnp.zeros_like(value)
    return jnp.stack([none, none, value], axis=1)
