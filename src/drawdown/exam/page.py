"""The exam in words and tables (Markdown), for a person who asks which number is to be beaten, and whether it was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from drawdown.exam.against import LeadScore, best
from drawdown.exam.baselines import BEYOND
from drawdown.exam.exits import WHAT, ExitRow, Outcome
from drawdown.exam.facts import FactBand
from drawdown.exam.graded import Decile, KindGrade
from drawdown.exam.origins import Origin
from drawdown.exam.outcomes import LEADS
from drawdown.exam.results import CALIBRATED, RAW, Marked
from drawdown.exam.scores import compare
from drawdown.exam.verdict import Criterion, both

Scores = Mapping[str, Mapping[int, LeadScore]]


def table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; all columns but the first to the right."""
    lines = ["| " + " | ".join(headings) + " |", "|" + "---|" + "---:|" * (len(headings) - 1)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])


def share(value: float) -> str:
    """A share in percent; a dash where there is none."""
    return "-" if np.isnan(value) else f"{value:.0%}"


def who(origins: Sequence[Origin]) -> str:
    """How many origins of how many countries, and from when to when."""
    years = sorted({str(origin.month)[:4] for origin in origins})
    return f"{len(origins)} origins in {len({o.iso3 for o in origins})} countries, {years[0]} to {years[-1]}" if years else "no origins"


def baseline_table(scores: Scores) -> str:
    """Mean CRPS by baseline and lead, the coverage of the 90% band in brackets; the best of each lead in bold."""
    winners = {lead: best(scores, lead, BEYOND) for lead in LEADS}
    rows = []
    for name, by_lead in scores.items():
        cells = []
        for lead in LEADS:
            text = f"{by_lead[lead].mean:.3f} ({share(by_lead[lead].held.share)})"
            cells.append(f"**{text}**" if winners[lead] == name else text)
        rows.append([name, *cells])
    return table(["CRPS of log(1 + deaths); lead in months", *map(str, LEADS)], rows)


def deaths_table(marked: Marked, scores: Scores) -> str:
    """The forecaster by lead, before and after calibration: CRPS, less the best baseline, its 90% band, flatness of the PIT."""
    countries = [origin.iso3 for origin in marked.origins]
    rows = []
    for name in (RAW, CALIBRATED):
        mine = marked.deaths[name]
        rows.append([f"CRPS, {name}", *(f"{mine[lead].mean:.3f}" for lead in LEADS)])
        found = [compare(mine[lead].crps, scores[best(scores, lead, BEYOND)][lead].crps, countries) for lead in LEADS]
        rows.append(["less the best baseline", *(f"{d.difference:+.3f} ±{d.error:.3f}" for d in found)])
        rows.append(["saved of the best baseline's", *(f"{d.skill:+.0%}" for d in found)])
        rows.append(["90% band holds", *(share(mine[lead].held.share) for lead in LEADS)])
        rows.append(["PIT flat: p (by countries)", *(f"{mine[n].flatness.p:.3f} ({mine[n].flatness.p_clustered:.3f})" for n in LEADS)])
    rows.append(["best baseline", *(best(scores, lead, BEYOND) for lead in LEADS)])
    return table(["lead in months", *map(str, LEADS)], rows)


def grade_table(marked: Marked, other: Sequence[KindGrade] = ()) -> str:
    """Questions by kind: how many, how often yes, Brier scores of base rate and forecast, skill with its error; `other`: climatology."""
    calibrated = {grade.kind: grade for grade in marked.grades[CALIBRATED]}
    climate = {grade.kind: grade for grade in other}
    rows = []
    for grade in marked.grades[RAW]:
        after = calibrated[grade.kind]
        beside = f"{climate[grade.kind].mine:.3f}" if grade.kind in climate and climate[grade.kind].answered == grade.answered else "-"
        counted = [grade.kind, f"{grade.answered:,}", share(grade.yes)]
        rows.append([*counted, f"{grade.base:.3f}", beside, *_skill(grade), *_skill(after)])
    return table(["questions", "answered", "yes", "base rate", "climatology", "raw", "skill", "calibrated", "skill"], rows)


def _skill(grade: KindGrade) -> tuple[str, str]:
    return f"{grade.mine:.3f}", f"{grade.skill:+.2f} ±{grade.error / grade.base:.2f}"


def decile_table(raw: Sequence[Decile], calibrated: Sequence[Decile]) -> str:
    """When it said so much, it happened so often; before and after calibration."""
    rows = []
    parts = {(one.low, one.high) for one in (*raw, *calibrated)}
    for low, high in sorted(parts):
        cells = []
        for found in (raw, calibrated):
            one = next((d for d in found if (d.low, d.high) == (low, high)), None)
            cells += [f"{one.count:,}", f"{one.said:.0%}", f"{one.happened:.0%} ±{one.error:.0%}"] if one else ["0", "-", "-"]
        rows.append([f"{low:.0%} to {high:.0%}", *cells])
    return table(["it said", "raw: cases", "said", "happened", "calibrated: cases", "said", "happened"], rows)


def fact_table(found: Sequence[FactBand]) -> str:
    """Facts with the simulated 90% band; misses are named."""
    words = {True: "inside", False: "**miss**", None: "not simulated"}
    rows = []
    for one in found:
        band = f"{one.low:.3f} to {one.high:.3f}" if one.inside is not None else "-"
        here = "-" if np.isnan(one.here) else f"{one.here:.3f}"
        error = "" if np.isnan(one.fact.standard_error) else f" ({one.fact.standard_error:.3f})"
        rows.append([f"{one.fact.id} {one.fact.sentence}", f"{one.fact.value:.3f}{error}", here, band, words[one.inside]])
    return table(["fact", "record (s.e.)", "at these origins", "simulated 90%", ""], rows)


def fact_summary(found: Sequence[FactBand]) -> str:
    """How many lie inside, and which do not."""
    missed = [one.fact.id for one in found if one.inside is False]
    not_simulated = sum(one.inside is None for one in found)
    told = [f"{sum(one.inside is True for one in found)} of {len(found)} facts lie inside the simulated 90% band"]
    told += [f"misses: {', '.join(missed)}"] if missed else []
    told += [f"as recorded at these origins {sum(one.inside_here is True for one in found)} do"]
    told += [f"{not_simulated} could not be simulated"] if not_simulated else []
    return "; ".join(told)


def exit_rows_table(rows: Sequence[ExitRow]) -> str:
    """Takeover, collapse, return and calm: simulated mean, recorded, interval."""
    words = {True: "inside", False: "**outside**", None: "-"}
    made = []
    for row in rows:
        record = f"{row.count} of {row.of}" if row.of else "not coded"
        interval = row.reference or (row.interval if row.of else None)
        band = f"{interval[0]:.0%} to {interval[1]:.0%}{'*' if row.reference else ''}" if interval else "-"
        made.append([f"{row.what} within {row.months} months", f"{share(row.simulated)} ({row.exits})", record, band, words[row.inside]])
    return table(["after exits", "simulated (exits)", "recorded", "90% interval", ""], made)


def exits_table(found: Sequence[Outcome]) -> str:
    """Every exit: simulated share and what happened, in brackets."""
    columns = [(what, limit) for limit in sorted({one.months for one in found}) for what in WHAT]
    cells = {(one.exit, one.what, one.months): one for one in found}
    words = {0.0: "no", 1.0: "yes"}
    rows = []
    for name in dict.fromkeys(one.exit for one in found):
        mine = [cells.get((name, *column)) for column in columns]
        rows.append([name, *("" if one is None else f"{share(one.simulated)} ({words.get(one.recorded, '?')})" for one in mine)])
    return table(["exit", *(f"{what} {limit}" for what, limit in columns)], rows)


def verdict_table(found: Sequence[tuple[Criterion, Criterion]]) -> str:
    """Every criterion, raw and calibrated."""
    words = {True: "met", False: "**not met**", None: "-"}
    rows = [[raw.what, raw.wanted, raw.came, words[raw.met], after.came, words[after.met]] for raw, after in found]
    return table(["", "wanted", "raw", "", "calibrated", ""], rows)


def whole(marked: Marked, scores: Scores, climate: Sequence[KindGrade], without: Mapping[str, str]) -> str:
    """The page of a forecaster's exam."""
    sections = [
        f"# The exam\n\n{who(marked.origins)}; {len(marked.questions):,} questions, {int(np.isfinite(marked.outcomes).sum()):,} answered.",
        f"## What it must show\n\n{verdict_table(both(marked, scores))}",
        f"## Deaths\n\n{deaths_table(marked, scores)}\n\n{baseline_table(scores)}",
        f"## Questions\n\nBrier scores; skill against base rates of the other folds.\n\n{grade_table(marked, climate)}",
        f"## When it said so much\n\n{decile_table(marked.deciles[RAW], marked.deciles[CALIBRATED])}",
        f"## Facts\n\n{fact_summary(marked.facts)}.\n\n{fact_table(marked.facts)}",
        "## Exits\n\nSimulated share, and in brackets what happened; \\*: the interval of `drawdown exits`, from its longer list.\n\n"
        f"{exit_rows_table(marked.exit_rows)}\n\n{exits_table(marked.exits)}",
    ]
    if without:
        sections.append("## Not forecast\n\n" + "\n".join(f"- {name}: {why}" for name, why in without.items()))
    return "\n\n".join(sections) + "\n"
