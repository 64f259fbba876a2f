"""The strain on a garrison: how strongly it is tempted to leave when an offensive comes for it (desertion; evidence, section 8)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import jax.numpy as jnp

from drawdown.formulas.contest import density, logistic
from drawdown.formulas.ground import core
from drawdown.mechanism import Params, State

if TYPE_CHECKING:
    from jaxtyping import Array, Float


class Strain(NamedTuple):
    """What a garrison is up against: an attack and the loss of foreign cover [place, 1], log odds of leaving in a week as things stand and
    in battle, and the share of leavers who go over [place, actor]."""

    attack: Float[Array, "place 1 future"]
    forsaken: Float[Array, "place 1 future"]
    odds: Float[Array, "place actor future"]
    odds_in_battle: Float[Array, "place actor future"]
    over: Float[Array, "place actor future"]


def strain(state: State, params: Params) -> Strain:
    """An offensive counts with what it brings: local recruitment, sympathy with the assailant, embedded foreign troops, losing, no pay."""
    s = state.structure
    # The army's own offensive strains the police and soldiers of the place less than one that comes for them.
    attack = jnp.max(state.offensive * (s.groups + params.own_offensive * s.army), axis=1)
    theirs = s.groups * state.weight
    assailant = jnp.maximum(jnp.max(state.offensive * theirs, axis=1), jnp.max(theirs, axis=1) * 0.5)
    guard = jnp.sum(state.weight * (1.0 - s.groups), axis=1)
    losing = logistic(2.0 * jnp.log((assailant + params.trace) / (guard + params.trace)))
    embedded = state.foreign_density / (state.foreign_density + params.embedding)
    drawn_to = jnp.max(state.sympathy * (state.density > params.felt), axis=1)
    losing, embedded, drawn_to = state.keep((losing, embedded, drawn_to))
    there = params.sympathy * drawn_to - params.embedded * embedded + params.losing * losing
    # A government that cannot govern does not pay.
    unpaid = params.unpaid * jnp.maximum(1.0 - state.capability / params.pays, 0.0)
    stress = params.offensive + params.local * state.local_share + there[:, None] + unpaid
    usual = params.quiet + params.panic * state.panic
    # Who had foreign troops beside it, and has them no more, knows it.
    cover = jnp.sum(density(state.backing, state.people) * s.foreign, axis=1)
    lost = jnp.maximum(cover / (cover + params.embedding) - embedded, 0.0)
    over = (attack * drawn_to * params.switch)[:, None] * jnp.ones_like(stress)
    in_battle = usual + stress - core(state, params)
    return Strain(attack[:, None], params.forsaken * lost[:, None], usual + attack[:, None] * stress, in_battle, over)
