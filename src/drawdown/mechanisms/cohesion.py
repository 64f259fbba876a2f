"""Discipline of armed groups: purge under a truce, dilution by recruits, wear by losses, splinters."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from drawdown.mechanism import Change, Event, Key, Mechanism, Params, Shown, State
from drawdown.parameter_table import parameters_beside
from drawdown.state import Variable


def initial(state: State, params: Params) -> dict[str, jax.Array]:
    """Discipline and rogues at the origin."""
    return {"discipline": state.discipline_at_origin, "rogue": state.rogue_at_origin}


def step(key: Key, state: State, params: Params) -> Change:
    """A truce lets a movement purge (rogues fall, discipline rises) and tempts it to split: p = p0 x truce x (1 - discipline)."""
    whole = jnp.maximum(state.armed, params.smallest)
    truce = (state.truce > 0).astype(jnp.float32)
    lost = jnp.minimum(state.recent_fallen / whole, params.most)
    joined = jnp.minimum(state.recruited / whole, params.most)
    pull = (state.discipline_at_origin - state.discipline) / params.memory
    discipline = (
        state.discipline
        + params.purge * truce * (1.0 - state.discipline)
        - params.wear * lost
        - params.dilution * jnp.maximum(joined - params.steady, 0.0)
        + pull
    )
    draw, size, _, _ = key.uniform("splinter", ("actor",))
    splits = (draw < params.splinter * truce * (1.0 - state.discipline)).astype(jnp.float32) * state.structure.groups
    drop = splits * (params.least_part + params.part_range * size)
    drift = (state.rogue_at_origin - state.rogue) / params.memory
    rogue = state.rogue - params.purge * truce * state.rogue + drift * (1.0 - truce) + drop
    return Change.of(
        discipline=jnp.clip(discipline - params.split_shock * drop, 0.0, 1.0), rogue=jnp.clip(rogue, 0.0, 1.0), splintered=splits
    )


MECHANISM = Mechanism(
    name="cohesion",
    phase="SETTLE",
    about="Movements purge and splinter under a truce, wear down with losses, and are diluted by recruits.",
    step=step,
    initial=initial,
    initial_reads=("discipline_at_origin", "rogue_at_origin"),
    owns=(
        Variable("discipline", ("actor",), "index", "stock", "how far members obey", 0, 1, record=True),
        Variable("rogue", ("actor",), "share", "stock", "share of members who do not obey", 0, 1, record=True),
        Variable("splintered", ("actor",), "share", "stock", "1 in the week in which a part breaks away", 0, 1),
    ),
    reads=("armed", "truce", "recent_fallen", "recruited", "discipline_at_origin", "rogue_at_origin"),
    params=parameters_beside(__file__),
    events=(Event("splinter", "splintered", 0.5, "A part of {actor} broke with the leadership over the truce", because=("discipline -",)),),
    references=("Staniland 2012", "Bueno de Mesquita 2005"),
    shows=(Shown("rogue", -1, "mean"),),
)
