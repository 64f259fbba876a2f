"""Derived quantities: what several mechanisms work out from the same state, declared once and worked out once a phase by the program."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from drawdown.state import Variable

if TYPE_CHECKING:
    import jax

    from drawdown.mechanism import Params, State


@dataclass(frozen=True, slots=True)
class Derived:
    """A quantity that `formula(state, params)` gives, an array [*dims, future]; declared by the owner of what it mostly turns on.

    `reads` are variables, or other derived quantities, that the formula may look at; `params` are those of the declaring mechanism. Any
    mechanism that names the quantity in its `reads` sees it.
    """

    name: str
    dims: tuple[str, ...]
    unit: str
    about: str
    formula: Callable[[State, Params], jax.Array]
    reads: tuple[str, ...]

    @property
    def variable(self) -> Variable:
        """The quantity as a variable, to be read by name like any other."""
        return Variable(self.name, self.dims, self.unit, "derived", self.about)
