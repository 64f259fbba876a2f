"""Reads single values of event records: dates in the makers' forms, counts, coordinates; None where there is none."""

from __future__ import annotations

import calendar
import math
import re
from datetime import date, timedelta
from functools import lru_cache

MONTHS = {name.casefold(): i for i, name in enumerate(calendar.month_name) if name} | {
    name.casefold(): i for i, name in enumerate(calendar.month_abbr) if name
}
EARLIEST, LATEST = date(1946, 1, 1), date(2100, 1, 1)

_ISO = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?$")
_DAY_MONTH = re.compile(r"^(\d{1,2})[ -]([A-Za-z]{3,9})[ -](\d{4})$")
_SLASH = re.compile(r"^(\d{1,2})/(\d{1,2})/(\d{4})(?: .*)?$")


def day(text: str, *, month_first: bool = False) -> date | None:
    """A date from `2007-08-31`, `2007-08-31 00:00:00.000`, `31 August 2007`, `31-Aug-2007` or `31/8/2007`.

    With slashes the day comes first unless `month_first`; where only one reading is a date, that one is taken.
    """
    text = text.strip()
    return _day(text, month_first)


@lru_cache(maxsize=1 << 14)
def _day(text: str, month_first: bool) -> date | None:
    """A file names few days many times."""
    if found := _ISO.match(text):
        return _date(int(found[1]), int(found[2]), int(found[3]))
    if found := _DAY_MONTH.match(text):
        month = MONTHS.get(found[2].casefold())
        return _date(int(found[3]), month, int(found[1])) if month else None
    if found := _SLASH.match(text):
        first, second, year = int(found[1]), int(found[2]), int(found[3])
        usual = _date(year, first, second) if month_first else _date(year, second, first)
        return usual or (_date(year, second, first) if month_first else _date(year, first, second))
    return None


def _date(year: int, month: int, day_of_month: int) -> date | None:
    try:
        value = date(year, month, day_of_month)
    except ValueError:
        return None
    return value if EARLIEST <= value < LATEST else None


def month_of(value: date) -> tuple[date, date]:
    """First and last day of the month."""
    return value.replace(day=1), value.replace(day=calendar.monthrange(value.year, value.month)[1])


def week_around(value: date) -> tuple[date, date]:
    """Three days before to three days after."""
    return value - timedelta(days=3), value + timedelta(days=3)


def count(text: str) -> int | None:
    """A whole number of at least zero; `3.0` passes, `3.5`, `-1`, `nan` and text do not."""
    if text.isascii() and text.isdigit() and len(text) < 8:
        return int(text)
    try:
        value = float(text)
    except (TypeError, ValueError):
        return None
    return int(value) if math.isfinite(value) and value >= 0 and value == int(value) and value < 10_000_000 else None


def coordinate(text: str, limit: float) -> float | None:
    """Degrees within plus or minus `limit`."""
    try:
        value = float(text)
    except (TypeError, ValueError):
        return None
    return value if math.isfinite(value) and abs(value) <= limit else None
