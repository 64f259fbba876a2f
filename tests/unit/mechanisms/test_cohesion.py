"""Cohesion by hand: what a truce, losses, recruits and time do to discipline and to the rogues."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.by_hand import Chosen, cell, step

MOVEMENT: Mapping[str, Chosen] = {
    "force": {("hill", "militia"): 1000.0},
    "discipline": {"militia": 0.6},
    "rogue": {"militia": 0.2},
    "discipline_at_origin": {"militia": 0.6},
    "rogue_at_origin": {"militia": 0.2},
}
PARAMS = {"purge": 0.1, "wear": 1.0, "dilution": 0.5, "splinter": 0.5, "memory": 100.0}


def after(quantity: str, luck: tuple[float, ...] = (0.99, 0.5, 0.5, 0.5), **changed: dict[str, float]) -> float:
    return cell(step("cohesion", {**MOVEMENT, **changed}, PARAMS, {"splinter": luck}), quantity, "militia")


def test_without_anything_nothing_changes() -> None:
    assert after("discipline") == pytest.approx(0.6)
    assert after("rogue") == pytest.approx(0.2)


def test_a_truce_purges() -> None:
    assert after("discipline", truce={"militia": 10.0}) == pytest.approx(0.6 + 0.1 * 0.4)
    assert after("rogue", truce={"militia": 10.0}) == pytest.approx(0.2 - 0.1 * 0.2)


def test_losses_and_a_flood_of_recruits_wear_it_down() -> None:
    assert after("discipline", recent_fallen={"militia": 50.0}) == pytest.approx(0.6 - 0.05)
    assert after("discipline", recruited={"militia": 110.0}) == pytest.approx(0.6 - 0.5 * 0.1)
    assert after("discipline", recruited={"militia": 10.0}) == pytest.approx(0.6)


def test_both_come_back_to_the_origins_ways() -> None:
    assert after("discipline", discipline={"militia": 0.4}) == pytest.approx(0.4 + 0.2 / 100)
    assert after("rogue", rogue={"militia": 0.5}) == pytest.approx(0.5 - 0.3 / 100)


def test_an_undisciplined_movement_under_a_truce_may_split() -> None:
    """Chance 0.5 x (1 - 0.6) = 0.2 a week; half of the draw of size: 0.1 + 0.2 x 0.5 = 0.2 break away."""
    truce = {"militia": 10.0}
    assert after("splintered", (0.19, 0.5, 0.5, 0.5), truce=truce) == 1.0
    assert after("splintered", (0.21, 0.5, 0.5, 0.5), truce=truce) == 0.0
    assert after("splintered", (0.01, 0.5, 0.5, 0.5)) == 0.0
    assert after("rogue", (0.19, 0.5, 0.5, 0.5), truce=truce) == pytest.approx(0.18 + 0.2)
    assert after("discipline", (0.19, 0.5, 0.5, 0.5), truce=truce) == pytest.approx(0.64 - 0.3 * 0.2)
