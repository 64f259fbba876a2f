"""One country at one origin as a small scenario: built from what was known, written, and read back through the ordinary door."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from drawdown.countries import forces, land, peace, people, violence
from drawdown.countries.course import NOTE, course
from drawdown.countries.documents import SOURCES, card_of, claims_of, head_of, id_of, plans_of
from drawdown.countries.exits import leaving_of
from drawdown.countries.known import Known, MonthlyDeaths, known
from drawdown.countries.slots import ARMY, CAPITAL, FOREIGN, GOVERNMENT, REBELS, SPONSORS
from drawdown.countries.tables import PADDING, FilledTables, assumed
from drawdown.countries.world_data import CountryError, WorldData
from drawdown.countries.writing import write_places, write_tables, write_yaml
from drawdown.scenario.load import load
from drawdown.scenario.model import Scenario


@dataclass(frozen=True)
class Small:
    """A small scenario, which of its members are what, and the monthly deaths known at its origin.

    `rebels` (who fight the state), `government` and `foreign` name the actors that are there; padding and rival militias are left out.
    `capital` is a place; `counted` are the foreign slots of which records by month would tell that they come or go (at an exit: all).
    """

    scenario: Scenario
    capital: str
    rebels: tuple[str, ...]
    government: tuple[str, ...]
    foreign: tuple[str, ...]
    recorded: MonthlyDeaths
    counted: tuple[str, ...] = ()


def small_scenario(data: WorldData, iso3: str, origin: date, exit: str | None = None) -> Small:  # noqa: A002  one word for one thing
    """The small scenario of a country as known before `origin`; with `exit`, the id of a row of exits.csv, its force leaves by a plan.

    Raises `CountryError` where the data do not hold the country, the date or the exit.
    """
    before = known(data, iso3, origin)
    with tempfile.TemporaryDirectory(prefix="drawdown-") as temporary:
        folder = Path(temporary) / id_of(before)
        there = _write(folder, data, before, exit)
        scenario = load(folder)
    groups = tuple(slot for slot in REBELS if slot in there.groups and there.groups[slot].fights_state)
    guests = tuple(slot for slot in FOREIGN if slot in there.guests)
    counted = tuple(slot for slot in FOREIGN if exit is not None or (slot in there.foreign and there.foreign[slot].counted))
    return Small(scenario, CAPITAL, groups, GOVERNMENT, guests, before.recorded, counted)


def write(folder: Path, data: WorldData, iso3: str, origin: date, exit: str | None = None) -> Path:  # noqa: A002
    """The same as an ordinary scenario folder; nothing may stand there. Raises `CountryError`, OSError."""
    if folder.exists() or folder.is_symlink():
        raise CountryError(f"{folder}\n  there is something of that name already; nothing was written. Choose another name.")
    before = known(data, iso3, origin)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}.") as temporary:
        made = Path(temporary) / folder.name
        _write(made, data, before, exit)
        load(made)
        made.rename(folder)
    return folder


def _write(folder: Path, data: WorldData, before: Known, exit_id: str | None) -> forces.Forces:
    """The whole folder; returned is who stands in which slot."""
    leaving = leaving_of(data, before, exit_id) if exit_id is not None else None
    ground = land.land_of(before)
    level = violence.level_of(before, ground)
    armed = forces.forces_of(before, ground, leaving.guest if leaving is not None else None)
    lived = people.people_of(before, armed)
    tables = FilledTables()
    land.fill(tables, ground, before)
    forces.fill(tables, armed, ground, before, level.everywhere)
    people.fill(tables, lived, armed, ground)
    parameters = {**violence.fill(tables, level, ground), **peace.fill(tables, armed, before)}
    _patrons(tables, armed, before)
    write_tables(folder / "tables", tables)
    write_places(folder, ground, before)
    write_yaml(folder / "sources.yaml", dict(SOURCES))
    write_yaml(folder / "scenario.yaml", head_of(before, next(iter(ground.filled())), armed, lived))
    numbers: dict[str, dict[str, Any]] = {}
    for name, (value, unit, why) in parameters.items():
        mechanism, parameter = name.split(".")
        numbers.setdefault(mechanism, {})[parameter] = {"value": float(f"{value:.6g}"), "unit": unit, "grade": "D", "note": why}
    for name, (low, best, high, unit) in course(before, level).items():
        mechanism, parameter = name.split(".")
        spread = {"low": float(f"{low:.4g}"), "best": float(f"{best:.4g}"), "high": float(f"{high:.4g}")}
        numbers.setdefault(mechanism, {})[parameter] = {**spread, "unit": unit, "grade": "D", "note": NOTE}
    write_yaml(folder / "parameters" / "country.yaml", numbers)
    plans = plans_of(before, armed, leaving)
    for plan in plans:
        write_yaml(folder / "plans" / f"{plan['id']}.yaml", plan)
    write_yaml(folder / "claims.yaml", claims_of(before, armed))
    (folder / "CARD.md").write_text(card_of(before), encoding="utf-8")
    return armed


def _patrons(tables: FilledTables, armed: forces.Forces, before: Known) -> None:
    recent = before.support[(before.support["year"] >= before.origin.year - 3) & (before.support["support"] == 1)]
    helped = {str(name) for name in recent["receiver"]}
    for_state = any(name.startswith("Government of") for name in helped)
    groups = [slot for slot, group in armed.groups.items() if group.name in helped]
    note = assumed("1 where coders see outside support in the last three years (assumed to be the measure)")
    tables.put("sponsor_means", (SPONSORS[0],), 1.0 if groups else 0.0, note if groups else PADDING)
    tables.put("sponsor_means", (SPONSORS[1],), 1.0 if for_state else 0.0, note if for_state else PADDING)
    for slot in groups:
        tables.range("sponsor_interest", (SPONSORS[0], slot), 0.3, 0.6, 0.9, note)
    if for_state:
        tables.range("sponsor_interest", (SPONSORS[1], ARMY), 0.3, 0.6, 0.9, note)
