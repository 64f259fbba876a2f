"""Weeks to months and series to events, by hand; whole scenarios are tried in test_exam_run."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from drawdown.countries import Small
from drawdown.exam import simulation
from drawdown.exam.outcomes import HORIZON

JANUARY = np.datetime64("1993-01", "M")
ENDS = simulation.month_ends(JANUARY)


def test_months_end_where_the_calendar_says() -> None:
    assert ENDS[:3].tolist() == [31, 59, 90]
    assert ENDS[-1] == 5 * 365 + 1  # 1996 was a leap year
    assert len(ENDS) == HORIZON


def test_every_death_falls_in_one_month_and_in_the_right_one() -> None:
    weekly = np.random.default_rng(1).poisson(3, (262, 40)).astype(float)
    found = simulation.monthly(weekly, ENDS, np.random.default_rng(2))
    for month, end in enumerate(ENDS):
        whole, days = divmod(int(end), 7)
        assert (found[: month + 1].sum(axis=0) >= weekly[:whole].sum(axis=0)).all()
        assert (found[: month + 1].sum(axis=0) <= weekly[: whole + bool(days)].sum(axis=0)).all()
    assert (found == np.rint(found)).all()


def test_a_steady_rate_stays_one() -> None:
    """A month shifted by a week, or one that kept only whole weeks, would be off by a tenth."""
    weekly = np.full((262, 2000), 70.0)
    found = simulation.monthly(weekly, ENDS, np.random.default_rng(3)).mean(axis=1)
    np.testing.assert_allclose(found, 10.0 * np.diff(ENDS, prepend=0), rtol=0.01)


def test_one_death_is_in_the_month_of_its_week() -> None:
    weekly = np.zeros((262, 1))
    weekly[10] = 8.0  # days 70 to 76: March
    assert np.flatnonzero(simulation.monthly(weekly, ENDS, np.random.default_rng(1))[:, 0]).tolist() == [2]


def bools(*rows: str) -> np.ndarray:
    """Weeks of one future, `1` where it holds; several rows are several futures."""
    return np.array([[c == "1" for c in row] for row in rows]).T


def test_what_stood_at_the_origin_has_not_come_about() -> None:
    found = simulation.risen(bools("0011", "1111", "1101", "0000"))
    assert found.T.astype(int).tolist() == [[0, 0, 1, 1], [0, 0, 0, 0], [0, 0, 0, 1], [0, 0, 0, 0]]


def test_a_force_comes_back_after_some_weeks_and_not_from_one_week_to_the_next() -> None:
    there = np.stack([bools("1111111"), bools("1000011"), bools("1011111"), bools("0000100")], axis=2)[
        :, 0
    ]  # [week, force, future]: one force
    found = simulation.back(there[:, None, :])
    assert found[-1].astype(int).tolist() == [0, 1, 0, 1]
    assert found[:, 1].astype(int).tolist() == [0, 0, 0, 0, 0, 1, 1]


def small() -> Small:
    actors = {"army": "army", "rebels-1": "insurgent", "foreign-1": "foreign", "foreign-2": "foreign"}
    labels = {"actor": tuple(actors), "place": ("capital", "rest"), "dyad": ("army--rebels-1", "foreign-1--rebels-1")}
    scenario = SimpleNamespace(labels=labels, actors=tuple(SimpleNamespace(id=name, kind=kind) for name, kind in actors.items()))
    return cast("Small", SimpleNamespace(scenario=scenario, capital="capital", foreign=("foreign-1",), counted=("foreign-1",)))


def series(weeks: int = 4) -> dict[str, np.ndarray]:
    control = np.zeros((weeks, 2, 4, 1), np.float32)
    control[:, :, 0] = 1.0
    force = np.zeros((weeks, 2, 4, 1), np.float32)
    force[:, 1, 2] = 2000.0  # the leaver stands in the rest
    return {
        "control": control,
        "force": force,
        "deal": np.zeros((weeks, 2, 1), np.float32),
        "residents": np.ones((weeks, 2, 1, 1), np.float32),
    }


def test_events_of_a_war_in_which_nothing_changes() -> None:
    found = simulation.events_of(series(), small())
    assert set(found) == {"capital", "agreement", "forces", "back", "zone"}
    assert {name for name, value in found.items() if value.any()} == {"forces"}


def test_the_capital_falls_when_rebels_rule_half_of_it_and_the_zone_where_the_leaver_stood() -> None:
    made = series()
    made["control"][2:, 0, 1], made["control"][2:, 0, 0] = 0.6, 0.4
    found = simulation.events_of(made, small())
    assert found["capital"][:, 0].tolist() == [False, False, True, True]
    assert not found["zone"].any()
    made = series()
    made["control"][1:, 1, 1], made["control"][1:, 1, 0] = 0.6, 0.4
    found = simulation.events_of(made, small())
    assert found["zone"][:, 0].tolist() == [False, True, True, True]
    assert not found["capital"].any()


def test_only_a_new_settlement_with_the_government_is_signed() -> None:
    made = series()
    made["deal"][1:, 1] = 1.0  # the foreign force's own
    assert not simulation.events_of(made, small())["agreement"].any()
    made["deal"][3:, 0] = 1.0
    assert simulation.events_of(made, small())["agreement"][:, 0].tolist() == [False, False, False, True]
    made["settled"] = np.zeros_like(made["deal"])  # a model that records settlements is asked for them
    assert not simulation.events_of(made, small())["agreement"].any()


def test_what_is_signed_on_the_way_is_signed() -> None:
    """The exam counts agreements of any kind: four in five of those signed did not settle a war."""
    made = series()
    made["settled"] = np.zeros_like(made["deal"])
    made["signed"] = np.zeros((4, 4, 1), np.float32)
    made["signed"][1:, 2] = 1.0  # by nobody who fights the government
    assert not simulation.events_of(made, small())["agreement"].any()
    made["signed"][2:, 1] = 2.0
    assert simulation.events_of(made, small())["agreement"][:, 0].tolist() == [False, False, True, True]
    made["settled"][1:, 0] = 1.0
    assert simulation.events_of(made, small())["agreement"][:, 0].tolist() == [False, True, True, True]


@pytest.mark.parametrize(("persons", "there"), [(499.0, False), (500.0, True)])
def test_a_force_is_one_of_five_hundred(persons: float, there: bool) -> None:
    made = series()
    made["force"][:, 1, 2] = persons
    assert simulation.events_of(made, small())["forces"].all() == there
