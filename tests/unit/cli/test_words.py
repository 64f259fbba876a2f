"""A wrong word is answered at once: before jax, or anything else that takes seconds, is imported."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from types import ModuleType

import pytest

HEAVY = ("jax", "xarray", "duckdb", "altair", "pandas", "zarr", "scipy")
SKELETON = str(files("drawdown.scenario") / "skeleton")
SCRIPT = f"""
import contextlib, io, json, sys
from drawdown.cli import main
told = []
for words in json.loads(sys.argv[1]):
    heard, before = io.StringIO(), set(sys.modules)
    with contextlib.redirect_stderr(heard), contextlib.redirect_stdout(heard):
        status = main(words)
    told.append([status, heard.getvalue(), [m for m in {HEAVY!r} if m in sys.modules and m not in before]])
print(json.dumps(told))
"""
WRONG = [
    (["run", "iraq-207", "--out", "x"], "Did you mean 'iraq-2007'?"),
    (["run", "iraq-2007", "--plan", "stay", "leaf-now"], "Did you mean 'leave-now'?"),
    (["run", "iraq-2007", "--patch", "posteriour"], "Did you mean 'posterior'?"),
    (["run", "iraq-2007", "--futures", "0"], "futures: got 0"),
    (["check", "iraq-207"], "Did you mean 'iraq-2007'?"),
    (["chronicle", "iraq-2007", "--plan", "leaf-now"], "Did you mean 'leave-now'?"),
    (["chronicle", "iraq-2007", "--future", "-1"], "future: got -1"),
    (["chronicle", "r", "--plan", "leaf"], "Did you mean 'leave'?"),
    (["chronicle", "r", "--since", "1999-01-01"], "the run covers"),
    (["branch", "r", "--at", "2008-01-07", "--to", "leaf"], "Did you mean 'leave'?"),
    (["ablate", "iraq-2007", "--only", "desertions"], "Did you mean 'desertion'?"),
    (["ablate", "r", "--plan", "leaf"], "Did you mean 'leave'?"),
    (["ask", "r", "--claim", "truce-hold"], "Did you mean 'truce-holds'?"),
    (["ask", "r", "--year", "9"], "years 1 to 2"),
    (["compare", "r", "stay", "leaf"], "Did you mean 'leave'?"),
    (["observed", "r", "--plan", "leaf"], "Did you mean 'leave'?"),
    (["plot", "r", "fann", "--out", "x.svg"], "Did you mean 'fan'?"),
    (["plot", "r", "fans", "--out", "x.svgg"], "Did you mean '.svg'?"),
    (["plot", "r", "fans", "--out", "nowhere/x.svg"], "there is no such folder"),
    (["report", "s"], "is not a run folder"),
    (["exits", "iraq-2007", "--plan", "leaf-now"], "Did you mean 'leave-now'?"),
    (["calibrate", "iraq-207"], "Did you mean 'iraq-2007'?"),
    (["calibrate", "iraq-2007", "--data", "nowhere"], "nowhere"),
    (["backtest", "iraq-2007", "--data", "nowhere"], "nowhere"),
    (["backtest", "iraq-2007", "--data", ".", "--patch", "nowhere.yaml"], "nowhere.yaml is no file"),
]


def answers(folder: Path, commands: list[list[str]]) -> list[tuple[int, str, list[str]]]:
    """Exit status, what was said, and the heavy modules that it loaded, of each command, in one new process."""
    asked = [sys.executable, "-c", SCRIPT, json.dumps(commands)]
    done = subprocess.run(asked, cwd=folder, env={**os.environ, "COLUMNS": "200"}, capture_output=True, text=True, check=True)
    return [(status, " ".join(said.split()), loaded) for status, said, loaded in json.loads(done.stdout)]


@pytest.fixture(scope="module")
def told(fake: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[int, str, list[str]]]:
    """The answers to all wrong words, in a folder that holds a run."""
    from drawdown.runs import run

    folder = tmp_path_factory.mktemp("words")
    run(fake.FakeEngine(), folder / "r", None, 4)
    found = answers(folder, [words for words, _ in WRONG])
    assert sorted(p.name for p in folder.iterdir()) == ["r"], "something was written for a wrong word"
    return {" ".join(words): answer for (words, _), answer in zip(WRONG, found, strict=True)}


@pytest.mark.parametrize(("words", "said"), WRONG, ids=[" ".join(words) for words, _ in WRONG])
def test_a_wrong_word_is_answered_before_anything_heavy_is_imported(
    told: dict[str, tuple[int, str, list[str]]], words: list[str], said: str
) -> None:
    status, heard, loaded = told[" ".join(words)]
    assert status == 2
    assert said in heard
    assert not loaded


def test_plot_says_what_is_missing_before_it_reads_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import importlib.util

    from drawdown.errors import DrawdownError
    from drawdown.report import plot

    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *rest: None if name == "vl_convert" else find(name, *rest))
    monkeypatch.setattr(plot, "open_run", lambda _: pytest.fail("the run was read"))
    with pytest.raises(DrawdownError, match="needs vl-convert"):
        plot.write_plot(tmp_path, "claims", tmp_path / "x.png")
