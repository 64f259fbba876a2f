"""Quantities of a contest for a place that several mechanisms need: density, contact, security, shares and draws.

All functions take and return arrays whose last axis is the batch of futures. `structure` knows who is what (`drawdown.world`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from drawdown.guards import NOTHING, SHARE_OF_NOTHING, THOUSAND, TINY
from drawdown.mechanism import Params, State
from drawdown.world import Structure

if TYPE_CHECKING:
    from jaxtyping import Array, Float


def total(values: Float[Array, "..."], axis: int) -> Float[Array, "..."]:
    """Sum over one axis, kept."""
    return jnp.sum(values, axis=axis, keepdims=True)


def composition(residents: Float[Array, "place community future"]) -> Float[Array, "place community future"]:
    """Share of the residents of a place who are of each community [place, community]."""
    return residents / jnp.maximum(jnp.sum(residents, axis=1), 1.0)[:, None]


def of_residents(
    shares: Float[Array, "place community future"], values: Float[Array, "community actor future"]
) -> Float[Array, "place actor future"]:
    """Mean over the residents of a place of what holds for communities: [place, community] and [community, actor] to [place, actor]."""
    return jnp.einsum("pct,cat->pat", shares, values)


def of_people(
    lived: Float[Array, "place community future"], values: Float[Array, "place actor future"]
) -> Float[Array, "community actor future"]:
    """Mean over a community's people of what holds where they live: [place, community] and [place, actor] to [community, actor]."""
    return jnp.einsum("pct,pat->cat", lived, values) / jnp.maximum(jnp.sum(lived, axis=0), 1.0)[:, None]


def density(force: Float[Array, "place actor future"], residents: Float[Array, "place future"]) -> Float[Array, "place actor future"]:
    """Persons under arms per 1,000 residents [place, actor]; `residents` is [place, future]."""
    return THOUSAND * force / jnp.maximum(residents, 1.0)[:, None]


def at_origin(state: State) -> Float[Array, "place actor future"]:
    """Force at the origin [place, actor]: strength times deployment."""
    return state.strength * state.deployment


def lived_at_origin(state: State) -> Float[Array, "place community future"]:
    """Residents by community at the origin [place, community]."""
    return state.population[:, None] * state.community_share


def contact(
    per_thousand: Float[Array, "place actor future"],
    structure: Structure,
    hostility: Float[Array, "dyad future"],
    exponent: Float[Array, "future"] | float,
) -> Float[Array, "place dyad future"]:
    """Meeting of the two sides of each dyad [place, dyad]: hostility times the geometric mean of densities to a power.

    With exponent 2 this is the mass-action term of Lanchester's area fire; with 1 it grows as the geometric mean.
    """
    log = 0.5 * exponent * jnp.log(per_thousand + TINY)
    return hostility * jnp.exp(log[:, structure.first] + log[:, structure.second])


def security(
    force: Float[Array, "place actor future"],
    residents: Float[Array, "place future"],
    structure: Structure,
    foreign: Float[Array, "future"],
    army: Float[Array, "future"],
    police: Float[Array, "future"],
) -> Float[Array, "place future"]:
    """Effective security forces per 1,000 residents [place] (evidence, section 3: foreign, army and police weigh differently)."""
    weights = structure.foreign * foreign + structure.army * army + structure.police * police
    return THOUSAND * jnp.sum(force * weights, axis=1) / jnp.maximum(residents, 1.0)


def protection(
    force: Float[Array, "place actor future"], residents: Float[Array, "place future"], structure: Structure, params: Params
) -> Float[Array, "place future"]:
    """Security forces per 1,000 residents [place], weighed by parameters of the mechanism that asks: police work, not firepower."""
    return security(force, residents, structure, params.presence_foreign, params.presence_army, params.presence_police)


def relief(state: State, then: Float[Array, "place future"], params: Params) -> Float[Array, "place future"]:
    """((1 + T0/tau) / (1 + T/tau))^b [place] of protection T now and T0 `then`: below one for more (Friedman 2011: no threshold)."""
    now = protection(state.force, state.people, state.structure, params)
    more = jnp.log1p(now / params.presence_scale) - jnp.log1p(then / params.presence_scale)
    return jnp.exp(-params.presence_effect * more)


def _to_actors(per_dyad: Float[Array, "place dyad future"], which: NDArray[np.intp], actors: int) -> Float[Array, "place actor future"]:
    """Sum over the dyads of which an actor is the side `which` (indices): [place, dyad] to [place, actor]."""
    columns = []
    for actor in range(actors):
        mine = [per_dyad[:, d] for d in range(len(which)) if which[d] == actor]
        columns.append(sum(mine[1:], mine[0]) if mine else jnp.zeros_like(per_dyad[:, 0]))
    return jnp.stack(columns, axis=1)


def of_first(per_dyad: Float[Array, "place dyad future"], structure: Structure) -> Float[Array, "place actor future"]:
    """Sum of each actor over the dyads of which it is the first side [place, actor]."""
    return _to_actors(per_dyad, structure.first, len(structure.actors))


def of_second(per_dyad: Float[Array, "place dyad future"], structure: Structure) -> Float[Array, "place actor future"]:
    """The same over the dyads of which it is the second side."""
    return _to_actors(per_dyad, structure.second, len(structure.actors))


def one_of(uniform: Float[Array, "place future"], weights: Float[Array, "place k future"]) -> Float[Array, "place future"]:
    """Index drawn in proportion to weights along axis 1: [place] from [place, k] (float32 whole numbers)."""
    # Added up one by one: a cumulative sum is a window reduction to XLA, and quadratic.
    aim = uniform * jnp.sum(weights, axis=1)
    reached, index = jnp.zeros_like(uniform), jnp.zeros_like(uniform)
    for k in range(weights.shape[1] - 1):
        reached = reached + weights[:, k]
        index = index + (reached < aim)
    return index


def share_of(values: Float[Array, "*cells"], axis: int) -> Float[Array, "*cells"]:
    """Each as a share of the sum over an axis; zero where the sum is zero."""
    whole = total(values, axis)
    return jnp.where(whole > 0, values / jnp.maximum(whole, SHARE_OF_NOTHING), 0.0)


def room_for(gained: Float[Array, "place k future"], room: Float[Array, "place 1 future"]) -> Float[Array, "place k future"]:
    """What is gained along axis 1, cut in proportion where all of it together exceeds the room [place, 1]."""
    return gained * jnp.minimum(1.0, room / jnp.maximum(total(gained, 1), NOTHING))


def at_most_whole(shares: Float[Array, "place k future"]) -> Float[Array, "place k future"]:
    """Shares along axis 1, cut in proportion where they sum to more than one."""
    return shares / jnp.maximum(total(shares, 1), 1.0)


def log_odds(share: Float[Array, "*cells"]) -> Float[Array, "*cells"]:
    """ln(p / (1 - p))."""
    return jnp.log(share / (1.0 - share))


def logistic(x: Float[Array, "*cells"]) -> Float[Array, "*cells"]:
    """1/(1+e^-x)."""
    return 1.0 / (1.0 + jnp.exp(-x))


def hump(control: Float[Array, "place actor future"]) -> Float[Array, "place actor future"]:
    """Kalyvas: selective violence peaks where an actor is dominant but not complete: 4x(1-x) with x = (c - 1/2)/(1/2) in (0, 1)."""
    x = jnp.clip((control - 0.5) / 0.5, 0.0, 1.0)
    return (2.0 * x) * (2.0 * (1.0 - x))
