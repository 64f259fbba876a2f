"""World climatology as a forecaster of whole months: what became of a like war elsewhere, month by month, scaled to this one.

The simulator's stand-in: it answers every question on deaths, and none on events. No part of it is of the country's own fold.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from drawdown.exam.baselines import LIKE, stream
from drawdown.exam.forecast import Forecast
from drawdown.exam.origins import Origin, learnt
from drawdown.exam.outcomes import HORIZON, YEAR, trailing
from drawdown.exam.panel import Floats, Panel
from drawdown.exam.pools import LEAST_YEARLY


@dataclass(eq=False)
class Climate:
    """`members` futures an origin: paths of HORIZON months that followed the nearest levels in other folds' countries."""

    panel: Panel
    members: int = 200
    seed: int = 1
    _taught: dict[int, tuple[Floats, Floats]] = field(default_factory=dict)

    @property
    def key(self) -> str:
        made = f"climate {self.members} {self.seed} ".encode()
        return hashlib.sha256(made + Path(__file__).read_bytes()).hexdigest()

    def __call__(self, origin: Origin) -> Forecast:
        if origin.fold not in self._taught:
            self._taught[origin.fold] = _paths(self.panel, origin.fold)
        level, paths = self._taught[origin.fold]
        own = np.log1p(origin.before)
        near = np.argsort(np.abs(level - own), kind="stable")[:LIKE]
        random = stream("climate", origin.id, 0, self.seed)
        pick = random.choice(near, self.members)
        scaled = paths[pick] * np.exp(own - level[pick])[:, None]
        return Forecast(random.poisson(np.minimum(scaled, 1e6)).T.astype(np.float64))


def _paths(panel: Panel, fold: int) -> tuple[Floats, Floats]:
    """log(1 + deaths of 12 months) and the HORIZON months after: (case), (case, month)."""
    levels, paths = [np.empty(0)], [np.empty((0, HORIZON))]
    for series in learnt(panel, fold).values():
        rows = len(series) - YEAR - HORIZON + 1
        if rows <= 0:
            continue
        before = trailing(series, YEAR)[:rows]
        ahead = np.lib.stride_tricks.sliding_window_view(series[YEAR:], HORIZON)[:rows]
        fit = before >= LEAST_YEARLY
        levels.append(np.log1p(before[fit]))
        paths.append(ahead[fit])
    return np.concatenate(levels), np.concatenate(paths)
