"""The one structure of all small countries: members, kinds and pairs. What a country does not fill is padding: no people, no force.

Scenarios of equal structure share one compiled program (`drawdown.world.Structure`), so the ids say what a member is and never who.
"""

from __future__ import annotations

from drawdown.scenario.model import ActorKind

CAPITAL, REST = "capital", "rest"
REGIONS = ("region-1", "region-2", "region-3", "region-4")
PLACES = (CAPITAL, *REGIONS, REST)

ARMY, POLICE, MILITIA = "army", "police", "militia"
REBELS = ("rebels-1", "rebels-2", "rebels-3")
FOREIGN = ("foreign-1", "foreign-2")
ACTORS: dict[str, ActorKind] = {
    ARMY: "army",
    POLICE: "police",
    **dict.fromkeys(REBELS, "insurgent"),
    MILITIA: "militia",
    **dict.fromkeys(FOREIGN, "foreign"),
}
GOVERNMENT = (ARMY, POLICE)
HOME_OF = {"foreign-1": "sender-1", "foreign-2": "sender-2"}

COMMUNITIES = ("group-1", "group-2", "group-3", "group-4")
SPONSORS = ("patron-of-rebels", "patron-of-state")

DYADS = (
    *((ARMY, group) for group in (*REBELS, MILITIA)),
    *((POLICE, group) for group in REBELS),
    *((foreign, group) for foreign in FOREIGN for group in REBELS),
    ("rebels-1", "rebels-2"),
    ("rebels-1", "rebels-3"),
    ("rebels-2", "rebels-3"),
    *((group, MILITIA) for group in REBELS),
)
