"""State-based and non-state fighting: attacks, the incidents that kill, and who is killed."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from drawdown.formulas.clash_deaths import dead_of
from drawdown.formulas.contest import at_origin, contact, density, of_first, of_second, protection
from drawdown.formulas.fighting import contacts, fights, in_strength, rates, share_of_first, sides
from drawdown.formulas.incidents import non_state, state_based
from drawdown.incident_rows import Incident
from drawdown.mechanism import Change, DeathsOfRate, Event, Key, Mechanism, Params, Shown, State
from drawdown.parameter_table import parameters_beside
from drawdown.severity import poisson
from drawdown.state import Variable

_INF = float("inf")
WITH_STATE, AMONG_GROUPS = Incident("clash", "state-based"), Incident("clash", "non-state")


def initial(state: State, params: Params) -> dict[str, jax.Array]:
    """Contact and security at the origin, before any truce or deal: what the observed rates belong to."""
    s = state.structure
    _, _, fights_state = sides(s)
    then = in_strength(density(at_origin(state), state.population), params)
    before = contact(then, s, fights(state.hostility, params), params.contact_exponent)
    return {
        "contact_with_state": jnp.sum(before * fights_state, axis=1),
        "contact_among_groups": jnp.sum(before * (1.0 - fights_state), axis=1),
        "security_at_origin": protection(at_origin(state), state.population, s, params),
    }


def step(key: Key, state: State, params: Params) -> Change:
    """Rates are anchored to those seen before the origin and move with the ratio of contact now to contact then.

    rate = rate at origin x activity x contact/contact at origin x ((1+T0/tau)/(1+T/tau))^b, T effective security per 1,000 residents
    (evidence, section 3: smooth, no threshold). Contact is enmity x (density_a density_b)^(exponent/2) x zeal x (1 - deal).
    """
    s = state.structure
    a_state, b_state, fights_state = sides(s)
    on_state, among = state.keep(rates(state, params, state.keep(contacts(state, params)), fights_state))
    part = state.keep(share_of_first(state, params, a_state, b_state))
    killing, feuding = state.keep(params.scale * on_state * params.fatal_share), state.keep(params.scale * among)
    official = dead_of(key, state, params, "state", killing, part, params.severity_state)
    rivals = dead_of(key, state, params, "rivals", feuding, part, params.severity_rivals)
    harmless = poisson(key.uniform("harmless", ("place",))[0], params.scale * jnp.sum(on_state, axis=1) * (1.0 - params.fatal_share))
    lost = of_first(official.first + rivals.first, s) + of_second(official.second + rivals.second, s)
    on = params.scale * (of_first(on_state * a_state, s) + of_second(on_state * b_state, s))
    bystanders = official.civilians + rivals.civilians
    return Change.of(
        {
            "losses": lost,
            "fallen": jnp.sum(lost, axis=0),
            "bloodshed": jnp.sum(official.first + official.second + rivals.first + rivals.second, axis=0),
            "attacks": harmless + official.incidents,
            "attacks_on": on * (s.foreign + s.state),
            "deaths": state_based(official.deaths) + non_state(rivals.deaths),
            "civilian_deaths": bystanders,
            "harmed": bystanders[:, None] * state.composition,
            "collateral": official.civilians[:, None] * state.composition,
        },
        incidents={WITH_STATE: official.row, AMONG_GROUPS: rivals.row},
    )


MECHANISM = Mechanism(
    name="clashes",
    phase="ACT",
    about="Armed actors who meet and mean to fight do so; some attacks kill soldiers, fighters and bystanders.",
    step=step,
    initial=initial,
    initial_reads=("strength", "deployment", "population", "hostility"),
    owns=(
        Variable(
            "contact_with_state", ("place",), "index", "constant", "contact of groups with foreign and state forces at the origin", 0, _INF
        ),
        Variable("contact_among_groups", ("place",), "index", "constant", "contact among groups at the origin", 0, _INF),
        Variable("security_at_origin", ("place",), "per 1,000", "constant", "effective security forces at the origin", 0, _INF),
    ),
    reads=(
        *("people", "composition", "density", "force", "enmity", "attack_rate", "rivalry_rate", "activity", "zeal", "rivalry_zeal"),
        *("deal", "offensive", "base_open", "government_fallen"),
    ),
    adds=("losses", "fallen", "bloodshed", "attacks", "attacks_on", "deaths", "civilian_deaths", "harmed", "collateral"),
    params=parameters_beside(__file__),
    incidents=(WITH_STATE, AMONG_GROUPS),
    deadly=(
        DeathsOfRate("attack_rate", "state-based", "severity_state", "cutoff", share="fatal_share"),
        DeathsOfRate("rivalry_rate", "non-state", "severity_rivals", "cutoff"),
    ),
    events=(
        Event(
            "clash",
            "dead_b",
            10,
            "In one clash in {place} {side_a} lost {dead_a} and {side_b} {n}; bystanders killed: {dead_civilians}",
            incident="clash",
            as_cause="after fighting between {side_a} and {side_b}",
            worst_of="clashes",
        ),
    ),
    references=("Lanchester 1916", "Deitchman 1962", "Friedman 2011", "Bohorquez et al. 2009"),
    shows=(Shown("attacks", 1, "sum"),),
)
