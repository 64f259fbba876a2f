"""Weeks: counted in one way by plans, claims, the engine and the run folder, and written out nowhere else."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest

import drawdown
from drawdown.scenario.propositions import Moment
from drawdown.vocabulary.weeks import week_dates, week_of_day, weeks_begun_before

ORIGIN = date(2007, 9, 5)  # a Wednesday


@pytest.mark.parametrize(("days", "week", "begun"), [(-1, -1, 0), (0, 0, 0), (1, 0, 1), (6, 0, 1), (7, 1, 1), (8, 1, 2)])
def test_a_week_begins_every_seventh_day_from_the_origin(days: int, week: int, begun: int) -> None:
    day = ORIGIN + timedelta(days=days)
    assert (week_of_day(day, ORIGIN), weeks_begun_before(day, ORIGIN)) == (week, begun)
    moment = Moment(date=day)
    assert (moment.week(ORIGIN), moment.week_after(ORIGIN)) == (week, begun)


def test_a_moment_in_weeks_is_the_same_at_both_ends_of_a_window() -> None:
    assert (Moment(weeks=26).week(ORIGIN), Moment(weeks=26).week_after(ORIGIN)) == (26, 26)


def test_each_first_day_is_in_its_own_week() -> None:
    dates = week_dates(ORIGIN, 5).tolist()
    assert [week_of_day(day, ORIGIN) for day in dates] == [0, 1, 2, 3, 4]
    assert [day.weekday() for day in dates] == [2] * 5


@pytest.mark.parametrize("room", ["claims", "scenario", "runs", "cli", "plan.py", "engine.py"])
def test_no_room_counts_weeks_by_itself(room: str) -> None:
    """Six places rounded days to weeks, down where a window begins and up where it ends, each for itself."""
    place = Path(drawdown.__file__).parent / room
    files = [place] if place.is_file() else sorted(place.rglob("*.py"))
    assert files
    assert [f.name for f in files if re.search(r"\.days ?// ?7|\b7 \* np\.arange", f.read_text(encoding="utf-8"))] == []
