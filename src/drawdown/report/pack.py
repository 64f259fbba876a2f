"""Many numeric arrays into one short text that a page can carry: quantise, difference, split bytes, gzip, base64.

A weekly series moves little from week to week, so its differences compress several times better than its values. The page's script
(`assets/data.js`) undoes each step with the browser's own DecompressionStream.
"""

from __future__ import annotations

import base64
import gzip
from typing import TypedDict

import numpy as np
import numpy.typing as npt


class Reference(TypedDict):
    """Where an array stands in the pack: codes from `at`, of which `top` is the highest value, scaled to `lo`..`hi`."""

    lo: float
    hi: float
    top: int
    at: int
    shape: list[int]
    wide: bool


class Pack:
    """Collects arrays; `text()` gives the blob, `add` gives the reference by which the page finds an array in it."""

    def __init__(self) -> None:
        self._chunks: list[bytes] = []
        self._size = 0

    def add(self, values: npt.ArrayLike, bits: int = 10, low: float | None = None, high: float | None = None) -> Reference:
        """Keep an array of any shape to one part in 2**bits of its range (or of `low`..`high`); not-a-number survives.

        Differences are taken along the last axis. Error: at most half a step, (high - low) / (2**bits - 2) / 2.
        """
        array = np.asarray(values, dtype=np.float64)
        finite = array[np.isfinite(array)]
        floor = float(finite.min()) if low is None and finite.size else (low or 0.0)
        ceiling = float(finite.max()) if high is None and finite.size else (1.0 if high is None else high)
        if ceiling <= floor:
            ceiling = floor + 1.0
        top = 2**bits - 2  # the last code is kept for not-a-number
        scaled = np.clip((array - floor) / (ceiling - floor), 0.0, 1.0)
        codes = np.where(np.isfinite(array), np.rint(np.nan_to_num(scaled) * top), top + 1).astype(np.int64)
        return self._append(codes, floor, ceiling, top)

    def _append(self, codes: npt.NDArray[np.int64], low: float, high: float, top: int) -> Reference:
        rows = codes.reshape(-1, codes.shape[-1]) if codes.ndim else codes.reshape(1, 1)
        steps = np.diff(rows, axis=1, prepend=0).astype(np.int16).view(np.uint16)
        zigzag = ((steps.astype(np.uint32) << 1) ^ np.where(steps & 0x8000, 0xFFFF, 0)).astype(np.uint32) & 0xFFFF
        wide = bool((zigzag > 0xFF).any())
        data = (zigzag & 0xFF).astype(np.uint8).tobytes() + ((zigzag >> 8).astype(np.uint8).tobytes() if wide else b"")
        reference: Reference = {"lo": low, "hi": high, "top": top, "at": self._size, "shape": list(codes.shape), "wide": wide}
        self._chunks.append(data)
        self._size += len(data)
        return reference

    def text(self) -> str:
        """The whole pack as base64 of gzip; the same arrays always give the same text."""
        return base64.b64encode(gzip.compress(b"".join(self._chunks), compresslevel=9, mtime=0)).decode("ascii")


def unpack(text: str, reference: Reference) -> npt.NDArray[np.float64]:
    """What the page's script does, in Python, for the tests: the array that `reference` names."""
    data = np.frombuffer(gzip.decompress(base64.b64decode(text)), dtype=np.uint8)
    shape = tuple(reference["shape"])
    count = int(np.prod(shape)) if shape else 1
    at = reference["at"]
    zigzag = data[at : at + count].astype(np.int64)
    if reference["wide"]:
        zigzag = zigzag + (data[at + count : at + 2 * count].astype(np.int64) << 8)
    steps = (zigzag >> 1) ^ -(zigzag & 1)
    codes = np.cumsum(steps.reshape(-1, shape[-1] if shape else 1), axis=1).reshape(shape)
    top = reference["top"]
    values = reference["lo"] + codes / top * (reference["hi"] - reference["lo"])
    return np.where(codes == top + 1, np.nan, values)
