"""The exam in words and tables (Markdown), for a person who asks which number is to be beaten."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from drawdown.exam.against import Scored, best
from drawdown.exam.baselines import BEYOND
from drawdown.exam.origins import Origin
from drawdown.exam.outcomes import LEADS
from drawdown.exam.scores import compare


def table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; all columns but the first to the right."""
    lines = ["| " + " | ".join(headings) + " |", "|" + "---|" + "---:|" * (len(headings) - 1)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])


def baseline_table(scores: Mapping[str, Mapping[int, Scored]]) -> str:
    """Mean CRPS by baseline and lead, the coverage of the 90% band in brackets; the best of each lead in bold."""
    winners = {lead: best(scores, lead, BEYOND) for lead in LEADS}
    rows = []
    for name, by_lead in scores.items():
        cells = []
        for lead in LEADS:
            text = f"{by_lead[lead].mean:.3f} ({by_lead[lead].held.share:.0%})"
            cells.append(f"**{text}**" if winners[lead] == name else text)
        rows.append([name, *cells])
    return table(["CRPS of log(1 + deaths); lead in months", *map(str, LEADS)], rows)


def comparison_table(title: str, mine: Mapping[int, Scored], scores: Mapping[str, Mapping[int, Scored]], origins: Sequence[Origin]) -> str:
    """`mine` less each baseline, with its error by resampled countries: below 0 it is better."""
    countries = [origin.iso3 for origin in origins]
    rows = []
    for name, by_lead in scores.items():
        found = [compare(mine[lead].crps, by_lead[lead].crps, countries) for lead in LEADS]
        rows.append([name, *(f"{d.difference:+.3f} ±{d.error:.3f}" for d in found)])
    return table([f"{title}, less", *map(str, LEADS)], rows)


def who(origins: Sequence[Origin]) -> str:
    """How many origins of how many countries, and from when to when."""
    years = sorted({str(origin.month)[:4] for origin in origins})
    return f"{len(origins)} origins in {len({o.iso3 for o in origins})} countries, {years[0]} to {years[-1]}"
