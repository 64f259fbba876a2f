"""Members of armed groups who go home to work where it has been quiet; some are killed for it by the group that they left."""

import jax.numpy as jnp

from drawdown.formulas.contest import one_of
from drawdown.formulas.incidents import of_civilians, one_sided
from drawdown.incident_rows import Incident
from drawdown.mechanism import Change, Event, Key, Mechanism, Params, Shown, State
from drawdown.parameter_table import parameters_beside
from drawdown.severity import draw_incidents

KILLINGS = Incident("reprisal", "one-sided")


def step(key: Key, state: State, params: Params) -> Change:
    """hazard of leaving in good order = pace x exp(-recent deaths / quiet), for groups alone [place, actor, future].

    Those who left are killed in `danger` incidents for each who leaves, by the group that they left.
    """
    calm = jnp.exp(-jnp.sum(state.recent_deaths, axis=1) / params.quiet)
    groups = state.structure.groups  # 1 for militias, insurgents and local allies [actor, 1]
    hazard = params.pace * calm[:, None] * groups[None]
    left = hazard * state.force
    *luck, whose, _ = key.mixed("killings", ("place",))
    dead = draw_incidents(luck, params.danger * jnp.sum(left, axis=1), params.severity, params.cutoff)
    return Change.of(
        {
            "leave_hazard": hazard,
            "deaths": one_sided(dead.deaths),
            "civilian_deaths": dead.deaths,
            "harmed": dead.deaths[:, None] * state.composition,
        },
        incidents={KILLINGS: of_civilians(dead, one_of(whose, left))},
    )


MECHANISM = Mechanism(
    name="homecoming",
    phase="ACT",
    about="Members of armed groups go home to work, the more the quieter the last weeks were where they stand; some are killed for it.",
    step=step,
    reads=("recent_deaths", "force", "composition"),
    adds=("leave_hazard", "deaths", "civilian_deaths", "harmed"),
    params=parameters_beside(__file__),
    incidents=(KILLINGS,),
    events=(Event("killing of returners", "dead_civilians", 5, "{actor} killed {n} who had gone home in {place}", incident="reprisal"),),
    shows=(Shown("force", -1, "sum"),),
)
