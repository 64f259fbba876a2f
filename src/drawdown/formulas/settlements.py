"""Talks between the government and a group, what comes of them, and how long it holds (Walter, Fearon, Hartzell and Hoddie, Fortna).

Rates were fitted to dyad-years of 1989-2006 (tests/replication/ucdp_terminations). Quantities are of the group [actor].
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import jax.numpy as jnp
import numpy as np

from drawdown.formulas.alliances import side_of_the_host
from drawdown.formulas.contest import logistic
from drawdown.formulas.ground import enmity_between
from drawdown.guards import LARGEST_LOG, NOTHING, TINY
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
    """Settlements and ceasefires a year to which the talks of each group with the government lead [actor]."""
    war = at_war(state, params)
    others = jnp.sum(war, axis=0, keepdims=True) - war
    years = jnp.maximum((state.fought_for + state.week) / 52.0, 1.0)
    able = jnp.where(state.truce_prone > 0, 1.0, params.loose) * war * jnp.exp(-params.veto * jnp.log1p(others))
    able = able * (1.0 - state.government_fallen)  # there is nobody to sign with
    strong, hot, mission = not_hopeless(state, params), intense(state, params), guaranteed(state, params)
    agree = params.agreement * jnp.exp(params.strong * strong + params.mission * mission - params.hot * hot - params.age * jnp.log(years))
    cease = params.ceasefire * jnp.exp(params.cease_strong * strong - params.cease_hot * hot)
    return agree * able, cease * able


def relapse(state: State, params: Params) -> Float[Array, "actor future"]:
    """Hazard a year with which a group goes back to war [actor]: less while guaranteed, more the more of it does not obey."""
    held = jnp.where(state.pact > 1.0, params.relapse * jnp.exp(-params.guard * guaranteed(state, params)), params.cease_relapse)
    return held * jnp.exp(params.disobey * state.rogue) * (state.pact > 0)


class Week(NamedTuple):
    """What a week brings [actor]: who talks, who has signed what (1 a ceasefire, 2 a settlement), ceasefires signed, pacts broken, and
    pacts that ended with the government that had signed them."""

    talks: Float[Array, "actor future"]
    pact: Float[Array, "actor future"]
    ceased: Float[Array, "actor future"]
    relapsed: Float[Array, "actor future"]
    lapsed: Float[Array, "actor future"]


def talked(key: Key, state: State, params: Params) -> Week:
    """Talks open, end in a pact or in nothing, are spoilt by a massacre (Kydd and Walter 2002); pacts hold or break.

    A government that has fallen talks with nobody, and what it signed binds nobody.
    """
    agree, cease = state.keep(rates(state, params))
    opens, ends, works, kind = key.uniform("talks", ("actor",))
    breaks, _, _, _ = key.uniform("pact", ("actor",))
    free = (state.pact == 0) & (state.talks == 0)
    begun = free & (opens < 1.0 - jnp.exp(-(agree + cease) / params.success / 52.0))
    worst = jnp.max(state.massacre, axis=0)
    over = (state.talks > 0) & (ends < 1.0 / params.talk_weeks)
    spoilt = (state.talks > 0) & ~over & (opens < params.spoil * worst / (worst + params.shocking))
    stands = state.government_fallen == 0
    back = (state.pact > 0) & stands & (breaks < 1.0 - jnp.exp(-relapse(state, params) / 52.0))
    sign = over & stands & (works < params.success)
    made = jnp.where(kind < agree / jnp.maximum(agree + cease, NOTHING), 2.0, 1.0)
    lapsed = (state.pact > 0) & ~stands
    pact = jnp.where(back | lapsed, 0.0, jnp.where(sign, made, state.pact))
    talks = jnp.where(over | spoilt | ~stands, 0.0, jnp.where(begun, 1.0, state.talks))
    return Week(talks, pact, (sign & (made < 2.0)).astype(jnp.float32), back.astype(jnp.float32), lapsed.astype(jnp.float32))
