"""Everything that can be checked about a run folder, checked; all damage at once."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from drawdown.runs import sums
from drawdown.runs.disk import RESTORE, StoreError
from drawdown.runs.effects import read_effects
from drawdown.runs.format import ABLATION, CHRONICLES, LOCK, MANIFEST, SCENARIO
from drawdown.runs.opened import Run, open_run_as_it_is
from drawdown.runs.parts import REMAKE, check_part

TOLD_AGAIN = "Delete it; the next report tells the chronicles again."


@dataclass(frozen=True, slots=True)
class Damage:
    """A file that is not as the run wrote it: what is wrong, and what can be done."""

    file: str
    wrong: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Verification:
    """What was checked, and what is wrong. `others` are files that no part of the run wrote: they are left alone."""

    folder: str
    complete: bool
    files: int
    bytes: int
    batches_done: int
    batches: int
    damage: tuple[Damage, ...]
    others: tuple[str, ...]


def verify(folder: Path | str, progress: Callable[[int, int], None] | None = None) -> Verification:
    """Reads every file of a run folder, finished or not. Raises StoreError where the manifest itself is damaged or missing."""
    run = open_run_as_it_is(Path(folder))
    sums.forget()
    damage: list[Damage] = []
    for done, (name, stamp) in enumerate(run.files.items()):
        if progress is not None:
            progress(done, len(run.files))
        try:
            sums.check(run.folder / name, stamp)
        except StoreError as error:
            damage.append(Damage(name, said(error, RESTORE), RESTORE))
    if not any(one.file == SCENARIO for one in damage):
        try:
            _ = run.scenario
        except StoreError as error:
            damage.append(Damage(SCENARIO, said(error, RESTORE), RESTORE))
    finished = 0
    for batch in () if run.complete else run.done:
        try:
            check_part(run.folder / batch.part, run.folder / batch.events, run.digest)
            finished += 1
        except StoreError as error:
            damage.append(Damage(batch.part, said(error, REMAKE), REMAKE))
    damage += told_later(run.folder)
    size = sum(stamp.size for stamp in run.files.values())
    return Verification(
        str(run.folder),
        run.complete,
        len(run.files),
        size,
        finished,
        0 if run.complete else len(run.batches),
        tuple(damage),
        tuple(others(run)),
    )


def said(error: StoreError, remedy: str) -> str:
    """What an error says is wrong, less where and what to do, which stand beside it."""
    _, _, text = str(error).partition("\n  ")
    return text.removesuffix(remedy).strip().removesuffix(".") or str(error)


def told_later(folder: Path) -> list[Damage]:
    """What later commands left in the folder and can no longer be read."""
    found = []
    try:
        read_effects(folder / ABLATION)
    except StoreError as error:
        found.append(Damage(ABLATION, said(error, ""), "Run 'drawdown ablate' again, or delete the file."))
    told = folder / CHRONICLES
    if told.is_file():
        try:
            data = json.loads(told.read_text(encoding="utf-8"))
            right = isinstance(data, dict) and sums.seal_holds(data)
        except (OSError, ValueError, RecursionError):
            right = False
        if not right:
            found.append(Damage(CHRONICLES, "is damaged", TOLD_AGAIN))
    return found


def others(run: Run) -> list[str]:
    """Files that the run did not write."""
    ours = {*run.files, MANIFEST, LOCK}
    if not run.complete:
        ours |= {name for batch in run.batches for name in (batch.part, batch.events)}
    return sorted(name for p in run.folder.rglob("*") if p.is_file() and (name := p.relative_to(run.folder).as_posix()) not in ours)
