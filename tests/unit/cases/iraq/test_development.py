"""The development files, where they are: weekly and monthly series agree with the figures published for them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from drawdown.cases.iraq import development
from drawdown.data.problems import DataError


@pytest.fixture(scope="module")
def iraq(data: Path) -> development.Development:
    return development.load(data)


def test_levels_of_2007(iraq: development.Development) -> None:
    """Stylised fact 1: per week, January to August 2007, 612 civilian deaths (IBC) and 1,500 attacks (SIGACT)."""
    weeks = pd.date_range("2007-01-01", "2007-08-31").size / 7
    assert iraq.deaths_month.loc["2007"].to_numpy().sum() / weeks == pytest.approx(612, abs=1)
    assert iraq.attacks_week["2007-01-01":"2007-08-20"].sum(axis=1).mean() == pytest.approx(1500, rel=0.01)


def test_shapes(iraq: development.Development) -> None:
    assert len(iraq.governorates) == 18
    for table in (iraq.deaths_month, iraq.deaths_week, iraq.attacks_week, iraq.us_week, *iraq.ucdp_month.values()):
        assert list(table.columns) == list(iraq.governorates)
        assert table.index.is_monotonic_increasing
    assert set(pd.DatetimeIndex(iraq.deaths_week.index).day_name()) == {"Monday"}
    assert iraq.deaths_week.isna().sum().sum() == 0
    assert iraq.attacks_week.loc["2005-12-12":"2005-12-26"].isna().all().all()
    assert sum(iraq.borders.values()) > 0
    # Nothing is lost in spreading: weeks hold every death of the incidents that they come from, bar days after the last whole week.
    assert iraq.deaths_week.to_numpy().sum() == pytest.approx(iraq.incidents["deaths_max"].sum(), rel=0.002)


def test_until_hides_what_came_later(data: Path, iraq: development.Development) -> None:
    """On Monday 28 August 2006 the last whole week began on the 21st, the last whole month was July."""
    early = development.load(data, until=date(2006, 8, 28))
    assert early.deaths_week.index[-1] == pd.Timestamp("2006-08-21")
    assert early.attacks_month.index[-1] == early.deaths_month.index[-1] == pd.Timestamp("2006-07-01")
    assert early.ucdp["date_end"].max() <= pd.Timestamp("2006-08-28")
    assert early.incidents["date_start"].max() <= pd.Timestamp("2006-08-28")
    assert early.troops.index[-1] <= pd.Timestamp("2006-08-28")
    same = iraq.attacks_week.loc[: early.attacks_week.index[-1]]
    pd.testing.assert_frame_equal(early.attacks_week, same, check_freq=False)


def test_absent_files_are_all_named(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        development.load(tmp_path)
    assert len(caught.value.problems) == len(development.FILES)
    assert development.folder_in(tmp_path) is None
