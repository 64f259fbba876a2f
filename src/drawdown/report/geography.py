"""Places as the map draws them: outlines in one viewbox, small places as marks with a leader line, tiles where there are no borders."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Required, TypedDict, cast

import numpy as np
import numpy.typing as npt

from drawdown.report.run import RunView
from drawdown.scenario.model import Place

WIDTH = 620.0
MARGIN = 14.0
SIDE = 118.0  # room at the right for places that have no outline of their own
MARK = 15.0
SMALL = 30.0  # narrower parts of a place are drawn as marks


Line = npt.NDArray[np.float64]  # points as rows: x, y
Ring = list[list[float]]  # points, the first again at the end
Polygons = list[list[Ring]]  # each: its outline, then its holes


def features(run: RunView) -> dict[str, Polygons]:
    """Outlines of every place that has any, by place id; empty when the scenario came without borders."""
    found = run.text("scenario/places.geojson")
    data = run.scenario.geojson or (cast("Mapping[str, object]", json.loads(found)) if found else {})
    by_id: dict[str, Polygons] = {}
    for feature in cast("list[_Feature]", data.get("features", [])):
        geometry = feature["geometry"]
        polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
        by_id[str(feature["properties"]["id"])] = cast("Polygons", polygons)
    return {place.id: by_id[place.feature] for place in run.scenario.places if place.feature in by_id}


class _Geometry(TypedDict):
    type: str
    coordinates: list[object]


class _Feature(TypedDict):
    """A feature as the loader lets through: a polygon or several, with the id by which places name it."""

    geometry: _Geometry
    properties: dict[str, object]


class Outline(TypedDict, total=False):
    """A place as it is drawn, y downwards; `anchor` and `radius`: of one that stands beside the map; `tile`: of one without borders."""

    id: Required[str]
    name: Required[str]
    path: Required[str]
    x: Required[float]
    y: Required[float]
    anchor: list[float]
    radius: float
    tile: bool


class Drawing(TypedDict):
    """All places, as a "map" or as "tiles"."""

    kind: str
    width: float
    height: float
    places: list[Outline]


def shapes(run: RunView) -> Drawing:
    """The drawing of a run's places."""
    outlines = features(run)
    return _map(run, outlines) if outlines else _tile_map(run)


def _map(run: RunView, outlines: Mapping[str, Polygons]) -> Drawing:
    rings = {place: _rings(polygons) for place, polygons in outlines.items()}
    every = np.concatenate([ring for those in rings.values() for ring in those])
    west, south = every.min(axis=0)
    east, north = every.max(axis=0)
    squeeze = math.cos(math.radians((south + north) / 2))
    scale = (WIDTH - 2 * MARGIN - SIDE) / max((east - west) * squeeze, 1e-9)
    height = (north - south) * scale + 2 * MARGIN

    def project(points: npt.ArrayLike) -> Line:
        points = np.atleast_2d(np.asarray(points, dtype=float))
        return np.column_stack([MARGIN + (points[:, 0] - west) * squeeze * scale, MARGIN + (north - points[:, 1]) * scale])

    drawn: list[Outline] = []
    without: list[tuple[Place, float, float]] = []
    for place in run.scenario.places:
        lines = [project(ring) for ring in rings.get(place.id, ())]
        # A town inside its province, a few pixels wide, could be neither seen nor hit: it gets a mark of its own.
        if lines and not (place.parent and max(np.ptp(line, axis=0).min() for line in lines) < SMALL):
            largest = max(lines, key=lambda line: abs(_area(line)))
            x, y = _inside(largest)
            drawn.append(
                {
                    "id": place.id,
                    "name": place.name,
                    "path": "".join(_path(line) for line in lines),
                    "x": round(x, 1),
                    "y": round(y, 1),
                }
            )
        else:
            x, y = project([[place.longitude, place.latitude]])[0]
            without.append((place, float(x), float(y)))
    without.sort(key=lambda item: item[2])
    floor = MARGIN + MARK + 6
    for place, x, y in without:
        at = max(floor, min(y, height - MARGIN - MARK - 18))
        floor = at + 2 * MARK + 30
        mark_x = WIDTH - SIDE / 2 - 4
        drawn.append({"id": place.id, "name": place.name, "path": _circle(mark_x, at), "x": round(mark_x, 1), "y": round(at, 1),
                      "anchor": [round(x, 1), round(y, 1)], "radius": MARK})  # fmt: skip
    return {"kind": "map", "width": WIDTH, "height": round(max(height, floor), 1), "places": drawn}


def tiles(run: RunView) -> dict[str, tuple[int, int]]:
    """Column and row of every place on a grid that keeps north up and neighbours near: least total squared displacement."""
    from scipy.optimize import linear_sum_assignment

    places = list(run.scenario.places)
    side = max(1, math.ceil(math.sqrt(len(places) * 1.25)))
    lonlat = np.array([[p.longitude, p.latitude] for p in places])
    # Ranks spread places evenly where the country is crowded in one corner.
    spread = np.column_stack([lonlat[:, 0].argsort(kind="stable").argsort(), (-lonlat[:, 1]).argsort(kind="stable").argsort()])
    target = spread / max(len(places) - 1, 1) * (side - 1)
    cells = np.array([(column, row) for row in range(side) for column in range(side)])
    cost = ((target[:, None, :] - cells[None]) ** 2).sum(axis=2)
    rows, chosen = linear_sum_assignment(cost)
    return {places[r].id: (int(cells[c][0]), int(cells[c][1])) for r, c in zip(rows, chosen, strict=True)}


def _tile_map(run: RunView) -> Drawing:
    grid = tiles(run)
    if not grid:
        return {"kind": "tiles", "width": WIDTH, "height": 40.0, "places": []}
    columns = max(c for c, _ in grid.values()) + 1
    size = (WIDTH - 2 * MARGIN) / columns
    drawn: list[Outline] = []
    for place in run.scenario.places:
        column, row = grid[place.id]
        x, y, inner = MARGIN + column * size, MARGIN + row * size, size - 6
        path = f"M{x:.1f},{y:.1f}h{inner:.1f}v{inner:.1f}h-{inner:.1f}z"
        drawn.append(
            {
                "id": place.id,
                "name": place.name,
                "path": path,
                "x": round(x + inner / 2, 1),
                "y": round(y + inner / 2, 1),
                "tile": True,
            }
        )
    rows = max(r for _, r in grid.values()) + 1
    return {"kind": "tiles", "width": WIDTH, "height": round(2 * MARGIN + rows * size, 1), "places": drawn}


def _rings(polygons: Polygons) -> list[Line]:
    return [np.asarray([point[:2] for point in ring], dtype=float) for part in polygons for ring in part if len(ring) >= 4]


def _area(line: Line) -> float:
    return float((line[:-1, 0] * line[1:, 1] - line[1:, 0] * line[:-1, 1]).sum() / 2)


def _path(line: Line) -> str:
    return "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in line[:-1]) + "Z"


def _circle(x: float, y: float) -> str:
    return f"M{x - MARK:.1f},{y:.1f}a{MARK},{MARK} 0 1,0 {2 * MARK},0a{MARK},{MARK} 0 1,0 -{2 * MARK},0Z"


def _inside(line: Line) -> tuple[float, float]:
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
