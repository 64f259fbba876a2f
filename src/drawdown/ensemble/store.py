"""Runs an ensemble into a folder: work units in threads, safe to kill at any moment, the same bytes however often it was resumed."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np

from drawdown.claims import compile_claims
from drawdown.ensemble.execution import Progress, execute
from drawdown.ensemble.frozen import plan_to_json, scenario_to_json
from drawdown.ensemble.layout import Keep, Runs, layout_of
from drawdown.ensemble.parts import UNFINISHED, StoreError, disk_errors, write_text
from drawdown.ensemble.work import Job, Unit, moments_of, seen
from drawdown.scenario.model import Plan

FORMAT = 1
MOST_FUTURES = 1 << 24
# Of the manifest, what may differ between the first command and the one that resumes.
_FREE = ("created", "status", "versions")
_MODEL_FILES = (
    "mechanisms/*.py",
    "engine.py",
    "program.py",
    "plan.py",
    "world.py",
    "randomness.py",
    "severity.py",
    "incidents.py",
    "contest.py",
)


def default_batch(futures: int) -> int:
    """An eighth of the futures in whole tiles of 64, at most 1,024: enough units for two workers, few enough files."""
    return int(min(1024, max(64, -(-futures // 8 // 64) * 64)))


def model_digest() -> str:
    """sha256 of the source of the mechanisms and the engine: results of different programs are not mixed in one folder."""
    package = Path(__file__).resolve().parents[1]
    digest = hashlib.sha256()
    for pattern in _MODEL_FILES:
        for file in sorted(package.glob(pattern)):
            digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def versions() -> dict[str, str]:
    """What the numbers were made with."""
    found = {"python": platform.python_version()}
    for name in ("drawdown", "jax", "jaxlib", "numpy", "pyarrow", "zarr"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "unknown"
    return found


def manifest_of(engine: Runs, plans: Sequence[Plan], futures: int, seed: int, batch: int, keep: Keep) -> dict[str, Any]:
    """The manifest, less its status."""
    scenario = engine.scenario
    return {
        "format": FORMAT,
        "scenario": scenario.id,
        "title": scenario.title,
        "digest": scenario.digest,
        "model": model_digest(),
        "patches": list(scenario.patches),
        "as_of": scenario.as_of.isoformat() if scenario.as_of else None,
        "origin": scenario.origin.isoformat(),
        "weeks": engine.weeks,
        "seed": seed,
        "futures": futures,
        "plans": [{"id": p.id, "title": p.title, "digest": hashlib.sha256(plan_to_json(p).encode()).hexdigest()} for p in plans],
        "batch": batch,
        "keep": keep,
        "versions": versions(),
    }


def run(
    engine: Runs,
    out: Path | str,
    plans: Sequence[str | Plan] | None = None,
    futures: int = 1000,
    seed: int = 0,
    *,
    batch: int | None = None,
    workers: int = 2,
    keep: Keep = "sample",
    progress: Callable[[Progress], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Path:
    """Run `futures` paired futures under each plan (default: all of the scenario) into the folder `out`, and return it.

    A folder that holds part of the same run is resumed; a finished one is left as it is. Raises StoreError for a folder that holds
    something else or cannot be written, ScenarioError for claims that name what the model has not, KeyboardInterrupt after leaving the
    folder resumable.
    """
    folder = Path(out)
    chosen = chosen_plans(engine, plans)
    check_numbers(futures, batch, workers, seed)
    claims = compile_claims(replace(engine.scenario, plans=all_plans(engine, chosen)), engine.quantities)
    earlier = read_manifest(folder)
    size = batch or (earlier or {}).get("batch") or default_batch(futures)
    manifest = manifest_of(engine, chosen, futures, seed, size, keep)
    if earlier is not None:
        check_same(folder, earlier, manifest)
        if earlier["status"] == "complete":
            clean(folder)
            return folder
    else:
        check_empty(folder)
    scenario = replace(engine.scenario, plans=all_plans(engine, chosen))
    job_stop = stop or (lambda: False)
    with locked(folder):
        begin(folder, manifest, earlier, scenario_to_json(scenario), scenario)
        layout = layout_of(engine)
        blank = seen(engine, layout, {}, np.zeros(0, dtype=np.int64))
        job = Job(engine, layout, claims, seed, futures, keep, folder, moments_of(layout, claims, blank), job_stop)
        units = units_of(chosen, futures, size)
        left = [u for u in units if not (job.folder / "parts" / f"{u.name}.part").exists()]
        tally = execute(job, units, left, workers, progress)
        if progress is not None:
            progress(tally.told(merging=True))
        from drawdown.ensemble.merge import merge

        merge(job, units)
        started = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        write_manifest(folder, {**started, "status": "complete"})
        clean(folder)
    return folder


def chosen_plans(engine: Runs, plans: Sequence[str | Plan] | None) -> tuple[Plan, ...]:
    """Plans by id or as they are, each once."""
    from drawdown.errors import DrawdownError, expected_one_of

    by_id = {p.id: p for p in engine.scenario.plans}
    found: dict[str, Plan] = {}
    for plan in engine.scenario.plans if plans is None else plans:
        if isinstance(plan, str):
            if plan not in by_id:
                raise DrawdownError(f"plan of {engine.scenario.id}: {expected_one_of(plan, by_id)}")
            plan = by_id[plan]
        if plan.id in found:
            raise DrawdownError(f"the plan '{plan.id}' is named twice")
        found[plan.id] = plan
    if not found:
        raise DrawdownError(f"{engine.scenario.id} has no plan to run. Add one under plans/, or name a file with --plan.")
    return tuple(found.values())


def all_plans(engine: Runs, chosen: Sequence[Plan]) -> tuple[Plan, ...]:
    """The scenario's plans, with those that were brought from outside."""
    mine = {p.id: p for p in engine.scenario.plans}
    mine.update({p.id: p for p in chosen})
    return tuple(mine.values())


def check_numbers(futures: int, batch: int | None, workers: int, seed: int) -> None:
    """Raises DrawdownError for what cannot be run."""
    from drawdown.errors import DrawdownError

    wrong = []
    if not 1 <= futures < MOST_FUTURES:
        wrong.append(f"futures: got {futures}; expected 1 to {MOST_FUTURES - 1}")
    if batch is not None and not 1 <= batch <= 65536:
        wrong.append(f"batch: got {batch}; expected 1 to 65536")
    if not 1 <= workers <= 256:
        wrong.append(f"workers: got {workers}; expected 1 to 256")
    if not 0 <= seed < 1 << 32:
        wrong.append(f"seed: got {seed}; expected 0 to {(1 << 32) - 1}")
    if wrong:
        raise DrawdownError("\n".join(wrong))


def units_of(plans: Sequence[Plan], futures: int, batch: int) -> tuple[Unit, ...]:
    """Work units: the first batch of every plan first, so that a table of all plans shows early; then plan by plan."""
    found = [
        Unit(plan, position, index, first, min(first + batch, futures))
        for position, plan in enumerate(plans)
        for index, first in enumerate(range(0, futures, batch))
    ]
    return tuple(sorted(found, key=lambda u: (u.index > 0, u.plan_index, u.index)))


# The folder


def begin(folder: Path, manifest: Mapping[str, Any], earlier: Mapping[str, Any] | None, frozen: str, scenario: Any) -> None:
    """Manifest, scenario and empty folders; drops what a killed process left unfinished."""
    with disk_errors(folder):
        (folder / "parts").mkdir(exist_ok=True)
        (folder / "events.parquet").mkdir(exist_ok=True)
        (folder / "scenario").mkdir(exist_ok=True)
    for stale in folder.rglob(f"*{UNFINISHED}"):
        remove(stale)
    write_text(folder / "scenario" / "scenario.json", frozen)
    if scenario.geojson is not None:
        write_text(folder / "scenario" / "places.geojson", json.dumps(scenario.geojson, sort_keys=True) + "\n")
    for name, text in (("CARD.md", scenario.card), ("document.txt", scenario.document)):
        if text:
            write_text(folder / "scenario" / name, text)
    if earlier is None:
        write_manifest(folder, {**manifest, "created": datetime.now(UTC).isoformat(timespec="seconds"), "status": "running"})


def write_manifest(folder: Path, manifest: Mapping[str, Any]) -> None:
    """The manifest, whole or not at all."""
    write_text(folder / "manifest.json", json.dumps(manifest, indent=2, sort_keys=True, ensure_ascii=False) + "\n")


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """The manifest of a run folder, or None where there is none. Raises StoreError where it cannot be read."""
    file = folder / "manifest.json"
    if not file.is_file():
        return None
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        if found["format"] != FORMAT or found["status"] not in ("running", "complete"):
            raise KeyError("format")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError(f"{file}\n  is not the manifest of a run of this version of drawdown. Choose another folder.") from error
    return dict(found)


def check_same(folder: Path, earlier: Mapping[str, Any], manifest: Mapping[str, Any]) -> None:
    """Raises StoreError where the folder holds another run."""
    differing = [key for key in manifest if key not in _FREE and earlier.get(key) != manifest[key]]
    if differing:
        named = "; ".join(f"{key}: there {short(earlier.get(key))}, asked {short(manifest[key])}" for key in differing)
        raise StoreError(f"{folder}\n  holds another run ({named}). Choose another folder with --out, or delete this one.")


def short(value: Any) -> str:
    """A value in a message."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        value = [one["id"] for one in value]
    text = str(value)
    return text if len(text) <= 48 else text[:12] + "..."


def check_empty(folder: Path) -> None:
    """Raises StoreError where writing would mix a run with something else, or where nothing can be written."""
    if folder.exists() and not folder.is_dir():
        raise StoreError(f"{folder}\n  is a file; expected a folder to write the run to.")
    with disk_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        foreign = sorted(p.name for p in folder.iterdir() if p.name not in ("lock",) and not p.name.endswith(UNFINISHED))
    if foreign and set(foreign) - {"parts", "events.parquet", "scenario"}:
        raise StoreError(f"{folder}\n  is not empty and not a run (it holds {', '.join(foreign[:4])}). Choose another folder with --out.")


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """One process writes a run at a time; the lock goes with the process that holds it."""
    import fcntl

    with disk_errors(folder):
        handle = os.open(folder / "lock", os.O_CREAT | os.O_RDWR, 0o644)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(handle)
        raise StoreError(f"{folder}\n  another process is writing this run. Wait for it, or choose another folder.") from error
    try:
        yield
    finally:
        (folder / "lock").unlink(missing_ok=True)
        os.close(handle)


def clean(folder: Path) -> None:
    """Drop what only a running run needs."""
    remove(folder / "parts")


def remove(path: Path) -> None:
    """A file or a folder, if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
