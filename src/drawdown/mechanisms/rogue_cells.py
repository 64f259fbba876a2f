"""Attacks outside command while a movement holds a truce."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from drawdown.contest import at_origin, contact, density, to_actors
from drawdown.mechanism import Change, Event, Mechanism, Param
from drawdown.severity import draw_incidents
from drawdown.state import Variable

_INF = float("inf")


def step(key: Any, state: Any, params: Any) -> Change:
    """Rogue attacks = the movement's usual attacks on the foreign force where it stands x share of rogues x `energy`, while a truce runs."""
    s = state.structure
    foreign = s.foreign[:, 0]
    first, second = s.member(s.first), s.member(s.second)
    people = jnp.sum(state.residents, axis=1)
    with_foreign = jnp.maximum(foreign[s.first], foreign[s.second])[:, None]
    met = contact(density(state.force, people), s, state.hostility, 1.0)
    before = contact(density(at_origin(state), state.population), s, state.hostility, 1.0)
    usual = state.attack_rate / (jnp.sum(before, axis=1) + params.trace_contact) * state.activity
    with_group = (to_actors(met * with_foreign, first) + to_actors(met * with_foreign, second)) * s.groups[None]
    on_truce = (state.truce > 0).astype(jnp.float32) * state.rogue * params.energy[None]
    attacks = usual[:, None] * with_group * on_truce[None]
    dead = draw_incidents(key.uniform("incidents", ("place", "actor")), attacks * params.fatal_share, params.severity, params.cutoff)
    u, v, _, _ = key.uniform("who", ("place", "actor"))
    own = jnp.minimum(jnp.floor(dead.deaths * params.own_share + u), dead.deaths)
    theirs = dead.deaths - own
    # The foreign force that stands strongest in the place is the target.
    there = state.force * s.foreign[None]
    target = jnp.argmax(there, axis=1).astype(jnp.float32)
    hit = (jnp.arange(len(s.actors))[None, :, None] == target[:, None]).astype(jnp.float32)
    lost = own + hit * jnp.sum(theirs, axis=1, keepdims=True)
    killed = jnp.sum(dead.deaths, axis=1)
    none = jnp.zeros_like(killed)
    return Change.of(
        {
            "losses": lost,
            "fallen": jnp.sum(lost, axis=0),
            "attacks": jnp.sum(attacks, axis=1),
            "attacks_on": hit * jnp.sum(attacks, axis=1, keepdims=True),
            "deaths": jnp.stack([killed, none, none], axis=1),
            "rogue_attacks": jnp.sum(attacks, axis=0),
            "rogue_incidents": dead.count,
            "rogue_largest": dead.largest,
            "rogue_dead_own": own,
            "rogue_dead_target": theirs,
            "rogue_target": target,
        }
    )


MECHANISM = Mechanism(
    name="rogue_cells",
    phase="ACT",
    about="Members who do not obey go on attacking the foreign force during a truce.",
    step=step,
    owns=(
        Variable("rogue_attacks", ("actor",), "per week", "pressure", "attacks outside command", 0, _INF, record=True),
        Variable("rogue_incidents", ("place", "actor"), "per week", "pressure", "such attacks that killed", 0, _INF),
        Variable("rogue_largest", ("place", "actor"), "deaths", "pressure", "deaths in the largest", 0, _INF),
        Variable("rogue_dead_own", ("place", "actor"), "deaths", "pressure", "their own dead", 0, _INF),
        Variable("rogue_dead_target", ("place", "actor"), "deaths", "pressure", "dead of the foreign force", 0, _INF),
        Variable("rogue_target", ("place",), "index", "pressure", "index of the foreign actor attacked", 0, _INF),
    ),
    reads=(
        *("residents", "population", "force", "strength", "deployment", "hostility", "attack_rate", "activity", "truce", "rogue"),
    ),
    adds=("losses", "fallen", "attacks", "attacks_on", "deaths"),
    params=(
        Param("energy", "ratio", 0.6, 1, 1.6, (0, 10), "B", "65 to 99 EFP attacks or finds a month, April to August 2007 (Odierno; proxy of cells supplied from outside)", "attacks per rogue against an ordinary member", 0.0),
        Param("fatal_share", "share", 0.06, 0.1, 0.16, (0.001, 0.9), "C", "as for clashes; their weapons are the deadlier ones", "share of such attacks that kill"),
        Param("own_share", "share", 0.2, 0.4, 0.6, (0, 1), "D", "", "share of the dead who are rogues (assumed)"),
        Param("trace_contact", "index", 0.02, 0.05, 0.1, (0.001, 1), "D", "", "as for clashes (assumed)"),
        Param("severity", "index", 2.8, 3.1, 3.4, (1.5, 6), "A", "IBC: roadside bombs 3.2, indirect fire 3.0", "tail exponent of deaths"),
        Param("cutoff", "deaths", 20, 40, 60, (5, 2000), "D", "", "taper of the tail (assumed: small cells)"),
    ),
    events=(Event("rogue attacks", "rogue_attacks", 3, "Cells that {actor} did not command went on attacking during its truce", once=True, because=("rogue",)),),
    references=("Stedman 1997",),
    editorial="Sadr blames rogue elements in his own forces and called the six-month suspension to remove them",
)
