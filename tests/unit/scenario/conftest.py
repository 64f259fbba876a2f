"""A scenario to spoil: the skeleton, held against a model of two mechanisms."""

from __future__ import annotations

from pathlib import Path

import pytest

from drawdown.mechanism import Mechanism
from tests.two_mechanisms import MODEL, skeleton


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> tuple[Mechanism, ...]:
    """Two mechanisms in place of the real ones."""
    monkeypatch.setattr("drawdown.mechanism.discover", lambda: MODEL)
    return MODEL


@pytest.fixture
def folder(tmp_path: Path, model: tuple[Mechanism, ...]) -> Path:
    """A copy of the skeleton."""
    return skeleton(tmp_path / "land")
