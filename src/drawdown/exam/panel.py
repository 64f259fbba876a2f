"""The world's recorded deaths by country and month, and what of it a forecaster may see.

A baseline is handed `Panel.before`: its own country up to the origin, and the pool of the other folds. It cannot read ahead by mistake.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from drawdown.errors import DrawdownError

Floats = NDArray[np.float64]
TABLE = "country_month.parquet"


class ExamError(DrawdownError):
    """Data, parameters or stored files of an exam do not fit; the message says what came and what was expected."""


def world_folder(data: Path) -> Path:
    """The folder of the world's tables: `data` itself, or `world` in it. Raises ExamError where neither holds them."""
    for folder in (data, data / "world"):
        if (folder / TABLE).is_file():
            return folder
    raise ExamError(f"{data}: no {TABLE} there or in its folder 'world'; give the folder of the world's tables with --data")


@dataclass(frozen=True, slots=True)
class Panel:
    """Deaths of all types, best estimate, by country and month; `deaths[iso3]` has shape (month), month 0 is `start`; NaN: no record."""

    start: np.datetime64
    deaths: Mapping[str, Floats]
    names: Mapping[str, str]

    @property
    def months(self) -> int:
        return len(next(iter(self.deaths.values())))

    def row(self, month: np.datetime64) -> int:
        """Position of a month; below 0 or beyond the end where the table does not hold it."""
        return int((month.astype("datetime64[M]") - self.start).astype(int))

    def before(self, iso3: str, month: np.datetime64) -> Floats:
        """The record of a country up to the month before `month`, from its first recorded month on."""
        past = self.deaths[iso3][: max(self.row(month), 0)]
        known = np.flatnonzero(~np.isnan(past))
        return past[known[0] :] if known.size else past[:0]

    def after(self, iso3: str, month: np.datetime64, months: int) -> Floats:
        """The `months` months that begin with `month`; NaN where the record has none."""
        first = self.row(month)
        found = np.full(months, np.nan)
        rows = np.arange(first, first + months)
        held = (rows >= 0) & (rows < self.months)
        found[held] = self.deaths[iso3][rows[held]]
        return found


def read(data: Path) -> Panel:
    """The table of country-months below `data`. Raises ExamError where it lacks a column or holds a month twice."""
    import pandas as pd

    path = world_folder(data) / TABLE
    frame = pd.read_parquet(path)
    lacking = sorted({"country", "iso3", "month", "total"} - set(frame.columns))
    if lacking:
        raise ExamError(f"{path}: lacks the columns {', '.join(lacking)}")
    month = frame["month"].to_numpy(dtype="datetime64[M]")
    start, end = month.min(), month.max()
    size = int((end - start).astype(int)) + 1
    row = (month - start).astype(int)
    deaths: dict[str, Floats] = {}
    names: dict[str, str] = {}
    iso3, total, country = (frame[c].to_numpy() for c in ("iso3", "total", "country"))
    for code in sorted(set(iso3.tolist())):
        mine = iso3 == code
        if len(set(row[mine].tolist())) != int(mine.sum()):
            raise ExamError(f"{path}: {code} has a month twice")
        series = np.full(size, np.nan)
        series[row[mine]] = total[mine]
        deaths[code] = series
        names[code] = str(country[mine][-1])
    return Panel(start, MappingProxyType(deaths), MappingProxyType(names))
