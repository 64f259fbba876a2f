"""The Iraq data cut at an origin, and the rows that tables are made of; shared by the estimates in `drawdown.cases.iraq.origin`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from drawdown.cases.iraq.statements import PLACES, Statement

if TYPE_CHECKING:
    import pandas

Row = dict[str, Any]
METHOD = "computed in drawdown.cases.iraq.origin"
NUMBER_COLUMNS = ("low", "best", "high", "weight", "unit", "source", "locator", "grade", "known_on", "applies_from", "note")
KURDISTAN = ("dahuk", "erbil", "sulaymaniyah")

# A governorate's part that is a place of its own: its parent, its ESOC district, and, where the district is wider than the place (that
# of Basra holds the airport), the box (west, south, east, north) that holds its attacks.
PARTS: Mapping[str, tuple[str, str, tuple[float, float, float, float] | None]] = {
    "basra-city": ("basra", "Basrah", (47.72, 30.44, 47.90, 30.58)),
    "sadr-city": ("baghdad", "Al Sadr", None),
}


@dataclass(frozen=True)
class Frames:
    """The data, each already cut so that nothing in it is dated on or after `as_of`."""

    as_of: date
    sigact: pandas.DataFrame
    points: pandas.DataFrame
    ibc: pandas.DataFrame
    districts: pandas.DataFrame
    ucdp: pandas.DataFrame
    us_deaths: pandas.DataFrame
    us_months: pandas.DataFrame
    profile: pandas.DataFrame
    handovers: pandas.DataFrame


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
        districts=before(table("esoc_ibc_events.parquet"), "date_start"),
        ucdp=before(table("ucdp_ged_iraq.parquet"), "date_end"),
        us_deaths=before(table("us_fatalities_oif.csv"), "date"),
        us_months=months[months["month"] + pd.offsets.MonthEnd(0) < pd.Timestamp(as_of)].reset_index(drop=True),
        profile=table("governorate_profile.csv").set_index("governorate"),
        handovers=before(table("pic_handover.csv"), "date"),
    )


def admin1_of(place_id: str) -> str:
    """The governorate, as the data spell it, of a place of the scenario."""
    return next(p.admin1 for p in PLACES if p.id == place_id)


def row_of(dims: Row, low: float | None, best: float, high: float | None, **columns: Any) -> Row:
    """One row of a table: dimensions, percentiles to five digits, and the columns of `NUMBER_COLUMNS`."""
    numbers = {"low": low, "best": best, "high": high}
    row = dict(dims) | {k: "" if v is None else _short(v) for k, v in numbers.items()}
    return row | {c: columns.get(c, "") for c in NUMBER_COLUMNS if c not in row}


def _short(value: float) -> float:
    """Five significant digits: more would pretend."""
    return float(f"{value:.5g}")


def statement_row(dims: Row, said: Statement, unit: str) -> Row:
    """A row that says what a statement says."""
    columns = {"unit": unit, "source": said.source, "locator": said.locator, "grade": said.grade, "known_on": said.since, "note": said.note}
    return row_of(dims, said.low, said.best, said.high, **columns)
