"""Incidents in the contract of a mechanism: what it declares of them, and the rows that it returns every week.

Each incident that a mechanism declares has a slot of its own in the state, which nobody else can write. Where two mechanisms kill in one
place and week there are two rows, each with its own sides: what is added up over mechanisms are the dead (`deaths`), never who did it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, NamedTuple

from drawdown.state import Variable
from drawdown.vocabulary.incident_kinds import INCIDENT_KINDS
from drawdown.vocabulary.violence import ONE_SIDED, VIOLENCE, code_of

if TYPE_CHECKING:
    import jax

_ABOUT = {
    "side_a": "position of the actor that did it, or of the first of two sides",
    "side_b": "position of the second side",
    "dead_a": "dead of the first side",
    "dead_b": "dead of the second side",
    "dead_civilians": "civilians killed",
}


@dataclass(frozen=True, slots=True)
class Incident:
    """Incidents of one kind and type of violence that a mechanism brings. Sides are armed actors; one-sided violence has the first alone.

    `kind` is one of `drawdown.vocabulary.incident_kinds`: how those who record incidents would see it. Without `bystanders` no civilian
    dies where two sides fight. The small ones share a row with those of other mechanisms, under the sides of whoever killed most that week
    among those that name their `small_sides`.
    """

    kind: str
    violence: str
    bystanders: bool = True
    small_sides: bool = True

    @property
    def sides(self) -> tuple[str, ...]:
        """Columns that say who; the second side of one-sided violence are civilians."""
        return ("side_a",) if code_of(self.violence) == ONE_SIDED else ("side_a", "side_b")

    @property
    def dead(self) -> tuple[str, ...]:
        """Columns that count the dead."""
        if code_of(self.violence) == ONE_SIDED:
            return ("dead_civilians",)
        return ("dead_a", "dead_b", "dead_civilians") if self.bystanders else ("dead_a", "dead_b")

    @property
    def kind_code(self) -> int:
        """Code of the kind in a table of incidents."""
        return INCIDENT_KINDS.index(self.kind)


class Toll(NamedTuple):
    """Who killed, and how many died of which side: arrays [place, future]. Sides are positions of actors; what is not declared is None."""

    side_a: jax.Array | None = None
    side_b: jax.Array | None = None
    dead_a: jax.Array | None = None
    dead_b: jax.Array | None = None
    dead_civilians: jax.Array | None = None


class IncidentRow(NamedTuple):
    """A week's incidents of one declaration: the deadliest of each place if it killed MAJOR or more (else it has no dead), and all others.

    `small` are the dead of those others together, `incidents` their number [place, future].
    """

    largest: Toll
    small: Toll
    incidents: jax.Array


@dataclass(frozen=True, slots=True)
class Slot:
    """Where the rows of one mechanism's incident stand: a variable for each column, named after both."""

    mechanism: str
    incident: Incident

    @property
    def name(self) -> str:
        """What the names of its variables begin with."""
        return f"{self.mechanism}/{self.incident.kind}/{self.incident.violence}"

    def largest(self, column: str) -> str:
        """Name of the variable of a column of the deadliest."""
        return f"{self.name}/largest/{column}"

    def small(self, column: str) -> str:
        """Name of the variable of a column of all others."""
        return f"{self.name}/small/{column}"

    @property
    def small_sides(self) -> tuple[str, ...]:
        """Names of the variables that say who the small ones were by: those of the deadliest, where the small have none of their own."""
        return tuple(self.small(c) if self.incident.small_sides else self.largest(c) for c in self.incident.sides)

    @property
    def variables(self) -> tuple[Variable, ...]:
        """One a column."""
        one = self.incident
        what = f"{one.kind}, {one.violence}"
        columns = {
            self.largest(c): (c, f"{_ABOUT[c]} in the week's deadliest {what}, if five or more died") for c in (*one.sides, *one.dead)
        }
        columns |= {self.small(c): (c, f"{_ABOUT[c]} in the others") for c in (*(one.sides if one.small_sides else ()), *one.dead)}
        columns[self.small("incidents")] = ("incidents", "number of the others")
        units = {**dict.fromkeys(one.sides, "index"), **dict.fromkeys(one.dead, "deaths"), "incidents": "incidents per week"}
        return tuple(Variable(name, ("place",), units[c], "incident", about, 0) for name, (c, about) in columns.items())

    def values(self, row: IncidentRow) -> dict[str, jax.Array]:
        """A week's row by the names of the variables. Raises ValueError where a declared column is missing, or dead are in another."""
        one = self.incident
        made = {self.small("incidents"): row.incidents}
        for toll, name, sides in ((row.largest, self.largest, one.sides), (row.small, self.small, one.sides if one.small_sides else ())):
            given = {column: value for column, value in toll._asdict().items() if value is not None}
            missing = [c for c in (*sides, *one.dead) if c not in given]
            beyond = [c for c in given if c.startswith("dead") and c not in one.dead]
            if missing or beyond:
                wrong = [*(f"'{c}' is missing" for c in missing), *(f"'{c}' is not declared" for c in beyond)]
                raise ValueError(f"{self.mechanism}: row of {one.kind}, {one.violence}: {', '.join(wrong)}")
            made |= {name(c): given[c] for c in (*sides, *one.dead)}
        return made


DEADLIEST = Variable(
    "deadliest", ("place", "violence"), "deaths", "derived", "dead of the week's deadliest incident of any mechanism, if five or more", 0
)


def deadliest(values: Mapping[str, jax.Array], slots: Iterable[Slot], places: int) -> jax.Array:
    """Dead of the week's deadliest incident in each place, by type of violence [place, violence, future]."""
    import jax.numpy as jnp

    worst = {name: jnp.zeros((places, 1), jnp.float32) for name in VIOLENCE}
    for slot in slots:
        dead = reduce(jnp.add, (values[slot.largest(c)] for c in slot.incident.dead))
        worst[slot.incident.violence] = jnp.maximum(worst[slot.incident.violence], dead)
    return jnp.stack(jnp.broadcast_arrays(*worst.values()), axis=1)
