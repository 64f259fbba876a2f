"""Commanders' reports: late, noisy, coarse, and shaded towards what the leader wants to hear."""

from __future__ import annotations

import jax.numpy as jnp

from drawdown.guards import FAINT, LARGEST_LOG, LARGEST_LOG_RATIO
from drawdown.mechanism import Change, Event, Key, Mechanism, Params, Shown, State
from drawdown.parameter_table import parameters_beside
from drawdown.state import Variable


def step(key: Key, state: State, params: Params) -> Change:
    """Trend = log ratio of recent attacks to those before the origin, where the sender's force stood (negative: calmer).

    A report is an exponential lag of the trend, less shade x the leader's wish, plus noise, in one of N messages with N the largest whole
    number of 2N(N-1) b < 1, b the shade (Crawford and Sobel 1982, uniform-quadratic case): the keener to please, the coarser the word.
    """
    stood = jnp.sum(state.sends[:, None] * (state.deployment * (state.strength > 0)), axis=2)  # [home, place]
    recent = jnp.sum(stood * state.recent_attacks, axis=1)
    before = jnp.sum(stood * (state.attack_rate + state.rivalry_rate), axis=1)
    floor = params.floor_share * before + params.floor
    truth = jnp.clip(jnp.log((recent + floor) / (before + floor)), -LARGEST_LOG, LARGEST_LOG)
    keep = jnp.exp(-1.0 / params.delay)
    seen = keep * state.seen_trend + (1.0 - keep) * truth
    noise, _, _, _ = key.normal("noise", ("home",))
    bias = params.shade * state.leader_wish
    messages = jnp.floor(0.5 + 0.5 * jnp.sqrt(1.0 + 2.0 / jnp.maximum(bias, FAINT)))
    width = params.span / jnp.maximum(messages, 1.0)
    coarse = width * jnp.round((seen + params.noise * noise) / width)
    # A commander with N = 1 message babbles; what is left of the trend is what the press reports anyway.
    spoken = params.candour * seen + (1.0 - params.candour) * coarse
    # Where nobody is left to report, the government goes by the public record.
    there = state.mission > params.token
    reported = jnp.where(there, jnp.clip(spoken - bias, -LARGEST_LOG_RATIO, LARGEST_LOG_RATIO), truth)
    return Change.of(true_trend=truth, seen_trend=seen, reported_trend=reported, report_gap=truth - reported)


MECHANISM = Mechanism(
    name="reporting",
    phase="SENSE",
    about="Reports on progress reach each home government late, noisy and shaded towards what its leader wants.",
    step=step,
    owns=(
        Variable("true_trend", ("home",), "log ratio", "choice", "attacks against the origin's level, as they are", -10, 10, record=True),
        Variable("seen_trend", ("home",), "log ratio", "choice", "the same as commanders see it, late", -10, 10),
        Variable("reported_trend", ("home",), "log ratio", "choice", "the same as reported to the leader", -10, 10, record=True),
        Variable("report_gap", ("home",), "log ratio", "choice", "how much better the report is than the truth", -20, 20, record=True),
    ),
    reads=("sends", "deployment", "strength", "recent_attacks", "attack_rate", "rivalry_rate", "leader_wish", "mission"),
    goes_on=("true_trend", "seen_trend", "reported_trend"),  # reports are the truth of the week
    params=parameters_beside(__file__),
    events=(
        Event("rosy report", "report_gap", 0.35, "The report to the {home} was markedly better than the record of attacks", once=True),
    ),
    references=("Crawford and Sobel 1982",),
    shows=(Shown("report_gap", 1, "mean"),),
)
