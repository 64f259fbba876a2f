"""The page and the terminal say that parameters were fitted, to what, and what that moved."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from drawdown.cli.loading import POSTERIOR, load_scenario
from drawdown.report import answer_section, fitted, sources_section, trust_section
from drawdown.report.answers import outcomes
from drawdown.report.numbers import numbers
from drawdown.report.payload import payload
from drawdown.report.run import RunView, open_run
from drawdown.scenario.load import load
from drawdown.scenario.resolved import decode, encode
from tests.changed_run import changed


@pytest.fixture
def run(make: Callable[..., Path]) -> RunView:
    """Fitted: weights of backlash moved from 50/50 to 80/20, one parameter drawn from samples."""
    return open_run(make(plans=2, kept=0, futures=1200, fitted=True))


def test_a_posterior_is_remembered_with_the_weights_before_it() -> None:
    (fit,) = load_scenario("iraq-2007").fits
    assert fit.patch == "posterior"
    assert fit.weights["why-violence-falls"] == {"surge": 0.15, "separation": 0.25, "realignment": 0.25, "both-needed": 0.35}
    assert (fit.start, fit.before) == (date(2006, 9, 4), date(2007, 9, 3))
    assert fit.numbers == tuple(load_scenario("iraq-2007").samples)
    assert "Iraq Body Count" in fit.data
    assert load_scenario("iraq-2007", prior=True).fits == ()


def test_what_is_said_of_a_fit_changes_no_digest() -> None:
    said = load("iraq-2007", patches=["posterior"])
    from drawdown.scenario.resolved import digest_of

    assert digest_of(replace(said, fits=())) == said.digest


def test_a_scenario_stored_before_fits_were_still_opens() -> None:
    scenario = load("iraq-2007")
    stored = json.loads(json.dumps(encode(scenario)))
    del stored["fits"]
    assert decode(type(scenario), stored, "scenario") == scenario
    del stored["title"]
    with pytest.raises(ValueError, match="scenario"):
        decode(type(scenario), stored, "scenario")


def test_the_terminal_says_what_was_fitted_and_which_weights_moved(drawn_run: Callable[..., RunView]) -> None:
    run = drawn_run(load_scenario("iraq-2007"), 64)
    first, *moved = fitted.lines(run)
    parameters = len(run.scenario.samples)
    assert first.startswith(
        f"{parameters} parameters of this run were fitted to data from 4 September 2006 to 2 September 2007 (posterior)"
    )
    assert "--prior" in first
    (line,) = moved  # the two other questions hardly moved
    after = {o.id: f"{100 * o.weight.distribution.best:.0f}" for o in run.scenario.hypotheses[0].options}
    assert line == (
        f"The fit moved the weights of why-violence-falls: surge from 15 to {after['surge']} percent, separation from 25 to "
        f"{after['separation']}, realignment from 25 to {after['realignment']} and both-needed from 35 to {after['both-needed']}. "
        "Another fit may move them elsewhere."
    )


def test_a_run_without_a_fit_says_nothing_of_one(make: Callable[..., Path]) -> None:
    run = open_run(make(plans=2, kept=0))
    assert fitted.lines(run) == []
    assert "fitted" not in answer_section.section(run, fitted.moved(run)).lower()
    assert "What was fitted" not in trust_section.section(run, None, fitted.moved(run))


def test_a_run_older_than_the_record_says_that_weights_are_not_recorded(make: Callable[..., Path]) -> None:
    run = open_run(make(plans=2, kept=0, fitted=True))
    old = changed(run, scenario=replace(run.scenario, fits=()))
    assert "not recorded" in " ".join(fitted.lines(old))
    trust = trust_section.section(old, None, [])
    assert "1 parameter of this run was fitted to data of dates that are not recorded." in trust
    assert "by the patch" not in trust
    assert "--prior" not in trust  # whether it leaves out this fit is not known


def test_the_page_says_it_by_the_answer_in_trust_and_above_the_numbers(run: RunView) -> None:
    near = answer_section.section(run, fitted.moved(run))
    assert near.index("Fitted to data.") < near.index("The claims")
    assert "1 parameter of this run was fitted to data from 4 September 2006 to 2 September 2007 (made-up records)" in near
    assert "none from 50 to 80 percent and strong from 50 to 20" in near
    trust = trust_section.section(run, None, fitted.moved(run))
    assert 'id="fitted"' in trust
    assert '<td class="num">50%</td>\n<td class="num"><b>80%</b></td>' in trust
    assert "Another <em>seed</em> gave 70%." in trust
    assert "clashes.contest_exponent" in trust
    assert "fitted to data from 4 September 2006" in sources_section.section(run, numbers(run))


def with_fits(run: RunView, *fits: dict[str, Any], samples: bool = True) -> RunView:
    """The run as if these patches had been applied; `samples`: with numbers drawn jointly."""
    (recorded,) = run.scenario.fits
    kept = run.scenario.samples if samples else {}
    return changed(run, scenario=replace(run.scenario, fits=tuple(replace(recorded, **fit) for fit in fits), samples=kept))


def told(run: RunView) -> str:
    """Whatever is said of fits anywhere, on the page and at the terminal."""
    near, trust = answer_section.section(run, fitted.moved(run)), trust_section.section(run, None, fitted.moved(run))
    return " ".join([near[: near.index("The claims")], trust, sources_section.section(run, numbers(run)), *fitted.lines(run)])


def test_only_the_shipped_patch_is_left_out_by_prior(run: RunView) -> None:
    """`--prior` leaves out the patch `posterior` and no other."""
    assert fitted.SHIPPED == POSTERIOR
    assert "--prior, with no --patch, leaves the fit out" in told(run)
    other = told(with_fits(run, {"patch": "my-fit"}))
    assert "run without the patch my-fit leaves the fit out" in other
    assert "--prior" not in other
    both = told(with_fits(run, {}, {"patch": "my-fit"}))
    assert "run without the patch my-fit and with --prior leaves the fit out" in both


def test_nothing_is_said_that_a_posterior_that_sets_numbers_makes_false(run: RunView) -> None:
    assert "No other number" not in told(run)
    sets = told(with_fits(run, {"numbers": (), "weights": {}}, samples=False))
    assert "What the posterior patch sets was fitted to data from 4 September 2006" in sets
    assert "0 parameters" not in sets


def test_a_fit_of_weights_alone_begins_with_them(run: RunView) -> None:
    """It read `0 parameters were fitted`."""
    said = told(with_fits(run, {"numbers": ()}, samples=False))
    assert said.count("The weights of rival explanations (backlash) were fitted to data from 4 September 2006") == 2
    assert "(backlash) were fitted by the patch posterior to data from 4 September 2006" in said
    assert "0 parameters" not in said
    assert "also" not in said[said.index("Fitted to data.") : said.index("What was fitted, and what it changes")]


def test_several_fits_have_their_own_dates(run: RunView) -> None:
    """The last spoke for all."""
    alike = with_fits(run, {}, {"patch": "second"})
    assert "fitted by the patches posterior and second to data from 4 September 2006 to 2 September 2007 (made-up records)." in told(alike)
    apart = with_fits(run, {}, {"patch": "second", "before": date(2008, 1, 7), "data": "other records"})
    assert (
        "to data from 4 September 2006 to 2 September 2007 (posterior) and data from 4 September 2006 to 6 January 2008 (second) "
        "(made-up records; other records)" in told(apart)
    )
    undated = with_fits(run, {"before": None}, {"patch": "second"})
    assert "data of dates that the patch does not give (posterior) and data from" in told(undated)


def test_the_words_of_one_scenario_are_not_said_of_every_fit(run: RunView) -> None:
    """A fit of any length was called a year of one war."""
    said = told(with_fits(run, {"start": date(2004, 1, 5)}))
    assert "A fit to data from 5 January 2004 to 2 September 2007 cannot settle a dispute of the literature" in said
    assert "one war" not in said.lower()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fits", "unseen"),
    [
        ([], True),
        ([{}], True),
        ([{"before": date(2007, 9, 4)}], False),
        ([{"before": None}], False),
        ([{}, {"patch": "second", "before": date(2008, 1, 7)}], False),
    ],
)
def test_nothing_here_was_fitted_to_it_only_where_every_fit_says_so(
    run: RunView, fits: list[dict[str, Any]], unseen: bool, repository: Path
) -> None:
    """The chart of what happened said so of every run."""
    facts = json.loads(payload(with_fits(run, *fits, samples=bool(fits)), [], {}).facts)
    assert facts["fitted_before"] is unseen
    if not fits:  # drawn from samples that nobody recorded
        assert not json.loads(payload(with_fits(run), [], {}).facts)["fitted_before"]
    script = (repository / "src" / "drawdown" / "report" / "assets" / "page.js").read_text(encoding="utf-8")
    assert '${facts.fitted_before ? ", and nothing here was fitted to it" : ""}' in script


def test_claims_at_declared_weights_are_those_of_the_futures_weighted_back(run: RunView) -> None:
    index = run.draws["hypothesis:backlash"].to_numpy()
    found = [m for m in fitted.moved(run) if m.claim.id == "violence-goes-on"]
    assert [m.plan.id for m in found] == [p.id for p in run.plans]
    for one in found:
        y = outcomes(run, "violence-goes-on")[one.plan.id]
        known = y.notna().to_numpy()
        w = np.where(index == 0, 0.5 / 0.8, 0.5 / 0.2)[known]
        assert one.fitted == pytest.approx(y[known].mean())
        assert one.declared == pytest.approx((w * y[known]).sum() / w.sum())
        assert one.declared > one.fitted + 0.05  # the made-up claims are likelier where harm brings recruits
        assert one.clear


def test_the_error_of_a_move_is_that_of_repeated_runs() -> None:
    """The delta method against 400 made-up runs of the same law."""
    from drawdown.report.fitted import _moved

    rng = np.random.default_rng(5)
    moves, errors = [], []
    for _ in range(400):
        option = (rng.random(500) < 0.2).astype(int)
        y = (rng.random(500) < np.where(option == 1, 0.7, 0.3)).astype(float)
        by, error = _moved(y, np.where(option == 1, 2.5, 0.625))
        moves.append(by[0] - by[1])
        errors.append(error)
    spread = float(np.std(moves, ddof=1))
    # The spread of 400 has a relative standard error of 1 / sqrt(2 * 399).
    assert abs(np.mean(errors) - spread) < 4 * spread / np.sqrt(2 * 399)


def test_a_patch_says_what_it_was_fitted_to(tmp_path: Path) -> None:
    from drawdown.calibrate.output import fitted_to

    made = {"simulated from": date(2005, 8, 29), "data before": date(2006, 8, 28), "data": "records"}
    assert fitted_to(made) == {"data": "weekly records of violence (records)", "start": date(2005, 8, 29), "before": date(2006, 8, 28)}
    assert fitted_to({}) is None
