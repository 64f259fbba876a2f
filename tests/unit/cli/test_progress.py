"""Issue 7, A2 and A5: what is told while a run goes on, with a clock of the test's own."""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType

import pytest

from drawdown.cli.provisional import BETWEEN, Tables, shown_progress
from drawdown.runs import Progress
from drawdown.terminal.progress import PAUSE, SILENCE, Course, Lines, reported, time_left


@dataclass
class Clock:
    """A clock that stands until it is moved."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (0.0, "under 10 s left"),
        (9.9, "under 10 s left"),
        (12.0, "about 10 s left"),
        (54.0, "about 50 s left"),
        (55.0, "about 1 min left"),
        (200.0, "about 3 min left"),
        (3570.0, "about 1 h left"),
        (7800.0, "about 2 h 10 min left"),
    ],
)
def test_a2_time_left_is_said_in_words(seconds: float, told: str) -> None:
    assert time_left(seconds) == told


def test_a2_the_pace_counts_from_the_first_futures_not_from_compiling() -> None:
    clock = Clock()
    course = Course("futures", clock)
    course.enter("compiling")
    clock.now = 40
    course.enter("running")
    course.count(64, 640)
    assert course.left() is None
    assert course.sentence() == "running: 64 of 640 futures (10%), time left not known yet"
    clock.now = 50
    course.count(128, 640)
    assert course.left() == pytest.approx(80)  # 512 futures at 6.4 a second
    clock.now = 60
    assert course.left() == pytest.approx(70), "it runs down between two counts"
    course.count(640, 640)
    assert course.sentence() == "running: 640 of 640 futures (100%)"


def said(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().err.splitlines()


def test_a2_a_pipe_hears_of_every_tenth_and_is_never_silent_for_long(capsys: pytest.CaptureFixture[str]) -> None:
    clock = Clock()
    lines = Lines(Course("futures", clock))
    lines.enter("compiling the model")
    lines.enter("compiling the model")
    assert said(capsys) == ["compiling the model"]
    lines.tick()
    clock.now = SILENCE
    lines.tick()
    assert said(capsys) == ["compiling the model, 15 s so far"]
    lines.enter("running", said=False)
    lines.count(10, 1000)
    assert said(capsys) == ["running: 10 of 1,000 futures (1%), time left not known yet"]
    clock.now += PAUSE - 1
    lines.count(500, 1000)
    assert said(capsys) == [], "not more often than every few seconds"
    clock.now += 1
    lines.count(510, 1000)
    assert said(capsys) == ["running: 510 of 1,000 futures (51%), under 10 s left"]
    clock.now += SILENCE - 1
    lines.count(520, 1000)
    assert said(capsys) == [], "nor where a tenth has not been done"
    clock.now += 1
    lines.tick()
    assert len(said(capsys)) == 1, "but at least so often"
    lines.end()
    clock.now += 100
    lines.tick()
    assert said(capsys) == []


def test_a2_a_run_in_a_pipe_says_what_it_does(capsys: pytest.CaptureFixture[str], fake: ModuleType) -> None:
    counts = {"stay": {"truce-holds": (3, 64)}}
    with shown_progress(fake.scenario(), 2) as progress:
        progress(Progress(0, 2, 0, 128, {}))
        progress(Progress(0, 2, 64, 128, counts, futures_of={"stay": 64}))
        progress(Progress(2, 2, 128, 128, {}, merging=True))
    told = said(capsys)
    assert told[0] == "compiling the model"
    assert told[1] == "running: 64 of 128 futures (50%), time left not known yet"
    assert told[-1] == "writing the run folder"
    assert any("truce-holds" in line and "5 ±3" in line for line in told)


def test_quiet_says_nothing(capsys: pytest.CaptureFixture[str], fake: ModuleType) -> None:
    with shown_progress(fake.scenario(), 1, quiet=True) as progress:
        progress(Progress(0, 2, 0, 128, {}))
        progress(Progress(0, 2, 64, 128, {"stay": {"truce-holds": (3, 64)}}))
        progress(Progress(2, 2, 128, 128, {}, merging=True))
    with reported("futures", quiet=True) as report:
        report.enter("compiling")
        report.show("a table")
    assert said(capsys) == []


def so_far(done: int, *plans: str, of: int = 640) -> Progress:
    return Progress(0, 9, done, of, {p: {"c": (1, 64)} for p in plans})


@pytest.mark.parametrize("plans", [1, 2, 5])
def test_a5_the_first_table_comes_with_the_first_futures_of_the_first_plan(plans: int) -> None:
    tables = Tables(plans, Clock())
    assert not tables.due(so_far(0))
    assert tables.due(so_far(64, "a"))
    assert not tables.due(so_far(128, "a"))


def test_a5_the_table_widens_as_plans_come_in_a_few_times_at_most() -> None:
    clock = Clock()
    tables = Tables(5, clock)
    shown = []
    for step, plans in enumerate(["a", "a", "ab", "abc", "abc", "abcd", "abcde", "abcde"]):
        clock.now = step * BETWEEN
        if tables.due(so_far(64 * (step + 1), *plans)):
            shown.append(plans)
    assert shown == ["a", "abc", "abcde"]
    assert not Tables(1, clock).due(so_far(640, "a")), "not when all is done: the table itself comes next"


def test_a5_two_tables_do_not_follow_at_once() -> None:
    clock = Clock()
    tables = Tables(2, clock)
    assert tables.due(so_far(64, "a"))
    assert not tables.due(so_far(128, "a", "b"))
    clock.now = BETWEEN
    assert tables.due(so_far(192, "a", "b"))
