"""Rogue cells by hand: a truce between the militia and the guest, and those who do not obey it."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.by_hand import COUNTRY, Chosen, cell, step

HILL: Mapping[str, Chosen] = {
    "residents": {("hill", "red"): 100_000.0},
    "force": {("hill", "guest"): 100.0, ("hill", "militia"): 100.0, ("hill", "rebels"): 100.0},
    "enmity": {"guest--militia": 1.0, "militia--rebels": 1.0},
    "contact_at_origin": {"hill": 2.0},
    "attack_rate": {"hill": 100.0},
    "truce": {"militia": 10.0},
    "rogue": {"militia": 0.2, "rebels": 0.5},
}
PARAMS = {"energy": 1.5, "fatal_share": 0.1, "own_share": 0.25, "trace_contact": 1e-9}


def test_rogues_go_on_with_their_share_of_the_usual_attacks() -> None:
    """Half of the hill's contact is with the foreign force: 50 attacks a week, of which the rogues' fifth at an energy of 1.5."""
    made = step("rogue_cells", HILL, PARAMS)
    assert cell(made, "rogue_attacks", "militia") == pytest.approx(15.0, rel=1e-4)
    assert cell(made, "attacks", "hill") == pytest.approx(15.0, rel=1e-4)
    assert cell(made, "attacks_on", "hill", "guest") == pytest.approx(15.0, rel=1e-4)
    assert cell(made, "rogue_attacks", "rebels") == 0.0


def test_without_a_truce_there_are_no_rogues() -> None:
    made = step("rogue_cells", {**HILL, "truce": 0.0}, PARAMS)
    assert not made["attacks"].any()


def test_a_quarter_of_the_dead_are_their_own() -> None:
    made = step("rogue_cells", {**HILL, "attack_rate": {"hill": 1e6}}, PARAMS)
    dead = cell(made, "deaths", "hill", "state-based")
    own, theirs = cell(made, "losses", "hill", "militia"), cell(made, "losses", "hill", "guest")
    assert dead > 10_000
    assert own + theirs == pytest.approx(dead)
    assert own / dead == pytest.approx(0.25, abs=0.01)
    row = "rogue_cells/rogue attack/state-based"
    assert cell(made, f"{row}/largest/side_a", "hill") == COUNTRY.actors.index("militia")
    assert cell(made, f"{row}/largest/side_b", "hill") == COUNTRY.actors.index("guest")
    accounted = [cell(made, f"{row}/{part}/dead_{side}", "hill") for part in ("largest", "small") for side in ("a", "b")]
    assert sum(accounted) == pytest.approx(dead)
