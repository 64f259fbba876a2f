"""Control by hand: rule wanes with the force behind it, freed ground is filled by the strong, seized ground changes hands at once."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.by_hand import cell, step

LIVED = {"residents": {("hill", "red"): 1000.0, ("plain", "blue"): 1000.0}}
STILL = {"pace": 0.0, "fill": 0.0, "decisiveness": 1.0, "regard": 0.0, "hold_threshold": 1.0, "memory": 10.0}


def after(params: dict[str, float], **values: Any) -> dict[str, np.ndarray]:
    """A week on the hill, the void being what is left."""
    ruled = sum(values["control"].values())
    return step("control", {**LIVED, "void": {"hill": 1.0 - ruled, "plain": 1.0}, **values}, {**STILL, **params})


def test_rule_follows_the_force_behind_it() -> None:
    """The force has halved, 180 + 20 to 80 + 20: at a pace of one half rule goes half way from 0.6 to 0.3, to the void."""
    rule = {("hill", "militia"): 0.6}
    made = after(
        {"pace": 0.5}, control=rule, roots=rule, force={("hill", "militia"): 80.0}, backing={("hill", "militia"): 180.0}
    )  # fmt: skip
    assert cell(made, "control", "hill", "militia") == pytest.approx(0.45)
    assert cell(made, "void", "hill") == pytest.approx(0.55)
    # A tenth of the way each week the place gets used to it.
    assert cell(made, "roots", "hill", "militia") == pytest.approx(0.6 - 0.1 * 0.15)
    assert cell(made, "backing", "hill", "militia") == pytest.approx(180 - 0.1 * 100)


def test_regard_upholds_rule() -> None:
    rule = {("hill", "militia"): 0.3}
    kept, liked = (
        cell(after({"pace": 1.0, "regard": 1.0}, control=rule, roots=rule, standing={("red", "militia"): s}), "control", "hill", "militia")
        for s in (0.0, 0.5)
    )
    assert kept == pytest.approx(0.3)
    assert liked == pytest.approx(0.3 * np.exp(0.5))


def test_freed_ground_is_filled_by_those_who_stand_there() -> None:
    """The place is used to a void of 0.1 and has one of 0.5; three and one per 1,000 claim it against a threshold of one."""
    made = after(
        {"fill": 0.5},
        control={("hill", "police"): 0.5},
        roots={("hill", "police"): 0.9},
        force={("hill", "militia"): 3.0, ("hill", "rebels"): 1.0},
    )
    assert cell(made, "control", "hill", "militia") == pytest.approx(0.5 * 0.4 * 3 / 5, rel=1e-3)
    assert cell(made, "control", "hill", "rebels") == pytest.approx(0.5 * 0.4 * 1 / 5, rel=1e-3)
    assert cell(made, "control", "hill", "police") == pytest.approx(0.5, rel=1e-3)


def test_the_void_that_a_place_is_used_to_is_not_filled() -> None:
    rule = {("hill", "police"): 0.5}
    made = after({"fill": 0.5}, control=rule, roots=rule, force={("hill", "militia"): 3.0})
    assert cell(made, "control", "hill", "militia") == 0.0


def test_what_is_seized_changes_hands_with_its_roots() -> None:
    rule = {("hill", "police"): 0.5, ("hill", "militia"): 0.1}
    made = after(
        {"memory": 1e9}, control=rule, roots=rule, control_lost={("hill", "police"): 0.2}, control_gained={("hill", "militia"): 0.2}
    )
    for quantity in ("control", "roots"):
        assert cell(made, quantity, "hill", "police") == pytest.approx(0.3)
        assert cell(made, quantity, "hill", "militia") == pytest.approx(0.3)
    assert cell(made, "void", "hill") == pytest.approx(0.4)
