"""Forecasts from rolling origins by the simulator and by every baseline, scored cell by cell.

One origin is one fold: a forecaster sees `history.until(origin)` and nothing else. Forecasts are kept on disk by origin and
forecaster, so a stopped backtest goes on where it was.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from drawdown.evaluate.baselines import BASELINES, Baseline
from drawdown.evaluate.folds import MONTH, FoldError, History, observed, target_months
from drawdown.evaluate.scores import VIEWS_BINS, coverage, crps, energy_score, interval_score, log_score

Floats = NDArray[np.float64]
# (what was known, origin, leads, members, seed) -> draws (lead, place, member); places as in the history.
Forecaster = Callable[[History, date, Sequence[int], int, int], Floats]
Progress = Callable[[str], None]

ENSEMBLE = "simulator and best baseline, weighted"
SIMULATOR = "simulator"
ENERGY_MEMBERS = 400  # the energy score costs the square of the members


@dataclass(frozen=True, slots=True)
class Backtest:
    """Forecasts and truth. `draws[name]` has shape (origin, lead, place, member), `truth` (origin, lead, place), NaN where not yet known.

    `weights` are those of the simulator in the ensemble, (origin, lead), with the baseline that it was mixed with.
    """

    origins: tuple[date, ...]
    leads: tuple[int, ...]
    places: tuple[str, ...]
    draws: Mapping[str, Floats]
    truth: Floats
    weights: Floats
    partners: tuple[tuple[str, ...], ...]


def from_baseline(baseline: Baseline) -> Forecaster:
    """A baseline as a forecaster."""

    def forecast(known: History, origin: date, leads: Sequence[int], members: int, seed: int) -> Floats:
        months = known.monthly()
        # A lead counts from the last month that the baseline saw; where that is not the month before lead 1, the gap is added.
        gap = int((target_months(origin, [1])[0] - months.labels[-1]).astype(int)) - 1
        return baseline(months, [lead + gap for lead in leads], members, seed)

    return forecast


def months_from_weeks(week_dates: NDArray[np.datetime64], weekly: Floats, months: NDArray[np.datetime64]) -> Floats:
    """Weekly totals (week, *cells) to calendar months (month, *cells), each week's total spread evenly over its seven days.

    `week_dates` are the Mondays on which the weeks begin. Raises FoldError where the weeks do not cover a month.
    """
    week = np.timedelta64(7, "D")
    first, last = week_dates[0].astype("datetime64[D]"), week_dates[-1].astype("datetime64[D]") + week
    begin, end = months.astype("datetime64[D]"), (months + MONTH).astype("datetime64[D]")
    if (begin < first).any() or (end > last).any():
        raise FoldError(f"weeks from {first} to {last} do not cover the months {months[0]} to {months[-1]}; run more weeks")
    start = week_dates.astype("datetime64[D]")[None, :]
    overlap = np.minimum(end[:, None], start + week) - np.maximum(begin[:, None], start)
    share = np.maximum(overlap.astype(int), 0) / 7.0
    return np.tensordot(share, weekly, axes=1)


def _kept(out: Path | None, name: str, origin: date, key: str) -> Path | None:
    return None if out is None else out / "forecasts" / f"{name.replace(' ', '-').replace(',', '')}_{origin}_{key}.npy"


def collect(
    history: History,
    origins: Sequence[date],
    leads: Sequence[int],
    forecasters: Mapping[str, Forecaster],
    members: int = 1000,
    seed: int = 1,
    out: Path | None = None,
    progress: Progress | None = None,
    key: str = "",
) -> Backtest:
    """Forecast from every origin with every forecaster and add the ensemble where there is a simulator.

    `out` keeps finished forecasts (npy, written whole or not at all); `key` tells apart runs that must not be mixed. Raises FoldError.
    """
    say = progress or (lambda _: None)
    truth = np.stack([observed(history, origin, leads) for origin in origins])
    if np.isnan(truth).all():
        raise FoldError(f"the data, {history.start} to {history.end}, hold no month to score from {min(origins)} at leads {list(leads)}")
    draws: dict[str, list[Floats]] = {name: [] for name in forecasters}
    for origin in origins:
        known = history.until(origin)
        for name, forecaster in forecasters.items():
            kept = _kept(out, name, origin, f"{key}m{members}s{seed}l{'-'.join(map(str, leads))}")
            if kept is not None and kept.exists():
                draws[name].append(np.load(kept))
                continue
            say(f"{origin}: {name}")
            made = np.asarray(forecaster(known, origin, leads, members, seed), dtype=np.float64)
            expected = (len(leads), len(history.places), members)
            if made.shape != expected:
                raise FoldError(f"{name} gave draws of shape {made.shape} at {origin}; expected {expected}")
            draws[name].append(made)
            if kept is not None:
                kept.parent.mkdir(parents=True, exist_ok=True)
                part = kept.with_suffix(".part")
                with part.open("wb") as file:
                    np.save(file, made)
                part.replace(kept)
    stacked = {name: np.stack(each) for name, each in draws.items()}
    blank = np.full(truth.shape[:2], np.nan)
    result = Backtest(tuple(origins), tuple(leads), history.places, stacked, truth, blank, ())
    return with_ensemble(result, seed) if SIMULATOR in stacked and len(stacked) > 1 else result


def _pool(first: Floats, second: Floats, weight: float, random: np.random.Generator) -> Floats:
    """Linear pool: each member comes whole (all places of a lead together) from the first with probability `weight`."""
    take = random.permutation(first.shape[-1]) < round(weight * first.shape[-1])
    return np.where(take, first, second)


def with_ensemble(backtest: Backtest, seed: int, grid: int = 11) -> Backtest:
    """Add a linear pool of the simulator and the baseline that was best so far, with the weight that was best so far.

    'So far' is strict: at each origin only targets that lie wholly before it are used, of the same lead where there are any, else of all
    leads; with none, half and half with persistence with spread (or the first baseline). Score: fair CRPS of log(1 + deaths).
    """
    names = [n for n in backtest.draws if n not in (SIMULATOR, ENSEMBLE)]
    logs = {n: np.log1p(d) for n, d in backtest.draws.items()}
    truth = np.log1p(backtest.truth)
    single = {n: crps(d, truth) for n, d in logs.items()}
    options = np.linspace(0, 1, grid)
    ends = np.stack([(target_months(o, backtest.leads) + MONTH).astype("datetime64[D]") for o in backtest.origins])
    weights, partners, pooled = np.empty(ends.shape), [], np.empty_like(backtest.draws[SIMULATOR])
    pools: dict[str, Floats] = {}
    for k, origin in enumerate(backtest.origins):
        past = (ends <= np.datetime64(origin)) & (np.arange(len(backtest.origins)) < k)[:, None]
        row = []
        for i in range(len(backtest.leads)):
            usable = past & (np.arange(len(backtest.leads)) == i)[None, :]
            usable = usable if usable.any() else past
            if usable.any():
                partner = min(names, key=lambda n: float(np.nanmean(single[n][usable])))
                if partner not in pools:
                    pools[partner] = _pooled_scores(logs[SIMULATOR], logs[partner], truth, options, seed)
                weight = float(options[np.nanmean(pools[partner][:, usable], axis=(1, 2)).argmin()])
            else:
                partner, weight = ("persistence with spread" if "persistence with spread" in names else names[0]), 0.5
            random = np.random.default_rng([seed, k, i])
            pooled[k, i] = _pool(backtest.draws[SIMULATOR][k, i], backtest.draws[partner][k, i], weight, random)
            weights[k, i] = weight
            row.append(partner)
        partners.append(tuple(row))
    return Backtest(
        backtest.origins, backtest.leads, backtest.places, {**backtest.draws, ENSEMBLE: pooled}, backtest.truth, weights, tuple(partners)
    )


def _pooled_scores(first: Floats, second: Floats, truth: Floats, options: Floats, seed: int) -> Floats:
    """CRPS of the pool at each weight: shape (option, origin, lead, place)."""
    random = np.random.default_rng([seed, 7])
    return np.stack([crps(_pool(first, second, float(w), random), truth) for w in options])


METRICS: Mapping[str, str] = {
    "crps log": "fair CRPS of log(1 + deaths)",
    "crps": "fair CRPS, deaths",
    "ignorance": "ignorance in bits (ViEWS bins, one pseudo-draw a bin)",
    "interval": "interval score, 90%, deaths",
    "interval log": "interval score, 90%, log(1 + deaths)",
    "coverage": "share of observations inside the 90% interval",
    "energy": "energy score of the map of deaths, fair",
    "energy log": "energy score of the map of log(1 + deaths), fair",
}


def score(backtest: Backtest) -> Mapping[str, Mapping[str, Floats]]:
    """All scores: metric -> forecaster -> (origin, lead, place); energy scores have one place."""
    out: dict[str, dict[str, Floats]] = {metric: {} for metric in METRICS}
    y = backtest.truth
    for name, x in backtest.draws.items():
        lx, ly = np.log1p(x), np.log1p(y)
        out["crps log"][name], out["crps"][name] = crps(lx, ly), crps(x, y)
        out["ignorance"][name] = log_score(np.maximum(x, VIEWS_BINS[0]), y)
        out["interval"][name], out["interval log"][name] = interval_score(x, y), interval_score(lx, ly)
        out["coverage"][name] = np.where(np.isnan(y), np.nan, coverage(x, y))
        few = slice(0, ENERGY_MEMBERS)
        out["energy"][name] = np.stack([energy_score(a[..., few], b) for a, b in zip(x, y, strict=True)])[..., None]
        out["energy log"][name] = np.stack([energy_score(a[..., few], b) for a, b in zip(lx, ly, strict=True)])[..., None]
    return out


def save(backtest: Backtest, scores: Mapping[str, Mapping[str, Floats]], path: Path) -> None:
    """Write every cell's scores as one CSV (origin, lead, place, forecaster, observed, then the metrics) and a JSON of the settings."""
    import pandas as pd

    frames = []
    for name in backtest.draws:
        index = pd.MultiIndex.from_product([backtest.origins, backtest.leads, backtest.places], names=["origin", "lead", "place"])
        frame = pd.DataFrame({"observed": backtest.truth.ravel()}, index=index).reset_index()
        frame.insert(3, "forecaster", name)
        for metric in METRICS:
            frame[metric.replace(" ", "_")] = np.broadcast_to(scores[metric][name], backtest.truth.shape).ravel()
        frames.append(frame)
    path.mkdir(parents=True, exist_ok=True)
    pd.concat(frames).to_csv(path / "scores.csv", index=False)
    settings = {
        "origins": [str(o) for o in backtest.origins],
        "leads": list(backtest.leads),
        "forecasters": list(backtest.draws),
        "simulator_weight": [[None if np.isnan(w) else round(float(w), 3) for w in row] for row in backtest.weights],
        "ensemble_partner": [list(p) for p in backtest.partners],
    }
    (path / "backtest.json").write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")


def all_baselines() -> Mapping[str, Forecaster]:
    """The baselines, ready to run beside a simulator."""
    return {name: from_baseline(b) for name, b in BASELINES.items()}
