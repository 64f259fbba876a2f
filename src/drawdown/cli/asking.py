"""`ask`, `compare`, `report` and `plot`: what a run says."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Annotated

from cyclopts import App

from drawdown.cli.loading import Json, Many, known_claims
from drawdown.errors import DrawdownError
from drawdown.terminal import console


def register(app: App) -> None:
    """Hang the verbs under the application."""
    for verb in (ask, compare, report, plot):
        app.command(verb)


def ask(run: Path, *, claim: Annotated[list[str] | None, Many] = None, year: int | None = None, as_json: Json = False) -> None:
    """How likely each claim of a run is under each plan, and how its futures end.

    For example:

      drawdown ask runs/first

      drawdown ask runs/first --claim militia-rules-north --json

    Parameters
    ----------
    run
        A run folder.
    claim
        Only these claims, by id or number.
    year
        Year whose end states are shown (default: the last, and none where claims are chosen; with --json all).
    """
    from drawdown.cli.running import last_year, show_claims
    from drawdown.runs import open_run
    from drawdown.terminal.json_document import print_json

    done = open_run(run)
    known_claims(claim, done.scenario.claims, f"claim of {run}")
    years = last_year(done)
    if year is not None and not 1 <= year <= years:
        raise DrawdownError(f"year: got {year}; the run has end states of years 1 to {years}")
    answers = done.answers()
    if claim:
        answers = tuple(a for a in answers if a.claim in claim or str(a.number) in claim)
    if as_json:
        from drawdown.claims.decided import answered
        from drawdown.cli.claims_sheets import single
        from drawdown.exam.calibration import calibrated

        shares = {str(y): done.end_states(y) for y in ((year,) if year else range(1, years + 1))}
        learned = {f"{a.claim} {a.plan}": calibrated(a.probability) for a in single(answers) if answered(a)}
        print_json({"folder": str(done.folder), "claims": answers, "calibrated": learned, "end_states": shares})
        return
    show_claims(done, answers, year if claim else (year or years))


def compare(run: Path, a: str, b: str, *, as_json: Json = False) -> None:
    """Two plans on the same futures: every claim, the claims that compare them, the main quantities, and how their futures end.

    For example:

      drawdown compare runs/first stay leave

    Parameters
    ----------
    run
        A run folder.
    a
        A plan of it.
    b
        Another.
    """
    from drawdown.claims.answers import plans_of_pair
    from drawdown.claims.decided import unanswered_lines
    from drawdown.cli.claims_sheets import compared_sheet, comparing, differences_sheet
    from drawdown.cli.running import last_year
    from drawdown.cli.tables import end_state_sheet, quantities_sheet
    from drawdown.runs import open_run
    from drawdown.terminal.json_document import print_json
    from drawdown.terminal.sheet import drawn

    done = open_run(run)
    found, answers, year = done.differences(a, b), done.answers(), last_year(done)
    both = [x for x in comparing(answers) if set(plans_of_pair(x.plan) or ()) == {a, b}]
    if as_json:
        ends = {plan: shares for plan, shares in done.end_states(year).items() if plan in (a, b)}
        print_json({"a": a, "b": b, "differences": found, "comparing": both, "end_states": {str(year): ends}})
        return
    out = console()
    sheets = [differences_sheet(done, answers, found, a, b), compared_sheet(done, both) if both else None, quantities_sheet(done, a, b)]
    for sheet in (*sheets, end_state_sheet(done, year, (a, b))):
        if sheet is not None:
            out.print(drawn(sheet, out))
    for line in unanswered_lines([x for x in answers if x.plan in (a, b)]):
        out.print(line)


def report(run: Path, *, out: Path | None = None) -> None:
    """Write the run as one self-contained page.

    For example:

      drawdown report runs/first --out my-scenario.html

    Parameters
    ----------
    run
        A run folder.
    out
        The file (default: report.html in the run folder).
    """
    from drawdown import compiled
    from drawdown.runs import open_run

    open_run(run)  # before anything heavy is imported
    compiled.keep()  # chronicles are told by replaying futures
    path = out if out is not None else run / "report.html"
    importlib.import_module("drawdown.report.page").write_report(run, path)
    print(path)


def plot(run: Path, chart: str, *, out: Path) -> None:
    """Write one chart of a run: PNG, SVG, HTML, or the JSON of Vega-Lite.

    For example:

      drawdown plot runs/first claims --out claims.html

      drawdown plot runs/first difference:stay:leave --out difference.svg

      drawdown plot runs/first who-rules:leave:52 --out map.png

    Parameters
    ----------
    run
        A run folder.
    chart
        claims, fan:TOPIC[:PLACE], difference:PLAN:PLAN[:TOPIC], end-states[:form|leader|war|foreign], drivers:CLAIM, who-rules:PLAN[:WEEK].
    out
        The file; its ending says the format (.png and .svg need the package vl-convert-python).
    """
    importlib.import_module("drawdown.report.plot").write_plot(run, chart, out)
    print(out)
