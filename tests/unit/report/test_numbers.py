"""The table of every number says what the run drew, and why where that is not what was stated."""

from __future__ import annotations

import base64
import gzip
import json
import math
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import drawdown.scenario
from drawdown.cli.loading import load_scenario
from drawdown.plan import arrays
from drawdown.report import sources_section, why_section
from drawdown.report.numbers import FITTED, LEVELS, SET_BY, StatedNumber, numbers, stated
from drawdown.report.payload import payload
from drawdown.report.run import RunView, open_run
from drawdown.scenario.coverage import numbers_of, stated_numbers
from drawdown.scenario.model import Scenario
from drawdown.world import structure_of
from tests.changed_run import changed

SKELETON = Path(drawdown.scenario.__file__).parent / "skeleton"


@pytest.fixture(scope="module")
def fitted_iraq(drawn_run: Callable[..., RunView]) -> RunView:
    return drawn_run(load_scenario("iraq-2007"), 500)


@pytest.fixture(scope="module", params=["skeleton", "iraq, prior", "iraq, fitted"])
def drawn(request: pytest.FixtureRequest, drawn_run: Callable[..., RunView], fitted_iraq: RunView) -> RunView:
    """Real scenarios, without and with a posterior."""
    if request.param == "iraq, fitted":
        return fitted_iraq
    return drawn_run(load_scenario(str(SKELETON)) if request.param == "skeleton" else load_scenario("iraq-2007", prior=True), 500)


def replaced(run: RunView, scenario: Scenario) -> RunView:
    """The run with another scenario in place of its own."""
    return changed(run, scenario=scenario)


def _expected(run: RunView, row: StatedNumber) -> np.ndarray:
    """What the futures drew of the number of a row, worked out from the draws alone."""
    column = run.draws[row.name].to_numpy(dtype=np.float64)
    if not row.under:
        return column
    hypothesis, option = row.under.split(": ")
    known = next(h for h in run.scenario.hypotheses if h.id == hypothesis)
    index = [o.id for o in known.options].index(option)
    chosen: np.ndarray = column[run.draws[f"hypothesis:{hypothesis}"].to_numpy() == index]
    return chosen


def _faults(run: RunView, rows: list[StatedNumber]) -> list[str]:
    """Whatever a row says that the draws do not, and whatever the draws say that no row explains."""
    found = []
    for row in rows:
        about = f"{row.name} {row.under}".strip()
        if row.drawn is not None and row.name in run.draws.columns:
            expected = np.quantile(_expected(run, row), LEVELS)
            if not np.allclose(row.drawn, expected, rtol=1e-6):
                found.append(f"{about}: says {row.drawn}, drew {expected}")
        if row.off_its_range and not row.why:
            found.append(f"{about}: drew {row.drawn}, stated {row.low} to {row.high}, and does not say why")
        if row.drawn is None and row.low is not None and not row.why:
            found.append(f"{about}: has a range, shows nothing drawn, and does not say why")
        if row.drawn is None and not row.under and row.name in run.draws.columns:
            found.append(f"{about}: was drawn, and nothing is shown")
    shown = {row.name for row in rows}
    found += [
        f"{name}: drawn, and not in the table" for name in run.draws.columns if name != "future" and ":" not in name and name not in shown
    ]
    return found


def test_every_row_shows_what_the_run_drew(drawn: RunView) -> None:
    rows = numbers(drawn)
    assert _faults(drawn, rows) == []
    drawn_rows = [r for r in rows if r.drawn is not None]
    assert len(drawn_rows) > 100
    assert any(r.undrawn == "fixed" and r.drawn is None for r in rows)


def test_a_table_of_stated_ranges_alone_would_be_found_out(fitted_iraq: RunView) -> None:
    """As the page once was: eight numbers did not even hold the median drawn."""
    old = [
        replace(r, drawn=None if r.low is None else (r.low, r.best, r.high or math.nan), why="")
        for r in numbers(fitted_iraq)
        if not r.under
    ]
    faults = _faults(fitted_iraq, old)
    assert any("reprisals.saturation" in f for f in faults)
    assert any("clashes.bystanders" in f for f in faults)


def test_a_number_that_a_hypothesis_sets_has_a_row_for_each_option(fitted_iraq: RunView) -> None:
    rows = [r for r in numbers(fitted_iraq) if r.name == "reprisals.saturation"]
    whole, *options = rows
    assert whole.why.startswith("set by the hypothesis why-violence-falls")
    assert [r.under for r in options] == [f"why-violence-falls: {o}" for o in ("surge", "separation", "realignment", "both-needed")]
    assert [(r.low, r.high) for r in options] == [(0.05, 0.5), (0.9, 1.8), (0.05, 0.5), (0.2, 0.9)]
    for row in options:
        assert row.drawn is not None
        assert row.low is not None
        assert row.high is not None
        assert row.low < row.drawn[1] < row.high
    assert whole.drawn is not None
    assert whole.drawn[2] > 1.5  # beyond the ranges of three of the four


def test_where_an_option_leaves_a_number_alone_the_row_says_so(fitted_iraq: RunView) -> None:
    row = next(r for r in numbers(fitted_iraq) if r.name == "realignment.rate" and not r.under)
    assert row.why.endswith("its own range holds under separation")


def test_fitted_numbers_say_that_they_are(fitted_iraq: RunView) -> None:
    rows = {r.name: r for r in numbers(fitted_iraq) if r.name in fitted_iraq.scenario.samples}
    assert len(rows) == len(fitted_iraq.scenario.samples) > 20
    assert all(r.why == "fitted: drawn from what the patch posterior learned, not from this range" for r in rows.values())


def test_weights_say_how_many_futures_drew_them_and_what_was_declared(fitted_iraq: RunView) -> None:
    row = next(r for r in numbers(fitted_iraq) if r.name == "hypothesis:why-violence-falls:surge")
    share = float((fitted_iraq.draws["hypothesis:why-violence-falls"] == 0).mean())
    assert row.why == f"fitted: 0.15 was declared; drawn in {share:.0%} of futures"


def test_levels_of_orders_are_those_that_the_engine_used(fitted_iraq: RunView) -> None:
    scenario, futures = fitted_iraq.scenario, fitted_iraq.draws["future"].to_numpy().astype(np.uint32)
    checked, rows = 0, {r.name: r for r in numbers(fitted_iraq)}
    for plan in scenario.plans:
        used = arrays(plan, scenario, structure_of(scenario), int(fitted_iraq.manifest["seed"]), futures)["order_level"]
        for k, order in enumerate(plan.orders):
            row = rows.get(f"plan:{plan.id}:{order.id}")
            if row is not None and row.drawn is not None:
                np.testing.assert_allclose(row.drawn, np.quantile(used[k], LEVELS), rtol=1e-6)
                checked += 1
    assert checked == 5


def test_a_made_up_run_with_a_hypothesis_and_a_posterior(make: Callable[..., Path]) -> None:
    run = open_run(make(plans=2, kept=0, fitted=True))
    rows = numbers(run)
    assert _faults(run, rows) == []
    fit = next(r for r in rows if r.name == "clashes.contest_exponent")
    assert (fit.low, fit.high) == (0.5, 2.0)
    assert fit.drawn is not None
    assert fit.drawn[1] >= 3
    assert "fitted" in fit.why
    assert fit.off_its_range
    strong = next(r for r in rows if r.under == "backlash: strong")
    assert strong.drawn is not None
    assert 1 <= strong.drawn[0] <= strong.drawn[2] <= 2


def test_a_number_without_a_range_says_fixed(make: Callable[..., Path]) -> None:
    """As the page shows it: the word is sent to its script, which only prints it."""
    run = open_run(make(plans=1, kept=0))
    rows = numbers(run)
    bulk = json.loads(gzip.decompress(base64.b64decode(payload(run, rows, {}).bulk)))
    shown = {row[0]: row for row in bulk["numbers"]}
    assert shown["strength[britain]"][3:7] == [None, None, None, "fixed"]
    spread = next(r.name for r in rows if r.low is not None and r.drawn is None and not r.under)
    assert shown[spread][6] == "–"


def test_a_number_of_an_unrecorded_fit_names_no_patch(fitted_iraq: RunView) -> None:
    """It named a patch `posterior` that nobody had recorded."""
    old = replaced(fitted_iraq, replace(fitted_iraq.scenario, fits=()))
    row = next(r for r in numbers(old) if r.name in old.scenario.samples)
    assert row.why == "fitted: drawn from what a posterior patch learned, not from this range"


def test_rows_are_counted_by_their_reason_whatever_its_words(fitted_iraq: RunView) -> None:
    rows = numbers(fitted_iraq)
    fitted, set_by = ([r for r in rows if r.reason == reason] for reason in (FITTED, SET_BY))
    assert {r.name for r in fitted} == set(fitted_iraq.scenario.samples)
    assert {r.name for r in set_by} == {n.name for h in fitted_iraq.scenario.hypotheses for o in h.options for n in o.sets} - {
        r.name for r in fitted
    }
    reworded = [replace(r, why="another wording") for r in rows]
    for count, words in ((len(fitted), "fitted to data from"), (len(set_by), "set by a hypothesis")):
        assert re.search(rf"\b{count} (is|are|was|were) {words}", sources_section.section(fitted_iraq, reworded))


def test_the_page_counts_numbers_as_check_does(fitted_iraq: RunView) -> None:
    """It said 1,056 where `check` said 930; a border of two sides was counted twice, a number of four options once."""
    scenario = fitted_iraq.scenario
    rows = [r for r in numbers(fitted_iraq) if r.of == "scenario"]
    counted = stated(fitted_iraq)
    assert counted == len(rows) == len(numbers_of(scenario))
    assert f"{counted:,} numbers that the scenario states" in sources_section.section(fitted_iraq, numbers(fitted_iraq))
    assert f"The scenario states {counted:,} numbers" in why_section.section(fitted_iraq, numbers(fitted_iraq), {})
    borders = stated_numbers(scenario)["adjacency"]
    assert len(borders) == len({n.name for n in borders}) == len(scenario.tables["adjacency"]) // 2
