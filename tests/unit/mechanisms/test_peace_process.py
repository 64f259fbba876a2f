"""Peace processes by hand: when they open, what they sign, how they end, and which are under way at the origin."""

from __future__ import annotations

from collections.abc import Mapping
from math import exp, log

import pytest

from tests.by_hand import Chosen, cell, mechanism, step

# The rebels fight the army: a fourth of its strength, as an active dyad.
LAND: Mapping[str, Chosen] = {
    "force": {("hill", "army"): 400.0, ("hill", "rebels"): 100.0},
    "recent_bloodshed": {"army--rebels": 0.96},
    "enmity": 1.0,
    "truce_prone": 1.0,
    "week": 10,
    "last_signed": 5000.0,
}
PLAIN = {
    "opening": 0.52, "strong": 0.0, "mission": 0.0, "command": 0.0, "several": 0.0, "quiet": 0.25, "signing": 1.04, "talk_weeks": 50.0,
    "fails": 0.75, "partial": 0.7, "spoil": 0.0, "shocking": 50.0, "much_weaker": 0.08,
}  # fmt: skip
TALKING: Mapping[str, Chosen] = {**LAND, "talks": {"rebels": 1.0}}


def opening(params: Mapping[str, float] | None = None, who: str = "rebels", **changed: Chosen) -> float:
    """Processes a year, found by halving from the draws that open one."""
    low, high = 0.0, 1.0
    for _ in range(22):
        middle = 0.5 * (low + high)
        made = step("peace_process", {**LAND, **changed}, {**PLAIN, **(params or {})}, {"talks": (middle, 0.5, 0.5, 0.5)})
        low, high = (middle, high) if cell(made, "talks", who) else (low, middle)
    return -log(1.0 - low) * 52.0


def at_the_origin(params: Mapping[str, float] | None = None, **changed: Chosen) -> float:
    """The chance that a process is under way in the first week."""
    return 1.0 - exp(-opening(params, week=0, **changed) / 52.0)


def test_processes_open_as_they_fight_and_less_often_at_rest() -> None:
    assert opening() == pytest.approx(0.52, rel=1e-3)
    assert opening(recent_bloodshed={"army--rebels": 0.24}) == pytest.approx(0.26, rel=1e-3)  # half an active dyad
    assert opening(recent_bloodshed=0.0) == pytest.approx(0.13, rel=1e-3)  # at rest
    assert opening(recent_bloodshed=0.0, enmity=0.0) == pytest.approx(0.0, abs=1e-3)  # friends
    assert opening(force={("hill", "army"): 400.0}) == pytest.approx(0.0, abs=1e-3)  # nobody is there
    assert opening(government_fallen=1.0) == pytest.approx(0.0, abs=1e-3)  # nobody to talk to
    assert opening(dissolved={"rebels": 1.0}) == pytest.approx(0.0, abs=1e-3)  # it is no more
    assert opening(pact={"rebels": 2.0}) == pytest.approx(0.0, abs=1e-3)  # they have settled
    assert opening(pact={"rebels": 1.0}) == pytest.approx(0.52, rel=1e-3)  # a ceasefire is no settlement
    made = step("peace_process", LAND, PLAIN, {"talks": (0.0, 0.5, 0.5, 0.5)})
    assert [cell(made, n, "rebels") for n in ("talks", "opened", "openings")] == pytest.approx([1.0, 1.0, 0.52])


def test_more_open_with_the_strong_and_the_commanded_with_a_mission_and_without_others() -> None:
    part = 1.0 / (1.0 + exp(-2.0 * log((101.0 / 401.0) / 0.08)))
    assert opening({"strong": 1.0}) == pytest.approx(0.52 * exp(part), rel=2e-3)
    assert opening({"command": 1.0}) == pytest.approx(0.52 * exp(1.0), rel=2e-3)
    assert opening({"command": 1.0}, truce_prone=0.0) == pytest.approx(0.52, rel=2e-3)
    there = {("hill", "army"): 400.0, ("hill", "rebels"): 100.0, ("hill", "guest"): 250.0}
    assert opening({"mission": 1.0}, force=there, guarantees={"guest": 1.0}) == pytest.approx(0.52 * exp(0.5), rel=2e-3)
    others: Mapping[str, Chosen] = {"recent_bloodshed": {"army--rebels": 0.96, "police--militia": 0.96}}
    assert opening({"several": 1.0}, **others) == pytest.approx(0.26, rel=2e-3)


def test_who_signed_of_late_is_likely_to_be_talking_still() -> None:
    """Hazards of 1.04 signing and 1.04 ending, three quarters of it in nothing: after a silent year e^-2.08 of the processes are under way
    and seen, and what failed before is the rest."""
    assert at_the_origin(last_signed=0.0) == pytest.approx(1.0, abs=1e-3)
    silent = exp(-2.08)
    assert at_the_origin(last_signed=52.0) == pytest.approx(silent / (silent + 0.375 * (1.0 - silent)), rel=1e-3)
    never = 0.52 / (0.52 + 2.08)
    assert at_the_origin() == pytest.approx(never, rel=1e-3)  # of those who never signed some talk for the first time
    assert at_the_origin(recent_bloodshed=0.0) == pytest.approx(0.13 / (0.13 + 2.08), rel=1e-3)
    assert at_the_origin({"opening": 0.0}, last_signed=0.0) == pytest.approx(0.0, abs=1e-3)
    made = step("peace_process", {**LAND, "week": 0, "last_signed": 0.0}, PLAIN, {"talks": 0.5})
    assert [cell(made, n, "rebels") for n in ("talks", "opened")] == [1.0, 0.0]  # under way: it does not open


def test_a_process_signs_on_the_way_and_goes_on() -> None:
    week = 1.0 - exp(-1.04 / 52.0)

    def signed(signs: float, kind: float) -> list[float]:
        made = step("peace_process", {**TALKING, "signed": {"rebels": 2.0}}, PLAIN, {"talks": (0.9, 0.9, signs, kind)})
        return [cell(made, n, "rebels") for n in ("partial", "onward", "signed", "talks")]

    assert signed(week - 1e-4, 0.69) == [1.0, 0.0, 3.0, 1.0]
    assert signed(week - 1e-4, 0.71) == [0.0, 1.0, 3.0, 1.0]
    assert signed(week + 1e-4, 0.69) == [0.0, 0.0, 2.0, 1.0]
    silent = step("peace_process", LAND, PLAIN, {"talks": (0.9, 0.9, 0.0, 0.5)})
    assert not silent["signed"].any()  # who does not talk signs nothing


def test_a_process_ends_by_itself_or_for_a_massacre() -> None:
    def ended(ends: float, spoils: float, dead: float) -> tuple[float, float]:
        there = {**TALKING, "massacre": {"plain": dead}}
        made = step("peace_process", there, {**PLAIN, "spoil": 0.2}, {"talks": (0.9, ends, 0.9, 0.5), "spoilers": spoils})
        return cell(made, "talks", "rebels"), cell(made, "over", "rebels")

    assert ended(0.0199, 0.5, 0.0) == (0.0, 1.0)
    assert ended(0.0201, 0.5, 0.0) == (1.0, 0.0)
    assert ended(0.5, 0.099, 50.0) == (0.0, 0.0)  # spoilt: nothing can come of it
    assert ended(0.5, 0.101, 50.0) == (1.0, 0.0)
    fell = step("peace_process", {**TALKING, "government_fallen": 1.0}, PLAIN, {"talks": 1e-9})
    assert not any(fell[n].any() for n in ("talks", "over", "signed"))
    gone = step("peace_process", {**TALKING, "dissolved": {"rebels": 1.0}}, PLAIN, {"talks": 1e-9})
    assert not any(gone[n].any() for n in ("talks", "over", "signed"))


def test_switched_off_nobody_talks() -> None:
    off = dict(mechanism("peace_process").neutral)
    for week in (0, 10):
        made = step("peace_process", {**LAND, "week": week, "last_signed": 1.0}, {**PLAIN, **off}, {"talks": 1e-9})
        assert not any(made[n].any() for n in ("talks", "openings", "signed", "over"))
