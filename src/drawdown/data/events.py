"""From checked rows to the tidy event frame that all event sources share: duplicates found, aggregates left out, dates spread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from operator import itemgetter
from typing import TYPE_CHECKING

from drawdown.data.loaded import EVENT_COLUMNS, Ledger, Loaded
from drawdown.data.table import DataRow
from drawdown.data.values import coordinate, count, day

if TYPE_CHECKING:
    import pandas as pd

SAME_ID = "same id as an earlier row"
AGGREGATE = "summaries of many events (kept with aggregates=True)"
NO_DATE = "no readable date"
WRONG_ORDER = "ends before it starts"
NO_DEATHS = "no readable number of deaths"
NO_ID = "no id"
LONGEST_EVENT = 31  # days; a record that spans more is a summary, not an event

_TEXT = ("id", "side_a", "side_b", "dyad_name", "country", "adm_1", "adm_2", "where_coordinates", "kind", "status")
_WHOLE = (
    "date_prec",
    "type_of_violence",
    "where_prec",
    "deaths_a",
    "deaths_b",
    "deaths_civilians",
    "deaths_unknown",
    "best",
    "low",
    "high",
)

EventRecord = dict[str, object]


def dates(row: DataRow, first: str, last: str, ledger: Ledger, *, month_first: bool = False) -> tuple[date, date] | None:
    """Start and end of a record (end absent: the same day), or None when the row has to go; the ledger knows why."""
    start = day(row[first], month_first=month_first)
    end = day(row[last], month_first=month_first) if row[last] else start
    if start is None or end is None:
        ledger.drop(NO_DATE, row.line)
        return None
    if end < start:
        ledger.drop(WRONG_ORDER, row.line)
        return None
    return start, end


def whole(row: DataRow, name: str, default: int | None = 0) -> int | None:
    """A count; an empty field is `default`; a field that is no count is None."""
    return count(row[name]) if row[name] else default


def position(row: DataRow) -> tuple[float | None, float | None]:
    """Latitude and longitude, None where there is none or they are off the globe."""
    return coordinate(row["latitude"], 90.0), coordinate(row["longitude"], 180.0)


def finish(
    source: str,
    records: Sequence[tuple[int, EventRecord]],
    read: int,
    ledger: Ledger,
    *,
    aggregates: bool = False,
    extra: Mapping[str, str] | None = None,
) -> Loaded:
    """Drop repeated ids and aggregates, flag suspected duplicates, and build the frame.

    `records` pairs a line number with a record in EVENT_COLUMNS names; `extra` names further columns with their kind ("text", "whole").
    """
    kept: list[EventRecord] = []
    seen: set[object] = set()
    for line, record in records:
        if record["id"] in seen:
            ledger.drop(SAME_ID, line)
            continue
        seen.add(record["id"])
        if record.get("aggregate") and not aggregates:
            ledger.drop(AGGREGATE, line)
            continue
        kept.append(record)
    _flag_duplicates(kept, ledger)
    return Loaded(source, frame_of(kept, extra or {}), read, ledger.dropped(), dict(ledger.notes))


def _flag_duplicates(records: list[EventRecord], ledger: Ledger) -> None:
    """Mark records that repeat another's days, place, sides and deaths under a different id: reported twice, perhaps."""
    names = (
        "date_start",
        "date_end",
        "adm_1",
        "adm_2",
        "where_coordinates",
        "side_a",
        "side_b",
        "type_of_violence",
        "kind",
        "low",
        "best",
        "high",
    )
    key_of = itemgetter(*names)
    seen: set[tuple[object, ...]] = set()
    for record in records:
        key = key_of(_Absent(record))
        record["duplicate_suspect"] = key in seen
        if key in seen:
            ledger.note("look like another row under a different id (duplicate_suspect)")
        seen.add(key)


class _Absent(dict[str, object]):
    """A record in which a column that the source does not have is None."""

    def __missing__(self, key: str) -> None:
        return None


def frame_of(records: Sequence[EventRecord], extra: Mapping[str, str]) -> pd.DataFrame:
    """Records as a frame with EVENT_COLUMNS (and `extra`), each of its own type even when there is no record."""
    import numpy as np
    import pandas as pd

    columns: dict[str, object] = {}
    for name in (*EVENT_COLUMNS, *extra):
        values = [record.get(name) for record in records]
        if name in ("date_start", "date_end"):
            columns[name] = pd.Series(np.array(values, dtype="datetime64[D]").astype("datetime64[s]"))
        elif name in ("latitude", "longitude"):
            columns[name] = pd.Series(values, dtype="float64")
        elif name in ("aggregate", "duplicate_suspect"):
            columns[name] = pd.Series([bool(v) for v in values], dtype="bool")
        elif name in _TEXT or extra.get(name) == "text":
            columns[name] = pd.Series([v or "" for v in values], dtype="str")
        elif name in _WHOLE or extra.get(name) == "whole":
            absent = np.array([v is None for v in values], dtype=bool)
            numbers = np.array([0 if v is None else v for v in values], dtype=np.int64)
            columns[name] = pd.Series(pd.arrays.IntegerArray(numbers, absent))
    return pd.DataFrame(columns)


def daily(frame: pd.DataFrame, value: str = "best", by: Sequence[str] = ("adm_1",)) -> pd.DataFrame:
    """Spread every record evenly over its days.

    Returns columns `day`, those of `by`, and `value`; the sum of `value` is that of the frame (missing values count as zero).
    """
    import numpy as np
    import pandas as pd

    start = frame["date_start"].to_numpy().astype("datetime64[D]")
    days = (frame["date_end"].to_numpy().astype("datetime64[D]") - start).astype(np.int64) + 1
    row = np.repeat(np.arange(len(frame)), days)
    offset = np.arange(len(row)) - np.repeat(np.cumsum(days) - days, days)
    amount = frame[value].astype("float64").fillna(0.0).to_numpy() / days
    result = {"day": pd.Series(start[row] + offset.astype("timedelta64[D]"))}
    result |= {name: pd.Series(frame[name].to_numpy()[row]) for name in by}
    result[value] = pd.Series(amount[row])
    return pd.DataFrame(result)


def totals(frame: pd.DataFrame, value: str = "best", by: Sequence[str] = ("adm_1",), every: str = "week") -> pd.DataFrame:
    """Sums by Monday week (`every="week"`) or month and by the columns of `by`, multi-day records spread: a long frame."""
    import pandas as pd

    long = daily(frame, value, by)
    period = pd.Grouper(key="day", freq="W-MON" if every == "week" else "MS", label="left", closed="left")
    return long.groupby([period, *by])[value].sum().reset_index().rename(columns={"day": every})
