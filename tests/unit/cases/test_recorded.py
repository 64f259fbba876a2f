"""The record of a country: whose it is where a folder holds several, and what the user's own tables give."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from drawdown.cases.recorded import FOLDER, OwnTables, find_data, recorded
from drawdown.evaluate.folds import FoldError


def test_data_folder_with_own_csv(tmp_path: Path) -> None:
    (tmp_path / "deaths.csv").write_text("start,end,place,deaths\n2006-01-01,2006-01-02,a,4\n2006-01-03,2006-01-03,b,1\n")
    history = recorded(tmp_path, None).history()
    assert history.places == ("a", "b")
    assert history.daily.tolist() == [[2.0, 0.0], [2.0, 0.0], [0.0, 1.0]]
    (tmp_path / "deaths.csv").write_text("start,place,deaths\n2006-01-01,a,4\n")
    with pytest.raises(FoldError, match="lacks column"):
        recorded(tmp_path, None).history()
    with pytest.raises(FoldError, match="holds neither"):
        recorded(tmp_path / "empty", None)


def test_own_tables_tell_weeks_and_leave_out_what_they_lack(tmp_path: Path) -> None:
    (tmp_path / "deaths.csv").write_text("start,end,place,deaths\n2006-01-02,2006-01-20,a,4\n2006-01-10,2006-01-10,a,1\n")
    found = OwnTables(tmp_path).weeks(date(2006, 1, 2), 2, ("a", "b"))
    assert found.deaths[..., 0].tolist() == [[4.0, 0.0], [1.0, 0.0]], "an incident counts in the week in which it begins"
    assert np.isnan(found.attacks).all()
    assert np.isnan(found.foreign_deaths).all()
    (tmp_path / "attacks.csv").write_text("start,place,attacks\n2006-01-09,b,7\n")
    assert OwnTables(tmp_path).weeks(date(2006, 1, 2), 2, ("a", "b")).attacks[..., 0].tolist() == [[0.0, 0.0], [0.0, 7.0]]


def test_the_users_tables_come_before_a_cases_files(tmp_path: Path) -> None:
    """One record for all: history from one and weeks from the other would be held against each other."""
    from drawdown.cases import find

    case = find("iraq-2007")
    assert case is not None
    with pytest.raises(FoldError, match="holds neither"):
        recorded(tmp_path, case)
    (tmp_path / "ibc_events.parquet").touch()
    assert recorded(tmp_path, case).summaries
    (tmp_path / "deaths.csv").touch()
    assert isinstance(recorded(tmp_path, case), OwnTables)


def test_the_folder_of_data_is_the_one_that_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FOLDER, str(tmp_path))
    assert find_data() == tmp_path
