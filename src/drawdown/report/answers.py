"""Claims of a run as the page tells them: probability with its Monte Carlo error, paired differences, and what moves them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from drawdown.claims.answers import Answer, Difference, answer, difference
from drawdown.claims.decided import fewest
from drawdown.report.run import Array, RunView
from drawdown.report.words import plural
from drawdown.scenario.model import Claim

if TYPE_CHECKING:
    import pandas as pd


FEWEST_TO_COMPARE = 30  # futures below which nothing is said about what moves a claim
SAME = 1e-9  # means over plans that differ by less are the same: 0.6 is not always 0.6 in the last bit


@dataclass(frozen=True, slots=True)
class Driver:
    """How one uncertain number or hypothesis moves a claim, with its outcome averaged over the plans.

    `low` and `high` are the claim's probability in the futures with the lowest and the highest third of the number (of its range under the
    option that the future drew, where options set it; for a hypothesis: in the two options that differ most); `share` is the squared rank
    correlation with the outcome (for a hypothesis: the variance between options). `z` is its size in standard errors of no association.
    """

    name: str
    low: float
    high: float
    low_when: str
    high_when: str
    share: float
    z: float
    grade: str


def answers(run: RunView) -> dict[tuple[str, str], Answer]:
    """Every answer of the run by (claim, plan); a claim that compares plans is under `a minus b`.

    A finished run gives the store's own answers; an unfinished one what its finished batches say.
    """
    if run.complete:
        return {(a.claim, a.plan): a for a in run.store.answers()}
    found: dict[tuple[str, str], Answer] = {}
    stated = {one.claim.id: one for one in run.store.claims}
    for (claim, plan), rows in run.claims.groupby(["claim", "plan"], sort=False):
        value, margin = (rows[column].astype("float64").to_numpy() for column in ("value", "margin"))
        found[str(claim), str(plan)] = answer(stated[str(claim)], str(plan), value, margin, None)
    return found


def outcomes(run: RunView, claim: str) -> pd.DataFrame:
    """Outcome of one claim: one row a future, one column a plan (or pair of plans)."""
    rows = run.claims[run.claims["claim"] == claim]
    return rows.assign(value=rows["value"].astype("float64")).pivot_table(index="future", columns="plan", values="value", dropna=False)


def differences(run: RunView, claim: str) -> list[Difference]:
    """Paired differences of a claim between every two plans, first plan first."""
    table = outcomes(run, claim)
    plans = [plan.id for plan in run.plans if plan.id in table.columns]
    return [difference(claim, a, b, table[a].to_numpy(), table[b].to_numpy()) for a, b in combinations(plans, 2)]


def compared_plans(claim: Claim) -> tuple[str, ...]:
    """Plans that a claim itself compares: from a `between` anywhere in its proposition."""
    return tuple(_between(claim.proposition))


def _between(tree: object) -> list[str]:
    if isinstance(tree, dict):
        here = [str(p) for p in tree["between"]] if isinstance(tree.get("between"), (list, tuple)) else []
        return list(dict.fromkeys(here + [p for value in tree.values() for p in _between(value)]))
    if isinstance(tree, (list, tuple)):
        return list(dict.fromkeys(p for item in tree for p in _between(item)))
    return []


def drivers(run: RunView, claim: str, most: int = 8) -> list[Driver]:
    """Numbers and hypotheses that move a claim, strongest first, with the outcome averaged over the plans; needs no further runs.

    Only those beyond the size that pure chance would give the largest of so many (Bonferroni at 5%) are listed.
    """
    return all_drivers(run, [claim], most)[claim]


def all_drivers(run: RunView, claims: list[str], most: int = 8) -> dict[str, list[Driver]]:
    """`drivers` of several claims, ranking the draws once."""
    draws = run.draws
    columns = [str(c) for c in draws.columns if c != "future"]
    if not columns or not len(run.claims):
        return {claim: [] for claim in claims}
    from scipy.special import ndtri  # not scipy.stats, which takes longer to load than all this to work out

    table = draws.set_index("future")
    values = {c: table[c].to_numpy(dtype=np.float64) for c in columns}
    numeric = [c for c in columns if not c.startswith("hypothesis:") and np.isfinite(values[c]).all() and np.ptp(values[c]) > 0]
    within = _options(run, values)
    # A number that options set is ranked inside its option: what lies between options is the hypothesis's own, and not counted twice.
    placed = {c: _ranks_within(values[c], within[c]) if c in within else ranks_of(values[c]) for c in numeric}
    ranks = np.stack([placed[c] for c in numeric]) if numeric else np.zeros((0, len(table)))
    limit = -float(ndtri(0.025 / len(columns)))
    grades = grades_of(run)
    found = {}
    for claim in claims:
        rows = outcomes(run, claim).mean(axis=1).dropna()
        rows = rows[rows.index.isin(table.index)]
        at, y = table.index.get_indexer(rows.index), rows.to_numpy(dtype=np.float64)
        here: list[Driver] = []
        if len(y) >= least(run) and np.ptp(y) > SAME:
            r = ranks[:, at] - ranks[:, at].mean(axis=1, keepdims=True)
            q = ranks_of(y) - (len(y) + 1) / 2
            with np.errstate(invalid="ignore", divide="ignore"):
                correlation = (r @ q) / np.sqrt((r**2).sum(axis=1) * (q**2).sum())
            beyond = np.flatnonzero(np.abs(correlation) * math.sqrt(len(y) - 1) > limit)
            here = [_of_number(numeric[i], placed[numeric[i]][at], y, float(correlation[i]), grades) for i in beyond]
            for column in (c for c in columns if c.startswith("hypothesis:")):
                driver = _of_hypothesis(run, column, values[column][at], y)
                here += [driver] if driver is not None and driver.z > limit else []
        found[claim] = sorted(here, key=lambda d: -d.share)[:most]
    return found


def least(run: RunView) -> int:
    """Futures that must decide a claim before anything is said of what moves it."""
    return max(FEWEST_TO_COMPARE, fewest(done(run)))


def done(run: RunView) -> int:
    """Futures that are done under some plan: all of a finished run."""
    return run.futures if run.complete else int(run.claims["future"].nunique())


def unmoved(run: RunView, claim: str) -> str:
    """Why nothing is listed that moves a claim, as a clause."""
    if not run.complete:
        return "told when the run is finished"
    if (decided := deciding(run, claim)) < least(run):
        return f"only {plural(decided, 'future')} {'decides' if decided == 1 else 'decide'} it: too few to tell"
    return "nothing beyond chance"


def deciding(run: RunView, claim: str) -> int:
    """Futures that decide a claim under some plan."""
    return int(outcomes(run, claim).notna().any(axis=1).sum())


def _options(run: RunView, values: Mapping[str, Array]) -> dict[str, Array]:
    """For every number that options set: which option, of all hypotheses that set it together, each future drew [future]."""
    found: dict[str, Array] = {}
    for hypothesis in run.scenario.hypotheses:
        index = values.get(f"hypothesis:{hypothesis.id}")
        for name in {n.name for option in hypothesis.options for n in option.sets} if index is not None else ():
            found[name] = found.get(name, np.zeros_like(index)) * len(hypothesis.options) + index
    return found


def ranks_of(x: Array) -> Array:
    """Ranks from 1 [future]; equal values share the mean of theirs."""
    import pandas as pd

    return np.asarray(pd.Series(x).rank(), np.float64)


def _ranks_within(x: Array, option: Array) -> Array:
    """Ranks of `x` [future] among the futures of the same option, from -1/2 to 1/2; their mean is 0 in every option."""
    out = np.zeros_like(x)
    for k in np.unique(option):
        here = option == k
        out[here] = (ranks_of(x[here]) - (here.sum() + 1) / 2) / here.sum()
    return out


def resting_on(found: list[Driver]) -> dict[str, float]:
    """How the moved variance of a claim divides among grades: grade -> share of what its drivers explain."""
    total = sum(d.share for d in found)
    out: dict[str, float] = {}
    for d in found:
        out[d.grade or "ungraded"] = out.get(d.grade or "ungraded", 0.0) + (d.share / total if total else 0.0)
    return out


def _of_number(name: str, x: Array, y: Array, correlation: float, grades: Mapping[str, str]) -> Driver:
    lower, upper = np.quantile(x, [1 / 3, 2 / 3])
    low, high = float(y[x <= lower].mean()), float(y[x >= upper].mean())
    z = abs(correlation) * math.sqrt(len(y) - 1)
    return Driver(name, low, high, "lowest third", "highest third", correlation**2, z, grades.get(name, ""))


def _of_hypothesis(run: RunView, column: str, x: Array, y: Array) -> Driver | None:
    options = np.unique(x[~np.isnan(x)])
    if len(options) < 2:
        return None
    means = np.array([y[x == option].mean() for option in options])
    counts = np.array([(x == option).sum() for option in options])
    share = float((counts * (means - y.mean()) ** 2).sum() / len(y) / y.var())
    named = next(h.options for h in run.scenario.hypotheses if h.id == column.removeprefix("hypothesis:"))
    words = [named[int(o)].sentence for o in options]
    worst, best = int(means.argmin()), int(means.argmax())
    # With k options the share of variance times the count is about chi-square with k - 1 degrees; put on the scale of one standard error.
    z = math.sqrt(max(0.0, share * len(y) - (len(options) - 2)))
    return Driver(column, float(means[worst]), float(means[best]), words[worst], words[best], share, z, "hypothesis")


def grades_of(run: RunView) -> dict[str, str]:
    """Grade of every number by name."""
    from drawdown.report.numbers import numbers

    return {n.name: n.grade for n in numbers(run)}
