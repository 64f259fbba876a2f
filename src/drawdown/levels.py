"""Where a run starts: the rates before the origin and the deaths that were recorded, put in agreement.

A rate brings deaths: so many incidents a week, each of a mean toll by the law of `drawdown.severity`. What a mechanism declares of that
(`DeathsOfRate`) turns the rates of a place into expected deaths, and recorded deaths into rates. Of the types of which deaths are recorded,
the rates keep their mix and are scaled until the record is met; where no rate is given, the first that is declared for the type and need
not be told apart takes all. That holds in every future, for the numbers that it drew.

What else the mechanisms make of a rate in the first weeks (stances, revenge, saturation, ground without anybody to fight) is measured,
where a scenario gives any recorded deaths, on futures of four weeks: under no orders and without the truces and deals of the last quarter,
since the record is from before them. Incidents are counted, not deaths: their number is what a rate brings, and one large incident would
move the measure. `Correction` is what is left of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from drawdown.mechanism import DeathsOfRate, Mechanism
from drawdown.vocabulary.violence import VIOLENCE

Array = NDArray[np.float32]
Floats = NDArray[np.float64]

RECORDED = "recorded_deaths"
OFFSET = 0.7  # of drawdown.severity, where a mechanism has no parameter for it
PILOT_WEEKS = 4  # a month: what is held against the record
PILOT_FUTURES = 256
PILOT_SEED = 20_070_903  # of no run: futures that set the level are not futures that are told
PASSES = 2  # rates act less than in proportion where they saturate: the second pass meets the record to a percent
# Incidents at the ratio of the whole country that are added to a place's own: the pilot's luck in a quiet place is not its level.
WORTH = 50.0
MOST = 30.0  # times that a rate may be raised or lowered beyond what its mean toll says
# What may stand at the origin for a while only. What began within the quarter that the record is of is left out of the first month.
SUSPENDED = ("truce_at_origin", "deal_at_origin")
QUARTER = 91  # days


def mean_toll(alpha: Floats, cutoff: Floats, offset: Floats) -> Floats:
    """Mean deaths of an incident: the sum over k >= 1 of P(deaths >= k) = r^-(alpha-1) exp(-(k-1)/cutoff), r = 1 + (k-1)/offset.

    All [future], each from its own numbers alone. Term by term up to 64, from there by trapezoids that widen, to within a thousandth.
    """

    def beyond(k: Floats) -> Floats:
        return np.asarray(np.exp(-(alpha - 1.0) * np.log1p(k / offset) - k / cutoff))

    few = beyond(np.arange(64.0)[:, None]).sum(axis=0)
    grid = 64.0 + (np.geomspace(1.0, 1.0 + 40.0, 200) - 1.0)[:, None] * cutoff
    many = beyond(grid)
    return np.asarray(few + (0.5 * (many[:-1] + many[1:]) * np.diff(grid, axis=0)).sum(axis=0) + 0.5 * many[0])


def toll_of(mechanism: str, one: DeathsOfRate, parameters: Mapping[str, Array]) -> Floats:
    """Deaths a week that a unit of the rate brings [future]."""

    def number(name: str) -> Floats:
        return np.asarray(parameters[f"{mechanism}.{name}"], np.float64)

    offset = number(one.size) if one.size else np.full_like(number(one.severity), OFFSET)
    mean = mean_toll(number(one.severity), number(one.cutoff), offset)
    return np.asarray(mean * number(one.share)) if one.share else mean


@dataclass(frozen=True)
class Correction:
    """Factors of rates [place, violence] that the mean toll does not explain; ones where no rate is given."""

    factors: Floats

    @staticmethod
    def none(places: int) -> Correction:
        """No correction."""
        return Correction(np.ones((places, len(VIOLENCE))))

    def after(self, simulated: Floats, meant: Floats, weeks: float) -> Correction:
        """The next correction: incidents a week that are meant over those simulated [place, violence], in `weeks` simulated weeks."""
        told = meant > 0
        national = np.where(told, meant, 0.0).sum(axis=0) / np.maximum(np.where(told, simulated, 0.0).sum(axis=0), 1e-9)
        ratio = national * (meant * weeks + WORTH) / (simulated * national * weeks + WORTH)
        return Correction(np.where(told, np.clip(self.factors * ratio, 1 / MOST, MOST), 1.0))


@dataclass(frozen=True)
class FirstMonth:
    """The first four weeks beside the record, all a week [place, violence]: incidents that killed, those that the rates mean, deaths, and
    recorded deaths (those that the rates bring where none are given)."""

    incidents: Floats
    meant: Floats
    deaths: Floats
    recorded: Floats


def meant(given: Mapping[str, Array], parameters: Mapping[str, Array], mechanisms: Sequence[Mechanism]) -> Floats:
    """Incidents a week that kill [place, violence], as the rates say: the mean over futures."""
    found = np.zeros((given[RECORDED].shape[0], len(VIOLENCE)))
    for m in mechanisms:
        for one in m.deadly:
            share = parameters[f"{m.name}.{one.share}"].astype(np.float64) if one.share else 1.0
            found[:, VIOLENCE.index(one.violence)] += (given[one.rate].astype(np.float64) * share).mean(axis=-1)
    return found


def at_the_record(
    given: dict[str, Array], parameters: Mapping[str, Array], mechanisms: Sequence[Mechanism], correction: Correction | None = None
) -> None:
    """Scale the rates in `given` [place, future] to the recorded deaths [place, violence, future]; where none are recorded, fill in those
    that the rates bring. With a `correction` the rates are scaled further; what counts as recorded stays."""
    deadly = [(m.name, one) for m in mechanisms for one in m.deadly if one.rate in given]
    deadly.sort(key=lambda named: named[1].told_apart)
    if RECORDED not in given or not deadly:
        return
    recorded = given[RECORDED]
    tolls = {one.rate: toll_of(name, one, parameters) for name, one in deadly}
    lanes = max(len(next(iter(tolls.values()))), recorded.shape[-1])
    known = np.array(np.broadcast_to(recorded, (*recorded.shape[:-1], lanes)), np.float32)
    for v, violence in enumerate(VIOLENCE):
        rates = [one.rate for _, one in deadly if one.violence == violence]
        if not rates:
            continue
        brought = sum(given[rate].astype(np.float64) * tolls[rate] for rate in rates)
        told, some = known[:, v] > 0, brought > 0
        scale = np.where(told & some, known[:, v] / np.where(some, brought, 1.0), 1.0)
        further = correction.factors[:, v][:, None] if correction is not None else 1.0
        for k, rate in enumerate(rates):
            alone = known[:, v] / tolls[rate] if k == 0 else 0.0
            scaled = np.where(told & ~some, alone, given[rate] * scale)
            given[rate] = np.asarray(scaled * further, np.float32)
        known[:, v] = np.where(told, known[:, v], brought)
    given[RECORDED] = known
