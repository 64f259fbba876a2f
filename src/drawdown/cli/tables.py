"""What a run says beside its claims, as sheets: how futures end, and what differs between two plans."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from drawdown.cli.figures import error_of, number, percent
from drawdown.terminal.sheet import Column, Sheet
from drawdown.vocabulary.units import unit_of
from drawdown.vocabulary.who_rules import FALLEN, FOOTHOLD, LOW_WAR_DEATHS, WAR_DEATHS, status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from drawdown.runs import Run

MAIN = ("country_all_deaths", "country_civilian_deaths", "country_attacks", "country_void", "capability", "country_displaced")


def end_state_sheet(run: Run, year: int, plans: Sequence[str] | None = None) -> Sheet:
    """How futures end under each plan (default: all)."""
    from drawdown.observe.level import SHORT_NOTE

    columns = (Column("plan", unbroken=True), Column("form of the state", least=16), Column("who leads", least=16),
               Column("who rules", least=16), Column("war", least=8), Column("foreign forces", least=8))  # fmt: skip
    rows = []
    for plan, parts in run.end_state_parts(year).items():
        if parts and (plans is None or plan in plans):
            told = [several(parts[n], 3) for n in ("war", "foreign")]
            rules = several(fallen_in_politics(run, parts["rule"]), 4)
            rows.append((plan, several(parts["form"], 4), several(in_politics(run, parts["leader"]), 3), rules, *told))
    return Sheet(
        f"How futures end, after {year} year{'s' * (year > 1)} (percent of futures)",
        columns,
        tuple(rows),
        f"War: {WAR_DEATHS:,.0f} recorded deaths or more in the last 52 weeks, low war from {LOW_WAR_DEATHS:.0f} (UCDP). The government "
        f"has fallen where its side rules under {percent(FOOTHOLD)}% of the capital; rule is divided where armed groups rule as much as "
        f"its side. Leader: of the largest community. {SHORT_NOTE}",
    )


def in_politics(run: Run, shares: Mapping[str, float]) -> dict[str, float]:
    """Shares of leaders under the names for which they stand in politics, most frequent first."""
    from drawdown.scenario.model import political_names

    names = political_names(run.scenario.actors)
    found: dict[str, float] = {}
    for actor, share in shares.items():
        found[names.get(actor, actor)] = found.get(names.get(actor, actor), 0.0) + share
    return dict(sorted(found.items(), key=lambda pair: -pair[1]))


def fallen_in_politics(run: Run, shares: Mapping[str, float]) -> dict[str, float]:
    """Shares of what has become of the government, `fallen to` whom under the name for which they stand in politics."""
    from drawdown.scenario.model import political_names

    names = {status(FALLEN, actor): status(FALLEN, name) for actor, name in political_names(run.scenario.actors).items()}
    return {names.get(rule, rule): share for rule, share in shares.items()}


def several(shares: Mapping[str, float], most: int) -> str:
    """`unitary 62, autonomy 30`."""
    named = {("ended early" if name == "None" else name): share for name, share in shares.items()}
    return ", ".join(f"{name} {percent(share)}" for name, share in list(named.items())[:most])


def quantities_sheet(run: Run, a: str, b: str) -> Sheet | None:
    """Paired differences of yearly means of the main quantities over the whole run, with their units."""
    import numpy as np

    from drawdown.observe.level import SHORT_NOTE, called

    names = [n for n in MAIN if f"yearly_{n}" in run.summary()]
    if not names:
        return None
    rows = []
    for name in names:
        values = run.yearly(name)
        means = [values.sel(plan=p).mean("year").to_numpy().astype(np.float64) for p in (a, b)]
        known = [m[np.isfinite(m)] for m in means]
        apart = (means[0] - means[1])[np.isfinite(means[0] - means[1])]
        error = float(apart.std(ddof=1) / math.sqrt(len(apart))) if len(apart) > 1 else float("nan")
        mean = [float(m.mean()) if len(m) else float("nan") for m in known]
        between = float(apart.mean()) if len(apart) else float("nan")
        label = called(name)
        unit = unit_of(str(values.attrs.get("unit", ""))).told
        rows.append((label, unit, *(number(m, 4) for m in mean), number(between, sign=True), error_of(error)))
    columns = (Column("quantity", least=12), Column("unit", least=12), *(Column(x, figures=True) for x in (a, b, "difference", "± error")))
    return Sheet(f"Weekly means over the whole run, {a} minus {b}, paired", columns, tuple(rows), SHORT_NOTE)
