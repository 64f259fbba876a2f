"""How futures end: the form of the state, who leads its largest community, whether a war goes on, whether foreign forces are there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from drawdown.claims.terms import Futures
from drawdown.vocabulary.state_forms import FORM_LIMITS, SELF_RULED, STATE_FORMS

# UCDP calls a conflict a war from 1,000 battle-related deaths in a year; here deaths of all three types count.
WAR_DEATHS = 1000.0
# Assumed: a foreign presence is a force that could hold a base, not an embassy guard.
PRESENCE_PERSONS = 1000.0
ENDED_EARLY = "ended early"


@dataclass(frozen=True, slots=True)
class EndState:
    """Per future at one week: indices into `STATE_FORMS` and actors (-1: the future had ended), self-ruled communities as a bit mask."""

    week: int
    form: NDArray[np.int8]
    self_rule: NDArray[np.int32]
    leader: NDArray[np.int16]
    war: NDArray[np.bool_]
    foreign: NDArray[np.bool_]
    known: NDArray[np.bool_]


def end_state(futures: Futures, week: int) -> EndState:
    """The state of each future at the end of a week (0-based), deaths summed over the 52 weeks up to it."""
    autonomy = futures.series["autonomy"][week]  # [community, future]
    largest = futures.series["residents"][week].sum(axis=0).argmax(axis=0)  # [future]
    lead = futures.series["lead"][week]  # [community, actor, future]
    leading = np.take_along_axis(lead, largest[None, None, :], axis=0)[0]
    leader = np.where(leading.max(axis=0) > 0, leading.argmax(axis=0), -1)
    span = futures.series["deaths"][max(0, week - 51) : week + 1]
    # A year that the run has not yet filled is scaled up from the weeks that it has.
    deaths = span.sum(axis=tuple(range(span.ndim - 1)), dtype=np.float64) * (52 / len(span))
    foreign = [i for i, a in enumerate(futures.labels["actor"]) if futures.actor_kinds[a] == "foreign"]
    present = futures.series["force"][week][:, foreign].sum(axis=(0, 1), dtype=np.float64)
    ruled = autonomy >= SELF_RULED
    return EndState(
        week=week,
        form=np.searchsorted(np.array(FORM_LIMITS), autonomy.max(axis=0), side="right").astype(np.int8),
        self_rule=(ruled * (1 << np.arange(len(ruled)))[:, None]).sum(axis=0).astype(np.int32),
        leader=leader.astype(np.int16),
        war=deaths >= WAR_DEATHS,
        foreign=present >= PRESENCE_PERSONS,
        known=week < futures.reached,
    )


def label(form: int, leader: int, war: bool, foreign: bool, actors: Sequence[str]) -> str:
    """`unitary, led by north-militia, at war, foreign forces there`."""
    led = f"led by {actors[leader]}" if leader >= 0 else "led by nobody"
    return f"{STATE_FORMS[form]}, {led}, {'at war' if war else 'no war'}, {'foreign forces there' if foreign else 'no foreign forces'}"


def codes(state: EndState, actors: int) -> NDArray[np.int64]:
    """One number per future and combination; -1 where the future had ended."""
    led = state.leader.astype(np.int64) + 1
    code = ((state.form.astype(np.int64) * (actors + 1) + led) * 2 + state.war) * 2 + state.foreign
    return np.where(state.known, code, -1)


def decode(code: int, actors: Sequence[str]) -> str:
    """The label of a code."""
    if code < 0:
        return ENDED_EARLY
    rest, foreign = divmod(code, 2)
    rest, war = divmod(rest, 2)
    form, led = divmod(rest, len(actors) + 1)
    return label(form, led - 1, bool(war), bool(foreign), actors)


def end_state_shares(labels: Sequence[str] | NDArray[np.str_]) -> Mapping[str, float]:
    """Share of futures by label, most frequent first, ties by name."""
    names, counts = np.unique(np.asarray(labels, dtype=object).astype(str), return_counts=True)
    order = sorted(range(len(names)), key=lambda i: (-counts[i], names[i]))
    return {str(names[i]): float(counts[i]) / float(counts.sum()) for i in order}


def total_variation(a: NDArray[np.int64], b: NDArray[np.int64]) -> float:
    """Half the sum of absolute differences of the two frequency distributions."""
    names = np.union1d(a, b)
    return 0.5 * float(sum(abs(float((a == n).mean()) - float((b == n).mean())) for n in names))


class Apart(NamedTuple):
    """How far apart the end states of two plans are: the distance, its standard error, what chance alone would show.

    It is measured on `pairs` of `futures`, those that have an end state under both plans; NaN where they are too few to tell.
    """

    value: float
    error: float
    chance: float
    pairs: int
    futures: int


def distance(a: NDArray[np.int64], b: NDArray[np.int64], draws: int = 400) -> Apart:
    """Total variation distance of paired end states, with its standard error and what chance alone would show.

    The error is a bootstrap over pairs of futures, NaN for a single one, which has no spread; chance swaps the plans within pairs at
    random. Both use one fixed stream.
    """
    futures = len(a)
    known = (a >= 0) & (b >= 0)
    a, b = a[known], b[known]
    if not len(a):
        return Apart(float("nan"), float("nan"), float("nan"), 0, futures)
    names, inverse = np.unique(np.concatenate([a, b]), return_inverse=True)
    ia, ib = inverse[: len(a)], inverse[len(a) :]
    size = len(names)

    def apart(x: NDArray[np.int64], y: NDArray[np.int64]) -> float:
        return 0.5 * float(np.abs(np.bincount(x, minlength=size) - np.bincount(y, minlength=size)).sum()) / len(x)

    stream = np.random.Generator(np.random.PCG64(len(a)))
    resampled, swapped = [], []
    for _ in range(draws):
        pick = stream.integers(0, len(ia), len(ia))
        resampled.append(apart(ia[pick], ib[pick]))
        swap = stream.random(len(ia)) < 0.5
        swapped.append(apart(np.where(swap, ib, ia), np.where(swap, ia, ib)))
    error = float(np.std(resampled, ddof=1)) if len(ia) > 1 else float("nan")
    return Apart(apart(ia, ib), error, float(np.mean(swapped)), len(ia), futures)
