"""The outside view under Trust: what followed real exits, base rates first, then those most like each plan that has an exit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from drawdown.evaluate.exits import Rate, load
from drawdown.evaluate.exits_of_plans import OutsideView, known_then, outside_view
from drawdown.evaluate.exits_tested import leave_one_out
from drawdown.report.run import PlanView, RunView

OUTCOMES = {
    "takeover": "Someone else took over within 24 months",
    "relapse": "War came back within 24 months, where there was peace",
    "war goes on": "War went on for 24 months, where there was war",
    "calm": "Calm within 24 months",
}


@dataclass(frozen=True, slots=True)
class Likened:
    """A plan with what the outside view says of it; `why`: what it was compared by."""

    plan: PlanView
    view: OutsideView
    why: str


@dataclass(frozen=True, slots=True)
class ExitsView:
    """What `outside_view.html` shows: rates over all exits, plans with an exit, plans without; `test`: how far likeness can be trusted."""

    rates: tuple[Rate, ...]
    exits: int
    test: str
    leaving: tuple[Likened, ...]
    most: int
    staying: tuple[Likened, ...]
    outcomes: Mapping[str, str] = field(default_factory=lambda: OUTCOMES)


def view(run: RunView) -> ExitsView | None:
    """The outside view from the project's own table of exits; none for a run without plans."""
    known = {p.id: p for p in run.scenario.plans}
    views = [(plan, outside_view(run.scenario, known[plan.id])) for plan in run.plans if plan.id in known]
    if not views:
        return None
    test = leave_one_out(load(known_then(run.scenario)))
    rates = views[0][1].all_exits
    likened = [Likened(plan, one, _why(one)) for plan, one in views]
    leaving = tuple(one for one in likened if one.view.asked is not None)
    most = max((len(one.view.nearest) for one in leaving), default=0)
    staying = tuple(one for one in likened if one.view.asked is None)
    return ExitsView(rates, max(r.of + r.unclear for r in rates), test.sentence if test else "", leaving, most, staying)


def _why(one: OutsideView) -> str:
    return "; ".join(f"{name.replace('_', ' ')}: {reason}" for name, reason in (one.reasons or {}).items() if reason)
