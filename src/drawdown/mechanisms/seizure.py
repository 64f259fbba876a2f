"""A post or town changes hands when its garrison leaves or stands aside, or is driven out."""

from __future__ import annotations

import jax.numpy as jnp

from drawdown.formulas.contest import logistic, security
from drawdown.formulas.ground import at_home, changes_hands, garrison_left, strength_against
from drawdown.mechanism import Cause, Change, Event, Key, Mechanism, Params, Shown, State
from drawdown.parameter_table import parameters_beside
from drawdown.state import Variable


def step(key: Key, state: State, params: Params) -> Change:
    """In an offensive, or where the foreign garrison is gone, the stronger takes a part of what the other side rules.

    Chance that an attempt succeeds = logistic(a + b ln(own weight / guard)); foreign troops in the guard count for more, and police
    at one with the group stand aside. What is taken comes from those who ruled there, in proportion to what they ruled.
    """
    s = state.structure
    # Police who sympathise with a group stand aside when it comes; the foreign force stiffens the guard.
    loyal = state.force * (1.0 - jnp.max(state.sympathy, axis=1, keepdims=True) * s.state)
    guard = security(loyal, state.people, s, params.foreign_weight, params.army_weight, params.police_weight)
    odds = strength_against(state, guard, params.trace) + params.welcome * state.welcome
    odds, left = state.keep((odds, garrison_left(state, params)))
    draw, part, _, _ = key.uniform("attempt", ("place", "actor"))
    can_come = at_home(state) * (state.density > params.enough)
    walks_in = (draw < params.walk_in * left[:, None] * can_come) * s.groups
    attempt = jnp.maximum(state.offensive, walks_in)
    succeeds = part < logistic(params.ease + params.edge * odds)
    seizes = state.keep(attempt * succeeds * jnp.maximum(s.groups, s.army) * state.takes_ground)
    lost, gained = changes_hands(state, seizes, params.size)
    return Change.of({"control_lost": lost, "control_gained": gained, "seized": gained})


MECHANISM = Mechanism(
    name="seizure",
    phase="ACT",
    about="Posts and towns change hands when the garrison leaves, stands aside or is beaten; the army can take ground back.",
    step=step,
    owns=(
        Variable(
            "seized", ("place", "actor"), "share per week", "pressure", "share of residents the actor seized this week", 0, 2, record=True
        ),
    ),
    reads=(
        *("people", "density", "groups_density", "welcome", "kinship", "force", "sympathy", "offensive", "base_open"),
        *("control", "void", "takes_ground", "backing", "enmity"),
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
