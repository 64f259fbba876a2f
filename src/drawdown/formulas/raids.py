"""Attacks of armed groups upon the foreign force outside any command: whom they hit, who dies, and what is written down of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jax.numpy as jnp

from drawdown.formulas.contest import one_of
from drawdown.formulas.incidents import large, state_based
from drawdown.incident_rows import IncidentRow, Toll
from drawdown.mechanism import Key, Params, State
from drawdown.severity import draw_incidents

if TYPE_CHECKING:
    from jaxtyping import Array, Float

# What `raids` adds to, besides the attacks of its own kind.
ADDED = ("losses", "fallen", "attacks", "attacks_on", "deaths")


def raids(
    key: Key, state: State, params: Params, rate: Float[Array, "place actor future"]
) -> tuple[dict[str, Float[Array, "..."]], IncidentRow]:
    """What attacks at a rate a week [place, actor] add, and their row; the foreign force that stands strongest in the place is the target.

    Parameters: `fatal_share` of the attacks, `severity` and `cutoff` of their dead, `own_share` of the attackers among them.
    """
    attacks = state.keep(rate)
    whole = state.keep(jnp.sum(attacks, axis=1))
    *u, rounding, which = key.mixed("incidents", ("place",))
    dead = state.keep(draw_incidents(u, whole * params.fatal_share, params.severity, params.cutoff))
    own = jnp.minimum(jnp.floor(dead.deaths * params.own_share + rounding), dead.deaths)
    theirs = dead.deaths - own
    by = state.keep(one_of(which, attacks))
    target = jnp.argmax(state.force * state.structure.foreign, axis=1).astype(jnp.float32)
    index = jnp.arange(attacks.shape[1])[:, None]
    hit, did = (index == target[:, None]).astype(jnp.float32), (index == by[:, None]).astype(jnp.float32)
    lost = did * own[:, None] + hit * theirs[:, None]
    largest = large(dead)
    part = largest / jnp.maximum(dead.deaths, 1.0)
    # The dead of the largest, whole and all of them: own by part, the rest theirs, as far as they had so many.
    theirs_large = jnp.minimum(largest - jnp.floor(own * part), theirs)
    own_large = largest - theirs_large
    # Among the small dead the foreign force stands first, as in its pairs.
    row = IncidentRow(
        Toll(by, target, own_large, theirs_large),
        Toll(dead_a=theirs - theirs_large, dead_b=own - own_large),
        dead.incidents - (largest > 0),
    )
    adds = {
        "losses": lost,
        "fallen": jnp.sum(lost, axis=0),
        "attacks": whole,
        "attacks_on": hit * whole[:, None],
        "deaths": state_based(dead.deaths),
        "rogue_attacks": jnp.sum(attacks, axis=0),
    }
    return adds, row
