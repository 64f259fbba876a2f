"""`drawdown calibrate` and `drawdown backtest`."""

from __future__ import annotations

import json
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from drawdown.errors import DrawdownError
from drawdown.terminal import console
from drawdown.terminal.json_document import print_json
from drawdown.terminal.progress import Reporter, reported

if TYPE_CHECKING:
    from collections.abc import Callable

    from drawdown.calibrate.hindcast import Study
    from drawdown.calibrate.learn import Learned

Many = Parameter(consume_multiple=True)
Data = Annotated[Path | None, Parameter(name="--data")]
Switch = Annotated[bool, Parameter(show_default=False)]
PRIOR_FUTURES = 4096
LEADS = (1, 3, 6, 12)  # months


def register(app: App) -> None:
    """Hang the verbs under the application."""
    app.command(calibrate)
    app.command(backtest)


def _data(given: Path | None) -> Path:
    from drawdown.cases.recorded import find_data

    folder = given or find_data()
    if folder is None or not folder.is_dir():
        raise DrawdownError(
            f"no folder of recorded data at {given}; give one with --data" if given else "no data: give a folder with --data"
        )
    return folder


def _folder(scenario: str) -> Path:
    from drawdown.scenario.library import find

    return find(scenario)


def _study(root: Path, data: Path, work: Path) -> Study:
    """The scenario and its record, with the case of its country if there is one."""
    from drawdown.calibrate.hindcast import Study
    from drawdown.cases import find
    from drawdown.scenario.load import load

    return Study(root, data, work, find(load(root, check_mechanisms=False).id))


def _say(text: str) -> None:
    print(text, file=sys.stderr)


def _counting(report: Reporter) -> Callable[[str, int, int], None]:
    """Progress of a count, as the library gives it."""

    def show(what: str, done: int, of: int) -> None:
        report.enter(f"simulating {what}", said=False)
        report.count(done, of)

    return show


def _print_markdown(text: str) -> None:
    """Markdown as it is in a pipe or a file; drawn to the width in a terminal."""
    if not sys.stdout.isatty():
        print(text)
        return
    from rich.markdown import Markdown

    console().print(Markdown(text, hyperlinks=False))


def calibrate(
    scenario: str,
    *,
    data: Data = None,
    origin: date | None = None,
    weeks: int = 52,
    futures: int = PRIOR_FUTURES,
    seed: int = 1,
    out: Path | None = None,
    check: Switch = False,
    tests: int = 400,
    patch_id: str = "posterior",
    netcdf: Switch = False,
) -> None:
    """Learn a scenario's parameters from recorded weeks before an origin, and write the posterior as a patch.

    The scenario is put back by `--weeks`, its prior futures run to the origin, and what they show is compared with what was recorded. The
    patch, its draws and a page of diagnostics go to the folder OUT; a stopped run goes on where it was.

    For example:

      drawdown calibrate my-scenario --data ./my-data --check

      drawdown calibrate my-scenario --data ./my-data --origin 2023-07-03 --out runs/calibration

    Parameters
    ----------
    scenario
        Name of a shipped scenario, or a folder.
    data
        Folder of recorded data: one with deaths.csv (start, end, place, deaths), or the files that the country's case knows.
    origin
        Nothing dated on or after this day is read (default: the scenario's origin).
    weeks
        Weeks before the origin that the prior futures run through.
    futures
        Prior futures to simulate.
    seed
        Another seed gives other draws.
    out
        Folder to write to (default: runs/calibration-SCENARIO-ORIGIN).
    check
        Only the prior predictive check: stylised facts of the data against the prior ensemble, before any fitting.
    tests
        Simulated histories for the simulation-based calibration check; 0 leaves it out.
    patch_id
        Name of the patch and of its files.
    netcdf
        Also write a file that ArviZ reads (needs the packages arviz and h5netcdf).
    """
    root, recorded_in = _folder(scenario), _data(data)  # before anything heavy is imported

    from drawdown import compiled
    from drawdown.calibrate.learn import before, learn
    from drawdown.calibrate.prior_predictive import check as compare
    from drawdown.calibrate.prior_predictive import markdown
    from drawdown.scenario.load import load

    compiled.keep()
    until = origin or load(root).origin
    folder = out or Path("runs") / f"calibration-{root.name}-{until}"
    study = _study(root, recorded_in, folder / "work")
    folder.mkdir(parents=True, exist_ok=True)
    if check:
        with reported("futures") as report:
            report.enter("compiling the model")
            put_back, simulated, recorded = before(study, until, weeks, futures, seed, _counting(report))
        table = markdown(compare(recorded, simulated.facts))
        text = f"# Prior predictive check\n\n{root.name}, {put_back.origin} to {until}, {futures} futures.\n\n{table}"
        (folder / "check.md").write_text(text, encoding="utf-8")
        _print_markdown(text)
        return
    with reported("futures") as report:
        report.enter("compiling the model")
        learned = learn(study, until, weeks, futures, seed, progress=_counting(report))
    write(study, learned, folder, seed=seed, tests=tests, patch_id=patch_id, netcdf=netcdf)


def write(study: Study, learned: Learned, folder: Path, *, seed: int, tests: int, patch_id: str, netcdf: bool) -> None:
    """Run the posterior once more for its own check, and write patch, diagnostics and, on request, the ArviZ file."""
    import numpy as np

    from drawdown.calibrate import output, sbc
    from drawdown.calibrate.hindcast import AS_IT_STOOD
    from drawdown.calibrate.learn import simulate
    from drawdown.calibrate.prior_predictive import check as compare
    from drawdown.calibrate.summaries import summaries

    made = output.provenance(
        study.folder.name,
        learned.scenario.digest,
        learned.start,
        AS_IT_STOOD,
        len(learned.fitted.scores),
        learned.weeks,
        seed,
        study.data.name,
    )
    about = f"What the weeks from {learned.start} to {learned.origin} say about the parameters."
    patch, _ = output.write_patch(learned.posterior, learned.options, folder / f"{patch_id}.yaml", patch_id, about, made)
    after = simulate(study.at(learned.start, learned.weeks, [patch]), learned.weeks, seed + 1, 512, study.recorded.whose_dead)
    calibration = sbc.ranks(learned.fitted, tests, seed) if tests else None
    before_facts = compare(learned.observed_facts, learned.simulated.facts)
    after_facts = compare(learned.observed_facts, after.facts)
    page = output.diagnostics(
        f"Calibration of {study.folder.name} on data before {learned.origin}",
        learned.fitted,
        learned.posterior,
        learned.options,
        calibration,
        before_facts,
        after_facts,
        made,
    )
    (folder / f"{patch_id}.md").write_text(page, encoding="utf-8")
    if netcdf:
        names, predicted = summaries(after.facts)
        order = [names.index(n) for n in learned.fitted.ensemble.summary_names]
        output.write_netcdf(
            learned.fitted, learned.posterior, learned.observed, folder / f"{patch_id}.nc", np.nan_to_num(predicted[:, order])
        )
    inside = sum(f.inside is True for f in after_facts)
    print(f"learned   {len(learned.posterior.parameters)} of {len(learned.fitted.ensemble.parameters)} parameters")
    if calibration is not None:
        print(f"ranks     {len(calibration.flat())} of {len(calibration.parameters)} flat (p > .01), {calibration.tests} histories")
    print(f"facts     {inside} of {sum(f.inside is not None for f in after_facts)} inside the calibrated ensemble's 90% band")
    print(f"patch     {patch}\npage      {folder / f'{patch_id}.md'}")


def backtest(
    scenario: str,
    *,
    data: Data = None,
    origin: Annotated[list[date] | None, Many] = None,
    lead: Annotated[list[int] | None, Many] = None,
    members: int = 1000,
    futures: int = 2048,
    weeks: int = 52,
    seed: int = 1,
    out: Path | None = None,
    prior: Switch = False,
    patch: Annotated[list[Path] | None, Many] = None,
    simulator: Annotated[bool, Parameter(negative="--no-simulator", show_default=False)] = True,
    as_json: Annotated[bool, Parameter(name="--json", negative="", show_default=False, help="Print JSON, for machines.")] = False,
) -> None:
    """Forecast recorded deaths from past origins, by the simulator and by every baseline, and say who was nearer.

    At each origin the scenario is put back to it, its parameters are learned from the weeks before it, and nothing later is read. The
    verdict is printed whoever wins. Scores by cell, tables and verdicts go to the folder OUT; a stopped run goes on where it was.

    For example:

      drawdown backtest my-scenario --data ./my-data --lead 1 3 6 12

      drawdown backtest my-scenario --data ./my-data --origin 2010-01-04 2010-07-05 --lead 1 3

    Parameters
    ----------
    scenario
        Name of a shipped scenario, or a folder.
    data
        Folder of recorded data: one with deaths.csv (start, end, place, deaths), or the files that the country's case knows.
    origin
        Days to forecast from (default: every quarter of the data's last two years that leaves room for the longest lead).
    lead
        Months ahead; 1 is the first whole month from the origin (default: 1 3 6 12).
    members
        Draws of each forecast.
    futures
        Prior futures to learn from at each origin.
    weeks
        Weeks before each origin to learn from.
    seed
        Another seed gives other draws.
    out
        Folder to write to (default: runs/backtest-SCENARIO).
    prior
        Forecast with the prior, without learning.
    patch
        Patch files applied after what was learned, such as one that switches mechanisms off: what are they worth?
    simulator
        --no-simulator scores the baselines alone.
    """
    root, recorded_in = _folder(scenario), _data(data)  # before anything heavy is imported
    missing = [p for p in patch or () if not p.is_file()]
    if missing:
        raise DrawdownError("\n".join(f"patch: {p} is no file; expected one that ends in .yaml" for p in missing))

    from drawdown import compiled
    from drawdown.calibrate.forecast import Simulator
    from drawdown.evaluate import tables
    from drawdown.evaluate.backtest import SIMULATOR, all_baselines, collect, save, score

    compiled.keep()
    folder = out or Path("runs") / f"backtest-{root.name}"
    study = _study(root, recorded_in, folder / "work")
    history = study.recorded.history()
    leads = sorted(set(lead or LEADS))
    chosen = sorted(origin) if origin else default_origins(history.start, history.end, max(leads))
    forecasters = dict(all_baselines())
    model = Simulator(study, futures, weeks, calibrated=not prior, patches=tuple(patch or ()), progress=_say)
    key = ""
    if simulator:
        key = model.key()
        forecasters = {SIMULATOR: model, **forecasters}
    result = collect(history, chosen, leads, forecasters, members, seed, folder, _say, key)
    scores = score(result)
    save(result, scores, folder)
    text = tables.markdown(result, scores, history, f"Backtest of {root.name}")
    (folder / "backtest.md").write_text(text, encoding="utf-8")
    (folder / "summary.json").write_text(
        json.dumps(tables.as_data(result, scores, history), indent=2, default=str) + "\n", encoding="utf-8"
    )
    if simulator:
        note = f"Backtest from {len(chosen)} origin(s), {chosen[0]} to {chosen[-1]}; parameters learned before each."
        (folder / "trust.json").write_text(json.dumps(tables.trust(result, scores, history, (), note), indent=2) + "\n", encoding="utf-8")
    if as_json:
        print_json(tables.as_data(result, scores, history))
    else:
        _print_markdown(text)
    _say(f"results   {folder}")


def default_origins(start: date, end: date, longest: int) -> list[date]:
    """Quarterly origins of the data's last two years: Mondays on or before the first of a month.

    Each has two years of data before it and room for the longest lead after it. Raises DrawdownError where there is none.
    """
    from drawdown.evaluate.folds import rolling_origins

    last = (end.year * 12 + end.month - 1) - longest
    first = max(last - 24, (start.year + 2) * 12 + start.month)
    if first > last:
        raise DrawdownError(
            f"the data, {start} to {end}, leave no origin with two years before it and {longest} months after it; "
            "name some with --origin, or take a shorter --lead"
        )
    months = rolling_origins(date(first // 12, first % 12 + 1, 1), date(last // 12, last % 12 + 1, 1), 3)
    # The Monday on or before the first: weeks begin on Mondays, and the month is still the first whole one ahead.
    return [day - timedelta(days=day.weekday()) for day in months]
