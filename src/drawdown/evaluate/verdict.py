"""Ahead, level or behind: the scores of several forecasters compared cell by cell, one sober line per lead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import isfinite
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from drawdown.claims.answers import error_words
from drawdown.evaluate.scores import Mean, mean_with_error

Floats = NDArray[np.float64]
Word = Literal["ahead", "level", "behind", "unknown"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """One forecaster against one baseline at one lead. `difference` is score minus baseline's, paired by cell: negative is better."""

    forecaster: str
    baseline: str
    lead: int
    score: float
    baseline_score: float
    difference: Mean
    word: Word

    @property
    def ratio(self) -> float:
        """Mean score over the baseline's: below one is better."""
        return self.score / self.baseline_score if self.baseline_score > 0 else float("nan")

    def line(self) -> str:
        """The verdict as a sentence."""
        months = "1 month" if self.lead == 1 else f"{self.lead} months"
        if self.word == "unknown":
            return f"{months}: nothing to compare"
        against = {"ahead": "ahead of", "level": "level with", "behind": "behind"}[self.word]
        error = error_words(self.difference.error)
        return (
            f"{months}: {self.forecaster} is {against} {self.baseline}{f', ratio {self.ratio:.2f}' if isfinite(self.ratio) else ''} "
            f"({self.score:.3f} against {self.baseline_score:.3f}; difference {self.difference.value:+.3f}{error}, "
            f"{self.difference.blocks} block{'s' * (self.difference.blocks != 1)})"
        )


def t_quantile(level: float, degrees: int) -> float:
    """Quantile of Student's t: with five origins a normal quantile would call noise a victory."""
    from scipy.special import stdtrit

    return float(stdtrit(degrees, level))


def compare(
    forecaster: str, score: Floats, baseline: str, baseline_score: Floats, lead: int, origins: Sequence[date], level: float = 0.9
) -> Comparison:
    """Paired comparison at one lead; both arrays have shape (origin, place).

    Blocks are origins, since the shared shock is national; with one origin they are places, and the national luck is not counted (a caller
    that prints such a line says so). `ahead` and `behind` need the two-sided `level` interval of the difference to exclude zero.
    """
    gap = score - baseline_score
    names = [o for o in origins for _ in range(gap.shape[1])] if len(origins) > 1 else list(range(gap.size))
    difference = mean_with_error(gap, names)
    both = ~np.isnan(gap)
    if difference.cells == 0:
        return Comparison(forecaster, baseline, lead, float("nan"), float("nan"), difference, "unknown")
    word: Word = "level"
    if np.isfinite(difference.error):
        margin = t_quantile((1 + level) / 2, difference.blocks - 1) * difference.error
        word = "ahead" if difference.value + margin < 0 else "behind" if difference.value - margin > 0 else "level"
    return Comparison(forecaster, baseline, lead, float(score[both].mean()), float(baseline_score[both].mean()), difference, word)


def verdicts(
    forecaster: str, scores: Mapping[str, Floats], leads: Sequence[int], origins: Sequence[date], against: Sequence[str] | None = None
) -> tuple[Comparison, ...]:
    """One comparison a lead, with the strongest baseline of that lead (chosen afterwards, which favours the baselines).

    `scores[name]` has shape (origin, lead, place). `against` limits the baselines; by default all other forecasters.
    """
    others = [n for n in (scores if against is None else against) if n != forecaster]
    out = []
    for i, lead in enumerate(leads):
        each = [compare(forecaster, scores[forecaster][:, i], n, scores[n][:, i], lead, origins) for n in others]
        known = [c for c in each if c.word != "unknown"]
        out.append(min(known, key=lambda c: c.baseline_score) if known else each[0])
    return tuple(out)
