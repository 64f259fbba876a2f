"""Return of force by hand: who comes back, why, with how many, and that orders leave it alone meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from math import exp

import pytest

from tests.by_hand import Chosen, cell, mechanism, step

# The guest has left; the partner, as strong once, is still there.
LAND: Mapping[str, Chosen] = {
    "residents": {("hill", "red"): 1_000_000.0},
    "strength": {"guest": 4000.0, "partner": 4000.0},
    "deployment": {("hill", "guest"): 0.75, ("plain", "guest"): 0.25, ("hill", "partner"): 1.0},
    "force": {("hill", "partner"): 4000.0},
    "sends": {("home", "guest"): 1.0, ("abroad", "partner"): 1.0},
    "home_support": 0.4,
}
PLAIN = {
    "rate": 0.52, "fall": 0.9, "killing": 0.7, "much_killing": 6.0, "support": 2.0, "pivot": 0.4, "trace": 0.05, "token": 300.0,
    "least": 0.05, "more": 0.3, "weeks": 8.0, "stay": 78.0,
}  # fmt: skip


def back(draw: float, who: str = "guest", **changed: Chosen) -> float:
    made = step("return_of_force", {**LAND, **changed}, PLAIN, {"return": (draw, 0.5, 0.5, 0.5)})
    assert (cell(made, "wave", who) > 0) == (cell(made, "returned", who) > 0)
    return cell(made, "returned", who)


def test_who_has_left_comes_back_by_its_hazard_and_nobody_else() -> None:
    """0.27 of 22 exits within 24 months: the shipped rate is of that size, less what its reasons add."""
    assert back(0.0099) == 1.0
    assert back(0.01) == 0.0
    assert back(1e-6, who="partner") == 0.0
    assert back(1e-6, strength={"guest": 200.0}) == 0.0
    p = next(p for p in mechanism("return_of_force").params if p.name == "rate")
    assert 1.0 - exp(-2.0 * p.low) < 0.27 < 1.0 - exp(-2.0 * p.high)


@pytest.mark.parametrize(
    ("changed", "ratio"),
    [
        ({"government_fallen": 1.0}, exp(0.9)),
        ({"recent_deaths": {("plain", "one-sided"): 6.0}}, exp(0.35)),
        ({"home_support": 0.9}, exp(1.0)),
        ({"home_support": 0.15}, exp(-0.5)),
    ],
)
def test_a_fall_killing_and_support_at_home_bring_it_back(changed: Mapping[str, Chosen], ratio: float) -> None:
    chance = 1.0 - exp(-0.01 * ratio)
    assert back(0.98 * chance, **changed) == 1.0
    assert back(1.02 * chance, **changed) == 0.0


def test_a_part_comes_to_where_it_stood_and_leaves_again() -> None:
    begun = step("return_of_force", LAND, PLAIN, {"return": (1e-6, 0.5, 0.5, 0.5)})
    assert cell(begun, "wave", "guest") == pytest.approx(4000.0 * 0.2)
    assert cell(begun, "arrive", "hill", "guest") == pytest.approx(100.0 * 0.75)
    there = {**LAND, "returned": {"guest": 1.0}, "wave": {"guest": 800.0}, "force": {("hill", "guest"): 800.0}}
    stays = step("return_of_force", there, PLAIN, {"return": (0.5, 0.5, 0.02, 0.5)})
    assert (cell(stays, "returned", "guest"), cell(stays, "arrive", "hill", "guest")) == (1.0, 0.0)
    over = step("return_of_force", there, PLAIN, {"return": (0.5, 0.5, 0.01, 0.5)})
    assert (cell(over, "returned", "guest"), cell(over, "wave", "guest")) == (0.0, -1.0)
    assert cell(over, "go_home", "hill", "guest") == pytest.approx(100.0)
    last = step("return_of_force", {**there, "returned": 0.0, "wave": {"guest": -1.0}, "force": {("hill", "guest"): 100.0}}, PLAIN)
    assert cell(last, "wave", "guest") == 0.0


def test_orders_that_took_it_out_leave_it_alone_while_it_is_back() -> None:
    order: Mapping[str, Chosen] = {
        "order_actor": {(0, "guest"): 1.0}, "order_place": {(0, "hill"): 1.0}, "order_moves": {0: 1.0}, "order_clock": {0: 30.0},
        "order_over": {0: 8.0}, "order_watches_what": -1.0, "force": {("hill", "guest"): 800.0},
    }  # fmt: skip
    assert cell(step("orders", order), "go_home", "hill", "guest") == pytest.approx(800.0, rel=1e-3)
    assert cell(step("orders", {**order, "returned": {"guest": 1.0}}), "go_home", "hill", "guest") == 0.0


def test_switched_off_nobody_comes_back() -> None:
    made = step("return_of_force", LAND, {**PLAIN, **mechanism("return_of_force").neutral}, {"return": 1e-9})
    assert not any(made[n].any() for n in ("returned", "wave", "arrive", "go_home"))
