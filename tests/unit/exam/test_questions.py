from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from drawdown.exam import graded, origins, questions
from drawdown.exam.forecast import Forecast
from drawdown.exam.happened import Happened
from drawdown.exam.origins import Origin
from drawdown.exam.outcomes import HORIZON
from drawdown.exam.panel import ExamError, Panel
from drawdown.exam.questions import DatedQuestion
from tests.unit.exam import world

JANUARY = np.datetime64("1993-01", "M")


def write(folder: Path, name: str, rows: list[dict[str, object]]) -> None:
    with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def tables(folder: Path, made: Panel) -> Happened:
    """A world in which AAA fights over the government until rebels win in December 1994, signs in 1995, and hosts a force to March 1993."""
    world.write(made, folder)
    fighting = {"iso3": "AAA", "type": "internal", "incompatibility": "government", "start_date": "1990-05-01", "ended": 1}
    write(folder, "terminations", [
        {**fighting, "end_date": "1994-12-20", "outcome": "rebel victory"},
        {**fighting, "iso3": "BBB", "incompatibility": "territory", "end_date": "1994-12-20", "outcome": "rebel victory"},
        {**fighting, "iso3": "AAA", "type": "interstate", "end_date": "1993-02-01", "outcome": "rebel victory"},
    ])  # fmt: skip
    write(folder, "peace_agreements", [{"iso3": "AAA;BBB", "pa_date": "1995-02-03"}, {"iso3": "BBB", "pa_date": ""}])
    months = ["1992-11", "1992-12", "1993-01", "1993-02", "1993-03"]
    write(folder, "foreign_troops", [
        *({"iso3": "AAA", "period": month, "freq": "month", "persons": 600} for month in months),
        {"iso3": "BBB", "period": "1992-12", "freq": "month", "persons": 499},
        {"iso3": "BBB", "period": "1992Q4", "freq": "quarter", "persons": 9000},
    ])  # fmt: skip
    return Happened(folder)


@pytest.fixture
def made() -> Panel:
    return world.steady(AAA=50, BBB=20)


def test_what_happened_is_told_from_the_origin_on(tmp_path: Path, made: Panel) -> None:
    happened = tables(tmp_path, made)
    found = happened.events(Origin("AAA", JANUARY, 600.0))
    assert np.flatnonzero(found["capital"])[0] == 23  # December 1994 is month 24
    assert np.flatnonzero(found["agreement"])[0] == 25
    assert np.flatnonzero(found["forces"]).tolist() == [0, 1, 2]
    assert not found["back"].any()  # it was there before
    assert happened.events(Origin("AAA", np.datetime64("1992-06", "M"), 600.0))["back"].argmax() == 5
    other = happened.events(Origin("BBB", JANUARY, 240.0))
    assert not other["capital"].any()  # a victory over territory takes no capital
    assert other["agreement"].any()
    assert not other["forces"].any()
    late = happened.events(Origin("AAA", np.datetime64("1995-01", "M"), 600.0))
    assert not late["capital"].any()  # what came before the origin has not happened since
    assert [happened.contested("AAA", np.datetime64(m, "M")) for m in ("1990-05", "1990-06", "1994-12", "1995-01")] == [
        False,
        True,
        True,
        False,
    ]
    assert not happened.contested("BBB", JANUARY)


def test_a_question_depends_on_what_was_known_and_on_nothing_later(tmp_path: Path, made: Panel) -> None:
    """Everything from the origin on is spoilt, deaths and tables: the questions stay word for word."""
    happened = tables(tmp_path / "a", made)
    origin = origins.januaries(made)[0]
    before = questions.asked(origin, happened)
    deaths = {iso3: series.copy() for iso3, series in made.deaths.items()}
    for series in deaths.values():
        series[made.row(JANUARY) :] = 9999.0
    spoilt = replace(made, deaths=deaths)
    (tmp_path / "b").mkdir()
    other = tables(tmp_path / "b", spoilt)
    for name in ("terminations", "peace_agreements", "foreign_troops"):
        path = tmp_path / "b" / f"{name}.csv"
        path.write_text(
            path.read_text().replace("1994-12-20", "1999-01-01").replace("1995-02-03", "1993-01-09").replace("1993-0", "1998-0")
        )
    assert questions.asked(origins.januaries(spoilt)[0], other) == before
    assert {q.kind for q in before} >= {
        "deaths above",
        "war over",
        "capital taken",
        "agreement signed",
        "forces gone",
        "fell and came back",
    }
    assert not {q.kind for q in before} & {"forces come", "under 1,000 a year"}  # a force was there, and there were 600 a year
    assert all(q.threshold in (38, 75, 150, 300) for q in before if q.kind == "deaths above" and q.lead == 3)


def test_answers_of_the_record(tmp_path: Path, made: Panel) -> None:
    made.deaths["AAA"][made.row(JANUARY) + 24 :] = 1.0  # the third year is quiet, and all later
    happened = tables(tmp_path, made)
    origin = origins.januaries(made)[0]
    asked = [q for q in questions.asked(origin, happened) if q.kind != "deaths above"]
    found = dict(zip([(q.kind, q.lead) for q in asked], questions.resolved(made, happened, asked), strict=True))
    assert found == {
        ("war over", 24): 0, ("war over", 60): 1, ("capital taken", 24): 1, ("capital taken", 60): 1, ("agreement signed", 12): 0,
        ("agreement signed", 36): 1, ("forces gone", 24): 1, ("forces gone", 60): 1, ("fell and came back", 60): 0,
    }  # fmt: skip


def test_falling_and_coming_back(made: Panel) -> None:
    question = DatedQuestion(origins.januaries(made)[0], "fell and came back", "fell and came back", HORIZON, np.nan, "")
    months = np.full((HORIZON, 3), 50.0)
    months[12:24, 0] = 5.0  # falls, and comes back
    months[12:, 1] = 5.0  # falls for good; the third goes on
    answer = questions.KINDS[question.kind](question, np.full(12, 50.0), Forecast(months))
    assert answer is not None
    assert answer.tolist() == [True, False, False]


def test_a_record_with_a_gap_answers_nothing_that_needs_it(tmp_path: Path, made: Panel) -> None:
    made.deaths["AAA"][made.row(JANUARY) + 30 :] = np.nan
    happened = tables(tmp_path, made)
    asked = questions.asked(origins.januaries(made)[0], happened)
    found = questions.resolved(made, happened, asked)
    assert [bool(np.isnan(value)) for value in found] == [q.lead > 30 for q in asked]


def test_a_forecast_of_the_truth_answers_as_the_record_does(tmp_path: Path, made: Panel) -> None:
    happened = tables(tmp_path, made)
    origin = origins.januaries(made)[0]
    asked = questions.asked(origin, happened)
    truth = questions.record(made, happened, origin)
    certain = Forecast(np.repeat(truth.deaths, 99, axis=1), {name: np.repeat(v, 99, axis=1) for name, v in truth.events.items()})
    said = questions.probabilities(made, asked, {origin.id: certain})
    np.testing.assert_allclose(said, np.where(questions.resolved(made, happened, asked) == 1, 0.995, 0.005))


def test_what_a_forecast_does_not_say_has_no_probability(tmp_path: Path, made: Panel) -> None:
    happened = tables(tmp_path, made)
    origin = origins.januaries(made)[0]
    asked = questions.asked(origin, happened)
    said = questions.probabilities(made, asked, {origin.id: Forecast(np.ones((HORIZON, 9)))})
    assert {q.kind for q, p in zip(asked, said, strict=True) if np.isnan(p)} == {"capital taken", "agreement signed", "forces gone"}
    assert np.isnan(questions.probabilities(made, asked, {})).all()


def several(made: Panel) -> tuple[list[DatedQuestion], np.ndarray]:
    """One question a country, yes in the folds below 2."""
    asked = [DatedQuestion(Origin(iso3, JANUARY, 200.0), "war over", "war over, 24 months", 24, 25.0, "") for iso3 in made.deaths]
    return asked, np.array([float(q.origin.fold < 2) for q in asked])


def test_base_rates_are_of_other_folds() -> None:
    """A fold in which all came true has the base rate of the others: one that leaks would know better."""
    asked, outcomes = several(world.panel())
    base = questions.base_rates(asked, outcomes)
    for question, rate in zip(asked, base, strict=True):
        others = np.array([o for q, o in zip(asked, outcomes, strict=True) if q.origin.fold != question.origin.fold])
        assert rate == (others.sum() + 0.5) / (len(others) + 1)


def test_skill_is_above_nothing_for_whoever_knows_more() -> None:
    asked, outcomes = several(world.panel())
    base = questions.base_rates(asked, outcomes)
    good, bad = np.where(outcomes == 1, 0.9, 0.1), np.where(outcomes == 1, 0.1, 0.9)
    (total, kind) = graded.grades(asked, good, base, outcomes)
    assert (total.kind, kind.kind) == ("all", "war over")
    assert total.skill > 0.8
    assert total.difference < 0
    assert graded.grades(asked, bad, base, outcomes)[0].skill < -0.5
    assert graded.grades(asked, base, base, outcomes)[0].skill == 0


def test_deciles_say_what_happened() -> None:
    asked, outcomes = several(world.panel())
    said = np.where(outcomes == 1, 0.05, 1.0)
    low, high = graded.deciles(asked, said, outcomes)
    assert (low.low, low.happened, high.high, high.happened) == (0.0, 1.0, 1.0, 0.0)
    assert low.gap == pytest.approx(0.95)
    assert low.count + high.count == len(asked)


def test_a_table_that_is_missing_is_told(tmp_path: Path, made: Panel) -> None:
    world.write(made, tmp_path)
    with pytest.raises(ExamError, match=r"terminations\.csv: no such table"):
        Happened(tmp_path).contested("AAA", JANUARY)
