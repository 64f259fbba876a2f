"""Owner of persons under arms: recruits, losses, leaving, switching and movement settled together, so that nobody is removed twice."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from drawdown.formulas.contest import at_origin, share_of
from drawdown.formulas.presence import OF_FORCES
from drawdown.guards import NOTHING, TINY
from drawdown.mechanism import Cause, Change, Event, Key, Mechanism, Params, Shown, State
from drawdown.parameter_table import parameters_beside
from drawdown.severity import binomial_share
from drawdown.state import Variable

_INF = float("inf")


def initial(state: State, params: Params) -> dict[str, jax.Array]:
    """Strength times deployment."""
    return {"force": at_origin(state)}


def step(key: Key, state: State, params: Params) -> Change:
    """The dead first; of the living, competing risks (leave, desert, switch) by hazard; of those who stay, the ordered moves."""
    s = state.structure
    # Rotation replaces a foreign soldier who falls; the order of battle, not the fallen, decides the level.
    dead = jnp.minimum(state.losses * (1.0 - s.foreign[None]), state.force)
    living = state.force - dead
    hazard = state.leave_hazard + state.desert_hazard + state.switch_hazard
    gone = binomial_share(key.uniform("gone", ("place", "actor")), living, 1.0 - jnp.exp(-hazard))
    part = 1.0 / jnp.maximum(hazard, NOTHING)
    gone, hazard = state.keep((gone, hazard))
    deserted = gone * state.desert_hazard * part
    switched = gone * state.switch_hazard * part
    deserted, switched, staying = state.keep((deserted, switched, living - gone))
    over = _gone_over(state, deserted * state.go_over)
    # Those who change sides go to the local ally; its own go back where `switches_to` says.
    ally = s.of_kind("local-ally")
    open_to = state.switches_to * jnp.where(ally[:, None] > 0, 1.0, ally[None])
    realigned = jnp.einsum("pat,ab->pbt", switched, share_of(open_to, 1)[:, :, 0])
    wanted = state.move_out + state.go_home
    able = jnp.where(wanted > staying, staying / jnp.maximum(wanted, TINY), 1.0)
    out, home = state.move_out * able, state.go_home * able
    # Those who arrive from elsewhere are as many as could set out.
    kept = jnp.sum(out, axis=0) / jnp.maximum(jnp.sum(state.move_out, axis=0), TINY)
    force = staying - out - home + state.move_in * kept[None] + state.arrive + state.recruits + over + realigned
    share = deserted / jnp.maximum(state.force, 1.0)
    settled = params.settled
    return Change.of(
        force=jnp.where(settled > 0, jnp.maximum(force, 0.0), state.force),
        deserted=deserted * settled,
        realigned=(realigned + over) * settled,
        panic=jnp.minimum(share + 0.5 * state.panic, 1.0) * s.state[None] * settled,
        went_home=home * settled,
    )


def _gone_over(state: State, people: jax.Array) -> jax.Array:
    """Deserters who joined the groups that their place sympathises with [place, actor]."""
    s = state.structure
    liked = state.sympathy * (state.force > 0) * s.groups[None]
    return jnp.sum(people * s.state[None], axis=1, keepdims=True) * share_of(liked, 1) * (jnp.sum(liked, axis=1, keepdims=True) > 0)


MECHANISM = Mechanism(
    name="forces",
    phase="SETTLE",
    about="Settles who is under arms where: the dead, those who leave, desert or change sides, recruits, and ordered movements.",
    step=step,
    initial=initial,
    initial_reads=("strength", "deployment"),
    derives=OF_FORCES,
    owns=(
        Variable("force", ("place", "actor"), "persons", "stock", "persons under arms", 0, _INF, record=True),
        Variable("deserted", ("place", "actor"), "persons per week", "stock", "who deserted this week", 0, _INF, record=True),
        Variable(
            "realigned", ("place", "actor"), "persons per week", "stock", "who came over to the actor this week", 0, _INF, record=True
        ),
        Variable("panic", ("place", "actor"), "share", "stock", "share who deserted of late", 0, 1),
        Variable("went_home", ("place", "actor"), "persons per week", "stock", "foreign troops who left the country this week", 0, _INF),
        Variable("losses", ("place", "actor"), "persons per week", "pressure", "killed this week", 0, _INF),
        Variable("recruits", ("place", "actor"), "persons per week", "pressure", "recruits this week", 0, _INF),
        Variable("desert_hazard", ("place", "actor"), "per week", "pressure", "hazard of desertion", 0, _INF),
        Variable("leave_hazard", ("place", "actor"), "per week", "pressure", "hazard of leaving in good order", 0, _INF),
        Variable("go_over", ("place", "actor"), "share", "pressure", "share of deserters who join a group", 0, 1),
        Variable("switch_hazard", ("place", "actor"), "per week", "pressure", "hazard of changing sides", 0, _INF),
        Variable("move_out", ("place", "actor"), "persons per week", "pressure", "ordered to another place", 0, _INF),
        Variable("move_in", ("place", "actor"), "persons per week", "pressure", "ordered here from another place", 0, _INF),
        Variable("go_home", ("place", "actor"), "persons per week", "pressure", "ordered out of the country", 0, _INF),
        Variable("arrive", ("place", "actor"), "persons per week", "pressure", "sent here from home", 0, _INF),
    ),
    reads=("switches_to", "sympathy"),
    params=parameters_beside(__file__),
    events=(
        Event(
            "desertion",
            "deserted",
            250,
            "{n} of the {actor} left their posts in {place}",
            causes=(Cause("offensive"), Cause("withdrawal")),
            as_cause="after {actor} had left their posts",
            routine=True,
        ),
        Event(
            "realignment",
            "realigned",
            150,
            "{n} fighters in {place} came over to {actor}",
            causes=(Cause("mass killing"), Cause("bombing")),
            as_cause="after fighters had come over to {actor}",
            routine=True,
        ),
        Event(
            "withdrawal",
            "went_home",
            400,
            "{actor} withdrew {n} troops from {place}",
            as_cause="after {actor} had withdrawn troops",
            routine=True,
        ),
    ),
    shows=(Shown("deserted", 1, "sum"),),
)
