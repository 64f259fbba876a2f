"""Files that are whole or absent: written beside their name, synced, then renamed; and a small container of arrays for partial results."""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from drawdown.errors import DrawdownError

UNFINISHED = ".unfinished"
_MAGIC = b"drawdown-part-1\n"


class StoreError(DrawdownError):
    """The run folder cannot be written or read; what was whole before still is."""


@contextmanager
def disk_errors(path: Path) -> Any:
    """Turns what the operating system says (disk full, no permission) into an error with a remedy."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise StoreError(
            f"{path}\n  cannot write: {reason}. What was finished is kept; free space or choose another folder, then run the same again."
        ) from error


def sync_folder(folder: Path) -> None:
    """Makes a rename in a folder last."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


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


def write_text(path: Path, text: str) -> None:
    """`write_whole` of a text."""
    write_whole(path, lambda out: out.write(text.encode("utf-8")))


def write_part(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Named arrays, each compressed; the file's presence is the mark that the work unit is done."""
    import pyarrow as pa

    codec = pa.Codec("zstd", compression_level=1)
    entries: list[dict[str, Any]] = []
    blobs: list[bytes] = []
    for name, array in arrays.items():
        whole = np.ascontiguousarray(array)
        blob = codec.compress(whole.view(np.uint8).reshape(-1), asbytes=True) if whole.size else b""
        entries.append({"name": name, "dtype": whole.dtype.str, "shape": whole.shape, "raw": whole.nbytes, "stored": len(blob)})
        blobs.append(blob)
    head = json.dumps(entries).encode()

    def write(out: IO[bytes]) -> None:
        out.write(_MAGIC + struct.pack("<Q", len(head)) + head)
        for blob in blobs:
            out.write(blob)

    write_whole(path, write)


def read_part(path: Path, wanted: Callable[[str], bool] = lambda _: True) -> dict[str, NDArray[Any]]:
    """The arrays of a part whose name is wanted. Raises StoreError where the file is not one."""
    import pyarrow as pa

    codec = pa.Codec("zstd")
    found: dict[str, NDArray[Any]] = {}
    with path.open("rb") as source:
        if source.read(len(_MAGIC)) != _MAGIC:
            raise StoreError(f"{path}\n  is not a partial result of this version. Delete it and run the same command again.")
        (length,) = struct.unpack("<Q", source.read(8))
        for entry in json.loads(source.read(length)):
            if not wanted(entry["name"]):
                source.seek(entry["stored"], os.SEEK_CUR)
                continue
            raw = codec.decompress(source.read(entry["stored"]), decompressed_size=entry["raw"], asbytes=True) if entry["raw"] else b""
            found[entry["name"]] = np.frombuffer(raw, dtype=np.dtype(entry["dtype"])).reshape(entry["shape"])
    return found
