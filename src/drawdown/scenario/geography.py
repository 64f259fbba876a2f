"""Polygons of places: GeoJSON in longitude and latitude, checked without a library that would follow links or guess."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from drawdown.errors import expected_one_of, quoted
from drawdown.scenario.document import locate
from drawdown.scenario.draft import Draft
from drawdown.scenario.files import GEOJSON_BYTES
from drawdown.scenario.model import Where

FILE = "places.geojson"
_NESTING = {"Polygon": 2, "MultiPolygon": 3}
MOST_POINTS = 400_000


def read_geojson(draft: Draft) -> Mapping[str, Any] | None:
    """The collection of polygons, if there is one; each feature has `properties.id`."""
    if not draft.folder.has(FILE):
        return None
    text = draft.folder.text(FILE, GEOJSON_BYTES)
    if text is None:
        return None
    first = Where(FILE, 1, 1)
    try:
        collection = json.loads(text, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        draft.problems.add(f"this is not JSON: {error.msg}.", Where(FILE, error.lineno, error.colno))
        return None
    except (ValueError, RecursionError) as error:
        draft.problems.add(f"this is not GeoJSON: {error}.", locate(text, str(error).split(" ")[0], FILE))
        return None
    features = collection.get("features") if isinstance(collection, dict) else None
    if not isinstance(features, list) or collection.get("type") != "FeatureCollection":
        draft.problems.add("expected a FeatureCollection with a list of features.", first)
        return None
    seen: set[str] = set()
    points = 0
    kept: list[dict[str, Any]] = []
    for number, feature in enumerate(features):
        path = f"features[{number}]"
        properties = feature.get("properties") if isinstance(feature, dict) else None
        name = properties.get("id") if isinstance(properties, dict) else None
        if not isinstance(name, str):
            draft.problems.add("got a feature without properties.id; expected text there.", first, path)
            continue
        where = locate(text, json.dumps(name, ensure_ascii=text.isascii()), FILE)
        if name in seen:
            draft.problems.add(f"got the feature {quoted(name)} a second time.", where, path)
        seen.add(name)
        geometry = feature.get("geometry")
        points += _polygon(geometry, where, path, draft)
        if isinstance(geometry, dict):  # nothing else of the file travels on
            shape = {"type": geometry.get("type"), "coordinates": geometry.get("coordinates")}
            kept.append({"type": "Feature", "properties": {"id": name}, "geometry": shape})
    if points > MOST_POINTS:
        draft.problems.add(f"got {points:,} points; expected at most {MOST_POINTS:,}.", first, advice="Simplify the borders.")
    return {"type": "FeatureCollection", "features": kept}


def _refuse(word: str) -> float:
    raise ValueError(f"{word} is no number")


def _polygon(geometry: Any, where: Where, path: str, draft: Draft) -> int:
    """Number of points of a polygon; notes what is wrong with it."""
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in _NESTING:
        draft.problems.add(f"got the geometry {quoted(str(kind))}; expected one of: Polygon, MultiPolygon.", where, path)
        return 0
    rings = [geometry.get("coordinates")]
    for _ in range(_NESTING[kind]):
        if not all(isinstance(part, list) for part in rings):
            draft.problems.add("got coordinates of another nesting; expected lists of rings of points.", where, path)
            return 0
        rings = [inner for part in rings for inner in part]
    bad = next((point for point in rings if not _is_point(point)), None)
    if bad is not None or not rings:
        draft.problems.add(f"got the point {quoted(str(bad))}; expected [longitude, latitude] in degrees.", where, path)
        return 0
    return len(rings)


def _is_point(point: Any) -> bool:
    if not isinstance(point, list) or not 2 <= len(point) <= 3:
        return False
    if not all(isinstance(part, int | float) and not isinstance(part, bool) for part in point):
        return False
    return bool(abs(point[0]) <= 180 and abs(point[1]) <= 90)


def check_features(features: Mapping[str, Where], draft: Draft) -> None:
    """Every `feature` that places name is drawn."""
    if draft.geojson is None:
        return
    drawn = [feature["properties"]["id"] for feature in draft.geojson["features"]]
    for name, where in features.items():
        if name not in drawn:
            draft.problems.add(f"unknown feature of {FILE}: {expected_one_of(name, drawn)}", where)
