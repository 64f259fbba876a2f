"""What stands in the JSON files of a run folder, as types, and what is wrong with a manifest that a stranger wrote."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypedDict, get_args

from drawdown.errors import quoted
from drawdown.runs.format import (
    CLAIMS,
    DRAWS,
    END_STATES,
    ENSEMBLE,
    FORMAT,
    HISTOGRAMS,
    RECORDED,
    SCENARIO,
    SUMMARY,
    batch_name,
    event_file,
    part_file,
)
from drawdown.runs.layout import Keep
from drawdown.scenario.grammar import MOST_PLANS, MOST_WEEKS

MOST_FUTURES = 1 << 24
MOST_BATCH = 65536
MOST_SEED = (1 << 32) - 1
STATUSES = ("running", "complete")
# Of the versions, those that decide a number; the others decide how it is stored.
DECIDING_VERSIONS = ("python", "drawdown", "jax", "jaxlib", "numpy", "machine", "backend")
STORING = ("pyarrow", "zarr")
_HEX = re.compile(r"[0-9a-f]{64}\Z")


class PlanEntry(TypedDict):
    """A plan of a run: its SHA-256 tells it from another of the same name."""

    id: str
    title: str
    digest: str


class Asked(TypedDict):
    """What a run is: what was asked, and what it was made with."""

    format: int
    scenario: str
    title: str
    digest: str
    model: str
    patches: list[str]
    held: dict[str, float]
    as_of: str | None
    origin: str
    weeks: int
    seed: int
    futures: int
    plans: list[PlanEntry]
    batch: int
    keep: Keep
    versions: dict[str, str]


class Begun(Asked):
    """A run with when it was begun, and how far it is."""

    created: str
    status: str


class Manifest(Begun):
    """The manifest as it is written: every file with its bytes and SHA-256, and a sum of all the others."""

    files: dict[str, list[int | str]]
    sum: str


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity that a run records every week: its dimensions less plan, future and week."""

    unit: str
    dims: tuple[str, ...]
    about: str = ""


@dataclass(frozen=True, slots=True)
class RecordedLayout:
    """What a run records. `labels`: members of each dimension, in order."""

    quantities: Mapping[str, Quantity]
    labels: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class BatchFiles:
    """Futures `first` up to, not including, `last` of a plan, and the names of their files in the run folder."""

    plan: str
    first: int
    last: int
    part: str
    events: str


def batches_of(manifest: Asked) -> Iterator[BatchFiles]:
    """Every batch, plan by plan."""
    futures, size = manifest["futures"], manifest["batch"]
    for plan in manifest["plans"]:
        for index, first in enumerate(range(0, futures, size)):
            name = batch_name(plan["id"], index)
            yield BatchFiles(plan["id"], first, min(first + size, futures), part_file(name), event_file(name))


def needed(manifest: Asked) -> list[str]:
    """Files that every finished run has."""
    arrays = [HISTOGRAMS, SUMMARY, *([ENSEMBLE] if manifest["keep"] != "summaries" else [])]
    first = [SCENARIO, *([RECORDED] if manifest["format"] >= 3 else [])]
    return [*first, DRAWS, CLAIMS, END_STATES, *(f"{name}/zarr.json" for name in arrays), *(b.events for b in batches_of(manifest))]


def problems(found: Mapping[str, object]) -> list[str]:
    """What no run can have written, though the sum fits: fields that are missing, of another type, or out of range."""
    wrong: list[str] = []

    def expect(name: str, holds: bool, what: str) -> None:
        if not holds:
            wrong.append(f"{name}: got {quoted(found.get(name), 40)}; expected {what}")

    def whole(name: str, low: int, high: int) -> None:
        value = found.get(name)
        expect(
            name, isinstance(value, int) and not isinstance(value, bool) and low <= value <= high, f"a whole number from {low} to {high}"
        )

    whole("format", 1, FORMAT)
    for name in ("scenario", "title", "created"):
        expect(name, isinstance(found.get(name), str), "text")
    for name in ("digest", "model"):
        expect(name, is_hex(found.get(name)), "64 hexadecimal digits")
    expect("created", is_time(found.get("created")), "a date and time")
    expect("origin", is_date(found.get("origin")), "a date")
    expect("as_of", found.get("as_of") is None or is_date(found["as_of"]), "a date, or null")
    expect("patches", is_texts(found.get("patches")), "a list of texts")
    expect("status", found.get("status") in STATUSES, " or ".join(STATUSES))
    expect("keep", found.get("keep") in get_args(Keep), ", ".join(get_args(Keep)))
    whole("weeks", 1, MOST_WEEKS)
    whole("seed", 0, MOST_SEED)
    whole("futures", 1, MOST_FUTURES - 1)
    whole("batch", 1, MOST_BATCH)
    made = found.get("versions")
    named = isinstance(made, dict) and is_texts([made.get(name) for name in (*DECIDING_VERSIONS, *STORING)])
    expect("versions", named, "a version of each package")
    held = found.get("held")
    expect("held", isinstance(held, dict) and all(type(value) is float for value in held.values()), "a number by name")
    plans = found.get("plans")
    listed = plans if isinstance(plans, list) else []
    right = all(isinstance(p, dict) and is_texts([p.get("id"), p.get("title")]) and is_hex(p.get("digest")) for p in listed)
    expect(
        "plans", 0 < len(listed) <= MOST_PLANS and right and len({p["id"] for p in listed}) == len(listed), "plans with id, title, digest"
    )
    files = found.get("files")
    if isinstance(files, dict):
        wrong += [
            f"files: {quoted(name)} is not a file of a run with its size and sum" for name, s in files.items() if not is_listed(name, s)
        ]
    else:
        wrong.append("files: expected every file with its size and sum")
    return wrong


def is_hex(value: object) -> bool:
    """A SHA-256."""
    return isinstance(value, str) and _HEX.match(value) is not None


def is_texts(value: object) -> bool:
    """A list of texts."""
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def is_date(value: object) -> bool:
    """A date as written by isoformat."""
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def is_time(value: object) -> bool:
    """A time as written by isoformat."""
    try:
        return isinstance(value, str) and bool(datetime.fromisoformat(value))
    except ValueError:
        return False


def is_listed(name: str, stamp: object) -> bool:
    """A name inside the folder, in the form that every system reads alike, with size and sum."""
    parts = name.split("/")
    inside = "\\" not in name and "\0" not in name and not {"", ".", ".."} & set(parts) and ":" not in parts[0]
    right = isinstance(stamp, list) and len(stamp) == 2 and type(stamp[0]) is int and 0 <= stamp[0] < 1 << 50 and is_hex(stamp[1])
    return inside and right
