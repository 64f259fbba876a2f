"""The syntax of propositions about futures: plain data in, frozen objects out. `drawdown.claims` gives them their meaning.

A window covers the days from `from` up to, not including, `to`, in whole weeks; both are dates or weeks from the origin (`+26w`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Literal, get_args

from drawdown.scenario.model import Day
from drawdown.vocabulary.units import Fold, fold_of
from drawdown.vocabulary.weeks import week_of_day, weeks_begun_before

if TYPE_CHECKING:
    from drawdown.scenario.reach import Range

Comparison = Literal["at_least", "at_most", "above", "below"]
COMPARISONS: tuple[Comparison, ...] = ("at_least", "at_most", "above", "below")
FOLDS: tuple[Fold, ...] = get_args(Fold)
OPERATORS = (
    *("always", "eventually", "count", "total", "until", "change", "first", "greatest", "after", "change_of", "distance"),
    *("all", "any", "not"),
)


@dataclass(frozen=True, slots=True)
class Moment:
    """A date, or a number of weeks from the origin (inside `after: ... then:` from the week of the event)."""

    date: Day | None = None
    weeks: int | None = None

    def week(self, origin: Day) -> int:
        """The week that it falls in, which is the first of a window that it begins."""
        return week_of_day(self.date, origin) if self.date is not None else self.weeks or 0

    def week_after(self, origin: Day) -> int:
        """The week after the last of a window that it ends."""
        return weeks_begun_before(self.date, origin) if self.date is not None else self.weeks or 0


@dataclass(frozen=True, slots=True)
class Window:
    """From `start` up to, not including, `end`; None is the first, or past the last, week of the run."""

    start: Moment | None = None
    end: Moment | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """A weekly series per future. `members` maps a dimension to what is chosen of it; a dimension that is absent means all.

    `fold` says how several members become one: for all dimensions, or by dimension; what it leaves open follows the unit.
    """

    quantity: str
    members: Mapping[str, Members] = field(default_factory=dict)
    fold: Fold | Mapping[str, Fold] | None = None
    minus: Term | None = None
    over: Term | None = None


@dataclass(frozen=True, slots=True)
class Members:
    """Chosen members of a dimension: by id, or (actors) by kind."""

    ids: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    single: bool = False  # one id, written without a list


@dataclass(frozen=True, slots=True)
class Compared:
    """`term at_least bound`."""

    term: Term
    comparison: Comparison
    bound: float | Term


@dataclass(frozen=True, slots=True)
class Combined:
    """Conditions combined in the same week."""

    how: Literal["all", "any", "not"]
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class HowMany:
    """For how many members of a dimension the condition, which leaves that dimension open, holds in the same week."""

    condition: Condition
    dimension: str
    among: tuple[str, ...]
    comparison: Comparison
    bound: float


Condition = Compared | Combined | HowMany


@dataclass(frozen=True, slots=True)
class Always:
    condition: Condition
    window: Window


@dataclass(frozen=True, slots=True)
class Eventually:
    condition: Condition
    for_weeks: int
    window: Window


@dataclass(frozen=True, slots=True)
class Count:
    condition: Condition
    comparison: Comparison
    bound: float
    window: Window


@dataclass(frozen=True, slots=True)
class Total:
    """The sum of a term over the weeks of the window."""

    term: Term
    comparison: Comparison
    bound: float
    window: Window


@dataclass(frozen=True, slots=True)
class Until:
    hold: Condition
    until: Condition
    window: Window


@dataclass(frozen=True, slots=True)
class Changed:
    """The mean over the `late` window against the mean over the `early` one."""

    term: Term
    early: Window
    late: Window
    how: Literal["ratio", "difference"]
    comparison: Comparison
    bound: float


@dataclass(frozen=True, slots=True)
class InSequence:
    first: Condition
    then: Condition
    within_weeks: int | None
    window: Window


@dataclass(frozen=True, slots=True)
class Greatest:
    term: Term
    dimension: str
    among: tuple[str, ...]
    member: str
    at: Moment


@dataclass(frozen=True, slots=True)
class After:
    """From the first week in the window in which the condition holds: weeks `first` up to, not including, `last` from then on."""

    condition: Condition
    first: int
    last: int
    then: Proposition
    window: Window


@dataclass(frozen=True, slots=True)
class BetweenPlans:
    """The mean of a term over the window, under plan `a` minus under plan `b`, on the same future."""

    a: str
    b: str
    term: Term
    comparison: Comparison
    bound: float
    window: Window


@dataclass(frozen=True, slots=True)
class Distance:
    """Total variation distance between the end states of two plans over all futures."""

    a: str
    b: str
    at: Moment
    comparison: Comparison
    bound: float


@dataclass(frozen=True, slots=True)
class Several:
    how: Literal["all", "any", "not"]
    parts: tuple[Proposition, ...]


Weekly = Always | Eventually | Count | Total | Until | Changed | InSequence | Greatest
Proposition = Weekly | After | BetweenPlans | Distance | Several


@dataclass(frozen=True, slots=True)
class Names:
    """What a proposition may name. Without `quantities` (recorded quantity -> its dimensions), quantities are not checked."""

    dimensions: Mapping[str, tuple[str, ...]]
    actor_kinds: Mapping[str, str]
    plans: tuple[str, ...]
    origin: Day
    weeks: int
    quantities: Mapping[str, tuple[str, ...]] | None = None
    ranges: Mapping[str, tuple[str, Range]] | None = None  # recorded quantity -> its unit and what values one cell can take

    @property
    def end(self) -> Day:
        """The first day after the run."""
        return self.origin + timedelta(weeks=self.weeks)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a proposition: `path` leads to it through mappings and lists; `message` says what came and what was expected."""

    path: tuple[str | int, ...]
    message: str
    advice: str = ""
    grave: bool = True  # False: to be looked at, and no reason to stop


def check_proposition(node: object, names: Names) -> list[Fault]:
    """Everything wrong with a proposition given as plain data (mappings, lists, strings, numbers, dates); empty when it holds."""
    from drawdown.scenario.proposition_reader import Reader

    reader = Reader(names)
    reader.proposition(node, (), 0)
    return reader.faults


def check_term(node: object, names: Names) -> list[Fault]:
    """Everything wrong with a term given as plain data; a term that stands alone is compared with nothing."""
    from drawdown.scenario.proposition_reader import Reader

    reader = Reader(names)
    reader.term(node, (), 0)
    if isinstance(node, Mapping):
        for word in set(node) & set(COMPARISONS):
            reader.fault((word,), f"got '{word}' in a term; expected the quantity alone")
    return reader.faults


def check_reach(node: object, names: Names) -> list[Fault]:
    """What of a proposition without faults can never be, or always is, whatever happens; for authors, not for what was run before."""
    from drawdown.scenario.proposition_reader import Reader

    reader = Reader(names)
    reader.proposition(node, (), 0)
    return [] if reader.faults else reader.settled


def parse_proposition(node: object, names: Names) -> Proposition:
    """The proposition as a frozen object. Raises ValueError with every fault; call `check_proposition` first to have their paths."""
    from drawdown.scenario.proposition_reader import Reader

    reader = Reader(names)
    found = reader.proposition(node, (), 0)
    if reader.faults or found is None:
        raise ValueError("; ".join(f"{'.'.join(map(str, f.path))}: {f.message}" for f in reader.faults))
    return found


def parse_term(node: object, names: Names) -> Term:
    """A term that stands alone as a frozen object. Raises ValueError with every fault."""
    from drawdown.scenario.proposition_reader import Reader

    reader = Reader(names)
    found = reader.term(node, (), 0)
    if reader.faults or found is None:
        raise ValueError("; ".join(f"{'.'.join(map(str, f.path))}: {f.message}" for f in reader.faults))
    return found


def how_to_fold(term: Term, dimension: str, unit: str) -> Fold:
    """How the members of a dimension become one: as the term says; where it leaves it open, as the unit of its quantity has it."""
    said = term.fold.get(dimension) if isinstance(term.fold, Mapping) else term.fold
    if said is None or (isinstance(term.fold, str) and said == "residents" and dimension not in ("place", "community")):
        return fold_of(unit, dimension)
    return said


def plan_pairs(proposition: Proposition) -> Iterator[tuple[str, str]]:
    """The pairs of plans that a proposition compares; none for a proposition about single futures."""
    if isinstance(proposition, BetweenPlans | Distance):
        yield proposition.a, proposition.b
    elif isinstance(proposition, Several):
        for part in proposition.parts:
            yield from plan_pairs(part)
    elif isinstance(proposition, After):
        yield from plan_pairs(proposition.then)


def named_quantities(node: object) -> Mapping[str, None]:
    """Every quantity that a proposition reads, in order, once."""
    found: dict[str, None] = {}
    if isinstance(node, Term):
        found[node.quantity] = None
    for name in getattr(node, "__dataclass_fields__", ()):
        value = getattr(node, name)
        for part in value if isinstance(value, tuple) else (value,):
            found.update(named_quantities(part))
    return found
