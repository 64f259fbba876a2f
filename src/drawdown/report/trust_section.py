"""How far to trust the page: scores beside baselines, reliability, what the model gets wrong, real exits as the outside view."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from drawdown.report.markup import table, text
from drawdown.report.run import Run
from drawdown.report.words import number, percent, plural


def read(run: Run) -> Mapping[str, Any]:
    """`trust.json` of the run folder, or of the scenario in it; empty when there is none or it is not readable."""
    for path in (run.folder / "trust.json", run.folder / "scenario" / "trust.json"):
        if path.is_file():
            try:
                data = json.loads(path.read_text(encoding="utf-8"))
            except (json.JSONDecodeError, UnicodeDecodeError):
                return {"note": f"{path.name} is there but is not readable JSON."}
            return data if isinstance(data, dict) else {}
    return {}


def section(run: Run, trust: Mapping[str, Any]) -> str:
    """The whole section as HTML: general limits always, the rest as far as the run knows it."""
    out = [_sampling(run)]
    if not trust:
        out.append(
            '<p class="notice">This run carries no scores against history. Until it does, read every probability as what follows '
            "<em>if</em> the stated mechanisms and numbers hold, not as a forecast with a known record. "
            "<code>drawdown backtest</code> makes the scores; <code>drawdown exits</code> the comparison with real exits.</p>"
        )
        return "".join(out)
    if trust.get("note"):
        out.append(f"<p>{text(trust['note'])}</p>")
    out += [_scores(trust), _reliability(trust), _wrong(trust), _reference(trust)]
    return "".join(out)


def _sampling(run: Run) -> str:
    parts = [f"Probabilities come from {plural(run.futures, 'future')} under each plan"]
    if run.kept_futures:
        parts.append(f"fans, map and end states from the {plural(run.kept_futures, 'future')} that the run kept in full")
    words = "; ".join(parts) + "."
    few = ""
    if 0 < run.kept_futures < 100:
        few = " With so few, the outer 90% bands are rough."
    return f"<p>{words}{few} The errors printed beside probabilities are those of drawing futures only; they say nothing about errors in the model.</p>"


def _scores(trust: Mapping[str, Any]) -> str:
    rows = trust.get("scores") or []
    if not rows:
        return ""
    body = [
        [text(r.get("lead", "")), _number(r.get("model")), text(r.get("baseline", "")), _number(r.get("baseline_score")),
         _number(r.get("ratio")) + (f" ± {_number(r['error'])}" if r.get("error") is not None else ""), f'<b class="verdict">{text(r.get("verdict", ""))}</b>']
        for r in rows
    ]  # fmt: skip
    name = trust.get("score_name", "score")
    head = ["Lead", "Model", "Best baseline", "Its score", "Ratio", "Verdict"]
    return f"<h3>Against baselines</h3><p class=small>{text(name)}; lower is better, a ratio under 1 means the model is ahead.</p>" + table(
        head, body, "Scores of the model beside baselines", (1, 3, 4)
    )


def _reliability(trust: Mapping[str, Any]) -> str:
    points = [p for p in trust.get("reliability") or [] if {"forecast", "observed"} <= set(p)]
    if not points:
        return ""
    size, pad = 240, 34
    span = size - 2 * pad

    def at(p: Mapping[str, Any]) -> tuple[float, float]:
        return pad + float(p["forecast"]) * span, size - pad - float(p["observed"]) * span

    most = max(float(p.get("count", 1)) for p in points)
    dots = "".join(
        f'<circle cx="{at(p)[0]:.1f}" cy="{at(p)[1]:.1f}" r="{3 + 7 * (float(p.get("count", 1)) / most) ** 0.5:.1f}"/>' for p in points
    )
    said = "; ".join(f"said {percent(float(p['forecast']))}, came true {percent(float(p['observed']))}" for p in points)
    ticks = "".join(
        f'<text x="{pad + v * span:.0f}" y="{size - pad + 16}" text-anchor="middle">{v:.0%}</text><text x="{pad - 6}" y="{size - pad - v * span + 4:.0f}" text-anchor="end">{v:.0%}</text>'
        for v in (0, 0.5, 1)
    )
    return (
        f'<h3>Reliability</h3><figure class="reliability"><svg viewBox="0 0 {size} {size}" width="{size}" height="{size}" role="img" aria-label="{text(said)}">'
        f'<rect x="{pad}" y="{pad}" width="{span}" height="{span}"/><line x1="{pad}" y1="{size - pad}" x2="{size - pad}" y2="{pad}"/>{dots}{ticks}</svg>'
        "<figcaption>Across: the probability that was given. Up: the share that came true. On the diagonal, words were kept; "
        "larger dots stand for more forecasts.</figcaption></figure>"
    )


def _wrong(trust: Mapping[str, Any]) -> str:
    wrong = trust.get("wrong") or []
    items = "".join(f"<li>{text(w)}</li>" for w in wrong)
    return f"<h3>What the model gets wrong</h3><ul>{items}</ul>" if wrong else ""


def _reference(trust: Mapping[str, Any]) -> str:
    reference = trust.get("reference_class") or {}
    rates = reference.get("rates") or []
    nearest = reference.get("nearest") or []
    out = ""
    if rates:
        body = [
            [text(r.get("outcome", "")), f"{r.get('count', '')} of {r.get('of', '')}", f"{percent(float(r['low']))} to {percent(float(r['high']))}"]
            for r in rates
        ]
        out += "<h3>The outside view: real exits</h3><p class=small>What followed real departures of foreign forces and missions, whatever the model says.</p>"
        out += table(["Outcome", "Exits", "95% interval"], body, "Base rates of real exits", (1, 2))
    if nearest:
        body = [[text(n.get("name", "")), text(n.get("why", "")), text(n.get("followed", ""))] for n in nearest]
        out += table(["Exits most like this one", "In what", "What followed"], body, "Nearest real exits")
    return out


def _number(value: object) -> str:
    return number(float(value)) if isinstance(value, (int, float)) else text(value or "")
