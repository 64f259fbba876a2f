"""A scenario to spoil: the skeleton, held against a model of two mechanisms."""

from __future__ import annotations

from pathlib import Path

import pytest

from drawdown.mechanism import Mechanism
from tests.two_mechanisms import MODEL, skeleton

SHARES = """place,low,best,high,unit,source,locator,grade,known_on,applies_from,note
capital,0.8,0.9,0.95,share,census,table 3,A,2019-06-30,,
north,0.2,0.3,0.4,share,census,table 3,A,2019-06-30,,
"""


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> tuple[Mechanism, ...]:
    """Two mechanisms in place of the real ones."""
    monkeypatch.setattr("drawdown.mechanism.discover", lambda: MODEL)
    return MODEL


@pytest.fixture
def folder(tmp_path: Path, model: tuple[Mechanism, ...]) -> Path:
    """A copy of the skeleton, with one table of shares by place more."""
    target = skeleton(tmp_path / "land")
    (target / "tables" / "handed_over_at_origin.csv").write_text(SHARES)
    return target


@pytest.fixture
def spoilt(tmp_path: Path, model: tuple[Mechanism, ...]) -> Path:
    """Where each example puts a copy of the skeleton afresh."""
    return tmp_path / "land"
