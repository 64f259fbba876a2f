"""The documents of a small scenario: head, sources, plans, generic claims, card."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from drawdown.countries.exits import Leaving
from drawdown.countries.forces import Forces, Guest
from drawdown.countries.known import Known
from drawdown.countries.people import People
from drawdown.countries.slots import ACTORS, CAPITAL, COMMUNITIES, DYADS, FOREIGN, GOVERNMENT, HOME_OF, MILITIA, REBELS, SPONSORS

WEEKS = 262  # five years and a week: month 60 lies inside

SOURCES: Mapping[str, Mapping[str, Any]] = {
    "deaths": {
        "title": "UCDP Georeferenced Event Dataset, country-months",
        "author": "Uppsala Conflict Data Program",
        "licence": "CC BY 4.0",
    },
    "events": {
        "title": "UCDP Georeferenced Event Dataset, single events",
        "author": "Uppsala Conflict Data Program",
        "licence": "CC BY 4.0",
    },
    "dyads": {"title": "UCDP Dyadic Dataset 25.1", "author": "Uppsala Conflict Data Program", "licence": "CC BY 4.0"},
    "agreements": {"title": "UCDP Peace Agreement Dataset 22.1", "author": "Uppsala Conflict Data Program", "licence": "CC BY 4.0"},
    "nsa": {"title": "Non-State Actor data 3.4", "author": "Cunningham, Gleditsch and Salehyan", "licence": "academic use with credit"},
    "military": {"title": "Military personnel, Correlates of War; population, Penn World Table", "licence": "academic use with credit"},
    "troops": {
        "title": "Foreign troops by mission and month",
        "author": "Bara and Hultman; Passmore and others; troopdata; CPASS",
        "licence": "academic use",
    },
    "boundaries": {"title": "First-level units and their borders", "author": "Natural Earth", "licence": "public domain"},
    "exits": {"title": "Exits of foreign forces", "licence": "own compilation"},
}


def id_of(before: Known) -> str:
    """Country and day."""
    return f"{before.iso3.lower()}-{before.origin:%Y-%m-%d}"


def _sender(guest: Guest) -> str:
    """Who decides on a force, as a sentence names it after an article."""
    return f"senders of {told(guest.name)}" if guest.mission else f"government of {told(guest.name)}"


def head_of(before: Known, capital: str, armed: Forces, lived: People) -> dict[str, Any]:
    """scenario.yaml."""
    state = f"Government of {before.country}"
    actors: list[dict[str, Any]] = []
    for slot, kind in ACTORS.items():
        group, guest = armed.every_group.get(slot), armed.foreign.get(slot)
        name = (
            {"army": "Army", "police": "Police"}.get(slot)
            or (group.name if group is not None else None)
            or (guest.name if guest is not None else f"Unused {slot}")
        )
        actors.append(
            {
                "id": slot,
                "name": told(name),
                "kind": kind,
                "event_name": told(state if slot in GOVERNMENT else name),
                **({"home": HOME_OF[slot]} if slot in HOME_OF else {}),
            }
        )
    return {
        "id": id_of(before),
        "title": f"{before.country}, {before.origin:%B %Y}, from world data",
        "country": before.country,
        "capital": capital,
        "origin": before.origin,
        "weeks": WEEKS,
        "question": f"How does violence in {before.country} go on from {before.origin:%B %Y}, and who rules?",
        "document": "Built from rows of public world data; no document. Armed groups may take the capital. The war may end.",
        "communities": [{"id": slot, "name": told(lived.names[slot])} for slot in COMMUNITIES],
        "actors": actors,
        "homes": [
            {"id": home, "name": _sender(armed.foreign[slot]) if slot in armed.foreign else f"Unused {home}"}
            for slot, home in HOME_OF.items()
        ],
        "sponsors": [{"id": SPONSORS[0], "name": "Backers of rebels"}, {"id": SPONSORS[1], "name": "Backers of the government"}],
        "dyads": [list(pair) for pair in DYADS],
    }


def plans_of(before: Known, armed: Forces, leaving: Leaving | None) -> list[dict[str, Any]]:
    """`stay`, and `exit` for a force that leaves, or `leave` for any foreign force."""
    plans: list[dict[str, Any]] = [{"id": "stay", "title": "Stay", "sentence": "Whoever is there remains.", "orders": []}]

    def out(slot: str, start: date, weeks: int) -> dict[str, Any]:
        level = {"value": 0, "unit": "persons", "grade": "D", "note": "all leave: the plan"}
        return {
            "id": f"out-{slot}", "action": "move", "actor": slot, "places": "all", "level": level, "over": f"{weeks} weeks",
            "binding": True, "sentence": f"{told(armed.guests[slot].name)} leaves.", "when": {"date": start},
        }  # fmt: skip

    if leaving is not None:
        begin = min(max(leaving.begins, before.origin), leaving.ends)
        orders = [out(FOREIGN[0], begin, max(1, round((leaving.ends - begin).days / 7)))]
        plans.append({"id": "exit", "title": "Exit", "sentence": f"The force is gone by {leaving.ends}.", "orders": orders})
    elif armed.guests:
        start = before.origin + timedelta(weeks=4)
        orders = [out(slot, start, 26) for slot in FOREIGN if slot in armed.guests]
        plans.append(
            {"id": "leave", "title": "Out in half a year", "sentence": "All foreign forces leave within half a year.", "orders": orders}
        )
    return plans


def claims_of(before: Known, armed: Forces) -> list[dict[str, Any]]:
    """What any war raises: does the capital fall, does the war end."""
    year = float(before.recorded.total[-12:].sum())
    weekly = max(year / 52.0, 1.0)
    groups = [slot for slot in (*REBELS, MILITIA) if slot in armed.groups] or [REBELS[0]]
    ruled = {"quantity": "control", "place": CAPITAL, "actor": groups, "fold": "sum"}
    quiet = {"quantity": "deaths", "at_most": round(0.2 * weekly, 3)}
    return [
        {
            "id": "capital-falls", "number": 1, "text": "Armed groups rule most of the capital for four weeks in a row within five years.",
            "quotation": "Armed groups may take the capital.", "paragraph": 1,
            "proposition": {"eventually": {**ruled, "above": 0.5}, "for_weeks": 4, "from": "+0w", "to": f"+{WEEKS - 2}w"},
        },
        {
            "id": "war-ends", "number": 2, "text": "For half a year deaths stay at a fifth of the last year's or under, within five years.",
            "quotation": "The war may end.", "paragraph": 1,
            "proposition": {"eventually": quiet, "for_weeks": 26, "from": "+0w", "to": f"+{WEEKS - 2}w"},
        },
    ]  # fmt: skip


def card_of(before: Known) -> str:
    """CARD.md."""
    return (
        f"# Card\n\n**Scope.** {before.country} from {before.origin}, six places at most, from rows of public world data\n"
        "dated before that day.\n\n"
        "**What rests on assumption.** Residents by place, communities by place, police, rule, regard, hostility:\n"
        "everything of grade D, with its reason beside it. Deaths, soldiers, sizes of rebel groups and borders come from the data.\n\n"
        "**Limits.** No town, no name of a person, nothing that the data do not hold. Members called `Unused` are padding,\n"
        "so that all countries share one structure: they have no people and no force. A peace mission and an ally's army\n"
        "that are not there may come, and new armed groups may be founded. Not a forecast.\n\n"
        "**Licence.** Numbers are the sources'; see sources.yaml. Some are for academic use only: do not ship this folder.\n"
    )


def told(text: str) -> str:
    """A name on one line, printable, short enough for a head."""
    return "".join(c for c in " ".join(text.split()) if c.isprintable())[:120] or "unnamed"
