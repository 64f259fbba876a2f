"""Violence fades for no single reason, and flares up again."""

from __future__ import annotations

import jax.numpy as jnp

from drawdown.formulas.contest import logistic
from drawdown.mechanism import Change, Event, Key, Mechanism, Params, Shown, State
from drawdown.parameter_table import parameters_beside
from drawdown.state import Variable


def step(key: Key, state: State, params: Params) -> Change:
    """A fall to the floor or above it, by a monthly chance with log odds a + b ln(level) + c proneness; from low levels a flare.

    What UCDP calls an ending by low activity, and its relapse: fitted with the level itself to all countries' months (docs/learned.md).
    `unexplained` is the part of all falls that is left to it; the others have mechanisms of their own.
    """
    falls, depth, flares, _ = key.uniform("turn", ())
    high, _, _, _ = key.normal("flare", ())
    level = state.recorded_level + state.national_level + state.lull
    chance = logistic(params.fall + params.fall_level * (level - jnp.log(params.at)) + params.fall_prone * state.proneness)
    fell = falls < params.unexplained * chance / params.month
    floor = jnp.log(params.floor)
    part = jnp.maximum(depth - params.to_nothing, 0.0) / (1.0 - params.to_nothing)
    fallen = floor + part * jnp.maximum(level - floor, 0.0)
    quiet = logistic(-params.flare_slope * (level - jnp.log(params.quiet)))
    flared = (flares < params.flare * quiet / params.month) & ~fell
    risen = jnp.log(params.flare_level) + params.flare_spread * high
    now = jnp.where(fell, fallen, jnp.where(flared, risen, level))
    told = level > jnp.log(params.told)
    return Change.of(
        lull=state.lull + now - level,
        faded=jnp.where(fell & told, level - now, 0.0),
        flared=jnp.where(flared & (now > jnp.log(params.told)) & ~told, now - level, 0.0),
    )


MECHANISM = Mechanism(
    name="fading",
    phase="SETTLE",
    about="Violence falls to far lower levels without settlement or victory, more likely where it is low already, and flares up again.",
    step=step,
    owns=(
        Variable("lull", (), "log ratio", "stock", "what fading and flaring up have made of the level of violence", record=True),
        Variable("faded", (), "log ratio", "stock", "fall of the level in the week in which violence fades", 0),
        Variable("flared", (), "log ratio", "stock", "rise of the level in the week in which violence flares up again", 0),
    ),
    reads=("recorded_level", "national_level", "proneness"),
    params=parameters_beside(__file__),
    unexplained=True,
    events=(
        Event("fading", "faded", 1.5, "Across the country the fighting died down, without a settlement or a victory"),
        Event("flaring up", "flared", 1.5, "After a lull, fighting flared up again in the country"),
    ),
    references=("Kreutz 2010", "Walter 2010"),
    shows=(Shown("lull", -1, "mean"),),
)
