"""The outside view under Trust: what followed real exits, base rates first, then those most like each plan that has an exit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drawdown.report.markup import mark, table, text
from drawdown.report.run import PlanView, Run
from drawdown.report.words import percent

if TYPE_CHECKING:
    from drawdown.evaluate.exits import Rate
    from drawdown.evaluate.exits_of_plans import OutsideView

OUTCOMES = {
    "takeover": "Someone else took over within 24 months",
    "relapse": "War came back within 24 months, where there was peace",
    "war goes on": "War went on for 24 months, where there was war",
    "calm": "Calm within 24 months",
}
WORDS = (
    "<h3>The outside view: real exits</h3><p>What followed real departures of foreign forces and missions, whatever the model says; "
    "only exits whose sequel was known at the origin. Where this and the simulation disagree, ask why before believing either.</p>"
)


def section(run: Run) -> str:
    """The outside view from the project's own table of exits."""
    from drawdown.evaluate.exits import load
    from drawdown.evaluate.exits_of_plans import known_then, outside_view
    from drawdown.evaluate.exits_tested import leave_one_out

    known = {p.id: p for p in run.resolved.plans}
    views = [(plan, outside_view(run.resolved, known[plan.id])) for plan in run.plans if plan.id in known]
    if not views:
        return ""
    test = leave_one_out(load(known_then(run.resolved)))
    return WORDS + base(views[0][1].all_exits) + likeness(views, test.sentence if test else "")


def base(rates: tuple[Rate, ...]) -> str:
    """Base rates over all exits."""
    head = ["Outcome", f"All {max(r.of + r.unclear for r in rates)} exits", "90% interval"]
    rows = [
        [text(OUTCOMES.get(r.name, r.name)), f"{r.count} of {r.of}" if r.of else "no case", _interval(r) if r.of else ""] for r in rates
    ]
    return table(head, rows, "Base rates of real exits; unclear cases left out", (1, 2))


def likeness(views: list[tuple[PlanView, OutsideView]], sentence: str) -> str:
    """The exits most like each plan, after how far likeness can be trusted; plans without an exit say why they have none."""
    leaving = [(plan, view) for plan, view in views if view.asked is not None]
    without = "".join(f"<li>{mark(plan)} {text(view.none)}.</li>" for plan, view in views if view.asked is None)
    out = "<h4>Exits most like each plan</h4>"
    if leaving:
        out += f'<p class="small">{text(sentence)} Read the base rates first.</p>'
        most = max(len(view.nearest) for _, view in leaving)
        head = ["Outcome", *(f"{most} most like {text(plan.name)}" for plan, _ in leaving)]
        rows = [
            [text(OUTCOMES.get(rate.name, rate.name)), *(_rate(view.like[i]) for _, view in leaving)]
            for i, rate in enumerate(leaving[0][1].all_exits)
        ]
        out += table(head, rows, "Of the exits most like each plan, with 90% intervals; unclear cases left out", tuple(range(1, len(head))))
    if without:
        out += f'<ul class="small">{without}</ul>'
    if leaving:
        lists = "".join(_nearest(mark(plan) + " " + text(plan.name), view) for plan, view in leaving)
        out += f"<details><summary>Which exits these are</summary>{lists}</details>"
    return out


def _interval(rate: Rate) -> str:
    low, high = rate.interval
    return f"{percent(low)} to {percent(high)}"


def _rate(rate: Rate) -> str:
    return f"{rate.count} of {rate.of} <span class=small>({_interval(rate)})</span>" if rate.of else "no case"


def _nearest(title: str, view: OutsideView) -> str:
    rows = [
        [
            f"{text(like.exit.place or like.exit.country)}, {text(like.exit.leaver)}, {like.exit.exit.year}",
            percent(like.distance),
            text(like.exit.followed),
        ]
        for like in view.nearest
    ]
    why = "; ".join(f"{name.replace('_', ' ')}: {reason}" for name, reason in (view.reasons or {}).items() if reason)
    return f"<h5>{title}</h5><p class=small>Compared by {text(why)}.</p>" + table(
        ["Exit", "Unlike", "What followed"], rows, "Nearest exits", (1,)
    )


__all__ = ["OUTCOMES", "WORDS", "base", "likeness", "section"]
