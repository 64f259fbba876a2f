"""`drawdown exam`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter


def register(app: App) -> None:
    """Hang `exam` under the main application. Errors leave as `DrawdownError`; the caller prints them and exits with their code."""
    app.command(exam)


def exam(
    *,
    data: Annotated[Path | None, Parameter(name="--data")] = None,
    cut: int | None = None,
    seed: int = 1,
    as_json: Annotated[bool, Parameter(name="--json", negative="", show_default=False, help="Print JSON, for machines.")] = False,
) -> None:
    """Every war of the record, from every January: how well its deaths up to five years on are forecast by those who have no model.

    Origins are the Januaries from 1993 to 2005 of all countries with 100 deaths or more in the year before, and outcomes reach to 2010.
    What a baseline learns from other wars it learns from the countries of the other four folds.

    For example:

      drawdown exam --data ./my-data

      drawdown exam --data ./my-data --cut 12

    Parameters
    ----------
    data
        Folder of recorded data: one with the world's tables (country_month.parquet), or with a folder `world` that holds them.
    cut
        Take only so many origins, spread over the list: for a quick look.
    seed
        Another seed gives other draws.
    """
    from drawdown.cases.recorded import find_data
    from drawdown.errors import DrawdownError
    from drawdown.exam import against, origins, page, panel
    from drawdown.exam.outcomes import LEADS
    from drawdown.terminal.json_document import print_json
    from drawdown.terminal.progress import reported

    folder = data or find_data()
    if folder is None or not folder.is_dir():
        raise DrawdownError(f"no folder of recorded data at {data}; give one with --data" if data else "no data: give a folder with --data")
    if cut is not None and cut < 1:
        raise DrawdownError(f"--cut: got {cut}; expected at least 1 origin")
    world = panel.read(folder)
    chosen = origins.januaries(world)
    chosen = chosen if cut is None else origins.cut(chosen, cut)
    with reported("origins") as report:
        report.enter("scoring the baselines")
        scores = against.baselines(world, chosen, seed)
    if as_json:
        found = {
            name: {str(lead): {"crps": by[lead].mean, "coverage": by[lead].held.share, "origins": by[lead].held.origins} for lead in LEADS}
            for name, by in scores.items()
        }
        print_json({"origins": [origin.id for origin in chosen], "baselines": found})
        return
    text = f"{page.who(chosen)}. In brackets: share of outcomes inside the 90% band.\n\n{page.baseline_table(scores)}"
    if sys.stdout.isatty():
        from rich.markdown import Markdown

        from drawdown.terminal import console

        console().print(Markdown(text, hyperlinks=False))
        return
    print(text)
