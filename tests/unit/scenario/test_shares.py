"""Shares of one whole: in every future they sum to what they must, and a force of grade A has the strength that was written."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from drawdown.scenario.model import Distribution, Number
from drawdown.scenario.shares import SUMS, Rest, close, groups

if TYPE_CHECKING:
    from drawdown.engine import Batch, Engine

FUTURES = np.arange(400)


def part(name: str, best: float, kind: str = "range") -> Number:
    spread = Distribution("range", best, best / 2, min(2 * best, 1.0)) if kind == "range" else Distribution("fixed", best)
    return Number(name, spread, "share", None, "", "D", note="made up for a test")


def drawn(**values: list[float]) -> dict[str, np.ndarray]:
    return {name: np.array(v, np.float32) for name, v in values.items()}


def test_parts_of_a_whole_keep_their_ratios_and_sum_to_one() -> None:
    values = drawn(a=[0.6, 0.2], b=[0.6, 0.1])
    close(values, [part("a", 0.5), part("b", 0.5)], "none")
    assert np.allclose(values["a"], [0.5, 2 / 3])
    assert np.allclose(values["b"], [0.5, 1 / 3])


def test_a_fixed_part_stays_and_the_others_share_what_it_leaves() -> None:
    values = drawn(b=[0.6, 0.2], c=[0.2, 0.2])
    close(values, [part("a", 0.5, "fixed"), part("b", 0.3), part("c", 0.2)], "none")
    assert np.allclose(values["b"], [0.375, 0.25])
    assert np.allclose(values["b"] + values["c"], 0.5)
    assert "a" not in values


def test_a_held_part_stays_and_the_others_make_room() -> None:
    values = drawn(a=[0.8, 0.8], b=[0.6, 0.2], c=[0.2, 0.2])
    close(values, [part("a", 0.5), part("b", 0.3), part("c", 0.2)], "none", held=["a"])
    assert (values["a"] == np.float32(0.8)).all()
    assert np.allclose(values["b"] + values["c"], 0.2)


@pytest.mark.parametrize(("rest", "expected"), [("kept", [0.8, 0.8]), ("free", [1.0, 0.3])])
def test_what_is_left_over_is_kept_or_free(rest: Rest, expected: list[float]) -> None:
    values = drawn(a=[0.9, 0.2], b=[0.6, 0.1])
    close(values, [part("a", 0.5), part("b", 0.3)], rest)
    assert np.allclose(values["a"] + values["b"], expected)


def test_kept_shares_of_nearly_one_are_made_up_by_what_is_drawn_and_by_nothing_else() -> None:
    values = drawn(a=[0.5, 0.3])
    close(values, [part("a", 0.5), part("b", 0.495, "fixed")], "kept")
    assert np.allclose(values["a"], 0.505)
    fixed: dict[str, np.ndarray] = {}
    close(fixed, [part("a", 0.5, "fixed"), part("b", 0.495, "fixed")], "kept")
    assert fixed == {}


def test_every_table_of_shares_sums_to_what_it_must_in_every_future(iraq_engine: Engine, small: Engine) -> None:
    for engine in (iraq_engine, small):
        given, _ = engine.world.inputs(engine.draws(7, FUTURES), len(FUTURES))
        for rule in SUMS:
            dims = engine.world.variables[rule.variable].dims
            axis = dims.index(rule.per)
            for member, numbers in groups(engine.scenario.tables.get(rule.variable, {}), axis):
                index = engine.labels[rule.per].index(member)
                values = np.take(given[rule.variable], index, axis=axis).astype(np.float64)
                whole = values.sum(axis=tuple(range(values.ndim - 1)))
                best = sum(n.distribution.best for n in numbers)
                assert (whole <= 1 + 1e-5).all(), f"{rule.about} of {member}: up to {whole.max():.4f}"
                if rule.rest != "free":
                    assert np.allclose(whole, best, atol=0.011), f"{rule.about} of {member}: {whole.min():.3f} to {whole.max():.3f}"
                    assert np.ptp(whole) < 1e-5, f"{rule.about} of {member} vary: {whole.min():.3f} to {whole.max():.3f}"


@pytest.mark.slow
def test_a_strength_that_is_known_is_the_same_in_every_future(iraq_batch: Batch, iraq_engine: Engine) -> None:
    """162,000 US soldiers, fixed, grade A, once started between 128,000 and 222,000, and *stay* began with a withdrawal of 13,000."""
    scenario, names = iraq_engine.scenario, iraq_engine.labels["actor"]
    known = {a: n.distribution.best for (a,), n in scenario.tables["strength"].items() if n.grade == "A" and n.distribution.kind == "fixed"}
    assert known, "no strength of grade A is fixed: this test shows nothing"
    given, _ = iraq_engine.world.inputs(iraq_engine.draws(7, FUTURES), len(FUTURES))
    for actor, strength in known.items():
        start = (given["strength"] * given["deployment"])[:, names.index(actor)].sum(axis=0)
        assert np.allclose(start, strength, rtol=1e-5), f"{actor}: {start.min():,.0f} to {start.max():,.0f}; written {strength:,.0f}"


def test_a_cell_that_is_held_is_held_exactly(small: Engine) -> None:
    cell = next(n for n in small.scenario.tables["community_share"].values() if n.distribution.kind != "fixed")
    assert (small.with_parameters({cell.name: 0.25}).draws(3, FUTURES)[cell.name] == np.float32(0.25)).all()


def test_closing_draws_nothing_new(small: Engine) -> None:
    """A scenario without a range in its shares has the draws that it had."""
    flat = {
        variable: {cell: replace(n, distribution=Distribution("fixed", n.distribution.best)) for cell, n in cells.items()}
        for variable, cells in small.scenario.tables.items()
        if variable in {rule.variable for rule in SUMS}
    }
    still = small.with_scenario(replace(small.scenario, tables={**small.scenario.tables, **flat}))
    before, after = small.draws(3, FUTURES), still.draws(3, FUTURES)
    assert all(np.array_equal(before[name], values) for name, values in after.items())
    assert any(name not in after for name in before)
