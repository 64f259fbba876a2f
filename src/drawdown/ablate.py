"""Each mechanism switched off in turn, on the same futures: what it does, with a standard error."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from drawdown.claims.terms import Futures, term_series
from drawdown.mechanism import Mechanism
from drawdown.scenario.propositions import Term
from drawdown.vocabulary.tile import TILE

if TYPE_CHECKING:
    from drawdown.engine import Engine
    from drawdown.scenario.model import Plan

# What is shown of a mechanism that records nothing of its own and names nothing.
OTHERWISE = (Term("deaths"), Term("void"), Term("capability"))
MOST = 3  # quantities a mechanism


@dataclass(frozen=True, slots=True)
class Effect:
    """What a mechanism does to a quantity: mean over all weeks with it, without it, and the paired difference (with minus without).

    `expected` is the sign that its declaration gives (0: none); `error` the standard error of the difference over futures.
    """

    mechanism: str
    quantity: str
    unit: str
    with_it: float
    without: float
    effect: float
    error: float
    expected: int
    editorial: str

    @property
    def errors(self) -> float:
        """The effect in standard errors."""
        return self.effect / self.error if self.error > 0 else (0.0 if self.effect == 0 else math.copysign(math.inf, self.effect))


def shown_of(mechanism: Mechanism, quantities: Mapping[str, Any]) -> tuple[tuple[Term, int], ...]:
    """Terms that show a mechanism, with the expected sign: what it declares as `shows`, else the recorded variables that it owns."""
    declared = tuple(as_term(one) for one in getattr(mechanism, "shows", ()) or ())
    declared = tuple((term, sign) for term, sign in declared if term.quantity in quantities)
    if declared:
        return declared[:MOST]
    owned = tuple((Term(v.name), 0) for v in mechanism.owns if v.name in quantities)
    return owned[:MOST] or tuple((t, 0) for t in OTHERWISE if t.quantity in quantities)


def as_term(one: Any) -> tuple[Term, int]:
    """(quantity, fold, sign), as a tuple or an object with those fields."""
    quantity, fold, sign = one if isinstance(one, tuple) else (one.quantity, getattr(one, "fold", None), getattr(one, "sign", 0))
    return Term(quantity, fold=fold or None), int(sign)


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
    terms = [t for m in switchable for t, _ in shown_of(m, engine.quantities)]
    base = means(engine, plan, seed, futures, terms)
    found: list[Effect] = []
    for done, mechanism in enumerate(switchable):
        if progress is not None:
            progress(done, len(switchable))
        mine = shown_of(mechanism, engine.quantities)
        without = means(engine.without(mechanism.name), plan, seed, futures, [t for t, _ in mine])
        found += [effect(engine, mechanism, term, sign, base[named(term)], without[named(term)]) for term, sign in mine]
    if progress is not None:
        progress(len(switchable), len(switchable))
    return tuple(found)


def named(term: Term) -> str:
    """`massacre (max)`."""
    return f"{term.quantity} ({term.fold})" if isinstance(term.fold, str) else term.quantity


def effect(engine: Engine, mechanism: Mechanism, term: Term, sign: int, on: NDArray[np.float64], off: NDArray[np.float64]) -> Effect:
    """The paired difference of two means per future."""
    apart = (on - off)[~np.isnan(on - off)]
    error = float(apart.std(ddof=1) / math.sqrt(len(apart))) if len(apart) > 1 else float("nan")
    unit = engine.quantities[term.quantity].unit
    mean = float(apart.mean()) if len(apart) else float("nan")
    return Effect(mechanism.name, named(term), unit, float(np.nanmean(on)), float(np.nanmean(off)), mean, error, sign, mechanism.editorial)


def means(engine: Engine, plan: str | Plan, seed: int, futures: int, terms: Sequence[Term]) -> dict[str, NDArray[np.float64]]:
    """Mean over weeks of each term, [future]; a tile at a time."""
    by_name = {named(t): t for t in terms}
    found: dict[str, list[NDArray[np.float64]]] = {name: [] for name in by_name}
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
        for name, term in by_name.items():
            values = np.where(seen.in_time, term_series(term, seen), np.nan)
            found[name].append(np.nanmean(values, axis=0, dtype=np.float64))
    return {name: np.concatenate(parts) for name, parts in found.items()}
