"""How futures end: the form of the state, who leads, whether there is war; and how they flow from year to year."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from drawdown.report.run import Run
from drawdown.report.words import listed

# Thresholds of self-rule as the contract states them (docs/architecture.md, `autonomy`).
FORMS = ((0.85, "Secession"), (0.6, "Federal region"), (0.3, "Autonomy"))
# UCDP's thresholds of deaths in a year for a war and for an armed conflict, here over organised violence of every type.
WAR, CONFLICT = 1000, 25
ASPECTS = {"form": "Form of the state", "leader": "Who leads", "war": "War or not"}
MOST = 7  # categories shown; rarer ones become "Other"
ENDED = "Ended early"
Labels = npt.NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Flow:
    """One aspect under one plan: `years` (0 is the origin), the category of every kept future in each: [year, future]."""

    aspect: str
    plan: str
    years: tuple[float, ...]
    labels: Labels


def check_weeks(run: Run) -> tuple[tuple[float, int], ...]:
    """(years since the origin, week index) at which end states are read: every full year and, where it is none, the last week."""
    weeks = len(run.dates)
    full = [(float(y), round(y * 52.1775) - 1) for y in range(1, int(weeks / 52) + 1) if round(y * 52.1775) - 1 < weeks]
    if not full or weeks - 1 - full[-1][1] > 6:
        full.append((round(weeks / 52.1775, 1), weeks - 1))
    return tuple(full)


def aspects(run: Run) -> tuple[str, ...]:
    """Aspects that this run can show."""
    needs = {"form": "autonomy", "leader": "lead", "war": "deaths"}
    return tuple(aspect for aspect in ASPECTS if run.has(needs[aspect]))


def flow(run: Run, aspect: str, plan: str) -> Flow:
    """The category of every kept future at the end of every year."""
    when = check_weeks(run)
    read = {"form": _forms, "leader": _leaders, "war": _wars}[aspect]
    labels = read(run, plan, [week for _, week in when])
    return Flow(aspect, plan, tuple(year for year, _ in when), labels)


def flows(run: Run, aspect: str) -> tuple[tuple[Flow, ...], tuple[str, ...]]:
    """One aspect under every plan, with the categories that all plans share, commonest first; rare ones are folded into "Other"."""
    every = [flow(run, aspect, plan.id) for plan in run.plans]
    counts = Counter(label for f in every for label in f.labels.ravel())
    common = [label for label, _ in counts.most_common() if label != ENDED]
    shown = common if len(common) <= MOST else common[: MOST - 1]
    folded = tuple(
        Flow(f.aspect, f.plan, f.years, np.where(np.isin(f.labels, [*shown, ENDED]), f.labels, "Other")) for f in every
    )
    rest = [] if len(common) <= MOST else ["Other"]
    return folded, (*shown, *rest, *([ENDED] if ENDED in counts else []))


def _forms(run: Run, plan: str, weeks: list[int]) -> Labels:
    autonomy = run.series("autonomy", plan).isel(week=weeks).transpose("week", "future", "community")
    names = [run.names.get(str(c), str(c)) for c in autonomy["community"].values]
    out = np.empty(autonomy.shape[:2], dtype=object)
    for index in np.ndindex(out.shape):
        level = autonomy.values[index]
        if np.isnan(level).any():
            out[index] = ENDED
            continue
        parts = []
        rest = set(range(len(names)))
        for threshold, word in FORMS:
            those = [i for i in sorted(rest) if level[i] >= threshold]
            rest -= set(those)
            if those:
                parts.append(f"{word}: {listed([names[i] for i in those])}")
        out[index] = "; ".join(parts) or "Single state, no self-rule"
    return out


def _leaders(run: Run, plan: str, weeks: list[int]) -> Labels:
    lead = run.series("lead", plan)
    community = _largest_community(run)
    weights = lead.sel(community=community).isel(week=weeks).transpose("week", "future", "actor")
    names = np.array([run.names.get(str(a), str(a)) for a in weights["actor"].values], dtype=object)
    first = np.nan_to_num(weights.values, nan=-np.inf).argmax(axis=-1)
    return np.asarray(np.where(np.isnan(weights.values).any(axis=-1), ENDED, names[first]), dtype=object)


def _largest_community(run: Run) -> str:
    communities = [str(c["id"]) for c in run.scenario["communities"]]
    if not run.has("residents"):
        return communities[0]
    first = run.series("residents", run.plans[0].id).isel(week=0).mean("future").sum("place")
    return str(first["community"].values[int(first.values.argmax())])


def _wars(run: Run, plan: str, weeks: list[int]) -> Labels:
    deaths = run.series("deaths", plan).sum(["place", "violence"], skipna=False).transpose("week", "future").values
    totals = np.concatenate([np.zeros((1, deaths.shape[1])), np.cumsum(deaths, axis=0)])
    out = np.empty((len(weeks), deaths.shape[1]), dtype=object)
    for row, week in enumerate(weeks):
        first = max(week + 1 - 52, 0)
        year = (totals[week + 1] - totals[first]) * 52 / (week + 1 - first)
        words = np.where(year >= WAR, "War: 1,000 deaths a year or more", np.where(year >= CONFLICT, "Armed conflict: 25 to 999", "Calm: under 25"))
        out[row] = np.where(np.isnan(year), ENDED, words)
    return out
