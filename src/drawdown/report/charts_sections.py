"""The sections that the page's script draws into: the map, series over time, how futures end, chronicles. Here stand their controls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from drawdown.observe.level import NOTE, SHORT_NOTE
from drawdown.report import endstates
from drawdown.report.answers import compared_plans
from drawdown.report.chronicles import Told
from drawdown.report.history import RecordedSeries
from drawdown.report.run import PlanView, RunView


@dataclass(frozen=True, slots=True)
class MapView:
    """What `map.html` shows; `last`: the last week, `of`: what the map is of."""

    plans: tuple[PlanView, ...]
    actors: tuple[str, ...]
    last: int
    first_date: str
    of: str


@dataclass(frozen=True, slots=True)
class FansView:
    """What `fans.html` shows; `happened`: whether a record goes on after the origin; `pair`: positions of the plans compared at first."""

    plans: tuple[PlanView, ...]
    happened: bool
    pair: tuple[int, int] | None
    note: str = NOTE


@dataclass(frozen=True, slots=True)
class EndsView:
    """What `ends.html` shows: aspects of an end state by id."""

    aspects: Mapping[str, str]
    note: str = SHORT_NOTE


@dataclass(frozen=True, slots=True)
class ChroniclesView:
    """What `chronicles.html` shows: plans of which futures were told, or why there are none."""

    plans: tuple[PlanView, ...]
    why: str
    note: str = SHORT_NOTE


def map_view(run: RunView) -> MapView | None:
    """Who rules where, week by week; nothing where the run kept no futures."""
    if not run.scenario.places or not run.has("control"):
        return None
    actors = tuple(actor.name for actor in run.scenario.actors)
    of = run.scenario.country or run.scenario.title
    return MapView(run.plans, actors, len(run.dates) - 1, str(run.dates[0]), of)


def fans_view(run: RunView, past: Mapping[str, RecordedSeries]) -> FansView | None:
    """Series over time; nothing where the run kept no futures."""
    if run.kept is None:
        return None
    return FansView(run.plans, any(record.after for record in past.values()), _first_pair(run) if len(run.plans) > 1 else None)


def ends_view(run: RunView) -> EndsView | None:
    """How futures end; nothing where no end state is known."""
    found = endstates.aspects(run)
    return EndsView({aspect: endstates.ASPECTS[aspect] for aspect in found}) if found else None


def chronicles_view(run: RunView, told: Told) -> ChroniclesView | None:
    """Futures told, or why there are none; nothing where there is nothing to say."""
    those = {chronicle.plan for chronicle in told.chronicles}
    plans = tuple(plan for plan in run.plans if plan.id in those)
    return ChroniclesView(plans, told.why) if plans or told.why else None


def _first_pair(run: RunView) -> tuple[int, int]:
    """The pair that a claim compares, if one does; else the first two plans."""
    ids = [p.id for p in run.plans]
    for claim in run.scenario.claims:
        named = [ids.index(p) for p in compared_plans(claim) if p in ids]
        if len(named) >= 2:
            return named[0], named[1]
    return 0, 1
