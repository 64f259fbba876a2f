"""The top of the page: plans in a sentence each, the scale of words, and the claims as a table with dot plots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from drawdown.claims.answers import Answer
from drawdown.claims.decided import answered
from drawdown.observe.level import SHORT_NOTE
from drawdown.report import answers as asked
from drawdown.report import fitted as learned
from drawdown.report.claim_row import TICKS, WIDTH, ClaimRow, Tick, mostly_decided, row
from drawdown.report.run import PlanView, RunView
from drawdown.report.templating import fill
from drawdown.report.words import SCALE, SCALE_SOURCE, Likelihood
from drawdown.scenario.model import Claim

SURE = 0.8  # "very likely" begins here
LARGE = 0.15  # a difference between plans worth the first screen
MOST_SHOWN = 4


@dataclass(frozen=True, slots=True)
class ClaimInShort:
    """A claim in short: its lowest and highest probability under the plans; `plans`: their names, where the plan matters."""

    text: str
    low: float
    high: float
    plans: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Claims in short under a heading; `more`: how many the table alone has."""

    title: str
    shown: tuple[ClaimInShort, ...]
    more: int


@dataclass(frozen=True, slots=True)
class FitNotice:
    """That something was fitted; `shifted`: hypotheses whose weights moved, with the weights in words; `hangs`: what hangs most on them."""

    subject: str
    to_what: str
    data: str
    has_numbers: bool
    shifted: tuple[tuple[str, str], ...]
    hangs: learned.Reweighted | None


@dataclass(frozen=True, slots=True)
class AnswerView:
    """What `answer.html` shows."""

    groups: tuple[Group, ...]
    fit: FitNotice | None
    plans: tuple[PlanView, ...]
    rows: tuple[ClaimRow, ...]
    evaluated: bool
    note: str = SHORT_NOTE
    scale: tuple[Likelihood, ...] = SCALE
    scale_source: str = SCALE_SOURCE
    width: int = WIDTH
    ticks: tuple[Tick, ...] = TICKS


def section(run: RunView, moves: Sequence[learned.Reweighted]) -> Markup:
    """The whole section; `moves`: claims at the weights that were declared before a fit."""
    return fill("answer", view(run, moves))


def view(run: RunView, moves: Sequence[learned.Reweighted]) -> AnswerView:
    """What the section shows."""
    found = asked.answers(run)
    claims = run.scenario.claims
    rows = tuple(row(run, claim, found, f"claim-{index}") for index, claim in enumerate(claims))
    return AnswerView(_in_short(run, claims, found), _fitted(run, moves), run.plans, rows, bool(found))


def _fitted(run: RunView, moves: Sequence[learned.Reweighted]) -> FitNotice | None:
    """That parameters were fitted, and what hangs on it: beside the answer, since the answer hangs on it."""
    fit = learned.fitted(run)
    if fit is None:
        return None
    shifted = tuple((q.id, learned.weights_in_words(q)) for q in fit.questions if q.moved)
    hangs = learned.strongest(moves) if shifted else None
    return FitNotice(fit.subject, fit.to_what, fit.data, bool(fit.numbers), shifted, hangs)


def _in_short(run: RunView, claims: Sequence[Claim], found: Mapping[tuple[str, str], Answer]) -> tuple[Group, ...]:
    """What an adviser needs first: what holds whatever is done, what does not, and where the plan matters."""
    names = {p.id: p.name for p in run.plans}
    always, never, matters = [], [], []
    for claim in claims:
        here = [found[claim.id, plan] for plan in names if (claim.id, plan) in found]
        if not here or not all(mostly_decided(a) and answered(a) for a in here):
            continue
        low, high = (pick(here, key=lambda a: a.probability) for pick in (min, max))
        said = ClaimInShort(claim.text, low.probability, high.probability)
        if said.low >= SURE:
            always.append(said)
        elif said.high <= 1 - SURE:
            never.append(said)
        if said.high - said.low >= LARGE:
            matters.append(ClaimInShort(claim.text, said.low, said.high, (names[low.plan], names[high.plan])))
    every = ", whatever is done" if len(names) > 1 else ""
    groups = (
        (f"Very likely{every}", sorted(always, key=lambda s: -s.low)),
        (f"Very unlikely{every}", sorted(never, key=lambda s: s.high)),
        ("Where the plan matters most", sorted(matters, key=lambda s: s.low - s.high)),
    )
    return tuple(Group(title, tuple(said[:MOST_SHOWN]), max(0, len(said) - MOST_SHOWN)) for title, said in groups if said)
