"""Covering by hand: the guest has left the hill; the partner holds the plain and may cover."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from tests.by_hand import Chosen, cell, step

# A thousand of the guest stood on the hill; a hundred thousand of the partner stand on the plain, so that its reserve is whole.
LEFT: Mapping[str, Chosen] = {
    "strength": {"guest": 1000.0, "partner": 100_000.0},
    "deployment": {("hill", "guest"): 1.0, ("plain", "partner"): 1.0},
    "force": {("plain", "partner"): 100_000.0},
    "void": {"hill": 0.5},
    "control": {("hill", "militia"): 0.2, ("hill", "police"): 0.3},
    "sends": {("home", "guest"): 1.0, ("abroad", "partner"): 1.0},
}
PARAMS = {"rate": 0.1, "worry": 0.3, "size": 0.5, "weeks": 10.0}


def after(draw: float = 0.999, params: Mapping[str, float] | None = None, **changed: Chosen) -> dict[str, np.ndarray]:
    return step("void_filling", {**LEFT, **changed}, {**PARAMS, **(params or {})}, {"cover": draw})


def covered(draw: float, **changed: Chosen) -> bool:
    return cell(after(draw, **changed), "covered", "hill", "partner") == 1.0


def test_the_hazard_is_rate_times_worry_and_what_nobody_or_a_militia_rules() -> None:
    """0.1 x (0.3 + 0.5 + 0.2); told to cover twice that, forbidden none; where a government leaves faster its soldiers cover nothing."""
    hazard = 1 - np.exp(-0.1)
    assert covered(hazard - 0.001)
    assert not covered(hazard + 0.001)
    assert covered(1 - np.exp(-0.2) - 0.001, may_cover={("hill", "partner"): 2.0})
    assert not covered(0.0001, may_cover={("hill", "partner"): 0.0})
    assert not covered(0.0001, posture={"abroad": 1.0})
    assert covered(hazard - 0.001, posture={"home": 1.0})


def test_a_thinning_out_calls_nobody_and_nobody_covers_for_himself() -> None:
    assert not covered(0.0001, force={("hill", "guest"): 501.0, ("plain", "partner"): 100_000.0})
    assert covered(0.0001, force={("hill", "guest"): 400.0, ("plain", "partner"): 100_000.0})
    own = after(0.0001, force={}, deployment={("hill", "partner"): 1.0})
    assert not own["covered"].any()


def test_a_partner_who_is_himself_spent_covers_nothing() -> None:
    assert not covered(0.0001, force={("plain", "partner"): 10.0})


COVERING: Mapping[str, Chosen] = {"covered": {("hill", "partner"): 1.0}}


def test_half_of_what_left_is_brought_in_over_ten_weeks_from_elsewhere() -> None:
    made = after(**COVERING)
    assert cell(made, "move_in", "hill", "partner") == pytest.approx(50.0)
    assert cell(made, "move_out", "plain", "partner") == pytest.approx(50.0)
    there = after(force={("plain", "partner"): 100_000.0, ("hill", "partner"): 400.0}, **COVERING)
    assert cell(there, "move_in", "hill", "partner") == pytest.approx(10.0)


def test_at_most_a_tenth_of_the_actors_other_forces_moves_in_a_week() -> None:
    """Wanted are 50,000 in one week; of the 100,000 elsewhere a tenth may go."""
    made = after(
        params={"weeks": 1.0}, strength={"guest": 100_000.0, "partner": 100_000.0}, **COVERING
    )  # fmt: skip
    assert cell(made, "move_in", "hill", "partner") == pytest.approx(10_000.0, rel=1e-4)
    assert cell(made, "move_out", "plain", "partner") == pytest.approx(10_000.0, rel=1e-4)
    assert cell(made, "move_out", "hill", "partner") == 0.0
