"""Groups that do not exist at the origin and may be founded: what new ones were like in all countries (mechanism founding)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from drawdown.countries.land import Land
from drawdown.countries.slots import CAPITAL
from drawdown.countries.tables import FilledTables, RestsOn, assumed

if TYPE_CHECKING:
    from drawdown.countries.forces import ArmedGroup

NAMES = ("A new armed group", "Another new armed group", "A third new armed group")
# Of the 157 groups whose first year fell into 1989-2006 (UCDP dyads, Non-State Actor data 3.4): shares of those coded.
OF_NEW_GROUPS = {
    "contends": (0.64, "share of new groups that fought for the government"),
    "truce_prone": (0.93, "share of new groups with a central command"),
    "takes_ground": (0.35, "share of new groups that held territory or were as strong as the army"),
}


def fill(tables: FilledTables, risers: Mapping[str, ArmedGroup], land: Land, violence: Mapping[str, float]) -> None:
    """Size, place and traits of those who may rise: outside the capital, half by residents and half by where people were killed."""
    residents = land.shares({})
    where = {place: 0.5 * residents[place] + 0.5 * violence.get(place, 0.0) for place in residents if place != CAPITAL}
    where = where if sum(where.values()) > 0 else dict(residents)
    for slot, group in risers.items():
        tables.range("may_rise", (slot,), group.low, group.best, group.high, group.backing)
        note = assumed("outside the capital, half by residents, half by where people were killed (assumed)")
        tables.shares("deployment", {(place, slot): share for place, share in where.items()}, 1.0, note)
        for trait, (share, what) in OF_NEW_GROUPS.items():
            tables.put(trait, (slot,), share, RestsOn("B", what, "nsa", "groups first active 1989-2006"))
        tables.put("harshness", (slot,), 0.3, assumed("as groups of which no killing is on record (assumed)"), 1.3)
        tables.put("fought_for", (slot,), 0.0, assumed("not yet"))
