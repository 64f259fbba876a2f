"""How far to trust the page: scores beside baselines, reliability, what the model gets wrong, real exits as the outside view."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from drawdown.report import fitted as learned
from drawdown.report import outside_view, score_card
from drawdown.report.markup import inline, table, text
from drawdown.report.run import Run
from drawdown.report.words import listed, number, percent, plural, points
from drawdown.scenario.library import shipped_folder

FEW_KEPT = 100
NOT_SCORES = "trust.json is there but does not hold scores as drawdown backtest writes them."


def read(run: Run) -> Mapping[str, Any]:
    """`trust.json` of the run folder, of the scenario in it, or of the shipped scenario of that name; a note when it is not readable.

    Either in the report's own shape (note, scores, score_name, reliability, wrong, reference_class) or as `drawdown backtest` writes it
    (verdicts, reliability by forecaster).
    """
    places = [run.folder, run.folder / "scenario"]
    # A run keeps the scenario as resolved; the scores that a shipped scenario earned lie beside the original.
    if (shipped := shipped_folder(str(run.scenario["id"]))) is not None:
        places.append(shipped)
    for path in (place / "trust.json" for place in places):
        if path.is_file():
            try:
                data = json.loads(path.read_text(encoding="utf-8"))
            except (OSError, ValueError, RecursionError):
                return {"note": f"{path.name} is there but is not readable JSON."}
            try:
                return _from_backtest(data) if isinstance(data, dict) and "verdicts" in data else data if isinstance(data, dict) else {}
            except (KeyError, TypeError, ValueError, AttributeError):
                return {"note": NOT_SCORES}
    return {}


def _from_backtest(data: Mapping[str, Any]) -> Mapping[str, Any]:
    scores = [
        {"lead": f"{v['lead']} months, {name}", "baseline": v["against"], "verdict": v["word"], "ratio": v["ratio"]}
        for name, verdicts in data["verdicts"].items()
        for v in verdicts
    ]
    found = data.get("reliability") or {}
    first = next((found[name] for name in ("simulator", *found) if name in found), None)
    rows = zip(first["probability"], first["happened"], first["count"], strict=True) if first else ()
    origins = data.get("origins") or []
    note = data.get("note") or (f"A backtest from {plural(len(origins), 'origin')}: {', '.join(map(str, origins))}." if origins else "")
    return {
        "note": note,
        "score_name": "fair CRPS of log(1 + deaths)",
        "scores": scores,
        "reliability": [{"forecast": p, "observed": o, "count": n} for p, o, n in rows],
        "wrong": data.get("wrong") or [],
    }


def section(run: Run, trust: Mapping[str, Any], moves: Sequence[learned.Moved]) -> str:
    """The whole section as HTML: general limits always, the rest as far as the run knows it; `moves`: claims at the declared weights."""
    out = [_sampling(run), _fitted(run, moves)]
    if trust:
        try:
            note = f"<p>{inline(str(trust['note']))}</p>" if trust.get("note") else ""
            out += [note, _scores(trust), _reliability(trust), _wrong(trust)]
        except (KeyError, TypeError, ValueError, AttributeError):  # a file of another shape, or a damaged one
            out.append(f'<p class="notice">{NOT_SCORES}</p>')
    else:
        out.append(
            '<p class="notice">This run carries no scores against history. Until it does, read every probability as what follows '
            "<em>if</em> the stated mechanisms and numbers hold, not as a forecast with a known record. "
            "<code>drawdown backtest</code> makes the scores.</p>"
        )
    out.append(score_card.section(run))
    out.append(_reference(trust) or outside_view.section(run))
    return "".join(out)


def _sampling(run: Run) -> str:
    parts = [f"Probabilities come from {plural(run.futures, 'future')} under each plan"]
    if run.kept_futures:
        parts.append(f"fans and map from the {plural(run.kept_futures, 'future')} that the run kept in full")
    few = " With so few, the outer 90% bands are rough." if 0 < run.kept_futures < FEW_KEPT else ""
    return (
        f"<p>{'; '.join(parts)}.{few} The errors printed beside probabilities are those of drawing futures only; "
        "they say nothing about errors in the model.</p>"
    )


def _fitted(run: Run, moves: Sequence[learned.Moved]) -> str:
    """What was fitted, to which data, and what that moved: weights beside those declared, and claims at both."""
    fit = learned.fitted(run)
    if fit is None:
        return ""
    data = f" ({text(fit.data)})" if fit.data else ""
    patches = f" by the {'patch' if len(fit.patches) == 1 else 'patches'} {text(listed(list(fit.patches)))}" if fit.patches else ""
    said = [f"{text(fit.subject)}{patches} to {text(fit.to_what)}{data}."]
    if fit.numbers:
        said.insert(0, "Not every number has the range that was stated for it:")
    if fit.without:
        said.append(f"{text(fit.without[0].upper() + fit.without[1:])}.")
    names = listed([f"<code>{text(n)}</code>" for n in fit.numbers])
    beside = '<a href="#every-number">Stated and drawn, side by side</a>'
    out = [f'<h3 id="fitted">What was fitted</h3><p>{" ".join(said)}</p>', *(f"<p>{inline(note)}</p>" for note in fit.notes)]
    if names:
        out.append(f'<details><summary>The parameters</summary><p class="small">{names}. {beside}.</p></details>')
    if fit.questions:
        reweighted = "The fit also reweighted the rival explanations. " if fit.numbers else ""
        out.append(
            f"<p>{reweighted}A fit to {text(fit.to_what)} cannot settle a dispute of the literature: read these weights as one opinion "
            "more, with the data and the model in it.</p>"
        )
        out += [_weights(question) for question in fit.questions]
        out.append(_moved(run, moves))
    return "".join(out)


def _weights(question: learned.Question) -> str:
    """The weights of one hypothesis, option by option."""
    rows = [
        [f"{text(w.id)} <span class=small>{text(w.sentence)}</span>", "not recorded" if w.declared is None else percent(w.declared),
         f"<b>{percent(w.fitted)}</b>", percent(w.drawn)]
        for w in question.weights
    ]  # fmt: skip
    return table(["Option", "Declared", "After the fit", "Drawn here"], rows, f"{question.id}: {question.question}", (1, 2, 3))


def _moved(run: Run, every: Sequence[learned.Moved]) -> str:
    """Claims that change with the weights."""
    texts = {c["id"]: f"{text(c.get('number', ''))}. {text(c.get('text', c['id']))}" for c in run.scenario.get("claims", ())}
    found = [m for m in every if m.clear]
    if not every:
        return ""
    names = {p.id: p.name for p in run.plans}
    rows = [
        [texts[m.claim], text(names[m.plan]), percent(m.declared), f"<b>{percent(m.fitted)}</b>", f"{points(m.by)} ± {m.error * 100:.1f}"]
        for m in found
    ]
    said = "<p>What hangs on it: every claim again, with the futures weighted back to the declared weights and all else as fitted. "
    if not rows:
        return said + "None moves by five points or more, and by more than three times its error.</p>"
    head = ["Claim", "Plan", "At declared weights", "As fitted", "The fit adds"]
    return f"{said}Listed is what moves by five points or more, and by more than three times its error.</p>" + table(
        head, rows, "Claims that the fitted weights move", (2, 3, 4)
    )


def _scores(trust: Mapping[str, Any]) -> str:
    rows = trust.get("scores") or []
    body = [
        [
            text(r.get("lead", "")),
            _number(r.get("model")),
            text(r.get("baseline", "")),
            _number(r.get("baseline_score")),
            _number(r.get("ratio")) + (f" ± {_number(r['error'])}" if r.get("error") is not None else ""),
            f'<b class="verdict">{text(r.get("verdict", ""))}</b>',
        ]
        for r in rows
    ]
    if not body:
        return ""
    head = ["Lead", "Model", "Best baseline", "Its score", "Ratio", "Verdict"]
    shown = [i for i in range(len(head)) if any(row[i] for row in body)]
    numeric = tuple(k for k, i in enumerate(shown) if i in (1, 3, 4))
    words = f"{text(trust.get('score_name', 'score'))}; lower is better, a ratio under 1 means the model is ahead."
    rows_shown = [[row[i] for i in shown] for row in body]
    return f"<h3>Against baselines</h3><p class=small>{words}</p>" + table(
        [head[i] for i in shown], rows_shown, "Scores of the model beside baselines", numeric
    )


def _reliability(trust: Mapping[str, Any]) -> str:
    points = [p for p in trust.get("reliability") or [] if {"forecast", "observed"} <= set(p)]
    if not points:
        return ""
    size, pad = 240, 34
    span = size - 2 * pad

    def at(p: Mapping[str, Any]) -> tuple[float, float]:
        return pad + float(p["forecast"]) * span, size - pad - float(p["observed"]) * span

    most = max(float(p.get("count", 1)) for p in points) or 1.0
    dots = "".join(
        f'<circle cx="{at(p)[0]:.1f}" cy="{at(p)[1]:.1f}" r="{3 + 7 * (float(p.get("count", 1)) / most) ** 0.5:.1f}"/>' for p in points
    )
    said = "; ".join(f"said {percent(float(p['forecast']))}, came true {percent(float(p['observed']))}" for p in points)
    ticks = "".join(
        f'<text x="{pad + v * span:.0f}" y="{size - pad + 16}" text-anchor="middle">{v:.0%}</text>'
        f'<text x="{pad - 6}" y="{size - pad - v * span + 4:.0f}" text-anchor="end">{v:.0%}</text>'
        for v in (0, 0.5, 1)
    )
    return (
        f'<h3>Reliability</h3><figure class="reliability"><svg viewBox="0 0 {size} {size}" width="{size}" height="{size}" role="img" '
        f'aria-label="{text(said)}"><rect x="{pad}" y="{pad}" width="{span}" height="{span}"/>'
        f'<line x1="{pad}" y1="{size - pad}" x2="{size - pad}" y2="{pad}"/>{dots}{ticks}</svg>'
        "<figcaption>Across: the probability that was given. Up: the share that came true. On the diagonal, words were kept; "
        "larger dots stand for more forecasts.</figcaption></figure>"
    )


def _wrong(trust: Mapping[str, Any]) -> str:
    wrong = trust.get("wrong") or []
    items = "".join(f"<li>{inline(str(w))}</li>" for w in wrong)
    return f"<h3>What the model gets wrong</h3><ul>{items}</ul>" if wrong else ""


def _reference(trust: Mapping[str, Any]) -> str:
    """A reference class that came with the scores."""
    reference = trust.get("reference_class") or {}
    rates = [
        [
            text(r.get("outcome", "")),
            f"{text(r.get('count', ''))} of {text(r.get('of', ''))}",
            f"{percent(float(r['low']))} to {percent(float(r['high']))}",
        ]
        for r in reference.get("rates") or []
    ]
    nearest = [[text(n.get("name", "")), text(n.get("why", "")), text(n.get("followed", ""))] for n in reference.get("nearest") or []]
    out = outside_view.WORDS + table(["Outcome", "Exits", "90% interval"], rates, "Base rates of real exits", (1, 2)) if rates else ""
    if nearest:
        out += table(["Exits most like this one", "In what", "What followed"], nearest, "Nearest real exits")
    return out


def _number(value: object) -> str:
    return number(float(value)) if isinstance(value, (int, float)) else text(value or "")
