"""Writes observed incidents as each source would have coded them: UCDP GED, a count from the press, attack counts; in their columns."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from drawdown.data.sources import ucdp_ged
from drawdown.observe.records import STATE_KINDS, Observed, Setting
from drawdown.vocabulary.incident_kinds import CIVILIANS, INCIDENT_KINDS
from drawdown.vocabulary.violence import ONE_SIDED

PRESS_COLUMNS = (
    "Code",
    "Start Date",
    "End Date",
    "Time",
    "Location",
    "Target",
    "Weapons",
    "Reported Minimum",
    "Reported Maximum",
    "Sources",
)
LOG_COLUMNS = ("week_start", "governorate", "sigact", "df", "idf", "suicide", "ied_attack")
# What the incidents of the simulation are called in each source's words.
WEAPONS = {
    "clash": "gunfire",
    "reprisal": "gunfire, executed",
    "bombing": "car bomb",
    "rogue attack": "mortars",
    "small incidents": "gunfire",
}
LOG_KIND = {"clash": "df", "reprisal": "df", "bombing": "suicide", "rogue attack": "idf", "small incidents": "df"}
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def export(observed: Observed, path: Path | str, setting: Setting) -> int:
    """Write a CSV in the columns of the source and return its rows. One future a file is what readers of such files expect."""
    columns, rows = {
        "ucdp": (ucdp_ged.COLUMNS, _ged),
        "press": (PRESS_COLUMNS, _press),
        "log": (LOG_COLUMNS, _log),
    }[observed.source]
    written = 0
    path = Path(path)
    part = path.with_name(path.name + ".part")
    with part.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        for row in rows(observed, setting):
            writer.writerow(row)
            written += 1
    part.replace(path)
    return written


def _ged(observed: Observed, setting: Setting) -> Iterator[dict[str, Any]]:
    state = setting.is_kind(np.arange(len(setting.actors)), STATE_KINDS)
    dyads: dict[tuple[int, int, int], int] = {}
    for number, row in enumerate(_rows(observed), start=1):
        a, b, dead_a, dead_b = row["side_a"], row["side_b"], row["deaths_a"], row["deaths_b"]
        if b != CIVILIANS and state[b] and not state[a]:
            a, b, dead_a, dead_b = b, a, dead_b, dead_a  # UCDP puts the state first
        side_a = setting.actors[a]
        side_b = "Civilians" if b == CIVILIANS else setting.actors[b]
        dyad = dyads.setdefault((row["violence"], a, b), len(dyads) + 1)
        place = row["place"]
        yield {
            "id": number,
            "relid": f"SIM-{row['future']}-{number}",
            "year": str(row["date"])[:4],
            "active_year": 1,
            "code_status": "Clear",
            "type_of_violence": row["violence"],
            "conflict_new_id": dyad,
            "conflict_name": f"{setting.country}: {side_a} - {side_b}",
            "dyad_new_id": dyad,
            "dyad_name": f"{side_a} - {side_b}",
            "side_a_new_id": a + 1,
            "side_a": side_a,
            "side_b_new_id": 9999 if b == CIVILIANS else b + 1,
            "side_b": side_b,
            "number_of_sources": 1,
            "source_article": "simulated",
            "where_prec": 4,
            "where_coordinates": setting.places[place],
            "adm_1": setting.admin1[place],
            "latitude": setting.latitude[place],
            "longitude": setting.longitude[place],
            "country": setting.country,
            "event_clarity": 1,
            "date_prec": 1,
            "date_start": f"{row['date']} 00:00:00.000",
            "date_end": f"{row['date']} 00:00:00.000",
            "deaths_a": dead_a,
            "deaths_b": 0 if row["violence"] == ONE_SIDED else dead_b,
            "deaths_civilians": row["deaths_civilians"] + (dead_b if row["violence"] == ONE_SIDED else 0),
            "deaths_unknown": 0,
            "best": row["deaths"],
            "high": row["deaths"],
            "low": row["deaths"],
        }


def _press(observed: Observed, setting: Setting) -> Iterator[dict[str, Any]]:
    for number, row in enumerate(_rows(observed), start=1):
        year, month, day = str(row["date"]).split("-")
        date = f"{int(day)} {MONTHS[int(month) - 1]} {year}"
        yield {
            "Code": f"s{number:06d}",
            "Start Date": date,
            "End Date": date,
            "Location": setting.admin1[row["place"]],
            "Target": "simulated",
            "Weapons": WEAPONS[INCIDENT_KINDS[row["kind"]]],
            "Reported Minimum": row["deaths"],
            "Reported Maximum": row["deaths"],
        }


def _log(observed: Observed, setting: Setting) -> Iterator[dict[str, Any]]:
    """Fatal incidents by week and admin-1 unit, zeros included, as the gathered files give them."""
    units = tuple(dict.fromkeys(setting.admin1))
    unit_of = np.array([units.index(name) for name in setting.admin1])
    kinds = [LOG_KIND[k] for k in INCIDENT_KINDS]
    counts = np.zeros((len(setting.weeks), len(units), len(INCIDENT_KINDS)), np.int64)
    c = observed.columns
    np.add.at(counts, (c["week"].astype(np.int64), unit_of[c["place"].astype(np.int64)], c["kind"].astype(np.int64)), 1)
    for week, monday in enumerate(setting.weeks):
        for unit, name in enumerate(units):
            by_column = dict.fromkeys(LOG_COLUMNS[3:], 0)
            for kind, column in enumerate(kinds):
                by_column[column] += int(counts[week, unit, kind])
            yield {"week_start": str(monday), "governorate": name, "sigact": int(counts[week, unit].sum()), **by_column}


def _rows(observed: Observed) -> Iterator[dict[str, Any]]:
    names: Sequence[str] = [n for n in observed.columns if n != "reported"]
    arrays = [observed.columns[n] for n in names]
    for values in zip(*arrays, strict=True):
        yield {n: v if n == "date" else int(v) for n, v in zip(names, values, strict=True)}
