"""Issue 7, C: what a careful author would look at is a warning: told by `check` with its place, and no run stops for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from drawdown.scenario import check, load

BOX = "[[[10, 51], [10, 52], [11, 52], [11, 51], [10, 51]]]"


def warnings_of(folder: Path) -> list[str]:
    """`file:line:column message`; a folder with warnings alone loads."""
    report = check(folder)
    assert report.ok, report.problems
    load(folder)
    return [f"{p.file}:{p.line}:{p.column} {p.message}".removeprefix(f"{folder}/") for p in report.warnings]


def change(folder: Path, file: str, old: str, new: str) -> None:
    text = (folder / file).read_text() if (folder / file).exists() else ""
    assert old in text, "the skeleton has changed: mend this case"
    (folder / file).write_text(text.replace(old, new, 1) if old else text + new)


def draw(folder: Path, *names: str) -> None:
    polygon = f'{{"type": "Polygon", "coordinates": {BOX}}}'
    features = ",\n".join(f'{{"type": "Feature", "properties": {{"id": "{name}"}}, "geometry": {polygon}}}' for name in names)
    (folder / "places.geojson").write_text(f'{{"type": "FeatureCollection", "features": [{features}]}}')


def test_a_place_without_a_polygon(folder: Path) -> None:
    draw(folder, "N")
    change(folder, "places.csv", "10.5,51.5,", "10.5,51.5,N")
    assert warnings_of(folder) == ["places.csv:1:1 got no polygon for capital: they will be missing on the map."]


def test_a_polygon_without_a_place(folder: Path) -> None:
    draw(folder, "C", "N", "E")
    change(folder, "places.csv", "10.5,51.5,", "10.5,51.5,N")
    change(folder, "places.csv", "10.0,50.0,", "10.0,51.2,C")
    assert warnings_of(folder) == ["places.geojson:1:1 got polygons that belong to no place: E."]


@pytest.mark.parametrize("point", ["51.5,10.5", "-10.5,51.5", "10.5,53"])
def test_a_place_far_from_its_polygon(folder: Path, point: str) -> None:
    draw(folder, "C", "N")
    change(folder, "places.csv", "10.5,51.5,", f"{point},N")
    change(folder, "places.csv", "10.0,50.0,", "10.0,51.2,C")
    (told,) = warnings_of(folder)
    assert told.startswith("places.csv:4:")
    assert "the point of 'north'" in told
    assert "lies far outside its polygon" in told
