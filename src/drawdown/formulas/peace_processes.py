"""Peace processes between the government and a group: when they open, what is signed on the way, how they end.

The law was fitted to dyad-months of 1989 to August 2007 (tests/replication/ucdp_agreements). Quantities are of the group [actor].
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import jax.numpy as jnp

from drawdown.formulas.ground import enmity_between
from drawdown.formulas.settlements import against_the_host, at_war, guaranteed, not_hopeless
from drawdown.guards import TINY
from drawdown.mechanism import Key, Params, State

if TYPE_CHECKING:
    from jaxtyping import Array, Float


def openings(state: State, params: Params) -> Float[Array, "actor future"]:
    """Peace processes that would open in a year of active fighting [actor]."""
    war = at_war(state, params)
    others = jnp.sum(war, axis=0, keepdims=True) - war
    about = params.strong * not_hopeless(state, params) + params.mission * guaranteed(state, params) + params.command * state.truce_prone
    return params.opening * jnp.exp(about - params.several * jnp.log1p(others))


def fought(state: State, params: Params) -> Float[Array, "actor future"]:
    """How far the group and the government fight [actor]; enemies who rest come to talk less often, friends have nothing to talk about."""
    opposed = jnp.max(against_the_host(state.structure)[:, :, None] * enmity_between(state)[None], axis=1)
    return jnp.maximum(at_war(state, params), params.quiet * opposed) * (state.armed >= 1.0)


def under_way(state: State, params: Params, opens: Float[Array, "actor future"]) -> Float[Array, "actor future"]:
    """Chance that a process is under way at the origin [actor], by the weeks since the group signed last.

    It was when they signed. Since then it may have ended in nothing, and nothing was signed: each tells that it is over. Or one may have
    opened since, as long as such a group has fought, and signed nothing yet.
    """
    ends = 52.0 / params.talk_weeks
    fails = ends * params.fails
    all_of = fails + params.signing + ends * (1.0 - params.fails)
    silent = jnp.exp(-all_of * state.last_signed / 52.0)
    kept = silent / (silent + (1.0 - silent) * fails / jnp.maximum(all_of, TINY))
    return jnp.maximum(jnp.where(params.opening > 0, kept, 0.0), opens / jnp.maximum(opens + all_of, TINY))


class PeaceWeek(NamedTuple):
    """What a week brings [actor]: whose processes are under way, open, end by themselves; who signs a partial agreement, or one on how to
    go on."""

    talks: Float[Array, "actor future"]
    opened: Float[Array, "actor future"]
    over: Float[Array, "actor future"]
    partial: Float[Array, "actor future"]
    onward: Float[Array, "actor future"]


def went_on(key: Key, state: State, params: Params, often: Float[Array, "actor future"]) -> PeaceWeek:
    """Processes open, sign, are spoilt by a massacre (Kydd and Walter 2002), and end. A government that has fallen talks with nobody."""
    opens, ends, signs, kind = key.uniform("talks", ("actor",))
    spoils, _, _, _ = key.uniform("spoilers", ("actor",))
    stands = (state.government_fallen == 0) & (state.dissolved == 0)  # a group that is no more signs nothing
    rate = often * fought(state, params)
    started = state.week > 0
    chance = jnp.where(started, 1.0 - jnp.exp(-rate / 52.0), under_way(state, params, rate))
    begun = (state.talks == 0) & (state.pact <= 1.0) & stands & (opens < chance)
    going = (state.talks > 0) & stands
    over = going & (ends < 1.0 / params.talk_weeks)
    worst = jnp.max(state.massacre, axis=0)
    spoilt = going & ~over & (spoils < params.spoil * worst / (worst + params.shocking))
    signed = going & (signs < 1.0 - jnp.exp(-params.signing / 52.0))
    whole = kind < params.partial
    flags = (begun & started, over, signed & whole, signed & ~whole)
    return PeaceWeek(jnp.where(begun | (going & ~over & ~spoilt), 1.0, 0.0), *(flag.astype(jnp.float32) for flag in flags))
