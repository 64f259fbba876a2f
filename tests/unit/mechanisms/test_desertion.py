"""Desertion by hand: log odds of a week, each condition of the sources with its sign and size."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from tests.by_hand import ACTORS, Chosen, cell, step

PEOPLE: Mapping[str, Chosen] = {"residents": {("hill", "red"): 100_000.0}}
PARAMS = {
    "quiet": -5.0, "offensive": 3.0, "own_offensive": 0.5, "local": 1.2, "sympathy": 1.0, "embedded": 1.5, "losing": 2.0, "panic": 1.5,
    "embedding": 1.0, "switch": 0.2, "spread": 0.5, "brink": -40.0, "sharpness": 1.0, "melt": 0.8, "steadfast": 1.0, "unpaid": 2.0,
    "pays": 0.35, "forsaken": 0.5,
}  # fmt: skip
# One soldier of the army and one militiaman per 1,000 residents: neither side is losing.
EVEN = {("hill", "army"): 100.0, ("hill", "militia"): 100.0}
ASSAULT = {("hill", "militia"): 1.0}


def log_odds(actor: str = "army", luck: float = 0.0, **values: Chosen) -> float:
    """Log odds of leaving in a week, from the hazard."""
    made = step("desertion", {**PEOPLE, "force": EVEN, "local_share": 0.0, **values}, PARAMS, {"luck": luck})
    chance = 1.0 - np.exp(-cell(made, "desert_hazard", "hill", actor))
    return float(np.log(chance / (1 - chance)))


def test_in_quiet_few_leave() -> None:
    assert log_odds() == pytest.approx(-5.0, abs=1e-3)
    assert log_odds(local_share=1.0, sympathy={("hill", "militia"): 1.0}) == pytest.approx(-5.0, abs=1e-3)
    assert log_odds(luck=1.0) == pytest.approx(-4.5, abs=1e-3)


def test_an_offensive_brings_all_conditions_to_bear() -> None:
    assert log_odds(offensive=ASSAULT) == pytest.approx(-5 + 3 + 1.0, abs=1e-3)
    assert log_odds(offensive=ASSAULT, local_share=1.0) == pytest.approx(-5 + 3 + 1.0 + 1.2, abs=1e-3)
    assert log_odds(offensive=ASSAULT, sympathy={("hill", "militia"): 0.5}) == pytest.approx(-5 + 3 + 1.0 + 0.5, abs=1e-3)


def test_embedded_foreign_troops_hold_them() -> None:
    """One foreign soldier per 1,000: half embedded; with three assailants for the guard of three nobody is losing."""
    backed: Mapping[tuple[str, str], float] = {("hill", "guest"): 100.0, ("hill", "militia"): 300.0, ("hill", "police"): 0.0}
    assert log_odds(force=backed, offensive=ASSAULT) == pytest.approx(-5 + 3 - 0.75 + 1.0, abs=1e-2)


def test_the_armys_own_offensive_strains_half_as_much() -> None:
    """And the militia, on the defensive, weighs half of its density on the scales."""
    odds = (0.55 / 1.05) ** 2
    assert log_odds(offensive={("hill", "army"): 1.0}) == pytest.approx(-5 + 0.5 * (3 + 2 * odds / (1 + odds)), abs=1e-3)


def test_panic_spreads() -> None:
    assert log_odds(panic={("hill", "army"): 0.4}) == pytest.approx(-5 + 1.5 * 0.4, abs=1e-3)


def test_some_go_over_to_those_they_sympathise_with_and_groups_do_not_desert() -> None:
    made = step("desertion", {**PEOPLE, "force": EVEN, "offensive": ASSAULT, "sympathy": {("hill", "militia"): 0.5}}, PARAMS)
    assert cell(made, "go_over", "hill", "army") == pytest.approx(0.5 * 0.2)
    assert cell(made, "desert_hazard", "hill", "militia") == 0.0


def melted(luck: float, params: Mapping[str, float], **values: Chosen) -> bool:
    """Whether the army of the hill melts away; if so four fifths of it leave."""
    held: Mapping[str, Chosen] = {**PEOPLE, "force": EVEN, "local_share": 0.0, "capability": np.array(0.35), **values}
    made = step("desertion", held, {**PARAMS, "brink": 1.0, "garrison": 50.0, **params}, {"luck": 0.0, "melt": luck})
    broken = cell(made, "melted", "hill", "army") == 1.0
    assert (1.0 - np.exp(-cell(made, "desert_hazard", "hill", "army")) == pytest.approx(0.8)) == broken
    return broken


def chance(log_odds: float) -> float:
    return float(1 / (1 + np.exp(-log_odds)))


def test_a_garrison_under_attack_melts_as_a_whole_or_loses_a_few() -> None:
    """Of the log odds of leaving in battle, -5 + 3 + 1 between equals, the chance of melting is logistic(1 + s times that)."""
    for sharpness in (1.0, 2.0):
        at = chance(1.0 - sharpness)
        assert melted(at - 0.001, {"sharpness": sharpness}, offensive=ASSAULT)
        assert not melted(at + 0.001, {"sharpness": sharpness}, offensive=ASSAULT)
    assert not melted(0.001, {})
    # Those who hold lose fewer than the strain alone would take.
    assert log_odds(offensive=ASSAULT) == pytest.approx(-1.0, abs=1e-3)
    made = step(
        "desertion", {**PEOPLE, "force": EVEN, "local_share": 0.0, "offensive": ASSAULT}, {**PARAMS, "steadfast": 0.5}, {"luck": 0.0}
    )
    assert 1.0 - np.exp(-cell(made, "desert_hazard", "hill", "army")) == pytest.approx(0.5 * chance(-1.0), rel=1e-3)


def test_no_pay_tempts_and_only_below_what_pays() -> None:
    assert melted(chance(1 - 1 + 2 * 0.4) - 0.001, {}, offensive=ASSAULT, capability=np.array(0.35 * 0.6))
    assert not melted(chance(1 - 1 + 2 * 0.4) + 0.001, {}, offensive=ASSAULT, capability=np.array(0.35 * 0.6))
    assert not melted(chance(1 - 1) + 0.001, {}, offensive=ASSAULT, capability=np.array(0.9))


def test_who_loses_the_foreign_troops_beside_it_is_tested_without_an_attack() -> None:
    """One per 1,000 stood there, half embedded, and have gone: a half of a half of the strain of an offensive."""
    gone: Mapping[str, Chosen] = {"backing": {("hill", "guest"): 100.0}}
    # Half of the militia's weight on the scales: 0.55 against 1.05.
    odds = (0.55 / 1.05) ** 2
    at = 0.25 * chance(1.0 - 5 + 3 + 2 * odds / (1 + odds))
    assert melted(at - 0.001, {}, **gone)
    assert not melted(at + 0.001, {}, **gone)
    assert not melted(0.001, {"forsaken": 0.0}, **gone)
    there = {**EVEN, ("hill", "guest"): 100.0}
    assert not melted(0.001, {}, force=there, **gone)


def test_the_garrison_of_the_capital_holds_while_its_government_is_expected_to_stand() -> None:
    """In battle its odds are lower by `core` times faith: what melts elsewhere holds there, and goes where faith has gone."""
    odds = -5 + 3 + 1.0
    chance = 1 / (1 + np.exp(-(1.0 + odds)))
    core: Mapping[str, float] = {"core": 3.0, "spread": 0.0}
    seat: dict[str, Chosen] = {"offensive": ASSAULT, "seat": {"hill": 1.0}}
    for faith in (1.0, 0.5, 0.0):
        held = 1 / (1 + np.exp(-(1.0 + odds - 3.0 * faith)))
        assert not melted(held + 0.005, core, faith=np.array(faith), **seat)
        assert melted(held - 0.005, core, faith=np.array(faith), **seat)
    assert melted(chance - 0.005, core, faith=np.array(1.0), offensive=ASSAULT)


def test_soldiers_and_police_of_a_place_are_one_garrison() -> None:
    """One luck decides for both: the police's own would have broken it, the army's does not, and the other way round."""
    both = {("hill", "army"): 100.0, ("hill", "police"): 100.0, ("hill", "militia"): 200.0}
    army, police = (list(ACTORS).index(name) for name in ("army", "police"))
    sure = {**PARAMS, "brink": 1.0, "garrison": 50.0}

    def gone(soldiers: float, officers: float) -> list[float]:
        luck = np.full((2, len(ACTORS)), 0.5)
        luck[:, army], luck[:, police] = soldiers, officers
        made = step("desertion", {**PEOPLE, "force": both, "offensive": ASSAULT}, sure, {"luck": 0.0, "melt": luck})
        return [cell(made, "melted", "hill", name) for name in ("army", "police")]

    assert gone(0.001, 0.999) == [1.0, 1.0]
    assert gone(0.999, 0.001) == [0.0, 0.0]
