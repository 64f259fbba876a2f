"""`drawdown exits`: real exits as a reference class, and those most like a plan."""

from __future__ import annotations

import math
from datetime import date
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from drawdown.evaluate.exits import NEAREST
from drawdown.terminal import console as console_of
from drawdown.terminal.json_document import print_json
from drawdown.terminal.sheet import Column, Sheet, drawn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from drawdown.evaluate.exits import Exit, Likeness, Rate


def register(app: App) -> None:
    """Hang `exits` under the main application. Errors leave as `DrawdownError`; the caller prints them and exits with their code."""
    app.command(exits, name="exits")


def exits(
    scenario: str | None = None,
    *,
    plan: str | None = None,
    most: int = NEAREST,
    as_of: Annotated[date | None, Parameter(name="--as-of")] = None,
    scope: str | None = None,
    force: float | None = None,
    style: str | None = None,
    proxy: str | None = None,
    rival: str | None = None,
    sponsor: str | None = None,
    as_json: Annotated[bool, Parameter(name="--json", negative="", show_default=False, help="Print JSON, for machines.")] = False,
) -> None:
    """What followed when foreign forces really left: base rates within 24 months, then the exits most like a plan, if it has an exit.

    For example:

      drawdown exits

      drawdown exits my-scenario --plan leave

      drawdown exits --scope region --force 5500 --proxy state --rival strong

    Parameters
    ----------
    scenario
        A scenario; the features of its plan's exit are read from its numbers and shown with the rule.
    plan
        A plan of the scenario (default: its first).
    most
        How many exits to call most like it.
    as_of
        Leave out exits whose 24 months were not over on this day (default: the scenario's origin).
    scope
        national, region or capital: replaces what was read from the scenario.
    force
        Soldiers who leave.
    style
        settlement, timetable, forced or abrupt.
    proxy
        Whom they leave in charge: state, militia, peacekeepers or none.
    rival
        none, weak or strong.
    sponsor
        Whom outside states arm: none, host, rival or both.
    """
    from dataclasses import replace

    from drawdown.errors import expected_one_of
    from drawdown.evaluate.exits import ExitError, Features, base_rates, load, nearest
    from drawdown.evaluate.exits_of_plans import NoExitError, features_of, known_then
    from drawdown.evaluate.exits_tested import leave_one_out

    asked, known, none = Features(), as_of, ""
    reasons: dict[str, str] = {}
    if scenario is not None:
        from drawdown.scenario.load import load as load_scenario

        read = load_scenario(scenario, check_mechanisms=False)
        plans = {p.id: p for p in read.plans}
        if plan is not None and plan not in plans:
            raise ExitError(f"plan: {expected_one_of(plan, plans)}")
        known = known or known_then(read)
        chosen = plans[plan] if plan is not None else next(iter(read.plans), None)
        try:
            if chosen is None:
                raise NoExitError(f"{read.title}: has no plan, so there is no exit to compare")
            asked, reasons = features_of(read, chosen)
        except NoExitError as error:
            none = str(error)
    given = {"scope": scope, "force": force, "style": style, "proxy": proxy, "rival": rival, "sponsor": sponsor}
    for name, value in given.items():
        if value is not None:
            asked = replace(asked, **{name: value})  # type: ignore[arg-type]  # each value is of its field's type
            reasons[name] = "as given"
    table = load(known)
    near = nearest(asked, table, most)
    test = leave_one_out(table, most=most)
    if as_json:
        told = _plain(table, near, base_rates(table), base_rates([n.exit for n in near]))
        told |= {"no_exit": none or None, "likeness_tested": test.sentence if test and near else None}
        print_json(told)
        return
    console = console_of()
    console.print(f"All {len(table)} exits, within 24 months (90% Wilson interval)", style="bold")
    console.print(drawn(_rates(base_rates(table)), console))
    if none:
        console.print(f"{none}.\n")
    if near:
        console.print(f"The {len(near)} most like it", style="bold")
        console.print(drawn(_rates(base_rates([n.exit for n in near])), console))
        if test:
            console.print(f"{test.sentence}\n")
        for name, reason in reasons.items():
            console.print(f"  {name.replace('_', ' ')}: {_feature(getattr(asked, name))} ({reason})", style="dim")
        console.print()
        console.print(drawn(_nearest(near), console))
    elif not none:
        console.print()
        console.print(drawn(_all(table), console))


def _feature(value: object) -> str:
    """A feature of an exit as a person says it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,.0f}" if isinstance(value, float) and math.isfinite(value) else str(value)


def _share(rate: Rate) -> str:
    low, high = rate.interval
    return f"{rate.count} of {rate.of}  {rate.share:.0%} ({low:.0%}-{high:.0%})" if rate.of else "no case"


def _rates(rates: Sequence[Rate]) -> Sheet:
    columns = (Column("", least=12), Column("", unbroken=True))
    return Sheet("", columns, tuple((rate.name, _share(rate)) for rate in rates))


def _nearest(near: Sequence[Likeness]) -> Sheet:
    rows = []
    for like in near:
        parts = sorted(((v, k) for k, v in like.parts.items() if v > 0), reverse=True)[:2]
        where = like.exit.place if like.exit.features.scope != "national" else like.exit.country
        name = f"{like.exit.leaver}, {where} {like.exit.exit.year}"
        most = ", ".join(k for _, k in parts) or "nothing"
        rows.append((name, f"{like.distance:.2f}", most, f"{like.exit.followed} [{like.exit.grade}]"))
    columns = (Column("exit", least=16), Column("differs by", figures=True), Column("most in", least=12), Column("what followed", least=30))
    return Sheet("Most like it", columns, tuple(rows), spaced=True)


def _all(table: Sequence[Exit]) -> Sheet:
    columns = (Column("exit"), *(Column(heading, unbroken=True) for heading in ("when", "takeover", "war", "calm", "grade")))
    rows = ((f"{e.leaver}, {e.country}", e.exit.strftime("%Y-%m"), e.takeover, e.war, e.calm, e.grade) for e in table)
    return Sheet("", columns, tuple(rows))


def _plain(table: Sequence[Exit], near: Sequence[Likeness], rates: Sequence[Rate], like: Sequence[Rate]) -> dict[str, object]:
    def rate(r: Rate) -> dict[str, object]:
        return {"name": r.name, "count": r.count, "of": r.of, "unclear": r.unclear, "interval": list(r.interval)}

    return {
        "exits": [e.id for e in table],
        "rates": [rate(r) for r in rates],
        "rates_nearest": [rate(r) for r in like],
        "nearest": [
            {
                "id": n.exit.id,
                "distance": n.distance,
                "parts": n.parts,
                "followed": n.exit.followed,
                "source": n.exit.source,
                "grade": n.exit.grade,
            }
            for n in near
        ],
    }
