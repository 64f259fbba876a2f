"""Simulation-based calibration (Talts et al. 2018): is the posterior right on average, on histories that the prior itself makes?

For a future of the prior its parameters are known. Its summaries are handed to the calibration as if they were data; the rank of the true
value among posterior draws must then be uniform over many such futures. Recovery is told beside it: flat ranks alone are reached by
returning the prior.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from drawdown.calibrate.posterior import Fitted, posterior

Floats = NDArray[np.float64]
BINS = 20
DRAWS = 199  # so that ranks fall into BINS bins of equal size: 200 = 20 * 10


@dataclass(frozen=True, slots=True)
class Calibration:
    """Per parameter: rank histogram (bin), chi-square p, correlation of posterior mean and truth, spread of posterior over prior."""

    parameters: tuple[str, ...]
    histogram: NDArray[np.intp]
    p: Floats
    correlation: Floats
    shrinkage: Floats
    tests: int
    option_error: dict[str, tuple[float, float]]  # hypothesis -> Brier score of posterior weights, and of prior weights

    def flat(self, level: float = 0.01) -> tuple[str, ...]:
        """Parameters whose ranks may be uniform at this level."""
        return tuple(n for n, p in zip(self.parameters, self.p, strict=True) if p > level)


def uniformity(histogram: NDArray[np.intp]) -> float:
    """Chi-square p of a histogram that should be flat."""
    from scipy.special import gammaincc

    expected = histogram.sum() / len(histogram)
    return float(gammaincc((len(histogram) - 1) / 2, ((histogram - expected) ** 2 / expected).sum() / 2))


def ranks(fitted: Fitted, tests: int, seed: int = 1, progress: Callable[[int], None] | None = None) -> Calibration:
    """Calibrate on `tests` futures of the ensemble, each left out of what it is calibrated with."""
    random = np.random.default_rng([seed, 17])
    chosen = random.choice(len(fitted.scores), size=min(tests, len(fitted.scores)), replace=False)
    names = tuple(fitted.ensemble.parameters[j] for j in fitted.learned)
    truth = fitted.ensemble.values[np.ix_(chosen, fitted.learned)]
    rank, mean, spread = np.zeros(truth.shape, np.intp), np.zeros(truth.shape), np.zeros(truth.shape)
    errors: dict[str, list[tuple[float, float]]] = {name: [] for name in fitted.discriminants}
    for i, future in enumerate(chosen):
        found = posterior(fitted, fitted.noisy[future], DRAWS, seed, leave_out=int(future), standardised=True)
        under = (found.values < truth[i]).sum(axis=0)
        tied = (found.values == truth[i]).sum(axis=0)
        rank[i] = under + (random.uniform(size=tied.shape) * (tied + 1)).astype(np.intp)
        mean[i], spread[i] = found.values.mean(axis=0), found.values.std(axis=0)
        for name, each in errors.items():
            happened = np.eye(len(found.hypotheses[name]))[fitted.ensemble.options[name][future]]
            prior = np.asarray(fitted.ensemble.prior_weights[name])
            each.append((float(((found.hypotheses[name] - happened) ** 2).sum()), float(((prior - happened) ** 2).sum())))
        if progress is not None:
            progress(i + 1)
    bins = (rank * BINS) // (DRAWS + 1)
    histogram = np.stack([np.bincount(bins[:, j], minlength=BINS) for j in range(len(names))]) if names else np.zeros((0, BINS), np.intp)
    correlation = np.array([np.corrcoef(mean[:, j], truth[:, j])[0, 1] for j in range(len(names))])
    prior_spread = fitted.ensemble.values[:, fitted.learned].std(axis=0)
    shrinkage = spread.mean(axis=0) / np.maximum(prior_spread, 1e-12)
    p = np.array([uniformity(h) for h in histogram])
    option_error = {name: (float(np.mean([a for a, _ in e])), float(np.mean([b for _, b in e]))) for name, e in errors.items()}
    return Calibration(names, histogram, p, correlation, shrinkage, len(chosen), option_error)
