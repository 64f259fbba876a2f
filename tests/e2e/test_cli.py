"""The command line as a user meets it, on the shipped scenario with the real engine; small, because the machine is."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from importlib.resources import files
from pathlib import Path

import pytest

from drawdown.cli import main

pytestmark = pytest.mark.slow
SKELETON = str(files("drawdown.scenario") / "skeleton")  # a tile of it costs a tenth of one of the shipped scenario
ENTRY = "import sys; from drawdown.cli import main; sys.exit(main())"


def drawdown(*words: str, cwd: Path, check: int | None = 0) -> subprocess.CompletedProcess[str]:
    """Run the command in a folder."""
    done = subprocess.run([sys.executable, "-c", ENTRY, *words], cwd=cwd, capture_output=True, text=True, timeout=900)
    assert check is None or done.returncode == check, done.stderr
    assert "Traceback" not in done.stderr
    return done


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """16 futures of two plans of Iraq, 2007."""
    home = tmp_path_factory.mktemp("cli")
    drawdown("run", "iraq-2007", "--plan", "stay", "leave-now", "--futures", "16", "--seed", "3", "--out", "iraq", cwd=home)
    return home / "iraq"


def test_a_run_answers_every_claim_and_fits_the_screen(run: Path) -> None:
    done = drawdown("ask", "iraq", cwd=run.parent)
    assert max(map(len, done.stdout.splitlines())) <= 100
    asked = json.loads(drawdown("ask", "iraq", "--json", cwd=run.parent).stdout)
    assert len({c["number"] for c in asked["claims"]}) >= 21
    assert all(c["known"] + c["unknown"] == 16 for c in asked["claims"] if c["chance"] is None)
    assert all(sum(shares.values()) == pytest.approx(1) for shares in asked["end_states"]["5"].values())


def test_two_plans_are_compared_on_the_same_futures(run: Path) -> None:
    done = drawdown("compare", "iraq", "stay", "leave-now", cwd=run.parent)
    assert "stay minus leave-now" in done.stdout


def test_one_future_is_told_and_branched(run: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["chronicle", "iraq", "--plan", "leave-now", "--future", "5"]
    told = drawdown(*words, cwd=run.parent).stdout
    assert "September 2007" in told
    assert "By plan:" in told
    # Again in this process, so that the same future is told by another one, and the branch traces no program of its own.
    monkeypatch.chdir(run.parent)
    assert main(words) == 0
    assert capsys.readouterr().out == told
    assert main(["branch", "iraq", "--plan", "stay", "--future", "5", "--at", "2008-06-02", "--to", "leave-now"]) == 0
    parted = capsys.readouterr().out
    assert "from 2 June 2008 under 'leave-now'" in parted
    assert "recorded deaths in all" in parted


def test_a_killed_run_resumes_to_the_same_bytes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["run", SKELETON, "--futures", "64", "--seed", "3", "--workers", "1"]
    words = [*asked, "--batch", "8"]
    killed = subprocess.Popen(
        [sys.executable, "-c", ENTRY, *words, "--out", "r"], cwd=tmp_path, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )
    deadline = time.monotonic() + 600
    while not list((tmp_path / "r" / "parts").glob("*.part")) and killed.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)
    os.kill(killed.pid, signal.SIGKILL)
    killed.wait(60)
    assert json.loads((tmp_path / "r" / "manifest.json").read_text())["status"] == "running"
    assert "unfinished" in drawdown("ask", "r", cwd=tmp_path, check=2).stderr
    # Resumed and made whole in this process, which traces the program once; in other batches.
    assert main([*words, "--out", str(tmp_path / "r")]) == 0
    whole = tmp_path / "whole"
    assert main([*asked, "--batch", "64", "--out", str(whole)]) == 0
    assert "Traceback" not in capsys.readouterr().err
    made_with = [[json.loads((f / "manifest.json").read_text())[key] for key in ("model", "digest")] for f in (tmp_path / "r", whole)]
    assert made_with[0] == made_with[1], "the model or the scenario was edited while this test ran"
    for name in ("claims.parquet", "draws.parquet", "endstates.parquet"):
        assert (tmp_path / "r" / name).read_bytes() == (whole / name).read_bytes(), name


def test_an_interrupted_run_says_how_to_resume(tmp_path: Path) -> None:
    words = ["run", SKELETON, "--plan", "stay", "--futures", "64", "--batch", "8", "--workers", "1", "--out", "r"]
    # A shell's background job starts with interrupts ignored; a person at a terminal does not.
    heeding = f"import signal; signal.signal(signal.SIGINT, signal.default_int_handler); {ENTRY}"
    stopped = subprocess.Popen(
        [sys.executable, "-c", heeding, *words], cwd=tmp_path, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    )
    deadline = time.monotonic() + 600
    while not list((tmp_path / "r" / "parts").glob("*.part")) and stopped.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)
    stopped.send_signal(signal.SIGINT)
    _, err = stopped.communicate(timeout=600)
    assert stopped.returncode == 130
    assert f"drawdown {' '.join(words)}" in err
    assert "Traceback" not in err


def test_check_finds_nothing_wrong_with_what_is_shipped(tmp_path: Path) -> None:
    out = drawdown("check", "iraq-2007", cwd=tmp_path).stdout
    assert out.startswith("no problem.")
    share = int(out.split("(")[1].split("%")[0])
    assert share >= 60
    assert "(all with a reason)" in out
