"""Fit the process to the monthly record of all countries: the greatest composite likelihood, and Godambe's errors.

`python -m drawdown.learned.fitting PANEL OUTPUT [--before 2007-09]` makes `level.json` anew (minutes on a GPU, hours on two cores). The
panel is a table with the columns iso3, month (YYYY-MM) and total (deaths). Nothing from `before` on is read.

A composite likelihood's curvature says too much; Godambe's information does not: H^-1 J H^-1, with H its curvature and J the sum over
countries of the outer products of their scores, so that errors are clustered by country.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from drawdown.learned.likelihood import EVERY, LEADS, WEIGHT, score
from drawdown.learned.posterior import fold_of
from drawdown.learned.process import Process

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
FOLDS = 5
LEAST = 25.0  # deaths in a country's worst year: with fewer there was no armed conflict to learn from
# Where the search starts, and centre of a weak normal prior of each parameter's size (assumed; widths below).
PRIOR = Process(
    step=-2.1, pull=-4.5, usual=1.5, usual_prone=0.0, heat=0.0, fall=-4.0, fall_level=0.0, fall_prone=0.4, low=-0.5, low_width=0.5,
    flare=-4.0, high=3.0, high_width=0.5, surge=-0.5, surge_kept=1.0, missing=-3.0, first=0.0, first_width=1.0, even=-0.7, even_spread=-0.5,
)  # fmt: skip
WIDTH = 2.0
OF_SPREAD = 0.7  # width of the prior of the spread over countries


def panel(table: pd.DataFrame, before: str) -> tuple[tuple[str, ...], Floats]:
    """Countries with a year of `LEAST` deaths or more, and their deaths [month, country], NaN where a month is not on record."""
    import pandas as pd

    early = table[table["month"].astype(str) < before]
    wide = early.pivot(index="month", columns="iso3", values="total").astype(float).sort_index()
    worst = wide.rolling(12).sum().max()
    chosen = tuple(str(c) for c in wide.columns if worst[c] >= LEAST)
    return chosen, np.asarray(pd.DataFrame(wide[list(chosen)]), np.float64)


def fit(deaths: Floats, start: Process = PRIOR, steps: int = 150) -> Process:
    """The parameters with the greatest posterior, by L-BFGS."""
    import jax
    import jax.numpy as jnp
    from scipy.optimize import minimize

    record, centre = jnp.asarray(deaths), jnp.asarray(PRIOR)
    width = jnp.asarray(PRIOR._replace(**dict.fromkeys(Process._fields, WIDTH))._replace(even_spread=OF_SPREAD))

    def loss(values: jax.Array, record: jax.Array) -> jax.Array:
        return -jnp.sum(score(Process(*values), record)) + 0.5 * jnp.sum(((values - centre) / width) ** 2)

    # The record is an argument: as a constant of the program, its chances would be worked out by the compiler.
    both = jax.jit(jax.value_and_grad(loss))

    def at(values: Floats) -> tuple[float, Floats]:
        value, slope = both(jnp.asarray(values), record)
        return float(value), np.asarray(slope, np.float64)

    found = minimize(at, np.asarray(start, np.float64), jac=True, method="L-BFGS-B", options={"maxiter": steps, "maxls": 40, "ftol": 1e-9})
    return Process(*(float(v) for v in found.x))


def errors(deaths: Floats, process: Process, apart: float = 1e-3) -> Process:
    """Godambe's standard errors, clustered by country; the prior counts in the curvature."""
    import jax
    import jax.numpy as jnp

    record, at = jnp.asarray(deaths), jnp.asarray(process)
    by_country = np.asarray(jax.jit(jax.jacfwd(lambda v, r: score(Process(*v), r)))(at, record))  # [country, parameter]
    slope = jax.jit(jax.grad(lambda v, r: jnp.sum(score(Process(*v), r))))
    rows = [(slope(at.at[i].add(apart), record) - slope(at.at[i].add(-apart), record)) / (2 * apart) for i in range(len(process))]
    curvature = -np.asarray(rows) + np.eye(len(process)) / WIDTH**2
    return Process(*(float(e) for e in sandwich(curvature, by_country)))


def sandwich(curvature: Floats, by_country: Floats) -> Floats:
    """Roots of the diagonal of H^-1 J H^-1 [parameter], of the curvature H [parameter, parameter] and scores [country, parameter].

    Directions in which the score is flat are left to the prior: eigenvalues of H under the prior's are raised to it.
    """
    size, turn = np.linalg.eigh(0.5 * (curvature + curvature.T))
    inverse = turn @ np.diag(1.0 / np.maximum(size, 1.0 / WIDTH**2)) @ turn.T
    return np.asarray(np.sqrt(np.diag(inverse @ (by_country.T @ by_country) @ inverse)))


def main(arguments: Sequence[str] | None = None) -> None:
    """Read a panel, fit all countries and each fold, write the posterior."""
    import jax
    import pandas as pd

    jax.config.update("jax_enable_x64", True)  # type: ignore[no-untyped-call]
    reader = argparse.ArgumentParser(prog="python -m drawdown.learned.fitting", description=main.__doc__)
    reader.add_argument("panel", type=Path)
    reader.add_argument("output", type=Path)
    reader.add_argument("--before", default="2007-09")
    told = reader.parse_args(arguments)
    countries, deaths = panel(pd.read_parquet(told.panel), told.before)
    whole = fit(deaths)
    folds = [fit(deaths[:, [fold_of(c, FOLDS) != f for c in countries]], whole) for f in range(FOLDS)]
    written = {
        "about": "Posterior of the process of drawdown.learned.process.",
        "made_with": f"python -m drawdown.learned.fitting; jax {jax.__version__}",
        "data": "deaths a month by country, UCDP GED 20.1 (CC BY 4.0), state-based, non-state and one-sided, best estimate",
        "data_sha256": hashlib.sha256(told.panel.read_bytes()).hexdigest(),
        "before": f"{told.before}-01",
        "countries": len(countries),
        "months": len(deaths),
        "leads": [1, *LEADS],
        "weight": WEIGHT,
        "every": EVERY,
        "process": whole._asdict(),
        "errors": errors(deaths, whole)._asdict(),
        "folds": [one._asdict() for one in folds],
    }
    told.output.write_text(json.dumps(written, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
