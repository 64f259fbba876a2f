"""`plans`, `claims` and `show` before any run: what a scenario says, and where each number comes from."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.resources import files
from types import ModuleType
from typing import Any

import pytest

from drawdown.cli import main

SKELETON = str(files("drawdown.scenario") / "skeleton")


def told(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(list(words)) == 0
    return capsys.readouterr().out


def data(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    return json.loads(told(capsys, *words, "--json"))


def test_plans_of_a_scenario_before_any_run(capsys: pytest.CaptureFixture[str]) -> None:
    from drawdown.scenario.load import load

    out = told(capsys, "plans", "iraq-2007")
    for plan in load("iraq-2007", check_mechanisms=False).plans:
        assert plan.id in out
    assert [p["id"] for p in data(capsys, "plans", SKELETON)] == ["leave", "stay"]


def test_orders_of_a_plan_with_when_they_start(capsys: pytest.CaptureFixture[str]) -> None:
    out = told(capsys, "plans", "iraq-2007", "announced")
    assert "2 weeks after" in out
    orders = {o["id"]: o for o in data(capsys, "plans", "iraq-2007", "announced")["orders"]}
    assert orders["basra-handed-over"]["trigger"]["below"] == 25
    assert main(["plans", "iraq-2007", "anounced"]) == 2
    assert "Did you mean 'announced'?" in capsys.readouterr().err


def test_claims_of_a_scenario_before_any_run(capsys: pytest.CaptureFixture[str]) -> None:
    found = data(capsys, "claims", "iraq-2007")
    assert [c["number"] for c in found] == sorted(c["number"] for c in found)
    assert all(c["text"] in " ".join(told(capsys, "claims", "iraq-2007", c["id"]).split()) for c in found[:2])
    one = data(capsys, "claims", "iraq-2007", "13")
    assert one["id"] == "truce-holds-six-months"
    assert one["proposition"]["to"] == "+25w"
    assert main(["claims", "iraq-2007", "truce-holds"]) == 2
    assert "Did you mean" in capsys.readouterr().err


def test_show_is_a_scenario_at_a_glance(capsys: pytest.CaptureFixture[str]) -> None:
    out = told(capsys, "show", "iraq-2007")
    for word in ("question", "Mehdi Army", "Basra city", "of grade A", "with a source", "numbers, drawn together from the posterior"):
        assert word in " ".join(out.split())
    shown = data(capsys, "show", "iraq-2007")
    counted = shown["numbers"]
    assert counted["all"] == sum(counted[grade] for grade in "ABCD")
    capsys.readouterr()
    main(["check", "iraq-2007", "--json"])
    assert json.loads(capsys.readouterr().out)["coverage"]["numbers"] == counted["all"]
    assert data(capsys, "show", "iraq-2007", "--prior")["fitted"] == []


def test_show_of_a_table_and_of_a_number_says_its_source(capsys: pytest.CaptureFixture[str]) -> None:
    out = told(capsys, "show", "iraq-2007", "strength")
    assert "5,500 (5,300 to 5,600)" in out
    numbers = data(capsys, "show", "iraq-2007", "strength")
    assert {"strength[mehdi-army]", "strength[united-kingdom]"} <= {n["name"] for n in numbers}
    one = data(capsys, "show", "iraq-2007", "strength[united-kingdom]")
    assert (one["unit"], one["grade"]) == ("persons", "A")
    assert one["source"]
    assert one["where"].startswith("tables/strength.csv:")
    assert "UK Ministry of Defence" in told(capsys, "show", "iraq-2007", "strength[united-kingdom]")


def test_show_says_what_the_posterior_draws_instead(capsys: pytest.CaptureFixture[str]) -> None:
    name = data(capsys, "show", "iraq-2007")["fitted"][0]
    assert "drawn from the posterior" in told(capsys, "show", "iraq-2007", name) or name.startswith("hypothesis")


def test_show_of_a_parameter_that_the_scenario_leaves_to_its_mechanism(capsys: pytest.CaptureFixture[str]) -> None:
    assert data(capsys, "show", SKELETON, "desertion.panic")["set by"].startswith("the mechanism")
    assert main(["show", SKELETON, "desertion.panick"]) == 2
    assert "Did you mean 'desertion.panic'?" in capsys.readouterr().err


def test_show_of_a_mechanism_has_its_parameters_declared_and_fitted(capsys: pytest.CaptureFixture[str]) -> None:
    rows = {row["name"]: row for row in data(capsys, "show", "iraq-2007", "clashes")}
    assert rows["clashes.bystanders"]["fitted"]
    assert {row["set_by"] for row in rows.values()} <= {"scenario", "mechanism"}
    assert "Parameters of clashes" in told(capsys, "show", "iraq-2007", "clashes")


@pytest.mark.slow
@pytest.mark.parametrize("part", ["actors", "communities", "hypotheses", "outsiders", "parameters", "places", "sources"])
def test_show_of_every_part(part: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert data(capsys, "show", "iraq-2007", part)
    assert told(capsys, "show", "iraq-2007", part).strip()


def test_show_names_the_nearest_where_there_is_no_such_part(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "iraq-2007", "strength[mehdi-rmy]"]) == 2
    assert "Did you mean 'strength[mehdi-army]'?" in capsys.readouterr().err


def test_a_run_shows_the_scenario_as_it_was(fake: ModuleType, tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    from drawdown.runs import run

    run(fake.FakeEngine(), tmp_path / "r", None, 2)
    assert [p["id"] for p in data(capsys, "plans", str(tmp_path / "r"))] == ["stay", "leave"]
    assert data(capsys, "show", str(tmp_path / "r"))["title"] == "Toyland, 2007"


@pytest.mark.slow
def test_what_is_shown_before_a_run_needs_no_model() -> None:
    script = """
import sys
from drawdown.cli import main
for words in (["plans", "iraq-2007"], ["claims", "iraq-2007"], ["show", "iraq-2007"], ["show", "iraq-2007", "strength"], ["runs", "."]):
    assert main(words) == 0
assert not {"jax", "xarray", "duckdb", "pandas"} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", script], check=True, capture_output=True)
