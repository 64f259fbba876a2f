"""The week of the program on five toy mechanisms: who sees what, what adds up, what ends a future, and whose luck is whose."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from drawdown.derived import Derived
from drawdown.engine import Batch, Engine
from drawdown.mechanism import Change, Mechanism, Param
from drawdown.program import View, key_of, key_words
from drawdown.state import Variable
from drawdown.world import Structure

WEEKS = 9
IDS = np.arange(6)


def _look(key: Any, state: Any, params: Any) -> Change:
    luck, _, _, _ = key.uniform("luck", ("place",))
    return Change.of(toy_seen=state.toy_pile, toy_luck=luck)


def _want(key: Any, state: Any, params: Any) -> Change:
    return Change.of(toy_wish=state.toy_seen + params.more)


def _push(key: Any, state: Any, params: Any) -> Change:
    return Change.of({"toy_push": 0.75 * state.toy_wish})


def _shove(key: Any, state: Any, params: Any) -> Change:
    return Change.of({"toy_push": 0.25 * state.toy_wish})


def _heap(key: Any, state: Any, params: Any) -> Change:
    luck, _, _, _ = key.uniform("luck", ("place",))
    return Change.of(toy_pile=state.toy_pile + state.toy_push, toy_other_luck=luck)


def _variables(kind: Any, *names: str, high: float = float("inf")) -> tuple[Variable, ...]:
    return tuple(Variable(name, ("place",), "index", kind, "of a toy", 0, high, record=True) for name in names)


MORE = Param("more", "index", 1, 1, 1, (0, 1000), "D", "", "what is wished beyond what is there (assumed)")
TOYS = (
    Mechanism("look", "SENSE", "looks.", _look, owns=_variables("choice", "toy_seen", "toy_luck"), reads=("toy_pile",)),
    Mechanism("want", "DECIDE", "wants.", _want, owns=_variables("choice", "toy_wish"), reads=("toy_seen",), params=(MORE,)),
    Mechanism("push", "ACT", "pushes.", _push, owns=_variables("pressure", "toy_push"), reads=("toy_wish",)),
    Mechanism("shove", "ACT", "shoves.", _shove, reads=("toy_wish",), adds=("toy_push",)),
    Mechanism("heap", "SETTLE", "heaps.", _heap, owns=_variables("stock", "toy_pile", "toy_other_luck", high=100.0), reads=("toy_push",)),
)  # fmt: skip


@pytest.fixture(scope="module")
def toys(small: Engine) -> Engine:
    """A program of the toys alone, compiled in a second."""
    return Engine(small.scenario, mechanisms=TOYS, weeks=WEEKS)


@pytest.fixture(scope="module")
def batch(toys: Engine) -> Batch:
    return toys.run("stay", 1, IDS)


def test_what_a_step_keeps_is_stored_by_the_program_and_stays_the_same(toys: Engine) -> None:
    """Without the branch XLA would work it out again in every reader: three times the time of the whole step (docs/decisions.md)."""
    import jax

    def twice(week: Any, value: Any) -> Any:
        view = View("toy", {}, frozenset(), toys.world.structure, week)
        return view.keep((value, 2.0 * value))

    traced = jax.make_jaxpr(twice)(np.int32(0), np.float32(3.0))
    assert "cond[" in str(traced)
    assert [float(v) for v in jax.jit(twice)(np.int32(0), np.float32(3.0))] == [3.0, 6.0]
    assert twice(np.int32(0), 3.0) == (3.0, 6.0)  # outside of a program: a branch there would be a program of its own each time
    assert twice(None, 3.0) == (3.0, 6.0)


def test_each_phase_sees_what_the_earlier_ones_did_and_pressures_start_at_nothing(batch: Batch) -> None:
    """Seen 0, wished 1, pushed 1: the pile doubles and one more, 1, 3, 7 ... What is pushed is of this week, by both who push."""
    pile = np.array([1, 3, 7, 15, 31, 63])
    assert batch.series["toy_pile"][:6, 0, 0].tolist() == pile.tolist()
    assert batch.series["toy_seen"][:6, 0, 0].tolist() == [0, *pile[:-1]]
    assert batch.series["toy_wish"][:6, 0, 0].tolist() == [1, *(pile[:-1] + 1)]
    assert batch.series["toy_push"][:6, 0, 0].tolist() == [1, *(pile[:-1] + 1)]


def test_a_derived_quantity_is_worked_out_anew_when_what_it_turns_on_has_moved(small: Engine) -> None:
    """Of a wish, which DECIDE moves: seen as it was before in DECIDE, as it is now in ACT; another that turns on it follows."""

    def wish(key: Any, state: Any, params: Any) -> Change:
        return Change.of(toy_wish=state.toy_wish + 1.0, toy_before=state.toy_double)

    def push(key: Any, state: Any, params: Any) -> Change:
        return Change.of({"toy_push": state.toy_fourfold})

    toys = (
        Mechanism(
            *("want", "DECIDE", "wants.", wish),
            owns=_variables("choice", "toy_wish", "toy_before"),
            reads=("toy_double",),
            derives=(
                Derived("toy_fourfold", ("place",), "index", "of a toy", lambda state, params: 2.0 * state.toy_double, ("toy_double",)),
                Derived("toy_double", ("place",), "index", "of a toy", lambda state, params: 2.0 * state.toy_wish, ("toy_wish",)),
            ),
        ),
        Mechanism("push", "ACT", "pushes.", push, owns=_variables("pressure", "toy_push"), reads=("toy_fourfold",)),
    )
    series = Engine(small.scenario, mechanisms=toys, weeks=3).run("stay", 1, IDS).series
    assert series["toy_wish"][:, 0, 0].tolist() == [1, 2, 3]
    assert series["toy_before"][:, 0, 0].tolist() == [0, 2, 4]
    assert series["toy_push"][:, 0, 0].tolist() == [4, 8, 12]


def test_a_stock_out_of_bounds_ends_the_future_in_that_week_at_its_last_legal_state(batch: Batch) -> None:
    """127 in the seventh week is beyond 100: code 2, and from there all stands as it stood in the sixth."""
    assert (batch.status == 2).all()
    assert (batch.ended == 6).all()
    for name in ("toy_pile", "toy_wish", "toy_push", "toy_luck"):
        assert (batch.series[name][6:] == batch.series[name][5]).all(), name


def test_what_is_no_number_ends_its_own_future_only(small: Engine, toys: Engine) -> None:
    spoilt = toys.with_scenario(replace(small.scenario, samples={"want.more": (1.0, float("nan"), 0.0)}))
    drawn = spoilt.draws(1, IDS)["want.more"]
    found = spoilt.run("stay", 1, IDS)
    assert {0.0, 1.0} <= set(drawn[~np.isnan(drawn)].tolist())
    assert np.isnan(drawn).any()
    assert found.status.tolist() == [1 if np.isnan(m) else (2 if m == 1 else 0) for m in drawn]
    assert found.ended.tolist() == [0 if np.isnan(m) else (6 if m == 1 else WEEKS) for m in drawn]
    assert np.isfinite(found.series["toy_pile"]).all()


def test_luck_belongs_to_the_week_the_place_the_future_the_seed_and_the_mechanism(small: Engine, toys: Engine) -> None:
    still = toys.with_parameters({"want.more": 0.0})
    batch = still.run("stay", 1, IDS)
    luck, other = batch.series["toy_luck"], batch.series["toy_other_luck"]
    assert len(np.unique(luck)) == luck.size == WEEKS * len(small.labels["place"]) * len(IDS)
    assert not np.isin(other, luck).any()
    assert not np.isin(still.run("stay", 2, IDS).series["toy_luck"], luck).any()
    assert np.array_equal(still.run("leave", 1, IDS).series["toy_luck"], luck)
    assert np.array_equal(still.run("stay", 1, IDS[4:]).series["toy_luck"], luck[..., 4:])


def test_the_rounds_of_all_draws_of_a_week_are_worked_out_together(toys: Engine) -> None:
    """They were repeated in every kernel that reads a draw: half of what XLA compiled of the whole model."""
    import jax

    state, inputs, program = toys._start(toys.plan("stay"), 1, IDS.astype(np.uint32))
    traced = str(jax.make_jaxpr(program.advance, static_argnums=())(state, program.blank(), inputs, 0, 1))
    assert traced.count("name=_words") == 1


def test_key_words_worked_out_together_are_those_of_each_draw() -> None:
    import jax.numpy as jnp

    structure = Structure(("here", "there"), (), (), (), (), (), (), ())
    inputs: Any = {"futures": np.array([0, 3, 2**31], np.uint32), "seed": np.uint32(20070903)}
    draws = {"look": ("luck", "mood"), "want": (), "heap": ("luck",)}
    week = jnp.int32(7)
    ready = key_words(draws, inputs, week)
    assert {m: tuple(words) for m, words in ready.items()} == draws
    assert key_words({"want": ()}, inputs, week) == {"want": {}}
    for m, names in draws.items():
        for name in names:
            together, alone = (key_of(m, inputs, week, structure, of).bits(name, ("place",)) for of in (ready[m], None))
            assert all(np.array_equal(a, b) for a, b in zip(together, alone, strict=True))


def _idle(key: Any, state: Any, params: Any) -> Change:
    noise, _, _, _ = key.uniform("luck", ("place",))
    return Change.of({"toy_noise": params.loudness * noise})


LOUDNESS = Param("loudness", "index", 1, 2, 3, (0, 10), "D", "", "of noise that nobody hears (assumed)")
IDLE = Mechanism("idle", "DECIDE", "draws, and moves nothing.", _idle, owns=_variables("pressure", "toy_noise"), params=(LOUDNESS,))


def test_a_new_mechanism_disturbs_nobody(small: Engine, batch: Batch) -> None:
    """Bit for bit; and no number of the whole model is drawn otherwise for it."""
    more = Engine(small.scenario, mechanisms=(*TOYS, IDLE), weeks=WEEKS)
    assert [m.name for m in more.mechanisms] == ["look", "idle", "want", "push", "shove", "heap"]
    other = more.run("stay", 1, IDS)
    assert (other.series["toy_noise"][:6] > 0).all()
    for name in batch.series:
        assert np.array_equal(batch.series[name], other.series[name]), name
    larger = Engine(small.scenario, mechanisms=(*small.mechanisms, IDLE), weeks=small.weeks)
    mine, theirs = small.draws(1, IDS), larger.draws(1, IDS)
    assert theirs.keys() - mine.keys() == {"idle.loudness"}
    assert all(np.array_equal(mine[n], theirs[n]) for n in mine)
