"""`list`, `new` and `check`."""

from __future__ import annotations

import sys
from pathlib import Path

from cyclopts import App

from drawdown.cli.loading import AsOf, Json, Patches
from drawdown.errors import DrawdownError
from drawdown.terminal import fitted


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


def check(scenario: str, *, patch: Patches = None, as_of: AsOf = None, as_json: Json = False) -> int:
    """Read a scenario and report every problem at once, with file, line and column; then how well its numbers are sourced.

    For example:

      drawdown check my-scenario

      drawdown check my-scenario --patch patches/larger-militia.yaml

    Parameters
    ----------
    scenario
        Name of a shipped scenario, or a folder.
    """
    from drawdown.scenario.check import check as examine
    from drawdown.terminal.json_document import plain, print_json

    report = examine(scenario, patches=patch or [], as_of=as_of)
    problems, warnings = report.problems, report.warnings
    covered = None if report.scenario is None else report.total
    if as_json:
        print_json({"problems": [plain(p) for p in problems], "warnings": [plain(w) for w in warnings], "coverage": covered})
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
    return 0
