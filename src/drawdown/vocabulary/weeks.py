"""Weeks of a run: week k begins 7k days after the origin, whatever the weekday."""

from __future__ import annotations

from datetime import date

import numpy as np
from numpy.typing import NDArray

DAYS = 7


def week_of_day(day: date, origin: date) -> int:
    """The week that a day falls in, from 0; negative before the origin."""
    return (day - origin).days // DAYS


def weeks_begun_before(day: date, origin: date) -> int:
    """How many weeks of the run begin before a day: the week after the last, where the day ends a window."""
    return -(-(day - origin).days // DAYS)


def week_dates(origin: date, weeks: int) -> NDArray[np.datetime64]:
    """First day of each week of a run."""
    return np.datetime64(origin, "D") + DAYS * np.arange(weeks)
