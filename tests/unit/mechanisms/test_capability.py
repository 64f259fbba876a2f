"""Capability by hand: force, ground and calm each move its log odds; confidence follows late, and by reports."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from tests.by_hand import Chosen, cell, step

PEACE: Mapping[str, Chosen] = {
    "residents": {("hill", "red"): 1000.0, ("plain", "blue"): 1000.0},
    "population": {"hill": 1000.0, "plain": 1000.0},
    "strength": {"army": 100.0},
    "force": {("hill", "army"): 99.0},
    "attack_rate": {"hill": 5.0},
    "recent_attacks": {"hill": 5.0},
    "confidence_at_origin": np.array([0.4, 0.4]),
    "confidence": np.array([0.4, 0.4]),
    "capability": np.array(0.25),
}
# Odds of one to three at the origin; the aim is reached at once.
AT_ONCE = {"at_origin": 0.25, "pace": 1.0, "by_force": 1.0, "by_rule": 1.0, "by_calm": 1.0, "luck": 0.0, "belief": 1.0, "belief_weeks": 2.0}


def odds(**changed: Chosen) -> float:
    capability = float(step("capability", {**PEACE, **changed}, AT_ONCE)["capability"])
    return capability / (1 - capability)


def test_as_at_the_origin_nothing_moves() -> None:
    made = step("capability", PEACE, AT_ONCE)
    assert float(made["capability"]) == pytest.approx(0.25)
    assert made["confidence"] == pytest.approx([0.4, 0.4])


def test_force_ground_and_calm_raise_it() -> None:
    assert odds(force={("hill", "army"): 199.0}) == pytest.approx(2 / 3, rel=1e-4)
    assert odds(control={("hill", "police"): 1.0}) == pytest.approx(np.exp(0.5) / 3, rel=1e-4)  # half of the residents
    assert odds(recent_attacks={"hill": 15.0}) == pytest.approx(1 / 6, rel=1e-4)  # (15 + 5) against (5 + 5)
    assert odds(force={("hill", "army"): 99.0, ("hill", "militia"): 1000.0}) == pytest.approx(1 / 3, rel=1e-4)


def test_confidence_follows_capability_and_good_reports_half_way_in_two_weeks() -> None:
    better = step("capability", {**PEACE, "reported_trend": {"home": -1.0}}, AT_ONCE)
    trust = 0.4 / 0.6 * np.exp(0.5)
    assert cell(better, "confidence", "home") == pytest.approx(0.4 + 0.5 * (trust / (1 + trust) - 0.4))
    assert cell(better, "confidence", "abroad") == pytest.approx(0.4)
    abler = step("capability", {**PEACE, "force": {("hill", "army"): 199.0}}, AT_ONCE)
    trust = 0.4 / 0.6 * 2.0
    assert cell(abler, "confidence", "home") == pytest.approx(0.4 + 0.5 * (trust / (1 + trust) - 0.4), rel=1e-4)


def test_a_government_fails_while_it_stands_and_no_more_once_it_has_fallen() -> None:
    def failing(capability: float, fallen: float) -> float:
        there = {**PEACE, "capability": np.array(capability), "government_fallen": np.array(fallen)}
        return float(step("capability", there, {**AT_ONCE, "pace": 0.0, "failing": 0.2})["failing"])

    assert [failing(0.21, 0.0), failing(0.19, 0.0), failing(0.19, 1.0)] == [0.0, 1.0, 0.0]
