"""One-sided, sectarian and factional killing; it feeds on mixture and revenge, and saturates as communities separate."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from drawdown.contest import at_origin, density, hump, security, share_of
from drawdown.mechanism import Change, Event, Mechanism, Param
from drawdown.severity import draw_incidents
from drawdown.state import Variable

_INF = float("inf")


def step(key: Any, state: Any, params: Any) -> Change:
    """rate = rate at origin x activity x (mixing/mixing at origin)^s x perpetrators now/then x revenge x relief.

    Violence is proportional to how mixed a place is (evidence, section 6); revenge follows the last weeks' deaths; where a harsh actor
    rules, selective killing follows Kalyvas' hump.
    """
    s = state.structure
    people = jnp.sum(state.residents, axis=1)
    now, then = density(state.force, people), density(at_origin(state), state.population)
    will = state.harshness + params.base_harshness
    killers = jnp.maximum(s.groups, params.police_share[None] * s.police)[None]
    does = jnp.sqrt(now + 1e-6) * will[None] * killers * state.rivalry_zeal[None]
    did = jnp.sqrt(then + 1e-6) * will[None] * killers
    strength = jnp.sum(does, axis=1) / jnp.maximum(jnp.sum(did, axis=1), 1e-3)
    mixed = jnp.power((state.mixing + 0.02) / (state.mixing_at_origin + 0.02), params.saturation)
    recent = jnp.sum(state.recent_deaths[:, 2:], axis=1)
    usual = 2.5 * state.fatal_rate + 5.0 * state.bombing_rate
    revenge = jnp.exp(params.revenge * jnp.clip(jnp.log((recent + 1.0) / (usual + 1.0)), -1.5, 1.5))
    guard = security(state.force, people, s, 1.0, 0.5, 0.2)
    guard_then = security(at_origin(state), state.population, s, 1.0, 0.5, 0.2)
    relief = jnp.exp(-params.presence_effect * (jnp.log1p(guard / 5.0) - jnp.log1p(guard_then / 5.0)))
    floor = params.background * people / 1e6
    rate = jnp.maximum(state.fatal_rate, floor) * state.activity * mixed * revenge * relief * jnp.minimum(strength, params.ceiling)
    selective = params.selective * jnp.sum(hump(state.control) * state.harshness[None] * s.groups[None], axis=1) * people / 1e6
    mean = params.scale * (rate + selective)[:, None] * share_of(does, 1)
    dead = draw_incidents(key.uniform("incidents", ("place", "actor")), mean, params.severity, params.cutoff)
    killed = jnp.sum(dead.deaths, axis=1)
    # Victims are of the communities that the killers do not recruit from, a part of any.
    aim = state.residents[:, :, None] * (1.0 - (1.0 - params.stray) * state.constituency)[None]
    victims = jnp.sum(share_of(aim, 1) * dead.deaths[:, None], axis=2)
    none = jnp.zeros_like(killed)
    return Change.of(
        {
            "deaths": jnp.stack([none, none, killed], axis=1),
            "civilian_deaths": killed,
            "harmed": victims,
            "atrocity": dead.deaths,
            "sectarian": killed,
            "reprisal_incidents": dead.count,
            "reprisal_largest": dead.largest,
            "reprisal_dead": dead.deaths,
        }
    )


MECHANISM = Mechanism(
    name="reprisals",
    phase="ACT",
    about="Armed groups, and police at one with them, kill civilians of other communities; separation leaves fewer targets.",
    step=step,
    owns=tuple(
        Variable(f"reprisal_{what}", ("place", "actor"), "deaths" if what != "incidents" else "per week", "pressure", about, 0, _INF)
        for what, about in (("incidents", "killings of civilians by the actor"), ("largest", "deaths in the largest"), ("dead", "deaths"))
    ),
    reads=(
        *("residents", "population", "force", "strength", "deployment", "harshness", "rivalry_zeal", "mixing", "mixing_at_origin"),
        *("recent_deaths", "fatal_rate", "bombing_rate", "activity", "control", "constituency"),
    ),
    adds=("deaths", "civilian_deaths", "harmed", "atrocity", "sectarian"),
    params=(
        Param("scale", "ratio", 1, 1, 1, (0, 1), "D", "", "switch (definition)", 0.0),
        Param("saturation", "index", 0.3, 1.0, 1.6, (0, 4), "B", "Weidmann and Salehyan 2013; disputed by Biddle et al. 2012", "how far killing falls as communities separate"),
        Param("revenge", "index", 0.0, 0.15, 0.35, (0, 0.9), "A", "branching ratio 0 to 0.4 once the background may drift (evidence, section 5a)", "how far killing follows the last weeks' deaths"),
        Param("presence_effect", "index", 0.02, 0.2, 0.5, (0, 2), "B", "Friedman 2011; Hultman, Kathman and Shannon 2013 as an upper bound", "how far security forces lower the rate"),
        Param("base_harshness", "index", 0.05, 0.1, 0.2, (0, 1), "D", "", "killing by actors without a name for it (assumed)"),
        Param("police_share", "share", 0.05, 0.15, 0.3, (0, 1), "D", "", "weight of police among perpetrators (assumed; reported infiltration)"),
        Param("background", "per week", 0.05, 0.15, 0.4, (0, 10), "D", "", "fatal incidents a week per million where none were recorded (assumed: the quietest governorates)"),
        Param("ceiling", "ratio", 2, 4, 8, (1, 100), "D", "", "most that stronger perpetrators multiply the rate (assumed)"),
        Param("selective", "per week", 0.2, 1, 3, (0, 100), "D", "", "selective killings a week per million at the top of the hump under a wholly harsh ruler (assumed)"),
        Param("stray", "share", 0.1, 0.25, 0.4, (0, 1), "D", "", "share of victims from the killers' own community (assumed)"),
        Param("severity", "index", 2.3, 2.6, 2.9, (1.5, 6), "A", "IBC to August 2007: executions 2.25, gunfire 3.3", "tail exponent of deaths"),
        Param("cutoff", "deaths", 40, 60, 100, (5, 2000), "A", "IBC: cut-off beyond about 60 deaths", "taper of the tail"),
    ),
    events=(Event("mass killing", "reprisal_largest", 20, "{actor} killed {n} civilians in {place}"),),
    references=("Kalyvas 2006", "Weidmann and Salehyan 2013", "Biddle, Friedman and Shapiro 2012"),
    editorial="The violence will not end with the occupation and may worsen in the contest for power",
)
