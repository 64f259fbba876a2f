"""One claim in the table of the answer: its dot plot, what it says in words, what happened, and the numbers behind it."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from drawdown.claims.answers import BETWEEN, Answer, plans_of_pair
from drawdown.claims.decided import answerable, answered, why_not
from drawdown.claims.measured import measured
from drawdown.report import answers as asked
from drawdown.report.markup import Cited, cited
from drawdown.report.run import PlanView, RunView
from drawdown.report.words import in_words, listed, number, percent, signed
from drawdown.scenario.model import Claim

WIDTH, STEP, PAD, SIDE = 250, 11, 6, 14  # of a dot plot: in all, of a mark's row, above and below, left and right
DECIDED = 0.5  # share of futures that must decide a claim before it is told as decided
NEUTRAL = PlanView("", "", "", "", "#5B5B5B", "#B5B5B5", "ring")  # the mark of a claim that compares plans


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of a dot plot; `words` below it, if any."""

    x: str
    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Dot:
    """A plan's probability with its interval, in the plot's coordinates."""

    plan: PlanView
    x: float
    y: float
    low: str
    high: str


@dataclass(frozen=True, slots=True)
class Plot:
    """The dots of one claim, and what they say."""

    height: int
    said: str
    dots: tuple[Dot, ...]


@dataclass(frozen=True, slots=True)
class Likely:
    """Lowest and highest probability under the plans that answer, with their names; `alike`: the words are the same, told `under` which."""

    low: float
    high: float
    low_plan: str
    high_plan: str
    alike: bool
    under: str


@dataclass(frozen=True, slots=True)
class Rarely:
    """Plans under which fewer than half of the futures decide, with how many do."""

    of: int
    said: str


@dataclass(frozen=True, slots=True)
class Few:
    """Why there is no answer, and under which plans (empty: under every plan)."""

    reason: str
    under: str


@dataclass(frozen=True, slots=True)
class DistanceRow:
    """A distance of end states, and what is said after it."""

    value: str
    after: str


@dataclass(frozen=True, slots=True)
class ComparedRow:
    """What a claim that compares plans found: a distance, or why there is no answer, or a share of futures and the mean difference."""

    pair: str
    measured: DistanceRow | None
    reason: str
    probability: float
    mean: str


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One answer, and whether it is one; `plan` is None for a pair of plans."""

    plan: PlanView | None
    name: str
    answered: bool
    answer: Answer


@dataclass(frozen=True, slots=True)
class Gap:
    """A paired difference between two plans; told only where `enough` futures decide the claim under both. `error` None: unknown."""

    pair: str
    enough: bool
    difference: float
    error: float | None
    pairs: int


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """What `claim.html` shows; `silent`: why there is nothing to show."""

    ident: str
    claim: Claim
    silent: str
    plot: Plot | None
    likely: Likely | None
    rarely: Rarely | None
    few: Few | None
    compared: tuple[ComparedRow, ...]
    happened: str
    source: tuple[Cited, ...]
    answers: tuple[AnswerRow, ...]
    gaps: tuple[Gap, ...]
    definition: str
    unknown: int


Answered = tuple[PlanView, Answer]


def row(run: RunView, claim: Claim, found: Mapping[tuple[str, str], Answer], ident: str) -> ClaimRow:
    """The row of a claim; `found`: answers by (claim, plan), those that compare plans under `a minus b`."""
    plans = {plan.id for plan in run.plans}
    here = [(plan, found[claim.id, plan.id]) for plan in run.plans if (claim.id, plan.id) in found]
    compared = [a for (c, plan), a in found.items() if c == claim.id and plan not in plans]
    told = [(plan, a) for plan, a in here if answered(a)]
    few = [(plan, a) for plan, a in here if not answered(a)]
    said = claim.happened or "Not known, or not yet"
    return ClaimRow(
        ident,
        claim,
        silent="" if here or compared else _why_silent(run, claim),
        plot=_plot(run, here, compared),
        likely=_likely(told, bool(few)) if told else None,
        rarely=_rarely(told),
        few=_few(few, bool(told)) if few else None,
        compared=tuple(_compared(run, a) for a in compared),
        happened=said[:1].upper() + said[1:],
        source=cited(claim.happened_source),
        answers=tuple(
            [AnswerRow(plan, plan.name, answered(a), a) for plan, a in here]
            + [AnswerRow(None, _pair(run, a.plan), answered(a), a) for a in compared if a.chance is None]
        ),
        gaps=_gaps(run, claim, here),
        definition=json.dumps(claim.proposition, indent=1, default=str, ensure_ascii=False),
        unknown=sum(a.unknown for _, a in here) + sum(a.unknown for a in compared),
    )


def mostly_decided(a: Answer) -> bool:
    """Whether at least half of the futures decide the claim."""
    return a.known >= DECIDED * (a.known + a.unknown)


def _why_silent(run: RunView, claim: Claim) -> str:
    absent = [p for p in asked.compared_plans(claim) if p not in {plan.id for plan in run.plans}]
    return "Compares plans that this run does not have: " + ", ".join(absent) if absent else "Not evaluated in this run."


def _x(value: float) -> float:
    return SIDE + value * (WIDTH - 2 * SIDE)


TICKS = tuple(
    Tick(f"{_x(v):.1f}", "mid" if v == 0.5 else "grid", f"{v * 100:.0f}%" if v in (0, 0.5, 1) else "") for v in (0, 0.25, 0.5, 0.75, 1)
)


def _plot(run: RunView, here: Sequence[Answered], compared: Sequence[Answer]) -> Plot | None:
    every = [*here, *((NEUTRAL, a) for a in compared)]
    said, dots = [], []
    for index, (plan, a) in enumerate(every):
        if math.isnan(a.probability) or a.chance is not None or not answered(a):
            continue  # a distance is no probability, and three futures are no answer
        y = PAD + STEP * (index + 0.5)
        dots.append(Dot(plan, _x(a.probability), y, f"{_x(a.low):.1f}", f"{_x(a.high):.1f}"))
        said.append(f"{plan.name or _pair(run, a.plan)} {percent(a.probability)}")
    return Plot(len(every) * STEP + 2 * PAD, "; ".join(said), tuple(dots)) if dots else None


def _pair(run: RunView, label: str) -> str:
    names = {p.id: p.name for p in run.plans}
    return BETWEEN.join(names.get(plan, plan) for plan in plans_of_pair(label) or (label,))


def _likely(told: Sequence[Answered], others: bool) -> Likely:
    """`others`: plans under which the claim cannot be answered stand beside these."""
    low, high = (pick(told, key=lambda item: item[1].probability) for pick in (min, max))
    alone = len(told) == 1
    under = (f" under {low[0].name}" if others else "") if alone else " under the others" if others else " under every plan"
    alike = in_words(low[1].probability) == in_words(high[1].probability)
    return Likely(low[1].probability, high[1].probability, low[0].name, high[0].name, alike, under)


def _rarely(told: Sequence[Answered]) -> Rarely | None:
    rarely = [f"{plan.name} {a.known:,}" for plan, a in told if not mostly_decided(a)]
    return Rarely(told[0][1].known + told[0][1].unknown, ", ".join(rarely)) if rarely else None


def _few(few: Sequence[Answered], others: bool) -> Few:
    first = few[0][1]
    reason = why_not([a.known for _, a in few], first.known + first.unknown)
    return Few(reason, f" under {listed([plan.name for plan, _ in few])}" if others else "")


def _compared(run: RunView, a: Answer) -> ComparedRow:
    pair = _pair(run, a.plan)
    if a.chance is not None:
        found = measured(a)
        return ComparedRow(pair, DistanceRow(found.value, found.words.removeprefix(found.value)), "", a.probability, "")
    reason = "" if answered(a) else why_not([a.known], a.known + a.unknown)
    mean = "" if a.value is None else _with_error(a.value, a.value_error)
    return ComparedRow(pair, None, reason, a.probability, mean)


def _with_error(value: float, error: float | None) -> str:
    return signed(value) if error is None or math.isnan(error) else f"{signed(value)} ± {number(error)}"


def _gaps(run: RunView, claim: Claim, here: Sequence[Answered]) -> tuple[Gap, ...]:
    """Paired differences; of an unfinished run fewer futures are done than it was asked for."""
    names, done = {p.id: p.name for p in run.plans}, {plan.id: a.known + a.unknown for plan, a in here}
    found = []
    for d in asked.differences(run, claim.id):
        enough = answerable(d.pairs, min(done[d.a], done[d.b]))
        error = d.error if enough and not math.isnan(d.error) else None
        found.append(Gap(f"{names[d.a]} minus {names[d.b]}", enough, d.difference, error, d.pairs))
    return tuple(found)
