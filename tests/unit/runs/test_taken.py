"""B1, B3, B4 and B6 of issue 7: whose folder it is, whose parts they are, with what they were made, and who holds them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

from drawdown.runs import StoreError, open_run, run, verify
from drawdown.runs import disk as disk_module
from drawdown.runs.format import LOCK
from drawdown.runs.lock import locked
from drawdown.runs.manifest import read_manifest, write_manifest
from drawdown.runs.parts import read_part
from drawdown.runs.schema import DECIDING_VERSIONS

if TYPE_CHECKING:
    from tests.unit.fake_engine import FakeEngine

REPOSITORY = Path(__file__).resolve().parents[3]
Same = Callable[[Path], Mapping[str, str]]


def again(fake: ModuleType, folder: Path, seed: int = 5, **more: Any) -> tuple[Path, int]:
    """The run `whole` into a folder, and how many tiles were computed."""
    engine = fake.FakeEngine(weeks=30)
    return run(engine, folder, futures=70, seed=seed, batch=32, workers=1, **more), engine.tiles


# B1: without a manifest only an empty folder is taken; the manifest comes first


@pytest.mark.parametrize(
    "name",
    ["parts/notes.txt", "scenario/thesis.tex", "events.parquet/mine.parquet", "draft.unfinished", "parts/stay-000000.part.unfinished",
     "manifest.json.unfinished", "lock", "claims.parquet.unfinished", "ensemble.zarr/zarr.json"],
)  # fmt: skip
def test_b1_nothing_of_the_user_s_own_is_deleted_or_overwritten(fake: ModuleType, tmp_path: Path, name: str) -> None:
    file = tmp_path / "mine" / name
    file.parent.mkdir(parents=True)
    file.write_text("years of work")
    before = sorted(p.relative_to(tmp_path) for p in tmp_path.rglob("*"))
    with pytest.raises(StoreError, match="not empty and not a run"):
        again(fake, tmp_path / "mine")
    assert file.read_text() == "years of work"
    assert sorted(p.relative_to(tmp_path) for p in tmp_path.rglob("*")) == before


@pytest.mark.slow
def test_b1_an_empty_folder_and_an_absent_one_are_taken(fake: ModuleType, whole: Path, tmp_path: Path, same: Same) -> None:
    (tmp_path / "empty").mkdir()
    assert same(again(fake, tmp_path / "empty")[0]) == same(whole)
    # A process that was killed before it had written the manifest leaves these.
    (tmp_path / "begun").mkdir()
    (tmp_path / "begun" / LOCK).touch()
    (tmp_path / "begun" / "manifest.json.unfinished").write_text('{"form')
    assert same(again(fake, tmp_path / "begun")[0]) == same(whole)


@pytest.mark.slow
def test_b1_the_manifest_is_the_first_thing_written(fake: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    real = Path.replace

    def noted(self: Path, target: Path) -> Path:
        order.append(Path(target).relative_to(tmp_path / "run").as_posix())
        return real(self, target)

    monkeypatch.setattr(Path, "replace", noted)
    again(fake, tmp_path / "run")
    assert order[:2] == ["manifest.json", "scenario/scenario.json"]
    assert order[-1] == "manifest.json"


@pytest.mark.slow
def test_b1_only_files_that_the_run_names_are_removed(fake: ModuleType, halted: Path) -> None:
    mine = ["parts/notes.txt", "parts/mine.unfinished", "events.parquet/mine.csv.unfinished", "draft.unfinished", "report.html"]
    for name in mine:
        (halted / name).write_text("mine")
    (halted / "parts" / "stay-000001.part.unfinished").write_text("left by a killed process")
    (halted / "summary.zarr.unfinished").mkdir()
    again(fake, halted)
    assert [(halted / name).read_text() for name in mine] == ["mine"] * len(mine)
    assert not list(halted.glob("parts/*.part*"))
    assert not (halted / "summary.zarr.unfinished").exists()
    assert set(mine) <= set(verify(halted).others)
    again(fake, halted, restart=True)
    assert [(halted / name).read_text() for name in mine] == ["mine"] * len(mine)


# B3: parts of another run, damaged parts, lost event files


@pytest.mark.slow
def test_b3_parts_of_another_seed_are_not_taken_for_one_s_own(
    fake: ModuleType, whole: Path, halves: Callable[[str, int], Path], same: Same
) -> None:
    ours, theirs = halves("ours", 5), halves("theirs", 6)
    for place in ("parts", "events.parquet"):
        shutil.rmtree(ours / place)
        shutil.copytree(theirs / place, ours / place)
    part = next((ours / "parts").iterdir())
    with pytest.raises(StoreError, match="belongs to another run"):
        read_part(part, open_run(ours).digest)
    folder, tiles = again(fake, ours)
    assert tiles == 6
    assert same(folder) == same(whole)
    # The manifest of a half run deleted, another seed started in its folder: nothing is taken over.
    (theirs / "manifest.json").unlink()
    with pytest.raises(StoreError, match="not empty and not a run"):
        again(fake, theirs)


@pytest.mark.slow
@pytest.mark.parametrize("what", ["cut", "emptied", "flipped", "head", "event lost", "event cut", "event flipped", "event of another seed"])
def test_b3_a_bad_part_or_event_file_is_made_again_up_front(
    fake: ModuleType, whole: Path, halted: Path, halves: Callable[[str, int], Path], same: Same, what: str
) -> None:
    part, events = halted / "parts" / "stay-000000.part", halted / "events.parquet" / "stay-000000.parquet"
    file = events if "event" in what else part
    content = bytearray(file.read_bytes())
    if what == "event lost":
        file.unlink()
    elif what == "event of another seed":
        shutil.copy(halves("theirs", 6) / "events.parquet" / events.name, events)
    elif "cut" in what or what == "emptied":
        file.write_bytes(content[: len(content) // 2 if "cut" in what else 0])
    else:
        content[40 if what == "head" else len(content) - 9] ^= 4
        file.write_bytes(content)
    made: list[str] = []

    class Watched(fake.FakeEngine):  # type: ignore[misc, name-defined]  # loaded by path
        def run(self, plan: Any, seed: int, futures: Any) -> Any:
            made.append(f"{plan.id}-{futures[0] // 32:06d}")
            return super().run(plan, seed, futures)

    damage = verify(halted).damage
    assert [one.file for one in damage] == ["parts/stay-000000.part"]
    assert "disk" not in damage[0].wrong
    assert "makes this batch anew" in damage[0].remedy
    run(Watched(weeks=30), halted, futures=70, seed=5, workers=1)
    assert made[0] == "stay-000000"
    assert len(made) == 4
    assert same(halted) == same(whole)


def test_b3_a_truncated_part_is_not_blamed_on_the_disk(fake: ModuleType, halted: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut after it was checked, before it is merged: still named as what it is."""
    from drawdown.runs.merge import merge

    def cuts(job: Any, units: Any) -> Any:
        part = job.part_file(units[0])
        part.write_bytes(part.read_bytes()[:-100])
        return merge(job, units)

    monkeypatch.setattr("drawdown.runs.store.merge", cuts)
    with pytest.raises(StoreError, match=r"stay-000000\.part\n  is damaged") as caught:
        again(fake, halted)
    assert "space" not in str(caught.value)
    monkeypatch.undo()
    assert again(fake, halted)[1] == 1


# B4: other versions, other code


def made_with(folder: Path, **changed: Any) -> None:
    """Rewrite the manifest as if the run had been made with something else."""
    found = read_manifest(folder)
    assert found is not None
    versions = {**found["versions"], **changed.pop("versions", {})}
    from drawdown.runs.manifest import files_of

    write_manifest(folder, {**dict(found), "versions": versions, **changed}, files_of(found))


@pytest.mark.slow
@pytest.mark.parametrize("name", DECIDING_VERSIONS)
def test_b4_other_versions_do_not_resume_in_silence(fake: ModuleType, whole: Path, halted: Path, same: Same, name: str) -> None:
    made_with(halted, versions={name: "0.0.1"})
    before = same(halted)
    with pytest.raises(StoreError, match=rf"part of this run, as made with {name} 0\.0\.1, here .*--restart"):
        again(fake, halted)
    assert same(halted) == before
    folder, tiles = again(fake, halted, restart=True)
    assert tiles == 6
    assert same(folder) == same(whole)


def test_b4_other_source_does_not_resume_in_silence(fake: ModuleType, halted: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("drawdown.runs.manifest.model_digest", lambda *_: "1" * 64)
    with pytest.raises(StoreError, match=r"other source of the model.*--restart"):
        again(fake, halted)


@pytest.mark.slow
def test_b4_versions_that_only_store_may_differ(fake: ModuleType, halted: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from drawdown.runs.manifest import versions

    monkeypatch.setattr("drawdown.runs.manifest.versions", lambda engine: {**versions(engine), "pyarrow": "99", "zarr": "99"})
    assert again(fake, halted)[1] == 3


def test_b4_a_finished_run_of_other_versions_is_read_but_not_passed_off_as_made_now(fake: ModuleType, whole: Path, tmp_path: Path) -> None:
    folder = tmp_path / "old"
    shutil.copytree(whole, folder)
    made_with(folder, versions={"jax": "0.0.1"})
    assert repr(open_run(folder).answers()) == repr(open_run(whole).answers())
    with pytest.raises(StoreError, match=r"this run, finished, as made with jax 0\.0\.1.*can still be read"):
        again(fake, folder)


def test_b4_futures_of_a_run_of_other_source_are_not_told_again_in_silence(
    whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from drawdown.cli.loading import scenario_or_run

    folder = Path(shutil.copytree(whole, tmp_path / "old"))
    scenario_or_run(str(folder))
    assert capsys.readouterr().err == ""
    made_with(folder, versions={"jax": "0.0.1"}, model="1" * 64)
    scenario_or_run(str(folder))
    said = capsys.readouterr().err
    assert "was made with jax 0.0.1, here" in said
    assert "other source of the model" in said
    assert "may differ" in said


@pytest.mark.slow
def test_b4_restart_deletes_only_the_run_that_is_asked_for(fake: ModuleType, whole: Path, tmp_path: Path, same: Same) -> None:
    folder = tmp_path / "other"
    shutil.copytree(whole, folder)
    before = same(folder)
    with pytest.raises(StoreError, match=r"seed: there 5, asked 6\); --restart deletes only"):
        again(fake, folder, seed=6, restart=True)
    assert same(folder) == before
    (folder / "chronicles.json").write_text("told of the run that is deleted")
    assert again(fake, folder, restart=True)[1] == 6
    assert same(folder) == before


def test_b4_numbers_that_an_engine_holds_are_part_of_the_run(fake_engine: FakeEngine) -> None:
    from drawdown.runs.manifest import manifest_of

    plain = manifest_of(fake_engine, fake_engine.scenario.plans, 10, 0, 10, "sample")
    fake_engine.held = {"clashes.rate": 0.1}
    held = manifest_of(fake_engine, fake_engine.scenario.plans, 10, 0, 10, "sample")
    assert (plain["held"], held["held"]) == ({}, {"clashes.rate": 0.1})


# B6: the lock, and systems without fcntl


def test_b6_the_lock_file_stays_so_that_nobody_holds_another_one(tmp_path: Path) -> None:
    """An unlinked lock can be held twice: by whoever had it open, and by whoever makes the file anew."""
    with locked(tmp_path):
        held = (tmp_path / LOCK).stat().st_ino
        with pytest.raises(StoreError, match="another process"), locked(tmp_path):
            pass
    assert (tmp_path / LOCK).stat().st_ino == held
    with locked(tmp_path):
        assert (tmp_path / LOCK).stat().st_ino == held


def test_b6_what_another_process_did_before_the_lock_was_ours_counts(
    fake: ModuleType, whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder is empty when it is looked at and holds the finished run when it is locked."""
    import drawdown.runs.store as store
    from drawdown.runs.lock import locked as really

    def late(folder: Path) -> Any:
        shutil.copytree(whole, folder, dirs_exist_ok=True)
        return really(folder)

    monkeypatch.setattr(store, "locked", late)
    assert again(fake, tmp_path / "run")[1] == 0


SCRIPT = """
import builtins, sys
real = builtins.__import__
def without(name, *rest, **more):
    if name == "fcntl":
        raise ImportError("no fcntl on this system")
    return real(name, *rest, **more)
builtins.__import__ = without
from drawdown.runs import StoreError, open_run, run
from drawdown.runs.lock import locked
from tests.unit.fake_engine import FakeEngine
folder = run(FakeEngine(weeks=30), sys.argv[1], futures=70, seed=5, batch=32)
print(len(open_run(folder).answers()))
with locked(folder):
    try:
        with locked(folder):
            print("twice")
    except StoreError as error:
        print("once")
"""


@pytest.mark.slow
def test_b6_a_system_without_fcntl_runs_and_locks(whole: Path, tmp_path: Path) -> None:
    words = [sys.executable, "-W", "ignore", "-c", SCRIPT, str(tmp_path / "run")]
    done = subprocess.run(words, cwd=REPOSITORY, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [str(len(open_run(whole).answers())), "once"]


def test_b6_on_windows_folders_are_not_opened(
    fake: ModuleType, whole: Path, tmp_path: Path, same: Same, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.open

    def windows(path: Any, flags: int, *rest: Any, **more: Any) -> int:
        if Path(path).is_dir() and "drawdown" in sys._getframe(1).f_code.co_filename:  # on Windows shutil.rmtree goes another way
            raise PermissionError(13, "Permission denied")
        return real(path, flags, *rest, **more)

    def fsync(handle: int) -> None:
        import fcntl

        assert fcntl.fcntl(handle, fcntl.F_GETFL) & (os.O_WRONLY | os.O_RDWR), "Windows syncs only what is open for writing"

    monkeypatch.setattr(disk_module, "WINDOWS", True)
    monkeypatch.setattr(os, "open", windows)
    monkeypatch.setattr(os, "fsync", fsync)
    folder, _ = again(fake, tmp_path / "run")
    monkeypatch.undo()
    assert same(folder) == same(whole)


def test_b6_no_source_needs_what_windows_has_not(repository: Path) -> None:
    """`%-d` is of the C library; in a Vega chart it is d3's and the same everywhere."""
    import ast

    for file in sorted((repository / "src").rglob("*.py")):
        text = file.read_text(encoding="utf-8")
        if re.search(r"\b(fcntl|resource|pwd|grp|termios|tty|pty)\b|%-", text) is None:
            continue
        tree = ast.parse(text)
        for node in ast.walk(tree):
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = {a.name for a in node.names} | {getattr(node, "module", None)}
                assert not names & {"fcntl", "resource", "pwd", "grp", "termios", "tty", "pty"}, f"{file}:{node.lineno}"
            if isinstance(node, ast.FormattedValue) and node.format_spec is not None:
                assert "%-" not in ast.unparse(node.format_spec), f"{file}:{node.lineno}"
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "strftime":
                assert "%-" not in ast.unparse(node), f"{file}:{node.lineno}"


def test_b6_old_folders_are_refused_with_what_to_do(fake: ModuleType, tmp_path: Path) -> None:
    old = {"format": 1, "scenario": "toyland", "status": "complete", "versions": {"drawdown": "0.0.9"}, "futures": 70}
    (tmp_path / "manifest.json").write_text(json.dumps(old))
    for ask in (lambda: again(fake, tmp_path), lambda: open_run(tmp_path)):
        with pytest.raises(
            StoreError, match=r"of format '1', by drawdown '0\.0\.9', not 2 to 4\. Read it with .* or run again into another folder"
        ):
            ask()
