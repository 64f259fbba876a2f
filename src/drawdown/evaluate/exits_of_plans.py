"""The exit that a plan of a scenario orders, if it orders one, described as the table of real exits describes its own.

A plan has an exit where it orders a foreign actor home to nobody, or nearly, before the run ends. A plan that orders none (to stay, to
draw down to a lasting presence) is like no exit, and is compared with none.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from drawdown.evaluate.exits import NEAREST, ExitError, Features, Likeness, Rate, base_rates, load, nearest
from drawdown.scenario.feasible import first_weeks
from drawdown.scenario.model import HOST_KINDS

if TYPE_CHECKING:
    from drawdown.scenario.model import Number, Order, Plan, Scenario

# Share of an actor's strength at the origin that may stay and yet be an exit: an embassy's guard and trainers; assumed (D).
NEAR_ZERO = 0.05
# A rival's men against the host's army and police. The table calls strong a rival that could meet the host in the field, weak one that can
# raid. A fifth and a twentieth of the host's men stand for that: how many the rivals of the table had is not known; assumed (D).
STRONG, WEAK = 0.2, 0.05
# Weeks: the table calls abrupt what took days or weeks; a quarter of a year is the longest that is told in weeks; assumed (D).
ABRUPT = 13.0
WAR_DEATHS = 1000.0  # recorded deaths a year: the usual line for war
DEATHS_PER_INCIDENT = 3.0  # about the mean of fatal incidents of one war's count from the press (3.1)


class NoExitError(ExitError):
    """The plan orders no exit; the message says what it leaves there."""


@dataclass(frozen=True, slots=True)
class OutsideView:
    """What the reference class says of one plan: base rates over all exits and, for a plan with an exit, over those most like it.

    `none` says why a plan has no exit to compare; then `asked` is None, and `like` and `nearest` are empty.
    """

    all_exits: tuple[Rate, ...]
    asked: Features | None = None
    reasons: dict[str, str] | None = None
    like: tuple[Rate, ...] = ()
    nearest: tuple[Likeness, ...] = ()
    none: str = ""


def known_then(scenario: Scenario) -> date:
    """The day by which an exit's sequel must have been known: the scenario's origin, or `as_of` if earlier."""
    earliest: date = min(d for d in (scenario.origin, scenario.as_of) if d is not None)
    return earliest


def outside_view(scenario: Scenario, plan: Plan, most: int = NEAREST) -> OutsideView:
    """The outside view of a scenario's plan, from exits whose sequel was known at the scenario's origin (or `as_of`, if earlier)."""
    known = load(known_then(scenario))
    try:
        asked, reasons = features_of(scenario, plan)
    except NoExitError as error:
        return OutsideView(base_rates(known), none=str(error))
    near = nearest(asked, known, most)
    return OutsideView(base_rates(known), asked, reasons, base_rates([like.exit for like in near]), tuple(near))


def remaining(scenario: Scenario, plan: Plan) -> dict[str, float]:
    """Persons of each foreign actor whom the plan leaves in the country, if all its orders begin as early as they may and are obeyed.

    An order counts if it can be done before the run ends. A condition counts as met in its first possible week: what is asked is what the
    plan orders, not whether it will come to that. Of two orders for a place the last in the list rules, whichever starts first.
    """
    starts = first_weeks(plan.orders, scenario.origin)
    left = {}
    for actor in (a.id for a in scenario.actors if a.kind == "foreign"):
        there = _deployed(scenario, actor)
        for order in (o for o in plan.orders if o.action == "move" and o.actor == actor):
            if starts[order.id] + order.over_weeks <= scenario.weeks:
                _move(there, order)
        left[actor] = sum(there.values())
    return left


def _deployed(scenario: Scenario, actor: str) -> dict[str, float]:
    """Persons of an actor by place at the origin; what its shares leave of one stands nowhere, as in a run."""
    shares = {place: _best(number) for (place, who), number in scenario.tables.get("deployment", {}).items() if who == actor}
    strength = _strength(scenario, actor)
    return {place: strength * share for place, share in shares.items()}


def _move(there: dict[str, float], order: Order) -> None:
    """Bring those in the order's places to its level together; the rest go where it says, or home."""
    places = [p for p in there if not order.places or p in order.places]
    now = sum(there[p] for p in places)
    assert order.level is not None, "the reader refuses a move without a level"
    level = _best(order.level)
    if now > 0:
        for place in places:
            there[place] *= level / now
    elif order.places:
        there[order.places[0]] = there.get(order.places[0], 0.0) + level
    if order.to is not None:
        there[order.to] = there.get(order.to, 0.0) + now - level


def features_of(scenario: Scenario, plan: Plan) -> tuple[Features, dict[str, str]]:
    """Features of the exit that a plan orders, each with the rule by which it was read from the scenario.

    The leavers are the foreign actors of whom the plan leaves at most `NEAR_ZERO`. Raises NoExitError where there is none.
    """
    foreign = {a.id: a for a in scenario.actors if a.kind == "foreign"}
    left = remaining(scenario, plan)
    leavers = sorted(a for a in foreign if _strength(scenario, a) > 0 and left[a] <= NEAR_ZERO * _strength(scenario, a))
    if not leavers:
        stays = "; ".join(f"{foreign[a].name}: {left[a]:,.0f} stay" for a in foreign) or "the scenario has no foreign actor"
        raise NoExitError(f"{plan.title}: orders no foreign force home before the run ends ({stays}), so there is no exit to compare")
    home = [o for o in plan.orders if o.action == "move" and o.to is None and o.actor in leavers]
    force = sum(_strength(scenario, a) for a in leavers)
    host = sum(_strength(scenario, a.id) for a in scenario.actors if a.kind in HOST_KINDS)
    rivals = {a.id: _strength(scenario, a.id) for a in scenario.actors if a.kind in ("militia", "insurgent")}
    largest = max(rivals, key=lambda a: rivals[a], default="")
    ratio = rivals.get(largest, 0.0) / host if host else math.inf
    weeks = max((o.over_weeks for o in home), default=0.0)
    deal = any(o.action == "deal" for o in plan.orders)
    style = "settlement" if deal else "abrupt" if 0 < weeks <= ABRUPT else "timetable"
    killings = sum(_sum(scenario, table) for table in ("fatal_rate", "bombing_rate", "rivalry_rate"))
    sponsor, sponsors = _sponsor(scenario, set(rivals), {a.id for a in scenario.actors if a.kind in HOST_KINDS})
    ally = any(a.kind == "local-ally" for a in scenario.actors)
    asked = Features(
        scope="national" if set(leavers) == set(foreign) else "region",
        force=force or None,
        style=style,
        proxy="state" if host else "militia" if ally else "none",
        rival="strong" if ratio >= STRONG else "weak" if ratio >= WEAK else "none",
        sponsor=sponsor,
        war_at_exit=killings * DEATHS_PER_INCIDENT * 52 >= WAR_DEATHS,
        peacekeepers=False,
    )
    reasons = {
        "scope": "all foreign forces leave" if asked.scope == "national" else f"only {', '.join(leavers)} of the foreign forces",
        "force": f"strength of {', '.join(leavers)}",
        "style": "the plan has a deal" if deal else f"moves home over at most {weeks:g} weeks",
        "proxy": "the host's army and police stay" if host else "no state force",
        "rival": f"{largest or 'nobody'} has {ratio:.0%} of the men of army and police",
        "sponsor": sponsors,
        "war_at_exit": f"about {killings * DEATHS_PER_INCIDENT * 52:,.0f} recorded deaths a year before the origin",
        "peacekeepers": "the leavers are armies at war",
    }
    return asked, reasons


def _best(number: Number) -> float:
    return float(number.distribution.best)


def _strength(scenario: Scenario, actor: str) -> float:
    number = scenario.tables.get("strength", {}).get((actor,))
    return _best(number) if number is not None else 0.0


def _sum(scenario: Scenario, table: str) -> float:
    return sum(_best(number) for number in scenario.tables.get(table, {}).values())


def _sponsor(scenario: Scenario, rivals: set[str], hosts: set[str]) -> tuple[str, str]:
    interests = {key: _best(number) for key, number in scenario.tables.get("sponsor_interest", {}).items()}
    for_rival = sorted({s for (s, a), value in interests.items() if a in rivals and value > 0})
    for_host = sorted({s for (s, a), value in interests.items() if a in hosts and value > 0})
    name = "both" if for_rival and for_host else "rival" if for_rival else "host" if for_host else "none"
    return name, f"rivals: {', '.join(for_rival) or 'nobody'}; host: {', '.join(for_host) or 'nobody'}"
