"""How long a run will take, told before it: from the pace of earlier runs on this machine, which is kept in the cache folder."""

from __future__ import annotations

import contextlib
import json
import math
import os
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from drawdown.compiled import cache_folder
from drawdown.terminal.progress import Clock, time_left

if TYPE_CHECKING:
    from drawdown.runs import Progress
    from drawdown.scenario.model import Scenario

WORTH_SAYING = 60.0  # seconds; a shorter run needs no announcement
MANY = 500  # futures in all from which a run that was never measured may be a long one
ENOUGH = 128  # futures that give a pace


def kind_of(scenario: Scenario, workers: int, keep: str) -> str:
    """Runs of one kind have one pace: the size of the model, its weeks, the workers, and how much is kept."""
    sizes = "x".join(str(len(part)) for part in (scenario.places, scenario.actors, scenario.communities))
    return f"{scenario.id} {sizes} {scenario.weeks} weeks, {workers} workers, keep {keep}"


def paces_file() -> Path | None:
    """Where paces are kept; None where there is no home folder."""
    try:
        return cache_folder() / "paces.json"
    except OSError:
        return None


def known_paces() -> dict[str, dict[str, object]]:
    """Every pace that was measured; none where the file is missing or damaged."""
    file = paces_file()
    try:
        found = json.loads(file.read_text(encoding="utf-8")) if file is not None else {}
    except (OSError, ValueError, RecursionError):
        return {}
    return {k: v for k, v in found.items() if isinstance(v, dict)} if isinstance(found, dict) else {}


@dataclass
class Pace:
    """Watches a run's progress: foretells at its beginning, and keeps what was measured at its end."""

    kind: str
    clock: Clock = time.monotonic
    first: tuple[float, int] | None = None
    last: tuple[float, int] | None = None
    merging: float | None = None
    futures: int = 0
    begun: int = field(default=-1)  # futures that an earlier process had finished

    def hear(self, now: Progress) -> None:
        """A report of the store."""
        self.futures = now.futures
        if self.begun < 0:
            self.begun = now.futures_done
        if now.merging:
            self.merging = self.clock()
        elif now.futures_done > self.begun:
            self.last = (self.clock(), now.futures_done)
            self.first = self.first or self.last  # when the first tile ended: compiling is no part of the pace

    def foretold(self, now: Progress) -> str:
        """A sentence on the time that the run will take, nothing for a short one; honest where nothing was measured."""
        left = now.futures - now.futures_done
        known = known_paces().get(self.kind, {})
        pace, writing, on = known.get("seconds_a_future"), known.get("seconds_to_write_a_future"), known.get("measured")
        usable = [x for x in (pace, writing) if isinstance(x, float) and math.isfinite(x) and x >= 0]
        if len(usable) < 2 or not isinstance(on, str):
            if left < MANY:
                return ""
            return (
                "How long this takes is not known: no run of this kind was measured here yet. Its progress tells after the first futures."
            )
        seconds = usable[0] * left + usable[1] * now.futures
        if seconds < WORTH_SAYING:
            return ""
        told = time_left(seconds).removesuffix(" left")
        return f"This will take {told} once the model is compiled: {left:,} futures at the pace measured here on {on[:10]}."

    def keep(self) -> None:
        """Keep the pace of a run that is over, if it was long enough to have one. A cache that cannot be written is no matter."""
        if self.first is None or self.last is None or self.merging is None or self.last[1] - self.first[1] < ENOUGH:
            return
        pace = (self.last[0] - self.first[0]) / (self.last[1] - self.first[1])
        measured = {
            "seconds_a_future": round(pace, 6),
            "seconds_to_write_a_future": round((self.clock() - self.merging) / max(self.futures, 1), 6),
            "measured": datetime.now(UTC).date().isoformat(),
        }
        file = paces_file()
        if file is None:
            return
        with contextlib.suppress(OSError):
            file.parent.mkdir(parents=True, exist_ok=True)
            beside = file.with_name(f"{file.name}.{os.getpid()}")
            beside.write_text(json.dumps({**known_paces(), self.kind: measured}, indent=2) + "\n", encoding="utf-8")
            beside.replace(file)
