"""What is told while a run goes on: its progress, and a first table as soon as the first plan's first futures are there."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from drawdown.terminal.progress import Clock, Reporter, reported

if TYPE_CHECKING:
    from drawdown.cli.estimate import Pace
    from drawdown.runs import Progress
    from drawdown.scenario.model import Scenario

BETWEEN = 10.0  # seconds between two provisional tables, at least
COMPILING = "compiling the model"
RUNNING = "running"
WRITING = "writing the run folder"


@dataclass
class Tables:
    """When a provisional table is due: with the first futures of the first plan, when twice as many plans have some, when all have."""

    plans: int
    clock: Clock = time.monotonic
    shown: int = 0
    last: float = float("-inf")

    def due(self, now: Progress) -> bool:
        """Whether to show one now; if so, it counts as shown."""
        seen = len(now.counts)
        wider = seen > self.shown and seen >= min(2 * self.shown + 1, self.plans)
        if not wider or now.merging or now.futures_done >= now.futures or self.clock() - self.last < BETWEEN:
            return False
        self.shown, self.last = seen, self.clock()
        return True


@contextmanager
def shown_progress(scenario: Scenario, plans: int, quiet: bool = False, pace: Pace | None = None) -> Iterator[Callable[[Progress], None]]:
    """Gives what the store calls with its progress; shows it on standard error, unless `quiet`, after what `pace` foretells."""
    texts = {c.id: f"{c.number:>2} {c.text}" for c in scenario.claims}
    tables, begun = Tables(plans), time.monotonic()
    with reported("futures", quiet=quiet) as report:

        def show_progress(now: Progress) -> None:
            if pace is not None:
                if pace.begun < 0 and (foretold := pace.foretold(now)) and not quiet:
                    report.show(foretold)
                pace.hear(now)
            if now.merging:
                report.enter(WRITING)
                return
            if not now.counts and now.futures_done < now.futures:
                report.enter(COMPILING)
                return
            report.enter(RUNNING, said=False)
            report.count(now.futures_done, now.futures)
            if not quiet and tables.due(now):
                show_table(report, now, texts, tables.clock() - begun)

        yield show_progress


def show_table(report: Reporter, now: Progress, texts: dict[str, str], seconds: float) -> None:
    """The claims so far."""
    from drawdown.cli.claims_sheets import provisional_sheet
    from drawdown.terminal import console
    from drawdown.terminal.sheet import drawn

    err = console(error=True)
    so_far = f"{now.futures_done:,} of {now.futures:,} in all, after {seconds:.0f} s."
    report.show(drawn(provisional_sheet(now.counts, texts, now.futures_of, so_far, err.width), err))
