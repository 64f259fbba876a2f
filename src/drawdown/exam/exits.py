"""What follows exits, simulated and recorded: takeover, collapse, return and calm within 24 and 60 months."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from drawdown.claims.answers import wilson
from drawdown.evaluate.exits import Z90, Rate, base_rates, load
from drawdown.exam.facts import Exits
from drawdown.exam.forecast import Bools, Forecast
from drawdown.exam.happened import Sequel
from drawdown.exam.origins import Origin
from drawdown.exam.outcomes import HORIZON, YEAR, trailing
from drawdown.exam.panel import Floats, Panel

WITHIN = (24, 60)  # months
CODED = 24  # months up to which returns were coded
WAR = 1000  # deaths in 12 months
WHAT: Mapping[str, str] = {
    "takeover": "a rival has taken the place that was left: the capital, or the zone",
    "collapse": "the capital has fallen (exits from a whole country or its capital)",
    "return": "foreign combat forces have come in, the same or others",
    "calm": "none of these, and no twelve months with 1,000 deaths or more",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """One exit and one thing that may follow within so many months: simulated share of futures, and 1, 0 or NaN as recorded."""

    what: str
    months: int
    exit: str
    simulated: float
    recorded: float


@dataclass(frozen=True, slots=True)
class ExitRow:
    """Mean simulated share over the exits that were simulated, beside how often it happened: count of cases, 90% Wilson interval.

    `reference` is the interval of `drawdown exits`, from its own and longer list, where that has one.
    """

    what: str
    months: int
    simulated: float
    exits: int
    count: int
    of: int
    reference: tuple[float, float] | None

    @property
    def interval(self) -> tuple[float, float]:
        return wilson(self.count, self.of, Z90)

    @property
    def inside(self) -> bool | None:
        """Whether the simulated share lies in the interval; None without either."""
        low, high = self.reference or self.interval
        return None if not self.exits or not self.of else bool(low <= self.simulated <= high)


def first_month(happened: Bools) -> Floats:
    """Months from the exit to the first month in which it has happened, inf where never: [month, member] to [member]. Month 1 is 0."""
    return np.where(happened.any(axis=0), happened.argmax(axis=0).astype(np.float64), np.inf)


def simulated(forecast: Forecast, sequel: Sequel) -> Mapping[str, Floats]:
    """Months to takeover, collapse, return and war (member) of an exit's futures."""
    none = np.full(forecast.deaths.shape[1], np.inf)
    events = {name: first_month(value) for name, value in forecast.events.items()}
    capital = events.get("capital", none)
    taken = capital if sequel.national else np.minimum(events.get("zone", none), capital)
    war = np.zeros(forecast.deaths.shape, dtype=bool)
    war[YEAR - 1 :] = trailing(forecast.deaths, YEAR) >= WAR
    return {
        "takeover": taken,
        "collapse": capital if sequel.national else none,
        "return": events.get("back", none),
        "war": first_month(war),
    }


def recorded(panel: Panel, origin: Origin, sequel: Sequel) -> Mapping[str, float]:
    """The same as it was recorded; NaN where it is not known."""
    months = panel.after(origin.iso3, origin.month, HORIZON)
    years = trailing(months, YEAR)
    war = np.flatnonzero(years >= WAR)
    known = np.flatnonzero(np.isnan(years))
    # Without a record of the country no war is known of; once one has been seen, later gaps do not matter.
    first = float(war[0] + YEAR - 1) if war.size else (float("nan") if known.size else float("inf"))
    return {"takeover": sequel.taken, "collapse": sequel.taken if sequel.national else float("nan"), "return": sequel.back, "war": first}


def _within(months: Mapping[str, Floats], what: str, limit: int) -> Floats:
    """1, 0 or NaN: whether it came within `limit` months; for calm, that nothing did."""
    if what != "calm":
        return np.where(np.isnan(months[what]), np.nan, months[what] <= limit)
    parts = np.stack([np.where(np.isnan(months[name]), np.nan, months[name] <= limit) for name in ("takeover", "return", "war")])
    happened = np.nanmax(np.where(np.isnan(parts), -1.0, parts), axis=0) > 0
    return np.where(happened, 0.0, np.where(np.isnan(parts).any(axis=0), np.nan, 1.0))


def outcomes(
    panel: Panel, origins: Sequence[Origin], sequels: Mapping[str, Sequel], forecasts: Mapping[str, Forecast]
) -> tuple[Outcome, ...]:
    """Every exit, what may follow, and how often it does in its futures (NaN: not simulated) and did."""
    found = []
    for origin in origins:
        sequel = sequels[origin.exit]
        truth = {name: np.array(value) for name, value in recorded(panel, origin, sequel).items()}
        forecast = forecasts.get(origin.id)
        mine = None if forecast is None else simulated(forecast, sequel)
        for limit in WITHIN:
            for what in WHAT:
                if what == "collapse" and not sequel.national:
                    continue
                happened = float(_within(truth, what, limit))
                # Returns were coded to two years; a later one may have been missed, so its absence is not known.
                if limit > CODED and ((what == "return" and happened == 0) or (what == "calm" and happened == 1)):
                    happened = float("nan")
                share = float("nan") if mine is None else float(np.mean(_within(mine, what, limit)))
                found.append(Outcome(what, limit, origin.exit, share, happened))
    return tuple(found)


def rows(found: Sequence[Outcome]) -> tuple[ExitRow, ...]:
    """Means over exits. An exit without a record counts for the simulated mean only if it was simulated, and the other way round."""
    rates = {rate.name: rate for rate in base_rates(load())}
    made = []
    for limit in WITHIN:
        for what in WHAT:
            mine = [one for one in found if one.what == what and one.months == limit]
            shares = [one.simulated for one in mine if not np.isnan(one.simulated)]
            truth = [one.recorded for one in mine if not np.isnan(one.recorded)]
            coded = not (limit > CODED and what in ("return", "calm"))  # else only what happened is known, which is no rate
            made.append(
                ExitRow(
                    what,
                    limit,
                    float(np.mean(shares)) if shares else float("nan"),
                    len(shares),
                    int(sum(truth)) if coded else 0,
                    len(truth) if coded else 0,
                    _reference(rates, what, limit),
                )
            )
    return tuple(made)


def _reference(rates: Mapping[str, Rate], what: str, limit: int) -> tuple[float, float] | None:
    return rates[what].interval if limit == CODED and what in rates else None


def replicate(
    panel: Panel, origins: Sequence[Origin], sequels: Mapping[str, Sequel], forecasts: Mapping[str, Forecast], member: int
) -> Exits:
    """One future of every exit, for the facts: only the exits that the record has an answer for count, as in the facts."""
    taken, back, first, second = [], [], [], []
    for origin in origins:
        forecast = forecasts.get(origin.id)
        if forecast is None:
            continue
        sequel = sequels[origin.exit]
        months = simulated(forecast, sequel)
        at = member % forecast.deaths.shape[1]
        taken.append(float("nan") if np.isnan(sequel.taken) else float(months["takeover"][at]))
        back.append(float(months["return"][at]))
        before = np.log1p(origin.before)
        # The month of the exit itself counts neither before nor after.
        first.append(np.log1p(forecast.deaths[1 : 1 + YEAR, at].sum()) - before)
        second.append(np.log1p(forecast.deaths[1 + YEAR : 1 + 2 * YEAR, at].sum()) - before)
    return Exits(np.array(taken), np.array(back), {12: np.array(first), 24: np.array(second)})


def of_record(panel: Panel, origins: Sequence[Origin], sequels: Mapping[str, Sequel]) -> Exits:
    """All exits as they were recorded, for the facts."""
    change: dict[int, Floats] = {}
    before = np.array([np.log1p(origin.before) for origin in origins])
    for months in (YEAR, 2 * YEAR):
        after = np.array([panel.after(o.iso3, o.month, 1 + months)[1 + months - YEAR :].sum() for o in origins])
        change[months] = np.log1p(after) - before
    return Exits(
        np.array([sequels[origin.exit].taken for origin in origins]), np.array([sequels[origin.exit].back for origin in origins]), change
    )
