"""What armed groups and the army choose by: what they see where they stand, what each stance is worth to them, truces and offensives.

All functions take and return arrays whose last axis is the batch of futures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import jax.numpy as jnp
from jax.scipy.special import logsumexp

from drawdown.formulas.contest import of_first, of_second
from drawdown.formulas.ground import in_the_way, odds_of
from drawdown.guards import LARGEST_LOG, LARGEST_LOG_RATIO, NEVER, TINY, WORST
from drawdown.mechanism import Key, Params, State
from drawdown.vocabulary.stances import EXPAND, FIGHT, HOLD, TRUCE

if TYPE_CHECKING:
    from jaxtyping import Array, Float


class Sight(NamedTuple):
    """What choices turn on, as an actor sees it: log odds and room to expand [place, actor], their means, losses and restraint [actor]."""

    odds_by_place: Float[Array, "place actor future"]
    room_by_place: Float[Array, "place actor future"]
    odds: Float[Array, "actor future"]
    room: Float[Array, "actor future"]
    loss: Float[Array, "actor future"]
    restraint: Float[Array, "actor future"]


def sight(state: State, params: Params) -> Sight:
    """Means are over where the actor's force stands; losses are of a year, as a share of those under arms."""
    s = state.structure
    where = state.force / jnp.maximum(jnp.sum(state.force, axis=0, keepdims=True), 1.0)
    odds = state.keep(odds_of(state.weight, in_the_way(state, state.weight), params.trace))
    loss = 52.0 * state.recent_fallen / jnp.maximum(state.armed, params.smallest)
    held = state.control * (1.0 - 0.5 * s.police)
    enemy = of_first(state.enmity * held[:, s.second], s) + of_second(state.enmity * held[:, s.first], s)
    room = (jnp.where(s.army > 0, params.army_void, 1.0) * state.void[:, None] + enemy) * state.belongs
    restraint = jnp.minimum(jnp.sum(state.restraint, axis=0), 1.0)
    return Sight(odds, room, jnp.sum(where * odds, axis=0), jnp.sum(where * room, axis=0), jnp.minimum(loss, params.most_loss), restraint)


def by_stance(
    stance: Float[Array, "actor future"], hold: Float[Array, "future"], truce: Float[Array, "future"], expand: Float[Array, "future"]
) -> Float[Array, "actor future"]:
    """What holds under each stance; one where the actor fights or provokes."""
    value = jnp.where(stance == HOLD, hold, 1.0)
    value = jnp.where(stance == TRUCE, truce, value)
    return jnp.where(stance == EXPAND, expand, value)


def truces(
    key: Key, state: State, params: Params, seen: Sight
) -> tuple[Float[Array, "actor future"], Float[Array, "actor future"], Float[Array, "actor future"]]:
    """Truces broken this week, weeks left, and truces declared anew [actor]; hazard = h0 exp(b1 losses + b2 raids - b5 restraint)."""
    draw, again, _, _ = key.uniform("truce", ("actor",))
    # An army offensive where the group stands is a raid on it.
    raided = jnp.max(jnp.max(state.offensive * state.structure.army, axis=1)[:, None] * (state.force > params.raided), axis=0)
    pressure = params.break_losses * seen.loss + params.break_raids * raided - params.break_restraint * seen.restraint
    hazard = params.break_rate * jnp.exp(jnp.clip(pressure, -LARGEST_LOG, LARGEST_LOG))
    holding = state.truce > 0
    broken = (holding & (draw < 1.0 - jnp.exp(-hazard))).astype(jnp.float32)
    left = jnp.where(broken > 0, 0.0, jnp.maximum(state.truce - 1.0, 0.0))
    ends = holding & (broken == 0) & (left <= 0)
    chance = params.extend * jnp.exp(-0.5 * jnp.clip(pressure, 0.0, LARGEST_LOG))
    extended = (ends & (again < chance)).astype(jnp.float32)
    return broken, jnp.where(extended > 0, params.truce_weeks, left), extended


def utilities(state: State, params: Params, seen: Sight) -> tuple[Float[Array, "actor future"], ...]:
    """What each stance is worth to each actor [actor], in the order of their codes; to fight is worth zero."""
    gain = jnp.maximum(state.gains_from_occupation, 0.0) * state.presence
    disorder = 1.0 - state.discipline
    hold = params.hold_base + params.hold_losses * seen.loss - params.hold_odds * seen.odds
    truce = params.truce_base + params.truce_restraint * seen.restraint + params.truce_disorder * disorder + 0.5 * seen.loss
    # A truce is with the state or a foreign force: where the one has fallen and the other is gone there is nobody to spare.
    to_spare = (state.government_fallen == 0) | (state.presence > 0)
    truce = jnp.where((state.truce_prone > 0) & (state.structure.army == 0) & to_spare, truce, NEVER)
    expand = params.expand_base + params.expand_room * seen.room + params.expand_odds * seen.odds
    provoke = jnp.where(gain > 0, params.provoke_base + params.provoke_gain * gain, NEVER)
    return jnp.zeros_like(gain), hold, truce, expand, provoke


def chosen(
    key: Key,
    state: State,
    params: Params,
    worth: tuple[Float[Array, "actor future"], ...],
    now: Float[Array, "actor future"],
    truce: Float[Array, "actor future"],
) -> Float[Array, "actor future"]:
    """The stance of the month [actor]: argmax of utility, habit and Gumbel noise (a softmax choice), each in its own week of the month.

    In the first week all choose as those stand who have chosen for long, for the record before the origin is of such a mixture and not of
    everybody fighting: by detailed balance stance i has the share e^(s u_i) (sum over j of e^(s u_j) + e^(s u_i) (e^(s habit) - 1)).
    """
    first, second, third, fourth = key.uniform("choice", ("actor",))
    fifth, _, _, _ = key.uniform("provoke", ("actor",))
    noise = [-jnp.log(-jnp.log(u)) for u in (first, second, third, fourth, fifth)]
    first_week = jnp.float32(state.week) == 0
    # Who keeps a truce at the origin, the scenario says.
    settled = [jnp.full_like(now, NEVER) if code == TRUCE else params.sway * utility for code, utility in enumerate(worth)]
    whole = logsumexp(jnp.stack(settled), axis=0)
    kept = jnp.log(jnp.expm1(params.sway * params.habit) + TINY)
    best, choice = jnp.full_like(now, WORST), jnp.zeros_like(now)
    for code, (utility, usual, luck) in enumerate(zip(worth, settled, noise, strict=True)):
        of_the_month = params.sway * (utility + params.habit * (now == code))
        of_the_long_run = usual + jnp.logaddexp(whole, usual + kept)
        value = jnp.where(first_week, of_the_long_run, of_the_month) + luck
        choice = jnp.where(value > best, float(code), choice)
        best = jnp.maximum(best, value)
    turn = jnp.mod(jnp.arange(len(state.structure.actors), dtype=jnp.float32)[:, None], params.rhythm)
    decides = (first_week | (jnp.mod(jnp.float32(state.week), params.rhythm) == turn)) & (truce <= 0) & (params.choice > 0)
    return jnp.where(decides, choice, now)


def offensives(
    key: Key, state: State, params: Params, seen: Sight, stance: Float[Array, "actor future"]
) -> Float[Array, "place actor future"]:
    """1 where the actor presses an offensive this week [place, actor]: it starts where the actor is strong and has room, or goes on."""
    s = state.structure
    draw, _, _, _ = key.uniform("offensive", ("place", "actor"))
    bold = jnp.where(stance == EXPAND, params.expand_boldness, jnp.where(stance == FIGHT, 1.0, params.quiet_boldness))
    odds = jnp.clip(seen.odds_by_place, -LARGEST_LOG_RATIO, params.most_odds)
    # Who has massed there means to attack.
    massed = jnp.where(state.massing > 0, params.massed_boldness, 1.0)
    chance = params.offensive_rate * jnp.exp(odds) * seen.room_by_place * bold * massed
    # The army needs orders from a government that can give them, and enough troops to spare.
    able = jnp.where(s.army > 0, params.army_ability * state.capability * state.capability, 1.0)
    goes_on = (state.offensive > 0) & (draw < params.offensive_persistence)
    starts = draw < 1.0 - jnp.exp(-chance * able)
    fit = (jnp.maximum(s.groups, s.army) * (state.force > params.enough)) * state.takes_ground
    return (goes_on | starts).astype(jnp.float32) * fit
