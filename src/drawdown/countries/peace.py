"""What is known of war and peace between the government and each group: since when they fight, and when they signed last."""

from __future__ import annotations

import math
import re

import numpy as np

from drawdown.countries.forces import Forces
from drawdown.countries.known import Known
from drawdown.countries.slots import MILITIA, REBELS
from drawdown.countries.tables import FilledTables, RestsOn

WEEKS_A_YEAR, DAYS_A_WEEK = 52.0, 7.0
MEMORY = 365.0  # days in which the memory of an agreement falls to 1/e (intervention.memory)
MOST_PEACE = 40  # years
UNFOUGHT = "by the last year in which UCDP counts a group that fought the state"
FRESH = "by the days since the last agreement of UCDP's list (assumed to be what an agreement in the model is)"
FULL = 1  # UCDP's kind of an agreement that settles all that the two fought about
AT_PEACE = 2  # years without fighting that end an episode, as UCDP's terminations count: one without, and the next begins a new one


def fill(tables: FilledTables, armed: Forces, before: Known) -> dict[str, tuple[float, str, str]]:
    """`last_signed` of the groups that ever fought the state, `fought_for` of those that do; returned are parameters: value, unit, why."""
    for slot in (*REBELS, MILITIA):
        group = armed.groups.get(slot)
        # Who fights others now may have fought the state once, and talk to it still.
        listed = before.dyad_year[before.dyad_year["side_b"] == (group.name if group is not None else "")].sort_values("year")
        if group is None or listed.empty:
            continue
        dyad = float(listed["dyad_id"].iloc[-1])
        weeks = _signed(before, dyad)
        if weeks is not None:
            tables.put("last_signed", (slot,), weeks, RestsOn("A", "the day is known", "agreements", f"dyad {dyad:.0f}"))
        if group.fights_state:
            years, note = _fought(before, dyad), "from the first year of 25 deaths or more since a year without"
            tables.put("fought_for", (slot,), WEEKS_A_YEAR * years, RestsOn("B", note, "dyads", f"dyad {dyad:.0f}"))
    parameters = {"founding.quiet_before": (WEEKS_A_YEAR * _unfought(before), "weeks", UNFOUGHT)}
    if len(before.agreements):
        fresh = math.exp(-float(before.agreements["age"].min()) / MEMORY)
        parameters["intervention.accord_at_origin"] = (fresh, "share", FRESH)
    return parameters


def _unfought(before: Known) -> int:
    """Years for which no group had fought the state when the year of the origin began; where none ever did, forty."""
    fought = before.dyad_year[before.dyad_year["type"] != "interstate"]
    years = before.origin.year - 1 - int(fought["year"].max()) if len(fought) else MOST_PEACE
    return max(min(years, MOST_PEACE), 0)


def _fought(before: Known, dyad: float) -> int:
    """Years since the episode that is still going on began."""
    years = np.unique(before.dyad_year.loc[before.dyad_year["dyad_id"] == dyad, "year"].to_numpy(int))
    breaks = np.flatnonzero(np.diff(years) >= AT_PEACE)
    return before.origin.year - int(years[breaks[-1] + 1] if breaks.size else years[0])


def _signed(before: Known, dyad: float) -> float | None:
    """Weeks since the group last signed an agreement with the government; None where it never did, or settled everything with it.

    A row names one dyad or several. After a full agreement 0.16 of pairs signed another within two years, after others 0.61.
    """
    named = [str(int(dyad)) in re.findall(r"\d+", str(dyads)) for dyads in before.agreements["dyad_id"]]
    signed = before.agreements[np.array(named, bool)]  # of a country without any, a list would take the columns
    last = signed[signed["age"] == signed["age"].min()]
    return None if last.empty or (last["pa_type"] == FULL).any() else float(last["age"].iloc[0]) / DAYS_A_WEEK
