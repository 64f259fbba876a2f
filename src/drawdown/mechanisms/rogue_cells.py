"""Attacks outside command while a movement holds a truce."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from drawdown.formulas.contest import at_origin, contact, density, of_first, of_second
from drawdown.formulas.raids import ADDED, raids
from drawdown.incident_rows import Incident
from drawdown.mechanism import Change, Event, Key, Mechanism, Params, Shown, State
from drawdown.parameter_table import parameters_beside
from drawdown.state import Variable

RAIDS = Incident("rogue attack", "state-based", bystanders=False, small_sides=False)


def initial(state: State, params: Params) -> dict[str, jax.Array]:
    """All contact at the origin, to which the observed attacks belong."""
    before = contact(density(at_origin(state), state.population), state.structure, state.hostility, 1.0)
    return {"contact_at_origin": jnp.sum(before, axis=1)}


def step(key: Key, state: State, params: Params) -> Change:
    """Rogue attacks = the movement's usual attacks on the foreign force where it stands x rogue share x `energy`, while a truce runs."""
    s, foreign = state.structure, state.structure.foreign
    met = contact(state.density, s, state.enmity, 1.0) * jnp.maximum(foreign[s.first], foreign[s.second])
    usual = state.attack_rate / (state.contact_at_origin + params.trace_contact) * state.activity
    with_group = (of_first(met, s) + of_second(met, s)) * s.groups
    on_truce = (state.truce > 0) * state.rogue * params.energy
    adds, row = raids(key, state, params, usual[:, None] * with_group * on_truce)
    return Change.of(adds, incidents={RAIDS: row})


MECHANISM = Mechanism(
    name="rogue_cells",
    phase="ACT",
    about="Members who do not obey go on attacking the foreign force during a truce.",
    step=step,
    owns=(
        Variable("rogue_attacks", ("actor",), "attacks per week", "pressure", "attacks outside command", 0, record=True),
        Variable("contact_at_origin", ("place",), "index", "constant", "contact of all pairs at the origin", 0),
    ),
    initial=initial,
    initial_reads=("strength", "deployment", "population", "hostility"),
    reads=("density", "force", "enmity", "attack_rate", "activity", "truce", "rogue"),
    adds=ADDED,
    params=parameters_beside(__file__),
    incidents=(RAIDS,),
    events=(
        Event(
            "rogue attacks",
            "rogue_attacks",
            3,
            "Cells that {actor} did not command went on attacking during the truce",
            once=True,
            because=("rogue +",),
        ),
    ),
    references=("Stedman 1997",),
    shows=(Shown("rogue_attacks", 1, "sum"),),
)
