"""Sixty facts of the world's wars, chosen before anything was fitted (`facts.csv`), and the same statistics of simulated futures.

D(t) is the deaths of the 12 months that end with month t. Each fact is a measure over months t whose D(t) (or whose peak) lies in a class.
The measures know nothing of where their months come from: the record, or one replicate, a future of each origin with its past before it.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from drawdown.exam.forecast import Bools
from drawdown.exam.origins import Origin
from drawdown.exam.outcomes import HORIZON, YEAR, trailing
from drawdown.exam.panel import Floats, Panel

Positions = NDArray[np.int64]
PEAK = 36  # months in which a peak counts
SEPARATE = 24  # months between two falls of a country
A_FALL = 0.2  # of the peak
LEAST_PEAK = 100
PAST = PEAK + YEAR  # months of record that stand before a simulated future


@dataclass(frozen=True, slots=True)
class WorldFact:
    """One fact: `value` and `standard_error` as measured in the record, over months (or exits) of `low` <= D < `high`."""

    id: str
    block: str
    statistic: str
    group: str
    value: float
    standard_error: float
    n: int
    measure: str
    low: float
    high: float
    months: int
    argument: float

    @property
    def sentence(self) -> str:
        return f"{self.statistic} ({self.group})"


def load() -> tuple[WorldFact, ...]:
    """The list, in its order."""
    with Path(__file__).with_name("facts.csv").open(newline="", encoding="utf-8") as file:
        return tuple(_fact(row) for row in csv.DictReader(file))


def _fact(row: Mapping[str, str]) -> WorldFact:
    return WorldFact(
        row["id"],
        row["block"],
        row["statistic"],
        row["group"],
        float(row["value"]),
        float(row["standard_error"] or "nan"),
        int(row["n"]),
        row["measure"],
        float(row["low"] or 0),
        float(row["high"] or "inf"),
        int(row["months"]),
        float(row["argument"] or "nan"),
    )


@dataclass(frozen=True)
class WarMonths:
    """Wars to measure. `deaths` [series, month]; facts count the months of `at` [month]; `yearly` is D.

    `december` marks the ends of calendar years. `capital` [series, month]: rebels took the capital in that month.
    """

    deaths: Floats
    at: Bools
    december: Bools
    capital: Bools | None = None
    yearly: Floats = field(init=False)

    def __post_init__(self) -> None:
        yearly = np.full(self.deaths.shape, np.nan)
        yearly[:, YEAR - 1 :] = trailing(self.deaths.T, YEAR).T
        object.__setattr__(self, "yearly", yearly)

    @cached_property
    def peaks(self) -> Floats:
        """The highest D of the last PEAK months, of those that are known; NaN where D is not."""
        filled = np.pad(np.where(np.isnan(self.yearly), -np.inf, self.yearly), ((0, 0), (PEAK - 1, 0)), constant_values=-np.inf)
        highest = np.lib.stride_tricks.sliding_window_view(filled, PEAK, axis=1).max(axis=2)
        return np.where(np.isnan(self.yearly), np.nan, highest)

    @cached_property
    def falls(self) -> tuple[Positions, Positions]:
        """(series, month) of every fall: the first month at or under a fifth of the peak of the last PEAK months, at least LEAST_PEAK; a
        country's next comes SEPARATE months later at the earliest."""
        low = (self.peaks >= LEAST_PEAK) & (self.yearly <= A_FALL * self.peaks)
        found: list[tuple[int, int]] = []
        for row, month in zip(*(part.tolist() for part in np.nonzero(low)), strict=True):
            if not found or found[-1][0] != row or month - found[-1][1] >= SEPARATE:
                found.append((row, month))
        places = np.array(found, dtype=np.int64).reshape(-1, 2)
        return places[:, 0], places[:, 1]


@dataclass(frozen=True)
class Exits:
    """Exits to measure: one or more rows an exit. NaN: not known, or no government left behind to take over from.

    `taken` and `back`: months to a takeover or fall, and to a return of foreign forces (inf: not within the horizon); `change` by months
    (12: the first year after the exit's month, 24: the second) log change of deaths against the year before it.
    """

    taken: Floats
    back: Floats
    change: Mapping[int, Floats]


def of_record(panel: Panel, last: np.datetime64) -> WarMonths:
    """All months of the record to `last`."""
    end = panel.row(last) + 1
    deaths = np.stack([series[:end] for series in panel.deaths.values()])
    every = np.ones(end, dtype=bool)
    months = panel.start + np.arange(end)
    return WarMonths(deaths, every, months.astype(int) % YEAR == YEAR - 1)


def of_futures(past: Floats, future: Floats, capital: Bools | None = None) -> WarMonths:
    """One replicate: past [series, PAST], future [series, HORIZON], capital [series, HORIZON] taken by that month.

    Facts count from the origin to the end of the future. Origins of one country must not overlap (`chain`): as in the record, each month
    then counts once, and windows of one war hang together; else the band would be narrower than chance makes the record.
    """
    deaths = np.concatenate([past, future], axis=1)
    rows = np.arange(deaths.shape[1]) - (past.shape[1] - 1)  # 0: the last month of record
    taken = None
    if capital is not None:
        new = np.diff(capital, axis=1, prepend=False)
        taken = np.concatenate([np.zeros(past.shape, dtype=bool), new], axis=1)
    return WarMonths(deaths, rows >= 0, (rows >= 0) & (rows % YEAR == 0), taken)


def _ahead(values: Floats, months: int) -> Floats:
    """values[:, t + months], NaN beyond the end."""
    found = np.full(values.shape, np.nan)
    found[:, : values.shape[1] - months] = values[:, months:]
    return found


def _pairs(fact: WorldFact, wars: WarMonths, when: Bools, later: Floats) -> tuple[Floats, Floats]:
    """D(t) in the fact's class at the allowed months, and what came later, both known."""
    kept = when[None, :] & (wars.yearly >= fact.low) & (wars.yearly < fact.high) & ~np.isnan(later)
    return wars.yearly[kept], later[kept]


def _mean(values: Floats | Bools) -> float:
    return float(values.mean()) if values.size else float("nan")


def _quantile(values: Floats, share: float) -> float:
    return float(np.quantile(values, share)) if values.size else float("nan")


def change_quantile(fact: WorldFact, wars: WarMonths) -> float:
    """Quantile of ln((D(t + h) + 1) / (D(t) + 1))."""
    now, then = _pairs(fact, wars, wars.at, _ahead(wars.yearly, fact.months))
    return _quantile(np.log1p(then) - np.log1p(now), fact.argument)


def fell(fact: WorldFact, wars: WarMonths) -> float:
    """Share in which D(t + h) is at most that part of D(t)."""
    now, then = _pairs(fact, wars, wars.at, _ahead(wars.yearly, fact.months))
    return _mean(then <= fact.argument * now)


def rose(fact: WorldFact, wars: WarMonths) -> float:
    """Share in which D(t + h) is at least that many times D(t)."""
    now, then = _pairs(fact, wars, wars.at, _ahead(wars.yearly, fact.months))
    return _mean(then >= fact.argument * now)


def under(fact: WorldFact, wars: WarMonths) -> float:
    """Share in which D(t + h) is under a number."""
    return _mean(_pairs(fact, wars, wars.at, _ahead(wars.yearly, fact.months))[1] < fact.argument)


def next_quantile(fact: WorldFact, wars: WarMonths) -> float:
    """Quantile of the log change to the next months alone, as a yearly rate."""
    sums = np.full(wars.deaths.shape, np.nan)
    sums[:, fact.months - 1 :] = trailing(wars.deaths.T, fact.months).T
    now, then = _pairs(fact, wars, wars.at, _ahead(sums, fact.months) * YEAR / fact.months)
    return _quantile(np.log1p(then) - np.log1p(now), fact.argument)


def silent(fact: WorldFact, wars: WarMonths) -> float:
    """Share of next months without a death."""
    return _mean(_pairs(fact, wars, wars.at, _ahead(wars.deaths, 1))[1] == 0)


def step_sd(fact: WorldFact, wars: WarMonths) -> float:
    """Standard deviation of the change of log(deaths + 1) to the next month."""
    change = _pairs(fact, wars, wars.at, np.log1p(_ahead(wars.deaths, 1)) - np.log1p(wars.deaths))[1]
    return float(change.std(ddof=1)) if change.size > 1 else float("nan")


def correlation(fact: WorldFact, wars: WarMonths) -> float:
    """Correlation of log(deaths + 1) of a month and a later one."""
    logs = np.log1p(wars.deaths)
    later = _ahead(logs, fact.months)
    kept = wars.at[None, :] & (wars.yearly >= fact.low) & (wars.yearly < fact.high) & ~np.isnan(later)
    if kept.sum() < 3 or not logs[kept].std() or not later[kept].std():
        return float("nan")
    return float(np.corrcoef(logs[kept], later[kept])[0, 1])


def quiet_years(fact: WorldFact, wars: WarMonths) -> float:
    """Share of calendar years after which a country has under a number of deaths in each of the next years."""
    later = np.stack([_ahead(wars.yearly, months) for months in range(YEAR, fact.months + 1, YEAR)])
    return _mean(_pairs(fact, wars, wars.december, later.max(axis=0))[1] < fact.argument)


def capital_taken(fact: WorldFact, wars: WarMonths) -> float:
    """Share of calendar years of a class in which rebels took the capital."""
    if wars.capital is None:
        return float("nan")
    taken = np.full(wars.deaths.shape, np.nan)
    taken[:, YEAR - 1 :] = trailing(wars.capital.T.astype(np.float64), YEAR).T
    when = wars.december.copy()
    if not wars.at.all():
        when[np.flatnonzero(when)[:1]] = False  # the year before the origin is not simulated
    return _mean(_pairs(fact, wars, when, taken)[1] > 0)


def _falls(fact: WorldFact, wars: WarMonths) -> tuple[Floats, Floats]:
    """(peak before, highest level in the months after) of the falls of a class whose months after are all known."""
    row, month = wars.falls
    peak, after = wars.peaks[row, month], _highest(wars.yearly, fact.months)[row, month]
    kept = wars.at[month] & (peak >= fact.low) & (peak < fact.high) & ~np.isnan(after)
    return peak[kept], after[kept]


def _highest(values: Floats, months: int) -> Floats:
    """The highest of the next `months`, NaN where one of them is not known."""
    found = np.full(values.shape, np.nan)
    if values.shape[1] > months:
        found[:, :-months] = np.lib.stride_tricks.sliding_window_view(values[:, 1:], months, axis=1).max(axis=2)
    return found


def came_back(fact: WorldFact, wars: WarMonths) -> float:
    """Share of falls after which D came back to that part of the old peak."""
    peak, after = _falls(fact, wars)
    return _mean(after >= fact.argument * peak)


def highest_after(fact: WorldFact, wars: WarMonths) -> float:
    """Quantile of the highest level after a fall over the old peak."""
    peak, after = _falls(fact, wars)
    return _quantile(after / peak, fact.argument)


def exit_takeover(fact: WorldFact, exits: Exits) -> float:
    """Share of exits whose capital or zone a rival took within so many months."""
    return _mean(exits.taken[~np.isnan(exits.taken)] <= fact.months)


def exit_return(fact: WorldFact, exits: Exits) -> float:
    """Share of exits after which foreign combat forces came in within so many months."""
    return _mean(exits.back[~np.isnan(exits.back)] <= fact.months)


def exit_change(fact: WorldFact, exits: Exits) -> float:
    """Quantile of the log change of deaths after exits."""
    change = exits.change[fact.months]
    return _quantile(change[~np.isnan(change)], fact.argument)


MEASURES: Mapping[str, Callable[[WorldFact, WarMonths], float]] = {
    measure.__name__: measure
    for measure in (
        change_quantile,
        fell,
        rose,
        under,
        next_quantile,
        silent,
        step_sd,
        correlation,
        quiet_years,
        capital_taken,
        came_back,
        highest_after,
    )
}
OF_EXITS: Mapping[str, Callable[[WorldFact, Exits], float]] = {m.__name__: m for m in (exit_takeover, exit_return, exit_change)}


def measured(facts: Sequence[WorldFact], wars: WarMonths, exits: Exits | None = None) -> Floats:
    """Each fact's statistic (fact); NaN where there is nothing to measure."""
    found = np.full(len(facts), np.nan)
    for row, fact in enumerate(facts):
        if fact.measure in MEASURES:
            found[row] = MEASURES[fact.measure](fact, wars)
        elif exits is not None:
            found[row] = OF_EXITS[fact.measure](fact, exits)
    return found


@dataclass(frozen=True, slots=True)
class FactBand:
    """A fact beside the simulated 90% band; `here` is the record at the exam's own origins, measured as the simulated futures are."""

    fact: WorldFact
    low: float
    median: float
    high: float
    here: float

    @property
    def inside(self) -> bool | None:
        """Whether the fact lies in the band; None where nothing could be simulated."""
        return None if np.isnan(self.low) else bool(self.low <= self.fact.value <= self.high)

    @property
    def inside_here(self) -> bool | None:
        """The same of the record at the exam's own origins; None where either is missing."""
        return None if np.isnan(self.low) or np.isnan(self.here) else bool(self.low <= self.here <= self.high)


def compared(facts: Sequence[WorldFact], replicates: Floats, here: Floats) -> tuple[FactBand, ...]:
    """Facts against `replicates` [replicate, fact]; a fact that under half of the replicates can measure counts as not simulated."""
    rows = []
    for position, fact in enumerate(facts):
        values = replicates[:, position]
        known = values[~np.isnan(values)]
        low, middle, high = np.quantile(known, (0.05, 0.5, 0.95)) if known.size * 2 >= len(values) else (np.nan,) * 3
        rows.append(FactBand(fact, float(low), float(middle), float(high), float(here[position])))
    return tuple(rows)


def chain(origins: Sequence[Origin], random: np.random.Generator) -> tuple[int, ...]:
    """Positions of origins whose futures tile each country's years without overlap, the first of each country drawn by chance."""
    by_country: dict[str, list[int]] = {}
    for position, origin in enumerate(origins):
        by_country.setdefault(origin.iso3, []).append(position)
    found: list[int] = []
    for positions in by_country.values():
        ordered = sorted(positions, key=lambda position: origins[position].month)
        first = origins[ordered[0]].month
        early = [position for position in ordered if origins[position].month - first < np.timedelta64(HORIZON, "M")]
        last = int(random.choice(early))
        found.append(last)
        for position in ordered:
            if origins[position].month - origins[last].month >= np.timedelta64(HORIZON, "M"):
                found.append(position)
                last = position
    return tuple(found)


def past_of(panel: Panel, iso3: str, month: np.datetime64) -> Floats:
    """The PAST months before an origin; NaN where the record has none."""
    found = np.full(PAST, np.nan)
    before = panel.before(iso3, month)[-PAST:]
    found[PAST - len(before) :] = before
    return found
