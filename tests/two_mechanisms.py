"""A model of two mechanisms to hold a scenario against, without JAX, so that a hundred cases are quick; and the skeleton to spoil."""

from __future__ import annotations

import shutil
from importlib.resources import as_file, files
from pathlib import Path

from drawdown.mechanism import Change, Mechanism, Param
from drawdown.state import Variable


def idle(key: object, state: object, params: object) -> Change:
    return Change({}, {})


LETHALITY = Param("lethality", "share", 0.1, 0.2, 0.4, (0.0, 1.0), "D", "", "share of clashes that kill", neutral=0.0)
EXPONENT = Param("contest_exponent", "ratio", 0.5, 1.0, 2.0, (0.1, 5.0), "D", "", "how decisive numbers are")
MODEL = (
    Mechanism(
        "clashes",
        "SETTLE",
        "fighting",
        idle,
        owns=(
            Variable("control", ("place", "actor"), "share", "stock", "who rules", 0, 1, record=True),
            Variable("void", ("place",), "share", "stock", "what nobody rules", 0, 1, record=True),
            Variable("capability", (), "index", "stock", "of the host", 0, 0.8, record=True),
            Variable("attacks", ("place",), "attacks per week", "stock", "attacks", 0, record=True),
            Variable("deaths", ("place", "violence"), "deaths per week", "stock", "who dies", 0, record=True),
        ),
        params=(LETHALITY, EXPONENT),
    ),
    Mechanism("weather", "ACT", "rain", idle),
)


def skeleton(target: Path) -> Path:
    """A fresh copy of the skeleton there, in place of what was."""
    shutil.rmtree(target, ignore_errors=True)
    with as_file(files("drawdown.scenario") / "skeleton") as folder:
        shutil.copytree(folder, target)
    return target
