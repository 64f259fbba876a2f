from __future__ import annotations

from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest

from drawdown.exam import panel as panels
from drawdown.exam.panel import ExamError, Panel
from tests.unit.exam import world

MAY = np.datetime64("1990-05", "M")


def test_before_ends_with_the_month_before_and_after_begins_with_the_month() -> None:
    made = Panel(world.START, MappingProxyType({"AAA": np.arange(24.0)}), MappingProxyType({"AAA": "A"}))
    assert made.before("AAA", MAY)[-1] == 15.0  # 1990-04 is the sixteenth month from 1989-01
    assert made.after("AAA", MAY, 3).tolist() == [16.0, 17.0, 18.0]


def test_months_without_a_record_are_missing_and_not_zero() -> None:
    series = np.arange(24.0)
    series[:6] = np.nan
    made = Panel(world.START, MappingProxyType({"AAA": series}), MappingProxyType({"AAA": "A"}))
    assert len(made.before("AAA", MAY)) == 10
    assert np.isnan(made.after("AAA", np.datetime64("1990-11", "M"), 4)).tolist() == [False, False, True, True]


def test_a_table_reads_as_it_was_written(tmp_path: Path) -> None:
    made = world.panel(countries=("AAA", "BBB"))
    made.deaths["BBB"][:30] = np.nan
    world.write(made, tmp_path / "world")
    found = panels.read(tmp_path)
    assert found.start == made.start
    for iso3 in ("AAA", "BBB"):
        np.testing.assert_array_equal(found.deaths[iso3], made.deaths[iso3])


def test_a_folder_without_the_table_is_told(tmp_path: Path) -> None:
    with pytest.raises(ExamError, match=r"no country_month\.parquet"):
        panels.read(tmp_path)
