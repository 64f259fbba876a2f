"""The home government: support wears with losses and grows with believed progress; leaders change; some hurry out, some stay on."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from drawdown.formulas.home_politics import causes_to_leave, hazard_of_hurry, hazard_of_stay, support_after, taken_out
from drawdown.mechanism import Change, Event, Key, Mechanism, Params, Shown, State
from drawdown.parameter_table import parameters_beside
from drawdown.state import Variable


def initial(state: State, params: Params) -> dict[str, jax.Array]:
    """Support and losses at the origin."""
    return {"home_support": state.home_support_at_origin, "losses_abroad": state.losses_before}


def step(key: Key, state: State, params: Params) -> Change:
    """dS = b1 dln(losses) + b3 (believed progress) - b4 time; exit hazard h0 exp(g (S* - S)) (1 + c [leader not culpable]).

    Evidence, section 13. Posture: +1 leave faster, -1 stay on, 0 as planned; a new leader decides afresh. Only unbound plans bend.
    """
    losses = state.losses_abroad + jnp.sum(state.sends * state.recent_fallen, axis=1)
    support = support_after(state, params, losses)
    fall, leave, extend, calm = key.uniform("decisions", ("home",))
    ends = jnp.abs(state.week - state.leader_term) < 0.5
    turnover = ((fall < params.turnover * state.leader_turnover / 52.0) | ends) & (params.turnover > 0)
    changed = jnp.where(turnover, 1.0, state.leader_changed)
    culpable = state.leader_culpable * (1.0 - changed * (1.0 - params.successor_culpable))
    hurry, stay = hazard_of_hurry(params, support, culpable), hazard_of_stay(params, support, culpable)
    choice = jnp.where(leave < hurry, 1.0, jnp.where(extend < stay, -1.0, 0.0))
    won, lost = causes_to_leave(state, params)
    well, ill, _, _ = key.uniform("cause", ("home",))
    cause = jnp.where(ill < 1.0 - jnp.exp(-lost), -1.0, (well < 1.0 - jnp.exp(-won)).astype(jnp.float32))
    choice = jnp.where(cause != 0, 1.0, choice)
    lapses = jnp.where(state.posture > 0, params.relent / 52.0, 1.0 / params.posture_memory)
    kept = jnp.where(calm < lapses, 0.0, state.posture)
    # A government with nobody left there, or whose plan is binding, has nothing to decide.
    decides = (state.mission > params.token) & (state.bound < 0.5)
    posture = jnp.where(decides, jnp.where((state.posture == 0) | turnover | (cause != 0), choice, kept), 0.0)
    why = jnp.where(decides & (state.posture < 1) & (posture > 0), cause, state.left_for)
    whole, leaving = taken_out(state, params, posture)
    return Change.of(
        {"go_home": leaving},
        home_support=support,
        losses_abroad=losses,
        leader_changed=changed,
        posture=posture,
        left_for=why,
        leaves_of=whole,
    )


MECHANISM = Mechanism(
    name="home_front",
    phase="DECIDE",
    about="Each home government weighs losses, reported progress and fatigue, and may hurry, halt or keep to its plan.",
    step=step,
    initial=initial,
    initial_reads=("home_support_at_origin", "losses_before"),
    owns=(
        Variable("home_support", ("home",), "share", "choice", "support at home for the mission", 0, 1, default=0.5, record=True),
        Variable("losses_abroad", ("home",), "persons", "choice", "soldiers lost since the mission began", 0, float("inf")),
        Variable("leader_changed", ("home",), "share", "choice", "1 after a change of leader", 0, 1, record=True),
        Variable("posture", ("home",), "index", "choice", "-1 stay on, 0 as planned, 1 leave faster", -1, 1, record=True),
        Variable("left_for", ("home",), "index", "choice", "why it last hurried: 1 for success, -1 for the host's fall, 0 else", -1, 1),
        Variable("leaves_of", ("actor",), "persons", "choice", "who stood there when it was decided to leave faster", 0, float("inf")),
    ),
    reads=(
        *("week", "sends", "recent_fallen", "reported_trend", "leader_term", "leader_turnover", "leader_culpable", "bound", "force"),
        *("mission", "people", "recent_deaths", "confidence", "government_fallen", "returned", "sent", "armed"),
    ),
    adds=("go_home",),
    goes_on=("losses_abroad",),  # soldiers lost are counted
    params=parameters_beside(__file__),
    events=(
        Event("new leader", "leader_changed", 0.5, "The leadership of the {home} changed", once=True),
        Event("hurry", "posture", 0.5, "The {home} decided to leave faster than planned", once=True),
        Event("left as won", "left_for", 0.5, "The {home} held that its work was done and began to leave", once=True),
        Event("left as lost", "left_for", -0.5, "The {home} gave up after the fall of the government", once=True, falling=True),
        Event("stay on", "posture", -0.5, "The {home} resolved to stay on", once=True, falling=True, because=("home_support +",)),
    ),
    references=("Mueller 1973", "Gelpi, Feaver and Reifler 2005", "Sidman and Norpoth 2012", "Croco 2011"),
    shows=(Shown("leader_changed", 1, "mean"),),
)
