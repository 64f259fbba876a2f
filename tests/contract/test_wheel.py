"""A wheel carries the shipped scenarios and works without the checkout."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built without the network: the build backend is part of the development environment."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder], cwd=REPOSITORY, check=True, capture_output=True
    )
    (built,) = folder.glob("*.whl")
    return built


@pytest.mark.slow
def test_wheel_holds_every_scenario_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    for file in (REPOSITORY / "scenarios").rglob("scenario.yaml"):
        assert f"drawdown/shipped/{file.parent.name}/scenario.yaml" in names
    assert "drawdown/py.typed" in names
    assert not [name for name in names if not name.startswith(("drawdown/", "drawdown-"))]
    assert not [name for name in names if name.endswith((".pyc", ".parquet")) or "__pycache__" in name]


@pytest.mark.slow
def test_scenarios_are_found_from_an_installed_wheel(wheel: Path, tmp_path: Path) -> None:
    # A fresh environment; a wheel of pure Python is installed by unpacking it. What it depends on is lent by the environment of the tests.
    environment = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    (site,) = environment.glob("lib/python*/site-packages")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    (site / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    script = (
        "import drawdown, sys; from drawdown.cli import main; print(drawdown.__file__); sys.argv = ['drawdown', 'list']; sys.exit(main())"
    )
    done = subprocess.run([environment / "bin" / "python", "-I", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert str(site) in done.stdout.splitlines()[0], "the checkout was imported instead of the wheel"
    assert "iraq-2007" in done.stdout
