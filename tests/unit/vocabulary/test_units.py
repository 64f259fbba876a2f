"""The table of units: what follows from each, and that what is not in it is told with the nearest."""

from __future__ import annotations

from dataclasses import replace

import pytest

from drawdown.mechanism import ModelError, check, discover
from drawdown.state import GIVEN, PLAN, Variable
from drawdown.vocabulary.magnitudes import LIMITS, reason
from drawdown.vocabulary.units import UNITS, bounds_of, fault, fold_of, is_percent, scale_of, unit_of


@pytest.mark.parametrize("name", UNITS)
def test_what_adds_up_folds_to_a_sum_over_every_dimension(name: str) -> None:
    folds = {fold_of(name, dimension) for dimension in ("place", "community", "actor", "violence", "home")}
    assert (folds == {"sum"}) == unit_of(name).adds_up


def test_shares_are_parts_of_one_whole_over_actors_only() -> None:
    assert fold_of("share", "actor") == fold_of("share", "target") == "sum"
    assert fold_of("share", "place") == fold_of("share", "community") == "residents"
    assert fold_of("share", "home") == fold_of("index", "actor") == "mean"


def test_a_range_that_its_scale_cannot_hold_is_drawn_as_it_stands() -> None:
    assert scale_of("persons", 1.0, 2.0) == "log"
    assert scale_of("persons", 0.0, 2.0) == "linear"
    assert scale_of("share", 0.1, 0.9) == "logit"
    assert scale_of("share", 0.0, 0.9) == scale_of("share", 0.1, 1.0) == "linear"
    assert scale_of("index", 1.0, 2.0) == "linear"


def test_a_rate_is_drawn_on_one_scale_whatever_it_is_counted_by() -> None:
    twins = [(name, week) for name in UNITS if (week := name.replace("per year", "per week")) != name and week in UNITS]
    assert ("per year", "per week") in twins
    assert all(unit_of(year).scale == unit_of(week).scale for year, week in twins)


def test_bounds_that_are_not_declared_are_those_of_the_unit() -> None:
    infinite = float("inf")
    assert bounds_of("share", 0.0, infinite) == (0.0, 1.0)
    assert bounds_of("persons", 5.0, 9.0) == (5.0, 9.0)
    assert bounds_of("index", -infinite, infinite) == (-1e12, 1e12)


def test_a_percentage_is_told_from_a_share() -> None:
    assert is_percent("share", "%")
    assert not is_percent("index", "%")


def test_every_limit_is_told_in_its_unit() -> None:
    assert all(limit.unit in UNITS and reason(limit.unit, limit.most) == limit.reason for limit in LIMITS)
    assert reason("share", 1.0) == ""


def test_what_the_scenario_and_plans_declare_is_in_the_table() -> None:
    assert not [v.name for v in (*GIVEN, *PLAN) if fault(v.unit)]


def test_a_unit_that_is_not_in_the_table_is_told_with_the_nearest() -> None:
    """Of a variable and of a parameter, both at once."""
    one, *others = (m for m in discover() if m.name == "tally")
    assert not others
    people = Variable("people_fed", ("place",), "person", "stock", "people fed")
    wrong = replace(one, owns=(*one.owns, people), params=(*(replace(p, unit="week") for p in one.params),))
    with pytest.raises(ModelError) as told:
        check([wrong])
    assert "tally: 'people_fed': unknown unit: got 'person'" in str(told.value)
    assert "Did you mean 'persons'?" in str(told.value)
    assert "tally: 'memory': unknown unit: got 'week'" in str(told.value)
    assert "Did you mean 'weeks'?" in str(told.value)
