"""The tally by hand: running means over four weeks, and the week's largest killing."""

from __future__ import annotations

import pytest

from tests.by_hand import cell, initial, step


def test_running_means_keep_three_quarters_and_take_a_quarter() -> None:
    made = step(
        "tally",
        {
            "recent_attacks": {"hill": 8.0},
            "attacks": {"hill": 4.0},
            "recent_deaths": {("hill", "non-state"): 8.0},
            "deaths": {("hill", "one-sided"): 4.0},
            "recent_fallen": {"militia": 8.0},
            "fallen": {"militia": 4.0},
            "recent_harm": {("hill", "red"): 8.0},
            "harmed": {("hill", "red"): 4.0, ("plain", "blue"): 2.0},
        },
        {"memory": 4.0},
    )
    assert cell(made, "recent_attacks", "hill") == pytest.approx(7.0)
    assert cell(made, "recent_deaths", "hill", "non-state") == pytest.approx(6.0)
    assert cell(made, "recent_deaths", "hill", "one-sided") == pytest.approx(1.0)
    assert cell(made, "recent_fallen", "militia") == pytest.approx(7.0)
    assert cell(made, "recent_harm", "hill", "red") == pytest.approx(7.0)
    assert cell(made, "recent_harm", "plain", "blue") == pytest.approx(0.5)


def test_a_massacre_is_the_deadliest_one_sided_incident() -> None:
    made = step("tally", {"deadliest": {("hill", "one-sided"): 30.0, ("plain", "one-sided"): 9.0, ("plain", "state-based"): 50.0}})
    assert made["massacre"].tolist() == [30.0, 9.0]


def test_recent_attacks_begin_at_the_rates_before_the_origin() -> None:
    assert initial("tally", {"attack_rate": {"hill": 5.0}, "rivalry_rate": {"hill": 2.0}})["recent_attacks"].tolist() == [7.0, 0.0]
