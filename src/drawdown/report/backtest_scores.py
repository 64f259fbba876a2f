"""The scores of a backtest beside a run or a scenario: `trust.json` as `drawdown backtest` writes it, read as if a stranger had."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass

from drawdown.report.run import RunView
from drawdown.scenario.library import shipped_folder

FILE = "trust.json"


@dataclass(frozen=True, slots=True)
class Score:
    """The model beside the best baseline at one lead; `error`: of the ratio, None where it is not known."""

    lead: str
    model: float
    baseline: str
    baseline_score: float
    ratio: float
    error: float | None
    verdict: str


@dataclass(frozen=True, slots=True)
class Reliable:
    """How often what was given a probability came true, over `count` forecasts."""

    forecast: float
    observed: float
    count: float


@dataclass(frozen=True, slots=True)
class BacktestScores:
    """What the file says; `unread` says why it says nothing, where it cannot be read."""

    note: str = ""
    score_name: str = "score"
    scores: tuple[Score, ...] = ()
    reliability: tuple[Reliable, ...] = ()
    wrong: tuple[str, ...] = ()
    unread: str = ""


def read(run: RunView) -> BacktestScores | None:
    """Scores of the run folder, of the scenario in it, or of the shipped scenario of that name; None where there are none."""
    places = [run.folder, run.folder / "scenario"]
    # A run keeps the scenario as resolved; the scores that a shipped scenario earned lie beside the original.
    if (shipped := shipped_folder(run.scenario.id)) is not None:
        places.append(shipped)
    for path in (place / FILE for place in places):
        if path.is_file():
            try:
                data = json.loads(path.read_text(encoding="utf-8"))
            except (OSError, ValueError, RecursionError):
                return BacktestScores(unread=f"{FILE} is there but is not readable JSON.")
            try:
                return _scores(data)
            except (KeyError, TypeError, ValueError, OverflowError):
                return BacktestScores(unread=f"{FILE} is there but does not hold scores as drawdown backtest writes them.")
    return None


def _scores(data: object) -> BacktestScores:
    """Raises KeyError, TypeError, ValueError or OverflowError for anything that a backtest does not write."""
    whole = _record(data)
    scores = [
        Score(
            _text(row["lead"]), _number(row["model"]), _text(row["baseline"]), _number(row["baseline_score"]), _number(row["ratio"]),
            None if row["error"] is None else _number(row["error"]), _text(row["verdict"]),
        )
        for row in map(_record, _rows(whole, "scores"))
    ]  # fmt: skip
    points = [
        Reliable(_share(row["forecast"]), _share(row["observed"]), _number(row["count"]))
        for row in map(_record, _rows(whole, "reliability"))
    ]
    name = _text(whole.get("score_name", "score"))
    return BacktestScores(_text(whole.get("note", "")), name, tuple(scores), tuple(points), tuple(map(_text, _rows(whole, "wrong"))))


def _record(value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise TypeError(value)
    return value


def _rows(whole: Mapping[str, object], name: str) -> list[object]:
    value = whole.get(name, [])
    if not isinstance(value, list):
        raise TypeError(value)
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    value.encode()  # half a surrogate pair could not be written to the page
    return value


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise TypeError(value)
    return float(value)


def _share(value: object) -> float:
    found = _number(value)
    if not 0.0 <= found <= 1.0:
        raise ValueError(value)
    return found
