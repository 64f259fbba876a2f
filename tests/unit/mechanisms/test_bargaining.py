"""Bargaining by hand: what a bargain costs with and without a guarantor, and whose weight makes the lead."""

from __future__ import annotations

from collections.abc import Mapping
from math import exp

import pytest

from tests.by_hand import Chosen, cell, step

# The red live on the hill. At the origin the rebels ruled them and wanted no self-rule; now the militia does, and wants `goal`.
LIVED: Mapping[str, Chosen] = {
    "population": {"hill": 1000.0},
    "community_share": {("hill", "red"): 1.0},
    "residents": {("hill", "red"): 1000.0},
}


def self_rule(goal: float, foreign: float, now: float = 0.0) -> float:
    """Self-rule of the red after a week of talks, `foreign` of 100 foreign soldiers being left; arms count for nothing."""
    made = step(
        "bargaining",
        {
            **LIVED,
            "strength": {"guest": 100.0},
            "force": {("hill", "guest"): foreign},
            "control_at_origin": {("hill", "rebels"): 1.0},
            "control": {("hill", "militia"): 1.0},
            "autonomy": {"red": now},
            "autonomy_wanted": {("militia", "red"): goal},
            "autonomy_salience": {("militia", "red"): 1.0, ("rebels", "red"): 1.0},
        },
        {"pace": 0.5, "cost": 0.1, "guarantee": 0.6, "luck": 0.0, "arms": 0.0},
    )
    return cell(made, "autonomy", "red")


def test_a_gap_is_closed_by_pace_as_far_as_it_exceeds_the_cost() -> None:
    assert self_rule(0.4, foreign=0.0) == pytest.approx(0.5 * (0.4 - 0.1))
    assert self_rule(0.09, foreign=0.0) == 0.0
    assert self_rule(0.2, foreign=0.0, now=0.8) == pytest.approx(0.8 - 0.5 * (0.6 - 0.1))


def test_a_guarantor_lowers_the_cost_of_a_bargain() -> None:
    """With the whole force there the cost is 0.1 x (1 - 0.6) = 0.04; with half of it 0.07; twice the force is no better than all."""
    assert self_rule(0.4, foreign=100.0) == pytest.approx(0.5 * (0.4 - 0.04))
    assert self_rule(0.4, foreign=50.0) == pytest.approx(0.5 * (0.4 - 0.07))
    assert self_rule(0.4, foreign=200.0) == self_rule(0.4, foreign=100.0)
    assert self_rule(0.09, foreign=100.0) > 0.0


def test_the_lead_follows_rule_arms_regard_and_money() -> None:
    """Weights (0.05 + ground + arms) e^regard (1 + aid): the army has what the police rule."""
    contenders = ("militia", "rebels", "army")
    made = step(
        "bargaining",
        {
            **LIVED,
            "contends": dict.fromkeys(contenders, 1.0),
            "constituency": {("red", a): 1.0 for a in contenders},
            "control": {("hill", "militia"): 0.5, ("hill", "rebels"): 0.2, ("hill", "police"): 0.3},
            "force": {("hill", "militia"): 900.0, ("hill", "rebels"): 100.0},
            "standing": {("red", "militia"): -0.5},
            "aid": {("east", "rebels"): 0.5},
            "lead": {("red", "militia"): 1.0},
        },
        {"lead_pace": 0.5, "arms": 1.0, "regard": 1.0, "sponsor": 1.0, "luck": 0.0},
    )
    # Arms count by their roots: 30 and 10 of 40.
    weights = {"militia": (0.05 + 0.5 + 0.75) * exp(-0.5), "rebels": (0.05 + 0.2 + 0.25) * 1.5, "army": 0.05 + 0.3}
    whole = sum(weights.values())
    assert cell(made, "lead", "red", "militia") == pytest.approx(0.5 + 0.5 * weights["militia"] / whole)
    assert cell(made, "lead", "red", "rebels") == pytest.approx(0.5 * weights["rebels"] / whole)
    assert cell(made, "lead", "red", "army") == pytest.approx(0.5 * weights["army"] / whole)
    assert cell(made, "lead", "red", "guest") == 0.0
