from __future__ import annotations

import numpy as np
import pytest

from drawdown.exam import against, origins
from drawdown.exam.origins import Origin
from drawdown.exam.outcomes import HORIZON, LEADS, all_leads, of_months, trailing
from tests.unit.exam import world


def test_only_januaries_with_a_hundred_deaths_in_the_year_before() -> None:
    made = world.steady(AAA=9, BBB=8)  # 108 and 96 a year
    found = origins.januaries(made)
    assert [o.id for o in found] == [f"AAA-{year}-01" for year in range(1993, 2006)]
    assert all(o.before == 108 for o in found)


def test_a_year_before_with_a_month_missing_is_no_origin() -> None:
    made = world.steady(AAA=9)
    made.deaths["AAA"][: 12 * 8 + 1] = np.nan  # recorded from 1997-02
    assert origins.januaries(made)[0].id == "AAA-1999-01"


def test_the_window_of_each_lead_ends_with_that_month() -> None:
    """A lead shifted by a month would count another month's power of two."""
    months = np.exp2(np.arange(HORIZON, dtype=np.float64))
    for lead in LEADS:
        first = lead - min(lead, 12)
        assert of_months(months, lead) == 2.0**lead - 2.0**first
    one = np.zeros(HORIZON)
    one[11] = 1.0  # December of the first year
    assert all_leads(one).tolist() == [0, 0, 0, 1, 0, 0, 0]


def test_month_one_is_the_month_of_the_origin() -> None:
    made = world.steady(AAA=10)
    made.deaths["AAA"][48] = 500.0  # 1993-01
    first = origins.januaries(made)[0]
    assert first.month == np.datetime64("1993-01", "M")
    assert first.before == 120  # what the month brings was not known
    assert against.observed(made, [first])[:, 0].tolist() == [500, 520, 550, 610, 120, 120, 120]


def test_outcomes_after_the_last_are_missing() -> None:
    made = world.steady(AAA=10)
    origin = Origin("AAA", np.datetime64("2006-06", "M"), 120.0)
    found = origins.outcome(made, origin, HORIZON)
    assert np.flatnonzero(np.isnan(found))[0] == 55  # 2011-01
    assert np.isnan(all_leads(found)).tolist() == [False] * 6 + [True]


def test_a_fold_learns_nothing_of_its_own_countries_nor_of_later_months() -> None:
    made = world.panel()
    for fold in range(origins.FOLDS):
        learnt = origins.learnt(made, fold)
        assert not {c for c in learnt if origins.fold_of(c) == fold}
        assert set(learnt) == {c for c in made.deaths if origins.fold_of(c) != fold}
        assert all(len(series) == 12 * 18 + 8 for series in learnt.values())  # 1989-01 to 2007-08


def test_folds_are_used_and_belong_to_the_code_alone() -> None:
    assert {origins.fold_of(c) for c in world.COUNTRIES} == set(range(origins.FOLDS))
    assert [origins.fold_of(c) for c in ("AAA", "XYZ")] == [origins.fold_of(c) for c in ("AAA", "XYZ")]


def test_trailing_sums() -> None:
    assert trailing(np.arange(5.0), 2).tolist() == [1, 3, 5, 7]


@pytest.mark.parametrize("most", [1, 5, 12, 1000])
def test_a_cut_spreads_over_the_list(most: int) -> None:
    made = origins.januaries(world.panel())
    found = origins.cut(made, most)
    assert len(found) == min(most, len(made)) == len({o.id for o in found})
