"""Flows of persons under arms, settled together so that nobody is removed twice: competing risks, changes of side, ordered moves.

The owner of forces declares the pressures that others add to (`FLOWS`) as they stand here. All are [place, actor].
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import jax.numpy as jnp

from drawdown.formulas.contest import share_of, total
from drawdown.guards import NOTHING, TINY
from drawdown.mechanism import State
from drawdown.severity import binomial_share
from drawdown.state import Variable

if TYPE_CHECKING:
    from jaxtyping import Array, Float

_INF = float("inf")

FLOWS = (
    Variable("losses", ("place", "actor"), "persons per week", "pressure", "killed this week", 0, _INF),
    Variable("recruits", ("place", "actor"), "persons per week", "pressure", "recruits this week", 0, _INF),
    Variable("desert_hazard", ("place", "actor"), "per week", "pressure", "hazard of desertion", 0, _INF),
    Variable("leave_hazard", ("place", "actor"), "per week", "pressure", "hazard of leaving in good order", 0, _INF),
    Variable("go_over", ("place", "actor"), "share", "pressure", "share of deserters who join a group", 0, 1),
    Variable("switch_hazard", ("place", "actor"), "per week", "pressure", "hazard of changing sides", 0, _INF),
    Variable("move_out", ("place", "actor"), "persons per week", "pressure", "ordered to another place", 0, _INF),
    Variable("move_in", ("place", "actor"), "persons per week", "pressure", "ordered here from another place", 0, _INF),
    Variable("go_home", ("place", "actor"), "persons per week", "pressure", "ordered out of the country", 0, _INF),
    Variable("arrive", ("place", "actor"), "persons per week", "pressure", "sent here from home", 0, _INF),
)


def survivors(state: State) -> Float[Array, "place actor future"]:
    """Those whom the week's fighting has left alive."""
    # Rotation replaces a foreign soldier who falls; the order of battle, not the fallen, decides the level.
    dead = jnp.minimum(state.losses * (1.0 - state.structure.foreign), state.force)
    return state.force - dead


def competing_risks(
    uniforms: tuple[
        Float[Array, "place actor future"],
        Float[Array, "place actor future"],
        Float[Array, "place actor future"],
        Float[Array, "place actor future"],
    ],
    state: State,
    living: Float[Array, "place actor future"],
) -> tuple[Float[Array, "place actor future"], Float[Array, "place actor future"], Float[Array, "place actor future"]]:
    """Of the living, those who desert, those who change sides and those who stay; the rest leave in good order."""
    hazard = state.leave_hazard + state.desert_hazard + state.switch_hazard
    gone = binomial_share(uniforms, living, 1.0 - jnp.exp(-hazard))
    part = 1.0 / jnp.maximum(hazard, NOTHING)
    gone, hazard = state.keep((gone, hazard))
    deserted = gone * state.desert_hazard * part
    switched = gone * state.switch_hazard * part
    return state.keep((deserted, switched, living - gone))


def gone_over(state: State, deserters: Float[Array, "place actor future"]) -> Float[Array, "place actor future"]:
    """Deserters who joined the groups that their place sympathises with."""
    s = state.structure
    liked = state.sympathy * (state.force > 0) * s.groups
    return total(deserters * s.state, 1) * share_of(liked, 1) * (total(liked, 1) > 0)


def come_over(state: State, switched: Float[Array, "place actor future"]) -> Float[Array, "place actor future"]:
    """Those who change sides, with whom they go to: the local ally; its own go back where `switches_to` says."""
    ally = state.structure.of_kind("local-ally")
    open_to = state.switches_to * jnp.where(ally[:, None] > 0, 1.0, ally)
    return jnp.einsum("pat,ab->pbt", switched, share_of(open_to, 1)[:, :, 0])


def after_orders(
    state: State, staying: Float[Array, "place actor future"]
) -> tuple[Float[Array, "place actor future"], Float[Array, "place actor future"]]:
    """Who stands where once the ordered moves are made, no more than there are; and who went home."""
    wanted = state.move_out + state.go_home
    able = jnp.where(wanted > staying, staying / jnp.maximum(wanted, TINY), 1.0)
    out, home = state.move_out * able, state.go_home * able
    # Those who arrive from elsewhere are as many as could set out.
    kept = jnp.sum(out, axis=0) / jnp.maximum(jnp.sum(state.move_out, axis=0), TINY)
    return staying - out - home + state.move_in * kept + state.arrive, home
