"""What the engine promises: bits that belong to names, pairing, replay, branches, codes instead of NaN, one program."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace

import numpy as np
import pytest

from drawdown.engine import STATUS, Batch, Engine
from drawdown.errors import DrawdownError
from drawdown.incidents import Incidents
from drawdown.program import SPAN

SEED = 7
FUTURES = 150
IDS = np.arange(FUTURES)


def same(one: Batch, other: Batch, what: str) -> None:
    """Bit for bit, incidents included."""
    assert one.series.keys() == other.series.keys()
    for name in one.series:
        assert np.array_equal(one.series[name], other.series[name]), f"{what}: {name}"
    assert np.array_equal(one.status, other.status)
    assert np.array_equal(one.ended, other.ended)
    for field in fields(Incidents):
        assert np.array_equal(getattr(one.incidents, field.name), getattr(other.incidents, field.name)), f"{what}: incidents.{field.name}"


def joined(parts: list[Batch]) -> Batch:
    series = {n: np.concatenate([p.series[n] for p in parts], axis=-1) for n in parts[0].series}
    ids, status, ended = (np.concatenate([getattr(p, n) for p in parts]) for n in ("futures", "status", "ended"))
    return Batch(parts[0].plan, ids, series, status, ended, Incidents.join([p.incidents for p in parts]))


def first_order(engine: Engine, plan: str) -> int:
    """Week in which the first dated order of a plan starts."""
    dates = [o.trigger.date for o in engine.plan(plan).orders if o.trigger.date is not None]
    return (min(dates) - engine.scenario.origin).days // 7


@pytest.fixture(scope="module")
def whole(small: Engine) -> Batch:
    return small.run("leave", SEED, IDS)


@pytest.mark.parametrize("size", [7, 64, 256])
def test_a_future_is_the_same_in_any_batch(small: Engine, whole: Batch, size: int) -> None:
    parts = [small.run("leave", SEED, IDS[k : k + size]) for k in range(0, FUTURES, size)]
    same(whole, joined(parts), f"batches of {size}")


@pytest.mark.parametrize("workers", [1, 2])
def test_a_future_is_the_same_with_any_number_of_workers(small: Engine, whole: Batch, workers: int) -> None:
    with ThreadPoolExecutor(workers) as pool:
        parts = list(pool.map(lambda k: small.run("leave", SEED, IDS[k : k + 25]), range(0, FUTURES, 25)))
    same(whole, joined(parts), f"{workers} workers")


def test_a_future_is_the_same_alone_and_in_any_order(small: Engine, whole: Batch) -> None:
    order = np.random.default_rng(3).permutation(FUTURES)
    shuffled = small.run("leave", SEED, order)
    for name, values in whole.series.items():
        assert np.array_equal(values[..., order], shuffled.series[name]), name
    alone = small.run("leave", SEED, np.array([97]))
    assert all(np.array_equal(whole.series[n][..., 97:98], alone.series[n]) for n in whole.series)


@pytest.mark.slow
def test_the_scenario_of_iraq_keeps_the_same_promise(model: Engine) -> None:
    together = model.run("announced", SEED, np.arange(70))
    apart = joined([model.run("announced", SEED, np.arange(k, min(k + 35, 70))[::-1]) for k in range(0, 70, 35)])
    for name in together.series:
        order = np.argsort(apart.futures)
        assert np.array_equal(together.series[name], apart.series[name][..., order]), name


def test_another_seed_gives_other_futures(small: Engine, whole: Batch) -> None:
    other = small.run("leave", SEED + 1, IDS[:64])
    assert not np.array_equal(other.series["deaths"], whole.series["deaths"][..., :64])
    assert not np.array_equal(small.draws(SEED, IDS)["clashes.fatal_share"], small.draws(SEED + 1, IDS)["clashes.fatal_share"])


def test_plans_share_draws_and_paths_until_they_part(small: Engine, whole: Batch) -> None:
    stay = small.run("stay", SEED, IDS)
    parting = first_order(small, "leave")
    assert 0 < parting < small.weeks
    for name in whole.series:
        assert np.array_equal(whole.series[name][:parting], stay.series[name][:parting]), name
    assert not np.array_equal(whole.series["force"][parting:], stay.series["force"][parting:])


def test_a_draw_is_that_of_the_future_whatever_is_asked_with_it(small: Engine) -> None:
    few, many = small.draws(SEED, np.array([5, 60])), small.draws(SEED, np.arange(64))
    assert few
    for name in few:
        assert np.array_equal(few[name], many[name][[5, 60]]), name


def test_a_longer_run_begins_as_the_shorter_and_goes_on_beyond_one_record(small: Engine, whole: Batch) -> None:
    longer = Engine(small.scenario, weeks=SPAN + small.weeks)
    assert longer._compiled() is small._compiled(), "runs of another length are compiled anew"
    run, told = longer.run("leave", SEED, IDS[:3]), longer.replay("leave", SEED, 2)
    for name, values in run.series.items():
        assert np.array_equal(values[: small.weeks], whole.series[name][..., :3]), name
        assert np.array_equal(values[..., 2], told.states[name]), name
    assert set(run.ended) == {longer.weeks}
    early = run.incidents.week < small.weeks
    assert np.array_equal(run.incidents.future[early], whole.incidents.future[whole.incidents.future < 3])


def test_replay_is_the_run_again(small: Engine, whole: Batch) -> None:
    told = small.replay("leave", SEED, 97)
    for name, values in whole.series.items():
        assert np.array_equal(told.states[name], values[..., 97]), name
    assert set(told.states) > set(whole.series)
    assert (told.status, told.ended) == (0, small.weeks)


def test_a_branch_is_the_first_plan_and_then_the_other(small: Engine) -> None:
    stay, left = small.replay("stay", SEED, 5), small.replay("stay", SEED, 5, branch=(20, "leave"))
    assert left.parted == 20
    foreign = small.labels["actor"].index("foreign-force")
    for name in stay.states:
        assert np.array_equal(stay.states[name][:20], left.states[name][:20]), name
    assert left.states["force"][-1, :, foreign].sum() < 0.5 * stay.states["force"][-1, :, foreign].sum()


def test_a_branch_into_an_empty_plan_changes_nothing(small: Engine) -> None:
    stay, on = small.replay("stay", SEED, 5), small.replay("stay", SEED, 5, branch=(20, "stay"))
    assert all(np.array_equal(stay.states[n], on.states[n]) for n in stay.states)


@pytest.mark.parametrize(
    ("name", "good", "bad", "code"),
    [("clashes.fatal_share", 0.09, math.nan, 1), ("bargaining.lead_pace", 0.04, 40.0, 2)],
)
def test_a_future_that_cannot_go_on_ends_with_a_code_and_leaves_the_others_alone(
    small: Engine, name: str, good: float, bad: float, code: int
) -> None:
    # Joint samples give some futures the bad value and the others the good one.
    spoilt = small.with_scenario(replace(small.scenario, samples={name: (good, bad, good)}))
    clean = small.with_scenario(replace(small.scenario, samples={name: (good, good, good)}))
    drawn = spoilt.draws(SEED, IDS[:64])[name]
    hit = ~(drawn == np.float32(good))
    assert 0 < hit.sum() < 64
    one, other = spoilt.run("stay", SEED, IDS[:64]), clean.run("stay", SEED, IDS[:64])
    assert set(one.status[hit]) == {code}
    assert (one.ended[hit] < small.weeks).all()
    assert not one.status[~hit].any()
    for series in one.series:
        assert np.isfinite(one.series[series]).all(), f"{series} carries a NaN"
        assert np.array_equal(one.series[series][..., ~hit], other.series[series][..., ~hit]), series
    last = one.ended[hit].max()
    stocks = one.series["force"][..., hit]
    assert np.array_equal(stocks[last], stocks[-1]), "a future that ended goes on"
    ended = dict(zip(IDS[:64][hit], one.ended[hit], strict=True))
    rows = one.incidents
    assert all(rows.week[k] <= ended[rows.future[k]] for k in range(len(rows)) if rows.future[k] in ended)
    assert STATUS[code].remedy


def test_status_codes_are_their_positions_and_have_sentences() -> None:
    assert [s.code for s in STATUS] == list(range(len(STATUS)))
    assert all(s.sentence and (s.remedy or s.code == 0) for s in STATUS)


def test_one_program_serves_all_plans_seeds_and_values(small: Engine, whole: Batch, caplog: pytest.LogCaptureFixture) -> None:
    import jax

    program = small._compiled()
    with jax.log_compiles(), caplog.at_level("WARNING", logger="jax"):
        small.run("stay", SEED + 5, np.arange(3))
        small.with_parameters({"clashes.fatal_share": 0.2}).run("stay", SEED, np.arange(100))
        small.without("clashes").run("leave", SEED, np.arange(3))
        small.with_scenario(replace(small.scenario, samples={"clashes.fatal_share": (0.1, 0.2)})).run("leave", SEED, np.arange(3))
        Engine(small.scenario, weeks=SPAN + 1).run("stay", SEED, np.arange(3))
        small.replay("leave", SEED, 3, branch=(10, "stay"))
        jax.jit(lambda x: x + 1)(np.arange(17))
    compiled = [r.getMessage() for r in caplog.records if r.getMessage().startswith("Compiling ")]
    assert any("lambda" in line for line in compiled), "the log of what is compiled has changed; this test no longer sees anything"
    assert not [line for line in compiled if "advance" in line or "begin" in line]
    assert small._compiled() is program


def test_without_and_with_parameters_refuse_what_is_not_there(small: Engine) -> None:
    with pytest.raises(DrawdownError, match="'clashes'"):
        small.without("clash")
    with pytest.raises(DrawdownError, match="fatal_share"):
        small.with_parameters({"clashes.fatal_shar": 1.0})
    with pytest.raises(DrawdownError, match="leave"):
        small.run("leaves", SEED, IDS[:1])


def test_another_structure_needs_its_own_engine(small: Engine, model: Engine) -> None:
    with pytest.raises(DrawdownError, match="its own engine"):
        small.with_scenario(model.scenario)


def test_what_is_recorded_has_the_shape_that_it_declares(small: Engine, whole: Batch) -> None:
    assert set(whole.series) == set(small.quantities)
    for name, variable in small.quantities.items():
        dims = tuple(len(small.labels[d]) for d in variable.dims)
        assert whole.series[name].shape == (small.weeks, *dims, FUTURES), name
        assert whole.series[name].dtype == np.float32
    assert len(small.week_dates) == small.weeks
    assert small.week_dates[0] == np.datetime64(small.scenario.origin)
    assert (np.diff(small.week_dates) == np.timedelta64(7, "D")).all()
