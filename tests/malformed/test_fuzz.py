"""Whatever the bytes of a scenario, the loader loads it or raises ScenarioError, never anything else."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from drawdown.errors import ScenarioError, printable
from drawdown.scenario import load, read_resolved, write_resolved
from drawdown.scenario.model import Scenario
from tests.examples import examples
from tests.two_mechanisms import skeleton

# Few examples, so that everybody runs them every time; the authors ran 2,500 of each kind.
QUICK = settings(max_examples=examples(40), deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
GEOJSON = (
    '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"id": "n"}, "geometry": '
    '{"type": "MultiPolygon", "coordinates": [[[[0, 0], [0, 1], [1, 1], [0, 0]]]]}}]}'
)
YAML_FILES = ("scenario.yaml", "sources.yaml", "claims.yaml", "plans/leave.yaml", "patches/larger-militia.yaml")
CSV_FILES = (
    "places.csv",
    "facilities.csv",
    "tables/strength.csv",
    "tables/attack_rate.csv",
    "tables/hostility.csv",
    "tables/adjacency.csv",
)
EVIL = (
    *(
        b"\x00",
        b"\xff",
        b"\xed\xa0\x80",
        b"\r",
        b"\n",
        b"\t",
        b'"',
        b"'",
        b"*a",
        b"&a ",
        b"!!x ",
        b"!",
        b"%",
        b"---\n",
        b"...\n",
        b"|",
        b">",
    ),
    *(b"? ", b": ", b"- ", b"[", b"{", b"}", b"]", b"#", b",", b"<<: ", b".nan", b".inf", b"1e999", b"-0", b"9" * 5000, b'"\\U99999999"'),
    *(b'"\\ud800"', b"\xe2\x80\xa8", b"\xc2\x85", b"\xef\xbb\xbf", b"@", b"`", b"null", b"~", b"true", b"2007-13-45", b"__class__", b"="),
    *(b"0x10", b"1_000", b"\\"),
)
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
# What a terminal would obey, what turns a line, half characters: JSON and Python's own data can hold them.
ODD_WORDS = st.text(st.characters(categories=["Cc", "Cf", "Cs", "Co", "Zl"]) | st.sampled_from("ab-é"), max_size=8)
KNOWN = ("north", "all", "leave", "stay", "foreign-force", "2024-02-05", "+4w", "8 weeks", "D", "share", "persons", "control")
SCALARS = st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.floats() | WORDS | ODD_WORDS | st.sampled_from(KNOWN)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3), max_leaves=6)
ODD_CELLS = (
    "",
    "nan",
    "-1",
    "1e400",
    "north",
    "all",
    "D",
    "persons",
    "--",
    "a--b",
    "/",
    '"',
    '""',
    "2024-01-01",
    "0",
    "1",
    "1,2",
    "9" * 400,
)
NUMBERS = (
    "strength[northern-militia]",
    "adjacency[north,capital]",
    "clashes.lethality",
    "hypothesis:a:b",
    "plan:leave:leave-north",
    "handed_over_at_origin[x]",
)
PATCHES = st.dictionaries(
    st.sampled_from(["patch", "kind", "about", "needs", "set", "off", "hypotheses", "samples", "x"]), VALUES, max_size=8
)


def outcome(load_it: Callable[[], Scenario]) -> Scenario | str:
    """The scenario, or what is wrong with it in printable words; any other exception is the failure that these tests look for."""
    try:
        return load_it()
    except ScenarioError as error:
        told = str(error)
        assert printable(told, lines=True) == told
        return told


def try_to_load(folder: Path) -> None:
    """Load; a scenario that loads must also survive the way through JSON."""
    scenario = outcome(lambda: load(folder, patches=["larger-militia"]))
    assert scenario
    if isinstance(scenario, Scenario):
        write_resolved(scenario, folder / "resolved.json")
        assert read_resolved(folder / "resolved.json") == scenario


@QUICK
@given(
    name=st.sampled_from((*YAML_FILES, *CSV_FILES)),
    edits=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 12), st.sampled_from(EVIL) | st.binary(max_size=4)), min_size=1, max_size=4),
)
def test_bytes(spoilt: Path, name: str, edits: list[tuple[float, int, bytes]]) -> None:
    skeleton(spoilt)
    raw = (spoilt / name).read_bytes()
    for where, removed, put in edits:
        at = int(where * len(raw))
        raw = raw[:at] + put + raw[at + removed :]
    (spoilt / name).write_bytes(raw)
    try_to_load(spoilt)


def paths_of(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    children = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [path, *(deeper for key, value in children for deeper in paths_of(value, (*path, key)))]


@QUICK
@given(data=st.data(), name=st.sampled_from(YAML_FILES), value=VALUES, how=st.sampled_from(["replace", "delete", "add", "double"]))
def test_structures(spoilt: Path, data: st.DataObject, name: str, value: Any, how: str) -> None:
    skeleton(spoilt)
    document = YAML(typ="safe", pure=True).load((spoilt / name).read_text(encoding="utf-8"))
    path = data.draw(st.sampled_from([p for p in paths_of(document) if p]))
    holder = document
    for step in path[:-1]:
        holder = holder[step]
    if how == "replace":
        holder[path[-1]] = value
    elif how == "delete":
        del holder[path[-1]]
    elif how == "add" and isinstance(holder, dict):
        holder[data.draw(WORDS | ODD_WORDS)] = value
    elif isinstance(holder, list):
        holder.append(holder[path[-1]])
    # JSON is YAML; it also writes what no YAML writer would, such as NaN.
    (spoilt / name).write_text(json.dumps(document, indent=1, default=str), encoding="utf-8")
    try_to_load(spoilt)


@QUICK
@given(data=st.data(), name=st.sampled_from(CSV_FILES), value=WORDS | st.sampled_from(ODD_CELLS))
def test_cells(spoilt: Path, data: st.DataObject, name: str, value: str) -> None:
    skeleton(spoilt)
    lines = (spoilt / name).read_text(encoding="utf-8").split("\n")
    row = data.draw(st.integers(0, len(lines) - 1))
    cells = lines[row].split(",")
    cells[data.draw(st.integers(0, len(cells) - 1))] = value
    lines[row] = ",".join(cells)
    (spoilt / name).write_text("\n".join(lines), encoding="utf-8")
    try_to_load(spoilt)


@QUICK
@given(patch=PATCHES, sets=st.dictionaries(st.sampled_from(NUMBERS) | WORDS | ODD_WORDS, VALUES, max_size=3), named=st.booleans())
def test_patches(spoilt: Path, patch: dict[str, Any], sets: dict[str, Any], named: bool) -> None:
    if not spoilt.exists():
        skeleton(spoilt)
    whole = {"patch": "p", "kind": "what-if", "about": "an idea", "set": sets, **patch} if named else patch
    assert outcome(lambda: load(spoilt, patches=[whole]))


@QUICK
@given(data=st.data(), value=VALUES)
def test_resolved_json(spoilt: Path, data: st.DataObject, value: Any) -> None:
    if not (spoilt / "good.json").exists():
        skeleton(spoilt)
        write_resolved(load(spoilt), spoilt / "good.json")
    document = json.loads((spoilt / "good.json").read_text(encoding="utf-8"))
    holder = document
    while isinstance(holder, dict | list) and holder:
        key = data.draw(st.sampled_from(list(holder) if isinstance(holder, dict) else list(range(len(holder)))))
        if data.draw(st.booleans()) or not isinstance(holder[key], dict | list):
            holder[key] = value
            break
        holder = holder[key]
    (spoilt / "bad.json").write_text(json.dumps(document), encoding="utf-8")
    assert outcome(lambda: read_resolved(spoilt / "bad.json"))


@QUICK
@given(data=st.data(), value=VALUES)
def test_polygons(spoilt: Path, data: st.DataObject, value: Any) -> None:
    """Issue 7, B5: a `type` that is a mapping was a traceback."""
    if not spoilt.exists():
        skeleton(spoilt)
    document = json.loads(GEOJSON)
    path = data.draw(st.sampled_from([p for p in paths_of(document) if p]))
    holder = document
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = value
    (spoilt / "places.geojson").write_text(json.dumps(document), encoding="utf-8")
    try_to_load(spoilt)
    (spoilt / "places.geojson").unlink()
