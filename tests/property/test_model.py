"""Laws of the model that hold whatever the numbers: people are conserved, shares add up, names and order of places do not matter."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from dataclasses import replace
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drawdown.engine import Engine
from drawdown.mechanism import discover
from drawdown.scenario.load import load
from drawdown.scenario.shares import SUMS
from drawdown.vocabulary.tile import TILE
from drawdown.world import World, structure_of
from tests.stepping import Moment, jitted, started

SEED = 5
SIGMAS = 4.0
FEW = settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
RANDOM = st.integers(0, 2**31)


@pytest.fixture(scope="module")
def steps(small: Engine) -> Mapping[str, tuple[Moment, Any]]:
    """Owners of stocks in the tenth week of the small scenario, each compiled alone."""
    state, inputs = started(small, "leave", SEED, 10)
    values = {**inputs["given"], **state, "week": np.int32(10)}
    found = {}
    for m in discover():
        if m.name in ("forces", "control", "displacement"):
            moment = Moment(m, values, inputs, np.int32(10), small.world.structure, small.mechanisms)
            found[m.name] = (moment, jitted(moment))
    return found


def at(steps: Mapping[str, tuple[Moment, Any]], name: str, values: Mapping[str, Any]) -> dict[str, np.ndarray]:
    moment, call = steps[name]
    changed = {n: np.asarray(v, np.float32) for n, v in values.items()}
    result = call({}, {**moment.values, **changed}, moment.inputs)
    return {n: np.asarray(v) for n, v in result.set.items()}


def zeros(moment: Moment, *names: str) -> dict[str, np.ndarray]:
    return {n: np.zeros_like(np.asarray(moment.values["force"])) for n in names}


PRESSURES = ("losses", "recruits", "desert_hazard", "leave_hazard", "go_over", "switch_hazard", "move_out", "move_in", "go_home", "arrive")


@FEW
@given(RANDOM)
def test_moving_neither_creates_nor_loses_people(steps: Mapping[str, tuple[Moment, Any]], seed: int) -> None:
    rng = np.random.default_rng(seed)
    moment, _ = steps["forces"]
    still = zeros(moment, *PRESSURES)
    force = rng.gamma(0.5, 4000.0, still["losses"].shape)
    # Orders may ask for more than there is; what is asked of all places arrives in one of them.
    still["move_out"] = force * rng.uniform(0, 1.6, force.shape) * (rng.uniform(size=force.shape) < 0.5)
    to = rng.integers(0, force.shape[0])
    still["move_in"] = np.zeros_like(force)
    still["move_in"][to] = still["move_out"].sum(0)
    after = at(steps, "forces", {**still, "force": force})["force"]
    assert after.min() >= 0
    assert np.allclose(after.sum(0), force.sum(0), rtol=1e-4, atol=1.0)


@FEW
@given(RANDOM)
def test_nobody_is_removed_twice(steps: Mapping[str, tuple[Moment, Any]], seed: int) -> None:
    """Dead, deserted, gone home and those who stay are never more than there were, whatever the hazards; recruits are added once."""
    rng = np.random.default_rng(seed)
    moment, _ = steps["forces"]
    values = zeros(moment, *PRESSURES)
    shape = values["losses"].shape
    force = rng.gamma(0.5, 4000.0, shape)
    for hazard in ("desert_hazard", "leave_hazard", "switch_hazard"):
        values[hazard] = rng.exponential(0.5, shape)
    values["losses"] = force * rng.uniform(0, 1.5, shape)
    values["go_home"] = force * rng.uniform(0, 1.5, shape)
    values["recruits"] = rng.exponential(50.0, shape)
    after = at(steps, "forces", {**values, "force": force})
    for name in ("force", "deserted", "realigned", "went_home"):
        assert after[name].min() >= 0, name
    accounted = after["force"].sum((0, 1)) + after["deserted"].sum((0, 1)) + after["went_home"].sum((0, 1))
    had = force.sum((0, 1)) + values["recruits"].sum((0, 1))
    assert (accounted <= had * (1 + 1e-4) + after["realigned"].sum((0, 1))).all()


@FEW
@given(RANDOM)
def test_rule_and_the_void_are_everybody(steps: Mapping[str, tuple[Moment, Any]], seed: int) -> None:
    rng = np.random.default_rng(seed)
    moment, _ = steps["control"]
    places, actors, _ = np.shape(moment.values["control"])
    parts = rng.dirichlet(np.full(actors + 1, 0.5), size=(places, TILE))
    control = np.moveaxis(parts[..., :-1], 1, 2)
    values = {
        "control": control,
        "roots": control * rng.uniform(0, 1, control.shape),
        "void": 1.0 - control.sum(1),
        "force": rng.gamma(0.5, 4000.0, control.shape),
        "control_lost": control * rng.uniform(0, 1, control.shape),
        "control_gained": rng.uniform(0, 2, control.shape) * (rng.uniform(size=control.shape) < 0.3),
    }
    after = at(steps, "control", values)
    assert np.abs(after["control"].sum(1) + after["void"] - 1.0).max() < 1e-5
    assert after["control"].min() >= 0
    assert after["void"].min() > -1e-5
    assert after["roots"].min() >= 0
    assert after["roots"].sum(1).max() < 1 + 1e-5


@FEW
@given(RANDOM)
def test_those_who_flee_arrive_or_go_abroad(steps: Mapping[str, tuple[Moment, Any]], seed: int) -> None:
    rng = np.random.default_rng(seed)
    moment, _ = steps["displacement"]
    shape = np.shape(moment.values["residents"])
    residents = rng.gamma(0.7, 400_000.0, shape)
    values = {"residents": residents, "harmed": rng.exponential(30.0, shape)}
    after = at(steps, "displacement", values)
    assert after["residents"].min() >= 0
    fled, gone = after["displaced"].sum(0), residents.sum((0, 1)) - after["residents"].sum((0, 1))
    abroad = np.asarray(moment.inputs["parameters"]["displacement.abroad"])
    assert np.allclose(gone, abroad * fled, rtol=2e-2, atol=4.0)


@FEW
@given(st.integers(0, 10_000), st.sampled_from(["stay", "leave"]))
def test_nothing_recorded_leaves_its_bounds(small: Engine, seed: int, plan: str) -> None:
    batch = small.run(plan, seed, np.arange(TILE))
    assert not batch.status.any()
    for name, variable in small.quantities.items():
        assert batch.series[name].min() >= variable.low - 1e-4, name
        assert batch.series[name].max() <= variable.high + 1e-4, name
    assert np.abs(batch.series["control"].sum(2) + batch.series["void"] - 1.0).max() < 1e-4


# Names and order


def rewritten(tmp_path: Path, change: Any) -> Path:
    """A copy of the skeleton with every text file changed."""
    target = tmp_path / "skeleton"
    with as_file(files("drawdown.scenario") / "skeleton") as skeleton:
        shutil.copytree(skeleton, target)
    for file in target.rglob("*"):
        if file.suffix in (".yaml", ".csv", ".geojson"):
            file.write_text(change(file.name, file.read_text(encoding="utf-8")), encoding="utf-8")
    return target


def test_renaming_a_place_changes_only_its_own_draws(small: Engine, tmp_path: Path) -> None:
    renamed = load(rewritten(tmp_path, lambda _, text: re.sub(r"(?<![\w-])north(?![\w-])", "upland", text)))
    assert {p.id for p in renamed.places} == {"capital", "upland"}
    world = World(renamed, structure_of(renamed), small.mechanisms, {})
    ids = np.arange(50)
    before, after = small.draws(SEED, ids), world.draws(SEED, ids)
    own = {n for n in before if re.search(r"[\[,]north[\],]", n)}
    assert own
    assert set(after) - set(before) == {n.replace("north", "upland", 1) if "northern" not in n else n for n in own} or len(
        set(after) - set(before)
    ) == len(own)
    # Of a whole that is shared among places, a part that draws otherwise leaves the others more or less; every other draw is its own.
    shared = {r.variable for r in SUMS if r.per != "place" and "place" in world.variables[r.variable].dims}
    assert shared == {"deployment"}
    for name in set(before) & set(after):
        assert name.split("[")[0] in shared or np.array_equal(before[name], after[name]), name
    words, others = (s.words(("place",)) for s in (small.world.structure, world.structure))
    assert words[0] == others[0]
    assert words[1] != others[1]


@pytest.mark.slow
@pytest.mark.statistical
def test_the_order_of_places_does_not_matter(small: Engine, tmp_path: Path) -> None:
    """The draws of a place are its own, so the first weeks agree to rounding; what rounding then tips over, agrees on average."""
    turned = replace(small.scenario, places=small.scenario.places[::-1])
    other = Engine(turned, weeks=small.weeks)
    ids = np.arange(128)
    one, two = small.run("leave", SEED, ids), other.run("leave", SEED, ids)
    assert other.labels["place"] == small.labels["place"][::-1]
    for name, variable in small.quantities.items():
        a, b = one.series[name], two.series[name]
        if "place" in variable.dims:
            b = np.flip(b, axis=1 + variable.dims.index("place"))
        scale = max(float(np.abs(a).max()), 1e-6)
        assert np.isclose(a[:3], b[:3], rtol=1e-3, atol=1e-4 * scale).mean() > 0.99, name
        apart = (a - b).mean(axis=tuple(range(a.ndim - 1)))
        error = apart.std(ddof=1) / np.sqrt(len(ids)) + 1e-5 * scale
        assert abs(apart.mean()) < SIGMAS * error, name
