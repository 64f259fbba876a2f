"""Issue 7, A1: the two commands of the README, `python run.py demo` and `python run.py test`, where people type them.

The environment is the one in use, behind a folder that says that it is ready: nothing is installed. The fast tests stand the made-up engine
behind `drawdown`; the slow ones take the real one.
"""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import run
from tests.terminal.screen import Seen, drawdown, environment, in_terminal, keep_picture, toyland

REPOSITORY = Path(__file__).resolve().parents[2]
SMALL = ["demo", "--futures", "64", "--workers", "1", "--out"]
TINY = ["test", "tests/unit/test_errors.py", "-q", "-p", "no:cacheprovider"]


def ready(folder: Path, command: list[str]) -> dict[str, str]:
    """An environment folder whose Python is the one in use and whose `drawdown` is `command`; what to set so that run.py takes it."""
    (folder / "bin").mkdir(parents=True)
    for name, words in (("python", [sys.executable]), ("drawdown", command)):
        script = folder / "bin" / name
        script.write_text(f'#!/bin/sh\nexec {shlex.join(words)} "$@"\n')
        script.chmod(0o755)
    (folder / "drawdown-dev.stamp").write_text(run.fingerprint("dev"), encoding="utf-8")
    return {"DRAWDOWN_VENV": str(folder), "TOYLAND": "plans=5 long pageless"}


def bootstrap(*words: str) -> list[str]:
    return [sys.executable, str(REPOSITORY / "run.py"), *words]


@pytest.mark.parametrize("columns", [80, 200])
def test_a1_python_run_py_demo_in_a_terminal(columns: int, tmp_path: Path) -> None:
    changes = ready(tmp_path / "env", toyland())
    seen = in_terminal(bootstrap(*SMALL, str(tmp_path / "r")), columns, tmp_path, changes)
    assert seen.status == 0, seen.text
    assert "Traceback" not in seen.text
    assert "using the environment in" in seen.text
    assert "How likely each claim is" in seen.text
    assert not (tmp_path / "r" / "report.html").exists(), "these demos ask for no page, which is most of their price"


def test_a1_python_run_py_test_in_a_terminal(tmp_path: Path) -> None:
    seen = in_terminal(bootstrap(*TINY), 80, tmp_path, ready(tmp_path / "env", toyland()))
    assert seen.status == 0, seen.text
    assert " passed" in seen.text


@pytest.mark.parametrize(("streams", "status"), [(">&-", 2), (">/dev/full", 2), ("2>&-", 0), ("| head -1", 0)])
def test_a1_python_run_py_demo_whose_output_cannot_be_written(streams: str, status: int, tmp_path: Path) -> None:
    line = f"{shlex.join(bootstrap(*SMALL, str(tmp_path / 'r')))} {streams}"
    changes = environment(ready(tmp_path / "env", toyland()))
    done = subprocess.run(["/bin/sh", "-c", line], cwd=tmp_path, env=changes, capture_output=True, timeout=300, check=False)
    said = done.stderr.decode()
    assert done.returncode == status, said
    assert "Traceback" not in said
    assert "Exception ignored" not in said
    assert '"status": "complete"' in (tmp_path / "r" / "manifest.json").read_text()


def test_a1_python_run_py_speaks_ascii_of_any_folder(tmp_path: Path) -> None:
    changes = environment({**ready(tmp_path / "b\u00e2timent\u202e", toyland()), "PYTHONIOENCODING": "ascii"})
    done = subprocess.run(bootstrap("demo", "--help"), cwd=tmp_path, env=changes, capture_output=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    assert rb"b\xe2timent\u202e" in done.stdout


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Seen, Path]:
    """The real demo as it is seen in a terminal of 80 columns, and the folder in which it left its run, `r`."""
    home = tmp_path_factory.mktemp("demo")
    changes = ready(home / "env", drawdown())
    return in_terminal(bootstrap("demo", "--futures", "2", "--out", str(home / "r")), 80, home, changes, timeout=1500), home


@pytest.mark.slow
def test_a1_the_real_demo_in_a_terminal(played: tuple[Seen, Path], artefacts: Path) -> None:
    seen, home = played
    keep_picture(seen, artefacts / "terminal-demo-80.svg", lines=200)
    assert seen.status == 0, seen.text
    assert "Traceback" not in seen.text
    assert "What happened: true" in seen.text
    assert (home / "r" / "report.html").exists()


@pytest.mark.slow
@pytest.mark.parametrize("words", [["ask", "r"], ["compare", "r", "announced", "stay"], ["chronicle", "r"]], ids=" ".join)
def test_a1_answers_of_the_real_engine_in_a_terminal(words: list[str], played: tuple[Seen, Path]) -> None:
    seen = in_terminal(drawdown(*words), 80, played[1], timeout=900)
    assert seen.status == 0, seen.text
    assert "Traceback" not in seen.text


@pytest.fixture(scope="module")
def skeleton(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `drawdown new` writes, as `mine`, and three years of invented deaths of its two provinces, as `data`."""
    home = tmp_path_factory.mktemp("skeleton")
    subprocess.run(drawdown("new", "mine"), cwd=home, env=environment(), check=True, capture_output=True, timeout=300)
    random = np.random.default_rng(7)
    days = np.arange("2020-06-01", "2024-01-01", dtype="datetime64[D]")
    rows = [f"{day},{day},{place},{random.integers(1, 5)}" for day in days for place in ("Capital", "North") if random.random() < 0.4]
    (home / "data").mkdir()
    (home / "data" / "deaths.csv").write_text("\n".join(["start,end,place,deaths", *rows]) + "\n")
    return home


BACKTEST = ["backtest", "mine", "--data", "data", "--origin", "2023-01-02", "--lead", "1", "3", "--members", "64", "--no-simulator"]


@pytest.mark.slow
@pytest.mark.parametrize("columns", [80, 200])
def test_a1_a3_a_backtest_in_a_terminal(columns: int, skeleton: Path, tmp_path: Path, artefacts: Path) -> None:
    seen = in_terminal(drawdown(*BACKTEST, "--out", str(tmp_path / "b")), columns, skeleton)
    keep_picture(seen, artefacts / f"terminal-backtest-{columns}.svg", lines=120)
    assert seen.status == 0, seen.text
    assert "Traceback" not in seen.text
    assert "|---" not in seen.text, "Markdown is drawn, not shown"
    assert " nan" not in seen.text


@pytest.mark.slow
@pytest.mark.parametrize(("streams", "status"), [("", 0), (">&-", 2), (">/dev/full", 2), ("2>/dev/full", 0)])
def test_a1_a_backtest_whose_output_cannot_be_written(streams: str, status: int, skeleton: Path, tmp_path: Path) -> None:
    line = f"{shlex.join(drawdown(*BACKTEST, '--out', str(tmp_path / 'b')))} {streams}"
    done = subprocess.run(["/bin/sh", "-c", line], cwd=skeleton, env=environment(), capture_output=True, timeout=300, check=False)
    assert done.returncode == status, done.stderr
    assert b"Traceback" not in done.stderr
    assert (tmp_path / "b" / "summary.json").exists()
