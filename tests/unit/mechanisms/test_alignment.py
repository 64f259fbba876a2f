"""Alignment by hand: when a pair turns on each other or makes common cause, what an enemy in common does to it, and what blood does."""

from __future__ import annotations

from collections.abc import Mapping
from math import exp, log

import pytest

from tests.by_hand import Chosen, cell, initial, mechanism, step

PAIR = "militia--rebels"
# Militia and rebels are of equal weight, a fifth each; the guest has three fifths of those under arms and of the ruled.
LAND: Mapping[str, Chosen] = {
    "residents": {("hill", "red"): 100_000.0},
    "force": {("hill", "guest"): 600.0, ("hill", "militia"): 200.0, ("hill", "rebels"): 200.0},
    "control": {("hill", "guest"): 0.6, ("hill", "militia"): 0.2, ("hill", "rebels"): 0.2},
    "enmity": {PAIR: 0.25},
    "grudge": {PAIR: 0.25},
}
STILL = {"turn": 0.0, "mend": 0.0, "embitter": 0.0, "cool": 0.0, "mood": 0.0}
WEEK = 52.0


def odds(share: float) -> float:
    return log(share / (1.0 - share))


def moved(changed: Mapping[str, Chosen]) -> Mapping[str, Chosen]:
    """The land with these changes; without a pact a pair's grudge is its enmity."""
    return {**LAND, **changed, **({"grudge": changed["enmity"]} if "enmity" in changed else {})}


def turned(params: Mapping[str, float], up: float = 0.5, down: float = 0.5, pair: str = PAIR, **changed: Chosen) -> float:
    made = step("alignment", moved(changed), {**STILL, **params}, {"turn": (up, down, 0.5, 0.5)})
    return cell(made, "turned", pair)


def test_it_starts_where_the_scenario_says_and_stays_there_when_off() -> None:
    assert cell(initial("alignment", {"hostility": {PAIR: 1.0}}), "enmity", PAIR) == 1.0
    for begun in (0.0, 0.25, 1.0):
        off = dict(mechanism("alignment").neutral)
        made = step("alignment", {**moved({"enmity": begun}), "bloodshed": 100.0}, off, {"turn": 1e-9, "mood": 2.0})
        assert cell(made, "enmity", PAIR) == begun
        assert not made["turned"].any()


def test_friends_turn_on_each_other_at_their_hazard_and_enemies_do_not() -> None:
    """0.52 a year x (1 - 1/4) is 0.0075 a week."""
    assert turned({"turn": 0.52}, up=0.0074) == 1.0
    assert turned({"turn": 0.52}, up=0.0075) == 0.0
    assert turned({"turn": 52.0}, up=1e-6, enmity={PAIR: 1.0}) == 0.0


def test_a_turn_is_a_step_in_log_odds_for_good() -> None:
    made = step("alignment", LAND, {**STILL, "turn": 20.0, "size": 2.5}, {"turn": (1e-6, 0.5, 0.5, 0.5)})
    assert odds(cell(made, "enmity", PAIR)) == pytest.approx(odds(0.25) + 2.5, abs=1e-4)
    made = step("alignment", moved({"enmity": {PAIR: 0.75}}), {**STILL, "mend": 20.0, "size": 2.5}, {"turn": (0.5, 1e-6, 0.5, 0.5)})
    assert odds(cell(made, "enmity", PAIR)) == pytest.approx(odds(0.75) - 2.5, abs=1e-4)
    assert cell(made, "turned", PAIR) == -1.0


def test_an_enemy_in_common_holds_them_together_until_it_leaves() -> None:
    """Both are enemies of the guest, who has three fifths of all weight: exp(-4 x 0.6) of the hazard; none once it is gone."""
    both = {PAIR: 0.25, "guest--militia": 1.0, "guest--rebels": 1.0}
    apart = 1 - exp(-0.0075 * exp(-4 * 0.6))
    params = {"turn": 0.52, "common_enemy": 4.0, "spoils": 0.0}
    assert turned(params, up=0.99 * apart, enmity=both) == 1.0
    assert turned(params, up=1.01 * apart, enmity=both) == 0.0
    left: Chosen = {("hill", "militia"): 200.0, ("hill", "rebels"): 200.0}
    assert turned(params, up=0.0074, enmity=both, force=left, control={("hill", "militia"): 0.5}) == 1.0
    # Who is the enemy of one alone binds nobody, and what binds also reconciles.
    assert turned(params, up=0.0074, enmity={PAIR: 0.25, "guest--militia": 1.0}) == 1.0
    reconciled = 1 - exp(-0.01 * 0.75 * exp(4 * 0.6))
    mending = {"mend": 0.52, "common_enemy": 4.0, "spoils": 0.0}
    assert turned(mending, down=0.99 * reconciled, enmity={**both, PAIR: 0.75}) == -1.0
    assert turned(mending, down=1.01 * reconciled, enmity={**both, PAIR: 0.75}) == 0.0


def test_two_who_outweigh_all_others_fall_out_over_the_spoils() -> None:
    """Alone they have all weight: exp(1.5) of the hazard; with two fifths of it nothing is added."""
    alone: Mapping[str, Chosen] = {
        "force": {("hill", "militia"): 200.0, ("hill", "rebels"): 200.0},
        "control": {("hill", "militia"): 0.2, ("hill", "rebels"): 0.2},
    }
    more = 1 - exp(-0.0075 * exp(1.5))
    assert turned({"turn": 0.52, "spoils": 1.5}, up=0.99 * more, **alone) == 1.0
    assert turned({"turn": 0.52, "spoils": 1.5}, up=1.01 * more, **alone) == 0.0
    assert turned({"turn": 0.52, "spoils": 1.5}, up=0.0076) == 0.0


def test_one_paymaster_binds() -> None:
    paid = {("east", "militia"): 0.8, ("east", "rebels"): 0.5}
    less = 1 - exp(-0.0075 * exp(-1.0 * 0.5))
    assert turned({"turn": 0.52, "paymaster": 1.0}, up=0.99 * less, aid=paid) == 1.0
    assert turned({"turn": 0.52, "paymaster": 1.0}, up=1.01 * less, aid=paid) == 0.0
    assert turned({"turn": 0.52, "paymaster": 1.0}, up=0.0074, aid={("east", "militia"): 0.8, ("west", "rebels"): 0.8}) == 1.0


def test_a_group_makes_common_cause_with_a_government_less_often() -> None:
    asked = {"mend": 5.2, "with_state": 0.1, "spoils": 0.0}
    assert turned(asked, down=0.05, enmity=1.0) == -1.0
    assert turned(asked, down=0.05, pair="army--rebels", enmity=1.0) == 0.0
    there: dict[str, Chosen] = {"force": {("hill", "army"): 200.0, ("hill", "rebels"): 200.0}}
    assert turned(asked, down=0.0005, pair="army--rebels", enmity=1.0, **there) == -1.0


def test_whose_cause_forbids_it_make_no_common_cause() -> None:
    """They may fall out all the more."""
    foes: dict[str, Chosen] = {"enmity": {PAIR: 0.75}}
    assert turned({"mend": 20.0}, down=1e-6, **foes) == -1.0
    assert turned({"mend": 20.0}, down=1e-6, **foes, irreconcilable={PAIR: 1.0}) == 0.0
    assert turned({"turn": 20.0}, up=1e-6, irreconcilable={PAIR: 1.0}) == 1.0
    assert turned({"turn": 20.0}, up=1e-6, enmity={PAIR: 0.6}) == 0.0  # that old enemies hate each other more is no news


def test_blood_embitters_and_quiet_cools() -> None:
    """As many dead per 1,000 of the smaller side as tell half: half of each; without any all of the cooling."""
    params = {**STILL, "embitter": 0.52, "cool": 0.26, "much_blood": 5.0}
    bloody = step("alignment", {**LAND, "bloodshed": {PAIR: 1.0}}, params)
    assert odds(cell(bloody, "enmity", PAIR)) == pytest.approx(odds(0.25) + 0.005 - 0.0025, abs=1e-5)
    quiet = step("alignment", LAND, params)
    assert odds(cell(quiet, "enmity", PAIR)) == pytest.approx(odds(0.25) - 0.005, abs=1e-5)


def test_two_cannot_be_told_from_one_where_the_government_is_the_same() -> None:
    """Police and army share the luck of their pair with a group; other pairs have their own."""
    import jax.numpy as jnp

    from drawdown.formulas.alliances import of_parties, spoken_for
    from drawdown.world import Structure

    dyads = (("army", "rebels"), ("police", "rebels"), ("army", "militia"))
    actors = ("army", "police", "rebels", "militia")
    land = Structure(("hill",), ("red",), actors, ("army", "police", "insurgent", "militia"), dyads, (), (), (-1,) * len(actors))
    assert spoken_for(land).tolist() == [0, 0, 2]
    assert of_parties(jnp.asarray([[0.25], [0.75], [0.5]]), land)[:, 0].tolist() == [0.75, 0.75, 0.5]


def test_a_pact_quiets_a_pair_and_its_end_brings_the_grudge_back() -> None:
    held = step("alignment", {**LAND, "grudge": {PAIR: 0.8}, "peace": {PAIR: 0.95}}, STILL)
    assert cell(held, "enmity", PAIR) == pytest.approx(0.8 * 0.05, abs=1e-6)
    assert cell(held, "grudge", PAIR) == pytest.approx(0.8)
    back = step("alignment", {**LAND, "enmity": {PAIR: 0.04}, "grudge": {PAIR: 0.8}}, STILL)
    assert cell(back, "enmity", PAIR) == pytest.approx(0.8)


def test_it_remembers_blood_from_a_first_guess_on() -> None:
    begun = initial("alignment", {"hostility": {PAIR: 0.5}}, {"first_guess": 2.0})
    assert cell(begun, "recent_bloodshed", PAIR) == 1.0
    made = step("alignment", {**LAND, "recent_bloodshed": {PAIR: 1.0}, "bloodshed": {PAIR: 6.0}}, {**STILL, "memory": 10.0})
    assert cell(made, "recent_bloodshed", PAIR) == pytest.approx(1.5)


def test_nobody_is_seen_to_turn_on_those_who_have_nobody_there() -> None:
    """A force that never came and a group that is no more have their luck as all pairs do; nothing of it is told."""
    gone: dict[str, Chosen] = {"force": {("hill", "guest"): 600.0, ("hill", "rebels"): 200.0}}
    assert turned({"turn": 20.0}, up=1e-6) == 1.0
    assert turned({"turn": 20.0}, up=1e-6, **gone) == 0.0
