"""What a run keeps of its futures: which quantities, folded how, in which bins, at which weeks. One layout per run, from the engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from drawdown.runs.bins import COARSE, FINE, Array, Bins, bins_for
from drawdown.scenario.model import Plan, Scenario
from drawdown.state import Variable
from drawdown.vocabulary.units import unit_of

if TYPE_CHECKING:
    from drawdown.engine import Batch
    from drawdown.mechanism import Mechanism

Ids: TypeAlias = "NDArray[np.int64]"  # of futures
Keep = Literal["summaries", "sample", "all"]
SAMPLE = 128
HISTOGRAM_EVERY = 4  # weeks, for quantities by place; the others have every week
COUNTRY = "country_"
# Of the quantities by place, those whose spread is worth drawing in each place; the others keep their means there.
SPREAD_BY_PLACE = ("control", "void", "force", "deaths", "civilian_deaths", "attacks", "massacre", "displaced")
# Yearly means of these are kept for every future: paired differences between plans need them.
YEARLY = (
    "country_deaths", "country_all_deaths", "country_civilian_deaths", "country_attacks", "country_control", "country_void",
    "country_force", "country_displaced", "fallen", "recruited", "capability", "home_support", "autonomy", "reported_trend", "true_trend",
)  # fmt: skip


class Runs(Protocol):
    """What the store needs of an engine; `drawdown.engine.Engine` is one."""

    @property
    def scenario(self) -> Scenario: ...
    @property
    def weeks(self) -> int: ...
    @property
    def labels(self) -> Mapping[str, tuple[str, ...]]: ...
    @property
    def quantities(self) -> Mapping[str, Variable]: ...
    @property
    def mechanisms(self) -> Sequence[Mechanism] | None: ...  # None: those that are discovered
    @property
    def held(self) -> Mapping[str, float]: ...
    @property
    def backend(self) -> str: ...
    def draws(self, seed: int, futures: Ids) -> Mapping[str, Array]: ...
    def run(self, plan: str | Plan, seed: int, futures: Ids) -> Batch: ...


@dataclass(frozen=True, slots=True)
class Layout:
    """`recorded`: quantities as the engine gives them; `country`: the same folded over places; `every`: weeks of the coarse histograms."""

    recorded: Mapping[str, Variable]
    country: Mapping[str, Variable]
    weeks: int
    labels: Mapping[str, tuple[str, ...]]

    @property
    def by_place(self) -> dict[str, Variable]:
        """Quantities with a place: coarse bins, every fourth week."""
        return {n: v for n, v in self.recorded.items() if "place" in v.dims}

    @property
    def counted(self) -> dict[str, Variable]:
        """Quantities with histograms."""
        return {**{n: v for n, v in self.by_place.items() if n in SPREAD_BY_PLACE}, **self.whole}

    @property
    def whole(self) -> dict[str, Variable]:
        """Quantities of the whole country: fine bins, every week, with sums of squares."""
        return {**{n: v for n, v in self.recorded.items() if "place" not in v.dims}, **self.country}

    @property
    def every(self) -> NDArray[np.int64]:
        """Weeks of the coarse histograms: the last of every four, and the last of all."""
        weeks = np.arange(HISTOGRAM_EVERY - 1, self.weeks, HISTOGRAM_EVERY)
        return weeks if len(weeks) and weeks[-1] == self.weeks - 1 else np.append(weeks, self.weeks - 1)

    @property
    def yearly(self) -> dict[str, Variable]:
        """Quantities whose yearly means are kept for every future."""
        return {n: v for n, v in self.whole.items() if n in YEARLY}

    @property
    def years(self) -> tuple[tuple[int, int], ...]:
        """(first week, week after the last) of each year of 52 weeks; the last may be short, and counts from half a year on."""
        return years_of(self.weeks)

    def bins(self, name: str) -> Bins:
        """The bins of a quantity."""
        return bins_for(self.by_place[name], COARSE) if name in self.by_place else bins_for(self.whole[name], FINE)

    def shape(self, variable: Variable) -> tuple[int, ...]:
        """Lengths of a quantity's dimensions."""
        return tuple(len(self.labels[d]) for d in variable.dims)


def years_of(weeks: int) -> tuple[tuple[int, int], ...]:
    """(first week, week after the last) of each year of 52 weeks; the last may be short, and counts from half a year on."""
    spans = [(w, min(w + 52, weeks)) for w in range(0, weeks, 52)]
    return tuple(s for i, s in enumerate(spans) if i == 0 or s[1] - s[0] >= 26)


def layout_of(engine: Runs) -> Layout:
    """The layout of an engine's runs."""
    recorded = dict(engine.quantities)
    country: dict[str, Variable] = {}
    for name, variable in recorded.items():
        if "place" in variable.dims:
            dims = tuple(d for d in variable.dims if d != "place")
            how = "sum over places" if unit_of(variable.unit).adds_up else "mean over places, weighted by residents"
            country[COUNTRY + name] = replace(variable, name=COUNTRY + name, dims=dims, about=f"{variable.about} ({how})")
    if "deaths" in recorded:
        country["country_all_deaths"] = replace(country["country_deaths"], name="country_all_deaths", dims=(), about="deaths of all types")
    return Layout(recorded, country, engine.weeks, engine.labels)


def fold_places(layout: Layout, series: Mapping[str, NDArray[np.float32]]) -> dict[str, NDArray[np.float32]]:
    """The country series of a tile: [week, *dims without place, future]."""
    residents = series["residents"]
    by_place = residents.sum(axis=2)  # [week, place, future]
    by_place = by_place / np.maximum(by_place.sum(axis=1, keepdims=True), 1)
    found: dict[str, NDArray[np.float32]] = {}
    for name in layout.country:
        if name == "country_all_deaths":
            continue
        values, variable = series[name.removeprefix(COUNTRY)], layout.recorded[name.removeprefix(COUNTRY)]
        axis = 1 + variable.dims.index("place")
        if unit_of(variable.unit).adds_up:
            found[name] = values.sum(axis=axis)
        else:
            weights = by_place.reshape(by_place.shape[:2] + (1,) * (values.ndim - 3) + by_place.shape[2:])
            found[name] = (np.moveaxis(values, axis, 1) * weights).sum(axis=1)
    if "country_all_deaths" in layout.country:
        found["country_all_deaths"] = found["country_deaths"].sum(axis=1)
    return found


def sampled(futures: int, keep: Keep) -> NDArray[np.int64]:
    """Futures kept in full, spread evenly; the same whatever the batch."""
    number = {"summaries": 0, "sample": min(SAMPLE, futures), "all": futures}[keep]
    return ((np.arange(number) + 0.5) * futures / max(number, 1)).astype(np.int64)


def stored_type(variable: Variable) -> type[np.float16 | np.float32]:
    """float16 where its three digits suffice and its range does: shares and indices with small bounds."""
    small = abs(variable.low) <= 16 and abs(variable.high) <= 16
    return np.float16 if small and unit_of(variable.unit).half else np.float32


def rounded(values: NDArray[np.float32], variable: Variable) -> Array:
    """As kept in full futures: counts of persons and events to an eighth and to three digits (11 bits), so that they compress."""
    kind = stored_type(variable)
    if kind is np.float16 or not unit_of(variable.unit).adds_up:
        return values.astype(kind)
    eighths: NDArray[np.float32] = np.rint(values * np.float32(8))
    eighths *= np.float32(0.125)
    bits = eighths.view(np.uint32)
    bits += np.uint32(1 << 12)
    bits &= np.uint32(0xFFFFFFFF << 13 & 0xFFFFFFFF)
    return eighths
