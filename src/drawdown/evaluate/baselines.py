"""What a sceptic would forecast instead: each baseline is a pure function of the months known at the origin.

All share one signature: (months, leads, members, seed) -> draws of shape (lead, place, member), deaths per month. None knows the places.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from drawdown.evaluate.folds import FoldError, Months

Floats = NDArray[np.float64]
Baseline = Callable[[Months, Sequence[int], int, int], Floats]

CONFLICTOLOGY_MONTHS = 12


def _random(name: str, months: Months, seed: int) -> np.random.Generator:
    """A stream of its own for each baseline and origin, so that adding a baseline moves no other's draws."""
    return np.random.default_rng([seed, crc32(name.encode()), int(months.labels[-1].astype(int))])


def _needs(months: Months, least: int, name: str) -> None:
    if len(months.values) < least:
        raise FoldError(f"{name} needs {least} months before the origin; there are {len(months.values)}")


def zeros(months: Months, leads: Sequence[int], members: int, seed: int) -> Floats:
    """Nobody dies. Its CRPS is the mean number of deaths."""
    return np.zeros((len(leads), len(months.places), members))


def last_value_poisson(months: Months, leads: Sequence[int], members: int, seed: int) -> Floats:
    """Poisson around the last month (ViEWS benchmark 'last historical Poisson')."""
    _needs(months, 1, "last value Poisson")
    random = _random("last_value_poisson", months, seed)
    shape = (len(leads), len(months.places), members)
    return random.poisson(np.broadcast_to(months.values[-1][None, :, None], shape)).astype(np.float64)


def conflictology(months: Months, leads: Sequence[int], members: int, seed: int) -> Floats:
    """The last 12 months' values as the ensemble, each equally often (ViEWS benchmark 'conflictology')."""
    _needs(months, CONFLICTOLOGY_MONTHS, "conflictology")
    last = months.values[-CONFLICTOLOGY_MONTHS:]
    random = _random("conflictology", months, seed)
    rows = np.resize(np.arange(CONFLICTOLOGY_MONTHS), members)
    return np.stack([last[random.permutation(rows)].T for _ in leads])


def _recent(values: Floats, window: int) -> Floats:
    """Trailing means over `window` months: row t is the mean of rows t-window+1 .. t; the first window-1 rows are dropped."""
    total = np.cumsum(np.vstack([np.zeros(values.shape[1]), values]), axis=0)
    return np.asarray((total[window:] - total[:-window]) / window)


def persistence_spread(months: Months, leads: Sequence[int], members: int, seed: int) -> Floats:
    """Mean of the last three months, spread by how far log(1 + deaths) has moved from such a mean before, at the same lead.

    Past changes are pooled over places; each place borrows from the third of all place-months whose level was nearest its own, since small
    counts jump more. Changes are centred on their median, so the past drift is not carried on. The forecast to beat (evidence, 17).
    """
    _needs(months, 6, "persistence with spread")
    random = _random("persistence_spread", months, seed)
    level = np.log1p(_recent(months.values, 3))
    now, out = level[-1], np.empty((len(leads), len(months.places), members))
    for i, lead in enumerate(leads):
        # With little history the longest change that was ever seen stands in for the lead asked for.
        gap = min(lead, len(level) - 1)
        before, change = level[:-gap].ravel(), (np.log1p(months.values[2 + gap :]) - level[:-gap]).ravel()
        near = np.argsort(np.abs(before[None, :] - now[:, None]), axis=1)[:, : max(before.size // 3, min(before.size, 12))]
        pool = change[near]
        pool = pool - np.median(pool, axis=1, keepdims=True)
        pick = random.integers(0, pool.shape[1], size=(len(now), members))
        out[i] = np.expm1(now[:, None] + np.take_along_axis(pool, pick, axis=1))
    return np.maximum(out, 0.0)


def _poisson_fit(design: Floats, counts: Floats, ridge: float = 1.0) -> Floats:
    """Coefficients of a log-linear mean by penalised Poisson quasi-likelihood (Newton); the penalty pulls towards plain persistence."""
    towards = np.zeros(design.shape[1])
    towards[1] = 1.0
    beta = towards.copy()
    for _ in range(25):
        mean = np.exp(np.clip(design @ beta, -10, 12))
        # Large counts would rule alone under Poisson weights; weights mean/(1+mean) are those of a negative binomial with k = 1.
        weight = 1.0 / (1.0 + mean)
        score = design.T @ (weight * (counts - mean)) - ridge * (beta - towards)
        information = (design * (weight * mean)[:, None]).T @ design + ridge * np.eye(len(beta))
        step = np.linalg.solve(information, score)
        beta = beta + np.clip(step, -1, 1)
        if np.abs(step).max() < 1e-8:
            break
    return beta


def _dispersion(mean: Floats, counts: Floats) -> float:
    """The negative binomial's size k at the greatest likelihood, over a grid from 0.1 (wild) to 100 (all but Poisson)."""
    from scipy.special import gammaln

    y, k = counts.round()[None, :], np.geomspace(0.1, 100, 60)[:, None]
    mu = mean[None, :]
    likelihood = gammaln(y + k) - gammaln(k) + k * np.log(k / (k + mu)) + y * np.log(mu / (k + mu))
    return float(k[likelihood.sum(axis=1).argmax(), 0])


def negative_binomial_autoregression(months: Months, leads: Sequence[int], members: int, seed: int) -> Floats:
    """Negative binomial, its log mean linear in log(1 + last month), log(1 + 3-month mean), log(1 + 12-month mean); one fit a lead.

    Pooled over places. Dispersion by maximum likelihood. After toboden's finding that such a model beat neural nets.
    """
    _needs(months, 18, "negative-binomial autoregression")
    random = _random("negative_binomial_autoregression", months, seed)
    logs = [np.log1p(_recent(months.values, w)) for w in (1, 3, 12)]
    rows = len(logs[2])
    features = np.stack([np.ones((rows, len(months.places))), *(part[-rows:] for part in logs)], axis=-1)
    out = np.empty((len(leads), len(months.places), members))
    for i, lead in enumerate(leads):
        gap = min(lead, rows - 1)
        design, counts = features[:-gap].reshape(-1, 4), months.values[-rows:][gap:].ravel()
        beta = _poisson_fit(design, counts)
        size = _dispersion(np.exp(np.clip(design @ beta, -10, 12)), counts)
        ahead = np.exp(np.clip(features[-1] @ beta, -10, 12))
        rate = random.gamma(size, 1.0, (len(ahead), members)) * (ahead / size)[:, None]
        out[i] = random.poisson(np.minimum(rate, 1e6))
    return out


BASELINES: Mapping[str, Baseline] = {
    "zeros": zeros,
    "last value, Poisson": last_value_poisson,
    "conflictology": conflictology,
    "persistence with spread": persistence_spread,
    "negative-binomial autoregression": negative_binomial_autoregression,
}
