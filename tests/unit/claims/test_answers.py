"""From outcomes to answers: errors, intervals, pairing, distances."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drawdown.claims.answers import (
    Outcomes,
    answers,
    difference,
    error_words,
    pair_name,
    plans_of_pair,
    standard_error,
    wilson,
)
from drawdown.claims.endstates import Apart, distance, end_state_shares, total_variation
from drawdown.claims.evaluate import decided
from drawdown.claims.names import Stated
from drawdown.scenario.model import Claim
from drawdown.scenario.propositions import Always, BetweenPlans, Compared, Comparison, Distance, Moment, Term, Window

Z90 = 1.6448536269514722
ALWAYS = Always(Compared(Term("x"), "above", 0.0), Window())


def stated(proposition: object, name: str = "c") -> Stated:
    return Stated(Claim(name, 1, "text", "quotation", None, {}), proposition)  # type: ignore[arg-type]  # any proposition


def test_wilson_matches_the_published_example_and_stays_inside() -> None:
    """Newcombe 1998, table I, method 3: 81 of 263 and 0 of 20 and 1 of 29."""
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)
    assert wilson(1, 29) == pytest.approx((0.0061, 0.1718), abs=5e-5)
    assert wilson(0, 0) == (0.0, 1.0)


def test_an_error_is_never_zero_at_the_edges() -> None:
    assert standard_error(0, 1000) > 0
    assert standard_error(1000, 1000) > 0
    assert standard_error(500, 1000) == pytest.approx(math.sqrt(0.25 / 1000))
    assert math.isnan(standard_error(0, 0))


def test_pairing_cancels_what_plans_share() -> None:
    stream = np.random.Generator(np.random.PCG64(1))
    shared = (stream.random(4000) < 0.5).astype(np.float32)
    other = np.where(stream.random(4000) < 0.02, 1 - shared, shared)
    paired = difference("c", "a", "b", shared, other)
    unpaired = math.sqrt(0.5 / 4000)
    assert paired.error < unpaired / 3
    assert abs(paired.difference) < 5 * paired.error
    assert paired.pairs == 4000


def test_a_difference_is_the_first_plan_minus_the_second_over_what_is_known_of_both() -> None:
    of_a, of_b = np.array([1, 1, 0, np.nan, 1], np.float32), np.array([0, 1, 0, 0, np.nan], np.float32)
    found = difference("c", "a", "b", of_a, of_b)
    assert (found.a, found.b, found.pairs) == ("a", "b", 3)
    assert found.difference == pytest.approx(1 / 3)
    assert found.error == pytest.approx(math.sqrt(1 / 3) / math.sqrt(3))


def test_unknown_futures_are_left_out_and_counted() -> None:
    value = np.array([1, 0, np.nan, 1], np.float32)
    margin = np.array([2, -1, np.nan, 4], np.float32)
    outcomes = Outcomes({("p", "c"): value}, {("p", "c"): margin}, {("p", "c"): np.array([1, np.nan, np.nan, np.nan], np.float32)}, {})
    (found,) = answers([stated(ALWAYS)], ["p"], outcomes)
    assert found.probability == pytest.approx(2 / 3)
    assert (found.known, found.unknown, found.margin, found.status_quo) == (3, 1, 2.0, 1.0)


@pytest.mark.parametrize("comparison", ["at_least", "above", "at_most", "below"])
def test_a_comparison_of_plans_gives_the_mean_paired_difference_back(comparison: Comparison) -> None:
    """The margin of each comparison, by the code that makes it, turned back into the difference: its sign and the bound."""
    node = BetweenPlans("a", "b", Term("x"), comparison, 3.5, Window())
    apart = np.array([1.0, 2.0, 6.0], np.float32)
    margin = decided(apart.astype(np.float64), comparison, 3.5).margin
    outcomes = Outcomes({("a minus b", "c"): (margin >= 0).astype(np.float32)}, {("a minus b", "c"): margin}, {}, {})
    (found,) = answers([stated(node)], ["a", "b"], outcomes)
    assert found.plan == "a minus b"
    assert found.value == pytest.approx(3.0)
    assert found.value_error == pytest.approx(apart.std(ddof=1) / math.sqrt(3))
    assert found.probability == pytest.approx(1 / 3 if comparison in ("at_least", "above") else 2 / 3)


def test_a_distance_is_judged_by_its_bootstrap_error() -> None:
    node = Distance("a", "b", Moment(weeks=9), "at_most", 0.2)
    (found,) = answers([stated(node)], ["a", "b"], Outcomes({}, {}, {}, {"c": Apart(0.2, 0.05, 0.1, 900, 1000)}))
    assert found.probability == pytest.approx(0.5)
    assert (found.known, found.unknown) == (900, 100)
    assert (found.value, found.value_error, found.chance) == (0.2, 0.05, 0.1)


def test_total_variation_by_hand() -> None:
    assert total_variation(np.array([1, 1, 2, 2]), np.array([1, 1, 1, 3])) == pytest.approx(0.5)
    assert distance(np.zeros(50, np.int64), np.ones(50, np.int64))[0] == 1.0
    same = np.arange(50) % 3
    assert distance(same, same)[:2] == (0.0, 0.0)


@pytest.mark.statistical
def test_two_equal_plans_are_no_further_apart_than_chance() -> None:
    stream = np.random.Generator(np.random.PCG64(2))
    a, b = stream.integers(0, 6, 800), stream.integers(0, 6, 800)
    value, error, chance, pairs, futures = distance(a, b)
    assert pairs == futures == len(a)
    # The chance distance is itself the mean of a distribution about as wide as the bootstrap error.
    assert abs(value - chance) < 4 * error


def test_shares_of_end_states_come_most_frequent_first() -> None:
    assert list(end_state_shares(["b", "a", "b", "c"])) == ["b", "a", "c"]


@pytest.mark.parametrize(
    ("count", "of", "interval"),
    [
        (0, 10, (0.0, 0.21294)),
        (5, 10, (0.2693, 0.7307)),
        (10, 10, (0.78706, 1.0)),
        (0, 0, (0.0, 1.0)),
    ],
)
def test_wilson(count: int, of: int, interval: tuple[float, float]) -> None:
    """Closed forms: with no success the upper end is z²/(n+z²), by symmetry with all; at a half, ½ ± z/(2 sqrt(n+z²))."""
    assert wilson(count, of, Z90) == pytest.approx(interval, abs=5e-5)


@given(of=st.integers(1, 200), data=st.data())
def test_wilson_covers_the_share(of: int, data: st.DataObject) -> None:
    count = data.draw(st.integers(0, of))
    low, high = wilson(count, of, Z90)
    assert 0 <= low <= count / of <= high <= 1
    assert wilson(of - count, of, Z90) == pytest.approx((1 - high, 1 - low))


def test_a_small_error_is_no_zero_and_none_is_not_told() -> None:
    assert error_words(0.0312) == " ± 0.031"
    assert error_words(0.0312, 2) == " ± 0.03"
    assert error_words(0.0004) == " ± under 0.001"
    assert error_words(0.0) == error_words(float("nan")) == ""


def test_a_pair_of_plans_is_read_as_it_was_named() -> None:
    assert plans_of_pair(pair_name("stay", "leave-now")) == ("stay", "leave-now")
    assert plans_of_pair("stay") is None
