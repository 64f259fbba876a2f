"""Plans as arrays, and as what they make forces do."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from drawdown import plan as plans
from drawdown.engine import Engine
from drawdown.errors import DrawdownError
from drawdown.scenario.model import Distribution, Number, Order, Plan, Trigger
from drawdown.vocabulary.order_slots import ORDER_SLOTS
from drawdown.vocabulary.watchable import WATCHABLE

SEED = 3
IDS = np.arange(64, dtype=np.uint32)


def level(value: float) -> Number:
    return Number("plan:test:level", Distribution("fixed", value), "persons", None, "", "D", "test")


def order(name: str, trigger: Trigger, action: Any = "move", places: tuple[str, ...] = (), **more: Any) -> Order:
    return Order(name, action, "foreign-force", places, trigger, **more)


def plan(*orders: Order) -> Plan:
    return Plan("test", "Test", "", orders)


def on(engine: Engine, week: int) -> Trigger:
    return Trigger(date=engine.scenario.origin + timedelta(weeks=week))


def foreign(engine: Engine, chosen: Plan, place: str | None = None) -> np.ndarray:
    """Foreign force [week, future] under a home government that keeps to the plan."""
    force = engine.without("home_front").run(chosen, SEED, IDS).series["force"][:, :, engine.labels["actor"].index("foreign-force")]
    return np.asarray(force.sum(1) if place is None else force[:, engine.labels["place"].index(place)])


def test_unused_slots_never_start(small: Engine) -> None:
    values = plans.arrays(plan(), small.scenario, small.world.structure, SEED, IDS)
    assert (values["order_week"] > 1e5).all()
    assert (values["order_level"] == -1).all()
    assert not values["order_actor"].any()
    idle = small.replay(plan(), SEED, 0)
    assert (idle.states["order_clock"] == -1).all()


def test_too_many_orders_are_refused(small: Engine) -> None:
    many = plan(*(order(f"o{k}", on(small, 1)) for k in range(ORDER_SLOTS + 1)))
    with pytest.raises(DrawdownError, match=f"at most {ORDER_SLOTS}"):
        plans.arrays(many, small.scenario, small.world.structure, SEED, IDS)
    plans.arrays(plan(*many.orders[:-1]), small.scenario, small.world.structure, SEED, IDS)


def test_what_a_trigger_names_stands_in_the_arrays(small: Engine) -> None:
    """Kinds are all actors of them; a deal is that of its two actors in either order; a lead without a community is everybody's."""
    structure = small.world.structure
    triggers = (
        Trigger(quantity="control", place="capital", kinds=("army", "police", "foreign"), below=0.1),
        Trigger(quantity="deal", actor="northern-militia", other="national-army", above=0.5),
        Trigger(quantity="lead", actor="northern-militia", above=0.5),
        Trigger(quantity="lead", actor="northern-militia", community="northern", above=0.5),
        Trigger(quantity="truce", actor="northern-militia", above=0),
    )
    watching = plan(*(order(f"o{k}", trigger, "close-base", ("north",)) for k, trigger in enumerate(triggers)))
    values = plans.arrays(watching, small.scenario, structure, SEED, IDS)

    def named(variable: str, k: int, members: tuple[str, ...]) -> set[str]:
        return {member for member, chosen in zip(members, values[variable][k, :, 0], strict=True) if chosen}

    dyads = small.labels["dyad"]
    assert named("order_watches", 0, structure.actors) == {"foreign-force", "national-army", "national-police"}
    assert named("order_watches", 1, structure.actors) == {"northern-militia"}
    assert [named("order_watches_dyad", k, dyads) for k in (0, 1, 2)] == [set(), {"national-army--northern-militia"}, set()]
    assert [named("order_watches_community", k, structure.communities) for k in (2, 3)] == [{"northern", "southern"}, {"northern"}]
    assert named("order_watches", 4, structure.actors) == {"northern-militia"}


def test_a_dated_order_starts_on_its_week_and_ends_on_time(small: Engine) -> None:
    force = foreign(small.without("return_of_force"), plan(order("go", on(small, 10), level=level(0), over_weeks=8, binding=True)))
    assert np.allclose(force[:10], force[0], rtol=0.02)
    assert (force[10] < force[9]).all()
    assert force[19:].max() < 0.02 * force[0].max()


def test_an_order_after_another_waits_for_it(small: Engine) -> None:
    first = order("first", on(small, 5), "hand-over")
    then = order("then", Trigger(after="first", delay_weeks=6), level=level(0), over_weeks=1, binding=True)
    told = small.replay(plan(first, then), SEED, 0)
    clocks = told.states["order_clock"]
    assert int(np.argmax(clocks[:, 0] >= 0)) == 5
    waited = int(np.argmax(clocks[:, 1] >= 0)) - 5
    assert waited in (6, 7)
    assert (clocks[waited + 5 :, 1] >= 0).all()


def test_a_conditional_order_waits_for_its_condition(small: Engine) -> None:
    trigger = Trigger(quantity="attacks", below=1e6, for_weeks=4, not_before=small.scenario.origin + timedelta(weeks=12))
    never = Trigger(quantity="attacks", above=1e6, for_weeks=1)
    told = small.replay(plan(order("calm", trigger, "hand-over"), order("storm", never, "hand-over")), SEED, 0)
    clocks = told.states["order_clock"]
    assert int(np.argmax(clocks[:, 0] >= 0)) == 12
    assert (clocks[:, 1] == -1).all()


def test_everything_watchable_can_be_watched(small: Engine) -> None:
    def watching(quantity: str, above: float | None = None, below: float | None = None) -> Order:
        trigger = Trigger(quantity=quantity, actor="national-army", for_weeks=2, above=above, below=below)
        return order(f"{quantity}-{'up' if below is None else 'down'}", trigger, "hand-over")

    up = [watching(q, above=-50.0) for q in WATCHABLE]
    down = [watching(q, below=-50.0) for q in list(WATCHABLE)[: ORDER_SLOTS - len(up)]]
    clocks = small.replay(plan(*up, *down), SEED, 0).states["order_clock"]
    assert (clocks[4, : len(up)] >= 0).all()
    assert (clocks[:, len(up) :] == -1).all()


def test_forces_sent_to_a_place_arrive_there(small: Engine) -> None:
    go = order("go", on(small, 4), places=("north",), to="capital", level=level(0), over_weeks=4, binding=True)
    whole, capital, north = (foreign(small, plan(go), p) for p in (None, "capital", "north"))
    assert north[9:].max() < 0.02 * north[0].max()
    assert np.allclose(whole[9], whole[0], rtol=0.05)
    assert (capital[9] > capital[0]).all()


def test_a_later_order_overrules_an_earlier_one(small: Engine) -> None:
    leave = order("leave", on(small, 2), level=level(0), over_weeks=20, binding=True)
    back = order("back", on(small, 10), level=level(9000), over_weeks=4, binding=True)
    force = foreign(small, plan(leave, back))
    assert (force[9] < force[1]).all()
    assert np.allclose(force[16], 9000, rtol=0.05)


def test_a_hand_over_and_a_closed_base_stay_so(small: Engine) -> None:
    both = plan(
        order("hand", on(small, 3), "hand-over", places=("north",)),
        order("shut", on(small, 3), "close-base", places=("north",)),
    )
    told = small.replay(both, SEED, 0)
    north, actor = small.labels["place"].index("north"), small.labels["actor"].index("foreign-force")
    assert (told.states["handed_over"][3:, north] == 1).all()
    assert (told.states["base_open"][3:, north, actor] == 0).all()
    assert (told.states["base_open"][:, 1 - north, actor] == 1).all()


def test_a_deal_comes_between_the_pair_that_it_names(small: Engine) -> None:
    told = small.replay(plan(order("deal", on(small, 3), "deal", other="northern-militia")), SEED, 0)
    deal = told.states["deal"]
    pair = small.labels["dyad"].index("foreign-force--northern-militia")
    assert (deal[:3, pair] < deal[3, pair]).all()
    assert deal[3, pair] > 0.8
    others = np.delete(deal, pair, axis=1)
    assert (np.diff(others, axis=0) <= 0).all()


def test_permission_to_cover_is_told_and_taken(small: Engine) -> None:
    actor = small.labels["actor"].index("foreign-force")
    for action, value in (("cover", 2.0), ("no-cover", 0.0)):
        told = small.replay(plan(order("may", on(small, 3), action)), SEED, 0)
        assert (told.states["may_cover"][:3, :, actor] == 1).all()
        assert (told.states["may_cover"][3:, :, actor] == value).all()


def test_an_order_before_the_origin_starts_at_once(small: Engine) -> None:
    early = order("early", Trigger(date=date(1999, 1, 1)), "hand-over")
    assert small.replay(plan(early), SEED, 0).states["order_clock"][0, 0] == 0


def test_levels_are_drawn_per_future_and_the_same_for_all_plans_of_that_name(small: Engine) -> None:
    ranged = Number("plan:test:go", Distribution("range", 3000.0, 2000.0, 5000.0), "persons", None, "", "D", "test")
    go = plan(order("go", on(small, 1), level=ranged))
    values = plans.arrays(go, small.scenario, small.world.structure, SEED, IDS)["order_level"][0]
    few = plans.arrays(go, small.scenario, small.world.structure, SEED, IDS[10:12])["order_level"][0]
    assert len(np.unique(values)) == 64
    assert np.array_equal(values[10:12], few)
    assert 1000 < values.min() < values.max() < 10_000
