"""What a world looks like in a few figures: the same functions read recorded weeks and simulated weeks.

A `Record` holds weekly counts by admin-1 unit for one world (the data) or many (an ensemble); futures stand on the last axis. A *fact* is
a figure that can be read off both; `summaries` are the facts on a scale on which they are roughly normal, for calibration.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from drawdown.evaluate.record import Record

Floats = NDArray[np.float64]

BLOCK = 13  # weeks in a quarter: dispersion is measured inside blocks, drift between them
SMOOTH = 27  # weeks of the moving mean that is removed before short-term figures (evidence, stylised fact 4)
BUSY = 8  # governorates with most incidents, over which synchrony is measured


def _log(x: Floats) -> Floats:
    return np.log1p(np.maximum(x, 0.0))


def _blocks(x: Floats) -> Floats:
    """(week, ...) to (block, week in block, ...), whole blocks only, the latest kept."""
    n = len(x) // BLOCK
    return x[len(x) - n * BLOCK :].reshape(n, BLOCK, *x.shape[1:])


def dispersion(x: Floats) -> Floats:
    """Variance over mean of weekly counts inside quarters, the median over places with at least one count a week: (week, place, future).

    Quarters of a place with a hole are left out; NaN where that leaves none.
    """
    blocks = _blocks(x)
    mean, variance = blocks.mean(axis=1), blocks.var(axis=1, ddof=1)
    busy = mean >= 1.0
    ratio = np.where(busy, variance / np.where(busy, mean, 1.0), np.nan)
    unread = np.isnan(mean).all(axis=(0, 1)) & (len(blocks) > 0)
    return np.where(unread, np.nan, _median(ratio.reshape(-1, x.shape[-1])))


def _median(x: Floats) -> Floats:
    """Median over the first axis, leaving out NaN; one where nothing is left (a quiet world has no dispersion to show)."""
    some = ~np.isnan(x).all(axis=0)
    return np.where(some, np.nanmedian(np.where(some, x, 0.0), axis=0), 1.0)


def autocorrelation(x: Floats, lag: int) -> Floats:
    """Correlation of a weekly series with itself `lag` weeks later: (week, future)."""
    a, b = x[:-lag], x[lag:]
    a, b = a - a.mean(axis=0), b - b.mean(axis=0)
    scale = np.sqrt((a * a).sum(axis=0) * (b * b).sum(axis=0))
    return np.where(scale > 0, (a * b).sum(axis=0) / np.where(scale > 0, scale, 1.0), 0.0)


def _moving_mean(x: Floats, width: int) -> Floats:
    """Centred mean over `width` weeks (fewer at the ends) along the first axis."""
    half = width // 2
    total = np.cumsum(np.concatenate([np.zeros_like(x[:1]), x]), axis=0)
    index = np.arange(len(x))
    first, last = np.maximum(index - half, 0), np.minimum(index + half + 1, len(x))
    shape = (len(x),) + (1,) * (x.ndim - 1)
    return np.asarray((total[last] - total[first]) / (last - first).reshape(shape))


def synchrony(incidents: Floats) -> Floats:
    """Mean correlation of weekly residuals (log incidents less their moving mean) over pairs of the busiest places: (future)."""
    order = np.argsort(-incidents.sum(axis=0).mean(axis=-1))[:BUSY]
    log = _log(incidents[:, order])
    residual = log - _moving_mean(log, SMOOTH)
    residual = residual - residual.mean(axis=0)
    scale = np.sqrt((residual**2).sum(axis=0))
    unit = residual / np.where(scale > 0, scale, 1.0)
    n = len(order)
    # The sum over all pairs is the square of the sum, less the diagonal.
    both = (unit.sum(axis=1) ** 2).sum(axis=0) - (unit**2).sum(axis=(0, 1))
    return np.asarray(both / max(n * (n - 1), 1))


def tail_exponent(largest: Floats, least: float) -> Floats:
    """Maximum-likelihood exponent of the deaths in the week's largest incident, from `least` deaths (Clauset et al. 2009, eq. 3.7).

    NaN where fewer than five weeks of any place reach `least`.
    """
    flat = largest.reshape(-1, largest.shape[-1])
    beyond = flat >= least
    logs = np.where(beyond, np.log(np.maximum(flat, least) / (least - 0.5)), 0.0).sum(axis=0)
    count = beyond.sum(axis=0)
    return np.where(count >= 5, 1.0 + count / np.where(logs > 0, logs, 1.0), np.nan)


def _top(x: Floats, number: int) -> Floats:
    total = x.sum(axis=0)
    largest = np.sort(total, axis=0)[-number:].sum(axis=0)
    whole = total.sum(axis=0)
    return np.where(whole > 0, largest / np.where(whole > 0, whole, 1.0), np.nan)


def drift(x: Floats, apart: int) -> Floats:
    """Root mean square change of log(1 + count of a quarter) between quarters `apart` quarters apart, over places with ten or more.

    Quarters of a place with a hole are left out; NaN where that leaves none.
    """
    quarters = _blocks(x).sum(axis=1)
    if len(quarters) <= apart:
        return np.full(x.shape[-1], np.nan)
    before, after = quarters[:-apart], quarters[apart:]
    busy = before + after >= 20
    square = np.where(busy, (_log(after) - _log(before)) ** 2, 0.0).sum(axis=(0, 1))
    number = busy.sum(axis=(0, 1))
    return np.where(number > 0, np.sqrt(square / np.maximum(number, 1)), np.nan)


def facts(record: Record) -> Mapping[str, Floats]:
    """Every figure, by name, each (future). Figures that cannot be read (no attacks recorded, too few large incidents) are NaN."""
    weeks = len(record.deaths)
    deaths, incidents = record.deaths.sum(axis=1), record.incidents.sum(axis=1)
    attacks = record.attacks.sum(axis=1)  # NaN where any place has a hole
    log_incidents = _log(incidents)
    smooth = log_incidents - _moving_mean(log_incidents, SMOOTH)
    known = ~np.isnan(attacks)
    attack_weeks = np.maximum(known.sum(axis=0), 1)
    attack_level = np.where(known, attacks, 0.0).sum(axis=0) / attack_weeks
    total_deaths, total_incidents = deaths.sum(axis=0), incidents.sum(axis=0)
    found: dict[str, Floats] = {
        "deaths per week": deaths.mean(axis=0),
        "incidents per week": incidents.mean(axis=0),
        "attacks per week": np.where(known.any(axis=0), attack_level, np.nan),
        "foreign deaths per week": record.foreign_deaths.mean(axis=0),
        "foreign deaths per 1,000 attacks": np.where(
            known.any(axis=0), 1000 * record.foreign_deaths.mean(axis=0) / np.maximum(attack_level, 1e-9), np.nan
        ),
        "deaths per incident": total_deaths / np.maximum(total_incidents, 1),
        "share of the top three places": _top(record.deaths, 3),
        "weekly incidents, variance over mean": dispersion(record.incidents),
        "weekly deaths, variance over mean": dispersion(record.deaths),
        "weekly attacks, variance over mean": dispersion(record.attacks),
        "log incidents, autocorrelation at 1 week": autocorrelation(log_incidents, 1),
        "log incidents less their 27-week mean, autocorrelation at 1 week": autocorrelation(smooth, 1),
        "log incidents less their 27-week mean, standard deviation": smooth.std(axis=0),
        "synchrony of the busiest places": synchrony(record.incidents),
        "largest incident of the week, tail exponent from 10": tail_exponent(record.largest, 10),
        "weeks and places with an incident of 20 or more": (record.largest >= 20).sum(axis=(0, 1)) * 52.0 / weeks,
        "weeks and places with an incident of 60 or more": (record.largest >= 60).sum(axis=(0, 1)) * 52.0 / weeks,
        "deadliest incident": record.largest.max(axis=(0, 1)),
        "drift of incidents over one quarter": drift(record.incidents, 1),
        "drift of incidents over three quarters": drift(record.incidents, 3),
        "drift of deaths over three quarters": drift(record.deaths, 3),
        "drift of attacks over three quarters": drift(record.attacks, 3),
    }
    if weeks > 52:
        found["log incidents, autocorrelation at 26 weeks"] = autocorrelation(log_incidents, 26)
    for name, series in (("deaths", deaths), ("incidents", incidents), ("attacks", attacks)):
        quarters = _log(_blocks(series).sum(axis=1))
        for q in range(1, len(quarters)):
            # NaN where either quarter has a hole: no change is seen there, which is not a change of nothing.
            found[f"{name}, log change from quarter 1 to quarter {q + 1}"] = quarters[q] - quarters[0]
    for j, place in enumerate(record.places):
        found[f"deaths per week in {place}"] = record.deaths[:, j].mean(axis=0)
        found[f"weeks without a fatal incident in {place}"] = (record.incidents[:, j] == 0).mean(axis=0)
    return found


_LOGGED: tuple[str, ...] = (
    "per week",
    "per incident",
    "per 1,000",
    "variance over mean",
    "drift",
    "standard deviation",
    "incident of",
    "deadliest",
)


def scale(name: str) -> Callable[[Floats], Floats]:
    """The scale on which a figure is roughly normal: logs of amounts and ratios, everything else as it is."""
    if any(word in name for word in _LOGGED):
        return lambda x: np.log(np.maximum(x, 0.0) + (0.5 if "incident of" in name or " in " in name else 0.05))
    return np.asarray


def summaries(found: Mapping[str, Floats], leave_out: Sequence[str] = ("weeks without", "tail exponent")) -> tuple[tuple[str, ...], Floats]:
    """Names, and the figures on their normal scale (future, summary). Left out: those often missing, and those that counts already tell."""
    names = tuple(n for n in found if not any(word in n for word in leave_out))
    return names, np.stack([scale(n)(found[n]) for n in names], axis=1)
