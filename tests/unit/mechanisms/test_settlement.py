"""Settlement by hand: when talks open, what they bring, what they stop, and when war comes back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
    "agreement": 0.52, "strong": 0.0, "mission": 0.0, "hot": 0.0, "age": 0.0, "ceasefire": 0.52, "cease_strong": 0.0, "cease_hot": 0.0,
    "veto": 0.0, "relapse": 0.52, "cease_relapse": 0.52, "guard": 0.0, "disobey": 0.0, "weeks": 4.0, "quiet": 0.95, "much_weaker": 0.08,
}  # fmt: skip


def between(signs: Callable[[float], bool]) -> float:
    """The draw under which something comes about: found by halving."""
    low, high = 0.0, 1.0
    for _ in range(22):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if signs(middle) else (low, middle)
    return low


def rate(params: Mapping[str, float] | None = None, **changed: Chosen) -> float:
    """Settlements in a year of active fighting, where one process a year opens and now one ends: the share of them that succeed."""
    ends: Mapping[str, Chosen] = {**LAND, "over": {"rebels": 1.0}, "openings": 1.0, **changed}

    def signs(draw: float) -> bool:
        return cell(step("settlement", ends, {**PLAIN, **(params or {})}, {"pact": (draw, 0.9, 0.9, 0.5)}), "pact", "rebels") == 2.0

    return between(signs)


def ceasefires(params: Mapping[str, float] | None = None, **changed: Chosen) -> float:
    """Ceasefires a year."""

    def signs(draw: float) -> bool:
        made = step("settlement", {**LAND, **changed}, {**PLAIN, **(params or {})}, {"pact": (0.5, draw, 0.9, 0.5)})
        return cell(made, "ceased", "rebels") > 0

    return -log(1.0 - between(signs)) * 52.0


def test_a_process_that_ends_succeeds_as_often_as_settlements_need() -> None:
    """Openings a year times the share of success are settlements a year, however many processes open, as long as there are enough."""
    assert rate() == pytest.approx(0.52, rel=1e-3)
    assert rate(openings=2.0) == pytest.approx(0.26, rel=1e-3)
    assert rate(openings=0.4) == pytest.approx(1.0, rel=1e-3)
    assert rate(over=0.0) == pytest.approx(0.0, abs=1e-3)  # none without a process
    assert rate(government_fallen=1.0) == pytest.approx(0.0, abs=1e-3)  # nobody to sign with
    assert rate(truce_prone=0.0, params={"loose": 0.5}) == pytest.approx(0.26, rel=1e-3)
    assert rate(pact={"rebels": 2.0}, params={"agreement": 0.0}) == pytest.approx(1.0)  # it has signed already, and stays so


def test_ceasefires_need_no_process_and_come_as_they_fight() -> None:
    assert ceasefires() == pytest.approx(0.52, rel=1e-3)
    assert ceasefires(recent_bloodshed={"army--rebels": 0.24}) == pytest.approx(0.26, rel=1e-3)  # half an active dyad
    assert ceasefires(recent_bloodshed={"militia--rebels": 1.0}) == pytest.approx(0.0, abs=1e-3)
    assert ceasefires(government_fallen=1.0) == pytest.approx(0.0, abs=1e-3)
    assert ceasefires(pact={"rebels": 1.0}) == pytest.approx(0.0, abs=1e-3)
    assert ceasefires({"cease_hot": 1.0}, recent_bloodshed={"army--rebels": 19.2}) == pytest.approx(0.52 * exp(-0.5), rel=2e-3)


def test_the_strong_come_to_terms_and_the_hopeless_do_not() -> None:
    """At a fourth against 0.08: logistic(2 ln(0.25/0.08)) of the coefficient; war of many dead and long wars less; a mission more."""
    part = 1.0 / (1.0 + exp(-2.0 * log((101.0 / 401.0) / 0.08)))
    assert rate({"strong": 0.5}) == pytest.approx(0.52 * exp(0.5 * part), rel=2e-3)
    assert ceasefires({"cease_strong": 0.5}) == pytest.approx(0.52 * exp(0.5 * part), rel=2e-3)
    assert rate({"hot": 1.0}, recent_bloodshed={"army--rebels": 19.2}) == pytest.approx(0.52 * exp(-0.5), rel=2e-3)
    assert rate({"age": 1.0}) == pytest.approx(0.26, rel=2e-3)
    mission: Mapping[str, Chosen] = {"guarantees": {"guest": 1.0}}
    few, many = ({("hill", "army"): 400.0, ("hill", "rebels"): 100.0, ("hill", "guest"): n} for n in (250.0, 5000.0))
    assert rate({"mission": 0.5}, force=few, **mission) == pytest.approx(0.52 * exp(0.25), rel=2e-3)
    assert rate({"mission": 0.5}, force=many, **mission) == pytest.approx(0.52 * exp(0.5), rel=2e-3)
    assert rate({"mission": 0.5}, force=many) == pytest.approx(0.52, rel=2e-3)
    others = rate({"veto": 1.0}, recent_bloodshed={"army--rebels": 0.96, "police--militia": 0.96})
    assert others == pytest.approx(0.26, rel=2e-3)


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
        made = step("settlement", {**LAND, "pact": {"rebels": 2.0}, **changed}, {**PLAIN, **params}, {"pact": (0.5, 0.5, draw, 0.5)})
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
    fell = {**LAND, "pact": {"rebels": 2.0}, "government_fallen": 1.0}
    made = step("settlement", fell, {**PLAIN, "demobilise": 0.01}, {"pact": (0.5, 0.9, 0.9, 0.5)})
    assert [cell(made, n, "rebels") for n in ("pact", "lapsed", "relapsed")] == [0.0, 1.0, 0.0]
    assert not made["settled"].any()
    assert not made["leave_hazard"].any()
    stands = step("settlement", {**fell, "government_fallen": 0.0}, PLAIN, {"pact": (0.5, 0.9, 0.9, 0.5)})
    assert [cell(stands, n, "rebels") for n in ("pact", "lapsed")] == [2.0, 0.0]


def test_friends_have_nothing_to_sign() -> None:
    assert ceasefires(enmity={"army--rebels": 0.25}, recent_bloodshed={"army--rebels": 0.48}) == pytest.approx(0.26, rel=1e-3)
    assert ceasefires(enmity=0.0) == pytest.approx(0.0, abs=1e-3)


def test_switched_off_nobody_signs() -> None:
    off = dict(mechanism("settlement").neutral)
    made = step("settlement", {**LAND, "over": 1.0, "openings": 1.0}, {**PLAIN, **off}, {"pact": 1e-9})
    assert not any(made[n].any() for n in ("pact", "ceased", "settled", "peace", "leave_hazard", "recruits"))
