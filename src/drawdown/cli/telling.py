"""`chronicle`, `branch` and `ablate`: one future in sentences, the same under another plan, and what each mechanism does."""

from __future__ import annotations

import math
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App

from drawdown.cli.loading import AsOf, Json, Many, Patches, Prior, engine_of, one_plan, scenario_or_run, week_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table

    from drawdown.ablate import Effect
    from drawdown.chronicle import Chronicle, Parting


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

    Examples:

      drawdown chronicle runs/first --plan stay --future 12

      drawdown chronicle iraq-2007 --plan leave-now --seed 7 --since 2008-03-01

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
    from drawdown.cli.tables import print_json

    found = scenario_or_run(source, patch, as_of, prior)
    chosen = one_plan(found.scenario, plan)
    first = 0 if since is None else week_of(found.scenario, since)
    told = tell(engine_of(found.scenario), chosen, seed_of(seed, found.seed), checked(future), since=first)
    if as_json:
        print_json(as_data(told))
    else:
        print(told.text(), end="")


def seed_of(asked: int | None, of_run: int | None) -> int:
    """The seed asked for, else the run's, else 0."""
    return asked if asked is not None else (of_run or 0)


def checked(future: int) -> int:
    """A future's index. Raises DrawdownError below 0."""
    from drawdown.errors import DrawdownError

    if not 0 <= future < 1 << 24:
        raise DrawdownError(f"future: got {future}; expected 0 to {(1 << 24) - 1}")
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

    Examples:

      drawdown branch runs/first --plan stay --future 12 --at 2008-06-02 --to leave-now

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
    from drawdown.cli.tables import console, print_json

    found = scenario_or_run(source, patch, as_of, prior)
    first, second, week = one_plan(found.scenario, plan), one_plan(found.scenario, to), week_of(found.scenario, at)
    engine, number = engine_of(found.scenario), seed_of(seed, found.seed)
    kept = engine.replay(first, number, checked(future))
    left = engine.replay(first, number, future, (week, second))
    a, b = narrate(engine, kept, first, since=week), narrate(engine, left, first, second, since=week)
    apart = parting(engine, (a, kept), (b, left), week)
    if as_json:
        print_json({"kept": as_data(a), "branched": as_data(b), "first_difference": apart.first_difference, "numbers": apart.numbers})
        return
    print(b.text())
    out = console()
    out.print(parting_table(apart, first.id, f"from {at} {second.id}"))
    where = "never part" if apart.first_difference is None else f"first differ in the week of {apart.first_difference:%-d %B %Y}"
    out.print(f"The two paths {where}; {len(apart.only_a)} events of the first and {len(apart.only_b)} of the second are not in the other.")


def parting_table(apart: Parting, a: str, b: str) -> Table:
    """The main numbers of two paths of one future."""
    from drawdown.cli.tables import new_table

    table = new_table("From the parting on, in this one future")
    for heading in ("", a, b, "difference"):
        table.add_column(heading, justify="right" if heading else "left", overflow="fold")
    for what, x, y in apart.numbers:
        table.add_row(what, f"{x:,.4g}" if abs(x) < 1000 else f"{x:,.0f}", f"{y:,.4g}" if abs(y) < 1000 else f"{y:,.0f}", f"{y - x:+,.4g}")
    return table


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

    Examples:

      drawdown ablate iraq-2007

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
    from drawdown.ablate import ablate as effects_of
    from drawdown.cli.tables import console, print_json
    from drawdown.ensemble.store import check_numbers

    found = scenario_or_run(source, patch, as_of, prior)
    check_numbers(futures, None, 1, seed_of(seed, found.seed))
    chosen = one_plan(found.scenario, plan)
    err = console(error=True)

    def progress(done: int, whole: int) -> None:
        if err.is_terminal:
            print(f"\r{done}/{whole} mechanisms", end="\n" if done == whole else "", file=sys.stderr, flush=True)

    effects = effects_of(engine_of(found.scenario), chosen, seed_of(seed, found.seed), futures, only, progress)
    target = out if out is not None else (found.folder / "ablation.parquet" if found.folder is not None and not only else None)
    if target is not None:
        write_effects(effects, target)
    if as_json:
        print_json([{**vars_of(e), "errors": e.errors} for e in effects])
    else:
        console().print(effects_table(effects, f"plan {chosen.id}, {futures} futures"))


def vars_of(effect: Effect) -> dict[str, object]:
    """An effect as plain data."""
    from dataclasses import asdict

    return asdict(effect)


def write_effects(effects: Sequence[Effect], path: Path) -> None:
    """The table as Parquet, whole or not at all."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from drawdown.ensemble.parts import write_whole

    table = pa.Table.from_pylist([vars_of(e) for e in effects])
    write_whole(path, lambda file: pq.write_table(table, file, compression="zstd"))


def as_said(effect: Effect) -> str:
    """Whether the effect has the sign that the mechanism's declaration gives, at two standard errors."""
    if not effect.expected:
        return ""
    if abs(effect.errors) < 2:
        return "unclear"
    return "yes" if effect.errors * effect.expected > 0 else "NO"


def effects_table(effects: Sequence[Effect], about: str) -> Table:
    """One row a mechanism; its quantities below each other."""
    from drawdown.cli.tables import new_table

    table = new_table(
        f"Each mechanism switched off ({about})",
        "Means over all weeks. 'adds': with it minus without it on the same futures; 'errors': that, in standard errors.",
    )
    for heading in ("mechanism", "quantity", "with", "without", "adds", "± error", "errors", "as said"):
        table.add_column(heading, justify="left" if heading in ("mechanism", "quantity") else "right", no_wrap=heading != "quantity")
    for name in dict.fromkeys(e.mechanism for e in effects):
        mine = [e for e in effects if e.mechanism == name]

        def lines(cells: list[str]) -> str:
            return "\n".join(cells)

        table.add_row(
            name,
            lines([e.quantity for e in mine]),
            lines([f"{e.with_it:.3g}" for e in mine]),
            lines([f"{e.without:.3g}" for e in mine]),
            lines([f"{e.effect:+.2g}" for e in mine]),
            lines([f"{e.error:.1g}" for e in mine]),
            lines([f"{e.errors:+.1f}" if math.isfinite(e.errors) else "-" for e in mine]),
            lines([as_said(e) for e in mine]),
        )
    return table
