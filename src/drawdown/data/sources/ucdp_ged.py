"""UCDP Georeferenced Event Dataset: the yearly file (CSV, zip) and the pages of the API (JSON).

Columns: the 49 of versions 25.1 and 26.1 (38 to 43 in versions 17 to 19, whose names are a part of them). Sundberg and Melander 2013.
"""

from __future__ import annotations

from pathlib import Path

from drawdown.data.events import LONGEST_EVENT, NO_DEATHS, NO_ID, EventRecord, dates, finish, position, whole
from drawdown.data.loaded import EVENT_COLUMNS, Ledger, Loaded
from drawdown.data.pages import read_pages
from drawdown.data.sources import DataSource
from drawdown.data.table import DataRow, Table
from drawdown.data.table import read as read_table
from drawdown.data.values import count

SOURCE = DataSource(
    name="ucdp-ged",
    title="UCDP Georeferenced Event Dataset (GED), global, yearly",
    maker="Uppsala Conflict Data Program",
    licence="CC BY 4.0",
    cite="Sundberg and Melander 2013, Journal of Peace Research 50(4), and the yearly article that the codebook names",
    page="https://ucdp.uu.se/downloads/",
    url="https://ucdp.uu.se/downloads/ged/ged{version}-csv.zip",
    how="",
    file="ged{version}-csv.zip",
    version="261",
)

# All columns of versions 25.1 and 26.1, in order; the exporter writes them, the reader needs those in NEEDED.
_ALL = """id relid year active_year code_status type_of_violence conflict_dset_id conflict_new_id conflict_name dyad_dset_id dyad_new_id
dyad_name side_a_dset_id side_a_new_id side_a side_b_dset_id side_b_new_id side_b number_of_sources source_article source_office source_date
source_headline source_original where_prec where_coordinates where_description adm_1 adm_2 latitude longitude geom_wkt priogrid_gid country
country_id region event_clarity date_prec date_start date_end deaths_a deaths_b deaths_civilians deaths_unknown best high low gwnoa gwnob"""
COLUMNS = tuple(_ALL.split())
NEEDED = ("id", "type_of_violence", "side_a", "side_b", "date_start", "date_end", "best")
NO_TYPE = "type of violence is not 1, 2 or 3"
# Older files spell three estimates out.
OLD_NAMES = {
    "best": ("best_est",),
    "high": ("high_est",),
    "low": ("low_est",),
    "deaths_civilians": ("deaths_civ",),
    "country": ("country_name",),
}
EXTRA = {
    "conflict_name": "text",
    "event_clarity": "whole",
    "number_of_sources": "whole",
    "conflict_new_id": "whole",
    "dyad_new_id": "whole",
    "active_year": "text",
}


# Columns that the frame keeps; the others (sources, headlines, grid cells) are not read.
USED = tuple(name for name in COLUMNS if name in {*EVENT_COLUMNS, *EXTRA, "code_status"})


def read(path: Path | str, *, aggregates: bool = False, country: str | None = None) -> Loaded:
    """Read a GED file. Columns: EVENT_COLUMNS and those of EXTRA.

    A record of more than 31 days, or dated to the year only (date_prec 5), is a summary and is left out unless `aggregates`.
    `country` keeps one country; the others are counted as dropped. Raises `DataError` if the file is not a GED file.
    """
    return read_as(SOURCE.name, Path(path), aggregates=aggregates, country=country)


def read_as(source: str, path: Path, *, aggregates: bool, country: str | None) -> Loaded:
    """The same under another source's name (the candidate events share the columns)."""
    ledger = Ledger()
    table = _table(path, ledger)
    records: list[tuple[int, EventRecord]] = []
    for row in table.rows:
        if country is not None and row["country"].casefold() != country.casefold():
            ledger.drop("in another country", row.line)
            continue
        record = _record(row, ledger)
        if record is not None:
            records.append((row.line, record))
    return finish(source, records, table.read, ledger, aggregates=aggregates, extra=EXTRA)


def _table(path: Path, ledger: Ledger) -> Table:
    if path.suffix.lower() == ".json":
        return read_pages(path, USED, NEEDED, ledger)
    return read_table(path, {name: OLD_NAMES.get(name, ()) for name in USED}, NEEDED, ledger)


def _record(row: DataRow, ledger: Ledger) -> EventRecord | None:
    if not row["id"]:
        ledger.drop(NO_ID, row.line)
        return None
    kind = count(row["type_of_violence"])
    if kind not in (1, 2, 3):
        ledger.drop(NO_TYPE, row.line)
        return None
    days = dates(row, "date_start", "date_end", ledger)
    if days is None:
        return None
    deaths = {name: whole(row, name) for name in ("deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown")}
    best = whole(row, "best", None)
    low, high = whole(row, "low", best), whole(row, "high", best)
    if best is None or low is None or high is None or None in deaths.values():
        ledger.drop(NO_DEATHS, row.line)
        return None
    if not low <= best <= high:
        ledger.note("estimates are not in order low, best, high")
    latitude, longitude = position(row)
    precision = whole(row, "date_prec", None)
    return {
        **{name: row[name] for name in ("id", "side_a", "side_b", "dyad_name", "country", "adm_1", "adm_2", "where_coordinates")},
        "date_start": days[0],
        "date_end": days[1],
        "date_prec": precision,
        "type_of_violence": kind,
        "where_prec": whole(row, "where_prec", None),
        "latitude": latitude,
        "longitude": longitude,
        **deaths,
        "best": best,
        "low": low,
        "high": high,
        "status": row["code_status"],
        "aggregate": precision == 5 or (days[1] - days[0]).days >= LONGEST_EVENT,
        "conflict_name": row["conflict_name"],
        "active_year": row["active_year"],
        **{name: whole(row, name, None) for name in ("event_clarity", "number_of_sources", "conflict_new_id", "dyad_new_id")},
    }
