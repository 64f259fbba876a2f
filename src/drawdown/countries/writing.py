"""FilledTables, places and documents of a small scenario as files."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from drawdown.countries.documents import told
from drawdown.countries.known import Known
from drawdown.countries.land import Land
from drawdown.countries.slots import CAPITAL, PLACES
from drawdown.countries.tables import FilledTables, columns


def write_tables(folder: Path, tables: FilledTables) -> None:
    """One file a variable."""
    folder.mkdir(parents=True)
    for variable, cells in tables.rows.items():
        _csv(folder / f"{variable}.csv", list(cells.values()))


def write_places(folder: Path, ground: Land, before: Known) -> None:
    """places.csv; what has no centre of its own stands in the middle of the country."""
    rows = []
    centre = [(u.longitude, u.latitude, u.km2) for u in before.units] or [(0.0, 0.0, 1.0)]
    whole = sum(km2 for *_, km2 in centre)
    middle = sum(x * k for x, _, k in centre) / whole, sum(y * k for _, y, k in centre) / whole
    for place in PLACES:
        units = ground.units[place]
        x, y = (units[0].longitude, units[0].latitude) if len(units) == 1 else middle
        if place == CAPITAL and not units and before.capital is not None:
            x, y = before.capital.longitude, before.capital.latitude
        admin1 = told(units[0].name) if len(units) == 1 else told(ground.names[place])
        rows.append(
            {
                "id": place,
                "name": told(ground.names[place]),
                "admin1": admin1,
                "parent": "",
                "longitude": f"{x:.3f}",
                "latitude": f"{y:.3f}",
                "feature": "",
            }
        )
    _csv(folder / "places.csv", rows)


def _csv(path: Path, rows: Sequence[Mapping[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, columns(rows), lineterminator="\n", restval="")
        writer.writeheader()
        writer.writerows(rows)


def write_yaml(path: Path, content: object) -> None:
    """A document in block style."""
    from ruamel.yaml import YAML

    path.parent.mkdir(parents=True, exist_ok=True)
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    yaml.width = 10_000
    yaml.allow_unicode = True
    with path.open("w", encoding="utf-8") as out:
        yaml.dump(content, out)
