"""Dissolution by hand: who is beaten or falls apart, what becomes of its members, and who comes back."""

from __future__ import annotations

from collections.abc import Mapping
from math import exp

import pytest

from tests.by_hand import Chosen, cell, mechanism, step

# The rebels fight the army as an active dyad, a year long, and rule nobody.
LAND: Mapping[str, Chosen] = {
    "residents": {("hill", "red"): 100_000.0},
    "force": {("hill", "army"): 4000.0, ("hill", "rebels"): 1000.0},
    "recent_bloodshed": {"army--rebels": 0.96},
    "enmity": {"army--rebels": 0.5},
    "fought_for": 52.0,
}
PLAIN = {"rate": 0.52, "strong": 0.0, "hot": 0.0, "age": 0.0, "holds": 0.0, "secure": 0.0, "few": 0.0, "comeback": 0.52, "scatter": 0.25}


def gone(draw: float, params: Mapping[str, float] | None = None, who: str = "rebels", **changed: Chosen) -> float:
    made = step("dissolution", {**LAND, **changed}, {**PLAIN, **(params or {})}, {"fate": (draw, 0.5, 0.5, 0.5)})
    assert cell(made, "leave_hazard", "hill", who) == pytest.approx(0.25 * cell(made, "dissolved", who))
    return cell(made, "dissolved", who)


def test_a_group_at_war_is_gone_by_its_hazard() -> None:
    assert gone(0.0099) == 1.0
    assert gone(0.01) == 0.0
    assert gone(1e-6, who="army") == 0.0
    assert gone(1e-6, recent_bloodshed=0.0) == 0.0
    assert gone(1e-6, pact={"rebels": 2.0}) == 0.0


@pytest.mark.parametrize(
    ("params", "changed", "ratio"),
    [
        ({"holds": 0.7}, {"control": {("hill", "rebels"): 0.5}}, exp(-0.7)),
        ({"secure": 1.1}, {"control": {("hill", "rebels"): 0.6}}, exp(-1.1)),
        ({"secure": 1.1}, {"control": {("hill", "rebels"): 0.5}}, 1.0),
        ({"age": 0.5}, {"fought_for": 208.0}, 0.5),
        ({"hot": 3.0}, {"recent_bloodshed": {"army--rebels": 1920.0}}, exp(-3.0)),
        ({"strong": 0.9}, {"force": {("hill", "army"): 1000.0, ("hill", "rebels"): 50_000.0}}, exp(0.9)),
    ],
)
def test_ground_years_and_great_wars_keep_it(params: Mapping[str, float], changed: Mapping[str, Chosen], ratio: float) -> None:
    chance = 1.0 - exp(-0.01 * ratio)
    assert gone(0.98 * chance, params, **changed) == 1.0
    assert gone(1.02 * chance, params, **changed) == 0.0


def test_friends_who_come_to_blows_are_not_at_war() -> None:
    """A group that is hardly an enemy of the army bleeds in its company and is not put down by it: an eighth of the enmity of a war."""
    chance = 1.0 - exp(-0.01 * 0.25)
    ally: dict[str, Chosen] = {"enmity": {"army--rebels": 0.0625}, "recent_bloodshed": {"army--rebels": 0.96}}
    assert gone(0.98 * chance, **ally) == 1.0
    assert gone(1.02 * chance, **ally) == 0.0


def test_a_handful_is_soon_gone_even_at_rest() -> None:
    few: Chosen = {("hill", "army"): 4000.0, ("hill", "rebels"): 10.0}
    assert gone(0.0189, {"few": 1.0, "handful": 50.0}, force=few, recent_bloodshed=0.0) == 1.0
    assert gone(0.0189, {"few": 1.0, "handful": 50.0}, recent_bloodshed=0.0) == 0.0


def test_it_stays_gone_and_seldom_comes_back() -> None:
    away = {**LAND, "dissolved": {"rebels": 1.0}}
    assert cell(step("dissolution", away, PLAIN, {"fate": (0.5, 0.0101, 0.5, 0.5)}), "dissolved", "rebels") == 1.0
    assert cell(step("dissolution", away, PLAIN, {"fate": (0.5, 0.0099, 0.5, 0.5)}), "dissolved", "rebels") == 0.0


def test_nobody_joins_what_is_no_more() -> None:
    there: Mapping[str, Chosen] = {
        "strength": {"rebels": 1000.0, "army": 1000.0}, "deployment": {("hill", "rebels"): 1.0, ("hill", "army"): 1.0},
        "force": {("hill", "army"): 900.0, ("hill", "rebels"): 1000.0},
    }  # fmt: skip
    made = step("recruitment", there)
    assert cell(made, "recruited", "rebels") > 0
    assert cell(made, "recruited", "army") > 0
    made = step("recruitment", {**there, "dissolved": {"rebels": 1.0}, "government_fallen": 1.0})
    assert cell(made, "recruited", "rebels") == 0.0
    assert cell(made, "recruited", "army") == 0.0


def test_switched_off_nobody_is_gone() -> None:
    made = step("dissolution", LAND, {**PLAIN, **mechanism("dissolution").neutral}, {"fate": 1e-9})
    assert not made["dissolved"].any()
