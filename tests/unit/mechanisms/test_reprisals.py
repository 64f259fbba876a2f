"""Reprisals by hand: killings in the thousands on the hill, so that Poisson's median tells a rate to a thousandth."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from tests.by_hand import COUNTRY, Chosen, cell, initial, step

ROW = "reprisals/reprisal/one-sided"
HILL: Mapping[str, Chosen] = {
    "residents": {("hill", "red"): 50_000.0, ("hill", "blue"): 50_000.0},
    "force": {("hill", "militia"): 100.0},
    "harshness": {"militia": 0.9},
    "constituency": {("red", "militia"): 1.0},
    "standing": {("blue", "militia"): -1.0},
    "mixing": {"hill": 0.5},
    "mixing_at_origin": {"hill": 0.5},
    "fatal_rate": {"hill": 1000.0},
    "recorded_deaths": {("hill", "one-sided"): 2500.0},
    "recent_deaths": {("hill", "one-sided"): 2500.0},
}
PARAMS = {
    "saturation": 1.0, "revenge": 0.2, "presence_effect": 1.0, "base_harshness": 0.1, "army_share": 0.0, "police_share": 0.0,
    "background": 0.0, "ceiling": 4.0, "selective": 0.0, "stray": 0.2, "without": 0.2, "handful": 1e-6, "trace": 1e-6, "next_door": 0.0,
    "hands": 0.0,
}  # fmt: skip
AGO: Mapping[str, Chosen] = {
    "strength": {"militia": 100.0}, "deployment": {("hill", "militia"): 1.0}, "population": {"hill": 100_000.0},
    "harshness": {"militia": 0.9}, "community_share": {("hill", "red"): 0.5, ("hill", "blue"): 0.5},
    "constituency": {("red", "militia"): 1.0}, "standing_at_origin": {("blue", "militia"): -1.0},
}  # fmt: skip


def killings(params: Mapping[str, float] | None = None, **changed: Chosen) -> float:
    """Incidents on the hill in a week, 1,000 a week at the origin."""
    chosen = {**PARAMS, **(params or {})}
    begun = initial("reprisals", AGO, chosen)
    made = step("reprisals", {**HILL, "killers_at_origin": begun["killers_at_origin"], **changed}, chosen)
    return cell(made, f"{ROW}/small/incidents", "hill") + (cell(made, f"{ROW}/largest/dead_civilians", "hill") > 0)


def test_as_at_the_origin_there_are_as_many_as_then() -> None:
    assert killings() == pytest.approx(1000, abs=1)


def test_killing_falls_as_communities_separate() -> None:
    assert killings(mixing={"hill": 0.24}) == pytest.approx(500, abs=1)
    assert killings({"saturation": 2.0}, mixing={"hill": 0.24}) == pytest.approx(250, abs=1)


def test_revenge_follows_the_last_weeks_deaths() -> None:
    assert killings(recent_deaths={("hill", "one-sided"): 5001.0}) == pytest.approx(1000 * 2**0.2, abs=1)
    assert killings(recent_deaths={("hill", "one-sided"): 1.0}) == pytest.approx(1000 * np.exp(-0.2 * 1.5), abs=1)


def test_guards_protect_and_more_killers_kill_more_up_to_a_ceiling() -> None:
    there = {("hill", "militia"): 100.0}
    assert killings(force={**there, ("hill", "guest"): 500.0}) == pytest.approx(500, abs=1)
    assert killings(force={("hill", "militia"): 400.0}) == pytest.approx(2000, rel=0.002)
    assert killings(force={("hill", "militia"): 10_000.0}) == pytest.approx(4000, rel=0.001)
    assert killings(rivalry_zeal={"militia": 0.8}) == pytest.approx(800, abs=1)


def test_selective_killing_peaks_between_half_and_whole_rule() -> None:
    """Nothing at the origin's rate; a wholly harsh ruler of three quarters kills at the top of the hump, per million residents.

    It does so where its enemies rule the rest: where its friends do, or nobody, there is nothing to denounce.
    """
    only: dict[str, Chosen] = {"fatal_rate": 0.0, "harshness": {"militia": 1.0}, "enmity": {"militia--rebels": 1.0}}
    for rule, expected in ((0.75, 1000), (1.0, 0), (0.5, 0), (0.875, 750)):
        held = {("hill", "militia"): rule, ("hill", "rebels"): 1.0 - rule}
        assert killings({"selective": 10_000.0}, control=held, **only) == pytest.approx(expected, abs=1), rule
        friends = {("hill", "militia"): rule, ("hill", "police"): 1.0 - rule}
        assert killings({"selective": 10_000.0}, control=friends, **only) == pytest.approx(0, abs=1), rule


def test_selective_killing_is_the_rulers_and_falls_upon_all() -> None:
    """Not of whoever else is there: rebels who have everything against the people, and rule a quarter, do none of it."""
    made = step("reprisals", {
        **HILL, "fatal_rate": 0.0, "harshness": 1.0, "enmity": {"militia--rebels": 1.0}, "standing": {("red", "rebels"): -1.0},
        "control": {("hill", "militia"): 0.75, ("hill", "rebels"): 0.25}, "force": {("hill", "militia"): 1.0, ("hill", "rebels"): 1000.0},
        "killers_at_origin": {"hill": 1.0},
    }, {**PARAMS, "selective": 10_000.0})  # fmt: skip
    dead = cell(made, "civilian_deaths", "hill")
    assert dead > 1000
    assert cell(made, "atrocity", "hill", "militia") == pytest.approx(dead)
    assert cell(made, "harmed", "hill", "red") == pytest.approx(dead / 2, rel=1e-4)


TWO: Mapping[str, Chosen] = {
    **HILL, "killers_at_origin": {"hill": 1.0}, "harshness": {"militia": 0.9, "rebels": 0.9}, "recent_deaths": 0.0, "recorded_deaths": 0.0,
}  # fmt: skip


def blame(params: Mapping[str, float] | None = None, **changed: Chosen) -> tuple[float, float]:
    """Shares of the killing that militia and rebels do on the hill."""
    made = step("reprisals", {**TWO, **changed}, {**PARAMS, **(params or {})})
    dead = cell(made, "civilian_deaths", "hill")
    assert dead > 100
    return cell(made, "atrocity", "hill", "militia") / dead, cell(made, "atrocity", "hill", "rebels") / dead


def test_who_has_nothing_against_the_people_hardly_kills_them() -> None:
    """As many rebels, strangers to both communities and hated by neither: a fifth of the weight for each, against 1 and 0.04 of militia."""
    both: dict[str, Chosen] = {"force": {("hill", "militia"): 100.0, ("hill", "rebels"): 100.0}}
    assert blame(**both) == pytest.approx((0.52 / 0.72, 0.2 / 0.72), abs=0.001)
    # It is motive enough that an enemy recruits among them: the rebels' enemies, the police, are blue.
    foes: dict[str, Chosen] = {"enmity": {"militia--rebels": 0.5}, "constituency": {("red", "militia"): 1.0}}
    assert blame(**both, **foes)[1] == pytest.approx(0.3 / 0.82, abs=0.001)


def test_armies_kill_as_far_as_they_are_used_for_it() -> None:
    """As many soldiers as militia, hated by the blue: half as harsh at a share of a half, so a quarter of what the militia does."""
    both: dict[str, Chosen] = {
        "force": {("hill", "militia"): 100.0, ("hill", "army"): 100.0},
        "standing": {("blue", "militia"): -1.0, ("blue", "army"): -1.0},
        "harshness": {"militia": 0.9, "army": 0.4},
        "constituency": {("red", "militia"): 1.0, ("red", "army"): 1.0},
    }

    def soldiers(share: float) -> float:
        made = step("reprisals", {**HILL, **both, "killers_at_origin": {"hill": 1.0}}, {**PARAMS, "army_share": share})
        return cell(made, "atrocity", "hill", "army") / cell(made, "civilian_deaths", "hill")

    assert soldiers(0.0) == 0.0
    assert soldiers(0.5) == pytest.approx(0.25 / 1.25, abs=0.001)


def test_a_trace_of_strangers_kills_less_than_its_root() -> None:
    """Four fighters among a hundred thousand against a hundred: a fifth by the root, an eleventh where a trace is one in a thousand."""
    few: dict[str, Chosen] = {
        "force": {("hill", "militia"): 100.0, ("hill", "rebels"): 4.0},
        "standing": {("blue", "militia"): -1.0, ("blue", "rebels"): -1.0},
    }
    kin: dict[str, Chosen] = {"constituency": {("red", "militia"): 1.0, ("red", "rebels"): 1.0}}
    assert blame(**few, **kin)[1] == pytest.approx(0.2 / 1.2, abs=0.001)
    trace = 0.04 / np.sqrt(1.04) * np.sqrt(2.0)
    assert blame({"handful": 1.0}, **few, **kin)[1] == pytest.approx(trace / (1 + trace), abs=0.001)


def test_those_next_door_come_before_those_who_are_nowhere_near() -> None:
    near: dict[str, Chosen] = {"force": {("plain", "rebels"): 1000.0}, "adjacency": {("hill", "plain"): 10.0, ("plain", "hill"): 10.0}}
    populous: dict[str, Chosen] = {"residents": {("hill", "red"): 50_000.0, ("hill", "blue"): 50_000.0, ("plain", "red"): 100_000.0}}
    assert blame({"next_door": 0.02, "handful": 0.1, "ceiling": 100.0}, **near, **populous)[1] > 0.999


def test_a_massacre_takes_hands_and_will() -> None:
    """The deadliest incident is laid at the door of those who can do it: not of four who hate, but of a thousand who hate as much."""
    values: Mapping[str, Chosen] = {
        **TWO, "force": {("hill", "militia"): 4.0, ("hill", "rebels"): 1000.0},
        "standing": {("blue", "militia"): -1.0, ("blue", "rebels"): -1.0},
        "constituency": {("red", "militia"): 1.0, ("red", "rebels"): 1.0},
    }  # fmt: skip
    militia, rebels = (COUNTRY.actors.index(name) for name in ("militia", "rebels"))

    def door(whose: float, hands: float) -> float:
        luck = (0.5, 0.9, 0.5, 0.5, 0.5, whose)
        made = step("reprisals", values, {**PARAMS, "hands": hands}, {"incidents": luck})
        assert cell(made, f"{ROW}/largest/dead_civilians", "hill") > 4
        return cell(made, f"{ROW}/largest/side_a", "hill")

    share = 1 / (1 + np.sqrt(250))
    assert [door(share - 0.005, 0.0), door(share + 0.005, 0.0)] == [militia, rebels]
    assert door(share - 0.03, 3.0) == rebels


def test_the_dead_are_civilians_mostly_of_the_other_community() -> None:
    made = step("reprisals", {**HILL, "killers_at_origin": {"hill": 1.0}}, PARAMS)
    dead = cell(made, "civilian_deaths", "hill")
    assert dead > 1000
    assert cell(made, "deaths", "hill", "one-sided") == dead == cell(made, "sectarian", "hill")
    assert cell(made, "harmed", "hill", "blue") == pytest.approx(dead / 1.04, rel=1e-3)
    assert cell(made, "harmed", "hill", "red") == pytest.approx(dead * 0.04 / 1.04, rel=2e-3)
    assert cell(made, "atrocity", "hill", "militia") == pytest.approx(dead, rel=1e-3)
    assert {cell(made, f"{ROW}/{part}/side_a", "hill") for part in ("largest", "small")} == {COUNTRY.actors.index("militia")}
