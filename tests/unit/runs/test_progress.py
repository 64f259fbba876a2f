"""How a run tells how far it is, and in which order it works."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

from drawdown.runs import Progress, open_run, run

if TYPE_CHECKING:
    from tests.unit.fake_engine import FakeEngine


def test_progress_is_told_after_every_tile_with_the_counts_so_far(fake_engine: FakeEngine, tmp_path: Path) -> None:
    told: list[Progress] = []
    here = threading.get_ident()

    def listen(now: Progress) -> None:
        assert threading.get_ident() == here
        told.append(now)

    folder = run(fake_engine, tmp_path / "run", futures=300, seed=5, batch=128, workers=2, progress=listen)
    # Five tiles of 64 and one of 44 in units of 128, 128 and 44, under each of two plans.
    assert len({p.futures_done for p in told}) == 1 + 2 * 5
    assert [p.futures_done for p in told] == sorted(p.futures_done for p in told)
    assert told[0].counts == {}
    assert {p.futures for p in told} == {600}
    first = told[1]
    assert (first.futures_done, first.units_done, dict(first.futures_of)) == (64, 0, {"stay": 64})
    assert first.counts["stay"]["truce-holds"][1] == 64
    last = told[-1]
    assert last.merging
    assert not told[-2].merging
    assert dict(last.futures_of) == {"stay": 300, "leave": 300}
    for answer in open_run(folder).answers():
        if answer.plan in last.counts and answer.claim in last.counts[answer.plan]:
            true, known = last.counts[answer.plan][answer.claim]
            assert known == answer.known
            assert true == round(answer.probability * known)


@pytest.mark.slow
def test_the_first_unit_runs_alone_only_until_its_first_tile(fake: ModuleType, tmp_path: Path) -> None:
    """The program compiles in the first tile: until it ends nothing else starts, then all threads work; the first batches come first."""
    order: list[tuple[str, int]] = []
    both = threading.Event()

    class Watched(fake.FakeEngine):  # type: ignore[misc, name-defined]  # loaded by path
        def run(self, plan: Any, seed: int, futures: Any) -> Any:
            order.append((plan.id, int(futures[0])))
            if len(order) == 1:
                time.sleep(0.5)
                assert len(order) == 1, "another unit compiles beside the first"
            if plan.id == "leave":
                both.set()
            if (plan.id, int(futures[0])) == ("stay", 64):
                assert both.wait(20), "the second plan waits for the whole first unit"
            return super().run(plan, seed, futures)

    run(Watched(), tmp_path / "run", futures=512, seed=5, batch=256, workers=2)
    assert order[0] == ("stay", 0)
    assert order.index(("leave", 0)) < order.index(("stay", 256))


@pytest.mark.slow
def test_a_fault_in_the_listener_stops_the_run_and_leaves_it_resumable(fake_engine: FakeEngine, tmp_path: Path) -> None:
    def breaks(now: Progress) -> None:
        if now.futures_done >= 64:
            raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        run(fake_engine, tmp_path / "run", futures=128, seed=5, batch=64, progress=breaks)
    assert not open_run(tmp_path / "run").complete
    assert open_run(run(fake_engine, tmp_path / "run", futures=128, seed=5)).complete


@pytest.mark.slow
def test_what_an_earlier_process_finished_is_counted_from_the_start(fake: ModuleType, halted: Path) -> None:
    told: list[Progress] = []
    run(fake.FakeEngine(weeks=30), halted, futures=70, seed=5, workers=1, progress=told.append)
    # Three of six batches are done: the first of each plan, and the second of the first plan.
    assert (told[0].units_done, told[0].futures_done, dict(told[0].futures_of)) == (3, 96, {"stay": 64, "leave": 32})
    assert told[0].counts["stay"]["truce-holds"][1] == 64
    assert dict(told[-1].futures_of) == {"stay": 70, "leave": 70}
    assert told[-1].futures_done == told[-1].futures == 140
