"""The observation models: which incidents each source takes in, whom it counts, whom it blames, how late it is.

Shares of killings whose perpetrator UCDP could name are borrowed from one war: UCDP GED 19.1 one-sided events of 44 months against the
incidents that the press reported (evidence, section 16). They are shares of what the media reported, so they multiply the capture curve.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from drawdown.observe.capture import LARGEST_ROW, LARGEST_SMALL, RECORDED, Curve, Floats, expected
from drawdown.observe.expand import Column, Columns, columns_of, expand, uniforms
from drawdown.vocabulary.incident_kinds import CLASH, MANNERS, REPRISAL, SMALL_INCIDENTS
from drawdown.vocabulary.violence import ONE_SIDED

if TYPE_CHECKING:
    from drawdown.scenario.model import Scenario

AT_ONCE = 1_000_000  # incidents expanded in one go: about 0.7 GB; more futures are taken in halves
STATE_KINDS = ("foreign", "army", "police")
Source = Literal["ucdp", "press", "log"]


@dataclass(frozen=True, slots=True)
class Model:
    """How a source records. `known[manner]` gives (a, b): P(perpetrator named) = logistic(a + b ln deaths); None: it need not be named.

    `victims`: "all" counts everyone killed; "civilians" counts civilians and police. `delay` is the mean in days of an exponential.
    """

    name: str
    about: str
    victims: Literal["all", "civilians"]
    known: Mapping[str, tuple[float, float]] | None
    delay: float
    thinned: bool
    threshold: int = 0


MODELS: dict[str, Model] = {
    "ucdp": Model(
        "ucdp",
        "events of at least one death by a named organised actor whose dyad killed 25 in some calendar year",
        "all",
        {
            # D: war logs hold about 28,000 armed dead to August 2007, UCDP 9,700, capture takes half; the rest had no name.
            "clash": (1.1, 0.0),
            # A: 13,687 shootings and executions, of which UCDP names about 100.
            "reprisal": (-4.9, 0.0),
            # A: 9-12% of bombings of 4-19 dead, 14% of 20-49, 33% of 50 and more.
            "bombing": (-3.3, 0.55),
            "rogue attack": (1.1, 0.0),  # D: as clashes
        },
        30.0,  # candidate events appear within about a month
        False,
        25,
    ),
    "press": Model("press", "civilians and police killed, by whomever, as the media reported", "civilians", None, 10.0, False),  # delay D
    "log": Model("log", "incidents that the foreign force's units reported; thins out where they leave", "all", None, 2.0, True),  # delay D
}


@dataclass(frozen=True)
class Setting:
    """Names behind the indices. `weeks` are the Mondays of the recorded weeks; `actor_kinds` as in the scenario."""

    places: tuple[str, ...]
    admin1: tuple[str, ...]
    longitude: tuple[float, ...]
    latitude: tuple[float, ...]
    actors: tuple[str, ...]
    actor_kinds: tuple[str, ...]
    weeks: NDArray[np.datetime64]
    country: str = ""

    @staticmethod
    def of(scenario: Scenario, weeks: NDArray[np.datetime64]) -> Setting:
        """From a resolved scenario and `engine.week_dates`."""
        return Setting(
            tuple(p.name for p in scenario.places),
            tuple(p.admin1 for p in scenario.places),
            tuple(p.longitude for p in scenario.places),
            tuple(p.latitude for p in scenario.places),
            tuple(a.event_name or a.name for a in scenario.actors),
            tuple(a.kind for a in scenario.actors),
            np.asarray(weeks, dtype="datetime64[D]"),
            scenario.country,
        )

    def is_kind(self, side: Column, kinds: tuple[str, ...]) -> NDArray[np.bool_]:
        """Which sides (indices, CIVILIANS is none) are actors of those kinds."""
        flags = np.array([kind in kinds for kind in self.actor_kinds] + [False])
        return np.asarray(flags[side.astype(np.int64)])  # -1 reaches the last, False


@dataclass(frozen=True)
class Observed:
    """Recorded incidents: the columns of `expand`, plus `date` and `reported` (days), `deaths` as the source counts them.

    `missed` counts the incidents that are not here, by reason; `deaths_missed` their deaths. Together they are all that was simulated.
    """

    source: str
    columns: Columns
    missed: dict[str, int]
    deaths_missed: dict[str, int]

    def __len__(self) -> int:
        return len(self.columns["future"])


def observe(
    incidents: object,
    source: Source,
    setting: Setting,
    *,
    curve: Curve = RECORDED,
    seed: int = 0,
    access: Column | None = None,
    as_of: np.datetime64 | None = None,
    threshold: int | None = None,
) -> Observed:
    """Draw what `source` would have recorded of simulated incidents (a table or a mapping of its columns).

    Simulated incidents are at the recorded level, so by default all of them reach the record, and what a source leaves out is whom it does
    not count or cannot blame, its threshold and its delay. Give `curve` LOW or HIGH only for a truth whose rates a patch raised: on
    recorded rates they would thin a record again.

    `access` [week, place, future] (from `drawdown.observe.access`; the future axis follows the numbers in the table, 0 upwards) shifts
    recording where the source is thinned by presence. `as_of` hides what was reported later. `threshold` replaces UCDP's 25 deaths.
    The draws belong to (seed, source, names of the incident): the same incident is recorded or missed whatever else is in the table.
    """
    table = columns_of(incidents)
    if table["incidents"].sum(dtype=np.int64) > AT_ONCE and len(futures := np.unique(table["future"])) > 1:
        late = table["future"] >= futures[len(futures) // 2]
        halves = ({n: v[half] for n, v in table.items()} for half in (~late, late))
        return _together(
            [observe(half, source, setting, curve=curve, seed=seed, access=access, as_of=as_of, threshold=threshold) for half in halves]
        )
    model = MODELS[source]
    columns = expand(table, seed)
    small = columns["kind"] == SMALL_INCIDENTS  # gathered over a calendar month under its first week: each gets a week of that month
    later = uniforms(columns, "week", seed, columns["rank"])[0] * _weeks_of_month(setting.weeks)[columns["week"].astype(np.int64)]
    week = columns["week"].astype(np.int64) + np.where(small, later.astype(np.int64), 0)
    counted = _counted(columns, model, setting)
    record = _Sieve(columns, counted)
    record.keep(counted > 0, "nobody killed whom it counts")
    notice, blame, when, late = uniforms(record.columns, f"record:{source}", seed, record.columns["rank"])
    record.columns["week"] = week[counted > 0]  # after the draws, which belong to the name that the row had
    shift = _shift(record.columns, access) if model.thinned else 0.0
    partner = setting.is_kind(record.columns["side_a"], ("foreign",)) | setting.is_kind(record.columns["side_b"], ("foreign",))
    probability = np.where(model.thinned & partner, 1.0, curve(record.counted, shift))
    record.columns["date"] = setting.weeks[record.columns["week"].astype(np.int64)] + (when * 7).astype("timedelta64[D]")
    record.columns["reported"] = record.columns["date"] + np.ceil(-np.log(late) * model.delay).astype("timedelta64[D]")
    named = notice < probability
    if model.known is None:
        record.keep(named, "not noticed")
    else:
        known = blame < _named(record.columns, record.counted, model.known)
        record.keep(named, "not noticed", also=known)
        record.keep(record.also, "perpetrator unknown")
    minimum = model.threshold if threshold is None else threshold
    if minimum:
        record.keep(_active(record.columns, record.counted, minimum), f"dyad below {minimum} deaths a year")
    if as_of is not None:
        record.keep(record.columns["reported"] <= as_of, "not yet reported")
    record.columns["deaths"] = record.counted
    return Observed(source, record.columns, record.missed, record.deaths_missed)


def _together(parts: list[Observed]) -> Observed:
    """One from several, each of its own futures."""
    columns = {name: np.concatenate([part.columns[name] for part in parts]) for name in parts[0].columns}
    missed = {reason: sum(part.missed[reason] for part in parts) for reason in parts[0].missed}
    deaths = {reason: sum(part.deaths_missed[reason] for part in parts) for reason in parts[0].deaths_missed}
    return Observed(parts[0].source, columns, missed, deaths)


class _Sieve:
    """Columns that shrink, with a count of what fell through."""

    def __init__(self, columns: Columns, counted: Column) -> None:
        self.columns, self.counted = columns, counted
        self.also = np.ones(len(counted), bool)
        self.missed: dict[str, int] = {}
        self.deaths_missed: dict[str, int] = {}

    def keep(self, mask: NDArray[np.bool_], reason: str, also: NDArray[np.bool_] | None = None) -> None:
        self.missed[reason] = int((~mask).sum())
        deaths = self.columns["deaths_a"] + self.columns["deaths_b"] + self.columns["deaths_civilians"]
        self.deaths_missed[reason] = int(deaths[~mask].sum())
        self.also = (self.also if also is None else also)[mask]
        self.columns = {name: values[mask] for name, values in self.columns.items()}
        self.counted = self.counted[mask]


def _counted(columns: Columns, model: Model, setting: Setting) -> Column:
    """Deaths of each row that the source counts."""
    a, b, civilians = (columns[n].astype(np.int64) for n in ("deaths_a", "deaths_b", "deaths_civilians"))
    if model.victims == "all":
        return np.asarray(a + b + civilians)
    police = ("police",)
    return np.asarray(civilians + a * setting.is_kind(columns["side_a"], police) + b * setting.is_kind(columns["side_b"], police))


def _named(columns: Columns, deaths: Column, known: Mapping[str, tuple[float, float]]) -> Floats:
    """Probability that the perpetrator of each incident is named."""
    kind = columns["kind"].astype(np.int64)
    # Small incidents are named as clashes are, or as reprisals if one-sided.
    manner = np.where(kind == SMALL_INCIDENTS, np.where(columns["violence"] == ONE_SIDED, REPRISAL, CLASH), kind)
    a, b = (np.array([known[m][i] for m in MANNERS])[manner] for i in (0, 1))
    return np.asarray(1.0 / (1.0 + np.exp(-(a + b * np.log(np.maximum(deaths, 1.0))))))


def _weeks_of_month(weeks: NDArray[np.datetime64]) -> NDArray[np.int64]:
    """For each week, how many weeks from it on begin in the same calendar month (itself included)."""
    month = weeks.astype("datetime64[M]").astype(np.int64)
    last = np.append(np.flatnonzero(np.diff(month)), len(month) - 1)
    return np.asarray(last[np.searchsorted(last, np.arange(len(month)))] - np.arange(len(month)) + 1)


def _shift(columns: Columns, access: Column | None) -> ArrayLike:
    if access is None:
        return 0.0
    index = tuple(columns[name].astype(np.int64) for name in ("week", "place", "future"))
    return np.asarray(access)[index]


def _active(columns: Columns, deaths: Column, minimum: int) -> NDArray[np.bool_]:
    """Rows whose pair of sides has `minimum` recorded deaths in at least one calendar year of its future."""
    if len(deaths) == 0:
        return np.zeros(0, bool)
    a, b = columns["side_a"].astype(np.int64), columns["side_b"].astype(np.int64)
    pair = np.stack([columns["future"].astype(np.int64), np.minimum(a, b), np.maximum(a, b), columns["violence"].astype(np.int64)])
    year = columns["date"].astype("datetime64[Y]").astype(np.int64)
    _, pair_of = np.unique(pair, axis=1, return_inverse=True)
    pair_of = pair_of.reshape(-1)
    _, cell_of = np.unique(np.stack([pair_of, year]), axis=1, return_inverse=True)
    cell_of = cell_of.reshape(-1)
    enough = np.bincount(cell_of, weights=deaths) >= minimum
    active = np.zeros(pair_of.max() + 1, bool)
    np.logical_or.at(active, pair_of, enough[cell_of])
    return np.asarray(active[pair_of])


def expected_cells(
    incidents: object,
    source: Source,
    setting: Setting,
    *,
    futures: Column,
    curve: Curve = RECORDED,
    period_of_week: Column | None = None,
    access: Column | None = None,
) -> tuple[Floats, Floats]:
    """Expected recorded incidents and deaths [period, place, future], without drawing: for calibration over thousands of futures.

    `futures` are the numbers of the future axis, in order; `period_of_week` [week] maps weeks to periods 0, 1, ... (default: weeks).
    UCDP's threshold of 25 deaths and the reporting delay are left out. Rows of futures not in `futures` are an error (KeyError).
    """
    model = MODELS[source]
    columns = columns_of(incidents)
    counted = _counted(columns, model, setting)
    shift = _shift(columns, access) if model.thinned else None
    small = columns["kind"] == SMALL_INCIDENTS
    number, deaths = (
        np.where(small, few, many)
        for few, many in zip(*(expected(curve, columns["incidents"], counted, shift, n) for n in (LARGEST_SMALL, LARGEST_ROW)), strict=True)
    )
    if model.thinned:
        partner = setting.is_kind(columns["side_a"], ("foreign",)) | setting.is_kind(columns["side_b"], ("foreign",))
        number, deaths = np.where(partner, columns["incidents"], number), np.where(partner, counted, deaths)
    if model.known is not None:
        size = counted / np.maximum(columns["incidents"], 1)
        named = _named(columns, size, model.known)
        number, deaths = number * named, deaths * named
    periods = np.arange(len(setting.weeks)) if period_of_week is None else np.asarray(period_of_week)
    order = np.argsort(futures)
    at = np.searchsorted(np.asarray(futures), columns["future"], sorter=order)
    if len(at) and (at.max(initial=0) >= len(order) or not np.array_equal(np.asarray(futures)[order[at]], columns["future"])):
        raise KeyError("the table holds futures that are not among `futures`")
    shape = (int(periods.max()) + 1, len(setting.places), len(order))
    week, place, future = columns["week"].astype(np.int64), columns["place"].astype(np.int64), order[at]
    # A month of small incidents is spread evenly over the weeks that begin in it.
    span = np.where(small, _weeks_of_month(setting.weeks)[week], 1)
    sums = [np.zeros(shape), np.zeros(shape)]
    for ahead in range(int(span.max(initial=0))):
        on = span > ahead
        cell = np.ravel_multi_index((periods[week[on] + ahead], place[on], future[on]), shape)
        for total, weight in zip(sums, (number, deaths), strict=True):
            total += np.bincount(cell, weights=(weight / span)[on], minlength=total.size).reshape(shape)
    return sums[0], sums[1]
