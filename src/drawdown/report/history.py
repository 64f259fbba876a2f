"""Observed history before the origin, for the charts: from a file in the run folder, or from the user's own folder of recorded deaths."""

from __future__ import annotations

import os
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from drawdown.errors import DrawdownError
from drawdown.report.run import Run

COLUMNS = ("date", "topic", "value", "source")
WEEKS = 104  # of history that are drawn before the origin
FOLDER = "DRAWDOWN_DATA"  # environment variable that names the folder of recorded data
IBC = ("ibc_events.parquet", "iraq/ibc_events.parquet")


def history(run: Run) -> dict[str, Any]:
    """Topic id -> {"source", "rows": [[date, value], ...]}; empty where the user has no data.

    From `history.csv` in the run folder (date, topic, value, source), else recorded civilian deaths a week from the folder that
    DRAWDOWN_DATA names, where its places are the scenario's. Rows on or after the origin are left out: what happened later must not stand
    beside the forecast as if it had been known.
    """
    path = run.folder / "history.csv"
    if path.is_file():
        return _from_file(run, path)
    folder = os.environ.get(FOLDER)
    return _recorded(run, Path(folder)) if folder and Path(folder).is_dir() else {}


def _from_file(run: Run, path: Path) -> dict[str, Any]:
    import pandas as pd

    table = pd.read_csv(path)
    missing = [column for column in COLUMNS if column not in table.columns]
    if missing:
        raise DrawdownError(f"{path}: lacks the column(s) {', '.join(missing)}; expected {', '.join(COLUMNS)}")
    table["date"] = pd.to_datetime(table["date"])
    table = table[table["date"] < pd.Timestamp(run.origin)].sort_values("date")
    out = {}
    for topic, rows in table.groupby("topic"):
        sources = ", ".join(dict.fromkeys(str(s) for s in rows["source"]))
        out[str(topic)] = {
            "source": sources,
            "rows": [[d.date().isoformat(), float(v)] for d, v in zip(rows["date"], rows["value"], strict=True)],
        }
    return out


def _recorded(run: Run, folder: Path) -> dict[str, Any]:
    from drawdown.evaluate.folds import FoldError, read_history

    try:
        recorded = read_history(folder)
    except FoldError:
        return {}
    ours = {str(p.get("admin1") or p["name"]) for p in run.places} | {str(p["id"]) for p in run.places}
    if len(ours & set(recorded.places)) < len(recorded.places) / 2:
        return {}  # deaths of another country
    rows: list[list[Any]] = []
    last: date = min(run.origin, recorded.start + timedelta(days=len(recorded.daily)))
    for back in range(WEEKS, 0, -1):
        first = (last - timedelta(weeks=back) - recorded.start).days
        if first >= 0:
            total = float(np.asarray(recorded.daily[first : first + 7]).sum())
            rows.append([(last - timedelta(weeks=back)).isoformat(), round(total, 1)])
    source = "Iraq Body Count, civilians and police" if any((folder / name).is_file() for name in IBC) else "the user's deaths.csv"
    return {"civilian_deaths": {"source": source, "rows": rows}} if rows else {}
