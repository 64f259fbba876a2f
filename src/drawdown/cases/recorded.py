"""The record of a country: from the user's own tables, else from the files that its case knows."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from drawdown.evaluate.folds import FoldError, History, spread
from drawdown.evaluate.record import Record

if TYPE_CHECKING:
    import pandas as pd

    from drawdown.cases.case import Case, Recorded

FOLDER = "DRAWDOWN_DATA"  # environment variable that names the folder of recorded data
DEATHS, ATTACKS = "deaths.csv", "attacks.csv"
COLUMNS = ("start", "end", "place", "deaths")


def find_data() -> Path | None:
    """The folder of recorded data: the one that DRAWDOWN_DATA names, else `shared/data` beside the checkout; None where neither is."""
    named = os.environ.get(FOLDER)
    beside = [parent.parent / "shared" / "data" for parent in Path(__file__).resolve().parents if (parent / "pyproject.toml").exists()]
    return next((folder for folder in ([Path(named)] if named else []) + beside if folder.is_dir()), None)


def recorded(data: Path, case: Case | None) -> Recorded:
    """The record in a folder: its `deaths.csv` if it has one, else what the case finds there. Raises FoldError where neither is."""
    if (data / DEATHS).exists():
        return OwnTables(data)
    found = None if case is None else case.recorded(data)
    if found is None:
        raise FoldError(f"{data} holds neither {DEATHS} nor the files of a known record; give the folder with recorded deaths")
    return found


@dataclass(frozen=True, slots=True)
class OwnTables:
    """`deaths.csv` (start, end, place, deaths; a record a row) and, if there is one, `attacks.csv` (start, place, attacks) of a folder."""

    folder: Path
    source: str = f"the user's {DEATHS}"
    counts: Literal["civilians", "civilians and police"] = "civilians"
    whose_dead: str | None = None
    summaries: bool = False

    def history(self) -> History:
        """Recorded deaths by day and place. Raises FoldError for a table without its columns."""
        import pandas as pd

        table = pd.read_csv(self.folder / DEATHS)
        missing = set(COLUMNS) - set(table.columns)
        if missing:
            raise FoldError(f"{DEATHS} lacks column(s) {', '.join(sorted(missing))}; expected {', '.join(COLUMNS)}")
        starts, ends = pd.to_datetime(table["start"]).dt.date, pd.to_datetime(table["end"]).dt.date
        return spread(list(starts), list(ends), list(table["place"]), list(table["deaths"]), tuple(sorted(set(table["place"]))))[0]

    def weeks(self, start: date, weeks: int, places: Sequence[str]) -> Record:
        """Each row of a table is an incident, in the week in which it begins; what no table tells is NaN."""
        import pandas as pd

        deaths, incidents, largest = (np.zeros((weeks, len(places))) for _ in range(3))
        attacks = np.full_like(deaths, np.nan)
        week, place, kept = begun_within(pd.read_csv(self.folder / DEATHS, parse_dates=["start"]), "start", "place", start, weeks, places)
        number = kept["deaths"].to_numpy(dtype=float)
        np.add.at(deaths, (week, place), number)
        np.add.at(incidents, (week, place), 1.0)
        np.maximum.at(largest, (week, place), number)
        if (self.folder / ATTACKS).exists():
            table = pd.read_csv(self.folder / ATTACKS, parse_dates=["start"])
            week, place, kept = begun_within(table, "start", "place", start, weeks, places)
            attacks = np.zeros_like(deaths)
            np.add.at(attacks, (week, place), kept["attacks"].to_numpy(dtype=float))
        found = (deaths[..., None], incidents[..., None], largest[..., None], attacks[..., None])
        return Record(tuple(places), *found, np.full((weeks, 1), np.nan))


def begun_within(
    table: pd.DataFrame, begins: str, place: str, start: date, weeks: int, places: Sequence[str]
) -> tuple[NDArray[np.intp], NDArray[np.intp], pd.DataFrame]:
    """Rows of a table that begin in the `weeks` weeks from `start` in one of these places: week and place of each, and the rows."""
    import pandas as pd

    days = (table[begins] - pd.Timestamp(start)).dt.days
    inside = (days >= 0) & (days < 7 * weeks) & table[place].isin(list(places))
    week = np.asarray(days[inside] // 7, dtype=np.intp)
    return week, np.asarray(table.loc[inside, place].map({p: j for j, p in enumerate(places)}), dtype=np.intp), table[inside]
