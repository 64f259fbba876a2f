"""Realignment by hand: abuse, soldiers near and pay drive fighters to the local ally; without pay they go back."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from tests.by_hand import Chosen, cell, step

PARAMS = {"rate": 0.01, "abuse": 1.0, "presence": 1.0, "pay": 1.0, "near": 1.0, "absorbed": 0.5, "return_rate": 0.02, "spread": 0.0}
# One foreign soldier per 1,000 residents of the hill: half near; all of its strength is there.
HILL: Mapping[str, Chosen] = {
    "residents": {("hill", "red"): 100_000.0},
    "force": {("hill", "guest"): 100.0, ("hill", "tribes"): 1.0},
    "strength": {"guest": 100.0},
    "switches_to": {("rebels", "tribes"): 1.0, ("tribes", "rebels"): 1.0, ("militia", "rebels"): 1.0},
    "capability": np.array(0.0),
}


def hazard(actor: str, luck: float = 0.0, params: Mapping[str, float] | None = None, **changed: Chosen) -> float:
    made = step("realignment", {**HILL, **changed}, {**PARAMS, **(params or {})}, {"luck": luck})
    return cell(made, "switch_hazard", "hill", actor)


def test_soldiers_near_and_their_pay_draw_members_over() -> None:
    assert hazard("rebels") == pytest.approx(0.01 * (np.exp(0.5) - 1), rel=1e-4)
    doubled = {("hill", "guest"): 100.0, ("plain", "guest"): 100.0}
    assert hazard("rebels", force=doubled) == pytest.approx(0.01 * (np.exp(1.0) - 1), rel=1e-4)
    assert hazard("rebels", force={}) == 0.0  # nobody near, nobody pays: no reason to go
    assert hazard("rebels", luck=1.0, params={"spread": 0.5}) == pytest.approx(0.01 * (np.exp(0.5) - 1) * np.exp(0.5 - 0.125), rel=1e-4)


def test_abuse_drives_them() -> None:
    ruled: dict[str, Chosen] = {"control": {("hill", "rebels"): 1.0}, "harshness": {"rebels": 0.8}}
    assert hazard("rebels", **ruled) == pytest.approx(0.01 * (np.exp(0.5 + 0.8) - 1), rel=1e-4)


def test_the_ally_goes_back_where_pay_fails() -> None:
    """Half of the pay at middling density; all of the foreign force gone, what the host takes on: half of 0.2/0.4."""
    assert hazard("tribes") == pytest.approx(0.02, rel=1e-4)
    assert hazard("tribes", force={}) == pytest.approx(0.02 * np.exp(0.5), rel=1e-4)
    assert hazard("tribes", force={}, capability=np.array(0.2)) == pytest.approx(0.02 * np.exp(0.25), rel=1e-4)
    assert hazard("tribes", force={("hill", "guest"): 300.0}) < 0.02


def test_only_those_who_have_somewhere_to_go_take_part() -> None:
    assert hazard("militia") == 0.0
    assert hazard("army") == 0.0
