"""Plans carried out: orders start on a date, after another order, or when what they watch for has lasted; the last in the list rules."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from drawdown.formulas.movements import bound, movements, per_actor
from drawdown.formulas.triggers import WATCHES, clocks
from drawdown.mechanism import Change, Event, Key, Mechanism, Params, Shown, State
from drawdown.parameter_table import parameters_beside
from drawdown.state import PLAN, Variable

_INF = float("inf")
_HANDED_OVER = "Security in {place} was formally handed to the host government"
_MAY_COVER = "permission to fill a void: 0 forbidden, 1 free, 2 told to"


def initial(state: State, params: Params) -> dict[str, jax.Array]:
    """Nothing has started; hand-overs and deals are those of the origin."""
    return {"handed_over": state.handed_over_at_origin, "deal": state.deal_at_origin}


def step(key: Key, state: State, params: Params) -> Change:
    """Start orders, move forces towards their levels, and keep hand-overs, bases, permissions and deals."""
    clock, patience = state.keep(clocks(state))
    acts = (clock >= 0).astype(jnp.float32) * params.obedience
    moves = movements(state, clock, acts)
    placed = state.keep(acts[:, None] * state.order_place)
    handed = jnp.maximum(state.handed_over, jnp.max(placed * state.order_hands_over[:, None], axis=0))
    bases = jnp.minimum(state.base_open, 1.0 - jnp.minimum(per_actor(placed * state.order_closes[:, None], state), 1.0))
    cover = jnp.clip(1.0 + per_actor(placed * state.order_covers[:, None], state), 0.0, 2.0)
    dealt = jnp.max(acts[:, None] * state.order_deals, axis=0) * params.deal_strength
    deal = jnp.maximum(state.deal * jnp.exp2(-1.0 / params.deal_half_life), dealt)
    held = bound(state, acts)
    return Change.of(
        moves, order_clock=clock, order_patience_kept=patience, handed_over=handed, base_open=bases, may_cover=cover, deal=deal, bound=held
    )


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
        Variable("may_cover", ("place", "actor"), "index", "choice", _MAY_COVER, 0, 2, default=1.0),
        Variable("deal", ("dyad",), "index", "choice", "local accommodation of the pair", 0, 1, record=True),
        Variable("bound", ("home",), "share", "choice", "1 where a binding order runs", 0, 1),
    ),
    reads=(*(v.name for v in PLAN), *WATCHES, "posture", "sends", "returned"),
    adds=("move_out", "move_in", "go_home", "arrive"),
    goes_on=("order_clock", "order_patience_kept", "deal"),  # clocks run, old deals fade; nobody obeys
    params=parameters_beside(__file__),
    events=(
        Event("handed over", "handed_over", 0.5, _HANDED_OVER, once=True, as_cause="after the formal handover of security"),
        Event("deal", "deal", 0.5, "{side_a} and {side_b} came to a local understanding", once=True),
    ),
    shows=(Shown("handed_over", 1, "mean"),),
)
