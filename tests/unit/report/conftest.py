"""Made-up run folders for the report's tests."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

from drawdown.mechanism import discover
from drawdown.report.run import Run, open_run
from drawdown.scenario.model import Scenario
from drawdown.scenario.resolved import encode
from drawdown.world import World, structure_of


@pytest.fixture(scope="session")
def synthetic() -> ModuleType:
    """The module `synthetic`."""
    from tests.unit.report import synthetic

    return synthetic


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


@pytest.fixture(scope="session")
def drawn_run() -> Callable[..., Run]:
    """Makes runs of real scenarios that have drawn their numbers and nothing else: no engine is needed for the table of numbers."""

    def make_run(scenario: Scenario, futures: int, seed: int = 3) -> Run:
        world = World(scenario, structure_of(scenario), discover(), {})
        draws = pd.DataFrame({"future": np.arange(futures), **world.draws(seed, np.arange(futures))})
        plans = [p.id for p in scenario.plans]
        manifest = {"scenario": scenario.id, "seed": seed, "futures": futures, "plans": plans, "status": "complete", "files": {}}
        made = Run(Path("nowhere"), manifest, json.loads(json.dumps(encode(scenario))))
        empty = pd.DataFrame({name: [] for name in ("plan", "future", "claim", "value", "margin")})
        made.__dict__.update(draws=draws, claims=empty)  # in place of the files
        return made

    return make_run
