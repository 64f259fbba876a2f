"""A run that is killed (kill -9) at any moment, as often as you like, ends in the same bytes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from drawdown.runs import verify

REPOSITORY = Path(__file__).resolve().parents[3]


def kill(place: Path, seed: int, kills: int, same: Callable[[Path], Mapping[str, str]]) -> None:
    """Kills runs so often, and compares each with the undisturbed one."""
    words = [sys.executable, "-W", "ignore", "-m", "tests.unit.runs.killing", str(place), str(seed), str(kills)]
    done = subprocess.run(words, cwd=REPOSITORY, capture_output=True, text=True, timeout=1200, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    whole = same(place / "undisturbed")
    runs = [folder for folder in place.iterdir() if folder.name != "undisturbed"]
    assert runs
    for folder in runs:
        assert same(folder) == whole, folder
        assert not verify(folder).damage
        assert not verify(folder).others


@pytest.mark.slow
def test_kill_9_at_ten_moments_ends_in_the_same_bytes(tmp_path: Path, same: Callable[[Path], Mapping[str, str]]) -> None:
    kill(tmp_path, 20070903, 10, same)


@pytest.mark.slow
def test_kill_9_at_fifty_moments_ends_in_the_same_bytes(tmp_path: Path, same: Callable[[Path], Mapping[str, str]]) -> None:
    kill(tmp_path, 7, 50, same)
