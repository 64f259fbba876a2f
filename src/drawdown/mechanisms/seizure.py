"""A town or a post changes hands when its garrison leaves, stands aside, is bought or is driven out."""

from __future__ import annotations

import jax.numpy as jnp

from drawdown.formulas.ground import OF_GROUND, beaten, changes_hands, next_door
from drawdown.formulas.towns import successes
from drawdown.guards import TINY
from drawdown.mechanism import Cause, Change, Event, Key, Mechanism, Params, Shown, State
from drawdown.parameter_table import parameters_beside
from drawdown.state import Variable


def step(key: Key, state: State, params: Params) -> Change:
    """In an offensive, or where nobody who fights is in the way, the stronger takes a town or a post; `formulas.towns` says which.

    What is taken comes from those who ruled there, in proportion to what they ruled. Of those of the country who lose a town some scatter
    and some fall back on neighbouring places, most on those that they rule; foreign troops go where they are ordered.
    """
    towns, takes = successes(key, state, params)
    lost, gained = changes_hands(state, takes, params.refuge)
    won = towns * (gained > params.worth_a_town)
    routed = beaten(state, won)
    # A town falls to who did not have it: who ruled most of it, or half again of what it took, only drove others out.
    fallen = won * (state.control <= 0.5) * (gained > 0.5 * state.control)
    out, into = next_door(routed * params.fall_back * state.force, state.control + TINY, state)
    scattered = -jnp.log1p(-params.scatter) * routed
    taken = {"control_lost": lost, "control_gained": gained, "seized": gained, "town": fallen, "posts": gained * (state.control <= 0.5)}
    return Change.of({**taken, "move_out": out, "move_in": into, "desert_hazard": scattered})


MECHANISM = Mechanism(
    name="seizure",
    phase="ACT",
    about="Towns and posts change hands when the garrison leaves, stands aside, is bought or beaten; the army can take ground back.",
    step=step,
    derives=OF_GROUND,
    owns=(
        Variable(
            "seized", ("place", "actor"), "share per week", "pressure", "share of residents the actor seized this week", 0, 2, record=True
        ),
        Variable("posts", ("place", "actor"), "share per week", "pressure", "the same, where the actor did not rule most already", 0, 2),
        Variable("town", ("place", "actor"), "share", "pressure", "1 in the week in which the actor takes the town", 0, 1, record=True),
    ),
    reads=(
        *("density", "welcome", "kinship", "belongs", "force", "sympathy", "offensive", "base_open"),
        *("control", "void", "takes_ground", "backing", "enmity", "adjacency", "mettle", "massing"),
        *("dissolved", "seat", "faith"),
    ),
    adds=("control_lost", "control_gained", "move_out", "move_in", "desert_hazard"),
    params=parameters_beside(__file__),
    events=(
        Event(
            "seizure",
            "posts",
            0.05,
            "{actor} took over posts in {place}",
            causes=(Cause("offensive", own=True), Cause("withdrawal"), Cause("desertion"), Cause("handed over")),
            as_cause="after {actor} had taken over posts",
            as_own="after the seizure of posts",
            routine=True,
            told_by=("town fell", "rules"),
        ),
        Event(
            "town fell",
            "town",
            0.5,
            "{place} fell to {actor}",
            causes=(Cause("garrison melted"), Cause("massed", own=True), Cause("offensive", own=True), Cause("withdrawal")),
            as_cause="after {place} had fallen to {actor}",
            as_own="after the fall of {place}",
            again="{place} changed hands {times} times and was left to {actor}",
        ),
    ),
    references=("Tullock 1980", "Kalyvas 2006", "Christia 2012"),
    shows=(Shown("seized", 1, "sum"), Shown("town", 1, "sum")),
)
