"""The tables say what the numbers say."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest

from drawdown.evaluate import backtest, folds, tables
from drawdown.evaluate.folds import History

PLACES = ("a", "b", "c")


@pytest.fixture(scope="module")
def history() -> History:
    random = np.random.default_rng(8)
    drift = np.cumsum(random.normal(0, 0.02, size=(1500, 3)), axis=0) + np.array([1.0, 0.0, -2.0])
    return History(date(2003, 5, 1), PLACES, random.poisson(np.exp(drift)).astype(float))


@pytest.fixture(scope="module")
def result(history: History) -> backtest.Backtest:
    forecasters = dict(backtest.all_baselines())
    forecasters["simulator"] = forecasters["persistence with spread"]
    origins = folds.rolling_origins(date(2005, 1, 1), date(2006, 4, 1))
    return backtest.collect(history, origins, (1, 3), forecasters, 60, 1)


def test_a_simulator_that_is_the_baseline_is_level_with_it(result: backtest.Backtest, history: History) -> None:
    text = tables.markdown(result, backtest.score(result), history, "A title")
    assert "## A title" in text
    assert "simulator is behind" in text or "simulator is level with" in text
    assert "simulator is ahead" not in text
    for metric in ("Fair CRPS of log", "Ignorance in bits", "Share of observations inside"):
        assert metric in text
    assert "Weight of the simulator in the ensemble" in text


def test_the_lowest_mean_is_bold_and_errors_stand_beside(result: backtest.Backtest) -> None:
    scores = backtest.score(result)["crps"]
    lines = tables.score_table(result, scores).splitlines()
    best = min(tables.means(result, scores).items(), key=lambda item: item[1][0].value)[0]
    (row,) = [line for line in lines if line.startswith(f"| {best} |")]
    assert row.split("|")[2].strip().startswith("**")
    assert "±" in row
    assert sum("**" in line.split("|")[2] for line in lines[2:]) >= 1


def test_reliability_uses_every_cell_that_had_any_deaths(result: backtest.Backtest, history: History) -> None:
    found = tables.worse(result, history)
    counts = {sum(r.count) for r in found.values()}
    assert len(counts) == 1
    assert counts.pop() <= result.truth.size
    assert found["zeros"].resolution == pytest.approx(0, abs=1e-9)
    assert found["conflictology"].brier < found["zeros"].brier


def test_the_report_gets_plain_data(result: backtest.Backtest, history: History) -> None:
    import json

    scores = backtest.score(result)
    data: Any = tables.as_data(result, scores, history)
    assert json.loads(json.dumps(data))["leads"] == [1, 3]
    assert {m["lead"] for m in data["verdicts"]["simulator"]} == {1, 3}
    page: Any = tables.trust(result, scores, history, ["too few foreign dead"], "a note")
    assert page["wrong"] == ["too few foreign dead"]
    assert {r["verdict"] for r in page["scores"]} <= {"ahead", "level", "behind"}
    assert all(0 <= p["forecast"] <= 1 and 0 <= p["observed"] <= 1 for p in page["reliability"])


def test_a3_no_score_is_not_a_number_and_no_error_is_nothing() -> None:
    """Issue 7, A3."""
    import re

    from drawdown.evaluate.scores import Mean, Reliability
    from drawdown.evaluate.verdict import Comparison

    strange = (float("nan"), float("inf"), 0.0, 1e-9, 0.5)
    told = [tables.with_error(Mean(v, e, 3, 1), digits) for v in strange for e in strange for digits in (1, 3)]
    told.append(tables.reliability_table({"x": Reliability(strange[0], strange[0], strange[0], strange[1], strange[1], (), (), ())}))
    told += [Comparison("simulator", "zeros", 1, 0.5, b, Mean(0.1, e, 3, 1), "level").line() for b in (0.0, 0.5) for e in strange]
    assert [text for text in told if re.search(r"(?i)\bnan\b|\binf\b|± 0(\.0+)?(?![.\d])", text)] == []
    assert tables.with_error(Mean(0.5, 1e-9, 3, 1), 3) == "0.500 ± under 0.001"
