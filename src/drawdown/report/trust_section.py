"""How far to trust the page: what was fitted, scores beside baselines, reliability, what the model gets wrong, the outside view."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from drawdown.report import fitted as learned
from drawdown.report import outside_view, score_card
from drawdown.report.backtest_scores import BacktestScores, Reliable
from drawdown.report.markup import inline
from drawdown.report.run import RunView
from drawdown.report.templating import fill
from drawdown.report.words import percent

FEW_KEPT = 100
SIZE, PAD = 240, 34  # of the diagram of reliability, and of the room for its labels
SPAN = SIZE - 2 * PAD


@dataclass(frozen=True, slots=True)
class FitView:
    """What was fitted; `compared`: whether claims could be taken at the declared weights, `shifts` those that clearly move."""

    fit: learned.WhatWasFitted
    patches: str
    without: str
    notes: tuple[Markup, ...]
    compared: bool
    shifts: tuple[learned.Reweighted, ...]


@dataclass(frozen=True, slots=True)
class Point:
    """A dot of the diagram of reliability, in its coordinates."""

    x: float
    y: float
    r: float


@dataclass(frozen=True, slots=True)
class Diagram:
    """Reliability: dots, ticks as (words, x, y) of both axes, and what it says."""

    points: tuple[Point, ...]
    ticks: tuple[tuple[str, float, float], ...]
    said: str
    size: int = SIZE
    pad: int = PAD
    span: int = SPAN


@dataclass(frozen=True, slots=True)
class TrustView:
    """What `trust.html` shows: general limits always, the rest as far as the run knows it."""

    futures: int
    kept: int
    rough: bool
    fit: FitView | None
    scores: BacktestScores | None
    note: Markup
    diagram: Diagram | None
    wrong: tuple[Markup, ...]
    score_card: Markup
    outside_view: Markup


def section(run: RunView, scores: BacktestScores | None, moves: Sequence[learned.Reweighted]) -> Markup:
    """The whole section; `moves`: claims at the declared weights."""
    return fill("trust", view(run, scores, moves))


def view(run: RunView, scores: BacktestScores | None, moves: Sequence[learned.Reweighted]) -> TrustView:
    """What the section shows."""
    found = scores or BacktestScores()
    card, exits = fill("score_card", score_card.view(run)), fill("outside_view", outside_view.view(run))
    return TrustView(
        run.futures, run.kept_futures, 0 < run.kept_futures < FEW_KEPT, _fit(run, moves), scores, inline(found.note),
        _diagram(found.reliability), tuple(map(inline, found.wrong)), card, exits,
    )  # fmt: skip


def _fit(run: RunView, moves: Sequence[learned.Reweighted]) -> FitView | None:
    """What was fitted, to which data, and what that moved: weights beside those declared, and claims at both."""
    fit = learned.fitted(run)
    if fit is None:
        return None
    patches = "patch" if len(fit.patches) == 1 else "patches"
    without = fit.without[:1].upper() + fit.without[1:]
    return FitView(fit, patches, without, tuple(map(inline, fit.notes)), bool(moves), tuple(m for m in moves if m.clear))


def _diagram(reliability: Sequence[Reliable]) -> Diagram | None:
    if not reliability:
        return None
    most = max(p.count for p in reliability) or 1.0
    points = [Point(PAD + p.forecast * SPAN, SIZE - PAD - p.observed * SPAN, 3 + 7 * max(p.count / most, 0.0) ** 0.5) for p in reliability]
    ticks = [(f"{v:.0%}", PAD + v * SPAN, SIZE - PAD - v * SPAN) for v in (0, 0.5, 1)]
    said = "; ".join(f"said {percent(p.forecast)}, came true {percent(p.observed)}" for p in reliability)
    return Diagram(tuple(points), tuple(ticks), said)
