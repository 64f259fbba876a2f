"""Made-up run folders for the report's tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

from drawdown.mechanism import discover
from drawdown.report.run import RunView, open_run
from drawdown.runs import opened
from drawdown.runs.format import FORMAT
from drawdown.runs.schema import Manifest, PlanEntry
from drawdown.scenario.model import Scenario
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
def run(synthetic: ModuleType, borders: Path, tmp_path_factory: pytest.TempPathFactory) -> RunView:
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
def drawn_run() -> Callable[..., RunView]:
    """Makes runs of real scenarios that have drawn their numbers and nothing else: no engine is needed for the table of numbers."""

    def make_run(scenario: Scenario, futures: int, seed: int = 3) -> RunView:
        world = World(scenario, structure_of(scenario), discover(), {})
        draws = pd.DataFrame({"future": np.arange(futures), **world.draws(seed, np.arange(futures))})
        plans = [PlanEntry(id=p.id, title=p.title, digest="0" * 64) for p in scenario.plans]
        manifest = Manifest(
            format=FORMAT, scenario=scenario.id, title=scenario.title, digest=scenario.digest, model="0" * 64, patches=[],
            held={}, as_of=None, origin=scenario.origin.isoformat(), weeks=scenario.weeks, seed=seed, futures=futures, plans=plans,
            batch=futures, keep="summaries", versions={}, created="", status="complete", files={}, sum="",
        )  # fmt: skip
        stored = opened.Run(Path("nowhere"), manifest)
        empty = pd.DataFrame({name: [] for name in ("plan", "future", "claim", "value", "margin")})
        stored.__dict__.update(scenario=scenario, drawn=draws, claim_values=empty)  # in place of the files
        return RunView(stored)

    return make_run
