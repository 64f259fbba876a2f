"""Propositions over a batch of futures, by margins: how far each is from turning, in the unit of the term that decides it.

Every condition is a margin per week and future, at least zero where it holds. Weeks that a future did not reach could hold or not: they
carry the margins minus and plus infinity, operators are monotone, and a proposition is unknown where the two bounds disagree. Quantitative
semantics as in signal temporal logic (Fainekos and Pappas 2009, doi:10.1016/j.tcs.2009.06.021).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from drawdown.claims.terms import Futures, term_by_member, term_series, week_of_moment
from drawdown.scenario.propositions import (
    After,
    Always,
    BetweenPlans,
    Changed,
    Combined,
    Comparison,
    Condition,
    Count,
    Distance,
    Eventually,
    Greatest,
    HowMany,
    InSequence,
    Members,
    Proposition,
    Several,
    Term,
    Total,
    Until,
    Window,
)
from drawdown.vocabulary.units import unit_of

__all__ = ["Bounds", "Futures", "Judged", "bounds", "judge", "plan_value", "status_quo"]

Floats = NDArray[np.floating]
_TINY = float(np.finfo(np.float32).tiny)
_INF = float("inf")


@dataclass(frozen=True, slots=True)
class Bounds:
    """Lowest and highest margin that the weeks not reached allow; equal where all was reached. [week, future] or [future]."""

    low: Floats
    high: Floats


@dataclass(frozen=True, slots=True)
class Judged:
    """`value` is 1, 0 or NaN (unknown) per future; `margin` is NaN where the value is."""

    value: NDArray[np.float32] = field(repr=False)
    margin: NDArray[np.float32] = field(repr=False)


def judge(proposition: Proposition, futures: Futures) -> Judged:
    """Truth and margin per future. Raises TypeError for a comparison between plans, which `plan_value` prepares instead."""
    found = bounds(proposition, futures)
    true, false = found.low >= 0, found.high < 0
    value = np.where(true, 1.0, np.where(false, 0.0, np.nan)).astype(np.float32)
    margin = np.where(true, found.low, np.where(false, found.high, np.nan)).astype(np.float32)
    return Judged(value, margin)


def plan_value(proposition: BetweenPlans, futures: Futures) -> NDArray[np.float64]:
    """The mean of the term over the window, per future; NaN where the future did not reach its end."""
    first, last = window_weeks(proposition.window, futures)
    return window_mean(proposition.term, first, last, futures)


def status_quo(futures: Futures) -> Futures:
    """The same futures as if the origin went on: stocks stay at their first recorded week, weekly flows at the mean of the first four."""
    frozen: dict[str, NDArray[np.float32]] = {}
    for name, values in futures.series.items():
        flow = unit_of(futures.units[name]).flow
        start = values[: min(4, len(values))].mean(axis=0, dtype=np.float32) if flow else values[0]
        frozen[name] = np.broadcast_to(start, values.shape)
    return replace(futures, series=frozen, reached=np.full_like(futures.reached, futures.weeks), cache={})


def bounds(node: Proposition, futures: Futures) -> Bounds:
    """Margins per future."""
    match node:
        case Always():
            weekly = within(condition(node.condition, futures), node.window, futures)
            return Bounds(weekly.low.min(axis=0, initial=_INF), weekly.high.min(axis=0, initial=_INF))
        case Eventually():
            weekly = within(condition(node.condition, futures), node.window, futures)
            return Bounds(longest_hold(weekly.low, node.for_weeks), longest_hold(weekly.high, node.for_weeks))
        case Count():
            weekly = within(condition(node.condition, futures), node.window, futures)
            low, high = (weekly.low >= 0).sum(axis=0), (weekly.high >= 0).sum(axis=0)
            return compare(Bounds(low.astype(np.float64), high.astype(np.float64)), node.comparison, node.bound)
        case Total():
            return total(node, futures)
        case Until():
            hold = within(condition(node.hold, futures), node.window, futures)
            until = within(condition(node.until, futures), node.window, futures)
            return Bounds(held_until(hold.low, until.low), held_until(hold.high, until.high))
        case InSequence():
            first = within(condition(node.first, futures), node.window, futures)
            then = within(condition(node.then, futures), node.window, futures)
            return Bounds(*(followed(a, b, node.within_weeks) for a, b in ((first.low, then.low), (first.high, then.high))))
        case Changed():
            return changed(node, futures)
        case Greatest():
            return greatest(node, futures)
        case After():
            return after(node, futures)
        case Several():
            return combine(node.how, [bounds(part, futures) for part in node.parts])
        case BetweenPlans() | Distance():
            raise TypeError("a comparison between plans has no value in one future of one plan")


# Weekly conditions


def condition(node: Condition, futures: Futures) -> Bounds:
    """Margins per week and future; infinite where the week was not reached or the term has no value."""
    if isinstance(node, Combined):
        return combine(node.how, [condition(part, futures) for part in node.parts])
    if isinstance(node, HowMany):
        return how_many(node, futures)
    values = term_series(node.term, futures)
    other: Floats | float = term_series(node.bound, futures) if isinstance(node.bound, Term) else node.bound
    margin = signed_margin(values, node.comparison, other)
    missing = np.isnan(margin) | ~futures.in_time
    return Bounds(np.where(missing, -_INF, margin), np.where(missing, _INF, margin))


def how_many(node: HowMany, futures: Futures) -> Bounds:
    """Members for which the condition surely holds, and for which it may, against a number."""
    parts = [condition(of_member(node.condition, node.dimension, member, futures), futures) for member in node.among]
    low, high = (np.sum([bound >= 0 for bound in bounds], axis=0) for bounds in ([p.low for p in parts], [p.high for p in parts]))
    return compare(Bounds(low.astype(np.float64), high.astype(np.float64)), node.comparison, node.bound)


def of_member(node: Condition, dimension: str, member: str, futures: Futures) -> Condition:
    """The condition for one member of a dimension that it leaves open; terms without that dimension stay as they are."""

    def term(one: Term) -> Term:
        open_here = dimension in futures.dims[one.quantity]
        members = {**one.members, dimension: Members(ids=(member,), single=True)} if open_here else one.members
        return replace(one, members=members, minus=one.minus and term(one.minus), over=one.over and term(one.over))

    if isinstance(node, Combined):
        return replace(node, parts=tuple(of_member(part, dimension, member, futures) for part in node.parts))
    if isinstance(node, HowMany):
        return replace(node, condition=of_member(node.condition, dimension, member, futures))
    return replace(node, term=term(node.term), bound=term(node.bound) if isinstance(node.bound, Term) else node.bound)


def signed_margin(values: Floats, comparison: Comparison, bound: Floats | float) -> Floats:
    """At least zero exactly where the comparison holds: a strict one turns an exact tie into the least negative number."""
    with np.errstate(invalid="ignore"):
        margin: Floats = values - bound if comparison in ("at_least", "above") else bound - values
    return np.where(margin == 0, -_TINY, margin) if comparison in ("above", "below") else margin


def compare(found: Bounds, comparison: Comparison, bound: float) -> Bounds:
    """Bounds of a value against a number; the bound that was highest becomes lowest where less is better."""
    low, high = signed_margin(found.low, comparison, bound), signed_margin(found.high, comparison, bound)
    return Bounds(low, high) if comparison in ("at_least", "above") else Bounds(high, low)


def negated(margin: Floats) -> Floats:
    """A margin of zero holds, so its negation must not."""
    return np.where(margin == 0, -_TINY, -margin)


def combine(how: str, parts: list[Bounds]) -> Bounds:
    """All: the least margin; any: the greatest; not: the other side."""
    if how == "not":
        return Bounds(negated(parts[0].high), negated(parts[0].low))
    reduce = np.minimum.reduce if how == "all" else np.maximum.reduce
    return Bounds(reduce([p.low for p in parts]), reduce([p.high for p in parts]))


# Operators over time


def window_weeks(window: Window, futures: Futures) -> tuple[int, int]:
    """First week and the week after the last, as rows of the futures; beyond the run they are kept, and then unknown."""
    first = week_of_moment(window.start, futures) if window.start is not None else 0
    last = futures.rows
    if window.end is not None:
        last = week_of_moment(window.end, futures, closing=True)
    return first, max(last, first + 1)


def within(weekly: Bounds, window: Window, futures: Futures) -> Bounds:
    """The weeks of the window; those outside the run are unknown."""
    first, last = window_weeks(window, futures)
    inside = slice(max(first, 0), min(last, futures.rows))
    low, high = weekly.low[inside], weekly.high[inside]
    before, behind = max(0, -first), max(0, last - max(futures.rows, first))
    if before or behind:
        pad = ((before, behind), (0, 0))
        low, high = np.pad(low, pad, constant_values=-_INF), np.pad(high, pad, constant_values=_INF)
    return Bounds(low, high)


def longest_hold(margin: Floats, weeks: int) -> Floats:
    """Greatest over starts of the least margin over `weeks` successive weeks."""
    if weeks > len(margin):
        return np.full(margin.shape[1:], -_INF)
    held, span = margin, 1
    while span < weeks:  # doubling: the least over 2n weeks is the lesser of two leasts over n
        step = min(span, weeks - span)
        held = np.minimum(held[: len(held) - step], held[step:])
        span += step
    best: Floats = held.max(axis=0, initial=-_INF)
    return best


def held_until(hold: Floats, until: Floats) -> Floats:
    """Greatest over weeks of: `until` now, and `hold` in every week before."""
    before = np.minimum.accumulate(hold, axis=0)
    before = np.concatenate([np.full_like(before[:1], _INF), before[:-1]])
    best: Floats = np.minimum(before, until).max(axis=0, initial=-_INF)
    return best


def followed(first: Floats, then: Floats, within_weeks: int | None) -> Floats:
    """Greatest over weeks of: `first` now, and `then` now or within the weeks that follow."""
    if within_weeks is None:
        later = np.maximum.accumulate(then[::-1], axis=0)[::-1]
    else:
        later = then.copy()
        for lag in range(1, min(within_weeks, len(then) - 1) + 1):
            np.maximum(later[:-lag], then[lag:], out=later[:-lag])
    best: Floats = np.minimum(first, later).max(axis=0, initial=-_INF)
    return best


def window_mean(term: Term, first: int, last: int, futures: Futures) -> NDArray[np.float64]:
    """Mean over weeks first..last-1 per future; NaN where one of them is missing."""
    if first < 0 or last > futures.rows:
        return np.full(futures.count, np.nan)
    values = term_series(term, futures)[first:last]
    mean: NDArray[np.float64] = np.where(futures.in_time[first:last], values, np.nan).mean(axis=0, dtype=np.float64)
    return mean


def total(node: Total, futures: Futures) -> Bounds:
    """The sum over the window against a number. What is counted is never negative: weeks not reached can only add to it."""
    first, last = window_weeks(node.window, futures)
    inside = slice(max(first, 0), min(last, futures.rows))
    values = np.where(futures.in_time[inside], term_series(node.term, futures)[inside], np.nan)
    whole = first >= 0 and last <= futures.rows
    missing = np.isnan(values).any(axis=0) | (not whole)
    known = np.nansum(values, axis=0, dtype=np.float64)
    least = np.where(missing & (node.term.minus is not None), -_INF, known)
    return compare(Bounds(least, np.where(missing, _INF, known)), node.comparison, node.bound)


def unknown_where_missing(margin: Floats) -> Bounds:
    missing = np.isnan(margin)
    return Bounds(np.where(missing, -_INF, margin), np.where(missing, _INF, margin))


def changed(node: Changed, futures: Futures) -> Bounds:
    """Ratio or difference of the means of two windows against a number."""
    early = window_mean(node.term, *window_weeks(node.early, futures), futures)
    late = window_mean(node.term, *window_weeks(node.late, futures), futures)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = late / early if node.how == "ratio" else late - early
    return unknown_where_missing(signed_margin(value, node.comparison, node.bound))


def greatest(node: Greatest, futures: Futures) -> Bounds:
    """How far the named member leads the next; a tie is nobody's lead."""
    week = max(week_of_moment(node.at, futures, closing=True) - 1, 0)
    if week >= futures.rows:
        return unknown_where_missing(np.full(futures.count, np.nan))
    values = [term_by_member(node.term, node.dimension, member, futures)[week] for member in node.among]
    mine = values[node.among.index(node.member)]
    others = np.max([v for v, member in zip(values, node.among, strict=True) if member != node.member], axis=0, initial=-_INF)
    margin = np.where(futures.in_time[week], signed_margin(mine, "above", others), np.nan)
    return unknown_where_missing(margin)


def after(node: After, futures: Futures) -> Bounds:
    """The rest as seen from the first week in which the condition holds; unknown where it never does, for then nothing follows it."""
    weekly = within(condition(node.condition, futures), node.window, futures)
    start = max(0, window_weeks(node.window, futures)[0])
    happens = weekly.low >= 0
    event = np.where(happens.any(axis=0), start + happens.argmax(axis=0), -1)
    found = bounds(node.then, futures.seen_from(event, node.first, node.last))
    never = event < 0
    return Bounds(np.where(never, -_INF, found.low), np.where(never, _INF, found.high))


def decided(value: NDArray[np.float64], comparison: Comparison, bound: float) -> Judged:
    """Truth and margin of a value per future against a number; NaN stays unknown."""
    margin = signed_margin(value, comparison, bound)
    return Judged(np.where(np.isnan(margin), np.nan, margin >= 0).astype(np.float32), margin.astype(np.float32))
