"""The host government's capacity to rule by itself, and how far others believe in it."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from drawdown.formulas.contest import logistic
from drawdown.guards import EDGE
from drawdown.mechanism import Change, Event, Key, Mechanism, Params, Shown, State
from drawdown.parameter_table import parameters_beside
from drawdown.state import Variable


def initial(state: State, params: Params) -> dict[str, jax.Array]:
    """Capability at the origin is a judgement; confidence is given."""
    return {"capability": params.at_origin, "confidence": state.confidence_at_origin}


def step(key: Key, state: State, params: Params) -> Change:
    """Log odds of capability move with its forces, the residents it rules and the violence it faces, each against the origin."""
    s = state.structure
    own = jnp.sum(state.force * s.state[None], axis=(0, 1))
    own_then = jnp.maximum(jnp.sum(state.strength * s.state, axis=0), 1.0)
    people = state.people
    ruled = jnp.sum(people * jnp.sum(state.control * s.state[None], axis=1), axis=0) / jnp.sum(people, axis=0)
    ruled_then = jnp.sum(state.population * jnp.sum(state.control_at_origin * s.state[None], axis=1), axis=0) / jnp.sum(
        state.population, axis=0
    )
    violence = jnp.sum(state.recent_attacks, axis=0)
    violence_then = jnp.sum(state.attack_rate + state.rivalry_rate, axis=0)
    calmer = -jnp.log((violence + params.unnoticed) / (violence_then + params.unnoticed))
    then = jnp.log(params.at_origin / (1.0 - params.at_origin))
    aim = logistic(
        then + params.by_force * jnp.log((own + 1.0) / own_then) + params.by_rule * (ruled - ruled_then) + params.by_calm * calmer
    )
    noise, _, _, _ = key.normal("luck", ())
    capability = state.capability + params.pace * (aim - state.capability) + params.luck * noise
    capability = jnp.clip(capability, EDGE, 1.0 - EDGE)
    believed = jnp.log(state.confidence_at_origin / (1.0 - state.confidence_at_origin))
    grown = jnp.log(capability / (1.0 - capability)) - then
    trust = logistic(believed + params.belief * (grown[None] - 0.5 * state.reported_trend))
    confidence = state.confidence + 1.0 / params.belief_weeks * (trust - state.confidence)
    return Change.of(capability=capability, confidence=jnp.clip(confidence, 0.0, 1.0))


MECHANISM = Mechanism(
    name="capability",
    phase="SETTLE",
    about="The host government grows abler with loyal forces, ground and calm; other governments believe it late.",
    step=step,
    initial=initial,
    initial_reads=("confidence_at_origin",),
    owns=(
        Variable(
            "capability",
            (),
            "index",
            "stock",
            "what the host government can do by itself (0 nothing, 1 a settled state)",
            0,
            1,
            default=0.35,
            record=True,
        ),
        Variable("confidence", ("home",), "index", "stock", "belief of the home government that the host can take over", 0, 1, record=True),
    ),
    reads=(
        *("force", "strength", "people", "population", "control", "control_at_origin", "recent_attacks", "attack_rate", "rivalry_rate"),
        *("confidence_at_origin", "reported_trend"),
    ),
    params=parameters_beside(__file__),
    events=(
        Event("able", "capability", 0.55, "The host government had become able to hold most of the country by itself", once=True),
        Event(
            "failing",
            "capability",
            0.2,
            "The host government could no longer carry out its orders in most of the country",
            once=True,
            falling=True,
        ),
    ),
    shows=(Shown("capability", 1, "mean"),),
)
