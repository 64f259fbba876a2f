"""Walter 2010; Suhrke and Samset 2007: how often civil war comes back, against the reference class of exits that the page shows.

Published: 23% in five years (revised), 44%, 50% and 57% (evidence, section 15). The simulator has no law of relapse of its own: a war that
ends in it may come back by the same processes that made it. What the project does state is the share of real exits without a war that had
one within 24 months (`drawdown exits`); at the published hazards that is a tenth to nearly three tenths.
"""

from __future__ import annotations

from datetime import date

import pytest

from drawdown.evaluate.exits import base_rates, load

FIVE_YEARS = (0.23, 0.44, 0.50, 0.57)
MONTHS = 24


def within(months: float, five_years: float) -> float:
    """Share that has relapsed by then, at the constant hazard that gives `five_years` in sixty months."""
    return float(1.0 - (1.0 - five_years) ** (months / 60.0))


def test_relapse_after_exits_agrees_with_the_published_hazards() -> None:
    """The interval of the reference class and the published band, brought to the same two years, overlap."""
    rate = next(r for r in base_rates(load()) if r.name == "relapse")
    low, high = within(MONTHS, min(FIVE_YEARS)), within(MONTHS, max(FIVE_YEARS))
    assert (low, high) == pytest.approx((0.099, 0.287), abs=0.001)
    assert rate.of >= 15
    assert rate.interval[0] < high
    assert rate.interval[1] > low
    # One exit more or less moves the share by a twentieth: it lies within two of them of the band.
    assert low - 2 / rate.of < rate.share < high + 2 / rate.of


def test_what_was_known_at_the_first_scenarios_origin_says_the_same() -> None:
    rate = next(r for r in base_rates(load(date(2007, 9, 3))) if r.name == "relapse")
    assert rate.interval[0] < within(MONTHS, max(FIVE_YEARS))
    assert rate.interval[1] > within(MONTHS, min(FIVE_YEARS))
