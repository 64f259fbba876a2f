"""Terms: what series a proposition reads from a batch, and how several members become one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from drawdown.scenario.propositions import Moment, Term, how_to_fold

Floats = NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class Futures:
    """A batch of futures as propositions see it.

    `series`: quantity -> [week, *dims, future]; `reached`: weeks that each future completed; `shift`: for what is said of the time after an
    event, the week of the event per future (-1: never) and the rows from it.
    """

    series: Mapping[str, NDArray[np.float32]]
    dims: Mapping[str, tuple[str, ...]]
    units: Mapping[str, str]
    labels: Mapping[str, tuple[str, ...]]
    actor_kinds: Mapping[str, str]
    origin: date
    reached: NDArray[np.int64]
    weeks: int
    capital: tuple[str, ...] = ()  # places from which the country is governed; none: all of it
    event: NDArray[np.int64] | None = None
    first: int = 0
    last: int = 0
    cache: dict[object, Floats] = field(default_factory=dict, compare=False, repr=False)

    @property
    def count(self) -> int:
        """Number of futures."""
        return len(self.reached)

    @property
    def rows(self) -> int:
        """Weeks that can be spoken of: of the run, or of the frame after an event."""
        return self.weeks if self.event is None else self.last - self.first

    @property
    def in_time(self) -> NDArray[np.bool_]:
        """[row, future]: the future reached that week."""
        weeks = np.arange(self.weeks)[:, None] if self.event is None else self.framed_weeks
        happened = (weeks >= 0) & (weeks < self.reached)
        return happened if self.event is None else happened & (self.event >= 0)

    @property
    def framed_weeks(self) -> NDArray[np.int64]:
        """[row, future]: the week of the run that a row of the frame stands for."""
        assert self.event is not None
        return np.arange(self.first, self.last)[:, None] + self.event

    def seen_from(self, event: NDArray[np.int64], first: int, last: int) -> Futures:
        """The same futures, weeks counted from an event."""
        return replace(self, event=event.astype(np.int64), first=first, last=last)


def week_of_moment(moment: Moment, futures: Futures, *, closing: bool = False) -> int:
    """The row that a moment falls in. As the end of a window (`closing`): the row after the last week that begins before it."""
    week = moment.week_after(futures.origin) if closing else moment.week(futures.origin)
    return week - (futures.first if futures.event is not None else 0)


def last_week_before(moment: Moment, origin: date) -> int:
    """The last week of a run that begins before a moment, from 0: where the end states that a distance compares are read."""
    return max(moment.week_after(origin) - 1, 0)


def term_series(term: Term, futures: Futures) -> Floats:
    """[row, future] of a term, with its difference or ratio. NaN where a ratio has no value."""
    values = at_rows(folded(term, futures), futures)
    if term.minus is not None:
        return values - term_series(term.minus, futures)
    if term.over is not None:
        below = term_series(term.over, futures)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(below == 0, np.nan, values / below)
    return values


def term_by_member(term: Term, dimension: str, member: str, futures: Futures) -> Floats:
    """The term for one member of a dimension that it leaves open."""
    from drawdown.scenario.propositions import Members

    return term_series(replace(term, members={**term.members, dimension: Members(ids=(member,), single=True)}), futures)


def at_rows(values: Floats, futures: Futures) -> Floats:
    """Weeks of the run -> rows of the frame, per future; what lies outside is filled with the nearest week and masked by `in_time`."""
    if futures.event is None:
        return values
    weeks = np.clip(futures.framed_weeks, 0, futures.weeks - 1)
    framed: Floats = np.take_along_axis(values, weeks, axis=0)
    return framed


def folded(term: Term, futures: Futures) -> Floats:
    """[week, future]: chosen members folded into one; places and communities last, so that `residents` weighs what the others add up to."""
    key = repr((term.quantity, sorted(term.members.items()), term.fold))
    if key in futures.cache:
        cached: Floats = futures.cache[key]
        return cached
    values: Floats = futures.series[term.quantity]
    dims = list(futures.dims[term.quantity])
    chosen: dict[str, NDArray[np.int64] | None] = {}
    for dim in tuple(dims):
        axis = 1 + dims.index(dim)
        index = members_of(term, dim, futures)
        chosen[dim] = index
        if index is not None and len(index) == 1:
            values = np.take(values, int(index[0]), axis=axis)
            dims.remove(dim)
        elif index is not None:
            values = np.take(values, index, axis=axis)
    weighed = [d for d in dims if d in ("place", "community")]
    for dim in [d for d in dims if d not in weighed] + weighed[::-1]:
        folding = how_to_fold(term, dim, futures.units[term.quantity])
        values = fold_axis(values, 1 + dims.index(dim), dim, folding, dims, chosen, futures)
        dims.remove(dim)
    futures.cache[key] = values
    return values


def members_of(term: Term, dim: str, futures: Futures) -> NDArray[np.int64] | None:
    """Positions of the chosen members; None for all."""
    members = term.members.get(dim)
    if members is None:
        return None
    labels = futures.labels[dim]
    if members.kinds:
        return np.array([i for i, label in enumerate(labels) if futures.actor_kinds.get(label) in members.kinds], dtype=np.int64)
    return np.array([labels.index(one) for one in members.ids], dtype=np.int64)


def fold_axis(
    values: Floats, axis: int, dim: str, how: str, dims: list[str], chosen: Mapping[str, NDArray[np.int64] | None], futures: Futures
) -> Floats:
    """One dimension fewer. An empty choice is zero."""
    if values.shape[axis] == 0:
        return np.zeros(values.shape[:axis] + values.shape[axis + 1 :], dtype=np.float32)
    if how == "residents":
        weights = residents(dim, "place" in dims and dim != "place", chosen, futures)
        total = weights.sum(axis=axis)
        weighted: Floats = np.where(total > 0, (values * weights).sum(axis=axis) / np.where(total > 0, total, 1), 0)
        return weighted
    result: Floats = getattr(np, how)(values, axis=axis)
    return result


def residents(dim: str, by_place: bool, chosen: Mapping[str, NDArray[np.int64] | None], futures: Futures) -> Floats:
    """Weights [week, dim, future], or [week, place, community, future] where places are still open."""
    key = ("residents", dim, by_place, repr(chosen.get("place")), repr(chosen.get("community")))
    if key in futures.cache:
        found: Floats = futures.cache[key]
        return found
    weights: Floats = futures.series["residents"]
    for axis, name in ((1, "place"), (2, "community")):
        index = chosen.get(name)
        if index is not None:
            weights = weights.take(index, axis=axis)
    if not by_place:
        weights = weights.sum(axis=2 if dim == "place" else 1)
    futures.cache[key] = weights
    return weights
