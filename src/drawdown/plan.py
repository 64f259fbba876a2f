"""A plan as arrays: the orders of a scenario's plan in a fixed number of slots, so that one program serves every plan."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from drawdown.errors import DrawdownError
from drawdown.scenario.model import Order, Plan, Scenario, Trigger
from drawdown.scenario.plans import LEVEL
from drawdown.state import PLAN
from drawdown.vocabulary import watchable
from drawdown.vocabulary.order_slots import ORDER_SLOTS
from drawdown.vocabulary.weeks import week_of_day
from drawdown.world import Structure, quantile, uniforms

Array = NDArray[np.float32]
_NEVER = 1e6


def arrays(plan: Plan, scenario: Scenario, structure: Structure, seed: int, futures: NDArray[np.uint32]) -> dict[str, Array]:
    """The plan's variables [dims, 1], levels drawn per future [order, future]."""
    if len(plan.orders) > ORDER_SLOTS:
        raise DrawdownError(
            f"plan '{plan.id}' has {len(plan.orders)} orders; at most {ORDER_SLOTS} are possible. Join orders that share a date."
        )
    values = {v.name: np.zeros((*structure.shape(v.dims), 1), np.float32) for v in PLAN}
    values["order_level"] = np.full((ORDER_SLOTS, len(futures)), -1.0, np.float32)
    values["order_week"][:] = _NEVER
    values["order_watches_what"][:] = -1.0
    values["order_over"][:] = 1.0
    slot = {order.id: k for k, order in enumerate(plan.orders)}
    for k, order in enumerate(plan.orders):
        _order(values, k, order, structure)
        _trigger(values, k, order.trigger, scenario, structure, slot)
        if order.level is not None:
            values["order_level"][k] = level_drawn(plan.id, order, seed, futures)
    return values


def level_drawn(plan: str, order: Order, seed: int, futures: NDArray[np.integer]) -> NDArray[np.float64]:
    """Level of an order in each future [future]; the order has one."""
    assert order.level is not None
    u, choice = uniforms(seed, futures, [f"plan:{plan}:{order.id}"])
    return quantile(order.level.distribution, order.level.unit, u[0], choice[0], (LEVEL.low, LEVEL.high))


def _order(values: Mapping[str, Array], k: int, order: Order, structure: Structure) -> None:
    values["order_actor"][k, structure.actors.index(order.actor)] = 1.0
    everywhere = not order.places
    for p, place in enumerate(structure.places):
        values["order_place"][k, p] = float(everywhere or place in order.places)
    if order.to is not None:
        values["order_to"][k, structure.places.index(order.to)] = 1.0
    values["order_moves"][k] = order.action == "move"
    values["order_hands_over"][k] = order.action == "hand-over"
    values["order_closes"][k] = order.action == "close-base"
    values["order_covers"][k] = {"cover": 1.0, "no-cover": -1.0}.get(order.action, 0.0)
    if order.action == "deal":
        for d, pair in enumerate(structure.dyads):
            values["order_deals"][k, d] = set(pair) == {order.actor, order.other}
    values["order_over"][k] = max(order.over_weeks, 1.0)
    values["order_binding"][k] = order.binding


def _trigger(
    values: Mapping[str, Array], k: int, trigger: Trigger, scenario: Scenario, structure: Structure, slot: Mapping[str, int]
) -> None:
    start = trigger.date or trigger.not_before
    values["order_week"][k] = max(week_of_day(start, scenario.origin), 0) if start is not None else 0.0
    if trigger.after is not None:
        values["order_waits_for"][k, slot[trigger.after]] = 1.0
        values["order_delay"][k] = trigger.delay_weeks
    if trigger.quantity is None:
        return
    values["order_watches_what"][k] = watchable.code_of(trigger.quantity)
    for p, place in enumerate(structure.places):
        values["order_watches_place"][k, p] = float(trigger.place is None or trigger.place == place)
    kinds = {actor.id: actor.kind for actor in scenario.actors}
    for a, actor in enumerate(structure.actors):
        values["order_watches"][k, a] = float(actor == trigger.actor or kinds[actor] in trigger.kinds)
    for d, pair in enumerate(structure.dyads):
        values["order_watches_dyad"][k, d] = float(set(pair) == {trigger.actor, trigger.other})
    for c, community in enumerate(structure.communities):
        values["order_watches_community"][k, c] = float(trigger.community is None or trigger.community == community)
    for h, home in enumerate(structure.homes):
        values["order_watches_home"][k, h] = float(trigger.home is None or trigger.home == home)
    above = trigger.above is not None
    values["order_sign"][k] = 1.0 if above else -1.0
    threshold = trigger.above if above else trigger.below
    values["order_threshold"][k] = 0.0 if threshold is None else threshold
    values["order_patience"][k] = trigger.for_weeks
