"""One step of a mechanism worked by hand: a country of two places in which every number is chosen and nothing is left to chance.

Each step is compiled alone, for this country, and once for all tests that choose numbers for the same draws: a wrong sign in a mechanism
costs a second to find. What a test does not set has its declared default (nobody, nothing), parameters their best values, uniforms one
half and normals zero.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from typing import Any

import numpy as np

from drawdown.incident_rows import Slot
from drawdown.mechanism import Mechanism, discover, variables
from drawdown.program import View, params_of, view_of, work_out
from drawdown.state import Variable
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
Draw = float | tuple[float, ...] | np.ndarray


@cache
def declared() -> tuple[Mechanism, ...]:
    """All mechanisms."""
    return discover()


@cache
def owned() -> Mapping[str, Variable]:
    """All variables, by name."""
    return variables(declared())


def mechanism(name: str) -> Mechanism:
    """The mechanism of that name, as it is declared."""
    found: Mechanism = import_module(f"drawdown.mechanisms.{name}").MECHANISM
    return found


class Seen:
    """A state, or parameters, of arrays that a test made itself, for a step that it runs outside any country."""

    def __init__(self, structure: Any = None, **values: Any) -> None:
        self.structure, self._values = structure, values

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name not in vars(self).get("_values", {}):
            raise AttributeError(name)
        return self._values[name]

    def keep(self, values: Any) -> Any:
        """The values themselves."""
        return values


class Chance:
    """Random numbers of a test's own stream, for a step that it runs outside any country; `places` of them where a draw is by place."""

    def __init__(self, random: np.random.Generator, lanes: int, places: int) -> None:
        self._random, self._lanes, self._places = random, lanes, places

    def _shape(self, dims: tuple[str, ...]) -> tuple[int, ...]:
        return (self._places, self._lanes) if dims else (self._lanes,)

    def normal(self, name: str, dims: tuple[str, ...]) -> tuple[Any, ...]:
        """Four standard normals an entity."""
        import jax.numpy as jnp

        return tuple(jnp.asarray(self._random.normal(size=self._shape(dims)), jnp.float32) for _ in range(4))

    def uniform(self, name: str, dims: tuple[str, ...]) -> tuple[Any, ...]:
        """Four uniforms an entity."""
        import jax.numpy as jnp

        return tuple(jnp.asarray(self._random.uniform(1e-6, 1 - 1e-6, self._shape(dims)), jnp.float32) for _ in range(4))

    mixed = uniform


@dataclass(frozen=True)
class Luck:
    """Random numbers that a test chooses, by the name of the draw: one for all of its words, or one for each; a number for all entities,
    or an array of them."""

    drawn: Mapping[str, Draw] = field(default_factory=dict)
    lanes: int = 1

    def _words(self, name: str, dims: tuple[str, ...], count: int, usual: float) -> tuple[Any, ...]:
        import jax.numpy as jnp

        chosen = self.drawn.get(name, usual)
        values = chosen if isinstance(chosen, tuple) else (chosen,) * count
        shape = (*COUNTRY.shape(dims), self.lanes)
        return tuple(jnp.broadcast_to(jnp.asarray(v, jnp.float32)[..., None], shape) for v in values)

    def uniform(self, name: str, dims: tuple[str, ...]) -> tuple[Any, ...]:
        return self._words(name, dims, 4, 0.5)

    def normal(self, name: str, dims: tuple[str, ...]) -> tuple[Any, ...]:
        return self._words(name, dims, 4, 0.0)

    def mixed(self, name: str, dims: tuple[str, ...]) -> tuple[Any, ...]:
        return self._words(name, dims, 6, 0.5)


def array(name: str, chosen: Chosen) -> np.ndarray:
    """A variable of the country [*dims, 1]: its default everywhere but in the cells that are given (by the names of their members)."""
    variable = owned()[name]
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
        values[:] = np.asarray(chosen, np.float32)[..., None]
    return values


def arrays(values: Mapping[str, np.ndarray]) -> dict[str, Any]:
    """The same as a step gets them."""
    import jax.numpy as jnp

    return {name: jnp.asarray(value) for name, value in values.items()}


def bare_of(names: frozenset[str], given: frozenset[str]) -> set[str]:
    """What is read, and what that is worked out from: all but derived quantities that the test does not give."""
    derived = {d.name: d for other in declared() for d in other.derives}
    bare, ahead = set(), list(names)
    while ahead:
        name = ahead.pop()
        if name in derived and name not in given:
            ahead += derived[name].reads
        else:
            bare.add(name)
    return bare


def seen_by(m: Mechanism, names: frozenset[str], values: Mapping[str, Chosen]) -> dict[str, np.ndarray]:
    """What the mechanism may look at, and what derived quantities turn on; a value that it may not see is a mistake of the test."""
    bare = bare_of(names, frozenset(values))
    blind = values.keys() - bare
    assert not blind, f"{m.name} never sees {sorted(blind)}"
    return {name: np.asarray(values.get(name, 0), np.float32) if name == "week" else array(name, values.get(name)) for name in bare}


@cache
def usual_parameters() -> Mapping[str, np.ndarray]:
    """The best value of every parameter of the model."""
    return {f"{m.name}.{p.name}": np.full(1, p.best, np.float32) for m in declared() for p in m.params}


def parameters(m: Mechanism, chosen: Mapping[str, float]) -> dict[str, np.ndarray]:
    """Those of all mechanisms: best values, but for those of this one that are chosen."""
    wrong = chosen.keys() - {p.name for p in m.params}
    assert not wrong, f"{m.name} has no parameter {sorted(wrong)}"
    return {**usual_parameters(), **{f"{m.name}.{name}": np.full(1, value, np.float32) for name, value in chosen.items()}}


@cache
def stepped(name: str) -> Callable[..., dict[str, Any]]:
    """The step of a mechanism compiled alone: from what it sees, all parameters and what is drawn to what it adds, sets and brings."""
    import jax

    m = mechanism(name)

    def made(seen: Mapping[str, Any], numbers: Mapping[str, Any], drawn: Mapping[str, Any]) -> dict[str, Any]:
        whole = {**seen, **work_out((*m.reads, *(v.name for v in m.owns)), declared(), seen, numbers, COUNTRY)}
        change = m.step(Luck(drawn), view_of(m, whole, COUNTRY), params_of(m, numbers, COUNTRY))
        rows = (Slot(m.name, one).values(row) for one, row in change.incidents.items())
        return {**change.add, **change.set, **{n: v for row in rows for n, v in row.items()}}

    return jax.jit(made)


def step(
    name: str,
    values: Mapping[str, Chosen],
    params: Mapping[str, float] | None = None,
    luck: Mapping[str, Draw] | None = None,
) -> dict[str, np.ndarray]:
    """What the mechanism adds and sets, and its rows of incidents, by variable, each [*dims]."""
    m = mechanism(name)
    seen = seen_by(m, frozenset((*m.reads, *(v.name for v in m.owns))), values)
    made = stepped(name)(seen, parameters(m, params or {}), dict(luck or {}))
    dims = {n: len(v.dims) for n, v in owned().items()}
    return {n: np.broadcast_to(np.asarray(v, float), (*np.shape(v)[: dims[n]], 1))[..., 0] for n, v in made.items()}


def initial(name: str, values: Mapping[str, Chosen], params: Mapping[str, float] | None = None) -> dict[str, np.ndarray]:
    """What the mechanism starts from, by variable, each [*dims]."""
    m = mechanism(name)
    assert m.initial is not None
    names = frozenset(m.initial_reads)
    seen = View(m.name, arrays(seen_by(m, names, values)), names, COUNTRY)
    made = m.initial(seen, params_of(m, arrays(parameters(m, params or {})), COUNTRY))
    return {n: np.asarray(v, float)[..., 0] for n, v in made.items()}


def cell(made: Mapping[str, np.ndarray], name: str, *members: str) -> float:
    """One cell of what was made, by the names of its members."""
    dims = owned()[name].dims
    return float(made[name][tuple(list(COUNTRY.labels[d]).index(m) for m, d in zip(members, dims, strict=True))])
