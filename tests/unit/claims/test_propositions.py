"""The syntax of propositions: what holds is parsed, what does not is told with its path."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from drawdown.scenario.propositions import Always, BetweenPlans, Moment, Names, check_proposition, parse_proposition

NAMES = Names(
    dimensions={"place": ("baghdad", "basra-city"), "actor": ("uk", "mehdi-army"), "community": ("shia", "sunni")},
    actor_kinds={"uk": "foreign", "mehdi-army": "militia"},
    plans=("stay", "leave-now"),
    origin=date(2007, 9, 3),
    weeks=260,
    quantities={"control": ("place", "actor"), "truce": ("actor",), "deaths": ("place",), "lead": ("community", "actor")},
)
TRUCE = {"quantity": "truce", "actor": "mehdi-army", "above": 0}
DEATHS = {"quantity": "deaths", "place": "baghdad"}
TRUCE_OF_ANY = {"quantity": "truce", "above": 0}
RULED = {"quantity": "control", "actor": "uk", "above": 0.5}

VALID: tuple[dict[str, Any], ...] = (
    {"always": TRUCE, "to": "+26w"},
    {"eventually": {"quantity": "control", "place": "basra-city", "actor": {"kind": ["militia"]}, "at_least": 0.5}, "for_weeks": 4},
    {"count": {**DEATHS, "above": 10}, "at_least": 5, "from": date(2007, 10, 1), "to": "2008-01-01"},
    {"hold": TRUCE, "until": {**DEATHS, "above": 100}},
    {"change": DEATHS, "early": ["+0w", "+26w"], "late": ["+26w", "+52w"], "as": "ratio", "at_most": 0.8},
    {"first": TRUCE, "then": {**DEATHS, "at_least": {"quantity": "deaths", "place": "basra-city"}}, "within_weeks": 4},
    {"greatest": {"quantity": "lead", "community": "shia"}, "among": {"actor": ["uk", "mehdi-army"]}, "is": "mehdi-army", "at": "+260w"},
    {
        "after": TRUCE,
        "weeks": [-26, 52],
        "then": {"change": DEATHS, "early": ["-26w", "+0w"], "late": ["+0w", "+52w"], "as": "difference", "above": 0},
    },
    {"between": ["stay", "leave-now"], "change_of": {"quantity": "deaths", "fold": "sum"}, "from": "+26w", "to": "+104w", "above": 0},
    {"distance": "end_state", "between": ["stay", "leave-now"], "at": "+260w", "at_most": 0.2},
    {"all": [{"always": TRUCE}, {"not": {"any": [{"eventually": TRUCE}]}}]},
    {"always": {"all": [TRUCE, {"not": {**DEATHS, "above": 3}}]}},
    {"always": {"quantity": "deaths", "fold": {"place": "max"}, "minus": DEATHS, "above": 0}},
    {"total": {"quantity": "deaths"}, "from": "+0w", "to": "+52w", "above": 3000},
    {"total": {**DEATHS, "minus": {"quantity": "deaths", "place": "basra-city"}}, "at_most": 0},
    {"eventually": {"how_many": {"quantity": "control", "actor": "uk", "above": 0.5}, "among": "place", "at_least": 2}},
    {"always": {"how_many": {"any": [TRUCE_OF_ANY, {"quantity": "control", "above": 0.2}]}, "among": {"actor": ["uk"]}, "below": 1}},
    {"count": {"not": {"how_many": TRUCE_OF_ANY, "among": {"actor": {"kind": "militia"}}, "at_most": 0}}, "above": 3},
)

# node, path of the fault, part of the message
FAULTY: tuple[tuple[Any, tuple[str | int, ...], str], ...] = (
    (3, (), "expected a proposition"),
    ({}, (), "no operator"),
    ({"allways": TRUCE}, (), "Did you mean 'always'?"),
    ({"always": TRUCE, "eventually": TRUCE}, ("eventually",), "expected one operator"),
    ({"always": TRUCE, "too": "+26w"}, ("too",), "unknown key"),
    ({"always": {"quantity": "trruce", "above": 0}}, ("always", "quantity"), "Did you mean 'truce'?"),
    ({"always": {"quantity": "truce", "actor": "mahdi-army", "above": 0}}, ("always", "actor"), "Did you mean 'mehdi-army'?"),
    ({"always": {"quantity": "truce", "place": "baghdad", "above": 0}}, ("always", "place"), "'truce' has actor"),
    ({"always": {"quantity": "truce", "actor": {"kind": "militias"}, "above": 0}},
     ("always", "actor", "kind", 0), "no actor is of that kind"),
    ({"always": {"quantity": "truce", "actor": ["uk", "uk"], "above": 0}}, ("always", "actor"), "named twice"),
    ({"always": {"quantity": "truce"}}, ("always",), "no comparison"),
    ({"always": {"quantity": "truce", "above": 0, "below": 1}}, ("always",), "two comparisons"),
    ({"always": {"quantity": "truce", "above": float("nan")}}, ("always", "above"), "finite number"),
    ({"always": {"quantity": "truce", "above": True}}, ("always", "above"), "finite number"),
    ({"always": {"above": 3}}, ("always",), "'quantity' is missing"),
    ({"always": {"quantity": "deaths", "fold": "product", "above": 3}}, ("always", "fold"), "expected one of"),
    ({"always": {"quantity": "deaths", "minus": DEATHS, "over": DEATHS, "above": 3}}, ("always", "over"), "not both"),
    ({"always": TRUCE, "to": "+261w"}, ("to",), "the run covers"),
    ({"always": TRUCE, "to": "2006-01-01"}, ("to",), "the run covers"),
    ({"always": TRUCE, "to": "soon"}, ("to",), "expected a date"),
    ({"always": TRUCE, "from": "+9w", "to": "+9w"}, ("to",), "the window is empty"),
    ({"eventually": TRUCE, "for_weeks": 0}, ("for_weeks",), "whole number of weeks from 1"),
    ({"count": TRUCE}, (), "no comparison"),
    ({"total": DEATHS}, (), "no comparison"),
    ({"total": {"quantity": "deaths", "over": DEATHS}, "above": 1}, ("total",), "a ratio; its sum over weeks says nothing"),
    ({"total": {**DEATHS, "above": 3}, "above": 1, "for_weeks": 4}, ("for_weeks",), "unknown key"),
    ({"totl": DEATHS, "above": 1}, (), "Did you mean 'total'?"),
    ({"always": {"how_many": RULED, "at_least": 2}}, ("always",), "'among' is missing"),
    ({"always": {"how_many": RULED, "among": "place"}}, ("always",), "no comparison"),
    ({"always": {"how_many": RULED, "among": "plaice", "at_least": 2}}, ("always", "among"), "Did you mean 'place'?"),
    ({"always": {"how_many": RULED, "among": {"place": ["basra"]}, "at_least": 1}}, ("always", "among", "place", 0), "Did you mean"),
    ({"always": {"how_many": {**RULED, "place": "baghdad"}, "among": "place", "at_least": 1}},
     ("always", "how_many", "place"), "is what 'among' compares"),
    ({"always": {"how_many": TRUCE_OF_ANY, "among": "place", "at_least": 1}}, ("always", "among"), "holds for all or for none"),
    ({"always": {"how_many": {"how_many": RULED, "among": "actor", "at_least": 1}, "among": "place", "at_least": 1}},
     ("always", "how_many"), "'how_many' inside another"),
    ({"always": {"how_many": RULED, "amonk": "place", "among": "place", "at_least": 1}}, ("always", "amonk"), "Did you mean 'among'?"),
    ({"hold": TRUCE}, (), "no operator"),
    ({"until": TRUCE}, (), "'hold' is missing"),
    ({"change": DEATHS, "early": "+0w", "late": ["+0w", "+1w"], "as": "ratio", "at_most": 1}, ("early",), "two moments"),
    ({"change": DEATHS, "early": ["+0w", "+1w"], "late": ["+0w", "+1w"], "as": "quotient", "at_most": 1}, ("as",), "expected one of"),
    ({"greatest": {"quantity": "lead", "community": "shia"}, "among": {"actor": ["uk"]}, "is": "mehdi-army", "at": "+9w"},
     ("is",), "expected one of"),
    ({"greatest": {"quantity": "lead", "actor": "uk"}, "among": {"actor": ["uk", "mehdi-army"]}, "is": "uk", "at": "+9w"},
     ("greatest", "actor"), "'among' compares"),
    ({"greatest": {"quantity": "deaths"}, "among": {"actor": ["uk", "mehdi-army"]}, "is": "uk", "at": "+9w"},
     ("among", "actor"), "has no dimension"),
    ({"after": TRUCE, "weeks": [4, 4], "then": {"always": TRUCE}}, ("weeks",), "two weeks from the event"),
    ({"after": TRUCE, "weeks": [0, 4], "then": {"always": TRUCE, "to": "2008-01-01"}}, ("then", "to"), "counts from the event"),
    ({"after": TRUCE, "weeks": [0, 4], "then": {"after": TRUCE, "weeks": [0, 4], "then": {"always": TRUCE}}},
     ("then",), "inside the 'then'"),
    ({"between": ["stay", "leaf-now"], "change_of": DEATHS, "above": 0}, ("between", 1), "Did you mean 'leave-now'?"),
    ({"between": ["stay", "stay"], "change_of": DEATHS, "above": 0}, ("between",), "two different plans"),
    ({"all": [{"between": ["stay", "leave-now"], "change_of": DEATHS, "above": 0}]}, ("all", 0), "claim of its own"),
    ({"distance": "deaths", "between": ["stay", "leave-now"], "at": "+9w", "at_most": 0.2}, ("distance",), "expected one of"),
    ({"any": []}, ("any",), "a list of"),
)  # fmt: skip


@pytest.mark.parametrize("node", VALID, ids=lambda n: next(iter(n)))
def test_valid_propositions_have_no_fault_and_parse(node: dict[str, Any]) -> None:
    assert check_proposition(node, NAMES) == []
    assert parse_proposition(node, NAMES) == parse_proposition(node, NAMES)


@pytest.mark.parametrize(
    ("node", "path", "message"), FAULTY, ids=[f"{i}-{'.'.join(map(str, p)) or 'root'}" for i, (_, p, _m) in enumerate(FAULTY)]
)
def test_a_fault_is_told_with_its_path(node: Any, path: tuple[str | int, ...], message: str) -> None:
    faults = check_proposition(node, NAMES)
    assert any(f.path == path and message in f"{f.message} {f.advice}" for f in faults), faults
    with pytest.raises(ValueError, match=r"."):
        parse_proposition(node, NAMES)


def test_every_fault_is_told_at_once() -> None:
    node = {"always": {"quantity": "contrl", "place": "basra", "abov": 1}, "too": 1}
    assert {f.path for f in check_proposition(node, NAMES)} == {
        ("too",),
        ("always", "quantity"),
        ("always", "place"),
        ("always", "abov"),
        ("always",),
    }


def test_a_proposition_that_nests_too_deep_is_refused_not_followed() -> None:
    node: dict[str, Any] = {"always": TRUCE}
    for _ in range(5000):
        node = {"not": node}
    assert any("deep" in f.message for f in check_proposition(node, NAMES))


def test_without_quantities_names_of_members_are_still_checked() -> None:
    names = Names(NAMES.dimensions, NAMES.actor_kinds, NAMES.plans, NAMES.origin, NAMES.weeks)
    faults = check_proposition({"always": {"quantity": "whatever", "place": "atlantis", "above": 0}}, names)
    assert [f.path for f in faults] == [("always", "place")]


def test_parsed_objects_carry_what_was_written() -> None:
    found = parse_proposition(VALID[0], NAMES)
    assert isinstance(found, Always)
    assert found.window.end == Moment(weeks=26)
    pair = parse_proposition(VALID[8], NAMES)
    assert isinstance(pair, BetweenPlans)
    assert (pair.a, pair.b, pair.term.fold) == ("stay", "leave-now", "sum")
