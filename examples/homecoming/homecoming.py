"""Members of armed groups who go home to work where it has been quiet."""

import jax.numpy as jnp

from drawdown.mechanism import Change, Key, Mechanism, Params, Shown, State
from drawdown.parameter_table import parameters_beside


def step(key: Key, state: State, params: Params) -> Change:
    """hazard of leaving in good order = pace x exp(-recent deaths / quiet), for groups alone [place, actor, future]."""
    calm = jnp.exp(-jnp.sum(state.recent_deaths, axis=1) / params.quiet)
    groups = state.structure.groups  # 1 for militias, insurgents and local allies [actor, 1]
    return Change.of({"leave_hazard": params.pace * calm[:, None] * groups[None]})


MECHANISM = Mechanism(
    name="homecoming",
    phase="ACT",
    about="Members of armed groups go home to work, the more the quieter the last weeks were where they stand.",
    step=step,
    reads=("recent_deaths",),
    adds=("leave_hazard",),
    params=parameters_beside(__file__),
    shows=(Shown("force", -1, "sum"),),
)
