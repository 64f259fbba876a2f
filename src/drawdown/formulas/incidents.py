"""What a week's incidents leave in the record: their dead by type of violence, and rows of which the deadliest stands by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jax.numpy as jnp

from drawdown.incident_rows import IncidentRow, Toll
from drawdown.severity import DrawnIncidents
from drawdown.vocabulary.incident_kinds import MAJOR

if TYPE_CHECKING:
    from jaxtyping import Array, Float


def state_based(value: Float[Array, "place future"]) -> Float[Array, "place 3 future"]:
    """What holds of state-based violence [place] among all types of violence [place, violence]; zero of the others."""
    none = jnp.zeros_like(value)
    return jnp.stack([value, none, none], axis=1)


def non_state(value: Float[Array, "place future"]) -> Float[Array, "place 3 future"]:
    """The same of non-state violence."""
    none = jnp.zeros_like(value)
    return jnp.stack([none, value, none], axis=1)


def one_sided(value: Float[Array, "place future"]) -> Float[Array, "place 3 future"]:
    """The same of one-sided violence."""
    none = jnp.zeros_like(value)
    return jnp.stack([none, none, value], axis=1)


def large(dead: DrawnIncidents) -> Float[Array, "place future"]:
    """Dead of the deadliest incident where it has a row of its own [place], else none."""
    return jnp.where(dead.largest >= MAJOR, dead.largest, 0.0)


def of_civilians(
    dead: DrawnIncidents, by: Float[Array, "place future"], deadliest_by: Float[Array, "place future"] | None = None
) -> IncidentRow:
    """The row of a week's killings of civilians [place]: `by` is the position of the actor at whose door they are laid, `deadliest_by` of
    that which did the deadliest (the same, if none is named)."""
    largest = large(dead)
    return IncidentRow(
        Toll(side_a=by if deadliest_by is None else deadliest_by, dead_civilians=largest),
        Toll(side_a=by, dead_civilians=dead.deaths - largest),
        dead.incidents - (largest > 0),
    )
