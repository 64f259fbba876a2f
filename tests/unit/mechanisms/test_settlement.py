"""Settlement by hand: when talks open, what they bring, what they stop, and when war comes back."""

from __future__ import annotations

from collections.abc import Mapping
from math import exp, log

import pytest

from tests.by_hand import Chosen, cell, mechanism, step

# The rebels fight the army: a fourth of its strength, for two years, as an active dyad.
LAND: Mapping[str, Chosen] = {
    "force": {("hill", "army"): 400.0, ("hill", "rebels"): 100.0},
    "recent_bloodshed": {"army--rebels": 0.96},
    "enmity": 1.0,
    "fought_for": 104.0,
    "truce_prone": 1.0,
}
PLAIN = {
    "agreement": 0.52, "strong": 0.0, "mission": 0.0, "hot": 0.0, "age": 0.0, "ceasefire": 0.0, "cease_strong": 0.0, "cease_hot": 0.0,
    "veto": 0.0, "success": 0.5, "talk_weeks": 4.0, "spoil": 0.0, "relapse": 0.52, "cease_relapse": 0.52, "guard": 0.0, "disobey": 0.0,
    "weeks": 4.0, "quiet": 0.95, "much_weaker": 0.08,
}  # fmt: skip


def hazard(params: Mapping[str, float] | None = None, who: str = "rebels", **changed: Chosen) -> float:
    """Settlements a year to which talks lead: found by halving from the draws that open talks."""
    low, high = 0.0, 1.0
    for _ in range(22):
        middle = 0.5 * (low + high)
        made = step("settlement", {**LAND, **changed}, {**PLAIN, **(params or {})}, {"talks": (middle, 0.5, 0.5, 0.5)})
        low, high = (middle, high) if cell(made, "talks", who) else (low, middle)
    return -log(1.0 - low) * 52.0 * PLAIN["success"]


def test_talks_open_as_often_as_settlements_need() -> None:
    assert hazard() == pytest.approx(0.52, rel=1e-3)
    assert hazard(recent_bloodshed={"army--rebels": 0.24}) == pytest.approx(0.26, rel=1e-3)  # half an active dyad
    assert hazard(recent_bloodshed={"militia--rebels": 1.0}) == pytest.approx(0.0, abs=1e-3)
    assert hazard(government_fallen=1.0) == pytest.approx(0.0, abs=1e-3)  # nobody to sign with
    assert hazard(truce_prone=0.0, params={"loose": 0.5}) == pytest.approx(0.26, rel=1e-3)


def test_the_strong_come_to_terms_and_the_hopeless_do_not() -> None:
    """At a fourth against 0.08: logistic(2 ln(0.25/0.08)) of the coefficient; war of many dead and long wars less; a mission more."""
    part = 1.0 / (1.0 + exp(-2.0 * log((101.0 / 401.0) / 0.08)))
    assert hazard({"strong": 1.0}) == pytest.approx(0.52 * exp(part), rel=2e-3)
    assert hazard({"hot": 1.0}, recent_bloodshed={"army--rebels": 19.2}) == pytest.approx(0.52 * exp(-0.5), rel=2e-3)
    assert hazard({"age": 1.0}) == pytest.approx(0.26, rel=2e-3)
    mission: Mapping[str, Chosen] = {"guarantees": {"guest": 1.0}}
    few, many = ({("hill", "army"): 400.0, ("hill", "rebels"): 100.0, ("hill", "guest"): n} for n in (250.0, 5000.0))
    assert hazard({"mission": 1.0}, force=few, **mission) == pytest.approx(0.52 * exp(0.5), rel=2e-3)
    assert hazard({"mission": 1.0}, force=many, **mission) == pytest.approx(0.52 * exp(1.0), rel=2e-3)
    assert hazard({"mission": 1.0}, force=many) == pytest.approx(0.52, rel=2e-3)
    others = hazard({"veto": 1.0}, recent_bloodshed={"army--rebels": 0.96, "police--militia": 0.96})
    assert others == pytest.approx(0.26, rel=2e-3)


def test_talks_bring_a_settlement_a_ceasefire_or_nothing() -> None:
    talking = {**LAND, "talks": {"rebels": 1.0}}
    both = {**PLAIN, "ceasefire": 0.52}

    def pact(draws: tuple[float, float, float, float], params: Mapping[str, float] = both) -> tuple[float, float]:
        made = step("settlement", talking, params, {"talks": draws})
        return cell(made, "pact", "rebels"), cell(made, "talks", "rebels")

    assert pact((0.5, 0.24, 0.49, 0.49)) == (2.0, 0.0)
    assert pact((0.5, 0.24, 0.49, 0.51)) == (1.0, 0.0)
    assert pact((0.5, 0.24, 0.51, 0.49)) == (0.0, 0.0)
    assert pact((0.5, 0.26, 0.49, 0.49)) == (0.0, 1.0)


def test_a_massacre_can_end_the_talks() -> None:
    talking = {**LAND, "talks": {"rebels": 1.0}, "massacre": {"plain": 50.0}}
    spoilt = {**PLAIN, "spoil": 0.2, "shocking": 50.0}
    assert cell(step("settlement", talking, spoilt, {"talks": (0.099, 0.5, 0.5, 0.5)}), "talks", "rebels") == 0.0
    assert cell(step("settlement", talking, spoilt, {"talks": (0.101, 0.5, 0.5, 0.5)}), "talks", "rebels") == 1.0


def test_a_settlement_quiets_the_pair_within_weeks_and_sends_fighters_home_and_into_the_army() -> None:
    settled = {**LAND, "pact": {"rebels": 2.0}}
    made = step("settlement", settled, {**PLAIN, "demobilise": 0.01, "integrate": 0.3})
    assert cell(made, "settled", "army--rebels") == 1.0
    assert cell(made, "settled", "guest--rebels") == 1.0  # the foreign force is the host's ally
    assert cell(made, "settled", "militia--rebels") == 0.0
    assert cell(made, "peace", "army--rebels") == pytest.approx(0.95 / 4)
    assert cell(made, "leave_hazard", "hill", "rebels") == pytest.approx(0.01)
    assert cell(made, "leave_hazard", "hill", "army") == 0.0
    assert cell(made, "recruits", "hill", "army") == pytest.approx(0.3)
    truce = step("settlement", {**LAND, "pact": {"rebels": 1.0}}, {**PLAIN, "demobilise": 0.01})
    assert cell(truce, "settled", "army--rebels") == 0.0
    assert cell(truce, "peace", "army--rebels") == pytest.approx(0.95 / 4)
    assert not truce["leave_hazard"].any()


def test_war_comes_back_by_its_hazard_less_while_guaranteed_and_more_where_nobody_obeys() -> None:
    def back(draw: float, params: Mapping[str, float], **changed: Chosen) -> float:
        made = step("settlement", {**LAND, "pact": {"rebels": 2.0}, **changed}, {**PLAIN, **params}, {"pact": draw})
        assert cell(made, "pact", "rebels") == (0.0 if cell(made, "relapsed", "rebels") else 2.0)
        return cell(made, "relapsed", "rebels")

    assert back(0.0099, {}) == 1.0
    assert back(0.01, {}) == 0.0
    there: Mapping[str, Chosen] = {"force": {("hill", "guest"): 1000.0}, "guarantees": {"guest": 1.0}}
    assert back(0.0036, {"guard": 1.0}, **there) == 1.0
    assert back(0.0038, {"guard": 1.0}, **there) == 0.0
    assert back(0.0160, {"disobey": 1.0}, rogue={"rebels": 0.5}) == 1.0
    assert back(0.0160, {"disobey": 1.0}) == 0.0


def test_a_pact_ends_with_the_government_that_signed_it() -> None:
    fell = {**LAND, "pact": {"rebels": 2.0}, "talks": {"militia": 1.0}, "government_fallen": 1.0}
    made = step("settlement", fell, {**PLAIN, "demobilise": 0.01}, {"talks": (0.5, 0.9, 0.1, 0.1)})
    assert [cell(made, n, "rebels") for n in ("pact", "lapsed", "relapsed")] == [0.0, 1.0, 0.0]
    assert not made["settled"].any()
    assert not made["talks"].any()
    assert not made["leave_hazard"].any()
    stands = step("settlement", {**fell, "government_fallen": 0.0}, PLAIN)
    assert [cell(stands, n, "rebels") for n in ("pact", "lapsed")] == [2.0, 0.0]


def test_friends_have_nothing_to_sign() -> None:
    assert hazard(enmity={"army--rebels": 0.25}, recent_bloodshed={"army--rebels": 0.48}) == pytest.approx(0.26, rel=1e-3)
    assert hazard(enmity=0.0) == pytest.approx(0.0, abs=1e-3)


def test_switched_off_nobody_talks() -> None:
    off = dict(mechanism("settlement").neutral)
    made = step("settlement", LAND, {**PLAIN, **off}, {"talks": 1e-9, "pact": 1e-9})
    assert not any(made[n].any() for n in ("talks", "pact", "settled", "peace", "leave_hazard", "recruits"))
