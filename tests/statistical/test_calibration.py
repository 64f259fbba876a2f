"""Simulation-based calibration of the real model: on histories that the prior itself makes, the posterior is right on average.

Needs no data: a simulated history stands for the record. Sizes are chosen so that the test could fail: 300 histories in 20 bins.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

if TYPE_CHECKING:
    from drawdown.calibrate.posterior import Fitted
    from drawdown.scenario.model import Scenario

pytestmark = [pytest.mark.slow, pytest.mark.statistical]
FUTURES, WEEKS = 1536, 52


@pytest.fixture(scope="module")
def fitted(iraq: Scenario) -> Fitted:
    from drawdown.calibrate.hindcast import AS_IT_STOOD
    from drawdown.calibrate.learn import ensemble_of, simulate
    from drawdown.calibrate.posterior import fit
    from drawdown.mechanism import discover
    from drawdown.scenario.model import Distribution, Number, Plan

    # What no cause explains is as wide as the wars of the world and hides what a year can teach: it is off, as in a test of causes.
    off = {
        f"{m.name}.{p.name}": Number(f"{m.name}.{p.name}", Distribution("fixed", p.neutral), p.unit, None, "", "D", "off")
        for m in discover()
        if m.unexplained
        for p in m.params
        if p.neutral is not None
    }
    still = replace(
        iraq, parameters={**iraq.parameters, **off}, weeks=60, plans=(Plan(AS_IT_STOOD, "As it stood", "Nothing is ordered.", ()),)
    )
    simulated = simulate(still, WEEKS, 20070903, FUTURES, "united-states")
    one = {name: values[:1] for name, values in simulated.facts.items()}
    ensemble, _ = ensemble_of(still, simulated, one)
    return fit(ensemble)


def test_rank_histograms_of_at_least_ten_parameters_are_flat(fitted: Fitted) -> None:
    from drawdown.calibrate import sbc

    found = sbc.ranks(fitted, 300)
    assert len(found.parameters) >= 10
    assert len(found.flat(0.01)) >= 10
    # Of so many tests few may fall under .01 by chance; a method that is wrong fails in most.
    assert len(found.flat(0.01)) >= len(found.parameters) - 3
    # Not by returning the prior: what is learned narrows, and follows the truth.
    best = int(np.argmax(found.correlation))
    assert found.correlation[best] > 0.45
    assert found.shrinkage[best] < 0.85
    assert np.median(found.correlation) > 0.2


def test_a_known_parameter_is_recovered(fitted: Fitted) -> None:
    """The best informed parameter, at its 10th and 90th percentile: each posterior lies on the right side and covers the truth."""
    from drawdown.calibrate.posterior import posterior

    k = int(np.argmax(fitted.explained[fitted.learned]))
    column = fitted.ensemble.values[:, fitted.learned[k]]
    centres = []
    for quantile in (0.1, 0.9):
        near = np.argsort(np.abs(column - np.quantile(column, quantile)))[:12]
        drawn = [posterior(fitted, fitted.noisy[f], 400, leave_out=int(f), standardised=True).values[:, k] for f in near]
        centres.append(float(np.mean([np.median(d) for d in drawn])))
        inside = sum(np.quantile(d, 0.025) <= column[f] <= np.quantile(d, 0.975) for d, f in zip(drawn, near, strict=True))
        assert inside >= 8  # of twelve 95% intervals; fewer than nine happen once in a thousand
    low, high = np.quantile(column, (0.1, 0.9))
    assert centres[1] - centres[0] > 0.3 * (high - low)


def test_weights_of_rival_hypotheses_are_no_worse_than_their_prior(fitted: Fitted) -> None:
    from drawdown.calibrate import sbc

    found = sbc.ranks(fitted, 300, seed=2)
    for name, (after, before) in found.option_error.items():
        assert after < before * 1.03, name
