"""The made-up engine, for tests of what stands on top of an engine."""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.unit.fake_engine import FakeEngine


@pytest.fixture(scope="session")
def fake() -> ModuleType:
    """The module `fake_engine`."""
    from tests.unit import fake_engine

    return fake_engine


@pytest.fixture
def fake_engine(fake: ModuleType) -> FakeEngine:
    """A fresh engine that runs every future to its end."""
    made: FakeEngine = fake.FakeEngine()
    return made
