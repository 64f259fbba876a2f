"""Derived quantities of residents, forces and standing: who lives where, who stands there how densely, and how welcome they are.

Their owners (displacement, forces, standing) declare them; the weights of the guard are parameters of `forces`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import jax.numpy as jnp

from drawdown.derived import Derived
from drawdown.formulas import contest
from drawdown.mechanism import Params, State

if TYPE_CHECKING:
    from jaxtyping import Array, Float


def people(state: State, params: Params) -> Float[Array, "place future"]:
    """Residents of a place, of all communities."""
    return jnp.sum(state.residents, axis=1)


def composition(state: State, params: Params) -> Float[Array, "place community future"]:
    """Shares of the communities among them."""
    return contest.composition(state.residents)


def kinship(state: State, params: Params) -> Float[Array, "place actor future"]:
    """How far residents are those that an actor recruits from: shares of its constituency among them, weighed."""
    return contest.of_residents(state.composition, state.constituency)


def armed(state: State, params: Params) -> Float[Array, "actor future"]:
    """Persons under arms of each actor in the country."""
    return jnp.sum(state.force, axis=0)


def density(state: State, params: Params) -> Float[Array, "place actor future"]:
    """Persons under arms per 1,000 residents."""
    return contest.density(state.force, state.people)


def foreign_density(state: State, params: Params) -> Float[Array, "place future"]:
    """Foreign troops per 1,000 residents."""
    return jnp.sum(state.density * state.structure.foreign, axis=1)


def weight(state: State, params: Params) -> Float[Array, "place actor future"]:
    """What each actor weighs in a fight by its mettle, in soldiers of the army per 1,000 residents; a fighter of a group counts as one.

    Apart from the presence that lowers attacks (clashes) and killing (reprisals): those are police work, this is firepower.
    """
    s = state.structure
    worth = s.foreign * params.guard_foreign + s.army * params.guard_army + s.police * params.guard_police + s.groups
    weighed: Float[Array, "place actor future"] = state.density * jnp.exp(state.mettle) * worth
    return weighed


def presence(state: State, params: Params) -> Float[Array, "future"]:
    """The foreign force in the country against that of the origin, twice that at most; where none stood, against one that may come."""
    foreign = state.structure.foreign
    then = jnp.sum(state.strength * foreign, axis=0)
    usual = jnp.maximum(jnp.where(then > 0, then, jnp.sum(state.may_come * foreign, axis=0)), 1.0)
    return jnp.minimum(jnp.sum(state.force * foreign, axis=(0, 1)) / usual, 2.0)


def mission(state: State, params: Params) -> Float[Array, "home future"]:
    """Persons whom each home government has in the country."""
    return jnp.sum(jnp.sum(state.sends[:, None] * state.force, axis=2), axis=1)


def welcome(state: State, params: Params) -> Float[Array, "place actor future"]:
    """Mean regard of the residents for each actor."""
    return contest.of_residents(state.composition, state.standing)


OF_RESIDENTS = (
    Derived("people", ("place",), "persons", "residents of all communities", people, ("residents",)),
    Derived("composition", ("place", "community"), "share", "share of the residents who are of the community", composition, ("residents",)),
    Derived(
        "kinship", ("place", "actor"), "share", "how far residents are those it recruits from", kinship, ("composition", "constituency")
    ),
)
OF_FORCES = (
    Derived("armed", ("actor",), "persons", "persons under arms in the country", armed, ("force",)),
    Derived("density", ("place", "actor"), "per 1,000", "persons under arms per 1,000 residents", density, ("force", "people")),
    Derived("foreign_density", ("place",), "per 1,000", "foreign troops per 1,000 residents", foreign_density, ("density",)),
    Derived("weight", ("place", "actor"), "per 1,000", "weight in a fight, in soldiers of the army", weight, ("density", "mettle")),
    Derived(
        "presence", (), "ratio", "foreign force in the country against that of the origin", presence, ("force", "strength", "may_come")
    ),
    Derived("mission", ("home",), "persons", "persons whom the home government has in the country", mission, ("force", "sends")),
)
OF_STANDING = (Derived("welcome", ("place", "actor"), "index", "how the residents regard the actor", welcome, ("composition", "standing")),)
