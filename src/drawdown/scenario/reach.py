"""What a proposition can never be, or always is: thresholds outside the range of a quantity, more weeks than a window has.

A claim that has the same answer in every future says nothing about any; nearly always it is a slip: a percentage for a share, a window cut
short.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from drawdown.scenario.propositions import Comparison, Members, Names, Term, Window, how_to_fold
from drawdown.scenario.written_numbers import as_share
from drawdown.vocabulary.units import unit_of

# Shares of one whole over this dimension: their sum is at most one.
_PARTS_OF_ONE = {"control": "actor", "lead": "actor"}
WORDS: Mapping[str, str] = {"at_least": "at least", "at_most": "at most", "above": "above", "below": "below"}


@dataclass(frozen=True, slots=True)
class Range:
    """The lowest and highest value that a term can take, and the highest that it could be imagined to take in this country."""

    low: float
    high: float
    likely: float = math.inf

    def less(self, other: Range) -> Range:
        """The range of a difference."""
        return Range(self.low - other.high, self.high - other.low, self.likely - min(other.low, 0.0))

    def times(self, count: int) -> Range:
        """The range of a sum of so many."""
        return Range(min(self.low * count, self.low), self.high * count, self.likely * count)

    def words(self) -> str:
        """`lies between 0 and 1`."""
        if math.isfinite(self.low) and math.isfinite(self.high):
            return f"lies between {self.low:g} and {self.high:g}"
        return f"is never below {self.low:g}" if math.isfinite(self.low) else f"is never above {self.high:g}"


ANYTHING = Range(-math.inf, math.inf)


def range_of(term: Term, names: Names) -> Range:
    """What values a term can take in any week of any future; anything, where its quantity is not known."""
    if names.ranges is None or term.quantity not in names.ranges:
        return ANYTHING
    unit, found = names.ranges[term.quantity]
    for dimension in (names.quantities or {}).get(term.quantity, ()):
        count = _count(term.members.get(dimension), dimension, names)
        if how_to_fold(term, dimension, unit) == "sum" and count != 1 and _PARTS_OF_ONE.get(term.quantity) != dimension:
            found = found.times(count)
    if term.minus is not None:
        return found.less(range_of(term.minus, names))
    if term.over is not None:
        below = range_of(term.over, names)
        return Range(0.0, math.inf) if found.low >= 0 and below.low >= 0 else ANYTHING
    return found


def _count(members: Members | None, dimension: str, names: Names) -> int:
    if members is None:
        return len(names.dimensions.get(dimension, ()))
    if members.kinds:
        return sum(kind in members.kinds for kind in names.actor_kinds.values())
    return len(members.ids)


def length(window: Window, names: Names, frame: tuple[int, int] | None = None) -> int:
    """Weeks that a window has; `frame`: the weeks around an event in which it lies, first and past the last."""
    first, last = frame if frame is not None else (0, names.weeks)
    if window.start is not None:
        first = window.start.week(names.origin)
    if window.end is not None:
        last = window.end.week_after(names.origin)
    return max(last - first, 1)


def settled(found: Range, comparison: Comparison, bound: Range) -> bool | None:
    """True where a comparison holds whatever happens, False where it never does, None where it may be either."""
    if comparison in ("below", "at_most"):
        mirrored: Comparison = "above" if comparison == "below" else "at_least"
        return settled(bound, mirrored, found)
    if comparison == "above":
        return True if found.low > bound.high else False if found.high <= bound.low else None
    return True if found.low >= bound.high else False if found.high < bound.low else None


def fault_of(what: str, unit: str, found: Range, comparison: Comparison, bound: float) -> tuple[str, str, bool] | None:
    """Message, advice and whether it is grave, for a comparison with a number that says nothing; None for one that may be either."""
    sure = settled(found, comparison, Range(bound, bound))
    told = f"got {WORDS[comparison]} {bound:g}; {what} {found.words()}" if sure is not None else ""
    if sure is not None:
        ending = "so it is always so" if sure else "so it is never so"
        return f"{told}, {ending}", _advice(unit, bound), True
    if comparison in ("above", "at_least") and bound > found.likely:
        return f"got {WORDS[comparison]} {bound:g}; more than {what} can be imagined to reach here ({found.likely:,.0f})", "", False
    return None


def _advice(unit: str, bound: float) -> str:
    told = as_share(bound) if unit_of(unit).percent else ""
    return told or "Take a threshold inside the range, or leave the claim or condition out."


def count_fault(
    comparison: Comparison, bound: float, count: int, what: str = "weeks", of: str = "of a window of"
) -> tuple[str, str] | None:
    """Message and advice for a number of weeks that a window cannot have, or always has; `what`: of other things than weeks."""
    sure = settled(Range(0, count), comparison, Range(bound, bound))
    if sure is None:
        return None
    message = f"got {WORDS[comparison]} {bound:g} {what} {of} {count}, so it is {'always' if sure else 'never'} so"
    advice = "Lengthen the window, or take another number of weeks." if what == "weeks" else "Take another number."
    return message, advice
