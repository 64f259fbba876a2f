"""Iraq Body Count incidents: the maker's CSV export (a few lines of licence, then the header).

The export names a location in words and no governorate: `adm_1` is empty until `drawdown.data.names.place` fills it from a table.
IBC counts civilians and police. Records that run over weeks, morgue totals and mass graves are summaries, not incidents.
"""

from __future__ import annotations

import re
from pathlib import Path

from drawdown.data.events import NO_DEATHS, NO_ID, EventRecord, dates, finish, whole
from drawdown.data.loaded import Ledger, Loaded
from drawdown.data.sources import DataSource
from drawdown.data.table import DataRow
from drawdown.data.table import read as read_table

SOURCE = DataSource(
    name="ibc",
    title="Iraq Body Count incidents",
    maker="Iraq Body Count",
    licence="(c) Iraq Body Count: credit; commercial use needs permission",
    cite="Iraq Body Count, iraqbodycount.org; Hicks et al. 2011, PLoS Medicine 8(2)",
    page="https://www.iraqbodycount.org/database/",
    url="https://www.iraqbodycount.org/database/download/ibc-incidents",
    how="",
    file="ibc-incidents.csv",
    places_in_text=True,
)
COLUMNS = {
    "code": ("IBC code", "ibc_code"),
    "start": ("Start Date", "date_start"),
    "end": ("End Date", "date_end"),
    "location": ("Location",),
    "target": ("Target",),
    "weapons": ("Weapons",),
    "low": ("Reported Minimum", "deaths_min"),
    "high": ("Reported Maximum", "deaths_max"),
}
NEEDED = ("code", "start", "low", "high")
WRONG_RANGE = "minimum above maximum (IBC counts their maximum in another record)"
_SUMMARY = re.compile(r"\bmorgue|\bmass grave|\bhospital records|\bover the (?:past|last) (?:week|month)", re.IGNORECASE)
# First that matches wins; the order puts the special before the general.
_WEAPONS: tuple[tuple[str, str], ...] = (
    ("suicide_vehicle", r"suicide.*(?:car|truck|vehicle|lorry|van)|(?:car|truck|vehicle).*suicide"),
    ("suicide_vest", r"suicide"),
    ("vehicle_bomb", r"(?:car|truck|vehicle|motorcycle|minibus|bicycle).{0,12}bomb|booby.?trapped car"),
    ("air_strike", r"\bair\b|airstrike|helicopter|missile|bombing raid|cruise"),
    ("indirect_fire", r"mortar|rocket|shell|katyusha|artillery"),
    ("bomb", r"bomb|ied\b|explosi|mine\b|grenade|booby"),
    ("execution", r"execut|tortur|behead|strangl|stab|bod(?:y|ies) found|kidnap"),
    ("gunfire", r"gun|shot|shooting|sniper|small arms|fire\b"),
)


_BODIES = re.compile(r"\bbod(?:y|ies)\b", re.IGNORECASE)
LONGEST = 7  # days; a longer record sums up several incidents


def weapon(text: str, target: str = "") -> str:
    """Class of the weapons described: one of the names in `_WEAPONS`, or other. Bodies found, shot or not, are executions."""
    found = next((name for name, pattern in _WEAPONS if re.search(pattern, text, re.IGNORECASE)), "other")
    return "execution" if found in ("gunfire", "other") and _BODIES.search(target) else found


def read(path: Path | str, *, aggregates: bool = False) -> Loaded:
    """Read an export. Columns: EVENT_COLUMNS and `target`; `best` is IBC's maximum (low and high keep both ends).

    Raises `DataError` if it is no IBC export.
    """
    path = Path(path)
    ledger = Ledger()
    table = read_table(path, COLUMNS, NEEDED, ledger)
    records: list[tuple[int, EventRecord]] = []
    for row in table.rows:
        record = _record(row, ledger)
        if record is not None:
            records.append((row.line, record))
    return finish(SOURCE.name, records, table.read, ledger, aggregates=aggregates, extra={"target": "text"})


def _record(row: DataRow, ledger: Ledger) -> EventRecord | None:
    if not row["code"]:
        ledger.drop(NO_ID, row.line)
        return None
    days = dates(row, "start", "end", ledger)
    if days is None:
        return None
    low, high = whole(row, "low", None), whole(row, "high", None)
    if low is None or high is None:
        ledger.drop(NO_DEATHS, row.line)
        return None
    if low > high:
        ledger.drop(WRONG_RANGE, row.line)
        return None
    length = (days[1] - days[0]).days + 1
    words = " ".join((row["location"], row["target"], row["weapons"]))
    return {
        "id": row["code"],
        "date_start": days[0],
        "date_end": days[1],
        "date_prec": 1 if length == 1 else 2 if length < 7 else 3 if length == 7 else 4,
        "type_of_violence": None,  # IBC counts victims, whoever fought
        "side_a": "",
        "side_b": "Civilians",
        "country": "Iraq",
        "where_coordinates": row["location"],
        "deaths_a": 0,
        "deaths_b": 0,
        "deaths_civilians": high,
        "deaths_unknown": 0,
        "best": high,
        "low": low,
        "high": high,
        "kind": weapon(row["weapons"], row["target"]),
        "target": row["target"],
        "aggregate": length > LONGEST or _SUMMARY.search(words) is not None,
    }
