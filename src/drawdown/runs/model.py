"""The digest of all code that decides a number, so that results of different programs are never mixed in one folder."""

from __future__ import annotations

import hashlib
import importlib.util
import inspect
from collections.abc import Iterable, Sequence
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from drawdown.mechanism import PLUG_INS, Mechanism

# Of the package; reading, telling, drawing and the command line decide nothing.
DECIDING_FILES = (
    "mechanisms/*.py", "mechanisms/*.csv", "claims/*.py", "scenario/*.py", "state.py", "mechanism.py", "parameter_table.py", "engine.py",
    "program.py", "plan.py", "world.py", "randomness.py", "severity.py", "incidents.py", "formulas/*.py",
    "runs/bins.py", "runs/events.py", "runs/layout.py", "runs/merge.py", "runs/work.py",
)  # fmt: skip


def model_digest(mechanisms: Sequence[Mechanism] | None = None, package: Path | None = None) -> str:
    """sha256 of the source that decides a number: engine, mechanisms (plug-ins too), claims, resolution of scenarios, folding of futures.

    `mechanisms` are an engine's, where it may have others than those that are discovered.
    """
    root = package or Path(__file__).resolve().parents[1]
    digest = hashlib.sha256()
    for file in sorted({found for pattern in DECIDING_FILES for found in root.glob(pattern)}):
        add(digest, file.relative_to(root).as_posix(), file)
    for entry in sorted(entry_points(group=PLUG_INS), key=lambda e: (e.name, e.value)):
        for file in sources_of(entry):
            add(digest, f"{entry.value}/{file.name}", file)
    for name, source in others(mechanisms):
        digest.update(name.encode() + b"\0" + source)
    return digest.hexdigest()


def add(digest: hashlib._Hash, name: str, file: Path) -> None:
    """A file under its name; line ends as on any system."""
    digest.update(name.encode() + b"\0" + file.read_bytes().replace(b"\r\n", b"\n"))


def sources_of(entry: EntryPoint) -> Iterable[Path]:
    """Source of the package, or of the single module, that a plug-in lives in; nothing is imported."""
    found = importlib.util.find_spec(entry.module.split(".")[0])
    if found is None:
        return ()
    if found.submodule_search_locations:
        places = [Path(place) for place in found.submodule_search_locations]
        return sorted(file for place in places for kind in ("*.py", "*.csv") for file in place.rglob(kind))
    return (Path(found.origin),) if found.origin and Path(found.origin).is_file() else ()


def others(mechanisms: Sequence[Mechanism] | None) -> list[tuple[str, bytes]]:
    """Names and sources of an engine's mechanisms where they are not those that are discovered."""
    if mechanisms is None:
        return []
    from drawdown.mechanism import discover

    if tuple(mechanisms) == discover():
        return []
    return [(m.name, source_of(m)) for m in mechanisms]


def source_of(mechanism: Mechanism) -> bytes:
    """The file that its step stands in, and the declaration as it prints."""
    try:
        file = inspect.getsourcefile(mechanism.step)
    except TypeError:
        file = None
    source = Path(file).read_bytes() if file and Path(file).is_file() else b""
    return source.replace(b"\r\n", b"\n") + repr([mechanism.phase, *mechanism.params, *mechanism.owns]).encode()
