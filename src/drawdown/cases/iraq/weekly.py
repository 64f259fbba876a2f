"""What the record of Iraq is read from: single incidents, and attacks and US dead by week.

Weeks start on Monday: the attack file's own weeks (1 January, 52 a year) are spread over their days and gathered again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from drawdown.data.events import daily
from drawdown.data.problems import DataError
from drawdown.errors import Problem

if TYPE_CHECKING:
    import pandas as pd

INCIDENTS, ATTACKS, US_DEAD = FILES = ("ibc_events.parquet", "esoc_sigact_governorate_week.csv", "us_fatalities_oif.csv")


@dataclass(frozen=True)
class Weekly:
    """Tables have a row a week, named by its Monday, and a column a governorate (sorted).

    - `incidents`: IBC's records with a governorate, sums of many left out, one row each.
    - `attacks`: recorded by the coalition (SIGACT, corrected); NaN where the record has a hole.
    - `us_dead`: US hostile deaths; those whose place is not told (about one in seventeen) are left out.
    """

    incidents: pd.DataFrame
    attacks: pd.DataFrame
    us_dead: pd.DataFrame


def folder_in(data: Path) -> Path | None:
    """The folder with the files: `data` itself or its folder `iraq`; None where they are in neither."""
    return next((folder for folder in (data / "iraq", data) if (folder / INCIDENTS).is_file()), None)


def load(folder: Path, until: date) -> Weekly:
    """Read the files of `folder`, leaving out all that happened after the day `until`, and weeks that are not over by then.

    Raises `DataError` naming every file that is missing.
    """
    import pandas as pd

    missing = [name for name in FILES if not (folder / name).is_file()]
    if missing:
        raise DataError([Problem("missing; the record is not complete", file=str(folder / name)) for name in missing])
    end = pd.Timestamp(until)

    ibc = pd.read_parquet(folder / INCIDENTS)
    ibc = ibc[~ibc["is_aggregate"] & ibc["governorate"].notna() & (ibc["date_start"] <= end)].reset_index(drop=True)

    sigact = pd.read_csv(folder / ATTACKS, parse_dates=["week_start"])
    governorates = tuple(sorted(sigact["governorate"].unique()))
    sigact = sigact[sigact["week_start"] <= end].rename(columns={"week_start": "date_start"})
    sigact["date_end"] = sigact["date_start"] + pd.to_timedelta(sigact["days_in_week"] - 1, unit="D")
    attacks = gather(sigact, "sigact_corrected", governorates, end)
    holes = gather(sigact, "data_gap", governorates, end)

    us = pd.read_csv(folder / US_DEAD, parse_dates=["date"])
    us = us[us["hostile"] & (us["date"] <= end) & us["governorate"].notna()]
    us = us.assign(date_start=us["date"], date_end=us["date"], dead=1.0)
    return Weekly(ibc, attacks.mask(holes > 0), gather(us, "dead", governorates, end))


def gather(records: pd.DataFrame, value: str, governorates: Sequence[str], until: pd.Timestamp) -> pd.DataFrame:
    """Sum records (date_start, date_end, governorate and `value`, spread over their days) by week and governorate, zeros filled."""
    import pandas as pd

    by_day = daily(records, value, by=("governorate",))
    weeks = pd.Grouper(key="day", freq="W-MON", label="left", closed="left")
    wide = by_day[by_day["day"] <= until].groupby([weeks, "governorate"])[value].sum().unstack("governorate")
    wide = wide.reindex(columns=list(governorates)).fillna(0.0).asfreq("W-MON", fill_value=0.0)
    whole = pd.DatetimeIndex(wide.index) + pd.Timedelta(days=7) <= until + pd.Timedelta(days=1)
    return wide[whole].rename_axis(index="week", columns="governorate")
