"""Capture by size: V8 of the published tables, and the fast version against the drawn one."""

from __future__ import annotations

import numpy as np
import pytest

from drawdown.observe.capture import HIGH, LOW, captured, expected, power_law

# Carpenter, Fuller and Roberts 2013: war-log records found in Iraq Body Count.
SINGLES, TWENTY, RECORDS, DEATHS = 0.174, 0.941, 0.238, 0.463
# War logs 2004-2009 (V9): 1.99 deaths a record, which a power law with exponent 2.5 nearly gives (1.94).
DEATHS_PER_RECORD = 109_032 / 54_910


def test_low_curve_passes_through_its_two_points() -> None:
    assert LOW(1) == pytest.approx(SINGLES, abs=0.001)
    assert LOW(20) == pytest.approx(TWENTY, abs=0.002)
    assert LOW(np.array([2, 3, 5, 10])) == pytest.approx([0.36, 0.51, 0.68, 0.85], abs=0.01)
    assert LOW(0) == 0.0


def test_low_curve_re_makes_the_shares_that_it_was_not_drawn_through() -> None:
    """With sizes whose mean is that of the war logs the two points give .24-.27 of records, .46-.52 of deaths: published .238 and .463."""
    alphas = np.linspace(2.2, 3.0, 81)
    means = np.array([power_law(a, 100) @ np.arange(1, 101) for a in alphas])
    sizes = power_law(float(alphas[np.argmin(abs(means - DEATHS_PER_RECORD))]), 100)
    records, deaths = captured(LOW, sizes)
    assert records == pytest.approx(RECORDS, abs=0.03)
    assert deaths == pytest.approx(DEATHS, abs=0.06)


def test_high_curve_re_makes_spagats_two_thirds() -> None:
    records, deaths = captured(HIGH, power_law(2.5))
    assert HIGH(1) == pytest.approx(0.6, abs=0.001)
    assert records == pytest.approx(2 / 3, abs=0.01)
    # Not his 95% of deaths: Karbala's deaths lie in few large events, those of the whole war do not.
    assert 0.75 < deaths < 0.95


def test_curves_are_monotone_and_ordered() -> None:
    d = np.arange(1, 500)
    assert (np.diff(LOW(d)) > 0).all()
    assert (HIGH(d) >= LOW(d)).all()
    assert (LOW(d, access=1.0) > LOW(d)).all()
    assert (LOW(d, access=-1.0) < LOW(d)).all()


def test_expected_is_exact_for_single_incidents() -> None:
    number, deaths = expected(LOW, [1, 1, 1], [0, 1, 20])
    assert number == pytest.approx([0.0, *LOW([1, 20])])
    assert deaths == pytest.approx([0.0, *(LOW([1, 20]) * [1, 20])])


def test_expected_of_small_incidents() -> None:
    number, deaths = expected(LOW, [10, 10, 10, 4], [10, 20, 3, 0])
    assert number[0] == pytest.approx(10 * float(LOW(1)))
    assert deaths[0] == pytest.approx(10 * float(LOW(1)))
    assert number[1] > number[0]
    assert deaths[1] > 2 * deaths[0]
    assert number[2] == pytest.approx(3 * float(LOW(1)))
    assert number[3] == deaths[3] == 0.0
    assert (deaths <= [10, 20, 3, 0]).all()
    fewer, _ = expected(LOW, [10], [20], access=[-1.0])
    assert fewer[0] < number[1]
