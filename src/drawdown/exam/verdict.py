"""What the exam must show, one line each: the criterion, what came, whether it is met; before calibration and after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from drawdown.exam.against import LeadScore, best
from drawdown.exam.baselines import BEYOND
from drawdown.exam.graded import TOTAL
from drawdown.exam.outcomes import LEADS
from drawdown.exam.results import CALIBRATED, RAW, Marked

SAVED = 0.10  # of the best baseline's CRPS, from a year on
NOT_ABOVE, FROM_A_YEAR = (1, 3), (12, 24, 36, 60)
FLAT = 0.01
BAND = (0.86, 0.94)
CASES, LEAST_IN_DECILE, GAP = 20, 15, 0.10
FACTS = 0.90


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing to show. `met` is None where there is nothing to judge by."""

    what: str
    wanted: str
    came: str
    met: bool | None


def verdict(marked: Marked, scores: Mapping[str, Mapping[int, LeadScore]], name: str = CALIBRATED) -> tuple[Criterion, ...]:
    """All criteria on the raw forecasts or the calibrated ones; facts and exits are of the raw ones in both."""
    deaths = marked.deaths[name]
    found = []
    if deaths:
        for lead in (*NOT_ABOVE, *FROM_A_YEAR):
            rival = scores[best(scores, lead, BEYOND)][lead]
            ratio = deaths[lead].mean / rival.mean
            limit = 1.0 if lead in NOT_ABOVE else 1.0 - SAVED
            found.append(
                Criterion(f"CRPS at {lead} months over the best baseline's", f"{limit:.2f} or less", f"{ratio:.3f}", ratio <= limit)
            )
        for lead in LEADS:
            flat = deaths[lead].flatness
            came = f"{flat.p:.3f} (by countries {flat.p_clustered:.3f})"
            found.append(Criterion(f"PIT at {lead} months flat: p", f"above {FLAT:.2f}", came, flat.p > FLAT))
        for lead in LEADS:
            share = deaths[lead].held.share
            found.append(
                Criterion(
                    f"90% band at {lead} months holds", f"{BAND[0]:.0%} to {BAND[1]:.0%}", f"{share:.0%}", BAND[0] <= share <= BAND[1]
                )
            )
    for grade in marked.grades[name]:
        if grade.kind == TOTAL or grade.answered >= CASES:
            came = f"{grade.skill:+.3f} ±{grade.error / grade.base:.3f}"
            found.append(Criterion(f"Brier skill, {grade.kind} ({grade.answered:,})", "above 0", came, grade.skill > 0))
    gaps = [one for one in marked.deciles[name] if one.count >= LEAST_IN_DECILE]
    if gaps:
        worst = max(gaps, key=lambda one: abs(one.gap))
        came = f"{worst.gap:+.2f} at {worst.low:.0%} to {worst.high:.0%} ({worst.count:,})"
        found.append(Criterion(f"deciles of {LEAST_IN_DECILE} or more: the worst gap", f"within {GAP:.2f}", came, abs(worst.gap) <= GAP))
    judged = [one.inside is True for one in marked.facts]
    if judged:
        found.append(
            Criterion("facts inside the simulated band", f"{FACTS:.0%} of {len(judged)}", f"{sum(judged)}", bool(np.mean(judged) >= FACTS))
        )
    for row in marked.exit_rows:
        interval = row.reference or (row.interval if row.of else None)
        if interval and row.exits:
            wanted = f"{interval[0]:.0%} to {interval[1]:.0%}"
            found.append(Criterion(f"after exits: {row.what} within {row.months} months", wanted, f"{row.simulated:.0%}", row.inside))
    return tuple(found)


def both(marked: Marked, scores: Mapping[str, Mapping[int, LeadScore]]) -> tuple[tuple[Criterion, Criterion], ...]:
    """(raw, calibrated) of each criterion; where too few cases let only one of the two be told, the other is not known."""
    raw, after = ({one.what: one for one in verdict(marked, scores, name)} for name in (RAW, CALIBRATED))
    named = {**raw, **after}

    def one_of(told: Mapping[str, Criterion], what: str) -> Criterion:
        return told.get(what) or replace(named[what], came="-", met=None)

    return tuple((one_of(raw, what), one_of(after, what)) for what in named)
