"""`list`, `new` and `check`."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from drawdown.cli.loading import AsOf, Json, Patches
from drawdown.errors import DrawdownError
from drawdown.terminal import fitted

if TYPE_CHECKING:
    from drawdown.scenario.model import Scenario


def register(app: App) -> None:
    """Hang the verbs under the application."""
    app.command(list_, name="list")
    app.command(new)
    app.command(check)


def list_(*, as_json: Json = False) -> None:
    """Shipped scenarios.

    For example:

      drawdown list
    """
    from drawdown.scenario.library import list_scenarios
    from drawdown.terminal import console
    from drawdown.terminal.json_document import print_json
    from drawdown.terminal.sheet import Column, Sheet, drawn

    found = list_scenarios()
    if as_json:
        print_json([{"id": s.id, "title": s.title, "path": str(s.path)} for s in found])
        return
    out = console()
    columns = (Column("name", unbroken=True), Column("title"), Column("folder"))
    out.print(drawn(Sheet("", columns, tuple((s.id, s.title, str(s.path)) for s in found)), out))


def new(folder: Path) -> None:
    """Write a commented skeleton of a scenario, which passes `check`.

    For example:

      drawdown new my-scenario && drawdown check my-scenario

    Parameters
    ----------
    folder
        Folder to make; its name becomes the scenario's id.
    """
    from drawdown.scenario.making import new as write

    try:
        made = write(folder)
    except OSError as error:
        raise DrawdownError(f"{folder}\n  cannot write: {error.strerror or error}. Choose another folder.") from error
    print(f"{made}: a skeleton. Edit scenario.yaml and the tables, then: drawdown check {made}")


def check(
    scenario: str,
    *,
    patch: Patches = None,
    as_of: AsOf = None,
    level: Annotated[bool, Parameter(name="--level", show_default=False)] = False,
    as_json: Json = False,
) -> int:
    """Read a scenario and report every problem at once, with file, line and column; then how well its numbers are sourced.

    For example:

      drawdown check my-scenario

      drawdown check my-scenario --patch patches/larger-militia.yaml

      drawdown check my-scenario --level

    Parameters
    ----------
    scenario
        Name of a shipped scenario, or a folder.
    level
        Run the first month of some futures too, and show its deaths beside those recorded before the origin.
    """
    from drawdown.scenario.check import check as examine
    from drawdown.terminal.json_document import plain, print_json

    report = examine(scenario, patches=patch or [], as_of=as_of)
    problems, warnings = report.problems, report.warnings
    covered = None if report.scenario is None else report.total
    stands = level_at_origin(report.scenario) if level and report.scenario is not None else None
    if as_json:
        told = {"problems": [plain(p) for p in problems], "warnings": [plain(w) for w in warnings], "coverage": covered}
        print_json({**told, "level": stands} if stands is not None else told)
        return 2 if problems else 0
    for problem in problems:
        print(fitted(str(problem), sys.stderr), file=sys.stderr)
    for warning in warnings:
        print(fitted(f"warning: {warning}", sys.stderr), file=sys.stderr)
    if problems:
        print(f"{len(problems)} problem{'s' * (len(problems) != 1)}.", file=sys.stderr)
        return 2
    assert covered is not None
    looked_at = f", {len(warnings)} warning{'s' * (len(warnings) != 1)}" if warnings else ""
    print(fitted(f"no problem{looked_at}. {covered.line()}", sys.stdout))
    if stands is not None:
        show_level(stands)
    return 0


def level_at_origin(scenario: Scenario) -> list[dict[str, str | float]]:
    """By type of violence: deaths a week recorded before the origin and simulated after it; incidents that killed likewise."""
    from drawdown.engine import Engine
    from drawdown.vocabulary.violence import VIOLENCE

    month = Engine(scenario).first_month()
    columns = (month.recorded, month.deaths, month.meant, month.incidents)
    sums = [[float(column[:, v].sum()) for column in columns] for v in range(len(VIOLENCE))]
    sums.append([sum(row[k] for row in sums) for k in range(len(columns))])
    names = ("recorded_deaths", "simulated_deaths", "recorded_incidents", "simulated_incidents")
    return [{"violence": of, **dict(zip(names, row, strict=True))} for of, row in zip((*VIOLENCE, "all"), sums, strict=True)]


def show_level(rows: Sequence[Mapping[str, str | float]]) -> None:
    """The level at the origin as a table."""
    from drawdown.terminal import console
    from drawdown.terminal.sheet import Column, Sheet, drawn

    def ratio(row: Mapping[str, str | float], what: str) -> str:
        before = float(row[f"recorded_{what}"])
        return f"{float(row[f'simulated_{what}']) / before:.2f}" if before > 0 else "-"

    names = ("violence", "deaths before", "first month", "ratio", "incidents before", "first month", "ratio")
    cells = tuple(
        (
            str(row["violence"]),
            *(f"{float(row[f'{when}_deaths']):,.1f}" for when in ("recorded", "simulated")),
            ratio(row, "deaths"),
            *(f"{float(row[f'{when}_incidents']):,.1f}" for when in ("recorded", "simulated")),
            ratio(row, "incidents"),
        )
        for row in rows
    )
    title = "A week at the origin, on average, without orders and without truces and deals of the last quarter"
    out = console()
    out.print(drawn(Sheet(title, (Column(names[0], unbroken=True), *(Column(name, figures=True) for name in names[1:])), cells), out))
