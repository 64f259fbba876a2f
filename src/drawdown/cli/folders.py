"""`runs`: the run folders below a folder, and how far each is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cyclopts import App

from drawdown.cli.loading import Json
from drawdown.errors import DrawdownError


@dataclass(frozen=True, slots=True)
class RunAtAGlance:
    """A run folder at a glance. `problem` is why its manifest cannot be read; then all else is empty. `size` in bytes."""

    folder: str
    scenario: str = ""
    plans: tuple[str, ...] = ()
    futures: int = 0
    seed: int = 0
    created: str = ""
    finished: bool = False
    units_done: int = 0
    units: int = 0
    size: int = 0
    problem: str = ""

    @property
    def state(self) -> str:
        """`finished`, `3 of 10 parts`, or what is wrong."""
        return self.problem or ("finished" if self.finished else f"{self.units_done} of {self.units} parts")


def register(app: App) -> None:
    """Hang the verb under the application."""
    app.command(runs)


def runs(folder: Path = Path("runs"), *, as_json: Json = False) -> None:
    """Run folders with their scenario, plans, futures, seed, date and size, and how far those are that are not finished.

    For example:

      drawdown runs

      drawdown runs ~/studies --json

    Parameters
    ----------
    folder
        Folder to look in, and one folder deep.
    """
    from drawdown.terminal import console
    from drawdown.terminal.json_document import print_json
    from drawdown.terminal.sheet import Column, Sheet, drawn

    if not folder.is_dir():
        raise DrawdownError(f"{folder}\n  is no folder; expected one that holds run folders (runs/, where --out says nothing).")
    found = sorted(listed(folder), key=lambda run: (run.created, run.folder))
    if as_json:
        print_json([{name: getattr(run, name) for name in RunAtAGlance.__slots__} for run in found])
        return
    if not found:
        print(f"no run in {folder}.")
        return
    texts = (Column("folder", unbroken=True), Column("scenario", least=12), Column("plans", least=16))
    figures = (Column("futures", figures=True), Column("seed", figures=True), Column("begun", figures=True))
    columns = (*texts, *figures, Column("state", least=12), Column("size", figures=True))
    rows = []
    for r in found:
        numbers = (f"{r.futures:,}", str(r.seed)) if r.scenario else ("", "")
        rows.append((r.folder, r.scenario, ", ".join(r.plans), *numbers, r.created[:10], r.state, sized(r.size)))
    out = console()
    out.print(drawn(Sheet("", columns, tuple(rows)), out))


def listed(folder: Path) -> Iterator[RunAtAGlance]:
    """The folder itself where it is a run, and the runs in it."""
    from drawdown.runs.format import MANIFEST

    try:
        below = sorted(p for p in folder.iterdir() if p.is_dir())
    except OSError as error:
        raise DrawdownError(f"{folder}\n  cannot be read: {error.strerror or error}") from error
    for path in (folder, *below):
        if (path / MANIFEST).is_file():
            yield described(path)


def described(path: Path) -> RunAtAGlance:
    """One run folder."""
    from drawdown.runs.disk import StoreError
    from drawdown.runs.opened import open_run_as_it_is

    try:
        run = open_run_as_it_is(path)
    except StoreError:
        return RunAtAGlance(str(path), size=size_of(path), problem="its manifest is of another version, or damaged")
    return RunAtAGlance(
        str(path), run.manifest["scenario"], run.plans, run.futures, run.seed, run.manifest["created"], run.complete, len(run.done),
        len(run.batches), size_of(path),
    )  # fmt: skip


def size_of(path: Path) -> int:
    """Bytes of all files below; links are not followed, what cannot be read counts nothing."""
    total = 0
    for folder, _, names in os.walk(path):
        for name in names:
            with suppress(OSError):
                total += Path(folder, name).lstat().st_size
    return total


def sized(size: float) -> str:
    """`312 kB`, `33 MB`, `1.2 GB`."""
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if size < 999.5 or unit == "TB":
            break
        size /= 1000
    return f"{size:.{1 if size < 9.95 and unit not in ('B', 'kB') else 0}f} {unit}"
