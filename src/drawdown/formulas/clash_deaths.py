"""The incidents of fighting that kill: how many, how deadly the largest, and whose the dead are."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from drawdown.formulas.contest import one_of
from drawdown.formulas.incidents import large
from drawdown.guards import NOTHING, TINY
from drawdown.incident_rows import IncidentRow, Toll
from drawdown.mechanism import Key, Params, State
from drawdown.severity import draw_incidents

if TYPE_CHECKING:
    from jaxtyping import Array, Float, Num


class Fallen(NamedTuple):
    """A week's fighting of one type: number of incidents and all their dead [place], the dead by side [place, dyad], civilians, the row."""

    incidents: Float[Array, "place future"]
    deaths: Float[Array, "place future"]
    first: Float[Array, "place dyad future"]
    second: Float[Array, "place dyad future"]
    civilians: Float[Array, "place future"]
    row: IncidentRow


def dead_of(
    key: Key,
    state: State,
    params: Params,
    kind: str,
    mean: Float[Array, "place dyad future"],
    part: Float[Array, "place dyad future"],
    alpha: Float[Array, "future"],
) -> Fallen:
    """Incidents of one type in each place and their dead, shared among the pairs that fight there.

    The largest belongs to one pair, drawn in proportion to its rate and the likelier the more both have there than fell; the others to all
    pairs in proportion to their rates. Drawing every pair by itself costs twelve times as much and differs only in the noise of a pair's
    small losses.
    """
    keep = state.keep
    whole = keep(jnp.sum(mean, axis=1))
    *u, which, round_large = key.mixed(kind, ("place",))
    _, _, round_shares, round_small, round_first, _ = key.mixed(f"{kind} shares", ("place",))
    dead = keep(draw_incidents(u, whole, alpha, params.cutoff))
    largest = large(dead)
    there = keep((state.force + TINY) / (state.force + TINY + largest[:, None]))
    pair = keep(one_of(which, mean * there[:, state.structure.first] * there[:, state.structure.second]))
    hit = (jnp.arange(mean.shape[1])[:, None] == pair[:, None]).astype(jnp.float32)
    share = mean / jnp.maximum(whole, NOTHING)[:, None]
    mean_part, pair_part = keep((jnp.sum(share * part, axis=1), jnp.sum(hit * part, axis=1)))
    large_a, large_b, large_civilians = keep(share_out(largest, pair_part, params.bystanders, round_large, round_shares))
    small_a, small_b, small_civilians = keep(share_out(dead.deaths - largest, mean_part, params.bystanders, round_small, round_first))
    # Of the small dead, each pair has its part, weighed by how the sides of that pair fare.
    to_a = share * part / jnp.maximum(mean_part, TINY)[:, None]
    to_b = share * (1.0 - part) / jnp.maximum(1.0 - mean_part, TINY)[:, None]
    usual = jnp.argmax(mean, axis=1)
    a, b = state.structure.first, state.structure.second
    row = IncidentRow(
        Toll(side_of(pair, a), side_of(pair, b), large_a, large_b, large_civilians),
        Toll(side_of(usual, a), side_of(usual, b), small_a, small_b, small_civilians),
        dead.incidents - (largest > 0),
    )
    lost_a, lost_b = hit * large_a[:, None] + to_a * small_a[:, None], hit * large_b[:, None] + to_b * small_b[:, None]
    return Fallen(dead.incidents, dead.deaths, lost_a, lost_b, large_civilians + small_civilians, row)


def share_out(
    deaths: Float[Array, "place future"],
    part: Float[Array, "place future"],
    bystanders: Float[Array, "future"],
    u: Float[Array, "place future"],
    v: Float[Array, "place future"],
) -> tuple[Float[Array, "place future"], Float[Array, "place future"], Float[Array, "place future"]]:
    """Whole deaths of the first side, the second and civilians, adding up; rounded at random so that means are kept."""
    civilians = jnp.minimum(jnp.floor(deaths * bystanders + u), deaths)
    armed = deaths - civilians
    first = jnp.minimum(jnp.floor(armed * part + v), armed)
    return first, armed - first, civilians


def side_of(pair: Num[Array, "place future"], which: NDArray[np.intp]) -> Float[Array, "place future"]:
    """Position of the actor that is the side `which` of each pair [place]."""
    return jnp.asarray(which, jnp.float32)[pair.astype(jnp.int32)]
