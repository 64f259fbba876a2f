"""A made-up world of wars for the tests of the exam: a panel, and the tables of a data folder."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType

import numpy as np

from drawdown.exam.panel import Panel

START = np.datetime64("1989-01", "M")
MONTHS = 276
COUNTRIES = tuple(f"{a}{b}{c}" for a in "AB" for b in "CDE" for c in "FGHI")


def panel(seed: int = 3, countries: tuple[str, ...] = COUNTRIES) -> Panel:
    """Wars whose log level wanders, some ending; country i has its own stream, so that one more moves no other."""
    deaths = {}
    for position, iso3 in enumerate(countries):
        random = np.random.default_rng([seed, position])
        level = 3.5 + random.normal() + np.cumsum(random.standard_t(3, MONTHS) * 0.15)
        deaths[iso3] = random.poisson(np.exp(np.clip(level, -4, 8))).astype(np.float64)
    return Panel(START, MappingProxyType(deaths), MappingProxyType({c: c.title() for c in countries}))


def steady(**series: float) -> Panel:
    """Countries with the same deaths every month."""
    deaths = {iso3: np.full(MONTHS, float(value)) for iso3, value in series.items()}
    return Panel(START, MappingProxyType(deaths), MappingProxyType({c: c for c in series}))


def write(made: Panel, folder: Path) -> Path:
    """The panel as a data folder holds it; NaN months have no row."""
    import pandas as pd

    months = made.start + np.arange(made.months)
    rows = [
        {"country": made.names[iso3], "iso3": iso3, "month": str(month), "total": int(value)}
        for iso3, series in made.deaths.items()
        for month, value in zip(months, series, strict=True)
        if not np.isnan(value)
    ]
    folder.mkdir(parents=True, exist_ok=True)
    pd.DataFrame(rows).to_parquet(folder / "country_month.parquet")
    return folder
