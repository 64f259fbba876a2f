"""Admin-1 polygons from GeoJSON (geoBoundaries, Natural Earth, our own): names, centres and lengths of shared borders."""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from drawdown.data.loaded import BOUNDARY_COLUMNS, Ledger, Loaded
from drawdown.data.problems import DataError
from drawdown.data.table import read_bytes

NAMES = ("shapeName", "name", "NAME_1", "name_en", "NAME")
IDS = ("id", "shapeISO", "iso_3166_2", "shapeID", "adm1_code", "GID_1")
COUNTRIES = ("shapeGroup", "adm0_a3", "iso_a2", "country", "GID_0")
LEVELS = ("shapeType", "level")
NO_FEATURE = "not a feature"
NO_NAME = "no name"
NO_POLYGON = "no polygon"
OFF_THE_GLOBE = "coordinates off the globe, or too few"
SAME_SHAPE = "same id as an earlier feature"
EARTH = 6371.0  # km

Ring = list[tuple[float, float]]


def read(source: str, path: Path, country: str | None = None) -> Loaded:
    """Read a FeatureCollection. Columns: BOUNDARY_COLUMNS; `geometry` is GeoJSON, longitude and latitude that of the largest ring's centre.

    The line number of a drop is the rank of the feature. Raises `DataError` if it is no GeoJSON.
    """
    import pandas as pd

    ledger = Ledger()
    features = _features(path, ledger)
    kept: list[dict[str, Any]] = []
    seen: set[str] = set()
    for rank, feature in enumerate(features, start=1):
        record = _record(feature, rank, ledger)
        if record is None:
            continue
        if country is not None and record["country"].casefold() != country.casefold():
            ledger.drop("in another country", rank)
        elif record["id"] in seen:
            ledger.drop(SAME_SHAPE, rank)
        else:
            seen.add(record["id"])
            kept.append(record)
    return Loaded(source, pd.DataFrame(kept, columns=list(BOUNDARY_COLUMNS)), len(features), ledger.dropped(), dict(ledger.notes))


def _features(path: Path, ledger: Ledger) -> list[Any]:
    content, _ = read_bytes(path, (".geojson", ".json"))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
        ledger.note("file was not UTF-8 and was read as Windows-1252")
    try:
        document = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise DataError.at(
            path, f"is not complete JSON: {error}", line=getattr(error, "lineno", 0), advice="Fetch the file again."
        ) from None
    features = document.get("features") if isinstance(document, Mapping) else None
    if not isinstance(features, list):
        raise DataError.at(path, "has no list of features; expected a GeoJSON FeatureCollection.")
    return features


def _first(properties: Mapping[str, Any], names: tuple[str, ...]) -> str:
    return next((str(properties[n]).strip() for n in names if properties.get(n) not in (None, "", -99, "-99")), "")


def _record(feature: Any, rank: int, ledger: Ledger) -> dict[str, Any] | None:
    if not isinstance(feature, Mapping) or not isinstance(feature.get("properties"), Mapping):
        ledger.drop(NO_FEATURE, rank)
        return None
    properties: Mapping[str, Any] = feature["properties"]
    name = _first(properties, NAMES)
    if not name:
        ledger.drop(NO_NAME, rank)
        return None
    geometry = feature.get("geometry")
    if not isinstance(geometry, Mapping) or geometry.get("type") not in ("Polygon", "MultiPolygon"):
        ledger.drop(NO_POLYGON, rank)
        return None
    try:
        outer = max((ring for i, ring in _rings(geometry) if i == 0), key=lambda r: abs(_area(r)))
        longitude, latitude = _centre(outer)
    except (ValueError, TypeError, IndexError, KeyError, OverflowError):
        ledger.drop(OFF_THE_GLOBE, rank)
        return None
    return {
        "id": _first(properties, IDS) or str(feature.get("id") or name),
        "name": name,
        "country": _first(properties, COUNTRIES),
        "level": _first(properties, LEVELS),
        "longitude": longitude,
        "latitude": latitude,
        "geometry": dict(geometry),
    }


def _rings(geometry: Mapping[str, Any]) -> Iterator[tuple[int, Ring]]:
    """(0 for outer, else inner; ring) of every polygon. Raises ValueError for a point that is not on the globe or a ring of under four."""
    polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    for polygon in polygons:
        for i, raw in enumerate(polygon):
            ring = [(float(point[0]), float(point[1])) for point in raw]
            if len(ring) < 4 or not all(abs(x) <= 180.0 and abs(y) <= 90.0 for x, y in ring):
                raise ValueError("not a ring on the globe")
            yield i, ring


def _area(ring: Ring) -> float:
    """Signed area in square degrees (positive: counter-clockwise)."""
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in zip(ring, ring[1:] + ring[:1], strict=True)) / 2.0


def _centre(ring: Ring) -> tuple[float, float]:
    area = _area(ring)
    if area == 0.0:
        raise ValueError("a ring without area")
    pairs = list(zip(ring, ring[1:] + ring[:1], strict=True))
    x = sum((x0 + x1) * (x0 * y1 - x1 * y0) for (x0, y0), (x1, y1) in pairs) / (6.0 * area)
    y = sum((y0 + y1) * (x0 * y1 - x1 * y0) for (x0, y0), (x1, y1) in pairs) / (6.0 * area)
    return round(x, 4), round(y, 4)


def shared_borders(loaded: Loaded) -> dict[tuple[str, str], float]:
    """Length in km of the border that two units share, by their ids (sorted): the line segments that both have, vertex for vertex.

    Needs a layer with topology kept (both makers do); units drawn independently share nothing and give an empty result.
    """
    owner: dict[tuple[tuple[float, float], tuple[float, float]], str] = {}
    lengths: dict[tuple[str, str], float] = {}
    for record in loaded.frame.to_dict("records"):
        for _, ring in _rings(record["geometry"]):
            for a, b in itertools.pairwise(ring):
                segment = (a, b) if a < b else (b, a)
                other = owner.setdefault(segment, str(record["id"]))
                if other != record["id"]:
                    pair = (other, str(record["id"])) if other < record["id"] else (str(record["id"]), other)
                    lengths[pair] = lengths.get(pair, 0.0) + _kilometres(a, b)
    return {pair: round(length, 1) for pair, length in sorted(lengths.items())}


def _kilometres(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Great-circle distance (haversine)."""
    (lon0, lat0), (lon1, lat1) = ((math.radians(v) for v in p) for p in (a, b))
    h = math.sin((lat1 - lat0) / 2) ** 2 + math.cos(lat0) * math.cos(lat1) * math.sin((lon1 - lon0) / 2) ** 2
    return 2 * EARTH * math.asin(math.sqrt(h))
