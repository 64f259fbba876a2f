"""Groups and the army gather for an effort, march next door, spread over what they rule, and give up what they cannot hold."""

from __future__ import annotations

import jax.numpy as jnp

from drawdown.formulas.announcements import KNOWN_OF_THE_PLAN
from drawdown.formulas.contest import logistic
from drawdown.formulas.ground import at_home, next_door
from drawdown.formulas.marches import called, heard, starts_where, strays, willing
from drawdown.guards import THOUSAND, TINY
from drawdown.mechanism import Cause, Change, Event, Key, Mechanism, Params, Shown, State
from drawdown.parameter_table import parameters_beside
from drawdown.state import Variable


def step(key: Key, state: State, params: Params) -> Change:
    """Begin to mass with a chance of rate e^odds x prize x readiness, odds being those with what can be brought, for some weeks.

    What is not needed to keep its rule leaves for neighbouring places at a pace: where the actor masses, where its ground is attacked, and
    back to where fewer stand than usual. Those of a group whom an effort has left among strangers go back to their own. The army keeps a
    guard in the capital and gives up posts elsewhere where it is outweighed. Nobody is made or lost on the way.
    """
    s = state.structure
    draw, give_up, _, _ = key.uniform("mass", ("place", "actor"))
    chance, odds = starts_where(state, params)
    ready = willing(state, params)
    goes_on = jnp.maximum(state.massing - 1.0, 0.0) * (state.control < params.enough_rule) * (ready > 0)
    # Who rules most of a place has no march to make on it; it defends what it has.
    massing = jnp.where((goes_on <= 0) & (draw < chance) & (state.control < 0.5), params.weeks, goes_on)
    stays = params.stays * state.control * state.people[:, None] / THOUSAND
    at_work = (massing > 0).astype(jnp.float32)
    stays = jnp.maximum(stays, params.guard * state.seat[:, None] * s.army * state.backing)
    spare = jnp.maximum(state.force - stays, 0.0) * (1.0 - at_work) * (s.groups + s.army * jnp.minimum(ready, 1.0)) * state.takes_ground
    draw = state.keep(called(state, at_work))
    out, into = next_door(params.pace * heard(draw, state) * spare, draw, state)
    home, come_home = next_door(params.go_home * strays(state, spare - out), at_home(state) + state.control, state)
    posts = s.army * (state.force > params.smallest) * (1.0 - state.seat)[:, None]
    gives_up = (give_up < params.abandon * logistic(params.outweighed * (-odds - 1.0))) * posts
    back, fallen_back = next_door(params.leave * gives_up * (state.force - out), state.control + TINY, state)
    return Change.of({"move_out": out + home + back, "move_in": into + come_home + fallen_back}, massing=massing, abandoned=gives_up)


MECHANISM = Mechanism(
    name="march",
    phase="DECIDE",
    about="Groups and the army mass for an offensive, march to neighbouring places, spread over what they rule and abandon outlying posts.",
    step=step,
    owns=(
        Variable("massing", ("place", "actor"), "weeks", "choice", "weeks left of an effort to mass there", 0, 520, record=True),
        Variable("abandoned", ("place", "actor"), "share", "choice", "1 in the week in which the army gives up its posts there", 0, 1),
    ),
    reads=(
        *("force", "weight", "density", "people", "adjacency", "control", "void", "belongs", "enmity", "backing", "kinship"),
        *("stance", "offensive", "capability", "takes_ground", "dissolved", "seat", "base_open", "week", *KNOWN_OF_THE_PLAN),
    ),
    adds=("move_out", "move_in"),
    goes_on=("massing",),
    params=parameters_beside(__file__),
    events=(
        Event(
            "massed",
            "massing",
            0.5,
            "{actor} massed towards {place}",
            once=True,
            aside=True,
            as_cause="after {actor} had massed there",
            as_own="after massing there",
        ),
        Event(
            "abandoned",
            "abandoned",
            0.5,
            "{actor} gave up outlying posts in {place}",
            aside=True,
            causes=(Cause("town fell"), Cause("massed")),
            as_cause="after {actor} had given up posts",
            as_own="after giving up outlying posts",
        ),
    ),
    references=("Kalyvas 2006", "Mao 1937", "Quinlivan 1999"),
    shows=(Shown("massing", 1, "sum"),),
)
