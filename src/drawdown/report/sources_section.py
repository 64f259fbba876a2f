"""Sources: every number, the works cited, the scenario's limits, and how to make this page again."""

# ruff: noqa: E501 - a line of markup is easier to read whole
from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Any

from drawdown.report.fitted import fitted
from drawdown.report.markup import definition, link, prose, text
from drawdown.report.numbers import FITTED, SET_BY, StatedNumber, stated
from drawdown.report.run import Run
from drawdown.report.words import listed, plural
from drawdown.scenario.shares import SUMS


def section(run: Run, numbers: list[StatedNumber]) -> str:
    """The whole section as HTML; the rows of the table of numbers are put in by the page's script."""
    cited = "".join(_source(s) for s in run.scenario.get("sources", {}).values())
    card = run.scenario.get("card") or _card(run)
    limits = (
        f'<h3 id="limits">Scope and limits, as the scenario states them</h3><div class="card-text">{prose(str(card), 4)}</div>'
        if card
        else ""
    )
    return f"""<h3 id="every-number">Every number</h3>{_about(run, numbers)}
<p class="controls"><label>Search {len(numbers):,} rows <input type="search" id="number-search" placeholder="mehdi, fitted, hypothesis, grade D ..." autocomplete="off"></label>
<output id="number-count" for="number-search"></output></p>
<p class="on-paper small">The table is left out of print: {len(numbers):,} rows. It is in the page itself.</p>
<div class="scroll tall" tabindex="0" role="group" aria-label="Every number"><table id="numbers"><thead><tr><th scope="col">Number</th><th scope="col" class="num">Stated: best</th>
<th scope="col" class="num">5% to 95%</th><th scope="col" class="num">Drawn: 5 · 50 · 95%</th><th scope="col">Unit</th><th scope="col">Grade</th><th scope="col">Source and note</th></tr></thead><tbody></tbody></table></div>
<h3>Works cited</h3><ul class="cited">{cited or "<li>The scenario cites none.</li>"}</ul>
{limits}
<h3>How to make this page again</h3><pre class="command"><code>{text(commands(run))}</code></pre>
<details><summary>Manifest of the run</summary>{_manifest(run)}</details>"""


def _about(run: Run, numbers: list[StatedNumber]) -> str:
    """How the rows are counted, and why what was drawn may not be what was stated."""
    defaults, filled = (sum(n.of == of for n in numbers) for of in ("model", "loader"))
    parts = [f"{plural(stated(run), 'number')} that the scenario states, as <code>drawdown check</code> counts them"]
    if defaults:
        parts.append(f"{plural(defaults, 'default')} of mechanisms that nothing replaces")
    if filled:
        parts.append(f"{filled:,} that the loader filled in")
    together = [s.variable for s in SUMS if s.variable in run.resolved.tables]
    fit = fitted(run)
    by_fit, by_hypothesis = (sum(n.reason == reason for n in numbers) for reason in (FITTED, SET_BY))
    same = ", the same under every plan" if len(run.plans) > 1 else ""
    said = [f"{listed(parts)}."]
    said.append(
        f"<i>Stated</i> is what stands in the files; <i>drawn</i> is what the {plural(run.futures, 'future')} of this run drew{same}; both to three figures."
    )
    if by_hypothesis:
        verb = "is" if by_hypothesis == 1 else "are"
        said.append(
            f"{by_hypothesis:,} {verb} set by a hypothesis: each option has its own row, drawn in the futures that have that option."
        )
    if fit is not None and by_fit:
        was = "was" if by_fit == 1 else "were"
        said.append(f'{by_fit:,} {was} fitted to {text(fit.to_what)} and drawn from what was learned (<a href="#fitted">more</a>).')
    if together:
        codes = listed([f"<code>{text(name)}</code>" for name in together])
        said.append(f"Shares of one whole ({codes}) are drawn together, so that they sum to what they must: their ranges come out shifted.")
    warning = (
        '<p class="notice">This run was made by another version of the mechanisms. Their defaults are listed as this version has them; what was drawn is the run\'s own.</p>'
        if defaults and run.of_another_model
        else ""
    )
    return f"<p>{' '.join(said)}</p>{warning}"


def commands(run: Run) -> str:
    """The commands that make the run and this page again; the same numbers come out, bit for bit, on the same versions."""
    m = run.manifest
    # The manifest names the scenario; a scenario that lay elsewhere is in the run folder itself.
    parts = ["drawdown", "run", m["scenario"]]
    for plan in run.store.plans:
        parts += ["--plan", plan]
    parts += ["--futures", str(m["futures"]), "--seed", str(m["seed"])]
    for patch in m["patches"]:
        parts += ["--patch", patch]
    if m["as_of"]:
        parts += ["--as-of", m["as_of"]]
    return shlex.join([*parts, "--out", "RUN"]) + " && drawdown report RUN"


def _manifest(run: Run) -> str:
    flat = {str(k): _short(v) for k, v in run.manifest.items() if k != "files"}
    files = run.store.files.values()
    if files:
        size = f"{plural(len(files), 'file')}, {plural(sum(file.size for file in files), 'byte')}"
        flat["files"] = f"{size}; each with its sum: a command checks those that it reads, drawdown verify all of them"
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
