"""Work units in threads, and how far they are: told after every tile, always from the thread that asked for the run."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from queue import Empty, SimpleQueue

from drawdown.runs.work import Counts, Job, StoppedError, WorkUnit, process

WAIT = 0.2  # seconds until an interruption is noticed while nothing else happens


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is. Futures are counted as their tiles end; what an earlier process finished is in from the start, with its counts.

    `counts[plan][claim]` is (true, known) so far and `futures_of[plan]` the futures behind it; both are copies that nothing changes later.
    """

    units_done: int
    units: int
    futures_done: int
    futures: int
    counts: Mapping[str, Mapping[str, tuple[int, int]]]
    merging: bool = False
    futures_of: Mapping[str, int] = field(default_factory=dict)


@dataclass
class Tally:
    """What is done so far; touched by one thread only."""

    units_done: int
    units: int
    futures_done: int
    futures: int
    counts: dict[str, dict[str, tuple[int, int]]] = field(default_factory=dict)
    futures_of: dict[str, int] = field(default_factory=dict)

    def add(self, plan: str, futures: int, counts: Counts) -> None:
        """A tile more."""
        self.futures_done += futures
        self.futures_of[plan] = self.futures_of.get(plan, 0) + futures
        total = self.counts.setdefault(plan, {})
        for claim, (true, known) in counts.items():
            before = total.get(claim, (0, 0))
            total[claim] = (before[0] + true, before[1] + known)

    def told(self, merging: bool = False) -> Progress:
        """As it stands now."""
        counts = {plan: dict(of_plan) for plan, of_plan in self.counts.items()}
        return Progress(self.units_done, self.units, self.futures_done, self.futures, counts, merging, dict(self.futures_of))


@dataclass(frozen=True, slots=True)
class Done:
    """A tile of a unit (`future` None), or a unit that has come to its end, well or not."""

    unit: WorkUnit
    futures: int = 0
    counts: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    ended: Future[None] | None = None


def execute(
    job: Job, units: Sequence[WorkUnit], done: Mapping[WorkUnit, Counts], workers: int, progress: Callable[[Progress], None] | None
) -> Tally:
    """Run the units that are not `done`. The first runs alone until its first tile, by when the program is compiled for all."""
    left = [unit for unit in units if unit not in done]
    tally = Tally(len(done), len(units), 0, sum(len(u) for u in units))
    for unit, counts in done.items():
        tally.add(unit.plan.id, len(unit), counts)
    if progress is not None:
        progress(tally.told())
    halted = threading.Event()
    news: SimpleQueue[Done] = SimpleQueue()
    work = replace(job, stop=lambda: halted.is_set() or job.stop(), told=lambda unit, n, counts: news.put(Done(unit, n, counts)))
    with ThreadPoolExecutor(workers, thread_name_prefix="drawdown") as pool:
        try:
            for one in events(pool, work, left, workers, news):
                if one.ended is None:
                    tally.add(one.unit.plan.id, one.futures, one.counts)
                else:
                    one.ended.result()
                    tally.units_done += 1
                if progress is not None:
                    progress(tally.told())
        except StoppedError:
            halted.set()
            raise KeyboardInterrupt from None
        except BaseException:
            halted.set()
            raise
    return tally


def tell_ended(news: SimpleQueue[Done], unit: WorkUnit, ended: Future[None]) -> None:
    """Pass on that a unit has ended, to whoever waits in the caller's thread."""
    news.put(Done(unit, ended=ended))


def events(pool: ThreadPoolExecutor, work: Job, left: Sequence[WorkUnit], workers: int, news: SimpleQueue[Done]) -> Iterator[Done]:
    """Keeps `workers` units going and gives what comes of them, until all have ended."""
    waiting = list(reversed(left))
    running, allowed = 0, 1
    while waiting or running:
        while waiting and running < allowed:
            unit = waiting.pop()
            pool.submit(process, work, unit).add_done_callback(partial(tell_ended, news, unit))
            running += 1
        try:
            one = news.get(timeout=WAIT)
        except Empty:
            continue
        allowed = workers
        running -= one.ended is not None
        yield one
