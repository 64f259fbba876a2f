"""Orders by hand: when an order starts, which of two rules, how fast forces move, and what a posture at home does to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from drawdown.vocabulary.order_slots import ORDER_SLOTS
from drawdown.vocabulary.watchable import code_of
from tests.by_hand import cell, step

FIRST, SECOND = "order-0", "order-1"
NEVER = 1e6
# Unused slots as `drawdown.plan` leaves them.
EMPTY = {"order_week": NEVER, "order_watches_what": -1.0, "order_over": 1.0, "order_level": -1.0}


def slots(name: str, chosen: Mapping[str, float]) -> np.ndarray:
    """One value a slot, what is not chosen as in an unused one."""
    values = np.full(ORDER_SLOTS, EMPTY[name])
    for slot, value in chosen.items():
        values[int(slot.removeprefix("order-"))] = value
    return values


def after(**values: Any) -> dict[str, np.ndarray]:
    """A week in which a hundred of the guest's soldiers stand on the hill."""
    filled = {name: slots(name, values.pop(name, {})) for name in EMPTY}
    usual: dict[str, Any] = {
        "week": 5.0,
        "force": {("hill", "guest"): 100.0},
        "sends": {("home", "guest"): 1.0},
        "residents": {("hill", "red"): 300.0, ("plain", "blue"): 100.0},
    }
    return step("orders", {**usual, **filled, **values}, {"deal_strength": 0.9, "deal_half_life": 10.0})


def leaving(**more: Any) -> dict[str, np.ndarray]:
    """All of the guest leave the hill over four weeks from now."""
    order = {
        "order_actor": {(FIRST, "guest"): 1.0},
        "order_place": {(FIRST, "hill"): 1.0},
        "order_moves": {FIRST: 1.0},
        "order_week": {FIRST: 5.0},
        "order_over": {FIRST: 4.0},
        "order_level": {FIRST: 0.0},
    }
    return after(**{**order, **more})


def test_a_dated_order_starts_on_its_week() -> None:
    assert cell(leaving(week=4.0), "order_clock", FIRST) == -1.0
    assert cell(leaving(week=5.0), "order_clock", FIRST) == 0.0
    assert cell(leaving(order_clock={FIRST: 2.0, SECOND: -1.0}), "order_clock", FIRST) == 3.0


def test_a_quarter_goes_in_the_first_of_four_weeks_and_the_rest_in_the_last() -> None:
    assert cell(leaving(), "go_home", "hill", "guest") == pytest.approx(25.0, rel=1e-3)
    assert cell(leaving(order_clock={FIRST: 2.0}), "go_home", "hill", "guest") == pytest.approx(100.0, rel=1e-3)
    assert not leaving()["arrive"].any()


def test_a_government_in_a_hurry_doubles_the_pace_and_one_that_stays_on_stops_it() -> None:
    assert cell(leaving(posture={"home": 1.0}), "go_home", "hill", "guest") == pytest.approx(50.0, rel=1e-3)
    assert cell(leaving(posture={"home": -1.0}), "go_home", "hill", "guest") == pytest.approx(0.0, abs=1e-3)
    assert cell(leaving(posture={"abroad": 1.0}), "go_home", "hill", "guest") == pytest.approx(25.0, rel=1e-3)
    bound = leaving(posture={"home": -1.0}, order_binding={FIRST: 1.0})
    assert cell(bound, "go_home", "hill", "guest") == pytest.approx(25.0, rel=1e-3)
    assert cell(bound, "bound", "home") == 1.0


def test_the_last_order_given_for_a_place_rules() -> None:
    """The first sends all home, the second asks for 300: two hundred arrive, over two weeks."""
    made = after(
        order_actor={(FIRST, "guest"): 1.0, (SECOND, "guest"): 1.0},
        order_place={(FIRST, "hill"): 1.0, (SECOND, "hill"): 1.0},
        order_moves={FIRST: 1.0, SECOND: 1.0},
        order_week={FIRST: 0.0, SECOND: 0.0},
        order_over={FIRST: 1.0, SECOND: 2.0},
        order_level={FIRST: 0.0, SECOND: 300.0},
    )
    assert cell(made, "arrive", "hill", "guest") == pytest.approx(100.0, rel=1e-3)
    assert not made["go_home"].any()


def test_forces_sent_to_a_place_move_there_and_not_home() -> None:
    made = leaving(order_to={(FIRST, "plain"): 1.0})
    assert cell(made, "move_out", "hill", "guest") == pytest.approx(25.0, rel=1e-3)
    assert cell(made, "move_in", "plain", "guest") == pytest.approx(25.0, rel=1e-3)
    assert not made["go_home"].any()


def test_an_order_after_another_waits_out_its_delay() -> None:
    both = {
        "order_hands_over": {FIRST: 1.0, SECOND: 1.0},
        "order_week": {FIRST: 0.0, SECOND: 0.0},
        "order_waits_for": {(SECOND, FIRST): 1.0},
        "order_delay": {SECOND: 4.0},
    }
    clocks = [cell(after(**both, order_clock=dict.fromkeys(unused(), -1.0) | {FIRST: c}), "order_clock", SECOND) for c in (-1.0, 3.0, 4.0)]
    assert clocks == [-1.0, -1.0, 0.0]


def test_the_first_week_in_which_each_order_can_start() -> None:
    """Review: `check` and `exits` worked it out each for itself, a week apart, and both a week before the run for one that waits."""
    from datetime import date

    from drawdown.scenario.feasible import first_weeks
    from drawdown.scenario.model import Order, Trigger

    triggers = [
        Trigger(date=date(2024, 1, 17)),
        Trigger(after="order-0", delay_weeks=4.0),
        Trigger(after="order-1", delay_weeks=0.5),
        Trigger(quantity="attacks", above=1.0, for_weeks=3),
        Trigger(quantity="attacks", above=1.0, for_weeks=3, not_before=date(2024, 2, 12)),
    ]
    orders = [Order(f"order-{k}", "close-base", "guest", (), trigger) for k, trigger in enumerate(triggers)]
    clocks, kept = dict.fromkeys(unused(), -1.0), dict.fromkeys(unused(), 0.0)
    started: dict[str, float] = {}
    for week in range(12):
        made = after(
            week=float(week),
            order_week={"order-0": 2.0, "order-1": 0.0, "order-2": 0.0, "order-3": 0.0, "order-4": 6.0},
            order_waits_for={("order-1", "order-0"): 1.0, ("order-2", "order-1"): 1.0},
            order_delay={"order-1": 4.0, "order-2": 0.5},
            order_watches_what={"order-3": code_of("attacks"), "order-4": code_of("attacks")},
            order_watches_place={("order-3", "hill"): 1.0, ("order-4", "hill"): 1.0},
            order_sign={"order-3": 1.0, "order-4": 1.0},
            order_threshold={"order-3": 1.0, "order-4": 1.0},
            order_patience={"order-3": 3.0, "order-4": 3.0},
            recent_attacks={"hill": 5.0},
            order_clock=clocks,
            order_patience_kept=kept,
        )
        clocks = {slot: cell(made, "order_clock", slot) for slot in unused()}
        kept = {slot: cell(made, "order_patience_kept", slot) for slot in unused()}
        started.update({o.id: float(week) for o in orders if clocks[o.id] == 0.0})
    assert started == first_weeks(orders, date(2024, 1, 1))


def unused() -> list[str]:
    return [f"order-{k}" for k in range(ORDER_SLOTS)]


@pytest.mark.parametrize(
    ("quantity", "values", "seen"),
    [
        ("control", {"control": {("hill", "militia"): 0.8}}, 0.6),
        ("void", {"void": {"hill": 0.4}}, 0.3),
        ("attacks", {"recent_attacks": {"hill": 3.0, "plain": 2.0}}, 5.0),
        ("deaths", {"recent_deaths": {("hill", "non-state"): 1.0, ("plain", "one-sided"): 2.0}}, 3.0),
        ("reported_trend", {"reported_trend": {"home": -0.5}}, -0.5),
        ("home_support", {"home_support": {"home": 0.3}}, 0.3),
        ("capability", {"capability": np.array(0.2)}, 0.2),
        ("force", {"force": {("hill", "militia"): 7.0, ("hill", "guest"): 5.0}}, 7.0),
        ("deal", {"deal": {"guest--militia": 0.7, "guest--rebels": 0.9}}, 0.7),
        ("truce", {"truce": {"militia": 9.0, "rebels": 30.0}}, 9.0),
        ("lead", {"lead": {("red", "militia"): 0.8, ("blue", "militia"): 0.4, ("red", "rebels"): 0.2}}, 0.7),
        ("leader_changed", {"leader_changed": {"home": 1.0}}, 1.0),
        ("settled", {"settled": {"guest--militia": 1.0}}, 1.0),
        ("government_fallen", {"government_fallen": np.array(1.0)}, 1.0),
    ],
)
def test_a_condition_passes_on_the_side_of_its_threshold_that_it_names(quantity: str, values: dict[str, Any], seen: float) -> None:
    def started(threshold: float, sign: float) -> bool:
        made = after(
            order_hands_over={FIRST: 1.0},
            order_week={FIRST: 0.0},
            order_watches_what={FIRST: float(code_of(quantity))},
            order_watches_place={(FIRST, "hill"): 1.0, (FIRST, "plain"): 1.0},
            order_watches={(FIRST, "militia"): 1.0},
            order_watches_home={(FIRST, "home"): 1.0},
            order_watches_dyad={(FIRST, "guest--militia"): 1.0},
            order_watches_community={(FIRST, "red"): 1.0, (FIRST, "blue"): 1.0},
            order_threshold={FIRST: threshold},
            order_sign={FIRST: sign},
            order_patience={FIRST: 1.0},
            **values,
        )
        return cell(made, "order_clock", FIRST) == 0.0

    assert [started(seen - 0.01, 1.0), started(seen + 0.01, 1.0)] == [True, False]
    assert [started(seen - 0.01, -1.0), started(seen + 0.01, -1.0)] == [False, True]


def test_the_fall_of_a_capital_is_watched_by_what_kinds_rule_there() -> None:
    """The government's side, not one actor of it: the army's share alone is under the threshold all along."""
    held = {("hill", "army"): 0.05, ("hill", "police"): 0.3, ("hill", "militia"): 0.6}

    def started(**control: float) -> bool:
        made = after(
            order_week={FIRST: 0.0},
            order_watches_what={FIRST: float(code_of("control"))},
            order_watches_place={(FIRST, "hill"): 1.0},
            order_watches={(FIRST, "army"): 1.0, (FIRST, "police"): 1.0, (FIRST, "guest"): 1.0},
            order_threshold={FIRST: 0.1},
            order_sign={FIRST: -1.0},
            order_patience={FIRST: 1.0},
            control={**held, **{("hill", actor): share for actor, share in control.items()}},
        )
        return cell(made, "order_clock", FIRST) == 0.0

    assert not started()
    assert started(police=0.04)


def test_patience_counts_successive_weeks() -> None:
    watch = {
        "order_week": {FIRST: 0.0},
        "order_watches_what": {FIRST: float(code_of("attacks"))},
        "order_watches_place": {(FIRST, "hill"): 1.0},
        "order_sign": {FIRST: 1.0},
        "order_patience": {FIRST: 4.0},
    }
    for kept, attacks, then in ((2.0, 1.0, -1.0), (3.0, 1.0, 0.0), (3.0, -1.0, -1.0)):
        made = after(**watch, order_patience_kept={FIRST: kept}, recent_attacks={"hill": attacks})
        assert cell(made, "order_clock", FIRST) == then
        assert cell(made, "order_patience_kept", FIRST) == (kept + 1 if attacks > 0 else 0.0)


def test_hand_overs_bases_permissions_and_deals() -> None:
    acts = {"order_actor": {(FIRST, "guest"): 1.0}, "order_place": {(FIRST, "hill"): 1.0}, "order_week": {FIRST: 0.0}}
    made = after(**acts, order_hands_over={FIRST: 1.0}, order_closes={FIRST: 1.0}, order_covers={FIRST: -1.0})
    assert made["handed_over"].tolist() == [1.0, 0.0]
    assert (cell(made, "base_open", "hill", "guest"), cell(made, "base_open", "plain", "guest")) == (0.0, 1.0)
    assert (cell(made, "may_cover", "hill", "guest"), cell(made, "may_cover", "plain", "guest")) == (0.0, 1.0)
    dealt = after(**acts, order_deals={(FIRST, "guest--militia"): 1.0}, deal={"guest--rebels": 0.8})
    assert cell(dealt, "deal", "guest--militia") == pytest.approx(0.9)
    assert cell(dealt, "deal", "guest--rebels") == pytest.approx(0.8 * 0.5**0.1)
