"""Seizure by hand: when an attempt is made, when it succeeds, whether a success is a town or a post, and what becomes of the beaten."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from tests.by_hand import Chosen, cell, step

# One militiaman per 1,000 residents against police who weigh as much; the police rule half of the hill, nobody a quarter.
HILL: Mapping[str, Chosen] = {
    "residents": {("hill", "red"): 100_000.0, ("plain", "red"): 100_000.0},
    "force": {("hill", "militia"): 100.0, ("hill", "police"): 200.0},
    "control": {("hill", "police"): 0.5, ("hill", "militia"): 0.25},
    "void": {"hill": 0.25},
    "enmity": {"police--militia": 1.0, "guest--militia": 1.0},
    "takes_ground": 1.0,
    "constituency": {("red", "militia"): 1.0},
}
PARAMS = {
    "walk_in": 0.2, "town": 0.8, "post": 0.1, "ease": 0.0, "edge": 1.0, "rout": -1.0, "rout_edge": 2.0, "bought": 0.0, "away": 0.0,
    "thin": 0.1, "fall_back": 0.5, "scatter": 0.0, "refuge": 0.0, "welcome": 1.0, "foreign_weight": 3.0, "police_weight": 0.5,
}  # fmt: skip
ASSAULT = {("hill", "militia"): 1.0}
EVEN_TOWN = 1 / (1 + np.e)


def attempted(
    walks: float = 0.5, success: float = 0.499, town: float = 0.999, price: float = 0.999, params: Mapping[str, float] | None = None,
    **changed: Chosen,
) -> dict[str, np.ndarray]:  # fmt: skip
    return step("seizure", {**HILL, **changed}, {**PARAMS, **(params or {})}, {"attempt": (walks, success, town, price)})


def gained(actor: str = "militia", **how: Any) -> float:
    made = attempted(**how)
    assert cell(made, "seized", "hill", actor) == cell(made, "control_gained", "hill", actor)
    return cell(made, "seized", "hill", actor)


def test_between_equals_an_assault_succeeds_half_of_the_time_and_takes_a_post() -> None:
    """It takes a tenth of what its enemy rules and of what nobody does."""
    assert gained(offensive=ASSAULT) == pytest.approx(0.1 * 0.5 + 0.1 * 0.25)
    assert gained(offensive=ASSAULT, success=0.501) == 0.0
    assert gained() == 0.0


def test_lopsided_odds_take_the_town_and_even_ones_a_post() -> None:
    """Log odds of a town given a success are -1 between equals; four to one adds 2 ln(4.05/1.05)."""
    assert gained(offensive=ASSAULT, town=EVEN_TOWN - 0.001) == pytest.approx(0.8 * 0.75)
    assert gained(offensive=ASSAULT, town=EVEN_TOWN + 0.001) == pytest.approx(0.1 * 0.75)
    many = {("hill", "militia"): 400.0, ("hill", "police"): 200.0}
    chance = 1 / (1 + np.exp(1 - 2 * np.log(4.05 / 1.05)))
    assert gained(offensive=ASSAULT, force=many, town=chance - 0.001) == pytest.approx(0.8 * 0.75)
    assert gained(offensive=ASSAULT, force=many, town=chance + 0.001) == pytest.approx(0.1 * 0.75)
    taken = attempted(offensive=ASSAULT, town=0.001)
    assert cell(taken, "town", "hill", "militia") == 1.0
    assert cell(attempted(offensive=ASSAULT), "town", "hill", "militia") == 0.0


def test_what_is_won_is_lost_by_those_who_ruled() -> None:
    made = attempted(offensive=ASSAULT, town=0.001)
    assert cell(made, "control_lost", "hill", "police") == pytest.approx(0.4)
    assert cell(made, "control_lost", "hill", "militia") == 0.0


def test_the_strong_the_keen_and_the_welcome_succeed_more_often() -> None:
    """Odds of (3 + .05) to (1 + .05) succeed with 0.744; a foreign soldier counts as six police officers; regard on the log scale."""
    strong = {("hill", "militia"): 300.0, ("hill", "police"): 200.0}
    assert gained(offensive=ASSAULT, force=strong, success=0.743) > 0
    assert gained(offensive=ASSAULT, force=strong, success=0.745) == 0
    backed = {("hill", "militia"): 300.0, ("hill", "police"): 200.0, ("hill", "guest"): 100.0}
    assert gained(offensive=ASSAULT, force=backed, success=0.429) > 0  # 3.05 against 4.05
    assert gained(offensive=ASSAULT, force=backed, success=0.431) == 0
    assert gained(offensive=ASSAULT, standing={("red", "militia"): 0.5}, success=0.622) > 0
    assert gained(offensive=ASSAULT, standing={("red", "militia"): 0.5}, success=0.623) == 0
    assert gained(offensive=ASSAULT, mettle={"militia": float(np.log(3.0))}, success=0.743) > 0


def test_only_enemies_stand_in_the_way() -> None:
    """Police who are no enemies do not fight, nor do they lose what they rule; half of the scale is enmity enough."""
    friends: Mapping[str, Chosen] = {"enmity": 0.0}
    assert gained(offensive=ASSAULT, success=0.9, **friends) == pytest.approx(0.1 * 0.25)
    assert gained(offensive=ASSAULT, enmity={"police--militia": 0.5}) == pytest.approx(0.1 * 0.75)


def test_police_at_one_with_the_group_stand_aside() -> None:
    assert gained(offensive=ASSAULT, sympathy={("hill", "militia"): 0.8}, success=0.80) > 0
    assert gained(offensive=ASSAULT, success=0.80) == 0


def test_groups_walk_in_where_nobody_who_fights_is_in_the_way() -> None:
    """A hundred against nobody; against a tenth of their weight a third as often; against as many hardly."""
    alone = {("hill", "militia"): 100.0}
    assert gained(walks=0.199, success=0.1, force=alone) > 0
    assert gained(walks=0.201, success=0.1, force=alone) == 0
    few = {("hill", "militia"): 100.0, ("hill", "police"): 20.0}
    assert gained(walks=0.2 * np.exp(-1) - 0.001, success=0.1, force=few) > 0
    assert gained(walks=0.2 * np.exp(-1) + 0.001, success=0.1, force=few) == 0
    assert gained(walks=0.001, success=0.1) == 0


def test_groups_walk_in_where_the_garrison_has_left() -> None:
    gone: Mapping[str, Chosen] = {"backing": {("hill", "guest"): 1000.0}}
    assert gained(walks=0.199, success=0.1, **gone) > 0
    assert gained(walks=0.201, success=0.1, **gone) == 0
    there = {("hill", "militia"): 100.0, ("hill", "police"): 200.0, ("hill", "guest"): 600.0}
    assert gained(walks=0.01, success=0.001, force=there, **gone) == 0
    assert gained(walks=0.001, success=0.001, backing={("hill", "guest"): 90.0}) == 0


def test_strangers_walk_in_as_far_as_they_are_strangers() -> None:
    alone: Mapping[str, Chosen] = {"force": {("hill", "militia"): 100.0}, "constituency": {("blue", "militia"): 1.0}}
    assert gained(walks=0.001, success=0.1, **alone) == 0
    assert gained(walks=0.099, success=0.1, params={"away": 0.5}, **alone) > 0
    assert gained(walks=0.101, success=0.1, params={"away": 0.5}, **alone) == 0


def test_a_garrison_is_bought_by_those_at_home_who_have_gathered() -> None:
    """What is bought is the town, whatever the odds; the army buys nothing, nor do those who neither mass nor attack."""
    price: dict[str, Any] = {"params": {"bought": 0.1}, "success": 0.999}
    massed = {("hill", "militia"): 3.0}
    assert gained(price=0.099, massing=massed, **price) == pytest.approx(0.8 * 0.75)
    assert gained(price=0.101, massing=massed, **price) == 0
    assert gained(price=0.099, **price) == 0
    assert gained("army", price=0.001, offensive={("hill", "army"): 1.0}, **price) == 0


def test_police_and_those_who_do_not_take_ground_seize_nothing() -> None:
    assert gained("police", offensive={("hill", "police"): 1.0}, success=0.001) == 0
    assert gained(offensive=ASSAULT, success=0.001, takes_ground={"rebels": 1.0}) == 0
    assert gained("army", offensive={("hill", "army"): 1.0}, force={("hill", "army"): 100.0}, success=0.5) == pytest.approx(0.1 * 0.25)


def test_who_has_ceased_to_be_a_force_takes_nothing() -> None:
    gone: dict[str, Any] = {"dissolved": {"militia": 1.0}}
    assert gained(offensive=ASSAULT, success=0.001, **gone) == 0
    assert gained(walks=0.001, success=0.001, force={("hill", "militia"): 100.0}, **gone) == 0


def test_the_army_takes_the_town_and_not_the_hills() -> None:
    rule: Mapping[str, Chosen] = {
        "control": {("hill", "rebels"): 0.5}, "void": 0.0, "offensive": {("hill", "army"): 1.0}, "force": {("hill", "army"): 100.0},
        "enmity": {"army--rebels": 1.0}, "constituency": {("red", "rebels"): 1.0},
    }  # fmt: skip
    assert gained("army", town=0.001, **rule) == pytest.approx(0.8 * 0.5)
    assert gained("army", town=0.001, params={"refuge": 0.75}, **rule) == pytest.approx(0.8 * 0.5 * 0.25)


def test_the_beaten_fall_back_next_door_or_scatter_and_nobody_is_lost_on_the_way() -> None:
    linked: Mapping[str, Chosen] = {"adjacency": {("hill", "plain"): 10.0, ("plain", "hill"): 10.0}}
    made = attempted(offensive=ASSAULT, town=0.001, params={"scatter": 0.3}, **linked)
    assert cell(made, "move_out", "hill", "police") == pytest.approx(100.0)
    assert cell(made, "move_in", "plain", "police") == pytest.approx(100.0, rel=1e-4)
    assert 1 - np.exp(-cell(made, "desert_hazard", "hill", "police")) == pytest.approx(0.3)
    assert cell(made, "desert_hazard", "hill", "militia") == 0.0
    # With nowhere to go they stay; a post lost moves nobody.
    assert attempted(offensive=ASSAULT, town=0.001)["move_out"].sum() == 0.0
    assert attempted(offensive=ASSAULT, **linked)["move_out"].sum() == 0.0


def test_no_town_falls_to_who_has_it() -> None:
    """Who rules most of a place, or more than twice what it takes, drives the others out: they are beaten, and nothing has fallen to it."""
    linked: Mapping[str, Chosen] = {"adjacency": {("hill", "plain"): 10.0, ("plain", "hill"): 10.0}}

    def fell(mine: float, theirs: float) -> float:
        rule = {("hill", "militia"): mine, ("hill", "police"): theirs}
        made = attempted(offensive=ASSAULT, town=0.001, control=rule, void=0.0, **linked)
        assert cell(made, "seized", "hill", "militia") == pytest.approx(0.8 * theirs)
        assert cell(made, "move_out", "hill", "police") > 0
        assert cell(made, "posts", "hill", "militia") == pytest.approx(0.8 * theirs if mine <= 0.5 else 0.0)
        return cell(made, "town", "hill", "militia")

    assert fell(0.3, 0.7) == fell(0.3, 0.2) == 1.0
    assert fell(0.7, 0.3) == 0.0
    assert fell(0.45, 0.25) == 0.0


def test_those_who_take_from_one_share_what_it_had() -> None:
    """Militia and army fall upon the rebels together; each would take all of the two fifths that they rule."""
    made = attempted(
        success=0.0001, town=0.0001, params={"town": 1.0}, control={("hill", "rebels"): 0.4}, void=0.0,
        offensive={("hill", "militia"): 1.0, ("hill", "army"): 1.0}, enmity={"militia--rebels": 1.0, "army--rebels": 1.0},
        force={("hill", "militia"): 100.0, ("hill", "army"): 100.0},
    )  # fmt: skip
    assert cell(made, "control_lost", "hill", "rebels") == pytest.approx(0.4)
    assert [cell(made, "control_gained", "hill", a) for a in ("militia", "army")] == pytest.approx([0.2, 0.2])
    assert np.isfinite(made["control_gained"]).all()


def test_the_capital_is_hardly_stormed_or_bought_while_its_government_is_expected_to_stand() -> None:
    """Log odds of a town are lower by `core` times faith, the price higher by e to that; for who comes from outside the state alone."""
    core: Mapping[str, float] = {"core": 2.0, "bought": 0.3}
    for faith in (1.0, 0.5, 0.0):
        seat: dict[str, Chosen] = {"seat": {"hill": 1.0}, "faith": np.array(faith), "offensive": ASSAULT}
        chance = 1 / (1 + np.exp(1.0 + 2.0 * faith))
        assert gained(town=chance - 0.005, params=core, **seat) == pytest.approx(0.8 * 0.75)
        assert gained(town=chance + 0.005, params=core, **seat) == pytest.approx(0.1 * 0.75)
        price = 0.3 * np.exp(-2.0 * faith)
        assert gained(success=0.999, price=price - 0.005, params=core, **seat) == pytest.approx(0.8 * 0.75)
        assert gained(success=0.999, price=price + 0.005, params=core, **seat) == 0.0
