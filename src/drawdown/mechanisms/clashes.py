"""State-based and non-state fighting: attacks, the incidents that kill, and who is killed."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from drawdown.contest import at_origin, contact, density, security, to_actors
from drawdown.mechanism import Change, Event, Mechanism, Param
from drawdown.severity import draw_incidents, poisson
from drawdown.state import Variable

_INF = float("inf")


def step(key: Any, state: Any, params: Any) -> Change:
    """Rates are anchored to those seen before the origin and move with the ratio of contact now to contact then.

    rate = rate at origin x activity x contact/contact at origin x ((1+T0/tau)/(1+T/tau))^b, T effective security per 1,000 residents
    (evidence, section 3: smooth, no threshold). Contact is hostility x (density_a density_b)^(exponent/2) x zeal x (1 - deal).
    """
    s = state.structure
    one_state, b_state, fights_state = _sides(s)
    people = jnp.sum(state.residents, axis=1)
    now, then = density(state.force, people), density(at_origin(state), state.population)
    ratio = _contacts(state, params, now, s)
    before = contact(then, s, state.hostility, params.contact_exponent)
    security_now = security(state.force, people, s, 1.0, 0.7, 0.4)
    security_then = security(at_origin(state), state.population, s, 1.0, 0.7, 0.4)
    relief = jnp.exp(-params.presence_effect * (jnp.log1p(security_now / params.presence_scale) - jnp.log1p(security_then / params.presence_scale)))
    pace = state.activity * relief
    trace = params.trace_contact
    at_state = jnp.sum(before * fights_state, axis=1) + trace
    among = jnp.sum(before * (1.0 - fights_state), axis=1) + trace
    floor = params.new_front * people / 1e6
    on_state = jnp.maximum(state.attack_rate, floor) * pace / at_state
    rivalry = jnp.maximum(state.rivalry_rate, 0.05 * floor) * state.activity / among
    # A front has room for so many attacks: the rate saturates at `crowding` times the origin's.
    swell = (on_state * jnp.sum(ratio * fights_state, axis=1)) / (params.crowding * jnp.maximum(state.attack_rate, floor) + 1e-6)
    attacks_mean = (on_state / (1.0 + swell))[:, None] * ratio * fights_state
    rival_mean = rivalry[:, None] * ratio * (1.0 - fights_state)
    fatal_mean = params.scale * (attacks_mean * params.fatal_share + rival_mean)
    alpha = jnp.where(fights_state > 0, params.severity_state, params.severity_rivals)
    dead = draw_incidents(key.uniform("incidents", ("place", "dyad")), fatal_mean, alpha, params.cutoff)
    a, b, civilians = _who_died(key, state, params, dead.deaths, now, one_state, b_state)
    harmless = poisson(key.uniform("harmless", ("place",))[0], params.scale * jnp.sum(attacks_mean, axis=1) * (1.0 - params.fatal_share))
    first, second = s.member(s.first), s.member(s.second)
    target = attacks_mean * params.scale
    on = to_actors(target * one_state, first) + to_actors(target * b_state, second)
    lost = to_actors(a, first) + to_actors(b, second)
    killed = jnp.sum(civilians, axis=1)
    by_type = jnp.stack([jnp.sum(dead.deaths * fights_state, axis=1), jnp.sum(dead.deaths * (1 - fights_state), axis=1), jnp.zeros_like(killed)], axis=1)
    shares = state.residents / jnp.maximum(people, 1.0)[:, None]
    collateral = jnp.sum(civilians * fights_state, axis=1)
    return Change.of(
        {
            "losses": lost,
            "fallen": jnp.sum(lost, axis=0),
            "attacks": harmless + jnp.sum(dead.count * fights_state, axis=1),
            "attacks_on": on * (s.foreign + s.state)[None],
            "deaths": by_type,
            "civilian_deaths": killed,
            "harmed": killed[:, None] * shares,
            "collateral": collateral[:, None] * shares,
            "clash_incidents": dead.count,
            "clash_largest": dead.largest,
            "clash_dead_a": a,
            "clash_dead_b": b,
            "clash_dead_civilians": civilians,
        }
    )


def _sides(s: Any) -> tuple[Any, Any, Any]:
    """Masks [dyad, 1]: first side foreign or state, second side so, either so."""
    official = (s.foreign + s.state)[:, 0]
    a, b = official[s.first][:, None], official[s.second][:, None]
    return a, b, jnp.maximum(a, b)


def _contacts(state: Any, params: Any, now: Any, s: Any) -> Any:
    """Contact of each dyad this week [place, dyad]."""
    official = (s.foreign + s.state)[:, 0]
    foreign = s.foreign[:, 0]
    a, b = s.first, s.second
    met = contact(now, s, state.hostility, params.contact_exponent)
    # Against the foreign force a group shows its zeal; against Iraqi police and soldiers the mean of both; among groups its rivalry.
    zeal, rivalry = state.zeal, state.rivalry_zeal
    to_foreign = jnp.maximum(foreign[a], foreign[b])[:, None]
    to_state = jnp.maximum(official[a], official[b])[:, None] - to_foreign
    both = zeal[a] * zeal[b]
    rivals = rivalry[a] * rivalry[b]
    mood = to_foreign * both + to_state * 0.5 * (both + rivals) + (1.0 - to_foreign - to_state) * rivals
    push = jnp.maximum(state.offensive[:, a], state.offensive[:, b])
    open_base = jnp.minimum(state.base_open[:, a], state.base_open[:, b])
    exposure = 1.0 - params.base_exposure * (1.0 - open_base)
    return met * mood[None] * (1.0 - state.deal)[None] * (1.0 + params.offensive_surge * push) * exposure


def _who_died(key: Any, state: Any, params: Any, deaths: Any, now: Any, a_state: Any, b_state: Any) -> tuple[Any, Any, Any]:
    """Deaths of each cell shared among side a, side b and civilians, whole persons, adding up."""
    s = state.structure
    foreign = s.foreign[:, 0]
    # Enemy dead per dead soldier: foreign forces lose far fewer than they kill, host forces do not.
    edge_a = jnp.where(foreign[s.first][:, None] > 0, params.exchange_foreign, jnp.where(a_state > 0, params.exchange_host, 1.0))
    edge_b = jnp.where(foreign[s.second][:, None] > 0, params.exchange_foreign, jnp.where(b_state > 0, params.exchange_host, 1.0))
    strong_a = edge_a[None] * jnp.sqrt(now[:, s.first] + 0.01)
    strong_b = edge_b[None] * jnp.sqrt(now[:, s.second] + 0.01)
    official = jnp.maximum(a_state, b_state)[None]
    part_a = jnp.where(official > 0, (edge_b / (edge_a + edge_b))[None], strong_b / (strong_a + strong_b))
    u, v, _, _ = key.uniform("who", ("place", "dyad"))
    civilians = jnp.minimum(jnp.floor(deaths * params.bystanders + u), deaths)
    armed = deaths - civilians
    a = jnp.minimum(jnp.floor(armed * part_a + v), armed)
    return a, armed - a, civilians


MECHANISM = Mechanism(
    name="clashes",
    phase="ACT",
    about="Armed actors who meet and mean to fight do so; some attacks kill soldiers, fighters and bystanders.",
    step=step,
    owns=tuple(
        Variable(f"clash_{what}", ("place", "dyad"), "deaths" if what != "incidents" else "per week", "pressure", about, 0, _INF)
        for what, about in (
            ("incidents", "clashes that killed"),
            ("largest", "deaths in the largest clash"),
            ("dead_a", "dead of the first side"),
            ("dead_b", "dead of the second side"),
            ("dead_civilians", "bystanders killed"),
        )
    ),
    reads=(
        *("residents", "population", "force", "strength", "deployment", "hostility", "attack_rate", "rivalry_rate", "activity"),
        *("zeal", "rivalry_zeal", "deal", "offensive", "base_open"),
    ),
    adds=("losses", "fallen", "attacks", "attacks_on", "deaths", "civilian_deaths", "harmed", "collateral"),
    params=(
        Param("scale", "ratio", 1, 1, 1, (0, 1), "D", "", "switch (definition)", 0.0),
        Param("contact_exponent", "index", 0.6, 1.0, 1.5, (0.1, 3), "D", "", "how contact grows with both sides' densities (assumed: between Lanchester's linear and square laws)"),
        Param("presence_effect", "index", 0.02, 0.15, 0.35, (0, 2), "B", "Friedman 2011: positive, small, no threshold; prior of evidence, section 3", "how far security forces lower the rate of attacks"),
        Param("presence_scale", "per 1,000", 2, 5, 10, (0.1, 50), "D", "", "density at which presence begins to tell (assumed)"),
        Param("trace_contact", "index", 0.02, 0.05, 0.1, (0.001, 1), "D", "", "contact below which a front counts as new (assumed)"),
        Param("new_front", "per week", 1, 3, 8, (0, 200), "D", "", "attacks a week per million where a front opens that was quiet (assumed: a twentieth of the national rate)"),
        Param("crowding", "ratio", 4, 8, 20, (1.5, 200), "D", "", "rise at which a front is half saturated (assumed)"),
        Param("fatal_share", "share", 0.06, 0.09, 0.13, (0.001, 0.9), "C", "19 US and 41 host dead a week against 1,500 attacks; enemy dead 1.26 per soldier (evidence, section 2)", "share of attacks that kill"),
        Param("exchange_foreign", "ratio", 3, 4.5, 6.4, (0.1, 50), "B", "war logs: enemy to coalition 6.4, biased up (evidence, section 2)", "enemy dead per foreign soldier"),
        Param("exchange_host", "ratio", 0.6, 0.9, 1.4, (0.05, 20), "B", "war logs: enemy to security forces 1.26 (validation V9)", "enemy dead per soldier or police officer of the host"),
        Param("bystanders", "share", 0.15, 0.25, 0.4, (0, 0.95), "D", "", "share of deaths in clashes that are bystanders (assumed)"),
        Param("severity_state", "index", 2.8, 3.1, 3.4, (1.5, 6), "A", "IBC to August 2007: exponents gunfire 3.3, roadside bomb 3.2, indirect fire 3.0", "tail exponent of deaths in attacks on forces"),
        Param("severity_rivals", "index", 2.2, 2.5, 2.8, (1.5, 6), "B", "Bohorquez et al. 2009", "tail exponent of deaths in clashes among groups"),
        Param("cutoff", "deaths", 40, 60, 100, (5, 2000), "A", "IBC: cut-off beyond about 60 deaths", "taper of the tail"),
        Param("offensive_surge", "ratio", 2, 5, 12, (0, 100), "D", "", "extra contact during an offensive (assumed)"),
        Param("base_exposure", "share", 0.1, 0.3, 0.5, (0, 1), "B", "Basra: about 200 indirect-fire attacks on bases a month at the peak (Iraq Inquiry, page 6212)", "share of attacks that need a base to be aimed at"),
    ),
    events=(
        Event("clash", "clash_largest", 15, "{n} were killed in one clash between {side_a} and {side_b} in {place}"),
    ),
    references=("Lanchester 1916", "Deitchman 1962", "Friedman 2011", "Bohorquez et al. 2009"),
    editorial="52 people were killed in gun battles between the Mehdi Army and the rival Shiite Badr Organisation",
)
