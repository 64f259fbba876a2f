"""Rates of settlements, ceasefires and defeats are those of UCDP terminations, 1989 to 2006; the tables say what they give."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.by_hand import mechanism
from tests.replication.ucdp_terminations.dyad_years import dyad_years, errors, fitted

GONE = "government victory or actor ceases"
# mechanism.parameter: (outcome, coefficients whose mean it is, sign)
FITTED = {
    "dissolution.rate": (GONE, ("constant",), 1),
    "dissolution.strong": (GONE, ("weaker", "parity"), 1),
    "dissolution.age": (GONE, ("log_year",), -1),
    "dissolution.holds": (GONE, ("territory",), -1),
    "dissolution.secure": (GONE, ("firm",), -1),
    "settlement.agreement": ("peace agreement", ("constant",), 1),
    "settlement.strong": ("peace agreement", ("weaker", "parity"), 1),
    "settlement.mission": ("peace agreement", ("mission",), 1),
    "settlement.hot": ("peace agreement", ("war",), -1),
    "settlement.age": ("peace agreement", ("log_year",), -1),
    "settlement.ceasefire": ("ceasefire", ("constant",), 1),
    "settlement.cease_strong": ("ceasefire", ("weaker", "parity"), 1),
    "settlement.cease_hot": ("ceasefire", ("war",), -1),
}


@pytest.fixture(scope="module")
def years(world: Path) -> pd.DataFrame:
    return dyad_years(world)


def test_the_dyad_years_are_those_of_the_facts(years: pd.DataFrame) -> None:
    """facts.md, block b: 792 dyad-years in 61 countries; 0.058 (0.014) settlements and 0.049 (0.008) ceasefires a dyad-year."""
    assert len(years) == pytest.approx(792, rel=0.03)
    assert years.country.nunique() == 61
    assert (years.outcome == "peace agreement").mean() == pytest.approx(0.058, abs=0.014)
    assert years.outcome.isin(GONE.split(" or ")).mean() == pytest.approx(0.035 + 0.019, abs=0.012)
    assert (years.outcome == "ceasefire").mean() == pytest.approx(0.049, abs=0.008)


@pytest.mark.parametrize("name", FITTED)
def test_a_parameter_is_what_was_fitted(years: pd.DataFrame, name: str) -> None:
    """Its middle is within half a standard error of the estimate; its range is no narrower than the estimate's."""
    outcome, terms, sign = FITTED[name]
    fit, error = fitted(years, outcome), errors(years, outcome)
    estimate = sign * float(np.mean([fit[t] for t in terms]))
    spread = float(np.mean([error[t] for t in terms]))
    of, _, called = name.partition(".")
    p = next(p for p in mechanism(of).params if p.name == called)
    low, best, high = (np.log([p.low, p.best, p.high]) if p.unit == "per year" else np.array([p.low, p.best, p.high])).tolist()
    assert best == pytest.approx(estimate, abs=0.5 * spread)
    assert high - low > 2.0 * spread
