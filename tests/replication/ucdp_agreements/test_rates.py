"""Peace processes open, sign and end as in all countries from 1989 to August 2007; what is signed on the way ends no war by itself."""

from __future__ import annotations

from math import log
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.by_hand import mechanism
from tests.replication.ucdp_agreements.dyad_months import MONTHS, DyadMonths, agreements, dyad_months, fitted

WEEKS = 52.0
# parameter of peace_process: (coefficient, sign)
FITTED = {
    "opening": ("opening", 1),
    "strong": ("strong", 1),
    "command": ("central", 1),
    "mission": ("mission", 1),
    "several": ("several", -1),
    "quiet": ("quiet", 1),
    "signing": ("signing", 1),
}
Fit = dict[str, tuple[float, float]]


@pytest.fixture(scope="module")
def months(world: Path) -> DyadMonths:
    return dyad_months(world)


@pytest.fixture(scope="module")
def fit(months: DyadMonths) -> Fit:
    return fitted(months)


def best(name: str) -> tuple[float, float, float]:
    p = next(p for p in mechanism("peace_process").params if p.name == name)
    return p.low, p.best, p.high


def test_agreements_follow_each_other(months: DyadMonths) -> None:
    """0.06 a dyad-year where none was signed before (of a pair at war 0.07), 0.9 in the three months after one, 0.4 in the rest of a year,
    0.2 in the next: what a process under way must give."""
    signed, last = (months.signed | months.settled)[months.counts], months.last[months.counts]

    def yearly(low: float, high: float) -> float:
        return 12.0 * float(signed[(last > low) & (last <= high)].mean())

    assert yearly(60, 9999) == pytest.approx(0.06, abs=0.02)
    assert yearly(0, 3) == pytest.approx(0.95, abs=0.2)
    assert yearly(3, 12) == pytest.approx(0.4, abs=0.1)
    assert yearly(12, 24) == pytest.approx(0.2, abs=0.06)


@pytest.mark.parametrize("name", FITTED)
def test_a_parameter_is_what_was_fitted(fit: Fit, name: str) -> None:
    """Its middle is within half a standard error of the estimate; its range is no narrower than the estimate's."""
    coefficient, sign = FITTED[name]
    estimate, error = fit[coefficient]
    p = next(p for p in mechanism("peace_process").params if p.name == name)
    low, middle, high = (log(x) if p.unit in ("per year", "share") else x for x in best(name))
    assert middle == pytest.approx(sign * estimate, abs=0.5 * error)
    assert high - low > 2.0 * error


def test_processes_last_and_fail_as_fitted(fit: Fit) -> None:
    fails, succeeds = (float(np.exp(fit[name][0])) for name in ("breakdown", "conclusion"))
    assert best("talk_weeks")[1] == pytest.approx(WEEKS / (fails + succeeds), rel=0.1)
    assert best("fails")[1] == pytest.approx(fails / (fails + succeeds), abs=0.05)


def test_kinds_of_what_is_signed_on_the_way(world: Path) -> None:
    kinds = agreements(world).query(f"month >= 0 and month < {MONTHS} and pa_type > 1").pa_type
    assert best("partial")[1] == pytest.approx((kinds == 2).mean(), abs=0.05)


def test_settlements_come_out_of_processes_and_other_endings_do_not(world: Path) -> None:
    """In the 24 months before the end an agreement was signed by half of the pairs that settled, by hardly any of those that stopped or
    were beaten: so ceasefires need no process, and processes lead to settlements."""
    from tests.replication.ucdp_agreements.dyad_months import month

    ended = pd.read_csv(world / "terminations.csv").query("ended == 1")
    ended = ended[ended.type.str.contains("internal")]
    ended = ended.assign(end=month(ended.end_date)).query(f"end >= 0 and end < {MONTHS}")
    papers = {k: v.to_numpy() for k, v in agreements(world).groupby("dyad_id").month}

    def before(outcome: str) -> float:
        rows = ended[ended.outcome == outcome]
        found = [
            np.any((papers.get(d, np.array([])) >= e - 24) & (papers.get(d, np.array([])) < e))
            for d, e in zip(rows.dyad_id, rows.end, strict=True)
        ]
        return float(np.mean(found))

    assert before("peace agreement") == pytest.approx(0.5, abs=0.1)
    assert max(before(outcome) for outcome in ("ceasefire", "low activity", "government victory", "actor ceases")) < 0.1


def test_a_full_agreement_ends_a_process(world: Path) -> None:
    """Another follows within two years after 0.16 of full agreements, 0.61 of others: small countries are told of the others alone."""
    signed = agreements(world).query(f"month >= 0 and month < {MONTHS - 12}")
    at = signed.groupby(["dyad_id", "month"]).pa_type.min().reset_index()
    gap = -at.groupby("dyad_id").month.diff(-1)
    assert (gap[at.pa_type == 1] <= 24).mean() == pytest.approx(0.16, abs=0.05)
    assert (gap[at.pa_type > 1] <= 24).mean() == pytest.approx(0.61, abs=0.05)


def test_what_is_signed_on_the_way_does_not_quiet_a_war(world: Path, months: DyadMonths) -> None:
    """Log change of a country's battle deaths from the year before to the year after, beside months of like level and trend elsewhere: 0.06
    (s.e. 0.25, by country) after an agreement with no settlement within a year; so none of them lowers the fighting in `peace_process`."""
    deaths = pd.read_parquet(world / "country_month.parquet")
    table = deaths.pivot_table(index="month", columns="iso3", values="sb", aggfunc="sum").iloc[:MONTHS]
    rows: list[tuple[float, ...]] = []
    of: list[str] = []
    for country in table.columns:
        mine = np.array([country in c.split(";") for c in months.country])
        paper, settled = (np.asarray(x[:, mine].any(axis=1), bool) for x in (months.signed, months.settled))
        dead = table[country].to_numpy()
        for m in range(12, MONTHS - 12):
            level, after = dead[m - 12 : m].sum(), dead[m + 1 : m + 13].sum()
            if level >= 25 and not settled[m - 12 : m + 13].any():
                trend = np.log((4 * dead[m - 3 : m].sum() + 5) / (level + 5))
                rows.append((1.0, np.log(level + 5), np.log(level + 5) ** 2, trend, float(paper[m]), np.log((after + 5) / (level + 5))))
                of.append(str(country))
    design, change = np.array(rows)[:, :-1], np.array(rows)[:, -1]
    inverse = np.linalg.inv(design.T @ design)
    slope = inverse @ design.T @ change
    scores = pd.DataFrame(design * (change - design @ slope)[:, None]).groupby(np.array(of)).sum().to_numpy()
    error = np.sqrt(np.diag(inverse @ scores.T @ scores @ inverse))
    assert slope[4] == pytest.approx(0.06, abs=0.1)
    assert error[4] == pytest.approx(0.25, abs=0.08)
