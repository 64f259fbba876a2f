"""Tempo by hand: what drifts, what fades, and that a gust is a blow of mean one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.by_hand import cell, step

PARAMS = {"national_drift": 0.1, "national_memory": 10.0, "local_drift": 0.2, "local_memory": 20.0, "gust": 0.0, "synchrony": 0.36}


def test_shocks_fade_by_their_own_memories_and_are_hit_by_their_own_luck() -> None:
    values: dict[str, Any] = {"national_shock": np.array(1.0), "local_drift": {"hill": 1.0}}
    made = step("tempo", values, PARAMS, {"nation": (1.0, 0.0, 0.0, 0.0), "place": (-1.0, 0.0, 0.0, 0.0)})
    assert float(made["national_shock"]) == pytest.approx(0.9 + 0.1)
    assert cell(made, "local_drift", "hill") == pytest.approx(0.95 - 0.2)
    assert cell(made, "local_drift", "plain") == pytest.approx(-0.2)
    assert cell(made, "activity", "hill") == pytest.approx(np.exp(1.0 + 0.75))


def test_a_gust_is_shared_in_part_and_has_mean_one() -> None:
    """Roots of 0.36 and 0.64 of the nation's and the place's luck; half the variance is taken off."""
    gusty = {**PARAMS, "gust": 0.5}
    made = step("tempo", {}, gusty, {"nation": (0.0, 1.0, 0.0, 0.0), "place": (0.0, 2.0, 0.0, 0.0)})
    assert cell(made, "activity", "hill") == pytest.approx(np.exp(0.5 * (0.6 + 0.8 * 2.0) - 0.125))
    z = np.random.default_rng(1).normal(size=200_000)
    assert np.exp(0.5 * z - 0.125).mean() == pytest.approx(1.0, abs=4 * 0.54 / np.sqrt(200_000))
