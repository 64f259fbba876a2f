"""Forecast distributions brought to where outcomes fell in the other folds: the beta law of the outcomes' places among the draws.

If outcomes fall too often in the tails, or too often below, members are taken from there more often (Gneiting and Ranjan 2013, beta
transform). The law is pulled towards the uniform one, so that few cases change little.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from drawdown.exam.origins import FOLDS, Origin
from drawdown.exam.panel import Floats

SPREAD = 0.5  # how far the log of each shape is thought to stray from 0, standard deviation (assumed)
LEAST = 1e-3


def shapes(places: Floats) -> tuple[float, float]:
    """(a, b) of the beta law of PIT values at the greatest posterior; NaN left out; (1, 1) where there are none."""
    from scipy.optimize import minimize
    from scipy.special import betaln

    u = np.clip(places[~np.isnan(places)], LEAST, 1 - LEAST)
    if not u.size:
        return 1.0, 1.0
    low, high = float(np.log(u).sum()), float(np.log1p(-u).sum())

    def loss(x: Floats) -> float:
        a, b = np.exp(x)
        return float(-((a - 1) * low + (b - 1) * high - u.size * betaln(a, b)) + 0.5 * ((x / SPREAD) ** 2).sum())

    a, b = np.exp(minimize(loss, np.zeros(2), method="Nelder-Mead").x)
    return float(a), float(b)


def moved(draws: Floats, law: tuple[float, float]) -> Floats:
    """As many members, at the quantiles that the law asks for: (..., member) to the same shape, sorted."""
    from scipy.stats import beta

    members = draws.shape[-1]
    levels = beta.ppf((np.arange(members) + 0.5) / members, *law)
    ordered = np.sort(draws, axis=-1)
    at = np.clip(levels * members - 0.5, 0, members - 1)
    first = np.floor(at).astype(int)
    rest = at - first
    second = np.minimum(first + 1, members - 1)
    found: Floats = ordered[..., first] * (1 - rest) + ordered[..., second] * rest
    return found


def cross_recalibrated(draws: Floats, places: Floats, origins: Sequence[Origin]) -> Floats:
    """Draws (origin, member) of one lead, each origin's by the law of the other folds' places (origin)."""
    folds = np.array([origin.fold for origin in origins])
    found = draws.copy()
    for fold in range(FOLDS):
        mine = folds == fold
        if mine.any():
            found[mine] = moved(draws[mine], shapes(places[~mine]))
    return found
