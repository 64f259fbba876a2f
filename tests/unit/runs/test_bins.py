"""Histograms that add up."""

from __future__ import annotations

import numpy as np
import pytest

from drawdown.runs.bins import bins_for, quantiles, tally
from drawdown.state import Variable

SHARE = Variable("control", (), "share", "stock", "", 0, 1)
PERSONS = Variable("force", (), "persons", "stock", "", 0, float("inf"))
INDEX = Variable("standing", (), "index", "stock", "", -1, 1)
TREND = Variable("trend", (), "index", "stock", "")


@pytest.mark.parametrize("variable", [SHARE, PERSONS, INDEX, TREND], ids=lambda v: v.name)
def test_every_value_counts_once_and_in_its_own_bin(variable: Variable) -> None:
    bins = bins_for(variable, 64)
    inside = (bins.edges[:-1] + bins.edges[1:]) / 2
    assert bins.codes(inside.astype(np.float32)).tolist() == list(range(64))
    beyond = np.array([bins.edges[0] - 1, bins.edges[-1] * 2 + 1, np.nan, bins.edges[-1]], np.float32)
    assert bins.codes(beyond).tolist() == [0, 63, 0, 63]
    assert tally(np.concatenate([inside, beyond]).astype(np.float32)[None], bins, None).sum() == 68


def test_counts_of_two_halves_add_up_to_the_whole() -> None:
    values = np.random.Generator(np.random.PCG64(3)).lognormal(4, 3, (5, 2, 40)).astype(np.float32)
    bins = bins_for(PERSONS, 64)
    whole = tally(values, bins, None)
    assert whole.shape == (5, 2, 64)
    assert (tally(values[..., :13], bins, None) + tally(values[..., 13:], bins, None) == whole).all()


def test_weeks_not_reached_are_left_out() -> None:
    missing = np.array([[False, False], [False, True]])
    counts = tally(np.full((2, 3, 2), 0.5, np.float32), bins_for(SHARE, 64), missing)
    assert counts.sum(axis=-1).tolist() == [[2, 2, 2], [1, 1, 1]]


@pytest.mark.parametrize(("variable", "draw"), [(SHARE, "beta"), (PERSONS, "lognormal")])
def test_quantiles_are_within_a_bin_of_the_sample(variable: Variable, draw: str) -> None:
    stream = np.random.Generator(np.random.PCG64(4))
    values = (stream.beta(2, 5, 20_000) if draw == "beta" else stream.lognormal(7, 1.5, 20_000)).astype(np.float32)
    bins = bins_for(variable, 160)
    levels = np.array([0.05, 0.5, 0.95])
    found = quantiles(tally(values[None], bins, None)[0], bins.edges, levels)
    for level, value in zip(levels, found, strict=True):
        code = int(bins.codes(np.array([np.quantile(values, level)], np.float32))[0])
        assert bins.edges[max(code - 1, 0)] <= value <= bins.edges[min(code + 2, 160)]


def test_quantiles_of_nothing_are_not_numbers() -> None:
    assert np.isnan(quantiles(np.zeros(64), bins_for(SHARE, 64).edges, np.array([0.5]))).all()


def test_a_quantile_lies_inside_its_bin_in_proportion() -> None:
    """Two, four and two in three bins: a quarter lies at the first edge, a half and seven eighths half way through the others."""
    counts, edges = np.array([2, 4, 2]), np.array([0.0, 1.0, 2.0, 3.0])
    assert quantiles(counts, edges, np.array([0.25, 0.5, 0.875])) == pytest.approx([1.0, 1.5, 2.5])
    # Where bins are of equal ratio, by ratio: half way from 1 to 4 lies 2; what is under the lowest is zero.
    log = np.array([0.0, 1.0, 4.0, 16.0])
    assert quantiles(np.array([2, 4, 2]), log, np.array([0.1, 0.5, 0.875])) == pytest.approx([0.0, 2.0, 8.0])
