"""Four wars drawn in outline, for trying whether the default priors hold conquests and stalemates alike; nothing is fitted to them.

All share one structure, so that one program runs them: six places, four communities, six actors. What a war has no part for is empty.
Numbers of people and fighters are round ones from general published sources, named at each war, with the ranges that these give.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from drawdown.scenario.model import Actor, ActorKind, Community, Distribution, Number, Order, Outsider, Place, Plan, Scenario, Trigger
from drawdown.state import GIVEN

PLACES = ("capital", "second", "third", "fourth", "fifth", "sixth")
COMMUNITIES = ("first", "other")
ACTORS: Mapping[str, ActorKind] = {
    "guest": "foreign",
    "mission": "foreign",
    "army": "army",
    "police": "police",
    "rebels": "insurgent",
    "rivals": "militia",
}
DYADS = (("guest", "rebels"), ("mission", "rebels"), ("army", "rebels"), ("police", "rebels"), ("army", "rivals"), ("rebels", "rivals"))
UNITS = {v.name: v.unit for v in GIVEN}
# A best value, or 5th, 50th and 95th percentile.
Value = float | tuple[float, float, float]
BORDERS = (
    ("capital", "second"),
    ("capital", "third"),
    ("capital", "fourth"),
    ("second", "fourth"),
    ("third", "fifth"),
    ("fourth", "sixth"),
)


@dataclass(frozen=True)
class War:
    """What is known of a war at its origin: by place in the order of PLACES, and by actor."""

    name: str
    origin: date
    people: Sequence[float]  # residents, in thousands
    kin: Sequence[float]  # share of the residents who are of the community from which the rebels recruit
    strength: Mapping[str, Value]
    stands: Mapping[str, Sequence[float]]  # share of the actor's strength in each place
    rule: Mapping[str, Sequence[float]]  # share of the residents of each place
    hostility: Mapping[tuple[str, str], float]
    regard: Mapping[tuple[str, str], float]  # of a community for an actor
    attacks: Sequence[float]  # a week, by place
    rivalry: Sequence[float] = (0.0,) * 6
    rivals_from: float = 0.5  # share of the rivals' recruits who are of the first community
    local: float = 0.5
    sympathy: float = 0.1
    neighbours: Sequence[tuple[str, str]] = BORDERS
    parameters: Mapping[str, Value] | None = None
    leaves: tuple[str, Mapping[str, float], float] | None = None  # who leaves, week by place, over how many weeks


def number(name: str, unit: str, value: Value) -> Number:
    """A number of a test: assumed, as all here."""
    low, best, high = value if isinstance(value, tuple) else (value, value, value)
    kind = Distribution("fixed", best) if low == high else Distribution("range", best, low, high)
    return Number(name, kind, unit, None, "", "D", "an outline for a test")


def scenario_of(war: War, weeks: int) -> Scenario:
    """The war as a scenario."""
    tables: dict[str, dict[tuple[str, ...], Number]] = {}

    def fill(variable: str, *cell: str, value: Value) -> None:
        name = f"{variable}[{','.join(cell)}]"
        tables.setdefault(variable, {})[cell] = number(name, UNITS[variable], value)

    for p, place in enumerate(PLACES):
        fill("population", place, value=1000.0 * war.people[p])
        fill("community_share", place, "first", value=war.kin[p])
        fill("community_share", place, "other", value=1.0 - war.kin[p])
        fill("attack_rate", place, value=war.attacks[p])
        fill("rivalry_rate", place, value=war.rivalry[p])
        fill("fatal_rate", place, value=0.1 * war.attacks[p])
        for actor in ACTORS:
            if actor in war.stands:
                fill("deployment", place, actor, value=war.stands[actor][p])
            if actor in war.rule:
                fill("control_at_origin", place, actor, value=war.rule[actor][p])
            if actor in ("army", "police"):
                fill("local_share", place, actor, value=war.local)
        fill("sympathy", place, "rebels", value=war.sympathy * war.kin[p])
    for one, other in war.neighbours:
        fill("adjacency", one, other, value=100.0)
        fill("adjacency", other, one, value=100.0)
    for actor in ACTORS:
        fill("strength", actor, value=war.strength.get(actor, 0.0))
    fill("constituency", "first", "rebels", value=1.0)
    fill("constituency", "first", "rivals", value=war.rivals_from)
    fill("constituency", "other", "rivals", value=1.0 - war.rivals_from)
    for actor in ("army", "police"):
        fill("constituency", "first", actor, value=0.5)
        fill("constituency", "other", actor, value=0.5)
    for (one, other), value in war.hostility.items():
        fill("hostility", f"{one}--{other}", value=value)
    for (community, actor), value in war.regard.items():
        fill("standing_at_origin", community, actor, value=value)
    for actor in ("rebels", "rivals", "army"):
        fill("takes_ground", actor, value=1.0)
        fill("contends", actor, value=1.0)
    for k, home in enumerate(("sender", "council")):
        fill("sends", home, ("guest", "mission")[k], value=1.0)
    parameters = {n: number(n, "index", v) for n, v in (war.parameters or {}).items()}
    return Scenario(
        id="outline",
        title=war.name,
        origin=war.origin,
        weeks=weeks,
        capital=PLACES[0],
        question="",
        places=tuple(Place(p, p, p, None, 0.0, 0.0) for p in PLACES),
        communities=tuple(Community(c, c) for c in COMMUNITIES),
        actors=tuple(Actor(a, a, k, {"guest": "sender", "mission": "council"}.get(a)) for a, k in ACTORS.items()),
        outsiders=(Outsider("sender", "sender", "home"), Outsider("council", "council", "home")),
        dyads=DYADS,
        tables=tables,
        parameters=parameters,
        hypotheses=(),
        plans=(Plan("as it was", "", "", orders_of(war)),),
        claims=(),
        sources={},
        digest=war.name,
    )


def orders_of(war: War) -> tuple[Order, ...]:
    """The guest's departure, by place."""
    if war.leaves is None:
        return ()
    actor, weeks, over = war.leaves
    orders = []
    for place, week in weeks.items():
        start = date.fromordinal(war.origin.toordinal() + int(7 * week))
        level = number(f"plan:as it was:{place}", "persons", 0.0)
        orders.append(Order(f"out of {place}", "move", actor, (place,), Trigger(date=start), level=level, over_weeks=over, binding=True))
    return tuple(orders)


# The Horn, December 2008. Population: UNDP 2005 by region. Forces: Report of the UN Secretary-General S/2008/709 and S/2009/132 (African
# Union mission 3,400; government forces a few thousand, unpaid, four in five said to have deserted); Monitoring Group S/2008/769. The
# guest: a few thousand, at the capital, Baidoa (second) and Beledweyne (third), out by 25 January 2009. Third: the centre; fourth:
# Lower Shabelle; fifth: Galgaduud; sixth: Kismayo, lost by the government in August 2008.
SOMALIA = War(
    name="Somalia, December 2008",
    origin=date(2008, 12, 1),
    people=(1000.0, 620.0, 520.0, 850.0, 330.0, 740.0),
    kin=(0.5, 0.6, 0.5, 0.6, 0.4, 0.6),
    strength={
        "guest": (2000.0, 3000.0, 5000.0), "mission": 3400.0, "army": (1500.0, 3000.0, 6000.0), "police": (1000.0, 2000.0, 4000.0),
        "rebels": (2000.0, 4000.0, 7000.0), "rivals": (1000.0, 2000.0, 4000.0),
    },
    stands={
        "guest": (0.5, 0.3, 0.2, 0.0, 0.0, 0.0), "mission": (1.0, 0.0, 0.0, 0.0, 0.0, 0.0), "army": (0.55, 0.3, 0.15, 0.0, 0.0, 0.0),
        "police": (0.6, 0.25, 0.15, 0.0, 0.0, 0.0), "rebels": (0.3, 0.1, 0.1, 0.25, 0.05, 0.2), "rivals": (0.25, 0.05, 0.2, 0.1, 0.4, 0.0),
    },
    rule={
        "guest": (0.05, 0.2, 0.15, 0.0, 0.0, 0.0), "mission": (0.1, 0.0, 0.0, 0.0, 0.0, 0.0), "army": (0.15, 0.3, 0.15, 0.0, 0.0, 0.0),
        "police": (0.1, 0.1, 0.1, 0.0, 0.0, 0.0), "rebels": (0.3, 0.2, 0.2, 0.6, 0.15, 0.7), "rivals": (0.1, 0.0, 0.2, 0.1, 0.4, 0.0),
    },
    hostility={
        ("guest", "rebels"): 1.0, ("mission", "rebels"): 0.8, ("army", "rebels"): 1.0, ("police", "rebels"): 0.9, ("army", "rivals"): 0.3,
        ("rebels", "rivals"): 0.4,
    },
    regard={
        ("first", "rebels"): 0.1, ("other", "rebels"): -0.1, ("first", "guest"): -0.7, ("other", "guest"): -0.6, ("first", "army"): -0.3,
    },
    attacks=(25.0, 5.0, 4.0, 3.0, 1.0, 2.0),
    rivalry=(0.3, 0.0, 0.2, 0.1, 0.3, 0.1),
    local=0.7,
    sympathy=0.3,
    parameters={"capability.at_origin": (0.05, 0.12, 0.25)},
    leaves=("guest", {"capital": 4.0, "second": 5.0, "third": 5.0}, 3.0),
)  # fmt: skip

# Afghanistan, November 1994. Population: Central Statistics Office 1979 and UN estimates of the 1990s. Forces: Rubin 1995, Rashid 2000,
# Davis in Maley 1998: the movement of Kandahar some 3,000 at first, 12,000 within weeks, 20,000 or more by 1995; the government's coalition
# 20,000 to 40,000; Hezb and commanders of no party some 4,000 to 15,000 who might stand in its way. Capital: Kabul; second: Wardak and
# Logar; third: Shamali and the north; fourth: Ghazni and Paktia; fifth: Herat and the west; sixth: Kandahar and
# Helmand, where the movement stands.
AFGHANISTAN = War(
    name="Afghanistan, November 1994",
    origin=date(1994, 11, 7),
    people=(1500.0, 900.0, 3500.0, 2500.0, 2000.0, 2000.0),
    kin=(0.25, 0.7, 0.15, 0.8, 0.3, 0.95),
    strength={
        "army": (20000.0, 30000.0, 45000.0), "police": 0.0, "rebels": (3000.0, 6000.0, 14000.0), "rivals": (4000.0, 8000.0, 15000.0),
    },
    stands={
        "army": (0.4, 0.05, 0.25, 0.0, 0.3, 0.0), "rebels": (0.0, 0.0, 0.0, 0.1, 0.0, 0.9), "rivals": (0.1, 0.3, 0.3, 0.2, 0.0, 0.1),
    },
    rule={
        "army": (0.7, 0.1, 0.3, 0.0, 0.8, 0.0), "rebels": (0.0, 0.0, 0.0, 0.1, 0.0, 0.6), "rivals": (0.15, 0.6, 0.5, 0.4, 0.0, 0.2),
    },
    hostility={("army", "rebels"): 0.8, ("army", "rivals"): 0.8, ("rebels", "rivals"): 0.4},
    regard={("first", "rebels"): 0.3, ("other", "rebels"): -0.2, ("first", "rivals"): -0.2},
    attacks=(20.0, 3.0, 5.0, 2.0, 2.0, 2.0),
    rivalry=(1.0, 0.5, 0.5, 0.5, 0.2, 1.0),
    rivals_from=0.6,
    parameters={"capability.at_origin": (0.05, 0.15, 0.3)},
    neighbours=(
        ("capital", "second"), ("capital", "third"), ("second", "fourth"), ("third", "fifth"), ("fourth", "sixth"), ("fifth", "sixth"),
    ),
)  # fmt: skip

# Zaire, October 1996. Population: census of 1984 and UN estimates. Forces: Prunier 2009, Turner 2007, IISS Military Balance 1996: an army
# of 30,000 to 50,000 on paper, unpaid, many of them names only; the alliance with its neighbours' troops (told as one) 5,000 to 15,000.
# Capital: Kinshasa and Bandundu; second: Kasai; third: Equateur; fourth: Katanga; fifth: Orientale; sixth: the Kivus, where it stands.
ZAIRE = War(
    name="Zaire, October 1996",
    origin=date(1996, 10, 21),
    people=(9500.0, 7500.0, 5500.0, 6000.0, 6000.0, 8000.0),
    kin=(0.35, 0.45, 0.3, 0.5, 0.4, 0.5),
    strength={
        "army": (10000.0, 20000.0, 40000.0), "police": (5000.0, 10000.0, 20000.0), "rebels": (5000.0, 9000.0, 15000.0),
        "rivals": (1000.0, 3000.0, 6000.0),
    },
    stands={
        "army": (0.4, 0.1, 0.1, 0.1, 0.15, 0.15), "police": (0.4, 0.15, 0.1, 0.15, 0.1, 0.1), "rebels": (0.0, 0.0, 0.0, 0.0, 0.0, 1.0),
        "rivals": (0.0, 0.0, 0.0, 0.0, 0.0, 1.0),
    },
    rule={
        "army": (0.4, 0.3, 0.4, 0.3, 0.3, 0.3), "police": (0.3, 0.2, 0.1, 0.2, 0.2, 0.1), "rebels": (0.0, 0.0, 0.0, 0.0, 0.0, 0.15),
        "rivals": (0.0, 0.0, 0.0, 0.0, 0.0, 0.1),
    },
    hostility={("army", "rebels"): 1.0, ("police", "rebels"): 0.5, ("army", "rivals"): 0.1, ("rebels", "rivals"): 0.5},
    regard={
        ("first", "rebels"): 0.2, ("other", "rebels"): 0.1, ("first", "army"): -0.6, ("other", "army"): -0.5, ("first", "police"): -0.4,
        ("other", "police"): -0.3,
    },
    attacks=(0.5, 0.2, 0.2, 0.2, 1.0, 10.0),
    local=0.3,
    sympathy=0.2,
    neighbours=(
        ("capital", "second"), ("capital", "third"), ("second", "fourth"), ("second", "fifth"), ("third", "fifth"), ("fourth", "sixth"),
        ("fifth", "sixth"),
    ),
    parameters={"capability.at_origin": (0.05, 0.12, 0.25)},
)  # fmt: skip

# Colombia, January 1994. Population: census of 1993. Forces: IISS Military Balance 1994 (army 120,000, police 79,000), Rangel 1998 and the
# Ministry of Defence on guerrillas (8,000 to 12,000 of them all) and self-defence groups (2,000 to 4,000). Capital: Bogota and
# Cundinamarca; second: the coffee axis and Valle; third: Antioquia and the coast; fourth: the eastern plains; fifth: the
# Magdalena valley; sixth: the south.
COLOMBIA = War(
    name="Colombia, January 1994",
    origin=date(1994, 1, 3),
    people=(7500.0, 7000.0, 10500.0, 2000.0, 5500.0, 2500.0),
    kin=(0.15, 0.2, 0.2, 0.6, 0.3, 0.6),
    strength={
        "army": (110000.0, 120000.0, 130000.0), "police": (70000.0, 79000.0, 90000.0), "rebels": (7000.0, 10000.0, 14000.0),
        "rivals": (1500.0, 3000.0, 5000.0),
    },
    stands={
        "army": (0.25, 0.2, 0.2, 0.12, 0.13, 0.1), "police": (0.3, 0.2, 0.25, 0.05, 0.15, 0.05),
        "rebels": (0.05, 0.1, 0.2, 0.25, 0.15, 0.25), "rivals": (0.05, 0.1, 0.5, 0.1, 0.25, 0.0),
    },
    rule={
        "army": (0.4, 0.35, 0.3, 0.2, 0.3, 0.2), "police": (0.5, 0.5, 0.4, 0.25, 0.35, 0.25), "rebels": (0.01, 0.04, 0.08, 0.3, 0.12, 0.3),
        "rivals": (0.0, 0.01, 0.1, 0.05, 0.08, 0.0),
    },
    hostility={("army", "rebels"): 0.9, ("police", "rebels"): 0.8, ("army", "rivals"): 0.1, ("rebels", "rivals"): 0.8},
    regard={("first", "rebels"): 0.0, ("other", "rebels"): -0.6, ("first", "army"): 0.0, ("other", "army"): 0.4, ("other", "police"): 0.3},
    attacks=(1.0, 2.0, 5.0, 6.0, 4.0, 6.0),
    rivalry=(0.0, 0.1, 0.6, 0.1, 0.3, 0.0),
    rivals_from=0.1,
    local=0.3,
    sympathy=0.05,
    parameters={"capability.at_origin": (0.3, 0.45, 0.6)},
)  # fmt: skip

WARS = (SOMALIA, AFGHANISTAN, ZAIRE, COLOMBIA)
