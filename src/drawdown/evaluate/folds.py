"""Rolling origins over recorded deaths: what was known on a date, which months come after it, and nothing in between.

A forecaster is handed `History.until(origin)`, which holds no later day; it cannot read ahead by mistake.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from drawdown.errors import DrawdownError

Floats = NDArray[np.float64]

# A month of which this many days have passed counts as known, scaled to its length: an analyst would not throw August away on the 28th.
PARTIAL_DAYS = 21
MONTH = np.timedelta64(1, "M")  # a bare 1 is of no unit to NumPy, which will not take it for a month much longer


class FoldError(DrawdownError):
    """Origins, months or data do not fit; the message says what came and what was expected."""


@dataclass(frozen=True, slots=True)
class Months:
    """Deaths by calendar month and place: `values` has shape (month, place); `labels` are datetime64[M]."""

    labels: NDArray[np.datetime64]
    places: tuple[str, ...]
    values: Floats


@dataclass(frozen=True, slots=True)
class History:
    """Recorded deaths by day and place. `daily` has shape (day, place), day 0 is `start`; records of several days are spread evenly."""

    start: date
    places: tuple[str, ...]
    daily: Floats

    @property
    def end(self) -> date:
        """First day that is not held."""
        return self.start + timedelta(days=len(self.daily))

    def until(self, as_of: date) -> History:
        """What was known on the morning of `as_of`: days before it. Raises FoldError where that leaves nothing."""
        days = (as_of - self.start).days
        if days <= 0:
            raise FoldError(f"nothing is recorded before {as_of}; the data begin on {self.start}")
        kept = self.daily[:days].copy()
        kept.setflags(write=False)
        return History(self.start, self.places, kept)

    def monthly(self) -> Months:
        """Sums by calendar month: complete months, and a last one begun at least 21 days ago, scaled to its length."""
        days = np.datetime64(self.start, "D") + np.arange(len(self.daily))
        month = days.astype("datetime64[M]")
        labels, first = np.unique(month, return_index=True)
        sums = np.add.reduceat(self.daily, first, axis=0)
        held = np.diff(np.append(first, len(days)))
        length = ((labels + MONTH).astype("datetime64[D]") - labels.astype("datetime64[D]")).astype(int)
        known = held == length
        # Only the last month may be partial and kept: a gap at the start has no days "so far".
        if not known[-1] and held[-1] >= PARTIAL_DAYS and days[first[-1]] == labels[-1].astype("datetime64[D]"):
            sums[-1] *= length[-1] / held[-1]
            known[-1] = True
        return Months(labels[known], self.places, sums[known])

    def weekly(self, weeks: int, end: date | None = None) -> Floats:
        """Deaths in each of the last `weeks` weeks before `end` (by default the end of the data): shape (week, place), oldest first."""
        last = ((end or self.end) - self.start).days
        first = last - 7 * weeks
        if first < 0 or last > len(self.daily):
            raise FoldError(f"{weeks} weeks before {end or self.end} reach outside the data, {self.start} to {self.end}")
        block: Floats = self.daily[first:last].reshape(weeks, 7, len(self.places)).sum(axis=1)
        return block


def target_months(origin: date, leads: Sequence[int]) -> NDArray[np.datetime64]:
    """Calendar months at each lead; lead 1 is the first month that begins on or after the origin."""
    if not leads or min(leads) < 1:
        raise FoldError(f"leads are {list(leads)}; expected whole months from 1 up")
    month = np.datetime64(origin, "M")
    first = month if origin.day == 1 else month + MONTH
    return np.asarray(first + (np.asarray(leads) - 1))


def observed(history: History, origin: date, leads: Sequence[int]) -> Floats:
    """Deaths in the target months: shape (lead, place); NaN where the data do not hold the whole month."""
    months = history.monthly()
    complete = dict(zip(months.labels, months.values, strict=True))
    # A partial last month is an estimate, fit for a forecaster's past and not for the truth.
    if months.labels.size and (months.labels[-1] + MONTH).astype("datetime64[D]").astype(date) > history.end:
        complete.pop(months.labels[-1])
    blank = np.full(len(history.places), np.nan)
    return np.stack([complete.get(m, blank) for m in target_months(origin, leads)])


def rolling_origins(first: date, last: date, months: int = 3) -> tuple[date, ...]:
    """Origins every `months` months from `first` to `last` inclusive, on the day of the month of `first` (at most the 28th)."""
    if months < 1 or last < first or first.day > 28:
        raise FoldError(f"origins from {first} to {last} every {months} month(s): expected a rising range, a day up to the 28th")
    found: list[date] = []
    year, month = first.year, first.month
    while (origin := date(year, month, first.day)) <= last:
        found.append(origin)
        year, month = year + (month - 1 + months) // 12, (month - 1 + months) % 12 + 1
    return tuple(found)


def spread(
    starts: Sequence[date], ends: Sequence[date], places: Sequence[str], deaths: Sequence[float], known_places: tuple[str, ...]
) -> tuple[History, int]:
    """Records to a daily history: each record's deaths spread evenly over its days. Returns it and how many records had no known place.

    Raises FoldError for a record that ends before it starts or has a negative or missing number of deaths.
    """
    column = {place: j for j, place in enumerate(known_places)}
    rows = [(s, e, column[p], d) for s, e, p, d in zip(starts, ends, places, deaths, strict=True) if p in column]
    wrong = [(s, e, d) for s, e, _, d in rows if e < s or not d >= 0]
    if wrong:
        raise FoldError(f"{len(wrong)} record(s) end before they start or lack a number of deaths, the first: {wrong[0]}")
    if not rows:
        raise FoldError("no record lies in a known place")
    start, end = min(r[0] for r in rows), max(r[1] for r in rows)
    daily = np.zeros(((end - start).days + 1, len(known_places)))
    for s, e, j, d in rows:
        n = (e - s).days + 1
        daily[(s - start).days : (s - start).days + n, j] += d / n
    return History(start, known_places, daily), len(deaths) - len(rows)
