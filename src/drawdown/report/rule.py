"""The map's layers, week by week: who rules each place in how many futures, deaths, forces, standing."""

from __future__ import annotations

import warnings

import numpy as np
import numpy.typing as npt

from drawdown.report.run import Array, RunView

HALF = 0.5  # whoever rules at least half of the residents rules the place


def state_names(run: RunView) -> tuple[str, ...]:
    """Names of the states of a place: every ruler, then the void, then contested."""
    return (*(ruler.name for ruler in run.rulers), "Nobody: a void", "Contested: nobody rules half")


def ruling(run: RunView, plan: str) -> Array:
    """Share of kept futures in which each ruler, the void or a contest holds the place: [week, place, state].

    A place is ruled by whoever has at least half of its residents, void where half of them are ruled by nobody, else contested.
    """
    ruled = run.ruled(plan).transpose("future", "week", "place", "ruler").values
    void = run.series("void", plan).transpose("future", "week", "place").values if run.has("void") else 1 - ruled.sum(axis=-1)
    lost = np.isnan(ruled).any(axis=-1) | np.isnan(void)
    every = np.concatenate([ruled, void[..., None]], axis=-1)
    leading = np.nan_to_num(every, nan=-1.0).argmax(axis=-1)
    most = np.take_along_axis(every, leading[..., None], axis=-1)[..., 0]
    state = np.where(most >= HALF, leading, ruled.shape[-1] + 1)
    shares = np.stack([((state == s) & ~lost).sum(axis=0) for s in range(ruled.shape[-1] + 2)], axis=-1)
    alive = np.maximum((~lost).sum(axis=0), 1)[..., None]
    return np.asarray(shares / alive, dtype=np.float64)


def deaths_rate(run: RunView, plan: str) -> Array | None:
    """Mean deaths a week in each place over the four weeks to date, over futures: [week, place]."""
    if not run.has("deaths"):
        return None
    deaths = _mean(run.series("deaths", plan).sum("violence", skipna=False).transpose("future", "week", "place").values)
    totals = np.cumsum(np.concatenate([np.zeros((1, deaths.shape[1])), deaths]), axis=0)
    weeks = np.arange(1, deaths.shape[0] + 1)
    first = np.maximum(weeks - 4, 0)
    return np.asarray((totals[weeks] - totals[first]) / (weeks - first)[:, None])


def forces(run: RunView, plan: str) -> Array | None:
    """Mean persons under arms of every actor: [actor, week, place]."""
    if not run.has("force"):
        return None
    return _mean(run.series("force", plan).transpose("future", "actor", "week", "place").values)


def standing(run: RunView, plan: str) -> Array | None:
    """Mean standing of every actor among those who live in the place (communities weighted by residents): [actor, week, place]."""
    if not (run.has("standing") and run.has("residents")):
        return None
    regard = _mean(run.series("standing", plan).transpose("future", "week", "actor", "community").values)
    people = _mean(run.series("residents", plan).transpose("future", "week", "place", "community").values)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = people / people.sum(axis=-1, keepdims=True)
    return np.asarray(np.einsum("wac,wpc->awp", regard, np.nan_to_num(share)))


def _mean(values: npt.NDArray[np.floating]) -> Array:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return np.asarray(np.nanmean(values, axis=0), dtype=np.float64)
