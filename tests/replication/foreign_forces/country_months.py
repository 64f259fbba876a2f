"""Country-months of 1993 to August 2007 with what is known of their wars, and the foreign forces that came and went in them.

A mission, or a counted coalition, is there in a month in which 500 or more persons of it were; an army where coders see troops fight
beside the government. Countries that are kept back are in none of the tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

FIRST, END = "1993-02", "2007-09"  # records of missions outside the UN begin in January 1993; nothing later feeds a default
LEAST = 500.0  # persons
ACTIVE = 25.0  # deaths a year
FADES = 12.0  # months in which the memory of an agreement falls to 1/e


def country_months(world: Path) -> pd.DataFrame:
    """Each month of each country: `toll` (ln of dead a year per million residents + 1, over 100), `accord`, `before`, `there`, `was`,
    `deaths` of the twelve months before it, `fell` (rebels had won within the year) and `age`, years for which a force has been there."""
    months = pd.read_parquet(world / "country_month.parquet")[["iso3", "month", "sb", "ns", "os"]].sort_values(["iso3", "month"])
    months["all"] = months[["sb", "ns", "os"]].sum(axis=1)
    months["year"] = months.month.str[:4].astype(int)
    years = pd.read_csv(world / "country_year.csv", usecols=["iso3", "year", "population"]).drop_duplicates(["iso3", "year"])
    months = months.merge(years, on=["iso3", "year"], how="left").reset_index(drop=True)
    present, signed, won = _present(world), _signed(world), _won(world)
    at = list(zip(months.iso3, months.month, strict=True))
    months["there"], months["signed"], months["won"] = ([cell in found for cell in at] for found in (present, signed, won))
    by = months.groupby("iso3")
    months["population"] = by.population.transform(lambda s: s.ffill().bfill())
    months["deaths"] = by["all"].transform(lambda s: s.rolling(12, min_periods=6).sum().shift(1))
    months["lately"] = by["all"].transform(lambda s: s.rolling(60, min_periods=12).sum().shift(1)) / 5.0
    months["was"] = by.there.transform(lambda s: s.shift(1, fill_value=False))
    months["before"] = by.there.transform(lambda s: s.cummax().shift(1, fill_value=False)).astype(float)
    months["accord"] = by.signed.transform(_fading)
    months["fell"] = by.won.transform(lambda s: s.astype(float).rolling(12, min_periods=1).max().shift(1).fillna(0.0))
    months["toll"] = np.log((months.deaths / (months.population / 1e6) + 1.0) / 100.0)
    months["age"] = by.there.transform(_age)
    return months


def arrivals(months: pd.DataFrame) -> pd.DataFrame:
    """Months at war in a country in which no force stood the month before; `y` is whether one came."""
    at_risk = months[(months.month >= FIRST) & (months.month < END) & ~months.was & (months.deaths >= ACTIVE) & months.toll.notna()]
    return at_risk.assign(y=at_risk.there.astype(float))


def departures(months: pd.DataFrame) -> pd.DataFrame:
    """Months in which a force stood the month before, in a country that had 20 dead a year or more in the last five; `y`: none is left."""
    at_risk = months[(months.month >= FIRST) & (months.month < END) & months.was & (months.lately >= 20.0)]
    return at_risk.assign(y=1.0 - at_risk.there.astype(float), calm=(at_risk.deaths < ACTIVE).astype(float))


def armies(world: Path, months: pd.DataFrame) -> pd.DataFrame:
    """Years at war, 1990 to 2006, without a foreign army beside the government in the two years before; `y` is whether one came."""
    support = pd.read_csv(world / "external_support.csv")
    troops = support[(support.troops_as_party == 1) & (support.alleged != 1) & support.receiver.str.contains("Government of", na=False)]
    fought = {(code, int(r["year"])) for r in troops.to_dict("records") for code in str(r["iso3"]).split(";")}
    years = months.groupby(["iso3", "year"]).agg(deaths=("all", "sum"), population=("population", "mean")).reset_index()
    years = years[(years.year >= 1990) & (years.year <= 2006) & (years.deaths >= ACTIVE)]
    cells = list(zip(years.iso3, years.year, strict=True))
    years = years.assign(
        toll=np.log((years.deaths / (years.population / 1e6) + 1.0) / 100.0),
        y=[float(cell in fought) for cell in cells],
        before=[any((code, year - k) in fought for k in (1, 2)) for code, year in cells],
    )
    return years[~years.before & years.toll.notna()]


def sizes(world: Path, months: pd.DataFrame) -> NDArray[np.float64]:
    """Most persons of one mission within a year of each arrival."""
    counted = _counted(world)
    came = arrivals(months)
    found = []
    for code, month in came[came.y > 0][["iso3", "month"]].itertuples(index=False):
        until = str(np.datetime64(month, "M") + 12)
        found.append(counted[(counted.iso3 == code) & (counted.month >= month) & (counted.month <= until)].persons.max())
    return np.array(found, float)


def fitted(frame: pd.DataFrame, terms: Sequence[str], a_year: float = 12.0) -> dict[str, tuple[float, float]]:
    """ln of the yearly hazard: coefficient and standard error of each term, clustered by country; `constant` is at zero of all others."""
    design = np.column_stack([np.ones(len(frame)), *(frame[t].to_numpy(float) for t in terms)])
    y = frame.y.to_numpy(float)
    slope = np.zeros(design.shape[1])
    slope[0] = np.log(y.mean())
    for _ in range(80):
        mean = np.exp(design @ slope)
        bend = design.T @ (design * mean[:, None]) + 1e-3 * np.eye(len(slope))
        slope = slope + np.clip(np.linalg.solve(bend, design.T @ (y - mean) - 1e-3 * slope), -1.0, 1.0)
    mean = np.exp(design @ slope)
    turn = np.linalg.inv(design.T @ (design * mean[:, None]) + 1e-3 * np.eye(len(slope)))
    scores = pd.DataFrame(design * (y - mean)[:, None]).groupby(frame.iso3.to_numpy()).sum().to_numpy()
    error = np.sqrt(np.diag(turn @ scores.T @ scores @ turn))
    slope[0] += np.log(a_year)
    return {name: (float(v), float(e)) for name, v, e in zip(("constant", *terms), slope, error, strict=True)}


def _counted(world: Path) -> pd.DataFrame:
    troops = pd.read_csv(world / "foreign_troops.csv", low_memory=False)
    troops = troops[(troops.freq == "month") & (troops.persons >= LEAST)]
    return troops.assign(iso3=troops.iso3.str.split(";"), month=troops.period.str[:7]).explode("iso3")


def _present(world: Path) -> set[tuple[str, str]]:
    """Country and month; a gap of up to two months in the record is none in the world."""
    counted = _counted(world)
    found = {(str(c), str(m)) for c, m in counted[["iso3", "month"]].itertuples(index=False)}
    gaps = set()
    for code, month in found:
        nearby = [str(np.datetime64(month, "M") + k) for k in (1, 2, 3)]
        last = next((k for k in (3, 2, 1) if (code, nearby[k - 1]) in found), 1)
        gaps |= {(code, nearby[k]) for k in range(last - 1)}
    return found | gaps


def _signed(world: Path) -> set[tuple[str, str]]:
    rows = pd.read_csv(world / "peace_agreements.csv", usecols=["iso3", "pa_date"]).dropna()
    return {(code, str(day)[:7]) for c, day in rows.itertuples(index=False) for code in str(c).split(";")}


def _won(world: Path) -> set[tuple[str, str]]:
    ends = pd.read_csv(world / "terminations.csv")
    ends = ends[(ends.outcome == "rebel victory") & ends.type.str.contains("internal")]
    return {(code, str(r["end_date"])[:7]) for r in ends.to_dict("records") for code in str(r["iso3"]).split(";")}


def _fading(signed: pd.Series) -> pd.Series:
    """1 in the month after a signature, falling to 1/e in `FADES` months."""
    value, found = 0.0, []
    for now in signed:
        found.append(value)
        value = 1.0 if now else value * np.exp(-1.0 / FADES)
    return pd.Series(found, index=signed.index)


def _age(there: pd.Series) -> pd.Series:
    """Years for which a force had been there when the month began."""
    age, found = 0, []
    for now in there:
        found.append(age / 12.0)
        age = age + 1 if now else 0
    return pd.Series(found, index=there.index)


def halved(world: Path) -> list[tuple[str, int]]:
    """Each fall of the largest mission in a country, of 1,000 or more at its most, to half of that: what came first within two years, and
    after how many months: `gone` (under 500), `up` (four fifths of its most again), or `neither`."""
    troops = pd.read_csv(world / "foreign_troops.csv", low_memory=False)
    troops = troops[(troops.freq == "month") & troops.persons.notna()]
    troops = troops.assign(iso3=troops.iso3.str.split(";"), month=troops.period.str[:7]).explode("iso3")
    most = troops.groupby(["iso3", "month"]).persons.max().unstack(0)
    most.index = pd.PeriodIndex(most.index, freq="M")
    span = pd.period_range("1993-01", "2007-08", freq="M")
    most = most.reindex(span).interpolate(limit=2, limit_area="inside").fillna(0.0)
    found = []
    for code in most:
        persons, peak, k = most[code].to_numpy(), 0.0, 0
        while k < len(persons):
            peak = max(peak, persons[k])
            if peak >= 1000 and persons[k] <= 0.5 * peak:
                ahead = persons[k : k + 25]
                gone = next((i for i, v in enumerate(ahead) if v < LEAST), len(persons))
                up = next((i for i, v in enumerate(ahead) if v >= 0.8 * peak), len(persons))
                first = min(gone, up, len(ahead) - 1)
                found.append(("gone" if gone < up else "up" if up < gone else "neither", first))
                peak, k = (0.0, k + gone) if gone < up else (persons[k], k)
            k += 1
    return found
