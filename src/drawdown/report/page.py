"""One self-contained HTML page from a run folder: everything inlined, no request to any network."""

# ruff: noqa: E501 - a line of markup is easier to read whole
from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any

from drawdown.observe.level import NOTE, SHORT_NOTE
from drawdown.report import answer_section, endstates, sources_section, trust_section, why_section
from drawdown.report.answers import all_drivers
from drawdown.report.fitted import moved as moved_by_fit
from drawdown.report.markup import mark, text
from drawdown.report.numbers import numbers
from drawdown.report.payload import payload
from drawdown.report.run import Run, open_run
from drawdown.report.words import day, listed, plural
from drawdown.runs.disk import write_text

VENDORED = ("vega", "vega-lite", "vega-embed")
FEW_FUTURES = 100


def write_report(run_dir: Path, out: Path | None = None, tell: bool = True) -> Path:
    """Write the page of a run, beside the run as `report.html` unless `out` says where; returns its path.

    Without `tell`, chronicles that nobody has told yet are left out, which saves a minute.

    Raises StoreError where the folder holds no run, or the page cannot be written; it is written whole or not at all.
    """
    run = open_run(Path(run_dir))
    path = Path(out) if out is not None else run.folder / "report.html"
    if path.is_dir():
        path = path / "report.html"
    page = render(run, tell)
    write_text(path, page)
    return path


def render(run: Run, tell: bool = True) -> str:
    """The page as text."""
    from drawdown.report.chronicles import chronicles
    from drawdown.report.history import history

    told = chronicles(run, tell)
    past = history(run)
    known = numbers(run)
    trust = trust_section.read(run)
    moved = all_drivers(run, [c["id"] for c in run.scenario.get("claims", ())])
    moves = moved_by_fit(run)
    data = payload(run, known, moved, told, past)
    sections = [
        ("answer", "The answer", answer_section.section(run, moves)),
        ("map", "The map", _map(run)),
        ("fans", "Over time", _fans(run, past)),
        ("ends", "How it ends", _ends(run)),
        ("chronicles", "Chronicles", _chronicles(run, told)),
        ("why", "Why", why_section.section(run, known, moved)),
        ("trust", "How far to trust this", trust_section.section(run, trust, moves)),
        ("sources", "Sources", sources_section.section(run, known)),
    ]
    shown = [(ident, title, body) for ident, title, body in sections if body]
    scenario = run.scenario
    kicker = " · ".join(str(part) for part in ("Simulated futures", scenario.get("country"), _as_of(run)) if part)
    return Template(_asset("page.html")).substitute(
        version=text(version("drawdown")), title=text(scenario.get("title") or scenario.get("id", "A run")), question=text(scenario.get("question", "")),
        kicker=text(kicker), facts_line=_facts(run), banner=_banner(run), style=_asset("page.css"),
        navigation="".join(f'<li><a href="#{ident}">{text(title)}</a></li>' for ident, title, _ in shown),
        sections="\n".join(f'<section id="{ident}" aria-labelledby="{ident}-h"><h2 id="{ident}-h">{text(title)}</h2>{body}</section>' for ident, title, body in shown),
        script="\n".join(_asset(name).replace('"use strict";\n', "", 1) for name in ("data.js", "map.js", "page.js")), vega=_vega(),
        map_credit="Made with Natural Earth." if scenario.get("geojson") or run.store.has("scenario/places.geojson") else "", **data,
    )  # fmt: skip


def _asset(name: str) -> str:
    return (files("drawdown.report") / "assets" / name).read_text(encoding="utf-8")


def _vega() -> str:
    """Vega's three libraries, each after its licence, as the licence asks."""
    out = []
    for name in VENDORED:
        licence = _asset(f"vendor/LICENSE.{name}").replace("--", "- -")
        out.append(f"<!-- {name}\n{licence}\n-->\n<script>{_asset(f'vendor/{name}.min.js')}</script>")
    return "\n".join(out)


def _as_of(run: Run) -> str:
    as_of = run.scenario.get("as_of") or run.manifest.get("as_of")
    return f"as known on {as_of}" if as_of else ""


def _facts(run: Run) -> str:
    weeks = len(run.dates) or int(run.scenario.get("weeks", 0))
    parts = [f"From <b>{day(run.origin)}</b>", f"<b>{plural(weeks, 'week')}</b>", f"<b>{plural(len(run.plans), 'plan')}</b>",
             f"<b>{plural(run.futures, 'future')}</b> under {'it' if len(run.plans) == 1 else 'each'}"]  # fmt: skip
    return " · ".join(parts)


def _banner(run: Run) -> str:
    notes = []
    if not run.complete:
        notes.append(
            "This run is unfinished: what is shown comes from the part that is done, and will change. Run the same command again to resume it."
        )
    if 0 < run.futures < FEW_FUTURES:
        notes.append(
            f"Only {plural(run.futures, 'future')} under each plan: enough to see that it works, too few to answer with. Look at the errors, or run more."
        )
    if run.kept is None and run.complete:
        notes.append("The run kept no full futures, so there is no map, no fans, no end states here. Run with --keep sample to have them.")
    return "".join(f'<p class="notice" role="note">{text(note)}</p>' for note in notes)


def _segments(run: Run, name: str, legend: str, by_id: bool = False) -> str:
    labels = "".join(
        f'<label><input type="radio" name="{name}" value="{text(p.id) if by_id else i}"{" checked" if i == 0 else ""}>{mark(p, 12)}{text(p.name)}</label>'
        for i, p in enumerate(run.plans)
    )
    return f'<fieldset class="segments"><legend>{legend}</legend>{labels}</fieldset>'


def _map(run: Run) -> str:
    if run.kept is None or not run.places or not run.has("control"):
        return ""
    last = max(len(run.dates) - 1, 0)
    actors = "".join(f'<option value="{i}">{text(a.get("name") or a["id"])}</option>' for i, a in enumerate(run.actors.values()))
    return f"""<p>Each place has the colour of whoever rules it, with at least half of its residents, in more futures than anyone else does: often not in most. Hatched: a void.
Dotted: contested. The paler, the fewer futures agree; the share stands beside the map. Choose a place to see its futures{" under every plan" if len(run.plans) > 1 else ""}.</p>
<div class="controls">{_segments(run, "map-plan", "Plan")}</div>
<div class="controls"><label>Show <select id="map-layer"><option value="rule">Who rules</option><option value="deaths">Recorded deaths</option>
<option value="forces">Forces</option><option value="standing">Standing</option></select></label>
<label hidden>of <select id="map-actor">{actors}</select></label></div>
<div class="time"><button type="button" id="play" aria-label="Play the weeks">▶</button>
<input type="range" id="week" min="0" max="{last}" value="0" step="1" aria-label="Week"><output id="week-date" for="week">{text(run.dates[0]) if len(run.dates) else ""}</output></div>
<div class="map-grid"><div><svg id="drawing" role="group" aria-label="Map of {text(run.scenario.get("country") or run.scenario.get("title", ""))}; each place is a button">
<defs><pattern id="void" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="7" height="7" fill="var(--land)"/>
<line x1="0" y1="0" x2="0" y2="7" stroke="var(--hatch)" stroke-width="2.4"/></pattern>
<pattern id="contested" width="7" height="7" patternUnits="userSpaceOnUse"><rect width="7" height="7" fill="var(--land)"/><circle cx="2" cy="2" r="1.3" fill="var(--hatch)"/>
<circle cx="5.5" cy="5.5" r="1.3" fill="var(--hatch)"/></pattern></defs></svg><ul id="legend" aria-label="Legend"></ul></div>
<div class="card" aria-live="polite"><h3 id="place-name">Choose a place</h3><p class="small" id="place-when"></p><ul class="bars" id="place-bars"></ul><dl id="place-facts"></dl></div></div>
<div id="place-fans"></div>"""


def _fans(run: Run, past: Mapping[str, Any]) -> str:
    if run.kept is None:
        return ""
    pairs, switch = "", ""
    if any(record["after"] for record in past.values()):
        switch = ' <label hidden><input type="checkbox" id="fan-happened" autocomplete="off"> What happened (not known then)</label>'
    if len(run.plans) > 1:
        options = [
            "".join(
                f'<option value="{text(p.id)}"{" selected" if i == chosen else ""}>{text(p.name)}</option>' for i, p in enumerate(run.plans)
            )
            for chosen in _first_pair(run)
        ]
        pairs = f"""<h3>The difference between two plans</h3><p>The same futures, with the same luck, under both plans: what is left is the plan's doing. What is counted by week is added up from the origin.</p>
<p class="controls"><label><select id="difference-a" aria-label="First plan">{options[0]}</select></label> minus <label><select id="difference-b" aria-label="Second plan">{options[1]}</select></label></p>
<figure class="chart"><div id="difference-chart"></div><figcaption id="difference-said"></figcaption></figure>"""
    return f"""<p>Line: the median of the futures. Dark band: the middle half. Pale band: nine in ten.</p><p class="small">{text(NOTE)}</p>
<p class="controls"><label>Series <select id="fan-topic"></select></label>{switch}</p>
<figure class="chart"><div id="fan-chart"></div><figcaption><span id="fan-said"></span> <span id="fan-history"></span></figcaption></figure>{pairs}"""


def _first_pair(run: Run) -> tuple[int, int]:
    """The pair that a claim compares, if one does; else the first two plans."""
    from drawdown.report.answers import compared_plans

    ids = [p.id for p in run.plans]
    for claim in run.scenario.get("claims", ()):
        named = [ids.index(p) for p in compared_plans(claim) if p in ids]
        if len(named) >= 2:
            return named[0], named[1]
    return 0, 1


def _ends(run: Run) -> str:
    found = endstates.aspects(run)
    if not found:
        return ""
    labels = "".join(
        f'<label><input type="radio" name="aspect" value="{a}"{" checked" if i == 0 else ""}>{text(endstates.ASPECTS[a])}</label>'
        for i, a in enumerate(found)
    )
    return f"""<p>Each bar is the futures under a plan at the end of a year; ribbons follow the same futures from one year to the next.</p>
<div class="controls"><fieldset class="segments"><legend>Show</legend>{labels}</fieldset></div>
<figure class="chart"><div id="end-chart"></div><figcaption id="end-note" hidden>{text(SHORT_NOTE)}</figcaption></figure><div class="scroll" id="end-table" tabindex="0" role="group" aria-label="End states in the last year"></div>"""


def _chronicles(run: Run, told: Mapping[str, Any]) -> str:
    if not told.get("chronicles"):
        why = told.get("why")
        return f'<p class="notice">{text(why)}</p>' if why else ""
    plans = {c["plan"] for c in told["chronicles"]}
    chosen = [p for p in run.plans if p.id in plans]
    which = (
        _segments(run, "chronicle-plan", "Plan", by_id=True)
        if len(chosen) > 1
        else '<span class="small">' + text(listed([p.name for p in chosen])) + "</span>"
    )
    return f"""<p>A few futures told in full, chosen so that together they span the ensemble: each is the middle one of a group of futures like it, and stands for that share.
None of them is a forecast. {text(SHORT_NOTE)}</p><div class="controls">{which}</div><ul class="medoids" id="medoids" aria-label="Futures told"></ul><div id="chronicle" aria-live="polite"></div>"""


__all__ = ["render", "write_report"]
