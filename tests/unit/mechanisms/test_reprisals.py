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
    "mixing": {"hill": 0.5},
    "mixing_at_origin": {"hill": 0.5},
    "fatal_rate": {"hill": 1000.0},
    "recorded_deaths": {("hill", "one-sided"): 2500.0},
    "recent_deaths": {("hill", "one-sided"): 2500.0},
}
PARAMS = {
    "saturation": 1.0, "revenge": 0.2, "presence_effect": 1.0, "base_harshness": 0.1, "police_share": 0.0, "background": 0.0,
    "ceiling": 4.0, "selective": 0.0, "stray": 0.2,
}  # fmt: skip
AGO: Mapping[str, Chosen] = {
    "strength": {"militia": 100.0}, "deployment": {("hill", "militia"): 1.0}, "population": {"hill": 100_000.0},
    "harshness": {"militia": 0.9}, "community_share": {("hill", "red"): 0.5, ("hill", "blue"): 0.5},
    "constituency": {("red", "militia"): 1.0},
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
    """Nothing at the origin's rate; a wholly harsh ruler of three quarters kills at the top of the hump, per million residents."""
    only: dict[str, Chosen] = {"fatal_rate": 0.0, "harshness": {"militia": 1.0}}
    for rule, expected in ((0.75, 1000), (1.0, 0), (0.5, 0), (0.875, 750)):
        found = killings({"selective": 10_000.0}, control={("hill", "militia"): rule}, **only)
        assert found == pytest.approx(expected, abs=1), rule


def test_the_dead_are_civilians_mostly_of_the_other_community() -> None:
    made = step("reprisals", {**HILL, "killers_at_origin": {"hill": 1.0}}, PARAMS)
    dead = cell(made, "civilian_deaths", "hill")
    assert dead > 1000
    assert cell(made, "deaths", "hill", "one-sided") == dead == cell(made, "sectarian", "hill")
    assert cell(made, "harmed", "hill", "blue") == pytest.approx(dead / 1.2, rel=1e-3)
    assert cell(made, "harmed", "hill", "red") == pytest.approx(dead * 0.2 / 1.2, rel=2e-3)
    assert cell(made, "atrocity", "hill", "militia") == pytest.approx(dead, rel=1e-3)
    assert {cell(made, f"{ROW}/{part}/side_a", "hill") for part in ("largest", "small")} == {COUNTRY.actors.index("militia")}
