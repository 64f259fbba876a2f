"""Observed history before the origin, for the charts: from a file that the user, or a loader, has put into the run folder."""

from __future__ import annotations

from typing import Any

from drawdown.report.run import Run

COLUMNS = ("date", "topic", "value", "source")


def history(run: Run) -> dict[str, Any]:
    """Topic id -> {"source", "rows": [[date, value], ...]} from `history.csv` (date, topic, value, source); empty where there is none.

    Rows on or after the origin are left out: what happened later must not stand beside the forecast as if it had been known.
    """
    path = run.folder / "history.csv"
    if not path.is_file():
        return {}
    import pandas as pd

    table = pd.read_csv(path)
    if not set(COLUMNS) <= set(table.columns):
        return {}
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
