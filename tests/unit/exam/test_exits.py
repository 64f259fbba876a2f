from __future__ import annotations

import numpy as np
import pytest

from drawdown.exam import exits
from drawdown.exam.forecast import Forecast
from drawdown.exam.happened import Sequel
from drawdown.exam.origins import Origin
from drawdown.exam.outcomes import HORIZON
from tests.unit.exam import world

MAY = np.datetime64("1995-05", "M")
ORIGIN = Origin("AAA", MAY, 120.0, "AAA1995")


def sequel(*, national: bool = True, taken: float = np.inf, back: float = np.inf) -> Sequel:
    return Sequel("AAA1995", "AAA", "some force", "1995-05-17", national, taken, back, "")


def from_month(month: int, members: int = 2) -> np.ndarray:
    """An event of the first member alone, from a month on (1 is the month of the exit)."""
    found = np.zeros((HORIZON, members), dtype=bool)
    found[month - 1 :, 0] = True
    return found


def test_months_are_counted_from_the_exit() -> None:
    assert exits.first_month(from_month(1)).tolist() == [0, np.inf]
    assert exits.first_month(from_month(25)).tolist() == [24, np.inf]


def test_the_place_that_was_left_is_the_capital_or_the_zone() -> None:
    made = Forecast(np.ones((HORIZON, 2)), {"capital": from_month(40), "zone": from_month(3)})
    assert exits.simulated(made, sequel())["takeover"].tolist() == [39, np.inf]
    zone = exits.simulated(made, sequel(national=False))
    assert zone["takeover"].tolist() == [2, np.inf]
    assert zone["collapse"].tolist() == [np.inf, np.inf]


@pytest.mark.parametrize(
    ("given", "calm"),
    [
        ({}, 1.0),
        ({"taken": 3.0}, 0.0),
        ({"back": 24.0}, 0.0),
        ({"taken": 25.0}, 1.0),
        ({"taken": np.nan}, np.nan),
        ({"taken": np.nan, "back": 1.0}, 0.0),
    ],
)
def test_calm_is_that_nothing_came(given: dict[str, float], calm: float) -> None:
    found = exits.outcomes(world.steady(AAA=10), [ORIGIN], {"AAA1995": sequel(**given)}, {})  # type: ignore[arg-type]  # floats alone
    truth = {(one.what, one.months): one.recorded for one in found}
    np.testing.assert_equal(truth["calm", 24], calm)


def test_a_war_is_no_calm() -> None:
    found = exits.outcomes(world.steady(AAA=100), [ORIGIN], {"AAA1995": sequel()}, {})
    assert {one.recorded for one in found if one.what == "calm"} == {0.0}


def test_rows_hold_simulated_means_against_counts() -> None:
    quiet = Forecast(np.ones((HORIZON, 2)), {"capital": from_month(10), "zone": from_month(10), "back": from_month(61)})
    found = exits.outcomes(world.steady(AAA=10), [ORIGIN], {"AAA1995": sequel(taken=30.0)}, {"AAA1995": quiet})
    rows = {(row.what, row.months): row for row in exits.rows(found)}
    assert rows["takeover", 24].simulated == 0.5
    assert (rows["takeover", 24].count, rows["takeover", 24].of) == (0, 1)
    assert (rows["takeover", 60].count, rows["takeover", 60].of) == (1, 1)
    assert rows["takeover", 24].reference is not None  # drawdown exits has one for 24 months
    assert rows["takeover", 60].reference is None
    assert rows["return", 60].of == 0  # returns were coded to two years: no rate at five
    assert rows["return", 60].inside is None
    assert rows["calm", 24].simulated == 0.5


def test_changes_after_an_exit_leave_out_its_month() -> None:
    made = world.steady(AAA=10)
    made.deaths["AAA"][made.row(MAY)] = 999.0
    found = exits.of_record(made, [ORIGIN], {"AAA1995": sequel()})
    assert found.change[12][0] == pytest.approx(0.0)
    months = np.full((HORIZON, 1), 10.0)
    months[0] = 999.0
    months[13:] = 100.0
    replicate = exits.replicate(made, [ORIGIN], {"AAA1995": sequel()}, {"AAA1995": Forecast(months)}, 5)
    assert replicate.change[12][0] == pytest.approx(0.0)
    assert replicate.change[24][0] == pytest.approx(np.log(1201 / 121))
