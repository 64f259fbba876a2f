"""`chronicle`, `branch` and `ablate`: one future in sentences, the same under another plan, and what each mechanism does."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App

from drawdown.cli.figures import error_of, number
from drawdown.cli.loading import AsOf, Json, Many, Patches, Prior, engine_of, known_mechanisms, one_plan, scenario_or_run, week_holding
from drawdown.terminal import console, fitted
from drawdown.terminal.progress import reported
from drawdown.terminal.sheet import Column, Sheet, drawn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from drawdown.ablation import Effect
    from drawdown.chronicle import Chronicle, Parting

SENTENCE = 10  # where the sentences of a chronicle begin


def register(app: App) -> None:
    """Hang the verbs under the application."""
    app.command(chronicle)
    app.command(branch)
    app.command(ablate)


def chronicle(
    source: str,
    *,
    plan: str | None = None,
    future: int = 0,
    seed: int | None = None,
    since: date | None = None,
    patch: Patches = None,
    as_of: AsOf = None,
    prior: Prior = False,
    as_json: Json = False,
) -> None:
    """Tell one future week by week in sentences: who moved, attacked, left, agreed, and why.

    For example:

      drawdown chronicle runs/first --plan stay --future 12

      drawdown chronicle my-scenario --plan leave --seed 7 --since 2024-06-01

    Parameters
    ----------
    source
        A run folder, or a scenario by name or folder.
    plan
        A plan by name, or a file (default: the first).
    future
        Which future.
    seed
        Its seed (default: the run's, or 0).
    since
        Tell from this date on.
    """
    from drawdown.chronicle import tell
    from drawdown.terminal.json_document import print_json

    checked(future)
    found = scenario_or_run(source, patch, as_of, prior, [plan])
    chosen = one_plan(found.scenario, plan)
    first = 0 if since is None else week_holding(found.scenario, since)
    told = tell(engine_of(found.scenario), chosen, seed_of(seed, found.seed), future, since=first)
    if as_json:
        print_json(as_data(told))
    else:
        print(fitted(told.text(), sys.stdout, SENTENCE), end="")


def seed_of(asked: int | None, of_run: int | None) -> int:
    """The seed asked for, else the run's, else 0."""
    return asked if asked is not None else (of_run or 0)


def checked(future: int) -> int:
    """A future's index. Raises DrawdownError below 0."""
    from drawdown.errors import DrawdownError
    from drawdown.runs.schema import MOST_FUTURES

    if not 0 <= future < MOST_FUTURES:
        raise DrawdownError(f"future: got {future}; expected 0 to {MOST_FUTURES - 1}")
    return future


def as_data(told: Chronicle) -> dict[str, object]:
    """A chronicle as plain data."""
    return {"title": told.title, "plan": told.plan, "future": told.future, "parted": told.parted, "ended": told.ended,
            "sentences": [[when.isoformat(), text] for when, text in told.sentences]}  # fmt: skip


def branch(
    source: str,
    *,
    to: str,
    at: date,
    plan: str | None = None,
    future: int = 0,
    seed: int | None = None,
    patch: Patches = None,
    as_of: AsOf = None,
    prior: Prior = False,
    as_json: Json = False,
) -> None:
    """Replay a future to a date and go on under another plan; tell what comes of it, and how the two paths differ.

    For example:

      drawdown branch runs/first --plan stay --future 12 --at 2024-06-03 --to leave

    Parameters
    ----------
    source
        A run folder, or a scenario by name or folder.
    to
        The plan from that date on, by name or file.
    at
        The date.
    plan
        The plan until then (default: the first).
    future
        Which future.
    seed
        Its seed (default: the run's, or 0).
    """
    from drawdown.chronicle import narrate, parting
    from drawdown.terminal.json_document import print_json

    checked(future)
    found = scenario_or_run(source, patch, as_of, prior, [plan, to])
    first, second, week = one_plan(found.scenario, plan), one_plan(found.scenario, to), week_holding(found.scenario, at)
    engine, drawn_with = engine_of(found.scenario), seed_of(seed, found.seed)
    kept = engine.replay(first, drawn_with, future)
    left = engine.replay(first, drawn_with, future, (week, second))
    a, b = narrate(engine, kept, first, since=week), narrate(engine, left, first, second, since=week)
    apart = parting(engine, (a, kept), (b, left), week)
    if as_json:
        print_json({"kept": as_data(a), "branched": as_data(b), "first_difference": apart.first_difference, "numbers": apart.numbers})
        return
    print(fitted(b.text(), sys.stdout, SENTENCE))
    out = console()
    out.print(drawn(parting_sheet(apart, first.id, f"from {at} {second.id}"), out))
    parted = apart.first_difference
    where = "never part" if parted is None else f"first differ in the week of {parted.day} {parted:%B %Y}"
    out.print(f"The two paths {where}; {len(apart.only_a)} events of the first and {len(apart.only_b)} of the second are not in the other.")


def parting_sheet(apart: Parting, a: str, b: str) -> Sheet:
    """The main numbers of two paths of one future."""
    rows = tuple((what, number(x, 4), number(y, 4), number(y - x, 4, sign=True)) for what, x, y in apart.numbers)
    columns = (Column("", least=16), *(Column(heading, figures=True) for heading in (a, b, "difference")))
    return Sheet("From the parting on, in this one future", columns, rows)


def ablate(
    source: str,
    *,
    plan: str | None = None,
    futures: int = 128,
    seed: int | None = None,
    only: Annotated[list[str] | None, Many] = None,
    out: Path | None = None,
    patch: Patches = None,
    as_of: AsOf = None,
    prior: Prior = False,
    as_json: Json = False,
) -> None:
    """Switch each mechanism off in turn, on the same futures, and say what changes.

    For example:

      drawdown ablate my-scenario

      drawdown ablate runs/first --plan stay --futures 512 --only desertion seizure

    Parameters
    ----------
    source
        A run folder (the table is kept there for the report), or a scenario by name or folder.
    plan
        A plan by name, or a file (default: the first).
    futures
        Futures with and without.
    seed
        Their seed (default: the run's, or 0).
    only
        Only these mechanisms.
    out
        Write the table to this Parquet file.
    """
    from drawdown.ablation import ablate as effects_of
    from drawdown.runs.format import ABLATION
    from drawdown.runs.store import check_numbers
    from drawdown.terminal.json_document import print_json

    known_mechanisms(only)
    found = scenario_or_run(source, patch, as_of, prior, [plan])
    check_numbers(futures, None, 1, seed_of(seed, found.seed))
    chosen = one_plan(found.scenario, plan)
    with reported("mechanisms") as report:
        report.enter("compiling the model")

        def progress(done: int, of: int) -> None:
            if done:
                report.enter("running", said=False)
                report.count(done, of)

        effects = effects_of(engine_of(found.scenario), chosen, seed_of(seed, found.seed), futures, only, progress)
    target = out if out is not None else (found.folder / ABLATION if found.folder is not None and not only else None)
    if target is not None:
        from drawdown.runs.effects import write_effects

        write_effects([vars_of(e) for e in effects], target)
    if as_json:
        print_json([{**vars_of(e), "errors": e.errors} for e in effects])
    else:
        shown = console()
        shown.print(drawn(effects_sheet(effects, f"plan {chosen.id}, {futures} futures"), shown))


def vars_of(effect: Effect) -> dict[str, object]:
    """An effect as plain data."""
    from dataclasses import asdict

    return asdict(effect)


def as_said(effect: Effect) -> str:
    """Whether the effect has the sign that the mechanism's declaration gives, at two standard errors."""
    if not effect.expected:
        return ""
    if abs(effect.errors) < 2:
        return "unclear"
    return "yes" if effect.errors * effect.expected > 0 else "NO"


def effects_sheet(effects: Sequence[Effect], about: str) -> Sheet:
    """One row a mechanism; its quantities below each other."""
    rows = []
    for name in dict.fromkeys(e.mechanism for e in effects):
        mine = [e for e in effects if e.mechanism == name]
        columns = (
            [e.quantity for e in mine],
            [number(e.with_it) for e in mine],
            [number(e.without) for e in mine],
            [number(e.effect, 2, sign=True) for e in mine],
            [error_of(e.error) for e in mine],
            [number(e.errors, 2, sign=True) for e in mine],
            [as_said(e) for e in mine],
        )
        rows.append((name, *("\n".join(cells) for cells in columns)))
    return Sheet(
        f"Each mechanism switched off ({about})",
        (Column("mechanism", least=12), Column("quantity", unbroken=True), Column("with", figures=True), Column("without", figures=True),
         Column("adds", figures=True), Column("± error", figures=True), Column("errors", figures=True), Column("as said", figures=True)),
        tuple(rows),
        "Means over all weeks. 'adds': with it minus without it on the same futures; 'errors': that, in standard errors.",
    )  # fmt: skip
