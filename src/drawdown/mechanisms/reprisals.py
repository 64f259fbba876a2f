"""One-sided, sectarian and factional killing; it feeds on mixture and revenge, and saturates as communities separate."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from drawdown.formulas.contest import at_origin, density, hump, of_residents, protection, relief
from drawdown.formulas.killing import ADDED, killers, killings, revenge, told
from drawdown.guards import FAINT, MILLION
from drawdown.incident_rows import Incident
from drawdown.mechanism import Change, DeathsOfRate, Key, Mechanism, Params, Shown, State
from drawdown.parameter_table import parameters_beside
from drawdown.state import Variable

KILLINGS = Incident("reprisal", "one-sided")


def initial(state: State, params: Params) -> dict[str, jax.Array]:
    """Perpetrators and security at the origin: what the observed rates belong to."""
    then, kin = density(at_origin(state), state.population), of_residents(state.community_share, state.constituency)
    guard = protection(at_origin(state), state.population, state.structure, params)
    return {"killers_at_origin": jnp.sum(killers(then, kin, state, params), axis=1), "guard_at_origin": guard}


def step(key: Key, state: State, params: Params) -> Change:
    """rate = rate at origin x activity x (mixing/mixing at origin)^s x perpetrators now/then x revenge x relief.

    Violence is proportional to how mixed a place is (evidence, section 6); revenge follows the last weeks' deaths; where a harsh actor
    rules, selective killing follows Kalyvas' hump. Victims are of the communities that the killers do not recruit from, a part of any.
    """
    does = killers(state.density, state.kinship, state, params) * state.rivalry_zeal
    strength = jnp.sum(does, axis=1) / jnp.maximum(state.killers_at_origin, FAINT)
    mixed = jnp.exp(params.saturation * jnp.log((state.mixing + params.trace_mixing) / (state.mixing_at_origin + params.trace_mixing)))
    floor = params.background * state.people / MILLION
    rate = jnp.maximum(state.fatal_rate, floor) * state.activity * mixed * revenge(state, params)
    rate = rate * relief(state, state.guard_at_origin, params) * jnp.minimum(strength, params.ceiling)
    rules = hump(state.control) * (state.harshness * state.structure.groups)
    selective = params.selective * jnp.sum(rules, axis=1) * state.people / MILLION
    dead = killings(key, state, params, params.scale * (rate + selective), does, 1.0 - (1.0 - params.stray) * state.constituency)
    return Change.of(dead.adds, incidents={KILLINGS: dead.row})


MECHANISM = Mechanism(
    name="reprisals",
    phase="ACT",
    about="Armed groups, and police at one with them, kill civilians of other communities; separation leaves fewer targets.",
    step=step,
    initial=initial,
    initial_reads=("strength", "deployment", "population", "harshness", "community_share", "constituency"),
    owns=(
        Variable("killers_at_origin", ("place",), "index", "constant", "weight of perpetrators at the origin", 0),
        Variable("guard_at_origin", ("place",), "per 1,000", "constant", "security forces that protect civilians, at the origin", 0),
    ),
    reads=(
        *("residents", "people", "density", "kinship", "force", "harshness", "rivalry_zeal", "mixing", "mixing_at_origin", "recent_deaths"),
        *("fatal_rate", "recorded_deaths", "activity", "control", "constituency"),
    ),
    adds=ADDED,
    params=parameters_beside(__file__),
    incidents=(KILLINGS,),
    deadly=(DeathsOfRate("fatal_rate", "one-sided", "severity", "cutoff", size="size"),),
    events=told("mass killing", "reprisal", 20, "{actor} killed {n} civilians in {place}", "after killings by {actor}", "bombing"),
    references=("Kalyvas 2006", "Weidmann and Salehyan 2013", "Biddle, Friedman and Shapiro 2012"),
    shows=(Shown("civilian_deaths", 1, "sum"), Shown("displaced", 1, "sum")),
)
