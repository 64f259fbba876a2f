"""A post or town changes hands when its garrison leaves or stands aside, or is driven out."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from drawdown.formulas.contest import logistic, security, share_of, to_actors
from drawdown.guards import NOTHING
from drawdown.mechanism import Cause, Change, Event, Key, Mechanism, Params, Shown, State
from drawdown.parameter_table import parameters_beside
from drawdown.state import Variable
from drawdown.world import Structure


def step(key: Key, state: State, params: Params) -> Change:
    """In an offensive, or where the foreign garrison is gone, the stronger takes a part of what the other side rules.

    Chance that an attempt succeeds = logistic(a + b ln(own weight / guard)); the guard counts foreign troops thrice, and police at one with
    the group stand aside. What is taken comes from those who ruled there, in proportion to what they ruled.
    """
    s = state.structure
    thick, welcome, kin = state.density, state.welcome, state.kinship
    # Police who sympathise with a group stand aside when it comes; the foreign force stiffens the guard.
    loyal = state.force * (1.0 - jnp.max(state.sympathy, axis=1, keepdims=True) * s.state[None])
    guard = security(loyal, state.people, s, params.foreign_weight, params.army_weight, params.police_weight)
    against = jnp.where(s.army[None] > 0, state.groups_density[:, None], guard[:, None])
    odds = jnp.log((thick + params.trace) / (against + params.trace)) + params.welcome * welcome
    odds, left = state.keep((odds, _garrison_left(state, params, s)))
    draw, part, _, _ = key.uniform("attempt", ("place", "actor"))
    walks_in = (draw < params.walk_in * left[:, None] * jnp.minimum(2.0 * kin, 1.0) * (thick > params.enough)) * s.groups[None]
    attempt = jnp.maximum(state.offensive, walks_in)
    succeeds = part < logistic(params.ease + params.edge * odds)
    seizes = attempt * succeeds * jnp.maximum(s.groups, s.army)[None] * state.takes_ground[None]
    seizes = state.keep(seizes)
    # What changes hands: of each enemy's ground in proportion to hostility, and of what nobody rules.
    actors = len(s.actors)
    grip = params.size * state.hostility[None]
    won_by_first = grip * seizes[:, s.first] * state.control[:, s.second]
    won_by_second = grip * seizes[:, s.second] * state.control[:, s.first]
    won_by_first, won_by_second = state.keep((won_by_first, won_by_second))
    lost = jnp.minimum(to_actors(won_by_first, s.second, actors) + to_actors(won_by_second, s.first, actors), state.control)
    void = params.size * state.void[:, None] * share_of(seizes, 1) * jnp.max(seizes, axis=1, keepdims=True)
    won = to_actors(won_by_first, s.first, actors) + to_actors(won_by_second, s.second, actors)
    lost, won = state.keep((lost, won))
    # Where several take from one, they share what it had.
    scale = jnp.sum(lost, axis=1, keepdims=True) / jnp.maximum(jnp.sum(won, axis=1, keepdims=True), NOTHING)
    gained = won * jnp.minimum(scale, 1.0) + void
    return Change.of({"control_lost": lost, "control_gained": gained, "seized": gained})


def _garrison_left(state: State, params: Params, s: Structure) -> jax.Array:
    """How far the foreign garrison that the place is used to has gone, or its bases are shut [place]."""
    used_to = jnp.sum(state.backing * s.foreign[None], axis=1)
    now = jnp.sum(state.force * s.foreign[None], axis=1)
    gone = jnp.clip(1.0 - now / jnp.maximum(used_to, 1.0), 0.0, 1.0)
    shut = 1.0 - jnp.min(state.base_open, axis=1)
    return jnp.where(used_to > params.garrison, jnp.maximum(gone, 0.5 * shut) * (gone > 0.5), 0.0)


MECHANISM = Mechanism(
    name="seizure",
    phase="ACT",
    about="Posts and towns change hands when the garrison leaves, stands aside or is beaten; the army can take ground back.",
    step=step,
    owns=(
        Variable(
            "seized",
            ("place", "actor"),
            "share per week",
            "pressure",
            "share of residents seized by the actor this week",
            0,
            2,
            record=True,
        ),
    ),
    reads=(
        *(
            "people",
            "density",
            "groups_density",
            "welcome",
            "kinship",
            "force",
            "sympathy",
            "offensive",
            "base_open",
            "control",
            "void",
            "takes_ground",
            "backing",
            "hostility",
        ),
    ),
    adds=("control_lost", "control_gained"),
    params=parameters_beside(__file__),
    events=(
        Event(
            "seizure",
            "seized",
            0.05,
            "{actor} took over posts in {place}",
            causes=(Cause("offensive", own=True), Cause("withdrawal"), Cause("desertion"), Cause("handed over")),
            as_cause="after {actor} had taken over posts",
        ),
    ),
    references=("Tullock 1980", "Kalyvas 2006"),
    shows=(Shown("seized", 1, "sum"),),
)
