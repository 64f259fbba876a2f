"""Provocation by hand: bombs in the thousands on the hill, so that Poisson's median tells a rate to a thousandth."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.by_hand import Chosen, cell, initial, step

ORIGIN: Mapping[str, Chosen] = {
    "strength": {"guest": 100.0, "rebels": 100.0},
    "harshness": {"rebels": 1.0},
    "gains_from_occupation": {"rebels": 1.0},
    "adjacency": {("hill", "plain"): 10.0, ("plain", "hill"): 10.0},
}
PARAMS = {
    "incentive": 0.5,
    "response": 1.0,
    "without_gain": 0.5,
    "others_share": 0.1,
    "ceiling": 4.0,
    "background": 0.0,
    "provoke_factor": 3.0,
    "trace": 1e-6,
}
HATED = {"standing": -1.0}
HATED_THEN: Mapping[str, Chosen] = {"standing_at_origin": -1.0, "community_share": {("hill", "red"): 0.6, ("hill", "blue"): 0.4}}
THERE = {("hill", "guest"): 100.0, ("hill", "rebels"): 100.0}


def bombings(params: Mapping[str, float] | None = None, **changed: Chosen) -> float:
    """Bombings on the hill in a week, 1,000 a week at the origin."""
    chosen = {**PARAMS, **(params or {})}
    people: Mapping[str, Chosen] = {"population": {"hill": 100_000.0}, "deployment": {("hill", "guest"): 1.0, ("hill", "rebels"): 1.0}}
    begun = initial("provocation", {**ORIGIN, **HATED_THEN, **people}, chosen)
    values: Mapping[str, Chosen] = {
        "bombers_at_origin": begun["bombers_at_origin"], "bombing_rate": {"hill": 1000.0}, "force": THERE,
        "residents": {("hill", "red"): 60_000.0, ("hill", "blue"): 40_000.0}, **ORIGIN, **HATED, **changed,
    }  # fmt: skip
    return cell(step("provocation", values, chosen), "attacks", "hill")


def test_as_at_the_origin_there_are_as_many_as_then() -> None:
    assert bombings() == pytest.approx(1000, abs=1)


def test_the_incentive_lies_in_the_audience() -> None:
    """Half of the bombing is aimed at keeping the occupier there: it goes with him, or with his response."""
    alone = {("hill", "rebels"): 100.0}
    assert bombings(force=alone) == pytest.approx(500, abs=1)
    assert bombings({"response": 0.0}) == pytest.approx(500, abs=1)
    assert bombings({"response": 0.0}, force=alone) == pytest.approx(500, abs=1)


def test_a_provoking_stance_needs_an_audience_too() -> None:
    assert bombings(stance={"rebels": 4.0}) == pytest.approx(3000, abs=1)
    assert bombings(stance={"rebels": 4.0}, force={("hill", "rebels"): 100.0}) == pytest.approx(500, abs=1)


def test_capacity_grows_with_the_root_of_the_bombers_up_to_a_ceiling() -> None:
    assert bombings(force={**THERE, ("hill", "rebels"): 400.0}) == pytest.approx(2000, rel=0.01)
    assert bombings(force={**THERE, ("hill", "rebels"): 10_000.0}) == pytest.approx(4000, rel=0.001)
    # A tenth of the neighbours' density is within reach.
    assert bombings(force={("hill", "guest"): 100.0}) < 40


def test_the_dead_are_civilians_of_those_whom_the_bombers_do_not_recruit() -> None:
    values: Mapping[str, Chosen] = {
        "bombers_at_origin": {"hill": 1.0}, "bombing_rate": {"hill": 1000.0}, "force": THERE,
        "residents": {("hill", "red"): 50_000.0, ("hill", "blue"): 50_000.0}, "constituency": {("blue", "rebels"): 1.0}, **ORIGIN, **HATED,
    }  # fmt: skip
    made = step("provocation", values, PARAMS)
    dead = cell(made, "civilian_deaths", "hill")
    assert dead > 1000
    assert cell(made, "deaths", "hill", "one-sided") == dead == cell(made, "sectarian", "hill")
    assert cell(made, "atrocity", "hill", "rebels") == pytest.approx(dead)
    # One part of red for every fifth part of blue.
    assert cell(made, "harmed", "hill", "red") == pytest.approx(dead / 1.2, rel=1e-4)
    assert cell(made, "harmed", "hill", "blue") == pytest.approx(dead * 0.2 / 1.2, rel=1e-4)


def test_bombs_go_off_among_those_whom_the_bombers_have_it_in_for() -> None:
    """Militia as many, as harsh and as keen, who have nothing against anybody there: a tenth of the bombing at `without` of a tenth."""
    both = {"militia": 1.0, "rebels": 1.0}
    values: Mapping[str, Chosen] = {
        "bombers_at_origin": {"hill": 1.0}, "bombing_rate": {"hill": 1000.0}, "residents": {("hill", "red"): 100_000.0},
        "force": {("hill", "militia"): 100.0, ("hill", "rebels"): 100.0}, "standing": {("red", "rebels"): -1.0},
        "harshness": both, "gains_from_occupation": both,
    }  # fmt: skip
    made = step("provocation", values, {**PARAMS, "others_share": 1.0, "without": 0.1})
    dead = cell(made, "civilian_deaths", "hill")
    assert cell(made, "atrocity", "hill", "militia") == pytest.approx(dead / 11, rel=1e-3)
