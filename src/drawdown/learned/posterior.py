"""The fitted process, as `level.json` beside this file holds it: with its errors, its folds and what it was learned from."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources

from drawdown.learned.process import Process

FILE = "level.json"


@dataclass(frozen=True)
class LevelPosterior:
    """`process` is the fit to all countries, `errors` its standard errors (of a composite likelihood: Godambe's, clustered by country),
    `folds` the fits that leave a fifth of the countries out; `before` is the day from which on nothing was seen."""

    process: Process
    errors: Process
    folds: tuple[Process, ...]
    before: date
    countries: int
    months: int


@cache
def learned() -> LevelPosterior:
    """The posterior that is shipped."""
    found = json.loads(resources.files("drawdown.learned").joinpath(FILE).read_text("utf-8"))

    def of(values: dict[str, float]) -> Process:
        return Process(**{name: float(values[name]) for name in Process._fields})

    folds = tuple(of(fold) for fold in found["folds"])
    return LevelPosterior(
        of(found["process"]), of(found["errors"]), folds, date.fromisoformat(found["before"]), int(found["countries"]), int(found["months"])
    )


def fold_of(iso3: str, folds: int) -> int:
    """Which fold a country is left out in: by the sum of its letters' CRC-32, so that a new country moves no other."""
    from zlib import crc32

    return crc32(iso3.encode()) % folds
