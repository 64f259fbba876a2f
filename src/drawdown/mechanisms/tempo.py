"""The level of violence that no cause explains: a national level that moves for good, surges, months of gusts, and local drift."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from drawdown.formulas.contest import logistic
from drawdown.formulas.level import faded_memory, gust_of_month, of_record
from drawdown.mechanism import Change, Key, Mechanism, Params, State
from drawdown.parameter_table import parameters_beside
from drawdown.state import Variable


def initial(state: State, params: Params) -> dict[str, jax.Array]:
    """The level where the record says that it stands, no surge, a common month; what a country is prone to is its own."""
    stands = of_record(state.recorded_deaths, params.fuller)
    return {"national_level": params.start, "proneness": params.proneness, "recorded_level": stands}


def step(key: Key, state: State, params: Params) -> Change:
    """x' = x + pull (usual - x - lull) + heat + step e, and a surge s' = k s + e: a hidden walk, fitted to months (docs/learned.md).

    activity = exp(x + lull + s - var/2) x the gust of the month x exp(local drift and weekly gusts, each less half its variance): of mean
    one about the level. `lull` is what fading and flaring up have made of it.
    """
    walk, blow, shock, _ = key.normal("nation", ())
    place, local_blow, _, _ = key.normal("place", ("place",))
    level = state.recorded_level + state.national_level + state.lull
    usual = jnp.log(params.usual) + params.usual_prone * state.proneness
    hot = params.heat * logistic(params.heat_slope * (level - jnp.log(params.heat_level)))
    national = state.national_level + params.pull * (usual - level) + hot + params.national_drift * walk
    kept = jnp.exp2(-1.0 / params.surge_half_life)
    surge = kept * state.surge + params.surge * jnp.sqrt(1.0 - kept**2) * shock
    month = gust_of_month(key, state, params)
    local = state.local_drift * (1.0 - 1.0 / params.local_memory) + params.local_drift * place
    shared = jnp.sqrt(params.synchrony) * blow + jnp.sqrt(1.0 - params.synchrony) * local_blow
    noise = (
        params.surge**2 * (1.0 - kept ** (2.0 * (state.week + 1.0))) + params.gust**2 + params.local_drift**2 * faded_memory(state, params)
    )
    over = jnp.exp(national + state.lull + surge + local + params.gust * shared - 0.5 * noise)
    return Change.of(national_level=national, surge=surge, month_gust=month, local_drift=local, activity=over * month)


MECHANISM = Mechanism(
    name="tempo",
    phase="SENSE",
    about="The level of violence wanders for good, drifts to what is usual, surges and gusts, beyond what its declared drivers explain.",
    step=step,
    initial=initial,
    initial_reads=("recorded_deaths",),
    owns=(
        Variable("national_level", (), "log ratio", "choice", "level of violence over that recorded at the origin", record=True),
        Variable("surge", (), "log ratio", "choice", "shock of a few weeks that the whole country feels"),
        Variable("month_gust", (), "ratio", "choice", "multiplier of this month", low=0.0, default=1.0),
        Variable("proneness", (), "index", "constant", "how prone the country is to quiet, in standard deviations over countries"),
        Variable(
            "recorded_level", (), "log ratio", "constant", "ln of the deaths a week at the origin, as the record of all countries counts"
        ),
        Variable("local_drift", ("place",), "log ratio", "choice", "local drift of the level of violence"),
        Variable("activity", ("place",), "ratio", "choice", "multiplier of all violence this week", low=0.0, default=1.0),
    ),
    reads=("week", "lull"),
    params=parameters_beside(__file__),
    unexplained=True,
    references=("Lewis, Mohler, Brantingham and Bertozzi 2012", "Mohler 2013", "Varin, Reid and Firth 2011"),
)
