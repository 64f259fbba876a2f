"""Counts of attacks by place and week, as a force's incident database gives them once gathered (ESOC's SIGACT file and the like).

One row per place and week; every counting column that is present becomes rows of its own kind. Weeks need not be seven days long.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from drawdown.data.events import NO_DATE
from drawdown.data.loaded import COUNT_COLUMNS, Ledger, Loaded
from drawdown.data.sources import DataSource
from drawdown.data.table import DataRow
from drawdown.data.table import read as read_table
from drawdown.data.values import count, day

SOURCE = DataSource(
    name="attacks",
    title="Attack counts of a military log by place and week (SIGACT)",
    maker="Empirical Studies of Conflict (ESOC)",
    licence="academic use; cite; no passing on",
    cite="Berman, Shapiro and Felter 2011, Journal of Political Economy 119(4)",
    page="https://esoc.princeton.edu/data",
    url="",
    how="Download the SIGACT file from the maker's page, save it as CSV, then: drawdown data get attacks --file FILE.csv",
    file="attacks.csv",
)
KINDS = {
    "all": ("sigact_corrected", "attacks", "sigact", "events", "incidents"),
    "direct fire": ("df", "direct_fire"),
    "indirect fire": ("idf", "indirect_fire"),
    "roadside bomb": ("ied_attack", "ied"),
    "bomb found and cleared": ("ied_clear",),
    "suicide": ("suicide",),
}
COLUMNS: dict[str, Sequence[str]] = {
    "week": ("week_start", "week", "date", "date_start"),
    "place": ("governorate", "district", "province", "adm_1", "place"),
    "days": ("days_in_week", "days"),
    "gap": ("data_gap",),
    **KINDS,
}
NEEDED = ("week", "place", "all")
NO_PLACE = "no place"
NO_COUNT = "no readable count"
SAME_CELL = "same place and week as an earlier row"


def read(path: Path | str) -> Loaded:
    """Read counts. The frame has one row per place and week: date_start, date_end, adm_1, `events` (all attacks), `gap`, one column a kind.

    `gap` marks weeks in which the record has a hole: they are no zeros. Raises `DataError` if week, place or counts are missing.
    """
    import pandas as pd

    path = Path(path)
    ledger = Ledger()
    table = read_table(path, COLUMNS, NEEDED, ledger)
    records: list[dict[str, object]] = []
    seen: set[tuple[object, object]] = set()
    for row in table.rows:
        record = _record(row, ledger)
        if record is None:
            continue
        cell = (record["date_start"], record["adm_1"])
        if cell in seen:
            ledger.drop(SAME_CELL, row.line)
            continue
        seen.add(cell)
        records.append(record)
    kinds = [k for k in KINDS if k != "all"]
    frame = pd.DataFrame(records, columns=[*(c for c in COUNT_COLUMNS if c != "kind"), *kinds])
    for name in ("date_start", "date_end"):
        frame[name] = pd.to_datetime(frame[name]).astype("datetime64[s]")
    for name in ("events", *kinds):
        frame[name] = frame[name].astype("Int64")
    return Loaded(SOURCE.name, frame.astype({"gap": "bool", "adm_1": "str"}), table.read, ledger.dropped(), dict(ledger.notes))


def _record(row: DataRow, ledger: Ledger) -> dict[str, object] | None:
    start = day(row["week"])
    if start is None:
        ledger.drop(NO_DATE, row.line)
        return None
    if not row["place"]:
        ledger.drop(NO_PLACE, row.line)
        return None
    total = count(row["all"])
    days = count(row["days"]) if row["days"] else 7
    if total is None or days is None or not 1 <= days <= 31:
        ledger.drop(NO_COUNT, row.line)
        return None
    return {
        "date_start": start,
        "date_end": start + timedelta(days=days - 1),
        "adm_1": row["place"],
        "events": total,
        "gap": row["gap"].casefold() in ("true", "1", "yes"),
        **{kind: count(row[kind]) for kind in KINDS if kind != "all"},
    }
