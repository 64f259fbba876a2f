"""Where a record stands: recent weeks weigh most, one incident does not lift a place, what it killed stays the country's."""

from __future__ import annotations

import numpy as np
import pytest

from drawdown.data.level import level, standing

WEEKS = 52


def cells(rate: list[float], size: float = 3.0, seed: int = 2) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Incidents, deaths and deaths of the largest [week, place], all incidents alike."""
    incidents = np.random.default_rng(seed).poisson(rate, (WEEKS, len(rate))).astype(float)
    return incidents, size * incidents, np.where(incidents > 0, size, 0.0)


def test_a_steady_series_stands_where_it_is_and_periods_do_not_matter() -> None:
    assert standing(np.full(52, 40.0)) == pytest.approx(40.0)
    assert standing(np.full(12, 160.0), weeks=4.0) == pytest.approx(40.0)
    assert standing(np.zeros(0)) == 0.0


def test_it_forgets_gradually() -> None:
    fell = np.concatenate([np.full(39, 100.0), np.full(13, 20.0)])
    assert 20 < standing(fell) < 33  # the quarter, with an eighth of what was before
    assert standing(fell[:-9]) == pytest.approx(0.5 * (100 + 20), abs=8)  # a month after the fall it is halfway


def test_one_month_in_which_a_town_was_taken_is_no_level() -> None:
    calm = np.full(24, 10.0)
    calm[-2] = 2000.0
    assert standing(calm, weeks=4.35) < 40
    assert standing(np.array([5.0, 8.0]), weeks=4.35) > 0  # small counts are never cut


def test_one_incident_does_not_lift_a_quiet_place_for_a_year() -> None:
    """The fault: deaths per incident were a year's mean, and one of 266 dead made a place of one incident a week the country's worst."""
    incidents, deaths, largest = cells([20.0, 1.0])
    before = level(incidents, deaths, largest)
    incidents[-30, 1] += 1
    deaths[-30, 1] += 266
    largest[-30, 1] = 266
    after = level(incidents, deaths, largest)
    assert after.mean[1] < 1.5 * before.mean[1]
    # Half a year later the country is where it was; in the month of the incident its dead count, and are nobody's in particular.
    assert after.mean.sum() == pytest.approx(before.mean.sum(), rel=0.05)
    incidents, deaths, largest = cells([20.0, 1.0])
    incidents[-2, 1] += 1
    deaths[-2, 1] += 100
    largest[-2, 1] = 100
    now = level(incidents, deaths, largest)
    assert now.mean.sum() > before.mean.sum() + 8
    assert now.mean[1] / now.mean.sum() < 0.15


def test_where_little_is_recorded_the_year_speaks_and_it_says_so() -> None:
    incidents, deaths, largest = cells([20.0, 0.5])
    incidents[-8:, 1] = deaths[-8:, 1] = largest[-8:, 1] = 0.0
    found = level(incidents, deaths, largest)
    assert found.mean[1] > 0.4
    assert found.high[1] / found.low[1] > 5 > 2 > found.high[0] / found.low[0]
    assert (found.low < found.best).all()
    assert (found.best < found.high).all()


def test_the_sum_is_the_countrys_and_nothing_is_nothing() -> None:
    assert level(*cells([5.0, 2.0]), country=70.0).mean.sum() == pytest.approx(70.0)
    assert not level(*cells([0.0, 0.0])).mean.any()
