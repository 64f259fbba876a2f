"""The manifest of a run folder: what was asked, with what it was made, every file with its size and sum, and a sum of itself."""

from __future__ import annotations

import hashlib
import json
import platform
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, get_args

from drawdown.runs.disk import StoreError, reading, write_text
from drawdown.runs.frozen import plan_to_json
from drawdown.runs.layout import Keep, Runs
from drawdown.runs.model import model_digest
from drawdown.runs.sums import SUM, Stamp, misfit, seal_holds, sealed, sum_of_data
from drawdown.errors import quoted
from drawdown.scenario.grammar import MOST_PLANS, MOST_WEEKS
from drawdown.scenario.model import Plan

FORMAT = 2
MANIFEST = "manifest.json"
LARGEST = 256_000_000  # bytes of a manifest: a million files
MOST_FUTURES = 1 << 24
MOST_BATCH = 65536
MOST_SEED = (1 << 32) - 1
SHOWN = 20  # problems in one message
STATUSES = ("running", "complete")
# Not part of what a run is: when it was made, how far it is, and what came of it.
FREE = ("created", "status", "files", SUM)
# Of the versions, those that decide a number; the others decide how it is stored.
DECIDING_VERSIONS = ("python", "drawdown", "jax", "jaxlib", "numpy", "machine", "backend")
STORING = ("pyarrow", "zarr")
_HEX = re.compile(r"[0-9a-f]{64}\Z")


def versions(engine: Runs | None) -> dict[str, str]:
    """What the numbers are made with: packages, the kind of machine, and, of an engine, what jax computes on."""
    found = {"python": platform.python_version(), "machine": f"{platform.system()} {platform.machine()}"}
    for name in ("drawdown", "jax", "jaxlib", "numpy", *STORING):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "unknown"
    return found if engine is None else {**found, "backend": engine.backend}


def manifest_of(engine: Runs, plans: Sequence[Plan], futures: int, seed: int, batch: int, keep: Keep) -> dict[str, Any]:
    """The manifest, less when it was made, its status and its files."""
    scenario = engine.scenario
    return {
        "format": FORMAT,
        "scenario": scenario.id,
        "title": scenario.title,
        "digest": scenario.digest,
        "model": model_digest(engine.mechanisms),
        "patches": list(scenario.patches),
        "held": {str(name): float(value) for name, value in sorted(engine.held.items())},
        "as_of": scenario.as_of.isoformat() if scenario.as_of else None,
        "origin": scenario.origin.isoformat(),
        "weeks": engine.weeks,
        "seed": seed,
        "futures": futures,
        "plans": [{"id": p.id, "title": p.title, "digest": hashlib.sha256(plan_to_json(p).encode()).hexdigest()} for p in plans],
        "batch": batch,
        "keep": keep,
        "versions": versions(engine),
    }


def run_digest(manifest: Mapping[str, Any]) -> str:
    """What a part carries of the run that it belongs to."""
    return sum_of_data({key: value for key, value in manifest.items() if key not in FREE})


def write_manifest(folder: Path, manifest: Mapping[str, Any], files: Mapping[str, Stamp]) -> dict[str, Any]:
    """The manifest with its files and its sum, whole or not at all; returns it as written."""
    listed = {name: [stamp.size, stamp.sum] for name, stamp in sorted(files.items())}
    whole = sealed({**manifest, "files": listed})
    write_text(folder / MANIFEST, json.dumps(whole, indent=1, sort_keys=True, ensure_ascii=False) + "\n")
    return whole


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """The manifest of a run folder, or None where there is none. Raises StoreError where it is not what a run of this version wrote."""
    file = folder / MANIFEST
    with reading(file):
        try:
            size = file.stat().st_size
        except (FileNotFoundError, NotADirectoryError):
            return None
        if not file.is_file() or size > LARGEST:
            raise StoreError(f"{file}\n  is not the manifest of a run. Choose another folder.")
        raw = file.read_bytes()
    try:
        found = json.loads(raw.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise damaged(file, ["is not JSON"]) from error
    if isinstance(found, dict) and found.get("format") != FORMAT and (SUM not in found or seal_holds(found)):
        raise of_another_version(file, found)
    if not isinstance(found, dict) or not seal_holds(found):
        raise damaged(file, ["its content is not what the run wrote"])
    if wrong := problems(found):
        raise damaged(file, wrong)
    return found


def damaged(file: Path, wrong: Sequence[str]) -> StoreError:
    """What is wrong with a manifest, and what can be done."""
    shown = [*wrong[:SHOWN], *([f"and {len(wrong) - SHOWN} more"] if len(wrong) > SHOWN else [])]
    return StoreError(
        f"{file}\n  is damaged, or is no manifest of a run: {'; '.join(shown)}. "
        "Copy it from where the run was made, or delete the folder and run again, or choose another folder."
    )


def of_another_version(file: Path, found: Mapping[str, Any]) -> StoreError:
    """A folder that an earlier or later version wrote."""
    made = found.get("versions")
    by = f", by drawdown {quoted(made.get('drawdown', 'unknown'), 20)}" if isinstance(made, dict) else ""
    return StoreError(
        f"{file}\n  is not the manifest of a run of this version of drawdown: it is of format {quoted(found.get('format'), 12)}{by}, "
        f"not {FORMAT}. Read it with the version that wrote it, or run again into another folder."
    )


def problems(found: Mapping[str, Any]) -> list[str]:
    """What no run can have written, though the sum fits: fields that are missing, of another type, or out of range."""
    wrong: list[str] = []

    def expect(name: str, holds: bool, what: str) -> None:
        if not holds:
            wrong.append(f"{name}: got {quoted(found.get(name), 40)}; expected {what}")

    def whole(name: str, low: int, high: int) -> None:
        value = found.get(name)
        expect(name, type(value) is int and low <= value <= high, f"a whole number from {low} to {high}")

    for name in ("scenario", "title", "created"):
        expect(name, isinstance(found.get(name), str), "text")
    for name in ("digest", "model"):
        expect(name, is_hex(found.get(name)), "64 hexadecimal digits")
    expect("created", is_time(found.get("created")), "a date and time")
    expect("origin", is_date(found.get("origin")), "a date")
    expect("as_of", found.get("as_of") is None or is_date(found["as_of"]), "a date, or null")
    expect("patches", is_texts(found.get("patches")), "a list of texts")
    expect("status", found.get("status") in STATUSES, " or ".join(STATUSES))
    expect("keep", found.get("keep") in get_args(Keep), ", ".join(get_args(Keep)))
    whole("weeks", 1, MOST_WEEKS)
    whole("seed", 0, MOST_SEED)
    whole("futures", 1, MOST_FUTURES - 1)
    whole("batch", 1, MOST_BATCH)
    made = found.get("versions")
    named = isinstance(made, dict) and is_texts([made.get(name) for name in (*DECIDING_VERSIONS, *STORING)])
    expect("versions", named, "a version of each package")
    held = found.get("held")
    expect("held", isinstance(held, dict) and all(type(value) is float for value in held.values()), "a number by name")
    plans = found.get("plans")
    listed = plans if isinstance(plans, list) else []
    right = all(isinstance(p, dict) and is_texts([p.get("id"), p.get("title")]) and is_hex(p.get("digest")) for p in listed)
    expect(
        "plans", 0 < len(listed) <= MOST_PLANS and right and len({p["id"] for p in listed}) == len(listed), "plans with id, title, digest"
    )
    files = found.get("files")
    if not isinstance(files, dict):
        wrong.append("files: expected every file with its size and sum")
    else:
        wrong += [
            f"files: {quoted(name)} is not a file of a run with its size and sum" for name, s in files.items() if not is_listed(name, s)
        ]
    if not wrong and found["status"] == "complete":
        wrong += [f"files: '{name}' is not listed" for name in needed(found) if name not in found["files"]]
    return wrong


def is_hex(value: object) -> bool:
    """A SHA-256."""
    return isinstance(value, str) and _HEX.match(value) is not None


def is_texts(value: object) -> bool:
    """A list of texts."""
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def is_date(value: object) -> bool:
    """A date as written by isoformat."""
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def is_time(value: object) -> bool:
    """A time as written by isoformat."""
    try:
        return isinstance(value, str) and bool(datetime.fromisoformat(value))
    except ValueError:
        return False


def is_listed(name: str, stamp: object) -> bool:
    """A name inside the folder, in the form that every system reads alike, with size and sum."""
    parts = name.split("/")
    inside = "\\" not in name and "\0" not in name and not {"", ".", ".."} & set(parts) and ":" not in parts[0]
    right = isinstance(stamp, list) and len(stamp) == 2 and type(stamp[0]) is int and 0 <= stamp[0] < 1 << 50 and is_hex(stamp[1])
    return inside and right


def batches_of_a_plan(manifest: Mapping[str, Any]) -> int:
    """How many batches the futures of a plan make."""
    return -(-int(manifest["futures"]) // int(manifest["batch"]))


def event_names(manifest: Mapping[str, Any]) -> dict[str, list[str]]:
    """Names of the event files of each plan, one a batch, as far as the run goes."""
    numbers = range(batches_of_a_plan(manifest))
    return {p["id"]: [f"events.parquet/{p['id']}-{index:06d}.parquet" for index in numbers] for p in manifest["plans"]}


def needed(manifest: Mapping[str, Any]) -> list[str]:
    """Files that every finished run has."""
    arrays = ["histograms.zarr", "summary.zarr", *(["ensemble.zarr"] if manifest["keep"] != "summaries" else [])]
    tables = ["scenario/scenario.json", "draws.parquet", "claims.parquet", "endstates.parquet"]
    return [*tables, *(f"{name}/zarr.json" for name in arrays), *(name for of_plan in event_names(manifest).values() for name in of_plan)]


def files_of(manifest: Mapping[str, Any]) -> dict[str, Stamp]:
    """The files that a manifest lists."""
    return {name: Stamp(int(size), str(digest)) for name, (size, digest) in manifest["files"].items()}


def check_files(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Raises StoreError, with all that is missing or of another size, where a listed file is not there as it was written."""
    from drawdown.runs.disk import RESTORE

    wrong = [(name, what) for name, stamp in files_of(manifest).items() if (what := misfit(folder / name, stamp))]
    if not wrong:
        return
    shown = "\n".join(f"  {folder / name} {what}" for name, what in wrong[:SHOWN])
    more = f"\n  and {len(wrong) - SHOWN:,} more files" if len(wrong) > SHOWN else ""
    raise StoreError(f"{folder}\n{shown}{more}\n  {RESTORE} 'drawdown verify {folder}' lists all damage.")


def check_same(folder: Path, earlier: Mapping[str, Any], manifest: Mapping[str, Any]) -> None:
    """Raises StoreError where the folder holds another run, or this one as other code or other versions make it."""
    differing = [key for key in manifest if key not in (*FREE, "versions", "model") and earlier.get(key) != manifest[key]]
    if differing:
        named = "; ".join(f"{key}: there {short(earlier.get(key))}, asked {short(manifest[key])}" for key in differing)
        raise StoreError(f"{folder}\n  holds another run ({named}). Choose another folder with --out, or delete this one.")
    other = differing_program(earlier, manifest["versions"], manifest["model"])
    if other:
        state = "this run, finished" if earlier["status"] == "complete" else "part of this run"
        reads = " It can still be read: 'drawdown ask', 'drawdown report'." if earlier["status"] == "complete" else ""
        raise StoreError(
            f"{folder}\n  holds {state}, as made with {'; '.join(other)}. Numbers of different programs are not mixed: go back to what it "
            f"was made with, choose another folder with --out, or start over with --restart.{reads}"
        )


def differing_program(earlier: Mapping[str, Any], here: Mapping[str, str], model: str) -> list[str]:
    """What decided the numbers of a run and is another here."""
    there = earlier["versions"]
    other = [f"{name} {there[name]}, here {here[name]}" for name in DECIDING_VERSIONS if name in here and there[name] != here[name]]
    return other if earlier["model"] == model else [*other, "other source of the model, its claims or its store"]


def check_restart(folder: Path, earlier: Mapping[str, Any], manifest: Mapping[str, Any]) -> None:
    """Raises StoreError where starting over would delete another run than the one that is asked for."""
    keys = ("scenario", "seed", "futures", "keep")
    differing = [key for key in keys if earlier[key] != manifest[key]]
    if [p["id"] for p in earlier["plans"]] != [p["id"] for p in manifest["plans"]]:
        differing.append("plans")
    if differing:
        named = "; ".join(f"{key}: there {short(earlier[key])}, asked {short(manifest[key])}" for key in differing)
        raise StoreError(
            f"{folder}\n  holds another run ({named}); --restart deletes only the run that is asked for. Choose another folder with --out."
        )


def short(value: Any) -> str:
    """A value in a message."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        value = [one["id"] for one in value]
    text = str(value)
    return text if len(text) <= 48 else text[:12] + "..."
