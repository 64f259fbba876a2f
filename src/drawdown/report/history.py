"""What was recorded, for the charts: before the origin, and after it for a reader who asks what happened.

From a file in the run folder, from the scenario, or from the user's own folder of recorded deaths. What was recorded on or after the origin
is kept apart: nobody knew it then, nothing that runs or fits reads it, and the page draws it only where its switch is on.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from drawdown.cases.recorded import FOLDER
from drawdown.errors import DrawdownError
from drawdown.report.fans import CIVILIANS_AND_POLICE
from drawdown.report.run import RunView

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("date", "topic", "value", "source")
FILE = "history.csv"
WEEKS = 104  # of history that are drawn before the origin


Row = tuple[str, float]  # date, value


@dataclass(frozen=True, slots=True)
class RecordedSeries:
    """What was recorded of one series: before the origin, and from it on."""

    source: str
    rows: tuple[Row, ...]
    after: tuple[Row, ...]


def history(run: RunView) -> dict[str, RecordedSeries]:
    """Records by topic id; empty where there are no data.

    From `history.csv` (date, topic, value, source) in the run folder or, for a shipped scenario, beside it; else recorded deaths a week
    from the folder that DRAWDOWN_DATA names, where its places are the scenario's. `rows` end before the origin; `after` begins with it
    and ends with the run: it must never be drawn as if it had been known.
    """
    if (path := run.beside(FILE)) is not None:
        return _from_file(run, path)
    folder = os.environ.get(FOLDER)
    return _recorded(run, Path(folder)) if folder and Path(folder).is_dir() else {}


def _from_file(run: RunView, path: Path) -> dict[str, RecordedSeries]:
    import pandas as pd

    try:
        table = pd.read_csv(path)
        missing = [column for column in COLUMNS if column not in table.columns]
        if missing:
            raise DrawdownError(f"{path}: lacks the column(s) {', '.join(missing)}; expected {', '.join(COLUMNS)}")
        table["date"] = pd.to_datetime(table["date"])
        table["value"] = table["value"].astype(float)
    except (ValueError, UnicodeDecodeError) as error:
        raise DrawdownError(
            f"{path}: cannot be read as a table of dates and numbers ({error}); expected columns {', '.join(COLUMNS)}"
        ) from None
    table = table[table["value"].notna() & (table["date"] < pd.Timestamp(_end(run)))].sort_values("date")
    known = table["date"] < pd.Timestamp(run.origin)
    return {
        str(topic): RecordedSeries(
            ", ".join(dict.fromkeys(str(s) for s in rows["source"])), _pairs(rows[known[rows.index]]), _pairs(rows[~known[rows.index]])
        )
        for topic, rows in table.groupby("topic")
    }


def _pairs(rows: pd.DataFrame) -> tuple[Row, ...]:
    return tuple((d.date().isoformat(), float(v)) for d, v in zip(rows["date"], rows["value"], strict=True))


def _end(run: RunView) -> date:
    """First day after the run's last week."""
    return run.origin + timedelta(weeks=len(run.dates))


def _recorded(run: RunView, folder: Path) -> dict[str, RecordedSeries]:
    from drawdown.cases import find
    from drawdown.cases.recorded import recorded as record_in
    from drawdown.evaluate.folds import FoldError

    try:
        record = record_in(folder, find(run.scenario.id))
        recorded = record.history()
    except FoldError:
        return {}
    ours = {p.admin1 or p.name for p in run.scenario.places} | {p.id for p in run.scenario.places}
    if len(ours & set(recorded.places)) < len(recorded.places) / 2:
        return {}  # deaths of another country
    national = np.asarray(recorded.daily).sum(axis=1)
    last = min(run.origin, recorded.end)
    rows = _weekly(national, recorded.start, [last - timedelta(weeks=back) for back in range(WEEKS, 0, -1)])
    weeks = (_end(run) - run.origin).days // 7
    after = _weekly(national, recorded.start, [run.origin + timedelta(weeks=week) for week in range(weeks)])
    if not rows and not after:
        return {}
    topic = CIVILIANS_AND_POLICE if record.counts == "civilians and police" else "civilian_deaths"
    return {topic: RecordedSeries(record.source, rows, after)}


def _weekly(daily: npt.NDArray[np.float64], start: date, mondays: list[date]) -> tuple[Row, ...]:
    """First day and deaths of each week that the record holds whole."""
    found = []
    for monday in mondays:
        first = (monday - start).days
        if first >= 0 and first + 7 <= len(daily):
            found.append((monday.isoformat(), round(float(daily[first : first + 7].sum()), 1)))
    return tuple(found)
