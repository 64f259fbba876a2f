"""The manifest of a run folder: what was asked, with what it was made, every file with its size and sum, and a sum of itself."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import cast

from drawdown.errors import quoted
from drawdown.runs.disk import RESTORE, StoreError, reading, write_text
from drawdown.runs.format import FORMAT, MANIFEST
from drawdown.runs.frozen import plan_to_json
from drawdown.runs.layout import Keep, Runs
from drawdown.runs.model import model_digest
from drawdown.runs.schema import DECIDING_VERSIONS, STORING, Asked, Manifest, needed, problems
from drawdown.runs.sums import SUM, Stamp, misfit, seal_holds, sealed, sum_of_data
from drawdown.runs.upgrade import OLDEST, manifest_now
from drawdown.scenario.model import Plan
from drawdown.scenario.resolved import JSON

LARGEST = 256_000_000  # bytes of a manifest: a million files
SHOWN = 20  # problems in one message
# Not part of what a run is: when it was made, how far it is, and what came of it.
FREE = ("created", "status", "files", SUM)


def versions(engine: Runs | None) -> dict[str, str]:
    """What the numbers are made with: packages, the kind of machine, and, of an engine, what jax computes on."""
    found = {"python": platform.python_version(), "machine": f"{platform.system()} {platform.machine()}"}
    for name in ("drawdown", "jax", "jaxlib", "numpy", *STORING):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "unknown"
    return found if engine is None else {**found, "backend": engine.backend}


def manifest_of(engine: Runs, plans: Sequence[Plan], futures: int, seed: int, batch: int, keep: Keep) -> Asked:
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


def run_digest(manifest: Mapping[str, object]) -> str:
    """What a part carries of the run that it belongs to."""
    return sum_of_data({key: value for key, value in manifest.items() if key not in FREE})


def write_manifest(folder: Path, manifest: Mapping[str, object], files: Mapping[str, Stamp]) -> Manifest:
    """The manifest with its files and its sum, whole or not at all; returns it as written."""
    listed = {name: [stamp.size, stamp.sum] for name, stamp in sorted(files.items())}
    whole = sealed({**manifest, "files": listed})
    write_text(folder / MANIFEST, json.dumps(whole, indent=1, sort_keys=True, ensure_ascii=False) + "\n")
    return cast("Manifest", whole)


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest of a run folder as this format has it, or None where there is none; `format` says in which it was written.

    Raises StoreError where it is not what a run wrote, or of a format that this version does not read.
    """
    file = folder / MANIFEST
    found = written_manifest(folder)
    if found is None:
        return None
    number = found["format"]
    assert isinstance(number, int)
    try:
        now = manifest_now(number, dict(found))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise damaged(file, [f"it cannot be read as one of format {number}"]) from error
    if wrong := problems(now):
        raise damaged(file, wrong)
    whole = cast("Manifest", now)
    if whole["status"] == "complete" and (lost := [name for name in needed(whole) if name not in whole["files"]]):
        raise damaged(file, [f"files: '{name}' is not listed" for name in lost])
    return whole


def written_manifest(folder: Path) -> Mapping[str, JSON] | None:
    """The manifest as it is written, its sum and its format held to be right; None where there is none. Raises StoreError."""
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
    known = isinstance(found, dict) and type(found.get("format")) is int and OLDEST <= found["format"] <= FORMAT
    if isinstance(found, dict) and not known and (SUM not in found or seal_holds(found)):
        raise of_another_version(file, found)
    if not known or not seal_holds(found):
        raise damaged(file, ["its content is not what the run wrote"])
    whole: Mapping[str, JSON] = found
    return whole


def damaged(file: Path, wrong: Sequence[str]) -> StoreError:
    """What is wrong with a manifest, and what can be done."""
    shown = [*wrong[:SHOWN], *([f"and {len(wrong) - SHOWN} more"] if len(wrong) > SHOWN else [])]
    return StoreError(
        f"{file}\n  is damaged, or is no manifest of a run: {'; '.join(shown)}. "
        "Copy it from where the run was made, or delete the folder and run again, or choose another folder."
    )


def of_another_version(file: Path, found: Mapping[str, object]) -> StoreError:
    """A folder that an earlier or later version wrote."""
    made = found.get("versions")
    by = f", by drawdown {quoted(made.get('drawdown', 'unknown'), 20)}" if isinstance(made, dict) else ""
    return StoreError(
        f"{file}\n  is not the manifest of a run that this version of drawdown reads: "
        f"it is of format {quoted(found.get('format'), 12)}{by}, "
        f"not {OLDEST} to {FORMAT}. Read it with the version that wrote it, or run again into another folder."
    )


def files_of(manifest: Manifest) -> dict[str, Stamp]:
    """The files that a manifest lists."""
    return {name: Stamp(int(size), str(digest)) for name, (size, digest) in manifest["files"].items()}


def check_files(folder: Path, manifest: Manifest) -> None:
    """Raises StoreError, with all that is missing or of another size, where a listed file is not there as it was written."""
    wrong = [(name, what) for name, stamp in files_of(manifest).items() if (what := misfit(f"{folder}/{name}", stamp))]
    if not wrong:
        return
    shown = "\n".join(f"  {folder / name} {what}" for name, what in wrong[:SHOWN])
    more = f"\n  and {len(wrong) - SHOWN:,} more files" if len(wrong) > SHOWN else ""
    raise StoreError(f"{folder}\n{shown}{more}\n  {RESTORE} 'drawdown verify {folder}' lists all damage.")


def check_same(folder: Path, earlier: Manifest, manifest: Asked) -> None:
    """Raises StoreError where the folder holds another run, or this one as other code or other versions make it."""
    there, asked = cast("Mapping[str, object]", earlier), cast("Mapping[str, object]", manifest)
    differing = [key for key in asked if key not in (*FREE, "versions", "model", "format") and there.get(key) != asked[key]]
    if differing:
        named = "; ".join(f"{key}: there {short(there.get(key))}, asked {short(asked[key])}" for key in differing)
        raise StoreError(f"{folder}\n  holds another run ({named}). Choose another folder with --out, or delete this one.")
    other = differing_program(earlier, manifest["versions"], manifest["model"])
    if earlier["status"] != "complete" and earlier["format"] != FORMAT:
        other.append(f"run format {earlier['format']}, here {FORMAT}")
    if other:
        state = "this run, finished" if earlier["status"] == "complete" else "part of this run"
        reads = " It can still be read: 'drawdown ask', 'drawdown report'." if earlier["status"] == "complete" else ""
        raise StoreError(
            f"{folder}\n  holds {state}, as made with {'; '.join(other)}. Numbers of different programs are not mixed: go back to what it "
            f"was made with, choose another folder with --out, or start over with --restart.{reads}"
        )


def differing_program(earlier: Asked, here: Mapping[str, str], model: str) -> list[str]:
    """What decided the numbers of a run and is another here."""
    there = earlier["versions"]
    other = [f"{name} {there[name]}, here {here[name]}" for name in DECIDING_VERSIONS if name in here and there[name] != here[name]]
    return other if earlier["model"] == model else [*other, "other source of the model, its claims or its store"]


def check_restart(folder: Path, earlier: Manifest, manifest: Asked) -> None:
    """Raises StoreError where starting over would delete another run than the one that is asked for."""
    there, asked = cast("Mapping[str, object]", earlier), cast("Mapping[str, object]", manifest)
    differing = [key for key in ("scenario", "seed", "futures", "keep") if there[key] != asked[key]]
    if [p["id"] for p in earlier["plans"]] != [p["id"] for p in manifest["plans"]]:
        differing.append("plans")
    if differing:
        named = "; ".join(f"{key}: there {short(there[key])}, asked {short(asked[key])}" for key in differing)
        raise StoreError(
            f"{folder}\n  holds another run ({named}); --restart deletes only the run that is asked for. Choose another folder with --out."
        )


def short(value: object) -> str:
    """A value in a message."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        value = [one["id"] for one in value]
    text = str(value)
    return text if len(text) <= 48 else text[:12] + "..."
