"""One step of a mechanism worked by hand: a country of two places in which every number is chosen and nothing is left to chance.

No program is compiled, so that a wrong sign in a mechanism costs a second to find. What a test does not set has its declared default
(nobody, nothing), parameters their best values, uniforms one half and normals zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from typing import Any

import numpy as np

from drawdown.incident_rows import Slot
from drawdown.mechanism import Mechanism, discover, variables
from drawdown.program import View, params_of, view_of, work_out
from drawdown.world import Structure

ACTORS = {
    "guest": "foreign",
    "partner": "foreign",
    "army": "army",
    "police": "police",
    "militia": "militia",
    "rebels": "insurgent",
    "tribes": "local-ally",
}
COUNTRY = Structure(
    places=("hill", "plain"),
    communities=("red", "blue"),
    actors=tuple(ACTORS),
    kinds=tuple(ACTORS.values()),
    dyads=(("guest", "militia"), ("guest", "rebels"), ("army", "rebels"), ("police", "militia"), ("militia", "rebels")),
    sponsors=("east", "west"),
    homes=("home", "abroad"),
    sent_by=(0, 1, -1, -1, -1, -1, -1),
)
# What a test gives a variable: one number for all cells, numbers for some (by the names of their members), or all of them in an array.
Chosen = Any


@cache
def declared() -> tuple[Mechanism, ...]:
    """All mechanisms."""
    return discover()


def mechanism(name: str) -> Mechanism:
    """The mechanism of that name, as it is declared."""
    found: Mechanism = import_module(f"drawdown.mechanisms.{name}").MECHANISM
    return found


@dataclass(frozen=True)
class Luck:
    """Random numbers that a test chooses, by the name of the draw: one for all of its words, or one for each."""

    drawn: Mapping[str, float | tuple[float, ...]] = field(default_factory=dict)
    lanes: int = 1

    def _words(self, name: str, dims: tuple[str, ...], count: int, usual: float) -> tuple[Any, ...]:
        import jax.numpy as jnp

        chosen = self.drawn.get(name, usual)
        values = chosen if isinstance(chosen, tuple) else (chosen,) * count
        return tuple(jnp.full((*COUNTRY.shape(dims), self.lanes), v, jnp.float32) for v in values)

    def uniform(self, name: str, dims: tuple[str, ...]) -> tuple[Any, ...]:
        return self._words(name, dims, 4, 0.5)

    def normal(self, name: str, dims: tuple[str, ...]) -> tuple[Any, ...]:
        return self._words(name, dims, 4, 0.0)

    def mixed(self, name: str, dims: tuple[str, ...]) -> tuple[Any, ...]:
        return self._words(name, dims, 6, 0.5)


def array(name: str, chosen: Chosen) -> Any:
    """A variable of the country [*dims, 1]: its default everywhere but in the cells that are given (by the names of their members)."""
    import jax.numpy as jnp

    variable = variables(declared())[name]
    shape = COUNTRY.shape(variable.dims)
    values = np.full((*shape, 1), variable.default, np.float32)
    if isinstance(chosen, Mapping):
        for cell, value in chosen.items():
            members = cell if isinstance(cell, tuple) else (cell,)
            index = tuple(
                k if isinstance(k, int) else list(COUNTRY.labels[d]).index(k) for k, d in zip(members, variable.dims, strict=True)
            )
            values[index] = value
    elif chosen is not None:
        values = np.broadcast_to(np.asarray(chosen, np.float32)[..., None], values.shape)
    return jnp.asarray(values)


def seen_by(m: Mechanism, names: frozenset[str], values: Mapping[str, Chosen]) -> Mapping[str, Any]:
    """The state in full, as the mechanism may look at it; a value that it may not see is a mistake of the test.

    What it reads of derived quantities is worked out from what they turn on, unless the test gives it.
    """
    derived = {d.name: d for other in declared() for d in other.derives}
    bare, ahead = set(), list(names)
    while ahead:
        name = ahead.pop()
        if name in derived and name not in values:
            ahead += derived[name].reads
        else:
            bare.add(name)
    blind = values.keys() - bare
    assert not blind, f"{m.name} never sees {sorted(blind)}"
    seen: dict[str, Any] = {name: np.float32(values.get(name, 0)) if name == "week" else array(name, values.get(name)) for name in bare}
    numbers = {name: value for other in declared() for name, value in parameters(other, {}).items()}
    return {**seen, **work_out(names, declared(), seen, numbers, COUNTRY)}


def parameters(m: Mechanism, chosen: Mapping[str, float]) -> Mapping[str, Any]:
    """Best values, but for those that are chosen."""
    import jax.numpy as jnp

    wrong = chosen.keys() - {p.name for p in m.params}
    assert not wrong, f"{m.name} has no parameter {sorted(wrong)}"
    return {f"{m.name}.{p.name}": jnp.full(1, chosen.get(p.name, p.best), jnp.float32) for p in m.params}


def step(
    name: str,
    values: Mapping[str, Chosen],
    params: Mapping[str, float] | None = None,
    luck: Mapping[str, float | tuple[float, ...]] | None = None,
) -> dict[str, np.ndarray]:
    """What the mechanism adds and sets, and its rows of incidents, by variable, each [*dims]."""
    import jax

    m = mechanism(name)
    names = frozenset((*m.reads, *(v.name for v in m.owns)))
    state = view_of(m, seen_by(m, names, values), COUNTRY)
    with jax.disable_jit():  # else every branch of `state.keep` is compiled anew in every call
        change = m.step(Luck(luck or {}), state, params_of(m, parameters(m, params or {}), COUNTRY))
    rows = (Slot(m.name, one).values(row) for one, row in change.incidents.items())
    made = {**change.add, **change.set, **{n: v for row in rows for n, v in row.items()}}
    dims = {n: len(v.dims) for n, v in variables(declared()).items()}
    return {n: np.broadcast_to(np.asarray(v, float), (*np.shape(v)[: dims[n]], 1))[..., 0] for n, v in made.items()}


def initial(name: str, values: Mapping[str, Chosen], params: Mapping[str, float] | None = None) -> dict[str, np.ndarray]:
    """What the mechanism starts from, by variable, each [*dims]."""
    m = mechanism(name)
    assert m.initial is not None
    names = frozenset(m.initial_reads)
    seen = View(m.name, seen_by(m, names, values), names, COUNTRY)
    made = m.initial(seen, params_of(m, parameters(m, params or {}), COUNTRY))
    return {n: np.asarray(v, float)[..., 0] for n, v in made.items()}


def cell(made: Mapping[str, np.ndarray], name: str, *members: str) -> float:
    """One cell of what was made, by the names of its members."""
    dims = variables(declared())[name].dims
    return float(made[name][tuple(list(COUNTRY.labels[d]).index(m) for m, d in zip(members, dims, strict=True))])
