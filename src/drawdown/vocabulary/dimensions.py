"""Dimensions of variables. The batch of futures is the last axis of every array and is none of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from drawdown.vocabulary.violence import VIOLENCE

Members = TypeVar("Members")


@dataclass(frozen=True, slots=True)
class Dimension:
    """One axis. `of`: whose members it has, where it is a second axis of the same; `drawn`: False for a map, the same in every future."""

    name: str
    about: str
    of: str = ""
    drawn: bool = True


DIMENSIONS: Mapping[str, Dimension] = {
    one.name: one
    for one in (
        Dimension("place", "places of the country"),
        Dimension("neighbour", "places again, as neighbours of a place", of="place", drawn=False),
        Dimension("community", "population groups"),
        Dimension("actor", "armed actors"),
        Dimension("target", "armed actors again, as those to whom something is done", of="actor", drawn=False),
        Dimension("dyad", "pairs of armed actors that may fight each other"),
        Dimension("sponsor", "outside states that pay armed actors"),
        Dimension("rival", "sponsors again, as rivals of a sponsor", of="sponsor"),
        Dimension("home", "home governments of foreign actors"),
        Dimension("order", "slots of a plan"),
        Dimension("violence", f"types of violence, as UCDP divides them: {', '.join(VIOLENCE)}"),
    )
}


def with_second_axes(members: Mapping[str, Members]) -> dict[str, Members]:
    """Members by dimension, with those of the axes that have the members of another, in the order of the table."""
    return {name: members[one.of or name] for name, one in DIMENSIONS.items() if (one.of or name) in members}


def is_drawn(dims: tuple[str, ...]) -> bool:
    """Whether the cells of a table over these dimensions are estimates, which every future draws for itself."""
    return all(DIMENSIONS[dim].drawn for dim in dims)
