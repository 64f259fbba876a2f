"""Standing by hand: harm above the usual is resented, calm under one's rule is credited, occupiers wear, and time forgets."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from tests.by_hand import Chosen, cell, step

PEOPLE: Mapping[str, Chosen] = {"residents": {("hill", "red"): 100_000.0, ("plain", "blue"): 100_000.0}}
NOTHING = {"resentment": 0.0, "order": 0.0, "wear": 0.0, "mood": 0.0, "memory": 10.0}


def after(params: Mapping[str, float], **values: Chosen) -> dict[str, np.ndarray]:
    return step("standing", {**PEOPLE, **values}, {**NOTHING, **params})


def test_harm_is_resented_as_far_as_it_exceeds_the_usual() -> None:
    """Nine killed of a hundred thousand where none is usual: ln 10; where nine are usual nothing; fewer than usual is a gain."""
    for usual, expected in ((0.0, -0.1 * np.log(10)), (9.0, 0.0), (99.0, 0.1 * np.log(10))):
        made = after({"resentment": 0.1}, atrocity={("hill", "rebels"): 9.0}, usual_harm={("red", "rebels"): usual})
        assert cell(made, "standing", "red", "rebels") == pytest.approx(expected, abs=1e-5)


def test_the_harm_that_people_are_used_to_is_learned_and_forgotten_slowly() -> None:
    """A tenth of the way each week with a memory of ten."""
    learned = after({}, atrocity={("hill", "rebels"): 9.0})
    assert cell(learned, "usual_harm", "red", "rebels") == pytest.approx(0.9)
    forgotten = after({}, usual_harm={("red", "rebels"): 9.0})
    assert cell(forgotten, "usual_harm", "red", "rebels") == pytest.approx(8.1)
    recent = after({}, recent_collateral={("hill", "red"): 8.0}, collateral={("hill", "red"): 4.0})
    assert cell(recent, "recent_collateral", "hill", "red") == pytest.approx(7.0)


def test_killings_by_those_who_recruit_among_them_count_a_quarter() -> None:
    made = after({"resentment": 0.1}, atrocity={("hill", "rebels"): 36.0}, constituency={("red", "rebels"): 1.0})
    assert cell(made, "standing", "red", "rebels") == pytest.approx(-0.1 * np.log(10), abs=1e-5)


def test_crossfire_is_blamed_on_those_who_field_the_force() -> None:
    """Half of the blame of its size for the army: 100 of 200 for a hundred foreigners and two hundred soldiers."""
    made = after({"resentment": 0.1}, collateral={("hill", "red"): 18.0}, force={("hill", "guest"): 100.0, ("hill", "army"): 200.0})
    for actor in ("guest", "army"):
        assert cell(made, "standing", "red", actor) == pytest.approx(-0.1 * np.log(10), abs=1e-5)
    assert cell(made, "standing", "red", "militia") == 0.0


def test_a_calm_week_is_credited_to_whoever_rules() -> None:
    made = after({"order": 0.1}, control={("hill", "militia"): 0.5})
    assert cell(made, "standing", "red", "militia") == pytest.approx(0.05)
    harmed = after({"order": 0.1}, control={("hill", "militia"): 0.5}, harmed={("hill", "red"): 1.0})
    assert cell(harmed, "standing", "red", "militia") == pytest.approx(0.05 * np.exp(-1), rel=1e-4)


def test_occupiers_wear_by_the_year_and_the_old_standing_pulls() -> None:
    made = after({"wear": 0.52})
    assert cell(made, "standing", "red", "guest") == pytest.approx(-0.01)
    assert cell(made, "standing", "red", "army") == 0.0
    pulled = after({}, standing={("red", "army"): 0.5}, standing_at_origin={("red", "army"): -0.5})
    assert cell(pulled, "standing", "red", "army") == pytest.approx(0.5 - 0.1)
    # Near the ends there is little room.
    full = after({"wear": 0.52}, standing={("red", "guest"): -0.8}, standing_at_origin={("red", "guest"): -0.8})
    assert cell(full, "standing", "red", "guest") == pytest.approx(-0.8 - 0.01 * 0.36)
