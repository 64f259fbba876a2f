"""The report of a real run, made by the engine: chronicles are told, and told of the futures that were run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from drawdown.chronicle import tell
from drawdown.engine import Engine
from drawdown.report.chronicles import MEDOIDS, _replayed, sentences
from drawdown.report.page import write_report
from drawdown.runs import run as run_ensemble
from drawdown.scenario.model import Scenario

WEEKS = 14


@pytest.mark.slow
def test_a_real_run_is_reported_with_its_chronicles(iraq: Scenario, tmp_path: Path) -> None:
    engine = Engine(iraq, weeks=WEEKS)
    folder = run_ensemble(engine, tmp_path / "run", plans=["announced", "stay"], futures=70, seed=3)
    page = write_report(folder).read_text(encoding="utf-8")
    assert page.count("<section") == 8
    assert "another version of the model" not in page
    assert "The outside view: real exits" in page
    told = json.loads((folder / "chronicles.json").read_text(encoding="utf-8"))["chronicles"]
    assert [c["plan"] for c in told] == ["announced"] * MEDOIDS + ["stay"] * MEDOIDS
    for plan in ("announced", "stay"):
        assert sum(c["share"] for c in told if c["plan"] == plan) == pytest.approx(1, abs=0.001)
    assert all(c["sentences"] and c["other_sentences"] for c in told)
    # Telling many futures from one pass must be telling each of them alone.
    future = told[0]["future"]
    together = dict(_replayed(engine, "announced", 3, [c["future"] for c in told if c["plan"] == "announced"]))
    alone = sentences(tell(engine, "announced", 3, future))
    assert sentences(together[future]) == alone
    assert [list(sentence) for sentence in alone] == told[0]["sentences"]  # JSON has lists
    # The cache is read, not told again.
    assert write_report(folder).read_text(encoding="utf-8") == page
