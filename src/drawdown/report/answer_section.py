"""The top of the page: plans in a sentence each, the scale of words, and the claims as a table with dot plots."""

# ruff: noqa: E501 - a line of markup is easier to read whole
from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from drawdown.claims.answers import Answer
from drawdown.claims.decided import CANNOT, answerable, answered, why_not
from drawdown.claims.measured import measured
from drawdown.observe.level import SHORT_NOTE
from drawdown.report import answers as asked
from drawdown.report import fitted as learned
from drawdown.report.markup import cited, mark, shape, table, text
from drawdown.report.run import PlanView, Run
from drawdown.report.words import SCALE, SCALE_SOURCE, in_words, listed, number, percent, plural, points, signed

PLOT_WIDTH, ROW, PAD = 250, 11, 6
SURE = 0.8  # "very likely" begins here
LARGE = 0.15  # a difference between plans worth the first screen
MOST_SHOWN = 4
DECIDED = 0.5  # share of futures that must decide a claim before it is told as decided


def section(run: Run, moves: Sequence[learned.Moved]) -> str:
    """The whole section as HTML; `moves`: claims at the weights that were declared before a fit."""
    found = asked.answers(run)
    claims = list(run.scenario.get("claims", ()))
    parts = [_in_short(run, claims, found), _fitted(run, claims, moves), _plans(run)]
    if not claims:
        parts.append("<p>This scenario states no claims, so there is nothing to answer; the futures themselves are below.</p>")
    elif not found:
        parts.append(
            "<p class=notice>No claim has been evaluated in this run folder yet. Resume the run; the answers appear when its first batch is done.</p>"
        )
    else:
        parts += [_table(run, claims, found), _scale()]
    return "".join(parts)


def _fitted(run: Run, claims: list[Mapping[str, Any]], moves: Sequence[learned.Moved]) -> str:
    """That parameters were fitted, and what hangs on it: beside the answer, since the answer hangs on it."""
    fit = learned.fitted(run)
    if fit is None:
        return ""
    names = {p.id: p.name for p in run.plans}
    texts = {c["id"]: (c.get("number", ""), c.get("text", c["id"])) for c in claims}
    data = f" ({text(fit.data)})" if fit.data else ""
    said = [f"<b>Fitted to data.</b> {text(fit.subject)} to {text(fit.to_what)}{data}."]
    shifted = [q for q in fit.questions if q.moved]
    for question in shifted:
        also = "also " if fit.numbers else ""
        said.append(
            f"That {also}moved the weights of the rival explanations of <i>{text(question.id)}</i>: {text(learned.weights_in_words(question))}."
        )
    hang = learned.strongest(moves) if shifted else []
    for one in hang[:1]:
        number_, words = texts[one.claim]
        said.append(
            f"Answers hang on these weights: with those declared, claim {text(number_)}, <q>{text(str(words).rstrip('.'))}</q>, would be {percent(one.declared)} "
            f"instead of {percent(one.fitted)} under <i>{text(names[one.plan])}</i>."
        )
    if shifted:
        said.append("One fit does not settle them; another may move them elsewhere.")
    return f'<p class="notice fitted" role="note">{" ".join(said)} <a href="#fitted">What was fitted, and what it changes</a></p>'


def _plans(run: Run) -> str:
    items = "".join(
        f"<li>{mark(p, 18)}<div><strong>{text(p.name)}</strong><span>{text(_full(p))}{text(p.sentence)}</span></div></li>"
        for p in run.plans
    )
    return f'<h3 id="plans-title">{"The plan" if len(run.plans) == 1 else "The plans"}</h3><ul class="plans" aria-labelledby="plans-title">{items}</ul>'


def _full(plan: PlanView) -> str:
    return f"{plan.title}. " if plan.title != plan.name else ""


def _in_short(run: Run, claims: list[Mapping[str, Any]], found: Mapping[tuple[str, str], Answer]) -> str:
    """What an adviser needs first: what holds whatever is done, what does not, and where the plan matters."""
    ids = [p.id for p in run.plans]
    names = {p.id: p.name for p in run.plans}
    always, never, matters = [], [], []
    for claim in claims:
        here = [found[claim["id"], plan] for plan in ids if (claim["id"], plan) in found]
        if not here or any(a.known < DECIDED * (a.known + a.unknown) or not answered(a) for a in here):
            continue
        low, high = (pick(here, key=lambda a: a.probability) for pick in (min, max))
        said = f"{text(claim['text'])} <span class=small>{_span(low.probability, high.probability)}</span>"
        if low.probability >= SURE:
            always.append((-low.probability, said))
        elif high.probability <= 1 - SURE:
            never.append((high.probability, said))
        if high.probability - low.probability >= LARGE:
            apart = f"{percent(low.probability)} under <i>{text(names[low.plan])}</i>, {percent(high.probability)} under <i>{text(names[high.plan])}</i>"
            matters.append((low.probability - high.probability, f"{text(claim['text'])} <span class=small>{apart}</span>"))
    groups = [("Very likely, whatever is done" if len(ids) > 1 else "Very likely", always), ("Very unlikely, whatever is done" if len(ids) > 1 else "Very unlikely", never),
              ("Where the plan matters most", matters)]  # fmt: skip
    out = ""
    for title, items in groups:
        shown = [said for _, said in sorted(items)[:MOST_SHOWN]]
        more = f"<li class=small>and {len(items) - MOST_SHOWN} more in the table</li>" if len(items) > MOST_SHOWN else ""
        if shown:
            out += f"<div><h4>{title}</h4><ul>{''.join(f'<li>{said}</li>' for said in shown)}{more}</ul></div>"
    return f'<h3>In short</h3><div class="short">{out}</div>' if out else ""


def _span(low: float, high: float) -> str:
    return percent(low) if percent(low) == percent(high) else f"{percent(low)} to {percent(high)}"


def _scale() -> str:
    steps = "".join(
        f'<li style="flex-grow:{step.high - step.low:.2f}"><b>{text(step.words)}</b><span>{step.low * 100:.0f}–{step.high * 100:.0f}%</span></li>'
        for step in SCALE
    )
    return (
        f'<details class="scale"><summary>How probabilities are put in words</summary><ol>{steps}</ol><p class="small">{text(SCALE_SOURCE)}; the directive '
        "names no words below 1% or above 99%, which take the nearest here. The words describe how many simulated futures show a thing. "
        "How far the simulation itself can be trusted is a separate question, answered <a href='#trust'>below</a>.</p></details>"
    )


def _table(run: Run, claims: list[Mapping[str, Any]], found: Mapping[tuple[str, str], Answer]) -> str:
    rows = "".join(_row(run, claim, found, index) for index, claim in enumerate(claims))
    axis = _axis()
    return f"""<h3 id="claims-title">The claims</h3>
<p class="small">Each mark is one plan; its line spans 95% of the Monte Carlo error. Open a claim for its numbers, what moves it and its exact definition. {text(SHORT_NOTE)}</p>
<div class="scroll claims" tabindex="0" role="group" aria-labelledby="claims-title"><table class="claims">
<thead><tr><th scope="col">Claim</th><th scope="col" class="plot"><span class="vh">Probability</span>{axis}</th><th scope="col">In words</th><th scope="col">What happened</th></tr></thead>
<tbody>{rows}</tbody></table></div>"""


def _axis() -> str:
    ticks = "".join(f'<text x="{_x(v):.1f}" y="10" text-anchor="middle">{v * 100:.0f}%</text>' for v in (0, 0.5, 1))
    return f'<svg class="axis" width="{PLOT_WIDTH}" height="13" viewBox="0 0 {PLOT_WIDTH} 13" aria-hidden="true">{ticks}</svg>'


def _x(value: float) -> float:
    return 14 + value * (PLOT_WIDTH - 28)


def _row(run: Run, claim: Mapping[str, Any], found: Mapping[tuple[str, str], Answer], index: int) -> str:
    here = [(run_plan, found[claim["id"], run_plan.id]) for run_plan in run.plans if (claim["id"], run_plan.id) in found]
    compared = [a for (c, plan), a in found.items() if c == claim["id"] and plan not in {p.id for p in run.plans}]
    said = str(claim.get("happened") or "Not known, or not yet")
    happened = text(said[:1].upper() + said[1:])
    when = f' <span class="small">{text(claim["happened_when"])}</span>' if claim.get("happened_when") else ""
    source = f'<span class="small source">{cited(str(claim["happened_source"]))}</span>' if claim.get("happened_source") else ""
    quotation = f"<q>{text(claim['quotation'])}</q>" if claim.get("quotation") else ""
    label = f"{claim.get('number', index + 1)}"
    if not here and not compared:
        plot, words = "", "<span class=small>" + text(_why_silent(run, claim)) + "</span>"
    else:
        plot, words = _plot(run, here, compared), _words(run, here, compared)
    ident = f"claim-{index}"
    return (
        f'<tr class="claim" id="row-{ident}"><th scope="row"><button type="button" aria-expanded="false" aria-controls="{ident}">'
        f'<span class="n">{text(label)}</span><span class="t">{text(claim.get("text", claim["id"]))}</span></button>{quotation}</th>'
        f'<td class="plot">{plot}</td><td class="words">{words}</td><td class="happened">{happened}{when}{source}</td></tr>'
        f'<tr class="detail" id="{ident}" hidden><td colspan="4">{_detail(run, claim, here, compared)}</td></tr>'
    )


def _why_silent(run: Run, claim: Mapping[str, Any]) -> str:
    wanted = asked.compared_plans(claim)
    absent = [p for p in wanted if p not in {plan.id for plan in run.plans}]
    if absent:
        return "Compares plans that this run does not have: " + ", ".join(absent)
    return "Not evaluated in this run."


def _plot(run: Run, here: list[tuple[PlanView, Answer]], compared: list[Answer]) -> str:
    count = len(here) + len(compared)
    height = count * ROW + 2 * PAD
    lines = "".join(
        f'<line class="{"mid" if v == 0.5 else "grid"}" x1="{_x(v):.1f}" x2="{_x(v):.1f}" y1="0" y2="{height}"/>'
        for v in (0, 0.25, 0.5, 0.75, 1)
    )
    lines += "".join(
        f'<text class="tick" x="{_x(v):.1f}" y="{height + 10}" text-anchor="middle">{v * 100:.0f}%</text>' for v in (0, 0.5, 1)
    )
    said, drawn = [], []
    neutral = PlanView("", "", "", "", "#5B5B5B", "#B5B5B5", "ring")
    for index, (plan, a) in enumerate([*here, *((neutral, a) for a in compared)]):
        if math.isnan(a.probability) or a.chance is not None or not answered(a):
            continue  # a distance is no probability, and three futures are no answer
        y = PAD + ROW * (index + 0.5)
        drawn.append(
            f'<g style="--c:{plan.colour};--d:{plan.dark}"><line class="whisker" x1="{_x(a.low):.1f}" x2="{_x(a.high):.1f}" y1="{y:.1f}" y2="{y:.1f}"/>'
            f"{shape(plan.shape, _x(a.probability), y, 4.4)}</g>"
        )
        said.append(f"{plan.name or _pair_title(run, a.plan)} {percent(a.probability)}")
    if not drawn:
        return ""
    return f'<svg width="{PLOT_WIDTH}" height="{height}" viewBox="0 0 {PLOT_WIDTH} {height}" role="img" aria-label="{text("; ".join(said))}">{lines}{"".join(drawn)}</svg>'


def _pair_title(run: Run, label: str) -> str:
    titles = {p.id: p.name for p in run.plans}
    return " minus ".join(titles.get(part, part) for part in label.split(" minus "))


def _words(run: Run, here: list[tuple[PlanView, Answer]], compared: list[Answer]) -> str:
    out = []
    known = [(plan, a) for plan, a in here if answered(a)]
    few = [(plan, a) for plan, a in here if not answered(a)]
    if known:
        low = min(known, key=lambda item: item[1].probability)
        high = max(known, key=lambda item: item[1].probability)
        if in_words(low[1].probability) == in_words(high[1].probability):
            which = (
                f" under {text(known[0][0].name)}"
                if few and len(known) == 1
                else ""
                if len(known) == 1
                else " under the others"
                if few
                else " under every plan"
            )
            span = _span(low[1].probability, high[1].probability)
            out.append(f"<b>{in_words(low[1].probability).capitalize()}</b>{which} <span class=small>({span})</span>")
        else:
            out.append(
                f"<b>{in_words(low[1].probability).capitalize()}</b> <span class=small>({percent(low[1].probability)}, {text(low[0].name)})</span> to "
                f"<b>{in_words(high[1].probability)}</b> <span class=small>({percent(high[1].probability)}, {text(high[0].name)})</span>"
            )
        rarely = [f"{text(plan.name)} {a.known:,}" for plan, a in known if a.known < DECIDED * (a.known + a.unknown)]
        if rarely:
            total = known[0][1].known + known[0][1].unknown
            out.append(f"<span class=small>Decided in few of {total:,} futures, and told of those only: {', '.join(rarely)}</span>")
    if few:
        under = f" under {text(listed([plan.name for plan, _ in few]))}" if known else ""
        out.append(_cannot([a for _, a in few], under))
    out += [_compared(run, a) for a in compared]
    return "<br>".join(out)


def _cannot(few: list[Answer], under: str = "") -> str:
    """`**Cannot be answered** under Stay: it hardly ever comes to that (...)`."""
    return f"<b>{CANNOT.capitalize()}</b>{under}: {text(why_not([a.known for a in few], few[0].known + few[0].unknown))}"


def _compared(run: Run, a: Answer) -> str:
    """What a claim that compares plans found: a distance of end states beside its threshold, or a share of futures and the mean difference."""
    pair = text(_pair_title(run, a.plan))
    if a.chance is not None:
        found = measured(a)
        words = text(found.words).replace(text(found.value), f"<b>{text(found.value)}</b>", 1)
        return f"{words} <span class=small>(how far apart end states are, 0 to 1; {pair}; one measurement on all futures)</span>"
    if not answered(a):
        return f"{_cannot([a])} <span class=small>({pair})</span>"
    mean = "" if a.value is None else f": mean difference {_signed_with_error(a.value, a.value_error)}"
    return f"<b>{in_words(a.probability).capitalize()}</b> <span class=small>({percent(a.probability)} of futures; {pair}{mean})</span>"


def _signed_with_error(value: float, error: float | None) -> str:
    return signed(value) if error is None or math.isnan(error) else f"{signed(value)} ± {number(error)}"


def _row_of_detail(a: Answer) -> list[str]:
    """Probability, its error and words; futures that decide the claim, others, and the median margin."""
    counts = [f"{a.known:,}", f"{a.unknown:,}", number(a.margin)]
    if not answered(a):
        return ["–", "", CANNOT, *counts]
    return [percent(a.probability), f"± {a.error * 100:.1f} points", text(in_words(a.probability)), *counts]


def _detail(run: Run, claim: Mapping[str, Any], here: list[tuple[PlanView, Answer]], compared: list[Answer]) -> str:
    rows = [[mark(plan) + " " + text(plan.name), *_row_of_detail(a)] for plan, a in here]
    rows += [[text(_pair_title(run, a.plan)), *_row_of_detail(a)] for a in compared if a.chance is None]
    head = ["Plan", "Probability", "Monte Carlo error", "In words", "Futures", "Unknown", "Median margin"]
    out = [table(head, rows, f"Answers to claim {claim.get('number', '')}", (1, 2, 4, 5, 6))] if rows else []
    titles = {p.id: p.name for p in run.plans}
    done = {plan.id: a.known + a.unknown for plan, a in here}  # of an unfinished run, fewer than it was asked for
    gaps = [
        [f"{text(titles[d.a])} minus {text(titles[d.b])}", f"<b>{points(d.difference)}</b>" if enough else "too few pairs",
         f"± {d.error * 100:.1f}" if enough and not math.isnan(d.error) else "", f"{d.pairs:,}"]
        for d in asked.differences(run, claim["id"]) for enough in [answerable(d.pairs, min(done[d.a], done[d.b]))]
    ]  # fmt: skip
    if gaps:
        out.append("<details><summary>Paired differences between plans, on the same futures</summary>"
                   + table(["Plans", "Difference", "Standard error", "Pairs"], gaps, "Paired differences, where both plans decide the claim", (1, 2, 3)) + "</details>")  # fmt: skip
    out.append(f'<div class="drivers-here" data-claim="{text(claim["id"])}"></div>')
    definition = text(json.dumps(claim.get("proposition", {}), indent=1, default=str, ensure_ascii=False))
    where = f", paragraph {claim['paragraph']}" if claim.get("paragraph") else ""
    out.append(f"<details><summary>Exact definition{text(where)}</summary><pre>{definition}</pre></details>")
    unknown = sum(a.unknown for _, a in here) + sum(a.unknown for a in compared)
    if unknown:
        out.append(
            f'<p class="small">{plural(unknown, "outcome")} unknown: what the claim waits for did not come, or the run or the future ended first. They count neither way.</p>'
        )
    return "".join(out)
