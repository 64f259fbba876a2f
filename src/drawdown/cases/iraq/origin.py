"""Initial tables of the Iraq scenario, estimated from data before an origin, at whatever date that origin is.

``estimate(folder, as_of)`` reads the public data (`drawdown.cases.iraq.frames`), keeps only what is dated before ``as_of``, and returns the
rows of every table that data can fill; `drawdown.calibrate.tables` writes them into a scenario folder. The scenario shipped for
3 September 2007 and the backtests at earlier origins come from this one code. What data cannot tell, who rules a place, is the table of
dated, sourced statements `statements.csv`, and everything that is assumed says so in its note. How each table is made: `rates` (violence),
`people` (residents and communities), `forces` (forces and rule).
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from drawdown.cases.iraq.forces import (
    control_rows,
    deployment_rows,
    foreign_strength_rows,
    handed_over_rows,
    loss_rows,
)
from drawdown.cases.iraq.frames import Frames, read
from drawdown.cases.iraq.people import community_rows, mixing_rows, population_rows
from drawdown.cases.iraq.rates import attack_rows, bombing_rows, death_rows, fatal_rows, rivalry_rows
from drawdown.cases.rows import Row


def estimate(data_folder: str | Path, as_of: date, weeks: int = 13) -> dict[str, list[Row]]:
    """Rows of every data-driven table at the origin `as_of`, from the `weeks` before it. Never reads past `as_of`."""
    return tables(read(Path(data_folder), as_of), weeks)


def tables(frames: Frames, weeks: int = 13) -> dict[str, list[Row]]:
    """The same from loaded frames; pure. Keys are variable names of `drawdown.state`."""
    population = population_rows(frames)
    shares = community_rows(frames)
    attacks = attack_rows(frames, weeks)
    return {
        "population": population,
        "community_share": shares,
        "mixing_at_origin": mixing_rows(frames, shares),
        "attack_rate": attacks,
        "fatal_rate": fatal_rows(frames, weeks),
        "bombing_rate": bombing_rows(frames, weeks),
        "rivalry_rate": rivalry_rows(frames),
        "recorded_deaths": death_rows(frames),
        "strength": foreign_strength_rows(frames),
        "deployment": deployment_rows(frames),
        "losses_before": loss_rows(frames),
        "handed_over_at_origin": handed_over_rows(frames),
        "control_at_origin": control_rows(frames, population, shares, attacks),
    }
