"""Sitting the exam: a forecaster asked at every origin, two at a time, what it answers kept as it comes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass

from drawdown.errors import DrawdownError
from drawdown.exam.forecast import Forecast, Forecaster
from drawdown.exam.origins import Origin
from drawdown.exam.store import Store

AT_ONCE = 2
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Sat:
    """Forecasts by origin id, and why an origin has none."""

    forecasts: Mapping[str, Forecast]
    without: Mapping[str, str]


def sit(forecaster: Forecaster, origins: Sequence[Origin], kept: Store, progress: Progress | None = None) -> Sat:
    """Ask at every origin whose forecast is not kept yet. What the data do not allow (DrawdownError) is told, and stops nothing else."""
    forecasts: dict[str, Forecast] = {}
    without: dict[str, str] = {}
    left = []
    for origin in origins:
        found = kept.find(origin.id)
        if found is None:
            left.append(origin)
        else:
            forecasts[origin.id] = found
    done = len(forecasts)
    stopped = threading.Event()

    def one(origin: Origin) -> Forecast | None:
        if stopped.is_set():
            return None
        made = forecaster(origin)
        kept.keep(origin.id, made)
        return made

    if progress is not None:
        progress(done, len(origins))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        asked = {pool.submit(one, origin): origin for origin in left}
        try:
            for answer in as_completed(asked):
                origin = asked[answer]
                try:
                    made = answer.result()
                except DrawdownError as error:
                    without[origin.id] = str(error)
                else:
                    if made is not None:
                        forecasts[origin.id] = made
                done += 1
                if progress is not None:
                    progress(done, len(origins))
        finally:
            stopped.set()
    return Sat({o.id: forecasts[o.id] for o in origins if o.id in forecasts}, dict(sorted(without.items())))
