"""Rows of incidents against the weekly series of the same run: nobody is lost, nobody is counted twice."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

from drawdown.engine import Batch, Engine
from drawdown.incidents import Incidents, extract
from drawdown.vocabulary.incident_kinds import BOMBING, CIVILIANS, MAJOR, REPRISAL, ROGUE_ATTACK, SMALL_INCIDENTS
from drawdown.world import Structure

SEED = 20070903


@pytest.fixture(scope="module")
def batch(model: Engine) -> Batch:
    return model.run("leave-now", SEED, np.arange(40))


def deaths(rows: Incidents) -> np.ndarray:
    return np.asarray(rows.deaths_a.astype(float) + rows.deaths_b + rows.deaths_civilians)


@pytest.mark.parametrize("violence", [1, 2, 3])
def test_rows_add_up_to_the_series(batch: Batch, violence: int) -> None:
    rows = batch.incidents
    mine = rows.violence == violence
    of_series = batch.series["deaths"][:, :, violence - 1].sum(0)  # [place, future]
    of_rows = np.zeros_like(of_series, dtype=float)
    np.add.at(of_rows, (rows.place[mine], rows.future[mine]), deaths(rows)[mine])
    assert of_rows.sum() > 0
    assert np.allclose(of_rows, of_series, atol=1e-3)


def test_civilians_add_up_to_the_series(batch: Batch) -> None:
    rows = batch.incidents
    of_rows = np.bincount(rows.future, rows.deaths_civilians.astype(float), minlength=40)
    assert np.allclose(of_rows, batch.series["civilian_deaths"].sum((0, 1)), atol=1e-2)


def test_rows_are_sorted_and_mean_something(batch: Batch, model: Engine) -> None:
    rows = batch.incidents
    keys = np.stack([rows.future, rows.week, rows.place, rows.kind]).astype(np.int64)
    order = np.lexsort(keys[::-1])
    assert np.array_equal(order, np.arange(len(rows)))
    assert (rows.incidents > 0).all()
    assert (deaths(rows) >= rows.incidents).all()
    own = rows.kind != SMALL_INCIDENTS
    assert (deaths(rows)[own] >= MAJOR).all()
    assert (rows.incidents[own] == 1).all()
    actors = len(model.labels["actor"])
    assert rows.side_a.min() >= 0
    assert rows.side_a.max() < actors
    assert rows.side_b.min() == CIVILIANS
    assert rows.side_b.max() < actors


def test_sides_fit_the_type_of_violence(batch: Batch, model: Engine) -> None:
    rows = batch.incidents
    official = np.array([a.kind in ("foreign", "army", "police") for a in model.scenario.actors])
    assert (rows.side_b[rows.violence == 3] == CIVILIANS).all()
    two = rows.violence != 3
    assert (rows.side_b[two] != CIVILIANS).all()
    with_state = official[rows.side_a] | official[rows.side_b]
    large = rows.kind != SMALL_INCIDENTS
    assert with_state[(rows.violence == 1) & large].all()
    assert not with_state[rows.violence == 2].any()


def test_small_incidents_are_one_row_a_month_place_and_type(batch: Batch, model: Engine) -> None:
    rows = batch.incidents
    small = rows.kind == SMALL_INCIDENTS
    month = model.week_dates[rows.week].astype("datetime64[M]").astype(int)
    keys = np.stack([rows.future, month, rows.place, rows.violence]).astype(np.int64)[:, small]
    assert len(np.unique(keys, axis=1).T) == small.sum()


# By hand: two places, three types, two futures, six weeks of which the first is the last of August and the last the first of October.
COUNTRY = Structure(("hill", "plain"), (), ("guest", "militia", "rebels"), ("foreign", "militia", "insurgent"),
                    (("guest", "militia"), ("militia", "rebels")), (), (), (-1, -1, -1))  # fmt: skip
MONDAYS = np.datetime64("2007-08-27") + 7 * np.arange(6)
IDS = np.array([7, 3], np.uint32)


def cells_of(dims: tuple[int, ...], **filled: dict[tuple[int, ...], int]) -> dict[str, np.ndarray]:
    made = {name: np.zeros((6, *dims, 2), np.int16) for name in filled}
    for name, values in filled.items():
        for cell, value in values.items():
            made[name][cell] = value
    return made


def rows_of(found: Incidents) -> list[tuple[int, ...]]:
    return [tuple(int(getattr(found, f.name)[k]) for f in fields(Incidents)) for k in range(len(found))]


def test_small_incidents_stand_under_the_first_week_of_their_month() -> None:
    """September begins with the second week; its deadliest is the fourth, whose pair stands for the month."""
    where = (1, 0, 0), (3, 0, 0)  # week, place, violence; the future is the second
    cells = cells_of(
        (2, 3),
        small_incidents={(0, 0, 0, 1): 1, (*where[0], 1): 2, (*where[1], 1): 4, (5, 0, 0, 1): 5},
        small_dead_a={(*where[0], 1): 1, (*where[1], 1): 2},
        small_dead_b={(*where[0], 1): 1, (*where[1], 1): 2, (0, 0, 0, 1): 1, (5, 0, 0, 1): 3},
        small_dead_civilians={(*where[1], 1): 3, (5, 0, 0, 1): 3},
        small_side_a={(*where[1], 1): 1},
        small_side_b={(*where[0], 1): 1, (*where[1], 1): 2, (0, 0, 0, 1): 1, (5, 0, 0, 1): 1},
    )
    small = SMALL_INCIDENTS
    assert rows_of(extract(cells, IDS, COUNTRY, MONDAYS)) == [
        (3, 0, 0, 0, 1, 1, small, 1, 0, 1, 0),
        (3, 1, 0, 1, 2, 1, small, 6, 3, 3, 3),
        (3, 5, 0, 0, 1, 1, small, 5, 0, 3, 3),
    ]


def test_a_clash_keeps_its_week_place_pair_and_dead() -> None:
    at = (4, 1, 1, 0)
    cells = cells_of((2, 3), clash_dead_a={at: 2}, clash_dead_b={at: 6, (2, 0, 0, 1): 5}, clash_dead_civilians={at: 1}, clash_pair={at: 1})
    assert rows_of(extract(cells, IDS, COUNTRY, MONDAYS)) == [
        (3, 2, 0, 0, 1, 1, 0, 1, 0, 5, 0),
        (7, 4, 1, 1, 2, 2, 0, 1, 2, 6, 1),
    ]


def test_bombings_reprisals_and_rogue_attacks_have_their_doers_and_victims() -> None:
    cells = {
        **cells_of((2,), bombing_dead={(1, 0, 0): 30}, bombing_by={(1, 0, 0): 2}, reprisal_dead={(1, 0, 0): 8}, reprisal_by={(1, 0, 0): 1}),
        **cells_of((2,), rogue_dead_own={(0, 1, 1): 2}, rogue_dead_target={(0, 1, 1): 4}, rogue_by={(0, 1, 1): 1},
                   rogue_target={(0, 1, 1): 0}),
    }  # fmt: skip
    assert rows_of(extract(cells, IDS, COUNTRY, MONDAYS)) == [
        (3, 0, 1, 1, 0, 1, ROGUE_ATTACK, 1, 2, 4, 0),
        (7, 1, 0, 1, CIVILIANS, 3, REPRISAL, 1, 0, 0, 8),
        (7, 1, 0, 2, CIVILIANS, 3, BOMBING, 1, 0, 0, 30),
    ]


def test_no_cells_make_an_empty_table(small: Engine) -> None:
    rows = extract({}, np.arange(3, dtype=np.uint32), small.world.structure, small.week_dates)
    assert len(rows) == 0
    assert all(len(getattr(rows, f.name)) == 0 for f in fields(Incidents))


def test_tables_join_in_order(batch: Batch) -> None:
    twice = Incidents.join([batch.incidents, batch.incidents])
    assert len(twice) == 2 * len(batch.incidents)
    assert np.array_equal(twice.week[: len(batch.incidents)], batch.incidents.week)
