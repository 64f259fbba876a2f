"""What was fitted to data before a run, and what that moved: the weights of rival explanations, and the claims that hang on them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from drawdown.report.answers import outcomes
from drawdown.report.run import Array, PlanView, RunView
from drawdown.report.words import day, listed, plural
from drawdown.scenario.model import Claim, Fit, Hypothesis, Scenario

SHIPPED = "posterior"  # the patch that a scenario ships and that `drawdown run` applies unasked: `--prior` leaves out this one only
MOVED = 0.05  # five points: what the page and the terminal call moved
BEYOND_LUCK = 3.0  # standard errors: over a hundred claims and plans are looked at, and one in twenty would pass two by luck


@dataclass(frozen=True, slots=True)
class Weight:
    """One option: its weight before the fit (None: not recorded), the weight that the run drew by, the share of futures that drew it."""

    id: str
    sentence: str
    declared: float | None
    fitted: float
    drawn: float


@dataclass(frozen=True, slots=True)
class Question:
    """One hypothesis that a fit reweighted."""

    id: str
    question: str
    weights: tuple[Weight, ...]

    @property
    def moved(self) -> bool:
        """Whether the fit moved some weight by five points or more."""
        return any(w.declared is not None and abs(w.fitted - w.declared) >= MOVED for w in self.weights)


@dataclass(frozen=True, slots=True)
class WhatWasFitted:
    """The posterior patches (none: the run is older than their record), the numbers drawn from joint samples, the reweighted questions."""

    fits: tuple[Fit, ...]
    numbers: tuple[str, ...]
    questions: tuple[Question, ...]

    @property
    def patches(self) -> tuple[str, ...]:
        """Ids of the patches, in the order in which they were applied."""
        return tuple(fit.patch for fit in self.fits)

    @property
    def subject(self) -> str:
        """`2 parameters of this run were fitted`; of a fit that has none, whatever else it fitted."""
        if self.numbers:
            return f"{plural(len(self.numbers), 'parameter')} of this run {'was' if len(self.numbers) == 1 else 'were'} fitted"
        if self.questions:
            return f"The weights of rival explanations ({listed([q.id for q in self.questions])}) were fitted"
        return "What the posterior patch sets was fitted"

    @property
    def to_what(self) -> str:
        """`data from 4 September 2006 to 2 September 2007`, as far as the patches say; each patch's own where they differ."""
        spans = [_span(fit) for fit in self.fits] or ["data of dates that are not recorded"]
        if len(set(spans)) == 1:
            return spans[0]
        return listed([f"{span} ({fit.patch})" for fit, span in zip(self.fits, spans, strict=True)])

    @property
    def data(self) -> str:
        """What the data are, as the patches say; empty where they do not."""
        return "; ".join(dict.fromkeys(fit.data for fit in self.fits if fit.data))

    @property
    def notes(self) -> tuple[str, ...]:
        """What the patches say beside, each once."""
        return tuple(dict.fromkeys(fit.note for fit in self.fits if fit.note))

    @property
    def without(self) -> str:
        """How to run without the fit; empty where it is not recorded what made it."""
        others = [patch for patch in self.patches if patch != SHIPPED]
        if not others:
            return "--prior, with no --patch, leaves the fit out" if self.patches else ""
        prior = " and with --prior" if SHIPPED in self.patches else ""
        return f"a run without the {'patch' if len(others) == 1 else 'patches'} {listed(others)}{prior} leaves the fit out"

    def none_after(self, origin: date) -> bool:
        """Whether every fit says that nothing dated on or after `origin` was in its data."""
        return bool(self.fits) and all(fit.before is not None and fit.before <= origin for fit in self.fits)


def _span(fit: Fit) -> str:
    if fit.before is None:
        return "data of dates that the patch does not give"
    last = day(fit.before - timedelta(days=1))
    return f"data from {day(fit.start)} to {last}" if fit.start is not None else f"data up to {last}"


@dataclass(frozen=True, slots=True)
class Reweighted:
    """A claim under a plan as the run has it and with futures weighted back to the declared weights; `error` is of the difference."""

    claim: Claim
    plan: PlanView
    fitted: float
    declared: float
    error: float

    @property
    def by(self) -> float:
        """Fitted minus declared."""
        return self.fitted - self.declared

    @property
    def clear(self) -> bool:
        """Whether the difference is five points or more and more than three standard errors."""
        return abs(self.by) >= MOVED and abs(self.by) > BEYOND_LUCK * self.error


def fitted(run: RunView) -> WhatWasFitted | None:
    """What was fitted before the run; None where every number has the range that was stated."""
    scenario = run.scenario
    numbers = tuple(name for name in scenario.samples if not name.startswith("hypothesis:"))
    if not scenario.fits and not scenario.samples:
        return None
    return WhatWasFitted(scenario.fits, numbers, _questions(run, scenario))


def _questions(run: RunView, scenario: Scenario) -> tuple[Question, ...]:
    found = []
    for hypothesis in scenario.hypotheses:
        before = _declared(scenario, hypothesis)
        if before is None and f"hypothesis:{hypothesis.id}" not in scenario.samples:
            continue
        weights, index = _in_force(scenario, hypothesis), _index(run, hypothesis)
        drawn = [float((index == k).mean()) if index is not None else math.nan for k in range(len(weights))]
        found.append(Question(hypothesis.id, hypothesis.question, tuple(
            Weight(o.id, o.sentence, None if before is None else before[k], weights[k], drawn[k]) for k, o in enumerate(hypothesis.options)
        )))  # fmt: skip
    return tuple(found)


def declared(scenario: Scenario, hypothesis: str) -> Mapping[str, float] | None:
    """Weight by option before the first fit that changed them; None where none did."""
    return next((fit.weights[hypothesis] for fit in scenario.fits if hypothesis in fit.weights), None)


def _declared(scenario: Scenario, hypothesis: Hypothesis) -> list[float] | None:
    """Declared weights as shares, in the order of the options."""
    before = declared(scenario, hypothesis.id)
    return None if before is None else _shares([before.get(o.id, 0.0) for o in hypothesis.options])


def _in_force(scenario: Scenario, hypothesis: Hypothesis) -> list[float]:
    """The weights by which the run drew."""
    column = scenario.samples.get(f"hypothesis:{hypothesis.id}")
    if column is not None:
        return [sum(round(v) == k for v in column) / len(column) for k in range(len(hypothesis.options))]
    return _shares([o.weight.distribution.best for o in hypothesis.options])


def _shares(weights: Sequence[float]) -> list[float]:
    total = sum(weights)
    return [w / total for w in weights]


def _index(run: RunView, hypothesis: Hypothesis) -> Array | None:
    """The option that each future drew [future]."""
    name = f"hypothesis:{hypothesis.id}"
    return run.draws[name].to_numpy(dtype=np.float64) if name in run.draws.columns and len(run.draws) else None


def importance(run: RunView) -> Array | None:
    """Weight of each future [future] that brings the run back to the declared weights; None where nothing was reweighted, or cannot be."""
    scenario = run.scenario
    weights = np.ones(len(run.draws))
    changed = False
    for hypothesis in scenario.hypotheses:
        before, index = _declared(scenario, hypothesis), _index(run, hypothesis)
        if before is None or index is None:
            continue
        after = _in_force(scenario, hypothesis)
        ratio = np.array([b / a if a > 0 else math.nan for b, a in zip(before, after, strict=True)])
        weights *= ratio[index.astype(int)]
        changed = True
    return weights if changed and np.isfinite(weights).all() and weights.sum() > 0 else None


def moved(run: RunView) -> list[Reweighted]:
    """Every claim under every plan with the declared weights instead of the fitted ones; all other numbers as fitted. No further runs.

    The error is that of a ratio of means over futures (delta method), of the difference: what both share cancels.
    """
    weights = importance(run)
    if weights is None:
        return []
    by_future = dict(zip(run.draws["future"].to_numpy(), weights, strict=True))
    found = []
    for claim in run.scenario.claims:
        table = outcomes(run, claim.id)
        for plan in (p for p in run.plans if p.id in table.columns):
            rows = table[plan.id].dropna()
            w = np.array([by_future.get(f, math.nan) for f in rows.index])
            y = rows.to_numpy(dtype=np.float64)[np.isfinite(w)]
            w = w[np.isfinite(w)]
            if len(y) >= 2 and w.sum() > 0:
                (plain, back), error = _moved(y, w)
                found.append(Reweighted(claim, plan, plain, back, error))
    return found


def _moved(y: Array, w: Array) -> tuple[tuple[float, float], float]:
    """The mean of `y` [future], its mean weighted by `w` [future], and the standard error of their difference."""
    plain, back = float(y.mean()), float((w * y).sum() / w.sum())
    residual = (y - plain) - w / w.mean() * (y - back)
    return (plain, back), float(residual.std(ddof=1) / math.sqrt(len(y)))


def lines(run: RunView) -> list[str]:
    """For the terminal: what was fitted, and which weights that moved, a line each; none for a run without a fit."""
    found = fitted(run)
    if found is None:
        return []
    by = f" ({', '.join(found.patches)})" if found.patches else ""
    how = f"; {found.without}" if found.without else ""
    out = [f"{found.subject} to {found.to_what}{by}{how}."]
    for question in found.questions:
        if question.moved:
            out.append(f"The fit moved the weights of {question.id}: {weights_in_words(question)}. Another fit may move them elsewhere.")
    if found.questions and not any(q.moved for q in found.questions):
        out.append(f"The fit moved no weight of a rival explanation by {MOVED * 100:.0f} points.")
    if not found.questions and run.scenario.hypotheses and not run.scenario.fits:
        out.append("Whether it moved weights of rival explanations is not recorded in this run.")
    return out


def weights_in_words(question: Question) -> str:
    """`surge from 15 to 28 percent, separation from 25 to 46`."""
    parts = [
        f"{w.id} from {_whole(w.declared)} to {_whole(w.fitted)}{' percent' if k == 0 else ''}" for k, w in enumerate(question.weights)
    ]
    return listed(parts)


def _whole(share: float | None) -> str:
    return "?" if share is None else f"{share * 100:.0f}"


def strongest(found: Sequence[Reweighted]) -> Reweighted | None:
    """The largest of the clear moves, if any is clear."""
    return max((one for one in found if one.clear), key=lambda one: abs(one.by), default=None)
