"""Runs an ensemble into a folder: work units in threads, safe to kill at any moment, the same bytes however often it was resumed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from drawdown.claims import compile_claims
from drawdown.errors import DrawdownError, expected_one_of
from drawdown.runs.disk import StoreError, disk_errors, remove, write_bytes
from drawdown.runs.execution import Progress, execute
from drawdown.runs.format import (
    BORDERS,
    CARD,
    DOCUMENT,
    FOLDERS,
    LOCK,
    MANIFEST,
    MERGED,
    PARTS,
    RECORDED,
    SCENARIO,
    SCENARIO_FILES,
    TOLD,
    UNFINISHED,
    event_file,
)
from drawdown.runs.frozen import scenario_to_json
from drawdown.runs.layout import Keep, Layout, Runs, layout_of
from drawdown.runs.lock import locked
from drawdown.runs.manifest import (
    check_files,
    check_restart,
    check_same,
    files_of,
    manifest_of,
    read_manifest,
    run_digest,
    write_manifest,
)
from drawdown.runs.merge import merge
from drawdown.runs.parts import check_part, events_of, read_part
from drawdown.runs.schema import MOST_BATCH, MOST_FUTURES, MOST_SEED, Asked, Manifest, Quantity, RecordedLayout, batches_of
from drawdown.runs.sums import check, stamp_of_bytes
from drawdown.runs.work import Counts, Job, WorkUnit, counts_of, moments_of
from drawdown.scenario.model import Plan, Scenario
from drawdown.scenario.resolved import encode


def default_batch(futures: int) -> int:
    """An eighth of the futures in whole tiles of 64, at most 1,024: enough units for two workers, few enough files."""
    return int(min(1024, max(64, -(-futures // 8 // 64) * 64)))


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
    restart: bool = False,
) -> Path:
    """Run `futures` paired futures under each plan (default: all of the scenario) into the folder `out`, and return it.

    A folder that holds part of the same run is resumed; a finished one is left as it is; `restart` deletes what it holds of this run first.
    Raises StoreError for a folder that holds something else, is damaged or cannot be written, ScenarioError for claims that name what the
    model has not, KeyboardInterrupt after leaving the folder resumable.
    """
    folder = Path(out)
    chosen = chosen_plans(engine, plans)
    check_numbers(futures, batch, workers, seed)
    scenario = replace(engine.scenario, plans=all_plans(engine, chosen))
    claims = compile_claims(scenario, engine.quantities)
    earlier = read_manifest(folder)
    if earlier is None and not (folder / LOCK).exists():  # beside a lock: judged when the lock is ours
        check_empty(folder)

    def asked(found: Manifest | None) -> Asked:
        size = batch or (found["batch"] if found and not restart else default_batch(futures))
        return manifest_of(engine, chosen, futures, seed, size, keep)

    if earlier is not None and not restart and finished(folder, earlier, asked(earlier)) and not (folder / PARTS).exists():
        return folder
    with locked(folder):
        # What another process did until the lock was ours counts.
        earlier = read_manifest(folder)
        if earlier is None:
            check_empty(folder)
        manifest = asked(earlier)
        if earlier is not None and restart:
            check_restart(folder, earlier, manifest)
            discard(folder, earlier)
            earlier = None
        if earlier is not None and finished(folder, earlier, manifest):
            clean(folder, earlier)
            return folder
        layout = layout_of(engine)
        begun = begin(folder, manifest, earlier, first_files(scenario, layout))
        moments = moments_of(layout, claims, scenario.origin)
        job = Job(engine, layout, claims, seed, futures, keep, folder, moments, run_digest(begun), stop or (lambda: False))
        units = units_of(chosen, futures, manifest["batch"])
        done = right_units(job, units)
        tally = execute(job, units, done, workers, progress)
        if progress is not None:
            progress(tally.told(merging=True))
        events = {event_file(unit.name): events_of(job.part_file(unit), job.run) for unit in units}
        made = {**files_of(begun), **merge(job, units), **events}
        begun["status"] = "complete"
        write_manifest(folder, begun, made)
        clean(folder, begun)
    return folder


def finished(folder: Path, earlier: Manifest, manifest: Asked) -> bool:
    """Whether the folder holds all of the run that is asked for. Raises StoreError where it holds another, or a damaged one."""
    check_same(folder, earlier, manifest)
    if earlier["status"] != "complete":
        return False
    check_files(folder, earlier)
    return True


def chosen_plans(engine: Runs, plans: Sequence[str | Plan] | None) -> tuple[Plan, ...]:
    """Plans by id or as they are, each once."""
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
    wrong = []
    if not 1 <= futures < MOST_FUTURES:
        wrong.append(f"futures: got {futures}; expected 1 to {MOST_FUTURES - 1}")
    if batch is not None and not 1 <= batch <= MOST_BATCH:
        wrong.append(f"batch: got {batch}; expected 1 to {MOST_BATCH}")
    if not 1 <= workers <= 256:
        wrong.append(f"workers: got {workers}; expected 1 to 256")
    if not 0 <= seed <= MOST_SEED:
        wrong.append(f"seed: got {seed}; expected 0 to {MOST_SEED}")
    if wrong:
        raise DrawdownError("\n".join(wrong))


def units_of(plans: Sequence[Plan], futures: int, batch: int) -> tuple[WorkUnit, ...]:
    """Work units: the first batch of every plan first, so that a table of all plans shows early; then plan by plan."""
    found = [
        WorkUnit(plan, position, index, first, min(first + batch, futures))
        for position, plan in enumerate(plans)
        for index, first in enumerate(range(0, futures, batch))
    ]
    return tuple(sorted(found, key=lambda u: (u.index > 0, u.plan_index, u.index)))


def right_units(job: Job, units: Sequence[WorkUnit]) -> dict[WorkUnit, Counts]:
    """Units whose part and event file are both there and right, with the counts of their claims.

    What is left of the others is removed, so that they are made anew first.
    """
    found: dict[WorkUnit, Counts] = {}
    for unit in units:
        part, events = job.part_file(unit), job.event_file(unit)
        try:
            check_part(part, events, job.run)
        except StoreError:
            with disk_errors(part):
                remove(part)
                remove(events)
        else:
            found[unit] = counts_of(read_part(part, job.run, lambda name: name.startswith("value/")))
    return found


# The folder


def begin(folder: Path, manifest: Asked, earlier: Manifest | None, texts: Mapping[str, bytes]) -> Manifest:
    """The manifest first, then `texts` and folders; drops what a killed process left half written. Returns the manifest."""
    stamps = {name: stamp_of_bytes(content) for name, content in texts.items()}
    if earlier is None:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        begun = write_manifest(folder, {**manifest, "created": now, "status": "running"}, stamps)
    else:
        begun = earlier
    with disk_errors(folder):
        for stale in half_written(folder, begun):
            remove(stale)
        for name in FOLDERS:
            (folder / name).mkdir(exist_ok=True)
    for name, content in texts.items():
        try:
            check(folder / name, stamps[name])
        except StoreError:
            write_bytes(folder / name, content)
    if files_of(begun) != stamps:  # the digests agree, but words that no future depends on were changed since
        begun = write_manifest(folder, begun, stamps)
    return begun


def first_files(scenario: Scenario, layout: Layout) -> dict[str, bytes]:
    """What the folder has from the start, by name: the scenario, and what is recorded."""
    found = {SCENARIO: scenario_to_json(scenario), CARD: scenario.card, DOCUMENT: scenario.document, RECORDED: recorded_to_json(layout)}
    if scenario.geojson is not None:
        found[BORDERS] = json.dumps(scenario.geojson, sort_keys=True) + "\n"
    return {name: text.encode("utf-8") for name, text in found.items() if text}


def recorded_to_json(layout: Layout) -> str:
    """The quantities that are recorded, and the members of their dimensions."""
    quantities = {name: Quantity(v.unit, v.dims, v.about) for name, v in layout.recorded.items()}
    return json.dumps(encode(RecordedLayout(quantities, layout.labels)), indent=1, ensure_ascii=False) + "\n"


def own_files(manifest: Manifest) -> Iterator[str]:
    """Names of all files and folders that a run writes, less the manifest; nothing else in its folder is ever removed."""
    yield from SCENARIO_FILES
    yield RECORDED
    yield from MERGED
    for batch in batches_of(manifest):
        yield batch.events
        yield batch.part


def half_written(folder: Path, manifest: Manifest) -> list[Path]:
    """What a killed process left beside the names of the run's own files."""
    own = {f"{name}{UNFINISHED}" for name in (MANIFEST, *own_files(manifest))}
    there = [p for place in (folder, *(folder / name for name in FOLDERS)) if place.is_dir() for p in place.glob(f"*{UNFINISHED}")]
    return [p for p in there if p.relative_to(folder).as_posix() in own]


def check_empty(folder: Path) -> None:
    """Raises StoreError where writing would mix a run with something else, or where nothing can be written."""
    if folder.exists() and not folder.is_dir():
        raise StoreError(f"{folder}\n  is a file; expected a folder to write the run to.")
    with disk_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        there = {p.name for p in folder.iterdir()}
    # A process that was killed between taking the folder and writing the manifest leaves these two, never the second alone.
    foreign = sorted(there - {LOCK, MANIFEST + UNFINISHED}) if LOCK in there else sorted(there)
    if foreign:
        holds = f"it has no manifest.json and holds {', '.join(foreign[:4])}"
        raise StoreError(f"{folder}\n  is not empty and not a run: {holds}. Choose another folder with --out.")


def discard(folder: Path, manifest: Manifest) -> None:
    """Delete what a run wrote and what was told of it, all but the manifest, which is replaced; what others put there stays."""
    with disk_errors(folder):
        for stale in half_written(folder, manifest):
            remove(stale)
        for name in own_files(manifest):
            remove(folder / name)
        for name in TOLD:
            remove(folder / name)
    prune(folder)


def clean(folder: Path, manifest: Manifest) -> None:
    """Drop what only a running run needs."""
    parts = folder / PARTS
    if not parts.is_dir():
        return
    with disk_errors(parts):
        for name in own_files(manifest):
            if name.startswith(f"{PARTS}/"):
                (folder / name).unlink(missing_ok=True)
                (folder / f"{name}{UNFINISHED}").unlink(missing_ok=True)
    prune(folder)


def prune(folder: Path) -> None:
    """Remove folders of the run that hold nothing any more."""
    for name in FOLDERS:
        place = folder / name
        if place.is_dir() and not any(place.iterdir()):
            with disk_errors(place):
                place.rmdir()
