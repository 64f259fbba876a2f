"""`verify`: is a run folder still what the run wrote?"""

from __future__ import annotations

from pathlib import Path

from cyclopts import App

from drawdown.cli.loading import Json
from drawdown.errors import DrawdownError, printable

SHOWN = 12  # files of others that are named


def register(app: App) -> None:
    """Hang the verb under the application."""
    app.command(verify)


def verify(run: Path, *, as_json: Json = False) -> int:
    """Check every file of a run against the size and sum that its manifest has, and name all damage.

    Other commands check what they read; this one checks all of it, of a finished run or an unfinished one. The exit status is 2 where
    anything is damaged or missing.

    For example:

      drawdown verify runs/first

      drawdown verify runs/first --json

    Parameters
    ----------
    run
        A run folder.
    """
    from drawdown.runs.verification import verify as checked
    from drawdown.terminal.json_document import print_json
    from drawdown.terminal.progress import reported

    with reported("files", quiet=as_json) as report:
        report.enter("checking", said=False)
        found = checked(run, report.count)
    status = DrawdownError.exit_code if found.damage else 0
    if as_json:
        print_json(found)
        return status
    print(f"{printable(found.folder)}: {found.files:,} files, {found.bytes / 1e6:,.1f} MB checked")
    for one in found.damage:
        print(f"{printable(str(Path(found.folder) / one.file))}\n  {printable(one.wrong)}. {one.remedy}")
    if not found.complete:
        print(
            f"unfinished: {found.batches_done:,} of {found.batches:,} batches are done and right; the same 'drawdown run' goes on with them"
        )
    if found.others:
        more = f" and {len(found.others) - SHOWN:,} more" if len(found.others) > SHOWN else ""
        print(f"not written by the run: {', '.join(printable(name) for name in found.others[:SHOWN])}{more}")
    print(f"{len(found.damage):,} damaged" if found.damage else "no damage")
    return status
