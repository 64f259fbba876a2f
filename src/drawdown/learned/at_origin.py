"""Where one country's record stands under the learned process: the level now, how prone it is to fade, how uneven its months are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from drawdown.learned.process import (
    LEVELS,
    OF_EVENNESS,
    OF_PRONENESS,
    PRONENESS,
    Process,
    at_first,
    of_deaths,
    of_levels,
    of_surges,
    sizes,
)

Floats = NDArray[np.float64]
# A country's surges may be quieter than the one width that the fit has for all: a quarter, a half, the whole (assumed alike likely).
QUIETER = (0.25, 0.5, 1.0)
# Sizes of the negative binomial: the five points of the fit, and three where records are dense and even.
DENSER = (5.0, 10.0, 20.0)
OF_DENSER = 0.05  # prior chance of each (assumed: one country in seven has such a record)


class Percentiles(NamedTuple):
    """5th, 50th and 95th percentile."""

    low: float
    best: float
    high: float


class Standing(NamedTuple):
    """What a record says at its end, for a run that starts there.

    - `start`: ln of the level now over `recorded` deaths a month, which the run's rates are set to;
    - `proneness` to fade, in standard deviations over countries;
    - `unevenness`: the shape of the Weibull law of a month's gust (one: exponential; higher is more even);
    - `surge`: standard deviation of the shock of a few weeks.
    """

    start: Percentiles
    proneness: Percentiles
    unevenness: Percentiles
    surge: Percentiles


def standing(deaths: Sequence[float], recorded: float, process: Process) -> Standing:
    """`deaths` are those of each month up to the origin, oldest first, NaN where unknown; `recorded` deaths a month, above 0."""
    import jax.numpy as jnp

    months = np.asarray(deaths, np.float64)
    if not recorded > 0:
        raise ValueError(f"recorded deaths a month: got {recorded}; expected more than 0")
    kernels = np.stack([np.asarray(of_levels(process, prone), np.float64) for prone in PRONENESS])
    all_sizes = np.concatenate([np.asarray(sizes(process), np.float64), DENSER])
    of_size = np.concatenate([OF_EVENNESS * (1 - OF_DENSER * len(DENSER)), np.full(len(DENSER), OF_DENSER)])
    distinct = np.unique(months[np.isfinite(months)])
    log_weight, states = [], []
    for part in QUIETER:
        quieter = process._replace(surge=float(process.surge) + math.log(part))
        surges = np.asarray(of_surges(quieter)[0], np.float64)
        first = np.asarray(at_first(quieter), np.float64)
        by_size = [np.asarray(of_deaths(jnp.asarray(distinct), size, process), np.float64) for size in all_sizes]
        chances = dict(zip(distinct.tolist(), np.stack(by_size, axis=1), strict=True))
        now = np.broadcast_to(first, (len(PRONENESS), len(all_sizes), *first.shape)).copy()
        log = np.zeros(now.shape[:2])
        for k, dead in enumerate(months):
            if k:
                now = np.swapaxes(kernels, 1, 2)[:, None] @ (now @ surges)  # [prone, size, level, surge]
            if np.isfinite(dead):
                now = now * chances[float(dead)][None]
                chance = now.sum(axis=(2, 3))
                now, log = now / chance[..., None, None], log + np.log(chance)
        log_weight.append(log + np.log(OF_PRONENESS)[:, None] + np.log(of_size)[None])
        states.append(now)
    weight = np.exp(np.stack(log_weight) - np.max(log_weight))  # [surge, prone, size]
    weight /= weight.sum()
    joint = weight[..., None] * np.stack(states).sum(axis=-1)  # [surge, prone, size, level]
    widths = math.exp(float(process.surge)) * np.array(QUIETER)
    excess = LEVELS[None] + 0.5 * widths[:, None] ** 2 - math.log(recorded)
    return Standing(
        start=_range(excess, joint.sum(axis=(1, 2))),
        proneness=_normal(PRONENESS, joint.sum(axis=(0, 2, 3))),
        unevenness=_range(np.array([weibull_shape(size) for size in all_sizes]), joint.sum(axis=(0, 1, 3))),
        surge=_range(widths, joint.sum(axis=(1, 2, 3))),
    )


def weibull_shape(size: float) -> float:
    """Shape of the Weibull law whose variance over squared mean is 1/size, that of a negative binomial's gusts (bisection)."""
    low, high = 0.2, 40.0
    for _ in range(60):
        shape = math.sqrt(low * high)
        spread = math.exp(math.lgamma(1 + 2 / shape) - 2 * math.lgamma(1 + 1 / shape)) - 1
        low, high = (shape, high) if spread > 1 / size else (low, shape)
    return math.sqrt(low * high)


def _range(values: Floats, weights: Floats) -> Percentiles:
    """Percentiles of a discrete law, each point spread over the way to its neighbours."""
    order = np.argsort(values, axis=None)
    x, w = values.ravel()[order], weights.ravel()[order]
    reached = np.cumsum(w) - 0.5 * w
    low, best, high = (float(np.interp(q, reached / w.sum(), x)) for q in (0.05, 0.5, 0.95))
    return Percentiles(low, best, high)


def _normal(values: Floats, weights: Floats) -> Percentiles:
    """Percentiles of the normal law with the mean and spread of a few points."""
    mean = float((values * weights).sum() / weights.sum())
    spread = math.sqrt(max(float((weights * (values - mean) ** 2).sum() / weights.sum()), 0.01))
    return Percentiles(mean - 1.645 * spread, mean, mean + 1.645 * spread)
