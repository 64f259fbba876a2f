"""What makes armed actors friends or enemies: an enemy in common, strength that needs no friend, one paymaster, blood between them.

Christia 2012: groups look for the smallest coalition that wins; a strong common enemy binds, the spoils divide. Pairs are dyads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from drawdown.formulas.contest import share_of
from drawdown.guards import THOUSAND, TINY
from drawdown.mechanism import State
from drawdown.world import Structure

if TYPE_CHECKING:
    from jaxtyping import Array, Float


def party_of(s: Structure) -> NDArray[np.intp]:
    """Index of the actor that speaks for each [actor]: army and police are one party, the host government; every other is its own."""
    official = [k for k, kind in enumerate(s.kinds) if kind in ("army", "police")]
    return np.array([official[0] if k in official else k for k in range(len(s.actors))], np.intp)


def spoken_for(s: Structure) -> NDArray[np.intp]:
    """Index of the pair whose luck each pair shares [dyad]: what a group is to the army it is to the police."""
    party = party_of(s)
    pairs = [frozenset((int(party[a]), int(party[b]))) for a, b in zip(s.first, s.second, strict=True)]
    return np.array([pairs.index(pair) for pair in pairs], np.intp)


def side_of_the_host(s: Structure) -> NDArray[np.float32]:
    """1 for the host's army and police, and for foreign forces that are no enemy of theirs [actor]; nobody where there is no host."""
    host = s.state[:, 0] > 0
    foes = {frozenset((int(a), int(b))) for a, b in zip(s.first, s.second, strict=True)}
    at_odds = [any(frozenset((k, int(h))) in foes for h in np.flatnonzero(host)) for k in range(len(host))]
    friend = (s.foreign[:, 0] > 0) & ~np.array(at_odds, bool) & host.any()
    side: NDArray[np.float32] = (host | friend).astype(np.float32)
    return side


def of_parties(values: Float[Array, "dyad future"], s: Structure) -> Float[Array, "dyad future"]:
    """The largest value among pairs of the same two parties [dyad]: who is at war with the army is at war with the police."""
    one = spoken_for(s)
    return jnp.max(jnp.where((one[:, None] == one[None, :])[:, :, None], values[None], 0.0), axis=1)


def enmities(state: State) -> Float[Array, "actor actor future"]:
    """Enmity of every actor with every other; none where they are no dyad."""
    s = state.structure
    whole = np.zeros((len(s.actors), len(s.actors), len(s.dyads)), np.float32)
    for d, (a, b) in enumerate(zip(s.first, s.second, strict=True)):
        whole[a, b, d] = whole[b, a, d] = 1.0
    return jnp.einsum("abd,dt->abt", whole, state.enmity)


def power(state: State) -> Float[Array, "actor future"]:
    """Weight of each actor [actor], all together one: the mean of its share of those under arms and of its share of ruled residents."""
    ruled = jnp.sum(state.control * state.people[:, None], axis=0)
    return 0.5 * (share_of(state.armed, 0) + share_of(ruled, 0))


def common_enemy(state: State) -> Float[Array, "dyad future"]:
    """Weight of those who are enemies of both sides of each pair [dyad], each as far as it is the enemy of the less hostile."""
    s, hostile = state.structure, enmities(state)
    both = jnp.minimum(hostile[s.first], hostile[s.second])
    return jnp.sum(both * power(state)[None], axis=1)


def spoils(state: State) -> Float[Array, "dyad future"]:
    """How far the two sides together outweigh all others [dyad]: 0 at half of all weight, 1 at all of it, where they need no friend."""
    s = state.structure
    party = (party_of(s)[:, None] == party_of(s)[None, :]).astype(np.float32)
    whole = jnp.einsum("ab,bt->at", party, power(state))
    return jnp.clip(2.0 * (whole[s.first] + whole[s.second]) - 1.0, 0.0, 1.0)


def one_paymaster(state: State) -> Float[Array, "dyad future"]:
    """Share of upkeep that the less paid of the two sides has from sponsors who pay both [dyad]."""
    s = state.structure
    return jnp.minimum(jnp.sum(jnp.minimum(state.aid[:, s.first], state.aid[:, s.second]), axis=0), 1.0)


def blood(state: State, much: Float[Array, "future"]) -> Float[Array, "dyad future"]:
    """How bloody the week was between the two sides [dyad], 0 to 1: dead per 1,000 of the smaller side, half at `much`."""
    s = state.structure
    smaller = jnp.minimum(state.armed[s.first], state.armed[s.second])
    toll = THOUSAND * state.bloodshed / jnp.maximum(smaller, 1.0)
    return toll / (toll + much + TINY)
