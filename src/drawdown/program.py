"""The compiled program: phases within a week, weeks within a run, for one structure and one tile of futures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import reduce
from typing import TYPE_CHECKING, NamedTuple, TypedDict

import jax
import jax.numpy as jnp

from drawdown.incident_rows import DEADLIEST, Slot, deadliest
from drawdown.mechanism import PHASES, Change, Kept, Mechanism, slots_of
from drawdown.randomness import avalanche, name_word, threefry, to_uniform
from drawdown.severity import normal_quantile
from drawdown.state import Variable
from drawdown.world import Structure

if TYPE_CHECKING:
    from drawdown.randomness import Words

Array = jax.Array
Arrays = Mapping[str, Array]
Uniforms = tuple[Array, Array, Array, Array]


class Inputs(TypedDict):
    """What differs from tile to tile: given variables [dims, future], parameters [future] by 'mechanism.parameter', ids, seed, weeks."""

    given: Arrays
    parameters: Arrays
    futures: Array
    seed: Array
    weeks: Array


class Program(NamedTuple):
    """The compiled functions of a structure: the state at the origin, an empty record, and the way from one week to another.

    `advance(state, record, inputs, start, stop)` goes on for at most SPAN weeks and writes the first of them first into the record.
    """

    begin: Callable[[Inputs], Arrays]
    blank: Callable[[], Arrays]
    advance: Callable[[Arrays, Arrays, Inputs, int, int], tuple[Arrays, Arrays]]


SPAN = 52  # weeks that a record holds: a program knows no length of a run, so that runs of any length share it
_TOLERANCE = 1e-3  # of the width of the bounds: float32 sums over a hundred cells


class UndeclaredError(Exception):
    """A mechanism touched what it does not declare."""


class View:
    """What one mechanism may see of the state; remembers what it looked at. `week` is that of the program, none at the start."""

    def __init__(self, mechanism: str, values: Arrays, allowed: frozenset[str], structure: Structure, week: Array | None = None) -> None:
        self._mechanism, self._values, self._allowed, self._week = mechanism, values, allowed, week
        self.structure = structure
        self.used: set[str] = set()

    def __getattr__(self, name: str) -> Array:
        if name not in self._allowed:
            raise UndeclaredError(f"{self._mechanism} reads '{name}' without declaring it")
        self.used.add(name)
        return self._values[name]

    def keep(self, values: Kept) -> Kept:
        """The same values, worked out once and stored (see `once`)."""
        return values if self._week is None else once(self._week, values)


def once(week: Array, values: Kept) -> Kept:
    """The same values (any tree of arrays), worked out once and kept.

    XLA on CPU has no multi-output fusion, drops optimization barriers, and repeats cheap arithmetic inside every reader; a branch that it
    cannot decide makes it store them (three times as fast overall: docs/decisions.md).
    """
    if not isinstance(week, jax.core.Tracer):  # outside of a program everything is worked out once as it is
        return values
    kept: Kept = jax.lax.cond(week >= 0, lambda stored: stored, lambda stored: jax.tree.map(jnp.zeros_like, stored), values)
    return kept


@jax.jit
def _words(key: Words[Array], counter: Words[Array]) -> Words[Array]:
    """Four key words [future] of a draw; a function of its own, so that its twenty rounds are traced once instead of at every draw."""
    return threefry(key, counter, jnp)


@jax.jit
def _of_entity(entity: Array, key: Array) -> Array:
    """An entity's word of a key word, [*dims, future]; traced once a shape."""
    word: Array = avalanche(avalanche(entity ^ key, jnp) + key, jnp)
    return word


class Keyed:
    """Random numbers of one mechanism in one week, keyed by name: (seed, future, week, mechanism, draw) × entity.

    `ready` holds the key words of draws that were worked out before; `asked` remembers which draws were made.
    """

    def __init__(self, structure: Structure, key: Words[Array], ready: Mapping[str, Words[Array]] | None = None) -> None:
        self._structure, self._key, self._ready = structure, key, ready or {}
        self.asked: set[str] = set()

    def bits(self, name: str, dims: tuple[str, ...]) -> Words[Array]:
        """Four words per entity and future, [*dims, future]."""
        self.asked.add(name)
        key = self._ready.get(name)
        if key is None:
            zero = jnp.zeros_like(self._key[0])
            key = _words(self._key, (zero + jnp.uint32(name_word(name)), zero, zero, zero))
        entity = jnp.asarray(self._structure.words(dims))[..., None]
        a, b, c, d = (_of_entity(entity, k) if dims else k for k in key)
        return a, b, c, d

    def uniform(self, name: str, dims: tuple[str, ...]) -> Uniforms:
        """Four independent uniforms in (0,1) per entity and future."""
        a, b, c, d = self.bits(name, dims)
        return to_uniform(a, jnp), to_uniform(b, jnp), to_uniform(c, jnp), to_uniform(d, jnp)

    def mixed(self, name: str, dims: tuple[str, ...]) -> tuple[Array, Array, Array, Array, Array, Array]:
        """Two fine uniforms (23 bits) and four coarse ones (16 bits, for rounding and sharing out) of one block per entity."""
        a, b, c, d = self.bits(name, dims)
        halves = [jnp.right_shift(w, jnp.uint32(16)) if high else w & jnp.uint32(0xFFFF) for w in (c, d) for high in (True, False)]
        coarse = [(h.astype(jnp.float32) + 0.5) * jnp.float32(2.0**-16) for h in halves]
        return to_uniform(a, jnp), to_uniform(b, jnp), coarse[0], coarse[1], coarse[2], coarse[3]

    def normal(self, name: str, dims: tuple[str, ...]) -> Uniforms:
        """Four independent standard normals per entity and future."""
        a, b, c, d = self.uniform(name, dims)
        return normal_quantile(a), normal_quantile(b), normal_quantile(c), normal_quantile(d)


def view_of(m: Mechanism, values: Arrays, structure: Structure) -> View:
    """The state as the mechanism may see it: what it reads, and what it owns."""
    return View(m.name, values, frozenset((*m.reads, *(v.name for v in m.owns))), structure, values.get("week"))


def params_of(m: Mechanism, parameters: Arrays, structure: Structure) -> View:
    """The mechanism's own parameters as attributes."""
    own = {p.name: parameters[f"{m.name}.{p.name}"] for p in m.params}
    return View(m.name, own, frozenset(own), structure)


def work_out(
    wanted: Iterable[str],
    mechanisms: Sequence[Mechanism],
    values: Arrays,
    parameters: Arrays,
    structure: Structure,
) -> dict[str, Array]:
    """The derived quantities among `wanted`, and those that they are worked out from, as far as `values` does not hold them yet."""
    declared = {d.name: (m, d) for m in mechanisms for d in m.derives}
    made: dict[str, Array] = {}

    def make(name: str) -> None:
        if name in declared and name not in values and name not in made:
            m, derived = declared[name]
            for other in derived.reads:
                make(other)
            seen = View(name, {**values, **made}, frozenset(derived.reads), structure)
            made[name] = derived.formula(seen, params_of(m, parameters, structure))
        elif name == DEADLIEST.name and name not in values:
            made[name] = deadliest(values, slots_of(mechanisms), len(structure.places))

    for name in wanted:
        make(name)
    return made


def key_of(m: str, inputs: Inputs, week: Array, structure: Structure, ready: Mapping[str, Words[Array]] | None = None) -> Keyed:
    """The key of one mechanism in one week; `ready` are its key words by draw where they have been worked out already."""
    ids = inputs["futures"]
    word = jnp.full_like(ids, name_word(m))
    return Keyed(structure, (jnp.full_like(ids, inputs["seed"]), ids, jnp.full_like(ids, week), word), ready)


def draws_of(m: Mechanism, variables: Mapping[str, Variable], structure: Structure, tile: int) -> tuple[str, ...]:
    """The names of the draws that a mechanism makes in a week: its step is followed once, without numbers."""

    def unknown(*shape: int) -> jax.ShapeDtypeStruct:
        return jax.ShapeDtypeStruct((*shape, tile), jnp.float32)  # type: ignore[no-untyped-call]

    asked: set[str] = set()

    def follow(values: Arrays, parameters: Arrays) -> None:
        word = jnp.zeros(tile, jnp.uint32)  # made in here, where it is followed and not compiled
        key = Keyed(structure, (word, word, word, word))
        m.step(key, view_of(m, {**values, "week": jnp.int32(0)}, structure), params_of(m, parameters, structure))
        asked.update(key.asked)

    cells = {n: unknown(*structure.shape(v.dims)) for n, v in variables.items()}
    jax.eval_shape(follow, cells, {f"{m.name}.{p.name}": unknown() for p in m.params})
    return tuple(sorted(asked))


def key_words(draws: Mapping[str, Sequence[str]], inputs: Inputs, week: Array) -> dict[str, dict[str, Words[Array]]]:
    """Four key words [future] of every draw of a week, by mechanism and name; worked out together and stored.

    Left to those who read them, XLA repeats the twenty rounds in each kernel: they were half of what there was to compile.
    """
    named = [(m, name) for m, names in draws.items() for name in names]
    ready: dict[str, dict[str, Words[Array]]] = {m: {} for m in draws}
    if not named:
        return ready
    zero = jnp.zeros((len(named), *inputs["futures"].shape), jnp.uint32)
    of_mechanism, of_draw = (jnp.asarray([[name_word(pair[k])] for pair in named], jnp.uint32) for k in (0, 1))
    key = (zero + inputs["seed"], zero + inputs["futures"], zero + week.astype(jnp.uint32), zero + of_mechanism)
    words = once(week, _words(key, (zero + of_draw, zero, zero, zero)))
    for row, (m, name) in enumerate(named):
        a, b, c, d = (word[row] for word in words)
        ready[m][name] = a, b, c, d
    return ready


def apply(m: Mechanism, change: Change, pressures: dict[str, Array], owned: dict[str, Array]) -> None:
    """Add to pressures, set what it owns, its rows of incidents among it; anything else is a fault of the mechanism."""
    mine = {v.name: v for v in m.owns}
    for name, value in change.set.items():
        if name not in mine:
            raise UndeclaredError(f"{m.name} sets '{name}', which it does not own")
        owned[name] = value
    for name, value in change.add.items():
        if name not in m.adds and not (name in mine and mine[name].kind == "pressure"):
            raise UndeclaredError(f"{m.name} adds to '{name}' without declaring it")
        pressures[name] = pressures[name] + value
    if change.incidents.keys() != set(m.incidents):
        brought = ", ".join(f"{one.kind}, {one.violence}" for one in change.incidents) or "none"
        raise UndeclaredError(f"{m.name} returns rows of incidents that are not those it declares: {brought}")
    for incident, row in change.incidents.items():
        owned.update(Slot(m.name, incident).values(row))


def build(structure: Structure, variables: Mapping[str, Variable], mechanisms: tuple[Mechanism, ...], tile: int) -> Program:
    """The three functions of a program, compiled when they are first called."""
    moving = {n: v for n, v in variables.items() if v.kind not in ("given", "derived")}
    cells = {v.name: v for slot in slots_of(mechanisms) for v in slot.variables}
    derived = {**{d.name: d.reads for m in mechanisms for d in m.derives}, DEADLIEST.name: tuple(cells)}
    constant = {n for n, v in moving.items() if v.kind == "constant"}
    recorded = {n: v for n, v in moving.items() if v.record}
    draws = {m.name: draws_of(m, variables, structure, tile) for m in mechanisms}

    def begin(inputs: Inputs) -> dict[str, Array]:
        state = {n: jnp.full((*structure.shape(v.dims), tile), v.default, jnp.float32) for n, v in moving.items()}
        for m in mechanisms:
            if m.initial is not None:
                seen = View(m.name, inputs["given"], frozenset(m.initial_reads), structure)
                for name, value in m.initial(seen, params_of(m, inputs["parameters"], structure)).items():
                    state[name] = jnp.broadcast_to(value, state[name].shape).astype(jnp.float32)
        state["status"] = jnp.zeros(tile, jnp.int32)
        state["ended"] = jnp.full(tile, inputs["weeks"], jnp.int32)
        return state

    def one_week(state: Arrays, inputs: Inputs, week: Array) -> dict[str, Array]:
        values = {**inputs["given"], **state, "week": week}
        pressures = {n: jnp.zeros_like(state[n]) for n, v in moving.items() if v.kind == "pressure"}
        values.update(pressures)
        words = key_words(draws, inputs, week)
        for phase in PHASES:
            owned: dict[str, Array] = {}
            acting = [m for m in mechanisms if m.phase == phase]
            wanted = [n for m in acting for n in m.reads]
            values.update(once(week, work_out(wanted, mechanisms, values, inputs["parameters"], structure)))
            for m in acting:
                key = key_of(m.name, inputs, week, structure, words[m.name])
                change = m.step(key, view_of(m, values, structure), params_of(m, inputs["parameters"], structure))
                apply(m, change, pressures, owned)
            fresh = once(week, {**pressures, **owned})
            values.update(fresh)
            pressures = {n: fresh[n] for n in pressures}
            # What is derived of what has moved is worked out anew by the next phase that reads it.
            values = {n: v for n, v in values.items() if not moved(n, fresh)}
        return settle(state, values, week)

    def moved(name: str, fresh: Arrays) -> bool:
        return name in derived and any(other in fresh or moved(other, fresh) for other in derived[name])

    def settle(state: Arrays, values: Arrays, week: Array) -> dict[str, Array]:
        new = {n: jnp.broadcast_to(values[n], state[n].shape) for n in moving}
        status = jnp.where(state["status"] > 0, state["status"], health(new))
        alive = status == 0
        kept = {n: state[n] if n in constant else jnp.where(alive, new[n], state[n]) for n in moving}
        just = (state["status"] == 0) & ~alive
        return {**kept, "status": status, "ended": jnp.where(just, week, state["ended"])}

    def health(new: Arrays) -> Array:
        # Quantities of one shape together: a reduction for each was a fifth of all kernels.
        finite: dict[tuple[str, ...], Array] = {}
        inside: dict[tuple[str, ...], Array] = {}
        for n, v in moving.items():
            finite[v.dims] = finite.get(v.dims, jnp.bool_(True)) & jnp.isfinite(new[n])
            margin = _TOLERANCE * (v.high - v.low if v.high < float("inf") > -v.low else 1.0)
            if v.low > float("-inf"):
                inside[v.dims] = inside.get(v.dims, jnp.bool_(True)) & (new[n] >= v.low - margin)
            if v.high < float("inf"):
                inside[v.dims] = inside.get(v.dims, jnp.bool_(True)) & (new[n] <= v.high + margin)

        def all_of(held: Mapping[tuple[str, ...], Array]) -> Array:
            return reduce(jnp.logical_and, (cells.all(range(len(dims))) for dims, cells in held.items()), jnp.ones(tile, bool))

        return jnp.where(~all_of(finite), 1, jnp.where(~all_of(inside), 2, 0)).astype(jnp.int32)

    def blank() -> dict[str, Array]:
        series = {n: jnp.zeros((SPAN, *structure.shape(v.dims), tile), jnp.float32) for n, v in recorded.items()}
        counts = {n: jnp.zeros((SPAN, *structure.shape(v.dims), tile), jnp.int16) for n, v in cells.items()}
        return {**series, **counts}

    def advance(state: Arrays, record: Arrays, inputs: Inputs, start: int, stop: int) -> tuple[Arrays, Arrays]:
        def body(carry: tuple[Array, Arrays, Arrays]) -> tuple[Array, Arrays, Arrays]:
            week, now, kept = carry
            after = one_week(now, inputs, week)
            alive = after["status"] == 0
            written = {}
            for n, buffer in kept.items():
                value = after[n] if n in recorded else jnp.where(alive, jnp.minimum(after[n], 32767.0), 0.0).astype(jnp.int16)
                written[n] = jax.lax.dynamic_update_index_in_dim(buffer, value, week - start, 0)
            return week + 1, after, written

        first: tuple[Array, Arrays, Arrays] = (jnp.asarray(start, jnp.int32), state, record)
        _, last, filled = jax.lax.while_loop(lambda carry: carry[0] < stop, body, first)
        return last, filled

    return Program(jax.jit(begin), jax.jit(blank), jax.jit(advance, donate_argnums=(0, 1)))
