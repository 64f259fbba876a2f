"""What a mechanism does, on the same futures with it and without it, with a standard error; whether expected signs hold."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from drawdown.claims.names import names_for
from drawdown.claims.terms import Futures, term_series
from drawdown.mechanism import Mechanism
from drawdown.scenario.propositions import Term, parse_term
from drawdown.state import Variable
from drawdown.vocabulary.tile import TILE

if TYPE_CHECKING:
    from drawdown.engine import Engine
    from drawdown.scenario.model import Plan, Sign

# What is shown of a mechanism that records nothing of its own and names nothing.
OTHERWISE = (Term("deaths"), Term("void"), Term("capability"))
MOST = 3  # quantities a mechanism


@dataclass(frozen=True, slots=True)
class Effect:
    """What a mechanism does to a quantity: mean over weeks with it, without it, and the paired difference (with minus without).

    `expected` is the sign that is declared (0: none); `error` the standard error of the difference over futures.
    """

    mechanism: str
    quantity: str
    unit: str
    with_it: float
    without: float
    effect: float
    error: float
    expected: int
    quotation: str  # words of the document for which it stands, if the scenario quotes any

    @property
    def errors(self) -> float:
        """The effect in standard errors."""
        return self.effect / self.error if self.error > 0 else (0.0 if self.effect == 0 else math.copysign(math.inf, self.effect))


@dataclass(frozen=True, slots=True)
class Watched:
    """A weekly series and the weeks over which its mean is taken: from `start` up to, not including, `end`."""

    term: Term
    start: int = 0
    end: int | None = None

    @property
    def name(self) -> str:
        """`massacre (max)`."""
        return f"{self.term.quantity} ({self.term.fold})" if isinstance(self.term.fold, str) else self.term.quantity


def shown_of(mechanism: Mechanism, quantities: Mapping[str, Variable]) -> tuple[tuple[Watched, int], ...]:
    """What shows a mechanism, with the expected sign: what it declares as `shows`, else the recorded variables that it owns."""
    declared = tuple((Watched(Term(s.quantity, fold=s.fold)), s.sign) for s in mechanism.shows if s.quantity in quantities)
    if declared:
        return declared[:MOST]
    owned = tuple((Watched(Term(v.name)), 0) for v in mechanism.owns if v.name in quantities)
    return owned[:MOST] or tuple((Watched(t), 0) for t in OTHERWISE if t.quantity in quantities)


def ablate(
    engine: Engine,
    plan: str | Plan,
    seed: int = 0,
    futures: int = 128,
    only: Sequence[str] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Effect, ...]:
    """Effects of every mechanism (or of those named), strongest first within each mechanism, mechanisms in the order of the model."""
    from drawdown.errors import DrawdownError, expected_one_of

    known = {m.name: m for m in engine.mechanisms}
    if only:
        wrong = [name for name in only if name not in known]
        if wrong:
            raise DrawdownError("\n".join(f"mechanism: {expected_one_of(name, known)}" for name in wrong))
    switchable = [m for m in engine.mechanisms if m.neutral and (not only or m.name in only)]
    base = means(engine, plan, seed, futures, {w.name: w for m in switchable for w, _ in shown_of(m, engine.quantities)})
    found: list[Effect] = []
    for done, mechanism in enumerate(switchable):
        if progress is not None:
            progress(done, len(switchable))
        mine = shown_of(mechanism, engine.quantities)
        without = means(engine.without(mechanism.name), plan, seed, futures, {w.name: w for w, _ in mine})
        quoted = "; ".join(dict.fromkeys(s.quotation for s in engine.scenario.signs if s.mechanism == mechanism.name))
        found += [
            effect(engine, mechanism.name, watched, (base[watched.name], without[watched.name]), sign, quoted) for watched, sign in mine
        ]
    if progress is not None:
        progress(len(switchable), len(switchable))
    return tuple(found)


def watched_by(engine: Engine, sign: Sign) -> Watched:
    """The series and weeks that a sentence of the scenario's document speaks of."""
    return Watched(parse_term(sign.term, names_for(engine.scenario, engine.quantities)), sign.start, sign.end)


def effect_of(engine: Engine, sign: Sign, seed: int, futures: int, whole: NDArray[np.float64] | None = None) -> Effect:
    """What the scenario expects of a mechanism by a sentence of its document, measured under the plan that the sign names.

    `whole` is its mean with every mechanism on, [future], where that is known already (it is the same run for all signs of a plan).
    """
    watched = watched_by(engine, sign)

    def mean(one: Engine) -> NDArray[np.float64]:
        return means(one, sign.plan, seed, futures, {watched.name: watched})[watched.name]

    if sign.moved:
        parameter = next(p for m in engine.mechanisms for p in m.params if (m.name, p.name) == (sign.mechanism, sign.moved))
        on, off = (mean(engine.with_parameters({f"{sign.mechanism}.{sign.moved}": at})) for at in (parameter.high, parameter.low))
    else:
        on, off = mean(engine) if whole is None else whole, mean(engine.without(sign.mechanism))
    return effect(engine, sign.mechanism, watched, (on, off), 1 if sign.expected == "more" else -1, sign.quotation)


Sides = tuple[NDArray[np.float64], ...]  # with it, without it


def effect(engine: Engine, mechanism: str, watched: Watched, sides: Sides, sign: int, quotation: str) -> Effect:
    """The paired difference of two means per future."""
    on, off = sides
    apart = (on - off)[~np.isnan(on - off)]
    error = float(apart.std(ddof=1) / math.sqrt(len(apart))) if len(apart) > 1 else float("nan")
    unit = engine.quantities[watched.term.quantity].unit
    mean = float(apart.mean()) if len(apart) else float("nan")
    return Effect(mechanism, watched.name, unit, float(np.nanmean(on)), float(np.nanmean(off)), mean, error, sign, quotation)


def means(engine: Engine, plan: str | Plan, seed: int, futures: int, watched: Mapping[str, Watched]) -> dict[str, NDArray[np.float64]]:
    """Mean over its weeks of each series, [future]; a tile at a time."""
    found: dict[str, list[NDArray[np.float64]]] = {name: [] for name in watched}
    for first in range(0, futures, TILE):
        batch = engine.run(plan, seed, np.arange(first, min(first + TILE, futures)))
        seen = Futures(
            series=batch.series,
            dims={n: v.dims for n, v in engine.quantities.items()},
            units={n: v.unit for n, v in engine.quantities.items()},
            labels=engine.labels,
            actor_kinds={a.id: a.kind for a in engine.scenario.actors},
            origin=engine.scenario.origin,
            reached=np.asarray(batch.ended, dtype=np.int64),
            weeks=engine.weeks,
        )
        for name, one in watched.items():
            values = np.where(seen.in_time, term_series(one.term, seen), np.nan)
            found[name].append(np.nanmean(values[one.start : one.end], axis=0, dtype=np.float64))
    return {name: np.concatenate(parts) for name, parts in found.items()}
