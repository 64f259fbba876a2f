"""Dyad-years of UCDP with what is known of them and how they ended, 1989 to 2006, and Poisson rates fitted to them.

An ending belongs to the last active year of an episode. Strength, territory: non-state actor data 3.4; a mission: 500 or more uniformed
persons in any month of the year. Countries that are kept back are in none of the tables.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

COVARIATES = ("weaker", "parity", "territory", "firm", "war", "mission", "foreign_troops", "first", "log_year")
FIRST, LAST = 1989, 2006


def dyad_years(world: Path) -> pd.DataFrame:
    """One row an active year of a government and one rebel group: country, covariates, and how it ended (empty: it went on)."""
    episodes = pd.read_csv(world / "terminations.csv")
    episodes = episodes[episodes.type.str.contains("internal")]
    active = pd.read_csv(world / "dyad_year.csv")
    intensity = {(r["dyad_id"], r["year"]): r["intensity_level"] for r in active.to_dict("records")}
    coded = pd.read_csv(world / "dyads.csv").dropna(subset=["dyad_id"])
    coded["from_year"] = pd.to_datetime(coded.startdate).dt.year
    ends = pd.to_datetime(coded.enddate.where(~coded.enddate.str.contains("ongoing", na=True), "2012-01-01"))
    coded["to_year"] = ends.dt.year
    there, helped = missions(world), _helped(world)
    rows = []
    for e in episodes.to_dict("records"):
        spells = coded[coded.dyad_id == e["dyad_id"]]
        for year in range(max(int(e["first_year"]), FIRST), min(int(e["last_year"]), LAST) + 1):
            if (e["dyad_id"], year) not in intensity:
                continue
            spell = spells[(spells.from_year <= year) & (spells.to_year >= year)]
            strength = spell.rebstrength.iloc[0] if len(spell) else ""
            rows.append(
                {
                    "country": e["iso3"],
                    "weaker": float(strength == "weaker"),
                    "parity": float(strength in ("parity", "stronger", "much stronger")),
                    "territory": float(len(spell) > 0 and spell.terrcont.iloc[0] == "yes"),
                    "firm": float(len(spell) > 0 and spell.effterrcont.iloc[0] in ("moderate", "high")),
                    "war": float(intensity[e["dyad_id"], year] == 2),
                    "mission": float((e["iso3"], year) in there),
                    "foreign_troops": float((e["dyad_id"], year) in helped),
                    "first": float(year == e["first_year"]),
                    "log_year": np.log(year - e["first_year"] + 1.0),
                    "outcome": e["outcome"] if e["ended"] == 1 and year == e["last_year"] else "",
                }
            )
    return pd.DataFrame(rows)


def missions(world: Path) -> set[tuple[str, int]]:
    """Country and year of every mission of 500 or more uniformed persons."""
    troops = pd.read_csv(world / "foreign_troops.csv", low_memory=False)
    troops = troops[(troops.source.str.contains("Bara") | troops.kind.str.contains("all uniformed")) & troops.mission.notna()]
    troops["year"] = troops.period.astype(str).str[:4].astype(int)
    most = troops.groupby(["iso3", "year"]).persons.max()
    return {(str(k["iso3"]), int(k["year"])) for k in most[most >= 500].reset_index().to_dict("records")}


def _helped(world: Path) -> set[tuple[float, int]]:
    support = pd.read_csv(world / "external_support.csv")
    troops = support[(support.troops_as_party == 1) & (support.alleged != 1) & support.receiver.str.contains("Gov", na=False)]
    return {(float(r["new_dyad_id"]), int(r["year"])) for r in troops.to_dict("records")}


def fitted(frame: pd.DataFrame, outcome: str) -> dict[str, float]:
    """Coefficients of the log of the yearly rate, by maximum likelihood with a trace of shrinkage; `constant` is that of all at zero.

    Several outcomes are counted together: "government victory or actor ceases".
    """
    design = np.column_stack([np.ones(len(frame)), frame[list(COVARIATES)].to_numpy(float)])
    happened: NDArray[np.float64] = frame.outcome.isin(outcome.split(" or ")).to_numpy().astype(np.float64)
    slope = np.zeros(design.shape[1])
    slope[0] = np.log(max(happened.mean(), 1e-4))
    shrink = 0.05 * np.r_[0.0, np.ones(len(COVARIATES))]
    for _ in range(60):
        mean = np.exp(design @ slope)
        bend = design.T @ (design * mean[:, None]) + np.diag(np.maximum(shrink, 0.05))
        slope = slope + np.clip(np.linalg.solve(bend, design.T @ (happened - mean) - shrink * slope), -1.0, 1.0)
    return dict(zip(("constant", *COVARIATES), slope.tolist(), strict=True))


def errors(frame: pd.DataFrame, outcome: str, samples: int = 40, seed: int = 0) -> dict[str, float]:
    """Standard errors of the same, clustered: whole countries are drawn again."""
    rng = np.random.default_rng(seed)
    by_country = [part for _, part in frame.groupby("country")]
    draws = [pd.concat([by_country[k] for k in rng.integers(len(by_country), size=len(by_country))]) for _ in range(samples)]
    fits = pd.DataFrame([fitted(draw, outcome) for draw in draws])
    return {str(name): float(value) for name, value in fits.std().items()}
