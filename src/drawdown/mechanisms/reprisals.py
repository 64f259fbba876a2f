"""One-sided, sectarian and factional killing; it feeds on mixture and revenge, and saturates as communities separate."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from drawdown.formulas.contest import at_origin, density, hump, of_residents, one_of, security, share_of
from drawdown.guards import FAINT, MILLION, TINY
from drawdown.mechanism import Cause, Change, Event, Key, Mechanism, Params, Shown, State
from drawdown.parameter_table import parameters_beside
from drawdown.severity import draw_incidents
from drawdown.state import Variable
from drawdown.vocabulary.incident_kinds import MAJOR
from drawdown.world import Structure

_INF = float("inf")


def initial(state: State, params: Params) -> dict[str, jax.Array]:
    """Perpetrators and security at the origin: what the observed rates belong to."""
    s = state.structure
    then = density(at_origin(state), state.population)
    return {
        "killers_at_origin": jnp.sum(_killers(then, of_residents(state.community_share, state.constituency), state, params, s), axis=1),
        "guard_at_origin": _presence(at_origin(state), state.population, s, params),
    }


def _presence(force: jax.Array, people: jax.Array, s: Structure, params: Params) -> jax.Array:
    return security(force, people, s, params.presence_foreign, params.presence_army, params.presence_police)


def _killers(thick: jax.Array, own: jax.Array, state: State, params: Params, s: Structure) -> jax.Array:
    """Weight of each actor among perpetrators [place, actor]: root of density times harshness, where others than its own live.

    Police count as far as they are partisan. `own` is how far residents are those that an actor recruits from [place, actor].
    """
    will = (state.harshness + params.base_harshness) * jnp.maximum(s.groups, params.police_share[None] * s.police)
    return jnp.sqrt(thick + TINY) * will[None] * (1.0 - (1.0 - params.stray) * own)


def step(key: Key, state: State, params: Params) -> Change:
    """rate = rate at origin x activity x (mixing/mixing at origin)^s x perpetrators now/then x revenge x relief.

    Violence is proportional to how mixed a place is (evidence, section 6); revenge follows the last weeks' deaths; where a harsh actor
    rules, selective killing follows Kalyvas' hump.
    """
    s = state.structure
    people = state.people
    does = _killers(state.density, state.kinship, state, params, s) * state.rivalry_zeal[None]
    strength = jnp.sum(does, axis=1) / jnp.maximum(state.killers_at_origin, FAINT)
    mixed = jnp.exp(params.saturation * jnp.log((state.mixing + params.trace_mixing) / (state.mixing_at_origin + params.trace_mixing)))
    usual = params.dead_of_killing * state.fatal_rate + params.dead_of_bombing * state.bombing_rate
    revenge = jnp.exp(
        params.revenge * jnp.clip(jnp.log((state.recent_deaths[:, 2] + 1.0) / (usual + 1.0)), -params.most_revenge, params.most_revenge)
    )
    guard = _presence(state.force, people, s, params)
    relief = jnp.exp(
        -params.presence_effect * (jnp.log1p(guard / params.presence_scale) - jnp.log1p(state.guard_at_origin / params.presence_scale))
    )
    floor = params.background * people / MILLION
    rate = jnp.maximum(state.fatal_rate, floor) * state.activity * mixed * revenge * relief * jnp.minimum(strength, params.ceiling)
    selective = params.selective * jnp.sum(hump(state.control) * (state.harshness * s.groups)[None], axis=1) * people / MILLION
    rate, does = state.keep((params.scale * (rate + selective), does))
    *u, which, _ = key.mixed("incidents", ("place",))
    dead = state.keep(draw_incidents(u, rate, params.severity, params.cutoff, params.size))
    # The deadliest is laid at the door of one actor; all of them weigh on each in proportion.
    blame = share_of(does, 1)
    large = jnp.where(dead.largest >= MAJOR, dead.largest, 0.0)
    by = one_of(which, does)
    # Victims are of the communities that the killers do not recruit from, a part of any.
    stray = jnp.einsum("pat,cat->pct", blame, 1.0 - (1.0 - params.stray) * state.constituency)
    victims = share_of(state.residents * stray, 1) * dead.deaths[:, None]
    none = jnp.zeros_like(dead.deaths)

    def one_sided(value: jax.Array) -> jax.Array:
        return jnp.stack([none, none, value], axis=1)

    return Change.of(
        {
            "deaths": one_sided(dead.deaths),
            "civilian_deaths": dead.deaths,
            "harmed": victims,
            "atrocity": blame * dead.deaths[:, None],
            "sectarian": dead.deaths,
            "reprisal_dead": large,
            "reprisal_by": by,
            "small_incidents": one_sided(dead.count - (large > 0)),
            "small_dead_civilians": one_sided(dead.deaths - large),
            "small_side_a": one_sided(by),
            "small_side_b": one_sided(none - 1.0),
        }
    )


MECHANISM = Mechanism(
    name="reprisals",
    phase="ACT",
    about="Armed groups, and police at one with them, kill civilians of other communities; separation leaves fewer targets.",
    step=step,
    initial=initial,
    initial_reads=("strength", "deployment", "population", "harshness", "community_share", "constituency"),
    owns=(
        Variable("killers_at_origin", ("place",), "index", "constant", "weight of perpetrators at the origin", 0, _INF),
        Variable("guard_at_origin", ("place",), "per 1,000", "constant", "security forces that protect civilians, at the origin", 0, _INF),
        Variable("reprisal_dead", ("place",), "deaths", "pressure", "deaths in the largest killing, if five or more", 0, _INF),
        Variable("reprisal_by", ("place",), "index", "pressure", "index of the actor that did it", 0, _INF),
    ),
    reads=(
        *(
            "residents",
            "people",
            "density",
            "kinship",
            "force",
            "harshness",
            "rivalry_zeal",
            "mixing",
            "mixing_at_origin",
            "recent_deaths",
            "fatal_rate",
            "bombing_rate",
        ),
        *("activity", "control", "constituency"),
    ),
    adds=(
        *("deaths", "civilian_deaths", "harmed", "atrocity", "sectarian"),
        *("small_incidents", "small_dead_civilians", "small_side_a", "small_side_b"),
    ),
    params=parameters_beside(__file__),
    events=(
        Event(
            "mass killing",
            "reprisal_dead",
            20,
            "{reprisal_by} killed {n} civilians in {place}",
            also=("reprisal_by",),
            causes=(Cause("bombing"),),
            as_cause="after killings of civilians by {actor}",
            worst_of="attacks",
        ),
    ),
    references=("Kalyvas 2006", "Weidmann and Salehyan 2013", "Biddle, Friedman and Shapiro 2012"),
    shows=(
        Shown("civilian_deaths", 1, "sum"),
        Shown("displaced", 1, "sum"),
    ),
)
