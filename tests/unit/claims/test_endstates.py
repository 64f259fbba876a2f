"""End states by hand: two communities, three actors, sixty weeks."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from drawdown.claims.endstates import EndState, end_state
from drawdown.claims.terms import Futures
from drawdown.vocabulary.state_forms import STATE_FORMS

WEEKS = 60


def state(week: int = WEEKS - 1, reached: int = WEEKS, **series: np.ndarray) -> EndState:
    """Of one future in which nothing happens but what is given, [week, *dims]."""
    usual = {
        "autonomy": np.zeros((WEEKS, 2)),
        "residents": np.tile([[300.0, 200.0], [0.0, 200.0]], (WEEKS, 1, 1)),
        "lead": np.zeros((WEEKS, 2, 3)),
        "deaths": np.zeros((WEEKS, 1, 3)),
        "force": np.zeros((WEEKS, 2, 3)),
    }
    filled = {n: np.asarray(v, np.float32)[..., None] for n, v in {**usual, **series}.items()}
    labels = {"actor": ("guest", "army", "militia")}
    kinds = {"guest": "foreign", "army": "army", "militia": "militia"}
    return end_state(Futures(filled, {}, {}, labels, kinds, date(2007, 9, 3), np.array([reached]), WEEKS), week)


def weekly(place: int, value: float, *shape: int) -> np.ndarray:
    """Nothing but `value` in the week `place`."""
    made = np.zeros((WEEKS, *shape))
    made[place] = value / max(int(np.prod(shape)), 1)
    return made


@pytest.mark.parametrize(("week", "war"), [(59, True), (8, True), (7, False)])
def test_a_war_has_a_thousand_deaths_in_the_last_fifty_two_weeks(week: int, war: bool) -> None:
    """At the end of the sixtieth week these are the ninth to the sixtieth."""
    assert bool(state(deaths=weekly(week, 1000.0, 1, 3)).war[0]) is war
    assert not state(deaths=weekly(week, 999.0, 1, 3)).war[0]


def test_a_year_that_is_not_full_is_scaled_up() -> None:
    assert state(week=25, deaths=weekly(3, 500.0, 1, 3)).war[0]
    assert not state(week=25, deaths=weekly(3, 499.0, 1, 3)).war[0]


@pytest.mark.parametrize(("level", "form"), [(0.29, 0), (0.3, 1), (0.59, 1), (0.6, 2), (0.84, 2), (0.85, 3)])
def test_the_form_is_that_of_the_most_self_ruled_community(level: float, form: int) -> None:
    found = state(autonomy=np.tile([0.1, level], (WEEKS, 1)))
    assert STATE_FORMS[found.form[0]] == STATE_FORMS[form]
    assert found.self_rule[0] == (2 if level >= 0.3 else 0)


def test_the_leader_is_that_of_the_largest_community() -> None:
    """The second has 400 of 700 residents, most of them where the first is not."""
    lead = np.zeros((WEEKS, 2, 3))
    lead[:, 0] = [0.1, 0.8, 0.1]
    lead[:, 1] = [0.1, 0.3, 0.6]
    assert state(lead=lead).leader[0] == 2
    assert state().leader[0] == -1


def test_foreign_presence_is_a_thousand_persons_anywhere() -> None:
    force = np.zeros((WEEKS, 2, 3))
    force[:, :, 0] = [600.0, 400.0]
    assert state(force=force).foreign[0]
    assert not state(force=0.99 * force).foreign[0]
    assert not state(force=force[:, :, ::-1]).foreign[0]


def test_a_future_that_ended_has_no_end_state() -> None:
    assert state(week=30, reached=31).known[0]
    assert not state(week=31, reached=31).known[0]
