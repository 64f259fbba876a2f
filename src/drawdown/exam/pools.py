"""What a fold teaches of one lead: how many died before, and in the window that followed, over all months of its countries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from drawdown.exam.outcomes import YEAR, length, trailing
from drawdown.exam.panel import Floats

SPANS = (1, 3, YEAR)  # months whose mean tells the level
LEAST_YEARLY = 25  # deaths in 12 months: under that a country is at peace, and says nothing of wars


@dataclass(frozen=True, slots=True)
class Pool:
    """Rows are months of other countries whose window of this lead has closed. `levels` (row, span): log(1 + mean monthly deaths) before;
    `window` (row): deaths in the window; `country` (row): position of its country."""

    lead: int
    levels: Floats
    window: Floats
    country: np.ndarray[tuple[int], np.dtype[np.int64]]


def levels(past: Floats) -> Floats:
    """log(1 + mean monthly deaths) over the last 1, 3 and 12 months, shape (span)."""
    found: Floats = np.log1p(np.array([past[-span:].mean() for span in SPANS]))
    return found


def pool(others: Mapping[str, Floats], lead: int) -> Pool:
    """All months of all countries with LEAST_YEARLY deaths in the 12 months before, whose window of `lead` lies in the record."""
    level, window, country = [np.empty((0, len(SPANS)))], [np.empty(0)], [np.empty(0, dtype=np.int64)]
    for position, series in enumerate(others.values()):
        rows = len(series) - YEAR - lead + 1
        if rows <= 0:
            continue
        # ExitRow r is the origin before month YEAR + r: it has seen the months up to YEAR + r - 1.
        seen = np.stack([trailing(series, span)[YEAR - span :][:rows] / span for span in SPANS], axis=-1)
        ahead = trailing(series, length(lead))[YEAR + lead - length(lead) :][:rows]
        fit = seen[:, -1] * YEAR >= LEAST_YEARLY
        level.append(np.log1p(seen[fit]))
        window.append(ahead[fit])
        country.append(np.full(int(fit.sum()), position, dtype=np.int64))
    return Pool(lead, np.concatenate(level), np.concatenate(window), np.concatenate(country))
