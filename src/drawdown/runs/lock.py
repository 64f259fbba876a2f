"""One process writes a run at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from drawdown.runs.disk import StoreError, disk_errors
from drawdown.runs.format import LOCK


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Holds the folder. The lock goes with the process; its empty file stays, for a lock whose file is unlinked can be held twice."""
    lock = FileLock(folder / LOCK, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise StoreError(f"{folder}\n  another process is writing this run. Wait for it, or choose another folder.") from None
    except OSError as error:
        with disk_errors(folder):
            raise error
    try:
        yield
    finally:
        lock.release()
