"""Every case keeps its promise: found by the id of a shipped scenario, its statements about what that scenario has, none of them late."""

from __future__ import annotations

import pytest

from drawdown import cases
from drawdown.cases.case import Case
from drawdown.scenario.library import find
from drawdown.scenario.load import load
from drawdown.state import GIVEN

CASES = tuple(
    pytest.param(found, id=country) for country in cases.countries() if (found := cases.find(country.replace("_", "-"))) is not None
)


def test_there_is_a_case_of_every_folder() -> None:
    assert len(CASES) == len(cases.countries()) > 0
    assert cases.find("no-such-country-1999") is None
    assert cases.find("iraqi-1999") is None, "a name that begins alike is another"


@pytest.mark.parametrize("case", CASES)
def test_a_case_is_found_by_the_id_of_its_scenario(case: Case) -> None:
    assert cases.find(case.scenario) is case
    assert find(case.scenario).name == case.scenario


@pytest.mark.parametrize("case", CASES)
def test_places_and_statements_are_the_scenarios(case: Case) -> None:
    scenario = load(case.scenario)
    places = {p.id: p.admin1 for p in scenario.places}
    assert dict(case.places) == places
    members = {
        "place": set(places),
        "actor": {a.id for a in scenario.actors},
        "community": {c.id for c in scenario.communities},
    }
    declared = {v.name: v for v in GIVEN}
    assert case.statements
    for said in case.statements:
        variable = declared[said.sets]
        assert set(said.of) == set(variable.dims), said
        assert all(member in members[dimension] for dimension, member in said.of.items()), said
        assert said.unit == variable.unit, said
        assert said.source in scenario.sources, said
        assert said.since < scenario.origin, said
        assert all(variable.low <= value <= variable.high for value in (said.low, said.best, said.high) if value is not None), said
    assert set(case.replaces) <= set(declared)
