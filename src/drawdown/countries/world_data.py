"""The folder of public world data as frozen tables. Nothing is filtered here: `known` cuts what a date did not know yet."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from drawdown.errors import DrawdownError

if TYPE_CHECKING:
    import pandas

# FilledTables that a small scenario is built from, and the columns that it reads of each.
TABLES: Mapping[str, tuple[str, ...]] = {
    "country_month.parquet": ("country", "iso3", "month", "sb", "ns", "os"),
    "dyads.csv": (
        *("dyad_id", "iso3", "side_b", "startdate", "rebestimate", "rebestlow", "rebesthigh", "rebstrength", "centcontrol"),
        *("terrcont", "effterrcont"),
    ),
    "dyad_year.csv": ("dyad_id", "iso3", "side_b", "incompatibility", "year", "type", "battle_deaths_best"),
    "dyad_ethnic_groups.csv": ("new_dyad_id", "iso3", "sideb", "group", "from", "claim", "recruitment", "support"),
    "external_support.csv": ("year", "iso3", "receiver", "dyad_name", "support", "supporter", "troops_as_party", "alleged"),
    "foreign_troops.csv": ("iso3", "sender", "mission", "period", "kind", "persons", "source"),
    "peace_agreements.csv": ("iso3", "dyad_id", "pa_date", "pa_type"),
    "groups.csv": ("iso3", "from", "to", "group", "size", "status"),
    "country_year.csv": ("country", "iso3", "year", "population", "cow_military_personnel_thousand"),
    "exits.csv": (
        *("id", "country", "ged_country", "scope", "force", "drawdown_start", "final_phase_start", "exit_date", "troops_peak"),
        *("troops_start_final_phase", "troops_last_before_exit"),
    ),
    "admin1_adjacency.csv": ("iso3", "a", "b", "shared_border_km"),
}
EVENTS = ("date_start", "type_of_violence", "country", "iso3", "dyad_name", "side_a", "side_b", "adm_1", "adm1_id", "best")


class CountryError(DrawdownError):
    """World data that cannot be read, or a country or date for which no small scenario can be built."""


@dataclass(frozen=True)
class FirstLevelUnit:
    """A first-level unit: id, name, area, centre, and its outlines as rings of (longitude, latitude)."""

    id: str
    name: str
    iso3: str
    km2: float
    longitude: float
    latitude: float
    rings: tuple[tuple[tuple[float, float], ...], ...]

    def holds(self, longitude: float, latitude: float) -> bool:
        """Whether a point lies inside (even-odd rule over all outlines)."""
        inside = False
        for ring in self.rings:
            for (x1, y1), (x2, y2) in zip(ring, (*ring[1:], ring[0]), strict=True):
                if (y1 > latitude) != (y2 > latitude) and longitude < (x2 - x1) * (latitude - y1) / (y2 - y1) + x1:
                    inside = not inside
        return inside


@dataclass(frozen=True)
class Capital:
    """Where a country is governed from, since when (None: as far as the data reach)."""

    iso3: str
    name: str
    longitude: float
    latitude: float
    since: date | None


@dataclass(frozen=True)
class WorldData:
    """Frames by the name of their table (read only), events of every country in one frame, units and capitals by country."""

    tables: Mapping[str, pandas.DataFrame]
    events: pandas.DataFrame
    units: Mapping[str, tuple[FirstLevelUnit, ...]]
    capitals: tuple[Capital, ...]

    def table(self, name: str) -> pandas.DataFrame:
        """The table of that name, without its suffix."""
        return self.tables[name]


def read(folder: Path) -> WorldData:
    """Read the world data. Raises `CountryError` with everything that is missing."""
    import pandas as pd

    missing = [name for name in (*TABLES, "admin1.geojson", "events") if not (folder / name).exists()]
    if missing:
        raise CountryError(f"{folder}: got no {', '.join(missing)}; expected the folder of world data that docs/architecture.md describes.")
    tables: dict[str, pandas.DataFrame] = {}
    faults: list[str] = []
    for name, columns in TABLES.items():
        path = folder / name
        frame = pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(path, low_memory=False)
        lacking = [c for c in columns if c not in frame.columns]
        faults += [f"{path}: got no column {', '.join(lacking)}."] if lacking else []
        tables[path.stem] = frame[[c for c in columns if c in frame.columns]]
    events = [pd.read_parquet(file, columns=list(EVENTS)) for file in sorted((folder / "events").glob("???.parquet"))]
    if not events:
        faults.append(f"{folder / 'events'}: got no file of events; expected one for each country, such as ABC.parquet.")
    if faults:
        raise CountryError("\n  ".join(faults))
    units = _units(json.loads((folder / "admin1.geojson").read_text(encoding="utf-8"))["features"])
    return WorldData(tables, pd.concat(events, ignore_index=True), units, tuple(_capitals()))


def _units(features: Iterable[Mapping[str, Any]]) -> dict[str, tuple[FirstLevelUnit, ...]]:
    found: dict[str, list[FirstLevelUnit]] = {}
    for feature in features:
        p, shape = feature["properties"], feature["geometry"]
        polygons = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
        rings = tuple(tuple((float(x), float(y)) for x, y, *_ in ring) for polygon in polygons for ring in polygon)
        unit = FirstLevelUnit(p["adm1_id"], p["name"], p["iso3"], float(p["km2"]), float(p["lon"]), float(p["lat"]), rings)
        found.setdefault(unit.iso3, []).append(unit)
    return {iso3: tuple(units) for iso3, units in found.items()}


def _capitals() -> Iterable[Capital]:
    with Path(__file__).with_name("capitals.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            since = date.fromisoformat(row["since"]) if row["since"] else None
            yield Capital(row["iso3"], row["name"], float(row["longitude"]), float(row["latitude"]), since)


def kilometres(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Distance between two points (longitude, latitude) on the sphere, in km."""
    (x1, y1), (x2, y2) = ((math.radians(x), math.radians(y)) for x, y in (a, b))
    half = math.sin((y2 - y1) / 2) ** 2 + math.cos(y1) * math.cos(y2) * math.sin((x2 - x1) / 2) ** 2
    return 2 * 6371.0 * math.asin(math.sqrt(min(1.0, half)))
