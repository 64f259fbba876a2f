"""`drawdown observed`: a simulated future as UCDP, a count from the press or a military log would have recorded it."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from cyclopts import App


def register(app: App) -> None:
    """Hang `observed` under the main application. Errors leave as `DrawdownError`; the caller prints them and exits with their code."""
    app.command(observed, name="observed")


def observed(
    run: Path,
    *,
    plan: str,
    future: int = 0,
    source: Literal["ucdp", "press", "log"] = "ucdp",
    curve: Literal["recorded", "low", "high"] = "recorded",
    out: Path | None = None,
) -> None:
    """Tell what a source would have recorded of one simulated future, and write it in that source's columns.

    For example:

      drawdown observed runs/first --plan stay --future 12 --source press

      drawdown observed runs/first --plan stay --source ucdp --out stay-as-ged.csv

    Parameters
    ----------
    run
        A run folder.
    plan
        A plan of the run.
    future
        Number of the future.
    source
        ucdp, press (civilians and police killed, as the media report) or log (the foreign force's, fatal incidents only, as if it stayed).
    curve
        recorded: simulated deaths are at the recorded level, as they are unless a patch raised the rates; all are noticed. low (Carpenter
        et al.) and high (Spagat) take them for the true toll and thin them to a record.
    out
        A CSV to write, in the source's own columns.
    """
    from drawdown.errors import DrawdownError
    from drawdown.observe import CURVES, MODELS, Setting, export, observe
    from drawdown.observe.level import RECORDED_DEATHS, SHORT_NOTE, TWICE
    from drawdown.runs import open_run

    opened = open_run(run)
    incidents, setting = opened.incidents(plan, [future]), Setting.of(opened.scenario, opened.week_dates)
    seen = observe(incidents, source, setting, curve=CURVES[curve])
    deaths = sum(int(dead.sum()) for dead in (incidents.deaths_a, incidents.deaths_b, incidents.deaths_civilians))
    level = RECORDED_DEATHS if CURVES[curve].all_recorded else "deaths, taken for the true toll"
    print(f"{source}: {MODELS[source].about}")
    print(f"  simulated {int(incidents.incidents.sum())} incidents, {deaths} {level}")
    print(f"  in it     {len(seen)} incidents, {int(seen.columns['deaths'].sum())} deaths that it counts")
    for reason, number in seen.missed.items():
        if number:
            print(f"  left out  {number} incidents, {seen.deaths_missed[reason]} deaths: {reason}")
    if source == "press":
        print("  police are left out: a stored run does not tell them from soldiers")
    print(f"  {SHORT_NOTE}" if CURVES[curve].all_recorded else f"  {TWICE}")
    if out is not None:
        try:
            rows = export(seen, out, setting)
        except OSError as error:
            raise DrawdownError(f"{out}\n  cannot be written: {error}") from None
        print(f"  written   {rows} rows to {out}")
