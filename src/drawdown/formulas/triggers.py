"""When orders start: on a date, after another order, and once what they watch for has lasted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jax.numpy as jnp

from drawdown.mechanism import State
from drawdown.vocabulary.watchable import WATCHABLE

if TYPE_CHECKING:
    from jaxtyping import Array, Float

# What `clocks` reads besides the plan: the week, what may be watched, and the people who live there.
WATCHES = (
    *("week", "people", "residents", "control", "void", "force", "recent_attacks", "recent_deaths", "reported_trend", "home_support"),
    *("capability", "truce", "lead", "leader_changed", "settled", "government_fallen"),
)


def clocks(state: State) -> tuple[Float[Array, "order future"], Float[Array, "order future"]]:
    """Weeks since each order started (-1: not yet), and weeks for which what it watches has held."""
    people = state.people
    weight = state.order_watches_place  # [order, place, 1]
    whole = jnp.maximum(jnp.sum(weight * people, axis=1), 1.0)
    where, whom = weight[:, :, 0], state.order_watches

    def over_places(values: Float[Array, "place future"]) -> Float[Array, "order future"]:
        return jnp.einsum("kp,pt->kt", where, values)

    ruled = jnp.sum(whom * jnp.einsum("kp,pat->kat", where, state.control * people[:, None]), axis=1) / whole
    there = jnp.sum(whom * jnp.einsum("kp,pat->kat", where, state.force), axis=1)
    at_home = state.order_watches_home
    of_whom, members = state.order_watches_community[:, :, 0], jnp.sum(state.residents, axis=0)
    leading = jnp.einsum("kc,cat->kat", of_whom, members[:, None] * state.lead)
    led = jnp.sum(whom * leading, axis=1) / jnp.maximum(jnp.einsum("kc,ct->kt", of_whom, members), 1.0)
    seen = {
        "control": ruled,
        "void": over_places(state.void * people) / whole,
        "attacks": over_places(state.recent_attacks),
        "deaths": over_places(jnp.sum(state.recent_deaths, axis=1)),
        "handed_over": over_places(state.handed_over * people) / whole,
        "reported_trend": jnp.sum(at_home * state.reported_trend, axis=1) / jnp.maximum(jnp.sum(at_home, axis=1), 1.0),
        "home_support": jnp.sum(at_home * state.home_support, axis=1) / jnp.maximum(jnp.sum(at_home, axis=1), 1.0),
        "capability": jnp.broadcast_to(state.capability, state.order_clock.shape),
        "force": there,
        "deal": jnp.sum(state.order_watches_dyad * state.deal, axis=1),
        "truce": jnp.max(whom * state.truce, axis=1),
        "lead": led,
        "leader_changed": jnp.max(at_home * state.leader_changed, axis=1),
        "settled": jnp.sum(state.order_watches_dyad * state.settled, axis=1),
        "government_fallen": jnp.broadcast_to(state.government_fallen, state.order_clock.shape),
    }
    value = sum(jnp.where(state.order_watches_what == code, seen[name], 0.0) for code, name in enumerate(WATCHABLE))
    passed = state.order_sign * (value - state.order_threshold) > 0
    kept = jnp.where(passed, state.order_patience_kept + 1.0, 0.0)
    watched = (state.order_watches_what < 0) | (kept >= state.order_patience)
    other = jnp.einsum("kl,lt->kt", state.order_waits_for[:, :, 0], state.order_clock + 1.0) - 1.0
    waited = (jnp.sum(state.order_waits_for, axis=1) == 0) | ((other >= 0) & (other >= state.order_delay))
    due = (state.week >= state.order_week) & watched & waited
    running = state.order_clock >= 0
    return jnp.where(running, state.order_clock + 1.0, jnp.where(due, 0.0, -1.0)), kept
