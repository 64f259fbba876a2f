"""No number without a home: a step, and a formula that steps share, hold no number but the few that say nothing about the world.

Everything else is a parameter with unit, bounds, grade and reason (`mechanisms/<name>.csv`), or a named guard (`drawdown.guards`).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "drawdown"
SHIPPED = sorted([*(PACKAGE / "mechanisms").glob("*.py"), *(PACKAGE / "formulas").glob("*.py")])
ALLOWED = {0, 1, 2, 0.5, 52}  # nothing, whole, twice or squared, half, weeks in a year
DECLARATIONS = (["MECHANISM"], ["EVENTS"])  # bounds of variables and thresholds of sentences are declarations, not laws


def literals(source: str) -> Iterator[tuple[int, object]]:
    """(line, value) of every number outside the declarations that is not allowed."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign) and [ast.unparse(target) for target in node.targets] in DECLARATIONS:
            continue
        for part in ast.walk(node):
            if isinstance(part, ast.Constant) and type(part.value) in (int, float, complex) and part.value not in ALLOWED:
                yield part.lineno, part.value


@pytest.mark.parametrize("file", SHIPPED, ids=[f"{f.parent.name}/{f.name}" for f in SHIPPED])
def test_a_step_holds_no_number_of_its_own(file: Path) -> None:
    found = [f"line {line}: {value}" for line, value in literals(file.read_text(encoding="utf-8"))]
    assert not found, f"give these a row in {file.stem}.csv, or a name and a reason in guards.py: {'; '.join(found)}"


def test_what_counts_as_a_number() -> None:
    planted = "def step(key, state, params):\n    return 3 * state.a[:, 4] ** 2 + 0.7 * (state.b > 100.0) - 0.5\nMECHANISM = f(9.0)\n"
    assert sorted(str(value) for _, value in literals(planted)) == ["0.7", "100.0", "3", "4"]


def test_every_guard_is_used() -> None:
    guards = ast.parse((PACKAGE / "guards.py").read_text(encoding="utf-8")).body
    names = {ast.unparse(node.targets[0]) for node in guards if isinstance(node, ast.Assign)}
    used = {part.id for file in SHIPPED for part in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(part, ast.Name)}
    assert names
    assert not names - used
