"""What the government and a group sign to end their war, and how long it holds (Walter, Fearon, Hartzell and Hoddie, Fortna).

Rates were fitted to dyad-years of 1989-2006 (tests/replication/ucdp_terminations). Quantities are of the group [actor].
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import jax.numpy as jnp
import numpy as np

from drawdown.formulas.alliances import side_of_the_host
from drawdown.formulas.contest import logistic
from drawdown.formulas.ground import enmity_between
from drawdown.guards import LARGEST_LOG, TINY
from drawdown.mechanism import Key, Params, State
from drawdown.world import Structure

if TYPE_CHECKING:
    from jaxtyping import Array, Float


def against_the_host(s: Structure) -> Float[Array, "actor dyad"]:
    """1 where the pair is of that group with the host's army or police, or with a foreign force that is no enemy of theirs."""
    side = side_of_the_host(s)
    joins = np.zeros((len(s.actors), len(s.dyads)), np.float32)
    for d, pair in enumerate(zip(s.first, s.second, strict=True)):
        for group, other in (pair, pair[::-1]):
            joins[group, d] = s.groups[group, 0] * side[other]
    return jnp.asarray(joins)


def strength_ratio(state: State) -> Float[Array, "actor future"]:
    """ln(persons under arms of each actor / those of the host government) [actor]."""
    host = jnp.sum(state.armed * state.structure.state, axis=0)
    return jnp.log((state.armed + 1.0) / (host + 1.0))


def not_hopeless(state: State, params: Params) -> Float[Array, "actor future"]:
    """How far a group is more than "much weaker" than the government [actor], 0 to 1, half at `much_weaker`."""
    return logistic(2.0 * jnp.clip(strength_ratio(state) - jnp.log(params.much_weaker), -LARGEST_LOG, LARGEST_LOG))


def lately(state: State) -> Float[Array, "actor future"]:
    """Dead a week, of late, in the group's fights with the host and its allies [actor], as far as these are enemies.

    Where friends come to blows it is no war: who is no enemy of the government has nothing to sign, and is not put down by it.
    """
    return jnp.einsum("ad,dt->at", against_the_host(state.structure), state.recent_bloodshed * enmity_between(state))


def at_war(state: State, params: Params) -> Float[Array, "actor future"]:
    """1 where the group and the government kill each other as UCDP counts an active dyad [actor], less below."""
    return jnp.minimum(lately(state) / params.active, 1.0)


def intense(state: State, params: Params) -> Float[Array, "actor future"]:
    """How far their fighting is a war of 1,000 dead a year [actor], 0 to 1."""
    return logistic(2.0 * jnp.log((lately(state) + TINY) / params.war))


def guaranteed(state: State, params: Params) -> Float[Array, "future"]:
    """How far a peace mission is there that could guarantee a settlement []: whole from `mission_size` on."""
    there = jnp.sum(state.armed * state.guarantees, axis=0)
    return jnp.minimum(there / params.mission_size, 1.0)


def rates(state: State, params: Params) -> tuple[Float[Array, "actor future"], Float[Array, "actor future"]]:
    """Settlements, and ceasefires, of each group with the government in a year: of active fighting, and as they fight [actor]."""
    war = at_war(state, params)
    others = jnp.sum(war, axis=0, keepdims=True) - war
    years = jnp.maximum((state.fought_for + state.week) / 52.0, 1.0)
    able = jnp.where(state.truce_prone > 0, 1.0, params.loose) * jnp.exp(-params.veto * jnp.log1p(others))
    strong, hot, mission = not_hopeless(state, params), intense(state, params), guaranteed(state, params)
    agree = params.agreement * jnp.exp(params.strong * strong + params.mission * mission - params.hot * hot - params.age * jnp.log(years))
    cease = params.ceasefire * jnp.exp(params.cease_strong * strong - params.cease_hot * hot)
    return agree * able, cease * able * war


def relapse(state: State, params: Params) -> Float[Array, "actor future"]:
    """Hazard a year with which a group goes back to war [actor]: less while guaranteed, more the more of it does not obey."""
    held = jnp.where(state.pact > 1.0, params.relapse * jnp.exp(-params.guard * guaranteed(state, params)), params.cease_relapse)
    return held * jnp.exp(params.disobey * state.rogue) * (state.pact > 0)


class PactWeek(NamedTuple):
    """What a week brings [actor]: who has signed what (1 a ceasefire, 2 a settlement), ceasefires signed, pacts broken, and pacts that
    ended with the government that had signed them."""

    pact: Float[Array, "actor future"]
    ceased: Float[Array, "actor future"]
    relapsed: Float[Array, "actor future"]
    lapsed: Float[Array, "actor future"]


def agreed(key: Key, state: State, params: Params) -> PactWeek:
    """A peace process that ends brings a settlement as often as the rates of both ask; ceasefires need none; pacts hold or break.

    What a government that has fallen signed binds nobody.
    """
    agree, cease = state.keep(rates(state, params))
    works, stops, breaks, _ = key.uniform("pact", ("actor",))
    stands = state.government_fallen == 0
    back = (state.pact > 0) & stands & (breaks < 1.0 - jnp.exp(-relapse(state, params) / 52.0))
    sign = (state.over > 0) & (state.pact <= 1.0) & stands & (works < agree / jnp.maximum(state.openings, TINY))
    cease_fire = (state.pact == 0) & ~sign & stands & (stops < 1.0 - jnp.exp(-cease / 52.0))
    lapsed = (state.pact > 0) & ~stands
    pact = jnp.where(sign, 2.0, jnp.where(back | lapsed, 0.0, jnp.where(cease_fire, 1.0, state.pact)))
    return PactWeek(pact, cease_fire.astype(jnp.float32), (back & ~sign).astype(jnp.float32), lapsed.astype(jnp.float32))
