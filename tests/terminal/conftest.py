"""Run folders that many of these tests read, and where their pictures go."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

if sys.platform == "win32":  # no pseudo-terminals there
    collect_ignore_glob = ["test_*.py"]


def made(folder: Path, asked: str) -> Path:
    """A finished run of the made-up engine in `folder`/r."""
    from tests.terminal.screen import environment, toyland

    words = toyland("run", "toyland", "--futures", "64", "--out", "r")
    subprocess.run(words, cwd=folder, env=environment({"TOYLAND": asked}), check=True, capture_output=True, timeout=300)
    return folder / "r"


@pytest.fixture(scope="session")
def five_plans(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """64 futures of five plans, with claims of two lines."""
    return made(tmp_path_factory.mktemp("five"), "plans=5 long")


@pytest.fixture
def copied(five_plans: Path, tmp_path: Path) -> Path:
    """A copy of that run to write into."""
    return Path(shutil.copytree(five_plans, tmp_path / "r"))


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run whose texts are made to be taken for markup and for commands to a terminal."""
    return made(tmp_path_factory.mktemp("hostile"), "hostile")


@pytest.fixture(scope="session")
def artefacts() -> Path:
    """Where pictures are kept (not committed)."""
    folder = Path(__file__).resolve().parents[1] / "artefacts"
    folder.mkdir(exist_ok=True)
    return folder
