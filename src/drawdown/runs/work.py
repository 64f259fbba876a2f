"""One work unit: a batch of futures under one plan, run a tile at a time, reduced to a part that can be added to others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from drawdown.claims import Futures, Stated, judge, status_quo
from drawdown.claims.endstates import EndState, end_state
from drawdown.claims.evaluate import plan_value
from drawdown.claims.terms import last_week_before
from drawdown.runs.bins import Array, Arrays, tally
from drawdown.runs.events import EventTable, EventWriter
from drawdown.runs.format import batch_name, event_file, part_file
from drawdown.runs.layout import Keep, Layout, Runs, fold_places, rounded, sampled
from drawdown.runs.parts import PartMark, write_part
from drawdown.scenario.model import Plan
from drawdown.scenario.propositions import BetweenPlans, Distance
from drawdown.vocabulary.tile import TILE

QUO_FUTURES = 64  # enough for the status quo: a future frozen at its origin hardly differs from the next


Counts = Mapping[str, tuple[int, int]]  # (true, known) by claim


class StoppedError(Exception):
    """Asked to stop between two tiles; nothing of the unit is left behind."""


@dataclass(frozen=True, slots=True)
class WorkUnit:
    """Futures `first` up to, not including, `last` of a plan."""

    plan: Plan
    plan_index: int
    index: int
    first: int
    last: int

    @property
    def name(self) -> str:
        """Name of its files."""
        return batch_name(self.plan.id, self.index)

    def __len__(self) -> int:
        """Number of its futures."""
        return self.last - self.first


@dataclass(frozen=True)
class Job:
    """What all units of a run share."""

    engine: Runs
    layout: Layout
    claims: tuple[Stated, ...]
    seed: int
    futures: int
    keep: Keep
    folder: Path
    moments: tuple[int, ...]  # weeks whose end states are kept
    run: str  # digest of the run, which its parts carry
    stop: Callable[[], bool] = field(default=lambda: False)
    told: Callable[[WorkUnit, int, Counts], None] = field(default=lambda unit, futures, counts: None)  # after every tile, from any thread

    def part_file(self, unit: WorkUnit) -> Path:
        """Where the partial result of a unit goes."""
        return self.folder / part_file(unit.name)

    def event_file(self, unit: WorkUnit) -> Path:
        """Where the events of a unit go."""
        return self.folder / event_file(unit.name)


def moments_of(layout: Layout, claims: Sequence[Stated], origin: date) -> tuple[int, ...]:
    """Last weeks of the years, and the weeks at which claims compare end states."""
    asked = [last_week_before(c.proposition.at, origin) for c in claims if isinstance(c.proposition, Distance)]
    return tuple(sorted({last - 1 for _, last in layout.years} | {layout.weeks - 1} | {w for w in asked if w < layout.weeks}))


def seen(engine: Runs, layout: Layout, series: Mapping[str, NDArray[np.float32]], reached: Array) -> Futures:
    """A batch as propositions see it."""
    return Futures(
        series=series,
        dims={n: v.dims for n, v in layout.recorded.items()},
        units={n: v.unit for n, v in layout.recorded.items()},
        labels=layout.labels,
        actor_kinds={a.id: a.kind for a in engine.scenario.actors},
        origin=engine.scenario.origin,
        reached=np.asarray(reached, dtype=np.int64),
        weeks=layout.weeks,
        capital=engine.scenario.seat,
    )


def process(job: Job, unit: WorkUnit) -> None:
    """Run a unit and write its events and its part, the part last."""
    writer = EventWriter(job.event_file(unit), EventTable(job.engine.scenario, unit.plan.id, unit.plan_index))
    parts: list[Arrays] = []
    total: Arrays = {}
    try:
        for first in range(unit.first, unit.last, TILE):
            if job.stop():
                raise StoppedError
            per_future = tile(job, unit, np.arange(first, min(first + TILE, unit.last)), total, writer)
            parts.append(per_future)
            job.told(unit, len(per_future["status"]), counts_of(per_future))
        joined = {name: np.concatenate([p[name] for p in parts], axis=0 if name.startswith("sample") else -1) for name in parts[0]}
        stamp = writer.close()
    except BaseException:
        writer.abandon()
        raise
    write_part(job.part_file(unit), {**total, **joined}, PartMark(job.run, stamp))


def counts_of(part: Mapping[str, Array]) -> Counts:
    """(true, known) of every claim, for the provisional table."""
    values = ((name.removeprefix("value/"), value) for name, value in part.items() if name.startswith("value/"))
    return {claim: (int((value == 1).sum()), int((~np.isnan(value)).sum())) for claim, value in values}


def tile(job: Job, unit: WorkUnit, ids: NDArray[np.int64], total: Arrays, writer: EventWriter) -> Arrays:
    """Run one tile; add its sums to `total` and return what is kept per future (future last, or first for samples)."""
    layout = job.layout
    batch = job.engine.run(unit.plan, job.seed, ids)
    reached = np.minimum(np.asarray(batch.ended, dtype=np.int64), layout.weeks)
    missing = np.arange(layout.weeks)[:, None] >= reached if (reached < layout.weeks).any() else None
    series = dict(batch.series)
    whole = {**{n: series[n] for n in layout.whole if n in series}, **fold_places(layout, series)}
    add(total, "count", np.full(layout.weeks, len(ids)) if missing is None else (~missing).sum(axis=1))
    for name in layout.by_place:
        values = series[name]
        add(total, f"sum/{name}", summed(values, missing))
        every = layout.every
        if name not in layout.counted:
            continue
        add(total, f"hist/{name}", tally(values[every], layout.bins(name), None if missing is None else missing[every]).astype(np.uint32))
    for name, values in whole.items():
        add(total, f"sum/{name}", summed(values, missing))
        add(total, f"square/{name}", summed(values * values, missing))
        add(total, f"hist/{name}", tally(values, layout.bins(name), missing).astype(np.uint32))
    found: Arrays = {"status": batch.status.astype(np.uint8), "ended": reached.astype(np.int32)}
    for name in layout.yearly:
        found[f"yearly/{name}"] = yearly(whole[name], layout, missing)
    found.update(samples(job, ids, series, reached))
    futures = seen(job.engine, layout, series, reached)
    found.update(outcomes(job, unit, futures, ids))
    for moment in job.moments:
        found.update(stored_state(end_state(futures, moment)))
    writer.add(batch.incidents)
    return found


def add(total: Arrays, name: str, values: Array) -> None:
    """Accumulate in place."""
    if name in total:
        total[name] += values
    else:
        total[name] = values.copy()


def summed(values: NDArray[np.float32], missing: NDArray[np.bool_] | None) -> NDArray[np.float64]:
    """Sum over futures, weeks that were not reached left out."""
    if missing is not None:
        values = np.where(missing.reshape(missing.shape[0], *(1,) * (values.ndim - 2), -1), np.float32(0), values)
    total: NDArray[np.float64] = values.sum(axis=-1).astype(np.float64)
    return total


def yearly(values: NDArray[np.float32], layout: Layout, missing: NDArray[np.bool_] | None) -> NDArray[np.float32]:
    """[year, *dims, future] means; NaN where the year was not completed."""
    means = []
    for first, last in layout.years:
        mean = values[first:last].mean(axis=0)
        if missing is not None:
            mean = np.where(missing[last - 1], np.float32(np.nan), mean)
        means.append(mean)
    return np.stack(means).astype(np.float32)


def samples(job: Job, ids: NDArray[np.int64], series: Mapping[str, NDArray[np.float32]], reached: NDArray[np.int64]) -> Arrays:
    """[kept future, week, *dims] of every recorded quantity; NaN after a future has ended."""
    kept = np.flatnonzero(np.isin(ids, sampled(job.futures, job.keep), assume_unique=True))
    if job.keep == "summaries":
        return {}
    found: Arrays = {"sample_futures": ids[kept].astype(np.int32)}
    for name, variable in job.layout.recorded.items():
        values = rounded(np.ascontiguousarray(np.moveaxis(np.take(series[name], kept, axis=-1), -1, 0)), variable)
        for row, last in enumerate(reached[kept]):
            values[row, last:] = np.nan
        found[f"sample/{name}"] = values
    return found


def outcomes(job: Job, unit: WorkUnit, futures: Futures, ids: NDArray[np.int64]) -> Arrays:
    """Truth and margin of every claim; of comparisons between plans, this plan's side; of the first futures, also the status quo."""
    found: Arrays = {}
    first = ids < QUO_FUTURES
    frozen = status_quo(futures) if first.any() else None
    for one in job.claims:
        proposition, name = one.proposition, one.claim.id
        if isinstance(proposition, Distance):
            continue
        if isinstance(proposition, BetweenPlans):
            if unit.plan.id in (proposition.a, proposition.b):
                found[f"pair/{name}"] = plan_value(proposition, futures)
            continue
        judged = judge(proposition, futures)
        found[f"value/{name}"], found[f"margin/{name}"] = judged.value, judged.margin
        found[f"quo/{name}"] = np.where(first, judge(proposition, frozen).value if frozen else np.nan, np.nan).astype(np.float32)
    return found


# What a part holds of the end states of a week.
STATE_ARRAYS = tuple(f.name for f in fields(EndState) if f.name != "week")


def stored_state(state: EndState) -> Arrays:
    """End states of a week as arrays [future]."""
    return {f"state/{state.week}/{name}": np.asarray(getattr(state, name)) for name in STATE_ARRAYS}
