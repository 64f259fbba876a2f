"""What of a plan cannot happen: orders that never start, thresholds that nothing reaches, forces that are not there."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date

from drawdown.scenario.draft import Draft
from drawdown.scenario.model import Number, Order
from drawdown.scenario.propositions import Comparison
from drawdown.scenario.ranges import ranges_of
from drawdown.scenario.reach import fault_of
from drawdown.scenario.shapes import Entry
from drawdown.vocabulary.units import unit_of
from drawdown.vocabulary.watchable import WATCHABLE
from drawdown.vocabulary.weeks import week_of_day

LEAST_UNDER_ARMS = 20.0  # a platoon; fewer are no force of a province, and most often thousands of persons
# Times what a foreign force was: 1965 (23,000 to 184,000 soldiers in a year) is the exception; most often it is another unit.
REINFORCED = 5.0
_FOREIGN_ONLY = {
    "hand-over": "The security lead is a foreign force's to hand over.",
    "cover": "The order has no effect: only a foreign force fills a void.",
    "no-cover": "The order has no effect: only a foreign force fills a void.",
}


def check_orders(written: Sequence[Entry], orders: Sequence[Order], draft: Draft) -> None:
    """Note what cannot happen of the orders of one plan, which are read without faults."""
    entries = {entry["id"]: entry for entry in written}
    starts = first_weeks(orders, draft.origin)
    there = {(place, actor) for place, actor in draft.tables.get("deployment", {}) if _best(draft, "deployment", (place, actor)) > 0}
    for order in orders:
        entry = entries[order.id]
        _starts_in_time(order, entry, starts, draft)
        _threshold(order, entry, draft)
        if order.action == "move":
            _movement(order, entry, there, draft)
        _right_actor(order, entry, draft)


def first_weeks(orders: Sequence[Order], origin: date) -> dict[str, float]:
    """By order, the first week of the run in which it can start, as the mechanism `orders` starts it; the orders wait in no circle."""
    starts: dict[str, float] = {}
    for order in _in_order(orders):
        trigger = order.trigger
        if trigger.after is not None:
            # An order looks back on the weeks before its own: another that starts now is seen to have started next week.
            starts[order.id] = starts[trigger.after] + math.ceil(trigger.delay_weeks) + 1
            continue
        day: date | None = trigger.date or trigger.not_before
        first = float(week_of_day(day, origin)) if day is not None else 0.0
        # What is watched may have held before the day from which it counts.
        starts[order.id] = max(first, trigger.for_weeks - 1.0) if trigger.quantity is not None else first
    return starts


def _in_order(orders: Sequence[Order]) -> list[Order]:
    """Every order after the one that it waits for; there are no circles."""
    by_id = {order.id: order for order in orders}
    sorted_: dict[str, Order] = {}
    for order in orders:
        chain = [order]
        while (before := chain[-1].trigger.after) is not None and before not in sorted_:
            chain.append(by_id[before])
        sorted_.update((one.id, one) for one in reversed(chain))
    return list(sorted_.values())


def _starts_in_time(order: Order, entry: Entry, starts: Mapping[str, float], draft: Draft) -> None:
    """An order that comes after the end; those that wait for it are not told again."""
    start = starts[order.id]
    if start < draft.weeks or starts.get(order.trigger.after or "", 0.0) >= draft.weeks:
        return
    when: Entry = entry["when"]
    if order.trigger.quantity is not None:
        message = f"got {order.trigger.for_weeks} weeks in a run of {draft.weeks}, so the order never starts."
        draft.problems.add(message, when.at("for_weeks"), when.under("for_weeks"), "Lengthen the run, or take fewer weeks.")
    else:
        message = f"the order cannot start before week {start:g}, and the run ends with week {draft.weeks - 1}."
        draft.problems.add(message, when.at("after"), when.under("after"), "Lengthen the run, or wait for less.")


def _threshold(order: Order, entry: Entry, draft: Draft) -> None:
    """A threshold that the quantity can never pass, or always has."""
    trigger, when = order.trigger, entry["when"]
    ranges = ranges_of(draft) or {}
    if trigger.quantity is None or trigger.quantity not in ranges:
        return
    unit, found = ranges[trigger.quantity]
    if trigger.place is None and unit_of(unit).counts == "attacks" and "place" in WATCHABLE[trigger.quantity]:
        found = found.times(len(draft.places))  # the sum over all places; of persons there are no more than everybody
    thresholds: tuple[tuple[Comparison, float | None], ...] = (("above", trigger.above), ("below", trigger.below))
    for comparison, bound in thresholds:
        fault = fault_of(f"'{trigger.quantity}'", unit, found, comparison, bound) if bound is not None else None
        if fault is not None:
            message, advice, grave = fault
            (draft.problems.add if grave else draft.problems.warn)(f"{message}.", when.at(comparison), when.under(comparison), advice)


def _movement(order: Order, entry: Entry, there: set[tuple[str, str]], draft: Draft) -> None:
    """Forces that are not there, or more of them than there are."""
    kind = next(actor.kind for actor in draft.actors if actor.id == order.actor)
    assert order.level is not None  # every move has one
    level = order.level.distribution.best
    strength = _best(draft, "strength", (order.actor,))
    if order.places == (order.to,):
        message = f"got a move from '{order.to}' to '{order.to}'; expected another place."
        draft.problems.add(message, entry.at("to"), entry.under("to"), "Delete 'to', and those who leave go home.")
    if level == 0 and "deployment" not in draft.faulty and not any((place, order.actor) in there for place in order.places):
        places = ", ".join(order.places[:8])
        message = f"nobody of '{order.actor}' stands in {places} at the origin, nor does an order before this one bring anybody there."
        draft.problems.warn(
            message, entry.at("places"), entry.under("places"), "Is it the right actor, and are its rows in deployment.csv?"
        )
    if strength > 0 and kind != "foreign" and level > strength:
        message = f"got {level:g} persons of '{order.actor}', which has {strength:g} under arms and no home to bring more from."
        draft.problems.warn(message, entry.at("level"), entry.under("level"), "They would come from nowhere: lower the level.")
    if strength > 0 and kind == "foreign" and level > REINFORCED * strength:
        message = f"got {level:g} persons of '{order.actor}', more than {REINFORCED:g} times the {strength:g} that it has at the origin."
        draft.problems.warn(message, entry.at("level"), entry.under("level"), "Is the level in persons?")
    if order.over_weeks > draft.weeks:
        message = f"got {order.over_weeks:g} weeks in a run of {draft.weeks}: the level is not reached in it."
        draft.problems.warn(message, entry.at("over"), entry.under("over"))
    if 0 < level < LEAST_UNDER_ARMS:
        message = f"got a level of {level:g} persons."
        draft.problems.warn(message, entry.at("level"), entry.under("level"), "Is it written in thousands? The unit is persons.")
    if level > 0:
        there.update((place, order.actor) for place in order.places)
    if order.to is not None:
        there.add((order.to, order.actor))


def _right_actor(order: Order, entry: Entry, draft: Draft) -> None:
    """Orders that only a foreign actor, or only a pair that may fight, can carry out."""
    kind = next(actor.kind for actor in draft.actors if actor.id == order.actor)
    if order.action in _FOREIGN_ONLY and kind != "foreign":
        message = f"got '{order.action}' for an actor of the kind '{kind}'; expected a foreign one."
        draft.problems.warn(message, entry.at("actor"), entry.under("actor"), _FOREIGN_ONLY[order.action])
    pairs = [{*dyad} for dyad in draft.dyads]
    if order.action == "deal" and order.other is not None and {order.actor, order.other} not in pairs:
        message = f"got a deal of '{order.actor}' with '{order.other}', who are no pair of 'dyads' and so do not fight each other."
        draft.problems.add(message, entry.at("other"), entry.under("other"), "Add the pair to 'dyads' in scenario.yaml, or name another.")


def _best(draft: Draft, table: str, cell: tuple[str, ...]) -> float:
    number: Number | None = draft.tables.get(table, {}).get(cell)
    return number.distribution.best if number is not None else 0.0
