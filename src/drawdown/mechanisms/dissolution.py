"""A group is beaten, or falls apart, and is gone; now and then one takes up arms again."""

from __future__ import annotations

import jax.numpy as jnp

from drawdown.formulas.rule import ruled
from drawdown.formulas.settlements import at_war, intense, not_hopeless
from drawdown.mechanism import Cause, Change, Event, Key, Mechanism, Params, Shown, State
from drawdown.parameter_table import parameters_beside
from drawdown.state import Variable


def step(key: Key, state: State, params: Params) -> Change:
    """Hazard of being gone a year = rate years^(-age) e^(strong - hot - holds - secure) while at war; a handful is soon gone even at rest.

    Some ground is no shelter, firm rule over it is: where it rules most. Who is gone leaves its arms within weeks and recruits nobody until
    it comes back.
    """
    years = jnp.maximum((state.fought_for + state.week) / 52.0, 1.0)
    some, firm = (jnp.minimum(ruled(state, c) / params.some_ground, 1.0) for c in (state.control, state.control * (state.control > 0.5)))
    ties = params.strong * not_hopeless(state, params) - params.hot * intense(state, params) - params.age * jnp.log(years)
    hazard = params.rate * jnp.exp(ties - params.holds * some - params.secure * firm) * at_war(state, params)
    few = params.few * (state.armed < params.handful) * (state.armed > 0)  # who has not been founded yet cannot be gone
    gone, back, _, _ = key.uniform("fate", ("actor",))
    groups = state.structure.groups
    ends = (gone < 1.0 - jnp.exp(-(hazard + few) / 52.0)) & (groups > 0) & (state.pact == 0)
    returns = back < 1.0 - jnp.exp(-params.comeback / 52.0)
    dissolved = jnp.where(state.dissolved > 0, jnp.where(returns, 0.0, 1.0), ends.astype(jnp.float32))
    return Change.of({"leave_hazard": params.scatter * dissolved * jnp.ones_like(state.force)}, dissolved=dissolved)


MECHANISM = Mechanism(
    name="dissolution",
    phase="DECIDE",
    about="Groups are beaten or fall apart by hazards of strength, ground and duration; they scatter, and seldom come back.",
    step=step,
    owns=(Variable("dissolved", ("actor",), "share", "choice", "1 while the group is gone as an organisation", 0, 1, record=True),),
    reads=("week", "armed", "force", "people", "control", "recent_bloodshed", "enmity", "fought_for", "pact"),
    adds=("leave_hazard",),
    params=parameters_beside(__file__),
    events=(
        Event(
            "dissolved", "dissolved", 0.5, "{actor} ceased to be a fighting force", once=True, causes=(Cause("offensive"), Cause("clash"))
        ),
        Event("comeback", "dissolved", 0.5, "{actor} took up arms again", once=True, falling=True),
    ),
    references=("Cunningham, Gleditsch and Salehyan 2009", "Kreutz 2010"),
    shows=(Shown("dissolved", 1, "mean"),),
)
