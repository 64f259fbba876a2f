"""`plans`, `claims` and `show`: what a scenario says, before any run of it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cyclopts import App

from drawdown.cli.loading import AsOf, Json, Patches, Prior, known_claims, one_plan, scenario_or_run
from drawdown.errors import DrawdownError, did_you_mean, expected_one_of
from drawdown.mechanism import mechanism_names
from drawdown.scenario.coverage import coverage_of, numbers_of
from drawdown.terminal.sheet import Column, Sheet

if TYPE_CHECKING:
    from datetime import date

    from drawdown.mechanism import Param
    from drawdown.scenario.model import Distribution, Number, Order, Scenario, Trigger

PARTS = ("actors", "communities", "hypotheses", "outsiders", "parameters", "places", "sources")


@dataclass(frozen=True, slots=True)
class Display:
    """Something of a scenario: as data for JSON, and as sheets for a person."""

    data: object
    sheets: tuple[Sheet, ...]


def register(app: App) -> None:
    """Hang the verbs under the application."""
    app.command(plans)
    app.command(claims)
    app.command(show)


def plans(
    scenario: str, plan: str | None = None, *, patch: Patches = None, as_of: AsOf = None, prior: Prior = False, as_json: Json = False
) -> None:
    """The plans of a scenario, or the orders of one.

    For example:

      drawdown plans my-scenario

      drawdown plans my-scenario leave

    Parameters
    ----------
    scenario
        Name of a shipped scenario, a folder, or a run folder (as the scenario was then).
    plan
        A plan by name, or a file of your own.
    """
    read = of(scenario, patch, as_of, prior, [plan])
    if plan is None:
        columns = (Column("plan", unbroken=True), Column("title", least=16), Column("what it says"), Column("orders", figures=True))
        rows = tuple((p.id, p.title, p.sentence, str(len(p.orders))) for p in read.plans)
        data: object = [{"id": p.id, "title": p.title, "sentence": p.sentence, "orders": len(p.orders)} for p in read.plans]
        tell(Display(data, (Sheet(f"Plans of {read.title}", columns, rows),)), as_json)
        return
    one = one_plan(read, plan, model=False)
    orders = tuple((o.id, when(o.trigger), o.sentence or o.action) for o in one.orders)
    sheet = Sheet(f"{one.title}: {one.sentence}", (Column("order", least=16), Column("when", least=16), Column("what")), orders)
    tell(
        Display({"id": one.id, "title": one.title, "sentence": one.sentence, "orders": [as_data(o) for o in one.orders]}, (sheet,)), as_json
    )


def as_data(order: Order) -> dict[str, object]:
    """An order as plain data."""
    from dataclasses import asdict

    data = asdict(order)
    data["level"] = None if order.level is None else record(order.level)
    return data


def when(trigger: Trigger) -> str:
    """When an order starts, in words."""
    if trigger.date is not None:
        return trigger.date.isoformat()
    if trigger.after is not None:
        return f"{trigger.delay_weeks:g} weeks after {trigger.after}"
    named = " ".join(part for part in (trigger.quantity, trigger.actor, trigger.home, trigger.place) if part)
    bound = f"over {trigger.above:g}" if trigger.above is not None else f"under {trigger.below:g}" if trigger.below is not None else ""
    since = f", not before {trigger.not_before}" if trigger.not_before else ""
    return f"{named} {bound} for {trigger.for_weeks} weeks{since}" if named else "at once"


def claims(
    scenario: str, claim: str | None = None, *, patch: Patches = None, as_of: AsOf = None, prior: Prior = False, as_json: Json = False
) -> None:
    """The claims of a scenario, or one with its quotation, what it tests and what happened.

    For example:

      drawdown claims my-scenario

      drawdown claims my-scenario militia-rules-north

    Parameters
    ----------
    scenario
        Name of a shipped scenario, a folder, or a run folder (as the scenario was then).
    claim
        A claim, by id or number.
    """
    read = of(scenario, patch, as_of, prior)
    known_claims([claim] if claim is not None else None, read.claims, f"claim of {read.id}")
    found = [c for c in sorted(read.claims, key=lambda c: c.number) if claim in (None, c.id, str(c.number))]
    data = [
        {"number": c.number, "id": c.id, "text": c.text, "quotation": c.quotation, "paragraph": c.paragraph, "proposition": c.proposition,
         "happened": c.happened, "happened_when": c.happened_when, "happened_source": c.happened_source}
        for c in found
    ]  # fmt: skip
    if claim is None:
        columns = (Column("", figures=True), Column("claim", least=16), Column("what it says"))
        rows = tuple((str(c.number), c.id, c.text) for c in found)
        tell(Display(data, (Sheet(f"Claims of {read.title}", columns, rows),)), as_json)
        return
    one = found[0]
    details = {
        "claim": f"{one.number}, {one.id}", "says": one.text,
        "quotation": one.quotation + (f" (paragraph {one.paragraph})" if one.paragraph else ""),
        "tested as": json.dumps(one.proposition, ensure_ascii=False, default=str),
        "happened": "; ".join(part for part in (one.happened, one.happened_when, one.happened_source) if part),
    }  # fmt: skip
    tell(Display(data[0], (pairs("", details),)), as_json)


def show(
    scenario: str, what: str | None = None, *, patch: Patches = None, as_of: AsOf = None, prior: Prior = False, as_json: Json = False
) -> None:
    """A scenario at a glance; or one part, one table or one number of it, with its source.

    For example:

      drawdown show my-scenario

      drawdown show my-scenario actors

      drawdown show my-scenario strength

      drawdown show my-scenario "strength[northern-militia]"

    Parameters
    ----------
    scenario
        Name of a shipped scenario, a folder, or a run folder (as the scenario was then).
    what
        actors, communities, hypotheses, outsiders, parameters, places, sources, the name of a table, a mechanism or a number.
    """
    read = of(scenario, patch, as_of, prior)
    tell(glance(read) if what is None else shown(read, what), as_json)


def of(scenario: str, patch: Sequence[str] | None, as_of: date | None, prior: bool, plans: Sequence[str | None] | None = None) -> Scenario:
    """The scenario of a name, a folder or a run folder, without the model."""
    return scenario_or_run(scenario, patch, as_of, prior, plans, model=False).scenario


def tell(what: Display, as_json: bool) -> None:
    """Print it."""
    from drawdown.terminal import console
    from drawdown.terminal.json_document import print_json
    from drawdown.terminal.sheet import drawn

    if as_json:
        print_json(what.data)
        return
    out = console()
    for sheet in what.sheets:
        out.print(drawn(sheet, out))


def pairs(title: str, details: Mapping[str, str]) -> Sheet:
    """What is known of one thing; empty lines left out."""
    return Sheet(title, (Column("", least=12), Column("")), tuple((name, text) for name, text in details.items() if text))


def glance(read: Scenario) -> Display:
    """The question, the places, the actors, and how many numbers there are of each grade."""
    numbers = numbers_of(read)
    grades = Counter(str(n.grade) for n in numbers)
    sourced = coverage_of(read.id, numbers, read.origin).sourced
    named = ", ".join(f"{o.name} ({'sends a force' if o.role == 'home' else 'sponsor'})" for o in read.outsiders)
    details = {
        "question": read.question,
        "from": f"{read.origin}, {read.weeks} weeks",
        "places": f"{len(read.places)}: {', '.join(p.name for p in read.places)}",
        "communities": ", ".join(c.name for c in read.communities),
        "outsiders": named,
        "plans": ", ".join(p.id for p in read.plans),
        "claims": str(len(read.claims)),
        "hypotheses": "\n".join(f"{h.question} ({len(h.options)} answers)" for h in read.hypotheses),
        "numbers": f"{len(numbers)}: " + ", ".join(f"{grades[g]} of grade {g}" for g in "ABCD") + f"; {sourced} with a source",
        "patches": ", ".join(read.patches),
        "fitted": f"{len(read.samples)} numbers, drawn together from the posterior" if read.samples else "",
        "tables": ", ".join(sorted(read.tables)),
    }
    data = {
        "id": read.id, "title": read.title, "question": read.question, "origin": read.origin, "weeks": read.weeks,
        "places": [p.id for p in read.places], "communities": [c.id for c in read.communities],
        "actors": [{"id": a.id, "name": a.name, "kind": a.kind} for a in read.actors], "outsiders": [o.id for o in read.outsiders],
        "plans": [p.id for p in read.plans], "claims": [c.id for c in read.claims], "hypotheses": [h.id for h in read.hypotheses],
        "numbers": {"all": len(numbers), "sourced": sourced, **{g: grades[g] for g in "ABCD"}}, "patches": list(read.patches),
        "fitted": sorted(read.samples), "tables": sorted(read.tables), "digest": read.digest,
    }  # fmt: skip
    return Display(data, (pairs(read.title, details), *shown(read, "actors").sheets))


def shown(read: Scenario, what: str) -> Display:
    """A part, a table or a number. Raises DrawdownError with the nearest name."""
    if what in PARTS:
        return part(read, what)
    if what in read.tables:
        numbers = [n for n in read.tables[what].values() if not n.derived]
        return Display([record(n) for n in numbers], (number_sheet(f"{what} of {read.title}", numbers, read),))
    by_name = {n.name: n for n in numbers_of(read)}
    if what in by_name:
        return one_number(read, by_name[what])
    if what in mechanism_names():
        return of_mechanism(read, what)
    declared = declarations(what.partition(".")[0]) if "." in what else {}
    if what in declared:
        return default(read, what, declared[what])
    if declared:
        raise DrawdownError(f"parameter: {expected_one_of(what, declared)}")
    names = {*PARTS, *read.tables}
    near = did_you_mean(what, {*names, *by_name}) if "[" in what else ""
    told = expected_one_of(what, names, len(names)).partition("; expected one of: ")
    raise DrawdownError(f"{read.id} has no such part: {told[0]}; expected the name of a number, or one of: {told[2]} {near}".strip())


def part(read: Scenario, what: str) -> Display:
    """One of PARTS."""
    if what == "parameters":
        numbers = [n for n in numbers_of(read) if "." in n.name.partition("[")[0] and ":" not in n.name]
        return Display([record(n) for n in numbers], (number_sheet("Parameters that the scenario sets", numbers, read),))
    headings: tuple[str, ...]
    rows: list[tuple[str, ...]]
    if what == "actors":
        headings, rows = ("actor", "name", "kind", "note"), [(a.id, a.name, a.kind, a.note) for a in read.actors]
    elif what == "communities":
        headings, rows = ("community", "name"), [(c.id, c.name) for c in read.communities]
    elif what == "outsiders":
        headings, rows = ("outsider", "name", "role", "note"), [(o.id, o.name, o.role, o.note) for o in read.outsiders]
    elif what == "hypotheses":
        headings = ("hypothesis", "question", "answer", "weight")
        rows = [(h.id, h.question, o.sentence, drawn_from(o.weight.distribution)) for h in read.hypotheses for o in h.options]
    elif what == "sources":
        headings = ("source", "what", "year", "address")
        rows = [
            (s.key, f"{s.author}: {s.title}" if s.author else s.title, str(s.year or ""), s.url) for _, s in sorted(read.sources.items())
        ]
    else:
        headings = ("place", "name", "part of", "facilities")
        rows = [(p.id, p.name, p.parent or "", ", ".join(f.name for f in p.facilities)) for p in read.places]
    filled = [i for i in range(len(headings)) if any(row[i] for row in rows)]
    columns = tuple(Column(headings[i], least=12) for i in filled)
    sheet = Sheet(f"{what.capitalize()} of {read.title}", columns, tuple(tuple(row[i] for i in filled) for row in rows))
    return Display([dict(zip(headings, row, strict=True)) for row in rows], (sheet,))


def number_sheet(title: str, numbers: Sequence[Number], read: Scenario) -> Sheet:
    """Numbers with unit, grade and source."""
    columns = (
        Column("number", unbroken=True),
        Column("value", least=12),
        Column("unit", least=8),
        Column("grade"),
        Column("source", least=16),
    )
    rows = tuple((n.name, drawn_from(n.distribution), n.unit, n.grade, cited(n, read)) for n in numbers)
    return Sheet(title, columns, rows, "In brackets: 5th and 95th percentile. Grade A measured here, B elsewhere, C judged, D assumed.")


def cited(number: Number, read: Scenario) -> str:
    """Author, year and locator; for a number without a source its reason."""
    if number.source is None:
        return number.note or "none"
    source = read.sources.get(number.source)
    named = number.source if source is None else f"{source.author or source.title}{f' {source.year}' if source.year else ''}"
    return f"{named}, {number.locator}" if number.locator else named


def drawn_from(distribution: Distribution) -> str:
    """`162,000`, `25,000 (15,000 to 60,000)`, or rival estimates one by one."""
    if distribution.kind == "mixture":
        return " or ".join(f"{drawn_from(one)} [{weight:.0%}]" for weight, one in distribution.parts)
    if distribution.low is None or distribution.high is None:
        return figure(distribution.best)
    return f"{figure(distribution.best)} ({figure(distribution.low)} to {figure(distribution.high)})"


def figure(value: float) -> str:
    """As it was written down, near enough."""
    return f"{value:,.6g}" if abs(value) < 1e6 else f"{value:,.0f}"


def record(number: Number) -> dict[str, object]:
    """A number as plain data."""
    from dataclasses import asdict

    data = asdict(number)
    data["where"] = None if number.where is None else f"{number.where.file}:{number.where.line}:{number.where.column}"
    data["estimates"] = [record(one) for one in number.estimates]
    return data


def one_number(read: Scenario, number: Number) -> Display:
    """Everything that is known of a number."""
    source = read.sources.get(number.source or "")
    details = {
        "value": drawn_from(number.distribution), "unit": number.unit, "grade": number.grade,
        "source": "" if source is None else ", ".join(str(x) for x in (source.author, source.title, source.year, source.url) if x),
        "locator": number.locator, "note": number.note,
        "known on": str(number.known_on or ""), "applies from": str(number.applies_from or ""),
        "estimates": "\n".join(f"{drawn_from(e.distribution)}: {cited(e, read)}" for e in number.estimates),
        "written in": f"{number.where.file}:{number.where.line}" if number.where else "",
        "fitted": from_posterior(read, number.name),
    }  # fmt: skip
    return Display({**record(number), "fitted": from_posterior(read, number.name) or None}, (pairs(number.name, details),))


def from_posterior(read: Scenario, name: str) -> str:
    """What a posterior draws instead: 5th, 50th and 95th percentile of its joint draws."""
    draws = sorted(read.samples.get(name, ()))
    if not draws:
        return ""
    low, middle, high = (draws[min(len(draws) - 1, int(share * len(draws)))] for share in (0.05, 0.5, 0.95))
    return f"drawn from the posterior: {middle:,.3g} ({low:,.3g} to {high:,.3g})"


def of_mechanism(read: Scenario, mechanism: str) -> Display:
    """The parameters of a mechanism: as it declares them, as the scenario sets them, as the posterior draws them."""
    rows, data = [], []
    for name, declared in declarations(mechanism).items():
        own = read.parameters.get(name)
        value = drawn_from(own.distribution) if own else ranged(declared)
        drawn = from_posterior(read, name).removeprefix("drawn from the posterior: ")
        grade, setter = (own.grade, "scenario") if own else (declared.grade, "mechanism")
        rows.append((name, value, declared.unit, grade, drawn, declared.about))
        data.append({"name": name, "value": value, "unit": declared.unit, "grade": grade, "set_by": setter,
                     "fitted": drawn or None, "about": declared.about, "source": declared.source})  # fmt: skip
    columns = (Column("parameter", unbroken=True), Column("value", least=12), Column("unit", least=8), Column("grade"),
               Column("fitted", least=12), Column("what it is", least=16))  # fmt: skip
    return Display(data, (Sheet(f"Parameters of {mechanism} in {read.title}", columns, tuple(rows)),))


def declarations(mechanism: str) -> dict[str, Param]:
    """A mechanism's own declarations of its parameters, by full name; this imports the mechanisms."""
    from drawdown.mechanism import discover

    return {f"{m.name}.{p.name}": p for m in discover() if m.name == mechanism for p in m.params}


def ranged(declared: Param) -> str:
    """`0.25 (0.15 to 0.4)`, or `1` where nothing is drawn."""
    spread = f" ({figure(declared.low)} to {figure(declared.high)})" if declared.low < declared.high else ""
    return f"{figure(declared.best)}{spread}"


def default(read: Scenario, what: str, declared: Param) -> Display:
    """A parameter that the scenario leaves as the mechanism declares it."""
    details = {
        "value": ranged(declared),
        "unit": declared.unit,
        "grade": declared.grade,
        "source": declared.source,
        "what it is": declared.about,
        "set by": "the mechanism; the scenario leaves it",
        "fitted": from_posterior(read, what),
    }
    data = {"name": what, "low": declared.low, "best": declared.best, "high": declared.high, **details}
    return Display(data, (pairs(what, details),))
