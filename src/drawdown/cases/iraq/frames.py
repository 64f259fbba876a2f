"""The data cut at an origin; shared by the estimates in `drawdown.cases.iraq.origin`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas

METHOD = "computed in drawdown.cases.iraq.origin"
KURDISTAN = ("dahuk", "erbil", "sulaymaniyah")


@dataclass(frozen=True)
class Frames:
    """The data, each already cut so that nothing in it is dated on or after `as_of`."""

    as_of: date
    sigact: pandas.DataFrame
    points: pandas.DataFrame
    ibc: pandas.DataFrame
    sums: pandas.DataFrame  # records of the same that add up many incidents: a morgue's month
    districts: pandas.DataFrame
    ucdp: pandas.DataFrame
    us_deaths: pandas.DataFrame
    us_months: pandas.DataFrame
    profile: pandas.DataFrame
    handovers: pandas.DataFrame

    @property
    def known_on(self) -> date:
        """The last day of which anything is held."""
        return self.as_of - timedelta(days=1)


def read(folder: Path, as_of: date) -> Frames:
    """Read the Iraq files under `folder` and drop every record dated on or after `as_of`. Raises FileNotFoundError naming the file."""
    import pandas as pd

    def before(frame: pandas.DataFrame, column: str, days: int = 0) -> pandas.DataFrame:
        ends = pd.to_datetime(frame[column]) + pd.Timedelta(days=days)
        return frame.assign(**{column: pd.to_datetime(frame[column])})[ends < pd.Timestamp(as_of)].reset_index(drop=True)

    def table(name: str) -> pandas.DataFrame:
        path = folder / name
        return pd.read_parquet(path) if name.endswith("parquet") else pd.read_csv(path)

    ibc = before(table("ibc_events.parquet"), "date_start")
    ibc = before(ibc, "date_end")  # a record still open at the origin was not known then
    months = table("us_monthly_troops_casualties.csv")
    months = months.assign(month=pd.to_datetime(months["month"]))
    return Frames(
        as_of=as_of,
        sigact=before(table("esoc_sigact_governorate_week.csv"), "week_start", days=6),
        points=before(table("geocausal_events.parquet"), "date"),
        ibc=ibc[~ibc["is_aggregate"] & ~ibc["dup_suspect"]].reset_index(drop=True),
        sums=ibc[ibc["is_aggregate"]].reset_index(drop=True),
        districts=before(table("esoc_ibc_events.parquet"), "date_start"),
        ucdp=before(table("ucdp_ged_iraq.parquet"), "date_end"),
        us_deaths=before(table("us_fatalities_oif.csv"), "date"),
        us_months=months[months["month"] + pd.offsets.MonthEnd(0) < pd.Timestamp(as_of)].reset_index(drop=True),
        profile=table("governorate_profile.csv").set_index("governorate"),
        handovers=before(table("pic_handover.csv"), "date"),
    )
