"""What propositions mean, on series small enough to judge by eye."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawdown.claims.evaluate import Judged, judge, plan_value, status_quo
from drawdown.claims.terms import Futures, term_series
from drawdown.scenario.propositions import BetweenPlans, Names, Term, parse_proposition
from tests.examples import examples

ORIGIN = date(2007, 9, 3)
NAN = float("nan")


def futures(reached: list[int] | None = None, **series: Any) -> Futures:
    """Futures from arrays: x, y [week][future]; control [week, place, actor, future]; others as given."""
    arrays = {name: np.asarray(values, dtype=np.float32) for name, values in series.items()}
    weeks, count = next(iter(arrays.values())).shape[0], next(iter(arrays.values())).shape[-1]
    dims = {
        "control": ("place", "actor"),
        "force": ("place", "actor"),
        "residents": ("place", "community"),
        "lead": ("community", "actor"),
        "void": ("place",),
    }
    units = {"flow": "deaths per week", "control": "share", "force": "persons", "residents": "persons", "void": "share"}
    return Futures(
        series=arrays,
        dims={name: dims.get(name, ()) for name in arrays},
        units={name: units.get(name, "index") for name in arrays},
        labels={"place": ("north", "south"), "actor": ("army", "militia"), "community": ("shia", "sunni")},
        actor_kinds={"army": "army", "militia": "militia"},
        origin=ORIGIN,
        reached=np.array(reached if reached is not None else [weeks] * count),
        weeks=weeks,
    )  # fmt: skip


def judged(node: dict[str, Any], seen: Futures) -> Judged:
    names = Names(seen.labels, seen.actor_kinds, ("a", "b"), ORIGIN, max(seen.weeks, 60), dict(seen.dims))
    return judge(parse_proposition(node, names), seen)


def truth(node: dict[str, Any], seen: Futures) -> list[float | None]:
    return [None if np.isnan(v) else float(v) for v in judged(node, seen).value]


def weekly(*rows: list[float]) -> np.ndarray[Any, Any]:
    """One row a future -> [week, future]."""
    return np.array(rows, dtype=np.float32).T


X = {"quantity": "x"}


def test_always_and_eventually_with_margins() -> None:
    seen = futures(x=weekly([3, 2, 4], [3, 1, 4], [0, 0, 0]))
    found = judged({"always": {**X, "at_least": 2}}, seen)
    assert found.value.tolist() == [1, 0, 0]
    assert found.margin.tolist() == [0, -1, -2]
    assert truth({"eventually": {**X, "at_least": 4}}, seen) == [1, 1, 0]


def test_a_strict_comparison_is_not_held_by_a_tie() -> None:
    seen = futures(x=weekly([2, 2]))
    assert truth({"always": {**X, "at_least": 2}}, seen) == [1]
    assert truth({"always": {**X, "above": 2}}, seen) == [0]
    assert truth({"always": {**X, "below": 2}}, seen) == [0]
    assert truth({"not": {"always": {**X, "at_least": 2}}}, seen) == [0]
    assert truth({"not": {"always": {**X, "above": 2}}}, seen) == [1]


def test_a_total_is_the_sum_over_the_window_against_a_number() -> None:
    seen = futures(x=weekly([1, 2, 3, 4], [9, 9, 0, 0]))
    found = judged({"total": X, "from": "+1w", "to": "+3w", "at_least": 5}, seen)
    assert (found.value.tolist(), found.margin.tolist()) == ([1, 1], [0, 4])
    assert truth({"total": X, "above": 10}, seen) == [0, 1]
    assert truth({"total": X, "at_most": 10}, seen) == [1, 0]


def test_a_total_is_known_early_where_what_is_missing_could_not_undo_it() -> None:
    """What is counted is never negative: a future that ended can only have had more; a difference could have gone either way."""
    seen = futures(reached=[2, 2], x=weekly([4, 4, 0, 0], [1, 1, 0, 0]), y=weekly([0, 0, 0, 0], [0, 0, 0, 0]))
    assert truth({"total": X, "to": "+4w", "above": 7}, seen) == [1, None]
    assert truth({"total": X, "to": "+4w", "at_most": 7}, seen) == [0, None]
    assert truth({"total": {**X, "minus": {"quantity": "y"}}, "to": "+4w", "above": 7}, seen) == [None, None]
    assert truth({"total": X, "to": "+9w", "above": 7}, seen) == [1, None], "a window beyond the run, too"


def test_how_many_counts_members_of_a_dimension() -> None:
    """North and south, ruled by the militia in one, both and none of them."""
    control = np.zeros((2, 2, 2, 3), np.float32)
    control[:, 0, 1] = [0.6, 0.6, 0.1]
    control[:, 1, 1] = [0.4, 0.7, 0.5]
    seen = futures(control=control)
    ruled = {"quantity": "control", "actor": "militia", "above": 0.5}
    assert truth({"always": {"how_many": ruled, "among": "place", "at_least": 1}}, seen) == [1, 1, 0]
    found = judged({"always": {"how_many": ruled, "among": "place", "at_least": 2}}, seen)
    assert (found.value.tolist(), found.margin.tolist()) == ([0, 1, 0], [-1, 0, -2])
    assert truth({"always": {"how_many": ruled, "among": {"place": ["south"]}, "at_least": 1}}, seen) == [0, 1, 0]
    assert truth({"always": {"not": {"how_many": ruled, "among": "place", "at_least": 1}}}, seen) == [0, 0, 1]
    by_anybody = {"any": [ruled, {"quantity": "control", "actor": "army", "above": 0.5}]}
    assert truth({"always": {"how_many": by_anybody, "among": "place", "at_most": 0}}, seen) == [0, 0, 1]
    larger = {"quantity": "control", "actor": "militia", "above": {"quantity": "control", "place": "south", "actor": "militia"}}
    with pytest.raises(ValueError, match="is what 'among' compares"):
        judged({"always": {"how_many": larger, "among": "place", "at_least": 1}}, seen)


def test_how_many_is_unknown_where_a_week_was_not_reached() -> None:
    seen = futures(reached=[1, 2], control=np.ones((2, 2, 2, 2), np.float32))
    ruled = {"quantity": "control", "actor": "militia", "above": 0.5}
    assert truth({"always": {"how_many": ruled, "among": "place", "at_least": 2}}, seen) == [None, 1]
    assert truth({"eventually": {"how_many": ruled, "among": "place", "at_least": 2}}, seen) == [1, 1]


def test_eventually_for_weeks_needs_successive_weeks() -> None:
    seen = futures(x=weekly([1, 1, 0, 1, 1, 1], [1, 1, 0, 1, 1, 0], [1, 0, 1, 0, 1, 0]))
    assert truth({"eventually": {**X, "at_least": 1}, "for_weeks": 3}, seen) == [1, 0, 0]
    assert truth({"eventually": {**X, "at_least": 1}, "for_weeks": 2}, seen) == [1, 1, 0]
    assert truth({"eventually": {**X, "at_least": 1}, "for_weeks": 7}, seen) == [0, 0, 0]


def test_windows_are_half_open_in_whole_weeks() -> None:
    seen = futures(x=weekly([1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]))
    assert truth({"eventually": {**X, "above": 0}, "to": "+1w"}, seen) == [1, 0, 0]
    assert truth({"eventually": {**X, "above": 0}, "from": "+1w", "to": "+2w"}, seen) == [0, 1, 0]
    assert truth({"eventually": {**X, "above": 0}, "from": date(2007, 9, 12), "to": date(2007, 9, 18)}, seen) == [0, 1, 1]


def test_weeks_that_were_not_reached_leave_open_what_they_could_decide() -> None:
    seen = futures([2, 2, 4], x=weekly([1, 1, 9, 9], [1, 0, 9, 9], [1, 1, 1, 1]))
    assert truth({"always": {**X, "at_least": 1}}, seen) == [None, 0, 1]
    assert truth({"eventually": {**X, "below": 1}}, seen) == [None, 1, 0]
    assert truth({"count": {**X, "at_least": 1}, "at_least": 2}, seen) == [1, None, 1]
    assert truth({"count": {**X, "at_least": 1}, "at_most": 1}, seen) == [0, None, 0]
    assert truth({"not": {"always": {**X, "at_least": 1}}}, seen) == [None, 1, 0]
    assert np.isnan(judged({"always": {**X, "at_least": 1}}, seen).margin[0])


def test_a_window_beyond_the_run_is_unknown() -> None:
    seen = futures(x=weekly([1, 1], [0, 0]))
    assert truth({"always": {**X, "at_least": 1}, "to": "+5w"}, seen) == [None, 0]


def test_until_needs_its_end_and_what_comes_before_it() -> None:
    seen = futures(x=weekly([1, 1, 0, 0], [1, 0, 1, 1], [1, 1, 1, 1]), y=weekly([0, 0, 1, 0], [0, 0, 1, 0], [0, 0, 0, 0]))
    node = {"hold": {**X, "above": 0}, "until": {"quantity": "y", "above": 0}}
    assert truth(node, seen) == [1, 0, 0]


def test_sequence_wants_the_second_in_the_same_week_or_within_the_time() -> None:
    seen = futures(
        x=weekly([1, 0, 0, 0], [1, 0, 0, 0], [0, 0, 0, 1], [0, 1, 0, 0]), y=weekly([0, 0, 1, 0], [0, 0, 0, 1], [1, 1, 1, 0], [0, 1, 0, 0])
    )
    node = {"first": {**X, "above": 0}, "then": {"quantity": "y", "above": 0}, "within_weeks": 2}
    assert truth(node, seen) == [1, 0, 0, 1]
    assert truth({k: v for k, v in node.items() if k != "within_weeks"}, seen) == [1, 1, 0, 1]


def test_change_compares_means_of_two_windows() -> None:
    seen = futures([4, 4, 3, 4], x=weekly([10, 10, 8, 6], [10, 10, 9, 9], [10, 10, 1, 1], [0, 0, 0, 0]))
    ratio = {"change": X, "early": ["+0w", "+2w"], "late": ["+2w", "+4w"], "as": "ratio", "at_most": 0.8}
    assert truth(ratio, seen) == [1, 0, None, None]
    difference = {**ratio, "as": "difference", "at_most": -2}
    assert truth(difference, seen) == [1, 0, None, 0]


def test_greatest_is_strict() -> None:
    lead = np.zeros((2, 2, 2, 3), np.float32)
    lead[1, 0, 1] = [0.6, 0.5, 0.2]
    lead[1, 0, 0] = [0.4, 0.5, 0.8]
    seen = futures(lead=lead)
    node = {"greatest": {"quantity": "lead", "community": "shia"}, "among": {"actor": ["army", "militia"]}, "is": "militia", "at": "+2w"}
    assert truth(node, seen) == [1, 0, 0]


def test_after_counts_from_the_event_and_is_unknown_where_nothing_happened() -> None:
    seen = futures(
        x=weekly([0, 1, 0, 0, 0, 0], [0, 0, 0, 1, 0, 0], [0, 0, 0, 0, 0, 0]),
        y=weekly([5, 5, 1, 1, 9, 9], [5, 5, 5, 5, 5, 1], [1, 1, 1, 1, 1, 1]),
    )
    node = {"after": {**X, "above": 0}, "weeks": [0, 3], "then": {"eventually": {"quantity": "y", "at_most": 1}, "to": "+2w"}}
    assert truth(node, seen) == [1, 0, None]
    beyond = {"after": {**X, "above": 0}, "weeks": [0, 6], "then": {"always": {"quantity": "y", "at_least": 1}}}
    assert truth(beyond, seen) == [None, None, None]
    before = {
        "after": {**X, "above": 0},
        "weeks": [-2, 2],
        "then": {"change": {"quantity": "y"}, "early": ["-1w", "+0w"], "late": ["+0w", "+1w"], "as": "difference", "at_least": 0},
    }
    assert truth(before, seen) == [1, 1, None]


def test_residents_weigh_places_and_shares_add_over_actors() -> None:
    control = np.zeros((1, 2, 2, 1), np.float32)
    control[0, :, 0, 0] = [0.5, 0.1]
    control[0, :, 1, 0] = [0.25, 0.7]
    residents = np.zeros((1, 2, 2, 1), np.float32)
    residents[0, :, 0, 0] = [3, 1]
    seen = futures(control=control, residents=residents)
    assert term_series(Term("control"), seen)[0, 0] == pytest.approx(0.75 * 0.75 + 0.25 * 0.8)
    assert term_series(Term("control", fold={"place": "max"}), seen)[0, 0] == pytest.approx(0.8)
    assert term_series(Term("residents"), seen)[0, 0] == 4


def test_ratios_of_terms_have_no_value_over_zero() -> None:
    seen = futures(x=weekly([1, 4]), y=weekly([0, 2]))
    assert truth({"eventually": {**X, "over": {"quantity": "y"}, "at_least": 2}}, seen) == [1]
    assert truth({"always": {**X, "over": {"quantity": "y"}, "at_least": 2}}, seen) == [None]
    assert truth({"always": {**X, "minus": {"quantity": "y"}, "at_least": 1}}, seen) == [1]


def test_status_quo_freezes_stocks_at_the_start_and_flows_at_their_first_month() -> None:
    frozen = status_quo(futures(x=weekly([1, 5, 9, 9, 9]), flow=weekly([0, 4, 0, 4, 90])))
    assert frozen.series["x"][:, 0].tolist() == [1] * 5
    assert frozen.series["flow"][:, 0].tolist() == [2] * 5


def test_the_value_for_a_comparison_of_plans_is_the_mean_of_the_window() -> None:
    seen = futures([4, 2], x=weekly([1, 2, 3, 4], [1, 2, 3, 4]))
    names = Names({}, {}, ("a", "b"), ORIGIN, 60, {"x": ()})
    node = parse_proposition({"between": ["a", "b"], "change_of": X, "from": "+1w", "to": "+3w", "above": 0}, names)
    assert isinstance(node, BetweenPlans)
    assert plan_value(node, seen)[0] == 2.5
    assert np.isnan(plan_value(node, seen)[1])
    with pytest.raises(TypeError, match="between plans"):
        judge(node, seen)


@settings(max_examples=examples(60), deadline=None)
@given(st.lists(st.integers(-3, 3), min_size=2, max_size=12), st.integers(1, 4), st.integers(-2, 2), st.integers(0, 12))
def test_operators_agree_with_their_definitions(values: list[int], weeks: int, bound: int, reached: int) -> None:
    """Against the plain reading of each operator, over both completions of what was not reached."""
    reached = min(reached, len(values))
    seen = futures([reached], x=weekly([float(v) for v in values]))

    def plain(holds: list[bool]) -> tuple[bool, bool, bool]:
        runs = [all(holds[i : i + weeks]) for i in range(len(holds) - weeks + 1)]
        return all(holds), any(runs), sum(holds) >= weeks

    worst, best = (plain([v >= bound if i < reached else open_ for i, v in enumerate(values)]) for open_ in (False, True))
    condition = {**X, "at_least": bound}
    nodes: tuple[dict[str, Any], ...] = (
        {"always": condition},
        {"eventually": condition, "for_weeks": weeks},
        {"count": condition, "at_least": weeks},
    )
    for node, low, high in zip(nodes, worst, best, strict=True):
        expected = float(low) if low == high else None
        assert truth(node, seen) == [expected], node
