"""Attacks outside command while a movement holds a truce."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from drawdown.formulas.contest import at_origin, contact, density, one_of, to_actors
from drawdown.mechanism import Change, Event, Key, Mechanism, Params, Shown, State
from drawdown.parameter_table import parameters_beside
from drawdown.severity import draw_incidents
from drawdown.state import Variable
from drawdown.vocabulary.incident_kinds import MAJOR

_INF = float("inf")


def initial(state: State, params: Params) -> dict[str, jax.Array]:
    """All contact at the origin, to which the observed attacks belong."""
    s = state.structure
    before = contact(density(at_origin(state), state.population), s, state.hostility, 1.0)
    return {"contact_at_origin": jnp.sum(before, axis=1)}


def step(key: Key, state: State, params: Params) -> Change:
    """Rogue attacks = the movement's usual attacks on the foreign force where it stands x rogue share x `energy`, while a truce runs."""
    s = state.structure
    actors = len(s.actors)
    foreign = s.foreign[:, 0]
    with_foreign = jnp.maximum(foreign[s.first], foreign[s.second])[:, None]
    met = contact(state.density, s, state.hostility, 1.0) * with_foreign
    usual = state.attack_rate / (state.contact_at_origin + params.trace_contact) * state.activity
    with_group = (to_actors(met, s.first, actors) + to_actors(met, s.second, actors)) * s.groups[None]
    on_truce = (state.truce > 0) * state.rogue * params.energy[None]
    attacks = usual[:, None] * with_group * on_truce[None]
    attacks = state.keep(attacks)
    whole = state.keep(jnp.sum(attacks, axis=1))
    *u, rounding, which = key.mixed("incidents", ("place",))
    dead = state.keep(draw_incidents(u, whole * params.fatal_share, params.severity, params.cutoff))
    own = jnp.minimum(jnp.floor(dead.deaths * params.own_share + rounding), dead.deaths)
    theirs = dead.deaths - own
    by = state.keep(one_of(which, attacks))
    # The foreign force that stands strongest in the place is the target.
    target = jnp.argmax(state.force * s.foreign[None], axis=1).astype(jnp.float32)
    index = jnp.arange(actors)[None, :, None]
    hit, did = (index == target[:, None]).astype(jnp.float32), (index == by[:, None]).astype(jnp.float32)
    lost = did * own[:, None] + hit * theirs[:, None]
    large = dead.largest >= MAJOR
    part = jnp.where(large, dead.largest / jnp.maximum(dead.deaths, 1.0), 0.0)
    # The dead of the largest, whole and all of them: own by part, the rest theirs, as far as they had so many.
    theirs_large = jnp.minimum(jnp.where(large, dead.largest, 0.0) - jnp.floor(own * part), theirs)
    own_large = jnp.where(large, dead.largest, 0.0) - theirs_large
    none = jnp.zeros_like(own)

    def with_state(value: jax.Array) -> jax.Array:
        return jnp.stack([value, none, none], axis=1)

    return Change.of(
        {
            "losses": lost,
            "fallen": jnp.sum(lost, axis=0),
            "attacks": whole,
            "attacks_on": hit * whole[:, None],
            "deaths": with_state(dead.deaths),
            "rogue_attacks": jnp.sum(attacks, axis=0),
            "rogue_dead_own": own_large,
            "rogue_dead_target": theirs_large,
            "rogue_by": by,
            "rogue_target": target,
            "small_incidents": with_state(dead.count - large),
            "small_dead_a": with_state(theirs - theirs_large),
            "small_dead_b": with_state(own - own_large),
        }
    )


MECHANISM = Mechanism(
    name="rogue_cells",
    phase="ACT",
    about="Members who do not obey go on attacking the foreign force during a truce.",
    step=step,
    owns=(
        Variable("rogue_attacks", ("actor",), "attacks per week", "pressure", "attacks outside command", 0, _INF, record=True),
        Variable("contact_at_origin", ("place",), "index", "constant", "contact of all pairs at the origin", 0, _INF),
        Variable("rogue_dead_own", ("place",), "deaths", "pressure", "their own dead in an attack of five deaths or more", 0, _INF),
        Variable("rogue_dead_target", ("place",), "deaths", "pressure", "dead of the foreign force in it", 0, _INF),
        Variable("rogue_by", ("place",), "index", "pressure", "index of the actor whose cells they are", 0, _INF),
        Variable("rogue_target", ("place",), "index", "pressure", "index of the foreign actor attacked", 0, _INF),
    ),
    initial=initial,
    initial_reads=("strength", "deployment", "population", "hostility"),
    reads=("density", "force", "hostility", "attack_rate", "activity", "truce", "rogue"),
    adds=("losses", "fallen", "attacks", "attacks_on", "deaths", "small_incidents", "small_dead_a", "small_dead_b"),
    params=parameters_beside(__file__),
    events=(
        Event(
            "rogue attacks",
            "rogue_attacks",
            3,
            "Cells that {actor} did not command went on attacking during its truce",
            once=True,
            because=("rogue",),
        ),
    ),
    references=("Stedman 1997",),
    shows=(Shown("rogue_attacks", 1, "sum"),),
)
