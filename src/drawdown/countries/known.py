"""What the world data knew of one country on a day: every row dated on or after it is gone before anything is built."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from drawdown.countries.world_data import Capital, CountryError, FirstLevelUnit, WorldData, kilometres

if TYPE_CHECKING:
    import pandas

TYPES = ("sb", "ns", "os")  # columns of the months, in the order of drawdown.vocabulary.violence
MOST_MONTHS = 240  # of the record, looked back upon


@dataclass(frozen=True)
class MonthlyDeaths:
    """Deaths of whole months before the origin, oldest first: `months` (datetime64[M]) and `deaths` [month, violence]."""

    months: NDArray[np.datetime64]
    deaths: NDArray[np.float64]

    @property
    def total(self) -> NDArray[np.float64]:
        """All deaths of each month."""
        return np.asarray(self.deaths.sum(axis=1))


@dataclass(frozen=True)
class Known:
    """Rows of one country dated before `origin`: frames as in the data, monthly deaths, its units and its capital."""

    iso3: str
    country: str
    origin: date
    recorded: MonthlyDeaths
    events: pandas.DataFrame  # with `age`: days before the origin
    dyads: pandas.DataFrame
    dyad_year: pandas.DataFrame
    dyad_groups: pandas.DataFrame
    support: pandas.DataFrame
    troops: pandas.DataFrame  # with `end`: the last day of the period
    agreements: pandas.DataFrame  # with `age`: days before the origin
    groups: pandas.DataFrame
    years: pandas.DataFrame
    borders: pandas.DataFrame
    units: tuple[FirstLevelUnit, ...]
    capital: Capital | None

    @property
    def capital_unit(self) -> FirstLevelUnit | None:
        """The unit in which the capital lies: the smallest that holds it, or the nearest centre."""
        if self.capital is None or not self.units:
            return None
        at = self.capital.longitude, self.capital.latitude
        holding = [unit for unit in self.units if unit.holds(*at)]
        return min(holding, key=lambda u: u.km2) if holding else min(self.units, key=lambda u: kilometres(at, (u.longitude, u.latitude)))


def known(data: WorldData, iso3: str, origin: date) -> Known:
    """Everything of a country that was dated before the origin. Raises `CountryError` where the data do not hold the country."""
    import pandas as pd

    months = data.table("country_month")
    whole = months[months["iso3"] == iso3]
    if whole.empty:
        raise CountryError(f"got the country '{iso3}'; the monthly deaths hold none of that code (three capital letters).")
    first, day = whole["month"].min(), pd.Timestamp(origin)
    if f"{origin:%Y-%m}" <= first:
        raise CountryError(f"got the origin {origin} of {iso3}; its record begins in {first}, and nothing before is known.")
    before = whole[whole["month"] < f"{origin:%Y-%m}"]
    events = _of(data.events, iso3)
    age = (day - pd.to_datetime(events["date_start"], format="%Y-%m-%d")).dt.days
    dyads, troops = _of(data.table("dyads"), iso3), _of(data.table("foreign_troops"), iso3)
    troops = troops.assign(end=[_end(str(p)) for p in troops["period"]])
    groups = _of(data.table("groups"), iso3)
    signed = _of(data.table("peace_agreements"), iso3)
    signed = signed.assign(age=(day - pd.to_datetime(signed["pa_date"], errors="coerce")).dt.days)
    return Known(
        iso3,
        str(whole["country"].iloc[-1]),
        origin,
        _recorded(before, origin),
        events.assign(age=age)[age > 0],
        dyads[pd.to_datetime(dyads["startdate"], errors="coerce") < day],
        _before(_of(data.table("dyad_year"), iso3), "year", origin),
        _before(_of(data.table("dyad_ethnic_groups"), iso3), "from", origin),
        _before(_of(data.table("external_support"), iso3), "year", origin),
        troops[pd.to_datetime(troops["end"]) < day],
        signed[signed["age"] > 0],
        groups[(groups["from"] < origin.year) & (groups["to"] >= origin.year - 1)],
        _before(_of(data.table("country_year"), iso3), "year", origin).sort_values("year"),
        _of(data.table("admin1_adjacency"), iso3),
        data.units.get(iso3, ()),
        _capital(data, iso3, origin),
    )


def _of(frame: pandas.DataFrame, iso3: str) -> pandas.DataFrame:
    """Rows of a country; several countries in one row are joined by semicolons."""
    codes = frame["iso3"]
    return frame[(codes == iso3) | codes.str.contains(rf"(?:^|;){iso3}(?:;|$)", na=False)]


def _before(frame: pandas.DataFrame, column: str, origin: date) -> pandas.DataFrame:
    return frame[frame[column] < origin.year]


def _end(period: str) -> date:
    """The last day of a year, a quarter (1995Q2) or a month (1995-06)."""
    year = int(period[:4])
    month = 12 if len(period) == 4 else 3 * int(period[5]) if "Q" in period else int(period[5:7])
    return date.fromordinal((date(year + 1, 1, 1) if month == 12 else date(year, month + 1, 1)).toordinal() - 1)


def _recorded(months: pandas.DataFrame, origin: date) -> MonthlyDeaths:
    end = np.datetime64(f"{origin:%Y-%m}", "M")
    begin = max(np.datetime64(str(months["month"].min()), "M"), end - np.timedelta64(MOST_MONTHS, "M"))
    span = np.arange(begin, end)
    deaths = np.zeros((len(span), len(TYPES)))
    at = months["month"].to_numpy().astype("datetime64[M]") - begin
    for row, values in zip(at.astype(int), months[list(TYPES)].to_numpy(float), strict=True):
        if row >= 0:
            deaths[row] += values
    return MonthlyDeaths(span, deaths)


def _capital(data: WorldData, iso3: str, origin: date) -> Capital | None:
    seats = [c for c in data.capitals if c.iso3 == iso3 and (c.since is None or c.since < origin)]
    return max(seats, key=lambda c: c.since or date.min) if seats else None
