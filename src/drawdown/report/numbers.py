"""Every number behind a run, with its source and grade, as the page's table lists them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from drawdown.report.run import Run


@dataclass(frozen=True, slots=True)
class Listed:
    """One number: `low` and `high` are None where it is fixed; `of` says whether the scenario set it or a mechanism's default holds."""

    name: str
    best: float
    low: float | None
    high: float | None
    unit: str
    source: str
    locator: str
    grade: str
    known_on: str
    note: str
    of: str


def numbers(run: Run) -> list[Listed]:
    """Numbers of the resolved scenario, then mechanisms' defaults that nothing replaced, by name; each name once."""
    sources = run.scenario.get("sources", {})
    found: dict[str, Listed] = {}
    for item in _walk(run.scenario):
        listed = _from_scenario(item, sources)
        # A name that comes twice (the weights of hypotheses) is told apart by what it belongs to only in the scenario; keep the first.
        found.setdefault(listed.name, listed)
    for default in _defaults():
        found.setdefault(default.name, default)
    return sorted(found.values(), key=lambda n: n.name)


def grade_counts(listed: list[Listed]) -> dict[str, int]:
    """How many numbers have each grade."""
    return dict(sorted(Counter(n.grade for n in listed).items()))


def _walk(tree: object) -> Iterator[Mapping[str, Any]]:
    if isinstance(tree, dict):
        if "distribution" in tree and "grade" in tree:
            yield tree
            return
        for value in tree.values():
            yield from _walk(value)
    elif isinstance(tree, list):
        for item in tree:
            yield from _walk(item)


def _from_scenario(item: Mapping[str, Any], sources: Mapping[str, Mapping[str, Any]]) -> Listed:
    distribution = item["distribution"]
    low, best, high = distribution.get("low"), distribution.get("best"), distribution.get("high")
    parts = distribution.get("parts") or []
    note = str(item.get("note") or "")
    if distribution.get("kind") == "mixture" and parts:
        inner = [part[1] for part in parts]
        lows = [v for p in inner for v in (p.get("low"), p.get("best")) if v is not None]
        highs = [v for p in inner for v in (p.get("high"), p.get("best")) if v is not None]
        low, high = min(lows), max(highs)
        note = f"{len(parts)} rival estimates: " + ", ".join(f"{p.get('best'):g}" for p in inner) + (f". {note}" if note else "")
    key = item.get("source") or ""
    about = sources.get(key, {})
    source = ", ".join(str(part) for part in (about.get("author"), about.get("title"), about.get("year")) if part) or key
    return Listed(str(item.get("name", "")), float(best), low, high, str(item.get("unit", "")), source, str(item.get("locator") or ""),
                  str(item["grade"]), str(item.get("known_on") or ""), note, "scenario")  # fmt: skip


def _defaults() -> list[Listed]:
    from drawdown.mechanism import ModelError, discover

    try:
        mechanisms = discover()
    except ModelError:  # the report of an old run must not fail because a plug-in installed since does not fit
        return []
    return [
        Listed(f"{m.name}.{p.name}", p.best, p.low, p.high, p.unit, p.source, "", p.grade, "", p.about, "model")
        for m in mechanisms
        for p in m.params
    ]
