"""The record of Iraq: deaths by Iraq Body Count, attacks by the coalition's log, US dead by their own list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

import numpy as np

from drawdown.cases.iraq.weekly import INCIDENTS, load
from drawdown.cases.recorded import begun_within
from drawdown.evaluate.folds import FoldError, History, spread
from drawdown.evaluate.record import Record

# The invasion is another war; its months would teach every baseline jumps that an occupation does not make.
INVASION_OVER = date(2003, 5, 1)
# The stampede on the Aimma bridge (31 August 2005) killed a thousand by accident: no attack, and no simulated actor could make it.
ACCIDENT = "stampede"


@dataclass(frozen=True, slots=True)
class IraqBodyCount:
    """The files of `drawdown.cases.iraq.weekly` in a folder."""

    folder: Path
    source: str = "Iraq Body Count, civilians and police"
    counts: Literal["civilians", "civilians and police"] = "civilians and police"
    whose_dead: str | None = "united-states"
    summaries: bool = True

    def history(self) -> History:
        """Maximum deaths, morgue totals included: that is what reproduces Iraq Body Count's own monthly table (to 0.2%)."""
        import pandas as pd

        columns = ["date_start", "date_end", "governorate", "deaths_max"]
        table = pd.read_parquet(self.folder / INCIDENTS, columns=columns).dropna()
        table = table[table["date_start"] >= pd.Timestamp(INVASION_OVER)]
        starts, ends = table["date_start"].dt.date, table["date_end"].dt.date
        known = tuple(sorted(set(table["governorate"])))
        return spread(list(starts), list(ends), list(table["governorate"]), list(table["deaths_max"]), known)[0]

    def weeks(self, start: date, weeks: int, places: Sequence[str]) -> Record:
        """Incidents without sums of many; US hostile deaths. Raises FoldError where `start` is no Monday."""
        import pandas as pd

        if start.weekday() != 0:
            raise FoldError(
                f"weeks of the recorded attacks begin on Mondays, and {start} is none; take {start - timedelta(days=start.weekday())}"
            )
        end = start + timedelta(days=7 * weeks)
        data = load(self.folder, end - timedelta(days=1))
        ibc = data.incidents[(data.incidents["weapon_class"] != ACCIDENT) & data.incidents["governorate"].isin(list(places))]
        daily, _ = spread(
            list(ibc["date_start"].dt.date), list(ibc["date_end"].dt.date), list(ibc["governorate"]), list(ibc["deaths_max"]), tuple(places)
        )
        lacking = (end - daily.end).days
        if lacking > 0:  # no record in the last days
            daily = History(daily.start, daily.places, np.vstack([daily.daily, np.zeros((lacking, len(places)))]))
        week, place, inside = begun_within(ibc, "date_start", "governorate", start, weeks, places)
        incidents, largest = np.zeros((weeks, len(places))), np.zeros((weeks, len(places)))
        np.add.at(incidents, (week, place), 1.0)
        np.maximum.at(largest, (week, place), inside["deaths_max"].to_numpy(dtype=float))
        mondays = pd.date_range(pd.Timestamp(start), periods=weeks, freq="7D")
        attacks = np.asarray(data.attacks.reindex(mondays)[list(places)], dtype=np.float64)  # NaN before the record begins
        us = data.us_dead.reindex(mondays).sum(axis=1).to_numpy(dtype=float)
        deaths = daily.weekly(weeks, end)
        cells = (deaths[..., None], incidents[..., None], largest[..., None], attacks[..., None])
        return Record(tuple(places), *cells, us[:, None])
