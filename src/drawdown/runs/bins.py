"""Histograms that add up: fixed bins per quantity, chosen by unit, so that batches, workers and machines can be merged by adding."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from drawdown.state import Variable
from drawdown.vocabulary.units import unit_of

Array: TypeAlias = "NDArray[Any]"  # of a type that its name says, where it is made
Arrays: TypeAlias = "dict[str, Array]"  # by name

COARSE, FINE = 64, 160
# Indices without declared bounds: log ratios and the like.
_OPEN_INDEX = (-4.0, 4.0)


@dataclass(frozen=True, slots=True)
class Bins:
    """`edges` has one more entry than there are bins; a value beyond the last edges counts in the last bins."""

    edges: NDArray[np.float64]
    log: bool

    @property
    def count(self) -> int:
        """Number of bins."""
        return len(self.edges) - 1

    def codes(self, values: NDArray[np.float32]) -> NDArray[np.int64]:
        """The bin of each value, same shape."""
        n = self.count
        if self.log:
            lowest, highest = self.edges[1], self.edges[-1]
            place = values * np.float32(1 / lowest)
            # Anything under the lowest, and what is not a number, shares the first bin.
            np.fmax(place, np.float32(1e-30), out=place)
            np.log2(place, out=place)
            place *= np.float32((n - 1) / math.log2(highest / lowest))
            place += np.float32(1)
        else:
            low, high = self.edges[0], self.edges[-1]
            place = values - np.float32(low)
            place *= np.float32(n / (high - low))
        np.fmax(place, np.float32(0), out=place)
        np.fmin(place, np.float32(n - 1), out=place)
        return place.astype(np.int64)


def bins_for(variable: Variable, count: int) -> Bins:
    """Linear between the bounds for shares and indices; zero, then logarithmic, for what has no upper bound."""
    told_apart = unit_of(variable.unit).bins
    if told_apart is not None and not math.isfinite(variable.high):
        return log_bins(*told_apart, count)
    low = variable.low if math.isfinite(variable.low) else _OPEN_INDEX[0]
    high = variable.high if math.isfinite(variable.high) else max(_OPEN_INDEX[1], low + 1)
    return Bins(np.linspace(low, high, count + 1), log=False)


def log_bins(lowest: float, highest: float, count: int) -> Bins:
    """One bin from zero to `lowest`, the others of equal ratio."""
    return Bins(np.concatenate([[0.0], np.geomspace(lowest, highest, count)]), log=True)


def tally(values: NDArray[np.float32], bins: Bins, missing: NDArray[np.bool_] | None) -> NDArray[np.int64]:
    """Counts over the last axis: [..., future] -> [..., bin]. `missing` [week, future] leaves weeks out."""
    shape = values.shape[:-1]
    cells = math.prod(shape)
    codes = bins.codes(values).reshape(cells, -1)
    codes += (np.arange(cells, dtype=np.int64) * bins.count)[:, None]
    if missing is not None:
        absent = np.broadcast_to(missing.reshape(missing.shape[0], *(1,) * (values.ndim - 2), -1), values.shape).reshape(cells, -1)
        codes = codes[~absent]
    return np.bincount(codes.ravel(), minlength=cells * bins.count).reshape(*shape, bins.count)


def quantiles(counts: Array, edges: NDArray[np.float64], levels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Quantiles from counts [..., bin], interpolated inside the bin (by ratio where bins are logarithmic): [..., level].

    NaN where nothing was counted. The error is at most one bin.
    """
    total = counts.sum(axis=-1, keepdims=True)
    below = np.cumsum(counts, axis=-1, dtype=np.float64)
    log = bool(edges[0] == 0 and len(edges) > 3 and not np.isclose(edges[2] - edges[1], edges[-1] - edges[-2]))
    found = []
    for level in levels:
        target = level * total
        bin_ = np.minimum((below < target).sum(axis=-1, keepdims=True), counts.shape[-1] - 1)
        inside = np.take_along_axis(counts, bin_, axis=-1)
        before = np.take_along_axis(below, bin_, axis=-1) - inside
        part = np.where(inside > 0, (target - before) / np.where(inside > 0, inside, 1), 0.0)
        low, high = edges[bin_], edges[bin_ + 1]
        value = low + part * (high - low)
        if log:
            value = np.where(bin_ == 0, 0.0, np.where(low > 0, low, 1.0) * (high / np.where(low > 0, low, 1.0)) ** part)
        found.append(np.where(total > 0, value, np.nan))
    return np.concatenate(found, axis=-1)
