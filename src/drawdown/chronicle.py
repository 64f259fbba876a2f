"""One future told in dated sentences: what the mechanisms declare as events, grouped by month, merged, and tied to what came before.

A chronicle tells no more than the model knows: provinces, organisations, months.
"""

from __future__ import annotations

import calendar
import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from drawdown.mechanism import Event, slots_of
from drawdown.news import LINK_WEEKS, Already, Occurrence, by_event_and_place, doubled, settled
from drawdown.scenario.model import HOST_KINDS, political_names

if TYPE_CHECKING:
    from drawdown.engine import Engine, Replay
    from drawdown.incident_rows import Slot
    from drawdown.scenario.model import Order, Plan, Scenario
    from drawdown.state import Variable

MOST_A_MONTH = 8  # sentences; what is left out is the least beyond its threshold
MOST_PLACES = 4  # named in one sentence
WHO = ("actor", "community", "home", "sponsor", "side_a", "side_b", "target")  # names that keep sentences apart
QUIET_WEEKS = 26  # what crosses its threshold to and fro is told again only after that long on the other side
MOST_BEYOND = 5.0  # times its threshold from which more makes an event no weightier
UNUSUAL = 1.0  # standard deviations from its own past at which a variable explains
# Names that take an article, by their last word.
ARTICLE_WORDS = {
    "army",
    "police",
    "organisation",
    "organization",
    "party",
    "front",
    "movement",
    "militia",
    "brigade",
    "corps",
    "guard",
    "force",
    "mission",
    "council",
}


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence. `weight` is how far beyond its threshold; `key` names event and cell, to compare two chronicles."""

    when: date
    week: int
    text: str
    kind: str
    key: tuple[Any, ...]
    weight: float


@dataclass(frozen=True, slots=True)
class Month:
    """`deaths` is a sentence; `left_out` counts lesser events that were not told. Months in a row without any are one, to `last`."""

    first: date
    entries: tuple[Sentence, ...]
    deaths: str
    left_out: int = 0
    last: date | None = None

    @property
    def ends(self) -> date:
        """Its last day."""
        closing = self.last or self.first
        return closing.replace(day=calendar.monthrange(closing.year, closing.month)[1])

    @property
    def title(self) -> str:
        """`March 2008`, or `March to May 2008`."""
        if self.last is None or self.last == self.first:
            return f"{self.first:%B %Y}"
        return f"{self.first:%B}{'' if self.first.year == self.last.year else f' {self.first:%Y}'} to {self.last:%B %Y}"


@dataclass(frozen=True, slots=True)
class Chronicle:
    """One future under one plan. `parted` is the week in which another plan took over, if one did."""

    title: str
    plan: str
    future: int
    months: tuple[Month, ...]
    parted: int | None = None
    ended: str = ""

    @property
    def sentences(self) -> tuple[tuple[date, str], ...]:
        """Every sentence with its date, in order; each month closes with its deaths."""
        found: list[tuple[date, str]] = []
        for month in self.months:
            found += [(e.when, e.text) for e in month.entries]
            found.append((month.ends, month.deaths))
        return tuple(found)

    def text(self) -> str:
        """The whole, in plain text."""
        lines = [self.title, ""]
        for month in self.months:
            lines.append(month.title)
            lines += [f"  {e.when.day:>2} {e.when:%b}  {e.text}" for e in month.entries]
            if month.left_out:
                lines.append(f"          ({month.left_out} lesser {'event' if month.left_out == 1 else 'events'} not told)")
            lines += [f"          {month.deaths}", ""]
        if self.ended:
            lines.append(self.ended)
        return "\n".join(lines).rstrip() + "\n"


def tell(
    engine: Engine, plan: str | Plan, seed: int, future: int, branch: tuple[int, str | Plan] | None = None, since: int = 0
) -> Chronicle:
    """Replay a future and tell it, from week `since` on. With `branch` it goes on under another plan from that week."""
    replay = engine.replay(plan, seed, future, branch)
    return narrate(engine, replay, plan, None if branch is None else branch[1], since)


def narrate(engine: Engine, replay: Replay, plan: str | Plan, other: str | Plan | None = None, since: int = 0) -> Chronicle:
    """Tell a replayed future."""
    scenario = engine.scenario
    first_plan, last_plan = engine.plan(plan), engine.plan(other) if other is not None else None
    told = sorted(happenings(engine, replay), key=lambda one: one.week)
    entries = [*sentences(scenario, told, since), *orders_given(scenario, replay, first_plan, last_plan)]
    weeks = min(replay.ended, engine.weeks)
    deaths = replay.states.get("deaths")
    months: list[Month] = []
    quiet: range | None = None
    for first, span in months_of(scenario.origin, since, weeks):
        mine = sorted((e for e in entries if e.week in span), key=lambda e: (e.when, -e.weight))
        kept = set(map(id, sorted(mine, key=lambda e: -e.weight)[:MOST_A_MONTH]))
        shown = tuple(e for e in mine if id(e) in kept)
        # Months in a row in which nothing is told are told as one.
        if not shown and quiet is not None:
            quiet = range(quiet.start, span.stop)
            months[-1] = Month(months[-1].first, (), deaths_sentence(engine, deaths, quiet), last=first)
            continue
        months.append(Month(first, shown, deaths_sentence(engine, deaths, span), len(mine) - len(shown)))
        quiet = None if shown else span
    title = f"{scenario.title}: future {replay.future} under the plan '{first_plan.id}'"
    if last_plan is not None and replay.parted is not None:
        parted = scenario.origin + timedelta(weeks=replay.parted)
        title += f", from {parted.day} {parted:%B %Y} under '{last_plan.id}'"
    return Chronicle(title, replay.plan, replay.future, tuple(months), replay.parted, ended_sentence(engine, replay))


def months_of(origin: date, since: int, weeks: int) -> Iterator[tuple[date, range]]:
    """First day and weeks of each month; a week belongs to the month of its first day."""
    starts = [origin + timedelta(weeks=w) for w in range(weeks)]
    edges = [w for w in range(since, weeks) if w == since or starts[w].month != starts[w - 1].month]
    for first, last in pairwise([*edges, weeks]):
        yield starts[first].replace(day=1), range(first, last)


# What happened


def happenings(engine: Engine, replay: Replay) -> Iterator[Occurrence]:
    """Every event of every mechanism that passed its threshold, week by week."""
    slots = slots_of(engine.mechanisms)
    declared = {v.name: v for v in (*(v for m in engine.mechanisms for v in m.owns), *(v for slot in slots for v in slot.variables))}
    for mechanism in engine.mechanisms:
        for event in mechanism.events:
            for slot in [s for s in slots if (s.mechanism, s.incident.kind) == (mechanism.name, event.incident)]:
                yield from passings(engine, replay, event, slot.largest(event.variable), declared, slot)
            if not event.incident and event.variable in replay.states and event.variable in declared:
                yield from passings(engine, replay, event, event.variable, declared)


def passings(
    engine: Engine, replay: Replay, event: Event, variable: str, declared: Mapping[str, Variable], slot: Slot | None = None
) -> Iterator[Occurrence]:
    """Cells and weeks in which an event happens: where the variable that it watches passes, be it a column of a slot."""
    values = replay.states[variable][: replay.ended]
    apart, host = values, host_of(engine.scenario) if event.one_side else []
    if host:
        values = values.copy()  # the first stands for both
        values[..., host[0]], values[..., host[1:]] = values[..., host].sum(axis=-1), 0.0
    passed = values < event.threshold if event.falling else values > event.threshold
    if event.once:
        # A stock starts somewhere: what already holds in the first week is not news, what falls into it from elsewhere is.
        starts_at_zero = declared[variable].kind in ("pressure", "incident")
        before = np.concatenate([np.zeros_like(passed[:1]) if starts_at_zero else passed[:1], passed[:-1]])
        held = before.copy()
        for lag in range(1, min(QUIET_WEEKS, len(passed))):
            held[lag:] |= before[:-lag]
        passed = passed & ~held & lasting(passed, event.lasting)
    dims = declared[variable].dims
    for index in np.argwhere(passed):
        week, cell = int(index[0]), tuple(int(i) for i in index[1:])
        if host and cell[-1] == host[0]:
            shares = apart[(max(week - 1, 0) if event.falling else week, *cell[:-1])]
            cell = (*cell[:-1], host[int(np.argmax(shares[host]))])
        names = names_of(engine, dims, cell, political=event.political)
        value = float(values[tuple(index)])
        names.update({"n": counted(value), "value": f"{value:.2g}"})
        if slot is not None:
            names.update(names_in(engine, replay, slot, week, cell))
        place = engine.labels["place"][cell[dims.index("place")]] if "place" in dims else None
        yield Occurrence(event, week, value, names, place, explained(replay, declared, event, dims, cell, week))


def host_of(scenario: Scenario) -> list[int]:
    """Indices of the actors of the host government, who are one side."""
    return [i for i, actor in enumerate(scenario.actors) if actor.kind in HOST_KINDS]


def lasting(passed: NDArray[Any], weeks: int) -> NDArray[Any]:
    """Where it goes on for so many weeks [week, ...], or to the end of the future."""
    goes_on = np.ones_like(passed)
    for lag in range(1, min(weeks, len(passed))):
        goes_on[:-lag] &= passed[lag:]
    return goes_on


def names_of(engine: Engine, dims: Sequence[str], cell: Sequence[int], political: bool = False) -> dict[str, str]:
    """What the fields of a sentence say in a cell; `political` names actors as whom they stand for."""
    scenario = engine.scenario
    called = {
        "place": {p.id: p.name for p in scenario.places},
        "actor": political_names(scenario.actors) if political else {a.id: a.name for a in scenario.actors},
        "community": {c.id: c.name for c in scenario.communities},
        "home": {o.id: o.name for o in scenario.outsiders},
    }
    called.update(target=called["actor"], sponsor=called["home"], neighbour=called["place"], rival=called["home"])
    found = {}
    for dim, i in zip(dims, cell, strict=True):
        if dim == "dyad":
            found["side_a"], found["side_b"] = (called["actor"][a] for a in scenario.dyads[i])
        elif dim in called:
            found[dim] = called[dim][engine.labels[dim][i]]
    return found


def names_in(engine: Engine, replay: Replay, slot: Slot, week: int, cell: tuple[int, ...]) -> dict[str, str]:
    """What the fields of a sentence say of the deadliest incident of a week and place: who it was by, and its dead by column."""
    found = {c: float(replay.states[slot.largest(c)][(week, *cell)]) for c in (*slot.incident.sides, *slot.incident.dead)}
    who = {c: engine.scenario.actors[int(found[c])].name for c in slot.incident.sides}
    return {**{c: counted(found[c]) for c in slot.incident.dead}, **(who if len(who) > 1 else {"actor": who["side_a"]})}


def counted(value: float) -> str:
    """A number of people as a chronicle would give it: two significant digits from 100 on."""
    if value >= 100:
        step = 10 ** (int(math.log10(value)) - 1)
        value = round(value / step) * step
    return f"{value:,.0f}"


def at_cell(replay: Replay, declared: Mapping[str, Any], name: str, dims: Sequence[str], cell: Sequence[int]) -> NDArray[Any]:
    """[week] of a variable with the same or fewer dimensions; of those that the cell does not fix, the mean."""
    values: NDArray[Any] = replay.states[name]
    fixed = dict(zip(dims, cell, strict=True))
    for axis in range(values.ndim - 1, 0, -1):
        dim = declared[name].dims[axis - 1] if name in declared else ""
        values = np.take(values, fixed[dim], axis=axis) if dim in fixed else np.asarray(values.mean(axis=axis))
    return values


def explained(replay: Replay, declared: Mapping[str, Any], event: Event, dims: Sequence[str], cell: Sequence[int], week: int) -> str:
    """Which of the variables that the event names stood unusually high or low for this cell just before; `fear +` explains by its rise."""
    said = []
    for named in event.because:
        name, _, way = named.partition(" ")
        if name not in replay.states:
            continue
        series = at_cell(replay, declared, name, dims, cell)
        past = series[max(0, week - 52) : week]
        if len(past) < 4:
            continue
        spread = float(past.std())
        apart = float(series[max(0, week - 1)]) - float(past.mean())
        if spread > 0 and abs(apart) > UNUSUAL * spread and way != ("-" if apart > 0 else "+"):
            about = declared[name].about.split(";")[0].split("(")[0].strip() if name in declared else name.replace("_", " ")
            said.append((abs(apart) / spread, f"{about} had {'risen' if apart > 0 else 'fallen'} to {series[max(0, week - 1)]:.2g}"))
    return max(said)[1] if said else ""


# From happenings to sentences


def sentences(scenario: Scenario, told: Sequence[Occurrence], since: int = 0) -> Iterator[Sentence]:
    """Leave out what is no news to who reads from week `since` on, merge what repeats within a month, join places, add causes."""
    by_place = by_event_and_place(told)
    groups: dict[tuple[Any, ...], list[Occurrence]] = defaultdict(list)
    for one in settled(told):
        if one.week >= since and not one.event.aside and not doubled(one, by_place):
            start = scenario.origin + timedelta(weeks=one.week)
            who = () if one.event.worst_of else WHO  # the worst of a month stands for those of others too
            others = tuple(sorted((k, v) for k, v in one.names.items() if k in who))
            groups[one.event.name, start.year, start.month, others, one.event.sentence].append(one)
    already = Already()
    for key, group in sorted(groups.items(), key=lambda item: min(o.week for o in item[1])):
        event = group[0].event
        amount = max(abs(o.value) for o in group) if event.worst_of else sum(abs(o.value) for o in group)
        if already.news(event, (key[0], key[3]), min(o.week for o in group), amount):
            yield sentence(scenario, key, group, by_place)


def sentence(
    scenario: Scenario, key: tuple[Any, ...], group: Sequence[Occurrence], by_place: Mapping[tuple[str, str], list[Occurrence]]
) -> Sentence:
    """One sentence for an event in one or several places and weeks of a month."""
    greatest = max(group, key=lambda o: abs(o.value))
    first = min(o.week for o in group)
    weeks = len({o.week for o in group})
    names = dict(greatest.names)
    most: dict[str, float] = defaultdict(float)
    for one in group:
        if "place" in one.names:
            most[one.names["place"]] += one.value
    places = sorted(most, key=lambda p: (-most[p], p))
    event = greatest.event
    repeated = len(group) > 1 and "{n}" in event.sentence
    largest = repeated and event.worst_of
    if places:
        names["place"] = joined(places)
    if repeated and not largest:
        names["n"] = counted(sum(o.value for o in group))
    if largest:
        names.update(greatest.names)
    text = filled(event.sentence, names)
    if largest:
        rest = len(group) - 1
        elsewhere = [p for p in places if p != greatest.names.get("place")]
        where = f" ({'the other' if rest == 1 else 'others'} in {joined(elsewhere)})" if elsewhere else ""
        text += f", the worst of {len(group)} such {event.worst_of} that month{where}" if rest else ""
    elif weeks > 1 and not event.once:
        text += f", in the course of {weeks} weeks"
    cause = linked(greatest, by_place, frozenset(scenario.actors[i].name for i in host_of(scenario)))
    if cause:
        text += f", {cause}"
    elif greatest.because:
        text += f"; {greatest.because}"
    week = greatest.week if largest else first
    weight = max(beyond(o) for o in group)
    return Sentence(scenario.origin + timedelta(weeks=week), week, capital(text) + ".", event.name, (key[0], key[3], tuple(places)), weight)


def beyond(one: Occurrence) -> float:
    """How far past its threshold; a turning point outranks what is only large."""
    event = one.event
    ratio = min(abs(one.value) / max(abs(event.threshold), 1e-9), MOST_BEYOND)
    turning = event.once or not (event.routine or event.worst_of)
    return ratio + (3.0 if turning else 0.0) + (2.0 if one.place is None else 0.0)


def linked(one: Occurrence, by_place: Mapping[tuple[str, str], list[Occurrence]], host: Set[str]) -> str:
    """The most telling thing that happened in the same place in the weeks before; `host` names army and police, who are one side."""
    if one.place is None:
        return ""
    for cause in one.event.causes:
        earlier = [o for o in by_place.get((cause.event, one.place), ()) if one.week - LINK_WEEKS <= o.week <= one.week]
        earlier = [o for o in earlier if ("actor" not in o.names) or ((o.names["actor"] == one.names.get("actor")) == cause.own)]
        earlier = [o for o in earlier if cause.own or not host >= {o.names.get("actor"), one.names.get("actor")}]
        earlier = [o for o in earlier if cause.own or "{actor}" not in o.event.as_cause or "actor" in o.names]
        if earlier:
            last = earlier[-1]
            return filled(last.event.as_own if cause.own else last.event.as_cause, last.names)
    return ""


class _Lenient(dict[str, str]):
    """Leaves a field that has no name as a plain word."""

    def __missing__(self, key: str) -> str:
        return key.replace("_", " ")


def filled(sentence: str, names: Mapping[str, str]) -> str:
    """A sentence with its names, those of organisations with their article."""
    fields = ("actor", "target", "side_a", "side_b")
    named = {k: f"the {v}" if k in fields and v.lower().rpartition(" ")[2] in ARTICLE_WORDS else v for k, v in names.items()}
    return sentence.format_map(_Lenient(named)).replace("the the ", "the ").replace("The the ", "The ")


def joined(names: Sequence[str]) -> str:
    """`A, B and C`; many are cut."""
    shown = list(names[:MOST_PLACES])
    if len(names) > MOST_PLACES + 1:
        return ", ".join(shown) + f" and {len(names) - MOST_PLACES} other places"
    shown = list(names)
    return shown[0] if len(shown) == 1 else ", ".join(shown[:-1]) + f" and {shown[-1]}"


def capital(text: str) -> str:
    """First letter large."""
    return text[:1].upper() + text[1:]


def orders_given(scenario: Scenario, replay: Replay, plan: Plan, other: Plan | None) -> Iterator[Sentence]:
    """Orders of the plan in the week in which they began."""
    clock = replay.states.get("order_clock")
    if clock is None:
        return
    parted = replay.parted if replay.parted is not None else len(clock)
    for part, first, last in ((plan, 0, parted), (other, parted, len(clock))):
        for k, order in enumerate(part.orders if part is not None else ()):
            began = np.flatnonzero(clock[first:last, k] >= 0)
            if len(began):
                week = first + int(began[0])
                text = f"By plan: {order_said(scenario, order)}."
                yield Sentence(scenario.origin + timedelta(weeks=week), week, text, "order", ("order", order.id), 100.0)


def order_said(scenario: Scenario, order: Order) -> str:
    """The order's own sentence; where that is only a quotation, what is ordered comes before it."""
    own = order.sentence.strip().rstrip(".")
    if own and own[0] not in "'\"‘“":
        return own
    actor = {a.id: a.name for a in scenario.actors}[order.actor]
    called = {p.id: p.name for p in scenario.places}
    places = joined([called[p] for p in order.places]) if order.places else "every place"
    level = 0.0 if order.level is None else order.level.distribution.best
    destination = called[order.to] if order.to is not None else "home"
    what = {
        "move": f"departure of {{actor}} from {places} for {destination}"
        if level == 0
        else f"{{actor}} to have {counted(level)} in {places}",
        "hand-over": f"security in {places} is handed to the host government",
        "close-base": f"{{actor}} to close the bases in {places}",
        "cover": f"{{actor}} may fill a void in {places}",
        "no-cover": f"{{actor}} must not fill a void in {places}",
        "deal": f"an understanding of {{actor}} with {{target}} in {places}",
    }[order.action]
    other = next((a.name for a in scenario.actors if a.id == order.other), "")
    said = filled(what, {"actor": actor, "target": other})
    return f"{said} ({own})" if own else said


def deaths_sentence(engine: Engine, deaths: NDArray[Any] | None, span: range) -> str:
    """How many were killed in a month, how, and where most."""
    if deaths is None:
        return ""
    month = deaths[span.start : span.stop].sum(axis=0)  # [place, violence]
    total = float(month.sum())
    if total < 0.5:
        return "Nobody is known to have been killed."
    kinds = month.sum(axis=0)
    parts = [
        f"{counted(float(n))} {how}"
        for n, how in zip(
            kinds, ("in fighting with state or foreign forces", "in fighting among armed groups", "in attacks on civilians"), strict=True
        )
        if n >= 0.5
    ]
    where = month.sum(axis=1)
    order = np.argsort(-where, kind="stable")[:2]
    names = [p.name for p in engine.scenario.places]
    most = " and ".join(f"{names[i]} ({counted(float(where[i]))})" for i in order if where[i] >= 0.5)
    return f"Recorded deaths: {counted(total)}; {', '.join(parts)}. Most in {most}."


def ended_sentence(engine: Engine, replay: Replay) -> str:
    """Why a future ended early, if it did."""
    if replay.status == 0:
        return ""
    from drawdown.engine import STATUS

    status = next(s for s in STATUS if s.code == replay.status)
    return f"This future ended early, in week {replay.ended}: {status.sentence} ({status.remedy})."


# Two paths


@dataclass(frozen=True, slots=True)
class Parting:
    """Where two tellings of the same future part: sentences of only one of them, and the main numbers from the parting on."""

    first_difference: date | None
    only_a: tuple[Sentence, ...]
    only_b: tuple[Sentence, ...]
    numbers: tuple[tuple[str, float, float], ...]


def parting(engine: Engine, a: tuple[Chronicle, Replay], b: tuple[Chronicle, Replay], since: int = 0) -> Parting:
    """Compare two paths from a week on."""
    entries = [[e for m in c.months for e in m.entries if e.week >= since] for c, _ in (a, b)]
    keys = [{(e.key, e.when) for e in es} for es in entries]
    only = [tuple(e for e in es if (e.key, e.when) not in keys[1 - i]) for i, es in enumerate(entries)]
    names = [n for n in engine.quantities if n in a[1].states]
    differs = np.zeros(min(len(a[1].states[names[0]]), len(b[1].states[names[0]])), dtype=bool)
    for name in names:
        x, y = (r.states[name][: len(differs)] for r in (a[1], b[1]))
        differs |= (x != y).reshape(len(differs), -1).any(axis=1)
    first = int(differs.argmax()) if differs.any() else None
    when = None if first is None else engine.scenario.origin + timedelta(weeks=first)
    return Parting(when, only[0], only[1], tuple(numbers(a[1], b[1], since)))


def numbers(a: Replay, b: Replay, since: int) -> Iterator[tuple[str, float, float]]:
    """(what, under the first, under the second) for the main numbers from a week on."""
    for name, what, how in (
        ("deaths", "recorded deaths in all", "total"),
        ("civilian_deaths", "recorded deaths of civilians", "total"),
        ("displaced", "people who fled", "total"),
        ("capability", "capability of the government, at the end", "last"),
        ("void", "mean share of a place that nobody rules, at the end", "last"),
        ("home_support", "support at home, at the end", "last"),
    ):
        if name in a.states and name in b.states:
            x, y = (r.states[name][since : r.ended] for r in (a, b))
            if len(x) and len(y):
                yield (what, float(x.sum()), float(y.sum())) if how == "total" else (what, float(x[-1].mean()), float(y[-1].mean()))
