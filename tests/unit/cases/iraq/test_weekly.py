"""The files of the record, where they are: levels agree with the figures published for them, and nothing later is read."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from drawdown.cases.iraq import CASE, weekly
from drawdown.data.problems import DataError


@pytest.fixture(scope="module")
def folder(data: Path) -> Path:
    found = weekly.folder_in(data)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def iraq(folder: Path) -> weekly.Weekly:
    return weekly.load(folder, date(2007, 9, 2))


def test_levels_of_2007(data: Path, iraq: weekly.Weekly) -> None:
    """Stylised fact 1: per week, January to August 2007, 612 civilian deaths (IBC) and 1,500 attacks (SIGACT)."""
    first, end = date(2007, 1, 1), date(2007, 9, 1)
    found = CASE.recorded(data)
    assert found is not None
    history = found.history().until(end)
    deaths = history.daily[(first - history.start).days :].sum()
    assert deaths / ((end - first).days / 7) == pytest.approx(612, rel=0.005)  # by its own monthly table: 0.2% more
    assert iraq.attacks["2007-01-01":"2007-08-20"].sum(axis=1).mean() == pytest.approx(1500, rel=0.01)


def test_shapes(iraq: weekly.Weekly) -> None:
    for table in (iraq.attacks, iraq.us_dead):
        assert list(table.columns) == sorted(set(CASE.places.values()))
        assert table.index.is_monotonic_increasing
        assert set(pd.DatetimeIndex(table.index).day_name()) == {"Monday"}
    assert iraq.us_dead.isna().sum().sum() == 0
    assert iraq.attacks.loc["2005-12-12":"2005-12-26"].isna().all().all()


def test_nothing_is_lost_in_gathering() -> None:
    """Nine days from a Saturday: two in its week, seven in the next; a week that is not over is left out."""
    records = pd.DataFrame({
        "date_start": pd.to_datetime(["2006-01-07", "2006-01-09"]),
        "date_end": pd.to_datetime(["2006-01-15", "2006-01-09"]),
        "governorate": ["a", "b"],
        "dead": [9.0, 4.0],
    })  # fmt: skip
    table = weekly.gather(records, "dead", ("a", "b", "c"), pd.Timestamp("2006-01-15"))
    assert table.to_numpy().tolist() == [[2.0, 0.0, 0.0], [7.0, 4.0, 0.0]]
    assert len(weekly.gather(records, "dead", ("a", "b", "c"), pd.Timestamp("2006-01-14"))) == 1


def test_until_hides_what_came_later(folder: Path, iraq: weekly.Weekly) -> None:
    """On Monday 28 August 2006 the last whole week began on the 21st."""
    early = weekly.load(folder, date(2006, 8, 28))
    assert early.attacks.index[-1] == early.us_dead.index[-1] == pd.Timestamp("2006-08-21")
    assert early.incidents["date_start"].max() <= pd.Timestamp("2006-08-28")
    same = iraq.attacks.loc[: early.attacks.index[-1]]
    pd.testing.assert_frame_equal(early.attacks, same, check_freq=False)


def test_absent_files_are_all_named(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        weekly.load(tmp_path, date(2007, 9, 2))
    assert len(caught.value.problems) == len(weekly.FILES)
    assert weekly.folder_in(tmp_path) is None
