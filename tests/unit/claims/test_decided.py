"""Claims that hardly any future decides are not answered, and distances are told as measurements: both sides of each threshold."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from drawdown.claims.answers import Answer, standard_error
from drawdown.claims.decided import FEWEST, answerable, answered, cannot_be_answered, fewest, unanswered_lines
from drawdown.claims.measured import measured


def an_answer(known: int, of: int, plan: str = "stay", number: int = 19) -> Answer:
    true = known // 2
    share = true / known if known else math.nan
    error = standard_error(true, known)
    return Answer("c", number, "A claim.", plan, share, error, 0, 1, known, of - known, 0.1, None)


def a_distance(
    value: float, error: float, comparison: str = "at_most", chance: float = 0.015, known: int = 1000, futures: int = 1000
) -> Answer:
    bound = 0.2
    return Answer("d", 15, "Little difference.", "stay minus leave-now", 1.0, 0.0, 1, 1, known, futures - known, bound - value, None,
                  value, error, chance, "", bound, comparison)  # fmt: skip


def test_a_hundred_futures_leave_an_error_of_at_most_five_points() -> None:
    assert max(standard_error(k, FEWEST) for k in range(FEWEST + 1)) <= 0.05


@pytest.mark.parametrize(("futures", "least"), [(1, 1), (9, 1), (64, 7), (500, 50), (999, 100), (1000, 100), (1001, 100), (100_000, 100)])
def test_how_many_futures_must_decide(futures: int, least: int) -> None:
    assert fewest(futures) == least
    assert answerable(least, futures)
    assert not answerable(least - 1, futures)


def test_claims_decided_by_3_to_27_of_1000_cannot_be_answered() -> None:
    words = cannot_be_answered([3, 27], 1000)
    assert words == "cannot be answered: it hardly ever comes to that (decided in 3 to 27 of 1,000 futures, at most 2.7%)"
    assert cannot_be_answered([3], 1000).endswith("(decided in 3 of 1,000 futures, 0.3%)")
    assert cannot_be_answered([3], 10_000).endswith("(decided in 3 of 10,000 futures, under 0.1%)")
    assert cannot_be_answered([5], 10_000).endswith("(decided in 5 of 10,000 futures, 0.1%)")
    assert cannot_be_answered([0, 3], 10_000).endswith("(decided in 0 to 3 of 10,000 futures, at most under 0.1%)")
    assert cannot_be_answered([0, 0], 1000).endswith("(decided in none of 1,000 futures)")
    assert not answered(an_answer(99, 1000))
    assert answered(an_answer(100, 1000))
    assert not answered(an_answer(0, 1000))


def test_a_distance_is_answered_where_enough_futures_have_an_end_state_under_both_plans() -> None:
    """Review: of 3 futures one had both end states, and the answer was "0.000, below the 0.2 that the claim allows"."""
    assert answered(a_distance(0.17, 0.01, known=100))
    few = a_distance(0.17, 0.01, known=99)
    assert not answered(few)
    found = measured(few)
    assert (found.side, found.holds) == ("unknown", None)
    assert found.words == "cannot be answered: it hardly ever comes to that (decided in 99 of 1,000 futures, 9.9%)"
    assert unanswered_lines([few]) == [f"Claim 15 under stay minus leave-now {found.words}."]


def test_one_pair_of_end_states_says_nothing() -> None:
    from drawdown.claims.answers import Outcomes, answers
    from drawdown.claims.endstates import distance
    from drawdown.claims.names import Stated
    from drawdown.scenario.model import Claim
    from drawdown.scenario.propositions import Distance, Moment

    apart = distance(np.array([5, -1, 7]), np.array([5, 5, -1]))
    assert (apart.pairs, apart.futures) == (1, 3)
    assert math.isnan(apart.error)
    stated = Stated(Claim("d", 15, "Little difference.", "", None, {}), Distance("a", "b", Moment(weeks=100), "at_most", 0.2))
    (found,) = answers([stated], ["a", "b"], Outcomes({}, {}, {}, {"d": apart}))
    assert (found.known, found.unknown) == (1, 2)
    assert math.isnan(found.probability)
    assert measured(found).words == "unknown: too few futures have an end state under both plans"
    assert measured(found).holds is None
    none = distance(np.array([-1, -1]), np.array([5, -1]))
    (found,) = answers([stated], ["a", "b"], Outcomes({}, {}, {}, {"d": none}))
    assert (found.known, found.unknown) == (0, 2)
    assert measured(found).words == "unknown: no future has an end state under both plans"


def test_lines_for_the_foot_of_a_table() -> None:
    few = [an_answer(3, 1000), an_answer(27, 1000, "surge-on"), an_answer(1000, 1000, "leave-now"), an_answer(2, 1000, number=7)]
    hardly = "cannot be answered: it hardly ever comes to that"
    assert unanswered_lines(few) == [
        f"Claim 19 under stay, surge-on {hardly} (decided in 3 to 27 of 1,000 futures, at most 2.7%).",
        "Claim 7 under stay cannot be answered: it hardly ever comes to that (decided in 2 of 1,000 futures, 0.2%).",
    ]
    assert unanswered_lines([an_answer(3, 1000), an_answer(2, 1000, "surge-on")])[0].startswith("Claim 19 cannot be answered")
    assert unanswered_lines([an_answer(1000, 1000)]) == []


def test_claim_15_reads_as_a_measurement_and_not_as_almost_certain() -> None:
    found = measured(a_distance(0.17, 0.011))
    assert found.words == "0.17 ± 0.01, below the 0.2 that the claim allows; luck alone would show 0.015"
    assert found.holds is True


@pytest.mark.parametrize(
    ("value", "error", "comparison", "side", "holds", "words"),
    [
        (0.17, 0.01, "at_most", "below", True, "below the 0.2 that the claim allows"),
        (0.23, 0.01, "at_most", "above", False, "above the 0.2 that the claim allows"),
        (0.19, 0.01, "at_most", "too near", None, "too near the 0.2 that the claim allows to say on which side"),
        (0.21, 0.01, "at_most", "too near", None, "too near the 0.2 that the claim allows to say on which side"),
        (0.17, 0.01, "at_least", "below", False, "below the 0.2 that the claim asks for"),
        (0.23, 0.01, "above", "above", True, "above the 0.2 that the claim asks for"),
        (0.23, 0.01, "below", "above", False, "above the 0.2 that the claim allows"),
    ],
)
def test_words_fit_both_sides(value: float, error: float, comparison: str, side: str, holds: bool | None, words: str) -> None:
    found = measured(a_distance(value, error, comparison=comparison))
    assert (found.side, found.holds) == (side, holds)
    assert words in found.words
    assert f"{value:.2f} ± 0.01" in found.words
    assert "certain" not in found.words


def test_a_distance_that_luck_alone_would_show_says_so() -> None:
    assert measured(a_distance(0.02, 0.01, chance=0.015)).words.endswith("no more than luck alone would show (0.015)")
    assert measured(a_distance(0.04, 0.01, chance=0.015)).words.endswith("luck alone would show 0.015")


def test_a_distance_without_an_error_or_a_value() -> None:
    assert measured(a_distance(0.0, 0.0)).words == "0.000, below the 0.2 that the claim allows; no more than luck alone would show (0.015)"
    assert measured(a_distance(math.nan, math.nan)).words.startswith("unknown")
    for strange in (math.nan, math.inf, 0.0, 1e-12):
        words = measured(a_distance(0.17, strange, chance=strange)).words
        assert "nan" not in words
        assert "inf" not in words
        assert "± 0.000" not in words


def test_a_run_stores_what_the_words_need(tmp_path: Path) -> None:
    """The threshold and its side come from the claim itself."""
    from drawdown.claims.answers import Outcomes, answers
    from drawdown.claims.endstates import Apart
    from drawdown.claims.names import Stated
    from drawdown.scenario.model import Claim
    from drawdown.scenario.propositions import Distance, Moment

    claim = Claim("d", 15, "Little difference.", "", None, {})
    stated = Stated(claim, Distance("stay", "leave-now", Moment(weeks=100), "at_most", 0.2))
    (found,) = answers([stated], ["stay", "leave-now"], Outcomes({}, {}, {}, {"d": Apart(0.17, 0.01, 0.015, 1000, 1000)}))
    assert measured(found).words == "0.17 ± 0.01, below the 0.2 that the claim allows; luck alone would show 0.015"


def test_the_words_agree_with_the_share_of_futures(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    for futures in rng.integers(1, 5000, 200):
        assert 1 <= fewest(int(futures)) <= FEWEST
        assert fewest(int(futures)) <= max(1, math.ceil(int(futures) / 10))
