"""Variables: what the state of a future is made of, with dimensions, unit, bounds and owner.

Dimensions are by name (drawdown.vocabulary.dimensions); the batch of futures is the last axis of every array and is never written here.
Kinds of variable:

- ``given``: set by the scenario, constant through a run (adjacency, hostility ...). A table fills it.
- ``constant``: worked out once from the given ones by its owner's `initial` (sums over the origin that are dear to repeat).
- ``stock``: persists from week to week; moved by one owner, in SETTLE. A table, or the owner's `initial`, gives its first value.
- ``choice``: a stock of decisions or beliefs, moved by one owner in SENSE or DECIDE, and seen by the later phases of that week.
- ``pressure``: starts every week at zero; anyone who declares it may add; its owner consumes it.
- ``incident``: a column of the rows that a mechanism returns of its incidents, set anew every week; see `drawdown.incident_rows`.
- ``derived``: no state at all, but what several mechanisms work out of it; see `drawdown.derived`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from drawdown.vocabulary.magnitudes import (
    MOST_A_WEEK,
    MOST_ARMED,
    MOST_FALLEN,
    MOST_KM,
    MOST_RESIDENTS,
    MOST_WEEKS_LEFT,
)

VariableKind = Literal["given", "constant", "stock", "choice", "pressure", "incident", "derived"]


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable. `low` and `high` bound legal values; `record` keeps it weekly in every run (claims and charts read it)."""

    name: str
    dims: tuple[str, ...]
    unit: str
    kind: VariableKind
    about: str
    low: float = float("-inf")
    high: float = float("inf")
    default: float = 0.0
    record: bool = False


def given(name: str, dims: tuple[str, ...], unit: str, about: str, low: float = 0.0, high: float = 1.0, default: float = 0.0) -> Variable:
    """Short for a `given` variable."""
    return Variable(name, dims, unit, "given", about, low, high, default)


_INF = float("inf")

# What a scenario tells every mechanism. Tables of these names (tables/<name>.csv) fill them; missing cells take the default.
GIVEN: tuple[Variable, ...] = (
    given("population", ("place",), "persons", "residents", 0, MOST_RESIDENTS),
    given("community_share", ("place", "community"), "share", "share of the place's residents that belong to the community"),
    given("adjacency", ("place", "neighbour"), "km", "length of shared border; zero where not neighbours", 0, MOST_KM),
    given("strength", ("actor",), "persons", "persons under arms in the country at the origin", 0, MOST_ARMED),
    given("deployment", ("place", "actor"), "share", "share of the actor's strength that stands in the place"),
    given("constituency", ("community", "actor"), "share", "share of the actor's recruits that come from the community"),
    given("hostility", ("dyad",), "index", "readiness of the pair to fight each other, absent any truce or deal"),
    given("irreconcilable", ("dyad",), "share", "1 where what one fights for is the end of the other: no common cause of the two"),
    given(
        "attack_rate", ("place",), "attacks per week", "attacks on all sides recorded by the coalition before the origin", 0, MOST_A_WEEK
    ),
    given(
        "fatal_rate",
        ("place",),
        "incidents per week",
        "incidents of one-sided shooting and execution that killed, before the origin",
        0,
        MOST_A_WEEK,
    ),
    given(
        "bombing_rate",
        ("place",),
        "incidents per week",
        "vehicle and suicide bombings of civilians that killed, before the origin",
        0,
        MOST_A_WEEK,
    ),
    given("rivalry_rate", ("place",), "incidents per week", "clashes among armed groups that killed, before the origin", 0, MOST_A_WEEK),
    given(
        "recorded_deaths",
        ("place", "violence"),
        "deaths per week",
        "all recorded deaths before the origin; where none are given, those that the rates bring",
        0,
        MOST_A_WEEK,
    ),
    given("local_share", ("place", "actor"), "share", "share of the state force in the place that was recruited there", default=0.5),
    given("sympathy", ("place", "actor"), "share", "share of the place's police and army at one with the armed group"),
    given("switches_to", ("actor", "target"), "share", "where members of the first go when they change sides"),
    given("sponsor_interest", ("sponsor", "actor"), "index", "how much the sponsor wants the actor strong (negative: weak)", -1, 1),
    given("sponsor_means", ("sponsor",), "index", "what the sponsor can spend, the largest being one"),
    given("sponsor_rivalry", ("sponsor", "rival"), "index", "how far one sponsor minds the gains of another's clients"),
    given("sends", ("home", "actor"), "share", "1 where the foreign actor is sent by the home government (filled from actors.yaml)"),
    given("leader_culpable", ("home",), "share", "1 where the leader in office began the war"),
    given("leader_term", ("home",), "weeks", "weeks until the term of the leader in office must end", 0, MOST_WEEKS_LEFT, MOST_WEEKS_LEFT),
    given("leader_turnover", ("home",), "per year", "rate at which leaders fall before their term ends", 0, 5, 0.15),
    given("leader_wish", ("home",), "index", "how far the leader wants to hear good news"),
    given("losses_before", ("home",), "persons", "deaths of the home government's soldiers before the origin", 0, MOST_FALLEN),
    given("gains_from_occupation", ("actor",), "index", "how much the actor's cause gains if the foreign force stays", -1, 1),
    given("harshness", ("actor",), "index", "abuse by the actor of the people it rules and of its allies"),
    given("autonomy_wanted", ("actor", "community"), "index", "self-rule of the community that the actor wants (0 none, 1 secession)"),
    given("autonomy_salience", ("actor", "community"), "index", "how much the actor cares about that"),
    given("truce_prone", ("actor",), "share", "1 where the actor has a command that can declare and keep a truce"),
    given(
        "last_signed", ("actor",), "weeks", "weeks since the group last signed, short of a settlement, with the government", 0, 5000, 5000
    ),
    given("takes_ground", ("actor",), "share", "1 where the actor presses offensives for ground"),
    given("contends", ("actor",), "share", "1 where the actor, or those it stands for, contends for the lead of its community"),
    # Starting values of stocks; the owner's `initial` reads them.
    given("control_at_origin", ("place", "actor"), "share", "share of residents under the actor's rule; what is missing is the void"),
    given("standing_at_origin", ("community", "actor"), "index", "how the community regards the actor", -1, 1),
    given("mixing_at_origin", ("place",), "index", "how mixed neighbourhoods are (mean of 4x(1-x) over neighbourhoods)"),
    given("discipline_at_origin", ("actor",), "index", "how far members obey", default=0.8),
    given("rogue_at_origin", ("actor",), "share", "share of members who do not obey a truce", default=0.1),
    given("truce_at_origin", ("actor",), "weeks", "weeks left of a declared suspension of armed action", 0, MOST_WEEKS_LEFT),
    given("deal_at_origin", ("dyad",), "index", "local accommodation of the pair"),
    given("seat", ("place",), "share", "1 for the capital and its parts (filled from scenario.yaml: `capital`, else the most populous)"),
    given("handed_over_at_origin", ("place",), "share", "1 where the host government has the formal security lead"),
    given("home_support_at_origin", ("home",), "share", "support at home for the mission", 0.01, 0.99, 0.5),
    given("aid_at_origin", ("sponsor", "actor"), "share", "share of the actor's upkeep that the sponsor pays"),
    given("confidence_at_origin", ("home",), "index", "the home government's confidence that the host can take over", 0.01, 0.99, 0.4),
    given("autonomy_at_origin", ("community",), "index", "self-rule that the community has (0 none, 1 secession)"),
)

# What no table tells: the engine fills it from scenario.yaml.
FILLED = {"sends": "who sends whom is filled in from the actors' 'home'.", "seat": "the seat of government is filled in from 'capital'."}


def by_name(variables: tuple[Variable, ...]) -> Mapping[str, Variable]:
    """Index variables by name."""
    return {variable.name: variable for variable in variables}


def _of_plan(name: str, dims: tuple[str, ...], unit: str, about: str) -> Variable:
    return Variable(name, dims, unit, "given", about, -_INF, _INF)


# What a plan tells the mechanism `orders`; `drawdown.plan` fills them. Unused slots never start.
PLAN: tuple[Variable, ...] = (
    _of_plan("order_actor", ("order", "actor"), "share", "1 for the actor that is ordered"),
    _of_plan("order_place", ("order", "place"), "share", "1 for the places that the order names"),
    _of_plan("order_to", ("order", "place"), "share", "1 for the place that forces go to or come from; none: home"),
    _of_plan("order_moves", ("order",), "share", "1 for an order to move"),
    _of_plan("order_hands_over", ("order",), "share", "1 for an order to hand over the security lead"),
    _of_plan("order_closes", ("order",), "share", "1 for an order to close bases"),
    _of_plan("order_covers", ("order",), "share", "1 where the actor may fill voids, -1 where it may not"),
    _of_plan("order_deals", ("order", "dyad"), "share", "1 for the pair that comes to a local accommodation"),
    _of_plan("order_week", ("order",), "weeks", "first week on which the order may start"),
    _of_plan("order_waits_for", ("order", "order"), "share", "1 for the order that must have started before"),
    _of_plan("order_delay", ("order",), "weeks", "weeks after that order"),
    _of_plan("order_level", ("order",), "persons", "force that remains in the places together; negative: as it is"),
    _of_plan("order_over", ("order",), "weeks", "weeks over which the level is reached"),
    _of_plan("order_binding", ("order",), "share", "1 where the home government cannot change its mind"),
    _of_plan("order_watches_place", ("order", "place"), "share", "weights of the places of the quantity watched"),
    _of_plan("order_watches", ("order", "actor"), "share", "1 for the actors whose control, force, truce or lead is watched"),
    _of_plan("order_watches_dyad", ("order", "dyad"), "share", "1 for the pair whose deal is watched"),
    _of_plan("order_watches_community", ("order", "community"), "share", "1 for the communities whose lead is watched"),
    _of_plan(
        "order_watches_what", ("order",), "index", "which quantity is watched: its position in drawdown.vocabulary.watchable; -1 none"
    ),
    _of_plan("order_watches_home", ("order", "home"), "share", "1 for the home government whose trend or support is watched"),
    _of_plan("order_threshold", ("order",), "index", "value that the quantity must pass"),
    _of_plan("order_sign", ("order",), "index", "1: above the threshold, -1: below"),
    _of_plan("order_patience", ("order",), "weeks", "weeks for which it must have passed"),
)

# What the engine itself tells.
CLOCK = Variable("week", (), "weeks", "given", "weeks since the origin", 0.0, _INF)
