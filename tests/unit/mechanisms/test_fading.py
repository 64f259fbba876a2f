"""Fading by hand: when the level falls, how far, when it flares up, and what is told of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.by_hand import step

RECORDED = {"recorded_level": np.log(100.0)}
SURE = {
    "unexplained": 1.0,
    "fall": 0.0,
    "fall_level": 0.0,
    "fall_prone": 0.0,
    "month": 1.0,
    "floor": 0.01,
    "to_nothing": 0.0,
    "flare": 0.0,
    "told": 2.0,
}


def test_a_fall_goes_to_anywhere_between_the_floor_and_the_level() -> None:
    made = step("fading", RECORDED, SURE, {"turn": (0.4, 0.25, 0.9, 0.0)})
    assert float(made["lull"]) == pytest.approx((np.log(0.01) - np.log(100.0)) * 0.75, rel=1e-5)
    assert float(made["faded"]) == pytest.approx(-float(made["lull"]))


def test_a_part_of_falls_goes_to_the_floor() -> None:
    made = [step("fading", RECORDED, {**SURE, "to_nothing": 0.5}, {"turn": (0.4, depth, 0.9, 0.0)}) for depth in (0.3, 0.5, 0.75)]
    down = np.log(0.01) - np.log(100.0)
    assert [float(m["lull"]) for m in made] == pytest.approx([down, down, 0.5 * down], rel=1e-5)


def test_no_fall_without_the_chance() -> None:
    made = step("fading", RECORDED, SURE, {"turn": (0.6, 0.25, 0.9, 0.0)})
    assert float(made["lull"]) == 0.0 == float(made["faded"])


def test_a_lull_that_lasts_is_kept() -> None:
    made = step("fading", {**RECORDED, "lull": np.array(-3.0)}, SURE, {"turn": (0.9, 0.5, 0.9, 0.0)})
    assert float(made["lull"]) == -3.0


@pytest.mark.parametrize(
    ("values", "parameters", "falls"),
    [
        ({}, {"fall_level": -0.5, "at": 100.0}, True),
        ({"national_level": np.array(2.0)}, {"fall_level": -0.5, "at": 100.0}, False),
        ({"proneness": np.array(1.0)}, {"fall": -1.0, "fall_prone": 1.0}, True),
        ({"proneness": np.array(-1.0)}, {"fall": -1.0, "fall_prone": 1.0}, False),
        ({}, {"unexplained": 0.5}, False),
        ({}, {"month": 4.0}, False),
    ],
)
def test_hot_wars_fall_less_and_prone_countries_more(values: dict[str, Any], parameters: dict[str, float], falls: bool) -> None:
    """One half is the chance at the level where it is told; a draw of 0.45 is below it, and above a third."""
    made = step("fading", {**RECORDED, **values}, {**SURE, **parameters}, {"turn": (0.45, 0.5, 0.9, 0.0)})
    assert (float(made["faded"]) > 0) == falls


def test_low_levels_flare_up_and_high_ones_do_not() -> None:
    flaring = {
        **SURE,
        "unexplained": 0.5,
        "fall": -20.0,
        "flare": 0.8,
        "flare_slope": 2.0,
        "quiet": 1.0,
        "flare_level": 20.0,
        "flare_spread": 1.0,
    }
    quiet = {**RECORDED, "lull": np.array(-8.0)}
    made = step("fading", quiet, flaring, {"turn": (0.9, 0.5, 0.5, 0.0), "flare": (1.0, 0.0, 0.0, 0.0)})
    assert float(made["lull"]) == pytest.approx(np.log(20.0) + 1.0 - np.log(100.0), rel=1e-5)
    assert float(made["flared"]) == pytest.approx(float(made["lull"]) + 8.0, rel=1e-5)
    hot = step("fading", RECORDED, flaring, {"turn": (0.9, 0.5, 0.5, 0.0), "flare": (1.0, 0.0, 0.0, 0.0)})
    assert float(hot["lull"]) == 0.0
