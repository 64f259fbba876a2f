"""The engine: one compiled program per structure that carries a tile of futures through the weeks.

Futures stand on the last axis of every array. The program always runs tiles of TILE futures, whatever the batch, so that a future is the
same bit for bit in any layout; it advances from any week to any week, so that one program replays, branches and runs to any length.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray

from drawdown import plan as plans
from drawdown.errors import DrawdownError, expected_one_of
from drawdown.incident_rows import Slot
from drawdown.incidents import Incidents, counted, extract, small_ones
from drawdown.levels import PASSES, PILOT_FUTURES, PILOT_SEED, PILOT_WEEKS, QUARTER, RECORDED, SUSPENDED, Correction, FirstMonth, meant
from drawdown.mechanism import Mechanism, discover, in_order, slots_of
from drawdown.scenario.model import Plan, Scenario
from drawdown.state import Variable
from drawdown.vocabulary.tile import TILE
from drawdown.vocabulary.weeks import week_dates
from drawdown.world import Structure, World, structure_of

if TYPE_CHECKING:
    import jax

    from drawdown.program import Arrays, Inputs, Program

Array = NDArray[np.float32]
Floats = NDArray[np.float64]
Ids = NDArray[np.integer]


@dataclass(frozen=True, slots=True)
class Status:
    """How a future ended."""

    code: int
    name: str
    sentence: str
    remedy: str


STATUS: tuple[Status, ...] = (
    Status(0, "completed", "the future ran to its last week", ""),
    Status(1, "not finite", "a quantity stopped being a number", "narrow the parameter named in the draws of this future"),
    Status(2, "out of bounds", "a stock left its declared bounds", "report it: an owner settles its stock wrongly for these draws"),
)


@dataclass(frozen=True)
class Batch:
    """Results of some futures under one plan. `series[name]` is [week, *dims, future].

    `minor` holds what no run folder keeps: weekly `small_incidents` and `small_dead_civilians` [week, place, violence, future].
    """

    plan: str
    futures: NDArray[np.uint32]
    series: Mapping[str, Array]
    status: NDArray[np.uint8]
    ended: NDArray[np.int32]
    incidents: Incidents
    minor: Mapping[str, Array] = field(default_factory=dict)


@dataclass(frozen=True)
class Replay:
    """One future in full: `states[name]` is [week, *dims] of every variable after each week."""

    plan: str
    future: int
    states: Mapping[str, Array]
    status: int
    ended: int
    parted: int | None = None  # week at which another plan took over


class _Shared:
    """The one program of all engines of a structure and its mechanisms, built by the first that runs."""

    def __init__(self, structure: Structure, mechanisms: tuple[Mechanism, ...]) -> None:
        self.decided_by = (structure, mechanisms)
        self.lock = threading.Lock()
        self.program: Program | None = None


# The latest programs of this process: an engine made anew for one structure (another length, the page, a hindcast) traces nothing again.
_LATEST: deque[_Shared] = deque(maxlen=8)
_LOOKING = threading.Lock()


def _shared_by(structure: Structure, mechanisms: tuple[Mechanism, ...]) -> _Shared:
    with _LOOKING:
        for shared in _LATEST:
            if shared.decided_by == (structure, mechanisms):
                return shared
        _LATEST.append(shared := _Shared(structure, mechanisms))
        return shared


class Engine:
    """Runs the futures of a scenario. Thread-safe; compiles on first use."""

    def __init__(
        self,
        scenario: Scenario,
        mechanisms: tuple[Mechanism, ...] | None = None,
        weeks: int | None = None,
        held: Mapping[str, float] | None = None,
        shared: _Shared | None = None,
        correction: Correction | None = None,
    ) -> None:
        self.scenario = scenario
        self.mechanisms = discover() if mechanisms is None else in_order(mechanisms)
        self.weeks = scenario.weeks if weeks is None else weeks
        self.world = World(scenario, structure_of(scenario), self.mechanisms, held or {}, correction)
        self._shared = _shared_by(self.world.structure, self.mechanisms) if shared is None else shared

    def with_parameters(self, overrides: Mapping[str, float]) -> Engine:
        """The same program with some parameters ('mechanism.parameter') or cells held at given values in every future."""
        known = self.world.bounds
        wrong = [name for name in overrides if name not in known]
        if wrong:
            raise DrawdownError("; ".join(f"number of this model: {expected_one_of(name, known)}" for name in wrong))
        # The level is the scenario's: what a number or a mechanism does to it is what is asked.
        level = self.levelled.correction
        return Engine(self.scenario, self.mechanisms, self.weeks, {**self.held, **overrides}, self._shared, level)

    def with_scenario(self, scenario: Scenario) -> Engine:
        """The same program for another scenario of equal structure (other numbers, plans, origin); raises DrawdownError if it is not."""
        if structure_of(scenario) != self.world.structure:
            raise DrawdownError(f"{scenario.id} has other places, actors or communities than {self.scenario.id}: it needs its own engine")
        return Engine(scenario, self.mechanisms, self.weeks, shared=self._shared)

    def without(self, mechanism: str) -> Engine:
        """The same program with one mechanism switched off by its neutral values."""
        by_name = {m.name: m for m in self.mechanisms}
        if mechanism not in by_name:
            raise DrawdownError(f"mechanism: {expected_one_of(mechanism, by_name)}")
        return self.with_parameters({f"{mechanism}.{p}": v for p, v in by_name[mechanism].neutral.items()})

    @cached_property
    def still(self) -> Engine:
        """The same program without the mechanisms that carry what no cause explains."""
        off = {f"{m.name}.{p}": v for m in self.mechanisms if m.unexplained for p, v in m.neutral.items()}
        return self.with_parameters(off)

    @property
    def held(self) -> Mapping[str, float]:
        """Numbers that `with_parameters` holds at one value in every future."""
        return self.world.overrides

    @property
    def backend(self) -> str:
        """What it computes on: cpu, gpu. A run records it, for another gives other last digits."""
        import jax

        return str(jax.default_backend())

    @property
    def labels(self) -> Mapping[str, tuple[str, ...]]:
        """Members of every dimension."""
        return self.world.structure.labels

    @cached_property
    def quantities(self) -> Mapping[str, Variable]:
        """Variables recorded weekly in every run."""
        return {v.name: v for v in self.world.variables.values() if v.record}

    @cached_property
    def slots(self) -> tuple[Slot, ...]:
        """Where the rows of every incident of every mechanism stand in the state."""
        return slots_of(self.mechanisms)

    @cached_property
    def week_dates(self) -> NDArray[np.datetime64]:
        """First day of each week."""
        return week_dates(self.scenario.origin, self.weeks)

    def draws(self, seed: int, futures: Ids) -> dict[str, Array]:
        """Every uncertain number of each future, by name [future]."""
        return self.world.draws(seed, np.asarray(futures))

    def plan(self, plan: str | Plan) -> Plan:
        """A plan of the scenario by id, or the plan itself."""
        if isinstance(plan, Plan):
            return plan
        by_id = {p.id: p for p in self.scenario.plans}
        if plan not in by_id:
            raise DrawdownError(f"plan of {self.scenario.id}: {expected_one_of(plan, by_id)}")
        return by_id[plan]

    def run(self, plan: str | Plan, seed: int, futures: Ids) -> Batch:
        """Run futures (any ids, any number) under a plan; one compiled call per tile."""
        chosen = self.plan(plan)
        ids = np.asarray(futures, np.uint32)
        parts = [self._run_tile(chosen, seed, ids[i : i + TILE]) for i in range(0, len(ids), TILE)]
        if len(parts) == 1:
            return parts[0]
        series = {name: np.concatenate([p.series[name] for p in parts], axis=-1) for name in parts[0].series}
        minor = {name: np.concatenate([p.minor[name] for p in parts], axis=-1) for name in parts[0].minor}
        status = np.concatenate([p.status for p in parts])
        ended = np.concatenate([p.ended for p in parts])
        return Batch(chosen.id, ids, series, status, ended, Incidents.join([p.incidents for p in parts]), minor)

    def _run_tile(self, plan: Plan, seed: int, ids: NDArray[np.uint32]) -> Batch:
        from drawdown.program import SPAN

        state, inputs, program = self._start(plan, seed, ids)
        keep = len(ids)
        record = program.blank()
        kept: dict[str, Array] = {n: np.empty((self.weeks, *v.shape[1:-1], keep), v.dtype) for n, v in record.items()}
        for start in range(0, self.weeks, SPAN):
            stop = min(start + SPAN, self.weeks)
            state, record = program.advance(state, record, inputs, start, stop)
            for name, value in record.items():
                kept[name][start:stop] = np.asarray(value)[: stop - start, ..., :keep]
        series = {n: v for n, v in kept.items() if n in self.quantities}
        cells = {n: v for n, v in kept.items() if n not in self.quantities}
        status = np.asarray(state["status"])[:keep].astype(np.uint8)
        ended = np.asarray(state["ended"])[:keep].astype(np.int32)
        incidents = extract(cells, self.slots, ids, self.week_dates)
        return Batch(plan.id, ids, series, status, ended, incidents, small_ones(cells, self.slots))

    @cached_property
    def levelled(self) -> World:
        """The world with its rates put where the record stands; the world itself where the scenario gives no recorded deaths.

        A few futures of four weeks tell what the mechanisms make of the rates; they are the same for every run of the scenario.
        """
        if RECORDED not in self.scenario.tables or self.world.correction is not None:
            return self.world
        correction = Correction.none(len(self.world.structure.places))
        # Rates are for what the mechanisms explain; where the level stands beyond that is a number of its own, and gusts would be luck.
        off = {f"{m.name}.{name}": value for m in self.mechanisms if m.unexplained for name, value in m.neutral.items()}
        bare = replace(self.world, overrides=off, correction=correction)
        for _ in range(PASSES):
            month = self.first_month(replace(bare, correction=correction))
            correction = correction.after(month.incidents, month.meant, PILOT_WEEKS * PILOT_FUTURES)
        return replace(self.world, correction=correction)

    def first_month(self, world: World | None = None) -> FirstMonth:
        """What the first four weeks bring, beside what was recorded before them.

        Under no orders and without the truces and deals of the last quarter. See `drawdown.levels`.
        """
        chosen, program = self.levelled if world is None else world, self._compiled()
        nothing = Plan("nothing", "", "", ())
        parts = []
        for first in range(0, PILOT_FUTURES, TILE):
            ids = np.arange(first, first + TILE, dtype=np.uint32)
            draws = chosen.draws(PILOT_SEED, ids)
            given, parameters = replace(chosen, correction=None).inputs(draws, TILE)
            wanted, recorded = meant(given, parameters, self.mechanisms), given[RECORDED].astype(np.float64).mean(axis=-1)
            given, parameters = chosen.inputs(draws, TILE)
            for name in SUSPENDED:
                labels = [chosen.structure.labels[dim] for dim in chosen.variables[name].dims]
                for cell, number in self.scenario.tables.get(name, {}).items():
                    if number.applies_from is not None and (self.scenario.origin - number.applies_from).days < QUARTER:
                        given[name][tuple(names.index(one) for names, one in zip(labels, cell, strict=True))] = 0.0
            given.update(plans.arrays(nothing, self.scenario, chosen.structure, PILOT_SEED, ids))
            inputs = self._inputs(given, parameters, ids, PILOT_SEED, PILOT_WEEKS)
            _, made = program.advance(program.begin(inputs), program.blank(), inputs, 0, PILOT_WEEKS)
            cells = {name: np.asarray(value)[:PILOT_WEEKS] for name, value in made.items()}
            deaths = cells["deaths"].astype(np.float64)
            parts.append((counted(cells, self.slots).mean(axis=(0, -1)), wanted, deaths.mean(axis=(0, -1)), recorded))
        incidents, wanted, deaths, recorded = (np.mean(column, axis=0) for column in zip(*parts, strict=True))
        return FirstMonth(incidents, wanted, deaths, recorded)

    @staticmethod
    def _inputs(given: Mapping[str, Array], parameters: Mapping[str, Array], ids: NDArray[np.uint32], seed: int, weeks: int) -> Inputs:
        # The program takes arrays of numpy for arrays of its own.
        return cast(
            "Inputs",
            {
                "given": given,
                "parameters": parameters,
                "futures": ids,
                "seed": np.uint32(seed & 0xFFFFFFFF),
                "weeks": np.int32(weeks),
            },
        )

    def _start(self, plan: Plan, seed: int, ids: NDArray[np.uint32]) -> tuple[Arrays, Inputs, Program]:
        tile = np.resize(ids, TILE)
        world = self.levelled
        given, parameters = world.inputs(world.draws(seed, tile), TILE)
        given.update(plans.arrays(plan, self.scenario, world.structure, seed, tile))
        program = self._compiled()
        inputs = self._inputs(given, parameters, tile, seed, self.weeks)
        return program.begin(inputs), inputs, program

    def replay(self, plan: str | Plan, seed: int, future: int, branch: tuple[int, str | Plan] | None = None) -> Replay:
        """One future again, every variable of every week; with `branch` it goes on under another plan from that week."""
        chosen = self.plan(plan)
        ids = np.array([future], np.uint32)
        state, inputs, program = self._start(chosen, seed, ids)
        record = program.blank()
        weeks: list[dict[str, Array]] = []
        for week in range(self.weeks):
            if branch is not None and week == branch[0]:
                _, inputs, _ = self._start(self.plan(branch[1]), seed, ids)
                # The other plan's orders start from their own triggers; those whose date has passed start now.
                state = {**state, "order_clock": cast("jax.Array", np.full_like(state["order_clock"], -1.0))}
            state, record = program.advance(state, record, inputs, week, week + 1)
            # As numpy first: an index into an array of jax is a program of its own, compiled for every shape.
            weeks.append({n: np.asarray(v)[..., 0].copy() for n, v in state.items()})
        states = {n: np.stack([w[n] for w in weeks]) for n in weeks[0]}
        parted = None if branch is None else branch[0]
        return Replay(chosen.id, future, states, int(weeks[-1]["status"]), int(weeks[-1]["ended"]), parted)

    def _compiled(self) -> Program:
        with self._shared.lock:
            if self._shared.program is None:
                from drawdown.program import build

                self._shared.program = build(self.world.structure, self.world.variables, self.mechanisms, TILE)
            return self._shared.program

    def compile(self) -> None:
        """Compile now rather than at the first run."""
        ids = np.arange(1, dtype=np.uint32)
        state, inputs, program = self._start(Plan("nothing", "", "", ()), 0, ids)
        program.advance(state, program.blank(), inputs, 0, 0)
