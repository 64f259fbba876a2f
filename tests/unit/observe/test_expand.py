"""Rows of several incidents become single ones: nothing lost, by name, in any order."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
from numpy.typing import NDArray

from drawdown.observe.capture import LARGEST_SMALL
from drawdown.observe.expand import COLUMNS, DEATHS, Columns, columns_of, expand, uniforms
from drawdown.vocabulary.incident_kinds import INCIDENT_KINDS, MAJOR, SMALL_INCIDENTS


def test_every_incident_and_every_death_by_side_is_kept(truth: Columns, sizes: NDArray[np.int64]) -> None:
    single = expand(truth)
    assert len(single["future"]) == len(sizes)
    assert (single["incidents"] == 1).all()
    for name in DEATHS:
        assert single[name].sum() == truth[name].sum()
    row = np.repeat(np.arange(len(truth["future"])), truth["incidents"])
    for name in DEATHS:
        assert (np.bincount(row, weights=single[name]) == truth[name]).all()
    deaths = sum(single[name] for name in DEATHS)
    assert isinstance(deaths, np.ndarray)
    assert (deaths >= 1).all()


def test_small_incidents_keep_their_law(truth: Columns, sizes: NDArray[np.int64]) -> None:
    """Shares of one to four deaths among the small incidents, from monthly totals alone: within 1.5 points of the truth, none larger."""
    single = expand(truth)
    deaths = np.sum([single[name] for name in DEATHS], axis=0)[single["kind"] == SMALL_INCIDENTS]
    true = sizes[sizes < 5]
    for size in (1, 2, 3, 4):
        assert abs((deaths == size).mean() - (true == size).mean()) < 0.015
    assert deaths.max() == 4


def test_rows_of_other_kinds_may_hold_larger_incidents() -> None:
    given = {name: np.zeros(50, int) for name in COLUMNS} | {
        "future": np.arange(50),
        "incidents": np.full(50, 10),
        "deaths_a": np.full(50, 40),
    }
    assert expand(given)["deaths_a"].max() > 4
    crowded = expand({**given, "deaths_a": np.where(np.arange(50) % 2, 900, 40)})
    assert crowded["deaths_a"].sum() == 25 * 940


def test_the_largest_small_incident_is_just_below_one_of_its_own() -> None:
    assert LARGEST_SMALL == MAJOR - 1


def test_the_same_incidents_in_any_table(truth: Columns) -> None:
    """One future alone, or the rows shuffled among futures, give the same incidents: draws belong to names."""
    whole = expand(truth, seed=5)
    alone = expand({name: values[truth["future"] == 2] for name, values in truth.items()}, seed=5)
    mine = whole["future"] == 2
    for name in (*COLUMNS, "rank"):
        assert (whole[name][mine] == alone[name]).all()
    other = expand(truth, seed=6)
    assert any((whole[name] != other[name]).any() for name in DEATHS)


def test_fewer_deaths_than_incidents() -> None:
    one = {name: np.array([0]) for name in COLUMNS} | {"incidents": np.array([5]), "deaths_civilians": np.array([2])}
    single = expand(one)
    assert sorted(single["deaths_civilians"]) == [0, 0, 0, 1, 1]
    empty = expand({name: np.zeros(0, int) for name in COLUMNS})
    assert len(empty["future"]) == 0


def test_kinds_by_word_and_objects_with_attributes(truth: Columns) -> None:
    kinds = np.array(INCIDENT_KINDS)[truth["kind"]]
    table = SimpleNamespace(**{**truth, "kind": kinds})  # as the engine gives it
    assert (columns_of(table)["kind"] == truth["kind"]).all()


def test_uniforms_are_uniform_and_belong_to_their_purpose(truth: Columns) -> None:
    a, b = uniforms(truth, "a", 1)[0], uniforms(truth, "b", 1)[0]
    n = len(a)
    assert abs(a.mean() - 0.5) < 5 * np.sqrt(1 / 12 / n)
    assert abs(np.corrcoef(a, b)[0, 1]) < 5 / np.sqrt(n)
