"""Weekly rates of violence by place before an origin, as gamma posteriors.

With `n` incidents in `w` weeks and variance-to-mean ratio `f` of the weekly counts (at least one), the rate has shape ``n / f + 1/2`` and
scale ``f / w`` (Jeffreys' prior, overdispersed counts). Rows give its 5th, 50th and 95th percentiles.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from drawdown.cases.iraq.frames import METHOD, Frames
from drawdown.cases.iraq.places import parts, places
from drawdown.cases.rows import Backing, Row

if TYPE_CHECKING:
    import numpy as np
    import pandas
    from numpy.typing import NDArray

STATE_FORCES = r"\bUS\b|U\.S\.|coalition|british|iraqi forces|iraqi army|iraqi state|army|police|soldier|troops|security forces|commando"


LEVEL_WEEKS = 52
# Air strikes are fire on armed men that hits others; the others are no violence.
NOT_MEANT = ("air_strike", "vehicle_collision", "stampede")


def rate_percentiles(
    counts: Sequence[float], weeks: float, part: float = 1.0, part_count: float | None = None
) -> tuple[float, float, float]:
    """5th, 50th, 95th percentile of a weekly rate from weekly `counts` over `weeks`; `part` of it, known from `part_count` incidents."""
    from scipy.stats import gamma

    total, n = float(sum(counts)), len(counts)
    mean = total / n
    variance = sum((c - mean) ** 2 for c in counts) / max(n - 1, 1)
    overdispersion = max(1.0, variance / mean) if mean > 0 else 1.0
    low, best, high = (float(gamma.ppf(q, total / overdispersion + 0.5, scale=overdispersion / weeks)) for q in (0.05, 0.5, 0.95))
    if part_count is not None:  # the share that falls in the part is itself uncertain: add its variance on the log scale
        spread = 1.645 * math.sqrt((1 - part) / (part_count + 0.5))
        low = best * math.exp(-math.hypot(math.log(best / low), spread))
        high = best * math.exp(math.hypot(math.log(high / best), spread))
    return low * part, best * part, high * part


def _age(frame: pandas.DataFrame, as_of: date) -> NDArray[np.int64]:
    """Whole weeks from each record to the day before `as_of`."""
    import numpy as np
    import pandas as pd

    return np.asarray((pd.Timestamp(as_of) - frame["date_start"]).dt.days.sub(1) // 7, np.int64)


def _week_counts(frame: pandas.DataFrame, as_of: date, weeks: int, column: str = "date_start") -> dict[str, list[int]]:
    """Incidents per governorate in each of the `weeks` seven-day weeks that end the day before `as_of`, oldest first."""
    import pandas as pd

    age = (pd.Timestamp(as_of) - frame[column]).dt.days.sub(1) // 7
    recent = frame.assign(age=age)[age < weeks]
    counts = recent.groupby(["governorate", "age"]).size()
    return {p.admin1: [int(counts.get((p.admin1, w), 0)) for w in reversed(range(weeks))] for p in places() if p.parent is None}


def _part_shares(count_in: Mapping[str, tuple[int, int]]) -> dict[str, tuple[float, float]]:
    """Place id -> (share of its governorate's incidents, number the share rests on); parents get what their parts leave."""
    shares: dict[str, tuple[float, float]] = {}
    for part in parts():
        inside, total = count_in[part.id]
        share = (inside + 0.5) / (total + 1.0)
        shares[part.id] = (share, inside)
        shares[str(part.parent)] = (1.0 - share, total - inside)
    return shares


def _by_place(counts: Mapping[str, list[int]], weeks: float, shares: Mapping[str, tuple[float, float]], backing: Backing) -> list[Row]:
    rows = []
    for place in places():
        low, best, high = rate_percentiles(counts[place.admin1], weeks, *shares.get(place.id, ()))
        rows.append(Row({"place": place.id}, best, backing, low, high))
    return rows


def attack_rows(frames: Frames, weeks: int) -> list[Row]:
    """Attacks a week on all sides (SIGACT, corrected), from the last `weeks` clean weeks before the origin."""
    clean = frames.sigact[~frames.sigact["data_gap"].astype(bool)]
    recent = clean[clean["week_start"].isin(sorted(clean["week_start"].unique())[-weeks:])]
    counts = {str(g): [int(v) for v in rows.sort_values("week_start")["sigact_corrected"]] for g, rows in recent.groupby("governorate")}
    span = float(recent.drop_duplicates("week_start")["days_in_week"].sum()) / 7.0
    inside = {}
    recent_points = _recent_points(frames, weeks)
    for part in parts():
        points = recent_points[recent_points["governorate"] == part.admin1]
        there = points["district"] == part.district
        if part.box is not None:
            west, south, east, north = part.box
            there = points["longitude"].between(west, east) & points["latitude"].between(south, north)
        inside[part.id] = (int(there.sum()), len(points))
    first, last = recent["week_start"].min().date(), recent["week_start"].max().date()
    backing = Backing(
        unit="attacks per week",
        source="esoc-sigact",
        locator=f"sigact_corrected, weeks of {first} to {last}; {METHOD}; parts of a governorate by the points of geocausal",
        grade="A",
        known_on=frames.known_on,
        note="counts rise with coalition presence and thin out where it leaves",
    )
    return _by_place(counts, span, _part_shares(inside), backing)


def _recent_points(frames: Frames, weeks: int) -> pandas.DataFrame:
    """Attack points of the last `weeks` that have any (the point data have a hole, October 2006 to January 2007)."""
    import pandas as pd

    points = frames.points[frames.points["stream"] == "sigact"]
    return points[points["date"] > points["date"].max() - pd.Timedelta(days=7 * weeks)] if len(points) else points


def _district_parts(frames: Frames, weeks: int) -> dict[str, tuple[float, float]]:
    import pandas as pd

    recent = frames.districts[frames.districts["date_start"] >= pd.Timestamp(frames.as_of) - pd.Timedelta(days=7 * weeks)]
    placed = recent[recent["district"].notna()]
    counts = {}
    for part in parts():
        there = placed[placed["governorate"] == part.admin1]
        counts[part.id] = (int((there["district"] == part.district).sum()), len(there))
    return _part_shares(counts)


def _ibc_rate(frames: Frames, weeks: int, classes: Iterable[str], what: str, note: str) -> list[Row]:
    chosen = frames.ibc[frames.ibc["weapon_class"].isin(list(classes)) & ~frames.ibc["coalition_fire"] & ~frames.ibc["iraqi_state_fire"]]
    backing = Backing(
        unit="incidents per week",
        source="ibc",
        locator=f"{what}, {weeks} weeks before {frames.as_of}; {METHOD}; parts of a governorate by the districts of esoc-ibc",
        grade="A",
        known_on=frames.known_on,
        note=note,
    )
    return _by_place(_week_counts(chosen, frames.as_of, weeks), float(weeks), _district_parts(frames, 2 * weeks), backing)


def fatal_rows(frames: Frames, weeks: int) -> list[Row]:
    """One-sided shootings and executions that killed, a week (IBC)."""
    note = "civilians and police only, as the press recorded them; fire by coalition and state forces left out; morgue months left out"
    return _ibc_rate(frames, weeks, ("gunfire", "executed_or_body_found"), "classes gunfire, executed or body found", note)


def bombing_rows(frames: Frames, weeks: int) -> list[Row]:
    """Vehicle and suicide bombings of civilians that killed, a week (IBC)."""
    classes = ("vehicle_bomb", "suicide_vehicle", "suicide_vest_or_unspecified")
    return _ibc_rate(
        frames, weeks, classes, "classes vehicle bomb, suicide vehicle, suicide vest", "bombs that killed no civilian are not counted"
    )


def death_rows(frames: Frames) -> list[Row]:
    """One-sided deaths a week (IBC): shootings, executions and bombs of all kinds but those of coalition and state forces.

    The level halves the weight of a month ago and resists single incidents (`drawdown.data.level`); records that sum up many incidents
    raise it by what they added in the last quarter. Parts of a governorate by the districts of esoc-ibc.
    """
    import numpy as np

    from drawdown.data.level import PERCENTILE, level

    chosen = frames.ibc[~frames.ibc["coalition_fire"] & ~frames.ibc["iraqi_state_fire"] & ~frames.ibc["weapon_class"].isin(NOT_MEANT)]
    names = tuple(p.admin1 for p in places() if p.parent is None)
    chosen = chosen[chosen["governorate"].isin(names)]
    age = _age(chosen, frames.as_of)
    column = np.array([names.index(name) for name in chosen["governorate"]], int)
    dead = chosen["deaths_max"].to_numpy(float)
    recent = age < LEVEL_WEEKS
    cells = np.zeros((3, LEVEL_WEEKS, len(names)))
    at = LEVEL_WEEKS - 1 - age[recent], column[recent]
    np.add.at(cells[0], at, 1.0)
    np.add.at(cells[1], at, dead[recent])
    np.maximum.at(cells[2], at, dead[recent])
    found = level(cells[0], cells[1], cells[2])
    quarter = float(cells[1][-13:].sum())
    summed = float(frames.sums[_age(frames.sums, frames.as_of) < 13]["deaths_max"].sum())
    whole = 1.0 + summed / max(quarter, 1.0)
    backing = Backing(
        unit="deaths per week",
        source="ibc",
        locator=f"shootings, executions, bombs and mortars, a year before {frames.as_of}, recent weeks weighing most; {METHOD}",
        grade="A",
        known_on=frames.known_on,
        note=f"civilians and police; fire by coalition and state forces left out; morgue totals of the quarter add {whole - 1:.0%}",
    )
    parts_of = _district_parts(frames, 26)
    rows = []
    for place in places():
        k = names.index(place.admin1)
        part, inside = parts_of.get(place.id, (1.0, 1.0))
        best = float(found.best[k]) * whole * part
        spread = math.exp(math.hypot(math.log(found.high[k] / found.best[k]), PERCENTILE * math.sqrt((1.0 - part) / (inside + 0.5))))
        rows.append(Row({"place": place.id, "violence": "one-sided"}, best, backing, best / spread, best * spread))
    return rows


def rivalry_rows(frames: Frames, weeks: int = 52) -> list[Row]:
    """Clashes among armed groups: UCDP non-state events, and IBC incidents whose target is a clash that names no state force."""
    import pandas as pd

    target = frames.ibc["target"].fillna("")
    clash = target.str.contains(r"clash|gun battle|fighting between|rival", case=False, regex=True)
    state = target.str.contains(STATE_FORCES, case=False, regex=True) & ~target.str.contains("among", case=False)
    first = frames.ibc[clash & ~state & ~frames.ibc["coalition_fire"]][["date_start", "governorate"]]
    non_state = frames.ucdp[frames.ucdp["type_of_violence"] == 2][["date_start", "governorate"]]
    both = pd.concat([first, non_state]).drop_duplicates()
    backing = Backing(
        unit="incidents per week",
        source="ibc",
        locator=f"targets that name a clash among groups, with UCDP GED non-state events, {weeks} weeks before {frames.as_of}; {METHOD}",
        grade="B",
        known_on=frames.known_on,
        note="few are recorded: IBC leaves fighters out, UCDP needs named groups; a year is used because thirteen weeks hold too few",
    )
    return _by_place(_week_counts(both, frames.as_of, weeks), float(weeks), _district_parts(frames, 26), backing)
