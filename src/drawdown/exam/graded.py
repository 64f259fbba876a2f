"""How good probabilities were: Brier scores beside base rates by kind, and what happened where they said so much."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from drawdown.evaluate.scores import brier
from drawdown.exam.panel import Floats
from drawdown.exam.questions import DatedQuestion
from drawdown.exam.scores import cluster_means, compare

TOTAL = "all"
DECILES = 10


@dataclass(frozen=True, slots=True)
class KindGrade:
    """Questions of one kind: how many were answered, the share of yes, Brier scores of the forecast and of the base rate.

    `difference` is the forecast's score less the base rate's, `error` its error by resampled countries: below 0 the forecast is better.
    """

    kind: str
    answered: int
    yes: float
    mine: float
    base: float
    difference: float
    error: float

    @property
    def skill(self) -> float:
        """Brier skill: the share of the base rate's score that the forecast saves; above 0 it is better."""
        return 1.0 - self.mine / self.base


@dataclass(frozen=True, slots=True)
class Decile:
    """Questions that were given a probability from `low` to `high`: how many, the mean given, the share that happened and its error."""

    low: float
    high: float
    count: int
    said: float
    happened: float
    error: float

    @property
    def gap(self) -> float:
        """How much more often it happened than was said."""
        return self.happened - self.said


def grades(questions: Sequence[DatedQuestion], said: Floats, base: Floats, outcomes: Floats) -> tuple[KindGrade, ...]:
    """One for each kind, and first one for all; only questions that have forecast, base rate and outcome."""
    held = ~(np.isnan(said) | np.isnan(base) | np.isnan(outcomes))
    kinds = [TOTAL, *dict.fromkeys(question.kind for question in questions)]
    found = []
    for kind in kinds:
        mine = held & np.array([kind in (TOTAL, question.kind) for question in questions])
        if mine.any():
            where = [q.origin.iso3 for q, kept in zip(questions, mine, strict=True) if kept]
            compared = compare(brier(said[mine], outcomes[mine]), brier(base[mine], outcomes[mine]), where)
            yes = float(outcomes[mine].mean())
            found.append(KindGrade(kind, int(mine.sum()), yes, compared.mine, compared.theirs, compared.difference, compared.error))
    return tuple(found)


def deciles(questions: Sequence[DatedQuestion], said: Floats, outcomes: Floats) -> tuple[Decile, ...]:
    """When it said so much, it happened so often: equal parts of the probability, those without a question left out."""
    held = ~(np.isnan(said) | np.isnan(outcomes))
    which = np.where(held, np.minimum((np.nan_to_num(said) * DECILES).astype(int), DECILES - 1), -1)
    rows = []
    for part in range(DECILES):
        mine = which == part
        if not mine.any():
            continue
        where = [q.origin.iso3 for q, kept in zip(questions, mine, strict=True) if kept]
        error = float(np.nanstd(cluster_means(outcomes[mine], where), ddof=1)) if len(set(where)) > 1 else float("inf")
        rows.append(
            Decile(part / DECILES, (part + 1) / DECILES, int(mine.sum()), float(said[mine].mean()), float(outcomes[mine].mean()), error)
        )
    return tuple(rows)
