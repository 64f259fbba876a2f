"""Each small fault in a good scenario (edits.yaml) is told once, where it stands, with what was expected."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from drawdown.errors import ScenarioError
from drawdown.scenario import check, load

EDITS: list[Mapping[str, str]] = YAML(typ="safe", pure=True).load(Path(__file__).with_name("edits.yaml").read_text(encoding="utf-8"))


def test_there_are_many() -> None:
    assert len(EDITS) >= 100
    assert len({edit["name"] for edit in EDITS}) == len(EDITS)


def test_the_skeleton_itself_is_right(folder: Path) -> None:
    report = check(folder)
    assert report.ok, report.problems
    assert not report.warnings


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit["name"])
def test_the_fault_is_told_where_it_stands(edit: Mapping[str, str], folder: Path) -> None:
    path = folder / edit["file"]
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    assert edit["old"] in before, "the skeleton has changed: mend this case"
    path.write_text(before.replace(edit["old"], edit["new"], 1) if edit["old"] else before + edit["new"], encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load(folder)
    assert len(caught.value.problems) == 1, f"one fault, one problem: {caught.value}"
    problem = caught.value.problems[0]
    assert f"{problem.file}:{problem.line}:{problem.column}".removeprefix(f"{folder}/") == edit["at"]
    assert problem.message.startswith(edit["says"])
    assert edit.get("advises", "") in problem.advice
