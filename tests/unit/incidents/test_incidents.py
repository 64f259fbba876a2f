"""Rows of incidents against the weekly series of the same run: nobody is lost, nobody is counted twice."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields

import numpy as np
import pytest

from drawdown.chronicle import tell
from drawdown.engine import Batch, Engine
from drawdown.incident_rows import Incident, IncidentRow, Slot, Toll
from drawdown.incidents import Incidents, extract, small_ones
from drawdown.mechanism import Change, Event, Key, Mechanism, Params, State, check
from drawdown.runs.events import EventTable
from drawdown.state import Variable
from drawdown.vocabulary.incident_kinds import BOMBING, CIVILIANS, CLASH, MAJOR, REPRISAL, ROGUE_ATTACK, SMALL_INCIDENTS
from drawdown.vocabulary.tile import TILE
from drawdown.vocabulary.violence import ONE_SIDED, STATE_BASED

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


# By hand: two places, two futures, six weeks of which the first is the last of August and the last the first of October.
MONDAYS = np.datetime64("2007-08-27") + 7 * np.arange(6)
IDS = np.array([7, 3], np.uint32)
CLASHES, RIVALS = Slot("clashes", Incident("clash", "state-based")), Slot("clashes", Incident("clash", "non-state"))
RAIDS = Slot("cells", Incident("rogue attack", "state-based", bystanders=False, small_sides=False))
KILLINGS, BOMBINGS = (
    Slot("killers", Incident("reprisal", "one-sided")),
    Slot("bombers", Incident("bombing", "one-sided", small_sides=False)),
)
Filled = Mapping[tuple[int, ...], int]  # by week, place and future


def cells_of(*slots: Slot, **filled: Mapping[Slot, Filled]) -> dict[str, np.ndarray]:
    """What the program records of the slots: `largest_dead_a={slot: {(week, place, future): 2}}`; nothing elsewhere."""
    made = {v.name: np.zeros((6, 2, 2), np.int16) for slot in slots for v in slot.variables}
    for column, of_slots in filled.items():
        part, _, column = column.partition("_")
        for slot, values in of_slots.items():
            for cell, value in values.items():
                made[slot.largest(column) if part == "largest" else slot.small(column)][cell] = value
    return made


def rows_of(found: Incidents) -> list[tuple[int, ...]]:
    return [tuple(int(getattr(found, f.name)[k]) for f in fields(Incidents)) for k in range(len(found))]


def test_small_incidents_stand_under_the_first_week_of_their_month() -> None:
    """September begins with the second week; its deadliest is the fourth, whose pair stands for the month. Raids name none of their own."""
    second, fourth = (1, 0, 1), (3, 0, 1)
    cells = cells_of(
        CLASHES,
        RAIDS,
        small_incidents={CLASHES: {(0, 0, 1): 1, second: 2, fourth: 3, (5, 0, 1): 5}, RAIDS: {fourth: 1}},
        small_dead_a={CLASHES: {second: 1}, RAIDS: {fourth: 2}},
        small_dead_b={CLASHES: {second: 1, fourth: 2, (0, 0, 1): 1, (5, 0, 1): 3}},
        small_dead_civilians={CLASHES: {fourth: 3, (5, 0, 1): 3}},
        small_side_a={CLASHES: {fourth: 1}},
        small_side_b={CLASHES: {second: 1, fourth: 2, (0, 0, 1): 1, (5, 0, 1): 1}},
        largest_side_a={RAIDS: {fourth: 4}},
    )
    small = SMALL_INCIDENTS
    assert rows_of(extract(cells, (CLASHES, RAIDS), IDS, MONDAYS)) == [
        (3, 0, 0, 0, 1, 1, small, 1, 0, 1, 0),
        (3, 1, 0, 1, 2, 1, small, 6, 3, 3, 3),
        (3, 5, 0, 0, 1, 1, small, 5, 0, 3, 3),
    ]
    weekly = small_ones(cells, (CLASHES, RAIDS))
    assert weekly["small_incidents"].shape == (6, 2, 3, 2)
    assert weekly["small_incidents"][:, 0, 0, 1].tolist() == [1, 2, 0, 4, 0, 5]
    assert weekly["small_dead_civilians"].sum() == 6


def test_the_small_ones_of_a_month_are_under_whoever_killed_most_in_its_deadliest_week() -> None:
    other = Slot("others", Incident("reprisal", "one-sided"))
    cells = cells_of(
        KILLINGS,
        other,
        BOMBINGS,
        small_incidents={KILLINGS: {(1, 0, 0): 4, (2, 0, 0): 1}, other: {(2, 0, 0): 2}, BOMBINGS: {(2, 0, 0): 1}},
        small_dead_civilians={KILLINGS: {(1, 0, 0): 5, (2, 0, 0): 1}, other: {(2, 0, 0): 3}, BOMBINGS: {(2, 0, 0): 4}},
        small_side_a={KILLINGS: {(1, 0, 0): 1, (2, 0, 0): 1}, other: {(1, 0, 0): 2, (2, 0, 0): 2}},
        largest_side_a={BOMBINGS: {(2, 0, 0): 3}},
    )
    slots = (KILLINGS, other, BOMBINGS)
    assert rows_of(extract(cells, slots, IDS, MONDAYS)) == [(7, 1, 0, 2, CIVILIANS, 3, SMALL_INCIDENTS, 8, 0, 0, 13)]
    # Where nobody else can name them, those of the deadliest stand for them.
    assert rows_of(extract(cells, (BOMBINGS,), IDS, MONDAYS)) == [(7, 1, 0, 3, CIVILIANS, 3, SMALL_INCIDENTS, 1, 0, 0, 4)]


def test_a_clash_keeps_its_week_place_pair_and_dead() -> None:
    at, then = (4, 1, 0), (2, 0, 1)
    cells = cells_of(
        CLASHES,
        RIVALS,
        largest_dead_a={RIVALS: {at: 2}},
        largest_dead_b={RIVALS: {at: 6}, CLASHES: {then: 5}},
        largest_dead_civilians={RIVALS: {at: 1}},
        largest_side_a={RIVALS: {at: 1}},
        largest_side_b={RIVALS: {at: 2}, CLASHES: {then: 1}},
    )
    assert rows_of(extract(cells, (CLASHES, RIVALS), IDS, MONDAYS)) == [
        (3, 2, 0, 0, 1, 1, CLASH, 1, 0, 5, 0),
        (7, 4, 1, 1, 2, 2, CLASH, 1, 2, 6, 1),
    ]


def test_bombings_reprisals_and_rogue_attacks_have_their_doers_and_victims() -> None:
    at, then = (1, 0, 0), (0, 1, 1)
    cells = cells_of(
        KILLINGS,
        BOMBINGS,
        RAIDS,
        largest_dead_civilians={KILLINGS: {at: 8}, BOMBINGS: {at: 30}},
        largest_dead_a={RAIDS: {then: 2}},
        largest_dead_b={RAIDS: {then: 4}},
        largest_side_a={KILLINGS: {at: 1}, BOMBINGS: {at: 2}, RAIDS: {then: 1}},
    )
    assert rows_of(extract(cells, (BOMBINGS, KILLINGS, RAIDS), IDS, MONDAYS)) == [
        (3, 0, 1, 1, 0, 1, ROGUE_ATTACK, 1, 2, 4, 0),
        (7, 1, 0, 1, CIVILIANS, 3, REPRISAL, 1, 0, 0, 8),
        (7, 1, 0, 2, CIVILIANS, 3, BOMBING, 1, 0, 0, 30),
    ]


def killer(name: str, actor: int, dead: float, small: float) -> Mechanism:
    """A mechanism that kills as many civilians in every place and week: one large incident, and small ones that kill one each."""
    killings = Incident("bombing", "one-sided")

    def step(key: Key, state: State, params: Params) -> Change:
        import jax.numpy as jnp

        none = jnp.zeros((len(state.structure.places), TILE), jnp.float32)
        largest, others = (Toll(side_a=none + actor, dead_civilians=none + killed) for killed in (dead, small))
        return Change.of({}, {killings: IncidentRow(largest, others, none + small)})

    told = Event("bombing", "dead_civilians", 1, "{actor} killed {n} in {place}", killings.kind)
    return Mechanism(name, "ACT", "kills.", step, incidents=(killings,), events=(told,))


def watch(key: Key, state: State, params: Params) -> Change:
    return Change.of(worst=state.deadliest[:, ONE_SIDED - STATE_BASED])


WATCHER = Mechanism("watcher", "SETTLE", "watches.", watch, (Variable("worst", ("place",), "deaths", "stock", "worst", 0, record=True),),
                    reads=("deadliest",))  # fmt: skip


def test_incidents_of_two_mechanisms_in_one_place_and_week_are_two_each_with_its_own_sides(small: Engine) -> None:
    """Positions of actors that were added up over mechanisms were a third actor, who had no part in it (1 + 2 = 3)."""
    killers = (killer("first", 1, 9.0, 2.0), killer("second", 2, 7.0, 3.0))
    model = (*killers, WATCHER)
    check(model)
    engine = Engine(small.scenario, model, weeks=3)
    batch = engine.run("stay", SEED, np.arange(2))
    rows = batch.incidents
    assert (batch.series["worst"] == 9.0).all()
    for future, week, place in np.ndindex(2, 3, len(engine.labels["place"])):
        mine = (rows.future == future) & (rows.week == week) & (rows.place == place) & (rows.kind == BOMBING)
        assert sorted(zip(rows.side_a[mine].tolist(), deaths(rows)[mine].tolist(), strict=True)) == [(1, 9.0), (2, 7.0)]
    shared = rows.kind == SMALL_INCIDENTS
    assert set(rows.side_a[shared]) == {2}
    assert deaths(rows)[shared].sum() == 5.0 * 2 * 3 * len(engine.labels["place"])
    stored = EventTable(small.scenario, "stay", 0).table(rows).to_pylist()
    named = {a.event_name or a.name for a in (small.scenario.actors[1], small.scenario.actors[2])}
    assert {row["side_a"] for row in stored if row["kind"] == "bombing"} == named
    sentences = [text for _, text in tell(engine, "stay", SEED, 0).sentences]
    for actor in small.scenario.actors[1:3]:
        assert any(re.match(rf"(The )?{actor.name} killed", text) for text in sentences), actor.name


def test_no_cells_make_an_empty_table(small: Engine) -> None:
    rows = extract({}, (), np.arange(3, dtype=np.uint32), small.week_dates)
    assert len(rows) == 0
    assert all(len(getattr(rows, f.name)) == 0 for f in fields(Incidents))


def test_tables_join_in_order(batch: Batch) -> None:
    twice = Incidents.join([batch.incidents, batch.incidents])
    assert len(twice) == 2 * len(batch.incidents)
    assert np.array_equal(twice.week[: len(batch.incidents)], batch.incidents.week)
