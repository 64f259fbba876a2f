"""Recruitment by hand: a hundred militiamen of the hill, replaced at a tenth a week, and what moves that."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from tests.by_hand import Chosen, cell, step

HILL: Mapping[str, Chosen] = {
    "strength": {"militia": 100.0, "guest": 1000.0},
    "deployment": {("hill", "militia"): 1.0},
    "force": {("hill", "militia"): 100.0, ("hill", "guest"): 1000.0},
    "constituency": {("red", "militia"): 1.0},
    "capability": np.array(0.35),
}
PARAMS = {
    "turnover": 0.1, "turnover_state": 0.05, "regard": 1.0, "occupation": 0.4, "money": 1.0, "backlash": 0.5, "protection": 0.25,
    "state_growth": 0.5, "state_pace": 0.02, "levy": 2.0, "levy_pace": 0.1, "most_grown": 4.0,
}  # fmt: skip


def joined(actor: str = "militia", params: Mapping[str, float] | None = None, **changed: Chosen) -> float:
    return cell(step("recruitment", {**HILL, **changed}, {**PARAMS, **(params or {})}), "recruits", "hill", actor)


def test_as_at_the_origin_as_many_join_as_leave() -> None:
    made = step("recruitment", HILL, PARAMS)
    assert cell(made, "recruits", "hill", "militia") == pytest.approx(10.0)
    assert cell(made, "recruited", "militia") == pytest.approx(10.0)
    assert cell(made, "leave_hazard", "hill", "militia") == pytest.approx(0.1)
    assert cell(made, "leave_hazard", "hill", "guest") == 0.0


def test_half_join_where_the_group_was_and_half_where_it_is() -> None:
    assert joined(force={("hill", "militia"): 200.0, ("hill", "guest"): 1000.0}) == pytest.approx(15.0)
    assert joined(force={("hill", "militia"): 9000.0, ("hill", "guest"): 1000.0}) == pytest.approx(0.1 * 0.5 * 500)


def test_regard_money_and_the_occupation_bring_recruits() -> None:
    assert joined(standing={("red", "militia"): 0.5}) == pytest.approx(10 * np.exp(0.5), rel=1e-4)
    assert joined(aid={("east", "militia"): 0.3}) == pytest.approx(13.0, rel=1e-4)
    gains: dict[str, Chosen] = {"gains_from_occupation": {"militia": 0.5}}
    assert joined(**gains) == pytest.approx(10.0)
    half = {("hill", "militia"): 100.0, ("hill", "guest"): 500.0}
    assert joined(force=half, **gains) == pytest.approx(10 * (1 - 0.4 * 0.5 * 0.5), rel=1e-4)
    assert joined(force=half, gains_from_occupation={"militia": -0.5}) == pytest.approx(10 * (1 + 0.1), rel=1e-4)


def test_backlash_and_protection_bring_so_many_for_each_who_was_killed() -> None:
    assert joined(recent_collateral={("hill", "red"): 4.0}) == pytest.approx(10 + 0.5 * 4)
    assert joined(recent_harm={("hill", "red"): 4.0}) == pytest.approx(10 + 0.25 * 4)
    assert joined(recent_harm={("hill", "blue"): 4.0}) == pytest.approx(10.0)
    assert joined(params={"backlash": -0.5}, recent_collateral={("hill", "red"): 4.0}) == pytest.approx(10 - 2.0)


def test_the_state_recruits_what_it_can_pay_for() -> None:
    """A strength of 100 may grow by half at the capability of the origin: a fiftieth of a gap of 70 a week; 4 who leave are replaced."""
    army: Mapping[str, Chosen] = {"strength": {"army": 100.0}, "deployment": {("hill", "army"): 1.0}, "force": {("hill", "army"): 80.0}}
    assert joined("army", **army) == pytest.approx(0.02 * 70 + 0.05 * 80, rel=1e-4)
    assert joined("army", **{**army, "capability": np.array(0.7)}) == pytest.approx(0.02 * 120 + 0.05 * 80, rel=1e-4)


def test_harm_brings_nobody_who_is_not_there() -> None:
    """Six in a hundred of the red can bear arms; half of what is left above the group's origin is left, and then nothing.

    Without it the killed bring recruits who kill, and in a few futures armies outgrow the country.
    """
    red = {("hill", "red"): 100_000.0}
    killed: dict[str, Chosen] = {"residents": red, "recent_harm": {("hill", "red"): 1000.0}}
    bear: Mapping[str, float] = {"bear_arms": 0.06, "turnover": 0.0, "levy": 0.0}
    for under_arms, part in ((100.0, 1.0), (3050.0, 0.5), (6000.0, 0.0), (60_000.0, 0.0)):
        force = {("hill", "militia"): under_arms, ("hill", "guest"): 1000.0}
        assert joined(params=bear, force=force, **killed) == pytest.approx(0.25 * 1000 * part, rel=1e-3, abs=1e-3)


def test_rule_that_has_grown_sustains_more_fighters_who_join_where_it_grew() -> None:
    """Half of the plain's 100,000 residents, two per 1,000: a hundred more, a tenth of them a week, besides a half of the replacements."""
    ruled: Mapping[str, Chosen] = {
        "residents": {("hill", "red"): 100_000.0, ("plain", "red"): 100_000.0},
        "control": {("hill", "militia"): 0.3, ("plain", "militia"): 0.5},
        "control_at_origin": {("hill", "militia"): 0.3},
    }
    made = step("recruitment", {**HILL, **ruled}, PARAMS)
    assert cell(made, "recruits", "plain", "militia") == pytest.approx(0.1 * 100 + 0.1 * 0.5 * 100)
    assert cell(made, "recruits", "hill", "militia") == pytest.approx(0.1 * 100)
    # Where they stand does not matter to how many are lacking: those who marched on are still there.
    full = {("hill", "militia"): 200.0, ("hill", "guest"): 1000.0}
    assert cell(step("recruitment", {**HILL, **ruled, "force": full}, PARAMS), "recruits", "plain", "militia") == pytest.approx(
        0.1 * 0.5 * 100
    )
    # Losses of the old core are not made up at the pace of the levy.
    few = {("hill", "militia"): 10.0, ("hill", "guest"): 1000.0}
    assert cell(step("recruitment", {**HILL, **ruled, "force": few}, PARAMS), "recruits", "plain", "militia") == pytest.approx(10 + 5.0)
    assert cell(step("recruitment", {**HILL, **ruled, "control": 0.0}, PARAMS), "recruits", "plain", "militia") == 0.0
