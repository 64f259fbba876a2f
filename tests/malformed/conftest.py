"""A scenario to spoil: the skeleton, and a model of two mechanisms to hold it against (no JAX, so that a hundred cases are quick)."""

from __future__ import annotations

import shutil
from importlib.resources import as_file, files
from pathlib import Path

import pytest

from drawdown.mechanism import Change, Mechanism, Param
from drawdown.state import Variable


def _step(key: object, state: object, params: object) -> Change:
    return Change({}, {})


SHARES = """place,low,best,high,unit,source,locator,grade,known_on,applies_from,note
capital,0.8,0.9,0.95,share,census,table 3,A,2019-06-30,,
north,0.2,0.3,0.4,share,census,table 3,A,2019-06-30,,
"""
LETHALITY = Param("lethality", "share", 0.1, 0.2, 0.4, (0.0, 1.0), "D", "", "share of clashes that kill", neutral=0.0)
EXPONENT = Param("contest_exponent", "ratio", 0.5, 1.0, 2.0, (0.1, 5.0), "D", "", "how decisive numbers are")
MODEL = (
    Mechanism(
        "clashes",
        "SETTLE",
        "fighting",
        _step,
        owns=(
            Variable("control", ("place", "actor"), "share", "stock", "who rules", 0, 1, record=True),
            Variable("void", ("place",), "share", "stock", "what nobody rules", 0, 1, record=True),
            Variable("capability", (), "index", "stock", "of the host", 0, 0.8, record=True),
            Variable("attacks", ("place",), "attacks per week", "stock", "attacks", 0, record=True),
            Variable("deaths", ("place", "violence"), "deaths per week", "stock", "who dies", 0, record=True),
        ),
        params=(LETHALITY, EXPONENT),
    ),
    Mechanism("weather", "ACT", "rain", _step),
)


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> tuple[Mechanism, ...]:
    """Two mechanisms in place of the real ones."""
    monkeypatch.setattr("drawdown.mechanism.discover", lambda: MODEL)
    return MODEL


@pytest.fixture
def folder(tmp_path: Path, model: tuple[Mechanism, ...]) -> Path:
    """A copy of the skeleton, with one table of shares by place more."""
    target = tmp_path / "land"
    with as_file(files("drawdown.scenario") / "skeleton") as skeleton:
        shutil.copytree(skeleton, target)
    (target / "tables" / "handed_over_at_origin.csv").write_text(SHARES)
    return target
