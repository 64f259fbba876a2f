"""Where a country's record stands under the process that all wars taught: numbers of `tempo` that differ from country to country."""

from __future__ import annotations

from collections.abc import Mapping

from drawdown.countries.known import Known
from drawdown.countries.violence import WEEKS_A_MONTH, Level

LEAST = 0.1  # recorded deaths a month under which a record stands for nothing: the level is that of a country at peace
NOTE = "the country's months before the origin under the process learned from other countries (docs/learned.md)"


def course(before: Known, stands: Level) -> Mapping[str, tuple[float, float, float, str]]:
    """`mechanism.parameter` -> 5th, 50th and 95th percentile, and unit; the process is that of the fold that leaves the country out."""
    from drawdown.learned import learned, standing
    from drawdown.learned.posterior import fold_of

    recorded = sum(stands.weekly) * WEEKS_A_MONTH
    if recorded < LEAST:
        return {}
    found = learned()
    process = found.folds[fold_of(before.iso3, len(found.folds))]
    there = standing(before.recorded.deaths.sum(axis=1).round().tolist(), recorded, process)
    return {
        "tempo.start": (*there.start, "log ratio"),
        "tempo.proneness": (*there.proneness, "index"),
        "tempo.unevenness": (*there.unevenness, "index"),
        "tempo.surge": (*there.surge, "log ratio"),
    }
