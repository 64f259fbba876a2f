"""Mass-casualty attacks on civilians by those who gain if the occupier stays; the gain lies in the audience's response."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from drawdown.contest import at_origin, density, share_of
from drawdown.mechanism import Change, Event, Mechanism, Param
from drawdown.severity import draw_incidents
from drawdown.state import Variable

_INF = float("inf")


def step(key: Any, state: Any, params: Any) -> Change:
    """rate = rate at origin x activity x capacity x ((1 - w) + w x audience), audience = occupier's presence x its response x gain.

    Kydd and Walter 2006: provocation pays only through the response of those it is meant for. With `response` 0 the incentive is gone.
    Bombs need fewer hands than ground does: capacity grows with the root of the bombers' force, shared with neighbouring places.
    """
    s = state.structure
    people = jnp.sum(state.residents, axis=1)
    foreign = jnp.sum(state.force * s.foreign[None], axis=(0, 1)) / jnp.maximum(jnp.sum(state.strength * s.foreign, axis=0), 1.0)
    gain = jnp.maximum(state.gains_from_occupation, 0.0)
    bent = state.harshness * s.groups * params.scale[None]
    audience = foreign[None] * params.response[None] * gain
    incentive = (1.0 - params.incentive)[None] + params.incentive[None] * audience / jnp.maximum(gain * params.response_then[None], 1e-3)
    provokes = jnp.where(state.stance == 4, params.provoke_factor[None] * audience + (1.0 - jnp.minimum(audience, 1.0)), 1.0)
    reach = _reach(state.adjacency, density(state.force, people))
    reach_then = _reach(state.adjacency, density(at_origin(state), state.population))
    does = jnp.sqrt(reach + 1e-6) * (bent * incentive * provokes * state.rivalry_zeal)[None]
    did = jnp.sqrt(reach_then + 1e-6) * bent[None]
    capacity = jnp.sum(does, axis=1) / jnp.maximum(jnp.sum(did, axis=1), 1e-3)
    rate = jnp.maximum(state.bombing_rate, params.background * people / 1e6) * state.activity * jnp.minimum(capacity, params.ceiling)
    dead = draw_incidents(
        key.uniform("incidents", ("place", "actor")), params.scale * rate[:, None] * share_of(does, 1), params.severity, params.cutoff, params.size
    )
    killed = jnp.sum(dead.deaths, axis=1)
    aim = state.residents[:, :, None] * (1.0 - 0.8 * state.constituency)[None]
    victims = jnp.sum(share_of(aim, 1) * dead.deaths[:, None], axis=2)
    none = jnp.zeros_like(killed)
    return Change.of(
        {
            "deaths": jnp.stack([none, none, killed], axis=1),
            "civilian_deaths": killed,
            "attacks": jnp.sum(dead.count, axis=1),
            "harmed": victims,
            "atrocity": dead.deaths,
            "sectarian": killed,
            "bombing_incidents": dead.count,
            "bombing_largest": dead.largest,
            "bombing_dead": dead.deaths,
        }
    )


def _reach(border: Any, thick: Any) -> Any:
    """Density within reach of a place [place, actor]: its own, and a tenth of its neighbours' mean."""
    weight = border / jnp.maximum(jnp.sum(border, axis=1, keepdims=True), 1e-6)
    return thick + 0.1 * jnp.einsum("pq,qat->pat", weight[:, :, 0], thick)


MECHANISM = Mechanism(
    name="provocation",
    phase="ACT",
    about="Groups that gain from the occupation commit mass-casualty attacks; without an occupier who responds the incentive goes.",
    step=step,
    owns=tuple(
        Variable(f"bombing_{what}", ("place", "actor"), "deaths" if what != "incidents" else "per week", "pressure", about, 0, _INF)
        for what, about in (("incidents", "bombings of civilians"), ("largest", "deaths in the largest"), ("dead", "deaths"))
    ),
    reads=(
        *("residents", "population", "force", "strength", "deployment", "gains_from_occupation", "harshness", "stance", "adjacency"),
        *("rivalry_zeal", "bombing_rate", "activity", "constituency"),
    ),
    adds=("deaths", "civilian_deaths", "attacks", "harmed", "atrocity", "sectarian"),
    params=(
        Param("scale", "ratio", 1, 1, 1, (0, 1), "D", "", "switch (definition)", 0.0),
        Param("incentive", "share", 0.1, 0.35, 0.6, (0, 1), "C", "Kydd and Walter 2006; Bueno de Mesquita and Dickson 2007: can, need not, mobilise", "share of the bombing that is aimed at keeping the occupier there"),
        Param("response", "ratio", 0.7, 1, 1.3, (0, 5), "D", "", "readiness of the occupier to respond by staying and striking (1 as at the origin; assumed)"),
        Param("response_then", "ratio", 1, 1, 1, (0.1, 5), "D", "", "the same at the origin (definition)"),
        Param("provoke_factor", "ratio", 1.5, 2.5, 4, (1, 20), "D", "", "bombings under a provoking stance (assumed)"),
        Param("ceiling", "ratio", 2, 4, 8, (1, 100), "D", "", "most that stronger bombers multiply the rate (assumed)"),
        Param("background", "per week", 0.005, 0.02, 0.06, (0, 5), "D", "", "bombings a week per million where none were recorded (assumed)"),
        Param("severity", "index", 2.1, 2.3, 2.5, (1.4, 6), "A", "IBC to August 2007: vehicle bombs 2.1, suicide vests 1.8, tapered", "tail exponent of deaths"),
        Param("size", "index", 3, 5, 7, (0.3, 40), "A", "IBC: mean deaths 9.9 per suicide vehicle, 12.5 per vest", "scale of a typical bombing"),
        Param("cutoff", "deaths", 80, 130, 250, (5, 3000), "A", "IBC: 18 events of 100 or more where a pure power law expects 37 to 58", "taper of the tail"),
    ),
    events=(Event("bombing", "bombing_largest", 40, "A bombing by {actor} killed {n} in {place}"),),
    references=("Kydd and Walter 2006", "Bueno de Mesquita and Dickson 2007", "Rosendorff and Sandler 2004"),
    editorial="the way to ensure they remain is to commit regular atrocities on the scale of that wreaked on a religious minority in northern Iraq",
)
