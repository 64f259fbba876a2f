"""Up to four communities of a small scenario: who they are, where they live, whom they supply and whom they like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from drawdown.countries.forces import Forces
from drawdown.countries.known import Known
from drawdown.countries.land import Land
from drawdown.countries.slots import ARMY, COMMUNITIES, FOREIGN, MILITIA, PLACES, POLICE, REBELS
from drawdown.countries.tables import PADDING, FilledTables, assumed

SMALLEST = 0.01  # share of the population: a smaller group counts with the rest
IN_POWER = ("MONOPOLY", "DOMINANT", "SENIOR PARTNER", "JUNIOR PARTNER")


@dataclass(frozen=True)
class People:
    """Slot -> name, share of the population, access to power; and by rebel slot the communities that it recruits from."""

    names: Mapping[str, str]
    sizes: Mapping[str, float]
    in_power: Mapping[str, bool]
    recruits: Mapping[str, tuple[str, ...]]


def people_of(known: Known, forces: Forces) -> People:
    """The three largest ethnic groups, with those that rebels recruit from first, and the rest; one people where no list names any."""
    rows = known.groups[["group", "size", "status"]].itertuples(index=False)
    listed = [(str(name), float(str(size)), str(status)) for name, size, status in rows if float(str(size)) >= SMALLEST]
    claims = {slot: _recruits(known, group.dyad_id, group.name) for slot, group in forces.groups.items()}
    wanted = {name for names in claims.values() for name in names}
    first = sorted(listed, key=lambda row: (row[0] not in wanted, -row[1], row[0]))[: len(COMMUNITIES) - 1]
    chosen = sorted(first, key=lambda row: (-row[1], row[0]))
    total = sum(size for _, size, _ in chosen)
    scale = 1.0 / max(total, 1.0)
    names = {slot: row[0] for slot, row in zip(COMMUNITIES, chosen, strict=False)}
    sizes = {slot: row[1] * scale for slot, row in zip(COMMUNITIES, chosen, strict=False)}
    power = {slot: row[2] in IN_POWER for slot, row in zip(COMMUNITIES, chosen, strict=False)}
    rest = 1.0 - sum(sizes.values())
    if rest >= SMALLEST:
        slot = COMMUNITIES[len(chosen)]
        names[slot], sizes[slot], power[slot] = ("All others" if chosen else "The people"), rest, not any(power.values())
    for slot in COMMUNITIES:
        names.setdefault(slot, f"Unused {slot}")
        sizes.setdefault(slot, 0.0)
        power.setdefault(slot, False)
    slot_of = {name: slot for slot, name in names.items()}
    return People(names, sizes, power, {s: tuple(slot_of[n] for n in found if n in slot_of) for s, found in claims.items()})


def _recruits(known: Known, dyad: float | None, name: str) -> tuple[str, ...]:
    rows = known.dyad_groups[(known.dyad_groups["new_dyad_id"] == dyad) | (known.dyad_groups["sideb"] == name)]
    tied = rows[(rows["recruitment"] == 1) | (rows["claim"] == 1) | (rows["support"] == 1)]
    return tuple(sorted({str(group) for group in tied["group"]}))


def fill(tables: FilledTables, people: People, forces: Forces, land: Land) -> None:
    """FilledTables of communities by place, of recruits and of regard."""
    there = _by_place(people, forces, land)
    for place in PLACES:
        if land.residents[place] > 0:
            note = assumed("national shares, three times as many where a group that recruits from them fights most (assumed: no census)")
            tables.shares("community_share", {(place, c): v for c, v in there[place].items()}, 1.0, note)
            mixed = sum(4 * v * (1 - v) for v in there[place].values()) / 2
            tables.put(
                "mixing_at_origin", (place,), min(max(0.6 * mixed, 0.05), 0.9), assumed("three fifths of how mixed the place is"), 1.5
            )
        else:
            tables.put("community_share", (place, COMMUNITIES[0]), 1.0, PADDING)
    recruits = assumed("recruits follow those whom coders name, else those out of power; the state's follow power (assumed)")
    for actor in (ARMY, POLICE, *(slot for slot in (*REBELS, MILITIA) if slot in forces.every_group)):
        own = people.recruits.get(actor, ())
        weights: dict[tuple[str, ...], float] = {}
        for community, size in people.sizes.items():
            if actor in (ARMY, POLICE):
                liking = 3.0 if people.in_power[community] else 1.0
            elif own:
                liking = 8.0 if community in own else 1.0
            else:
                liking = 1.0 if people.in_power[community] else 2.0
            weights[community, actor] = size * liking
        tables.shares("constituency", weights, 1.0, recruits)
    _regard(tables, people, forces)


def _by_place(people: People, forces: Forces, land: Land) -> dict[str, dict[str, float]]:
    pull = {place: dict.fromkeys(COMMUNITIES, 1.0) for place in PLACES}
    for slot, communities in people.recruits.items():
        where = land.shares(forces.groups[slot].places, 0.0) if forces.groups[slot].places else {}
        peak = max(where.values(), default=0.0)
        for place, share in where.items():
            for community in communities:
                pull[place][community] = max(pull[place][community], 1.0 + 2.0 * share / peak)
    found = {}
    for place in PLACES:
        raw = {c: people.sizes[c] * pull[place][c] for c in COMMUNITIES}
        found[place] = {c: v / sum(raw.values()) for c, v in raw.items()}
    return found


def _regard(tables: FilledTables, people: People, forces: Forces) -> None:
    note = assumed("the state: liked by those in power; groups: by those whom they recruit from; foreigners: by nobody much (assumed)")

    def put(community: str, actor: str, best: float) -> None:
        tables.range("standing_at_origin", (community, actor), best - 0.2, best, best + 0.2, note)

    for community in COMMUNITIES:
        if people.sizes[community] <= 0:
            continue
        for actor in (ARMY, POLICE):
            put(community, actor, 0.3 if people.in_power[community] else -0.1)
        for slot in forces.every_group:
            own = people.recruits.get(slot, ())
            put(community, slot, 0.3 if community in own else -0.3 if own or people.in_power[community] else 0.0)
        for slot in FOREIGN:
            if slot in forces.foreign:
                put(community, slot, -0.1)
