"""A resolved scenario that another version wrote: fields dropped and added anywhere, and what is said of them."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import get_args, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawdown.errors import ScenarioError
from drawdown.scenario.load import load
from drawdown.scenario.model import Scenario
from drawdown.scenario.resolved import Tolerated, decode, digest_of, encode, read_resolved, write_resolved
from tests.examples import examples

FEW = settings(max_examples=examples(60), deadline=None, derandomize=True)


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    with as_file(files("drawdown.scenario") / "skeleton") as folder:
        return load(folder, patches=["larger-militia"], check_mechanisms=False)


def classes(kind: object) -> Iterator[type]:
    """Every dataclass that an annotation reaches, each once."""
    found: dict[type, None] = {}

    def walk(one: object) -> None:
        for inner in get_args(one):
            walk(inner)
        if isinstance(one, type) and is_dataclass(one) and one not in found:
            found[one] = None
            for hint in get_type_hints(one).values():
                walk(hint)

    walk(kind)
    yield from found


# Classes by the names of their fields, which tell them apart in plain data.
BY_FIELDS = {frozenset(f.name for f in fields(kind)): kind for kind in classes(Scenario)}


def objects(data: object, path: str) -> Iterator[tuple[str, dict[str, object], type]]:
    """(path, object, its class) of everything in plain data that is an object of a class."""
    if isinstance(data, dict):
        kind = BY_FIELDS.get(frozenset(data))
        if kind is not None:
            yield path, data, kind
        for key, value in data.items():
            yield from objects(value, f"{path}.{key}")
    elif isinstance(data, list):
        for k, value in enumerate(data):
            yield from objects(value, f"{path}[{k}]")


def plain(scenario: Scenario) -> dict[str, object]:
    found: dict[str, object] = json.loads(json.dumps(encode(scenario)))
    return found


def without_default(kind: type) -> frozenset[str]:
    return frozenset(f.name for f in fields(kind) if f.default is MISSING and f.default_factory is MISSING)


@FEW
@given(data=st.data())
def test_a_field_that_is_unknown_here_is_left_out_and_noted(scenario: Scenario, data: st.DataObject) -> None:
    changed = plain(scenario)
    places = data.draw(st.lists(st.sampled_from(list(objects(changed, "scenario"))), min_size=1, max_size=4, unique_by=lambda one: one[0]))
    for _, found, _ in places:
        found["invented_later"] = data.draw(st.sampled_from([None, 1, "text", [1, 2], {"a": 1}]))
    met = Tolerated()
    assert decode(Scenario, changed, "scenario", met) == scenario
    assert sorted(met.unknown) == sorted(f"{path}.invented_later" for path, _, _ in places)
    assert "does not know them: scenario" in met.note()


@FEW
@given(data=st.data())
def test_a_field_that_is_new_here_takes_its_default(scenario: Scenario, data: st.DataObject) -> None:
    whole, changed = plain(scenario), plain(scenario)
    path, found, kind = data.draw(st.sampled_from([o for o in objects(changed, "scenario") if without_default(o[2]) != set(o[1])]))
    name = data.draw(st.sampled_from(sorted(set(found) - without_default(kind))))
    del found[name]
    read = plain(decode(Scenario, changed, "scenario"))
    there = {p: o for p, o, _ in objects(read, "scenario")}[path]
    default = next(f for f in fields(kind) if f.name == name)
    value = default.default if default.default_factory is MISSING else default.default_factory()
    assert there[name] == json.loads(json.dumps(encode(value)))
    there[name] = {p: o for p, o, _ in objects(whole, "scenario")}[path][name]
    assert read == whole, "nothing else moved"


@FEW
@given(data=st.data())
def test_a_field_without_default_that_is_missing_is_named(scenario: Scenario, data: st.DataObject) -> None:
    changed = plain(scenario)
    path, found, kind = data.draw(st.sampled_from([o for o in objects(changed, "scenario") if without_default(o[2])]))
    name = data.draw(st.sampled_from(sorted(without_default(kind))))
    del found[name]
    if not found:
        return
    with pytest.raises(ValueError, match="missing") as raised:
        decode(Scenario, changed, "scenario")
    assert str(raised.value).startswith(f"{path}: '{name}' is missing"), raised.value


def spoilt(path: Path, change: Mapping[str, object], drop: tuple[str, ...] = ()) -> Path:
    """A file of `write_resolved` with fields of the scenario itself added and dropped."""
    whole = json.loads(path.read_text(encoding="utf-8"))
    whole["scenario"] = {k: v for k, v in {**whole["scenario"], **change}.items() if k not in drop}
    path.write_text(json.dumps(whole), encoding="utf-8")
    return path


def test_the_digest_is_that_of_what_was_there(scenario: Scenario, tmp_path: Path) -> None:
    """A default that came later is no change by hand; a digest that cannot be worked out is not held against the content."""
    file = tmp_path / "scenario.json"
    whole = plain(scenario)
    older = {k: v for k, v in copy.deepcopy(whole).items() if k != "samples"}
    older["digest"] = digest_of(scenario, frozenset({("Scenario", "samples")}))
    file.write_text(json.dumps({"format": 1, "scenario": older}), encoding="utf-8")
    assert read_resolved(file).samples == {}
    met = Tolerated()
    write_resolved(scenario, file)
    assert read_resolved(spoilt(file, {"invented_later": 3}), met) == scenario
    assert met.unknown == ["scenario.invented_later"]
    with pytest.raises(ScenarioError, match=r"'origin' is missing, and this version knows no default"):
        read_resolved(spoilt(file, {}, ("origin",)))
