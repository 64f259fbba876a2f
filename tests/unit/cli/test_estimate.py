"""The time of a run is foretold from what was measured on this machine, and from nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from drawdown.cli.estimate import Pace, known_paces, paces_file
from drawdown.runs import Progress

KIND = "toyland 2x3x2 110 weeks, 2 workers, keep sample"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder of the test's own."""
    monkeypatch.setenv("DRAWDOWN_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def at(done: int, of: int, merging: bool = False) -> Progress:
    return Progress(0, 1, done, of, {}, merging)


def a_run(futures: int, second: float, *, begun: int = 0, start: float = 40.0) -> None:
    """A run whose first tile ends after `start` seconds and which then takes `second` seconds a future, and ten to write."""
    now = 0.0
    pace = Pace(KIND, clock=lambda: now)
    pace.hear(at(begun, futures))
    for done in range(begun + 64, futures + 1, 64):
        now = start + second * (done - begun - 64)
        pace.hear(at(done, futures))
    pace.hear(at(futures, futures, merging=True))
    now += 10.0
    pace.keep()


def test_an_estimate_is_honest_when_nothing_was_measured() -> None:
    assert "not known" in Pace(KIND).foretold(at(0, 5000))
    assert Pace(KIND).foretold(at(0, 64)) == "", "a short run needs no announcement"


def test_an_estimate_of_the_time_before_a_long_run() -> None:
    a_run(1024, 0.1)
    told = Pace(KIND).foretold(at(0, 6400))
    assert told.startswith("This will take about 12 min once the model is compiled: 6,400 futures")  # 6400 * (0.1 + 10/1024) s
    assert Pace(KIND).foretold(at(0, 256)) == ""
    assert "not known" in Pace(f"{KIND}, other").foretold(at(0, 6400))


def test_compiling_is_no_part_of_the_pace() -> None:
    a_run(1024, 0.1, start=400.0)
    assert known_paces()[KIND]["seconds_a_future"] == pytest.approx(0.1)


def test_a_resumed_run_counts_what_is_left() -> None:
    a_run(2048, 0.1, begun=1024)
    assert known_paces()[KIND]["seconds_a_future"] == pytest.approx(0.1)
    assert ": 3,200 futures at the pace measured here" in Pace(KIND).foretold(at(3200, 6400))


def test_a_run_too_short_for_a_pace_leaves_none() -> None:
    a_run(128, 0.1)
    assert known_paces() == {}


@pytest.mark.parametrize("content", ["", "[", "[]", "3", '{"' + KIND + '": 4}', '{"' + KIND + '": {"seconds_a_future": "x"}}', "[" * 5000])
def test_a_damaged_file_of_paces_is_as_none(cache: Path, content: str) -> None:
    cache.mkdir()
    (cache / "paces.json").write_text(content, encoding="utf-8")
    assert "not known" in Pace(KIND).foretold(at(0, 5000))
    a_run(1024, 0.1)
    assert KIND in json.loads((cache / "paces.json").read_text(encoding="utf-8"))


def test_a_cache_that_cannot_be_written_is_no_matter(cache: Path) -> None:
    cache.write_text("a file where the folder should be", encoding="utf-8")
    a_run(1024, 0.1)
    assert paces_file() == cache / "paces.json"
    assert known_paces() == {}
