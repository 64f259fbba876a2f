"""An ally decides whether to cover what another leaves."""

from __future__ import annotations

import jax.numpy as jnp

from drawdown.formulas.contest import at_origin
from drawdown.guards import TINY
from drawdown.mechanism import Cause, Change, Event, Key, Mechanism, Params, Shown, State
from drawdown.parameter_table import parameters_beside
from drawdown.state import Variable


def step(key: Key, state: State, params: Params) -> Change:
    """Hazard of covering = rate x permission x how far beyond half others took the foreign force away x (void + militia rule) x reserve."""
    s = state.structure
    start = at_origin(state) * s.foreign
    now = state.force * s.foreign
    gone = jnp.maximum(start - now, 0.0)
    others_gone = jnp.sum(gone, axis=1, keepdims=True) - gone
    # A thinning-out calls nobody; a place left does.
    share = jnp.clip(2.0 * others_gone / jnp.maximum(jnp.sum(start, axis=1, keepdims=True), params.token) - 1.0, 0.0, 1.0)
    unruled = state.void + jnp.sum(state.control * s.groups, axis=1)
    whole = jnp.sum(now, axis=0)
    reserve = jnp.clip(whole / jnp.maximum(state.strength, 1.0), 0.0, params.most_reserve) * s.foreign
    # Nobody covers for an ally many times its size.
    burden = jnp.sum(others_gone, axis=0) * params.size
    reserve = reserve * jnp.clip(whole / jnp.maximum(params.larger * burden, 1.0), 0.0, 1.0) ** 2
    keen = 1.0 - jnp.sum(state.sends * jnp.maximum(state.posture, 0.0)[:, None], axis=0)
    hazard = params.rate * state.may_cover * share * (params.worry + unruled[:, None]) * (reserve * keen)
    # One draw a place: whether anybody covers it is one question.
    draw = key.uniform("cover", ("place",))[0][:, None]
    covered = jnp.where(reserve * state.may_cover > params.least_reserve, jnp.where(draw < 1.0 - jnp.exp(-hazard), 1.0, state.covered), 0.0)
    wanted = covered * others_gone * params.size
    come = jnp.maximum(wanted - now, 0.0) / params.weeks
    # Cover comes out of the actor's other places, at most a part of them (`pace`) a week.
    free = now * (1.0 - covered)
    pool = jnp.sum(free, axis=0, keepdims=True)
    need = jnp.minimum(jnp.sum(come, axis=0, keepdims=True), params.pace * pool)
    come = come * need / jnp.maximum(jnp.sum(come, axis=0, keepdims=True), TINY)
    return Change.of({"move_in": come, "move_out": free * need / jnp.maximum(pool, TINY)}, covered=covered)


MECHANISM = Mechanism(
    name="void_filling",
    phase="DECIDE",
    about="A foreign force that stays may move part of itself to a place that its ally has left.",
    step=step,
    owns=(Variable("covered", ("place", "actor"), "share", "choice", "1 where the actor covers what another left", 0, 1, record=True),),
    reads=("strength", "deployment", "force", "void", "control", "may_cover", "sends", "posture"),
    adds=("move_in", "move_out"),
    params=parameters_beside(__file__),
    events=(
        Event(
            "cover",
            "covered",
            0.5,
            "{actor} moved to cover {place}, which an ally had left",
            once=True,
            causes=(Cause("withdrawal"), Cause("handed over"), Cause("void")),
        ),
    ),
    shows=(Shown("covered", 1, "sum"),),
)
