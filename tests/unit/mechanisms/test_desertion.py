"""Desertion by hand: log odds of a week, each condition of the sources with its sign and size."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from tests.by_hand import Chosen, cell, step

PEOPLE: Mapping[str, Chosen] = {"residents": {("hill", "red"): 100_000.0}}
PARAMS = {
    "quiet": -5.0, "offensive": 3.0, "own_offensive": 0.5, "local": 1.2, "sympathy": 1.0, "embedded": 1.5, "losing": 2.0, "panic": 1.5,
    "embedding": 1.0, "switch": 0.2, "spread": 0.5,
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
    """And the militia weighs a quarter of its density on the scales: half for the half strain, half for standing on the defensive."""
    odds = (0.30 / 1.05) ** 2
    assert log_odds(offensive={("hill", "army"): 1.0}) == pytest.approx(-5 + 0.5 * (3 + 2 * odds / (1 + odds)), abs=1e-3)


def test_panic_spreads() -> None:
    assert log_odds(panic={("hill", "army"): 0.4}) == pytest.approx(-5 + 1.5 * 0.4, abs=1e-3)


def test_some_go_over_to_those_they_sympathise_with_and_groups_do_not_desert() -> None:
    made = step("desertion", {**PEOPLE, "force": EVEN, "offensive": ASSAULT, "sympathy": {("hill", "militia"): 0.5}}, PARAMS)
    assert cell(made, "go_over", "hill", "army") == pytest.approx(0.5 * 0.2)
    assert cell(made, "desert_hazard", "hill", "militia") == 0.0
