"""A scenario on its way from the files to the frozen object: what the documents said, and what later documents may refer to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from drawdown.errors import expected_one_of
from drawdown.scenario.files import Folder, Problems
from drawdown.scenario.model import (
    Actor,
    Claim,
    Community,
    Facility,
    Fit,
    Hypothesis,
    Number,
    Outsider,
    Place,
    Plan,
    Sign,
    Source,
    dyad_label,
    labels_of,
)
from drawdown.scenario.numbers import Declared, NumberRules
from drawdown.scenario.shapes import Entry
from drawdown.state import GIVEN, Variable, by_name

if TYPE_CHECKING:
    from drawdown.mechanism import Mechanism

VARIABLES: Mapping[str, Variable] = by_name(GIVEN)
Cells = dict[tuple[str, ...], Number]


@dataclass(slots=True)
class Draft:
    """Everything read so far. `patches` may still replace numbers; `scenario()` of the loader freezes it."""

    folder: Folder
    problems: Problems
    as_of: date | None
    check_mechanisms: bool
    head: Entry | None = None  # of scenario.yaml, for what it says of places
    id: str = ""
    title: str = ""
    country: str = ""
    capital: str = ""
    question: str = ""
    document: str = ""
    document_file: str = ""
    card: str = ""
    origin: date = date(1900, 1, 1)
    weeks: int = 1
    places: tuple[Place, ...] = ()
    facilities: dict[str, list[Facility]] = field(default_factory=dict)
    communities: tuple[Community, ...] = ()
    actors: tuple[Actor, ...] = ()
    outsiders: tuple[Outsider, ...] = ()
    dyads: tuple[tuple[str, str], ...] = ()
    labels: dict[str, tuple[str, ...]] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    geojson: Mapping[str, Any] | None = None
    tables: dict[str, Cells] = field(default_factory=dict)
    parameters: dict[str, Number] = field(default_factory=dict)
    hypotheses: tuple[Hypothesis, ...] = ()
    plans: tuple[Plan, ...] = ()
    claims: tuple[Claim, ...] = ()
    samples: dict[str, tuple[float, ...]] = field(default_factory=dict)
    patches: tuple[str, ...] = ()
    fits: tuple[Fit, ...] = ()
    signs: tuple[Sign, ...] = ()
    shaky: bool = False  # a name or date that all else rests on could not be read
    faulty: set[str] = field(default_factory=set)  # tables with a fault of their own: their sums would be faulted for the same reason
    plan_names: tuple[str, ...] = ()  # of plans with faults, too
    _mechanisms: tuple[Mechanism, ...] | None = None

    @property
    def ledger(self) -> NumberRules:
        """What numbers are judged against."""
        return NumberRules(self.problems, self.sources, self.origin, self.as_of)

    def known(self, dimension: str, entry: Entry, name: str) -> str | None:
        """The member of a dimension that a field names; None, and a problem, where there is no such member."""
        value = entry[name]
        members = self.labels.get(dimension, ())
        if value is None:
            return None
        if value not in members:
            self.problems.add(f"unknown {dimension}: {expected_one_of(value, members)}", entry.at(name), entry.under(name))
            return None
        return str(value)

    def dyad(self, written: str) -> str:
        """The label of a dyad whose actors may be written in either order; what is no dyad stays as it is."""
        pair = sorted(written.replace("/", "--").split("--"))
        return next((dyad_label(known) for known in self.dyads if sorted(known) == pair), written)

    def mechanisms(self) -> tuple[Mechanism, ...]:
        """Every mechanism there is; the first call imports them."""
        if self._mechanisms is None:
            from drawdown.mechanism import discover

            self._mechanisms = discover()
        return self._mechanisms

    def variable(self, name: str) -> Variable | None:
        """The given variable that a table fills: of every scenario, or one that a mechanism brings; None where there is none.

        A name that is none of every scenario's is looked up among the mechanisms, which imports them.
        """
        return VARIABLES.get(name) or next((v for m in self.mechanisms() for v in m.given if v.name == name), None)

    def variable_names(self) -> tuple[str, ...]:
        """What tables may be called."""
        return (*VARIABLES, *(v.name for m in self.mechanisms() for v in m.given))

    def parameters_declared(self) -> Mapping[str, Declared]:
        """`mechanism.parameter` to its declaration."""
        return {
            f"{m.name}.{p.name}": Declared(f"{m.name}.{p.name}", p.unit, p.bounds[0], p.bounds[1])
            for m in self.mechanisms()
            for p in m.params
        }

    def relabel(self) -> None:
        """Members of the dimensions, from what has been read."""
        self.labels = labels_of(self.places, self.communities, self.actors, self.outsiders, self.dyads)

    def trial(self) -> Draft:
        """A copy on which patches may be tried: what is found there is not found here."""
        problems = Problems(self.problems.shown)
        tables = {name: dict(cells) for name, cells in self.tables.items()}
        parameters, samples = dict(self.parameters), dict(self.samples)
        folder = Folder(self.folder.root, problems)
        return replace(self, folder=folder, problems=problems, tables=tables, parameters=parameters, samples=samples)
