"""Stylised facts of the data against an ensemble, as a table, before anything is fitted (and after, with the posterior).

A fact inside the ensemble's 5 to 95% band says that the model can make such a world, not that it is right; a fact outside says that it
cannot, whatever a posterior makes of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LEVEL = 0.9
READABLE = 0.5  # a fact that fewer of the futures can show is told as unreadable


@dataclass(frozen=True, slots=True)
class Fact:
    """One figure: in the data, and the 5th, 50th and 95th percentile over futures. `inside`: None where one of the two is missing."""

    name: str
    observed: float
    low: float
    median: float
    high: float

    @property
    def inside(self) -> bool | None:
        """Whether the data lie in the band."""
        if not np.isfinite([self.observed, self.low, self.high]).all():
            return None
        return bool(self.low <= self.observed <= self.high)


def check(observed: Mapping[str, Floats], simulated: Mapping[str, Floats]) -> tuple[Fact, ...]:
    """Compare every fact that both sides have; `observed` holds one world, `simulated` many (future)."""
    rows = []
    for name, values in simulated.items():
        if name not in observed:
            continue
        known = values[np.isfinite(values)]
        enough = known.size >= READABLE * values.size and known.size > 0
        band = np.quantile(known, ((1 - LEVEL) / 2, 0.5, (1 + LEVEL) / 2)) if enough else (np.nan, np.nan, np.nan)
        rows.append(Fact(name, float(np.ravel(observed[name])[0]), *(float(b) for b in band)))
    return tuple(rows)


def figure(value: float) -> str:
    """Three significant digits, no more than the data bear."""
    if not np.isfinite(value):
        return "-"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def markdown(rows: Sequence[Fact], after: Sequence[Fact] | None = None) -> str:
    """The table, with a second band (the calibrated ensemble) where given, and a closing count that names what lies outside."""
    second = {r.name: r for r in after or ()}
    head = "| figure | data | prior 5-50-95% | in |" + (" calibrated 5-50-95% | in |" if after else "")
    lines = [head, "|---|---|---|---|" + ("---|---|" if after else "")]
    word = {True: "yes", False: "**no**", None: "-"}
    for r in rows:
        line = f"| {r.name} | {figure(r.observed)} | {figure(r.low)} · {figure(r.median)} · {figure(r.high)} | {word[r.inside]} |"
        if after:
            s = second[r.name]
            line += f" {figure(s.low)} · {figure(s.median)} · {figure(s.high)} | {word[s.inside]} |"
        lines.append(line)
    last = list(after or rows)
    known = [r for r in last if r.inside is not None]
    outside = [r.name for r in known if not r.inside]
    lines += [
        "",
        f"{len(known) - len(outside)} of {len(known)} figures inside the 90% band of the {'calibrated' if after else 'prior'} ensemble.",
    ]
    if outside:
        lines.append("Outside: " + "; ".join(outside) + ".")
    return "\n".join(lines) + "\n"
