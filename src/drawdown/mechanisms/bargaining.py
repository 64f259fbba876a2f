"""The form of the state and who leads: bargaining tied to who rules whom, with which force, and whose sponsor pays."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from drawdown.formulas.clout import mean_position, share_of_lead
from drawdown.formulas.contest import lived_at_origin
from drawdown.mechanism import Change, Event, Key, Mechanism, Params, Shown, State
from drawdown.parameter_table import parameters_beside
from drawdown.state import Variable
from drawdown.vocabulary.state_forms import BROKEN_AWAY, SELF_RULED, legend


def initial(state: State, params: Params) -> dict[str, jax.Array]:
    """Self-rule is given; the lead is what the same reckoning gives at the origin."""
    then = (state.strength, state.control_at_origin, lived_at_origin(state), state.standing_at_origin, state.aid_at_origin)
    return {"autonomy": state.autonomy_at_origin, "lead": share_of_lead(state, params, *then)}


def step(key: Key, state: State, params: Params) -> Change:
    """Self-rule of a community moves towards the mean of positions weighted by clout among its people and salience
    (Bueno de Mesquita: weighted by power and salience), once the gap is worth the cost of a new bargain; a foreign guarantor lowers that
    cost (Fearon: commitment). The lead follows clout: rule, arms, regard and sponsors."""
    now = share_of_lead(state, params, state.armed, state.control, state.residents, state.standing, state.aid)
    lead = state.lead + params.lead_pace * (now - state.lead)
    aim = mean_position(state, params, state.control, state.residents, state.armed)
    aim_then = mean_position(state, params, state.control_at_origin, lived_at_origin(state), state.strength)
    goal = jnp.clip(state.autonomy_at_origin + aim - aim_then, 0.0, 1.0)
    cost = params.cost * (1.0 - params.guarantee * jnp.minimum(state.presence, 1.0))
    gap = goal - state.autonomy
    worth = jnp.sign(gap) * jnp.maximum(jnp.abs(gap) - cost, 0.0)
    noise, _, _, _ = key.normal("talks", ("community",))
    autonomy = state.autonomy + params.pace * worth + params.luck * noise
    return Change.of(autonomy=jnp.clip(autonomy, 0.0, 1.0), lead=lead)


MECHANISM = Mechanism(
    name="bargaining",
    phase="SETTLE",
    about="The self-rule of each community and the lead within it follow who rules its people, arms, regard and sponsors.",
    step=step,
    initial=initial,
    initial_reads=(
        *("strength", "control_at_origin", "population", "community_share", "standing_at_origin", "aid_at_origin", "autonomy_at_origin"),
        *("contends", "constituency"),
    ),
    owns=(
        Variable("autonomy", ("community",), "index", "stock", f"self-rule of the community: {legend()}", 0, 1, record=True),
        Variable("lead", ("community", "actor"), "share", "stock", "weight of the actor in the lead of the community", 0, 1, record=True),
    ),
    reads=(
        *("armed", "presence", "control", "residents", "standing", "aid", "strength", "population", "community_share", "control_at_origin"),
        *("autonomy_at_origin", "autonomy_wanted", "autonomy_salience", "contends", "constituency"),
    ),
    params=parameters_beside(__file__),
    events=(
        Event("autonomy", "autonomy", SELF_RULED, "{community} had won self-rule in fact", once=True),
        Event("autonomy lost", "autonomy", SELF_RULED, "{community} had lost the self-rule that it had", once=True, falling=True),
        Event("break away", "autonomy", BROKEN_AWAY, "{community} had broken away in all but name", once=True),
        Event("leads", "lead", 0.5, "{actor} had become the leading force among the {community}", once=True, political=True),
    ),
    references=("Bueno de Mesquita 1994", "Fearon 1995, 2004", "Cederman, Wimmer and Min 2010"),
    shows=(Shown("lead", -1, "max"),),
)
