"""Reads a proposition from plain data, gathering every fault with its path."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Literal, TypeVar

from drawdown.errors import did_you_mean, expected_one_of, quoted
from drawdown.scenario.propositions import (
    COMPARISONS,
    FOLDS,
    OPERATORS,
    After,
    Always,
    BetweenPlans,
    Changed,
    Combined,
    Compared,
    Comparison,
    Condition,
    Count,
    Distance,
    Eventually,
    Fault,
    Greatest,
    HowMany,
    InSequence,
    Members,
    Moment,
    Names,
    Proposition,
    Several,
    Term,
    Total,
    Until,
    Window,
    named_quantities,
)
from drawdown.scenario.reach import Range, count_fault, fault_of, length, range_of
from drawdown.scenario.written_numbers import REAL, UNQUOTE, advice_for
from drawdown.vocabulary.units import Fold, unit_of

DEEPEST = 12  # nesting of propositions; a stranger's file may not exhaust the stack
Part = TypeVar("Part")
_RELATIVE = re.compile(r"([+-]?\d{1,5})w", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TERM = {"quantity", "minus", "over", "fold"}


class Reader:
    """Reads plain data, gathering faults; every method returns None where it has noted one."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.faults: list[Fault] = []
        self.settled: list[Fault] = []  # what cannot be otherwise, whatever happens
        self.counted: str | None = None  # inside 'how_many': the dimension whose members are counted
        self.frame: tuple[int, int] | None = None  # inside `then`: the weeks around the event, from which windows count

    def fault(self, path: tuple[str | int, ...], message: str, advice: str = "") -> None:
        self.faults.append(Fault(path, message, advice))

    @property
    def relative(self) -> bool:
        return self.frame is not None

    def settle(self, path: tuple[str | int, ...], message: str, advice: str = "", grave: bool = True) -> None:
        self.settled.append(Fault(path, message, advice, grave))

    def reaches(self, term: Term, comparison: Comparison, bound: float | Term, path: tuple[str | int, ...], apart: bool = False) -> None:
        """Note a comparison that holds always or never; `apart`: of a difference of the term with itself elsewhere."""
        if isinstance(bound, Term):
            if bound == term:
                self.settle(path, f"got '{term.quantity}' compared with itself", "Name the other quantity, place or actor.")
            return
        found = range_of(term, self.names)
        unit = (self.names.ranges or {}).get(term.quantity, ("", None))[0]
        fault = fault_of(f"'{term.quantity}'", unit, found.less(found) if apart else found, comparison, bound)
        if fault is not None:
            message, advice, grave = fault
            self.settle((*path, comparison), message, advice, grave)

    def in_frame(self, window: Window, path: tuple[str | int, ...], whole: bool = False) -> None:
        """Note a window that leaves the weeks around the event: what lies outside is unknown in every future.

        Grave where nothing can be told: where all of it lies outside, or any of a window that is needed `whole`.
        """
        if self.frame is None:
            return
        first, last = self.frame
        start = window.start.weeks or 0 if window.start is not None else first
        end = window.end.weeks or 0 if window.end is not None else last
        if first <= start and end <= last and start < last and first < end:
            return
        never = whole or start >= last or end <= first
        where = "lies outside" if start >= last or end <= first else "reaches beyond"
        ending = "so it can never be told" if never else "and what lies beyond them is unknown in every future"
        advice = "Widen 'weeks' of 'after', or shorten the window."
        self.settle(path, f"the window {where} the weeks {first} to {last} of 'after', {ending}", advice, grave=never)

    def mapping(self, node: object, path: tuple[str | int, ...], what: str) -> Mapping[str, object] | None:
        if not isinstance(node, Mapping):
            self.fault(path, f"got {quoted(node)}; expected {what} (a mapping)")
            return None
        for key in node:
            if not isinstance(key, str):
                self.fault(path, f"got the key {quoted(key)}; expected a word")
                return None
        return node

    def keys(self, node: Mapping[str, object], path: tuple[str | int, ...], known: Sequence[str], needed: Sequence[str]) -> bool:
        for key in node:
            if key not in known:
                self.fault((*path, key), f"unknown key: {expected_one_of(key, known)}")
        missing = [key for key in needed if key not in node]
        for key in missing:
            self.fault(path, f"'{key}' is missing", f"Add '{key}:' here.")
        return not missing

    def whole(self, node: object, path: tuple[str | int, ...], lowest: int) -> int | None:
        if isinstance(node, bool) or not isinstance(node, int) or not lowest <= node <= 10_000:
            self.fault(path, f"got {quoted(node)}; expected a whole number of weeks from {lowest}")
            return None
        return int(node)

    def number(self, node: object, path: tuple[str | int, ...]) -> float | None:
        if isinstance(node, bool) or not isinstance(node, int | float) or not math.isfinite(node):
            advice = advice_for(node) if isinstance(node, str) else ""
            if isinstance(node, str) and REAL.fullmatch(node):
                advice = UNQUOTE
            self.fault(path, f"got {quoted(node)}; expected a finite number", advice)
            return None
        return float(node)

    def moment(self, node: object, path: tuple[str | int, ...]) -> Moment | None:
        if isinstance(node, datetime):
            node = node.date()
        if isinstance(node, str) and (match := _RELATIVE.fullmatch(node.strip())):
            weeks = int(match[1])
            if not self.relative and not 0 <= weeks <= self.names.weeks:
                self.fault(path, f"got '{node}'; the run covers +0w to +{self.names.weeks}w from {self.names.origin}")
                return None
            return Moment(weeks=weeks)
        if isinstance(node, str):
            try:
                if not _DATE.fullmatch(node.strip()):
                    raise ValueError
                node = date.fromisoformat(node.strip())
            except ValueError:
                self.fault(path, f"got {quoted(node)}; expected a date such as 2008-03-01 or weeks from the origin such as +26w")
                return None
        if not isinstance(node, date):
            self.fault(path, f"got {quoted(node)}; expected a date such as 2008-03-01 or weeks from the origin such as +26w")
            return None
        if self.relative:
            self.fault(path, f"got the date {node}; inside 'then' a window counts from the event", "Write weeks such as +26w.")
            return None
        if not self.names.origin <= node <= self.names.end:
            self.fault(path, f"got {node}; the run covers {self.names.origin} to {self.names.end}")
            return None
        return Moment(date=node)

    def week(self, moment: Moment) -> int:
        return moment.week(self.names.origin)

    def window(self, node: Mapping[str, object], path: tuple[str | int, ...]) -> Window:
        start = self.moment(node["from"], (*path, "from")) if "from" in node else None
        end = self.moment(node["to"], (*path, "to")) if "to" in node else None
        if (start is None) == ("from" not in node) and (end is None) == ("to" not in node):  # else that was told
            self.ordered(start, end, (*path, "to" if "to" in node else "from"))
        self.in_frame(Window(start, end), path)
        return Window(start, end)

    def ordered(self, start: Moment | None, end: Moment | None, path: tuple[str | int, ...]) -> None:
        last = self.week(end) if end is not None else (None if self.relative else self.names.weeks)
        first = self.week(start) if start is not None else (None if self.relative else 0)
        if first is not None and last is not None and last <= first and not self.same_week_dates(start, end):
            self.fault(path, "the window is empty: 'to' is not after 'from'")

    @staticmethod
    def same_week_dates(start: Moment | None, end: Moment | None) -> bool:
        return start is not None and end is not None and start.date is not None and end.date is not None and start.date < end.date

    def span(self, node: object, path: tuple[str | int, ...]) -> Window | None:
        if not isinstance(node, Sequence) or isinstance(node, str) or len(node) != 2:
            self.fault(path, f"got {quoted(node)}; expected two moments, such as [+0w, +26w]")
            return None
        start, end = self.moment(node[0], (*path, 0)), self.moment(node[1], (*path, 1))
        if start is None or end is None:
            return None
        self.ordered(start, end, (*path, 1))
        self.in_frame(Window(start, end), path, whole=True)
        return Window(start, end)

    # Terms -----------------------------------------------------------------------------------------------------------------------------

    def term(self, node: object, path: tuple[str | int, ...], depth: int, free: str | None = None) -> Term | None:
        """`free`: a dimension that the caller fills (the `among` of `greatest`)."""
        got = self.mapping(node, path, "a term such as {quantity: control, place: capital}")
        if got is None or self.too_deep(path, depth):
            return None
        if "quantity" not in got:
            self.fault(path, "'quantity' is missing", "A term names one, e.g. {quantity: deaths, place: capital}.")
            return None
        quantity = got["quantity"]
        if not isinstance(quantity, str):
            self.fault((*path, "quantity"), f"got {quoted(quantity)}; expected the name of a recorded quantity")
            return None
        dims = self.dims_of(quantity, (*path, "quantity"))
        members: dict[str, Members] = {}
        for key, value in got.items():
            if key in _TERM or key in COMPARISONS:
                continue
            allowed = dims if dims is not None else tuple(self.names.dimensions)
            if key not in allowed:
                listed = ", ".join(allowed) or "no dimension"
                self.fault(
                    (*path, key), f"'{quantity}' has {listed}, not '{key}'. {did_you_mean(key, [*allowed, *_TERM, *COMPARISONS])}".strip()
                )
            elif key in (free, self.counted):
                self.fault((*path, key), f"'{key}' is what 'among' compares", f"Take '{key}' out of the term.")
            elif (chosen := self.members(key, value, (*path, key))) is not None:
                members[key] = chosen
        fold = self.fold(got["fold"], (*path, "fold"), dims) if "fold" in got else None
        minus = self.term(got["minus"], (*path, "minus"), depth + 1) if "minus" in got else None
        over = self.term(got["over"], (*path, "over"), depth + 1) if "over" in got else None
        if "minus" in got and "over" in got:
            self.fault((*path, "over"), "a term takes 'minus' or 'over', not both")
        return Term(quantity, members, fold, minus, over)

    def dims_of(self, quantity: str, path: tuple[str | int, ...]) -> tuple[str, ...] | None:
        if self.names.quantities is None:
            return None
        if quantity not in self.names.quantities:
            self.fault(path, expected_one_of(quantity, self.names.quantities, shown=50))
            return None
        return self.names.quantities[quantity]

    def members(self, dimension: str, node: object, path: tuple[str | int, ...]) -> Members | None:
        known = self.names.dimensions.get(dimension, ())
        if isinstance(node, Mapping):
            if dimension not in ("actor", "target") or set(node) != {"kind"}:
                self.fault(
                    path, f"got {quoted(dict(node))}; expected an id, a list of ids" + (", or {kind: [...]}" * (dimension == "actor"))
                )
                return None
            kinds = [node["kind"]] if isinstance(node["kind"], str) else node["kind"]
            present = set(self.names.actor_kinds.values())
            if not self.strings(kinds, (*path, "kind")):
                return None
            for i, kind in enumerate(kinds):
                if kind not in present:
                    self.fault((*path, "kind", i), f"no actor is of that kind: {expected_one_of(kind, present)}")
            return Members(kinds=tuple(kinds))
        ids = [node] if isinstance(node, str) else node
        if not self.strings(ids, path):
            return None
        assert isinstance(ids, Sequence)
        for i, one in enumerate(ids):
            if one not in known:
                self.fault(path if isinstance(node, str) else (*path, i), f"unknown {dimension}: {expected_one_of(one, known, shown=30)}")
        if len(set(ids)) != len(ids):
            self.fault(path, f"a {dimension} is named twice")
        return Members(ids=tuple(ids), single=isinstance(node, str))

    def strings(self, node: object, path: tuple[str | int, ...]) -> bool:
        if isinstance(node, Sequence) and not isinstance(node, str) and node and all(isinstance(one, str) for one in node):
            return True
        self.fault(path, f"got {quoted(node)}; expected an id or a list of ids")
        return False

    def fold(self, node: object, path: tuple[str | int, ...], dims: tuple[str, ...] | None) -> Fold | Mapping[str, Fold] | None:
        if not isinstance(node, Mapping):
            return self.one_fold(node, path)
        found: dict[str, Fold] = {}
        for key, value in node.items():
            if dims is not None and key not in dims:
                self.fault((*path, str(key)), expected_one_of(str(key), dims))
            if (fold := self.one_fold(value, (*path, str(key)))) is not None:
                found[str(key)] = fold
        return found

    def one_fold(self, node: object, path: tuple[str | int, ...]) -> Fold | None:
        found = next((fold for fold in FOLDS if fold == node), None)
        if found is None:
            self.fault(path, expected_one_of(str(node), FOLDS))
        return found

    # Conditions ------------------------------------------------------------------------------------------------------------------------

    def comparison(self, node: Mapping[str, object], path: tuple[str | int, ...]) -> Comparison | None:
        found = [c for c in COMPARISONS if c in node]
        if len(found) != 1:
            what = "two comparisons" if found else "no comparison"
            self.fault(path, f"{what}; expected exactly one of: {', '.join(COMPARISONS)}")
            return None
        return found[0]

    def compared_number(self, node: Mapping[str, object], path: tuple[str | int, ...]) -> tuple[Comparison, float] | None:
        comparison = self.comparison(node, path)
        if comparison is None:
            return None
        bound = self.number(node[comparison], (*path, comparison))
        return None if bound is None else (comparison, bound)

    def condition(self, node: object, path: tuple[str | int, ...], depth: int) -> Condition | None:
        got = self.mapping(node, path, "a condition such as {quantity: void, place: capital, above: 0.5}")
        if got is None or self.too_deep(path, depth):
            return None
        for how in ("all", "any", "not"):
            if how in got:
                self.keys(got, path, [how], [how])
                parts = got[how] if how != "not" or isinstance(got[how], Sequence) else [got[how]]
                read: list[Condition] | None = self.several(parts, (*path, how), depth, self.condition, single=how == "not")
                return Combined(how, tuple(read)) if read is not None else None
        if "how_many" in got:
            return self.how_many(got, path, depth)
        term = self.term(got, path, depth)
        comparison = self.comparison(got, path)
        if comparison is None:
            return None
        value = got[comparison]
        bound = self.term(value, (*path, comparison), depth + 1) if isinstance(value, Mapping) else self.number(value, (*path, comparison))
        if term is None or bound is None:
            return None
        self.reaches(term, comparison, bound, path)
        return Compared(term, comparison, bound)

    def how_many(self, got: Mapping[str, object], path: tuple[str | int, ...], depth: int) -> Condition | None:
        """`{how_many: condition, among: place, at_least: 3}`; `among: {place: [a, b]}` counts only these."""
        if not self.keys(got, path, ["how_many", "among", *COMPARISONS], ["how_many", "among"]):
            return None
        if self.counted is not None:
            self.fault(path, "'how_many' inside another", "Name the places or actors in one of them.")
            return None
        among = got["among"] if isinstance(got["among"], Mapping) else {got["among"]: None}
        dimension, listed = next(iter(among.items()), ("", None))
        if len(among) != 1 or dimension not in self.names.dimensions:
            self.fault((*path, "among"), f"expected one dimension: {expected_one_of(str(dimension), self.names.dimensions)}")
            return None
        assert isinstance(dimension, str)
        chosen = self.members(dimension, listed, (*path, "among", dimension)) if listed is not None else Members()
        self.counted = dimension
        condition = self.condition(got["how_many"], (*path, "how_many"), depth + 1)
        self.counted = None
        compared = self.compared_number(got, path)
        if chosen is None or condition is None or compared is None:
            return None
        known = self.names.quantities
        if known is not None and all(dimension not in known.get(name, (dimension,)) for name in named_quantities(condition)):
            self.fault((*path, "among"), f"no term of 'how_many' has '{dimension}', so that it holds for all or for none")
        kinds = self.names.actor_kinds
        ids = chosen.ids or tuple(a for a in self.names.dimensions[dimension] if not chosen.kinds or kinds.get(a) in chosen.kinds)
        if (fault := count_fault(*compared, len(ids), f"{dimension}s", "among")) is not None:
            self.settle((*path, compared[0]), *fault)
        return HowMany(condition, dimension, ids, *compared)

    def several(
        self,
        node: object,
        path: tuple[str | int, ...],
        depth: int,
        read: Callable[[object, tuple[str | int, ...], int], Part | None],
        *,
        single: bool,
    ) -> list[Part] | None:
        if not isinstance(node, Sequence) or isinstance(node, str) or not node or (single and len(node) != 1):
            self.fault(path, f"got {quoted(node)}; expected {'one' if single else 'a list of'} propositions or conditions")
            return None
        parts = [read(part, (*path, i) if len(node) > 1 or not single else path, depth + 1) for i, part in enumerate(node)]
        found = [part for part in parts if part is not None]
        return found if len(found) == len(parts) else None

    def too_deep(self, path: tuple[str | int, ...], depth: int) -> bool:
        if depth > DEEPEST:
            self.fault(path, f"nested more than {DEEPEST} deep", "Break it into several claims.")
        return depth > DEEPEST

    # Propositions ----------------------------------------------------------------------------------------------------------------------

    def proposition(self, node: object, path: tuple[str | int, ...], depth: int) -> Proposition | None:
        got = self.mapping(node, path, "a proposition such as {always: {quantity: truce, actor: a, above: 0}, to: +26w}")
        if got is None or self.too_deep(path, depth):
            return None
        found = [op for op in OPERATORS if op in got]
        if not found:
            word = next(iter(got), "")
            self.fault(path, f"no operator; expected one of: {', '.join(OPERATORS)}. {did_you_mean(word, OPERATORS)}".strip())
            return None
        if len(found) > 1:
            self.fault((*path, found[1]), f"'{found[0]}' and '{found[1]}' in one proposition; expected one operator")
            return None
        reading = getattr(self, f"read_{found[0]}")
        result: Proposition | None = reading(got, path, depth)
        return result

    def read_always(self, got: Mapping[str, object], path: tuple[str | int, ...], depth: int) -> Proposition | None:
        self.keys(got, path, ["always", "from", "to"], ["always"])
        condition = self.condition(got["always"], (*path, "always"), depth + 1)
        window = self.window(got, path)
        return None if condition is None else Always(condition, window)

    def read_eventually(self, got: Mapping[str, object], path: tuple[str | int, ...], depth: int) -> Proposition | None:
        self.keys(got, path, ["eventually", "for_weeks", "from", "to"], ["eventually"])
        condition = self.condition(got["eventually"], (*path, "eventually"), depth + 1)
        weeks = self.whole(got["for_weeks"], (*path, "for_weeks"), 1) if "for_weeks" in got else 1
        window = self.window(got, path)
        if condition is None or weeks is None:
            return None
        whole = length(window, self.names, self.frame)
        if weeks > whole:
            advice = "Lengthen the window, or take fewer weeks."
            self.settle((*path, "for_weeks"), f"got {weeks} weeks in a window of {whole}, so it is never so", advice)
        return Eventually(condition, weeks, window)

    def read_count(self, got: Mapping[str, object], path: tuple[str | int, ...], depth: int) -> Proposition | None:
        self.keys(got, path, ["count", "from", "to", *COMPARISONS], ["count"])
        condition = self.condition(got["count"], (*path, "count"), depth + 1)
        compared = self.compared_number(got, path)
        window = self.window(got, path)
        if condition is None or compared is None:
            return None
        fault = count_fault(*compared, length(window, self.names, self.frame))
        if fault is not None:
            self.settle((*path, compared[0]), *fault)
        return Count(condition, *compared, window)

    def read_total(self, got: Mapping[str, object], path: tuple[str | int, ...], depth: int) -> Proposition | None:
        self.keys(got, path, ["total", "from", "to", *COMPARISONS], ["total"])
        term = self.term(got["total"], (*path, "total"), depth + 1)
        compared = self.compared_number(got, path)
        window = self.window(got, path)
        if term is None or compared is None:
            return None
        unit = (self.names.ranges or {}).get(term.quantity, ("", None))[0]
        if term.over is not None or (unit and not unit_of(unit).flow):
            told = "a ratio" if term.over is not None else f"'{term.quantity}' ({unit}), which is not counted by the week"
            self.fault((*path, "total"), f"got {told}; its sum over weeks says nothing", "Sum a count such as deaths, or use 'change'.")
            return None
        whole = range_of(term, self.names).times(length(window, self.names, self.frame))
        if (fault := fault_of(f"the total of '{term.quantity}'", unit, whole, *compared)) is not None:
            self.settle((*path, compared[0]), *fault)
        return Total(term, *compared, window)

    def read_until(self, got: Mapping[str, object], path: tuple[str | int, ...], depth: int) -> Proposition | None:
        if not self.keys(got, path, ["hold", "until", "from", "to"], ["hold", "until"]):
            return None
        hold = self.condition(got["hold"], (*path, "hold"), depth + 1)
        until = self.condition(got["until"], (*path, "until"), depth + 1)
        window = self.window(got, path)
        return None if hold is None or until is None else Until(hold, until, window)

    def read_change(self, got: Mapping[str, object], path: tuple[str | int, ...], depth: int) -> Proposition | None:
        if not self.keys(got, path, ["change", "early", "late", "as", *COMPARISONS], ["change", "early", "late", "as"]):
            return None
        term = self.term(got["change"], (*path, "change"), depth + 1)
        early, late = self.span(got["early"], (*path, "early")), self.span(got["late"], (*path, "late"))
        how = got["as"]
        if how not in ("ratio", "difference"):
            self.fault((*path, "as"), expected_one_of(str(how), ("ratio", "difference")))
            return None
        compared = self.compared_number(got, path)
        if term is None or early is None or late is None or compared is None:
            return None
        if early == late:
            self.settle((*path, "late"), "got the same window twice, so nothing can change between them", "Take a later one.")
        elif late.start is not None and early.start is not None and self.week(late.start) < self.week(early.start):
            advice = "The change is that of 'late' against 'early'."
            self.settle((*path, "late"), "the late window begins before the early one", advice, grave=False)
        elif how == "difference":
            self.reaches(term, *compared, path, apart=True)
        elif range_of(term, self.names).low >= 0 and (fault := fault_of("the ratio", "", Range(0, math.inf), *compared)) is not None:
            self.settle((*path, compared[0]), *fault)
        return Changed(term, early, late, how, *compared)

    def read_first(self, got: Mapping[str, object], path: tuple[str | int, ...], depth: int) -> Proposition | None:
        if not self.keys(got, path, ["first", "then", "within_weeks", "from", "to"], ["first", "then"]):
            return None
        first = self.condition(got["first"], (*path, "first"), depth + 1)
        then = self.condition(got["then"], (*path, "then"), depth + 1)
        within = self.whole(got["within_weeks"], (*path, "within_weeks"), 0) if "within_weeks" in got else None
        window = self.window(got, path)
        return None if first is None or then is None else InSequence(first, then, within, window)

    def read_greatest(self, got: Mapping[str, object], path: tuple[str | int, ...], depth: int) -> Proposition | None:
        if not self.keys(got, path, ["greatest", "among", "is", "at"], ["greatest", "among", "is", "at"]):
            return None
        among = self.mapping(got["among"], (*path, "among"), "one dimension and its members, such as {actor: [a, b]}")
        at = self.moment(got["at"], (*path, "at"))
        if among is None or len(among) != 1:
            if among is not None:
                self.fault((*path, "among"), "expected exactly one dimension")
            return None
        ((dimension, listed),) = among.items()
        if dimension not in self.names.dimensions:
            self.fault((*path, "among", dimension), expected_one_of(dimension, self.names.dimensions))
            return None
        chosen = self.members(dimension, listed, (*path, "among", dimension))
        term = self.term(got["greatest"], (*path, "greatest"), depth + 1, free=dimension)
        if chosen is None or term is None:
            return None
        ids = chosen.ids or tuple(a for a, kind in self.names.actor_kinds.items() if kind in chosen.kinds)
        if got["is"] not in ids:
            self.fault((*path, "is"), expected_one_of(str(got["is"]), ids))
            return None
        if self.names.quantities is not None and dimension not in self.names.quantities.get(term.quantity, (dimension,)):
            self.fault((*path, "among", dimension), f"'{term.quantity}' has no dimension '{dimension}'")
        if len(ids) == 1:
            self.settle(
                (*path, "among"), f"got {quoted(ids[0])} alone, which is always the greatest of one", "Name those it is compared with."
            )
        return None if at is None else Greatest(term, dimension, ids, got["is"], at)

    def read_after(self, got: Mapping[str, object], path: tuple[str | int, ...], depth: int) -> Proposition | None:
        if not self.keys(got, path, ["after", "weeks", "then", "from", "to"], ["after", "weeks", "then"]):
            return None
        if self.relative:
            self.fault(path, "'after' inside the 'then' of another", "Break it into two claims.")
            return None
        condition = self.condition(got["after"], (*path, "after"), depth + 1)
        window = self.window(got, path)
        written = got["weeks"]
        parts = list(written) if isinstance(written, Sequence) and not isinstance(written, str) else []
        weeks = [part for part in parts if isinstance(part, int) and not isinstance(part, bool) and abs(part) <= 10_000]
        if len(parts) != 2 or len(weeks) != 2 or weeks[0] >= weeks[1]:
            self.fault((*path, "weeks"), f"got {quoted(written)}; expected two weeks from the event, such as [0, 52]")
            return None
        self.frame = (weeks[0], weeks[1])
        then = self.proposition(got["then"], (*path, "then"), depth + 1)
        self.frame = None
        if condition is None or then is None:
            return None
        start = self.week(window.start) if window.start is not None else 0
        if start + weeks[1] > self.names.weeks:
            message = f"the {weeks[1]} weeks after the event end after the run, {self.names.weeks} weeks long, whenever it happens"
            self.settle((*path, "weeks"), message, "Lengthen the run, or take fewer weeks.", grave=False)
        return After(condition, weeks[0], weeks[1], then, window)

    def alone(self, path: tuple[str | int, ...], depth: int) -> None:
        if depth:
            self.fault(path, "a comparison between plans cannot be part of another proposition", "Make it a claim of its own.")

    def pair(self, node: object, path: tuple[str | int, ...]) -> tuple[str, str] | None:
        if not isinstance(node, Sequence) or isinstance(node, str) or len(node) != 2 or node[0] == node[1]:
            self.fault(path, f"got {quoted(node)}; expected two different plans, such as [stay, leave]")
            return None
        unknown = [i for i, one in enumerate(node) if one not in self.names.plans]
        for i in unknown:
            self.fault((*path, i), f"unknown plan: {expected_one_of(str(node[i]), self.names.plans)}")
        return None if unknown else (str(node[0]), str(node[1]))

    def read_change_of(self, got: Mapping[str, object], path: tuple[str | int, ...], depth: int) -> Proposition | None:
        if not self.keys(got, path, ["change_of", "between", "from", "to", *COMPARISONS], ["between"]):
            return None
        self.alone(path, depth)
        pair = self.pair(got["between"], (*path, "between"))
        term = self.term(got["change_of"], (*path, "change_of"), depth + 1)
        compared = self.compared_number(got, path)
        window = self.window(got, path)
        if pair is None or term is None or compared is None:
            return None
        self.reaches(term, *compared, path, apart=True)
        return BetweenPlans(*pair, term, *compared, window)

    def read_distance(self, got: Mapping[str, object], path: tuple[str | int, ...], depth: int) -> Proposition | None:
        self.alone(path, depth)
        if not self.keys(got, path, ["distance", "between", "at", *COMPARISONS], ["between", "at"]):
            return None
        if got["distance"] != "end_state":
            self.fault((*path, "distance"), expected_one_of(str(got["distance"]), ("end_state",)))
        pair = self.pair(got["between"], (*path, "between"))
        at = self.moment(got["at"], (*path, "at"))
        compared = self.compared_number(got, path)
        if pair is None or at is None or compared is None:
            return None
        fault = fault_of("the distance of end states", "share", Range(0, 1), *compared)
        if fault is not None:
            self.settle((*path, compared[0]), *fault)
        return Distance(*pair, at, *compared)

    def read_all(self, got: Mapping[str, object], path: tuple[str | int, ...], depth: int) -> Proposition | None:
        return self.read_several("all", got, path, depth)

    def read_any(self, got: Mapping[str, object], path: tuple[str | int, ...], depth: int) -> Proposition | None:
        return self.read_several("any", got, path, depth)

    def read_not(self, got: Mapping[str, object], path: tuple[str | int, ...], depth: int) -> Proposition | None:
        return self.read_several("not", got, path, depth)

    def read_several(
        self, how: Literal["all", "any", "not"], got: Mapping[str, object], path: tuple[str | int, ...], depth: int
    ) -> Proposition | None:
        self.keys(got, path, [how], [how])
        node = got[how] if how != "not" or isinstance(got[how], Sequence) else [got[how]]
        parts: list[Proposition] | None = self.several(node, (*path, how), depth, self.proposition, single=how == "not")
        return Several(how, tuple(parts)) if parts is not None else None
