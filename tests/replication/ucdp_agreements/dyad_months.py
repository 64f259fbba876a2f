"""Peace processes that nobody saw, by the agreements that they signed: dyad-months of UCDP, 1989 to August 2007, and a two-state model.

A government and a group are in a peace process or not. It opens by a rate of what is known of them, signs agreements while it lasts, and
ends in a settlement or in nothing. Only agreements (UCDP peace agreements) and settlements (UCDP terminations) are seen. A pair counts from
its first active year until four years after its last one, or five after its last agreement. Countries that are kept back are in no table.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import minimize

from tests.replication.ucdp_terminations.dyad_years import missions

Floats = NDArray[np.float64]
Months = NDArray[np.int64]
FIRST, MONTHS = 1989, 224
RATES = ("opening", "quiet", "signing", "breakdown", "conclusion", "after")
COVARIATES = ("strong", "mission", "several", "central")
NAMES = (*RATES, *COVARIATES)
LATE, STILL = 4, 60  # years after fighting, months after an agreement, in which a pair counts
NEVER = 9999


@dataclass(frozen=True)
class DyadMonths:
    """[month, dyad], but `country` [dyad] and `known` [month, dyad, covariate]. `last`: months since the pair last signed."""

    country: NDArray[np.str_]
    active: Floats
    counts: NDArray[np.bool_]
    signed: NDArray[np.bool_]
    settled: NDArray[np.bool_]
    after: NDArray[np.bool_]
    last: Floats
    known: Floats


def month(text: pd.Series) -> pd.Series:
    """Months since January of FIRST."""
    days = pd.to_datetime(text)
    return (days.dt.year - FIRST) * 12 + days.dt.month - 1


def agreements(world: Path) -> pd.DataFrame:
    """One row an agreement and dyad that signed it: `dyad_id`, `month`, `pa_type` (1 full, 2 partial, 3 process)."""
    signed = pd.read_csv(world / "peace_agreements.csv")
    signed["month"] = month(signed.pa_date)
    parts = signed.assign(dyad_id=signed.dyad_id.astype(str).str.split(",")).explode("dyad_id")
    return parts.assign(dyad_id=parts.dyad_id.str.strip().astype(float))[["dyad_id", "month", "pa_type"]]


def dyad_months(world: Path) -> DyadMonths:
    """The months of every internal dyad that was active in 1984 or later."""
    years = pd.read_csv(world / "dyad_year.csv")
    years = years[years.type.str.contains("internal")]
    ended = pd.read_csv(world / "terminations.csv")
    ended = ended[ended.type.str.contains("internal") & (ended.ended == 1) & (ended.outcome == "peace agreement")]
    ended = ended.assign(end=month(ended.end_date), paper=month(ended.peace_agreement_date))
    coded = pd.read_csv(world / "dyads.csv").dropna(subset=["dyad_id"])
    coded["from_year"] = pd.to_datetime(coded.startdate).dt.year
    signed = {k: np.array(sorted(v)) for k, v in agreements(world).query(f"month < {MONTHS}").groupby("dyad_id").month}
    there = missions(world)
    every: Months = np.arange(MONTHS, dtype=np.int64)
    calendar = FIRST + every // 12
    columns: list[tuple[str, tuple[Floats, ...]]] = []
    for dyad, own in years.groupby("dyad_id"):
        fought = np.sort(own.year.to_numpy(np.int64))
        if fought[-1] < FIRST - LATE - 1:
            continue
        country = str(own.iso3.iloc[0])
        papers = signed.get(dyad, np.array([], np.int64))
        since = _since(calendar, fought)
        last = _since(every, papers, strictly=True)
        at, after = np.zeros(MONTHS), np.zeros(MONTHS)
        for e in ended[ended.dyad_id == dyad].to_dict("records"):
            when = _signature(e["end"], e["paper"], papers)
            again = [(y - FIRST) * 12 for y in fought.tolist() if (y - FIRST) * 12 > when]
            after[max(when + 1, 0) : max(min([*again, MONTHS]), 0)] = 1.0
            if 0 <= when < MONTHS:
                at[when] = 1.0
        on_paper = np.isin(every, papers) & (at == 0)
        held = np.isin(calendar, [y for c, y in there if c == country])
        spells = coded[coded.dyad_id == dyad].sort_values("from_year")
        by_year = ["" if spells.empty else _spell(spells, year) for year in range(FIRST, int(calendar[-1]) + 1)]
        strength = np.array(by_year)[calendar - FIRST]
        strong = np.isin(strength, ["weaker", "parity", "stronger", "much stronger"])
        central = np.full(MONTHS, len(spells) > 0 and spells.centcontrol.iloc[-1] == "yes")
        parts = (since == 0, (since <= LATE) | (last <= STILL), on_paper, at, after, last, strong, held, central)
        columns.append((country, tuple(np.asarray(part, float) for part in parts)))
    countries = np.array([country for country, _ in columns])
    active, counts, paper, at, after, last, strong, held, central = (np.stack(p, 1) for p in zip(*(c for _, c in columns), strict=True))
    others = np.stack([active[:, countries == c].sum(axis=1) for c in countries], axis=1) - active
    known = np.stack([strong, held, np.log1p(others), central], axis=-1)
    return DyadMonths(countries, active, counts > 0, paper > 0, at > 0, after > 0, last, known)


def _since(now: Months, before: Months, strictly: bool = False) -> Floats:
    """How long ago the last of `before` was, NEVER where none was."""
    ago = now[:, None] - before[None, :]
    return np.asarray(np.where(ago > 0 if strictly else ago >= 0, ago, NEVER).min(axis=1, initial=NEVER), float)


def _signature(end: int, paper: float, papers: Months) -> int:
    """The month in which a settlement was signed: that of the agreement named, or the nearest to it, within a year of the last fighting."""
    when = int(paper) if paper == paper else end
    if papers.size:
        when = int(papers[np.argmin(np.abs(papers - when))])
    return when if abs(when - end) <= 12 else end


def _spell(spells: pd.DataFrame, year: int) -> str:
    """How strong the group was said to be: the last spell begun by then, or the first."""
    begun = spells[spells.from_year <= year]
    return str((begun if len(begun) else spells.iloc[:1]).rebstrength.iloc[-1])


def likelihood(log_rates: Floats, d: DyadMonths) -> Floats:
    """Log likelihood of every dyad's months [dyad], by the forward probability that a process is under way."""
    opening, quiet, signing, breakdown, conclusion, after = np.exp(log_rates[: len(RATES)])
    opens = opening * np.exp(d.known @ log_rates[len(RATES) :]) * np.where((d.active > 0) & ~d.after, 1.0, quiet)
    ends = breakdown + signing + conclusion
    total, open_, was = np.zeros(len(d.country)), np.zeros(len(d.country)), np.zeros(len(d.country), bool)
    for m in range(MONTHS):
        left = np.exp(-ends * d.last[m] / 12)
        kept = left / (left + breakdown / ends * (1 - left))
        first = np.where(d.last[m] < NEVER, kept, opens[m] / (opens[m] + ends))
        open_ = np.where(d.counts[m] & ~was, first, open_)
        was = d.counts[m]
        paper = 1 - np.exp(-signing * np.where(d.after[m], after, 1.0) / 12)
        peace = np.where(d.after[m], 0.0, 1 - np.exp(-conclusion / 12))
        none = (1 - paper) * (1 - peace)
        seen = np.where(d.settled[m], open_ * peace, np.where(d.signed[m], open_ * paper, 1 - open_ * (1 - none)))
        total += np.where(was, np.log(np.maximum(seen, 1e-9)), 0.0)
        still = np.where(d.settled[m] | d.signed[m], 1.0, open_ * none / np.maximum(seen, 1e-9))
        open_ = still * np.exp(-breakdown / 12) + (1 - still) * (1 - np.exp(-opens[m] / 12))
    return total


def fitted(d: DyadMonths) -> dict[str, tuple[float, float]]:
    """Log rates a year and log ratios, each with its standard error, clustered by country. A trace of shrinkage keeps all finite."""
    start = np.r_[np.log([0.1, 0.3, 0.8, 0.6, 0.4, 1.0]), np.zeros(len(COVARIATES))]
    shrink = np.r_[np.full(len(RATES), 0.005), np.full(len(COVARIATES), 0.02)]
    best: Floats = minimize(lambda x: -likelihood(x, d).sum() + float(shrink @ x**2), start, method="L-BFGS-B").x
    steps = 1e-3 * np.eye(len(best))
    slopes = np.stack([(likelihood(best + s, d) - likelihood(best - s, d)) / 2e-3 for s in steps])
    middle = likelihood(best, d).sum()
    bend = np.empty((len(best), len(best)))
    for i, s in enumerate(steps):
        for j, r in enumerate(steps[: i + 1]):
            moved = likelihood(best + s + r, d).sum() - likelihood(best + s, d).sum() - likelihood(best + r, d).sum() + middle
            bend[i, j] = bend[j, i] = -moved / 1e-6
    clustered = np.stack([slopes[:, d.country == c].sum(axis=1) for c in np.unique(d.country)])
    inverse = np.linalg.pinv(bend)
    errors = np.sqrt(np.diag(inverse @ clustered.T @ clustered @ inverse))
    return {name: (float(b), float(e)) for name, b, e in zip(NAMES, best, errors, strict=True)}
