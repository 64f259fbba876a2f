"""Forecasts kept as they are made, one small file an origin, so that a stopped exam goes on where it was.

A folder belongs to one key, the digest of all that decides the forecasts: what another source, or other parameters, made is not mixed in.
"""

from __future__ import annotations

import os
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from drawdown.exam.forecast import Forecast

KEY = 16  # characters of the digest in the folder's name


@dataclass(frozen=True, slots=True)
class Store:
    """`folder` is made when the first forecast is kept."""

    folder: Path

    def file(self, origin_id: str) -> Path:
        return self.folder / f"{origin_id}.npz"

    def find(self, origin_id: str) -> Forecast | None:
        """What was kept of an origin; None where nothing was, or where the file is damaged: it is then made again."""
        try:
            with self.file(origin_id).open("rb") as file, np.load(file, allow_pickle=False) as kept:
                events = {
                    name.removeprefix("event_"): np.unpackbits(kept[name], axis=0, count=kept["deaths"].shape[0]).astype(bool)
                    for name in kept.files
                    if name.startswith("event_")
                }
                return Forecast(kept["deaths"].astype(np.float64), events)
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            return None

    def keep(self, origin_id: str, forecast: Forecast) -> None:
        """Write a forecast, whole or not at all."""
        self.folder.mkdir(parents=True, exist_ok=True)
        target = self.file(origin_id)
        half = target.with_suffix(f".{os.getpid()}.part")
        packed = {f"event_{name}": np.packbits(value, axis=0) for name, value in forecast.events.items()}
        try:
            with half.open("wb") as file:
                np.savez_compressed(file, allow_pickle=False, deaths=forecast.deaths.astype(np.float32), **packed)
            half.replace(target)
        finally:
            half.unlink(missing_ok=True)


def store(folder: Path, key: str) -> Store:
    """The store of one key below a folder of the exam."""
    return Store(folder / f"forecasts-{key[:KEY]}")
