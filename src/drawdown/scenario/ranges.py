"""What values the recorded quantities can take: by their declared bounds, and as far as can be imagined in the country of the scenario."""

from __future__ import annotations

import math
from collections.abc import Mapping

from drawdown.scenario.draft import Draft
from drawdown.scenario.grammar import MOST_WEEKS
from drawdown.scenario.reach import Range
from drawdown.vocabulary.magnitudes import MOST_A_WEEK
from drawdown.vocabulary.units import unit_of

GROWTH = 2.0  # by how much more people than are written down could be there


def people(draft: Draft) -> float:
    """Residents of all places, at the high end of what is written; infinity where nothing is."""
    found = [number.distribution for number in draft.tables.get("population", {}).values()]
    return sum(max(d.best, d.high or 0.0, *(part.high or part.best for _, part in d.parts), 0.0) for d in found) or math.inf


def ranges_of(draft: Draft) -> Mapping[str, tuple[str, Range]] | None:
    """Recorded quantity to its unit and the range of one cell; None where mechanisms are not to be imported."""
    if not draft.check_mechanisms:
        return None
    recorded = [v for m in draft.mechanisms() for v in m.owns if v.record]
    return {v.name: (v.unit, Range(v.low, v.high, most_imagined(v.unit, draft))) for v in recorded}


def most_imagined(unit: str, draft: Draft) -> float:
    """As far as what the unit counts can be imagined in one cell; infinity where there is no telling."""
    match unit_of(unit).counts:
        case "people":
            return GROWTH * people(draft)
        case "attacks":
            return MOST_A_WEEK
        case "weeks":
            return float(MOST_WEEKS)
        case _:
            return math.inf
