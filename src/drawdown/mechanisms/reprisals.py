"""One-sided, sectarian and factional killing; it feeds on mixture and revenge, and saturates as communities separate."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from drawdown.formulas.contest import at_origin, density, of_residents, protection, relief, share_of
from drawdown.formulas.killing import ADDED, Doing, coercion, fall_upon, killers, killings, openness, revenge, told, will
from drawdown.formulas.rule import of_neighbours
from drawdown.guards import MILLION
from drawdown.incident_rows import Incident
from drawdown.mechanism import Change, DeathsOfRate, Key, Mechanism, Params, Shown, State
from drawdown.parameter_table import parameters_beside
from drawdown.state import Variable

KILLINGS = Incident("reprisal", "one-sided")


def initial(state: State, params: Params) -> dict[str, jax.Array]:
    """Perpetrators and security at the origin: what the observed rates belong to."""
    then = density(at_origin(state), state.population)
    guard = protection(at_origin(state), state.population, state.structure, params)
    open_to = openness(state.hostility, state.standing_at_origin, params.stray, state, params)
    does = killers(then, of_neighbours(then, state), params) * will(state, params) * of_residents(state.community_share, open_to)
    return {"killers_at_origin": jnp.sum(does, axis=1), "guard_at_origin": guard}


def step(key: Key, state: State, params: Params) -> Change:
    """rate = rate at origin x activity x (mixing/mixing at origin)^s x perpetrators now/then x revenge x relief.

    Violence is proportional to how mixed a place is (evidence, section 6); revenge follows the last weeks' deaths. Who kills is in reach,
    harsh, and has it in for those who live there; a harsh ruler kills among whomever it rules, by Kalyvas' hump, where enemies contest it.
    """
    open_to = state.keep(openness(state.enmity, state.standing, params.stray, state, params))
    bent = will(state, params)
    reach = killers(state.density, of_neighbours(state.density, state), params)
    does = state.keep(reach * bent * state.rivalry_zeal * of_residents(state.composition, open_to))
    strength = (jnp.sum(does, axis=1) + params.trace) / (state.killers_at_origin + params.trace)
    mixed = jnp.exp(params.saturation * jnp.log((state.mixing + params.trace_mixing) / (state.mixing_at_origin + params.trace_mixing)))
    floor = params.background * state.people / MILLION
    rate = jnp.maximum(state.fatal_rate, floor) * state.activity * mixed * revenge(state, params)
    rate = rate * relief(state, state.guard_at_origin, params) * jnp.minimum(strength, params.ceiling)
    at_large = state.keep(params.scale * rate[:, None] * share_of(does, 1))
    chosen = state.keep(params.scale * params.selective * coercion(state) * state.people[:, None] / MILLION)
    on = fall_upon(at_large, open_to, state) + jnp.sum(chosen, axis=1, keepdims=True) * state.composition
    dead = killings(key, state, params, Doing(at_large + chosen, on, bent * jnp.max(open_to, axis=0), params.hands))
    return Change.of(dead.adds, incidents={KILLINGS: dead.row})


MECHANISM = Mechanism(
    name="reprisals",
    phase="ACT",
    about="Armed groups, armies and partisan police kill civilians within reach whom they have it in for; separation leaves fewer targets.",
    step=step,
    initial=initial,
    initial_reads=(
        *("strength", "deployment", "population", "harshness", "community_share", "constituency"),
        *("hostility", "standing_at_origin", "adjacency"),
    ),
    owns=(
        Variable("killers_at_origin", ("place",), "index", "constant", "weight of perpetrators at the origin", 0),
        Variable("guard_at_origin", ("place",), "per 1,000", "constant", "security forces that protect civilians, at the origin", 0),
    ),
    reads=(
        *("residents", "people", "composition", "density", "force", "harshness", "rivalry_zeal", "mixing", "mixing_at_origin"),
        *("recent_deaths", "fatal_rate", "recorded_deaths", "activity", "control", "constituency", "enmity", "standing", "adjacency"),
    ),
    adds=ADDED,
    params=parameters_beside(__file__),
    incidents=(KILLINGS,),
    deadly=(DeathsOfRate("fatal_rate", "one-sided", "severity", "cutoff", size="size"),),
    events=told("mass killing", "reprisal", 20, "{actor} killed {n} civilians in {place}", "after killings by {actor}", "bombing"),
    references=("Kalyvas 2006", "Weidmann and Salehyan 2013", "Biddle, Friedman and Shapiro 2012"),
    shows=(Shown("civilian_deaths", 1, "sum"), Shown("displaced", 1, "sum")),
)
