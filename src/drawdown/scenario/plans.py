"""Plans: dated or conditional orders, checked against the places, actors and dates of the scenario."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from drawdown.errors import expected_one_of, quoted
from drawdown.scenario.draft import Draft
from drawdown.scenario.feasible import check_orders
from drawdown.scenario.grammar import NUMBER
from drawdown.scenario.model import Distribution, Number, Order, Plan, Trigger
from drawdown.scenario.numbers import Declared, NumberRules, estimates_of, resolve
from drawdown.scenario.shapes import Entry
from drawdown.vocabulary.magnitudes import MOST_ARMED
from drawdown.vocabulary.watchable import WATCHABLE

LEVEL = Declared("the level of an order", "persons", 0, MOST_ARMED)
_WEEKS = re.compile(r"(\d{1,4}(?:\.\d{1,3})?) weeks?", re.ASCII)
_ONLY_OF_A_QUANTITY = ("place", "actor", "kinds", "other", "community", "home", "above", "below", "for_weeks", "not_before")


def plan_of(entry: Entry, draft: Draft) -> Plan | None:
    """The plan of a document; faults are noted in the draft's problems."""
    problems = draft.problems
    known = len(problems.found)
    source = entry["source"]
    if source is not None and source not in draft.sources:
        problems.add(f"unknown source: {expected_one_of(source, draft.sources)}", entry.at("source"), entry.under("source"))
    written: Sequence[Entry] = entry.get("orders", ())
    ids = tuple(order["id"] for order in written)
    orders = [_order(order, entry.get("id", ""), ids, draft) for order in written]
    _no_circle(written, draft)
    _dates_rise(written, draft)
    if len(problems.found) > known or entry["id"] is None:
        return None
    made = tuple(order for order in orders if order is not None)
    if len(made) == len(orders):  # what is missing was told when it was read
        check_orders(written, made, draft)
    if len(problems.found) > known:
        return None
    return Plan(entry["id"], entry.get("title", ""), entry.get("sentence", ""), made, source)


def _order(entry: Entry, plan: str, ids: Sequence[str], draft: Draft) -> Order | None:
    problems, action = draft.problems, entry["action"]
    actor = draft.known("actor", entry, "actor")
    places = _places(entry, draft)
    to = draft.known("place", entry, "to")
    other = draft.known("actor", entry, "other")
    if action in ("move", "hand-over", "close-base") and not places and (entry["places"] is not None or not entry.has("places")):
        problems.add(f"got no 'places'; expected those of the order to {action}.", entry.node.where, entry.path)
    if action == "deal" and not entry.has("other"):
        problems.add("got no 'other'; expected the actor with whom the deal is made.", entry.node.where, entry.path)
    if action == "deal" and actor and other and actor == other:
        problems.add(f"got a deal of {quoted(actor)} with itself; expected another actor.", entry.at("other"), entry.under("other"))
    for name, belongs in (("level", "move"), ("to", "move"), ("over", "move"), ("other", "deal")):
        if action is not None and action != belongs and entry.has(name):
            problems.add(
                f"got '{name}' with the action '{action}'; it belongs to '{belongs}'.", entry.at(name), entry.under(name), "Delete it."
            )
    if action == "move" and not entry.has("level"):
        advice = "It is how many persons stay in these places: 0 moves everybody to 'to', or home without it."
        problems.add(
            "got a move without 'level'; expected the persons in these places when it is done.", entry.node.where, entry.path, advice
        )
    level = _level(entry, plan, draft)
    trigger = _trigger(entry["when"], ids, draft) if entry["when"] is not None else None
    if trigger is None or action is None or actor is None or entry["id"] is None:
        return None
    return Order(
        entry["id"],
        action,
        actor,
        places,
        trigger,
        to,
        other,
        level,
        _over(entry, draft),
        entry.get("binding", False),
        entry.get("sentence", ""),
    )


def _places(entry: Entry, draft: Draft) -> tuple[str, ...]:
    written: Sequence[str] = entry.get("places", ())
    if tuple(written) == ("all",):
        return draft.labels["place"]
    node = entry.node.entries.get("places")
    cells = (node.items if node.kind == "list" else [node]) if node is not None else []
    for cell in cells:
        if cell.kind == "scalar" and cell.text not in draft.labels["place"]:
            advice = "Write several as a list: [one, another]." if "," in cell.text else ""
            told = expected_one_of(cell.text, draft.labels["place"])
            draft.problems.add(f"unknown place: {told}", cell.where, entry.under("places"), advice)
    return tuple(dict.fromkeys(written))


def _level(entry: Entry, plan: str, draft: Draft) -> Number | None:
    node = entry["level"]
    if node is None:
        return None
    name = f"plan:{plan}:{entry['id']}"
    if node.kind == "scalar" and node.text == "0" and not node.quoted:
        return Number(
            name, Distribution("fixed", 0.0), "persons", None, "", "D", "the order itself: nobody stays", derived=True, where=node.where
        )
    if node.kind == "scalar":
        advice = "Only 0 may be bare; write {value: ..., unit: persons, source: ..., locator: ..., grade: ...}."
        draft.problems.add(f"got {node.told()}; expected a number with its source.", node.where, entry.under("level"), advice)
        return None
    read = NUMBER.read(node, entry.under("level"), draft.problems)
    if read is None:
        return None
    # What a plan orders is decided, not known: `as_of` does not hide it.
    ledger = NumberRules(draft.problems, draft.sources, draft.origin, None)
    return resolve(name, estimates_of(read, LEVEL, ledger), ledger)


def _over(entry: Entry, draft: Draft) -> float:
    written = entry["over"]
    if written is None:
        return 1.0
    found = _WEEKS.fullmatch(written)
    if not found or float(found.group(1)) <= 0:
        draft.problems.add(f"got {quoted(written)}; expected a time in weeks, such as '8 weeks'.", entry.at("over"), entry.under("over"))
        return 1.0
    return float(found.group(1))


def _trigger(entry: Entry, ids: Sequence[str], draft: Draft) -> Trigger | None:
    problems = draft.problems
    forms = [name for name in ("date", "after", "quantity") if entry.has(name)]
    if len(forms) != 1:
        told = f"both {' and '.join(forms)}" if forms else "none of them"
        problems.add(f"got {told}; expected one of 'date', 'after', 'quantity'.", entry.node.where, entry.path)
        return None
    form = forms[0]
    strangers = [name for name in _ONLY_OF_A_QUANTITY if form != "quantity" and entry.has(name)]
    strangers += ["weeks"] if form != "after" and entry.has("weeks") else []
    for name in strangers:
        problems.add(f"got '{name}' beside '{form}'; it does not belong there.", entry.at(name), entry.under(name), "Delete it.")
    for name in ("date", "not_before"):
        _in_run(entry[name], entry, name, draft)
    if form == "after" and entry["after"] is not None and entry["after"] not in ids:
        problems.add(f"unknown order: {expected_one_of(entry['after'], ids)}", entry.at("after"), entry.under("after"))
    if form == "quantity":
        _quantity(entry, draft)
    place, actor, home = draft.known("place", entry, "place"), draft.known("actor", entry, "actor"), draft.known("home", entry, "home")
    return Trigger(
        entry["date"],
        entry["after"],
        entry.get("weeks", 0.0),
        entry["quantity"],
        place,
        actor,
        home,
        entry["above"],
        entry["below"],
        int(entry.get("for_weeks", 1)),
        entry["not_before"],
        tuple(entry.get("kinds", ())),
        draft.known("actor", entry, "other"),
        draft.known("community", entry, "community"),
    )


def _quantity(entry: Entry, draft: Draft) -> None:
    """A quantity that an order may wait for, with the members that it needs and one threshold."""
    name = entry["quantity"]
    if name is not None and name not in WATCHABLE:
        draft.problems.add(f"unknown quantity: {expected_one_of(name, WATCHABLE)}", entry.at("quantity"), entry.under("quantity"))
    elif name is not None:
        dims = WATCHABLE[name]
        named = {"place", "home", "community"} & {*dims} | (
            {"actor", "other"} if "dyad" in dims else {"actor", "kinds"} if "actor" in dims else set()
        )
        if "actor" in named and not entry.has("actor") and not ("kinds" in named and entry.has("kinds")):
            draft.problems.add(f"got no 'actor'; expected the one whose {name} is watched.", entry.node.where, entry.path)
        if "other" in named and not entry.has("other"):
            draft.problems.add("got no 'other'; expected the actor with whom the deal is.", entry.node.where, entry.path)
        if entry.has("actor") and entry.has("kinds"):
            draft.problems.add("got 'actor' and 'kinds'; expected one of them.", entry.at("kinds"), entry.under("kinds"), "Delete one.")
        for key in ("place", "actor", "kinds", "other", "community", "home"):
            if entry.has(key) and key not in named:
                message = f"got '{key}'; {name} has {' and '.join(dims) or 'no dimension'}."
                draft.problems.add(message, entry.at(key), entry.under(key), "Delete it.")
        _kinds_and_pair(entry, named, draft)
    if entry.has("above") == entry.has("below"):
        draft.problems.add("expected either 'above' or 'below' with a quantity.", entry.node.where, entry.path)


def _kinds_and_pair(entry: Entry, named: set[str], draft: Draft) -> None:
    """Kinds of which there is an actor, and a pair that may fight each other."""
    for kind in entry.get("kinds", ()) if "kinds" in named else ():
        if kind not in {actor.kind for actor in draft.actors}:
            told = expected_one_of(kind, sorted({actor.kind for actor in draft.actors}))
            draft.problems.add(f"no actor is of that kind: {told}", entry.at("kinds"), entry.under("kinds"))
    pair = {entry["actor"], entry["other"]}
    if "other" in named and pair <= {*draft.labels["actor"]} and pair not in [{*dyad} for dyad in draft.dyads]:
        message = f"got a deal of '{entry['actor']}' with '{entry['other']}', who are no pair of 'dyads' and so have nothing to settle."
        draft.problems.add(message, entry.at("other"), entry.under("other"), "Add the pair to 'dyads' in scenario.yaml, or name another.")


def _in_run(day: date | None, entry: Entry, name: str, draft: Draft) -> None:
    if day is None:
        return
    end = draft.origin + timedelta(weeks=draft.weeks)
    if day < draft.origin:
        advice = "What happened before the origin belongs in the tables."
        message = f"got {day}; expected a date from the origin, {draft.origin}, on."
        draft.problems.add(message, entry.at(name), entry.under(name), advice)
    elif day >= end:
        draft.problems.add(f"got {day}; expected a date before the end of the run, {end}.", entry.at(name), entry.under(name))


def _no_circle(written: Sequence[Entry], draft: Draft) -> None:
    """Orders that wait for each other never start."""
    after: dict[str, str | None] = {
        order["id"]: order["when"]["after"] for order in written if order["when"] is not None and not order["when"].has("date")
    }
    told: set[str] = set()
    for order in written:
        path, here = [], order["id"]
        while here in after and after[here] is not None and here not in path:
            path.append(here)
            here = after[here]
        if here in path and here not in told:
            circle = [*path[path.index(here) :], here]
            told.update(circle)
            where = order["when"]
            message = f"got orders that wait for each other: {' after '.join(circle)}."
            draft.problems.add(message, where.at("after"), where.under("after"), "Give one of them a date.")


def _dates_rise(written: Sequence[Entry], draft: Draft) -> None:
    """Orders to one actor in one place stand in the order of their dates, so that a reader can follow them."""
    last: dict[tuple[str, str], tuple[date, str]] = {}
    for order in written:
        day = order["when"]["date"] if order["when"] is not None else None
        if order["action"] != "move" or day is None or order["actor"] is None:
            continue
        for place in order.get("places", ()):
            before = last.get((order["actor"], place))
            if before is not None and day < before[0]:
                message = f"got {day}, earlier than the order '{before[1]}' above it ({before[0]}) to the same actor in {place}."
                draft.problems.add(
                    message, order["when"].at("date"), order["when"].under("date"), "Put the orders in the order of their dates."
                )
                break
            last[order["actor"], place] = (day, order["id"])
