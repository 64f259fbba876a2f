"""The host government's capacity to rule by itself, and how far others believe in it."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from drawdown.formulas.contest import log_odds, logistic
from drawdown.formulas.since_origin import gain_in_calm, gain_in_rule, growth_of_force
from drawdown.guards import EDGE
from drawdown.mechanism import Change, Event, Key, Mechanism, Params, Shown, State
from drawdown.parameter_table import parameters_beside
from drawdown.state import Variable

_ABILITY = "what the host government can do by itself (0 nothing, 1 a settled state)"


def initial(state: State, params: Params) -> dict[str, jax.Array]:
    """Capability at the origin is a judgement; confidence is given."""
    return {"capability": params.at_origin, "confidence": state.confidence_at_origin}


def step(key: Key, state: State, params: Params) -> Change:
    """Log odds of capability move with its forces, the residents it rules and the violence it faces, each against the origin."""
    then = log_odds(params.at_origin)
    aim = then + params.by_force * growth_of_force(state) + params.by_rule * gain_in_rule(state)
    aim = logistic(aim + params.by_calm * gain_in_calm(state, params.unnoticed))
    noise, _, _, _ = key.normal("luck", ())
    capability = state.capability + params.pace * (aim - state.capability) + params.luck * noise
    capability = jnp.clip(capability, EDGE, 1.0 - EDGE)
    grown = log_odds(capability) - then
    trust = logistic(log_odds(state.confidence_at_origin) + params.belief * (grown - 0.5 * state.reported_trend))
    confidence = state.confidence + 1.0 / params.belief_weeks * (trust - state.confidence)
    # A government that has fallen fails no more.
    failing = (capability < params.failing) * (1.0 - state.government_fallen)
    return Change.of(capability=capability, confidence=jnp.clip(confidence, 0.0, 1.0), failing=failing)


MECHANISM = Mechanism(
    name="capability",
    phase="SETTLE",
    about="The host government grows abler with loyal forces, ground and calm; other governments believe it late.",
    step=step,
    initial=initial,
    initial_reads=("confidence_at_origin",),
    owns=(
        Variable("capability", (), "index", "stock", _ABILITY, 0, 1, default=0.35, record=True),
        Variable("confidence", ("home",), "index", "stock", "belief of the home government that the host can take over", 0, 1, record=True),
        Variable("failing", (), "share", "stock", "1 while a government that stands cannot carry out its orders", 0, 1),
    ),
    reads=(
        *("force", "strength", "people", "population", "control", "control_at_origin", "recent_attacks", "attack_rate", "rivalry_rate"),
        *("confidence_at_origin", "reported_trend", "government_fallen"),
    ),
    params=parameters_beside(__file__),
    events=(
        Event("able", "capability", 0.55, "The host government had become able to hold most of the country by itself", once=True),
        Event("failing", "failing", 0.5, "The host government could no longer carry out its orders in most of the country", once=True),
    ),
    shows=(Shown("capability", 1, "mean"),),
)
