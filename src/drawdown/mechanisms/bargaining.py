"""The form of the state and who leads: bargaining tied to who rules whom, with which force, and whose sponsor pays."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from drawdown.formulas.contest import share_of
from drawdown.guards import TINY
from drawdown.mechanism import Change, Event, Key, Mechanism, Params, Shown, State
from drawdown.parameter_table import parameters_beside
from drawdown.state import Variable


def initial(state: State, params: Params) -> dict[str, jax.Array]:
    """Self-rule is given; the lead is what the same reckoning gives at the origin."""
    force = state.strength
    rule = state.control_at_origin
    lived = state.population[:, None] * state.community_share
    share = _clout(state, params, force, rule, lived, state.standing_at_origin, state.aid_at_origin)
    return {"autonomy": state.autonomy_at_origin, "lead": share}


def step(key: Key, state: State, params: Params) -> Change:
    """Self-rule of a community moves towards the mean of positions weighted by clout among its people and salience
    (Bueno de Mesquita: weighted by power and salience), once the gap is worth the cost of a new bargain; a foreign guarantor lowers that
    cost (Fearon: commitment). The lead follows clout: rule, arms, regard and sponsors."""
    force = state.armed
    now = _clout(state, params, force, state.control, state.residents, state.standing, state.aid)
    lead = state.lead + params.lead_pace * (now - state.lead)
    lived_then = state.population[:, None] * state.community_share
    aim = _position(state, params, state.control, state.residents, force)
    aim_then = _position(state, params, state.control_at_origin, lived_then, state.strength)
    goal = jnp.clip(state.autonomy_at_origin + aim - aim_then, 0.0, 1.0)
    cost = params.cost * (1.0 - params.guarantee * jnp.minimum(state.presence, 1.0))
    gap = goal - state.autonomy
    worth = jnp.sign(gap) * jnp.maximum(jnp.abs(gap) - cost[None], 0.0)
    noise, _, _, _ = key.normal("talks", ("community",))
    autonomy = state.autonomy + params.pace * worth + params.luck * noise
    return Change.of(autonomy=jnp.clip(autonomy, 0.0, 1.0), lead=lead)


def _clout(
    state: State, params: Params, force: jax.Array, rule: jax.Array, lived: jax.Array, regard: jax.Array, aid: jax.Array
) -> jax.Array:
    """Share of the lead of each community [community, actor] among those who contend for it."""
    s = state.structure
    people = jnp.maximum(jnp.sum(lived, axis=0), 1.0)
    # The army stands for the government's own party, which also has what the police rule.
    rules = rule * (1.0 - s.police)[None] + jnp.sum(rule * s.police[None], axis=1, keepdims=True) * s.army[None]
    ground = jnp.einsum("pct,pat->cat", lived, rules) / people[:, None]
    claim = state.contends[None] * state.constituency
    armed = share_of(jnp.sqrt(force)[None] * claim, 1)
    paid = 1.0 + params.sponsor * jnp.sum(aid, axis=0)[None]
    weight = claim * (params.foothold + ground + params.arms * armed) * jnp.exp(params.regard * regard) * paid
    return share_of(weight, 1)


def _position(state: State, params: Params, rule: jax.Array, lived: jax.Array, force: jax.Array) -> jax.Array:
    """Mean position on each community's self-rule [community], weighted by who rules its people, arms and salience."""
    people = jnp.maximum(jnp.sum(lived, axis=0), 1.0)
    ground = jnp.einsum("pct,pat->cat", lived, rule) / people[:, None]
    arms = (force / jnp.maximum(jnp.sum(force, axis=0, keepdims=True), 1.0))[None]
    wish = jnp.swapaxes(state.autonomy_wanted, 0, 1)
    care = jnp.swapaxes(state.autonomy_salience, 0, 1) * (ground + 0.5 * params.arms * arms)
    return jnp.sum(care * wish, axis=1) / jnp.maximum(jnp.sum(care, axis=1), TINY)


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
        Variable("autonomy", ("community",), "index", "stock", "self-rule of the community (0 none, 1 secession)", 0, 1, record=True),
        Variable("lead", ("community", "actor"), "share", "stock", "weight of the actor in the lead of the community", 0, 1, record=True),
    ),
    reads=(
        *("armed", "presence", "control", "residents", "standing", "aid", "strength", "population", "community_share", "control_at_origin"),
        *("autonomy_at_origin", "autonomy_wanted", "autonomy_salience", "contends", "constituency"),
    ),
    params=parameters_beside(__file__),
    events=(
        Event("autonomy", "autonomy", 0.3, "{community} had won self-rule in fact", once=True),
        Event("autonomy lost", "autonomy", 0.3, "{community} had lost the self-rule that it had", once=True, falling=True),
        Event("break away", "autonomy", 0.85, "{community} had broken away in all but name", once=True),
        Event("leads", "lead", 0.5, "{actor} had become the leading force among the {community}", once=True, political=True),
    ),
    references=("Bueno de Mesquita 1994", "Fearon 1995, 2004", "Cederman, Wimmer and Min 2010"),
    shows=(Shown("lead", -1, "max"),),
)
