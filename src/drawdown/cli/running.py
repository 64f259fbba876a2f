"""`run` and `demo`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import App

from drawdown.cli.loading import AsOf, Json, Many, Patches, Prior, Quiet, Restart, engine_of, load_scenario, plans_of
from drawdown.errors import DrawdownError
from drawdown.terminal import console

if TYPE_CHECKING:
    from collections.abc import Sequence

    from drawdown.claims import Answer
    from drawdown.runs import Run
    from drawdown.scenario.model import Plan, Scenario

Keep = Literal["summaries", "sample", "all"]  # `drawdown.runs.Keep`, without what importing that costs; a test holds them together
DEMO_FUTURES, DEMO_SEED = 1000, 20070903


def register(app: App) -> None:
    """Hang the verbs under the application."""
    app.command(run)
    app.command(demo)


def run(
    scenario: str,
    *,
    plan: Annotated[list[str] | None, Many] = None,
    futures: int = 1000,
    seed: int = 0,
    batch: int | None = None,
    workers: int = 2,
    out: Path | None = None,
    keep: Keep = "sample",
    restart: Restart = False,
    patch: Patches = None,
    as_of: AsOf = None,
    prior: Prior = False,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Run futures under plans into a folder; the same command resumes it after an interruption.

    For example:

      drawdown run my-scenario --out runs/first

      drawdown run my-scenario --plan stay leave --futures 5000 --seed 7 --out runs/two

      drawdown run my-scenario --plan my-plan.yaml --patch larger-militia --keep summaries

    Parameters
    ----------
    scenario
        Name of a shipped scenario, or a folder.
    plan
        Plans by name, or files of your own (default: all of the scenario's).
    futures
        Futures under each plan, the same ones under every plan.
    seed
        Another seed gives other futures.
    batch
        Futures in a unit of work (default: by the number of futures).
    workers
        Threads.
    out
        Folder to write to (default: runs/SCENARIO-FUTURES-SEED).
    keep
        summaries; sample: also up to 128 full futures of each plan; all: every future in full.
    restart
        Delete what the folder holds of this run and start over: after a change of versions or of the model, or after damage. What resumes
        it is the command without this.
    """
    from drawdown.runs.store import check_numbers

    check_numbers(futures, batch, workers, seed)
    read = load_scenario(scenario, patch, as_of, prior, plan, warn=not quiet)
    folder = out if out is not None else Path("runs") / f"{read.id}-{futures}-{seed}"
    done = execute(
        read, plans_of(read, plan), folder, futures=futures, seed=seed, batch=batch, workers=workers, keep=keep, quiet=quiet,
        restart=restart,
    )  # fmt: skip
    show(done, as_json, quiet)


def demo(
    *,
    futures: int = DEMO_FUTURES,
    workers: int = 2,
    out: Path | None = None,
    restart: Restart = False,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Run the first shipped scenario under all its plans, and print what comes of the claims.

    For example:

      drawdown demo

      drawdown demo --futures 200 --out runs/quick

    Parameters
    ----------
    futures
        Futures under each plan.
    workers
        Threads.
    out
        Folder to write to (default: under runs/, named after the scenario's and the model's digests).
    restart
        Delete what the folder holds of this run and start over.
    """
    from drawdown.report.page import write_report
    from drawdown.runs.model import model_digest
    from drawdown.scenario.library import list_scenarios

    shipped = list_scenarios()
    if not shipped:
        raise DrawdownError("no scenario is shipped with this installation; run a folder of yours: drawdown run FOLDER")
    scenario = load_scenario(shipped[0].id)
    folder = out if out is not None else Path("runs") / f"demo-{futures}-{scenario.digest[:6]}{model_digest()[:6]}"
    done = execute(
        scenario, plans_of(scenario, None), folder, futures=futures, seed=DEMO_SEED, batch=None, workers=workers, keep="sample",
        quiet=quiet, restart=restart,
    )  # fmt: skip
    show(done, as_json, quiet)
    page = write_report(done.folder)
    if not as_json:
        console().print(f"page      {page}", soft_wrap=True)


def execute(
    scenario: Scenario,
    plans: list[Plan],
    folder: Path,
    *,
    futures: int,
    seed: int,
    batch: int | None,
    workers: int,
    keep: Keep,
    quiet: bool = False,
    restart: bool = False,
) -> Run:
    """Run with its progress and, after the first futures, a provisional table."""
    from drawdown.cli.estimate import Pace, kind_of
    from drawdown.cli.provisional import shown_progress
    from drawdown.runs import open_run
    from drawdown.runs import run as run_ensemble

    engine = engine_of(scenario)
    pace = Pace(kind_of(scenario, workers, keep))
    with shown_progress(scenario, len(plans), quiet, pace) as progress:
        run_ensemble(engine, folder, plans, futures, seed, batch=batch, workers=workers, keep=keep, progress=progress, restart=restart)
    pace.keep()
    return open_run(folder)


def show(done: Run, as_json: bool, quiet: bool = False) -> None:
    """The claims table, the end states, and where the results lie; `quiet` only the last."""
    from drawdown.terminal.json_document import print_json

    if quiet and not as_json:
        console().print(f"results   {done.folder}", soft_wrap=True)
        return
    answers = done.answers()
    years = last_year(done)
    if as_json:
        print_json(
            {
                "folder": str(done.folder),
                "manifest": {k: v for k, v in done.manifest.items() if k != "files"},
                "claims": answers,
                "end_states": {str(years): done.end_states(years)},
            }
        )
        return
    show_claims(done, answers, years)
    console().print(f"results   {done.folder}", soft_wrap=True)


def show_claims(done: Run, answers: Sequence[Answer], year: int | None) -> None:
    """The claims, those that compare plans, how futures end after `year` years (None: left out), and what ended early."""
    from drawdown.claims.decided import unanswered_lines
    from drawdown.cli.claims_sheets import claims_sheet, compared_sheet, comparing, single
    from drawdown.cli.tables import end_state_sheet
    from drawdown.exam.calibration import worth
    from drawdown.report.fitted import lines
    from drawdown.report.run import open_run as report_of
    from drawdown.terminal.sheet import drawn

    out = console()
    about = f"{done.scenario.title}; {done.futures:,} futures a plan, seed {done.seed}"
    sheets = [claims_sheet(single(answers), done.plans, about, out.width)] if single(answers) else []
    sheets += [compared_sheet(done, comparing(answers))] if comparing(answers) else []
    sheets += [end_state_sheet(done, year)] if year is not None else []
    for sheet in sheets:
        out.print(drawn(sheet, out))
    told = worth()
    for line in (*([told] if told else []), *unanswered_lines(answers), *lines(report_of(done.folder)), *ended_early(done)):
        out.print(line)


def last_year(done: Run) -> int:
    """The last year that has end states."""
    from drawdown.runs.layout import years_of

    return len(years_of(done.weeks))


def ended_early(done: Run) -> list[str]:
    """A line for every status other than completed."""
    import numpy as np

    from drawdown.engine import STATUS

    status = done.summary()["status"].to_numpy()
    lines = []
    for known in STATUS[1:]:
        count = int(np.count_nonzero(status == known.code))
        if count:
            lines.append(f"{count} of {status.size:,} futures ended early: {known.sentence} ({known.remedy})")
    return lines
