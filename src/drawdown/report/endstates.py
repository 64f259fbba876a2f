"""How futures end: form of the state, who leads, whether there is war, whether foreign forces stay; and how they flow between years.

Read from the end states that the store keeps of every future at the end of every year (`endstates.parquet`).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from drawdown.claims.endstates import WAR_DEATHS
from drawdown.report.run import Run
from drawdown.report.words import listed

ASPECTS = {"form": "Form of the state", "leader": "Who leads", "war": "War or not", "foreign": "Foreign forces"}
MOST = 7  # categories shown; rarer ones become "Other"
ENDED = "Ended early"
Labels = npt.NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Flow:
    """One aspect under one plan: the years read, and the category of every future at the end of each: [year, future]."""

    aspect: str
    plan: str
    years: tuple[float, ...]
    labels: Labels


def aspects(run: Run) -> tuple[str, ...]:
    """Aspects that this run can show."""
    return tuple(ASPECTS) if len(run.end_states) else ()


def flow(run: Run, aspect: str, plan: str) -> Flow:
    """The category of every future of a plan at the end of every year."""
    table = run.end_states
    rows = table[(table["plan"] == plan) & table["year"].notna()]
    words = [_words(run, aspect, row) for row in rows[["form", "self_rule", "leader", "war", "foreign"]].itertuples(index=False)]
    wide = rows.assign(words=words).pivot(index="year", columns="future", values="words").sort_index()
    return Flow(aspect, plan, tuple(float(year) for year in wide.index), wide.to_numpy(dtype=object))


def flows(run: Run, aspect: str) -> tuple[tuple[Flow, ...], tuple[str, ...]]:
    """One aspect under every plan, with the categories that all plans share, commonest first; rare ones are folded into "Other"."""
    every = [f for f in (flow(run, aspect, plan.id) for plan in run.plans) if f.labels.size]
    counts = Counter(label for f in every for label in f.labels.ravel())
    common = [label for label, _ in counts.most_common() if label != ENDED]
    shown = common if len(common) <= MOST else common[: MOST - 1]
    folded = tuple(Flow(f.aspect, f.plan, f.years, np.where(np.isin(f.labels, [*shown, ENDED]), f.labels, "Other")) for f in every)
    rest = [] if len(common) <= MOST else ["Other"]
    return folded, (*shown, *rest, *([ENDED] if ENDED in counts else []))


def _words(run: Run, aspect: str, row: tuple[object, ...]) -> str:
    form, self_rule, leader, war, foreign = row
    if form is None or form != form:  # a future that had ended has no state
        return ENDED
    if aspect == "leader":
        return "Nobody leads" if leader == "nobody" else run.names.get(str(leader), str(leader))
    if aspect == "war":
        return f"War: {WAR_DEATHS:,.0f} deaths a year or more" if war else f"No war: under {WAR_DEATHS:,.0f} deaths a year"
    if aspect == "foreign":
        return "Foreign forces are there" if foreign else "Foreign forces are gone"
    if self_rule in ("none", ""):
        return "Single state, nobody rules themselves"
    who = listed([run.names.get(c.strip(), c.strip()) for c in str(self_rule).split(",")])
    return f"{str(form).capitalize()}: {who}"
