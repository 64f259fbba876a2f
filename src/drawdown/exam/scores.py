"""Scores of one lead over many origins: fair CRPS with paired differences, where outcomes fall in the forecasts, and whether bands hold.

Countries are independent of one another, the origins of one country are not: every error takes whole countries.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from drawdown.evaluate.scores import coverage, crps
from drawdown.exam.panel import Floats

RESAMPLES = 2000
BINS = 10


@dataclass(frozen=True, slots=True)
class ScoreDifference:
    """Mean score of a forecast, of a baseline, their difference (below 0: the forecast is better) and its error by resampled countries."""

    mine: float
    theirs: float
    difference: float
    error: float
    origins: int
    countries: int

    @property
    def skill(self) -> float:
        """Share of the baseline's score that the forecast saves; above 0 it is better."""
        return 1.0 - self.mine / self.theirs


def log_crps(draws: Floats, observed: Floats) -> Floats:
    """Fair CRPS of log(1 + deaths): draws (origin, member), observed (origin) to (origin). NaN where the outcome is."""
    return crps(np.log1p(draws), np.log1p(observed))


def cluster_means(values: Floats, countries: Sequence[str], seed: int = 0, resamples: int = RESAMPLES) -> Floats:
    """Means of `values` (case, ...) over `resamples` draws of whole countries with replacement: (resample, ...). NaN cases are left out."""
    names = sorted(set(countries))
    code = np.array([names.index(c) for c in countries])
    flat = values.reshape(len(values), -1)
    held = ~np.isnan(flat)
    sums, counts = np.zeros((len(names), flat.shape[1])), np.zeros((len(names), flat.shape[1]))
    np.add.at(sums, code, np.where(held, flat, 0.0))
    np.add.at(counts, code, held.astype(float))
    random = np.random.default_rng(seed)
    times = random.multinomial(len(names), np.full(len(names), 1 / len(names)), resamples).astype(float)
    with np.errstate(invalid="ignore", divide="ignore"):
        means = (times @ sums) / (times @ counts)
    return means.reshape(resamples, *values.shape[1:])


def compare(mine: Floats, theirs: Floats, countries: Sequence[str]) -> ScoreDifference:
    """Two series of scores of the same origins (origin); origins that either lacks are left out."""
    held = ~(np.isnan(mine) | np.isnan(theirs))
    a, b = mine[held], theirs[held]
    where = [c for c, kept in zip(countries, held, strict=True) if kept]
    if not len(a):
        nothing = float("nan")
        return ScoreDifference(nothing, nothing, nothing, float("inf"), 0, 0)
    error = float(np.nanstd(cluster_means(a - b, where), ddof=1)) if len(set(where)) > 1 else float("inf")
    return ScoreDifference(float(a.mean()), float(b.mean()), float((a - b).mean()), error, len(a), len(set(where)))


def pit(draws: Floats, observed: Floats, random: np.random.Generator) -> Floats:
    """Where each outcome falls among its draws, 0 to 1, ties shared out at random: uniform if the forecast is right. NaN stays NaN."""
    below = (draws < observed[:, None]).sum(axis=1)
    same = (draws == observed[:, None]).sum(axis=1)
    # A rank among members + 1, as the outcome is one more draw of the same law.
    place = (below + random.random(len(observed)) * (same + 1)) / (draws.shape[1] + 1)
    return np.where(np.isnan(observed), np.nan, place)


@dataclass(frozen=True, slots=True)
class Flatness:
    """Shares of the outcomes in BINS equal parts of the forecast; chi-square against equal shares; `p` as if all origins were independent,
    `p_clustered` with the first-order correction of Rao and Scott (1984) for origins of one country."""

    shares: tuple[float, ...]
    chi_square: float
    p: float
    p_clustered: float
    origins: int


def flatness(places: Floats, countries: Sequence[str], bins: int = BINS) -> Flatness:
    """Chi-square of PIT values (origin); NaN left out."""
    from scipy.stats import chi2

    held = ~np.isnan(places)
    u = places[held]
    where = [c for c, kept in zip(countries, held, strict=True) if kept]
    if not len(u):
        return Flatness((), float("nan"), float("nan"), float("nan"), 0)
    which = np.minimum((u * bins).astype(int), bins - 1)
    hit = (which[:, None] == np.arange(bins)).astype(float)
    count, expected = hit.sum(axis=0), len(u) / bins
    statistic = float(((count - expected) ** 2 / expected).sum())
    p = float(chi2.sf(statistic, bins - 1))
    variance = np.nanvar(cluster_means(hit, where), axis=0, ddof=1) if len(set(where)) > 1 else np.full(bins, np.inf)
    equal = 1 / bins
    effect = max(float((variance / (equal * (1 - equal) / len(u))).mean()), 1.0)
    return Flatness(tuple(count / len(u)), statistic, p, float(chi2.sf(statistic / effect, bins - 1)), len(u))


@dataclass(frozen=True, slots=True)
class Held:
    """Share of outcomes inside the central band, and its error by resampled countries."""

    share: float
    error: float
    origins: int


def held(draws: Floats, observed: Floats, countries: Sequence[str], level: float = 0.9) -> Held:
    """Coverage of the central `level` band; outcomes that are NaN are left out."""
    kept = ~np.isnan(observed)
    if not kept.any():
        return Held(float("nan"), float("inf"), 0)
    inside = coverage(draws[kept], observed[kept], level)
    where = [c for c, k in zip(countries, kept, strict=True) if k]
    error = float(np.nanstd(cluster_means(inside, where), ddof=1)) if len(set(where)) > 1 else float("inf")
    return Held(float(inside.mean()), error, int(kept.sum()))
