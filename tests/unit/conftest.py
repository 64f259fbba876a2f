"""The made-up engine, for tests of what stands on top of an engine."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.unit.fake_engine import FakeEngine


@pytest.fixture(scope="session")
def fake() -> ModuleType:
    """The module `fake_engine`."""
    if "fake_engine" not in sys.modules:
        spec = importlib.util.spec_from_file_location("fake_engine", Path(__file__).with_name("fake_engine.py"))
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules["fake_engine"] = module
        spec.loader.exec_module(module)
    return sys.modules["fake_engine"]


@pytest.fixture
def fake_engine(fake: ModuleType) -> FakeEngine:
    """A fresh engine that runs every future to its end."""
    made: FakeEngine = fake.FakeEngine()
    return made
