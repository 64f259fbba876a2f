"""What values the recorded quantities can take: by their declared bounds, and as far as can be imagined in the country of the scenario."""

from __future__ import annotations

import math
from collections.abc import Mapping

from drawdown.scenario.draft import Draft
from drawdown.scenario.grammar import MOST_WEEKS
from drawdown.scenario.reach import Range
from drawdown.state import MOST_A_WEEK

GROWTH = 2.0  # by how much more people than are written down could be there


def people(draft: Draft) -> float:
    """Residents of all places, at the high end of what is written; infinity where nothing is."""
    found = [number.distribution for number in draft.tables.get("population", {}).values()]
    return sum(max(d.best, d.high or 0.0, *(part.high or part.best for _, part in d.parts), 0.0) for d in found) or math.inf


def ranges_of(draft: Draft) -> Mapping[str, tuple[str, Range]] | None:
    """Recorded quantity to its unit and the range of one cell; None where mechanisms are not to be imported."""
    if not draft.check_mechanisms:
        return None
    everybody = GROWTH * people(draft)
    likely = {"persons": everybody, "deaths": everybody, "per week": MOST_A_WEEK, "weeks": float(MOST_WEEKS)}
    recorded = [v for m in draft.mechanisms() for v in m.owns if v.record]
    return {v.name: (v.unit, Range(v.low, v.high, likely.get(v.unit, math.inf))) for v in recorded}
