"""Collapse by hand: two rests of expectation and a fold between them, what pushes it over, and what follows."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from tests.by_hand import Chosen, cell, mechanism, step

# An army of three thousand against a thousand rebels at war with it; hill is the capital. The guest is on the army's side.
LAND: Mapping[str, Chosen] = {
    "residents": {("hill", "red"): 100_000.0, ("plain", "red"): 100_000.0},
    "force": {("hill", "army"): 2000.0, ("plain", "army"): 1000.0, ("plain", "rebels"): 1000.0},
    "control": {("hill", "army"): 0.9, ("plain", "army"): 0.5, ("plain", "rebels"): 0.4},
    "enmity": {"army--rebels": 1.0},
    "seat": {"hill": 1.0},
    "faith": 0.95,
    "usual_patrons": 0.0,
    "usual_rule": 0.7,
    "usual_seat": 0.9,
    "usual_pay": 0.0,
}
PLAIN = {
    "pace": 0.3, "steepness": 4.0,
    "base": 0.0, "balance": 0.4, "patron": 1.0, "foreign_weight": 3.0, "pay": 4.0, "ground": 3.0, "seat": 2.0,
    "panic": 3.0, "omen": 0.0, "omen_weeks": 26.0, "memory": 52.0, "flee": 0.3, "yields": 0.25, "fell": 0.1, "afar": 1.0,
    "shelter": 0.8, "sheltering": 1.0, "foothold": 0.1,
}  # fmt: skip


def faith_after(weeks: int, params: Mapping[str, float] | None = None, **changed: Chosen) -> list[float]:
    """Expectation week by week while all else stays as it is."""
    told, now = [], {**LAND, **changed}
    for _ in range(weeks):
        made = step("collapse", now, {**PLAIN, **(params or {})})
        told.append(float(made["faith"]))
        now["faith"] = told[-1]
    return told


def test_it_stands_for_years_or_goes_in_weeks_and_nothing_between() -> None:
    """Footings from far above the fold to far below: after two years expectation is at one rest or the other, and tips within weeks."""
    ends = []
    for base in np.linspace(-3.0, 1.0, 13):
        path = np.array(faith_after(104, {"base": float(base)}))
        ends.append(path[-1])
        between = ((path > 0.2) & (path < 0.7)).sum()
        assert between < 16
    assert sum(end > 0.8 for end in ends) > 3
    assert sum(end < 0.1 for end in ends) > 3
    assert all(end > 0.8 or end < 0.1 for end in ends)
    assert ends == sorted(ends)


def test_a_paid_government_stands_and_an_unpaid_one_falls() -> None:
    """Kabul 1989 to 1992: as strong as its enemies, it stands without its patron's soldiers while he pays, and falls when he stops."""
    alone: Mapping[str, Chosen] = {"usual_patrons": 3000.0, "usual_pay": 0.6}
    assert faith_after(156, aid={("east", "army"): 0.6}, **alone)[-1] > 0.8
    unpaid = faith_after(26, **alone)
    assert unpaid[-1] < 0.1


@pytest.mark.parametrize(
    "loss",
    [
        {"usual_patrons": 3000.0},
        {"usual_pay": 0.3},
        {"usual_rule": 0.9},
        {"usual_seat": 1.0},
        {"panic": {("hill", "army"): 0.3}},
        {"force": {("hill", "army"): 2000.0, ("plain", "army"): 1000.0, ("plain", "rebels"): 4000.0}},
    ],
)
def test_each_loss_lowers_expectation(loss: Mapping[str, Chosen]) -> None:
    """Patrons gone, pay stopped, ground lost, the capital lost, soldiers melting, an enemy that outnumbers."""
    assert faith_after(1, **loss)[0] < faith_after(1)[0] - 0.001


def test_those_who_expect_its_fall_leave_everywhere_and_towns_go_over_unfought() -> None:
    made = step("collapse", {**LAND, "faith": 0.25}, {**PLAIN, "base": -9.0})
    giving_up = 1.0 - 2.0 * float(made["faith"])
    assert giving_up > 0.5
    for place in ("hill", "plain"):
        assert cell(made, "desert_hazard", place, "army") == pytest.approx(0.3 * giving_up)
        assert cell(made, "desert_hazard", place, "rebels") == 0.0
    assert cell(made, "control_lost", "hill", "army") == pytest.approx(0.25 * giving_up * 0.9, rel=1e-5)
    # The rebels stand in the plain alone; they come for the capital all the same.
    assert cell(made, "control_gained", "hill", "rebels") == pytest.approx(0.25 * giving_up * 0.9, rel=1e-5)
    assert cell(made, "control_gained", "plain", "rebels") == pytest.approx(0.25 * giving_up * 0.5, rel=1e-5)
    steady = step("collapse", LAND, PLAIN)
    assert not steady["desert_hazard"].any()
    assert not steady["control_lost"].any()


def test_nobody_takes_over_where_there_is_no_enemy() -> None:
    made = step("collapse", {**LAND, "faith": 0.05, "enmity": 0.0}, {**PLAIN, "base": -9.0})
    assert not made["control_lost"].any()
    gone = step("collapse", {**LAND, "faith": 0.05, "enmity": 0.0, "control": 0.0}, {**PLAIN, "base": -9.0})
    assert float(gone["government_fallen"]) == 1.0
    assert not gone["fallen_to"].any()


def test_foreign_friends_who_hold_the_capital_keep_a_government_in_it() -> None:
    """Nobody serves it any more; it falls when they leave, not before. Their guard also helps others to believe in it."""
    held = {**LAND, "faith": 0.05, "control": {("hill", "guest"): 0.2, ("plain", "rebels"): 0.9}}
    assert float(step("collapse", held, {**PLAIN, "base": -9.0})["government_fallen"]) == 0.0
    left = {**held, "control": {("hill", "rebels"): 0.2, ("plain", "rebels"): 0.9}}
    assert float(step("collapse", left, {**PLAIN, "base": -9.0})["government_fallen"]) == 1.0
    guard: Chosen = {("hill", "army"): 2000.0, ("plain", "army"): 1000.0, ("plain", "rebels"): 1000.0, ("hill", "guest"): 100.0}
    assert faith_after(1, force=guard)[0] > faith_after(1)[0]


def test_it_falls_to_the_strongest_enemy_at_hand_in_the_capital() -> None:
    two = {("hill", "army"): 2000.0, ("hill", "rebels"): 400.0, ("plain", "rebels"): 300.0, ("plain", "militia"): 2000.0}
    enemies = {"army--rebels": 1.0, "police--militia": 1.0}
    made = step("collapse", {**LAND, "force": two, "enmity": enemies, "faith": 0.05, "control": 0.0}, {**PLAIN, "base": -9.0})
    assert cell(made, "fallen_to", "rebels") == 1.0
    assert cell(made, "fallen_to", "militia") == 0.0
    # Whoever it fell to stays written down while it is fallen, and no longer.
    later = step("collapse", {**LAND, "faith": 0.02, "government_fallen": 1.0, "fallen_to": {"rebels": 1.0}}, {**PLAIN, "base": -9.0})
    assert cell(later, "fallen_to", "rebels") == 1.0
    back = step("collapse", {**LAND, "faith": 0.9, "government_fallen": 1.0, "fallen_to": {"rebels": 1.0}}, PLAIN)
    assert float(back["government_fallen"]) == 0.0
    assert not back["fallen_to"].any()


def test_a_foreign_enemy_of_the_host_is_no_patron_of_it() -> None:
    from drawdown.formulas.alliances import side_of_the_host
    from drawdown.world import Structure

    actors, kinds = ("army", "guest", "invader"), ("army", "foreign", "foreign")
    land = Structure(("hill",), ("red",), actors, kinds, (("army", "invader"),), (), (), (-1,) * 3)
    assert side_of_the_host(land).tolist() == [1.0, 1.0, 0.0]
    nobody = Structure(("hill",), ("red",), ("guest",), ("foreign",), (), (), (), (-1,))
    assert side_of_the_host(nobody).tolist() == [0.0]


def test_what_it_is_used_to_is_learned_in_the_first_week() -> None:
    made = step("collapse", {**LAND, "usual_patrons": -1.0, "usual_rule": 0.0, "faith": 0.95}, PLAIN)
    assert float(made["faith"]) == pytest.approx(0.95)
    assert float(made["usual_rule"]) == pytest.approx(0.7)
    assert float(made["usual_patrons"]) == 0.0


def test_switched_off_expectation_stays_and_nobody_leaves() -> None:
    off = dict(mechanism("collapse").neutral)
    made = step("collapse", {**LAND, "usual_pay": 1.0, "panic": 0.5}, {**PLAIN, **off}, {"omen": -3.0})
    assert float(made["faith"]) == pytest.approx(0.95)
    assert not made["desert_hazard"].any()
    assert float(made["government_fallen"]) == 0.0
