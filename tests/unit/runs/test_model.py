"""The digest of the model: it moves with all that decides a number, and with nothing else."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

import drawdown
from drawdown.mechanism import discover
from drawdown.runs.model import deciding_files, model_digest
from tests.contract.test_imports import PACKAGE, imported, modules

# Where numbers come from: what a run executes.
ROOTS = ("drawdown.engine", "drawdown.mechanisms.", "drawdown.runs.work", "drawdown.runs.merge")
# Imported from there, and only words or the keeping of bytes.
WORDS = {"drawdown.errors", "drawdown.runs.disk", "drawdown.runs.format", "drawdown.runs.parts", "drawdown.runs.sums"}
DOORS = {"drawdown", "drawdown.runs"}  # packages that only hand on names, of which nothing that decides uses any


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A copy of the package, to be changed."""
    copy = tmp_path / "drawdown"
    shutil.copytree(Path(drawdown.__file__).parent, copy, ignore=shutil.ignore_patterns("__pycache__", "assets", "skeleton"))
    return copy


def reached() -> dict[str, Path]:
    """Every module that is imported, at any depth, from where numbers come from."""
    files = dict(modules())
    found: dict[str, Path] = {}
    left = [name for name in files if name in ROOTS or name.startswith(tuple(r for r in ROOTS if r.endswith(".")))]
    while left:
        name = left.pop()
        if name in found:
            continue
        found[name] = files[name]
        for target, _ in imported(files[name], name):
            parts = target.split(".")
            above = {".".join(parts[: depth + 1]) for depth in range(len(parts))}
            left += [whole for whole in above - DOORS if whole in files]
    return found


def test_whatever_a_run_imports_is_in_the_digest() -> None:
    deciding = set(deciding_files(PACKAGE))
    left_out = {name for name, file in reached().items() if file not in deciding}
    assert left_out <= WORDS, f"these are imported by what decides numbers; take them out of TELLING or KEEPING: {left_out - WORDS}"
    tables = set(PACKAGE.glob("mechanisms/*.csv"))
    assert tables
    assert tables <= deciding


def one_figure_more(text: str) -> str:
    """A cell of a table of parameters with another best value."""
    head, first, *rest = text.splitlines(keepends=True)
    best = head.rstrip().split(",").index("best")
    cells = first.split(",")
    cells[best] += "1"
    return head + ",".join(cells) + "".join(rest)


def another_default(text: str) -> str:
    """The first number that stands after a `=`, or inside brackets, with a figure more."""
    return re.sub(r"([=(,] ?)(\d+\.\d+)", r"\g<1>\g<2>1", text, count=1)


CHANGES: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("mechanisms/stance.csv", one_figure_more),
    ("mechanisms/clashes.py", another_default),
    ("formulas/contest.py", another_default),
    ("state.py", lambda text: text + "\nDEFAULT = 1\n"),
    ("mechanism.py", lambda text: text + "\n"),
    ("claims/terms.py", lambda text: text + "\n"),
    ("scenario/load.py", lambda text: text + "\n"),
    ("runs/bins.py", lambda text: text + "\n"),
    ("runs/work.py", lambda text: text + "\n"),
    ("runs/merge.py", lambda text: text + "\n"),
    ("runs/layout.py", lambda text: text + "\n"),
)


@pytest.mark.parametrize(("name", "change"), CHANGES, ids=[name for name, _ in CHANGES])
def test_a_default_a_cell_and_a_formula_move_it(package: Path, name: str, change: Callable[[str], str]) -> None:
    before = model_digest(package=package)
    assert before == model_digest()
    file = package / name
    text = file.read_text(encoding="utf-8")
    assert change(text) != text
    file.write_bytes(text.replace("\n", "\r\n").encode())
    assert model_digest(package=package) == before, "line ends are no change"
    file.write_text(change(text), encoding="utf-8")
    assert model_digest(package=package) != before


def test_a_room_that_is_new_decides_until_it_is_said_not_to(package: Path) -> None:
    before = model_digest(package=package)
    (package / "invented_later").mkdir()
    (package / "invented_later" / "rates.yaml").write_text("rate: 1\n")
    assert model_digest(package=package) != before


def told(package: Path) -> Iterator[Path]:
    """A file of every room that only tells."""
    yield from (package / name for name in ("report/page.py", "cli/running.py", "observe/records.py", "errors.py", "chronicle.py"))
    yield from (package / "runs" / name for name in ("opened.py", "manifest.py"))


def test_a_change_of_words_or_of_the_page_does_not_move_it(package: Path) -> None:
    before = model_digest(package=package)
    for file in told(package):
        file.write_text(file.read_text(encoding="utf-8") + "\nMORE = 1\n", encoding="utf-8")
    (package / "report" / "notes.md").write_text("Text.\n")
    assert model_digest(package=package) == before


def test_it_covers_plug_ins_with_their_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "plugged_in").mkdir()
    (tmp_path / "plugged_in" / "__init__.py").write_text("")
    (tmp_path / "alone.py").write_text("")
    tables = (tmp_path / "plugged_in" / "rate.py", tmp_path / "plugged_in" / "step.csv", tmp_path / "alone.csv", tmp_path / "alone.py")
    entries = [EntryPoint(name, value, "drawdown.mechanisms") for name, value in (("a", "plugged_in.step:M"), ("b", "alone:M"))]
    seen = {model_digest()}
    monkeypatch.setattr("drawdown.runs.model.plug_ins", lambda: entries)
    for number, table in enumerate(tables):
        table.write_text(f"rate = {number}\n")
        seen.add(model_digest())
    assert len(seen) == 1 + len(tables)


def test_it_covers_an_engine_s_own_mechanisms() -> None:
    found = discover()
    assert model_digest(found) == model_digest()
    assert model_digest(found[1:]) != model_digest()
    other = replace(found[0], reads=())
    assert model_digest((other, *found[1:])) not in (model_digest(), model_digest(found[1:]))
