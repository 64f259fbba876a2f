"""Exits of foreign forces as the world data list them: who left, how many, from when to when."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from drawdown.countries.forces import Guest
from drawdown.countries.known import Known
from drawdown.countries.tables import RestsOn, assumed
from drawdown.countries.world_data import CountryError, WorldData
from drawdown.countries.zones import is_zone


@dataclass(frozen=True)
class Leaving:
    """A force that leaves, and the days on which its last phase begins and ends."""

    guest: Guest
    begins: date
    ends: date


def leaving_of(data: WorldData, before: Known, exit_id: str) -> Leaving:
    """The row of exits.csv of that id; the force's size as given there, else what intervening armies had. Raises `CountryError`."""
    rows = data.table("exits")
    found = rows[rows["id"] == exit_id]
    if found.empty:
        raise CountryError(f"got the exit '{exit_id}'; expected one of: {', '.join(sorted(rows['id']))}.")
    row = found.iloc[0]
    ends, name = _day(str(row["exit_date"])), str(row["force"])
    if ends <= before.origin:
        raise CountryError(f"got the exit '{exit_id}' of {row['exit_date']}; expected an origin before it, not {before.origin}.")
    begins = str(row["final_phase_start"])
    begins = str(row["drawdown_start"]) if begins == "nan" else begins
    sizes = (_number(row[column]) for column in ("troops_start_final_phase", "troops_peak", "troops_last_before_exit"))
    size = next((value for value in sizes if value), None)
    mission = re.search(r"\bUN\b|ECOMOG|\bAU\b", name) is not None
    hostility = 0.2 if mission else 0.6
    if size is None:
        low, best, high = 1_000.0, 5_000.0, 25_000.0
        backing = assumed("nobody counted it (assumed: what intervening armies had)")
    else:
        low, best, high = size / 1.33, size, size * 1.33
        backing = RestsOn("C", "as given; a third either way (assumed)", "exits", exit_id)
    guest = Guest(name, low, best, high, backing, hostility, mission, zone=is_zone(str(row["scope"])))
    return Leaving(guest, _day(begins), ends)


def _number(text: object) -> float | None:
    """The first number in a text such as `~50000 (15 Aug 1988)`, or the mean of `6000-9000`."""
    found = re.match(r"~?(\d+)(?:-(\d+))?", str(text))
    if found is None or str(text) == "nan":
        return None
    return (float(found[1]) + float(found[2] or found[1])) / 2 or None


def _day(text: str) -> date:
    """A date; a month alone is its middle."""
    parts = [int(part) for part in text.split("-")]
    year, month = parts[0], parts[1] if len(parts) > 1 else 6
    return date(year, month, parts[2] if len(parts) > 2 else 15)
