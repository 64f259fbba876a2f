"""A small finished run of the made-up engine, and how to compare two folders."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType

import pytest

from drawdown.runs import run


def bytes_of(folder: Path) -> Mapping[str, str]:
    """sha256 of every file of a run; of the manifest, all but when it was created and the sum of that."""
    found = {}
    for file in sorted(p for p in folder.rglob("*") if p.is_file()):
        content = file.read_bytes()
        if file.name == "manifest.json":
            content = json.dumps({k: v for k, v in json.loads(content).items() if k not in ("created", "sum")}).encode()
        found[file.relative_to(folder).as_posix()] = hashlib.sha256(content).hexdigest()
    return found


@pytest.fixture
def same() -> Callable[[Path], Mapping[str, str]]:
    """`bytes_of`."""
    return bytes_of


@pytest.fixture(scope="session")
def whole(fake: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """70 futures of two plans for 30 weeks, in batches of 32: three batches a plan. Tests copy it and leave it alone."""
    return run(fake.FakeEngine(weeks=30), tmp_path_factory.mktemp("runs") / "whole", futures=70, seed=5, batch=32, workers=1)


@pytest.fixture
def halted(fake: ModuleType, tmp_path: Path) -> Path:
    """The same run, stopped after three of its six batches."""
    return half(fake, tmp_path / "halted")


def half(fake: ModuleType, folder: Path, seed: int = 5, tiles: int = 3) -> Path:
    """Part of the run `whole`, or of one with another seed."""
    engine = fake.FakeEngine(weeks=30)
    with pytest.raises(KeyboardInterrupt):
        run(engine, folder, futures=70, seed=seed, batch=32, workers=1, stop=lambda: engine.tiles >= tiles)
    return folder


@pytest.fixture
def halves(fake: ModuleType, tmp_path: Path) -> Callable[[str, int], Path]:
    """Makes half a run of a seed under a name."""
    return lambda name, seed: half(fake, tmp_path / name, seed)
