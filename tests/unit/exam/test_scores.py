from __future__ import annotations

import numpy as np
import pytest

from drawdown.exam import scores

COUNTRIES = [f"C{i % 40}" for i in range(400)]


def test_a_forecast_that_knows_more_scores_lower_and_the_sign_says_so() -> None:
    random = np.random.default_rng(1)
    level = random.normal(4, 1, 400)
    truth = np.exp(level + random.normal(0, 0.3, 400))
    sharp = np.exp(level[:, None] + random.normal(0, 0.3, (400, 200)))
    vague = np.exp(4 + random.normal(0, 1.05, (400, 200)))
    found = scores.compare(scores.log_crps(sharp, truth), scores.log_crps(vague, truth), COUNTRIES)
    assert found.difference < -5 * found.error
    assert 0 < found.skill < 1
    assert found.countries == 40


def test_missing_outcomes_are_left_out_of_both() -> None:
    mine, theirs = np.array([1.0, np.nan, 3.0]), np.array([2.0, 2.0, np.nan])
    found = scores.compare(mine, theirs, ["A", "B", "C"])
    assert (found.mine, found.theirs, found.origins) == (1.0, 2.0, 1)


def test_errors_take_whole_countries() -> None:
    """Ten origins of a country that all say the same are one observation: the error is that of 40, not of 400."""
    one = np.random.default_rng(2).normal(size=40)
    many = np.tile(one, 10)
    error = scores.compare(many, np.zeros(400), COUNTRIES).error
    assert error == pytest.approx(one.std() / np.sqrt(40), rel=0.1)


@pytest.mark.statistical
def test_outcomes_of_the_same_law_are_flat_also_where_most_are_zero() -> None:
    random = np.random.default_rng(3)
    draws, truth = random.poisson(0.5, (4000, 50)).astype(float), random.poisson(0.5, 4000).astype(float)
    countries = [f"C{i}" for i in range(4000)]
    found = scores.flatness(scores.pit(draws, truth, random), countries)
    assert found.p > 0.001
    assert max(found.shares) < 0.125


def test_outcomes_above_what_was_thought_possible_are_not_flat() -> None:
    random = np.random.default_rng(4)
    found = scores.flatness(scores.pit(random.normal(size=(400, 50)), random.normal(1, 1, 400), random), COUNTRIES)
    assert found.p < 1e-6
    assert found.shares[-1] > 0.2


def test_origins_of_one_country_count_for_less() -> None:
    """PIT values that whole countries share look uneven; by countries they are not more so than chance allows."""
    random = np.random.default_rng(5)
    places = np.tile(random.random(40), 10)
    found = scores.flatness(places, COUNTRIES)
    assert found.p < 1e-4
    assert found.p_clustered > 0.01


def test_bands_hold_as_often_as_they_say() -> None:
    random = np.random.default_rng(6)
    found = scores.held(random.normal(size=(400, 400)), random.normal(size=400), COUNTRIES)
    assert abs(found.share - 0.9) < 4 * np.sqrt(0.09 / 400)
    assert scores.held(random.normal(size=(400, 400)), np.full(400, 9.0), COUNTRIES).share == 0.0
