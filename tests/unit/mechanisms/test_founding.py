"""Founding by hand: when a group that may rise does, how peace lowers it, how its members join and are kept up."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from tests.by_hand import Chosen, cell, initial, mechanism, step

LAND: Mapping[str, Chosen] = {
    "may_rise": {"rebels": 1040.0},
    "deployment": {("hill", "rebels"): 0.75, ("plain", "rebels"): 0.25},
    "recent_deaths": {("hill", "state-based"): 1.0},
}
PARAMS = {"rate": 0.52, "fade": 1.0, "active": 0.48, "weeks": 26.0}


def founded(luck: float, params: Mapping[str, float] | None = None, **changed: Chosen) -> float:
    made = step("founding", {**LAND, **changed}, {**PARAMS, **(params or {})}, {"founding": (luck, 0.5, 0.5, 0.5)})
    return cell(made, "founded", "rebels")


def test_a_group_is_founded_at_its_hazard_and_only_where_one_may_rise() -> None:
    """0.52 a year is 0.01 a week; two who may rise share it."""
    assert founded(0.0099) == 1.0
    assert founded(0.01) == 0.0
    assert founded(1e-9, {"rate": 0.0}) == 0.0
    assert founded(1e-9, may_rise=0.0) == 0.0
    assert founded(1e-9, strength={"rebels": 1.0}) == 0.0  # it is there
    assert founded(1e-9, raised={"rebels": 1040.0}) == 0.0  # it has been founded
    both: Chosen = {"rebels": 1040.0, "militia": 100.0}
    assert [founded(luck, may_rise=both) for luck in (0.0049, 0.005)] == [1.0, 0.0]


def test_years_of_peace_make_it_rarer_and_war_brings_it_back() -> None:
    """Three years without war and a power of one: a quarter of the hazard."""
    quiet: Mapping[str, Chosen] = {"recent_deaths": 0.0, "unfought": np.array(155.0)}
    assert [founded(luck, **quiet) for luck in (0.00249, 0.0025)] == [1.0, 0.0]
    assert founded(0.0099, unfought=np.array(155.0)) == 1.0
    assert founded(0.0099, recent_deaths={("hill", "one-sided"): 50.0}, unfought=np.array(155.0)) == 0.0  # that is no war with the state


def test_the_record_says_whether_the_state_is_at_war_at_the_origin() -> None:
    chosen = {**PARAMS, "quiet_before": 104.0}
    assert float(initial("founding", {"recorded_deaths": {("hill", "state-based"): 0.5}}, chosen)["unfought"]) == 0.0
    assert float(initial("founding", {"recorded_deaths": {("hill", "one-sided"): 9.0}}, chosen)["unfought"]) == 104.0


def test_members_join_where_it_gathers_until_all_have() -> None:
    made = step("founding", LAND, PARAMS, {"founding": (1e-6, 0.5, 0.5, 0.5)})
    assert cell(made, "recruits", "hill", "rebels") == pytest.approx(30.0)  # 1,040 over 26 weeks, three quarters here
    assert cell(made, "recruits", "plain", "rebels") == pytest.approx(10.0)
    assert (cell(made, "raised", "rebels"), cell(made, "joining", "rebels")) == pytest.approx((1040.0, 1000.0))
    last = step("founding", {**LAND, "raised": {"rebels": 1040.0}, "joining": {"rebels": 4.0}}, PARAMS)
    assert cell(last, "recruits", "hill", "rebels") == pytest.approx(3.0)
    assert cell(last, "joining", "rebels") == 0.0


def test_off_nobody_is_founded() -> None:
    assert founded(1e-9, mechanism("founding").neutral) == 0.0


PEOPLE: Mapping[str, Chosen] = {"residents": {("hill", "red"): 100_000.0, ("plain", "red"): 100_000.0}}


def test_a_group_founded_since_is_kept_up_at_the_size_for_which_it_set_out() -> None:
    """Its members are replaced as they leave, like those of a group of the origin; of one never founded nobody is."""
    there: dict[str, Chosen] = {
        **PEOPLE,
        "deployment": LAND["deployment"],
        "constituency": {("red", "rebels"): 1.0},
        "force": {("hill", "rebels"): 780.0, ("plain", "rebels"): 260.0},
    }
    steady = {"turnover": 0.02, "occupation": 0.0, "regard": 0.0, "money": 0.0, "scale": 0.0, "levy": 0.0, "most_grown": 2.0}
    kept = step("recruitment", {**there, "raised": {"rebels": 1040.0}}, steady)
    assert cell(kept, "recruits", "hill", "rebels") == pytest.approx(0.02 * 780.0)
    assert cell(step("recruitment", there, steady), "recruits", "hill", "rebels") == pytest.approx(0.0)
    angry = {**steady, "scale": 1.0, "backlash": 0.1, "protection": 0.1}
    harmed: dict[str, Chosen] = {**there, "recent_collateral": 50.0, "recent_harm": 50.0}
    assert cell(step("recruitment", harmed, angry), "recruits", "hill", "rebels") == 0.0  # there is no group that they could join


def test_who_has_not_been_founded_is_not_gone_either() -> None:
    """A handful is soon gone; nobody at all is no handful."""
    soon = {"few": 50.0, "handful": 100.0, "rate": 0.0}

    def gone(members: float) -> float:
        made = step("dissolution", {**PEOPLE, "force": {("hill", "rebels"): members}}, soon, {"fate": (1e-6, 0.5, 0.5, 0.5)})
        return cell(made, "dissolved", "rebels")

    assert (gone(0.0), gone(10.0)) == (0.0, 1.0)
