"""Sponsorship by hand: east pays the militia half of its upkeep and dislikes the rebels, whom west pays a tenth."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from tests.by_hand import Chosen, cell, step

ORIGIN: Mapping[str, Chosen] = {
    "sponsor_interest": {("east", "militia"): 1.0, ("east", "rebels"): -0.5, ("west", "rebels"): 0.8},
    "sponsor_means": 1.0,
    "sponsor_rivalry": {("east", "west"): 1.0},
    "aid_at_origin": {("east", "militia"): 0.5, ("west", "rebels"): 0.1},
    "aid": {("east", "militia"): 0.5, ("west", "rebels"): 0.1},
    "strength": {"guest": 100.0, "militia": 100.0, "rebels": 100.0},
    "force": {("hill", "guest"): 100.0, ("hill", "militia"): 100.0, ("hill", "rebels"): 100.0},
}
PARAMS = {"rivalry": 1.0, "need": 1.0, "occupation": 1.0, "mood": 0.5, "pace": 1.0, "restraint": 0.5, "feud_scale": 10.0}


def log_odds(luck: float = 0.0, **changed: Chosen) -> float:
    """Of east's aid to the militia, reached at once: zero at the origin (but for the hundredth that keeps zero finite)."""
    aid = cell(step("sponsorship", {**ORIGIN, **changed}, PARAMS, {"mood": luck}), "aid", "east", "militia")
    return float(np.log(aid / (1 - aid)))


def test_as_at_the_origin_aid_stays() -> None:
    made = step("sponsorship", ORIGIN, PARAMS)
    assert cell(made, "aid", "east", "militia") == pytest.approx(0.5, abs=1e-5)
    assert cell(made, "aid", "west", "rebels") == pytest.approx(0.11 / 1.02, abs=1e-4)
    assert not made["restraint"].any()


def test_a_sponsor_answers_what_its_rival_gives_to_those_it_dislikes() -> None:
    assert log_odds(aid={("west", "rebels"): 0.5}) == pytest.approx(0.5 * 0.4, abs=1e-4)
    assert log_odds(aid={("west", "militia"): 0.5, ("west", "rebels"): 0.1}) == pytest.approx(0.0, abs=1e-4)


def test_clients_in_need_get_more_and_without_the_common_enemy_less() -> None:
    weak = {("hill", "guest"): 100.0, ("hill", "militia"): 60.0}
    assert log_odds(force=weak) == pytest.approx(0.4, abs=1e-4)
    alone = {("hill", "guest"): 25.0, ("hill", "militia"): 100.0}
    assert log_odds(force=alone) == pytest.approx(-0.75, abs=1e-4)


def test_aid_moves_by_its_pace() -> None:
    slow = step("sponsorship", {**ORIGIN, "aid": {("east", "militia"): 0.1, ("west", "rebels"): 0.1}}, {**PARAMS, "pace": 0.25})
    assert cell(slow, "aid", "east", "militia") == pytest.approx(0.1 + 0.25 * 0.4, abs=1e-4)


def test_a_feud_among_groups_brings_restraint_on_clients() -> None:
    """At 10 non-state deaths a week, 1 - 1/e of the most; deaths of other kinds bring none."""
    feud = step("sponsorship", {**ORIGIN, "recent_deaths": {("hill", "non-state"): 6.0, ("plain", "non-state"): 4.0}}, PARAMS)
    assert cell(feud, "restraint", "east", "militia") == pytest.approx(0.5 * (1 - np.exp(-1)), abs=1e-5)
    assert cell(feud, "restraint", "west", "rebels") == pytest.approx(0.8 * 0.5 * (1 - np.exp(-1)), abs=1e-5)
    assert cell(feud, "restraint", "east", "rebels") == 0.0
    assert not step("sponsorship", {**ORIGIN, "recent_deaths": {("hill", "one-sided"): 9.0}}, PARAMS)["restraint"].any()
