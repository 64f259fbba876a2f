"""The contract of a mechanism: one process, one pure step, one checked declaration; and how mechanisms are found.

A mechanism module in `drawdown.mechanisms` (or behind the entry-point group ``drawdown.mechanisms``) holds
``step(key, state, params) -> Change`` and one ``MECHANISM``.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeVar

from drawdown.derived import Derived
from drawdown.errors import expected_one_of
from drawdown.incident_rows import DEADLIEST, Incident, IncidentRow, Slot
from drawdown.state import CLOCK, GIVEN, PLAN, Variable
from drawdown.vocabulary.incident_kinds import MANNERS
from drawdown.vocabulary.units import Fold, fault
from drawdown.vocabulary.violence import VIOLENCE

if TYPE_CHECKING:
    import jax

Kept = TypeVar("Kept")
Phase = Literal["SENSE", "DECIDE", "ACT", "SETTLE"]
PHASES: tuple[Phase, ...] = ("SENSE", "DECIDE", "ACT", "SETTLE")
Grade = Literal["A", "B", "C", "D"]
PLUG_INS = "drawdown.mechanisms"  # the entry-point group of other packages' mechanisms; an entry bears the name of its mechanism


@dataclass(frozen=True, slots=True)
class Moves:
    """What raising a parameter moves: a recorded quantity, folded as its unit folds, up (1) or down (-1); or why neither can be said."""

    quantity: str = ""
    sign: Literal[-1, 0, 1] = 0
    why: str = ""

    def __str__(self) -> str:
        return f"{self.quantity} {'+' if self.sign > 0 else '-'}" if self.sign else f"either: {self.why}"


@dataclass(frozen=True, slots=True)
class Param:
    """A parameter: unit, bounds, default distribution (5th, 50th, 95th percentile), grade, source and the neutral value, if any.

    `neutral` is the value that, set together with the other neutral values of the mechanism, switches it off exactly. `moves` is thought
    out, never copied from what was measured: the battery raises each parameter and holds the two against each other.
    """

    name: str
    unit: str
    low: float
    best: float
    high: float
    bounds: tuple[float, float]
    grade: Grade
    source: str
    about: str
    neutral: float | None = None
    moves: Moves | None = None


@dataclass(frozen=True, slots=True)
class Cause:
    """Another event that may have brought one about in the same place: a deed of the same actor (`own`), or of another side."""

    event: str
    own: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """Something that a chronicle tells: when `variable` in a cell passes `threshold`, `sentence` is filled and said.

    With `incident`, a kind that the mechanism brings, `variable` is a column of its deadliest of the week (`dead_civilians`).
    Fields of the sentence: {place}, {actor}, {community}, {home}, {sponsor}, {side_a}, {side_b} (from a dyad), {n} (the value, rounded),
    {value}, {order}; of an incident its dead by column, and {actor} or, where two sides fought, {side_a} and {side_b}.
    `once` says it only when the threshold is crossed, not every week. `because` names variables whose values explain it,
    `fear +` one whose rise alone does.
    `falling` tells of falling below instead.

    `causes` are what may have brought it about in the weeks before, most telling first; `as_cause` is how it is told as the cause of
    another, `as_own` as that of a deed of the same actor, whose name may be of one or of many: it has no pronoun. What is `aside` is told
    as a cause alone. What is `routine` is told when it begins and when it grows; so is what has a `worst_of` (the plural: "clashes"), of
    which the worst of a month stands for all. What is `once` may have to be `lasting`, in weeks, to be told. `told_by` names events that
    tell the same better. `again` is said of what went to and fro in a place, {times} times. `political` names actors as whom they stand for
    in politics. With `one_side` army and police count together, and whoever of the two has more is named.
    """

    name: str
    variable: str
    threshold: float
    sentence: str
    incident: str = ""
    once: bool = False
    falling: bool = False
    because: tuple[str, ...] = ()
    causes: tuple[Cause, ...] = ()
    as_cause: str = ""
    as_own: str = ""
    aside: bool = False
    routine: bool = False
    lasting: int = 0
    again: str = ""
    worst_of: str = ""
    told_by: tuple[str, ...] = ()
    political: bool = False
    one_side: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """A recorded quantity in which the mechanism shows when it is switched off, and the sign of its effect (with it minus without)."""

    quantity: str
    sign: int
    fold: Fold = "sum"


@dataclass(frozen=True, slots=True)
class Change:
    """What a step returns: what to `add` to pressures, the new values that it `set`s of the stocks and choices that it owns, and a row of
    each of its `incidents`."""

    add: Mapping[str, jax.Array]
    set: Mapping[str, jax.Array]
    incidents: Mapping[Incident, IncidentRow] = field(default_factory=dict)

    @staticmethod
    def of(
        add: Mapping[str, jax.Array] | None = None, incidents: Mapping[Incident, IncidentRow] | None = None, **owned: jax.Array
    ) -> Change:
        """`Change.of({"recruits": r}, force=f)`, `Change.of({"deaths": d}, incidents={RAIDS: row})`."""
        return Change(add or {}, owned, incidents or {})


class Key(Protocol):
    """Random numbers of one mechanism in one week: `key.uniform("name", dims)` gives four independent uniforms in (0,1) per entity."""

    def uniform(self, name: str, dims: tuple[str, ...]) -> tuple[jax.Array, jax.Array, jax.Array, jax.Array]: ...

    def normal(self, name: str, dims: tuple[str, ...]) -> tuple[jax.Array, jax.Array, jax.Array, jax.Array]: ...

    def mixed(self, name: str, dims: tuple[str, ...]) -> tuple[jax.Array, jax.Array, jax.Array, jax.Array, jax.Array, jax.Array]: ...


class State(Protocol):
    """What a mechanism sees: declared variables as attributes, arrays [*dims, future]; and who there is."""

    structure: Any  # drawdown.world.Structure, which a later stage makes

    def __getattr__(self, name: str) -> jax.Array: ...

    def keep(self, values: Kept) -> Kept:
        """The same values (an array, or a tuple of them), worked out once however many read them: for what is dear and read often."""
        ...


class Params(Protocol):
    """Declared parameters as attributes, each an array [future]."""

    def __getattr__(self, name: str) -> jax.Array: ...


Step = Callable[[Key, State, Params], Change]
Initial = Callable[[State, Params], "Mapping[str, jax.Array]"]


@dataclass(frozen=True, slots=True)
class DeathsOfRate:
    """What a given rate [place] brings in deaths: each incident's toll follows the law of `drawdown.severity` with these parameters.

    `severity`, `cutoff` and `size` (none: the law's own scale) name parameters of the declaring mechanism, `share` one for the share of
    what the rate counts that kills (none: all). What is `told_apart` must be: of deaths whose manner nobody tells it gets none.
    `drawdown.levels` puts rates and recorded deaths in agreement by it.
    """

    rate: str
    violence: str
    severity: str
    cutoff: str
    size: str = ""
    share: str = ""
    told_apart: bool = False


@dataclass(frozen=True, slots=True)
class Mechanism:
    """Declaration of one process."""

    name: str
    phase: Phase
    about: str
    step: Step
    owns: tuple[Variable, ...] = ()
    given: tuple[Variable, ...] = ()  # tables of its own that a scenario may fill (tables/<name>.csv); missing cells take the default
    reads: tuple[str, ...] = ()
    adds: tuple[str, ...] = ()
    params: tuple[Param, ...] = ()
    incidents: tuple[Incident, ...] = ()
    deadly: tuple[DeathsOfRate, ...] = ()
    events: tuple[Event, ...] = ()
    references: tuple[str, ...] = ()
    shows: tuple[Shown, ...] = ()
    derives: tuple[Derived, ...] = ()
    initial: Initial | None = None
    initial_reads: tuple[str, ...] = ()
    goes_on: tuple[str, ...] = ()  # owned variables that still move when it is switched off: clocks and memories that nobody acts on
    unexplained: bool = False  # carries what no cause explains: off while rates are put where the record stands
    switched_off: Mapping[str, float] | None = None  # parameter -> neutral value; derived from `params` when None

    @property
    def neutral(self) -> Mapping[str, float]:
        """Parameter values that switch it off exactly."""
        if self.switched_off is not None:
            return self.switched_off
        return {p.name: p.neutral for p in self.params if p.neutral is not None}


class ModelError(Exception):
    """The set of mechanisms does not fit together; the message lists every misfit."""


def plug_ins() -> tuple[EntryPoint, ...]:
    """Entry points of installed plug-ins, by name; none where the environment says `DRAWDOWN_PLUG_INS=off`: the package alone."""
    if os.environ.get("DRAWDOWN_PLUG_INS", "").lower() == "off":
        return ()
    return tuple(sorted(entry_points(group=PLUG_INS), key=lambda entry: (entry.name, entry.value)))


def mechanism_names() -> tuple[str, ...]:
    """Names of all mechanisms, sorted: of the package by their files, of plug-ins by their entry points. Imports none of them."""
    import drawdown.mechanisms as package

    shipped = (module.name for module in pkgutil.iter_modules(package.__path__))
    return tuple(sorted((*shipped, *(entry.name for entry in plug_ins()))))


def shipped() -> tuple[Mechanism, ...]:
    """The mechanisms of the package alone, by phase, then by name."""
    import drawdown.mechanisms as package

    modules = (importlib.import_module(f"{package.__name__}.{found.name}") for found in pkgutil.iter_modules(package.__path__))
    return in_order([module.MECHANISM for module in modules])


def discover() -> tuple[Mechanism, ...]:
    """Every mechanism of the package and of installed plug-ins, by phase, then by name. Raises ModelError where they do not fit."""
    found, misnamed = list(shipped()), []
    for entry in plug_ins():
        loaded = entry.load()
        if not isinstance(loaded, Mechanism):
            misnamed.append(f"the entry point '{entry.name}' leads to {entry.value}, which is no Mechanism")
        elif loaded.name != entry.name:
            misnamed.append(f"the entry point '{entry.name}' leads to the mechanism '{loaded.name}'; expected the same name")
        else:
            found.append(loaded)
    if misnamed:
        raise ModelError("plug-ins do not fit:\n  " + "\n  ".join(misnamed))
    check(found)
    return in_order(found)


def in_order(mechanisms: Sequence[Mechanism]) -> tuple[Mechanism, ...]:
    """By phase, then by name: the order in which a program holds them, in whatever order they were given."""
    return tuple(sorted(mechanisms, key=lambda m: (PHASES.index(m.phase), m.name)))


def slots_of(mechanisms: Sequence[Mechanism]) -> tuple[Slot, ...]:
    """Where the rows of every incident of every mechanism stand."""
    return tuple(Slot(m.name, incident) for m in mechanisms for incident in m.incidents)


def variables(mechanisms: tuple[Mechanism, ...]) -> Mapping[str, Variable]:
    """All variables of a model by name: the given ones, those owned by mechanisms, rows of incidents, then what is derived of them."""
    given = (v for m in mechanisms for v in m.given)
    owned = (v for m in mechanisms for v in m.owns)
    rows = (v for slot in slots_of(mechanisms) for v in slot.variables)
    derived = (d.variable for m in mechanisms for d in m.derives)
    return {v.name: v for v in (*GIVEN, *given, *PLAN, CLOCK, *owned, *rows, DEADLIEST, *derived)}


def check(mechanisms: Sequence[Mechanism]) -> None:
    """Whole-model check: one owner each, nothing read or added that nobody declares, stocks in SETTLE only."""
    names = [m.name for m in mechanisms]
    problems = [f"{names.count(name)} mechanisms are called '{name}'" for name in dict.fromkeys(names) if names.count(name) > 1]
    owner: dict[str, str] = {**{v.name: "the scenario" for v in (*GIVEN, *PLAN, CLOCK)}, DEADLIEST.name: "the program"}
    kind: dict[str, str] = {v.name: v.kind for v in (*GIVEN, *PLAN, CLOCK, DEADLIEST)}
    for m in mechanisms:
        declared = [*((v.name, v.unit) for v in (*m.given, *m.owns)), *((p.name, p.unit) for p in m.params)]
        problems += [f"{m.name}: '{name}': {wrong}" for name, unit in declared if (wrong := fault(unit))]
        problems += [
            f"{m.name} is given '{v.name}' of the kind '{v.kind}'; tables are of the kind 'given'" for v in m.given if v.kind != "given"
        ]
        problems += [f"{m.name} owns '{v.name}' of the kind 'given'; tables stand in 'given'" for v in m.owns if v.kind == "given"]
        for v in (*m.given, *m.owns):
            if v.name in owner:
                problems.append(f"{m.name} owns '{v.name}', which {owner[v.name]} owns already")
            owner[v.name], kind[v.name] = m.name, v.kind
            if v.kind == "stock" and m.phase != "SETTLE":
                problems.append(f"{m.name} ({m.phase}) owns the stock '{v.name}'; stocks move in SETTLE, decisions are choices")
            if v.kind == "choice" and m.phase not in ("SENSE", "DECIDE"):
                problems.append(f"{m.name} ({m.phase}) owns the choice '{v.name}'; choices move in SENSE or DECIDE")
        for d in m.derives:
            if d.name in owner:
                problems.append(f"{m.name} derives '{d.name}', which {owner[d.name]} owns already")
            owner[d.name], kind[d.name] = m.name, "derived"
        if len({p.name for p in m.params}) != len(m.params):
            problems.append(f"{m.name} declares a parameter twice")
        for p in m.params:
            if not p.bounds[0] <= p.low <= p.best <= p.high <= p.bounds[1]:
                problems.append(f"{m.name}.{p.name}: bounds, low, best, high are not in order")
        problems += _incident_problems(m)
        problems += _deadly_problems(m, kind)
        owned = {v.name for v in m.owns}
        problems += [f"{m.name} says that '{n}' goes on, which it does not own" for n in m.goes_on if n not in owned]
    recorded = {v.name for m in mechanisms for v in m.owns if v.record}
    events = {e.name: e for m in mechanisms for e in m.events}
    for m in mechanisms:
        for event in m.events:
            linked = [name for name in (*(c.event for c in event.causes), *event.told_by) if name not in events]
            problems += [f"{m.name}: the event '{event.name}' names '{name}', which no mechanism tells" for name in linked]
            for c in event.causes:
                said = "as_own" if c.own else "as_cause"
                if c.event in events and not getattr(events[c.event], said):
                    problems.append(f"{m.name}: '{c.event}' is named as a cause of '{event.name}' and has no '{said}'")
    for m in mechanisms:
        named = [(p.name, p.moves.quantity) for p in m.params if p.moves is not None and p.moves.sign]
        problems += [f"{m.name}.{p} moves '{quantity}', which is not recorded" for p, quantity in named if quantity not in recorded]
        problems += [f"{m.name} reads '{n}', which nobody declares" for n in (*m.reads, *m.initial_reads) if n not in owner]
        problems += [f"{m.name} adds to '{n}', which is not a pressure" for n in m.adds if kind.get(n) != "pressure"]
        problems += [f"{m.name} (SETTLE) adds to '{n}', which its owner has consumed by then" for n in m.adds if m.phase == "SETTLE"]
        problems += [f"{m.name} derives '{d.name}' from '{n}', which nobody declares" for d in m.derives for n in d.reads if n not in owner]
    problems += _circles({d.name: d.reads for m in mechanisms for d in m.derives})
    if problems:
        raise ModelError("the mechanisms do not fit together:\n  " + "\n  ".join(problems))


def _incident_problems(m: Mechanism) -> list[str]:
    """What does not fit in the incidents of a mechanism and in the events that tell of them."""
    problems = []
    if m.incidents and m.phase != "ACT":
        problems.append(f"{m.name} ({m.phase}) brings incidents; what is done happens in ACT, and SETTLE reads it")
    for one in m.incidents:
        problems += [f"{m.name} brings incidents of a kind that is none: {expected_one_of(one.kind, MANNERS)}"] * (one.kind not in MANNERS)
        known = one.violence in VIOLENCE
        problems += [f"{m.name} brings incidents of a type of violence that is none: {expected_one_of(one.violence, VIOLENCE)}"] * (
            not known
        )
    pairs = [(one.kind, one.violence) for one in m.incidents]
    problems += [
        f"{m.name} brings {kind}, {violence} twice" for kind, violence in dict.fromkeys(pairs) if pairs.count((kind, violence)) > 1
    ]
    for event in m.events:
        told = [one for one in m.incidents if one.kind == event.incident]
        if event.incident and not told:
            problems.append(f"{m.name}: the event '{event.name}' tells of a {event.incident}, which it does not bring")
        uncounted = [one for one in told if one.violence in VIOLENCE and event.variable not in one.dead]
        problems += [
            f"{m.name}: the event '{event.name}' tells of '{event.variable}', which a {one.kind} does not count" for one in uncounted
        ]
    return problems


def _deadly_problems(m: Mechanism, kinds: Mapping[str, str]) -> list[str]:
    """What does not fit in what a mechanism says that rates bring in deaths."""
    known = {p.name for p in m.params}
    problems = []
    for one in m.deadly:
        lacking = [p for p in (one.severity, one.cutoff, one.size, one.share) if p and p not in known]
        problems += [f"{m.name}: the deaths of '{one.rate}' name the parameter '{p}', which it does not declare" for p in lacking]
        if kinds.get(one.rate) != "given":
            problems.append(f"{m.name} tells the deaths of '{one.rate}', which is no table")
        if one.violence not in VIOLENCE:
            problems.append(f"{m.name} tells deaths of a type of violence that is none: {expected_one_of(one.violence, VIOLENCE)}")
    return problems


def _circles(reads: Mapping[str, tuple[str, ...]]) -> list[str]:
    """A sentence for each derived quantity that is worked out, by whatever way round, from itself."""

    def of(name: str) -> set[str]:
        found: set[str] = set()
        ahead = list(reads[name])
        while ahead:
            other = ahead.pop()
            if other in reads and other not in found:
                found.add(other)
                ahead += reads[other]
        return found

    return [f"'{name}' is derived from itself" for name in reads if name in of(name)]
