"""`run` and `demo`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import App

from drawdown.cli.loading import AsOf, Json, Many, Patches, Prior, engine_of, load_scenario, plans_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from drawdown.ensemble import Progress, Run
    from drawdown.scenario.model import Plan, Scenario

DEMO, DEMO_FUTURES, DEMO_SEED = "iraq-2007", 1000, 20070903


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
    keep: Literal["summaries", "sample", "all"] = "sample",
    patch: Patches = None,
    as_of: AsOf = None,
    prior: Prior = False,
    as_json: Json = False,
) -> None:
    """Run futures under plans into a folder; the same command resumes it after an interruption.

    Examples:

      drawdown run iraq-2007 --out runs/first

      drawdown run iraq-2007 --plan stay leave-now --futures 5000 --seed 7 --out runs/two

      drawdown run ./my-scenario --plan my-plan.yaml --patch larger-militia --keep summaries

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
        summaries; sample: also up to 200 full futures of each plan; all: every future in full.
    """
    read = load_scenario(scenario, patch, as_of, prior)
    folder = out if out is not None else Path("runs") / f"{read.id}-{futures}-{seed}"
    done = execute(read, plans_of(read, plan), folder, futures=futures, seed=seed, batch=batch, workers=workers, keep=keep)
    show(done, as_json)


def demo(*, futures: int = DEMO_FUTURES, workers: int = 2, out: Path | None = None, as_json: Json = False) -> None:
    """Run Iraq, September 2007, under its five plans, and print what comes of the claims.

    Examples:

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
    """
    from drawdown.cli.tables import console
    from drawdown.ensemble.store import model_digest

    scenario = load_scenario(DEMO)
    folder = out if out is not None else Path("runs") / f"demo-{futures}-{scenario.digest[:6]}{model_digest()[:6]}"
    done = execute(scenario, plans_of(scenario, None), folder, futures=futures, seed=DEMO_SEED, batch=None, workers=workers, keep="sample")
    show(done, as_json)
    page = write_page(done)
    if page is not None and not as_json:
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
    keep: Literal["summaries", "sample", "all"],
) -> Run:
    """Run with a progress bar and, after the first batches, a provisional table."""
    from drawdown.ensemble import open_run
    from drawdown.ensemble import run as run_ensemble

    engine = engine_of(scenario)
    with shown_progress(scenario, len(plans)) as progress:
        run_ensemble(engine, folder, plans, futures, seed, batch=batch, workers=workers, keep=keep, progress=progress)
    return open_run(folder)


@contextmanager
def shown_progress(scenario: Scenario, plans: int) -> Iterator[Callable[[Progress], None]]:
    """A progress bar on standard error where that is a terminal; a provisional claims table once two plans have their first batch."""
    import time

    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    from drawdown.cli.tables import console, provisional_table

    texts = {c.id: f"{c.number:>2} {c.text}" for c in scenario.claims}
    err = console(error=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed:,.0f}/{task.total:,.0f} futures"),
               TimeElapsedColumn(), TextColumn("left"), TimeRemainingColumn())  # fmt: skip
    bar = Progress(*columns, console=err, disable=not err.is_terminal, transient=True)
    told = False
    begun = time.monotonic()

    def show_progress(now: Progress | object) -> None:
        nonlocal told
        from drawdown.ensemble import Progress as Told

        assert isinstance(now, Told)
        bar.update(task, completed=now.futures_done, total=now.futures, description="writing" if now.merging else "running")
        if not told and not now.merging and now.units_done < now.units and len(now.counts) >= min(plans, 2):
            told = True
            seen = {p: max((known for _, known in c.values()), default=0) for p, c in now.counts.items()}
            err.print(provisional_table(now.counts, texts, min(seen.values())))
            err.print(
                f"first result after {time.monotonic() - begun:.0f} s; {now.futures_done:,} of {now.futures:,} futures done", style="dim"
            )

    with bar:
        task = bar.add_task("compiling", total=None)
        yield show_progress


def show(done: Run, as_json: bool) -> None:
    """The claims table, the end states, and where the results lie."""
    from drawdown.cli.tables import claims_tables, console, end_state_table, print_json

    answers = done.answers()
    years = last_year(done)
    if as_json:
        print_json(
            {"folder": str(done.folder), "manifest": done.manifest, "claims": answers, "end_states": {str(years): done.end_states(years)}}
        )
        return
    out = console()
    for table in claims_tables(answers, done.plans, f"{done.scenario.title}; {done.futures:,} futures a plan, seed {done.seed}"):
        out.print(table)
    out.print(end_state_table(done, years))
    for line in ended_early(done):
        out.print(line)
    out.print(f"results   {done.folder}", soft_wrap=True)


def last_year(done: Run) -> int:
    """The last year that has end states."""
    import pyarrow.compute as pc

    return int(pc.max(done.table("endstates")["year"]).as_py() or 1)


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


def write_page(done: Run) -> Path | None:
    """The report, where that part of the package is there."""
    from drawdown.cli.application import present

    if not present("drawdown.report.page"):
        return None
    import importlib

    path = done.folder / "report.html"
    importlib.import_module("drawdown.report.page").write_report(done.folder, path)
    return path
