"""Dimensions of variables. The batch of futures is the last axis of every array and is none of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


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
        Dimension("violence", "types of violence"),
    )
}


def is_drawn(dims: tuple[str, ...]) -> bool:
    """Whether the cells of a table over these dimensions are estimates, which every future draws for itself."""
    return all(DIMENSIONS[dim].drawn for dim in dims)
