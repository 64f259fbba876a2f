"""A stored run as a source would have recorded it: what comes back from the folder is what the engine gave."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from cyclopts import App

from drawdown.errors import DrawdownError
from drawdown.observe import LOW, Setting, observe
from drawdown.observe.cli import register
from drawdown.observe.expand import COLUMNS
from drawdown.runs import open_run, run


@pytest.fixture(scope="module")
def stored(fake: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run(fake.FakeEngine(), tmp_path_factory.mktemp("runs") / "whole", futures=70, seed=5, batch=64, workers=1)


def test_incidents_come_back(stored: Path, fake: ModuleType) -> None:
    opened = open_run(stored)
    found, setting = opened.incidents("stay", [3, 65]), Setting.of(opened.scenario, opened.week_dates)
    given = fake.FakeEngine().run("stay", 5, np.array([3, 65])).incidents
    order = np.lexsort((found.violence, found.place, found.week, found.future))
    theirs = np.lexsort([given.violence, given.place, given.week, given.future])
    for name in COLUMNS:
        assert (getattr(found, name)[order] == getattr(given, name)[theirs]).all(), name
    assert len(setting.places) == len(fake.FakeEngine().scenario.places)
    everyone = opened.incidents("stay")
    assert set(everyone.future) == set(range(70))
    assert len(observe(found, "log", setting, curve=LOW)) < found.incidents.sum()


def test_wrong_names(stored: Path) -> None:
    with pytest.raises(DrawdownError, match="Did you mean 'stay'"):
        open_run(stored).incidents("staye")
    with pytest.raises(DrawdownError, match="expected numbers from 0 to 69"):
        open_run(stored).incidents("stay", [70])


def test_command(stored: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    app = App(name="drawdown")
    register(app)
    out = tmp_path / "ged.csv"
    words = ["observed", str(stored), "--plan", "stay", "--future", "3", "--source", "ucdp"]
    app([*words, "--out", str(out)], result_action="return_value", exit_on_error=False, print_error=False)
    text = capsys.readouterr().out
    assert "recorded deaths" in text
    assert "dyad below 25 deaths a year" in text or "perpetrator unknown" in text
    assert out.read_text(encoding="utf-8").startswith("id,relid,year")
    with pytest.raises(DrawdownError, match="cannot be written"):
        app([*words, "--out", str(tmp_path / "no" / "ged.csv")], result_action="return_value", exit_on_error=False, print_error=False)


def test_a_stored_run_is_at_the_recorded_level_and_says_so(stored: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Issue 7, D6: `observed --source press` made a third of what was recorded already."""
    app = App(name="drawdown")
    register(app)
    words = ["observed", str(stored), "--plan", "stay", "--future", "3", "--source", "press"]
    found = open_run(stored).incidents("stay", [3])
    app(words, result_action="return_value", exit_on_error=False, print_error=False)
    text = capsys.readouterr().out
    assert f", {found.deaths_civilians.sum()} deaths that it counts" in text
    assert "at the level that records count; the true toll is higher" in text
    assert "not noticed" not in text
    app([*words, "--curve", "low"], result_action="return_value", exit_on_error=False, print_error=False)
    text = capsys.readouterr().out
    assert "not noticed" in text
    assert "taken for the true toll" in text
    assert "on recorded rates it thins a record again" in text
