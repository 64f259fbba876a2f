"""When a foreign force is sent into a war in which none stands: missions follow deaths and agreements, armies the deaths alone.

Hazards were fitted to countries at war, 1990 to August 2007 (tests/replication/foreign_forces).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import jax.numpy as jnp

from drawdown.guards import LARGEST_LOG, MILLION
from drawdown.mechanism import Params, State

if TYPE_CHECKING:
    from jaxtyping import Array, Float


def dead_a_year(deaths: Float[Array, "place violence future"]) -> Float[Array, "future"]:
    """Dead a year [], of deaths of all kinds a week."""
    return 52.0 * jnp.sum(deaths, axis=(0, 1))


def called(state: State, params: Params, toll: Float[Array, "future"], accord: Float[Array, "future"]) -> Float[Array, "actor future"]:
    """Hazard a year [actor] with which a force is sent: a mission by `toll`, a fresh `accord` and a force before; an army by `toll`.

    Deaths count by the million residents. Nothing is sent where one of its sort stands, less where there is no war, and no army to a
    government that has fallen.
    """
    mission = state.guarantees
    residents = jnp.maximum(jnp.sum(state.people, axis=0), 1.0)
    bloody = jnp.log((MILLION * toll / residents + 1.0) / (params.bloody + 1.0))
    at_war = jnp.minimum(toll / params.war, 1.0)
    reasons = params.deaths * bloody + params.accord * accord + params.before * state.stood
    missions = params.mission * jnp.exp(jnp.clip(reasons, -LARGEST_LOG, LARGEST_LOG))
    armies = params.army * jnp.exp(jnp.clip(params.army_deaths * bloody, -LARGEST_LOG, LARGEST_LOG)) * (1.0 - state.government_fallen)
    here = state.armed * state.structure.foreign
    peace, war = jnp.sum(here * mission, axis=0), jnp.sum(here * (1.0 - mission), axis=0)
    return at_war * (mission * missions * (peace < params.least) + (1.0 - mission) * armies * (war < params.least))
