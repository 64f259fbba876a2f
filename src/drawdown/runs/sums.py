"""The sum of a file, by which a run folder notices that it is no longer what was written: SHA-256, so that `sha256sum` can check it too."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from drawdown.runs.disk import RESTORE, StoreError, reading

SUM = "sum"
_KNOWN_MOST = 100_000  # files remembered as checked; forgotten all at once beyond
_known: dict[tuple[str, int, int, int], str] = {}


@dataclass(frozen=True, slots=True)
class Stamp:
    """Size in bytes and SHA-256 (hex) of a file."""

    size: int
    sum: str


def stamp_of_bytes(content: bytes) -> Stamp:
    """The stamp of a file of this content."""
    return Stamp(len(content), hashlib.sha256(content).hexdigest())


def stamp_of(path: Path) -> Stamp:
    """The stamp of a file as it is, read in blocks."""
    with reading(path), path.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256")
        return Stamp(opened.tell(), digest.hexdigest())


def misfit(path: str | Path, expected: Stamp) -> str:
    """What is wrong with the presence and size of a file; nothing is read. Empty where it is as it should be."""
    with reading(path):
        try:
            found = os.stat(path)  # noqa: PTH116  # of thousands of files, whose names are text
        except (FileNotFoundError, NotADirectoryError):
            return "is missing"
    if not stat.S_ISREG(found.st_mode):
        return "is not a file"
    if found.st_size != expected.size:
        return f"is damaged: it has {found.st_size:,} bytes; the run wrote {expected.size:,}"
    return ""


def check(path: Path, expected: Stamp) -> Path:
    """The path, once the file under it is known to be what was written: read whole the first time in a process. Raises StoreError."""
    wrong = misfit(path, expected)
    if not wrong:
        with reading(path):
            now = path.stat()
        key = (str(path.absolute()), now.st_ino, now.st_size, now.st_mtime_ns)
        if _known.get(key) == expected.sum:
            return path
        if stamp_of(path) == expected:
            if len(_known) >= _KNOWN_MOST:
                _known.clear()
            _known[key] = expected.sum
            return path
    raise not_as_written(path, wrong)


def checked_bytes(path: Path, expected: Stamp) -> bytes:
    """The content of a small file, if it is what was written. Raises StoreError."""
    wrong = misfit(path, expected)
    if not wrong:
        with reading(path):
            content = path.read_bytes()
        if stamp_of_bytes(content) == expected:
            return content
    raise not_as_written(path, wrong)


def not_as_written(path: Path, wrong: str = "") -> StoreError:
    """A file that is not what the run wrote: `wrong` of its presence or size, else of its content."""
    return StoreError(f"{path}\n  {wrong or 'is damaged: its content is not what the run wrote'}. {RESTORE}")


def forget() -> None:
    """Check every file again when it is next read."""
    _known.clear()


def sum_of_data(data: object) -> str:
    """Sum of plain data, whatever the order of its keys. Raises ValueError for what JSON in UTF-8 cannot hold."""
    text = json.dumps(data, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def sealed(data: Mapping[str, object]) -> dict[str, object]:
    """The data with a sum of itself under `sum`."""
    rest = {key: value for key, value in data.items() if key != SUM}
    return {**rest, SUM: sum_of_data(rest)}


def seal_holds(data: Mapping[str, object]) -> bool:
    """Whether the data carry a sum and it is theirs."""
    try:
        return SUM in data and sealed(data)[SUM] == data[SUM]
    except (ValueError, TypeError, RecursionError):
        return False
