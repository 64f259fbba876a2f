"""Recruits: from the occupation, from revenge, for protection and for sponsors' money; the sign of the backlash is uncertain."""

from __future__ import annotations

import jax.numpy as jnp

from drawdown.formulas.contest import share_of, total
from drawdown.formulas.levies import room, sustenance
from drawdown.mechanism import Change, Key, Mechanism, Params, Shown, State
from drawdown.parameter_table import parameters_beside
from drawdown.state import Variable

_INF = float("inf")


def step(key: Key, state: State, params: Params) -> Change:
    """Recruits replace those who leave at the origin's rate, times regard and occupation; plus backlash, protection and sponsors' money.

    J = turnover F0 e^(k (standing - standing0)) ((1-o) + o presence) (1 + m (aid - aid0)) + r1 harm by enemies + p harm to one's own
    (evidence, section 4), as long as there are people left who would bear arms; and groups levy on those whom they have come to rule.
    The state recruits towards what its capability can pay for.
    """
    s = state.structure
    standing_then = jnp.sum(state.constituency * state.standing_at_origin, axis=0)
    standing_now = jnp.sum(state.constituency * state.standing, axis=0)
    regard = jnp.exp(params.regard * jnp.clip(standing_now - standing_then, -2.0, 2.0))
    draw = params.occupation * jnp.clip(state.gains_from_occupation, -1.0, 1.0)
    focus = 1.0 + draw * (state.presence - 1.0)
    money = 1.0 + params.money * jnp.sum(state.aid - state.aid_at_origin, axis=0)
    factor = jnp.maximum(regard * focus * money, 0.0) * s.groups
    # Recruits join where the group is: half where it can be sustained, half where it stands now. Rule gained sustains more.
    levied, sustained, short = state.keep(sustenance(state, params))
    base = 0.5 * (
        sustained + state.force * jnp.minimum(1.0, params.most_grown * total(sustained, 0) / jnp.maximum(total(state.force, 0), 1.0))
    )
    steady = params.turnover * base * factor + params.levy_pace * short * share_of(levied, 0)
    own = state.constituency * s.groups
    whole = jnp.sum(state.force * s.groups, axis=1, keepdims=True)
    lead = state.force * s.groups / jnp.maximum(whole, 1.0)
    anger = params.backlash * jnp.einsum("pct,cat->pat", state.recent_collateral, own) * lead
    guard = params.protection * jnp.einsum("pct,cat->pat", state.recent_harm, own) * lead
    joined = jnp.maximum(steady + params.scale * (anger + guard) * room(state, params), 0.0)
    gap = jnp.maximum(state.strength * (1.0 + params.state_growth * state.capability / params.paid_for) - state.armed, 0.0)
    growth = (params.state_pace * gap) * state.deployment * s.state
    kept_up = params.turnover_state * state.force * s.state
    # Nobody joins what is no more, or not yet: a government that has fallen, a group that was scattered or has not been founded.
    joined = joined * ((state.strength + state.raised) > 0)
    recruits = joined * (1.0 - state.dissolved) + (growth + kept_up) * (1.0 - state.government_fallen)
    # The same share leaves as is replaced at the origin, so that nothing but its drivers makes a force grow or shrink.
    leave = params.turnover * s.groups + params.turnover_state * s.state
    return Change.of({"recruits": recruits, "recruited": jnp.sum(recruits, axis=0), "leave_hazard": leave * jnp.ones_like(recruits)})


MECHANISM = Mechanism(
    name="recruitment",
    phase="ACT",
    about="Groups recruit from regard, occupation, revenge, fear and money; the state recruits what it can pay for.",
    step=step,
    owns=(Variable("recruited", ("actor",), "persons per week", "pressure", "recruits this week", 0, _INF, record=True),),
    reads=(
        *("constituency", "standing", "standing_at_origin", "force", "armed", "presence", "strength", "deployment"),
        *("gains_from_occupation", "aid", "aid_at_origin", "recent_collateral", "recent_harm", "capability"),
        *("dissolved", "government_fallen", "raised"),
        *("people", "residents", "control", "control_at_origin", "belongs"),
    ),
    adds=("recruits", "leave_hazard"),
    params=parameters_beside(__file__),
    references=("Condra and Shapiro 2012", "Dell and Querubin 2018", "Lyall 2009", "Pape 2005"),
    shows=(Shown("recruited", 1, "sum"),),
)
