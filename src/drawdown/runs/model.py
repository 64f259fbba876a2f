"""The digest of all code that decides a number, so that results of different programs are never mixed in one folder."""

from __future__ import annotations

import hashlib
import importlib.util
import inspect
import os
from collections.abc import Callable, Iterable, Sequence
from importlib.metadata import EntryPoint
from pathlib import Path

from drawdown.mechanism import Mechanism, plug_ins

# What decides no number: messages, telling, reading, measuring and fitting what was run. All else of the package does, whatever is added to
# it; a test holds this against what the engine, the mechanisms and the store's work import.
TELLING = (
    "__init__.py", "__main__.py", "ablation.py", "calibrate", "cases", "chronicle.py", "cli", "compiled.py", "data", "errors.py",
    "evaluate", "exam", "observe", "py.typed", "report", "terminal",
)  # fmt: skip
# Of the store: what keeps numbers as they are, and reads them. What folds them (work, layout, bins, merge, events) is not here.
KEEPING = (
    "__init__.py", "disk.py", "effects.py", "execution.py", "format.py", "frozen.py", "lock.py", "manifest.py", "model.py", "opened.py",
    "parts.py", "schema.py", "store.py", "sums.py", "unfinished.py", "upgrade.py", "verification.py", "verified_store.py",
)  # fmt: skip
NO_SOURCE = ("__pycache__", "skeleton")  # `skeleton` is a scenario, which has a digest of its own


def model_digest(mechanisms: Sequence[Mechanism] | None = None, package: Path | None = None) -> str:
    """sha256 of the source and the tables that decide a number: engine, mechanisms (plug-ins too), claims, scenarios, folding of futures.

    `mechanisms` are an engine's, where it may have others than those that are discovered.
    """
    root = package or Path(__file__).resolve().parents[1]
    digest = hashlib.sha256()
    for file in deciding_files(root):
        add(digest, file.relative_to(root).as_posix(), file)
    for entry in plug_ins():
        for file in sources_of(entry):
            add(digest, f"{entry.value}/{file.name}", file)
    for name, source in others(mechanisms):
        digest.update(name.encode() + b"\0" + source)
    return digest.hexdigest()


def deciding_files(root: Path) -> list[Path]:
    """Every file of the package that decides a number, source or table, in order."""
    return files_below(root, frozenset({*TELLING, *(f"runs/{name}" for name in KEEPING)}))


def files_below(root: Path, left_out: frozenset[str] = frozenset()) -> list[Path]:
    """Source and tables of a package, in order, but for files and folders that are left out, by their path below it."""
    found: list[Path] = []
    for folder, inside, names in os.walk(root):
        at = Path(folder).relative_to(root).as_posix()
        below = "" if at == "." else f"{at}/"
        kept = [[n for n in both if n not in NO_SOURCE and below + n not in left_out] for both in (inside, names)]
        inside[:] = kept[0]  # what is left out is not even looked into
        found += [Path(folder, name) for name in kept[1]]
    return sorted(found)


def add(digest: hashlib._Hash, name: str, file: Path) -> None:
    """A file under its name; line ends as on any system."""
    digest.update(name.encode() + b"\0" + file.read_bytes().replace(b"\r\n", b"\n"))


def sources_of(entry: EntryPoint) -> Iterable[Path]:
    """Source and tables of the package that a plug-in lives in, or its single module with what bears its name; nothing is imported."""
    found = importlib.util.find_spec(entry.module.split(".")[0])
    if found is None:
        return ()
    if found.submodule_search_locations:
        return [file for place in found.submodule_search_locations for file in files_below(Path(place))]
    if not found.origin or not Path(found.origin).is_file():
        return ()
    return sorted(p for p in Path(found.origin).parent.glob(f"{Path(found.origin).stem}.*") if p.is_file())


def others(mechanisms: Sequence[Mechanism] | None) -> list[tuple[str, bytes]]:
    """Names and sources of an engine's mechanisms where they are not those that are discovered."""
    if mechanisms is None:
        return []
    from drawdown.mechanism import discover

    if tuple(mechanisms) == discover():
        return []
    return [(m.name, source_of(m)) for m in mechanisms]


def source_of(mechanism: Mechanism) -> bytes:
    """The files that its functions stand in, and the rest of the declaration as it prints."""
    found = b""
    for name in mechanism.__slots__:
        value = getattr(mechanism, name)
        found += name.encode() + b"\0" + (source_file(value) if callable(value) else repr(value).encode())
    return found


def source_file(function: Callable[..., object]) -> bytes:
    """The file that a function stands in; line ends as on any system. Empty where it has none."""
    try:
        file = inspect.getsourcefile(function)
    except TypeError:
        file = None
    return Path(file).read_bytes().replace(b"\r\n", b"\n") if file and Path(file).is_file() else b""
