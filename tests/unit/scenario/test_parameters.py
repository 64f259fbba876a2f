"""Parameters that a scenario sets in `parameters/*.yaml`: they hold in place of the defaults, and every view says whose they are."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from drawdown.cli import main
from drawdown.errors import ScenarioError
from drawdown.scenario import check, load, read_resolved, write_resolved

ONE = """\
# Fighting as this country knows it.
clashes:
  lethality:
    low: 0.05
    best: 0.1
    high: 0.2
    unit: share
    source: yearbook
    locator: page 30
    grade: B
    known_on: 2023-06-30
  contest_exponent: {value: 1.5, unit: ratio, grade: D, note: a guess}
"""
RIVALS = """\
clashes:
  lethality:
    unit: share
    any_of:
      - {weight: 0.6, low: 0.05, best: 0.1, high: 0.2, source: yearbook, locator: page 30, grade: B, known_on: 2023-06-30}
      - {weight: 0.4, value: 0.3, grade: D, note: what the staff says, known_on: 2023-11-30}
"""


def write(folder: Path, **texts: str) -> None:
    for name, text in texts.items():
        (folder / "parameters" / f"{name}.yaml").write_text(text)


def test_a_file_may_set_some_parameters_of_some_mechanisms(folder: Path, tmp_path: Path) -> None:
    bare = load(folder)
    assert bare.parameters == {}, "the mechanisms' defaults are no part of a scenario"
    write(folder, fighting=ONE)
    read = load(folder)
    number = read.parameters["clashes.lethality"]
    assert (number.distribution.low, number.distribution.best, number.distribution.high) == (0.05, 0.1, 0.2)
    assert (number.source, number.locator, number.grade) == ("yearbook", "page 30", "B")
    assert number.where is not None
    assert (number.where.file, number.where.line) == ("parameters/fighting.yaml", 4)
    assert set(read.parameters) == {"clashes.lethality", "clashes.contest_exponent"}
    assert read.digest != bare.digest
    write_resolved(read, tmp_path / "kept")
    assert read_resolved(tmp_path / "kept").parameters == read.parameters


def test_coverage_counts_them_in_a_row_of_their_own(folder: Path) -> None:
    before = check(folder).total
    write(folder, fighting=ONE)
    report = check(folder)
    (row,) = [part for part in report.coverage if part.name == "parameters"]
    assert (row.numbers, row.sourced, row.assumed, row.reasoned, row.late) == (2, 1, 1, 1, 0)
    assert (report.total.numbers, report.total.sourced) == (before.numbers + 2, before.sourced + 1)


def test_rival_estimates_of_a_parameter_are_one_number(folder: Path) -> None:
    write(folder, fighting=RIVALS)
    number = load(folder).parameters["clashes.lethality"]
    assert number.distribution.kind == "mixture"
    assert number.distribution.best == pytest.approx(0.6 * 0.1 + 0.4 * 0.3)
    assert (number.grade, [one.source for one in number.estimates]) == ("D", ["yearbook", None])
    (row,) = [part for part in check(folder).coverage if part.name == "parameters"]
    assert (row.numbers, row.sourced, row.assumed) == (1, 0, 1), "sourced only if every estimate is"


def test_what_was_not_known_leaves_the_default(folder: Path) -> None:
    """In a table a hidden cell is a problem; a mechanism has a default to fall back on."""
    write(folder, fighting=ONE)
    assert set(load(folder, as_of=date(2023, 12, 20)).parameters) == {"clashes.lethality", "clashes.contest_exponent"}
    write(folder, fighting=ONE.replace("known_on: 2023-06-30", "known_on: 2024-06-30"))
    assert any("1 number is known only after the origin" in warning.message for warning in check(folder).warnings)
    assert set(load(folder, as_of=date(2024, 1, 1)).parameters) == {"clashes.contest_exponent"}


def test_two_files_may_not_set_the_same(folder: Path) -> None:
    write(folder, a=ONE, b="clashes:\n  lethality: {value: 0.2, unit: share, grade: D, note: another guess}\n")
    with pytest.raises(
        ScenarioError, match=r"b\.yaml:2:14.*\n.*clashes\.lethality a second time; it stands in parameters/a\.yaml:4 already"
    ):
        load(folder)


def test_the_views_say_where_they_stand_and_what_they_rest_on(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder, fighting=ONE)

    def shown(what: str) -> list[dict[str, object]] | dict[str, object]:
        assert main(["show", str(folder), what, "--json"]) == 0
        found: list[dict[str, object]] | dict[str, object] = json.loads(capsys.readouterr().out)
        return found

    listed = shown("parameters")
    assert isinstance(listed, list)
    assert {str(row["name"]): row["grade"] for row in listed} == {"clashes.lethality": "B", "clashes.contest_exponent": "D"}
    one = shown("clashes.lethality")
    assert isinstance(one, dict)
    assert (one["where"], one["source"], one["locator"]) == ("parameters/fighting.yaml:4:5", "yearbook", "page 30")
    of_mechanism = shown("clashes")
    assert isinstance(of_mechanism, list)
    assert {str(row["name"]): row["set_by"] for row in of_mechanism}["clashes.lethality"] == "scenario"
