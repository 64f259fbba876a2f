"""The exam marked: deaths by lead, questions by kind, facts and exits, each before and after calibration where that applies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from drawdown.exam import exits as after_exits
from drawdown.exam import facts as world_facts
from drawdown.exam.against import LeadScore, observed, scored
from drawdown.exam.calibration import cross_calibrated
from drawdown.exam.facts import FactBand
from drawdown.exam.forecast import Forecast
from drawdown.exam.graded import Decile, KindGrade, deciles, grades
from drawdown.exam.happened import Happened
from drawdown.exam.origins import Origin, outcome
from drawdown.exam.outcomes import HORIZON, LEADS, all_leads
from drawdown.exam.panel import Floats, Panel
from drawdown.exam.questions import DatedQuestion, asked, base_rates, probabilities, resolved
from drawdown.exam.recalibrated import cross_recalibrated
from drawdown.exam.scores import pit

REPLICATES = 200
CHAINS = 20  # for the record at the same origins
RAW, CALIBRATED = "raw", "calibrated"


@dataclass(frozen=True)
class Marked:
    """Marks of one forecaster. `deaths[raw or calibrated][lead]`; `grades` and `deciles` likewise; `said` [question] likewise."""

    origins: tuple[Origin, ...]
    deaths: Mapping[str, Mapping[int, LeadScore]]
    questions: tuple[DatedQuestion, ...]
    outcomes: Floats
    said: Mapping[str, Floats]
    grades: Mapping[str, tuple[KindGrade, ...]]
    deciles: Mapping[str, tuple[Decile, ...]]
    facts: tuple[FactBand, ...]
    exits: tuple[after_exits.Outcome, ...]
    exit_rows: tuple[after_exits.ExitRow, ...]


def draws_of(forecasts: Mapping[str, Forecast], origins: Sequence[Origin], members: int) -> Floats:
    """(lead, origin, member): each origin's first `members` members, repeated where it has fewer."""
    made = []
    for origin in origins:
        leads = all_leads(forecasts[origin.id].deaths)
        made.append(leads[:, np.resize(np.arange(leads.shape[1]), members)])
    return np.stack(made, axis=1)


def mark(
    panel: Panel, happened: Happened, origins: Sequence[Origin], exits: Sequence[Origin], forecasts: Mapping[str, Forecast], seed: int = 1
) -> Marked:
    """Everything that can be said of `forecasts` (by origin id); origins without one are left out."""
    there = tuple(origin for origin in origins if origin.id in forecasts)
    members = max((forecasts[origin.id].deaths.shape[1] for origin in there), default=0)
    truth = observed(panel, there) if there else np.empty((len(LEADS), 0))
    deaths: dict[str, dict[int, LeadScore]] = {RAW: {}, CALIBRATED: {}}
    if there:
        draws = draws_of(forecasts, there, members)
        for row, lead in enumerate(LEADS):
            deaths[RAW][lead] = scored(draws[row], truth[row], there, seed, lead)
            places = pit(draws[row], truth[row], np.random.default_rng([seed, lead]))
            deaths[CALIBRATED][lead] = scored(cross_recalibrated(draws[row], places, there), truth[row], there, seed, lead)
    questions = tuple(question for origin in there for question in asked(origin, happened))
    outcomes = resolved(panel, happened, questions)
    base = base_rates(questions, outcomes)
    raw = probabilities(panel, questions, forecasts)
    said = {RAW: raw, CALIBRATED: cross_calibrated(questions, raw, outcomes)}
    found = after_exits.outcomes(panel, exits, happened.sequels, forecasts)
    return Marked(
        there,
        deaths,
        questions,
        outcomes,
        said,
        {name: grades(questions, value, base, outcomes) for name, value in said.items()},
        {name: deciles(questions, value, outcomes) for name, value in said.items()},
        facts(panel, happened, there, exits, forecasts),
        found,
        after_exits.rows(found),
    )


def facts(
    panel: Panel,
    happened: Happened,
    origins: Sequence[Origin],
    exits: Sequence[Origin],
    forecasts: Mapping[str, Forecast],
    replicates: int = REPLICATES,
) -> tuple[FactBand, ...]:
    """The list against `replicates` of the world: one future of every origin of a chain each. Beside it the record at the same chains."""
    listed = world_facts.load()
    if not origins:
        return world_facts.compared(listed, np.full((1, len(listed)), np.nan), np.full(len(listed), np.nan))
    past = np.stack([world_facts.past_of(panel, origin.iso3, origin.month) for origin in origins])
    future = np.stack([outcome(panel, origin, HORIZON) for origin in origins])
    taken = np.stack([happened.events(origin)["capital"] for origin in origins])
    followed = after_exits.of_record(panel, exits, happened.sequels)
    whole = all("capital" in forecasts[origin.id].events for origin in origins)
    simulated, recorded = [], []
    for member in range(replicates):
        rows = list(world_facts.chain(origins, np.random.default_rng([1, member])))
        which = [(forecasts[origins[row].id], member % forecasts[origins[row].id].deaths.shape[1]) for row in rows]
        months = np.stack([forecast.deaths[:, at] for forecast, at in which])
        capital = np.stack([forecast.events["capital"][:, at] for forecast, at in which]) if whole else None
        wars = world_facts.of_futures(past[rows], months, capital)
        left = after_exits.replicate(panel, exits, happened.sequels, forecasts, member)
        simulated.append(world_facts.measured(listed, wars, left))
        if member < CHAINS:
            recorded.append(world_facts.measured(listed, world_facts.of_futures(past[rows], future[rows], taken[rows]), followed))
    known = np.stack(recorded)
    here = np.array([np.mean(column[~np.isnan(column)]) if (~np.isnan(column)).any() else np.nan for column in known.T])
    return world_facts.compared(listed, np.stack(simulated), here)
