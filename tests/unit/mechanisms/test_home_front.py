"""The home front by hand: what wears support, what wins it, and when a government hurries, halts or keeps to its plan."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from tests.by_hand import Chosen, cell, step

ABROAD: Mapping[str, Chosen] = {
    "week": 5.0,
    "sends": {("home", "guest"): 1.0, ("abroad", "partner"): 1.0},
    "force": {("hill", "guest"): 1000.0},
    "home_support": 0.5,
    "leader_culpable": {"home": 1.0},
    "losses_abroad": {"home": 99.0},
}
PARAMS = {
    "casualty_effect": 0.0, "progress_effect": 0.0, "fatigue": 0.0, "exit_rate": 0.01, "exit_slope": 0.0, "exit_support": 0.4,
    "new_leader_factor": 1.5, "stay_rate": 0.0, "exit_weeks": 50.0, "posture_memory": 50.0, "successor_culpable": 0.4,
}  # fmt: skip
NEVER = (0.999, 0.999, 0.999, 0.999)


def after(
    params: Mapping[str, float] | None = None, luck: tuple[float, ...] = NEVER, **values: Chosen
) -> dict[str, np.ndarray]:  # words: a fall, leaving, extending, lapsing
    return step("home_front", {**ABROAD, **values}, {**PARAMS, **(params or {})}, {"decisions": luck})


def support(params: Mapping[str, float], **values: Chosen) -> float:
    """Log odds of support after a week, zero before it."""
    kept = cell(after(params, **values), "home_support", "home")
    return float(np.log(kept / (1 - kept)))


def test_support_wears_by_the_year_and_with_losses_and_is_won_by_progress() -> None:
    """A change of share is four times as large in log odds around a half; rates are yearly."""
    assert support({"fatigue": 0.52}) == pytest.approx(-4 * 0.01, abs=1e-4)
    assert support({"progress_effect": 0.52}, reported_trend={"home": -1.0}) == pytest.approx(4 * 0.01, abs=1e-4)
    assert support({"casualty_effect": 0.05}, recent_fallen={"guest": 100.0}) == pytest.approx(-4 * 0.05 * np.log(2), abs=1e-4)
    assert support({"casualty_effect": 0.05}, recent_fallen={"partner": 100.0}) == pytest.approx(0.0, abs=1e-6)
    assert cell(after(recent_fallen={"guest": 7.0}), "losses_abroad", "home") == pytest.approx(106.0)


def posture(leave: float = 0.999, extend: float = 0.999, params: Mapping[str, float] | None = None, **values: Chosen) -> float:
    return cell(after(params, (0.999, leave, extend, 0.999), **values), "posture", "home")


def test_a_leader_who_did_not_begin_the_war_leaves_sooner() -> None:
    """Hazard 0.01 a week, 2.5 times that for a leader who is not culpable."""
    assert posture(leave=0.0099) == 1.0
    assert posture(leave=0.015) == 0.0
    assert posture(leave=0.0249, leader_culpable=0.0) == 1.0
    assert posture(leave=0.0251, leader_culpable=0.0) == 0.0


def test_low_support_hurries_and_high_support_halts() -> None:
    """Slope 5 around a pivot of 0.4: at 0.5 the hazard of leaving is e^-0.5 of its rate, that of staying on e^0.5 of it (times 1.3)."""
    slope = {"exit_slope": 5.0, "stay_rate": 0.01}
    assert posture(leave=0.0060, params=slope) == 1.0
    assert posture(leave=0.0062, params=slope) == 0.0
    assert posture(extend=0.0214, params=slope) == -1.0
    assert posture(extend=0.0215, params=slope) == 0.0


def test_a_binding_plan_or_an_empty_country_leaves_nothing_to_decide() -> None:
    assert posture(leave=0.001, bound={"home": 1.0}) == 0.0
    assert posture(leave=0.001, force={("hill", "guest"): 50.0}) == 0.0


def test_a_hurried_exit_takes_a_part_out_every_week() -> None:
    made = after(posture={"home": 1.0})
    assert cell(made, "go_home", "hill", "guest") == pytest.approx(1000 / 50)
    assert not after(posture={"home": -1.0})["go_home"].any()


def test_leaders_fall_by_yearly_rate_or_at_the_end_of_their_term_and_a_posture_lapses() -> None:
    assert cell(after(luck=(0.01, 0.9, 0.9, 0.9), leader_turnover={"home": 0.52}), "leader_changed", "home") == 0.0
    assert cell(after(luck=(0.0099, 0.9, 0.9, 0.9), leader_turnover={"home": 0.52}), "leader_changed", "home") == 1.0
    assert cell(after(leader_term={"home": 5.0, "abroad": 6.0}), "leader_changed", "home") == 1.0
    assert cell(after(leader_term={"home": 5.0, "abroad": 6.0}), "leader_changed", "abroad") == 0.0
    assert cell(after(luck=(0.9, 0.9, 0.9, 0.019), posture={"home": -1.0}), "posture", "home") == 0.0
    assert cell(after(luck=(0.9, 0.9, 0.9, 0.021), posture={"home": -1.0}), "posture", "home") == -1.0


def test_an_exit_that_is_decided_is_seldom_halted_and_goes_on_to_the_last_soldier() -> None:
    """It lapsed like any mood within a year, and took a share of what was left: missions hardly ever ended."""
    assert cell(after({"relent": 0.104}, (0.9, 0.9, 0.9, 0.0019), posture={"home": 1.0}), "posture", "home") == 0.0
    assert cell(after({"relent": 0.104}, (0.9, 0.9, 0.9, 0.0021), posture={"home": 1.0}), "posture", "home") == 1.0
    last = after(posture={"home": 1.0}, leaves_of={"guest": 4000.0}, force={("hill", "guest"): 150.0, ("plain", "guest"): 50.0})
    assert cell(last, "go_home", "hill", "guest") == pytest.approx(60.0)
    assert cell(last, "go_home", "plain", "guest") == pytest.approx(20.0)
    assert cell(last, "leaves_of", "guest") == 4000.0
    assert cell(after(leaves_of={"guest": 4000.0}), "leaves_of", "guest") == 0.0


def test_a_government_leaves_for_cause_when_it_has_won_and_when_all_is_lost() -> None:
    """0.52 a year x trust of a half x calm of a half; 5.2 a year once the host has fallen. Each is told by its reason."""
    base = {**PARAMS, "exit_rate": 0.0, "won": 0.52, "lost": 5.2, "quiet": 2.0}
    land: Mapping[str, Chosen] = {
        **ABROAD, "residents": {("hill", "red"): 1_000_000.0}, "recent_deaths": {("hill", "one-sided"): 2.0}, "confidence": {"home": 0.5},
    }  # fmt: skip

    def left(well: float, ill: float, **changed: Chosen) -> tuple[float, float]:
        made = step("home_front", {**land, **changed}, base, {"decisions": NEVER, "cause": (well, ill, 0.5, 0.5)})
        return cell(made, "posture", "home"), cell(made, "left_for", "home")

    assert left(0.00249, 0.5) == (1.0, 1.0)
    assert left(0.0026, 0.5) == (0.0, 0.0)
    assert left(0.0026, 0.09) == (0.0, 0.0)
    assert left(0.0026, 0.09, government_fallen=1.0) == (1.0, -1.0)
    assert left(0.0026, 0.1, government_fallen=1.0) == (0.0, 0.0)
    assert left(0.0026, 0.09, government_fallen=1.0, returned={"guest": 1.0}) == (0.0, 0.0)
    assert left(0.0026, 0.09, government_fallen=1.0, sent={"guest": 1.0}) == (0.0, 0.0)
    assert left(0.00249, 0.5, posture={"home": -1.0}) == (1.0, 1.0)
    assert left(1e-6, 1e-6, bound={"home": 1.0}, government_fallen=1.0) == (0.0, 0.0)
