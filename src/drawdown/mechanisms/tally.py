"""Running memory of what has happened lately: the figures that commanders, sponsors and groups go by."""

from __future__ import annotations

import jax

from drawdown.mechanism import Change, Event, Key, Mechanism, Params, State
from drawdown.parameter_table import parameters_beside
from drawdown.state import Variable
from drawdown.vocabulary.violence import ONE_SIDED, STATE_BASED


def initial(state: State, params: Params) -> dict[str, jax.Array]:
    """Recent attacks and deaths begin at what was observed before the origin."""
    return {"recent_attacks": state.attack_rate + state.rivalry_rate, "recent_deaths": state.recorded_deaths}


def step(key: Key, state: State, params: Params) -> Change:
    """Exponential means over `memory` weeks, and the week's deadliest one-sided incident."""
    keep = 1.0 - 1.0 / params.memory
    return Change.of(
        recent_attacks=keep * state.recent_attacks + (1.0 - keep) * state.attacks,
        recent_deaths=keep * state.recent_deaths + (1.0 - keep) * state.deaths,
        recent_fallen=keep * state.recent_fallen + (1.0 - keep) * state.fallen,
        recent_harm=keep * state.recent_harm + (1.0 - keep) * state.harmed,
        massacre=state.deadliest[:, ONE_SIDED - STATE_BASED],
    )


MECHANISM = Mechanism(
    name="tally",
    phase="SETTLE",
    about="Keeps the running means of attacks, deaths and losses by which others judge.",
    step=step,
    initial=initial,
    initial_reads=("attack_rate", "rivalry_rate", "recorded_deaths"),
    owns=(
        Variable("attacks", ("place",), "attacks per week", "pressure", "attacks on all sides, as in SIGACT", 0, record=True),
        Variable("attacks_on", ("place", "actor"), "attacks per week", "pressure", "attacks on a foreign or state actor", 0, record=True),
        Variable("deaths", ("place", "violence"), "deaths per week", "pressure", "deaths by type of violence", 0, record=True),
        Variable("civilian_deaths", ("place",), "deaths per week", "pressure", "civilians killed", 0, record=True),
        Variable("harmed", ("place", "community"), "deaths per week", "pressure", "civilians killed, by community", 0),
        Variable("fallen", ("actor",), "deaths per week", "pressure", "persons under arms killed", 0, record=True),
        Variable(
            "massacre", ("place",), "deaths per week", "stock", "deaths in the largest one-sided incident, if five or more", 0, record=True
        ),
        Variable("recent_attacks", ("place",), "attacks per week", "stock", "running mean of attacks", 0),
        Variable("recent_deaths", ("place", "violence"), "deaths per week", "stock", "running mean of deaths by type", 0),
        Variable("recent_fallen", ("actor",), "deaths per week", "stock", "running mean of persons under arms killed", 0),
        Variable("recent_harm", ("place", "community"), "deaths per week", "stock", "running mean of civilians killed, by community", 0),
    ),
    reads=("deadliest",),
    params=parameters_beside(__file__),
    events=(
        Event(
            "massacre",
            "massacre",
            50,
            "{n} people were killed in one attack on civilians in {place}",
            as_cause="after an attack on civilians",
            worst_of="attacks",
            told_by=("bombing", "mass killing"),
        ),
    ),
)
