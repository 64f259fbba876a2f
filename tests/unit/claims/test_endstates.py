"""End states by hand: two communities, two places, a guest, an army and two armed groups, sixty weeks."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from drawdown.claims.endstates import EndState, codes, decode, end_state, label, regimes
from drawdown.claims.terms import Futures
from drawdown.vocabulary.state_forms import STATE_FORMS
from drawdown.vocabulary.who_rules import FALLEN, FOREIGNERS, GOVERNMENTS, WARS

WEEKS = 60
ACTORS = ("guest", "army", "militia", "rebels")
CAPITAL, NORTH = 0, 1
GOVERNED = [[0.2, 0.5, 0.1, 0.0], [0.0, 0.6, 0.1, 0.1]]  # share of residents by [place, actor]


def state(week: int = WEEKS - 1, reached: int = WEEKS, **series: np.ndarray) -> EndState:
    """Of one future in which nothing happens but what is given, [week, *dims]."""
    usual = {
        "autonomy": np.zeros((WEEKS, 2)),
        "residents": np.tile([[300.0, 200.0], [0.0, 200.0]], (WEEKS, 1, 1)),
        "lead": np.zeros((WEEKS, 2, 4)),
        "deaths": np.zeros((WEEKS, 2, 3)),
        "force": np.zeros((WEEKS, 2, 4)),
        "control": np.tile(GOVERNED, (WEEKS, 1, 1)),
    }
    filled = {n: np.asarray(v, np.float32)[..., None] for n, v in {**usual, **series}.items()}
    labels = {"actor": ACTORS, "place": ("capital", "north"), "dyad": ("army--militia", "militia--rebels", "guest--army")}
    kinds = {"guest": "foreign", "army": "army", "militia": "militia", "rebels": "insurgent"}
    return end_state(Futures(filled, {}, {}, labels, kinds, date(2007, 9, 3), np.array([reached]), WEEKS, ("capital",)), week)


def weekly(place: int, value: float, *shape: int) -> np.ndarray:
    """Nothing but `value` in the week `place`, all in one cell."""
    made = np.zeros((WEEKS, *shape))
    made[place].flat[0] = value
    return made


def ruled(capital: list[float], north: list[float]) -> np.ndarray:
    """The same shares in every week."""
    return np.tile([capital, north], (WEEKS, 1, 1))


def rule(found: EndState) -> str:
    """What has become of the government, and whom it has fallen to."""
    ruler = ACTORS[found.ruler[0]] if found.ruler[0] >= 0 else "nobody"
    return f"{GOVERNMENTS[found.government[0]]}{f' to {ruler}' if found.government[0] == FALLEN else ''}"


@pytest.mark.parametrize(("week", "war"), [(59, "war"), (8, "war"), (7, "no war")])
def test_a_war_has_a_thousand_deaths_in_the_last_fifty_two_weeks(week: int, war: str) -> None:
    """At the end of the sixtieth week these are the ninth to the sixtieth."""
    assert WARS[state(deaths=weekly(week, 1000.0, 2, 3)).war[0]] == war


@pytest.mark.parametrize(("deaths", "war"), [(24, "no war"), (25, "low war"), (999, "low war"), (1000, "war")])
def test_a_low_war_has_twenty_five(deaths: float, war: str) -> None:
    """One word stood for 24 deaths and for 999."""
    assert WARS[state(deaths=weekly(30, deaths, 2, 3)).war[0]] == war


def test_a_year_that_is_not_full_is_scaled_up() -> None:
    assert WARS[state(week=25, deaths=weekly(3, 500.0, 2, 3)).war[0]] == "war"
    assert WARS[state(week=25, deaths=weekly(3, 499.0, 2, 3)).war[0]] == "low war"


@pytest.mark.parametrize(("level", "form"), [(0.29, 0), (0.3, 1), (0.59, 1), (0.6, 2), (0.84, 2), (0.85, 3)])
def test_the_form_is_that_of_the_most_self_ruled_community(level: float, form: int) -> None:
    found = state(autonomy=np.tile([0.1, level], (WEEKS, 1)))
    assert STATE_FORMS[found.form[0]] == STATE_FORMS[form]
    assert found.self_rule[0] == (2 if level >= 0.3 else 0)


def test_the_leader_is_that_of_the_largest_community() -> None:
    """The second has 400 of 700 residents, most of them where the first is not."""
    lead = np.zeros((WEEKS, 2, 4))
    lead[:, 0] = [0.1, 0.8, 0.1, 0.0]
    lead[:, 1] = [0.1, 0.3, 0.6, 0.0]
    assert state(lead=lead).leader[0] == 2
    assert state().leader[0] == -1


# Who rules


def test_a_government_stands_with_those_who_hold_ground_in_its_name() -> None:
    """Its own men rule less of the capital than the militia does; with the guests they rule more."""
    assert rule(state()) == "stands"
    assert rule(state(control=ruled([0.3, 0.2, 0.4, 0.0], [0.0, 0.6, 0.1, 0.1]))) == "stands"
    assert rule(state(control=ruled([0.0, 0.2, 0.4, 0.0], [0.0, 0.6, 0.1, 0.1]))) == "divided rule"


@pytest.mark.parametrize(
    ("capital", "found"),
    [
        ([0.05, 0.04, 0.5, 0.3], "fallen to militia"),
        ([0.0, 0.0, 0.3, 0.5], "fallen to rebels"),
        ([0.05, 0.04, 0.05, 0.05], "fallen to nobody"),
        ([0.05, 0.05, 0.5, 0.3], "divided rule"),
    ],
)
def test_it_has_fallen_where_it_does_not_rule_a_tenth_of_the_capital(capital: list[float], found: str) -> None:
    """Whatever it rules elsewhere; to whoever rules most of the capital, if anybody rules a tenth of it."""
    assert rule(state(control=ruled(capital, [0.0, 0.9, 0.0, 0.0]))) == found


def test_rule_is_divided_where_the_country_is_not_its_own() -> None:
    """It holds the capital; groups together rule more of all residents."""
    assert rule(state(control=ruled([0.1, 0.4, 0.4, 0.0], [0.0, 0.0, 0.3, 0.5]))) == "divided rule"


def test_a_fall_that_the_run_records_is_one() -> None:
    fell, heir = np.ones(WEEKS), np.tile([0.0, 0.0, 0.0, 1.0], (WEEKS, 1))
    lost = ruled([0.1, 0.1, 0.4, 0.1], [0.0, 0.9, 0.0, 0.0])
    assert rule(state(control=lost)) == "divided rule"
    assert rule(state(control=lost, government_fallen=fell)) == "fallen to militia", "who rules most of the capital beside its own side"
    assert rule(state(control=lost, government_fallen=fell, fallen_to=heir)) == "fallen to rebels", (
        "whom it fell to, where that is recorded"
    )
    assert rule(state(control=lost, government_fallen=0 * fell, fallen_to=heir)) == "divided rule"


def test_a_government_that_nobody_serves_stands_while_guests_hold_its_capital() -> None:
    """Read in the second country: a recorded collapse under a garrison that stayed was called a fall to those who held a fifth."""
    guarded = ruled([0.6, 0.0, 0.2, 0.0], [0.3, 0.3, 0.1, 0.1])
    assert rule(state(control=guarded, government_fallen=np.ones(WEEKS))) == "stands"


@pytest.mark.parametrize(("pair", "found"), [(0, "shares power"), (1, "stands"), (2, "stands")])
def test_power_is_shared_under_a_settlement_of_the_government_with_an_armed_group(pair: int, found: str) -> None:
    """Not of two armed groups, nor of the government with its guests."""
    assert rule(state(settled=np.tile(np.eye(3)[pair], (WEEKS, 1)))) == found


def test_a_settlement_does_not_hide_a_fall() -> None:
    lost = ruled([0.0, 0.0, 0.8, 0.0], [0.0, 0.9, 0.0, 0.0])
    assert rule(state(settled=np.tile([1.0, 0.0, 0.0], (WEEKS, 1)), control=lost)) == "fallen to militia"


# Foreign forces


def present(*persons: float) -> np.ndarray:
    """The guest's force in the north, one number for ten weeks each, the last for the rest."""
    force = np.zeros((WEEKS, 2, 4))
    for k, n in enumerate(persons):
        force[10 * k :, NORTH, 0] = n
    return force


def test_foreign_presence_is_a_thousand_persons_anywhere() -> None:
    force = np.zeros((WEEKS, 2, 4))
    force[:, :, 0] = [600.0, 400.0]
    assert FOREIGNERS[state(force=force).foreign[0]] == "there"
    assert FOREIGNERS[state(force=0.99 * force).foreign[0]] == "gone"
    assert FOREIGNERS[state(force=force[:, :, ::-1]).foreign[0]] == "gone"


def test_foreigners_are_back_who_had_gone_for_weeks() -> None:
    assert FOREIGNERS[state(force=present(5000, 0, 5000)).foreign[0]] == "back"
    assert FOREIGNERS[state(force=present(5000, 0, 5000), week=15).foreign[0]] == "gone"
    assert FOREIGNERS[state(force=present(5000, 0, 5000, 0)).foreign[0]] == "gone", "and left again"
    assert FOREIGNERS[state(force=present(0, 5000)).foreign[0]] == "there", "who was never there does not come back"
    short = present(5000)
    short[10:13] = 0
    assert FOREIGNERS[state(force=short).foreign[0]] == "there", "three weeks are a rotation"


def test_a_future_that_ended_has_no_end_state() -> None:
    assert state(week=30, reached=31).known[0]
    assert not state(week=31, reached=31).known[0]


# Codes


def test_every_code_has_its_label_and_the_presence_stands_last() -> None:
    lost = ruled([0.0, 0.0, 0.1, 0.8], [0.0, 0.9, 0.0, 0.0])
    found = [state(control=lost, force=present(*f), deaths=weekly(30, d, 2, 3)) for f in ((0.0,), (5e3,), (5e3, 0.0, 5e3)) for d in (0, 30)]
    found.append(state())
    made = [int(codes(s, len(ACTORS))[0]) for s in found]
    assert len(set(made)) == len(made)
    labels = [decode(code, ACTORS) for code in made]
    assert labels[1] == "unitary, led by nobody, government fallen to rebels, low war, foreign forces gone"
    assert labels[-1] == "unitary, led by nobody, government stands, no war, foreign forces gone"
    assert len(set(labels)) == len(labels)
    assert len(set(regimes(np.array(made)))) == 3
    assert decode(-1, ACTORS) == "ended early"
    assert regimes(np.array([-1]))[0] == -1


def test_every_state_comes_back_from_its_code() -> None:
    shape = (len(STATE_FORMS), len(ACTORS) + 1, len(GOVERNMENTS), len(ACTORS) + 1, len(WARS), len(FOREIGNERS))
    grid = [g.ravel() for g in np.meshgrid(*(np.arange(n) for n in shape), indexing="ij")]
    form, leader, government, ruler, war, foreign = (g.astype(np.int16) for g in grid)
    keep = (government == FALLEN) | (ruler == 0)  # a ruler is said only of a fall
    parts = [g[keep] for g in (form, leader - 1, government, ruler - 1, war, foreign)]
    known = np.ones(keep.sum(), bool)
    made = codes(EndState(0, parts[0].astype(np.int8), known.astype(np.int32), parts[1], parts[2].astype(np.int8), parts[3],
                          parts[4].astype(np.int8), parts[5].astype(np.int8), known), len(ACTORS))  # fmt: skip
    assert len(set(made.tolist())) == len(made)
    told = [decode(int(code), ACTORS) for code in made]
    assert told == [label((f, led, g, r, w, a), ACTORS) for f, led, g, r, w, a in zip(*(p.tolist() for p in parts), strict=True)]
