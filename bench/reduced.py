"""The reduced model through the real engine: four mechanisms."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from bench import equations as e
from bench.country import Country, as_scenario
from drawdown.engine import Engine
from drawdown.mechanism import Change, Mechanism
from drawdown.scenario.model import Plan
from drawdown.severity import poisson
from drawdown.state import Variable

NOTHING = Plan("nothing", "No orders", "", ())
_INF = float("inf")
FORCE = Variable("force", ("place", "actor"), "persons", "stock", "persons under arms", 0, _INF, record=True)
CONTROL = Variable("control", ("place", "actor"), "share", "stock", "share of residents ruled", 0, 1, record=True)
FOUGHT = Variable("clashes_fought", ("place",), "per week", "pressure", "clashes", 0, _INF, record=True)
KILLED = Variable("killed", ("place", "actor"), "persons", "pressure", "killed in clashes", 0, _INF)
LEFT = Variable("left", ("place", "actor"), "persons", "pressure", "deserted", 0, _INF)


def _clashes(key: Any, state: Any, params: Any) -> Change:
    first, second = state.structure.first, state.structure.second
    mean = e.CLASHES * state.hostility * jnp.sqrt(state.force[:, first] * state.force[:, second]) / 1000.0
    fought = poisson(key.uniform("clashes", ("place", "dyad"))[0], mean)
    one_of = jnp.eye(len(state.structure.actors))
    sides = one_of[first] + one_of[second]  # [dyad, actor]
    return Change.of({"killed": e.LETHALITY * jnp.einsum("pdf,da->paf", fought, sides), "clashes_fought": fought.sum(axis=1)})


def _desertion(key: Any, state: Any, params: Any) -> Change:
    mean = state.force * (e.LEAVE + e.LEAVE_UNRULED * (1.0 - state.control))
    return Change.of({"left": poisson(key.uniform("left", ("place", "actor"))[0], mean)})


def _forces(key: Any, state: Any, params: Any) -> Change:
    recruits = e.RECRUITS * state.population[:, None] * state.control
    return Change.of(force=jnp.maximum(state.force + recruits - state.killed - state.left, 0.0))


def _ruled(force: Any) -> Any:
    powered = force**e.DECISIVE
    return powered / (powered.sum(axis=1, keepdims=True) + e.VOID)


def _control(key: Any, state: Any, params: Any) -> Change:
    return Change.of(control=state.control + e.INERTIA * (_ruled(state.force) - state.control))


def _at_origin(given: Any) -> Any:
    return given.strength[None] * given.deployment


MECHANISMS = (
    Mechanism("clashes", "ACT", "clashes", _clashes, reads=("force", "hostility"), adds=("killed", "clashes_fought")),
    Mechanism("desertion", "ACT", "desertion", _desertion, reads=("force", "control"), adds=("left",)),
    Mechanism(
        "control",
        "SETTLE",
        "control",
        _control,
        owns=(CONTROL,),
        reads=("force",),
        initial=lambda given, params: {"control": _ruled(_at_origin(given))},
        initial_reads=("strength", "deployment"),
    ),
    Mechanism(
        "forces",
        "SETTLE",
        "forces",
        _forces,
        owns=(FORCE, KILLED, LEFT, FOUGHT),
        reads=("control", "population"),
        initial=lambda given, params: {"force": _at_origin(given)},
        initial_reads=("strength", "deployment"),
    ),
)


def engine(made: Country, weeks: int) -> Engine:
    """The engine with these mechanisms only."""
    return Engine(as_scenario(made, weeks), MECHANISMS)


def run(prepared: Engine, futures: int, seed: int) -> dict[str, NDArray[np.float32]]:
    """Series [week, ..., future]."""
    return dict(prepared.run(NOTHING, seed, np.arange(futures)).series)
