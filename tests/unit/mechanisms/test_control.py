"""Control by hand: rule wanes with the force behind it, freed ground is filled by the strong, seized ground changes hands at once."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.by_hand import cell, mechanism, step

LIVED = {"residents": {("hill", "red"): 1000.0, ("plain", "blue"): 1000.0}}
STILL = {
    "pace": 0.0, "fill": 0.0, "decisiveness": 1.0, "regard": 0.0, "hold_threshold": 1.0, "memory": 10.0, "loosening": 0.0, "resettle": 0.0,
    "keepers": 0.001,
}  # fmt: skip


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
    there = {"roots": rule, "force": {("hill", "militia"): 80.0}, "backing": {("hill", "militia"): 80.0}}

    def ruled(now: float, usual: float) -> dict[str, np.ndarray]:
        regard: Any = {"standing": {("red", "militia"): now}, "usual_regard": {("hill", "militia"): usual}}
        return after({"pace": 1.0, "regard": 1.0}, control=rule, **there, **regard)

    assert cell(ruled(0.0, 0.0), "control", "hill", "militia") == pytest.approx(0.3)
    assert cell(ruled(0.5, 0.0), "control", "hill", "militia") == pytest.approx(0.3 * np.exp(0.5))
    # A place gets used to a regard that lasts: it raises rule once, not for ever.
    assert cell(ruled(0.5, 0.0), "usual_regard", "hill", "militia") == pytest.approx(0.05)
    assert cell(ruled(0.5, 0.5), "control", "hill", "militia") == pytest.approx(0.3)


def test_rule_that_nobody_can_enforce_is_gone_within_weeks() -> None:
    """One person under arms per 1,000 keeps all, 0.3 per 1,000 keep 0.3; nobody keeps nothing, whatever its roots."""
    rule = {("hill", "guest"): 0.6}
    params = {"loosening": 0.8, "keepers": 1.0, "pace": 0.1}
    for force, kept in ((0.0, 0.0), (0.3, 0.3), (1.0, 0.6)):
        made = after(params, control=rule, roots=rule, force={("hill", "guest"): force}, backing={("hill", "guest"): force})
        left = kept + (0.6 - kept) * np.exp(-0.8)
        assert cell(made, "control", "hill", "guest") == pytest.approx(left)
        assert cell(made, "void", "hill") == pytest.approx(1.0 - left)


def test_a_leavers_rule_ends_within_eight_weeks_at_the_slow_end_of_the_range() -> None:
    low = next(p.low for p in mechanism("control").params if p.name == "loosening")
    rule, rooted = 0.6, {("hill", "guest"): 0.6}
    for _ in range(8):
        made = after({"loosening": low, "keepers": 0.1, "pace": 0.03}, control={("hill", "guest"): rule}, roots=rooted)
        rule = cell(made, "control", "hill", "guest")
    assert rule < 0.05


def test_rule_reaches_next_door_and_the_army_keeps_what_the_police_rule() -> None:
    params = {"loosening": 0.8, "keepers": 1.0, "next_door": 0.5}
    near = after(params, control={("hill", "militia"): 0.4}, force={("plain", "militia"): 0.8}, adjacency={("hill", "plain"): 20.0})
    assert cell(near, "control", "hill", "militia") == pytest.approx(0.4)
    far = after(params, control={("hill", "militia"): 0.4}, force={("plain", "militia"): 0.8})
    assert cell(far, "control", "hill", "militia") == pytest.approx(0.4 * np.exp(-0.8))
    state = after(params, control={("hill", "police"): 0.4}, force={("hill", "army"): 0.4})
    assert cell(state, "control", "hill", "police") == pytest.approx(0.4)
    apart = after(params, control={("hill", "guest"): 0.4}, force={("hill", "partner"): 0.4})
    assert cell(apart, "control", "hill", "guest") == pytest.approx(0.4 * np.exp(-0.8))


def test_roots_come_to_follow_strength_and_foreigners_strike_none() -> None:
    """Three and one per 1,000 against a threshold of one: claims of 0.6 and 0.2 of what foreigners have not."""
    roots = {("hill", "police"): 0.5, ("hill", "guest"): 0.2}
    made = after(
        {"resettle": 0.1, "memory": 1e9}, control=roots, roots=roots, force={("hill", "militia"): 3.0, ("hill", "rebels"): 1.0}
    )  # fmt: skip
    assert cell(made, "roots", "hill", "militia") == pytest.approx(0.1 * 0.6 * 0.8, rel=1e-3)
    assert cell(made, "roots", "hill", "rebels") == pytest.approx(0.1 * 0.2 * 0.8, rel=1e-3)
    assert cell(made, "roots", "hill", "police") == pytest.approx(0.45, rel=1e-3)
    assert cell(made, "roots", "hill", "guest") == pytest.approx(0.2, rel=1e-3)


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
