"""Displacement by hand: who flees, where to, and how neighbourhoods unmix."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from tests.by_hand import cell, step

HOME: Mapping[str, Any] = {
    "residents": {("hill", "red"): 900.0, ("hill", "blue"): 100.0, ("plain", "blue"): 1000.0},
    "adjacency": {("hill", "plain"): 10.0, ("plain", "hill"): 10.0},
    "mixing_at_origin": {"hill": 0.5},
    "mixing": {"hill": 0.5},
}
PARAMS = {"flight": 10.0, "abroad": 0.0, "unmixing": 0.1, "remixing": 0.52}


def after(params: dict[str, float] | None = None, **values: Any) -> dict[str, np.ndarray]:
    return step("displacement", {**HOME, **values}, {**PARAMS, **(params or {})})


def test_minorities_flee_most_and_arrive_where_their_own_live() -> None:
    """One killed of each: of the red, nine tenths of the hill, 10 x (1 - 0.63) flee; of the blue 10 x (1 - 0.07)."""
    made = after(harmed={("hill", "red"): 1.0, ("hill", "blue"): 1.0})
    assert cell(made, "displaced", "hill") == pytest.approx(3.7 + 9.3, rel=1e-4)
    assert cell(made, "displaced", "plain") == 0.0
    assert made["residents"].sum() == pytest.approx(2000.0, rel=1e-5)
    assert cell(made, "residents", "plain", "blue") > 1000.0 + 0.9 * 9.3


def test_a_part_goes_abroad() -> None:
    made = after({"abroad": 0.4}, harmed={("hill", "blue"): 1.0})
    assert 2000.0 - made["residents"].sum() == pytest.approx(0.4 * 9.3, rel=1e-3)


def test_no_more_than_a_fifth_flee_in_a_week() -> None:
    assert cell(after(harmed={("hill", "blue"): 50.0}), "displaced", "hill") == pytest.approx(20.0)


def test_neighbourhoods_unmix_with_killing_and_mix_again_by_the_year() -> None:
    killed = after({"remixing": 0.0}, sectarian={"hill": 2.0})
    assert cell(killed, "mixing", "hill") == pytest.approx(0.5 * np.exp(-0.1 * 2.0), rel=1e-5)
    calm = after(mixing={"hill": 0.3})
    assert cell(calm, "mixing", "hill") == pytest.approx(0.3 + 0.01 * 0.2, rel=1e-5)
