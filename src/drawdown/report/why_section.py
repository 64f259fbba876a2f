"""Why: how much rests on assumption, which numbers and hypotheses move each claim, and what each mechanism does."""

# ruff: noqa: E501 - a line of markup is easier to read whole
from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

from drawdown.report import answers as asked
from drawdown.report.markup import table, text
from drawdown.report.numbers import StatedNumber, grade_counts
from drawdown.report.run import Run
from drawdown.report.words import number, percent, plural, signed

EFFECT = {"mechanism", "quantity", "with_it", "without", "effect", "error"}
GRADES = {"A": "measured here", "B": "measured elsewhere", "C": "judged by experts", "D": "assumed"}


def section(run: Run, numbers: list[StatedNumber], drivers: Mapping[str, list[asked.Driver]]) -> str:
    """The whole section as HTML."""
    return _grades(run, numbers) + _moved(run, drivers) + _ablation(run)


def _grades(run: Run, numbers: list[StatedNumber]) -> str:
    own = [n for n in numbers if n.of == "scenario"]
    counts = grade_counts(own)
    total = sum(counts.values())
    if not total:
        return ""
    bars = "".join(
        f'<li class="g{text(g)}" style="flex-grow:{n}"><b>{text(g)}</b><span>{text(GRADES.get(g, "ungraded"))}: {n:,}</span></li>'
        for g, n in counts.items()
    )
    share = counts.get("D", 0) / total
    defaults = grade_counts([n for n in numbers if n.of == "model"])
    more = ""
    if defaults:
        every = sum(defaults.values())
        more = (
            f" Beside them stand {plural(every, 'default')} of mechanisms that nothing replaces, {defaults.get('D', 0):,} of them assumed."
        )
    return (
        f"<h3>What it rests on</h3><p>The scenario states {total:,} numbers. <b>{percent(share)}</b> of them ({counts.get('D', 0):,}) are assumed (grade D), "
        f'each with its reason in the <a href="#every-number">list below</a>.{more}</p><ol class="grades">{bars}</ol>'
    )


def _moved(run: Run, drivers: Mapping[str, list[asked.Driver]]) -> str:
    rows = []
    for claim in run.scenario.get("claims", ()):
        found = drivers.get(claim["id"], [])
        if not found:
            rows.append([_claim(claim), asked.unmoved(run, claim["id"]), "", ""])
            continue
        first = found[0]
        on = asked.resting_on(found)
        explained = sum(d.share for d in found)
        rows.append([_claim(claim), f"<code>{text(first.name)}</code> <span class=small>{percent(first.low)} to {percent(first.high)}</span>",
                     f"{percent(min(explained, 1.0))}", f"{percent(on.get('D', 0.0))}"])  # fmt: skip
    if not rows:
        return ""
    options = "".join(
        f'<option value="{text(c["id"])}">{text(c.get("number", ""))}. {text(c.get("text", c["id"]))}</option>'
        for c in run.scenario["claims"]
    )
    head = ["Claim", "What moves it most", "Explained by what is listed", "Of that, on grade D"]
    return (
        "<h3>What moves each claim</h3><p>Every future draws its own value of every uncertain number. So the draws themselves show which numbers, and which "
        "rival explanations, change the answer: compare futures with a low and with a high value. Only what stands out beyond the chance of so many "
        "comparisons is listed; associations of single numbers, not interactions. A number that a hypothesis sets is compared within its options; what lies "
        "between them counts as the hypothesis.</p>"
        f'<p class="controls"><label>Claim <select id="why-claim">{options}</select></label></p>'
        '<div id="why-chart" class="dumbbells" aria-live="polite"></div>'
        f"<details><summary>All claims in one table</summary>{table(head, rows, 'What moves each claim, and how much of that rests on assumption', (2, 3))}</details>"
    )


def _effects(rows: list[dict[Hashable, Any]]) -> str:
    """The table that `drawdown ablate` writes."""
    cells = []
    for row in rows:
        errors = row["effect"] / row["error"] if row["error"] else 0.0
        expected = int(row.get("expected") or 0)
        said = "" if not expected else "unclear" if abs(errors) < 2 else "yes" if errors * expected > 0 else "no"
        quotation = f"<br><span class=small>{text(row['quotation'])}</span>" if row.get("quotation") else ""
        cells.append([f"<b>{text(row['mechanism'])}</b>{quotation}", f"{text(row['quantity'])} <span class=small>{text(row.get('unit', ''))}</span>",
                      number(row["with_it"]), number(row["without"]), f"{signed(row['effect'])} ± {number(row['error'])}", said])  # fmt: skip
    head = ["Mechanism", "Quantity, mean over all weeks", "With it", "Without", "It adds", "As its sentence says"]
    return "<h3>Each mechanism switched off</h3>" + table(
        head, cells, "Effect of each mechanism, paired on the same futures; ± one standard error", (2, 3, 4)
    )


def _claim(claim: object) -> str:
    assert isinstance(claim, dict)
    return f"{text(claim.get('number', ''))}. {text(claim.get('text', claim['id']))}"


def _ablation(run: Run) -> str:
    found = run.ablation
    if found is None:
        return '<h3>Each mechanism switched off</h3><p class="small">Not run. <code>drawdown ablate</code> adds a row for each mechanism here.</p>'
    if EFFECT.issubset(found.columns):
        return _effects(found.to_dict("records"))
    columns = [str(c) for c in found.columns]
    numeric = tuple(i for i, c in enumerate(columns) if found[c].dtype.kind in "fi")
    rows = [[number(float(v)) if i in numeric else text(v) for i, v in enumerate(row)] for row in found.itertuples(index=False)]
    names = [text(c.replace("_", " ").capitalize()) for c in columns]
    return "<h3>Each mechanism switched off</h3>" + table(names, rows, "Effect of each mechanism, paired on the same futures", numeric)
