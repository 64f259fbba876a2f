"""Rows of incidents against the weekly series of the same run: nobody is lost, nobody is counted twice."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

from drawdown.engine import Batch, Engine
from drawdown.incidents import CIVILIANS, KINDS, MAJOR, Incidents, extract

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
    own = rows.kind != KINDS.index("small incidents")
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
    large = rows.kind != KINDS.index("small incidents")
    assert with_state[(rows.violence == 1) & large].all()
    assert not with_state[rows.violence == 2].any()


def test_small_incidents_are_one_row_a_month_place_and_type(batch: Batch, model: Engine) -> None:
    rows = batch.incidents
    small = rows.kind == KINDS.index("small incidents")
    month = model.week_dates[rows.week].astype("datetime64[M]").astype(int)
    keys = np.stack([rows.future, month, rows.place, rows.violence]).astype(np.int64)[:, small]
    assert len(np.unique(keys, axis=1).T) == small.sum()


def test_no_cells_make_an_empty_table(small: Engine) -> None:
    rows = extract({}, np.arange(3, dtype=np.uint32), small.world.structure, small.week_dates)
    assert len(rows) == 0
    assert all(len(getattr(rows, f.name)) == 0 for f in fields(Incidents))


def test_tables_join_in_order(batch: Batch) -> None:
    twice = Incidents.join([batch.incidents, batch.incidents])
    assert len(twice) == 2 * len(batch.incidents)
    assert np.array_equal(twice.week[: len(batch.incidents)], batch.incidents.week)
