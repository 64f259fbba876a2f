"""Interventions by hand: what brings a mission or an army where none stood, how it arrives, and when it counts as gone."""

from __future__ import annotations

from collections.abc import Mapping
from math import exp

import numpy as np
import pytest

from drawdown.formulas.presence import presence
from tests.by_hand import COUNTRY, Chosen, Seen, cell, initial, mechanism, step

# Nobody is there: a mission of 5,000 or an army of 2,000 may come. 100 dead a year per million residents, of two million.
LAND: Mapping[str, Chosen] = {
    "residents": {("hill", "red"): 1_500_000.0, ("plain", "red"): 500_000.0},
    "may_come": {"guest": 5000.0, "partner": 2000.0},
    "guarantees": {"guest": 1.0},
    "deployment": {("hill", "guest"): 0.75, ("plain", "guest"): 0.25, ("hill", "partner"): 1.0},
    "sends": {("home", "guest"): 1.0, ("abroad", "partner"): 1.0},
    "toll": 198.0,
    "recent_deaths": {("hill", "state-based"): 99.0 * 2.0 / 52.0},
}
PLAIN = {
    "mission": 0.52, "deaths": 0.7, "accord": 1.8, "before": 0.85, "army": 0.104, "army_deaths": 0.4, "bloody": 99.0, "war": 25.0,
    "memory": 50.0,
    "weeks": 40.0, "least": 500.0, "trace": 0.05,
}  # fmt: skip


def sent(draw: float, who: str = "guest", **changed: Chosen) -> float:
    made = step("intervention", {**LAND, **changed}, PLAIN, {"call": draw})
    assert (cell(made, "arrive", "hill", who) > 0) == (cell(made, "coming", who) > 0)
    return cell(made, "sent", who)


def test_each_sort_comes_by_its_hazard_and_only_who_may_and_is_not_there() -> None:
    """No force came where none stood: said 0.1% of what happened in 17% of 264 origins."""
    assert (sent(0.0099), sent(0.01)) == (1.0, 0.0)
    assert (sent(0.0019, "partner"), sent(0.002, "partner")) == (1.0, 0.0)
    assert sent(1e-6, may_come=0.0) == 0.0
    assert sent(1e-6, strength={"guest": 3000.0}) == 0.0
    assert sent(1e-6, sent={"guest": 1.0}, force={("hill", "guest"): 3000.0}) == 1.0


def test_none_is_sent_where_one_of_its_sort_stands() -> None:
    mission: Mapping[str, Chosen] = {"force": {("hill", "partner"): 600.0}, "guarantees": 1.0}
    assert sent(1e-6, **mission) == 0.0
    assert sent(1e-6, **{**mission, "force": {("hill", "partner"): 400.0}}) == 1.0
    assert sent(1e-6, force={("hill", "partner"): 600.0}) == 1.0
    assert sent(1e-6, "partner", force={("hill", "guest"): 600.0}) == 1.0


@pytest.mark.parametrize(
    ("changed", "mission", "army"),
    [
        ({"toll": 1998.0, "recent_deaths": {("hill", "state-based"): 999.0 * 2.0 / 52.0}}, 10**0.7, 10**0.4),
        ({"accord": 1.0}, exp(1.8 * exp(-0.02)), 1.0),
        ({"pact": {"rebels": 1.0}}, exp(1.8), 1.0),
        ({"pact": {"rebels": 1.0}, "pacts_known": 1.0}, 1.0, 1.0),
        ({"partial": {"rebels": 1.0}}, exp(1.8), 1.0),
        ({"onward": {"rebels": 1.0}}, exp(1.8), 1.0),
        ({"stood": {"guest": 1.0}}, exp(0.85), 1.0),
        ({"government_fallen": 1.0}, 1.0, 0.0),
    ],
)
def test_deaths_agreements_and_earlier_missions_bring_it(changed: Mapping[str, Chosen], mission: float, army: float) -> None:
    for who, hazard in (("guest", 0.01 * mission), ("partner", 0.002 * army)):
        chance = 1.0 - exp(-hazard)
        assert sent(0.98 * chance, who, **changed) == float(hazard > 0)
        assert sent(1.02 * chance, who, **changed) == 0.0


def test_where_there_is_no_war_next_to_nobody_comes() -> None:
    """Five dead of two million: a fifth of the hazard, which falls by the dead as well."""
    calm: Mapping[str, Chosen] = {"toll": 5.0, "recent_deaths": {("hill", "state-based"): 5.0 / 52.0}}
    chance = 1.0 - exp(-0.01 * 0.2 * (3.5 / 100.0) ** 0.7)
    assert (sent(0.98 * chance, **calm), sent(1.02 * chance, **calm)) == (1.0, 0.0)


def test_it_arrives_over_weeks_where_it_is_to_stand_and_grows_no_more_once_it_is_taken_out() -> None:
    begun = step("intervention", LAND, PLAIN, {"call": 1e-6})
    assert cell(begun, "arrive", "hill", "guest") == pytest.approx(5000.0 / 40.0 * 0.75)
    assert cell(begun, "coming", "guest") == pytest.approx(5000.0 * 39.0 / 40.0)
    assert cell(begun, "stood", "guest") == 1.0
    under_way = {**LAND, "sent": {"guest": 1.0}, "coming": {"guest": 1000.0}, "force": {("hill", "guest"): 4000.0}}
    on = step("intervention", under_way, PLAIN)
    assert cell(on, "sent", "guest") == 1.0
    assert cell(on, "arrive", "plain", "guest") == pytest.approx(125.0 / 4.0)
    out = step("intervention", {**under_way, "posture": {"home": 1.0}}, PLAIN)
    assert (cell(out, "sent", "guest"), cell(out, "coming", "guest"), cell(out, "arrive", "hill", "guest")) == (1.0, 0.0, 0.0)


def test_it_is_gone_when_hardly_any_of_it_is_left_and_may_come_again() -> None:
    left = {**LAND, "sent": {"guest": 1.0}, "stood": {"guest": 1.0}, "force": {("hill", "guest"): 249.0}}
    assert cell(step("intervention", left, PLAIN, {"call": 0.99}), "sent", "guest") == 0.0
    stays = {**left, "force": {("hill", "guest"): 251.0}}
    assert cell(step("intervention", stays, PLAIN, {"call": 0.99}), "sent", "guest") == 1.0
    assert sent(1e-6, stood={"guest": 1.0}, force={("hill", "guest"): 249.0}) == 1.0


def test_the_dead_are_counted_and_agreements_remembered_over_the_same_time() -> None:
    made = step("intervention", {**LAND, "toll": 0.0, "accord": 0.5}, PLAIN, {"call": 0.99})
    assert cell(made, "toll") == pytest.approx(198.0 / 50.0, rel=1e-4)
    assert cell(made, "accord") == pytest.approx(0.5 * exp(-0.02), rel=1e-4)


def test_what_was_signed_before_the_origin_is_fresh_by_the_country_or_its_groups() -> None:
    signed: Mapping[str, Chosen] = {"last_signed": np.array([5000.0, 5000.0, 5000.0, 5000.0, 5000.0, 25.0, 5000.0])}
    assert cell(initial("intervention", signed, PLAIN), "accord") == pytest.approx(exp(-0.5), rel=1e-4)
    assert cell(initial("intervention", signed, {**PLAIN, "accord_at_origin": 0.8}), "accord") == pytest.approx(0.8)
    assert cell(initial("intervention", {"last_signed": 5000.0}, PLAIN), "accord") < 1e-6


def test_switched_off_nobody_comes() -> None:
    made = step("intervention", LAND, {**PLAIN, **mechanism("intervention").neutral}, {"call": 1e-9})
    assert not any(np.any(made[n]) for n in ("sent", "coming", "arrive", "stood"))


@pytest.mark.parametrize(
    ("force", "strength", "share"), [(2000.0, 4000.0, 0.5), (2500.0, 0.0, 0.5), (0.0, 0.0, 0.0), (9000.0, 4000.0, 2.0)]
)
def test_presence_is_against_the_origin_or_against_who_may_come(force: float, strength: float, share: float) -> None:
    """Where nobody had stood it was the persons who came, and everything that a presence brings was thousandfold."""
    values = {"force": np.zeros((2, 7, 1)), "strength": np.zeros((7, 1)), "may_come": np.zeros((7, 1))}
    values["force"][0, 0], values["strength"][0], values["may_come"][0] = force, strength, 5000.0
    assert float(presence(Seen(COUNTRY, **values), Seen())[0]) == pytest.approx(share)
