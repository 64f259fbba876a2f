"""The partial result of a work unit: named arrays, each with its sum, marked with the run and the event file that they belong to."""

from __future__ import annotations

import hashlib
import json
import os
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TypedDict

import numpy as np

from drawdown.runs.bins import Array, Arrays
from drawdown.runs.disk import RESTORE, StoreError, reading, write_whole
from drawdown.runs.sums import Stamp, check

_MAGIC = b"drawdown-part-2\n"
_HEAD = struct.Struct("<Q32s")  # length and SHA-256 of the head
REMAKE = "Run the same 'drawdown run' again: it makes this batch anew and keeps the others."


class StoredArray(TypedDict):
    """An array of a part: its type and shape, its bytes as they are and as stored, and the SHA-256 of these."""

    name: str
    dtype: str
    shape: list[int]
    raw: int
    stored: int
    sum: str


class Head(TypedDict):
    """What stands before the arrays of a part: the digest of its run, bytes and SHA-256 of its event file, and the arrays."""

    run: str
    events: tuple[int, str]
    arrays: list[StoredArray]


@dataclass(frozen=True, slots=True)
class PartMark:
    """What a part belongs to: the digest of its run, and its event file as written."""

    run: str
    events: Stamp


def write_part(path: Path, arrays: Mapping[str, Array], mark: PartMark) -> None:
    """Named arrays, each compressed; a part that is there and right is the mark that the work unit is done."""
    import pyarrow as pa

    codec = pa.Codec("zstd", compression_level=1)
    entries: list[StoredArray] = []
    blobs: list[bytes] = []
    for name, array in arrays.items():
        whole = np.ascontiguousarray(array)
        blob = codec.compress(whole.view(np.uint8).reshape(-1), asbytes=True) if whole.size else b""
        digest = hashlib.sha256(blob).hexdigest()
        entries.append(
            {"name": name, "dtype": whole.dtype.str, "shape": list(whole.shape), "raw": whole.nbytes, "stored": len(blob), "sum": digest}
        )
        blobs.append(blob)
    head = json.dumps({"run": mark.run, "events": (mark.events.size, mark.events.sum), "arrays": entries}).encode()

    def write(out: IO[bytes]) -> None:
        out.write(_MAGIC + _HEAD.pack(len(head), hashlib.sha256(head).digest()) + head)
        for blob in blobs:
            out.write(blob)

    write_whole(path, write)


def read_part(path: Path, run: str, wanted: Callable[[str], bool] = lambda _: True) -> Arrays:
    """The arrays of a part whose name is wanted. Raises StoreError where the part is damaged or belongs to another run than `run`."""
    import pyarrow as pa

    codec = pa.Codec("zstd")
    found: Arrays = {}
    with reading(path), path.open("rb") as source:
        head = head_of(path, source, run)
        for entry in head["arrays"]:
            if not wanted(entry["name"]):
                source.seek(entry["stored"], os.SEEK_CUR)
                continue
            blob = array_bytes(path, source, entry)
            raw = codec.decompress(blob, decompressed_size=entry["raw"], asbytes=True) if entry["raw"] else b""
            found[entry["name"]] = np.frombuffer(raw, dtype=np.dtype(entry["dtype"])).reshape(entry["shape"])
    return found


def head_of(path: Path, source: IO[bytes], run: str) -> Head:
    """The head of a part of a run, with the file whole behind it; `source` stands at the first array. Raises StoreError."""
    start = source.read(len(_MAGIC) + _HEAD.size)
    if len(start) < len(_MAGIC) + _HEAD.size or not start.startswith(_MAGIC):
        raise StoreError(f"{path}\n  is not a partial result of this version, or is damaged. {REMAKE}")
    length, digest = _HEAD.unpack(start[len(_MAGIC) :])
    size = os.fstat(source.fileno()).st_size
    text = source.read(length) if length <= size else b""
    if hashlib.sha256(text).digest() != digest:
        raise StoreError(f"{path}\n  is damaged: its head is not what the run wrote. {REMAKE}")
    head: Head = json.loads(text)
    if size != len(start) + length + sum(entry["stored"] for entry in head["arrays"]):
        raise StoreError(f"{path}\n  is damaged: it has {size:,} bytes, fewer or more than the run wrote. {REMAKE}")
    if head["run"] != run:
        raise StoreError(f"{path}\n  belongs to another run. {REMAKE}")
    return head


def array_bytes(path: Path, source: IO[bytes], entry: StoredArray) -> bytes:
    """The bytes of the array at which `source` stands, as stored. Raises StoreError where they are not what was written."""
    stored = source.read(entry["stored"])
    if hashlib.sha256(stored).hexdigest() != entry["sum"]:
        raise StoreError(f"{path}\n  is damaged: '{entry['name']}' is not what the run wrote. {REMAKE}")
    return stored


def events_of(path: Path, run: str) -> Stamp:
    """The stamp of the event file that belongs to a part. Raises StoreError where the part's head is damaged, or of another run."""
    with reading(path), path.open("rb") as source:
        head = head_of(path, source, run)
    return Stamp(int(head["events"][0]), str(head["events"][1]))


def check_part(path: Path, events: Path, run: str) -> None:
    """Raises StoreError unless part and event file are there, right, and of this run."""
    with reading(path), path.open("rb") as source:
        for entry in head_of(path, source, run)["arrays"]:
            array_bytes(path, source, entry)
    try:
        check(events, events_of(path, run))
    except StoreError as error:
        raise StoreError(f"{str(error).removesuffix(RESTORE)}{REMAKE}") from error
