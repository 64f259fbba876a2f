"""Sources: every number, the works cited, the scenario's limits, and how to make this page again."""

# ruff: noqa: E501 - a line of markup is easier to read whole
from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Any

from drawdown.report.markup import definition, link, prose, text
from drawdown.report.numbers import Listed
from drawdown.report.run import Run, plan_ids


def section(run: Run, numbers: list[Listed]) -> str:
    """The whole section as HTML; the rows of the table of numbers are put in by the page's script."""
    cited = "".join(_source(s) for s in run.scenario.get("sources", {}).values())
    card = run.scenario.get("card") or _card(run)
    limits = (
        f'<h3 id="limits">Scope and limits, as the scenario states them</h3><div class="card-text">{prose(str(card), 4)}</div>'
        if card
        else ""
    )
    return f"""<h3>Every number</h3>
<p class="controls"><label>Search {len(numbers):,} numbers <input type="search" id="number-search" placeholder="mehdi, desertion, grade D ..." autocomplete="off"></label>
<output id="number-count" for="number-search"></output></p>
<p class="on-paper small">The table is left out of print: {len(numbers):,} rows. It is in the page itself.</p>
<div class="scroll tall" tabindex="0" role="group" aria-label="Every number"><table id="numbers"><thead><tr><th scope="col">Number</th><th scope="col" class="num">Best</th>
<th scope="col" class="num">5% to 95%</th><th scope="col">Unit</th><th scope="col">Grade</th><th scope="col">Source and note</th></tr></thead><tbody></tbody></table></div>
<h3>Works cited</h3><ul class="cited">{cited or "<li>The scenario cites none.</li>"}</ul>
{limits}
<h3>How to make this page again</h3><pre class="command"><code>{text(commands(run))}</code></pre>
<details><summary>Manifest of the run</summary>{_manifest(run)}</details>"""


def commands(run: Run) -> str:
    """The commands that make the run and this page again; the same numbers come out, bit for bit, on the same versions."""
    m = run.manifest
    # The manifest names the scenario; a scenario that lay elsewhere is in the run folder itself.
    parts = ["drawdown", "run", str(m.get("scenario", run.scenario.get("id", "")))]
    for plan in plan_ids(m):
        parts += ["--plan", plan]
    for option in ("futures", "seed"):
        if m.get(option) is not None:
            parts += [f"--{option}", str(m[option])]
    for patch in m.get("patches") or ():
        parts += ["--patch", str(patch)]
    if m.get("as_of"):
        parts += ["--as-of", str(m["as_of"])]
    return shlex.join([*parts, "--out", "RUN"]) + " && drawdown report RUN"


def _manifest(run: Run) -> str:
    flat = {str(k): _short(v) for k, v in run.manifest.items() if k != "files"}
    files = run.store.files.values()
    flat["files"] = f"{len(files):,} files, {sum(file.size for file in files):,} bytes; each with its sum, which every command checks"
    return definition(flat)


def _short(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{k} {v}" for k, v in value.items())
    if isinstance(value, list):
        return ", ".join(str(v) for v in value) or "none"
    return str(value)


def _source(source: Mapping[str, Any]) -> str:
    head = ", ".join(str(part) for part in (source.get("author"), source.get("year")) if part)
    title = str(source.get("title") or source.get("key"))
    licence = f' <span class="small">{text(source["licence"])}</span>' if source.get("licence") else ""
    return f"<li>{text(head)}{': ' if head else ''}{link(str(source.get('url') or ''), title)}{licence}</li>"


def _card(run: Run) -> str:
    return run.text("scenario/CARD.md")
