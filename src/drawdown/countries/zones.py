"""Where a force stands that holds a part of a country, and not the country or its capital: who rules there, and who does not go there."""

from __future__ import annotations

from collections.abc import Mapping

from drawdown.countries.known import Known
from drawdown.countries.land import Land
from drawdown.countries.likeness import alike

WIDE = ("national", "capital")  # scopes of an exit that are no zone
HELD = 0.7  # rule of a force over the middle of its zone (assumed)
SHUT_OUT = 0.9  # of the host's army and police, who stay away from it (assumed)


def is_zone(scope: str) -> bool:
    """Whether an exit is from a part of the country."""
    return scope not in WIDE


def stands_in(known: Known, land: Land, force: str, violence: Mapping[str, float]) -> dict[str, float]:
    """Share of a force by place: by the events in which a side of a like name took part, else by where people were killed."""
    weights: dict[str, float] = {}
    for one, other, unit in known.events[known.events["adm1_id"].notna()][["side_a", "side_b", "adm1_id"]].itertuples(index=False):
        if alike(force, str(one)) or alike(force, str(other)):
            slot = land.slot_of(str(unit))
            weights[slot] = weights.get(slot, 0.0) + 1.0
    return land.shares(weights or {place: violence.get(place, 0.0) for place in land.filled()}, 0.0)


def depth(shares: Mapping[str, float]) -> dict[str, float]:
    """How far a place is the middle of the zone: 1 where most of the force stands, less elsewhere."""
    peak = max(shares.values(), default=0.0)
    return {place: share / peak if peak > 0 else 0.0 for place, share in shares.items()}
