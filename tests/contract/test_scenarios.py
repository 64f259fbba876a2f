"""Every shipped scenario, and the skeleton of `drawdown new`: it loads, its numbers have sources, nothing in it was known later."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import drawdown.scenario
from drawdown import plan as plans
from drawdown.mechanism import discover, variables
from drawdown.scenario.check import check
from drawdown.scenario.library import list_scenarios
from drawdown.scenario.load import load
from drawdown.scenario.model import Number, Scenario
from drawdown.world import World, structure_of

SKELETON = Path(drawdown.scenario.__file__).parent / "skeleton"
FOLDERS = {**{one.id: one.path for one in list_scenarios()}, "skeleton": SKELETON}
SHIPPED = [name for name in FOLDERS if name != "skeleton"]


@cache
def scenario(name: str) -> Scenario:
    return load(FOLDERS[name])


def numbers(of: Scenario) -> Iterator[Number]:
    for cells in of.tables.values():
        yield from cells.values()
    yield from of.parameters.values()
    for hypothesis in of.hypotheses:
        for option in hypothesis.options:
            yield option.weight
            yield from option.sets
    for plan in of.plans:
        yield from (o.level for o in plan.orders if o.level is not None)


def test_something_is_shipped() -> None:
    assert "iraq-2007" in SHIPPED


@pytest.mark.parametrize("name", FOLDERS)
def test_it_loads_the_same_twice(name: str) -> None:
    assert load(FOLDERS[name]).digest == scenario(name).digest


@pytest.mark.parametrize("name", SHIPPED)
def test_almost_every_number_has_a_source_or_a_reason(name: str) -> None:
    """Issue 2: at least 95% with a source or an explicit grade D with a reason, at least 60% with a source."""
    told = [n for n in numbers(scenario(name)) if not n.derived]
    sourced = [n for n in told if n.source is not None]
    excused = [n for n in told if n.source is None and n.grade == "D" and n.note]
    assert len(sourced) + len(excused) >= 0.95 * len(told)
    assert len(sourced) >= 0.60 * len(told)
    assert {n.source for n in sourced} <= set(scenario(name).sources)


@pytest.mark.parametrize("name", FOLDERS)
def test_nothing_in_it_was_known_only_later(name: str) -> None:
    late = [n.name for n in numbers(scenario(name)) if n.known_on is not None and n.known_on > scenario(name).origin]
    assert not late


@pytest.mark.parametrize("name", FOLDERS)
def test_names_of_numbers_are_unique(name: str) -> None:
    # A border has one number, read from both sides.
    found = [n.name for variable, cells in scenario(name).tables.items() for n in cells.values() if variable != "adjacency"]
    assert len(found) == len(set(found))


@pytest.mark.parametrize("name", FOLDERS)
def test_units_and_bounds_are_those_of_the_model(name: str) -> None:
    declared = variables(discover())
    world = World(scenario(name), structure_of(scenario(name)), discover(), {})
    for variable, cells in scenario(name).tables.items():
        for n in cells.values():
            assert n.unit == declared[variable].unit, n.name
            assert declared[variable].low <= n.distribution.best <= declared[variable].high, n.name
    parameters = {f"{m.name}.{p.name}": p for m in discover() for p in m.params}
    for n in scenario(name).parameters.values():
        assert n.unit == parameters[n.name].unit
    for values in world.draws(1, np.arange(64)).values():
        assert np.isfinite(values).all()


@pytest.mark.parametrize("name", FOLDERS)
def test_every_plan_fits_the_program(name: str) -> None:
    one = scenario(name)
    assert len(one.plans) >= 2
    for plan in one.plans:
        assert plan.title
        plans.arrays(plan, one, structure_of(one), 1, np.arange(4, dtype=np.uint32))


@pytest.mark.parametrize("name", SHIPPED)
def test_it_has_a_card_and_quoted_claims(name: str) -> None:
    one = scenario(name)
    assert len(one.card) > 500
    assert one.claims
    assert len({c.id for c in one.claims}) == len({c.number for c in one.claims}) == len(one.claims)
    assert all(c.quotation and c.text for c in one.claims)
    for claim in one.claims:
        assert not claim.happened or claim.happened_source, f"{claim.id}: what happened has no source"


def test_the_claims_of_the_editorial_are_all_there() -> None:
    assert {c.number for c in scenario("iraq-2007").claims} >= set(range(1, 22))
    assert {p.id for p in scenario("iraq-2007").plans} == {"announced", "stay", "leave-now", "surge-on", "no-cover"}


@pytest.mark.parametrize("name", SHIPPED)
def test_shares_at_the_origin_are_shares(name: str) -> None:
    """Communities of a place, and the deployment of an actor, sum to one at most; so does rule, at its best estimates."""
    one = scenario(name)
    tables = {
        v: {cell: n.distribution.best for cell, n in one.tables[v].items()} for v in ("community_share", "deployment", "control_at_origin")
    }

    def sums(variable: str, axis: int) -> np.ndarray:
        members = sorted({cell[axis] for cell in tables[variable]})
        return np.array([sum(x for cell, x in tables[variable].items() if cell[axis] == m) for m in members])

    assert np.allclose(sums("community_share", 0), 1.0, atol=1e-6)
    assert sums("deployment", 1).max() < 1.001
    assert sums("control_at_origin", 0).max() < 1.001


@pytest.mark.parametrize("name", FOLDERS)
def test_every_shipped_patch_applies(name: str) -> None:
    folder = FOLDERS[name]
    for file in sorted((folder / "patches").glob("*.yaml")):
        assert load(folder, patches=(file,)).digest != scenario(name).digest, file.name


@pytest.mark.parametrize("name", FOLDERS)
def test_check_has_nothing_to_warn_of_in_what_is_shipped(name: str) -> None:
    """Issue 7, C: a warning that cries wolf is read once. By itself and under each patch that it ships."""
    patches = sorted(path.stem for path in (FOLDERS[name] / "patches").glob("*.yaml"))
    for chosen in ([], *([patch] for patch in patches)):
        report = check(FOLDERS[name], patches=chosen)
        assert (report.problems, report.warnings) == ((), ()), chosen
