"""Weight of actors in the affairs of a community: who has a claim to lead it, and which self-rule those who count there want for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jax.numpy as jnp

from drawdown.formulas.contest import of_people, share_of, total
from drawdown.guards import TINY
from drawdown.mechanism import Params, State

if TYPE_CHECKING:
    from jaxtyping import Array, Float


def share_of_lead(
    state: State,
    params: Params,
    force: Float[Array, "actor future"],
    rule: Float[Array, "place actor future"],
    lived: Float[Array, "place community future"],
    regard: Float[Array, "community actor future"],
    aid: Float[Array, "sponsor actor future"],
) -> Float[Array, "community actor future"]:
    """Share of the lead of each community [community, actor] among those who contend for it.

    Persons under arms [actor], rule [place, actor], residents `lived` [place, community], regard [community, actor] and aid
    [sponsor, actor] are those of now or of the origin.
    """
    s = state.structure
    # The army stands for the government's own party, which also has what the police rule.
    rules = rule * (1.0 - s.police) + total(rule * s.police, 1) * s.army
    claim = state.contends * state.constituency
    armed = share_of(jnp.sqrt(force) * claim, 1)
    paid = 1.0 + params.sponsor * jnp.sum(aid, axis=0)
    weight = claim * (params.foothold + of_people(lived, rules) + params.arms * armed) * jnp.exp(params.regard * regard) * paid
    return share_of(weight, 1)


def mean_position(
    state: State,
    params: Params,
    rule: Float[Array, "place actor future"],
    lived: Float[Array, "place community future"],
    force: Float[Array, "actor future"],
) -> Float[Array, "community future"]:
    """Mean position on each community's self-rule [community], weighted by who rules its people, arms and salience."""
    arms = force / jnp.maximum(total(force, 0), 1.0)
    wish = jnp.swapaxes(state.autonomy_wanted, 0, 1)
    care = jnp.swapaxes(state.autonomy_salience, 0, 1) * (of_people(lived, rule) + 0.5 * params.arms * arms)
    return jnp.sum(care * wish, axis=1) / jnp.maximum(jnp.sum(care, axis=1), TINY)
