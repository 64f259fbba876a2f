"""Whether an attempt on a place is made, whether it succeeds, and whether a success is a town or a post (seizure; evidence, section 19).

All functions take and return arrays whose last axis is the batch of futures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import jax.numpy as jnp

from drawdown.formulas.contest import logistic
from drawdown.formulas.ground import at_home, core, garrison_left, in_the_way, odds_of
from drawdown.guards import TINY
from drawdown.mechanism import Key, Params, State

if TYPE_CHECKING:
    from jaxtyping import Array, Float


class Attempt(NamedTuple):
    """What an actor brings to a place and finds there [place, actor]: log odds, how far nobody who fights is in the way, whose ground."""

    odds: Float[Array, "place actor future"]
    open_to_it: Float[Array, "place actor future"]
    able: Float[Array, "place actor future"]


def seen(state: State, params: Params) -> Attempt:
    """Odds of an attempt, from whoever fights: police who sympathise stand aside, the foreign force stiffens the guard."""
    s = state.structure
    aside = jnp.max(state.sympathy, axis=1, keepdims=True) * s.state
    worth = s.foreign * params.foreign_weight + s.army * params.army_weight + s.police * params.police_weight + s.groups
    own = state.density * jnp.exp(state.mettle)
    against = in_the_way(state, own * (1.0 - aside) * worth)
    odds = odds_of(own, against, params.trace) + params.welcome * state.welcome
    nobody = jnp.exp(-against / (params.thin * own + TINY))
    able = state.belongs * (state.density > params.enough) * jnp.maximum(s.groups, s.army) * state.takes_ground
    able = able * (1.0 - state.dissolved)  # who has ceased to be a force takes nothing
    odds, nobody, able = state.keep((odds, jnp.maximum(nobody, garrison_left(state, params)[:, None]), able))
    return Attempt(odds, nobody, able)


def successes(key: Key, state: State, params: Params) -> tuple[Float[Array, "place actor future"], Float[Array, "place actor future"]]:
    """1 where an actor takes a town, and the share that it takes, of town or post, of what it finds [place, actor].

    Chance of success = logistic(ease + edge odds), of a town given success = logistic(rout + rout_edge odds): lopsided odds take towns,
    even ones posts. A group that has gathered among its own people may buy what it cannot storm; what is bought is
    the town. The capital is neither stormed nor bought so easily while its government is expected to stand.
    """
    attempt = seen(state, params)
    walks, part, whole, price = key.uniform("attempt", ("place", "actor"))
    groups = state.structure.groups
    harder = core(state, params) * groups
    walks_in = (walks < params.walk_in * attempt.open_to_it * attempt.able) * groups
    bargains = jnp.maximum(state.offensive, jnp.where(state.massing > 0, 1.0, 0.0)) * groups
    bought = (price < params.bought * jnp.exp(-harder) * at_home(state) * attempt.able * bargains).astype(jnp.float32)
    tries = jnp.maximum(state.offensive, walks_in) * (attempt.able > 0)
    town = jnp.maximum(whole < logistic(params.rout + params.rout_edge * attempt.odds - harder), bought)
    takes = jnp.maximum(tries * (part < logistic(params.ease + params.edge * attempt.odds)), bought)
    towns, takes = state.keep((takes * town, takes * (town * params.town + (1.0 - town) * params.post)))
    return towns, takes
