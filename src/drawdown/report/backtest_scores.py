"""The scores of a backtest beside a run or a scenario: `trust.json` as `drawdown backtest` writes it, read as if a stranger had."""

from __future__ import annotations

import json
from dataclasses import dataclass

from drawdown.report.run import RunView
from drawdown.scenario.resolved import decode

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
    """Scores of the run folder, or of the shipped scenario of that name; None where there are none."""
    path = run.beside(FILE)
    if path is None:
        return None
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return BacktestScores(unread=f"{FILE} is there but is not readable JSON.")
    try:
        return _scores(data)
    except (ValueError, OverflowError, RecursionError):
        return BacktestScores(unread=f"{FILE} is there but does not hold scores as drawdown backtest writes them.")


def _scores(data: object) -> BacktestScores:
    """Raises ValueError, OverflowError or RecursionError for anything that a backtest does not write."""
    json.dumps(data, ensure_ascii=False).encode()  # half a surrogate pair could not be written to the page
    found = decode(BacktestScores, data, FILE)
    if not all(0 <= share <= 1 for point in found.reliability for share in (point.forecast, point.observed)):
        raise ValueError(f"{FILE}: expected shares from 0 to 1")
    return found
