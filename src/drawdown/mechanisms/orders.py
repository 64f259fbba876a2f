"""Plans carried out: orders start on a date, after another order, or when what they watch for has lasted; the last in the list rules."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from drawdown.guards import FAINT, NOTHING
from drawdown.mechanism import Change, Event, Key, Mechanism, Params, Shown, State
from drawdown.parameter_table import parameters_beside
from drawdown.state import PLAN, Variable
from drawdown.vocabulary.watchable import WATCHABLE

_INF = float("inf")


def initial(state: State, params: Params) -> dict[str, jax.Array]:
    """Nothing has started; hand-overs and deals are those of the origin."""
    return {"handed_over": state.handed_over_at_origin, "deal": state.deal_at_origin}


def step(key: Key, state: State, params: Params) -> Change:
    """Start orders, move forces towards their levels, and keep hand-overs, bases, permissions and deals."""
    clock, patience = state.keep(_start(state))
    started = (clock >= 0).astype(jnp.float32)
    moves = _moves(state, clock, started * params.obedience[None])
    acts = started * params.obedience[None]
    placed = acts[:, None] * state.order_place
    handed = jnp.maximum(state.handed_over, jnp.max(placed * state.order_hands_over[:, None], axis=0))
    placed = state.keep(placed)
    closed = jnp.minimum(_per_actor(placed * state.order_closes[:, None], state), 1.0)
    permission = jnp.clip(1.0 + _per_actor(placed * state.order_covers[:, None], state), 0.0, 2.0)
    dealt = jnp.max(acts[:, None] * state.order_deals, axis=0) * params.deal_strength
    deal = jnp.maximum(state.deal * jnp.exp2(-1.0 / params.deal_half_life), dealt)
    held = jnp.sum(state.sends * jnp.max(acts[:, None] * state.order_actor * state.order_binding[:, None], axis=0)[None], axis=1)
    return Change.of(
        moves,
        order_clock=clock,
        order_patience_kept=patience,
        handed_over=handed,
        base_open=jnp.minimum(state.base_open, 1.0 - closed),
        may_cover=permission,
        deal=deal,
        bound=jnp.clip(held, 0.0, 1.0),
    )


def _per_actor(values: jax.Array, state: State) -> jax.Array:
    """Sum over orders, each for the actor that it orders: [order, place] to [place, actor]."""
    return jnp.einsum("kpt,ka->pat", state.keep(values), state.order_actor[:, :, 0])


def _start(state: State) -> tuple[jax.Array, jax.Array]:
    """Weeks since each order started (-1: not yet), and weeks for which what it watches has held."""
    people = state.people  # [place, future]
    weight = state.order_watches_place  # [order, place, 1]
    whole = jnp.maximum(jnp.sum(weight * people[None], axis=1), 1.0)
    where, whom = weight[:, :, 0], state.order_watches

    def over_places(values: jax.Array) -> jax.Array:
        return jnp.einsum("kp,pt->kt", where, values)

    ruled = jnp.sum(whom * jnp.einsum("kp,pat->kat", where, state.control * people[:, None]), axis=1) / whole
    there = jnp.sum(whom * jnp.einsum("kp,pat->kat", where, state.force), axis=1)
    at_home = state.order_watches_home
    seen = {
        "control": ruled,
        "void": over_places(state.void * people) / whole,
        "attacks": over_places(state.recent_attacks),
        "deaths": over_places(jnp.sum(state.recent_deaths, axis=1)),
        "handed_over": over_places(state.handed_over * people) / whole,
        "reported_trend": jnp.sum(at_home * state.reported_trend[None], axis=1) / jnp.maximum(jnp.sum(at_home, axis=1), 1.0),
        "home_support": jnp.sum(at_home * state.home_support[None], axis=1) / jnp.maximum(jnp.sum(at_home, axis=1), 1.0),
        "capability": jnp.broadcast_to(state.capability[None], state.order_clock.shape),
        "force": there,
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


def _moves(state: State, clock: jax.Array, started: jax.Array) -> dict[str, jax.Array]:
    """Who leaves which place and who arrives, this week, under the last order given for each place."""
    same = jnp.einsum("ka,la->kl", state.order_actor[:, :, 0], state.order_actor[:, :, 0])
    order = jnp.arange(same.shape[0])
    later = same * (order[None] > order[:, None])
    live = (started * state.order_moves)[:, None] * state.order_place
    over_ruled = jnp.einsum("kl,lpt->kpt", later, live) > 0
    in_force = jnp.where(over_ruled, 0.0, live)
    in_force = state.keep(in_force)
    there = state.keep(jnp.einsum("ka,pat->kpt", state.order_actor[:, :, 0], state.force) * in_force)
    whole = jnp.sum(there, axis=1, keepdims=True)
    # A place where the actor has nobody gets an equal part; the trace keeps the shares of a force of zero defined.
    share = (there + FAINT * in_force) / jnp.maximum(jnp.sum(there + FAINT * in_force, axis=1, keepdims=True), NOTHING)
    level = jnp.where(state.order_level[:, None] < 0, whole, state.order_level[:, None])
    gap = (level * share - there) * in_force / jnp.maximum(state.order_over - clock, 1.0)[:, None]
    sent_by = jnp.sum(state.order_actor[:, None] * state.sends[None], axis=2)  # [order, home]
    lean = jnp.sum(sent_by * state.posture[None], axis=1)
    free = 1.0 - state.order_binding
    pace_out = 1.0 + free * lean
    pace_in = 1.0 - free * jnp.maximum(lean, 0.0)
    leaving = jnp.maximum(-gap, 0.0) * pace_out[:, None]
    coming = jnp.maximum(gap, 0.0) * pace_in[:, None]
    leaving, coming = state.keep((leaving, coming))
    inside = (jnp.sum(state.order_to, axis=1) > 0).astype(jnp.float32)
    to = state.order_to

    drawn = to * jnp.sum(coming, axis=1, keepdims=True)
    sent = to * jnp.sum(leaving, axis=1, keepdims=True)
    return {
        "move_out": _per_actor(leaving * inside[:, None] + drawn, state),
        "move_in": _per_actor(sent + coming * inside[:, None], state),
        "go_home": _per_actor(leaving * (1.0 - inside[:, None]), state),
        "arrive": _per_actor(coming * (1.0 - inside[:, None]), state),
    }


MECHANISM = Mechanism(
    name="orders",
    phase="DECIDE",
    about="Carries out the plan: dated and conditional orders, movements, closed bases, hand-overs, deals and permissions to cover.",
    step=step,
    initial=initial,
    initial_reads=("handed_over_at_origin", "deal_at_origin"),
    owns=(
        Variable("order_clock", ("order",), "weeks", "choice", "weeks since the order started; -1: not yet", -1, _INF, default=-1.0),
        Variable("order_patience_kept", ("order",), "weeks", "choice", "weeks for which what it watches has held", 0, _INF),
        Variable("handed_over", ("place",), "share", "choice", "1 where the host has the security lead", 0, 1, record=True),
        Variable("base_open", ("place", "actor"), "share", "choice", "1 where the actor's bases are open", 0, 1, default=1.0),
        Variable(
            "may_cover",
            ("place", "actor"),
            "index",
            "choice",
            "permission to fill a void: 0 forbidden, 1 free, 2 told to",
            0,
            2,
            default=1.0,
        ),
        Variable("deal", ("dyad",), "index", "choice", "local accommodation of the pair", 0, 1, record=True),
        Variable("bound", ("home",), "share", "choice", "1 where a binding order runs", 0, 1),
    ),
    reads=(
        *(v.name for v in PLAN),
        *(
            "week",
            "people",
            "control",
            "void",
            "force",
            "recent_attacks",
            "recent_deaths",
            "reported_trend",
            "home_support",
            "capability",
        ),
        *("posture", "sends"),
    ),
    adds=("move_out", "move_in", "go_home", "arrive"),
    goes_on=("order_clock", "order_patience_kept", "deal"),  # clocks run, old deals fade; nobody obeys
    params=parameters_beside(__file__),
    events=(
        Event(
            "handed over",
            "handed_over",
            0.5,
            "Security in {place} was formally handed to the host government",
            once=True,
            as_cause="after the formal handover of security",
        ),
        Event("deal", "deal", 0.5, "{side_a} and {side_b} came to a local understanding", once=True),
    ),
    shows=(Shown("handed_over", 1, "mean"),),
)
