"""Who bears arms in a small scenario, where and how many: the state, three rebel groups, a rival militia, two foreign forces."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from drawdown.countries import risers, zones
from drawdown.countries.known import Known
from drawdown.countries.land import Land, population
from drawdown.countries.likeness import alike
from drawdown.countries.slots import ACTORS, ARMY, DYADS, FOREIGN, HOME_OF, MILITIA, POLICE, REBELS
from drawdown.countries.tables import PADDING, FilledTables, RestsOn, assumed

if TYPE_CHECKING:
    import pandas

LOOKS_BACK = 730.0  # days in which a group must have fought to be taken for active
PLACES_FROM = 1_095.0  # days of events that tell where a group stands
LEAST_MISSION = 500.0  # persons of what counts as a mission
LEAST_FOREIGN = 300.0  # persons: fewer are observers or an embassy's guard


@dataclass(frozen=True)
class ArmedGroup:
    """A rebel group or militia: as events name it, how strong, whether it holds territory, and where it fought (weight by slot)."""

    name: str
    dyad_id: float | None
    deaths: float
    low: float
    best: float
    high: float
    backing: RestsOn
    holds: float = 0.0  # effectiveness of its hold on its territory, 0 none to 1 high
    central: bool = False
    wants_state: bool = False
    strong: bool = False
    fights_state: bool = True
    places: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Guest:
    """A foreign force: whose, how strong, how ready to fight."""

    name: str
    low: float
    best: float
    high: float
    backing: RestsOn
    hostility: float
    mission: bool = False
    counted: bool = False  # by month: records of months would tell that it comes or goes
    zone: bool = False  # it holds a part of the country, and not the country or its capital


@dataclass(frozen=True)
class Forces:
    """Slot -> who fills it; slots without anybody are missing. `comers` are not there, and may come; `risers` may be founded."""

    groups: Mapping[str, ArmedGroup]
    guests: Mapping[str, Guest]
    soldiers: float
    comers: Mapping[str, Guest] = field(default_factory=dict)
    risers: Mapping[str, ArmedGroup] = field(default_factory=dict)

    @property
    def every_group(self) -> Mapping[str, ArmedGroup]:
        """Groups that are there or may be founded."""
        return {**self.groups, **self.risers}

    @property
    def foreign(self) -> Mapping[str, Guest]:
        """Who stands in the foreign slots or may."""
        return {**self.guests, **self.comers}


MISSION = Guest(
    "Peace mission", 940.0, 4_000.0, 17_000.0,
    RestsOn("B", "most of one mission within a year of the 14 that came, 1993 to August 2007: ln 8.31 (s.d. 0.89)", "troops", "months"),
    0.2, mission=True, counted=True,
)  # fmt: skip
ARMY_OF_AN_ALLY = Guest(
    "Allied army", 1_000.0, 5_000.0, 25_000.0, assumed("nobody counted those that came (assumed: what intervening armies had)"), 0.6
)


@cache
def classes() -> Mapping[str, tuple[float, float, float]]:
    """Strength of a rebel group against the army's (5th, 50th, 95th percentile) by what coders say of it (classes.csv)."""
    with Path(__file__).with_name("classes.csv").open(encoding="utf-8", newline="") as lines:
        return {row["class"]: (float(row["low"]), float(row["best"]), float(row["high"])) for row in csv.DictReader(lines)}


def forces_of(known: Known, land: Land, leaver: Guest | None) -> Forces:
    """Everybody who bears arms; `leaver`, where given, takes the first foreign slot."""
    soldiers = army_size(known)
    rebels = _rebels(known, land, soldiers)
    rivals = _rivals(known, land, {g.name for g in rebels}, soldiers)
    groups = dict(zip(REBELS, rebels, strict=False))
    if rivals:
        groups[MILITIA] = rivals[0]
    if rivals[1:] and not groups.get(REBELS[0]):
        groups[REBELS[0]] = rivals[1]  # fighting among groups takes two; it has no quarrel with the state
    guests = _guests(known)
    if leaver is not None:
        guests = [leaver, *(g for g in guests if not alike(g.name, leaver.name))]
    there = dict(zip(FOREIGN, guests, strict=False))
    return Forces(groups, there, soldiers, _comers(there), _risers([slot for slot in REBELS if slot not in groups], soldiers))


def _comers(there: Mapping[str, Guest]) -> dict[str, Guest]:
    """Who may come into the slots that are empty: a mission where there is none, then an army on the government's side."""
    free = [slot for slot in FOREIGN if slot not in there]
    sorts = [MISSION, ARMY_OF_AN_ALLY] if not any(guest.mission for guest in there.values()) else [ARMY_OF_AN_ALLY]
    return dict(zip(free, sorts, strict=False))


def _risers(free: Sequence[str], soldiers: float) -> dict[str, ArmedGroup]:
    """Who may be founded in the slots of rebels that are empty: as large against the army as rebel groups of all countries were."""
    low, best, high = (max(20.0, soldiers * share) for share in classes()["unknown"])
    note = assumed("what rebel groups had against the army in all countries before September 2007")
    return {
        slot: ArmedGroup(name, None, 0.0, low, max(best, low * 1.5), max(high, low * 3.0), note, wants_state=True)
        for slot, name in zip(free, risers.NAMES, strict=False)
    }


def army_size(known: Known) -> float:
    """Soldiers in the last year that has them; where none has, four in a thousand residents (the median of all states 1993 to 2006).

    A state whose army had dissolved (none counted) has a twentieth of a percent of its residents under arms (assumed).
    """
    counted = known.years[known.years["cow_military_personnel_thousand"].notna()]
    if counted.empty:
        return 0.004 * population(known)
    soldiers = 1_000.0 * float(counted["cow_military_personnel_thousand"].iloc[-1])
    return soldiers if soldiers > 0 else 0.0005 * population(known)


def _rebels(known: Known, land: Land, soldiers: float) -> list[ArmedGroup]:
    """Groups that fought the state in the last two years, those with the most deaths first."""
    fought = known.events[(known.events["type_of_violence"] == 1) & (known.events["age"] <= LOOKS_BACK)]
    deaths: dict[str, float] = {}
    for name, best, age in fought[["side_b", "best", "age"]].itertuples(index=False):
        deaths[str(name)] = deaths.get(str(name), 0.0) + float(best) * 0.5 ** (float(age) / 365.0)
    recent = known.dyad_year[(known.dyad_year["year"] >= known.origin.year - 2) & (known.dyad_year["type"] != "interstate")]
    for name, best in recent[["side_b", "battle_deaths_best"]].itertuples(index=False):
        deaths[str(name)] = deaths.get(str(name), 0.0) + (0.25 * float(best) if best == best else 6.0)
    names = sorted((n for n in deaths if not n.startswith("Government of")), key=lambda n: (-deaths[n], n))
    groups = [_group(known, land, name, deaths[name], soldiers) for name in names[: len(REBELS)]]
    if not groups and known.recorded.deaths[-24:, 0].sum() > 0:
        groups = [_group(known, land, "Armed opposition", float(known.recorded.deaths[-24:, 0].sum()), soldiers)]
    return groups


def _group(known: Known, land: Land, name: str, deaths: float, soldiers: float) -> ArmedGroup:
    listed = known.dyad_year[known.dyad_year["side_b"] == name].sort_values("year")
    dyad = float(listed["dyad_id"].iloc[-1]) if len(listed) else None
    coded = known.dyads[(known.dyads["dyad_id"] == dyad) | (known.dyads["side_b"] == name)].sort_values("startdate")
    row = coded.iloc[-1] if len(coded) else None
    low, best, high, backing = _size(row, soldiers)
    effective = {"high": 1.0, "moderate": 0.7, "low": 0.4}
    holds = effective.get(str(row["effterrcont"]), 0.4) if row is not None and row["terrcont"] == "yes" else 0.0
    return ArmedGroup(
        name,
        dyad,
        deaths,
        low,
        best,
        high,
        backing,
        holds,
        row is not None and row["centcontrol"] == "yes",
        bool(len(listed)) and int(listed["incompatibility"].iloc[-1]) >= 2,
        row is not None and row["rebstrength"] in ("parity", "stronger", "much stronger"),
        places=_where(known, land, name),
    )


def _size(row: pandas.Series | None, soldiers: float) -> tuple[float, float, float, RestsOn]:
    """Persons of a group: as coders estimate it, or the usual share of the army for how strong they say that it is."""
    if row is not None and row["rebestimate"] > 0:
        best = float(row["rebestimate"])
        low = min(float(row["rebestlow"]) if row["rebestlow"] > 0 else best, best / 1.5)
        high = max(float(row["rebesthigh"]) if row["rebesthigh"] > 0 else best, best * 1.5)
        return low, best, high, RestsOn("C", "at least a factor of 1.5 either way (assumed)", "nsa", "rebestimate, rebestlow, rebesthigh")
    said = str(row["rebstrength"]) if row is not None else "unknown"
    low, best, high = (max(20.0, soldiers * share) for share in classes().get(said, classes()["unknown"]))
    note = f"no estimate of its size: what groups of relative strength '{said}' had against the army in all countries before September 2007"
    return low, max(best, low * 1.5), max(high, low * 3.0), assumed(note)


def _where(known: Known, land: Land, name: str) -> dict[str, float]:
    """Slot -> weight of the events in which a group took part."""
    events = known.events
    mine = events[((events["side_a"] == name) | (events["side_b"] == name)) & events["adm1_id"].notna() & (events["age"] <= PLACES_FROM)]
    weights: dict[str, float] = {}
    for unit, age in mine[["adm1_id", "age"]].itertuples(index=False):
        slot = land.slot_of(str(unit))
        weights[slot] = weights.get(slot, 0.0) + 0.5 ** (float(age) / 365.0)
    return weights


def _rivals(known: Known, land: Land, taken: set[str], soldiers: float) -> list[ArmedGroup]:
    """The two groups, not among the rebels, that killed and fought most outside the war with the state; fewer where fewer did."""
    events = known.events[(known.events["type_of_violence"] != 1) & (known.events["age"] <= LOOKS_BACK)]
    deaths: dict[str, float] = {}
    for a, b, kind, best in events[["side_a", "side_b", "type_of_violence", "best"]].itertuples(index=False):
        for name in {str(a), str(b)} if int(kind) == 2 else {str(a)}:
            if name not in taken and not name.startswith("Government of") and name != "Civilians":
                deaths[name] = deaths.get(name, 0.0) + float(best)
    recent = known.recorded.deaths[-24:]
    for name, told in (("Local militias", recent[:, 1:].sum()), ("Their rivals", recent[:, 1].sum())):
        if told > 0 and len(deaths) < (2 if recent[:, 1].sum() > 0 else 1):
            deaths[name] = 0.0
    low, best, high = (max(20.0, soldiers * share) for share in classes()["much weaker"])
    note = "nobody counted it: what groups much weaker than the army had in all countries before September 2007"
    return [
        ArmedGroup(
            name, None, deaths[name], low, max(best, low * 1.5), max(high, low * 3.0), assumed(note), fights_state=False,
            places=_where(known, land, name),
        )
        for name in sorted(deaths, key=lambda n: (-deaths[n], n))[:2]
    ]  # fmt: skip


def _guests(known: Known) -> list[Guest]:
    """Foreign forces of late, the largest first: the largest of overlapping sources for each, and allies nobody counted.

    Of those beyond the slots one that is counted by month comes second, so that its going can be told.
    """
    found = _counted(known)
    helped = known.support
    allies = helped[
        (helped["troops_as_party"] == 1)
        & (helped["year"] >= known.origin.year - 2)
        & helped["receiver"].astype(str).str.startswith("Government of")
    ]
    for ally in sorted({str(name) for name in allies["supporter"]}):
        index = next((k for k, guest in enumerate(found) if alike(guest.name, ally)), None)
        if index is None and not any(guest.hostility > 0.5 for guest in found):
            note = "troops fought beside the government and nobody counted them here (assumed: what intervening armies had)"
            found.append(Guest(ally, 1_000.0, 5_000.0, 25_000.0, assumed(note), 0.6))
        elif index is not None:
            found[index] = replace(found[index], hostility=0.6, mission=False)
    ranked = sorted(found, key=lambda g: (-g.best, g.name))
    first, rest = ranked[:1], ranked[1:]
    return first + (sorted(rest, key=lambda g: not g.counted) if not any(g.counted for g in first) else rest)


def _counted(known: Known) -> list[Guest]:
    """Forces of 300 or more in the last count of each, if that is of late: a month's of the last two, a quarter's, a year's."""
    day = known.origin.toordinal()
    late = {4: 400, 6: 200, 7: 62}  # days, by the length of `2000`, `2000Q3`, `2000-11`
    periods = known.troops["period"].astype(str)
    fresh = [day - end.toordinal() <= late.get(len(p[:7]), 62) for end, p in zip(known.troops["end"], periods, strict=True)]
    troops = known.troops[np.array(fresh, bool)]
    named = troops.assign(key=troops["mission"].fillna(troops["sender"]).astype(str))
    sizes: dict[str, tuple[float, str, bool, bool]] = {}
    for (key, source), rows in named.groupby(["key", "source"]):
        last = rows[rows["end"] == rows["end"].max()]
        persons = float(last.groupby("sender")["persons"].max().sum())
        mission = bool(rows["mission"].notna().any() and rows["kind"].astype(str).str.startswith("all").any())
        monthly = bool((rows["period"].astype(str).str.len() >= 7).any())
        most = sizes.get(str(key), (0.0, "", False, False))
        larger = (persons, str(source)) if persons > most[0] else most[:2]
        sizes[str(key)] = (*larger, mission or most[2], monthly or most[3])  # what any of its sources tells
    found: list[Guest] = []
    for name, (n, source, mission, monthly) in sorted(sizes.items(), key=lambda item: (-item[1][0], item[0])):
        if n >= LEAST_FOREIGN and not any(alike(name, other.name) for other in found):
            backing = RestsOn("B", "largest of overlapping sources; a fifth either way (assumed)", "troops", source)
            found.append(Guest(name, n / 1.2, n, n * 1.2, backing, 0.2, mission, monthly))
    return found


def fill(tables: FilledTables, forces: Forces, land: Land, known: Known, violence: Mapping[str, float]) -> None:
    """FilledTables of strength, deployment, rule and readiness to fight; `violence` is the share of deaths by slot."""
    people = sum(land.residents.values())
    counted = RestsOn("B", "soldiers in the last year before the origin", "military", "military personnel")
    tables.put("strength", (ARMY,), max(forces.soldiers, 500.0), counted, 1.15)
    tables.put("strength", (POLICE,), max(0.002 * people, 500.0), assumed("two police officers in a thousand residents (assumed)"), 1.8)
    shares = land.shares({})
    held = {slot: zones.stands_in(known, land, guest.name, violence) for slot, guest in forces.guests.items() if guest.zone}
    shut = {place: 1.0 - zones.SHUT_OUT * max((zones.depth(s)[place] for s in held.values()), default=0.0) for place in shares}
    spread = {place: (0.5 * shares[place] + 0.5 * violence.get(place, 0.0)) * shut[place] for place in shares}
    note = assumed("no order of battle: half by residents, half by where people were killed; few in an occupier's zone (assumed)")
    tables.shares("deployment", {(p, ARMY): v for p, v in spread.items()}, 1.0, note)
    police = assumed("by residents; few in an occupier's zone (assumed)")
    tables.shares("deployment", {(p, POLICE): v * shut[p] for p, v in shares.items()}, 1.0, police)
    for slot in (*REBELS, MILITIA):
        group = forces.groups.get(slot)
        if group is None:
            tables.put("strength", (slot,), 0.0, PADDING)
            continue
        tables.range("strength", (slot,), group.low, group.best, group.high, group.backing)
        there = land.shares(group.places, 0.05)
        events = RestsOn("C", "by the events in which it took part, a twentieth by residents (assumed)", "events", "last three years")
        tables.shares("deployment", {(p, slot): v for p, v in there.items()}, 1.0, events)
    capital = next(iter(land.filled()))
    for slot in FOREIGN:
        guest = forces.foreign.get(slot)
        if slot not in forces.guests:
            tables.put("strength", (slot,), 0.0, PADDING)
            tables.put(
                "leader_turnover", (HOME_OF[slot],), 0.0, assumed("its senders are many, or nobody yet: no leader's fall is news (assumed)")
            )
        if guest is None:
            continue
        tables.range("strength" if slot in forces.guests else "may_come", (slot,), guest.low, guest.best, guest.high, guest.backing)
        if slot in forces.comers and guest.mission:
            by_month = known.troops[known.troops["period"].astype(str).str.len() >= 7]
            stood = bool((by_month["persons"] >= LEAST_MISSION).any())
            tables.put("stood_before", (slot,), float(stood), RestsOn("B", "1 where 500 or more were counted before", "troops", "months"))
        if guest.mission:
            tables.put("guarantees", (slot,), 1.0, assumed("a mission in uniform, counted as such: taken to be accepted (assumed)"))
        usual = {place: 0.5 * (place == capital) + 0.5 * violence.get(place, 0.0) for place in land.filled()}
        why = "in its zone: where it fought (assumed)" if slot in held else "half in the capital (assumed)"
        tables.shares("deployment", {(p, slot): v for p, v in held.get(slot, usual).items()}, 1.0, assumed(why))
    risers.fill(tables, forces.risers, land, violence)
    _hostility(tables, forces, known)
    _rule(tables, forces, land, held)
    _traits(tables, forces, known)


def _hostility(tables: FilledTables, forces: Forces, known: Known) -> None:
    fought = known.events[(known.events["type_of_violence"] == 2) & (known.events["age"] <= LOOKS_BACK)]
    rivals = {frozenset((str(a), str(b))) for a, b in fought[["side_a", "side_b"]].itertuples(index=False)}
    for one, other in DYADS:
        cell = (f"{one}--{other}",)
        a, b = forces.every_group.get(one), forces.every_group.get(other)
        if b is None or (a is None and one in REBELS) or (one in FOREIGN and one not in forces.foreign):
            tables.put("hostility", cell, 0.0, PADDING)
        elif one in FOREIGN:
            value = forces.foreign[one].hostility
            tables.put(
                "hostility", cell, value, assumed("0.6 for an army that fights beside the government, 0.2 for others (assumed)"), 1.4
            )
        elif one in (ARMY, POLICE) and not b.fights_state:
            tables.put("hostility", cell, 0.2 if one == ARMY else 0.1, assumed("armed, and not at war with the state (assumed)"), 1.5)
        elif one == ARMY:
            tables.put("hostility", cell, 0.7, assumed("at war with the state (assumed)"), 1.3)
        elif one == POLICE:
            tables.put("hostility", cell, 0.3, assumed("police fight less than soldiers (assumed)"), 1.5)
        else:
            assert a is not None
            value = 0.6 if frozenset((a.name, b.name)) in rivals else 0.3 if MILITIA in (one, other) else 0.15
            tables.put("hostility", cell, value, assumed("0.6 where the two fought in the last two years, less where not (assumed)"), 1.5)


def _rule(tables: FilledTables, forces: Forces, land: Land, zone: Mapping[str, Mapping[str, float]]) -> None:
    """Who rules whom: groups with territory where they fight, occupiers in their zone, the state elsewhere, a tenth nobody."""
    nobody, most = 0.1, 0.8
    note = assumed("territory as coders judge it, laid where the group fights; a tenth ruled by nobody (assumed)")
    filled = land.filled()
    capital = filled[0]
    ruled: dict[str, dict[str, float]] = {place: {} for place in filled}
    for slot, group in forces.groups.items():
        there = land.shares(group.places, 0.0) if group.places else land.shares({}, 0.0)
        peak = max(there.values())
        for place, share in there.items():
            held = group.holds * most * share / peak if group.holds else 0.05 * share / peak
            ruled[place][slot] = held * (0.3 if place == capital and not group.strong else 1.0)
    for slot, shares in zone.items():
        for place, depth in zones.depth(shares).items():
            ruled[place][slot] = zones.HELD * depth
    for place in filled:
        whole = sum(ruled[place].values())
        cut = min(1.0, most / whole) if whole > 0 else 1.0
        for slot, value in ruled[place].items():
            if value * cut >= 0.005:
                tables.put("control_at_origin", (place, slot), round(value * cut, 4), note)
        rest = max(0.0, 1.0 - nobody - whole * cut)
        guests = 0.1 if FOREIGN[0] in forces.guests and FOREIGN[0] not in zone and place == capital else 0.0
        tables.put("control_at_origin", (place, POLICE), round(max(rest - guests, 0.0), 4), note)
        if guests and rest > guests:
            tables.put("control_at_origin", (place, FOREIGN[0]), guests, note)


def _traits(tables: FilledTables, forces: Forces, known: Known) -> None:
    tables.put("contends", (ARMY,), 1.0, assumed("stands for the government (assumed)"))
    tables.put("takes_ground", (ARMY,), 1.0, assumed("an army at war presses offensives (assumed)"))
    killed = known.events[(known.events["type_of_violence"] == 3) & (known.events["age"] <= LOOKS_BACK)]
    blamed = killed.groupby("side_a")["best"].sum()
    state = float(sum(v for k, v in blamed.items() if str(k).startswith("Government of")))
    dead = float(blamed.sum())
    harsh = assumed("0.3, of the army less, and as much more as its share of the killing of civilians in the last two years (assumed)")
    tables.put("harshness", (ARMY,), 0.05 + 0.75 * (state / dead if dead else 0.0), harsh, 1.3)
    tables.put("harshness", (POLICE,), 0.2 + 0.4 * (state / dead if dead else 0.0), harsh, 1.3)
    for slot, group in forces.groups.items():
        share = float(blamed.get(group.name, 0.0)) / dead if dead else 0.0
        tables.put("harshness", (slot,), 0.3 + 0.6 * share, harsh, 1.3)
        tables.put("contends", (slot,), float(group.wants_state), assumed("1 where its aim is the government (UCDP's incompatibility)"))
        ground = group.fights_state and (group.holds > 0 or group.strong)
        tables.put(
            "takes_ground", (slot,), float(ground), assumed("1 where coders say that it holds territory or is as strong as the army")
        )
        tables.put("truce_prone", (slot,), float(group.central), assumed("1 where coders see a central command"))
        tables.put("gains_from_occupation", (slot,), 0.2 if forces.guests else 0.0, assumed("a little where foreigners stand (assumed)"))


assert set(ACTORS) == {ARMY, POLICE, MILITIA, *REBELS, *FOREIGN}
