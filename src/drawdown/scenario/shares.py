"""Tables of shares: what must sum to what, and draws that do in every future.

Each cell of such a table is uncertain by itself, but the parts of a whole are not free of one another: drawn one by one, 162,000 soldiers
"fixed" would be 128,000 in one future and 222,000 in the next. Closing a composition (Aitchison 1986, section 2.2) keeps the ratios of what
was drawn and gives the whole its size.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from drawdown.scenario.model import Number

Rest = Literal["none", "kept", "free"]
SUM_TOLERANCE = 0.011  # shares written with two digits


@dataclass(frozen=True, slots=True)
class Sum:
    """The shares of `variable`, summed over all dimensions but `per`, are one, or at most one.

    `rest` says what becomes of the difference to one: there is `none` (the best values sum to one); it is `kept` at what the best values
    leave, so that the whole is the same in every future; or it is `free`, whatever the parts leave of one, and never less than nothing.
    Best values that are `kept` and within SUM_TOLERANCE of one are meant to be one: the drawn parts make it up. Where no part is drawn,
    fixed shares stay as they were written, 0.99 as 0.99.
    """

    variable: str
    per: str
    rest: Rest
    about: str

    @property
    def exactly(self) -> bool:
        """Whether the best values must sum to one, rather than to one at most."""
        return self.rest == "none"


SUMS = (
    Sum("community_share", "place", "none", "the shares of the communities of a place"),
    Sum("deployment", "actor", "kept", "the shares of an actor's strength in all places"),
    Sum("constituency", "actor", "none", "the shares of an actor's recruits from all communities"),
    Sum("control_at_origin", "place", "free", "the shares of a place's residents under all actors' rule"),
    Sum("switches_to", "actor", "free", "the shares of an actor's members who go to others"),
    Sum("aid_at_origin", "actor", "free", "the shares of an actor's upkeep that sponsors pay"),
    Sum("sympathy", "place", "free", "the shares of a place's police and army at one with armed groups"),
)


def groups(cells: Mapping[tuple[str, ...], Number], axis: int) -> Iterator[tuple[str, list[Number]]]:
    """(member, numbers) of each member of the dimension at `axis`: the parts of one whole."""
    found: dict[str, list[Number]] = {}
    for cell, number in cells.items():
        found.setdefault(cell[axis], []).append(number)
    yield from found.items()


def close(drawn: dict[str, NDArray[np.float32]], numbers: Collection[Number], rest: Rest, held: Collection[str] = ()) -> None:
    """Scale the drawn parts [future] of one whole, in place, so that they sum to what they must.

    A part that was not drawn, or whose name is `held`, stays as it is; the drawn ones share what it leaves, in the ratios drawn.
    """
    free = [n.name for n in numbers if n.name in drawn and n.name not in held]
    if not free:
        return
    parts = np.stack([drawn[name] for name in free]).astype(np.float64)
    stays = sum(
        (np.float64(drawn[n.name]) if n.name in drawn else n.distribution.best for n in numbers if n.name not in free), np.float64(0)
    )
    written = sum(n.distribution.best for n in numbers)
    whole = 1.0 if rest != "kept" or abs(written - 1) <= SUM_TOLERANCE else written
    left, total = np.maximum(whole - stays, 0.0), parts.sum(axis=0)
    # Where a rest is free, the parts keep the ranges that were written unless they crowd each other out.
    wanted = np.minimum(total, left) if rest == "free" else np.broadcast_to(left, total.shape)
    closed = parts * np.where(total > 0, wanted / np.where(total > 0, total, 1.0), 1.0)
    drawn.update(zip(free, closed.astype(np.float32), strict=True))
