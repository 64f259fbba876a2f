"""Quantities of a contest for a place that several mechanisms need: density, contact, security, relative weight.

All functions take and return arrays whose last axis is the batch of futures.
"""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

# Density, per 1,000 residents, under which a force cannot be told from none.
TRACE = 0.02


def total(values: Any, axis: int) -> Any:
    """Sum over one axis, kept."""
    return jnp.sum(values, axis=axis, keepdims=True)


def density(force: Any, residents: Any) -> Any:
    """Persons under arms per 1,000 residents [place, actor]; `residents` is [place, future]."""
    return 1000.0 * force / jnp.maximum(residents, 1.0)[:, None]


def at_origin(state: Any) -> Any:
    """Force at the origin [place, actor]: strength times deployment."""
    return state.strength[None] * state.deployment


def contact(per_thousand: Any, structure: Any, hostility: Any, exponent: Any) -> Any:
    """Meeting of the two sides of each dyad [place, dyad]: hostility times the geometric mean of densities to a power.

    With exponent 2 this is the mass-action term of Lanchester's area fire; with 1 it grows as the geometric mean.
    """
    log = 0.5 * exponent * jnp.log(per_thousand + 1e-6)
    return hostility[None] * jnp.exp(log[:, structure.first] + log[:, structure.second])


def security(force: Any, residents: Any, structure: Any, weight_foreign: Any, weight_army: Any, weight_police: Any) -> Any:
    """Effective security forces per 1,000 residents [place] (evidence, section 3: foreign, army and police weigh differently)."""
    weights = structure.foreign * weight_foreign + structure.army * weight_army + structure.police * weight_police
    return 1000.0 * jnp.sum(force * weights[None], axis=1) / jnp.maximum(residents, 1.0)


def to_actors(per_dyad: Any, which: Any, actors: int) -> Any:
    """Sum over the dyads of which an actor is the side `which` (indices): [place, dyad] to [place, actor]."""
    columns = []
    for actor in range(actors):
        mine = [per_dyad[:, d] for d in range(len(which)) if which[d] == actor]
        columns.append(sum(mine[1:], mine[0]) if mine else jnp.zeros_like(per_dyad[:, 0]))
    return jnp.stack(columns, axis=1)


def one_of(uniform: Any, weights: Any) -> Any:
    """Index drawn in proportion to weights along axis 1: [place] from [place, k] (float32 whole numbers)."""
    # Added up one by one: a cumulative sum is a window reduction to XLA, and quadratic.
    aim = uniform * jnp.sum(weights, axis=1)
    reached, index = jnp.zeros_like(uniform), jnp.zeros_like(uniform)
    for k in range(weights.shape[1] - 1):
        reached = reached + weights[:, k]
        index = index + (reached < aim)
    return index


def share_of(values: Any, axis: int) -> Any:
    """Each as a share of the sum over an axis; zero where the sum is zero."""
    whole = total(values, axis)
    return jnp.where(whole > 0, values / jnp.maximum(whole, 1e-12), 0.0)


def logistic(x: Any) -> Any:
    """1/(1+e^-x)."""
    return 1.0 / (1.0 + jnp.exp(-x))


def hump(control: Any) -> Any:
    """Kalyvas: selective violence peaks where an actor is dominant but not complete: 4x(1-x) with x = (c - 1/2)/(1/2) in (0, 1)."""
    x = jnp.clip((control - 0.5) / 0.5, 0.0, 1.0)
    return 4.0 * x * (1.0 - x)
