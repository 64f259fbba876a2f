"""Forces by hand: the dead, those who leave, desert or change sides, and moves, settled together."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.by_hand import Chosen, cell, step

LN2 = float(np.log(2.0))


def after(**values: Chosen) -> dict[str, np.ndarray]:
    """Uniforms of a half: exactly the expected number goes."""
    return step("forces", values)


def test_the_dead_are_taken_off_but_foreign_soldiers_are_replaced() -> None:
    made = after(force={("hill", "militia"): 100.0, ("hill", "guest"): 100.0}, losses={("hill", "militia"): 30.0, ("hill", "guest"): 30.0})
    assert cell(made, "force", "hill", "militia") == pytest.approx(70.0)
    assert cell(made, "force", "hill", "guest") == pytest.approx(100.0)


def test_competing_hazards_share_those_who_go() -> None:
    """A hazard of ln 2 takes half; a quarter of those desert where a quarter of the hazard is desertion. Half of an old panic stays."""
    made = after(
        force={("hill", "police"): 800.0},
        desert_hazard={("hill", "police"): LN2 / 4},
        leave_hazard={("hill", "police"): 3 * LN2 / 4},
        panic={("hill", "police"): 0.2},
    )
    assert cell(made, "force", "hill", "police") == pytest.approx(400.0)
    assert cell(made, "deserted", "hill", "police") == pytest.approx(100.0)
    assert cell(made, "panic", "hill", "police") == pytest.approx(100 / 800 + 0.5 * 0.2)


def test_deserters_go_over_in_proportion_to_sympathy_with_those_who_are_there() -> None:
    made = after(
        force={("hill", "police"): 800.0, ("hill", "militia"): 10.0, ("hill", "rebels"): 10.0},
        desert_hazard={("hill", "police"): LN2},
        go_over={("hill", "police"): 0.5},
        sympathy={("hill", "militia"): 0.3, ("hill", "rebels"): 0.1, ("hill", "tribes"): 0.6},
    )
    assert cell(made, "realigned", "hill", "militia") == pytest.approx(150.0)
    assert cell(made, "force", "hill", "rebels") == pytest.approx(10.0 + 50.0)
    assert cell(made, "realigned", "hill", "tribes") == 0.0


def test_those_who_change_sides_go_where_they_may() -> None:
    to: dict[Any, float] = {("rebels", "tribes"): 1.0, ("rebels", "militia"): 1.0, ("tribes", "rebels"): 1.0}
    made = after(force={("hill", "rebels"): 100.0, ("hill", "tribes"): 40.0}, switch_hazard={("hill", "rebels"): LN2}, switches_to=to)
    assert cell(made, "force", "hill", "rebels") == pytest.approx(50.0)
    assert cell(made, "force", "hill", "tribes") == pytest.approx(90.0)
    assert cell(made, "realigned", "hill", "tribes") == pytest.approx(50.0)
    back = after(force={("hill", "tribes"): 40.0}, switch_hazard={("hill", "tribes"): LN2}, switches_to=to)
    assert cell(back, "force", "hill", "rebels") == pytest.approx(20.0)


def test_no_more_set_out_than_are_there_and_no_more_arrive_than_set_out() -> None:
    made = after(
        force={("hill", "guest"): 100.0},
        move_out={("hill", "guest"): 120.0},
        go_home={("hill", "guest"): 40.0},
        move_in={("plain", "guest"): 120.0},
    )
    assert cell(made, "force", "hill", "guest") == pytest.approx(0.0, abs=1e-4)
    assert cell(made, "force", "plain", "guest") == pytest.approx(75.0, rel=1e-4)
    assert cell(made, "went_home", "hill", "guest") == pytest.approx(25.0, rel=1e-4)


def test_recruits_and_reinforcements_are_added_once() -> None:
    made = after(force={("hill", "guest"): 100.0}, arrive={("hill", "guest"): 20.0}, recruits={("hill", "militia"): 7.0})
    assert cell(made, "force", "hill", "guest") == pytest.approx(120.0)
    assert cell(made, "force", "hill", "militia") == pytest.approx(7.0)
