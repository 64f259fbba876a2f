"""Tempo by hand: what moves for good, what drifts and fades, and that surges and gusts have mean one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from drawdown.guards import FAINT
from tests.by_hand import Chance, Seen, cell, step

STILL: dict[str, float] = {
    "national_drift": 0.0,
    "pull": 0.0,
    "heat": 0.0,
    "surge": 0.0,
    "gusts": 0.0,
    "local_drift": 0.0,
    "gust": 0.0,
    "local_memory": 20.0,
    "synchrony": 0.36,
    "usual": 2.0,
    "usual_prone": -1.0,
    "surge_half_life": 1.0,
    "month": 4.0,
    "fuller": 1.0,
    "lumps": 0.0,
}
RECORDED = {"recorded_level": np.log(100.0)}


def test_the_national_level_keeps_what_it_gained() -> None:
    """No memory draws it back to the origin: with no pull a step stays whole."""
    made = step("tempo", {**RECORDED, "national_level": np.array(1.0)}, {**STILL, "national_drift": 0.1}, {"nation": (2.0, 0.0, 0.0, 0.0)})
    assert float(made["national_level"]) == pytest.approx(1.2)
    assert cell(made, "activity", "hill") == pytest.approx(np.exp(1.2))


@pytest.mark.parametrize(("lull", "down"), [(0.0, True), (-6.0, False)])
def test_the_level_drifts_to_what_is_usual_and_a_lull_counts(lull: float, down: bool) -> None:
    """100 deaths a week are above the usual 2: down. In a lull of six log units they are below: up. By the pull times the distance."""
    made = step("tempo", {**RECORDED, "lull": np.array(lull)}, {**STILL, "pull": 0.01})
    assert float(made["national_level"]) == pytest.approx(0.01 * (np.log(2.0) - np.log(100.0) - lull), rel=1e-5)
    assert (float(made["national_level"]) < 0) == down


def test_the_prone_have_a_lower_usual_level() -> None:
    prone = step("tempo", {**RECORDED, "proneness": np.array(1.5)}, {**STILL, "pull": 0.01})
    common = step("tempo", RECORDED, {**STILL, "pull": 0.01})
    assert float(prone["national_level"]) == pytest.approx(float(common["national_level"]) - 0.01 * 1.5, rel=1e-4)


def test_a_fuller_record_counts_less_and_where_nothing_is_recorded_the_level_is_the_least() -> None:
    import jax.numpy as jnp

    from drawdown.mechanisms import tempo

    params = Seen(start=jnp.zeros(1), proneness=jnp.zeros(1), fuller=jnp.full(1, 4.0))
    for recorded, level in ((0.0, FAINT), (50.0, 2 * 3 * 50.0 / 4)):
        made = tempo.initial(Seen(recorded_deaths=jnp.full((2, 3, 1), recorded)), params)
        assert float(made["recorded_level"][0]) == pytest.approx(np.log(level), rel=1e-5)


def test_local_drift_fades_by_its_memory_and_is_hit_by_its_own_luck() -> None:
    values: dict[str, Any] = {**RECORDED, "local_drift": {"hill": 1.0}}
    made = step("tempo", values, {**STILL, "local_drift": 0.2}, {"place": (-1.0, 0.0, 0.0, 0.0)})
    assert cell(made, "local_drift", "hill") == pytest.approx(0.95 - 0.2)
    assert cell(made, "local_drift", "plain") == pytest.approx(-0.2)


def test_a_gust_is_shared_in_part() -> None:
    """Roots of 0.36 and 0.64 of the nation's and the place's luck; half the variance is taken off."""
    made = step("tempo", RECORDED, {**STILL, "gust": 0.5}, {"nation": (0.0, 1.0, 0.0, 0.0), "place": (0.0, 2.0, 0.0, 0.0)})
    assert cell(made, "activity", "hill") == pytest.approx(np.exp(0.5 * (0.6 + 0.8 * 2.0) - 0.125))


def test_months_of_gusts_change_with_the_month_alone() -> None:
    values = {**RECORDED, "month_gust": np.array(3.0)}
    gusty = {**STILL, "gusts": 1.0, "unevenness": 1.0}
    within = step("tempo", {**values, "week": np.array(5)}, gusty, {"month": 0.3})
    begun = step("tempo", {**values, "week": np.array(8)}, gusty, {"month": 0.3})
    assert float(within["month_gust"]) == 3.0
    assert float(begun["month_gust"]) == pytest.approx(-np.log(0.3))


def test_incidents_of_unlike_size_are_not_counted_twice() -> None:
    """100 deaths in four weeks of 25: of an exponential gust's variance of one, incidents have made 0.36; 0.64 is left, of more nothing."""
    values = {"recorded_level": np.log(25.0), "week": np.array(8)}
    gusty = {**STILL, "gusts": 1.0, "unevenness": 1.0}
    for lumps, left in ((0.0, 1.0), (36.0, 0.8), (110.0, 0.0), (500.0, 0.0)):
        made = step("tempo", values, {**gusty, "lumps": lumps}, {"month": 0.3})
        assert float(made["month_gust"]) == pytest.approx(1 + left * (-np.log(0.3) - 1), rel=1e-4)
    fuller = step("tempo", values, {**gusty, "lumps": 36.0, "fuller": 4.0}, {"month": 0.3})
    assert float(fuller["month_gust"]) == pytest.approx(1 + np.sqrt(0.91) * (-np.log(0.3) - 1), rel=1e-4)


@pytest.mark.parametrize("week", [0, 30, 250])
def test_activity_has_mean_one_about_the_level(week: int) -> None:
    """Uncertainty as such raises no violence: over many futures the mean is that of the level, in any week."""
    lanes = 40_000
    random = np.random.default_rng(week)
    kept, memory = 0.5, 1 - 1 / 20.0
    surge = 0.5 * np.sqrt(1 - kept ** (2 * week)) * random.normal(size=lanes)
    drift = 0.1 * np.sqrt((1 - memory ** (2 * week)) / (1 - memory**2)) * random.normal(size=(2, lanes))
    moving = {**STILL, "surge": 0.5, "local_drift": 0.1, "gust": 0.3, "gusts": 1.0, "unevenness": 0.8, "month": 1.0}
    import jax.numpy as jnp

    from drawdown.mechanisms import tempo

    moving |= {"heat_level": 1.7, "heat_slope": 3.0}
    drawn = Seen(**{n: jnp.full(lanes, v) for n, v in moving.items()})
    zero = jnp.zeros(lanes)
    state = Seen(
        week=jnp.asarray(week),
        recorded_level=zero + 3.0,
        national_level=zero,
        lull=zero,
        proneness=zero,
        month_gust=zero + 1.0,
        surge=jnp.asarray(surge),
        local_drift=jnp.asarray(drift),
    )
    key: Any = Chance(random, lanes, 2)
    activity = np.asarray(tempo.step(key, state, drawn).set["activity"], float).mean(axis=0)
    assert activity.mean() == pytest.approx(1.0, abs=5 * activity.std() / np.sqrt(lanes))
