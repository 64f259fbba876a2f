"""Stance by hand: when an actor decides, what it turns on, when truces break, run out and are declared anew, and offensives."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pytest

from drawdown.vocabulary.stances import EXPAND, FIGHT, HOLD, PROVOKE, TRUCE
from tests.by_hand import ACTORS, COUNTRY, Chosen, cell, step

HILL: Mapping[str, Chosen] = {
    "residents": {("hill", "red"): 100_000.0},
    "force": {("hill", "militia"): 200.0, ("hill", "rebels"): 200.0},
    "strength": {"guest": 1000.0},
    "constituency": {("red", "militia"): 1.0, ("red", "rebels"): 1.0},
    "discipline": 1.0,
    "truce_prone": 1.0,
    "takes_ground": 1.0,
    "capability": np.array(0.0),
    "week": 0.0,
}
# Holding back is so useful that everybody holds who may decide.
PARAMS = {
    "sway": 1.0, "habit": 0.0, "hold_base": 50.0, "hold_losses": 0.0, "truce_base": -40.0, "truce_restraint": 0.0, "truce_disorder": 0.0,
    "expand_base": -40.0, "expand_room": 0.0, "expand_odds": 0.0, "provoke_base": -40.0, "provoke_gain": 0.0,
    "break_rate": 0.0, "offensive_rate": 0.0, "offensive_persistence": 0.0,
}  # fmt: skip
NOT = (0.999, 0.999, 0.5, 0.5)


def after(
    params: Mapping[str, float] | None = None, luck: Mapping[str, tuple[float, ...]] | None = None, **changed: Chosen
) -> dict[str, np.ndarray]:
    return step("stance", {**HILL, **changed}, {**PARAMS, **(params or {})}, {"truce": NOT, "offensive": NOT, **(luck or {})})


def chosen(params: Mapping[str, float], **changed: Chosen) -> float:
    """What the militia chooses in its own week."""
    week = float(4 + COUNTRY.actors.index("militia") % 4)
    return cell(after({"hold_base": -40.0, **params}, **{"week": week, **changed}), "stance", "militia")


def test_every_group_decides_every_fourth_week_and_in_no_other() -> None:
    """Five months: five decisions each, four weeks apart, in a week of the month of its own."""
    decided = np.array([after(week=float(w + 20))["stance"] == HOLD for w in range(20)])
    for k, kind in enumerate(ACTORS.values()):
        weeks = np.flatnonzero(decided[:, k])
        if kind in ("foreign", "police"):
            assert not len(weeks)
        else:
            assert weeks.tolist() == list(range(k % 4, 20, 4))


def test_in_the_first_week_all_stand_as_those_who_have_chosen_for_long() -> None:
    """Two stances alike but for a utility of 1, habit 2: a month's chances are those of a chain, whose long run the first week draws.

    Chain by hand: from fight to hold e/(e + e^2), from hold to fight 1/(1 + e^3); the long run holds to_hold / (to_hold + to_fight).
    """
    params = {"habit": 2.0, "hold_base": 1.0, "hold_odds": 0.0}
    to_hold, to_fight = math.e / (math.e + math.e**2), 1.0 / (1.0 + math.e**3)
    lasting = to_hold / (to_hold + to_fight)
    quantiles = (np.arange(400) + 0.5) / 400
    held = [
        cell(after(params, {"choice": (0.5, float(q), 0.5, 0.5), "provoke": (0.5,) * 4}), "stance", "militia") == HOLD for q in quantiles
    ]
    # Fight has the noise of a draw of a half; hold wins where its own noise is larger than the lead that fight has.
    lead = math.log(lasting / (1 - lasting))
    expected = 1.0 - math.exp(-math.exp(lead - -math.log(math.log(2.0))))
    assert np.mean(held) == pytest.approx(expected, abs=0.01)
    assert cell(after({"truce_base": 40.0, "hold_base": -40.0}), "stance", "militia") == FIGHT  # a truce at the origin is the scenario's
    assert (after({"choice": 0.0}, truce_prone=0.0)["stance"][[k for k, a in enumerate(ACTORS.values()) if a == "militia"]] == FIGHT).all()


def test_what_choices_turn_on() -> None:
    assert chosen({}) == FIGHT
    assert chosen({"hold_base": 40.0}) == HOLD
    assert chosen({"hold_losses": 60.0}, recent_fallen={"militia": 4.0}) == HOLD  # 52 x 4 / 200 = 1.04 a year
    assert chosen({"truce_base": 40.0}) == TRUCE
    fallen = np.array(1.0)
    assert chosen({"truce_base": 40.0}, government_fallen=fallen) == FIGHT  # nobody is left to be spared
    with_guests = {("hill", "militia"): 200.0, ("hill", "rebels"): 200.0, ("hill", "guest"): 500.0}
    assert chosen({"truce_base": 40.0}, government_fallen=fallen, force=with_guests) == TRUCE
    assert chosen({"truce_base": 40.0}, truce_prone=0.0) == FIGHT
    assert chosen({"truce_restraint": 60.0}, restraint={("east", "militia"): 1.0}) == TRUCE
    assert chosen({"truce_disorder": 60.0}, discipline=0.0) == TRUCE
    assert chosen({"expand_base": 40.0}) == EXPAND
    assert chosen({"expand_room": 60.0}, void={"hill": 1.0}) == EXPAND
    assert chosen({"expand_odds": 30.0}) == EXPAND  # nobody guards: odds of 2.3 to 0.3
    assert chosen({"provoke_base": 40.0}) == FIGHT  # without a gain from the occupation nobody provokes
    gain: Mapping[str, Chosen] = {
        "gains_from_occupation": {"militia": 1.0},
        "force": {("hill", "guest"): 1000.0, ("hill", "militia"): 200.0},
    }
    assert chosen({"provoke_gain": 60.0}, **gain) == PROVOKE
    assert chosen({"provoke_gain": 60.0}, gains_from_occupation={"militia": 1.0}) == FIGHT
    assert chosen({"habit": 60.0}, stance={"militia": float(EXPAND)}) == EXPAND
    assert chosen({"choice": 0.0, "hold_base": 40.0}) == FIGHT


def truce(
    luck: tuple[float, float], params: Mapping[str, float] | None = None, left: float = 10.0, **changed: Chosen
) -> tuple[float, float, float]:
    """Weeks left of the militia's truce, whether it broke, whether it was declared anew."""
    made = after(
        {"break_rate": 0.1, "break_losses": 0.0, "break_raids": 2.0, "break_restraint": 1.0, "extend": 0.5, **(params or {})},
        {"truce": (*luck, 0.5, 0.5)},
        **{"week": 1.0, "truce": {"militia": left}, "stance": {"militia": float(TRUCE)}, **changed},
    )
    return tuple(cell(made, n, "militia") for n in ("truce", "truce_broken", "truce_extended"))  # type: ignore[return-value]  # three of them


def test_a_truce_runs_down_breaks_by_its_hazard_and_is_declared_anew() -> None:
    hazard = 1 - np.exp(-0.1)
    assert truce((hazard + 0.001, 0.9)) == (9.0, 0.0, 0.0)
    assert truce((hazard - 0.001, 0.9)) == (0.0, 1.0, 0.0)
    assert truce((0.9, 0.49), left=1.0) == (26.0, 0.0, 1.0)
    assert truce((0.9, 0.51), left=1.0) == (0.0, 0.0, 0.0)


def test_who_is_gone_declares_nothing() -> None:
    assert truce((0.9, 0.9), dissolved={"militia": 1.0}) == (0.0, 0.0, 0.0)
    assert truce((0.9, 0.49), left=1.0, dissolved={"militia": 1.0}) == (0.0, 0.0, 0.0)
    assert truce((1e-6, 0.9), dissolved={"militia": 1.0}) == (0.0, 0.0, 0.0)


def test_raids_break_truces_and_restraint_saves_them() -> None:
    raid: Mapping[str, Chosen] = {"offensive": {("hill", "army"): 1.0}}
    hazard = 1 - np.exp(-0.1 * np.exp(2.0))
    assert truce((hazard - 0.001, 0.9), **raid)[1] == 1.0
    assert truce((hazard + 0.001, 0.9), **raid)[1] == 0.0
    saved = 1 - np.exp(-0.1 * np.exp(-1.0))
    assert truce((saved - 0.001, 0.9), restraint={("east", "militia"): 1.0})[1] == 1.0
    assert truce((saved + 0.001, 0.9), restraint={("east", "militia"): 1.0})[1] == 0.0


def test_zeal_follows_the_stance() -> None:
    zeal = {"hold_zeal": 0.5, "truce_leak": 0.1, "truce_rivalry": 0.8, "expand_zeal": 1.25}
    for stance, on_others, among in ((FIGHT, 1.0, 1.0), (HOLD, 0.5, 0.5), (EXPAND, 1.25, 1.25), (PROVOKE, 1.0, 1.0)):
        made = after(zeal, week=1.0, stance={"militia": float(stance)})
        assert cell(made, "zeal", "militia") == pytest.approx(on_others), stance
        assert cell(made, "rivalry_zeal", "militia") == pytest.approx(among), stance
    kept = after(zeal, week=1.0, stance={"militia": float(TRUCE)}, truce={"militia": 5.0})
    assert (cell(kept, "zeal", "militia"), cell(kept, "rivalry_zeal", "militia")) == pytest.approx((0.1, 0.8))
    assert cell(kept, "zeal", "guest") == 1.0


def pressed(draw: float, params: Mapping[str, float] | None = None, actor: str = "militia", **changed: Chosen) -> bool:
    usual: Mapping[str, Chosen] = {"week": 1.0, "void": {"hill": 1.0}}
    made = after({"offensive_rate": 0.1, **(params or {})}, {"offensive": (draw, 0.5, 0.5, 0.5)}, **{**usual, **changed})
    return cell(made, "offensive", "hill", actor) == 1.0


def test_offensives_start_where_ground_is_open_and_the_group_is_strong() -> None:
    """Two per 1,000 against no guard: odds of 2.3 to 0.3; a guard of two makes them even; those who expand are four times as bold."""
    open_ground = 1 - np.exp(-0.1 * 2.3 / 0.3)
    assert pressed(open_ground - 0.001)
    assert not pressed(open_ground + 0.001)
    guarded: Mapping[str, Chosen] = {
        "force": {("hill", "militia"): 200.0, ("hill", "police"): 400.0}, "enmity": {"police--militia": 0.5}
    }  # fmt: skip
    even = 1 - np.exp(-0.1)
    assert pressed(even - 0.001, **guarded)
    assert not pressed(even + 0.001, **guarded)
    assert pressed(open_ground - 0.001, **{**guarded, "enmity": 0.0})  # who is no enemy is not in the way
    bold = {"expand_boldness": 4.0, "massed_boldness": 5.0}
    assert pressed(1 - np.exp(-0.4) - 0.001, bold, stance={"militia": float(EXPAND)}, **guarded)
    assert not pressed(1 - np.exp(-0.4) + 0.001, bold, stance={"militia": float(EXPAND)}, **guarded)
    assert pressed(1 - np.exp(-0.5) - 0.001, bold, massing={("hill", "militia"): 2.0}, **guarded)
    assert not pressed(1 - np.exp(-0.5) + 0.001, bold, massing={("hill", "militia"): 2.0}, **guarded)
    assert not pressed(0.001, void=0.0)
    assert not pressed(0.001, takes_ground=0.0)


def test_offensives_go_on_by_chance() -> None:
    goes: Mapping[str, Chosen] = {"offensive": {("hill", "militia"): 1.0}, "void": 0.0}
    assert pressed(0.59, {"offensive_persistence": 0.6}, **goes)
    assert not pressed(0.61, {"offensive_persistence": 0.6}, **goes)
