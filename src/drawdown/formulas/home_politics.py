"""How a government that has troops abroad weighs them: support at home, and the rates at which it hurries out or stays on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jax.numpy as jnp

from drawdown.formulas.contest import log_odds, logistic, share_of
from drawdown.guards import LARGEST_LOG, LOGIT_SLOPE, MILLION
from drawdown.mechanism import Params, State

if TYPE_CHECKING:
    from jaxtyping import Array, Float


def support_after(state: State, params: Params, losses: Float[Array, "home future"]) -> Float[Array, "home future"]:
    """Support [home] once this week's losses, reported progress and fatigue have moved its log odds; `losses` are all so far."""
    progress = -jnp.clip(state.reported_trend, -params.most_progress, params.most_progress)
    change = (
        -params.casualty_effect * jnp.log((losses + 1.0) / (state.losses_abroad + 1.0))
        + params.progress_effect / 52.0 * progress
        - params.fatigue / 52.0
    )
    odds = log_odds(state.home_support) + LOGIT_SLOPE * change * params.attention
    return logistic(jnp.clip(odds, -LARGEST_LOG, LARGEST_LOG))


def hazard_of_hurry(
    params: Params, support: Float[Array, "home future"], culpable: Float[Array, "home future"]
) -> Float[Array, "home future"]:
    """Hazard a week [home] of leaving faster: it grows as support falls, and with a leader who did not begin the war."""
    hurry = params.exit_rate * jnp.exp(params.exit_slope * (params.exit_support - support))
    return hurry * (1.0 + params.new_leader_factor * (1.0 - culpable))


def hazard_of_stay(
    params: Params, support: Float[Array, "home future"], culpable: Float[Array, "home future"]
) -> Float[Array, "home future"]:
    """Hazard a week [home] of staying on: it grows with support, and with a leader who began the war."""
    return params.stay_rate * jnp.exp(params.exit_slope * (support - params.exit_support)) * (params.resolve + culpable)


def causes_to_leave(state: State, params: Params) -> tuple[Float[Array, "home future"], Float[Array, "home future"]]:
    """Hazards a week [home] of leaving because it is won, and because it is lost: calm under a host thought able; the host's fall.

    Who came since the origin, often for the fall, does not leave for it. Calm is from all deaths a week per million residents, half at
    `quiet`.
    """
    people = jnp.maximum(jnp.sum(state.people, axis=0), 1.0)
    deaths = MILLION * jnp.sum(state.recent_deaths, axis=(0, 1)) / people
    calm = params.quiet / (params.quiet + deaths)
    back = jnp.max(state.sends * jnp.maximum(state.returned, state.sent)[None], axis=1)
    return params.won / 52.0 * state.confidence * calm, params.lost / 52.0 * state.government_fallen * (1.0 - back)


def taken_out(
    state: State, params: Params, posture: Float[Array, "home future"]
) -> tuple[Float[Array, "actor future"], Float[Array, "place actor future"]]:
    """Who stood there when it was decided to leave faster [actor], and who goes home this week [place, actor]: equal parts.

    An exit that is decided is carried to its end: of 21 missions that fell to half of their most, ten were gone in two years
    and two grew again.
    """
    hurries = jnp.sum(state.sends * jnp.maximum(posture * (1.0 - state.bound), 0.0)[:, None], axis=0) * state.structure.foreign
    whole = jnp.where(hurries > 0, jnp.where(state.leaves_of > 0, state.leaves_of, state.armed), 0.0)
    return whole, (hurries * whole / params.exit_weeks)[None] * share_of(state.force, 0)
