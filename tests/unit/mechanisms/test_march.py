"""March by hand: when an effort begins, who goes where, what the army gives up; nobody is made or lost on the way."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from drawdown.vocabulary.stances import EXPAND, FIGHT, HOLD, TRUCE
from tests.by_hand import ACTORS, Chosen, cell, step

# A thousand rebels on the hill, which they rule; the plain next door is ruled by an army of two hundred, its enemy.
LAND: Mapping[str, Chosen] = {
    "residents": {("hill", "red"): 100_000.0, ("plain", "red"): 100_000.0},
    "adjacency": {("hill", "plain"): 10.0, ("plain", "hill"): 10.0},
    "force": {("hill", "rebels"): 1000.0, ("plain", "army"): 200.0},
    "backing": {("hill", "rebels"): 1000.0, ("plain", "army"): 200.0},
    "control": {("hill", "rebels"): 1.0, ("plain", "army"): 1.0},
    "enmity": {"army--rebels": 1.0},
    "constituency": {("red", "rebels"): 1.0},
    "takes_ground": 1.0,
    "stance": float(FIGHT),
    "capability": np.array(1.0),
}
PARAMS = {
    "rate": 0.1, "brought": 0.4, "weeks": 8.0, "pace": 0.25, "stays": 2.0, "expanding": 3.0, "quiet": 0.1, "abandon": 0.0,
    "outweighed": 2.0, "leave": 0.8, "trace": 0.05, "go_home": 0.0,
}  # fmt: skip
NEVER = (0.9999, 0.9999, 0.5, 0.5)


def after(draw: tuple[float, ...] = NEVER, params: Mapping[str, float] | None = None, **changed: Chosen) -> dict[str, np.ndarray]:
    made = step("march", {**LAND, **changed}, {**PARAMS, **(params or {})}, {"mass": draw})
    assert made["move_out"].sum(0) == pytest.approx(made["move_in"].sum(0), rel=1e-4)
    force = np.zeros_like(made["move_out"])
    for (place, actor), number in {**LAND, **changed}["force"].items():
        force[("hill", "plain").index(place), list(ACTORS).index(actor)] = number
    assert (made["move_out"] <= force * 1.0001).all()
    return made


def begun(draw: float, **changed: Chosen) -> bool:
    return cell(after((draw, 0.9999, 0.5, 0.5), **changed), "massing", "plain", "rebels") > 0


def test_an_effort_begins_by_the_odds_with_what_can_be_brought_and_by_the_stance() -> None:
    """0.4 of ten per 1,000 against two: odds of 4.05 to 2.05, all of the plain to be won."""
    chance = 1 - np.exp(-0.1 * 4.05 / 2.05)
    assert begun(chance - 0.001)
    assert not begun(chance + 0.001)
    keen = 1 - np.exp(-0.3 * 4.05 / 2.05)
    assert begun(keen - 0.001, stance=float(EXPAND))
    assert not begun(0.03, stance=float(HOLD))
    assert not begun(0.0001, stance=float(TRUCE))
    assert not begun(0.0001, takes_ground=0.0)
    assert not begun(0.0001, dissolved={"rebels": 1.0})
    assert not begun(0.0001, enmity=0.0)
    assert not begun(0.0001, adjacency=0.0)  # nobody can be brought


def test_those_who_can_be_spared_march_at_a_pace_while_it_lasts() -> None:
    """Two hundred keep the hill; a quarter of the other eight hundred go in a week."""
    massing: Mapping[str, Chosen] = {"massing": {("plain", "rebels"): 5.0}}
    made = after(**massing)
    assert cell(made, "massing", "plain", "rebels") == 4.0
    assert cell(made, "move_out", "hill", "rebels") == pytest.approx(200.0)
    assert cell(made, "move_in", "plain", "rebels") == pytest.approx(200.0, rel=1e-4)
    ends = after(massing={("plain", "rebels"): 1.0})
    assert cell(ends, "move_out", "hill", "rebels") == 0.0
    won = after(control={("hill", "rebels"): 1.0, ("plain", "rebels"): 0.9}, **massing)
    assert cell(won, "massing", "plain", "rebels") == 0.0


def test_they_spread_afterwards_to_where_fewer_stand_than_usual() -> None:
    away: Mapping[str, Chosen] = {
        "force": {("hill", "rebels"): 200.0, ("plain", "rebels"): 800.0, ("plain", "army"): 0.0},
        "control": {("hill", "rebels"): 1.0, ("plain", "rebels"): 1.0},
    }
    made = after(**away)
    assert cell(made, "move_out", "plain", "rebels") == pytest.approx(0.25 * 0.8 * 600.0)
    assert cell(made, "move_in", "hill", "rebels") == pytest.approx(0.25 * 0.8 * 600.0, rel=1e-4)
    at_it: Mapping[str, Chosen] = {"massing": {("plain", "rebels"): 3.0}, "control": {("hill", "rebels"): 1.0, ("plain", "rebels"): 0.5}}
    assert cell(after(**{**away, **at_it}), "move_out", "plain", "rebels") == 0.0


def test_attacked_ground_calls_its_own_to_it() -> None:
    attack: Mapping[str, Chosen] = {"offensive": {("plain", "rebels"): 1.0}, "force": {("hill", "army"): 400.0}, "backing": 0.0}
    assert cell(after(**attack), "move_out", "hill", "army") == pytest.approx(0.25 * 400)
    assert cell(after(**{**attack, "offensive": 0.0}), "move_out", "hill", "army") == 0.0


def test_the_army_gives_up_posts_where_it_is_outweighed_and_a_group_does_not() -> None:
    """A fifth of its enemy's weight: log odds of (2.05 / 10.05)."""
    lost: Mapping[str, Chosen] = {
        "force": {("plain", "rebels"): 1000.0, ("plain", "army"): 200.0}, "backing": 0.0,
        "control": {("plain", "army"): 0.5, ("hill", "army"): 1.0},
    }  # fmt: skip
    chance = 1 / (1 + np.exp(-2 * (np.log(10.05 / 2.05) - 1)))
    made = after((0.9999, chance - 0.001, 0.5, 0.5), {"abandon": 1.0}, **lost)
    assert cell(made, "abandoned", "plain", "army") == 1.0
    assert cell(made, "move_in", "hill", "army") == pytest.approx(160.0, rel=1e-3)
    assert cell(after((0.9999, chance + 0.001, 0.5, 0.5), {"abandon": 1.0}, **lost), "abandoned", "plain", "army") == 0.0
    assert made["abandoned"].sum() == 1.0


def test_a_place_whose_foreign_garrison_has_gone_draws_more_efforts() -> None:
    """Nine times as many where the garrison that the place is used to has gone, as many as ever where it stands."""
    params = {"opening": 8.0, "garrison": 100.0, "rate": 0.01}
    used_to = {("hill", "rebels"): 1000.0, ("plain", "army"): 200.0, ("plain", "guest"): 500.0}
    there: Mapping[tuple[str, str], float] = {("hill", "rebels"): 1000.0, ("plain", "army"): 200.0}

    def masses(draw: float, **changed: Chosen) -> bool:
        return cell(after((draw, 0.9999, 0.5, 0.5), params, backing=used_to, **changed), "massing", "plain", "rebels") > 0

    usual = 1 - np.exp(-0.01 * 4.05 / 2.05)
    gone = 1 - np.exp(-0.09 * 4.05 / 2.05)
    assert masses(gone - 0.003, force=there)
    assert not masses(gone + 0.003, force=there)
    still: Mapping[tuple[str, str], float] = {**there, ("plain", "guest"): 500.0}
    assert masses(usual - 0.003, force=still)
    assert not masses(usual + 0.003, force=still)


def test_a_departure_that_has_a_date_is_reckoned_with_before_it_comes() -> None:
    """By an order of week 10 that takes four weeks: from eight weeks before its end, not where it waits for something."""
    params = {"opening": 8.0, "garrison": 100.0, "rate": 0.01, "foresight": 8.0}
    there = {("hill", "rebels"): 1000.0, ("plain", "army"): 200.0, ("plain", "guest"): 500.0}
    order: dict[str, Chosen] = {
        "order_actor": {("order-0", "guest"): 1.0}, "order_place": {("order-0", "plain"): 1.0}, "order_moves": {"order-0": 1.0},
        "order_week": {"order-0": 10.0}, "order_over": {"order-0": 4.0}, "order_level": 0.0, "order_watches_what": -1.0,
        "order_clock": -1.0,
    }  # fmt: skip

    def masses(week: float, **changed: Chosen) -> bool:
        between = 1 - np.exp(-0.04 * 4.05 / 2.05)  # more than the usual chance, less than where the garrison has gone
        made = after((between, 0.9999, 0.5, 0.5), params, **{"force": there, "backing": there, **order, "week": week, **changed})
        return cell(made, "massing", "plain", "rebels") > 0

    assert [masses(week) for week in (5.0, 6.0, 9.0)] == [False, True, True]
    assert not masses(9.0, order_level={"order-0": 300.0})
    assert not masses(9.0, order_to={("order-0", "hill"): 1.0})
    assert not masses(9.0, order_watches_what={"order-0": 0.0})
    assert not masses(9.0, order_waits_for={("order-0", "order-1"): 1.0})
    assert masses(2.0, order_watches_what={"order-0": 0.0}, order_clock={"order-0": 0.0})  # it runs


def test_who_rules_most_of_a_place_does_not_march_on_it() -> None:
    near: dict[str, Chosen] = {"force": {("hill", "rebels"): 1000.0, ("plain", "army"): 20.0}}
    assert begun(0.001, control={("hill", "rebels"): 1.0, ("plain", "rebels"): 0.45, ("plain", "army"): 0.55}, **near)
    assert not begun(0.001, control={("hill", "rebels"): 1.0, ("plain", "rebels"): 0.55, ("plain", "army"): 0.45}, **near)


def test_those_whom_an_effort_left_among_strangers_go_back_to_their_own() -> None:
    """A hundred rebels of the red hill on the blue plain, which is used to forty: a fifth of the sixty go back in a week."""
    away: dict[str, Chosen] = {
        "residents": {("hill", "red"): 100_000.0, ("plain", "blue"): 100_000.0},
        "force": {("hill", "rebels"): 1000.0, ("plain", "rebels"): 100.0},
        "backing": {("hill", "rebels"): 1000.0, ("plain", "rebels"): 40.0},
    }  # fmt: skip
    params = {"go_home": 0.2}

    def left(**changed: Chosen) -> float:
        return cell(after(params=params, **{**away, **changed}), "move_out", "plain", "rebels")

    assert left() == pytest.approx(12.0)
    assert cell(after(params=params, **away), "move_in", "hill", "rebels") == pytest.approx(12.0, rel=1e-4)
    # Where they are at home, where their effort lasts and where they rule, they stay.
    assert left(residents={("hill", "red"): 100_000.0, ("plain", "red"): 100_000.0}) == 0.0
    assert left(massing={("plain", "rebels"): 5.0}) == 0.0
    assert left(control={("hill", "rebels"): 1.0, ("plain", "rebels"): 0.5}) == 0.0


def test_the_army_keeps_its_guard_in_the_capital_and_gives_up_no_post_there() -> None:
    """Four fifths of those who are usually there stay whatever is called for; of others all but those who hold the rule may go."""
    army: dict[str, Chosen] = {
        "force": {("hill", "rebels"): 1000.0, ("plain", "army"): 1000.0},
        "backing": {("hill", "rebels"): 1000.0, ("plain", "army"): 1000.0},
        "control": {("plain", "army"): 1.0, ("hill", "rebels"): 1.0}, "massing": {("hill", "army"): 5.0},
    }  # fmt: skip
    free = cell(after(NEVER, {"guard": 0.8, "stays": 0.5}, **army), "move_out", "plain", "army")
    kept = cell(after(NEVER, {"guard": 0.8, "stays": 0.5}, seat={"plain": 1.0}, **army), "move_out", "plain", "army")
    assert free == pytest.approx(0.25 * 950, rel=1e-3)
    assert kept == pytest.approx(0.25 * 200, rel=1e-3)
    lost: dict[str, Chosen] = {"force": {("plain", "rebels"): 1000.0, ("plain", "army"): 200.0}, "backing": 0.0}
    assert cell(after((0.9999, 0.001, 0.5, 0.5), {"abandon": 1.0}, **lost), "abandoned", "plain", "army") == 1.0
    assert cell(after((0.9999, 0.001, 0.5, 0.5), {"abandon": 1.0}, seat={"plain": 1.0}, **lost), "abandoned", "plain", "army") == 0.0
