"""Dated yes or no questions that the data answer. What a question asks depends on what was known at its origin, and on nothing later.

Each kind is one function of months and events, and answers a forecast (for every member) and the record (a forecast of one member) alike.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np

from drawdown.exam.forecast import Bools, Forecast
from drawdown.exam.happened import Happened
from drawdown.exam.origins import Origin, outcome
from drawdown.exam.outcomes import HORIZON, YEAR, length, of_months, trailing
from drawdown.exam.panel import Floats, Panel

MULTIPLES = (0.25, 0.5, 1.0, 2.0)
PEACE, WAR = 25, 1000  # deaths a year
A_FALL, A_RETURN = 0.2, 0.5  # of the level at the origin


@dataclass(frozen=True, slots=True)
class DatedQuestion:
    """`kind` and `group` say with which others it shares a base rate; `lead` in months; `threshold` in deaths, NaN where it has none."""

    origin: Origin
    kind: str
    group: str
    lead: int
    threshold: float
    text: str

    @property
    def id(self) -> str:
        return f"{self.origin.id}/{self.group}"


# A kind's answer: (question, past, forecast) -> bool [member], or None where the forecast says nothing of it. `past` [12]: months before.
Answer = Callable[[DatedQuestion, Floats, Forecast], Bools | None]


def _above(question: DatedQuestion, past: Floats, forecast: Forecast) -> Bools:
    return np.asarray(of_months(forecast.deaths, question.lead) > question.threshold)


def _under(question: DatedQuestion, past: Floats, forecast: Forecast) -> Bools:
    return np.asarray(of_months(forecast.deaths, question.lead) < question.threshold)


def _fell_and_came_back(question: DatedQuestion, past: Floats, forecast: Forecast) -> Bools:
    """Within the lead a year's deaths are at a fifth of those before the origin or less, and later at half of them or more."""
    members = forecast.deaths.shape[1]
    months = np.concatenate([np.repeat(past[:, None], members, axis=1), forecast.deaths[: question.lead]])
    level = trailing(months, YEAR)[1:]
    before = float(past.sum())
    fallen = np.logical_or.accumulate(level <= A_FALL * before, axis=0)
    return np.asarray((fallen & (level >= A_RETURN * before)).any(axis=0))


def _event(name: str) -> Answer:
    def answer(question: DatedQuestion, past: Floats, forecast: Forecast) -> Bools | None:
        return np.asarray(forecast.events[name][question.lead - 1]) if name in forecast.events else None

    return answer


def _gone(question: DatedQuestion, past: Floats, forecast: Forecast) -> Bools | None:
    return np.asarray(~forecast.events["forces"][question.lead - 1]) if "forces" in forecast.events else None


KINDS: Mapping[str, Answer] = {
    "deaths above": _above,
    "war over": _under,
    "under 1,000 a year": _under,
    "capital taken": _event("capital"),
    "agreement signed": _event("agreement"),
    "forces gone": _gone,
    "forces come": _event("back"),
    "fell and came back": _fell_and_came_back,
}


def round_number(value: float) -> float:
    """To two digits: a threshold that a person would name."""
    if value < 10:
        return float(max(round(value), 1))
    scale = 10.0 ** (int(np.floor(np.log10(value))) - 1)
    return float(round(value / scale) * scale)


def asked(origin: Origin, happened: Happened) -> tuple[DatedQuestion, ...]:
    """The questions of one January origin. Reads only what lies before it: its level, who fought, and which forces stood there."""
    made = []

    def ask(kind: str, group: str, lead: int, threshold: float, text: str) -> None:
        made.append(DatedQuestion(origin, kind, f"{group}, {lead} months", lead, threshold, f"{origin.iso3}, from {origin.month}: {text}"))

    for lead in (3, 12, 24, 36, 60):
        share = MULTIPLES[crc32(f"{origin.id} {lead}".encode()) % len(MULTIPLES)]
        size = length(lead)
        threshold = round_number(share * origin.before * size / YEAR)
        ask(
            "deaths above",
            f"deaths above {share:g} of the year before",
            lead,
            threshold,
            f"over {threshold:,.0f} deaths in {_window(lead)}?",
        )
    for lead in (24, 60):
        ask("war over", "war over", lead, PEACE, f"under {PEACE} deaths in {_window(lead)}?")
    if origin.before >= WAR:
        for lead in (12, 24, 60):
            ask("under 1,000 a year", "under 1,000", lead, WAR, f"under {WAR:,} deaths in {_window(lead)}?")
    if happened.contested(origin.iso3, origin.month):
        for lead in (24, 60):
            ask("capital taken", "capital taken", lead, np.nan, f"do rebels take the capital within {lead} months?")
    for lead in (12, 36):
        ask("agreement signed", "agreement signed", lead, np.nan, f"is a peace agreement with a rebel group signed within {lead} months?")
    there = happened.forces_there(origin.iso3, origin.month - np.timedelta64(1, "M"))
    for lead in (24, 60):
        if there:
            ask("forces gone", "forces gone", lead, np.nan, f"is no foreign force of 500 or more left in month {lead}?")
        else:
            ask("forces come", "forces come", lead, np.nan, f"does a foreign force of 500 or more come within {lead} months?")
    ask(
        "fell and came back", "fell and came back", HORIZON, np.nan, f"do deaths fall by 80% and come back to half within {HORIZON} months?"
    )
    return tuple(made)


def _window(lead: int) -> str:
    first = lead - length(lead) + 1
    return f"months {first} to {lead}"


def record(panel: Panel, happened: Happened, origin: Origin) -> Forecast:
    """What was recorded, as a forecast of one member."""
    events = {name: value[:, None] for name, value in happened.events(origin).items()}
    return Forecast(outcome(panel, origin, HORIZON)[:, None], events)


def resolved(panel: Panel, happened: Happened, questions: Sequence[DatedQuestion]) -> Floats:
    """1, 0, or NaN (question). A question whose months are not all recorded has no answer, also where it might be given early: else only
    the early ones would count."""
    found = np.full(len(questions), np.nan)
    for row, question in enumerate(questions):
        truth = record(panel, happened, question.origin)
        if np.isnan(truth.deaths[: question.lead]).any():
            continue
        answer = KINDS[question.kind](question, year_of(panel, question.origin), truth)
        if answer is not None:
            found[row] = float(answer[0])
    return found


def probabilities(panel: Panel, questions: Sequence[DatedQuestion], forecasts: Mapping[str, Forecast]) -> Floats:
    """Share of members that answer yes (question), by the forecast of its origin's id; NaN where there is none.

    Half a case is added to yes and to no: of 400 futures, none at all is not never.
    """
    found = np.full(len(questions), np.nan)
    for row, question in enumerate(questions):
        forecast = forecasts.get(question.origin.id)
        answer = None if forecast is None else KINDS[question.kind](question, year_of(panel, question.origin), forecast)
        if answer is not None:
            found[row] = (answer.sum() + 0.5) / (answer.size + 1)
    return found


def year_of(panel: Panel, origin: Origin) -> Floats:
    """The 12 months before an origin."""
    return panel.before(origin.iso3, origin.month)[-YEAR:]


def base_rates(questions: Sequence[DatedQuestion], outcomes: Floats) -> Floats:
    """How often questions of the same group (kind, lead, multiple) came true in the other folds (question); NaN where none was answered."""
    groups = np.array([question.group for question in questions])
    folds = np.array([question.origin.fold for question in questions])
    found = np.full(len(questions), np.nan)
    for row in range(len(questions)):
        others = outcomes[(groups == groups[row]) & (folds != folds[row])]
        others = others[~np.isnan(others)]
        if others.size:
            found[row] = (others.sum() + 0.5) / (others.size + 1)
    return found
