"""Made-up run folders for the report's tests."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from drawdown.report.run import Run, open_run


@pytest.fixture(scope="session")
def synthetic() -> ModuleType:
    """The module `synthetic`."""
    if "synthetic_runs" not in sys.modules:
        spec = importlib.util.spec_from_file_location("synthetic_runs", Path(__file__).with_name("synthetic.py"))
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules["synthetic_runs"] = module
        spec.loader.exec_module(module)
    return sys.modules["synthetic_runs"]


@pytest.fixture(scope="session")
def borders(repository: Path) -> Path:
    """Polygons of Iraq's governorates."""
    return repository / "scenarios" / "iraq-2007" / "places.geojson"


@pytest.fixture(scope="session")
def run(synthetic: ModuleType, borders: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Five plans, 300 futures, 104 weeks, with borders."""
    return open_run(synthetic.write_run(tmp_path_factory.mktemp("runs") / "made-up", geojson=borders))


@pytest.fixture
def make(synthetic: ModuleType, tmp_path: Path) -> Callable[..., Path]:
    """Writes another run folder with the given options."""

    def write(**options: object) -> Path:
        folder: Path = synthetic.write_run(tmp_path / f"run-{len(list(tmp_path.iterdir()))}", **options)
        return folder

    return write
