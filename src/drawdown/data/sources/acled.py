"""ACLED exports: the CSV of the export tool or the API's, with numeric (before 2024) or worded actor types.

Years covered differ by country. Its types are turned into UCDP's three as `_type` says; what is not organised violence is left out.
"""

from __future__ import annotations

from pathlib import Path

from drawdown.data.events import NO_DEATHS, NO_ID, EventRecord, dates, finish, position, whole
from drawdown.data.loaded import Ledger, Loaded
from drawdown.data.sources import DataSource
from drawdown.data.table import DataRow
from drawdown.data.table import read as read_table
from drawdown.data.values import month_of, week_around

SOURCE = DataSource(
    name="acled",
    title="ACLED event data, as exported",
    maker="Armed Conflict Location & Event Data",
    licence="ACLED's terms of use: attribution, no passing on of the raw data",
    cite="Raleigh, Kishi and Linke 2023, Humanities and Social Sciences Communications 10",
    page="https://acleddata.com/",
    url="",
    how="Make an account at acleddata.com, export the events as CSV, then: drawdown data get acled --file EXPORT.csv",
    file="acled.csv",
)
_ALL = """event_id_cnty event_date year time_precision disorder_type event_type sub_event_type actor1 assoc_actor_1 inter1 actor2
assoc_actor_2 inter2 interaction civilian_targeting iso region country admin1 admin2 admin3 location latitude longitude geo_precision source
source_scale notes fatalities tags timestamp"""
COLUMNS = tuple(_ALL.split())
NEEDED = ("event_id_cnty", "event_date", "event_type", "actor1", "fatalities")
NOT_ORGANISED = "not organised violence (protest, riot, strategic development)"
STATE = {"1", "8", "state forces", "external/other forces", "external forces"}
CIVILIANS = {"7", "civilians"}
VIOLENT = {"battles", "explosions/remote violence", "violence against civilians"}
# ACLED's geo_precision 1 exact, 2 near, 3 region; UCDP's where_prec 1 exact, 2 near, 4 first-level unit.
WHERE = {1: 1, 2: 2, 3: 4}
WHEN = {1: 1, 2: 3, 3: 4}  # day, week, month in UCDP's date_prec


def read(path: Path | str, *, country: str | None = None) -> Loaded:
    """Read an export. Columns: EVENT_COLUMNS, and `sub_event_type`.

    ACLED gives one day per event: where time_precision says week or month, start and end span it. Deaths are not given by side:
    all stand in deaths_unknown, or deaths_civilians for violence against civilians. Raises `DataError` if it is no ACLED export.
    """
    path = Path(path)
    ledger = Ledger()
    aliases = {name: (("data_id",) if name == "event_id_cnty" else ()) for name in COLUMNS}
    table = read_table(path, aliases, NEEDED, ledger)
    records: list[tuple[int, EventRecord]] = []
    for row in table.rows:
        if country is not None and row["country"].casefold() != country.casefold():
            ledger.drop("in another country", row.line)
            continue
        record = _record(row, ledger)
        if record is not None:
            records.append((row.line, record))
    return finish(SOURCE.name, records, table.read, ledger, extra={"sub_event_type": "text"})


def _record(row: DataRow, ledger: Ledger) -> EventRecord | None:
    if not row["event_id_cnty"]:
        ledger.drop(NO_ID, row.line)
        return None
    if row["event_type"].casefold() not in VIOLENT:
        ledger.drop(NOT_ORGANISED, row.line)
        return None
    days = dates(row, "event_date", "event_date", ledger)
    if days is None:
        return None
    deaths = whole(row, "fatalities", None)
    if deaths is None:
        ledger.drop(NO_DEATHS, row.line)
        return None
    precision = whole(row, "time_precision", 1)
    if precision == 2:
        days = week_around(days[0])
    elif precision == 3:
        days = month_of(days[0])
    latitude, longitude = position(row)
    kind = _type(row)
    side_b = row["actor2"] or ("Civilians" if kind == 3 else "")
    return {
        "id": row["event_id_cnty"],
        "date_start": days[0],
        "date_end": days[1],
        "date_prec": WHEN.get(precision or 1, 1),
        "type_of_violence": kind,
        "side_a": row["actor1"],
        "side_b": side_b,
        "dyad_name": f"{row['actor1']} - {side_b}",
        "country": row["country"],
        "adm_1": row["admin1"],
        "adm_2": row["admin2"],
        "where_coordinates": row["location"],
        "where_prec": WHERE.get(whole(row, "geo_precision", None) or 0),
        "latitude": latitude,
        "longitude": longitude,
        "deaths_a": 0,
        "deaths_b": 0,
        "deaths_civilians": deaths if kind == 3 else 0,
        "deaths_unknown": 0 if kind == 3 else deaths,
        "best": deaths,
        "low": deaths,
        "high": deaths,
        "kind": row["event_type"],
        "sub_event_type": row["sub_event_type"],
        "aggregate": False,
    }


def _type(row: DataRow) -> int:
    """1 where a state fights, 3 where civilians are the target, 2 otherwise."""
    sides = {row["inter1"].casefold(), row["inter2"].casefold()}
    against_civilians = (
        row["event_type"].casefold() == "violence against civilians" or row["civilian_targeting"].casefold() == "civilian targeting"
    )
    if against_civilians or sides & CIVILIANS:
        return 3
    return 1 if sides & STATE else 2
