"""Places as the map draws them: outlines in one viewbox, small places as marks with a leader line, tiles where there are no borders."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from drawdown.report.run import Run

WIDTH = 620.0
MARGIN = 14.0
SIDE = 118.0  # room at the right for places that have no outline of their own
MARK = 15.0
SMALL = 30.0  # narrower parts of a place are drawn as marks


def features(run: Run) -> dict[str, dict[str, Any]]:
    """Geometry of every place that has an outline, by place id; empty when the scenario came without borders."""
    data = run.scenario.get("geojson") or _file(run)
    if not isinstance(data, Mapping):
        return {}
    by_id: dict[str, dict[str, Any]] = {}
    for feature in data.get("features", ()):
        about = feature.get("properties") or {}
        geometry = feature.get("geometry") or {}
        if geometry.get("type") in ("Polygon", "MultiPolygon"):
            by_id[str(about.get("id", feature.get("id", "")))] = dict(geometry)
    return {str(p["id"]): by_id[p["feature"]] for p in run.places if p.get("feature") in by_id}


def _file(run: Run) -> object:
    found = run.text("scenario/places.geojson")
    return json.loads(found) if found else None


def shapes(run: Run) -> dict[str, Any]:
    """The drawing: {"width", "height", "kind": "map" or "tiles", "places": [{id, name, path, x, y, anchor?}]}, y downwards."""
    outlines = features(run)
    return _map(run, outlines) if outlines else _tile_map(run)


def _map(run: Run, outlines: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    rings = {place: _rings(geometry) for place, geometry in outlines.items()}
    every = np.concatenate([ring for those in rings.values() for ring in those])
    west, south = every.min(axis=0)
    east, north = every.max(axis=0)
    squeeze = math.cos(math.radians((south + north) / 2))
    scale = (WIDTH - 2 * MARGIN - SIDE) / max((east - west) * squeeze, 1e-9)
    height = (north - south) * scale + 2 * MARGIN

    def project(points: Any) -> Any:
        points = np.atleast_2d(np.asarray(points, dtype=float))
        return np.column_stack([MARGIN + (points[:, 0] - west) * squeeze * scale, MARGIN + (north - points[:, 1]) * scale])

    drawn, without = [], []
    for place in run.places:
        lines = [project(ring) for ring in rings.get(place["id"], ())]
        # A town inside its province, a few pixels wide, could be neither seen nor hit: it gets a mark of its own.
        if lines and not (place.get("parent") and max(np.ptp(line, axis=0).min() for line in lines) < SMALL):
            largest = max(lines, key=lambda line: abs(_area(line)))
            x, y = _inside(largest)
            drawn.append(
                {
                    "id": place["id"],
                    "name": place["name"],
                    "path": "".join(_path(line) for line in lines),
                    "x": round(x, 1),
                    "y": round(y, 1),
                }
            )
        else:
            x, y = project([[place["longitude"], place["latitude"]]])[0]
            without.append((place, float(x), float(y)))
    without.sort(key=lambda item: item[2])
    floor = MARGIN + MARK + 6
    for place, x, y in without:
        at = max(floor, min(y, height - MARGIN - MARK - 18))
        floor = at + 2 * MARK + 30
        mark_x = WIDTH - SIDE / 2 - 4
        drawn.append({"id": place["id"], "name": place["name"], "path": _circle(mark_x, at), "x": round(mark_x, 1), "y": round(at, 1),
                      "anchor": [round(x, 1), round(y, 1)], "radius": MARK})  # fmt: skip
    return {"kind": "map", "width": WIDTH, "height": round(max(height, floor), 1), "places": drawn}


def tiles(run: Run) -> dict[str, tuple[int, int]]:
    """Column and row of every place on a grid that keeps north up and neighbours near: least total squared displacement."""
    from scipy.optimize import linear_sum_assignment

    places = list(run.places)
    side = max(1, math.ceil(math.sqrt(len(places) * 1.25)))
    lonlat = np.array([[float(p.get("longitude") or 0), float(p.get("latitude") or 0)] for p in places])
    # Ranks spread places evenly where the country is crowded in one corner.
    spread = np.column_stack([lonlat[:, 0].argsort(kind="stable").argsort(), (-lonlat[:, 1]).argsort(kind="stable").argsort()])
    target = spread / max(len(places) - 1, 1) * (side - 1)
    cells = np.array([(column, row) for row in range(side) for column in range(side)])
    cost = ((target[:, None, :] - cells[None]) ** 2).sum(axis=2)
    rows, chosen = linear_sum_assignment(cost)
    return {places[r]["id"]: (int(cells[c][0]), int(cells[c][1])) for r, c in zip(rows, chosen, strict=True)}


def _tile_map(run: Run) -> dict[str, Any]:
    grid = tiles(run)
    if not grid:
        return {"kind": "tiles", "width": WIDTH, "height": 40.0, "places": []}
    columns = max(c for c, _ in grid.values()) + 1
    size = (WIDTH - 2 * MARGIN) / columns
    drawn = []
    for place in run.places:
        column, row = grid[place["id"]]
        x, y, inner = MARGIN + column * size, MARGIN + row * size, size - 6
        path = f"M{x:.1f},{y:.1f}h{inner:.1f}v{inner:.1f}h-{inner:.1f}z"
        drawn.append(
            {
                "id": place["id"],
                "name": place["name"],
                "path": path,
                "x": round(x + inner / 2, 1),
                "y": round(y + inner / 2, 1),
                "tile": True,
            }
        )
    rows = max(r for _, r in grid.values()) + 1
    return {"kind": "tiles", "width": WIDTH, "height": round(2 * MARGIN + rows * size, 1), "places": drawn}


def _rings(geometry: Mapping[str, Any]) -> list[Any]:
    parts = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    return [np.asarray([point[:2] for point in ring], dtype=float) for part in parts for ring in part if len(ring) >= 4]


def _area(line: Any) -> float:
    return float((line[:-1, 0] * line[1:, 1] - line[1:, 0] * line[:-1, 1]).sum() / 2)


def _path(line: Any) -> str:
    return "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in line[:-1]) + "Z"


def _circle(x: float, y: float) -> str:
    return f"M{x - MARK:.1f},{y:.1f}a{MARK},{MARK} 0 1,0 {2 * MARK},0a{MARK},{MARK} 0 1,0 -{2 * MARK},0Z"


def _inside(line: Any) -> tuple[float, float]:
    """A point for the label: of a grid of points inside the outline, the one farthest from its edge."""
    low, high = line.min(axis=0), line.max(axis=0)
    xs, ys = (np.linspace(low[i], high[i], 24)[1:-1] for i in (0, 1))
    points = np.array([(x, y) for x in xs for y in ys])
    a, b = line[:-1], line[1:]
    cross = (a[None, :, 1] > points[:, None, 1]) != (b[None, :, 1] > points[:, None, 1])
    with np.errstate(divide="ignore", invalid="ignore"):
        at = (b[:, 0] - a[:, 0]) * (points[:, None, 1] - a[:, 1]) / (b[:, 1] - a[:, 1]) + a[:, 0]
    inside = (cross & (points[:, None, 0] < at)).sum(axis=1) % 2 == 1
    if not inside.any():
        return float(line[:, 0].mean()), float(line[:, 1].mean())
    points = points[inside]
    along = b - a
    length = np.maximum((along**2).sum(axis=1), 1e-12)
    t = np.clip(((points[:, None] - a) * along).sum(axis=2) / length, 0, 1)
    gap = np.hypot(*np.moveaxis(points[:, None] - (a + t[..., None] * along), 2, 0)).min(axis=1)
    x, y = points[int(gap.argmax())]
    return float(x), float(y)
