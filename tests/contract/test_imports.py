"""The shape of the package, read from its source: no stage imports a later one, heavy libraries load late, files stay short."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "drawdown"

# docs/architecture.md, "One way through". A module may import those of its own stage and of earlier ones.
STAGES: tuple[tuple[str, ...], ...] = (
    ("errors", "terminal"),
    ("vocabulary",),
    ("compiled",),
    ("data",),
    ("state", "derived", "incident_rows", "mechanism", "parameter_table"),
    ("learned",),
    ("scenario",),
    ("guards", "randomness", "levels", "world", "incidents", "severity", "formulas"),
    ("countries",),  # rows of world data to a small scenario
    ("mechanisms",),
    ("plan", "program", "engine"),
    ("claims",),  # before the store, which keeps the value of each claim for every future
    ("runs",),
    ("observe",),
    ("news",),
    ("chronicle", "ablation"),
    ("evaluate",),
    ("cases",),
    ("exam",),
    ("calibrate",),
    ("report",),
    ("cli",),
)
HEAVY = {"altair", "arviz", "duckdb", "jax", "matplotlib", "pandas", "pyarrow", "scipy", "scoringrules", "vl_convert", "xarray", "zarr"}
LINES = 600
# Discovery must name the package that it searches.
ALLOWED = {("drawdown.mechanism", "mechanisms")}


def modules() -> Iterator[tuple[str, Path]]:
    """(dotted name, file) of every module of the package."""
    for file in sorted(PACKAGE.rglob("*.py")):
        parts = file.relative_to(PACKAGE.parent).with_suffix("").parts
        yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), file


def imported(file: Path, name: str) -> Iterator[tuple[str, int]]:
    """(dotted name, line) of everything that a file imports anywhere, type-checking blocks included."""
    package = name if file.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            yield from ((f"{base}.{alias.name}", node.lineno) for alias in node.names)


def room(name: str) -> str | None:
    """The part of the package that a dotted name belongs to (`drawdown.scenario.load` -> `scenario`); None outside it."""
    parts = name.split(".")
    return parts[1] if len(parts) > 1 and parts[0] == "drawdown" else None


def stage_of(part: str) -> int | None:
    """The position of a part in STAGES."""
    return next((i for i, parts in enumerate(STAGES) if part in parts), None)


def test_every_part_of_the_package_has_a_stage() -> None:
    parts = {room(name) for name, _ in modules()} - {None, "__main__"}
    unplaced = sorted(part for part in parts if part is not None and stage_of(part) is None)
    assert not unplaced, f"give these a place in STAGES and in docs/architecture.md: {unplaced}"


def test_no_stage_imports_a_later_one() -> None:
    wrong = []
    for name, file in modules():
        mine = stage_of(room(name) or "")
        if mine is None:
            continue
        for target, line in imported(file, name):
            theirs = stage_of(room(target) or "")
            if theirs is not None and theirs > mine and (name, room(target)) not in ALLOWED:
                wrong.append(f"{file.relative_to(PACKAGE.parent)}:{line} imports {target}")
    assert not wrong, "\n".join(wrong)


def test_loaders_of_public_data_stand_alone() -> None:
    wrong = [
        f"{file.relative_to(PACKAGE.parent)}:{line} imports {target}"
        for name, file in modules()
        if room(name) == "data"
        for target, line in imported(file, name)
        if room(target) not in (None, "data", "errors", "terminal")
    ]
    assert not wrong, "\n".join(wrong)


def test_importing_the_command_line_loads_nothing_heavy() -> None:
    script = "import sys, json, drawdown, drawdown.cli; print(json.dumps(sorted({m.split('.')[0] for m in sys.modules})))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = HEAVY & set(json.loads(done.stdout))
    assert not loaded, f"import these where they are used: {sorted(loaded)}"


@pytest.mark.parametrize("file", [pytest.param(f, id=n) for n, f in modules()])
def test_no_file_is_too_long(file: Path) -> None:
    count = len(file.read_text(encoding="utf-8").splitlines())
    assert count <= LINES, f"{file.name} has {count} lines; a file holds one thing and at most {LINES} lines"


def test_nothing_is_named_after_nothing() -> None:
    named = [name for name, _ in modules() if {"util", "utils", "helper", "helpers", "misc", "common"} & set(name.split("."))]
    assert not named, f"name these after what they hold: {named}"
