"""Seizure by hand: when an attempt is made, when it succeeds, and what changes hands."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from tests.by_hand import Chosen, cell, step

# One militiaman per 1,000 residents against police who weigh as much; the police rule half of the hill, nobody a quarter.
HILL: Mapping[str, Chosen] = {
    "residents": {("hill", "red"): 100_000.0},
    "force": {("hill", "militia"): 100.0, ("hill", "police"): 200.0},
    "control": {("hill", "police"): 0.5, ("hill", "militia"): 0.25},
    "void": {"hill": 0.25},
    "enmity": {"police--militia": 1.0},
    "takes_ground": 1.0,
    "constituency": {("red", "militia"): 1.0},
}
PARAMS = {"walk_in": 0.2, "size": 0.4, "ease": 0.0, "edge": 1.0, "welcome": 1.0, "foreign_weight": 3.0, "police_weight": 0.5}
ASSAULT = {("hill", "militia"): 1.0}


def gained(actor: str = "militia", attempt: float = 0.5, success: float = 0.499, **changed: Chosen) -> float:
    made = step("seizure", {**HILL, **changed}, PARAMS, {"attempt": (attempt, success, 0.5, 0.5)})
    assert cell(made, "seized", "hill", actor) == cell(made, "control_gained", "hill", actor)
    return cell(made, "seized", "hill", actor)


def test_between_equals_an_assault_succeeds_half_of_the_time() -> None:
    """It takes 0.4 of what its enemy rules and 0.4 of what nobody does."""
    assert gained(offensive=ASSAULT) == pytest.approx(0.4 * 0.5 + 0.4 * 0.25)
    assert gained(offensive=ASSAULT, success=0.501) == 0.0
    assert gained() == 0.0


def test_what_is_won_is_lost_by_those_who_ruled() -> None:
    made = step("seizure", {**HILL, "offensive": ASSAULT}, PARAMS, {"attempt": (0.5, 0.1, 0.5, 0.5)})
    assert cell(made, "control_lost", "hill", "police") == pytest.approx(0.2)
    assert cell(made, "control_lost", "hill", "militia") == 0.0


def test_the_strong_and_the_welcome_succeed_more_often() -> None:
    """Odds of (3 + .05) to (1 + .05) succeed with 0.744; a foreign soldier counts as six police officers; regard on the log scale."""
    strong = {("hill", "militia"): 300.0, ("hill", "police"): 200.0}
    assert gained(offensive=ASSAULT, force=strong, success=0.743) > 0
    assert gained(offensive=ASSAULT, force=strong, success=0.745) == 0
    backed = {("hill", "militia"): 300.0, ("hill", "police"): 200.0, ("hill", "guest"): 100.0}
    assert gained(offensive=ASSAULT, force=backed, success=0.429) > 0  # 3.05 against 4.05
    assert gained(offensive=ASSAULT, force=backed, success=0.431) == 0
    assert gained(offensive=ASSAULT, standing={("red", "militia"): 0.5}, success=0.622) > 0
    assert gained(offensive=ASSAULT, standing={("red", "militia"): 0.5}, success=0.623) == 0


def test_police_at_one_with_the_group_stand_aside() -> None:
    assert gained(offensive=ASSAULT, sympathy={("hill", "militia"): 0.8}, success=0.80) > 0
    assert gained(offensive=ASSAULT, success=0.80) == 0


def test_groups_walk_in_where_the_garrison_has_left() -> None:
    gone: Mapping[str, Chosen] = {"backing": {("hill", "guest"): 1000.0}}
    assert gained(attempt=0.199, success=0.1, **gone) > 0
    assert gained(attempt=0.201, success=0.1, **gone) == 0
    there = {("hill", "militia"): 100.0, ("hill", "police"): 200.0, ("hill", "guest"): 600.0}
    assert gained(attempt=0.01, success=0.001, force=there, **gone) == 0
    assert gained(attempt=0.01, success=0.001, backing={("hill", "guest"): 90.0}) == 0


def test_police_and_those_who_do_not_take_ground_seize_nothing() -> None:
    assert gained("police", offensive={("hill", "police"): 1.0}, success=0.001) == 0
    assert gained(offensive=ASSAULT, success=0.001, takes_ground={"rebels": 1.0}) == 0
    assert gained("army", offensive={("hill", "army"): 1.0}, force={("hill", "army"): 100.0}, success=0.5) == pytest.approx(0.4 * 0.25)


def test_those_who_take_from_one_share_what_it_had() -> None:
    """Militia and army fall upon the rebels together; each would take all of the two fifths that they rule."""
    made = step(
        "seizure",
        {
            **HILL, "control": {("hill", "rebels"): 0.4}, "void": 0.0, "offensive": {("hill", "militia"): 1.0, ("hill", "army"): 1.0},
            "enmity": {"militia--rebels": 1.0, "army--rebels": 1.0},
        },
        {**PARAMS, "size": 1.0},
        {"attempt": (0.5, 0.0001, 0.5, 0.5)},
    )  # fmt: skip
    assert cell(made, "control_lost", "hill", "rebels") == pytest.approx(0.4)
    assert [cell(made, "control_gained", "hill", a) for a in ("militia", "army")] == pytest.approx([0.2, 0.2])
    assert np.isfinite(made["control_gained"]).all()
