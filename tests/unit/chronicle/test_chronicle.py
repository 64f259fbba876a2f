"""Chronicles: what is told, when, how it is merged, and what is said to have brought it about."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from drawdown import chronicle
from drawdown.engine import Replay
from drawdown.incident_rows import Incident
from drawdown.mechanism import Cause, Event, Mechanism, Shown, slots_of
from drawdown.state import Variable

INF = float("inf")


def step(key: Any, state: Any, params: Any) -> Any:
    raise AssertionError("a chronicle replays; it runs no mechanism itself")


def persons(name: str) -> Variable:
    return Variable(name, ("place", "actor"), "persons", "stock", "", 0, INF)


def pressure(name: str, *dims: str) -> Variable:
    return Variable(name, dims, "deaths", "pressure", "", 0, INF)


MECHANISMS = (
    Mechanism(
        "forces", "SETTLE", "", step,
        owns=(persons("deserted"), persons("went_home")),
        events=(
            Event(
                "desertion", "deserted", 100, "{n} of the {actor} left their posts in {place}", because=("fear +",),
                causes=(Cause("withdrawal"),), routine=True,
            ),
            Event("withdrawal", "went_home", 400, "{actor} withdrew {n} troops from {place}",
                  as_cause="after {actor} had withdrawn troops"),
        ),
    ),
    Mechanism(
        "stance", "DECIDE", "", step,
        owns=(Variable("truce", ("actor",), "weeks", "choice", "", 0, INF), Variable("fear", (), "index", "choice", "fear", 0, 1)),
        events=(Event("truce begun", "truce", 0.5, "{actor} suspended its armed actions", once=True),),
    ),
    Mechanism(
        "clashes", "ACT", "", step,
        owns=(pressure("largest", "place", "dyad"),),
        events=(Event("clash", "largest", 20, "{n} were killed in one clash between {side_a} and {side_b} in {place}",
                      worst_of="clashes"),),
    ),
    Mechanism(
        "provocation", "ACT", "", step,
        incidents=(Incident("bombing", "one-sided"),),
        events=(Event("bombing", "dead_civilians", 40, "A bombing by {actor} killed {n} in {place}", "bombing", worst_of="attacks"),),
    ),
)  # fmt: skip


class Teller:
    """An engine that only knows names, and states written by hand."""

    def __init__(self, scenario: Any, weeks: int = 20) -> None:
        self.scenario, self.weeks = scenario, weeks
        self.mechanisms: tuple[Mechanism, ...] = MECHANISMS
        self.labels = {**scenario.labels, "violence": ("state-based", "non-state", "one-sided")}
        self.quantities: dict[str, Variable] = {"deaths": Variable("deaths", ("place", "violence"), "deaths per week", "pressure", "")}

    def plan(self, plan: Any) -> Any:
        return next(p for p in self.scenario.plans if p.id == plan) if isinstance(plan, str) else plan

    def states(self) -> dict[str, np.ndarray[Any, Any]]:
        dims = {"place": 2, "actor": 3, "dyad": 2}
        declared = [*(v for m in MECHANISMS for v in m.owns), *(v for slot in slots_of(MECHANISMS) for v in slot.variables)]
        found = {v.name: np.zeros((self.weeks, *(dims[d] for d in v.dims)), np.float32) for v in declared}
        return {**found, "deaths": np.zeros((self.weeks, 2, 3), np.float32), "order_clock": np.full((self.weeks, 24), -1, np.float32)}


@pytest.fixture
def teller(fake: ModuleType) -> Teller:
    return Teller(fake.scenario())


def narrated(teller: Teller, replay: Replay, plan: str = "stay", **more: Any) -> chronicle.Chronicle:
    return chronicle.narrate(teller, replay, plan, **more)  # type: ignore[arg-type]  # it only needs names


def told(teller: Teller, states: dict[str, Any], plan: str = "stay", **more: Any) -> list[str]:
    return [f"{when} {text}" for when, text in narrated(teller, Replay(plan, 3, states, 0, teller.weeks), plan, **more).sentences]


def test_events_are_dated_and_places_and_weeks_of_a_month_are_joined(teller: Teller) -> None:
    states = teller.states()
    states["deserted"][1, 0, 1] = 120
    states["deserted"][2, 1, 1] = 280
    states["deserted"][3, 1, 1] = 90  # under the threshold
    lines = told(teller, states)
    assert "2007-09-10 400 of the Army left their posts in South and North, in the course of 2 weeks." in lines
    assert sum("left their posts" in line for line in lines) == 1


def test_a_cause_in_the_same_place_by_another_actor_is_named(teller: Teller) -> None:
    states = teller.states()
    states["went_home"][4, 0, 0] = 800
    states["deserted"][6, 0, 1] = 150
    lines = told(teller, states)
    assert "2007-10-01 The Foreign force withdrew 800 troops from North." in lines
    assert any("150 of the Army left their posts in North, after the Foreign force had withdrawn troops." in line for line in lines)
    elsewhere = teller.states()
    elsewhere["went_home"][4, 1, 0] = 800
    elsewhere["deserted"][6, 0, 1] = 150
    assert any(line.endswith("150 of the Army left their posts in North.") for line in told(teller, elsewhere))


def test_army_and_police_are_one_side_and_no_cause_of_each_others_deeds(teller: Teller) -> None:
    """The army does not take a town because the garrison of the police has melted away."""
    police = tuple(replace(a, kind="police") if a.id == teller.labels["actor"][0] else a for a in teller.scenario.actors)
    teller.scenario = replace(teller.scenario, actors=police)
    states = teller.states()
    states["went_home"][4, 0, 0] = 800
    states["deserted"][6, 0, 1] = 150
    assert any(line.endswith("150 of the Army left their posts in North.") for line in told(teller, states))


def test_an_unusual_value_explains_where_nothing_else_does(teller: Teller) -> None:
    states = teller.states()
    states["fear"][:8] = np.array([0.1, 0.12, 0.1, 0.12, 0.1, 0.12, 0.1, 0.9])
    states["deserted"][8, 0, 1] = 150
    assert any("; fear had risen to 0.9." in line for line in told(teller, states))
    states["fear"][:8] = np.array([0.8, 0.82, 0.8, 0.82, 0.8, 0.82, 0.8, 0.1])
    assert not any("fear had" in line for line in told(teller, states))  # it is no lack of fear that makes them leave


def test_what_starts_so_is_no_news_and_flicker_is_told_once(teller: Teller) -> None:
    states = teller.states()
    states["truce"][:, 2] = 5
    states["truce"][3:5, 2] = 0
    assert not any("suspended" in line for line in told(teller, states))
    states["truce"][:] = 0
    states["truce"][4, 2] = states["truce"][6, 2] = states["truce"][8, 2] = 3
    assert [line for line in told(teller, states) if "suspended" in line] == ["2007-10-01 The Militia suspended its armed actions."]


def test_the_worst_attack_stands_for_those_of_its_month(teller: Teller) -> None:
    states = teller.states()
    states["largest"][0, 0, 1], states["largest"][1, 1, 1] = 25, 61
    bombing = "provocation/bombing/one-sided/largest"
    states[f"{bombing}/dead_civilians"][2, 1], states[f"{bombing}/side_a"][2, 1] = 55, 2
    lines = told(teller, states)
    clash = "2007-09-10 61 were killed in one clash between the Army and the Militia in South"
    assert f"{clash}, the worst of 2 such clashes that month (the other in North)." in lines
    assert "2007-09-17 A bombing by the Militia killed 55 in South." in lines


def test_what_goes_on_is_told_again_only_when_it_changes(teller: Teller) -> None:
    states = teller.states()
    for week, number in ((1, 150), (6, 160), (10, 170), (14, 900)):
        states["deserted"][week, 0, 1] = number
    lines = [line for line in told(teller, states) if "left their posts" in line]
    assert [line.split()[1] for line in lines] == ["150", "900"]


def test_who_leads_is_told_by_political_name(teller: Teller) -> None:
    """Issue 7, D8: an army that leads stands for the government or the party that the scenario names."""
    leads = Event("leads", "lead", 0.5, "{actor} had become the leading force among the {community}", once=True, political=True)
    lead = Variable("lead", ("community", "actor"), "share", "stock", "", 0, 1)
    teller.mechanisms = (*MECHANISMS, Mechanism("bargaining", "SETTLE", "", step, owns=(lead,), events=(leads,)))
    states = teller.states() | {"lead": np.zeros((20, 2, 3), np.float32)}
    states["lead"][3:, 0, 1] = 0.7
    states["deserted"][3, 0, 1] = 150
    lines = told(teller, states)
    assert "2007-09-24 The government had become the leading force among the Shia." in lines
    assert any("150 of the Army left their posts" in line for line in lines)  # those who fight keep their own name
    actors = tuple(replace(a, political_name="the ruling party") if a.id == "army" else a for a in teller.scenario.actors)
    teller.scenario = replace(teller.scenario, actors=actors)
    assert "2007-09-24 The ruling party had become the leading force among the Shia." in told(teller, states)


def with_events(teller: Teller, *events: Event) -> dict[str, np.ndarray[Any, Any]]:
    """States of a teller who also knows of rule over places, and of these events."""
    rule, town = (Variable(name, ("place", "actor"), "share", "stock", "", 0, 1) for name in ("rule", "town"))
    teller.mechanisms = (*MECHANISMS, Mechanism("control", "SETTLE", "", step, owns=(rule, town), events=events))
    return teller.states() | {name: np.zeros((teller.weeks, 2, 3), np.float32) for name in ("rule", "town")}


RULES = Event("rules", "rule", 0.5, "{actor} came to rule most of {place}", once=True, lasting=4, told_by=("fell",))
FELL = Event(
    "fell", "town", 0.5, "{place} fell to {actor}", causes=(Cause("seized", own=True),),
    again="{place} changed hands {times} times and was left to {actor}",
)  # fmt: skip
SEIZED = Event(
    "seized", "rule", 0.2, "{actor} took over posts in {place}", routine=True, as_own="after the seizure of posts", told_by=("fell",)
)


def test_what_does_not_last_is_no_news(teller: Teller) -> None:
    states = with_events(teller, RULES)
    states["rule"][2:5, 0, 1] = 0.9  # three weeks
    assert not any("rule most" in line for line in told(teller, states))
    states["rule"][17:, 1, 2] = 0.9  # to the end of the future
    assert [line for line in told(teller, states) if "rule most" in line] == ["2007-12-31 The Militia came to rule most of South."]


def test_the_fall_of_a_town_tells_of_the_rule_and_the_posts_that_go_with_it(teller: Teller) -> None:
    states = with_events(teller, RULES, FELL, SEIZED)
    states["rule"][4:8, 0, 2], states["town"][5, 0, 2] = 0.9, 1.0
    states["rule"][4:8, 0, 1] = 0.3
    lines = [line for line in told(teller, states) if "killed" not in line]
    # The same actor's posts and rule go without saying; the army's posts are another matter.
    assert lines == [
        "2007-10-01 The Army took over posts in North, in the course of 3 weeks.",
        "2007-10-08 North fell to the Militia, after the seizure of posts.",
    ]


def test_what_passes_from_police_to_army_stays_with_the_government(teller: Teller) -> None:
    """Both together rule from first to last; what a militia takes of them is told as lost by whoever had more."""
    lost = Event("lost", "rule", 0.5, "{actor} no longer ruled most of {place}", once=True, falling=True, lasting=4, one_side=True)
    states = with_events(teller, replace(RULES, one_side=True), lost)
    teller.scenario = replace(
        teller.scenario, actors=tuple(replace(a, kind="police") if k == 0 else a for k, a in enumerate(teller.scenario.actors))
    )
    states["rule"][:, 0, 0], states["rule"][:, 0, 1] = np.linspace(0.8, 0.1, teller.weeks), np.linspace(0.1, 0.8, teller.weeks)
    assert not [line for line in told(teller, states) if "rule" in line]
    states["rule"][12:, 0, :2], states["rule"][12:, 0, 2] = 0.05, 0.9
    assert {line.split(" ", 1)[1] for line in told(teller, states) if "rule" in line} == {
        "The Army no longer ruled most of North.", "The Militia came to rule most of North.",
    }  # fmt: skip


def test_the_fall_of_a_town_tells_who_lost_it(teller: Teller) -> None:
    lost = Event("lost", "rule", 0.5, "{actor} no longer ruled most of {place}", once=True, falling=True, told_by=("fell",))
    states = with_events(teller, FELL, lost)
    states["rule"][:6, :, 1], states["town"][5, 0, 2] = 0.9, 1.0
    assert [line for line in told(teller, states) if "ruled" in line] == ["2007-10-15 The Army no longer ruled most of South."]


def test_a_town_that_goes_to_and_fro_is_told_where_it_began_and_where_it_ended(teller: Teller) -> None:
    states = with_events(teller, FELL)
    for week, actor in ((1, 1), (3, 2), (6, 1), (8, 2)):
        states["town"][week, 1, actor] = 1.0
    states["town"][9, 0, 1] = 1.0
    lines = [line for line in told(teller, states) if "fell to" in line or "hands" in line]
    assert lines == [
        "2007-09-10 South fell to the Army.",
        "2007-10-29 South changed hands 4 times and was left to the Militia.",
        "2007-11-05 North fell to the Army.",
    ]


def test_what_is_told_aside_is_told_as_a_cause_alone(teller: Teller) -> None:
    states = with_events(teller, FELL, replace(SEIZED, aside=True, told_by=()))
    states["rule"][4, :, 2] = 0.3
    states["town"][6, 0, 2] = 1.0
    lines = told(teller, states)
    assert "2007-10-15 North fell to the Militia, after the seizure of posts." in lines
    assert not any("took over posts" in line for line in lines)


def test_the_worst_attack_of_a_month_stands_for_those_of_others_and_the_next_month_needs_a_worse(teller: Teller) -> None:
    states = teller.states()
    bombing = "provocation/bombing/one-sided/largest"
    for week, place, dead, by in ((1, 0, 60, 1), (2, 1, 80, 2), (6, 0, 90, 1), (11, 0, 130, 2)):
        states[f"{bombing}/dead_civilians"][week, place], states[f"{bombing}/side_a"][week, place] = dead, by
    lines = [line for line in told(teller, states) if "bombing" in line]
    assert lines == [
        "2007-09-17 A bombing by the Militia killed 80 in South, the worst of 2 such attacks that month (the other in North).",
        "2007-11-19 A bombing by the Militia killed 130 in North.",
    ]


def test_months_in_which_nothing_is_told_are_one(teller: Teller) -> None:
    states = teller.states()
    states["deserted"][0, 0, 1] = 500
    states["deaths"][5:15, 0, 0] = 10
    found = narrated(teller, Replay("stay", 3, states, 0, 20))
    assert [month.title for month in found.months] == ["September 2007", "October 2007 to January 2008"]
    assert found.sentences[-1] == (
        date(2008, 1, 31), "Recorded deaths: 100; 100 in fighting with state or foreign forces. Most in North (100)."
    )  # fmt: skip


def test_sentences_of_the_mechanisms_fit_names_of_one_and_of_many() -> None:
    """'Awakening groups pressed its offensive': no verb or pronoun of one alone follows a name."""
    from drawdown.mechanism import shipped

    said = [text for m in shipped() for e in m.events for text in (e.sentence, e.as_cause, e.as_own, e.again)]
    faults = [
        text for text in said if re.search(r"\{(actor|side_a|side_b|target)\}(?!'s).*\b(its?|was|has|is|their|they|were|are|have)\b", text)
    ]
    allowed = [text for text in faults if re.search(r"\{place\} changed hands|what had been signed|that had signed it", text)]
    assert [text for text in faults if text not in allowed] == []


def test_orders_and_deaths_are_told(teller: Teller) -> None:
    states = teller.states()
    states["order_clock"][2:, 0] = np.arange(18)
    states["deaths"][0, 0], states["deaths"][5, 1] = [100, 0, 34], [0, 7, 0]
    lines = told(teller, states, plan="leave")
    assert "2007-09-17 By plan: All leave." in lines
    assert (
        "2007-09-30 Recorded deaths: 130; 100 in fighting with state or foreign forces, 34 in attacks on civilians. Most in North (130)."
        in lines
    )
    assert "2008-01-31 Recorded deaths: 7; 7 in fighting among armed groups. Most in South (7)." in lines
    assert any("Nobody is known to have been killed." in line for line in told(teller, teller.states()))


def test_a_quotation_is_put_into_words(fake: ModuleType) -> None:
    from dataclasses import replace

    scenario = fake.scenario()
    order = scenario.plans[1].orders[0]
    assert chronicle.order_said(scenario, order) == "All leave"
    quoted = replace(order, sentence="'everyone out' (page 1)")
    assert chronicle.order_said(scenario, quoted) == "departure of the Foreign force from North for home ('everyone out' (page 1))"


def test_it_can_begin_later_and_says_how_a_future_ended(teller: Teller) -> None:
    states = teller.states()
    states["deserted"][1, 0, 1] = states["deserted"][6, 0, 1] = 500
    replay = Replay("stay", 3, states, 1, 12)
    late = narrated(teller, replay, since=5)
    assert late.months[0].first == date(2007, 10, 1)
    assert late.months[-1].first == date(2007, 11, 1)
    assert "ended early, in week 12" in late.text()


def test_a_month_that_overflows_says_so(teller: Teller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chronicle, "MOST_A_MONTH", 2)
    states = teller.states()
    states["deserted"][0, 0, :] = [500, 1000, 2000]
    found = narrated(teller, Replay("stay", 3, states, 0, 20))
    assert len(found.months[0].entries) == 2
    assert found.months[0].left_out == 1
    assert "(1 lesser event not told)" in found.text()


def test_two_paths_are_compared_from_where_they_part(teller: Teller) -> None:
    a, b = teller.states(), teller.states()
    b["deaths"][7:, 0, 0] = 10
    b["deserted"][8, 0, 1] = 300
    tellings = []
    for states in (a, b):
        replay = Replay("stay", 3, states, 0, 20)
        tellings.append((narrated(teller, replay, since=5), replay))
    apart = chronicle.parting(teller, tellings[0], tellings[1], since=5)  # type: ignore[arg-type]  # it only needs names
    assert apart.first_difference == date(2007, 10, 22)
    assert (len(apart.only_a), len(apart.only_b)) == (0, 1)
    assert apart.numbers[0] == ("recorded deaths in all", 0.0, 130.0)


@pytest.mark.parametrize(("value", "said"), [(3.4, "3"), (99, "99"), (123, "120"), (1284, "1,300"), (45_678, "46,000")])
def test_numbers_are_rounded_as_a_chronicle_would(value: float, said: str) -> None:
    assert chronicle.counted(value) == said


def test_ablation_pairs_futures_and_uses_what_a_mechanism_shows(fake: ModuleType) -> None:
    from drawdown.ablation import ablate

    class Switchable(fake.FakeEngine):  # type: ignore[misc, name-defined]  # a module loaded by path
        def __init__(self) -> None:
            super().__init__()
            self.mechanisms = (
                SimpleNamespace(name="leaving", neutral={"x": 0.0}, owns=(), shows=(Shown("deaths", -1),)),
                SimpleNamespace(name="idle", neutral={"x": 0.0}, owns=(SimpleNamespace(name="capability"),), shows=()),
                SimpleNamespace(name="fixed", neutral={}, owns=(), shows=()),
            )

        def without(self, name: str) -> Any:
            twin = type(self)()
            twin.off = name
            return twin

        def one(self, plan: str, seed: int, future: int) -> Any:
            return super().one("stay" if getattr(self, "off", "") == "leaving" else plan, seed, future)

    found = {e.mechanism: e for e in ablate(Switchable(), "leave", seed=1, futures=40)}
    assert set(found) == {"leaving", "idle"}
    leaving = found["leaving"]
    assert (leaving.quantity, leaving.expected) == ("deaths (sum)", -1)
    # Six cells of five deaths a week, of which leaving saves a fifth.
    assert leaving.effect == pytest.approx(-6, abs=5 * leaving.error)
    assert leaving.errors < -5
    assert found["idle"].effect == 0
    assert found["idle"].errors == 0
