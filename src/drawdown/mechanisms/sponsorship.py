"""Outside states choose whom to aid and whom to hold back, and see each other do it."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from drawdown.formulas.contest import logistic
from drawdown.guards import TINY
from drawdown.mechanism import Change, Event, Key, Mechanism, Params, Shown, State
from drawdown.parameter_table import parameters_beside
from drawdown.state import Variable
from drawdown.vocabulary.violence import NON_STATE, STATE_BASED

_INF = float("inf")


def initial(state: State, params: Params) -> dict[str, jax.Array]:
    """Aid at the origin."""
    return {"aid": state.aid_at_origin}


def step(key: Key, state: State, params: Params) -> Change:
    """Aid drifts to what the sponsor wants: more for a client in need, more where a rival sponsor arms the other side, less as the common
    enemy, the foreign force, leaves. Restraint grows as clients of one sponsor fight each other (some broker truces among their own)."""
    like, dislike = jnp.maximum(state.sponsor_interest, 0.0), jnp.maximum(-state.sponsor_interest, 0.0)
    # What the rivals of each sponsor give to those whom it dislikes.
    threat = jnp.sum(state.sponsor_rivalry[:, :, None] * state.aid * dislike[:, None], axis=(1, 2))  # [sponsor]
    threat_then = jnp.sum(state.sponsor_rivalry[:, :, None] * state.aid_at_origin * dislike[:, None], axis=(1, 2))
    need = jnp.clip(1.0 - state.armed / jnp.maximum(state.strength, 1.0), -1.0, 1.0)
    pull = params.rivalry * (threat - threat_then)[:, None] + params.need * need - params.occupation * (1.0 - state.presence)
    odds = jnp.log((state.aid_at_origin + params.trace_aid) / (1.0 + params.trace_aid - state.aid_at_origin)) + pull
    clients = like * state.sponsor_means[:, None]
    # Nothing for whom it does not like.
    wanted = logistic(odds) * like * state.sponsor_means[:, None] / jnp.maximum(clients, TINY)
    noise, _, _, _ = key.normal("mood", ("sponsor",))
    wanted = jnp.clip(wanted * jnp.exp(params.mood * noise)[:, None], 0.0, 1.0)
    aid = state.aid + params.pace * (wanted - state.aid)
    feud = jnp.sum(state.recent_deaths[:, NON_STATE - STATE_BASED], axis=0)  # deaths a week
    brake = clients * (1.0 - jnp.exp(-feud / params.feud_scale)) * params.restraint
    restraint = state.restraint + params.pace * (brake - state.restraint)
    return Change.of(aid=aid, restraint=restraint)


MECHANISM = Mechanism(
    name="sponsorship",
    phase="DECIDE",
    about="Sponsors arm or hold back their clients, watching need, the foreign force, and what their rivals give.",
    step=step,
    initial=initial,
    initial_reads=("aid_at_origin",),
    owns=(
        Variable("aid", ("sponsor", "actor"), "share", "choice", "share of upkeep that the sponsor pays", 0, 1, record=True),
        Variable("restraint", ("sponsor", "actor"), "index", "choice", "pressure on the client to hold back", 0, 1, record=True),
    ),
    reads=("sponsor_interest", "sponsor_means", "sponsor_rivalry", "aid_at_origin", "strength", "armed", "presence", "recent_deaths"),
    params=parameters_beside(__file__),
    events=(Event("restraint", "restraint", 0.25, "{sponsor} pressed {actor} to hold back", once=True),),
    references=("Cunningham 2010", "Connable and Libicki 2010", "Balch-Lindsay, Enterline and Joyce 2008"),
    shows=(Shown("restraint", 1, "mean"),),
)
