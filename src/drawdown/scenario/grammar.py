"""The documents of a scenario folder, each as a shape: the reader and the JSON Schema both come from here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drawdown.scenario.model import ActorKind
from drawdown.scenario.shapes import Anything, Choice, Day, Flag, Identifier, ListOf, Mapped, Named, Real, RecordOf, Shape, Text
from drawdown.vocabulary.order_slots import ORDER_SLOTS

if TYPE_CHECKING:
    from drawdown.scenario.shapes import Schema

MOST_WEEKS = 1_040
MOST_PLACES = 200
MOST_ACTORS = 40
MOST_COMMUNITIES = 24
MOST_OUTSIDERS = 16
MOST_DYADS = 400
MOST_PLANS = 40
MOST_ORDERS = ORDER_SLOTS
MOST_CLAIMS = 300

ACTOR_KINDS: tuple[ActorKind, ...] = ("foreign", "army", "police", "militia", "insurgent", "local-ally")
ACTIONS = ("move", "hand-over", "close-base", "cover", "no-cover", "deal")
PATCH_KINDS = ("what-if", "plan", "posterior", "erratum")

_ESTIMATE: dict[str, Shape[object]] = {
    "value": Real(about="the number, where it is known exactly"),
    "low": Real(about="5th percentile"),
    "best": Real(about="median"),
    "high": Real(about="95th percentile"),
    "unit": Text(40, "the unit, as the variable or parameter declares it"),
    "source": Text(80, "a key of sources.yaml"),
    "locator": Text(300, "page, table or paragraph in the source"),
    "grade": Choice(("A", "B", "C", "D"), "A measured here, B measured elsewhere, C judged by experts, D assumed"),
    "known_on": Day("the day from which one could have known it"),
    "applies_from": Day("the day from which it holds"),
    "note": Text(600, "what a reader should know; with grade D the reason"),
}
RIVAL = RecordOf("a rival estimate", {"weight": Real(0, 1), **_ESTIMATE}, ("weight",), "one of several estimates of the same thing")
NUMBER = RecordOf(
    "a number",
    {**_ESTIMATE, "any_of": ListOf(RIVAL, 12, 2, about="rival estimates; their weights sum to one")},
    about="value, or low, best and high, or any_of; with unit, source and locator, or grade D and a note that gives the reason",
    one_of=("value", "best", "any_of"),
)
NUMBER_COLUMNS = ("low", "best", "high", "weight", "unit", "source", "locator", "grade", "known_on", "applies_from", "note")
TABLE_ROW: dict[str, Shape[object]] = {name: Real(0, 1) if name == "weight" else _ESTIMATE[name] for name in NUMBER_COLUMNS}

_BARE_OR_NUMBER: Schema = {"anyOf": [{"type": "number"}, NUMBER.schema()]}

SCENARIO = RecordOf(
    "a scenario",
    {
        "id": Identifier("the name of the scenario, as its folder"),
        "title": Text(200),
        "country": Text(100),
        "capital": Identifier("the place from which the country is governed; the most populous if missing"),
        "origin": Day("the day on which the futures begin; nothing later may be known"),
        "weeks": Real(1, MOST_WEEKS, whole=True, about="how many weeks each future lasts"),
        "question": Text(1_000, "what the scenario is to answer"),
        "document": Anything(
            {
                "anyOf": [{"type": "string"}, {"type": "object", "properties": {"file": {"type": "string"}}, "required": ["file"]}],
                "description": "the text whose claims are tested, or {file: document.txt}",
            }
        ),
        "communities": Named(
            RecordOf("a community", {"id": Identifier(), "name": Text(200), "note": Text()}, ("id", "name")),
            MOST_COMMUNITIES,
            1,
            "groups of the population between which lines are drawn",
        ),
        "actors": Named(
            RecordOf(
                "an actor",
                {
                    "id": Identifier(),
                    "name": Text(200),
                    "kind": Choice(ACTOR_KINDS),
                    "home": Identifier("the home government that sent a foreign actor"),
                    "event_name": Text(200, "how UCDP GED names it as a side"),
                    "political_name": Text(200, "whom it stands for in politics, where that is not its own name"),
                    "note": Text(),
                },
                ("id", "name", "kind"),
            ),
            MOST_ACTORS,
            1,
            "armed actors",
        ),
        "sponsors": Named(RecordOf("a sponsor", {"id": Identifier(), "name": Text(200), "note": Text()}, ("id", "name")), MOST_OUTSIDERS),
        "homes": Named(
            RecordOf("a home government", {"id": Identifier(), "name": Text(200), "note": Text()}, ("id", "name")), MOST_OUTSIDERS
        ),
        "dyads": ListOf(ListOf(Identifier(), 2, 2), MOST_DYADS, about="pairs of armed actors that may fight each other"),
    },
    ("id", "title", "origin", "weeks", "question", "communities", "actors"),
)

SOURCES = Mapped(
    RecordOf(
        "a source",
        {
            "title": Text(500),
            "author": Text(300),
            "year": Real(1000, 2200, whole=True),
            "url": Text(500),
            "licence": Text(200),
            "note": Text(),
        },
        ("title",),
    ),
    "keys to sources",
    2_000,
    "what numbers cite",
)

PARAMETERS = Mapped(Mapped(NUMBER, "parameters to numbers"), "mechanisms to their parameters", about="what the scenario knows better")

OPTION = RecordOf(
    "an option",
    {"id": Identifier(), "sentence": Text(1_000), "weight": NUMBER, "set": Mapped(NUMBER, "mechanism.parameter to numbers")},
    ("id", "sentence", "weight"),
)
HYPOTHESES = Named(
    RecordOf(
        "a hypothesis",
        {"id": Identifier(), "question": Text(1_000), "options": Named(OPTION, 12, 2)},
        ("id", "question", "options"),
    ),
    60,
    about="questions on which the literature disagrees; each future draws one option",
)

TRIGGER = RecordOf(
    "a trigger",
    {
        "date": Day(),
        "after": Identifier("another order of this plan"),
        "weeks": Real(0, MOST_WEEKS, about="weeks after that order started"),
        "quantity": Text(60, "a recorded quantity"),
        "place": Identifier(),
        "actor": Identifier(),
        "kinds": ListOf(Choice(ACTOR_KINDS), len(ACTOR_KINDS), 1, bare=True, about="actors of these kinds together, in place of one"),
        "other": Identifier("the other side of a deal"),
        "community": Identifier("of a lead; all, weighed by residents, if missing"),
        "home": Identifier(),
        "above": Real(),
        "below": Real(),
        "for_weeks": Real(1, MOST_WEEKS, whole=True),
        "not_before": Day(),
    },
    about="{date: 2007-09-03}, or {after, weeks}, or {quantity, place, actor or kinds, other, community, home, above or below, for_weeks, "
    "not_before}",
    one_of=("date", "after", "quantity"),
)
ORDER = RecordOf(
    "an order",
    {
        "id": Identifier(),
        "action": Choice(ACTIONS),
        "actor": Identifier(),
        "places": ListOf(Text(64), MOST_PLACES, bare=True, about="places, or all"),
        "to": Identifier("where those go who leave, and come from who are brought; home if missing"),
        "other": Identifier("the other side of a deal"),
        "level": Anything({"anyOf": [{"const": 0}, NUMBER.schema()], "description": "persons in the places when the order is done"}),
        "over": Text(20, "how long it takes, such as '8 weeks'"),
        "binding": Flag("true: the home government will not change it"),
        "sentence": Text(500),
        "when": TRIGGER,
    },
    ("id", "action", "actor", "when"),
)
PLAN = RecordOf(
    "a plan",
    {"id": Identifier(), "title": Text(200), "sentence": Text(1_000), "source": Text(80), "orders": Named(ORDER, MOST_ORDERS)},
    ("id", "title", "sentence", "orders"),
)

CLAIM = RecordOf(
    "a claim",
    {
        "id": Identifier(),
        "number": Real(1, 10_000, whole=True),
        "text": Text(1_000),
        "quotation": Text(),
        "paragraph": Real(1, 10_000, whole=True),
        "proposition": Anything({"type": "object", "description": "see the page on propositions"}),
        "happened": Text(200),
        "happened_when": Text(200),
        "happened_source": Text(500),
    },
    ("id", "number", "text", "proposition"),
)
CLAIMS = Named(CLAIM, MOST_CLAIMS)

SIGN = RecordOf(
    "an expected sign",
    {
        "id": Identifier(),
        "quotation": Text(about="words of the document"),
        "paragraph": Real(1, 10_000, whole=True),
        "mechanism": Text(64, "the mechanism that the sentence is about"),
        "moved": Text(64, "its parameter that is raised from low to high; without it the mechanism is switched off"),
        "term": Anything({"type": "object", "description": "a recorded quantity as in a claim: {quantity, fold, place, actor, ...}"}),
        "expected": Choice(("more", "less"), "of the term with the mechanism than without it, or when the parameter is raised"),
        "plan": Identifier("the plan under which it is so"),
        "from": Real(0, MOST_WEEKS, whole=True, about="first week that counts"),
        "to": Real(1, MOST_WEEKS, whole=True, about="the week after the last that counts"),
    },
    ("id", "quotation", "mechanism", "term", "expected", "plan"),
)
SIGNS = Named(SIGN, MOST_CLAIMS, about="what sentences of the document say that mechanisms do")

PATCH = RecordOf(
    "a patch",
    {
        "patch": Identifier("the name of the patch"),
        "kind": Choice(PATCH_KINDS),
        "about": Text(1_000, "what it changes and why, in a sentence"),
        "needs": ListOf(Identifier(), 40, about="patches that must be applied before"),
        "set": Mapped(Anything(_BARE_OR_NUMBER), "names of numbers to numbers"),
        "off": ListOf(Text(64), 100, about="mechanisms to switch off"),
        "hypotheses": Mapped(Mapped(Anything(_BARE_OR_NUMBER), "options to weights"), "hypotheses to weights of their options"),
        "samples": RecordOf("samples", {"file": Text(300)}, ("file",), "joint draws, one column a number"),
        "fitted_to": RecordOf(
            "the data of a fit",
            {
                "data": Text(500, "what was recorded, by whom"),
                "start": Day("the first day of the data"),
                "before": Day("no data dated on or after this day"),
                "note": Text(1_000, "how sure the fit is, such as what other seeds gave"),
            },
            ("data", "before"),
            "what a posterior was fitted to; the report says it",
        ),
    },
    ("patch", "kind", "about"),
)

PLACE_ROW = RecordOf(
    "a place",
    {
        "id": Identifier(),
        "name": Text(200),
        "admin1": Text(200),
        "parent": Identifier(),
        "longitude": Real(-180, 180),
        "latitude": Real(-90, 90),
        "feature": Text(200),
    },
    ("id", "name", "admin1", "longitude", "latitude"),
)
FACILITY_ROW = RecordOf(
    "a facility",
    {"id": Identifier(), "name": Text(200), "kind": Text(60), "place": Identifier(), "holder": Identifier(), "note": Text(500)},
    ("id", "name", "kind", "place", "holder"),
)
