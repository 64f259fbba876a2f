"""A backtest as Markdown and as plain data: mean scores with errors, verdicts, coverage, and how reliable 'it gets worse' was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict

import numpy as np
from numpy.typing import NDArray

from drawdown.evaluate.backtest import ENSEMBLE, METRICS, SIMULATOR, Backtest
from drawdown.evaluate.folds import History
from drawdown.evaluate.scores import Mean, Reliability, mean_with_error, reliability
from drawdown.evaluate.verdict import Comparison, verdicts

Floats = NDArray[np.float64]
Scores = Mapping[str, Mapping[str, Floats]]


def means(backtest: Backtest, scores: Mapping[str, Floats]) -> dict[str, list[Mean]]:
    """Mean score with its error by forecaster, one a lead; blocks are origins (places where there is one origin)."""
    found = {}
    for name, values in scores.items():
        row = []
        for i in range(len(backtest.leads)):
            cells = values[:, i]
            blocks = [o for o in backtest.origins for _ in range(cells.shape[1])] if len(backtest.origins) > 1 else list(range(cells.size))
            row.append(mean_with_error(cells, blocks))
        found[name] = row
    return found


def months(lead: int) -> str:
    """`1 month`, `3 months`."""
    return "1 month" if lead == 1 else f"{lead} months"


def with_error(mean: Mean, digits: int) -> str:
    """A mean with its standard error; without one where there is no spread to judge by."""
    if not np.isfinite(mean.value):
        return "-"
    if not np.isfinite(mean.error) or mean.error == 0:
        return f"{mean.value:.{digits}f}"
    least = 10**-digits
    return f"{mean.value:.{digits}f} ± " + (f"under {least:g}" if mean.error < least / 2 else f"{mean.error:.{digits}f}")


def score_table(backtest: Backtest, scores: Mapping[str, Floats], digits: int = 3, lowest: bool = True) -> str:
    """One Markdown table: forecasters by leads, mean ± standard error; where low is good (`lowest`), the lowest of each lead in bold."""
    rows = means(backtest, scores)
    best = [min((r[i].value for r in rows.values() if np.isfinite(r[i].value)), default=np.nan) for i in range(len(backtest.leads))]
    lines = ["| forecaster | " + " | ".join(months(lead) for lead in backtest.leads) + " |", "|---" * (len(backtest.leads) + 1) + "|"]
    for name, row in rows.items():
        cells = []
        for i, mean in enumerate(row):
            value, *error = with_error(mean, digits).partition(" ±")
            cells.append((f"**{value}**" if lowest and mean.value == best[i] else value) + "".join(error))
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def baselines_of(backtest: Backtest) -> list[str]:
    """Forecasters that are neither the simulator nor made from it."""
    return [n for n in backtest.draws if not n.startswith(SIMULATOR)]


def all_verdicts(backtest: Backtest, scores: Scores, metric: str = "crps log") -> dict[str, tuple[Comparison, ...]]:
    """Verdicts of the simulator and of the ensemble against the strongest baseline of each lead."""
    against = baselines_of(backtest)
    made = [n for n in (SIMULATOR, ENSEMBLE) if n in backtest.draws]
    return {n: verdicts(n, scores[metric], backtest.leads, backtest.origins, against) for n in made}


def worse(backtest: Backtest, history: History) -> dict[str, Reliability]:
    """How reliable each forecaster's chance of 'more deaths than the mean of the last three months' was, over all cells that have any."""
    before = np.stack([history.until(o).monthly().values[-3:].mean(axis=0) for o in backtest.origins])[:, None, :]
    known = ~np.isnan(backtest.truth) & (np.maximum(before, np.nan_to_num(backtest.truth)) > 0)
    happened = (backtest.truth > before)[known].astype(float)
    chances = {n: (d > before[..., None]).mean(axis=-1)[known] for n, d in backtest.draws.items()}
    return {n: reliability(c, happened) for n, c in chances.items()}


def reliability_table(found: Mapping[str, Reliability]) -> str:
    """Brier scores and their parts as Markdown."""
    lines = ["| forecaster | Brier | reliability | resolution | uncertainty |", "|---|---|---|---|---|"]
    for name, r in found.items():
        cells = (f"{x:.3f}" if np.isfinite(x) else "-" for x in (r.brier, r.reliability, r.resolution, r.uncertainty))
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def markdown(backtest: Backtest, scores: Scores, history: History, title: str, notes: Sequence[str] = ()) -> str:
    """The whole backtest as a Markdown section."""
    cells = int((~np.isnan(backtest.truth)).sum())
    origins = ", ".join(str(o) for o in backtest.origins)
    out = [f"## {title}", "", f"Origins: {origins}. {cells} governorate-months ({len(backtest.places)} places, leads {backtest.leads})."]
    if len(backtest.origins) == 1:
        out.append("One origin only: errors are over places, and the luck that all places share is not in them.")
    else:
        out.append(
            "Errors treat each origin as one observation; targets of neighbouring origins overlap, so they are still a little small."
        )
    out += ["", *notes] if notes else []
    out += ["", "**Verdict** (fair CRPS of log(1 + deaths), against the strongest baseline of each lead, chosen afterwards):", ""]
    judged = [f"- {line.line()}" for found in all_verdicts(backtest, scores).values() for line in found]
    out += judged or ["- No simulator was scored, so there is none to judge."]
    for metric, about in METRICS.items():
        if metric in ("energy", "interval log"):
            continue
        out += [
            "",
            f"**{about[0].upper()}{about[1:]}**",
            "",
            score_table(backtest, scores[metric], 1 if metric in ("crps", "interval") else 3, metric != "coverage"),
        ]
    out += ["", "**Chance that a month brings more deaths than the mean of the last three** (Brier score and its parts)", ""]
    out.append(reliability_table(worse(backtest, history)))
    if backtest.partners:
        out.append("**Weight of the simulator in the ensemble**, learned on earlier origins only (half where there were none):")
        out.append("")
        for k, origin in enumerate(backtest.origins):
            each = (f"{months(lead)} {backtest.weights[k, i]:.1f} with {backtest.partners[k][i]}" for i, lead in enumerate(backtest.leads))
            out.append(f"- {origin}: " + "; ".join(each))
    return "\n".join(out) + "\n"


def as_data(backtest: Backtest, scores: Scores, history: History) -> dict[str, object]:
    """Means, verdicts and reliability as plain data, for the report."""
    return {
        "origins": [str(o) for o in backtest.origins],
        "leads": list(backtest.leads),
        "places": list(backtest.places),
        "metrics": dict(METRICS),
        "means": {m: {n: [asdict(x) for x in row] for n, row in means(backtest, scores[m]).items()} for m in METRICS},
        "verdicts": {
            n: [{"lead": c.lead, "word": c.word, "ratio": c.ratio, "against": c.baseline, "line": c.line()} for c in found]
            for n, found in all_verdicts(backtest, scores).items()
        },
        "reliability": {n: asdict(r) for n, r in worse(backtest, history).items()},
    }


def trust(backtest: Backtest, scores: Scores, history: History, wrong: Sequence[str] = (), note: str = "") -> dict[str, object]:
    """What the report's page 'How far to trust this' shows (`trust.json`): verdicts by lead, reliability, and what the model gets wrong."""
    found = all_verdicts(backtest, scores)[SIMULATOR]
    reliable = worse(backtest, history)[SIMULATOR]
    points = zip(reliable.probability, reliable.happened, reliable.count, strict=True)
    rows = [
        {
            "lead": months(c.lead),
            "model": c.score,
            "baseline": c.baseline,
            "baseline_score": c.baseline_score,
            "ratio": c.ratio,
            "error": c.difference.error / c.baseline_score if np.isfinite(c.difference.error) else None,
            "verdict": c.word,
        }
        for c in found
        if c.word != "unknown"
    ]
    return {
        "note": note,
        "score_name": "Fair CRPS of log(1 + deaths) by governorate-month",
        "scores": rows,
        "reliability": [{"forecast": p, "observed": o, "count": n} for p, o, n in points],
        "wrong": list(wrong),
    }
