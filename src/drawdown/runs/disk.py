"""Files that are whole or absent: written beside their name, synced, then renamed; and what the system says, as errors with a remedy."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from drawdown.errors import DrawdownError
from drawdown.runs.format import UNFINISHED

WINDOWS = os.name == "nt"


class StoreError(DrawdownError):
    """The run folder cannot be written or read; what was whole before still is."""


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Turns what the operating system says while writing (disk full, no permission) into an error with a remedy."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise StoreError(
            f"{path}\n  cannot write: {reason}. What was finished is kept; free space or choose another folder, then run the same again."
        ) from error


@contextmanager
def reading(path: str | Path) -> Iterator[None]:
    """Turns what the operating system says while reading into an error with a remedy."""
    try:
        yield
    except FileNotFoundError as error:
        raise StoreError(f"{path}\n  is missing. {RESTORE}") from error
    except OSError as error:
        raise StoreError(f"{path}\n  cannot be read: {error.strerror or error}. Look at its permissions and at the disk.") from error


# What can be done about a file that is not what the run wrote.
RESTORE = "Copy it from where the run was made, or make the run again: the same 'drawdown run' with --restart."


def sync_folder(folder: Path) -> None:
    """Makes a rename in a folder last. Windows has no such call; there the file system's journal keeps the order of renames."""
    if WINDOWS:
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_file(path: Path) -> None:
    """Makes what was written to a file last. Windows syncs only what is open for writing."""
    with path.open("rb+") as written:
        os.fsync(written.fileno())


def write_whole(path: Path, write: Callable[[IO[bytes]], object]) -> None:
    """A file that is either absent or whole, even after a power cut."""
    beside = path.with_name(path.name + UNFINISHED)
    with disk_errors(path):
        with beside.open("wb") as out:
            write(out)
            out.flush()
            os.fsync(out.fileno())
        beside.replace(path)
        sync_folder(path.parent)


def write_bytes(path: Path, content: bytes) -> None:
    """`write_whole` of what is there already."""
    write_whole(path, lambda out: out.write(content))


def write_text(path: Path, text: str) -> None:
    """`write_whole` of a text."""
    write_bytes(path, text.encode("utf-8"))


def remove(path: Path) -> None:
    """A file or a folder, if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
