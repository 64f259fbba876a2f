"""The exam as a whole, with forecasters made up for it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from drawdown.exam import against, origins, page, verdict
from drawdown.exam.baselines import BASELINES
from drawdown.exam.climate import Climate
from drawdown.exam.happened import Happened
from drawdown.exam.outcomes import LEADS
from drawdown.exam.panel import Panel
from drawdown.exam.results import CALIBRATED, RAW, Marked, mark
from tests.unit.exam import world
from tests.unit.exam.test_questions import write

FEW = {name: BASELINES[name] for name in ("conflictology", "world climatology")}


def empty_tables(folder: Path, made: Panel) -> Happened:
    world.write(made, folder)
    fought = {"iso3": "ZZZ", "type": "internal", "incompatibility": "government", "start_date": "1990-01-01", "end_date": "1990-02-01"}
    write(folder, "terminations", [{**fought, "outcome": "rebel victory", "ended": 1}])
    write(folder, "peace_agreements", [{"iso3": "ZZZ", "pa_date": "1990-01-01"}])
    write(folder, "foreign_troops", [{"iso3": "ZZZ", "period": "1990-01", "freq": "month", "persons": 600}])
    write(folder, "exits", [{"id": "ACF1995", "scope": "national"}])
    left = {
        "id": "ACF1995",
        "iso3": "ACF",
        "force": "some",
        "exit_date": "1995-05-17",
        "takeover_24m": 1,
        "fall_month": 7,
        "return_month": "",
    }
    write(folder, "exit_outcomes", [{**left, "note": ""}])
    return Happened(folder)


@pytest.fixture(scope="module")
def sat(tmp_path_factory: pytest.TempPathFactory) -> tuple[Panel, Marked]:
    made = world.panel()
    folder = tmp_path_factory.mktemp("world")
    happened = empty_tables(folder, made)
    chosen, left = origins.cut(origins.januaries(made), 60), origins.exits(made, folder)
    climate = Climate(made, 40)
    return made, mark(made, happened, chosen, left, {origin.id: climate(origin) for origin in (*chosen, *left)})


def test_everything_is_marked_before_and_after_calibration(sat: tuple[Panel, Marked]) -> None:
    _, marked = sat
    assert len(marked.origins) == 60
    for name in (RAW, CALIBRATED):
        assert set(marked.deaths[name]) == set(LEADS)
        assert all(np.isfinite(marked.deaths[name][lead].crps).all() for lead in LEADS)
        assert marked.grades[name][0].kind == "all"
        assert marked.deciles[name]
    assert len(marked.facts) == 60
    assert {one.exit for one in marked.exits} == {"ACF1995"}


def test_climatology_by_months_scores_like_climatology_by_windows(sat: tuple[Panel, Marked]) -> None:
    """Two ways to the same forecast: a lead that one of them shifts would part them."""
    made, marked = sat
    by_windows = against.baselines(made, marked.origins, members=200, chosen=FEW)["world climatology"]
    for lead in LEADS:
        mine = marked.deaths[RAW][lead]
        assert mine.mean == pytest.approx(by_windows[lead].mean, rel=0.25)


def test_the_page_tells_every_part(sat: tuple[Panel, Marked]) -> None:
    made, marked = sat
    text = page.whole(
        marked, against.baselines(made, marked.origins, members=50, chosen=FEW), marked.grades[RAW], {"ACF1995": "its record begins later"}
    )
    for heading in (
        "## What it must show",
        "## Deaths",
        "## Questions",
        "## When it said so much",
        "## Facts",
        "## Exits",
        "## Not forecast",
    ):
        assert heading in text
    assert "ACF1995" in text
    assert "of 60 facts lie inside the simulated 90% band" in text
    assert all(
        len({row.count("|") for row in block.splitlines() if row.startswith("|")}) == 1 for block in text.split("\n\n") if block[:1] == "|"
    )


def test_the_verdict_judges_each_criterion_the_right_way_round(sat: tuple[Panel, Marked]) -> None:
    """The truth itself, spread a little, passes what a forecast of nothing but zero fails."""
    made, marked = sat
    scores = against.baselines(made, marked.origins, members=50, chosen=FEW)
    rows = len(marked.origins)
    truth = against.observed(made, marked.origins)
    random = np.random.default_rng(1)
    for good in (True, False):
        deaths = {}
        for row, lead in enumerate(LEADS):
            centre = np.log1p(truth[row]) + random.normal(0, 0.1, rows)
            draws = np.exp(centre[:, None] + random.normal(0, 0.1, (rows, 200))) - 1 if good else np.zeros((rows, 200))
            deaths[lead] = against.scored(np.maximum(draws, 0), truth[row], marked.origins, 1, lead)
        found = verdict.verdict(replace(marked, deaths={RAW: deaths, CALIBRATED: deaths}), scores, RAW)
        crps = [one for one in found if one.what.startswith("CRPS")]
        assert [one.met for one in crps] == [good] * 6
        bands = [one for one in found if one.what.startswith("90% band")]
        assert [one.met for one in bands].count(good) >= 5
    assert {one.what for one in found} >= {"facts inside the simulated band"}
