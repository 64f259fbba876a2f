"""Reads the development files (not shipped): weekly and monthly series of deaths, attacks, own losses and troops by governorate.

Weeks start on Monday everywhere: the attack file's own weeks (1 January, 52 a year) are spread over their days and gathered again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from drawdown.data.problems import DataError
from drawdown.errors import Problem

if TYPE_CHECKING:
    import pandas as pd

FILES = (
    "ibc_governorate_month_spread.csv",
    "ibc_events.parquet",
    "esoc_sigact_governorate_week.csv",
    "ucdp_ged_iraq.parquet",
    "us_fatalities_oif.csv",
    "us_monthly_troops_casualties.csv",
    "governorate_profile.csv",
    "governorate_adjacency.csv",
)


@dataclass(frozen=True)
class Development:
    """Iraq to the origin. Tables have governorates (sorted) as columns unless said otherwise; months and weeks are their first days.

    - `deaths_month` [month x governorate]: civilian deaths (IBC), multi-day records spread evenly, aggregates in.
    - `deaths_week`, `incidents_week` [week x governorate]: IBC without aggregates; deaths spread over the days of a record.
    - `attacks_week`, `attacks_month`: attacks recorded by the coalition (SIGACT, corrected); NaN where the record has a hole.
    - `ucdp`: one row per event in GED columns plus `governorate`; `ucdp_month[type]`: deaths by month and governorate, types 1, 2, 3.
    - `us_month`, `us_week`: US hostile deaths by governorate (deaths without one are left out; `us_unplaced` counts them).
    - `troops` [month]: us_troops, coalition_total, non_us_coalition, us_deaths_list, us_hostile_deaths_list.
    - `population` [governorate]: 2007; `borders` {(a, b): km}.
    """

    governorates: tuple[str, ...]
    deaths_month: pd.DataFrame
    deaths_week: pd.DataFrame
    incidents_week: pd.DataFrame
    attacks_week: pd.DataFrame
    attacks_month: pd.DataFrame
    ucdp: pd.DataFrame
    ucdp_month: dict[int, pd.DataFrame]
    us_month: pd.DataFrame
    us_week: pd.DataFrame
    us_unplaced: int
    troops: pd.DataFrame
    population: pd.Series[float]
    borders: dict[tuple[str, str], float]
    incidents: pd.DataFrame  # IBC incidents without aggregates, one row each


def folder_in(data: Path) -> Path | None:
    """The folder with the files: `data` itself or its folder `iraq`; None where they are in neither."""
    return next((folder for folder in (data / "iraq", data) if (folder / "ibc_events.parquet").is_file()), None)


def load(folder: Path, *, until: date | None = None) -> Development:
    """Read the development files of `folder`, or of its folder `iraq`, leaving out all that happened after the day `until`.

    Weeks and months that are not over by then are left out whole; the first of a table may be partial.
    Raises `DataError` naming every file that is missing.
    """
    import pandas as pd

    root = folder / "iraq" if (folder / "iraq").is_dir() else folder
    missing = [name for name in FILES if not (root / name).is_file()]
    if missing:
        raise DataError([Problem("missing; the development data is not complete", file=str(root / name)) for name in missing])
    end = pd.Timestamp(until) if until is not None else pd.Timestamp("2007-09-02")

    profile = pd.read_csv(root / "governorate_profile.csv")
    places = tuple(sorted(str(g) for g in profile["governorate"]))
    month_table = pd.read_csv(root / "ibc_governorate_month_spread.csv")
    month_table.index = pd.DatetimeIndex(pd.to_datetime(month_table.pop("month") + "-01"), name="month")
    deaths_month = month_table[list(places)].astype(float)
    deaths_month = deaths_month[pd.DatetimeIndex(deaths_month.index) + pd.offsets.MonthEnd(0) <= end]

    ibc = pd.read_parquet(root / "ibc_events.parquet")
    ibc = ibc[~ibc["is_aggregate"] & ibc["governorate"].notna() & (ibc["date_start"] <= end)].reset_index(drop=True)
    daily = spread(ibc["date_start"], ibc["date_end"], ibc["governorate"], ibc["deaths_max"].astype(float))
    starts = spread(ibc["date_start"], ibc["date_start"], ibc["governorate"], pd.Series(1.0, index=ibc.index))

    sigact = pd.read_csv(root / "esoc_sigact_governorate_week.csv", parse_dates=["week_start"])
    last = sigact["week_start"] + pd.to_timedelta(sigact["days_in_week"] - 1, unit="D")
    attacks = spread(sigact["week_start"], last, sigact["governorate"], sigact["sigact_corrected"].astype(float))
    holes = spread(sigact["week_start"], last, sigact["governorate"], sigact["data_gap"] * sigact["days_in_week"].astype(float))

    ucdp = pd.read_parquet(root / "ucdp_ged_iraq.parquet")
    ucdp = ucdp[ucdp["date_end"] <= end].reset_index(drop=True)
    placed = ucdp[ucdp["governorate"].notna() & (ucdp["date_prec"] < 5) & (ucdp["date_start"] >= "2003-01-01")]
    by_type = {
        kind: gather(spread(p["date_start"], p["date_end"], p["governorate"], p["best"].astype(float)), "MS", places, end)
        for kind, p in ((k, placed[placed["type_of_violence"] == k]) for k in (1, 2, 3))
    }

    us = pd.read_csv(root / "us_fatalities_oif.csv", parse_dates=["date"])
    us = us[us["hostile"] & (us["date"] <= end)]
    us_placed = us[us["governorate"].notna()]
    us_daily = spread(us_placed["date"], us_placed["date"], us_placed["governorate"], pd.Series(1.0, index=us_placed.index))

    troops = pd.read_csv(root / "us_monthly_troops_casualties.csv")
    troops.index = pd.DatetimeIndex(pd.to_datetime(troops.pop("month") + "-01"), name="month")
    borders = pd.read_csv(root / "governorate_adjacency.csv")
    return Development(
        governorates=places,
        deaths_month=deaths_month,
        deaths_week=gather(daily, "W-MON", places, end),
        incidents_week=gather(starts, "W-MON", places, end),
        attacks_week=gather(attacks, "W-MON", places, end, holes),
        attacks_month=gather(attacks, "MS", places, end, holes),
        ucdp=ucdp,
        ucdp_month=by_type,
        us_month=gather(us_daily, "MS", places, end),
        us_week=gather(us_daily, "W-MON", places, end),
        us_unplaced=int(us["governorate"].isna().sum()),
        troops=troops[troops.index <= end],
        population=profile.set_index("governorate")["wfp_pop2007"].astype(float).sort_index(),
        borders={(str(r.a), str(r.b)): float(str(r.shared_border_km_approx)) for r in borders.itertuples()},
        incidents=ibc,
    )


def spread(start: pd.Series[pd.Timestamp], end: pd.Series[pd.Timestamp], place: pd.Series[str], value: pd.Series[float]) -> pd.DataFrame:
    """Split each record evenly over its days: a frame with columns day, place, value whose sum is that of `value`."""
    import numpy as np
    import pandas as pd

    first = start.to_numpy().astype("datetime64[D]")
    days = np.maximum((end.to_numpy().astype("datetime64[D]") - first).astype(np.int64) + 1, 1)
    row = np.repeat(np.arange(len(days)), days)
    offset = np.arange(len(row)) - np.repeat(np.cumsum(days) - days, days)
    return pd.DataFrame(
        {
            "day": first[row] + offset.astype("timedelta64[D]"),
            "place": place.to_numpy()[row],
            "value": (value.to_numpy(dtype=float) / days)[row],
        }
    )


def gather(daily: pd.DataFrame, rule: str, places: tuple[str, ...], until: pd.Timestamp, holes: pd.DataFrame | None = None) -> pd.DataFrame:
    """Sum a daily frame (see `spread`) into months ("MS") or weeks that start on Monday ("W-MON") by place, zeros filled, up to `until`.

    Cells in which `holes` has any day turn NaN: the record has a gap there, which is not a zero.
    """
    import numpy as np
    import pandas as pd

    def table(frame: pd.DataFrame) -> pd.DataFrame:
        periods = pd.Grouper(key="day", freq=rule, label="left", closed="left")
        wide = frame[frame["day"] <= until].groupby([periods, "place"])["value"].sum().unstack("place")
        wide = wide.reindex(columns=list(places)).fillna(0.0).asfreq(rule, fill_value=0.0)
        following = pd.DatetimeIndex(wide.index) + (pd.offsets.MonthBegin(1) if rule == "MS" else pd.Timedelta(days=7))
        return wide[following <= until + pd.Timedelta(days=1)].rename_axis(index="start", columns="place")

    result = table(daily)
    if holes is not None:
        gap = table(holes).reindex(result.index).fillna(0.0)
        result = result.mask(gap > 0, np.nan)
    return result
