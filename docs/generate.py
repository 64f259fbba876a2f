"""Reference pages written from the declarations of the code, so that they cannot drift: each function returns one page of Markdown."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any

from drawdown.mechanism import PHASES, Event, Mechanism, Param, shipped, variables
from drawdown.scenario.grammar import NUMBER
from drawdown.state import Variable
from drawdown.vocabulary.dimensions import DIMENSIONS

Schema = Mapping[str, Any]

GRADES = {"A": "measured here", "B": "measured elsewhere", "C": "judged by experts", "D": "assumed"}
PHASE_MEANING = {
    "SENSE": "what is known and believed",
    "DECIDE": "what is chosen",
    "ACT": "what is done",
    "SETTLE": "what it leaves behind",
}
KIND_MEANING = {
    "given": "set by the scenario, constant through a run",
    "stock": "persists; moved by its owner in SETTLE",
    "choice": "persists; moved by its owner in SENSE or DECIDE, and seen by the later phases of that week",
    "pressure": "starts every week at zero; whoever declares it may add",
}


def cell(text: object) -> str:
    """Text fit for a cell of a Markdown table."""
    return re.sub(r"\s+", " ", str(text)).replace("|", "\\|").strip()


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table."""
    lines = [" | ".join(heads), " | ".join("---" for _ in heads), *(" | ".join(cell(c) for c in row) for row in rows)]
    return "\n".join(f"| {line} |" for line in lines)


def figure(value: float) -> str:
    """A number as a reader would write it."""
    if value in (float("inf"), float("-inf")):
        return "∞" if value > 0 else "-∞"
    return f"{value:.4g}"


def span(low: float, high: float) -> str:
    """A closed range."""
    return f"{figure(low)} to {figure(high)}"


def names(items: Iterable[str], page: str = "") -> str:
    """Variable or mechanism names as code, linked where they have a section on `page`."""
    return ", ".join(f"[`{item}`]({page}#{anchor(item)})" if page else f"`{item}`" for item in items) or "none"


def anchor(heading: str) -> str:
    """The address of a heading within its page: small letters, digits, hyphens and underscores."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")


@cache
def cited(page: str) -> Mapping[str, str]:
    """Number ("12", "V7") of every numbered section of a page to its address."""
    text = (Path(__file__).parent / page).read_text(encoding="utf-8")
    return {heading.split(".")[0]: f"{page}#{anchor(heading)}" for heading in re.findall(r"^## (V?\d+\. .+)$", text, re.MULTILINE)}


def with_links(source: str) -> str:
    """Text in which "evidence, section 12" and "validation V7" lead there. Raises KeyError for a section that does not exist."""
    linked = re.sub(r"(?:evidence, )?section (\d+)", lambda m: f"[{m[0]}]({cited('evidence.md')[m[1]]})", source, flags=re.IGNORECASE)
    linked = re.sub(r"validation (V\d+)", lambda m: f"[{m[0]}]({cited('validation.md')[m[1]]})", linked)
    return re.sub(r"stylised facts?", lambda m: f"[{m[0]}]({heading_like('evidence.md', 'Stylised facts')})", linked)


def heading_like(page: str, start: str) -> str:
    """Address of the only heading of a page that starts so."""
    text = (Path(__file__).parent / page).read_text(encoding="utf-8")
    (heading,) = re.findall(rf"^#+ ({start}.*)$", text, re.MULTILINE)
    return f"{page}#{anchor(heading)}"


def parameters_of(params: Sequence[Param], mechanism: str = "") -> str:
    """Parameters with their ranges and where they come from."""
    heads = ["parameter", "unit", "default (5%, 50%, 95%)", "bounds", "off at", "grade", "source", "what it is", "raising it moves"]
    rows = [
        [
            f"`{mechanism}{'.' if mechanism else ''}{p.name}`",
            p.unit,
            figure(p.best) if p.low == p.high else f"{figure(p.low)}, **{figure(p.best)}**, {figure(p.high)}",
            span(*p.bounds),
            "" if p.neutral is None else figure(p.neutral),
            p.grade,
            with_links(p.source) or "none",
            p.about,
            str(p.moves or ""),
        ]
        for p in params
    ]
    return table(heads, rows)


def variables_of(items: Sequence[Variable], with_default: bool = True) -> str:
    """Variables with dimensions, units and bounds."""
    heads = ["variable", "dimensions", "unit", "kind", "bounds", *(["default"] if with_default else []), "what it is"]
    rows = [
        [f"`{v.name}`", ", ".join(v.dims), v.unit, v.kind, span(v.low, v.high), *([figure(v.default)] if with_default else []), v.about]
        for v in items
    ]
    return table(heads, rows)


def events_of(events: Sequence[Event]) -> str:
    """What a chronicle says of the mechanism, and when."""
    heads = ["event", "told when", "sentence"]
    rows = [
        [
            e.name,
            f"`{e.variable}`{f' of the deadliest {e.incident} of a week' if e.incident else ''} "
            f"{'falls below' if e.falling else 'passes'} {figure(e.threshold)}{', once' if e.once else ''}",
            e.sentence,
        ]
        for e in events
    ]
    return table(heads, rows)


def section(m: Mechanism) -> str:
    """The whole declaration of one mechanism."""
    parts = [f"### {m.name}", f"*{m.phase}.* {m.about}"]
    parts.append(f"Reads {names(m.reads)}. Adds to {names(m.adds)}. Owns {names(v.name for v in m.owns)}.")
    if m.incidents:
        parts.append("Brings incidents: " + "; ".join(f"{one.kind}, {one.violence}" for one in m.incidents) + ".")
    if m.neutral:
        parts.append("Switched off by " + ", ".join(f"`{k} = {figure(v)}`" for k, v in m.neutral.items()) + ".")
    parts += [parameters_of(m.params)] if m.params else []
    parts += [variables_of(m.owns, with_default=False)] if m.owns else []
    parts += [events_of(m.events)] if m.events else []
    parts += ["After: " + "; ".join(m.references) + "."] if m.references else []
    return "\n\n".join(parts)


def mechanisms_page() -> str:
    """The catalogue."""
    found = shipped()
    parts = ["# Mechanisms", "One process each, one file each. How a week goes by is in [the order of the world](order.md)."]
    for phase in PHASES:
        parts.append(f"## {phase}: {PHASE_MEANING[phase]}")
        parts += [section(m) for m in found if m.phase == phase]
    return "\n\n".join(parts)


def order_page() -> str:
    """What happens in a week, in one table."""
    found = shipped()
    owner = {v.name: m.name for m in found for v in m.owns}
    rows = [
        [m.phase, f"[{m.name}](mechanisms.md#{anchor(m.name)})", m.about, names(v.name for v in m.owns), names(m.adds)]
        for phase in PHASES
        for m in found
        if m.phase == phase
    ]
    flows = [
        [
            f"`{name}`",
            owner.get(name, "the engine"),
            ", ".join(m.name for m in found if name in m.adds),
            ", ".join(m.name for m in found if name in m.reads),
        ]
        for name in sorted({name for m in found for name in m.adds})
    ]
    return "\n\n".join(
        [
            "# The order of the world",
            "Every week has four phases. Within a phase all mechanisms read the same state, so their order cannot matter.",
            table(["phase", "mechanism", "what it is", "owns", "adds to"], rows),
            "## Pressures",
            "Anyone may add to a pressure; its owner consumes it.",
            table(["pressure", "owner", "added to by", "read by"], flows),
        ]
    )


def parameters_page() -> str:
    """Every parameter of every mechanism."""
    found = shipped()
    counts = {g: sum(p.grade == g for m in found for p in m.params) for g in GRADES}
    total = sum(counts.values())
    said = "; ".join(f"{counts[g]} {g} ({meaning})" for g, meaning in GRADES.items())
    parts = [
        "# Parameters",
        f"{total} parameters by grade: {said}. A default is the 5th, 50th and 95th percentile of what each future draws; "
        "a scenario, a patch or a posterior may set another. No default is graded A: A says measured in the country at hand, and a default "
        "is for any country. Most of those graded B or C are borrowed from one war until the record of the world sets them; what was "
        "measured there stands with that war's scenario, in its `parameters/`.",
    ]
    parts += [f"## {m.name}\n\n{parameters_of(m.params, m.name)}" for m in found if m.params]
    return "\n\n".join(parts)


def variables_page() -> str:
    """Every variable by kind."""
    all_of_them = variables(shipped())
    parts = ["# Variables", "What the state of a future is made of. The batch of futures is a last axis that is never written here."]
    parts += ["## Dimensions", table(["dimension", "its members"], ([f"`{one.name}`", one.about] for one in DIMENSIONS.values()))]
    for kind, meaning in KIND_MEANING.items():
        chosen = [v for v in all_of_them.values() if v.kind == kind]
        parts += [f"## {kind}", meaning[0].upper() + meaning[1:] + ".", variables_of(chosen)]
    recorded = [v for v in all_of_them.values() if v.record]
    parts += ["## Recorded", "Kept every week of every future, and open to claims and charts.", variables_of(recorded, with_default=False)]
    return "\n\n".join(parts)


def bibliography_page() -> str:
    """What the mechanisms refer to, and who does."""
    cited: dict[str, list[str]] = {}
    for m in shipped():
        for reference in m.references:
            cited.setdefault(reference, []).append(m.name)
    rows = [[reference, ", ".join(f"[{n}](mechanisms.md#{anchor(n)})" for n in cited[reference])] for reference in sorted(cited)]
    return "\n\n".join(
        ["# Bibliography", "Works behind the mechanisms. Sources of single numbers stand beside them.", table(["work", "used by"], rows)]
    )


def command_line_page() -> str:
    """The verbs, from the application itself."""
    from drawdown.cli import app

    text = app.generate_docs(output_format="markdown", heading_level=1, max_heading_level=4)
    return re.sub(r"\A# .*$", "# Command line", text.lstrip(), count=1, flags=re.MULTILINE)


def kind_of(schema: Schema) -> str:
    """The type of a JSON Schema node in a few words."""
    if schema == NUMBER.schema():
        return "[a number](#a-number)"
    if "const" in schema:
        return f"`{schema['const']}`"
    if "enum" in schema:
        return "one of " + ", ".join(f"`{value}`" for value in schema["enum"])
    for joined in ("anyOf", "oneOf"):
        if joined in schema:
            return " or ".join(dict.fromkeys(kind_of(part) for part in schema[joined]))
    if schema.get("type") == "array":
        inner = schema.get("items", {})
        return "list" if inner.get("type") == "object" and inner != NUMBER.schema() else f"list of {kind_of(inner)}"
    kinds = schema.get("type", "anything")
    # Where text is wanted, what YAML reads as a number or a truth value is taken as its text.
    kind = "string" if "string" in kinds else str(kinds)
    return str(schema.get("format", {"string": "text", "object": "mapping", "integer": "whole number"}.get(kind, kind)))


def field_rows(schema: Schema, path: str = "") -> Iterator[list[str]]:
    """A row for every field, those inside others by their path: `actors[].kind`."""
    required = set(schema.get("required", ()))
    inner = dict(schema.get("properties", {}))
    if isinstance(schema.get("additionalProperties"), dict):
        inner["*"] = schema["additionalProperties"]
    for name, field in inner.items():
        at = f"{path}.{name}" if path else name
        if name != "*" or kind_of(field) != "mapping":
            yield [f"`{at}`", kind_of(field), "yes" if name in required else "", field.get("description", "")]
        if field != NUMBER.schema():
            yield from field_rows(field, at)
            yield from field_rows(field.get("items", {}), f"{at}[]")


def fields_of(schema: Schema) -> str:
    """The fields of a document."""
    whole, start = (schema.get("items", {}), "[]") if schema.get("type") == "array" else (schema, "")
    return table(["field", "value", "required", "meaning"], field_rows(whole, start))


def columns_of(shapes: Mapping[str, Any]) -> str:
    """The columns of a table."""
    return table(
        ["column", "value", "meaning"], ([f"`{n}`", kind_of(s.schema()), s.schema().get("description", "")] for n, s in shapes.items())
    )


def scenario_page() -> str:
    """Files of a scenario folder, field by field, from the shapes that the reader itself uses."""
    from drawdown.scenario.grammar import FACILITY_ROW, PLACE_ROW, TABLE_ROW
    from drawdown.scenario.schema import DOCUMENTS, json_schemas

    parts = [
        "# Scenario files",
        "[The tutorial](tutorial.md) shows how they fit together, and [the architecture](architecture.md#scenario-folder) lists them."
        f" Propositions, the language of claims, are [told there]({heading_like('architecture.md', 'Propositions')}). "
        "In a path, `[]` stands for each item of a list and `*` for any name. The same schemas,"
        " for completion in an editor, are written by `drawdown.scenario.schema.write_schemas`.",
    ]
    for name, schema in json_schemas().items():
        _, file, title = DOCUMENTS[name]
        parts += [f"## {title}: {file}", fields_of(schema)]
    parts += ["## A number", str(NUMBER.schema()["description"]), fields_of(NUMBER.schema())]
    parts += [
        "## Tables: tables/VARIABLE.csv",
        "One column for each dimension of [the variable](variables.md), then:",
        columns_of(TABLE_ROW),
    ]
    parts += ["## Places: places.csv", fields_of(PLACE_ROW.schema()), "## Facilities: facilities.csv", fields_of(FACILITY_ROW.schema())]
    return "\n\n".join(parts)


def card_page(folder: Path) -> str:
    """A shipped scenario: its card, then its plans, claims and sources as the loader sees them."""
    from drawdown.scenario.load import load

    scenario = load(folder)
    card = scenario.card or f"# {scenario.title}"
    plans = table(["plan", "what it says"], ([p.title, p.sentence] for p in scenario.plans))
    claims = table(["", "claim", "quotation"], ([c.number, c.text, c.quotation] for c in sorted(scenario.claims, key=lambda c: c.number)))
    signs = table(
        ["paragraph", "quotation", "mechanism", "under it", "plan"],
        (
            [
                s.paragraph or "",
                s.quotation,
                f"[{s.mechanism}](mechanisms.md#{anchor(s.mechanism)})",
                f"{s.expected} `{s.term['quantity']}`" + (f" when `{s.moved}` is raised" if s.moved else ""),
                s.plan,
            ]
            for s in scenario.signs
        ),
    )
    rivals = table(
        ["question", "option", "weight"],
        (
            [h.question if o is h.options[0] else "", o.sentence, figure(o.weight.distribution.best)]
            for h in scenario.hypotheses
            for o in h.options
        ),
    )
    used = [s for _, s in sorted(scenario.sources.items())]
    sources = table(
        ["key", "source", "year", "licence"],
        ([f"`{s.key}`", f"{s.author}: {s.title}" if s.author else s.title, s.year or "", s.licence] for s in used),
    )
    signed = ["## What its sentences expect of mechanisms", signs] if scenario.signs else []
    return "\n\n".join([card, "## Plans", plans, "## Claims", claims, *signed, "## Rival explanations", rivals, "## Sources", sources])


def facts_page() -> str:
    """The sixty facts that the exam holds the simulator against."""
    from drawdown.exam.facts import MEASURES, OF_EXITS, load

    rows = []
    for one in load():
        error = "" if math.isnan(one.standard_error) else figure(one.standard_error)
        how = (MEASURES.get(one.measure) or OF_EXITS[one.measure]).__doc__ or ""
        rows.append((one.id, one.block, one.sentence, figure(one.value), error, one.n, how.split(" Raises")[0]))
    about = (
        "Chosen on 26 November 2026, before anything of the world process was fitted, out of 982 measured facts: how violence moves on "
        "(blocks a, a2), how wars end (b4, b5), what follows exits of foreign forces (c), months (d), falls that did not last (e). Data to "
        "August 2007 (UCDP; exits as coded by hand). D(t) is the deaths of the 12 months that end with month t; classes are of D(t), for "
        "falls of the peak. `drawdown exam` computes the same statistics of simulated futures; a fact counts as met inside their 90% band. "
        "What the exam is stands in [its page](exam.md)."
    )
    heads = ("", "block", "fact", "value", "s.e.", "n", "how it is measured")
    return f"# Sixty facts of the world's wars\n\n{about}\n\n{table(heads, rows)}\n"


def pages(repository: Path) -> dict[str, Callable[[], str]]:
    """File name of every generated page, and what writes it."""
    made: dict[str, Callable[[], str]] = {
        "order.md": order_page,
        "mechanisms.md": mechanisms_page,
        "parameters.md": parameters_page,
        "variables.md": variables_page,
        "scenario-files.md": scenario_page,
        "cli.md": command_line_page,
        "bibliography.md": bibliography_page,
        "facts.md": facts_page,
    }
    for file in sorted((repository / "scenarios").glob("*/scenario.yaml")):
        made[f"scenario-{file.parent.name}.md"] = partial(card_page, file.parent)
    return made
