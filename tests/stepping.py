"""A week taken apart: what each mechanism saw and what it returned, outside the compiled program."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, cast

import numpy as np

from drawdown.engine import Engine
from drawdown.incident_rows import Slot
from drawdown.mechanism import PHASES, Change, Mechanism
from drawdown.program import Inputs, View, apply, key_of, params_of, view_of, work_out
from drawdown.scenario.model import Plan
from drawdown.vocabulary.tile import TILE


@dataclass(frozen=True)
class Moment:
    """Everything that a mechanism may look at in one week of one tile: state [dims, future], parameters [future], its key."""

    mechanism: Mechanism
    values: Mapping[str, Any]
    inputs: Mapping[str, Any]
    week: Any
    structure: Any
    mechanisms: tuple[Mechanism, ...]  # of the whole model, for what they derive
    views: list[View] = field(default_factory=list)

    def step(self, parameters: Mapping[str, Any] | None = None, values: Mapping[str, Any] | None = None) -> Change:
        """What the mechanism does; with other parameters ('mechanism.parameter') or other values where given."""
        key = key_of(self.mechanism.name, cast("Inputs", self.inputs), self.week, self.structure)
        seen, drawn = {**self.values, **(values or {})}, {**self.inputs["parameters"], **(parameters or {})}
        seen.update(work_out(self.mechanism.reads, self.mechanisms, seen, drawn, self.structure))
        state = view_of(self.mechanism, seen, self.structure)
        params = params_of(self.mechanism, drawn, self.structure)
        self.views[:] = [state, params]
        return self.mechanism.step(key, state, params)

    @property
    def neutral(self) -> dict[str, Any]:
        """The parameters that switch the mechanism off, for every future."""
        return {f"{self.mechanism.name}.{p}": np.full(TILE, v, np.float32) for p, v in self.mechanism.neutral.items()}


def flat(change: Change) -> dict[str, np.ndarray]:
    """All that a change holds, by `add:`, `set:` and `row:` names, as arrays."""
    return {
        **{f"add:{name}": np.asarray(value) for name, value in change.add.items()},
        **{f"set:{name}": np.asarray(value) for name, value in change.set.items()},
        **{f"row:{n}": np.asarray(v) for one, row in change.incidents.items() for n, v in Slot("", one).values(row).items()},
    }


def started(
    engine: Engine, plan: str | Plan, seed: int, weeks: int, ids: np.ndarray | None = None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """State after some weeks of the compiled program, and its inputs."""
    chosen = np.arange(TILE, dtype=np.uint32) if ids is None else ids.astype(np.uint32)
    state, inputs, program = engine._start(engine.plan(plan), seed, chosen)
    state, _ = program.advance(state, program.blank(), inputs, 0, weeks)
    return dict(state), dict(inputs)


def moments(engine: Engine, state: Mapping[str, Any], inputs: Mapping[str, Any], week: int) -> Callable[[str], Moment]:
    """The moment of a mechanism in the week after `state`, by its name; each phase sees what the earlier ones did.

    Phases are stepped when a later one is asked for: uncompiled, every operation is a small program of its own.
    """
    import jax.numpy as jnp

    structure, now = engine.world.structure, jnp.int32(week)
    none = {n: jnp.zeros_like(state[n]) for n, v in engine.world.variables.items() if v.kind == "pressure"}
    by_name = {m.name: m for m in engine.mechanisms}

    @cache
    def of(name: str) -> Moment:
        m = by_name[name]
        return Moment(m, seen_by(PHASES.index(m.phase)), inputs, now, structure, engine.mechanisms)

    @cache
    def seen_by(phase: int) -> dict[str, Any]:
        if phase == 0:
            return {**inputs["given"], **state, **none, "week": now}
        values, owned = seen_by(phase - 1), dict[str, Any]()
        pressures = {n: values[n] for n in none}
        for m in engine.mechanisms:
            if m.phase == PHASES[phase - 1]:
                apply(m, of(m.name).step(), pressures, owned)
        return {**values, **pressures, **owned}

    return of


def jitted(moment: Moment) -> Callable[..., Change]:
    """The step compiled alone: `call(parameters, values, inputs)`; the week is held. One program, whichever parameters are given."""
    import jax

    @jax.jit
    def compiled(values: Mapping[str, Any], whole: Mapping[str, Any]) -> Any:
        change = Moment(moment.mechanism, values, whole, moment.week, moment.structure, moment.mechanisms).step()
        return dict(change.add), dict(change.set), [change.incidents[one] for one in moment.mechanism.incidents]

    def run(parameters: Mapping[str, Any], values: Mapping[str, Any], inputs: Mapping[str, Any]) -> Change:
        whole = {**inputs, "parameters": {**inputs["parameters"], **parameters}}
        add, owned, rows = compiled(values, whole)
        return Change(add, owned, dict(zip(moment.mechanism.incidents, rows, strict=True)))

    return run
