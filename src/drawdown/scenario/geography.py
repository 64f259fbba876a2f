"""Polygons of places: GeoJSON in longitude and latitude, checked without a library that would follow links or guess."""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Mapping
from typing import Any

from drawdown.errors import expected_one_of, quoted, some_of
from drawdown.scenario.document import locate
from drawdown.scenario.draft import Draft
from drawdown.scenario.files import GEOJSON_BYTES
from drawdown.scenario.model import Where

FILE = "places.geojson"
_NESTING = {"Polygon": 2, "MultiPolygon": 3}
MOST_POINTS = 400_000
MOST_FEATURES = 5_000  # all provinces of the world
LONGEST_NAME = 200
LEAST_POINTS = 4
LEAST_AREA = 1e-10  # square degrees: about a square metre
MOST_METRES = 1e6  # an elevation; what is larger is no number of this world


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
    except RecursionError:
        draft.problems.add("this is not GeoJSON: its lists are nested too deep.", first)
        return None
    except ValueError as error:
        draft.problems.add(f"this is not GeoJSON: {error}.", locate(text, str(error).split(" ")[0], FILE))
        return None
    features = collection.get("features") if isinstance(collection, dict) else None
    if not isinstance(features, list) or collection.get("type") != "FeatureCollection":
        advice = 'It begins {"type": "FeatureCollection", "features": [...]}.'
        draft.problems.add("expected a FeatureCollection with a list of features.", first, advice=advice)
        return None
    if len(features) > MOST_FEATURES:
        advice = "Keep those of the country."
        draft.problems.add(f"got {len(features):,} features; expected at most {MOST_FEATURES:,}.", first, advice=advice)
        return None
    seen: set[str] = set()
    points = 0
    kept: list[dict[str, object]] = []
    for number, feature in enumerate(features):
        path = f"features[{number}]"
        properties = feature.get("properties") if isinstance(feature, dict) else None
        name = properties.get("id") if isinstance(properties, dict) else None
        if not isinstance(name, str):
            advice = "It is what `feature` in places.csv names."
            draft.problems.add("got a feature without properties.id; expected text there.", first, path, advice)
            continue
        fault: tuple[str, str] | None = None
        if not name.strip() or not name.isprintable() or len(name) > LONGEST_NAME:
            fault = f"got properties.id {quoted(name)}; expected at most {LONGEST_NAME} printable characters.", ""
        elif name in seen:
            fault = f"got the feature {quoted(name)} a second time.", "Delete one of them."
        seen.add(name)
        geometry = feature.get("geometry")
        count, wrong = _polygon(geometry)
        points += count
        for message, advice in (found for found in (fault, wrong) if found is not None):
            # Only now, because looking for each of many would take as long as the file is large.
            where = locate(text, json.dumps(name, ensure_ascii=text.isascii()), FILE)
            draft.problems.add(message, where, path, advice)
        if isinstance(geometry, dict):  # nothing else of the file travels on
            shape = {"type": geometry.get("type"), "coordinates": geometry.get("coordinates")}
            kept.append({"type": "Feature", "properties": {"id": name}, "geometry": shape})
    if points > MOST_POINTS:
        draft.problems.add(f"got {points:,} points; expected at most {MOST_POINTS:,}.", first, advice="Simplify the borders.")
    return {"type": "FeatureCollection", "features": kept}


def _refuse(word: str) -> float:
    raise ValueError(f"{word} is no number")


def _told(value: object) -> str:
    """What came in place of text, numbers or lists; a list of a million entries is not written out."""
    if isinstance(value, dict | list):
        return "a mapping" if isinstance(value, dict) else f"a list of {len(value)}"
    return "nothing" if value is None else quoted(value)


def _polygon(geometry: object) -> tuple[int, tuple[str, str] | None]:
    """Number of points of a polygon; and what is wrong with it, with what to do, if anything is."""
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if not isinstance(geometry, dict) or not isinstance(kind, str) or kind not in _NESTING:
        return 0, (f"got the geometry {_told(kind)}; expected one of: Polygon, MultiPolygon.", "")
    rings: list[object] = [geometry.get("coordinates")]
    for _ in range(_NESTING[kind] - 1):
        lists = [part for part in rings if isinstance(part, list) and part]
        if len(lists) < len(rings):
            return 0, ("got coordinates of another nesting; expected lists of rings of points.", "")
        rings = [inner for part in lists for inner in part]
    fault = next((fault for ring in rings if (fault := _ring_fault(ring)) is not None), None)
    return (0, fault) if fault is not None else (sum(len(ring) for ring in rings if isinstance(ring, list)), None)


def _ring_fault(ring: object) -> tuple[str, str] | None:
    """What is wrong with a ring of points, and what to do: RFC 7946 wants it closed, of four points or more; it must enclose land."""
    if not isinstance(ring, list):
        return "got coordinates of another nesting; expected lists of rings of points.", ""
    bad = next((point for point in ring if not _is_point(point)), None)
    if bad is not None:
        shown = (
            quoted(str(bad)) if isinstance(bad, list) and len(bad) <= 3 and not any(isinstance(part, list) for part in bad) else _told(bad)
        )
        return f"got the point {shown}; expected [longitude, latitude] in degrees.", _advice(bad)
    if len(ring) < LEAST_POINTS:
        message = f"got a ring of {len(ring)} points; expected at least {LEAST_POINTS}: three corners, and the first again."
        return message, "" if ring else "Leave the feature out if its border is not known."
    if ring[0] != ring[-1]:
        return f"got a ring that begins at {ring[0]} and ends at {ring[-1]}; expected it closed.", "Repeat its first point at its end."
    if _area(ring) <= LEAST_AREA:
        return f"got a ring of {len(ring)} points that encloses no land.", "Its points lie on a line: draw its corners."
    return None


def _advice(bad: object) -> str:
    """What most often stands behind a point that is not on the earth."""
    numbers = [part for part in bad[:2] if isinstance(part, int | float)] if isinstance(bad, list) else []
    if len(numbers) < 2:
        return ""
    if max(map(abs, numbers)) > 360:
        return "Coordinates in metres must be turned into degrees first (WGS 84, EPSG:4326)."
    return "Are longitude and latitude the right way round?" if abs(numbers[1]) <= 180 else ""


def _area(ring: list[list[float]]) -> float:
    """Square degrees that a closed ring encloses, by the shoelace formula from its first point."""
    x, y = ring[0][0], ring[0][1]
    pairs = itertools.pairwise(ring)
    return abs(math.fsum((a[0] - x) * (b[1] - y) - (b[0] - x) * (a[1] - y) for a, b in pairs)) / 2


def _is_point(point: object) -> bool:
    if not isinstance(point, list) or not 2 <= len(point) <= 3:
        return False
    if not all(isinstance(part, int | float) and not isinstance(part, bool) and abs(part) < MOST_METRES for part in point):
        return False
    return bool(abs(point[0]) <= 180 and abs(point[1]) <= 90)


def check_features(features: Mapping[str, Where], draft: Draft) -> None:
    """Every `feature` that places name is drawn; what is drawn for no place, or lies elsewhere than its place, is worth a look."""
    if draft.geojson is None:
        return
    drawn = {feature["properties"]["id"]: feature["geometry"] for feature in draft.geojson["features"]}
    for name, where in features.items():
        if name not in drawn:
            draft.problems.add(f"unknown feature of {FILE}: {expected_one_of(name, drawn)}", where)
    if draft.problems.found:
        return  # what could not be read would be missed, and a broken polygon is nowhere
    without = [place.id for place in draft.places if place.feature is None]
    if without and drawn:
        advice = f"Name their polygons in the column `feature` of places.csv, if {FILE} has them."
        draft.problems.warn(
            f"got no polygon for {some_of(without)}: they will be missing on the map.", Where("places.csv", 1, 1), "", advice
        )
    unused = [name for name in drawn if name not in features]
    if unused:
        advice = "Name them in the column `feature` of places.csv, or delete them."
        draft.problems.warn(f"got polygons that belong to no place: {some_of(unused)}.", Where(FILE, 1, 1), "", advice)
    for place in draft.places:
        if place.feature is not None and not _near(place.longitude, place.latitude, drawn[place.feature]):
            message = f"the point of '{place.id}' ({place.longitude:g} east, {place.latitude:g} north) lies far outside its polygon."
            draft.problems.warn(message, features[place.feature], "", "Are longitude and latitude the right way round?")


def _near(longitude: float, latitude: float, geometry: Mapping[str, Any]) -> bool:
    """Whether a point lies in the box around a polygon, widened by half on each side: a centre may lie a little outside its land."""
    polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    outline = [point for polygon in polygons for point in polygon[0]]
    for axis, value in ((0, longitude), (1, latitude)):
        low, high = min(point[axis] for point in outline), max(point[axis] for point in outline)
        margin = 0.5 * (high - low) + 0.1
        if not low - margin <= value <= high + margin:
            return False
    return True
