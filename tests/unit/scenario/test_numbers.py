"""Which of several written numbers holds, what `as_of` hides, what patches replace."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from drawdown.errors import ScenarioError
from drawdown.scenario import load
from drawdown.scenario.model import Number

CAPITAL = ("capital",)


def attack_rate(folder: Path, as_of: date | None = None) -> Number:
    return load(folder, as_of=as_of).tables["attack_rate"][CAPITAL]


def test_the_latest_row_that_applies_holds(folder: Path) -> None:
    number = attack_rate(folder)
    assert number.applies_from == date(2023, 12, 1)
    assert (number.distribution.low, number.distribution.best, number.distribution.high) == (1.0, 3.0, 6.0)
    assert number.distribution.kind == "range"
    assert number.name == "attack_rate[capital]"
    assert number.where is not None
    assert (number.where.file, number.where.line) == ("tables/attack_rate.csv", 4)


def test_as_of_falls_back_to_what_was_known(folder: Path) -> None:
    table = folder / "tables" / "attack_rate.csv"
    table.write_text(table.read_text() + "north,8,12,16,attacks per week,,,D,2023-06-30,2023-06-01,invented\n")
    assert attack_rate(folder, date(2023, 9, 1)).distribution.best == 4.0
    assert attack_rate(folder, date(2023, 12, 15)).distribution.best == 3.0


def test_as_of_names_what_it_leaves_without_a_number(folder: Path) -> None:
    with pytest.raises(ScenarioError, match=r"nothing was known of attack_rate\[north\] on 2023-09-01.*became known on 2023-12-15"):
        load(folder, as_of=date(2023, 9, 1))


def test_as_of_leaves_a_hidden_parameter_to_its_default(folder: Path) -> None:
    number = "{value: 0.3, unit: share, grade: D, note: a guess, known_on: 2023-10-01}"
    (folder / "parameters" / "p.yaml").write_text(f"clashes:\n  lethality: {number}\n")
    table = folder / "tables" / "attack_rate.csv"
    table.write_text(table.read_text().replace("2023-12-15", "2023-06-01"))
    assert load(folder).parameters["clashes.lethality"].distribution.best == 0.3
    assert "clashes.lethality" not in load(folder, as_of=date(2023, 9, 1)).parameters


def test_a_later_edition_replaces_an_earlier_one(folder: Path) -> None:
    table = folder / "tables" / "attack_rate.csv"
    table.write_text(table.read_text() + "capital,2,5,9,attacks per week,,,D,2023-12-20,2023-12-01,revised: invented\n")
    assert attack_rate(folder).distribution.best == 5.0
    assert attack_rate(folder, date(2023, 12, 18)).distribution.best == 3.0


def test_rival_estimates_become_a_mixture(folder: Path) -> None:
    number = load(folder).tables["strength"][("northern-militia",)]
    mixture = number.distribution
    assert mixture.kind == "mixture"
    assert [weight for weight, _ in mixture.parts] == pytest.approx([0.7, 0.3])
    assert [part.best for _, part in mixture.parts] == [3000.0, 10000.0]
    assert mixture.best == pytest.approx(0.7 * 3000 + 0.3 * 10000)
    assert number.grade == "D", "the worst grade of its estimates"
    assert number.source == "yearbook", "the source of the weightiest"
    assert [estimate.source for estimate in number.estimates] == ["yearbook", None]


def test_rivals_hidden_by_as_of_leave_the_rest(folder: Path) -> None:
    for name in ("attack_rate", "strength"):
        table = folder / "tables" / f"{name}.csv"
        table.write_text(table.read_text().replace("2023-12-15", "2023-06-01").replace("0.3,persons,,,D,,", "0.3,persons,,,D,2023-11-01,"))
    number = load(folder, as_of=date(2023, 9, 1)).tables["strength"][("northern-militia",)]
    assert number.distribution.kind == "range"
    assert number.distribution.best == 3000.0


def test_any_of_in_yaml_is_the_same_mixture(folder: Path) -> None:
    (folder / "parameters" / "p.yaml").write_text(
        "clashes:\n"
        "  lethality:\n"
        "    unit: share\n"
        "    grade: C\n"
        "    any_of:\n"
        "      - {weight: 0.25, low: 0.1, best: 0.2, high: 0.3, source: census, locator: p. 1}\n"
        "      - {weight: 0.75, value: 0.6, source: yearbook, locator: p. 2, grade: B}\n"
    )
    number = load(folder).parameters["clashes.lethality"]
    assert number.distribution.parts[0][1].low == 0.1
    assert number.distribution.parts[1][1].kind == "fixed"
    assert (number.grade, number.source) == ("C", "yearbook")


def test_a_value_is_fixed_and_equal_percentiles_too(folder: Path) -> None:
    (folder / "parameters" / "p.yaml").write_text(
        "clashes:\n  lethality: {low: 0.5, best: 0.5, high: 0.5, unit: share, source: census, locator: p. 1, grade: A}\n"
    )
    distribution = load(folder).parameters["clashes.lethality"].distribution
    assert (distribution.kind, distribution.low, distribution.best) == ("fixed", None, 0.5)


def test_who_sends_whom_is_derived(folder: Path) -> None:
    sends = load(folder).tables["sends"]
    assert set(sends) == {("sending-state", "foreign-force")}
    assert sends["sending-state", "foreign-force"].derived


def test_a_border_has_two_sides(folder: Path) -> None:
    adjacency = load(folder).tables["adjacency"]
    assert adjacency["north", "capital"] is adjacency["capital", "north"]


def test_a_dyad_may_be_written_in_either_order(folder: Path) -> None:
    digest = load(folder).digest
    table = folder / "tables" / "hostility.csv"
    table.write_text(table.read_text().replace("national-army--northern-militia", "northern-militia/national-army"))
    assert load(folder).digest == digest
