"""Mettle by hand: drawn at once in its long-run spread, kept slowly, one for army and police."""

from __future__ import annotations

import numpy as np
import pytest

from tests.by_hand import cell, step

PARAMS = {"spread": 0.5, "memory": 10.0, "foreign_known": 1.0}


def test_the_first_week_draws_from_the_spread_and_later_ones_keep_most_of_it() -> None:
    first = step("mettle", {"week": 0.0}, PARAMS, {"mettle": 1.0})
    assert cell(first, "mettle", "militia") == pytest.approx(0.5)
    assert cell(first, "mettle", "guest") == 0.0
    later = step("mettle", {"week": 5.0, "mettle": {"militia": 0.5}}, PARAMS, {"mettle": 0.0})
    assert cell(later, "mettle", "militia") == pytest.approx(0.45)
    # The spread is kept: 0.9^2 + 0.19 = 1.
    moved = step("mettle", {"week": 5.0}, PARAMS, {"mettle": 1.0})
    assert cell(moved, "mettle", "militia") == pytest.approx(0.5 * np.sqrt(0.19))


def test_without_spread_everybody_fights_by_numbers() -> None:
    assert not step("mettle", {"week": 0.0}, {"spread": 0.0}, {"mettle": 2.0})["mettle"].any()
