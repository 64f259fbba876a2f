"""Whether those who serve a government expect it to stand: what they go by, and who takes over where they do not (Kuran's thresholds).

Expectation feeds on itself: each stays as long as enough others are thought to. What it rests on is the sum `footing`; above its fold the
government stands for years, below it goes in weeks (evidence, sections 8 and 15).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import jax.numpy as jnp

from drawdown.formulas.alliances import enmities, power, side_of_the_host
from drawdown.formulas.contest import share_of
from drawdown.guards import TINY
from drawdown.mechanism import Params, State

if TYPE_CHECKING:
    from jaxtyping import Array, Float


def menace(state: State) -> Float[Array, "actor future"]:
    """How far each armed group is an enemy of the host's army or police [actor]."""
    s = state.structure
    hostile: Array = jnp.max(enmities(state) * s.state[None], axis=1) * s.groups
    return hostile


def balance(state: State, params: Params) -> Float[Array, "future"]:
    """ln(weight of the government's side / weight of its strongest enemy) [], by arms and by people ruled, within bounds.

    Rebels are many, and the strength that wars are known by is that of each against the government.
    """
    s = state.structure
    arms = state.armed * (1.0 + (params.foreign_weight - 1.0) * s.foreign)
    people = jnp.sum(state.control * state.people[:, None], axis=0)
    weight = 0.5 * (share_of(arms, 0) + share_of(people, 0))
    own = jnp.sum(weight * side_of_the_host(s)[:, None], axis=0)
    strongest = jnp.max(weight * menace(state), axis=0)
    return jnp.clip(jnp.log((own + TINY) / (strongest + TINY)), -params.most_balance, params.most_balance)


def patrons(state: State) -> Float[Array, "future"]:
    """Foreign troops on the government's side []."""
    s = state.structure
    return jnp.sum(state.armed * s.foreign * side_of_the_host(s)[:, None], axis=0)


def pay(state: State) -> Float[Array, "future"]:
    """Share of the upkeep of army and police that sponsors pay []."""
    host = state.armed * state.structure.state
    return jnp.sum(jnp.sum(state.aid, axis=0) * share_of(host, 0), axis=0)


def ruled(state: State) -> Float[Array, "future"]:
    """Share of all residents who live under the rule of the government's side []."""
    own = jnp.sum(state.control * side_of_the_host(state.structure)[:, None], axis=1)
    return jnp.sum(own * state.people, axis=0) / jnp.maximum(jnp.sum(state.people, axis=0), 1.0)


def in_the_seat(state: State, values: Float[Array, "place future"]) -> Float[Array, "future"]:
    """Mean over the residents of the capital of what holds in its places []."""
    return jnp.sum(share_of(state.people * state.seat, 0) * values, axis=0)


def held_seat(state: State) -> Float[Array, "future"]:
    """Share of the capital's residents under the rule of the government's side []."""
    return in_the_seat(state, jnp.sum(state.control * side_of_the_host(state.structure)[:, None], axis=1))


def sheltered(state: State, params: Params) -> Float[Array, "future"]:
    """How far friendly foreign troops guard the capital [], 0 to 1, half at `sheltering` per 1,000 residents."""
    s = state.structure
    guard = in_the_seat(state, jnp.sum(state.density * s.foreign * side_of_the_host(s)[:, None], axis=1))
    return guard / (guard + params.sheltering)


def footing(state: State, params: Params) -> Float[Array, "future"]:
    """What expectation rests on []: the balance and shelter, less what was lost of late: patrons, pay, ground, the capital, soldiers."""
    s = state.structure
    host = jnp.sum(state.armed * s.state, axis=0)
    leant_on = params.foreign_weight * state.usual_patrons
    gone = jnp.clip(1.0 - patrons(state) / jnp.maximum(state.usual_patrons, 1.0), 0.0, 1.0) * leant_on / (leant_on + host + 1.0)
    unpaid = jnp.maximum(state.usual_pay - pay(state), 0.0)
    lost = jnp.clip(1.0 - ruled(state) / jnp.maximum(state.usual_rule, TINY), 0.0, 1.0)
    melted = jnp.sum(state.panic * state.force * s.state, axis=(0, 1)) / (host + 1.0)
    seat = jnp.maximum(state.usual_seat - held_seat(state), 0.0)
    losses = params.patron * gone + params.pay * unpaid + params.ground * lost + params.seat * seat + params.panic * melted
    return params.base + params.balance * balance(state, params) + params.shelter * sheltered(state, params) - losses


def at_hand(state: State, params: Params) -> Float[Array, "place actor future"]:
    """1 for the enemy of the government that is strongest at hand in each place [place, actor]; one from afar counts by its weight."""
    score = (state.density + params.afar * power(state)[None]) * menace(state)[None]
    best = jnp.max(score, axis=1, keepdims=True)
    first = (score == best) & (best > 0)
    return share_of(first.astype(jnp.float32), 1)


def heir(state: State, strongest: Float[Array, "place actor future"]) -> Float[Array, "actor future"]:
    """1 for the enemy that is strongest at hand in the capital [actor]."""
    there = jnp.sum(strongest * (state.people * state.seat)[:, None], axis=0)
    best = jnp.max(there, axis=0, keepdims=True)
    return ((there == best) & (best > 0)).astype(jnp.float32)
