"""Rows of world data to a small scenario: what fills the slots, what is padding, and that nothing dated later is used."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from drawdown import countries
from drawdown.cli import main
from drawdown.countries import slots
from drawdown.countries.violence import law_for
from drawdown.countries.world_data import Capital, CountryError, WorldData
from drawdown.scenario.check import check
from drawdown.scenario.model import Scenario
from drawdown.world import structure_of
from tests import small_world

ORIGIN = date.fromisoformat(small_world.ORIGIN)


def with_capital(data: WorldData) -> WorldData:
    """The invented country is governed from unit 1."""
    return replace(data, capitals=(*data.capitals, Capital("WAR", "Seat", 1.5, 0.5, None)))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_world.write(tmp_path_factory.mktemp("world") / "world")


@pytest.fixture(scope="module")
def invented(folder: Path) -> WorldData:
    return with_capital(countries.read(folder))


@pytest.fixture(scope="module")
def small(invented: WorldData) -> countries.Small:
    return countries.small_scenario(invented, "WAR", ORIGIN)


def best(scenario: Scenario, variable: str, *cell: str) -> float:
    """A number of a table; nothing where the cell is not written."""
    number = scenario.tables.get(variable, {}).get(cell)
    return number.distribution.best if number is not None else 0.0


def test_slots_are_filled_by_those_who_are_there(small: countries.Small) -> None:
    names = {actor.id: actor.name for actor in small.scenario.actors}
    assert names["rebels-1"] == "Hill Front"
    assert names["rebels-2"] == "River Front"
    assert names["militia"] == "Valley Guards"
    assert names["foreign-1"] == "UNWAR"
    assert small.rebels == ("rebels-1", "rebels-2")
    assert small.foreign == ("foreign-1",)
    assert small.scenario.places[0].name == "Unit 1"
    assert {place.name for place in small.scenario.places[1:5]} == {"Unit 2", "Unit 3", "Unit 4", "Unit 5"}
    assert [c.name for c in small.scenario.communities][:2] == ["Plain", "Hill"]


def test_the_seat_of_government_is_the_capital_and_not_where_most_people_live(small: countries.Small) -> None:
    """Once the rest of the country was taken for its capital, and governments fell that had not lost it."""
    most = max(slots.PLACES, key=lambda place: best(small.scenario, "population", place))
    assert most != "capital"
    assert small.scenario.seat == ("capital",)


def test_numbers_come_from_the_rows(small: countries.Small) -> None:
    scenario = small.scenario
    assert best(scenario, "strength", "army") == 40_000
    assert best(scenario, "strength", "rebels-1") == 4_000
    assert scenario.tables["strength"]["rebels-1",].grade == "C"
    unknown = scenario.tables["strength"]["rebels-2",]
    assert unknown.grade == "D"
    assert unknown.distribution.low is not None
    assert unknown.distribution.low < unknown.distribution.best / 5  # nobody counted it: the range of its class
    assert best(scenario, "constituency", "group-2", "rebels-1") > 0.5  # it recruits from the smaller people
    assert best(scenario, "control_at_origin", small.scenario.places[1].id, "rebels-1") > 0.2  # it holds territory where it fights
    beside = next(place.id for place in scenario.places if place.name == "Unit 2")
    assert best(scenario, "adjacency", "capital", beside) == 90
    assert sum(best(scenario, "population", place) for place in slots.PLACES) == pytest.approx(6e6, rel=1e-4)
    assert small.recorded.total[-3:].tolist() == [55 + 10 * k for k in (0, 1, 2)]


def test_a_peace_process_that_is_under_way_is_told(small: countries.Small, invented: WorldData) -> None:
    """Who had signed weeks before was a stranger to peace; how long they fought, and that a mission stood there, nobody told."""
    at = {slot: best(small.scenario, "last_signed", slot) for slot in slots.REBELS}
    assert at == {
        "rebels-1": pytest.approx(6.0),
        "rebels-2": pytest.approx(6.0),
        "rebels-3": 0.0,
    }  # 20 November, both; the third is padding
    before = countries.small_scenario(invented, "WAR", date(2000, 11, 1)).scenario
    known = {before.actors[2 + k].name: before.tables.get("last_signed", {}).get((slot,)) for k, slot in enumerate(slots.REBELS[:2])}
    assert known["Hill Front"] is None
    assert known["River Front"] is not None
    assert best(small.scenario, "fought_for", "rebels-1") == 156
    assert best(small.scenario, "guarantees", "foreign-1") == 1.0


def test_who_fights_others_now_may_talk_to_the_state_still(tmp_path: Path) -> None:
    """The strongest faction of a war among factions had fought the state once and signed every year; it was taken for a stranger."""
    rows = small_world.tables()
    once = {**rows["dyad_year.csv"][0], "dyad_id": 9, "side_b": "Valley Guards", "year": 1990}
    rows["dyad_year.csv"] = [once, *rows["dyad_year.csv"]]
    rows["peace_agreements.csv"] = [*rows["peace_agreements.csv"], {"iso3": "WAR", "dyad_id": "9", "pa_date": "2000-12-25", "pa_type": 2}]
    made = countries.small_scenario(with_capital(countries.read(small_world.write(tmp_path / "world", rows))), "WAR", ORIGIN)
    assert best(made.scenario, "last_signed", "militia") == pytest.approx(1.0)
    assert best(made.scenario, "fought_for", "militia") == 0.0  # not written: it does not fight the state


def test_who_has_settled_everything_is_no_longer_in_a_process(tmp_path: Path) -> None:
    """A war that a full agreement had ended three weeks before was given another agreement within the year in three futures of four."""
    rows = small_world.tables()
    rows["peace_agreements.csv"] = [*rows["peace_agreements.csv"], {"iso3": "WAR", "dyad_id": "1", "pa_date": "2000-12-10", "pa_type": 1}]
    made = countries.small_scenario(with_capital(countries.read(small_world.write(tmp_path / "world", rows))), "WAR", ORIGIN)
    assert best(made.scenario, "last_signed", "rebels-1") == 0.0  # not written
    assert best(made.scenario, "last_signed", "rebels-2") == pytest.approx(6.0)


def test_a_year_of_peace_begins_another_war(tmp_path: Path) -> None:
    rows = small_world.tables()
    first = rows["dyad_year.csv"][0]
    rows["dyad_year.csv"] = [{**first, "year": year} for year in (1990, 1998, 1999, 2000)]
    made = countries.small_scenario(with_capital(countries.read(small_world.write(tmp_path / "world", rows))), "WAR", ORIGIN)
    assert best(made.scenario, "fought_for", "rebels-1") == 156


def test_fighting_among_groups_has_two_of_them_where_nobody_fights_the_state(tmp_path: Path) -> None:
    """A country of feuds had one militia and no pair, so its recorded deaths could not happen."""
    rows = small_world.tables()
    rows["dyad_year.csv"] = [row for row in rows["dyad_year.csv"] if row["iso3"] != "WAR"] or [{**rows["dyad_year.csv"][0], "iso3": "XXX"}]
    rows["country_month.parquet"] = [{**row, "sb": 0} for row in rows["country_month.parquet"]]
    fought = [event for event in small_world.events() if event["type_of_violence"] == 2]
    feud = countries.small_scenario(with_capital(countries.read(small_world.write(tmp_path / "world", rows, fought))), "WAR", ORIGIN)
    assert {a.name for a in feud.scenario.actors if a.id in ("militia", "rebels-1")} == {"Hill Front", "Valley Guards"}
    assert feud.rebels == ()
    assert best(feud.scenario, "hostility", "rebels-1--militia") >= 0.3
    assert best(feud.scenario, "hostility", "army--rebels-1") <= 0.2


def test_padding_holds_nobody(invented: WorldData) -> None:
    calm = countries.small_scenario(invented, "CLM", ORIGIN)
    assert calm.rebels == ()
    assert calm.foreign == ()
    for actor in (*slots.REBELS, slots.MILITIA, *slots.FOREIGN):
        assert best(calm.scenario, "strength", actor) == 0
        assert actor != slots.MILITIA or not [cell for cell in calm.scenario.tables["deployment"] if cell[1] == actor]
    assert [p for p in slots.PLACES if best(calm.scenario, "population", p) > 0] == ["capital", "rest"]


def test_a_mission_and_an_army_may_come_where_nobody_is_and_an_army_where_a_mission_stands(
    invented: WorldData, small: countries.Small, tmp_path: Path
) -> None:
    """Empty slots were padding, with no readiness to fight: no force ever came, and no mission was taken for one."""
    calm = countries.small_scenario(invented, "CLM", ORIGIN).scenario
    assert (best(calm, "may_come", "foreign-1"), best(calm, "guarantees", "foreign-1")) == (4000.0, 1.0)
    assert (best(calm, "may_come", "foreign-2"), best(calm, "guarantees", "foreign-2")) == (5000.0, 0.0)
    assert (best(small.scenario, "may_come", "foreign-1"), best(small.scenario, "guarantees", "foreign-1")) == (0.0, 1.0)
    assert (best(small.scenario, "may_come", "foreign-2"), best(small.scenario, "guarantees", "foreign-2")) == (5000.0, 0.0)
    assert best(small.scenario, "hostility", "foreign-2--rebels-1") == 0.6
    assert small.scenario.tables["leader_turnover"]["sender-2",].distribution.best == 0.0  # nobody is told that a leader of nobody fell
    assert sum(n.distribution.best for (_, a), n in small.scenario.tables["deployment"].items() if a == "foreign-2") == pytest.approx(1.0)
    assert small.scenario.parameters["intervention.accord_at_origin"].distribution.best == pytest.approx(math.exp(-42 / 365), rel=1e-3)
    assert (small.foreign, small.counted) == (("foreign-1",), ("foreign-1",))


def test_a_mission_that_went_long_ago_or_has_two_names_takes_no_slot(tmp_path: Path) -> None:
    """Records of 400 days back counted as there, and one mission in two sources as two."""
    rows = small_world.tables()
    of = rows["foreign_troops.csv"][0]
    rows["foreign_troops.csv"] += [
        {**of, "mission": "UNWAR II", "persons": 2400},
        {**of, "mission": "Old Guard", "period": "2000-06", "persons": 9000},
        {**of, "mission": "Coalition", "period": "2000", "kind": "troops", "persons": 700},
        {**of, "period": "2000", "kind": "troops", "persons": 2600, "source": "of the year"},  # what months tell of it is not lost
    ]
    found = countries.small_scenario(with_capital(countries.read(small_world.write(tmp_path / "world", rows))), "WAR", ORIGIN)
    names = {actor.id: actor.name for actor in found.scenario.actors}
    assert (names["foreign-1"], names["foreign-2"]) == ("UNWAR", "Coalition")
    assert found.counted == ("foreign-1",)
    assert best(found.scenario, "guarantees", "foreign-2") == 0.0


def test_all_countries_have_one_structure(invented: WorldData, small: countries.Small) -> None:
    calm = countries.small_scenario(invented, "CLM", ORIGIN)
    assert structure_of(calm.scenario) == structure_of(small.scenario)


@pytest.mark.parametrize(
    ("file", "row"),
    [
        ("country_month.parquet", {"country": "Warland", "iso3": "WAR", "month": "2001-01", "sb": 9000, "ns": 900, "os": 900}),
        ("dyads.csv", {"dyad_id": 1, "iso3": "WAR", "side_b": "Hill Front", "startdate": "2001-02-01", "rebestimate": 90000.0}),
        ("dyad_year.csv", {"dyad_id": 3, "iso3": "WAR", "side_b": "New Front", "incompatibility": 1, "year": 2001, "type": "internal"}),
        ("external_support.csv", {"year": 2001, "iso3": "WAR", "receiver": "River Front", "support": 1, "supporter": "Other"}),
        ("foreign_troops.csv", {"iso3": "WAR", "sender": "UN", "mission": "UNNEW", "period": "2001-12", "persons": 9000, "source": "x"}),
        ("peace_agreements.csv", {"iso3": "WAR", "dyad_id": "1", "pa_date": "2001-01-01", "pa_type": 2}),
        ("groups.csv", {"iso3": "WAR", "from": 2001, "to": 2005, "group": "Coast", "size": 0.9, "status": "DOMINANT"}),
        ("country_year.csv", {"country": "W", "iso3": "WAR", "year": 2001, "population": 9e7, "cow_military_personnel_thousand": 900.0}),
        ("dyad_ethnic_groups.csv", {"new_dyad_id": 2, "iso3": "WAR", "sideb": "River Front", "group": "Hill", "from": 2001, "claim": 1}),
    ],
)  # fmt: skip
def test_a_row_dated_after_the_origin_changes_nothing(tmp_path: Path, small: countries.Small, file: str, row: dict[str, object]) -> None:
    rows = small_world.tables()
    rows[file] = [*rows[file], row]
    later = with_capital(countries.read(small_world.write(tmp_path / "world", rows)))
    assert countries.small_scenario(later, "WAR", ORIGIN).scenario.digest == small.scenario.digest
    if file != "dyad_ethnic_groups.csv":  # the row counts once it is known: the test would see it
        seen = countries.small_scenario(later, "WAR", date(2002, 1, 1))
        bare = countries.small_scenario(with_capital(countries.read(small_world.write(tmp_path / "bare"))), "WAR", date(2002, 1, 1))
        assert seen.scenario.digest != bare.scenario.digest


def test_an_event_after_the_origin_changes_nothing(tmp_path: Path, small: countries.Small) -> None:
    fought = small_world.events()
    fought.append({**fought[0], "date_start": "2001-01-01", "best": 900, "adm1_id": "WAR-7", "side_b": "New Front"})
    later = with_capital(countries.read(small_world.write(tmp_path / "world", fought=fought)))
    assert countries.small_scenario(later, "WAR", ORIGIN).scenario.digest == small.scenario.digest


def test_groups_may_be_founded_in_the_slots_of_rebels_that_are_empty(invented: WorldData, small: countries.Small) -> None:
    """As many as there is room for, outside the capital, and inert until then; peace is counted from the last year of war."""
    calm = countries.small_scenario(invented, "CLM", ORIGIN).scenario
    assert [best(calm, "may_rise", slot) > 0 for slot in slots.REBELS] == [True] * 3
    assert [best(small.scenario, "may_rise", slot) > 0 for slot in slots.REBELS] == [False, False, True]
    assert small.scenario.actors[list(slots.ACTORS).index("rebels-3")].name == "A new armed group"
    assert best(small.scenario, "strength", "rebels-3") == 0
    assert best(small.scenario, "hostility", "army--rebels-3") == 0.7
    assert best(small.scenario, "contends", "rebels-3") == 0.64
    where = {cell[0] for cell in small.scenario.tables["deployment"] if cell[1] == "rebels-3"}
    assert where
    assert "capital" not in where
    assert sum(best(small.scenario, "deployment", place, "rebels-3") for place in where) == pytest.approx(1.0)
    assert "rebels-3" not in {cell[1] for cell in small.scenario.tables["control_at_origin"]}
    assert small.scenario.parameters["founding.quiet_before"].distribution.best == 0.0
    assert calm.parameters["founding.quiet_before"].distribution.best == 40 * 52.0


def test_a_force_that_holds_a_zone_stands_and_rules_where_it_fought(tmp_path: Path) -> None:
    """Not in the capital; the army and the police of the country hardly go there."""
    rows, fought = small_world.tables(), small_world.events()
    fought += [{**fought[0], "side_a": "Government of Neighbour", "adm1_id": "WAR-2"} for _ in range(5)]
    scenarios = {}
    for scope in ("national", "south"):
        rows["exits.csv"] = [{**rows["exits.csv"][0], "scope": scope}]
        world = with_capital(countries.read(small_world.write(tmp_path / scope, rows, fought)))
        scenarios[scope] = countries.small_scenario(world, "WAR", ORIGIN, exit="WAR2001").scenario
    wide, zone = scenarios["national"], scenarios["south"]
    (place,) = (cell[0] for cell in zone.tables["deployment"] if cell[1] == "foreign-1")
    assert place != "capital"
    assert best(wide, "deployment", "capital", "foreign-1") >= 0.5
    assert best(zone, "deployment", "capital", "foreign-1") == 0.0
    assert best(zone, "control_at_origin", place, "foreign-1") > best(zone, "control_at_origin", place, "police")
    for actor in ("army", "police"):
        assert best(zone, "deployment", place, actor) < 0.2 * best(wide, "deployment", place, actor)


def test_a_country_at_war_that_never_signed_anything_is_built(tmp_path: Path) -> None:
    rows = small_world.tables()
    rows["peace_agreements.csv"] = [{**row, "iso3": "CLM"} for row in rows["peace_agreements.csv"]]
    world = with_capital(countries.read(small_world.write(tmp_path / "world", rows)))
    built = countries.small_scenario(world, "WAR", ORIGIN)
    assert built.rebels == ("rebels-1", "rebels-2")
    assert not built.scenario.tables.get("last_signed")


def test_an_exit_brings_its_force_and_a_plan(invented: WorldData) -> None:
    leaving = countries.small_scenario(invented, "WAR", ORIGIN, exit="WAR2001")
    assert leaving.scenario.actors[6].name == "Neighbour (army)"
    assert best(leaving.scenario, "strength", "foreign-1") == 6_000
    plan = next(p for p in leaving.scenario.plans if p.id == "exit")
    assert plan.orders[0].trigger.date == date(2001, 3, 15)
    assert plan.orders[0].over_weeks == 15
    assert leaving.foreign == ("foreign-1", "foreign-2")


def test_what_the_data_do_not_hold_is_told(invented: WorldData, tmp_path: Path) -> None:
    for iso3, origin, exit_of, told in (
        ("ZZZ", ORIGIN, None, "ZZZ"),
        ("WAR", date(1997, 1, 1), None, "begins in 1998-01"),
        ("WAR", ORIGIN, "WAR1999", "expected one of: WAR2001"),
        ("WAR", date(2002, 1, 1), "WAR2001", "expected an origin before it"),
    ):
        with pytest.raises(CountryError, match=told):
            countries.small_scenario(invented, iso3, origin, exit=exit_of)
    with pytest.raises(CountryError, match=r"country_month\.parquet"):
        countries.read(tmp_path)


def test_the_verb_writes_an_ordinary_scenario(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["country", "war", "--origin", small_world.ORIGIN, "--data", str(folder), "--out", str(tmp_path / "made")]
    assert main(words) == 0
    report = check(tmp_path / "made")
    assert report.ok
    assert not report.warnings, [str(w) for w in report.warnings]
    assert report.scenario is not None
    assert {plan.id for plan in report.scenario.plans} == {"stay", "leave"}
    assert main(words) == 2
    assert "already" in capsys.readouterr().err


@pytest.mark.parametrize(("mean", "lump"), [(2.2, 4.6), (3.5, 12.0), (5.0, 28.0)])
def test_incidents_are_as_large_and_as_uneven_as_the_events_of_the_country(mean: float, lump: float) -> None:
    """Of the fitted law, summed term by term: deaths of an incident on average, and counted by the dead."""
    tail, cutoff = law_for(mean, lump)
    deaths = np.arange(1.0, 6000.0)
    beyond = (1.0 + (deaths - 1.0) / 0.7) ** -(tail - 1.0) * np.exp(-(deaths - 1.0) / cutoff)
    assert beyond.sum() == pytest.approx(mean, rel=0.03)
    assert ((2.0 * deaths - 1.0) * beyond).sum() / beyond.sum() == pytest.approx(lump, rel=0.1)
