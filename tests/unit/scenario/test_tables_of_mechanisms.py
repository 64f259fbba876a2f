"""Tables that a mechanism brings: any scenario may fill them, and one that does not has the default."""

from __future__ import annotations

from pathlib import Path

import pytest

from drawdown.errors import ScenarioError
from drawdown.mechanism import Mechanism, variables
from drawdown.scenario.load import load
from drawdown.state import Variable
from drawdown.world import World, structure_of
from tests.two_mechanisms import MODEL, idle

RAIN = Variable("rain", ("place",), "share", "given", "share of days with rain", 0, 1, default=0.25)
WEATHER = Mechanism("weather", "ACT", "rain", idle, given=(RAIN,), reads=("rain",))
HEAD = "place,best,unit,grade,note\n"


@pytest.fixture
def rainy(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The skeleton, in a model whose `weather` brings a table."""
    monkeypatch.setattr("drawdown.mechanism.discover", lambda: (MODEL[0], WEATHER))
    return folder


@pytest.mark.parametrize("check_mechanisms", [True, False])
def test_a_scenario_may_fill_it(rainy: Path, check_mechanisms: bool) -> None:
    (rainy / "tables" / "rain.csv").write_text(HEAD + "north,0.5,share,D,a guess\n", encoding="utf-8")
    read = load(rainy, check_mechanisms=check_mechanisms)
    assert read.tables["rain"]["north",].distribution.best == 0.5
    world = World(read, structure_of(read), (WEATHER,), {})
    given, _ = world.inputs({}, 4)
    places = [p.id for p in read.places]
    assert given["rain"][:, 0].tolist() == [0.5 if place == "north" else 0.25 for place in places]


def test_bounds_and_units_are_those_that_the_mechanism_declares(rainy: Path) -> None:
    (rainy / "tables" / "rain.csv").write_text(HEAD + "north,1.5,share,D,a guess\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"rain\.csv:2"):
        load(rainy)


def test_a_patch_may_set_a_cell(rainy: Path) -> None:
    (rainy / "tables" / "rain.csv").write_text(HEAD + "north,0.5,share,D,a guess\n", encoding="utf-8")
    drier = {"patch": "drier", "kind": "what-if", "about": "A drier year.", "set": {"rain[north]": 0.1}}
    assert load(rainy, patches=[drier]).tables["rain"]["north",].distribution.best == 0.1


def test_a_table_that_nobody_brings_is_told_with_what_there_is(folder: Path) -> None:
    (folder / "tables" / "rain.csv").write_text(HEAD, encoding="utf-8")
    with pytest.raises(ScenarioError, match="no variable is called so: got 'rain'"):
        load(folder)


def test_it_is_one_of_the_model_s_variables() -> None:
    assert variables((WEATHER,))["rain"] is RAIN
