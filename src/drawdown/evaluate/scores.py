"""Scores of probabilistic forecasts, each a pure function of draws and what was observed; lower is better in all of them.

Draws carry their members on the **last** axis; the other axes are cells (place, month ...) and equal the axes of the observation.
Means come with a standard error that respects blocks of cells that rise and fall together (the cells of one month, of one origin).
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

# Lower edges of the bins of the ViEWS 2023/24 prediction challenge (Hegre et al. 2025, arXiv 2407.11045); the last one is open.
VIEWS_BINS: tuple[float, ...] = (0.0, 0.5, 2.5, 5.5, 10.5, 25.5, 50.5, 100.5, 250.5, 500.5, 1000.5)


class ScoreError(ValueError):
    """Draws and observation do not fit together; the message says how."""


def _checked(draws: ArrayLike, observed: ArrayLike, least: int = 1) -> tuple[Floats, Floats]:
    x, y = np.asarray(draws, dtype=np.float64), np.asarray(observed, dtype=np.float64)
    if x.ndim == 0 or x.shape[:-1] != y.shape:
        raise ScoreError(f"draws have shape {x.shape}, the observation {y.shape}; expected draws of shape (*observation, members)")
    if x.shape[-1] < least:
        raise ScoreError(f"got {x.shape[-1]} member(s); this score needs at least {least}")
    if np.isnan(x).any():
        raise ScoreError("a draw is not a number; leave out futures that ended early before scoring, and say how many")
    return x, y


def mean_absolute_difference(draws: ArrayLike, fair: bool = True) -> Floats:
    """E|X - X'| over the members (last axis); `fair` leaves out the pairs of a member with itself. Sorting makes it O(n log n)."""
    x = np.sort(np.asarray(draws, dtype=np.float64), axis=-1)
    n = x.shape[-1]
    weight = 2.0 * np.arange(1, n + 1) - n - 1.0
    pairs: Floats = 2.0 * (x * weight).sum(axis=-1)
    mean: Floats = pairs / (n * (n - 1) if fair else n * n)
    return mean


def crps(draws: ArrayLike, observed: ArrayLike, fair: bool = True) -> Floats:
    """Continuous ranked probability score per cell, E|X - y| - E|X - X'| / 2, in the unit of the observation.

    `fair` (Ferro 2014) is unbiased for the score of the distribution behind the members, so ensembles of different sizes compare.
    Shapes: draws (*cells, member), observed (*cells); returns (*cells). NaN where the observation is. Raises ScoreError.
    """
    x, y = _checked(draws, observed, least=2 if fair else 1)
    spread = mean_absolute_difference(x, fair)
    result: Floats = np.abs(x - y[..., None]).mean(axis=-1) - 0.5 * spread
    return result


def log_score(draws: ArrayLike, observed: ArrayLike, bins: Sequence[float] = VIEWS_BINS) -> Floats:
    """Ignorance in bits over binned values: -log2 of the share of members in the bin of the observation.

    One pseudo-draw is added to every bin, as in the ViEWS challenge, so that a missed bin costs much and not everything.
    """
    x, y = _checked(draws, observed)
    edges = np.asarray(bins, dtype=np.float64)
    if (np.diff(edges) <= 0).any():
        raise ScoreError("the bins' lower edges must rise")
    if x.min(initial=edges[0]) < edges[0] or np.nanmin(y, initial=edges[0]) < edges[0]:
        raise ScoreError(f"a value lies under the lowest edge, {edges[0]:g}")
    where = np.digitize(y, edges) - 1
    hits = (np.digitize(x, edges) - 1 == where[..., None]).sum(axis=-1)
    bits: Floats = -np.log2((hits + 1.0) / (x.shape[-1] + len(edges)))
    return np.where(np.isnan(y), np.nan, bits)


def interval_score(draws: ArrayLike, observed: ArrayLike, level: float = 0.9) -> Floats:
    """Interval score of the central `level` interval (Gneiting and Raftery 2007, eq. 43), in the unit of the observation.

    Its mean is the MIS of the ViEWS challenge (level 0.9). For a forecast of nothing but zero it is 2/(1-level) times the observation.
    """
    if not 0 < level < 1:
        raise ScoreError(f"level is {level:g}; expected a share between 0 and 1")
    x, y = _checked(draws, observed)
    alpha = 1.0 - level
    low, high = np.quantile(x, (alpha / 2, 1 - alpha / 2), axis=-1)
    result: Floats = high - low + 2 / alpha * (np.maximum(low - y, 0.0) + np.maximum(y - high, 0.0))
    return result


def energy_score(draws: ArrayLike, observed: ArrayLike, fair: bool = True) -> Floats:
    """Energy score of a whole map: E||X - y|| - E||X - X'|| / 2 with the Euclidean norm over the places (Gneiting et al. 2008).

    Shapes: draws (*maps, place, member), observed (*maps, place); returns (*maps). Reduces to the CRPS for one place.
    """
    x, y = _checked(draws, observed, least=2 if fair else 1)
    if y.ndim == 0:
        raise ScoreError("an energy score needs an axis of places")
    n = x.shape[-1]
    to_truth = np.sqrt(((x - y[..., None]) ** 2).sum(axis=-2)).mean(axis=-1)
    squares = (x * x).sum(axis=-2)
    inner = np.einsum("...pm,...pn->...mn", x, x)
    gaps = np.sqrt(np.maximum(squares[..., :, None] + squares[..., None, :] - 2 * inner, 0.0))
    # The expansion leaves rounding on the diagonal, which is exactly zero.
    gaps[..., np.arange(n), np.arange(n)] = 0.0
    result: Floats = to_truth - 0.5 * gaps.sum(axis=(-2, -1)) / (n * (n - 1) if fair else n * n)
    return result


def brier(probability: ArrayLike, outcome: ArrayLike) -> Floats:
    """Brier score per event: (p - o)^2. Raises ScoreError for a probability outside [0, 1] or an outcome other than 0 and 1."""
    p, o = np.asarray(probability, dtype=np.float64), np.asarray(outcome, dtype=np.float64)
    if p.shape != o.shape:
        raise ScoreError(f"{p.shape} probabilities for {o.shape} outcomes")
    if ((p < 0) | (p > 1)).any():
        raise ScoreError("a probability lies outside 0 to 1")
    if not np.isin(o, (0.0, 1.0)).all():
        raise ScoreError("an outcome is neither 0 nor 1; leave out the unknown ones, and say how many")
    result: Floats = (p - o) ** 2
    return result


@dataclass(frozen=True, slots=True)
class Reliability:
    """Murphy's decomposition (1973): Brier score of the binned forecast = reliability - resolution + uncertainty.

    `within` is what the binning hides (Stephenson et al. 2008), so brier = reliability - resolution + uncertainty + within.
    Rows: per bin with any forecast, its mean probability, the share that happened, how many.
    """

    brier: float
    reliability: float
    resolution: float
    uncertainty: float
    within: float
    probability: tuple[float, ...]
    happened: tuple[float, ...]
    count: tuple[int, ...]


def reliability(probability: ArrayLike, outcome: ArrayLike, bins: int = 10) -> Reliability:
    """Decompose the Brier score over equal-width bins of the probability. Raises ScoreError as `brier` does, and for no events."""
    score = brier(probability, outcome).ravel()
    p, o = np.asarray(probability, dtype=np.float64).ravel(), np.asarray(outcome, dtype=np.float64).ravel()
    if p.size == 0:
        raise ScoreError("no events to score")
    which = np.minimum((p * bins).astype(int), bins - 1)
    _, member = np.unique(which, return_inverse=True)
    count = np.bincount(member)
    mean_p, mean_o = np.bincount(member, p) / count, np.bincount(member, o) / count
    base = float(o.mean())
    rel = float((count * (mean_p - mean_o) ** 2).sum() / p.size)
    res = float((count * (mean_o - base) ** 2).sum() / p.size)
    unc = base * (1 - base)
    total = float(score.mean())
    return Reliability(total, rel, res, unc, total - (rel - res + unc), tuple(mean_p), tuple(mean_o), tuple(int(c) for c in count))


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean score, its standard error, the number of cells and the number of independent blocks behind it."""

    value: float
    error: float
    cells: int
    blocks: int


def mean_with_error(values: ArrayLike, blocks: Sequence[Hashable] | None = None) -> Mean:
    """Mean of scores with a standard error that treats each block as one observation (cluster-robust, with G/(G-1)).

    `blocks` names the block of each value (all values independent where absent). NaN values are left out. With a single block the
    error is infinite: one origin says nothing about the next.
    """
    x = np.asarray(values, dtype=np.float64).ravel()
    names: Sequence[Hashable] = range(x.size) if blocks is None else blocks
    if len(names) != x.size:
        raise ScoreError(f"{len(names)} block names for {x.size} values")
    keep = ~np.isnan(x)
    if not keep.any():
        return Mean(float("nan"), float("inf"), 0, 0)
    index: dict[Hashable, int] = {}
    code = np.array([index.setdefault(name, len(index)) for name, kept in zip(names, keep, strict=True) if kept])
    x = x[keep]
    mean, groups = float(x.mean()), len(index)
    if groups < 2:
        return Mean(mean, float("inf"), x.size, groups)
    sums = np.bincount(code, x - mean)
    error = float(np.sqrt(groups / (groups - 1) * (sums**2).sum()) / x.size)
    return Mean(mean, error, x.size, groups)


def coverage(draws: ArrayLike, observed: ArrayLike, level: float = 0.9) -> Floats:
    """1 where the observation lies in the central `level` interval of the members, 0 where not, per cell."""
    x, y = _checked(draws, observed)
    low, high = np.quantile(x, ((1 - level) / 2, (1 + level) / 2), axis=-1)
    inside: Floats = ((y >= low) & (y <= high)).astype(np.float64)
    return inside
