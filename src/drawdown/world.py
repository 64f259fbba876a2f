"""From a resolved scenario to arrays: the structure that shapes the program, and the values that every future draws.

`Structure` holds names and counts only: two scenarios of equal structure share one compiled program. Values are drawn per future,
each number from the random key of its own name.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from drawdown.levels import Correction, at_the_record
from drawdown.mechanism import Mechanism, variables
from drawdown.randomness import entity_word, name_word, threefry, to_uniform
from drawdown.scenario.model import Distribution, Number, Scenario, dyad_label
from drawdown.scenario.shares import SUMS, close, groups
from drawdown.state import Variable
from drawdown.vocabulary.dimensions import is_drawn, with_second_axes
from drawdown.vocabulary.order_slots import ORDER_SLOTS
from drawdown.vocabulary.units import Scale, scale_of
from drawdown.vocabulary.violence import VIOLENCE

Array = NDArray[np.float32]
_QUANTILE_95 = 1.6448536269514722


@dataclass(frozen=True)
class Structure:
    """Names of the members of each dimension, and which actors are what (float32 arrays [actor, 1] of zeros and ones)."""

    places: tuple[str, ...]
    communities: tuple[str, ...]
    actors: tuple[str, ...]
    kinds: tuple[str, ...]
    dyads: tuple[tuple[str, str], ...]
    sponsors: tuple[str, ...]
    homes: tuple[str, ...]
    sent_by: tuple[int, ...]  # index of the home government of each actor, -1 for none

    @cached_property
    def labels(self) -> Mapping[str, tuple[str, ...]]:
        """Members of every dimension."""
        return with_second_axes(
            {
                "place": self.places,
                "community": self.communities,
                "actor": self.actors,
                "dyad": tuple(dyad_label(pair) for pair in self.dyads),
                "sponsor": self.sponsors,
                "home": self.homes,
                "order": tuple(f"order-{k}" for k in range(ORDER_SLOTS)),
                "violence": VIOLENCE,
            }
        )

    def shape(self, dims: Sequence[str]) -> tuple[int, ...]:
        """Lengths of the dimensions."""
        return tuple(len(self.labels[d]) for d in dims)

    def words(self, dims: Sequence[str]) -> NDArray[np.uint32]:
        """The random word of each entity, a combination of members of the dimensions [*dims]."""
        combinations = itertools.product(*(self.labels[d] for d in dims))
        return np.array([entity_word(*names) for names in combinations], np.uint32).reshape(self.shape(dims))

    def of_kind(self, *kinds: str) -> Array:
        """Mask [actor, 1] of the actors of these kinds."""
        return np.array([[float(kind in kinds)] for kind in self.kinds], np.float32)

    @cached_property
    def foreign(self) -> Array:
        return self.of_kind("foreign")

    @cached_property
    def army(self) -> Array:
        return self.of_kind("army")

    @cached_property
    def police(self) -> Array:
        return self.of_kind("police")

    @cached_property
    def state(self) -> Array:
        return self.of_kind("army", "police")

    @cached_property
    def groups(self) -> Array:
        return self.of_kind("militia", "insurgent", "local-ally")

    @cached_property
    def first(self) -> NDArray[np.intp]:
        """Index of the first actor of each dyad."""
        return np.array([self.actors.index(a) for a, _ in self.dyads], np.intp)

    @cached_property
    def second(self) -> NDArray[np.intp]:
        return np.array([self.actors.index(b) for _, b in self.dyads], np.intp)


def structure_of(scenario: Scenario) -> Structure:
    """The structure of a scenario."""
    homes = tuple(o.id for o in scenario.homes)
    return Structure(
        tuple(p.id for p in scenario.places),
        tuple(c.id for c in scenario.communities),
        tuple(a.id for a in scenario.actors),
        tuple(a.kind for a in scenario.actors),
        scenario.dyads,
        tuple(o.id for o in scenario.sponsors),
        homes,
        tuple(homes.index(a.home) if a.home in homes else -1 for a in scenario.actors),
    )


def uniforms(seed: int, futures: NDArray[np.integer], names: Sequence[str]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Two uniforms [name, future] for every number: one for its value, one for the choice among rival estimates."""
    words = np.array([name_word(n) for n in names], np.uint32)[:, None]
    ids = np.asarray(futures, np.uint32)[None, :]
    one = np.ones_like(ids)
    key = (one * np.uint32(seed & 0xFFFFFFFF), ids, one * np.uint32(0xFFFFFFFF), one * np.uint32(name_word("draws")))
    zero = np.zeros_like(words)
    with np.errstate(over="ignore"):
        bits = threefry(key, (words, zero, zero, zero), np)
    return to_uniform(bits[0], np).astype(np.float64), to_uniform(bits[1], np).astype(np.float64)


def quantile(
    number: Distribution, unit: str, u: NDArray[np.float64], choice: NDArray[np.float64], bounds: tuple[float, float]
) -> NDArray[np.float64]:
    """Value of a distribution at probability `u`, truncated to `bounds` by rescaling `u`; `choice` picks among rival estimates."""
    if number.kind == "mixture":
        weights = np.cumsum([w for w, _ in number.parts])
        index = np.searchsorted(weights / weights[-1], choice, side="right").clip(max=len(number.parts) - 1)
        values = np.stack([quantile(part, unit, u, choice, bounds) for _, part in number.parts])
        chosen: NDArray[np.float64] = np.take_along_axis(values, index[None, :], axis=0)[0]
        return chosen
    if number.kind == "fixed" or number.low is None or number.high is None:
        return np.full_like(u, number.best)
    return _two_piece(number.low, number.best, number.high, scale_of(unit, number.low, number.high), u, bounds)


def _two_piece(
    low: float, best: float, high: float, scale: Scale, u: NDArray[np.float64], bounds: tuple[float, float]
) -> NDArray[np.float64]:
    from scipy.special import expit, logit, ndtr, ndtri

    forward, back = {"log": (np.log, np.exp), "logit": (logit, expit), "linear": (np.asarray, np.asarray)}[scale]
    middle = float(forward(best))
    below, above = (middle - float(forward(low))) / _QUANTILE_95, (float(forward(high)) - middle) / _QUANTILE_95

    def probability(bound: float, otherwise: float) -> float:
        # A bound at or beyond the end of the scale does not cut.
        beyond = not np.isfinite(bound) or (scale != "linear" and bound <= 0) or (scale == "logit" and bound >= 1)
        at = otherwise if beyond else float(forward(bound))
        width = above if at > middle else below
        return float(ndtr((at - middle) / width)) if width > 0 else float(at > middle)

    start, end = probability(bounds[0], -np.inf), probability(bounds[1], np.inf)
    z = ndtri(start + u * (end - start))
    return np.asarray(back(middle + np.where(z > 0, above, below) * z), np.float64)


@dataclass(frozen=True)
class World:
    """A scenario ready for the engine."""

    scenario: Scenario
    structure: Structure
    mechanisms: tuple[Mechanism, ...]
    overrides: Mapping[str, float]
    correction: Correction | None = None  # of rates, beyond what their mean toll says; see drawdown.levels

    @cached_property
    def variables(self) -> Mapping[str, Variable]:
        return variables(self.mechanisms)

    @cached_property
    def parameter_numbers(self) -> Mapping[str, Number]:
        """Every mechanism parameter: the scenario's number, or the mechanism's default."""
        numbers: dict[str, Number] = {}
        for m in self.mechanisms:
            for p in m.params:
                name = f"{m.name}.{p.name}"
                kind = "fixed" if p.low == p.high else "range"
                default = Number(name, Distribution(kind, p.best, p.low, p.high), p.unit, p.source or None, "", p.grade, p.about)  # type: ignore[arg-type]  # kind is one of two literals
                numbers[name] = self.scenario.parameters.get(name, default)
        return numbers

    @cached_property
    def bounds(self) -> Mapping[str, tuple[float, float]]:
        parameters = {f"{m.name}.{p.name}": p.bounds for m in self.mechanisms for p in m.params}
        cells = {n.name: (self.variables[v].low, self.variables[v].high) for v, cs in self.scenario.tables.items() for n in cs.values()}
        return {**cells, **parameters}

    def draws(self, seed: int, futures: NDArray[np.integer]) -> dict[str, Array]:
        """Every uncertain number of each future [future], by name, and `hypothesis:<id>` as the index of the option drawn."""
        drawn: dict[str, Array] = {}
        numbers = dict(self.parameter_numbers)
        for variable, cells in self.scenario.tables.items():
            if is_drawn(self.variables[variable].dims):
                numbers.update({n.name: n for n in cells.values()})
        uncertain = [n for n in numbers.values() if n.distribution.kind != "fixed"]
        self._draw(seed, futures, uncertain, drawn, prefix="")
        for hypothesis in self.scenario.hypotheses:
            weights = np.cumsum([option.weight.distribution.best for option in hypothesis.options])
            _, choice = uniforms(seed, futures, [f"hypothesis:{hypothesis.id}"])
            index = np.searchsorted(weights / weights[-1], choice[0], side="right").clip(max=len(weights) - 1)
            drawn[f"hypothesis:{hypothesis.id}"] = index.astype(np.float32)
            for k, option in enumerate(hypothesis.options):
                values: dict[str, Array] = {}
                self._draw(seed, futures, option.sets, values, prefix=f"{option.id}:")
                for name, value in values.items():
                    base = drawn[name] if name in drawn else np.full(len(futures), numbers[name].distribution.best, np.float32)
                    drawn[name] = np.where(index == k, value, base)
        self._posterior(seed, futures, drawn)
        for name, fixed in self.overrides.items():
            drawn[name] = np.full(len(futures), fixed, np.float32)
        for rule in SUMS:
            axis = self.variables[rule.variable].dims.index(rule.per)
            for _, parts in groups(self.scenario.tables.get(rule.variable, {}), axis):
                close(drawn, parts, rule.rest, self.overrides)
        return drawn

    def _posterior(self, seed: int, futures: NDArray[np.integer], drawn: dict[str, Array]) -> None:
        """Joint posterior draws replace prior ones; each future takes one row for all of them, so that they stay joint."""
        if not self.scenario.samples:
            return
        rows = len(next(iter(self.scenario.samples.values())))
        pick, _ = uniforms(seed, futures, ["posterior"])
        row = np.minimum((pick[0] * rows).astype(np.int64), rows - 1)
        for name, column in self.scenario.samples.items():
            drawn[name] = np.asarray(column, np.float32)[row]

    def _draw(self, seed: int, futures: NDArray[np.integer], numbers: Sequence[Number], into: dict[str, Array], prefix: str) -> None:
        if not numbers:
            return
        u, choice = uniforms(seed, futures, [prefix + n.name for n in numbers])
        for i, n in enumerate(numbers):
            bounds = self.bounds.get(n.name, (-np.inf, np.inf))
            into[n.name] = quantile(n.distribution, n.unit, u[i], choice[i], bounds).astype(np.float32)

    def inputs(self, draws: Mapping[str, Array], lanes: int) -> tuple[dict[str, Array], dict[str, Array]]:
        """Given variables [dims, lanes] and parameters [lanes], keyed 'mechanism.parameter', for one tile of futures."""
        given: dict[str, Array] = {}
        for variable in self.variables.values():
            if variable.kind == "given":
                given[variable.name] = self._given(variable, draws, lanes)
        parameters = {
            name: np.ascontiguousarray(draws[name]) if name in draws else np.full(lanes, n.distribution.best, np.float32)
            for name, n in self.parameter_numbers.items()
        }
        at_the_record(given, parameters, self.mechanisms, self.correction)
        return given, parameters

    def _given(self, variable: Variable, draws: Mapping[str, Array], lanes: int) -> Array:
        shape = self.structure.shape(variable.dims)
        drawn = is_drawn(variable.dims)
        values = np.full((*shape, lanes if drawn else 1), variable.default, np.float32)
        labels = [self.structure.labels[d] for d in variable.dims]
        for cell, number in self.scenario.tables.get(variable.name, {}).items():
            index = tuple(members.index(name) for members, name in zip(labels, cell, strict=True))
            values[index] = draws.get(number.name, number.distribution.best)
        if variable.name == "sends":
            for actor, home in enumerate(self.structure.sent_by):
                if home >= 0:
                    values[home, actor] = 1.0
        if variable.name == "seat":
            values[[self.structure.places.index(place) for place in self.scenario.seat]] = 1.0
        return values
