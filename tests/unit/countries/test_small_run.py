"""Small scenarios run: padding stays inert, one program serves every country; and real rows of several countries build and start."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from drawdown import countries
from drawdown.cli import main
from drawdown.countries import slots
from drawdown.engine import Engine
from drawdown.world import structure_of
from tests import small_world

ORIGIN = date.fromisoformat(small_world.ORIGIN)
# Eight wars unlike each other: an insurgency, a stalemate, warlords, an invasion, a massacre to come, a giant, a quiet exit, a mutiny.
REAL = (
    ("AFG", date(1993, 1, 1), None),
    ("COD", date(1997, 1, 1), None),
    ("COL", date(2000, 1, 1), None),
    ("GNB", date(1999, 1, 1), "GNB1999"),
    ("IND", date(2001, 1, 1), None),
    ("LBN", date(2005, 1, 1), "LBN2005"),
    ("RWA", date(1994, 1, 1), None),
    ("SOM", date(2006, 1, 1), None),
)


@pytest.mark.slow
def test_padding_stays_inert_and_one_program_serves_all(tmp_path: Path) -> None:
    data = countries.read(small_world.write(tmp_path / "world"))
    # In the calm country nobody has arms but the state; the same structure, so the second engine takes the first one's program.
    calm = Engine(countries.small_scenario(data, "CLM", ORIGIN).scenario, weeks=52)
    batch = calm.with_parameters({"founding.rate": 0.0}).run("stay", 1, np.arange(64))
    assert (batch.status == 0).all()
    absent = [slots.PLACES.index(p) for p in slots.REGIONS]
    nobody = [list(slots.ACTORS).index(a) for a in (*slots.REBELS, slots.MILITIA, *slots.FOREIGN)]
    assert all(np.isfinite(series).all() for series in batch.series.values())
    for quantity in ("residents", "deaths", "attacks", "displaced"):
        assert not batch.series[quantity][:, absent].any(), quantity
    force, fallen = batch.series["force"], batch.series["fallen"]
    assert not force[:, absent].any()
    # A sliver of a void counts as rule of whoever could be there, and rule sustains fighters: less than one of them.
    assert force[:, :, nobody].max() < 0.5
    assert not fallen[:, nobody].any()
    assert batch.series["deaths"].sum() / 64 < 1  # a country without a war has none
    # Groups may be founded there, each once; without any violence on record they fight nobody.
    risen = calm.with_parameters({"founding.rate": 20.0, "founding.fade": 0.0}).run("stay", 1, np.arange(64))
    rebels = [list(slots.ACTORS).index(slot) for slot in slots.REBELS]
    assert (risen.series["founded"].sum(axis=0)[rebels] <= 1).all()
    assert risen.series["founded"].sum() / 64 > 2.9
    assert np.median(risen.series["force"][-1][:, rebels].sum(axis=(0, 1))) > 100
    war = Engine(countries.small_scenario(data, "WAR", ORIGIN).scenario, weeks=52)
    assert war._compiled() is calm._compiled()
    assert war.run("stay", 1, np.arange(64)).series["deaths"].sum() / 64 > 100
    third = war.with_parameters({"founding.rate": 20.0, "founding.fade": 0.0}).run("stay", 1, np.arange(64)).series
    assert third["fallen"][:, rebels[2]].sum() / 64 > 1  # in a country at war it fights


def test_real_rows_of_unlike_countries_have_one_structure(data: Path) -> None:
    world = countries.read(data / "world")
    built = [countries.small_scenario(world, iso3, origin, exit_of) for iso3, origin, exit_of in REAL]
    assert len({structure_of(one.scenario) for one in built}) == 1
    for (iso3, origin, exit_of), one in zip(REAL, built, strict=True):
        assert one.rebels, iso3
        assert one.recorded.months[-1] < np.datetime64(origin)
        assert ("exit" in {plan.id for plan in one.scenario.plans}) == (exit_of is not None), iso3
        assert one.scenario.tables["population"]["capital",].distribution.best > 0


@pytest.mark.slow
def test_a_run_begins_where_the_record_stands(tmp_path: Path) -> None:
    """A third were missing: rates met the record on paper, and stances, saturation and quiet memories took from them in the first weeks."""
    data = countries.read(small_world.write(tmp_path / "world"))
    engine = Engine(countries.small_scenario(data, "WAR", ORIGIN).scenario, weeks=8)
    month = engine.first_month()
    incidents, meant = month.incidents.sum(axis=0), month.meant.sum(axis=0)
    assert incidents[[0, 2]] == pytest.approx(meant[[0, 2]], rel=0.04)
    recorded = month.recorded.sum()
    assert recorded == pytest.approx(65 / 4.35, rel=0.1)  # 50 to 60 a month with the state, 5 among groups, 10 civilians
    # Other futures than those that set the level, under a plan.
    deaths = engine.run("stay", 5, np.arange(1024)).series["deaths"][:4].sum(axis=(0, 1, 2)) / 4
    assert deaths.mean() == pytest.approx(recorded, abs=5 * float(deaths.std()) / 32)
    # What a mechanism does to the level is what ablation asks: its engine keeps the scenario's.
    assert engine.without("reprisals").levelled.correction is engine.levelled.correction


@pytest.mark.slow
def test_check_shows_the_simulated_beside_the_recorded_level(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    world, made = small_world.write(tmp_path / "world"), tmp_path / "made"
    assert main(["country", "WAR", "--origin", small_world.ORIGIN, "--data", str(world), "--out", str(made)]) == 0
    capsys.readouterr()
    assert main(["check", str(made), "--level", "--json"]) == 0
    rows = {row["violence"]: row for row in json.loads(capsys.readouterr().out)["level"]}
    assert rows["all"]["simulated_incidents"] == pytest.approx(rows["all"]["recorded_incidents"], rel=0.05)
    assert rows["state-based"]["recorded_deaths"] == pytest.approx(50 / 4.35, rel=0.1)
    assert main(["check", str(made), "--level"]) == 0
    assert "first month" in capsys.readouterr().out


@pytest.mark.slow
def test_a_force_comes_where_none_stood_and_stands_in_the_capital(tmp_path: Path) -> None:
    """In no future did one come: an empty slot was padding. Off, none does; the effect has the sign that the mechanism declares."""
    rows = small_world.tables()
    rows["foreign_troops.csv"] = [{**row, "iso3": "XXX"} for row in rows["foreign_troops.csv"]]
    data = countries.read(small_world.write(tmp_path / "world", rows))
    engine = Engine(countries.small_scenario(data, "WAR", ORIGIN).scenario, weeks=156)
    mission, army = (list(slots.ACTORS).index(slot) for slot in slots.FOREIGN)
    on, off = (one.run("stay", 1, np.arange(256)).series for one in (engine, engine.without("intervention")))
    assert not off["force"][:, :, [mission, army]].any()
    came = on["sent"].max(axis=0) > 0
    # Of 165 dead a year per million, a mission comes with 0.04 a year, an army with 0.06, more after an agreement.
    assert 0.05 < came[mission].mean() < 0.4
    assert 0.08 < came[army].mean() < 0.35
    there = on["force"][:, :, mission].max(axis=0)
    assert not there[:, ~came[mission]].any()
    assert there[slots.PLACES.index(slots.CAPITAL), came[mission]].min() > 0
    apart = on["sent"].mean(axis=(0, 1)) - off["sent"].mean(axis=(0, 1))
    assert apart.mean() > 5 * apart.std() / np.sqrt(apart.size)
