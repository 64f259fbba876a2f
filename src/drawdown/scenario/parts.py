"""The documents of a scenario folder, one function each, from nodes to the parts of the model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from drawdown.errors import expected_one_of, quoted
from drawdown.scenario.document import Node, read_csv, read_yaml
from drawdown.scenario.draft import Cells, Draft
from drawdown.scenario.files import TABLE_BYTES, TEXT_BYTES
from drawdown.scenario.geography import check_features, read_geojson
from drawdown.scenario.grammar import (
    CLAIMS,
    FACILITY_ROW,
    HYPOTHESES,
    MOST_PLACES,
    MOST_PLANS,
    PARAMETERS,
    PLACE_ROW,
    PLAN,
    SCENARIO,
    SOURCES,
    TABLE_ROW,
)
from drawdown.scenario.model import (
    Actor,
    Claim,
    Community,
    Distribution,
    Facility,
    Hypothesis,
    Number,
    Option,
    Outsider,
    Place,
    Plan,
    Source,
    Where,
)
from drawdown.scenario.numbers import Declared, Estimate, estimates_of, resolve
from drawdown.scenario.plans import plan_of
from drawdown.scenario.shapes import Entry, Read, RecordOf, Shape, Text
from drawdown.state import FILLED, Variable

if TYPE_CHECKING:
    from drawdown.scenario.propositions import Fault, Names

WEIGHT = Declared("the weight of an option", "share", 0.0, 1.0)
_TABLE_COLUMNS_REQUIRED = ("best", "unit", "grade")


def document(draft: Draft, file: str, shape: Shape[Read]) -> Read | None:
    """A YAML document of the folder, read as a shape; None where there is none or it is wrong."""
    text = draft.folder.yaml(file)
    node = read_yaml(text, file, draft.problems) if text is not None else None
    return shape.read(node, "", draft.problems) if node is not None else None


def table(draft: Draft, file: str, record: RecordOf, columns: tuple[str, ...] = ()) -> list[Entry]:
    """A CSV table of the folder, read row by row; `columns` must be there, beside those that every row must fill."""
    text = draft.folder.text(file, TABLE_BYTES)
    if text is None:
        return []
    required = (*record.required, *columns)
    optional = tuple(name for name in record.fields if name not in required)
    rows = read_csv(text, file, draft.problems, required, optional)
    return [entry for row in rows if (entry := record.read(row, "", draft.problems)) is not None]


def unique(entries: Iterable[Entry], draft: Draft) -> list[Entry]:
    """Rows with an id, no id twice."""
    first: dict[str, Entry] = {}
    for entry in entries:
        name = entry["id"]
        if name in first:
            draft.problems.add(
                f"got the id {quoted(name)} a second time; it stands on line {first[name].at('id').line} already.", entry.at("id")
            )
        elif name is not None:
            first[name] = entry
    return list(first.values())


def read_head(draft: Draft) -> None:
    """scenario.yaml: who takes part, when and why."""
    entry = document(draft, "scenario.yaml", SCENARIO)
    if entry is None:
        draft.shaky = True
        return
    draft.head = entry
    draft.id, draft.title = entry.get("id", ""), entry.get("title", "")
    draft.country, draft.question = entry.get("country", ""), entry.get("question", "")
    draft.origin, draft.weeks = entry.get("origin", draft.origin), int(entry.get("weeks", 1))
    draft.communities = tuple(Community(e["id"], e.get("name", "")) for e in entry.get("communities", ()))
    outsiders = [("sponsor", e) for e in entry.get("sponsors", ())] + [("home", e) for e in entry.get("homes", ())]
    draft.outsiders = tuple(
        Outsider(e["id"], e.get("name", ""), "sponsor" if role == "sponsor" else "home", e.get("note", "")) for role, e in outsiders
    )
    draft.relabel()
    draft.actors = tuple(_actor(e, draft) for e in entry.get("actors", ()))
    draft.relabel()
    _dyads(entry, draft)
    draft.relabel()
    draft.shaky = entry["origin"] is None or entry["weeks"] is None or not _all_read(entry, draft)
    draft.document = _document_text(entry, draft)
    if draft.folder.has("CARD.md"):
        draft.card = draft.folder.text("CARD.md", TEXT_BYTES) or ""
    else:
        draft.problems.warn(
            "there is no CARD.md.", Where("CARD.md", 0, 0), advice="Write what the scenario covers and what rests on assumption."
        )


def _all_read(entry: Entry, draft: Draft) -> bool:
    """True where every community, actor, outsider and dyad that is written has a place in the draft."""
    written = {name: entry.node.entries[name] for name in ("communities", "actors", "sponsors", "homes", "dyads") if entry.has(name)}
    count = sum(len(node.items) + len(node.entries) for node in written.values() if node.kind != "scalar")
    right_kind = all(node.kind != "scalar" for node in written.values())
    return right_kind and count == sum(len(x) for x in (draft.communities, draft.actors, draft.outsiders, draft.dyads))


def _actor(entry: Entry, draft: Draft) -> Actor:
    kind, home = entry.get("kind", "militia"), draft.known("home", entry, "home")
    if kind == "foreign" and not entry.has("home"):
        draft.problems.add("got a foreign actor without 'home'; expected the home government that sent it.", entry.node.where, entry.path)
    if kind != "foreign" and entry.has("home") and entry["kind"] is not None:
        message = f"got 'home' for an actor of the kind '{kind}'; only a foreign actor has one."
        draft.problems.add(message, entry.at("home"), entry.under("home"), "Delete it.")
    event_name, note, political_name = (entry.get(key, "") for key in ("event_name", "note", "political_name"))
    return Actor(entry["id"], entry.get("name", ""), kind, home, event_name, note, political_name)


def _dyads(entry: Entry, draft: Draft) -> None:
    node = entry.node.entries.get("dyads")
    if node is None or entry["dyads"] is None:
        return
    pairs: list[tuple[str, str]] = []
    for number, item in enumerate(node.items):
        path = f"dyads[{number}]"
        names = [cell.text for cell in item.items]
        unknown = [cell for cell in item.items if cell.text not in draft.labels["actor"]]
        for cell in unknown:
            if cell.kind == "scalar":
                draft.problems.add(f"unknown actor: {expected_one_of(cell.text, draft.labels['actor'])}", cell.where, path)
        if unknown or len(names) != 2:
            continue
        if names[0] == names[1]:
            draft.problems.add(f"got {quoted(names[0])} twice; expected two actors.", item.where, path)
        elif any(set(pair) == set(names) for pair in pairs):
            draft.problems.add(f"got the pair {' and '.join(names)} a second time.", item.where, path, "Delete one of them.")
        else:
            pairs.append((names[0], names[1]))
    draft.dyads = tuple(pairs)


def _document_text(entry: Entry, draft: Draft) -> str:
    """The text itself, or that of the file it names."""
    node: Node | None = entry["document"]
    if node is None:
        return ""
    short_name = node.kind == "scalar" and "\n" not in node.text and node.text.endswith((".txt", ".md"))
    if node.kind == "mapping" or short_name:
        named = node if short_name else node.entries.get("file")
        strangers = [key for key in node.entries if key != "file"]
        if named is None or strangers or named.kind != "scalar":
            draft.problems.add("expected {file: document.txt}, or the text itself.", node.where, "document")
            return ""
        draft.document_file = named.text
        return draft.folder.text(named.text, TEXT_BYTES, named.where) or ""
    return Text(200_000).read(node, "document", draft.problems) or ""


def read_sources(draft: Draft) -> None:
    """sources.yaml: what numbers cite."""
    read: Mapping[str, Entry] | None = document(draft, "sources.yaml", SOURCES)
    if read is None:
        draft.shaky = True
        return
    for key, e in read.items():
        year = e["year"]
        url = e.get("url", "")
        if url and not url.startswith(("https://", "http://", "doi:")):
            draft.problems.add(
                f"got the address {quoted(url)}; expected one that starts with https://, http:// or doi:.", e.at("url"), e.under("url")
            )
        year_whole = int(year) if year is not None else None
        draft.sources[key] = Source(key, e.get("title", ""), e.get("author", ""), year_whole, url, e.get("licence", ""))


def read_places(draft: Draft) -> None:
    """places.csv, facilities.csv and places.geojson."""
    known = len(draft.problems.found)
    entries = unique(table(draft, "places.csv", PLACE_ROW), draft)
    draft.shaky = draft.shaky or len(draft.problems.found) > known
    if not entries and not draft.shaky:
        draft.shaky = True
        draft.problems.add("got no place; expected at least one.", Where("places.csv", 1, 1))
    if len(entries) > MOST_PLACES:
        draft.problems.add(f"got {len(entries)} places; expected at most {MOST_PLACES}.", Where("places.csv", 1, 1))
        entries = entries[:MOST_PLACES]
    draft.places = tuple(
        Place(
            e["id"], e.get("name", ""), e.get("admin1", ""), e["parent"], e.get("longitude", 0.0), e.get("latitude", 0.0), (), e["feature"]
        )
        for e in entries
    )
    draft.relabel()
    _capital(draft)
    parents = {e["id"]: draft.known("place", e, "parent") for e in entries}
    for e in entries:
        path, here = [], e["id"]
        while here is not None and here not in path:
            path.append(here)
            here = parents.get(here)
        if here == e["id"]:
            draft.problems.add(f"got a place inside itself: {' in '.join([*path, here])}.", e.at("parent"), "parent")
    draft.geojson = read_geojson(draft)
    check_features({e["feature"]: e.at("feature") for e in entries if e["feature"] is not None}, draft)
    if draft.folder.has("facilities.csv") and not draft.shaky:
        _facilities(draft)


def _capital(draft: Draft) -> None:
    """The capital, written in scenario.yaml before the places are known."""
    entry = draft.head
    if entry is not None and entry.has("capital") and not draft.shaky:
        draft.capital = draft.known("place", entry, "capital") or ""


def _facilities(draft: Draft) -> None:
    for e in unique(table(draft, "facilities.csv", FACILITY_ROW), draft):
        place, holder = draft.known("place", e, "place"), draft.known("actor", e, "holder")
        if place is not None and holder is not None:
            facility = Facility(e["id"], e.get("name", ""), e.get("kind", ""), holder, e.get("note", ""))
            draft.facilities.setdefault(place, []).append(facility)


def read_tables(draft: Draft) -> None:
    """tables/*.csv: one file for each variable that the scenario tells."""
    for file in draft.folder.names("tables", ".csv"):
        name = file.removeprefix("tables/").removesuffix(".csv")
        variable = draft.variable(name)
        if variable is None:
            draft.problems.add(
                f"no variable is called so: {expected_one_of(name, draft.variable_names())}", Where(file, 0, 0), advice="Rename the file."
            )
        elif name in FILLED:
            draft.problems.add(FILLED[name], Where(file, 0, 0), advice="Delete the file.")
        else:
            draft.tables[name] = _cells(variable, file, draft)
    sends: Cells = {}
    for actor in draft.actors:
        if actor.home is not None:
            name = f"sends[{actor.home},{actor.id}]"
            note = "the home of the actor"
            sends[actor.home, actor.id] = Number(name, Distribution("fixed", 1.0), "share", None, "", "A", note, derived=True)
    if sends:
        draft.tables["sends"] = sends


def _cells(variable: Variable, file: str, draft: Draft) -> Cells:
    """The numbers of one table, by members of the variable's dimensions."""
    shapes = {**{dimension: Text(140) for dimension in variable.dims}, **TABLE_ROW}
    record = RecordOf(f"a row of {variable.name}", shapes, variable.dims)
    declared = Declared(variable.name, variable.unit, variable.low, variable.high)
    written: dict[tuple[str, ...], list[Estimate]] = {}
    before = len(draft.problems.found)
    for entry in table(draft, file, record, _TABLE_COLUMNS_REQUIRED):
        members = tuple(_member(dimension, entry, draft) for dimension in variable.dims)
        estimates = list(estimates_of(entry, declared, draft.ledger))
        cell = tuple(member for member in members if member is not None)
        if len(cell) == len(members):
            written.setdefault(cell, []).extend(estimates)
    cells: Cells = {}
    for cell, estimates in written.items():
        number = resolve(f"{variable.name}[{','.join(cell)}]", estimates, draft.ledger)
        if number is not None:
            cells[cell] = number
    if len(draft.problems.found) > before:
        draft.faulty.add(variable.name)
    return cells


def _member(dimension: str, entry: Entry, draft: Draft) -> str | None:
    """The member that a cell names; a dyad may be written in either order."""
    if dimension == "dyad" and isinstance(entry[dimension], str):
        label = draft.dyad(entry[dimension])
        if label in draft.labels["dyad"]:
            return label
    return draft.known(dimension, entry, dimension)


def read_parameters(draft: Draft) -> None:
    """parameters/*.yaml: what the scenario knows better than the mechanisms' defaults."""
    first: dict[str, Where] = {}
    for file in draft.folder.names("parameters", ".yaml"):
        read: Mapping[str, Mapping[str, Entry]] = document(draft, file, PARAMETERS) or {}
        for mechanism, parameters in read.items():
            for parameter, entry in parameters.items():
                name = f"{mechanism}.{parameter}"
                if name in first:
                    at = f"{first[name].file}:{first[name].line}"
                    draft.problems.add(f"got {name} a second time; it stands in {at} already.", entry.node.where, name)
                    continue
                first[name] = entry.node.where
                number = parameter_number(name, entry, draft)
                if number is not None:
                    draft.parameters[name] = number


def parameter_number(name: str, entry: Entry, draft: Draft) -> Number | None:
    """A number for `mechanism.parameter`; None, and a problem, if no mechanism declares it."""
    declared = declaration(name, entry.node.where, entry.path, draft) if draft.check_mechanisms else unchecked(name, entry)
    if declared is None:
        return None
    return resolve(name, estimates_of(entry, declared, draft.ledger), draft.ledger, hidden_is_error=False)


def unchecked(name: str, entry: Entry) -> Declared:
    """A declaration that takes whatever unit is written."""
    return Declared(name, entry.get("unit", "index"), float("-inf"), float("inf"))


def declaration(name: str, where: Where, path: str, draft: Draft) -> Declared | None:
    """The declaration of a parameter; None, and a problem, where there is none."""
    known = draft.parameters_declared()
    if name in known:
        return known[name]
    mechanism = name.partition(".")[0]
    mechanisms = {n.partition(".")[0] for n in known} | {m.name for m in draft.mechanisms()}
    if mechanism not in mechanisms:
        draft.problems.add(f"unknown mechanism: {expected_one_of(mechanism, mechanisms, 40)}", where, path)
    else:
        parameters = [n for n in known if n.startswith(f"{mechanism}.")]
        draft.problems.add(f"unknown parameter: {expected_one_of(name, parameters, 40)}", where, path)
    return None


def read_hypotheses(draft: Draft) -> None:
    """hypotheses.yaml: rival explanations with weights."""
    if not draft.folder.has("hypotheses.yaml"):
        return
    draft.hypotheses = tuple(_hypothesis(e, draft) for e in document(draft, "hypotheses.yaml", HYPOTHESES) or ())


def _hypothesis(entry: Entry, draft: Draft) -> Hypothesis:
    options = []
    for option in entry.get("options", ()):
        weight = option["weight"]
        name = f"hypothesis:{entry['id']}:{option['id']}"
        number = resolve(name, estimates_of(weight, WEIGHT, draft.ledger), draft.ledger) if weight is not None else None
        sets = (parameter_number(parameter, value, draft) for parameter, value in (option["set"] or {}).items())
        if number is not None:
            options.append(Option(option["id"], option.get("sentence", ""), number, tuple(n for n in sets if n is not None)))
        else:
            list(sets)  # their faults are worth telling, too
    return Hypothesis(entry["id"], entry.get("question", ""), tuple(options))


def read_plans(draft: Draft) -> None:
    """plans/*.yaml: one plan a file."""
    plans: list[Plan] = []
    first: dict[str, str] = {}
    written = draft.folder.names("plans", ".yaml")
    if len(written) > MOST_PLANS:
        draft.problems.add(f"got {len(written)} plans; expected at most {MOST_PLANS}.", Where("plans", 0, 0))
    for file in written[:MOST_PLANS]:
        entry = document(draft, file, PLAN)
        plan = plan_of(entry, draft) if entry is not None else None
        # A plan that cannot be read most likely bears the name of its file: claims about it are not faulted for the same reason.
        name = entry["id"] if entry is not None and entry["id"] is not None else file.removeprefix("plans/").removesuffix(".yaml")
        draft.plan_names = (*draft.plan_names, name)
        if plan is None or entry is None:
            continue
        if plan.id in first:
            draft.problems.add(
                f"got the plan {quoted(plan.id)} a second time; it stands in {first[plan.id]} already.", entry.at("id"), "id"
            )
        first[plan.id] = file
        plans.append(plan)
    draft.plans = tuple(plans)


def read_claims(draft: Draft) -> None:
    """claims.yaml: propositions about futures, each with its quotation."""
    if not draft.folder.has("claims.yaml"):
        return
    entries: tuple[Entry, ...] = document(draft, "claims.yaml", CLAIMS) or ()
    numbers: dict[float, Entry] = {}
    claims = []
    for e in entries:
        if e["number"] in numbers:
            line = numbers[e["number"]].at("number").line
            draft.problems.add(
                f"got the number {int(e['number'])} a second time; it stands on line {line} already.", e.at("number"), e.path
            )
        elif e["number"] is not None:
            numbers[e["number"]] = e
        node: Node | None = e["proposition"]
        if node is not None and node.kind != "mapping":
            draft.problems.add(f"got {node.told()}; expected a proposition: a mapping.", node.where, e.under("proposition"))
        elif node is not None:
            _proposition(node, e.under("proposition"), draft)
            paragraph = int(e["paragraph"]) if e["paragraph"] is not None else None
            happened = (e.get("happened", ""), e.get("happened_when", ""), e.get("happened_source", ""))
            texts = (e.get("text", ""), e.get("quotation", ""))
            proposition = {key: value.data() for key, value in node.entries.items()}
            claims.append(Claim(e["id"], int(e.get("number", 0)), *texts, paragraph, proposition, *happened, where=e.node.where))
            check_quotation(e, draft)
    draft.claims = tuple(claims)


def _proposition(node: Node, path: str, draft: Draft) -> None:
    """Faults that the reader of propositions finds, with their place in the file."""
    from drawdown.scenario.propositions import check_proposition, check_reach

    names, data = names_of(draft), node.data()
    note_faults(check_proposition(data, names) or check_reach(data, names), node, path, draft)


def names_of(draft: Draft) -> Names:
    """What a proposition, or a term of one, may name in this scenario."""
    from drawdown.scenario.propositions import Names
    from drawdown.scenario.ranges import ranges_of

    kinds = {actor.id: actor.kind for actor in draft.actors}
    return Names(draft.labels, kinds, draft.plan_names, draft.origin, draft.weeks, _recorded(draft), ranges_of(draft))


def note_faults(faults: Iterable[Fault], node: Node, path: str, draft: Draft) -> None:
    """Each fault with the line of the value that its path leads to, from `node` on."""
    for fault in faults:
        at, told = node, path
        for step in fault.path:
            below = at.items[step] if isinstance(step, int) and at.kind == "list" and step < len(at.items) else at.entries.get(str(step))
            if below is None:
                break
            at, told = below, f"{told}[{step}]" if isinstance(step, int) else f"{told}.{step}"
        message = fault.message if fault.message.endswith((".", "?")) else f"{fault.message}."
        note = draft.problems.add if fault.grave else draft.problems.warn
        note(message, at.where, told, fault.advice)


def _recorded(draft: Draft) -> Mapping[str, tuple[str, ...]] | None:
    """Recorded quantities with their dimensions; None, and they are not checked, where mechanisms are not to be imported."""
    if not draft.check_mechanisms:
        return None
    recorded = {v.name: v.dims for m in draft.mechanisms() for v in m.owns if v.record}
    return recorded or None


def check_quotation(entry: Entry, draft: Draft) -> None:
    """A claim or a sign quotes its sentence: every piece between dots of omission stands in the document."""
    if not draft.document or not entry["quotation"]:
        return
    text = _folded(draft.document)
    for piece in _folded(entry["quotation"]).replace("[...]", "...").split("..."):
        if piece.strip(" .;,") and piece.strip(" .;,") not in text:
            message = f"{quoted(piece.strip(), 90)} does not stand in the document word for word."
            draft.problems.warn(message, entry.at("quotation"), entry.under("quotation"))


def _folded(text: str) -> str:
    """Quotation marks, dashes and white space made alike."""
    for odd, plain in (("“", '"'), ("”", '"'), ("‘", "'"), ("’", "'"), ("–", "-"), ("—", "-"), ("…", "...")):
        text = text.replace(odd, plain)
    return " ".join(text.split())
