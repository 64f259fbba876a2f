"""What a scenario *is* once it has been read, checked and resolved: frozen, hashable by content, free of I/O.

The loader (`drawdown.scenario.load`) is the only maker of these objects. Every number keeps its unit, source and place in the files.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from drawdown.vocabulary.dimensions import with_second_axes
from drawdown.vocabulary.violence import VIOLENCE

Grade = Literal["A", "B", "C", "D"]
Day = date  # under another name, for classes with a field `date`
ActorKind = Literal["foreign", "army", "police", "militia", "insurgent", "local-ally"]
HOST_KINDS: tuple[ActorKind, ...] = ("army", "police")  # of the host government, which is one side


@dataclass(frozen=True, slots=True)
class Where:
    """A place in a scenario's files, for messages: `file:line:column` (1-based), plus the dotted path inside the document."""

    file: str
    line: int
    column: int
    path: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """One entry of `sources.yaml`; numbers cite it by `key` and add a locator."""

    key: str
    title: str
    author: str = ""
    year: int | None = None
    url: str = ""
    licence: str = ""


@dataclass(frozen=True, slots=True)
class Distribution:
    """How a number is drawn.

    - ``fixed``: always ``best``.
    - ``range``: `low`, `best`, `high` are the 5th, 50th and 95th percentiles of a two-piece normal on the scale that the unit
      suggests: log for positive quantities (persons, rates, weeks, ratios), logit for shares, linear otherwise.
    - ``mixture``: one of `parts` by weight (rival estimates of the same thing), then as that part says.
    """

    kind: Literal["fixed", "range", "mixture"]
    best: float
    low: float | None = None
    high: float | None = None
    parts: tuple[tuple[float, Distribution], ...] = ()


@dataclass(frozen=True, slots=True)
class Number:
    """A number with everything that a reviewer asks for. `name` is unique in the scenario and is also its random key.

    Names: `variable[a,b]` in tables, `mechanism.parameter`, `hypothesis:<id>:<option>` for a weight, `plan:<id>:<order>` for a level.
    `estimates` are the rival estimates of a mixture, each with its own source; the number then takes source and locator
    of the weightiest and the worst grade of all. `derived` marks what the loader filled in itself (who sends whom, a
    mechanism switched off): it needs no source.
    """

    name: str  # e.g. "strength[northern-militia]", "clashes.contest_exponent"
    distribution: Distribution
    unit: str
    source: str | None  # key into Scenario.sources; None only with grade D, or derived
    locator: str
    grade: Grade
    note: str = ""
    applies_from: date | None = None
    known_on: date | None = None
    estimates: tuple[Number, ...] = ()
    derived: bool = False
    where: Where | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Facility:
    """A base, headquarters or post that stands in a place."""

    id: str
    name: str
    kind: str  # base | police-headquarters | airport | prison | ...
    holder: str  # actor id
    note: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Admin-1 unit or a part of one. A parent's numbers mean the rest of it, without its children."""

    id: str
    name: str
    admin1: str  # name of the admin-1 unit, as event data spell it
    parent: str | None
    longitude: float
    latitude: float
    facilities: tuple[Facility, ...] = ()
    feature: str | None = None  # id of its polygon in places.geojson


@dataclass(frozen=True, slots=True)
class Community:
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Actor:
    """An armed actor. Army and police are both the host government's; a foreign actor names its home government."""

    id: str
    name: str
    kind: ActorKind
    home: str | None = None
    event_name: str = ""  # how UCDP GED names it as side_a or side_b
    note: str = ""
    political_name: str = ""  # whom it stands for where the question is who leads, not who fights; empty: itself


def political_names(actors: Sequence[Actor]) -> dict[str, str]:
    """Name in politics by actor id, for telling who leads; army and police are one side: one without a name of its own
    takes the other's, or "the government" where neither has one."""
    state = [a for a in actors if a.kind in HOST_KINDS]
    host = next((a.political_name for a in state if a.political_name), "the government")
    return {a.id: a.political_name or (host if a in state else a.name) for a in actors}


@dataclass(frozen=True, slots=True)
class Outsider:
    """A sponsor (outside state that arms or restrains) or a home government (that sent a foreign force)."""

    id: str
    name: str
    role: Literal["sponsor", "home"]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """One rival explanation: what it sets (parameter name -> Number) and its prior weight."""

    id: str
    sentence: str
    weight: Number
    sets: tuple[Number, ...]


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """A question on which the literature disagrees; each future draws one option by weight."""

    id: str
    question: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Trigger:
    """When an order starts: on a date, some weeks after another order, or when a quantity has passed a threshold for some weeks."""

    date: Day | None = None
    after: str | None = None
    delay_weeks: float = 0.0
    quantity: str | None = None  # a recorded quantity, e.g. "control"
    place: str | None = None
    actor: str | None = None
    home: str | None = None
    above: float | None = None
    below: float | None = None
    for_weeks: int = 1
    not_before: Day | None = None
    kinds: tuple[str, ...] = ()  # actors of these kinds together, in place of one
    other: str | None = None  # the other side of a deal
    community: str | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """One line of a plan.

    `move`: bring `actor` in `places` to `level` persons over `over_weeks`; those leaving go to the place `to`, or home if `to` is None; a
    level above the present one brings them from `to`, or from home. Every move has a level, no other order has.
    `hand-over`: formal security lead in `places` passes to the host government. `close-base`: bases in `places` shut. `cover` /
    `no-cover`: `actor` may, or may not, fill a void in `places` (empty: anywhere) at its own discretion. `deal`: local accommodation of
    `actor` with `other`.
    """

    id: str
    action: Literal["move", "hand-over", "close-base", "cover", "no-cover", "deal"]
    actor: str
    places: tuple[str, ...]
    trigger: Trigger
    to: str | None = None
    other: str | None = None
    level: Number | None = None
    over_weeks: float = 1.0
    binding: bool = False
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    id: str
    title: str
    sentence: str
    orders: tuple[Order, ...]
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """A proposition about futures, as checked plain data. `proposition` is the tree that `drawdown.claims` evaluates."""

    id: str
    number: int
    text: str
    quotation: str
    paragraph: int | None
    proposition: Mapping[str, Any]
    happened: str = ""  # for display only; never read by anything that runs or fits
    happened_when: str = ""
    happened_source: str = ""
    where: Where | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Sign:
    """What a sentence of the document says that a mechanism does: under `plan` the term is `more` or `less` with it than without it.

    `moved` names one of its parameters, raised from its 5th to its 95th percentile, in place of the mechanism switched off. `term` is plain
    data as in a proposition, its mean taken over the weeks from `start` up to, not including, `end` (weeks from the origin).
    For display and for tests; nothing reads it that runs or fits.
    """

    id: str
    mechanism: str
    quotation: str
    paragraph: int | None
    term: Mapping[str, Any]
    expected: Literal["more", "less"]
    plan: str
    moved: str = ""
    start: int = 0
    end: int | None = None
    where: Where | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Fit:
    """What a posterior patch learned from data, for whoever reads the numbers; no future depends on it.

    `numbers`: drawn jointly from the patch's samples instead of their ranges. `weights`: hypothesis -> option -> weight before the patch,
    of every hypothesis that it reweighted. `data`, `start`, `before` and `note` are what the patch says of the data behind it (weeks from
    `start`; nothing dated on or after `before`).
    """

    patch: str
    about: str
    numbers: tuple[str, ...]
    weights: Mapping[str, Mapping[str, float]]
    data: str = ""
    start: Day | None = None
    before: Day | None = None
    note: str = ""


def labels_of(
    places: Sequence[Place],
    communities: Sequence[Community],
    actors: Sequence[Actor],
    outsiders: Sequence[Outsider],
    dyads: Sequence[tuple[str, str]],
) -> dict[str, tuple[str, ...]]:
    """Members of each dimension that a scenario spans, and the types of violence, in order."""
    return with_second_axes(
        {
            "place": tuple(p.id for p in places),
            "community": tuple(c.id for c in communities),
            "actor": tuple(a.id for a in actors),
            "dyad": tuple(dyad_label(pair) for pair in dyads),
            "sponsor": tuple(o.id for o in outsiders if o.role == "sponsor"),
            "home": tuple(o.id for o in outsiders if o.role == "home"),
            "violence": VIOLENCE,
        }
    )


def dyad_label(pair: tuple[str, str]) -> str:
    """The name of a dyad as a member of the dimension `dyad`: `northern-militia--southern-militia`."""
    return "--".join(pair)


@dataclass(frozen=True, slots=True)
class Scenario:
    """A whole scenario, resolved for one `as_of` and a list of patches.

    `tables` holds every number that fills a declared variable, keyed by variable name, then by the names of its dimensions' members
    in declared order. `parameters` holds only what the scenario or a patch sets; mechanisms' own defaults fill the rest.
    `samples` (from a posterior patch) are joint draws: parameter name -> equally long tuples; future k takes row hash(seed, k).
    """

    id: str
    title: str
    origin: date
    weeks: int
    question: str
    places: tuple[Place, ...]
    communities: tuple[Community, ...]
    actors: tuple[Actor, ...]
    outsiders: tuple[Outsider, ...]
    dyads: tuple[tuple[str, str], ...]
    tables: Mapping[str, Mapping[tuple[str, ...], Number]]
    parameters: Mapping[str, Number]
    hypotheses: tuple[Hypothesis, ...]
    plans: tuple[Plan, ...]
    claims: tuple[Claim, ...]
    sources: Mapping[str, Source]
    samples: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    document: str = ""
    geojson: Mapping[str, Any] | None = None
    card: str = ""
    country: str = ""
    capital: str = ""  # the place from which the country is governed; empty: the most populous
    as_of: date | None = None
    patches: tuple[str, ...] = ()
    fits: tuple[Fit, ...] = ()
    signs: tuple[Sign, ...] = ()
    digest: str = ""  # sha256 of the resolved content

    @property
    def sponsors(self) -> tuple[Outsider, ...]:
        return tuple(o for o in self.outsiders if o.role == "sponsor")

    @property
    def homes(self) -> tuple[Outsider, ...]:
        return tuple(o for o in self.outsiders if o.role == "home")

    @property
    def seat(self) -> tuple[str, ...]:
        """The capital with the places that are parts of it: as the scenario names it, else the most populous at the origin."""
        parents = {place.id: place.parent for place in self.places}

        def within(place: str | None, whole: str) -> bool:
            return place is not None and (place == whole or within(parents.get(place), whole))

        def residents(whole: str) -> float:
            cells = self.tables.get("population", {}).items()
            return sum(number.distribution.best for (place,), number in cells if within(place, whole))

        capital = self.capital or max((p.id for p in self.places if p.parent is None), key=residents, default="")
        return tuple(place.id for place in self.places if within(place.id, capital))

    @property
    def labels(self) -> Mapping[str, tuple[str, ...]]:
        """Members of each dimension that the scenario spans, and the types of violence; tables are keyed by these names."""
        return labels_of(self.places, self.communities, self.actors, self.outsiders, self.dyads)
