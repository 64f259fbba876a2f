"""Issue 7, C: what `check` calls settled is settled in every future that there can be, whatever the threshold, fold, window or operator."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawdown.claims.evaluate import Futures, judge
from drawdown.scenario.propositions import BetweenPlans, Distance, Names, check_proposition, check_reach, parse_proposition
from drawdown.scenario.reach import Range

WEEKS, FUTURES = 12, 24
PLACES, ACTORS, COMMUNITIES = ("p", "q"), ("a", "b", "c"), ("x", "y")
KINDS = {"a": "army", "b": "militia", "c": "militia"}
DIMS = {
    "control": ("place", "actor"),
    "deaths": ("place",),
    "standing": ("community", "actor"),
    "residents": ("place", "community"),
    "k": (),
}
RANGES = {
    "control": ("share", Range(0, 1)),
    "deaths": ("deaths per week", Range(0, math.inf)),
    "standing": ("index", Range(-1, 1)),
    "residents": ("persons", Range(0, math.inf)),
    "k": ("index", Range(0, 1)),
}
LABELS = {"place": PLACES, "actor": ACTORS, "community": COMMUNITIES}
NAMES = Names(LABELS, KINDS, ("one", "two"), date(2024, 1, 1), WEEKS, DIMS, RANGES)

BOUNDS = st.sampled_from([-1, 0, 0.3, 0.995, 1, 1.4, 2, 1e6])
COMPARISONS = st.sampled_from(["at_least", "at_most", "above", "below"])
MEMBERS = {
    "place": st.sampled_from([None, "p", ["p", "q"]]),
    "actor": st.sampled_from([None, "a", ["a", "b"], {"kind": ["militia"]}, {"kind": "army"}]),
    "community": st.sampled_from([None, "x"]),
}


@st.composite
def terms(draw: st.DrawFn, deep: bool = True) -> dict[str, Any]:
    quantity = draw(st.sampled_from(["control", "control", *DIMS]))
    term: dict[str, Any] = {"quantity": quantity}
    for dimension in DIMS[quantity]:
        chosen = draw(MEMBERS[dimension])
        if chosen is not None:
            term[dimension] = chosen
    fold = draw(st.sampled_from([None, "sum", "sum", "mean", "max", "residents", {"place": "sum"}]))
    if fold is not None and (fold != {"place": "sum"} or "place" in DIMS[quantity]):
        term["fold"] = fold
    if deep and draw(st.integers(0, 5)) == 0:
        term[draw(st.sampled_from(["minus", "over"]))] = draw(terms(deep=False))
    return term


@st.composite
def propositions(draw: st.DrawFn) -> dict[str, Any]:
    comparison, bound = draw(COMPARISONS), draw(BOUNDS)
    condition = {**draw(terms()), comparison: bound}
    start = draw(st.integers(0, WEEKS - 1))
    window = {"from": f"+{start}w", "to": f"+{draw(st.integers(start + 1, WEEKS))}w"}
    how = draw(st.sampled_from(["always", "eventually", "count", "change", "total", "how_many"]))
    if how == "always":
        return {"always": condition, **window}
    if how == "eventually":
        return {"eventually": condition, "for_weeks": draw(st.integers(1, WEEKS + 2)), **window}
    if how == "count":
        weeks = draw(st.integers(-1, WEEKS + 1))
        return {"count": condition, draw(COMPARISONS): weeks, **window}
    if how == "total":
        return {"total": {"quantity": "deaths", "place": draw(st.sampled_from(["p", ["p", "q"]]))}, comparison: bound, **window}
    if how == "how_many":
        counted = {"how_many": {"quantity": "control", "actor": "a", comparison: bound}, "among": "place"}
        return {"always": {**counted, draw(COMPARISONS): draw(st.integers(-1, 3))}, **window}
    spans = st.sampled_from([["+0w", "+4w"], ["+4w", "+8w"], ["+8w", "+12w"]])
    return {
        "change": draw(terms()),
        "early": draw(spans),
        "late": draw(spans),
        "as": draw(st.sampled_from(["ratio", "difference"])),
        comparison: bound,
    }


def futures(seed: int) -> Futures:
    """Futures anywhere within the bounds, at the ends of the ranges, too."""
    random = np.random.default_rng(seed)

    def anywhere(*shape: int) -> np.ndarray[Any, np.dtype[np.float32]]:
        values = random.random((WEEKS, *shape, FUTURES))
        ends = random.random((WEEKS, *shape, FUTURES)) < 0.2
        return np.where(ends, np.round(values), values).astype(np.float32)

    parts = random.dirichlet(np.full(len(ACTORS) + 1, 0.3), (WEEKS, len(PLACES), FUTURES))[..., : len(ACTORS)]
    series = {
        "control": np.moveaxis(parts, -1, 2).astype(np.float32),
        "deaths": 40 * anywhere(len(PLACES)),
        "standing": 2 * anywhere(len(COMMUNITIES), len(ACTORS)) - 1,
        "residents": 1000 * anywhere(len(PLACES), len(COMMUNITIES)) + 1,
        "k": anywhere(),
    }
    units = {name: unit for name, (unit, _) in RANGES.items()}
    return Futures(series, DIMS, units, LABELS, KINDS, NAMES.origin, np.full(FUTURES, WEEKS), WEEKS)


@pytest.mark.slow
def test_what_is_settled_is_the_same_in_every_future() -> None:
    judged = []

    @settings(max_examples=1_500, deadline=None, derandomize=True)
    @given(data=propositions(), seed=st.integers(0, 1000))
    def holds(data: dict[str, Any], seed: int) -> None:
        judged.append(settled_alike(data, seed))

    holds()
    assert sum(judged) > 100  # of what was drawn so many are called settled


def settled_alike(data: dict[str, Any], seed: int) -> bool:
    """Whether `check` calls it settled; fails where it then differs between futures."""
    assert not check_proposition(data, NAMES)
    grave = [fault for fault in check_reach(data, NAMES) if fault.grave]
    if not grave:
        return False
    proposition = parse_proposition(data, NAMES)
    assert not isinstance(proposition, BetweenPlans | Distance)
    value = judge(proposition, futures(seed)).value
    told = value[~np.isnan(value)]
    assert len(set(told.tolist())) <= 1, [fault.message for fault in grave]
    if told.size and len(grave) == 1 and data.get("for_weeks", 1) == 1 and not {"count", "how_many"} & {*data, *data.get("always", ())}:
        assert bool(told[0]) == ("always so" in grave[0].message) or "same window" in grave[0].message
    return True


def test_thresholds_within_reach_are_left_alone() -> None:
    for bound in (0.0, 0.5, 0.999):
        condition = {"quantity": "control", "place": "p", "actor": "a", "above": bound}
        assert check_reach({"eventually": condition, "for_weeks": WEEKS}, NAMES) == []
    assert check_reach({"count": {"quantity": "deaths", "at_least": 1}, "at_least": WEEKS}, NAMES) == []
    assert check_reach({"between": ["one", "two"], "change_of": {"quantity": "control", "fold": "sum"}, "above": 1.9}, NAMES) == []
