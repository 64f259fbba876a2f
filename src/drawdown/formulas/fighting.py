"""Who fights whom: contact of the two sides of a pair, the rates that follow from it, and how the two fare against each other.

Pairs are dyads; the batch of futures is the last axis. Evidence, section 3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import jax.numpy as jnp

from drawdown.formulas.contest import contact, relief
from drawdown.guards import MILLION, TINY
from drawdown.mechanism import Params, State
from drawdown.world import Structure

if TYPE_CHECKING:
    from jaxtyping import Array, Float


def sides(s: Structure) -> tuple[Float[Array, "dyad 1"], Float[Array, "dyad 1"], Float[Array, "dyad 1"]]:
    """Masks [dyad, 1]: first side foreign or state, second side so, either so."""
    official = jnp.asarray((s.foreign + s.state)[:, 0])
    a, b = official[s.first][:, None], official[s.second][:, None]
    return a, b, jnp.maximum(a, b)


def in_strength(density: Float[Array, "place actor future"], params: Params) -> Float[Array, "place actor future"]:
    """Density that makes a front [place, actor]: all of it but for a trace. A few strangers in a province hide there, they do not fight."""
    return density * density / (density + params.handful)


def fights(enmity: Float[Array, "dyad future"], params: Params) -> Float[Array, "dyad future"]:
    """How readily two sides who meet fight [dyad], by their enmity; friends who stand side by side in strength have brawls, no front."""
    return enmity * enmity / (enmity + params.friendly)


def contacts(state: State, params: Params) -> Float[Array, "place dyad future"]:
    """Contact of each dyad this week [place, dyad]."""
    s = state.structure
    a, b = s.first, s.second
    official, foreign = (s.foreign + s.state)[:, 0], s.foreign[:, 0]
    met = contact(in_strength(state.density, params), s, fights(state.enmity, params), params.contact_exponent)
    # Against the foreign force a group shows its zeal; against police and soldiers of the host the mean of both; among groups its rivalry.
    to_foreign = jnp.maximum(foreign[a], foreign[b])[:, None]
    to_state = jnp.maximum(official[a], official[b])[:, None] - to_foreign
    both, rivals = state.zeal[a] * state.zeal[b], state.rivalry_zeal[a] * state.rivalry_zeal[b]
    mood = to_foreign * both + to_state * 0.5 * (both + rivals) + (1.0 - to_foreign - to_state) * rivals
    push = jnp.maximum(state.offensive[:, a], state.offensive[:, b])
    open_base = jnp.minimum(state.base_open[:, a], state.base_open[:, b])
    exposure = 1.0 - params.base_exposure * (1.0 - open_base)
    return met * mood * (1.0 - state.deal) * (1.0 + params.offensive_surge * push) * exposure


def rates(
    state: State, params: Params, met: Float[Array, "place dyad future"], fights_state: Float[Array, "dyad 1"]
) -> tuple[Float[Array, "place dyad future"], Float[Array, "place dyad future"]]:
    """Attacks a week on foreign and state forces, and fatal clashes among groups [place, dyad]; `met` is their contact."""
    relieved = relief(state, state.security_at_origin, params)
    floor = params.new_front * state.people / MILLION
    usual = jnp.maximum(state.attack_rate, floor)
    feuding = jnp.maximum(state.rivalry_rate, params.new_rivalry * floor)
    # What was recorded belongs to the contact of then, however thin; a front that is new to a common one.
    with_state_then = state.contact_with_state + jnp.where(usual > floor, TINY, params.trace_contact)
    of_groups_then = state.contact_among_groups + jnp.where(feuding > params.new_rivalry * floor, TINY, params.trace_contact)
    on_state, among = usual * relieved / with_state_then, feuding / of_groups_then
    # A front has room for so many attacks: the rate saturates at `crowding` times the origin's, among groups as against the state.
    # What makes all violence of the country rise or fall makes no front fuller.
    with_state, of_groups = met * fights_state, met * (1.0 - fights_state)
    swell = on_state * jnp.sum(with_state, axis=1) / (params.crowding * usual + TINY)
    rush = among * jnp.sum(of_groups, axis=1) / (params.crowding * feuding + TINY)
    # Where the government has fallen, groups fight for its place where they, and it, fought for it; as far as they are enemies.
    heirs = params.heirs * state.government_fallen * params.fatal_share * on_state * state.attack_rate / jnp.maximum(usual, TINY)
    throng = heirs * jnp.sum(of_groups, axis=1) / (params.crowding * params.fatal_share * usual + TINY)
    rivals = among / (1.0 + rush) + heirs / (1.0 + throng)
    return (state.activity * on_state / (1.0 + swell))[:, None] * with_state, (state.activity * rivals)[:, None] * of_groups


def share_of_first(
    state: State, params: Params, a_state: Float[Array, "dyad 1"], b_state: Float[Array, "dyad 1"]
) -> Float[Array, "place dyad future"]:
    """Share of the armed dead who are of the first side [place, dyad]."""
    s = state.structure
    foreign = s.foreign[:, 0]
    # Enemy dead per dead soldier: foreign forces lose far fewer than they kill, host forces do not.
    edge_a = jnp.where(foreign[s.first][:, None] > 0, params.exchange_foreign, jnp.where(a_state > 0, params.exchange_host, 1.0))
    edge_b = jnp.where(foreign[s.second][:, None] > 0, params.exchange_foreign, jnp.where(b_state > 0, params.exchange_host, 1.0))
    strength = jnp.sqrt(state.density + params.trace_force)
    strong_a, strong_b = strength[:, s.first], strength[:, s.second]
    official = jnp.maximum(a_state, b_state)
    return jnp.where(official > 0, edge_b / (edge_a + edge_b), strong_b / (strong_a + strong_b))
