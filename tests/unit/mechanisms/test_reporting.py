"""Reporting by hand: attacks have halved, and what the leader hears of it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from tests.by_hand import Chosen, cell, step

# The guest stood on the hill only; with the floor of 0.02 x 100 + 0.1 the ratio is exactly one half.
HALVED: Mapping[str, Chosen] = {
    "sends": {("home", "guest"): 1.0},
    "deployment": {("hill", "guest"): 1.0},
    "strength": {"guest": 1000.0},
    "force": {("hill", "guest"): 1000.0},
    "attack_rate": {"hill": 100.0, "plain": 500.0},
    "recent_attacks": {"hill": 102.1 / 2 - 2.1, "plain": 9000.0},
    "leader_wish": {"home": 0.5},
}
CLEAR = {"shade": 0.2, "noise": 0.0, "delay": 0.01, "span": 2.0, "candour": 1.0}
DOWN = float(np.log(0.5))


def told(quantity: str, params: Mapping[str, float] | None = None, luck: float = 0.0, **changed: Chosen) -> float:
    return cell(step("reporting", {**HALVED, **changed}, {**CLEAR, **(params or {})}, {"noise": luck}), quantity, "home")


def test_the_truth_is_the_log_ratio_where_the_force_stood() -> None:
    assert told("true_trend") == pytest.approx(DOWN, abs=1e-5)


def test_a_report_is_shaded_towards_good_news_by_what_the_leader_wishes() -> None:
    """Lower is better: a shade of 0.2 for a wish of one half makes it lower by 0.1."""
    assert told("reported_trend") == pytest.approx(DOWN - 0.1, abs=1e-5)
    assert told("report_gap") == pytest.approx(0.1, abs=1e-5)
    assert told("reported_trend", leader_wish={"home": 0.0}) == pytest.approx(DOWN, abs=1e-5)


def test_it_is_late() -> None:
    """With a delay of 1 / ln 2 weeks half of last week's view stays."""
    assert told("seen_trend", {"delay": float(1 / np.log(2))}, seen_trend={"home": 0.3}) == pytest.approx((0.3 + DOWN) / 2, abs=1e-4)


def test_it_is_coarse_and_noisy() -> None:
    """A bias of 0.01 allows 7 messages (2 x 7 x 6 x 0.01 < 1) over a span of 2: the nearest to -0.693 is -4/7, that to -0.193 is -2/7."""
    coarse = {"candour": 0.0, "shade": 0.02}
    assert told("reported_trend", coarse) == pytest.approx(-4 / 7 - 0.01, abs=1e-5)
    assert told("reported_trend", {**coarse, "noise": 0.5}, luck=1.0) == pytest.approx(-2 / 7 - 0.01, abs=1e-5)


def test_where_nobody_is_left_the_government_goes_by_the_public_record() -> None:
    assert told("reported_trend", force={("hill", "guest"): 99.0}) == pytest.approx(DOWN, abs=1e-5)
