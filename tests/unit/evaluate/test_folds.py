"""Nothing after the origin is read; months and leads fall where a calendar says."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from drawdown.evaluate import folds
from drawdown.evaluate.backtest import all_baselines, months_from_weeks
from drawdown.evaluate.folds import FoldError, History

PLACES = ("north", "south", "west")


def made_up(days: int = 1500, seed: int = 5) -> History:
    """Counts that drift slowly, with places of very different level."""
    random = np.random.default_rng(seed)
    drift = np.cumsum(random.normal(0, 0.03, size=(days, 3)), axis=0)
    return History(date(2003, 5, 1), PLACES, random.poisson(np.exp(drift + np.array([2.0, 0.5, -1.5]))).astype(float))


@pytest.mark.parametrize("name", sorted(all_baselines()))
@pytest.mark.parametrize("origin", [date(2006, 2, 1), date(2006, 8, 28)])
def test_a_forecast_does_not_change_when_the_future_does(name: str, origin: date) -> None:
    history = made_up()
    poisoned = history.daily.copy()
    poisoned[(origin - history.start).days :] = np.nan
    forecaster = all_baselines()[name]
    clean = forecaster(history.until(origin), origin, (1, 3, 12), 50, 1)
    dirty = forecaster(History(history.start, PLACES, poisoned).until(origin), origin, (1, 3, 12), 50, 1)
    np.testing.assert_array_equal(clean, dirty)
    assert clean.shape == (3, 3, 50)
    assert (clean >= 0).all()


def test_until_holds_no_later_day_and_cannot_be_written() -> None:
    history = made_up()
    known = history.until(date(2006, 1, 1))
    assert known.end == date(2006, 1, 1)
    assert not known.daily.flags.writeable
    assert not np.shares_memory(known.daily, history.daily)
    with pytest.raises(FoldError, match="nothing is recorded before"):
        history.until(date(2003, 5, 1))


def test_months_are_complete_or_scaled_or_left_out() -> None:
    history = History(date(2006, 1, 10), ("a",), np.ones((400, 1)))
    early, late = history.until(date(2006, 3, 15)).monthly(), history.until(date(2006, 3, 26)).monthly()
    assert [str(m) for m in early.labels] == ["2006-02"]
    assert early.values.tolist() == [[28.0]]
    assert [str(m) for m in late.labels] == ["2006-02", "2006-03"]
    assert late.values[1, 0] == pytest.approx(31.0)


def test_a_partial_month_is_never_taken_for_the_truth() -> None:
    history = History(date(2006, 1, 1), ("a",), np.ones((31 + 28 + 25, 1)))
    truth = folds.observed(history, date(2006, 1, 15), (1, 2))
    assert truth[0, 0] == 28.0
    assert np.isnan(truth[1, 0])


def test_lead_one_is_the_first_whole_month_after_the_origin() -> None:
    assert [str(m) for m in folds.target_months(date(2006, 8, 28), (1, 12))] == ["2006-09", "2007-08"]
    assert [str(m) for m in folds.target_months(date(2006, 9, 1), (1, 3))] == ["2006-09", "2006-11"]
    with pytest.raises(FoldError, match="whole months from 1"):
        folds.target_months(date(2006, 9, 1), (0,))


def test_rolling_origins() -> None:
    found = folds.rolling_origins(date(2006, 1, 1), date(2007, 3, 31))
    assert [str(o) for o in found] == ["2006-01-01", "2006-04-01", "2006-07-01", "2006-10-01", "2007-01-01"]
    with pytest.raises(FoldError, match="rising range"):
        folds.rolling_origins(date(2007, 1, 1), date(2006, 1, 1))


def test_records_of_several_days_are_spread_evenly_and_the_unplaced_are_counted() -> None:
    starts, ends = [date(2006, 1, 31), date(2006, 1, 5), date(2006, 1, 6)], [date(2006, 2, 3), date(2006, 1, 5), date(2006, 1, 6)]
    history, lost = folds.spread(starts, ends, ["a", "b", "moon"], [8, 3, 1], ("a", "b"))
    assert lost == 1
    assert history.daily.sum() == 11
    assert history.daily[(date(2006, 2, 1) - history.start).days, 0] == 2.0
    with pytest.raises(FoldError, match="end before they start"):
        folds.spread([date(2006, 1, 2)], [date(2006, 1, 1)], ["a"], [1], ("a",))


def test_weeks_to_months_keep_every_death() -> None:
    mondays = np.arange("2006-01-02", "2006-07-10", 7, dtype="datetime64[D]")
    weekly = np.full((len(mondays), 2), 7.0)
    months = np.array(["2006-02", "2006-03"], dtype="datetime64[M]")
    np.testing.assert_allclose(months_from_weeks(mondays, weekly, months), [[28.0, 28.0], [31.0, 31.0]])
    with pytest.raises(FoldError, match="do not cover"):
        months_from_weeks(mondays, weekly, np.array(["2006-01"], dtype="datetime64[M]"))
