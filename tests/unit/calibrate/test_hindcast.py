"""Going back to a date: which rows stand in, what a batch looks like to a source, how levels and discrepancy are sized."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from drawdown.calibrate import forecast, hindcast
from drawdown.calibrate.forecast import Discrepancy, as_recorded, level_ratio, weeks_to
from drawdown.calibrate.hindcast import Study
from drawdown.data.level import standing
from drawdown.evaluate.folds import History
from drawdown.evaluate.record import Record
from drawdown.scenario.model import Actor, Place
from drawdown.vocabulary.incident_kinds import SMALL_INCIDENTS

ORIGIN = date(2006, 8, 28)
HEAD = "actor,low,best,high,weight,unit,known_on,applies_from,note"


def table(folder: Path, *rows: str) -> Path:
    file = folder / "strength.csv"
    file.write_text("\n".join(["# a comment", HEAD, *rows]) + "\n")
    return file


def read(file: Path) -> list[dict[str, str]]:
    with file.open(newline="") as stream:
        return list(csv.DictReader(stream))


def test_rows_known_later_are_dropped_where_an_earlier_one_serves(tmp_path: Path) -> None:
    file = table(tmp_path, "army,,1,,,persons,2006-01-01,2006-01-01,", "army,,2,,,persons,2007-01-01,2007-01-01,")
    assert hindcast._redate(file, ORIGIN) == 0
    assert [r["best"] for r in read(file)] == ["1"]


def test_the_earliest_row_stands_in_where_none_was_known(tmp_path: Path) -> None:
    file = table(tmp_path, "army,,1,,,persons,2007-03-01,2007-03-01,", "army,,2,,,persons,2007-01-01,2007-01-01,")
    assert hindcast._redate(file, ORIGIN) == 1
    (row,) = read(file)
    assert (row["best"], row["known_on"], row["applies_from"]) == ("2", "2006-08-28", "2006-08-28")


def test_rival_estimates_known_by_then_have_weights_that_sum_to_one(tmp_path: Path) -> None:
    file = table(
        tmp_path,
        "militia,,1,,0.2,persons,2006-08-01,2006-08-01,",
        "militia,,2,,0.3,persons,2006-08-02,2006-08-01,",
        "militia,,3,,0.5,persons,2006-12-01,2006-08-01,",
    )
    assert hindcast._redate(file, ORIGIN) == 0
    assert [float(r["weight"]) for r in read(file)] == pytest.approx([0.4, 0.6])


def test_rival_estimates_stand_in_together(tmp_path: Path) -> None:
    file = table(tmp_path, "militia,,1,,0.4,persons,2007-01-01,2007-01-01,", "militia,,2,,0.6,persons,2007-02-01,2007-01-01,")
    assert hindcast._redate(file, ORIGIN) == 1
    assert [float(r["weight"]) for r in read(file)] == pytest.approx([0.4, 0.6])


def test_tables_without_dates_are_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "adjacency.csv"
    file.write_text("place,neighbour,best,unit\na,b,10,km\n")
    before = file.read_bytes()
    assert hindcast._redate(file, ORIGIN) == 0
    assert file.read_bytes() == before


@dataclass(frozen=True)
class Rows:
    """Incidents of one future: two large ones and a month's small ones."""

    future: Any = field(default_factory=lambda: np.array([7, 7, 7], np.uint32))
    week: Any = field(default_factory=lambda: np.array([0, 1, 0], np.int16))
    place: Any = field(default_factory=lambda: np.array([0, 1, 0], np.int16))
    kind: Any = field(default_factory=lambda: np.array([2, 0, SMALL_INCIDENTS], np.int8))
    incidents: Any = field(default_factory=lambda: np.array([1, 1, 9], np.int16))
    deaths_civilians: Any = field(default_factory=lambda: np.array([30, 0, 12], np.int16))


def test_a_batch_is_read_as_a_source_that_counts_civilians_would() -> None:
    places = (
        Place("city", "City", "North", None, 0, 0),
        Place("rest", "Rest", "North", "city", 0, 0),
        Place("s", "S", "South", None, 0, 0),
    )
    actors = (Actor("us", "US", "foreign"), Actor("uk", "UK", "foreign"), Actor("army", "Army", "army"))
    scenario = cast(Any, SimpleNamespace(places=places, actors=actors))
    shape = (2, 3, 1)
    small = np.zeros((2, 3, 3, 1))
    small[0, 0, 2] = 4  # four small one-sided incidents in the first week ...
    small[1, 2, 0] = 5  # ... and five small clashes in the south in the second,
    dead = small.copy()
    dead[1, 2, 0] = 2  # which killed two civilians
    batch = cast(
        Any,
        SimpleNamespace(
            futures=np.array([7], np.uint32),
            incidents=Rows(),
            minor={"small_incidents": small, "small_dead_civilians": dead},
            series={"civilian_deaths": np.ones(shape), "attacks": np.full(shape, 2.0), "fallen": np.arange(6.0).reshape(2, 3, 1)},
        ),
    )
    record = hindcast.read_batch(batch, scenario, 2, "us")
    assert record.places == ("North", "South")
    assert record.deaths[..., 0].tolist() == [[2.0, 1.0], [2.0, 1.0]]
    assert record.attacks[..., 0].tolist() == [[4.0, 2.0], [4.0, 2.0]]
    # The clash without civilian deaths counts for nothing; the bombing and the small ones do.
    assert record.incidents[..., 0].tolist() == [[5.0, 0.0], [0.0, 2.0]]
    assert record.largest[..., 0].tolist() == [[30.0, 0.0], [0.0, 0.0]]
    assert record.foreign_deaths[:, 0].tolist() == [0.0, 3.0]
    assert hindcast.read_batch(batch, scenario, 2).foreign_deaths[:, 0].tolist() == [1.0, 7.0]


def counts(level: Sequence[float], weeks: int, futures: int, size: float = 2.0, seed: int = 1) -> Record:
    random = np.random.default_rng(seed)
    incidents = random.poisson(np.array(level)[None, :, None], (weeks, len(level), futures)).astype(float)
    blank = np.zeros((weeks, futures))
    return Record(tuple("abc"[: len(level)]), size * incidents, incidents, incidents, incidents, blank)


@dataclass(frozen=True)
class Recorded:
    """A record that is given."""

    kept: Record

    def weeks(self, start: date, weeks: int, places: Sequence[str]) -> Record:
        return self.kept


def test_levels_are_matched_by_incidents_and_their_size() -> None:
    recorded = counts([10.0, 3.0, 0.0], 52, 1, size=3.0)
    daily = np.repeat(recorded.deaths[..., 0] / 7, 7, axis=0)
    table = History(ORIGIN - timedelta(weeks=52), ("a", "b", "c"), daily)
    study = cast(Study, SimpleNamespace(recorded=Recorded(recorded)))
    simulated = counts([20.0, 3.0, 1.0], 20, 400)
    number, size = level_ratio(study, simulated, table, ORIGIN, "abc")
    assert number[0] == pytest.approx(0.5, abs=0.1)
    assert number[1] == pytest.approx(1.0, abs=0.35)
    assert number[2] < 0.05
    # Incidents times their size meet the recorded deaths of the last weeks; a table with twice as many (a morgue's months) doubles them.
    made = simulated.deaths[:4].mean(axis=(0, 2))
    assert (number * size * made).sum() == pytest.approx(standing(recorded.deaths[..., 0].sum(axis=1)))
    _, doubled = level_ratio(study, simulated, History(table.start, table.places, 2 * daily), ORIGIN, "abc")
    assert doubled / size == pytest.approx(2.0)


def test_too_many_incidents_are_thinned_and_too_few_scaled() -> None:
    record = counts([8.0, 0.4], 40, 300)
    thinned = as_recorded(record, np.array([0.25, 0.25]), np.ones(2), 1)
    assert thinned.sum() / record.deaths.sum() == pytest.approx(0.25, rel=0.05)
    # Quiet weeks stay quiet and loud ones whole: thinning makes zeros where scaling would make quarters.
    assert (thinned[:, 1] == 0).mean() > (record.deaths[:, 1] == 0).mean() + 0.1
    scaled = as_recorded(record, np.array([2.0, 1.0]), np.array([1.5, 1.0]), 1)
    np.testing.assert_allclose(scaled, record.deaths * np.array([3.0, 1.0])[None, :, None])


def test_discrepancy_widens_and_never_moves_the_middle() -> None:
    drawn = Discrepancy(0.1, 0.05).draw(12, 30, 2000, 1)
    assert np.abs(np.median(drawn, axis=(1, 2))).max() < 0.02
    expected = 0.1 + 0.05 * np.arange(1, 13)
    assert drawn.var(axis=(1, 2)) == pytest.approx(expected, rel=0.05)
    assert not Discrepancy(0.0, 0.0).draw(3, 2, 5, 1).any()


def test_weeks_cover_the_last_month() -> None:
    months = np.array(["2006-09", "2007-08"], dtype="datetime64[M]")
    weeks = weeks_to(ORIGIN, months)
    assert np.datetime64(ORIGIN) + np.timedelta64(7 * weeks, "D") >= np.datetime64("2007-09-01")
    assert np.datetime64(ORIGIN) + np.timedelta64(7 * (weeks - 1), "D") < np.datetime64("2007-09-01")


def test_places_that_the_scenario_lacks_are_forecast_empty() -> None:
    draws = np.arange(6.0).reshape(1, 2, 3)
    out = forecast._as_history(draws, ("b", "a"), ("a", "b", "c"))
    assert out[0].tolist() == [[3.0, 4.0, 5.0], [0.0, 1.0, 2.0], [0.0, 0.0, 0.0]]
