"""Clashes by hand: one front on the hill, a hundred foreign soldiers against a hundred rebels among a hundred thousand people."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.by_hand import COUNTRY, Chosen, cell, initial, step

# One soldier and one rebel per 1,000 residents: contact 1, security 1, ten attacks a week before the origin.
FRONT: Mapping[str, Chosen] = {
    "residents": {("hill", "red"): 100_000.0},
    "force": {("hill", "guest"): 100.0, ("hill", "rebels"): 100.0},
    "enmity": {"guest--rebels": 1.0},
    "attack_rate": {"hill": 10.0},
    "contact_with_state": {"hill": 1.0},
    "security_at_origin": {"hill": 1.0},
}
PLAIN = {
    "contact_exponent": 1.0, "presence_effect": 1.0, "presence_scale": 5.0, "trace_contact": 1e-9, "new_front": 0.0, "crowding": 1e6,
    "offensive_surge": 5.0, "base_exposure": 0.3, "bystanders": 0.2, "fatal_share": 0.1, "exchange_foreign": 4.0, "exchange_host": 1.0,
    "handful": 1e-9, "heirs": 0.0, "friendly": 1e-9,
}  # fmt: skip


def attacks_on(actor: str = "guest", params: Mapping[str, float] | None = None, **changed: Chosen) -> float:
    return cell(step("clashes", {**FRONT, **changed}, {**PLAIN, **(params or {})}), "attacks_on", "hill", actor)


def test_as_at_the_origin_there_are_as_many_attacks_as_then() -> None:
    assert attacks_on() == pytest.approx(10.0, rel=1e-4)
    assert attacks_on("rebels") == 0.0
    begun = initial(
        "clashes",
        {"strength": {"guest": 100.0, "rebels": 100.0}, "deployment": {("hill", "guest"): 1.0, ("hill", "rebels"): 1.0},
         "population": {"hill": 100_000.0}, "hostility": {"guest--rebels": 1.0}},
        PLAIN,
    )  # fmt: skip
    assert cell(begun, "contact_with_state", "hill") == pytest.approx(1.0, rel=1e-4)
    assert cell(begun, "security_at_origin", "hill") == pytest.approx(1.0, rel=1e-4)


def test_security_forces_lower_the_rate_of_attacks() -> None:
    """Three more per 1,000 of a force that nobody fights: (1 + 1/5) / (1 + 4/5) = 2/3 of the attacks; police count two fifths."""
    there = FRONT["force"]
    assert isinstance(there, Mapping)
    assert attacks_on(force={**there, ("hill", "partner"): 300.0}) == pytest.approx(10 * 2 / 3, rel=1e-4)
    assert attacks_on(force={**there, ("hill", "army"): 300.0}) == pytest.approx(10 * 1.2 / (1 + 3.1 / 5), rel=1e-4)
    assert attacks_on(force={**there, ("hill", "police"): 300.0}) == pytest.approx(10 * 1.2 / (1 + 2.2 / 5), rel=1e-4)


def test_contact_grows_with_the_root_of_both_sides() -> None:
    assert attacks_on(force={("hill", "guest"): 100.0, ("hill", "rebels"): 400.0}) == pytest.approx(20.0, rel=1e-4)


def test_deals_closed_bases_and_half_a_heart_lower_it_and_offensives_raise_it() -> None:
    assert attacks_on(deal={"guest--rebels": 0.9}) == pytest.approx(1.0, rel=1e-4)
    assert attacks_on(base_open={("hill", "guest"): 0.0}) == pytest.approx(7.0, rel=1e-4)
    assert attacks_on(zeal={"rebels": 0.5}) == pytest.approx(5.0, rel=1e-4)
    assert attacks_on(rivalry_zeal={"rebels": 0.5}) == pytest.approx(10.0, rel=1e-4)
    assert attacks_on(offensive={("hill", "rebels"): 1.0}) == pytest.approx(60.0, rel=1e-4)


def test_a_front_is_half_saturated_at_its_crowding() -> None:
    assert attacks_on(params={"crowding": 1.0}) == pytest.approx(5.0, rel=1e-4)


def test_what_makes_all_violence_rise_fills_no_front() -> None:
    """At its crowding a front is half saturated, in a country four times as violent as in any: or levels could not leave their origin."""
    calm = attacks_on(params={"crowding": 1.0})
    assert attacks_on(params={"crowding": 1.0}, activity={"hill": 4.0}) == pytest.approx(4 * calm, rel=1e-4)


def test_a_recorded_front_belongs_to_its_own_contact_however_thin() -> None:
    """One soldier and one rebel among a hundred thousand fought ten times a week, and do; where nothing is on record a front is new."""
    thin: dict[str, Chosen] = {"force": {("hill", "guest"): 1.0, ("hill", "rebels"): 1.0}, "contact_with_state": {"hill": 0.01}}
    common = {"trace_contact": 0.04, "presence_effect": 0.0}
    assert attacks_on(params=common, **thin) == pytest.approx(10.0, rel=0.01)
    unheard: dict[str, Chosen] = {**thin, "attack_rate": 0.0}
    assert attacks_on(params={**common, "new_front": 100.0}, **unheard) == pytest.approx(10.0 * 0.01 / 0.05, rel=0.01)


def test_a_front_among_groups_is_saturated_too() -> None:
    """A hundred times as many on both sides bring a crowding of the origin's clashes, not a hundred times as many.

    Without it fighters and their dead grew without end in a few futures, and killed more than there were.
    """
    rivals: dict[str, Chosen] = {
        "force": {("hill", "militia"): 10_000.0, ("hill", "rebels"): 10_000.0}, "enmity": {"militia--rebels": 1.0}, "attack_rate": 0.0,
        "rivalry_rate": {"hill": 1000.0}, "contact_among_groups": {"hill": 1.0},
    }  # fmt: skip
    clashes = {}
    for crowding in (1e6, 1.0):
        made = step("clashes", {**FRONT, **rivals}, {**PLAIN, "crowding": crowding})
        clashes[crowding] = cell(made, "clashes/clash/non-state/small/incidents", "hill")
    assert clashes[1e6] == pytest.approx(100_000, rel=0.02)
    assert clashes[1.0] == pytest.approx(1000 / (1 + 1 / 100), rel=0.1)


def test_against_the_host_a_group_shows_the_mean_of_zeal_and_rivalry() -> None:
    army: dict[str, Chosen] = {
        "force": {("hill", "army"): 100.0, ("hill", "rebels"): 100.0}, "enmity": {"army--rebels": 1.0},
        "security_at_origin": {"hill": 0.7}, "zeal": {"rebels": 0.5}, "rivalry_zeal": {"rebels": 0.9},
    }  # fmt: skip
    assert attacks_on("army", **army) == pytest.approx(7.0, rel=1e-4)


def test_each_foreign_soldier_costs_the_other_side_the_exchange() -> None:
    """So many fatal attacks that a fifth of the armed dead is told from four fifths; with the bystanders all dead are accounted for."""
    made = step("clashes", {**FRONT, "attack_rate": {"hill": 40_000.0}}, PLAIN)
    soldiers, rebels = (cell(made, "losses", "hill", a) for a in ("guest", "rebels"))
    assert soldiers / (soldiers + rebels) == pytest.approx(0.2, abs=0.01)
    dead = cell(made, "deaths", "hill", "state-based")
    civilians = cell(made, "civilian_deaths", "hill")
    assert soldiers + rebels + civilians == pytest.approx(dead, rel=1e-5)
    assert civilians / dead == pytest.approx(0.2, abs=0.01)
    assert cell(made, "deaths", "hill", "non-state") == 0.0
    assert cell(made, "fallen", "rebels") == pytest.approx(rebels)
    row = "clashes/clash/state-based"
    sides = [COUNTRY.actors.index("guest"), COUNTRY.actors.index("rebels")]
    assert [[cell(made, f"{row}/{part}/side_{x}", "hill") for x in "ab"] for part in ("largest", "small")] == [sides, sides]
    assert sum(cell(made, f"{row}/{part}/dead_a", "hill") for part in ("largest", "small")) == pytest.approx(soldiers)
    # One incident in ten attacks kills; those that kill nobody are counted too.
    assert cell(made, "attacks", "hill") == pytest.approx(40_000, rel=0.01)


def test_among_groups_they_are_clashes_of_rivals_and_no_attacks_on_anybody() -> None:
    rivals: dict[str, Chosen] = {
        "force": {("hill", "militia"): 100.0, ("hill", "rebels"): 100.0}, "enmity": {"militia--rebels": 1.0}, "attack_rate": 0.0,
        "rivalry_rate": {"hill": 5_000.0}, "contact_among_groups": {"hill": 1.0},
    }  # fmt: skip
    made = step("clashes", {**FRONT, **rivals}, PLAIN)
    assert cell(made, "deaths", "hill", "non-state") > 5_000
    assert cell(made, "deaths", "hill", "state-based") == 0.0
    assert not made["attacks_on"].any()
    assert not made["collateral"].any()
    # Equal sides lose equally.
    assert cell(made, "losses", "hill", "militia") == pytest.approx(cell(made, "losses", "hill", "rebels"), rel=0.02)
    assert cell(made, "harmed", "hill", "red") == pytest.approx(cell(made, "civilian_deaths", "hill"))


def test_a_trace_makes_no_front() -> None:
    """One rebel in 100,000 where a trace is one in 10,000: the root of a hundredth by a tenth, and no root of what hides there."""
    few: Chosen = {("hill", "guest"): 100.0, ("hill", "rebels"): 1.0}
    assert attacks_on(force=few) == pytest.approx(1.0, rel=1e-3)
    assert attacks_on(force=few, params={"handful": 0.1}) == pytest.approx(10.0 * (1 / 1.1) ** 0.5 * (0.01 * 0.01 / 0.11) ** 0.5, rel=1e-3)


def test_after_a_fall_groups_fight_for_its_place_as_far_as_they_are_enemies() -> None:
    """Ten thousand attacks a week on the government, of which a tenth killed: half of that among the groups that are left."""
    left: dict[str, Chosen] = {
        "force": {("hill", "militia"): 100.0, ("hill", "rebels"): 100.0}, "enmity": {"militia--rebels": 1.0},
        "attack_rate": {"hill": 10_000.0}, "security_at_origin": {"hill": 0.0},
    }  # fmt: skip
    row = "clashes/clash/non-state"

    def clashes(fallen: float, **changed: Chosen) -> float:
        values = {**FRONT, **left, "government_fallen": fallen, **changed}
        made = step("clashes", values, {**PLAIN, "heirs": 0.5}, {"rivals": 0.5})
        dead = sum(cell(made, f"{row}/largest/dead_{side}", "hill") for side in ("a", "b", "civilians"))
        return cell(made, f"{row}/small/incidents", "hill") + (dead > 0)

    assert clashes(0.0) == 0.0
    assert clashes(1.0) == pytest.approx(500, abs=1)
    assert clashes(1.0, enmity={"militia--rebels": 0.1}) == pytest.approx(50, abs=1)


def test_no_more_fall_in_a_clash_than_stand_there() -> None:
    """Three rebels fight at the rate of three hundred; what is too large for them was between others."""
    two: dict[str, Chosen] = {
        "force": {("hill", "guest"): 400.0, ("hill", "rebels"): 3.0, ("hill", "militia"): 300.0}, "attack_rate": {"hill": 500.0},
        "enmity": {"guest--rebels": 1.0, "guest--militia": 0.1},
    }  # fmt: skip
    made = step("clashes", {**FRONT, **two}, PLAIN, {"state": (0.5, 0.999999, 0.5, 0.5, 0.3, 0.5)})
    row = "clashes/clash/state-based/largest"
    fell = sum(cell(made, f"{row}/dead_{side}", "hill") for side in ("a", "b", "civilians"))
    assert fell > 30
    assert cell(made, f"{row}/side_b", "hill") == COUNTRY.actors.index("militia")


def test_friends_hardly_fight() -> None:
    """Half an enmity is half the attacks where nobody counts as a friend, and a quarter where half is half way."""
    assert attacks_on(enmity={"guest--rebels": 0.5}) == pytest.approx(5.0, rel=1e-4)
    assert attacks_on(enmity={"guest--rebels": 0.5}, params={"friendly": 0.5}) == pytest.approx(2.5, rel=1e-4)
    assert attacks_on(enmity={"guest--rebels": 0.05}, params={"friendly": 0.2}) == pytest.approx(0.1, rel=1e-3)
