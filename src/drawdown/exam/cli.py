"""`drawdown exam`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

if TYPE_CHECKING:
    from collections.abc import Mapping


Switch = Annotated[bool, Parameter(show_default=False)]


def register(app: App) -> None:
    """Hang `exam` under the main application. Errors leave as `DrawdownError`; the caller prints them and exits with their code."""
    app.command(exam)


def exam(
    *,
    data: Annotated[Path | None, Parameter(name="--data")] = None,
    futures: int = 256,
    cut: int | None = None,
    fold_patches: Path | None = None,
    seed: int = 1,
    out: Path | None = None,
    simulator: Annotated[bool, Parameter(negative="--no-simulator", show_default=False)] = True,
    learn: Switch = False,
    as_json: Annotated[bool, Parameter(name="--json", negative="", show_default=False, help="Print JSON, for machines.")] = False,
) -> None:
    """Every war of the record, from every January: the simulator beside those who have no model, up to five years on.

    Origins are the Januaries from 1993 to 2005 of all countries with 100 deaths or more in the year before, and every exit to 2009;
    outcomes reach to 2010. What is learned for a country is learned from the countries of the other four folds. Each forecast is kept in
    the folder OUT as it is made: a stopped exam goes on where it was.

    For example:

      drawdown exam --data ./my-data

      drawdown exam --data ./my-data --cut 12 --futures 64

      drawdown exam --data ./my-data --no-simulator

    Parameters
    ----------
    data
        Folder of recorded data: one with the world's tables (country_month.parquet), or with a folder `world` that holds them.
    futures
        Futures of each origin.
    cut
        Take only so many origins, spread over the list, and no more exits than that: for a quick look.
    fold_patches
        Folder with fold-0.yaml to fold-4.yaml: the patch for the countries of a fold, learned from those of the others.
    seed
        Another seed gives other draws.
    out
        Folder to write to (default: runs/exam).
    simulator
        --no-simulator scores the baselines alone.
    learn
        Write the calibration that all folds teach to OUT/calibration.json, to be shipped.
    """
    from drawdown.cases.recorded import find_data
    from drawdown.errors import DrawdownError
    from drawdown.exam import against, origins, page, panel
    from drawdown.exam.climate import Climate
    from drawdown.exam.happened import Happened
    from drawdown.exam.results import mark
    from drawdown.exam.simulation import WorldSimulator
    from drawdown.exam.sitting import sit
    from drawdown.exam.store import store
    from drawdown.exam.verdict import verdict
    from drawdown.terminal.progress import reported

    folder = data or find_data()
    if folder is None or not folder.is_dir():
        raise DrawdownError(f"no folder of recorded data at {data}; give one with --data" if data else "no data: give a folder with --data")
    for name, value in (("--cut", cut), ("--futures", futures)):
        if value is not None and value < 1:
            raise DrawdownError(f"{name}: got {value}; expected at least 1")
    taught = _patches(fold_patches)
    world = panel.read(folder)
    chosen = origins.januaries(world)
    left = origins.exits(world, folder) if simulator else ()
    if cut is not None:
        chosen, left = origins.cut(chosen, cut), origins.cut(left, cut)
    if not simulator:
        with reported("origins") as report:
            report.enter("scoring the baselines")
            scores = against.baselines(world, chosen, seed)
        _print(f"{page.who(chosen)}. In brackets: outcomes inside the 90% band.\n\n{page.baseline_table(scores)}", _plain(scores), as_json)
        return
    from drawdown import compiled

    compiled.keep()
    happened = Happened(folder)
    where = out or Path("runs") / "exam"
    model = WorldSimulator(panel.world_folder(folder), futures, seed, taught)
    kept = store(where, model.key)
    with reported("origins") as report:
        asked = (*chosen, *left)
        if any(kept.find(origin.id) is None for origin in asked):
            report.enter("compiling the model")
            model.compile(chosen[0])
        report.enter("forecasting", said=False)
        sat = sit(model, asked, kept, report.count)
        report.enter("scoring the baselines")
        there = tuple(origin for origin in chosen if origin.id in sat.forecasts)
        if not there:
            raise DrawdownError("no origin could be forecast:\n" + "\n".join(f"  {name}: {why}" for name, why in sat.without.items()))
        scores = against.baselines(world, there, seed)
        climate = Climate(world, futures, seed)
        report.enter("marking")
        marked = mark(world, happened, chosen, left, sat.forecasts, seed)
        beside = mark(world, happened, there, (), {origin.id: climate(origin) for origin in there}, seed)
    text = page.whole(marked, scores, beside.grades["raw"], sat.without)
    where.mkdir(parents=True, exist_ok=True)
    (where / "exam.md").write_text(text, encoding="utf-8")
    if learn:
        from drawdown.exam.calibration import learn as learn_calibration
        from drawdown.exam.calibration import to_json

        manifest = {"key": model.key, "futures": futures, "seed": seed, "origins": len(there), "questions": len(marked.questions)}
        taught_by_all = learn_calibration(marked.questions, marked.said["raw"], marked.outcomes, manifest, seed)
        (where / "calibration.json").write_text(to_json(taught_by_all), encoding="utf-8")
    plain = {
        "origins": [origin.id for origin in marked.origins],
        "without": sat.without,
        "deaths": {name: _plain({"simulator": by})["simulator"] for name, by in marked.deaths.items()},
        "baselines": _plain(scores),
        "grades": marked.grades,
        "deciles": marked.deciles,
        "facts": marked.facts,
        "exits": marked.exits,
        "exit_rows": marked.exit_rows,
        "verdict": {"raw": verdict(marked, scores, "raw"), "calibrated": verdict(marked, scores, "calibrated")},
    }
    _print(text, plain, as_json)
    print(f"results   {where}", file=sys.stderr)


def _patches(folder: Path | None) -> dict[int, Path]:
    """fold-K.yaml of a folder by fold. Raises DrawdownError where a fold has none: then some countries would go untaught unsaid."""
    from drawdown.errors import DrawdownError
    from drawdown.exam.origins import FOLDS

    if folder is None:
        return {}
    found = {fold: folder / f"fold-{fold}.yaml" for fold in range(FOLDS)}
    missing = [path.name for path in found.values() if not path.is_file()]
    if missing:
        raise DrawdownError(f"--fold-patches: {folder} lacks {', '.join(missing)}; expected one patch for each fold")
    return found


def _plain(scores: Mapping[str, Mapping[int, object]]) -> dict[str, dict[str, object]]:
    from drawdown.exam.against import LeadScore

    made: dict[str, dict[str, object]] = {}
    for name, by_lead in scores.items():
        made[name] = {}
        for lead, one in by_lead.items():
            assert isinstance(one, LeadScore)
            made[name][str(lead)] = {"crps": one.mean, "band": one.held, "pit": one.flatness}
    return made


def _print(text: str, plain: object, as_json: bool) -> None:
    """Markdown as it is in a pipe or a file, drawn to the width in a terminal; or JSON."""
    if as_json:
        from drawdown.terminal.json_document import print_json

        print_json(plain)
    elif sys.stdout.isatty():
        from rich.markdown import Markdown

        from drawdown.terminal import console

        console().print(Markdown(text, hyperlinks=False))
    else:
        print(text)
