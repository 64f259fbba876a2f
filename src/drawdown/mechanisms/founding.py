"""New armed groups are founded, the more often the less long ago others fought the state."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from drawdown.mechanism import Change, Event, Key, Mechanism, Params, Shown, State
from drawdown.parameter_table import parameters_beside
from drawdown.state import Variable, given
from drawdown.vocabulary.violence import VIOLENCE

_INF = float("inf")
_WAR = VIOLENCE.index("state-based")


def initial(state: State, params: Params) -> dict[str, jax.Array]:
    """Whether the state is at war by the record; if not, it is taken to have been at peace for `quiet_before`."""
    return {"unfought": jnp.where(jnp.sum(state.recorded_deaths[:, _WAR], axis=0) >= params.active, 0.0, params.quiet_before)}


def step(key: Key, state: State, params: Params) -> Change:
    """Hazard of a new group in the country = rate (1 + years without war)^(-fade), shared by those who may rise and have not yet.

    Its first members join over `weeks` where such a group is said to gather; from then on it recruits as others do.
    """
    at_war = jnp.sum(state.recent_deaths[:, _WAR], axis=0) >= params.active
    unfought = jnp.where(at_war, 0.0, state.unfought + 1.0)
    rises, _, _, _ = key.uniform("founding", ("actor",))
    waits = (state.may_rise > 0) & (state.raised <= 0) & (state.strength <= 0)
    each = params.rate * jnp.exp(-params.fade * jnp.log1p(unfought / 52.0)) / jnp.maximum(jnp.sum(waits, axis=0), 1)
    begins = waits & (rises < 1.0 - jnp.exp(-each / 52.0))
    raised = jnp.where(begins, state.may_rise, state.raised)
    joining = jnp.where(begins, state.may_rise, state.joining)
    join = jnp.minimum(joining, raised / params.weeks)
    return Change.of(
        {"recruits": join[None] * state.deployment},
        founded=begins.astype(jnp.float32),
        raised=raised,
        joining=joining - join,
        unfought=unfought,
    )


MECHANISM = Mechanism(
    name="founding",
    phase="DECIDE",
    about="New armed groups are founded, by a hazard that is highest in countries at war and fades with years of peace.",
    step=step,
    initial=initial,
    initial_reads=("recorded_deaths",),
    given=(
        given("may_rise", ("actor",), "persons", "size of an armed group that does not exist and may be founded; 0: it never is", 0, 1e6),
    ),
    owns=(
        Variable(
            "raised", ("actor",), "persons", "choice", "size for which a group founded since the origin set out; 0: none was", 0, _INF
        ),
        Variable("joining", ("actor",), "persons", "choice", "how many of its first members have yet to join", 0, _INF),
        Variable("founded", ("actor",), "share", "choice", "1 in the week in which the group is founded", 0, 1, record=True),
        Variable("unfought", (), "weeks", "choice", "weeks since the state was last at war with an armed group", 0, _INF),
    ),
    reads=("strength", "deployment", "recent_deaths", "may_rise"),
    adds=("recruits",),
    goes_on=("unfought",),
    params=parameters_beside(__file__),
    events=(Event("founded", "founded", 0.5, "{actor} took up arms", once=True, as_cause="after {actor} had taken up arms"),),
    references=("Fearon and Laitin 2003", "Walter 2004"),
    shows=(Shown("founded", 1, "sum"),),
)
