"""State-based and non-state fighting: attacks, the incidents that kill, and who is killed."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from drawdown.formulas.contest import at_origin, contact, density, one_of, security, to_actors
from drawdown.guards import MILLION, NOTHING, TINY
from drawdown.mechanism import Change, Event, Key, Mechanism, Params, Shown, State
from drawdown.parameter_table import parameters_beside
from drawdown.severity import draw_incidents, poisson
from drawdown.state import Variable
from drawdown.vocabulary.incident_kinds import MAJOR
from drawdown.world import Structure

_INF = float("inf")


def initial(state: State, params: Params) -> dict[str, jax.Array]:
    """Contact and security at the origin, before any truce or deal: what the observed rates belong to."""
    s = state.structure
    _, _, fights_state = _sides(s)
    before = contact(density(at_origin(state), state.population), s, state.hostility, params.contact_exponent)
    return {
        "contact_with_state": jnp.sum(before * fights_state, axis=1),
        "contact_among_groups": jnp.sum(before * (1.0 - fights_state), axis=1),
        "security_at_origin": _presence(at_origin(state), state.population, s, params),
    }


def step(key: Key, state: State, params: Params) -> Change:
    """Rates are anchored to those seen before the origin and move with the ratio of contact now to contact then.

    rate = rate at origin x activity x contact/contact at origin x ((1+T0/tau)/(1+T/tau))^b, T effective security per 1,000 residents
    (evidence, section 3: smooth, no threshold). Contact is hostility x (density_a density_b)^(exponent/2) x zeal x (1 - deal).
    """
    s = state.structure
    a_state, b_state, fights_state = _sides(s)
    people, thick = state.people, state.density
    on_state, among = state.keep(_rates(state, params, people, state.keep(_contacts(state, params, thick, s)), fights_state))
    part = state.keep(_share_of_first(state, params, thick, a_state, b_state))
    killing, feuding = state.keep(params.scale * on_state * params.fatal_share), state.keep(params.scale * among)
    official = _deaths(key, state, params, "state", killing, part, params.severity_state)
    rivals = _deaths(key, state, params, "rivals", feuding, part, params.severity_rivals)
    harmless = poisson(key.uniform("harmless", ("place",))[0], params.scale * jnp.sum(on_state, axis=1) * (1.0 - params.fatal_share))
    actors = len(s.actors)
    lost_a, lost_b = official["a"] + rivals["a"], official["b"] + rivals["b"]
    lost = to_actors(lost_a, s.first, actors) + to_actors(lost_b, s.second, actors)
    on = params.scale * (to_actors(on_state * a_state, s.first, actors) + to_actors(on_state * b_state, s.second, actors))
    bystanders = official["civilians"] + rivals["civilians"]

    def by_type(name: str) -> jax.Array:
        return jnp.stack([official[name], rivals[name], jnp.zeros_like(rivals[name])], axis=1)

    return Change.of(
        {
            "losses": lost,
            "fallen": jnp.sum(lost, axis=0),
            "attacks": harmless + official["count"],
            "attacks_on": on * (s.foreign + s.state)[None],
            "deaths": by_type("deaths"),
            "civilian_deaths": bystanders,
            "harmed": bystanders[:, None] * state.composition,
            "collateral": official["civilians"][:, None] * state.composition,
            "clash_dead_a": by_type("large_a"),
            "clash_dead_b": by_type("large_b"),
            "clash_dead_civilians": by_type("large_civilians"),
            "clash_pair": by_type("pair"),
            "small_incidents": by_type("small_count"),
            "small_dead_a": by_type("small_a"),
            "small_dead_b": by_type("small_b"),
            "small_dead_civilians": by_type("small_civilians"),
            "small_side_a": _side(by_type("small_pair"), s.first),
            "small_side_b": _side(by_type("small_pair"), s.second),
        }
    )


def _deaths(key: Key, state: State, params: Params, kind: str, mean: jax.Array, part: jax.Array, alpha: jax.Array) -> dict[str, jax.Array]:
    """Incidents of one type in each place and their dead, shared among the pairs that fight there.

    The largest belongs to one pair, drawn in proportion to its rate; the others to all pairs in that proportion. Drawing every pair by
    itself costs twelve times as much and differs only in the noise of a pair's small losses.
    """
    keep = state.keep
    whole = keep(jnp.sum(mean, axis=1))
    *u, which, round_large = key.mixed(kind, ("place",))
    _, _, round_shares, round_small, round_first, _ = key.mixed(f"{kind} shares", ("place",))
    dead = keep(draw_incidents(u, whole, alpha, params.cutoff))
    pair = keep(one_of(which, mean))
    hit = (jnp.arange(mean.shape[1])[None, :, None] == pair[:, None]).astype(jnp.float32)
    large = jnp.where(dead.largest >= MAJOR, dead.largest, 0.0)
    share = mean / jnp.maximum(whole, NOTHING)[:, None]
    mean_part, pair_part = keep((jnp.sum(share * part, axis=1), jnp.sum(hit * part, axis=1)))
    large_a, large_b, large_civilians = keep(_share_out(large, pair_part, params.bystanders, round_large, round_shares))
    small_a, small_b, small_civilians = keep(_share_out(dead.deaths - large, mean_part, params.bystanders, round_small, round_first))
    # Of the small dead, each pair has its part, weighed by how the sides of that pair fare.
    to_a = share * part / jnp.maximum(mean_part, TINY)[:, None]
    to_b = share * (1.0 - part) / jnp.maximum(1.0 - mean_part, TINY)[:, None]
    return {
        "count": dead.count,
        "deaths": dead.deaths,
        "a": hit * large_a[:, None] + to_a * small_a[:, None],
        "b": hit * large_b[:, None] + to_b * small_b[:, None],
        "civilians": large_civilians + small_civilians,
        "large_a": large_a,
        "large_b": large_b,
        "large_civilians": large_civilians,
        "pair": pair,
        "small_count": dead.count - (large > 0),
        "small_a": small_a,
        "small_b": small_b,
        "small_civilians": small_civilians,
        "small_pair": jnp.argmax(mean, axis=1).astype(jnp.float32),
    }


def _sides(s: Structure) -> tuple[jax.Array, jax.Array, jax.Array]:
    """Masks [dyad, 1]: first side foreign or state, second side so, either so."""
    official = jnp.asarray((s.foreign + s.state)[:, 0])
    a, b = official[s.first][:, None], official[s.second][:, None]
    return a, b, jnp.maximum(a, b)


def _contacts(state: State, params: Params, thick: jax.Array, s: Structure) -> jax.Array:
    """Contact of each dyad this week [place, dyad]."""
    a, b = s.first, s.second
    official, foreign = (s.foreign + s.state)[:, 0], s.foreign[:, 0]
    met = contact(thick, s, state.hostility, params.contact_exponent)
    # Against the foreign force a group shows its zeal; against police and soldiers of the host the mean of both; among groups its rivalry.
    to_foreign = jnp.maximum(foreign[a], foreign[b])[:, None]
    to_state = jnp.maximum(official[a], official[b])[:, None] - to_foreign
    both, rivals = state.zeal[a] * state.zeal[b], state.rivalry_zeal[a] * state.rivalry_zeal[b]
    mood = to_foreign * both + to_state * 0.5 * (both + rivals) + (1.0 - to_foreign - to_state) * rivals
    push = jnp.maximum(state.offensive[:, a], state.offensive[:, b])
    open_base = jnp.minimum(state.base_open[:, a], state.base_open[:, b])
    exposure = 1.0 - params.base_exposure * (1.0 - open_base)
    return met * mood[None] * (1.0 - state.deal)[None] * (1.0 + params.offensive_surge * push) * exposure


def _presence(force: jax.Array, people: jax.Array, s: Structure, params: Params) -> jax.Array:
    return security(force, people, s, params.presence_foreign, params.presence_army, params.presence_police)


def _rates(state: State, params: Params, people: jax.Array, met: jax.Array, fights_state: jax.Array) -> tuple[jax.Array, jax.Array]:
    """Attacks a week on foreign and state forces, and fatal clashes among groups [place, dyad]."""
    security_now = _presence(state.force, people, state.structure, params)
    gain = jnp.log1p(security_now / params.presence_scale) - jnp.log1p(state.security_at_origin / params.presence_scale)
    relief = jnp.exp(-params.presence_effect * gain)
    floor = params.new_front * people / MILLION
    usual = jnp.maximum(state.attack_rate, floor)
    on_state = usual * state.activity * relief / (state.contact_with_state + params.trace_contact)
    among = (
        jnp.maximum(state.rivalry_rate, params.new_rivalry * floor) * state.activity / (state.contact_among_groups + params.trace_contact)
    )
    # A front has room for so many attacks: the rate saturates at `crowding` times the origin's.
    swell = on_state * jnp.sum(met * fights_state, axis=1) / (params.crowding * usual + TINY)
    return (on_state / (1.0 + swell))[:, None] * met * fights_state, among[:, None] * met * (1.0 - fights_state)


def _share_of_first(state: State, params: Params, thick: jax.Array, a_state: jax.Array, b_state: jax.Array) -> jax.Array:
    """Share of the armed dead who are of the first side [place, dyad]."""
    s = state.structure
    foreign = s.foreign[:, 0]
    # Enemy dead per dead soldier: foreign forces lose far fewer than they kill, host forces do not.
    edge_a = jnp.where(foreign[s.first][:, None] > 0, params.exchange_foreign, jnp.where(a_state > 0, params.exchange_host, 1.0))
    edge_b = jnp.where(foreign[s.second][:, None] > 0, params.exchange_foreign, jnp.where(b_state > 0, params.exchange_host, 1.0))
    strength = jnp.sqrt(thick + params.trace_force)
    strong_a, strong_b = strength[:, s.first], strength[:, s.second]
    official = jnp.maximum(a_state, b_state)[None]
    return jnp.where(official > 0, (edge_b / (edge_a + edge_b))[None], strong_b / (strong_a + strong_b))


def _share_out(
    deaths: jax.Array, part: jax.Array, bystanders: jax.Array, u: jax.Array, v: jax.Array
) -> tuple[jax.Array, jax.Array, jax.Array]:
    """Whole deaths of the first side, the second and civilians, adding up; rounded at random so that means are kept."""
    civilians = jnp.minimum(jnp.floor(deaths * bystanders + u), deaths)
    armed = deaths - civilians
    first = jnp.minimum(jnp.floor(armed * part + v), armed)
    return first, armed - first, civilians


def _side(pair: jax.Array, which: NDArray[np.intp]) -> jax.Array:
    """Index of the actor that is the side `which` of each pair [place, violence]; none for one-sided violence, which others fill."""
    side = jnp.asarray(which, jnp.float32)[pair.astype(jnp.int32)]
    return side * jnp.array([1.0, 1.0, 0.0], jnp.float32)[None, :, None]


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
        Variable("clash_pair", ("place", "violence"), "index", "pressure", "index of the pair of the week's deadliest clash", 0, _INF),
        Variable(
            "clash_dead_a", ("place", "violence"), "deaths", "pressure", "dead of the first side in it, if five or more died", 0, _INF
        ),
        Variable("clash_dead_b", ("place", "violence"), "deaths", "pressure", "dead of the second side in it", 0, _INF),
        Variable("clash_dead_civilians", ("place", "violence"), "deaths", "pressure", "bystanders killed in it", 0, _INF),
    ),
    reads=(
        *(
            "people",
            "composition",
            "density",
            "force",
            "hostility",
            "attack_rate",
            "rivalry_rate",
            "activity",
            "zeal",
            "rivalry_zeal",
            "deal",
            "offensive",
        ),
        "base_open",
    ),
    adds=(
        *("losses", "fallen", "attacks", "attacks_on", "deaths", "civilian_deaths", "harmed", "collateral"),
        *("small_incidents", "small_dead_a", "small_dead_b", "small_dead_civilians", "small_side_a", "small_side_b"),
    ),
    params=parameters_beside(__file__),
    events=(
        Event(
            "clash",
            "clash_dead_b",
            10,
            "In one clash in {place} {side_a} lost {clash_dead_a} and {side_b} {n}; bystanders killed: {clash_dead_civilians}",
            also=("clash_pair", "clash_dead_a", "clash_dead_civilians"),
            as_cause="after fighting between {side_a} and {side_b}",
            worst_of="clashes",
        ),
    ),
    references=("Lanchester 1916", "Deitchman 1962", "Friedman 2011", "Bohorquez et al. 2009"),
    shows=(Shown("attacks", 1, "sum"),),
)
