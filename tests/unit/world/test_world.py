"""From numbers to draws: percentiles, scales, bounds, rival estimates, hypotheses, overrides, joint samples."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from drawdown.engine import Engine
from drawdown.scenario.model import Distribution, Hypothesis, Number, Option
from drawdown.vocabulary.units import scale_of
from drawdown.world import quantile, uniforms

EVERYWHERE = (-np.inf, np.inf)
LEVELS = np.array([0.05, 0.5, 0.95])


def at(number: Distribution, unit: str, u: np.ndarray, bounds: tuple[float, float] = EVERYWHERE, choice: float = 0.5) -> np.ndarray:
    return quantile(number, unit, u, np.full_like(u, choice), bounds)


@pytest.mark.parametrize(
    ("unit", "low", "best", "high"),
    [("persons", 900.0, 5500.0, 60_000.0), ("share", 0.05, 0.2, 0.7), ("index", -0.4, 0.1, 0.9), ("per week", 0.0, 0.4, 1.0)],
)
def test_a_range_has_its_percentiles_on_any_scale(unit: str, low: float, best: float, high: float) -> None:
    assert np.allclose(at(Distribution("range", best, low, high), unit, LEVELS), [low, best, high], rtol=1e-9)


def test_scales_follow_the_unit_and_the_range() -> None:
    assert scale_of("persons", 1.0, 2.0) == "log"
    assert scale_of("persons", 0.0, 2.0) == "linear"
    assert scale_of("share", 0.1, 0.9) == "logit"
    assert scale_of("share", 0.0, 0.9) == "linear"
    assert scale_of("index", 1.0, 2.0) == "linear"


def test_a_fixed_number_is_fixed() -> None:
    assert (at(Distribution("fixed", 3.0), "persons", LEVELS) == 3.0).all()


def test_bounds_cut_without_piling_up() -> None:
    u = np.linspace(0.001, 0.999, 999)
    cut = at(Distribution("range", 0.5, 0.0, 1.0), "index", u, (0.2, 0.8))
    assert cut.min() > 0.2
    assert cut.max() < 0.8
    assert (np.diff(cut) > 0).all()


def test_a_range_of_no_width_on_one_side_stays() -> None:
    values = at(Distribution("range", 1.0, 1.0, 2.0), "ratio", LEVELS)
    assert np.allclose(values, [1.0, 1.0, 2.0])


def test_rival_estimates_are_taken_by_weight() -> None:
    rivals = Distribution("mixture", 1.0, parts=((1.0, Distribution("fixed", 1.0)), (3.0, Distribution("fixed", 9.0))))
    choice = np.linspace(0.0005, 0.9995, 1000)
    drawn = quantile(rivals, "persons", np.full(1000, 0.5), choice, EVERYWHERE)
    assert (drawn == 9.0).mean() == pytest.approx(0.75, abs=1e-3)
    assert set(drawn) == {1.0, 9.0}


def test_the_draw_of_a_number_belongs_to_its_name() -> None:
    ids = np.arange(20)
    alone, _ = uniforms(3, ids, ["b"])
    together, _ = uniforms(3, ids, ["a", "b", "c"])
    assert np.array_equal(alone[0], together[1])
    assert not np.array_equal(together[0], together[1])


def test_another_seed_another_draw_and_the_choice_is_not_the_value() -> None:
    ids = np.arange(2000)
    value, choice = uniforms(3, ids, ["a"])
    other, _ = uniforms(4, ids, ["a"])
    for one in (other[0], choice[0]):
        assert not (one == value[0]).any()
        assert abs(np.corrcoef(one, value[0])[0, 1]) < 5 / np.sqrt(len(ids))


def number(name: str, value: float, unit: str = "index") -> Number:
    return Number(name, Distribution("fixed", value), unit, None, "", "D", "test", date(2024, 1, 1))


def test_an_option_sets_its_numbers_in_its_futures_only(small: Engine) -> None:
    name = "clashes.presence_effect"
    options = (
        Option("one", "", number("hypothesis:why:one", 0.25, "share"), (number(name, 1.5),)),
        Option("other", "", number("hypothesis:why:other", 0.75, "share"), ()),
    )
    split = small.with_scenario(replace(small.scenario, hypotheses=(Hypothesis("why", "Why?", options),)))
    ids = np.arange(400)
    plain, drawn = small.draws(1, ids), split.draws(1, ids)
    took = drawn["hypothesis:why"] == 0
    assert 60 < took.sum() < 140
    assert (drawn[name][took] == np.float32(1.5)).all()
    assert np.array_equal(drawn[name][~took], plain[name][~took])


def test_overrides_win_over_samples_and_samples_over_the_prior(small: Engine) -> None:
    rows = {"clashes.fatal_share": (0.1, 0.2, 0.3), "clashes.crowding": (5.0, 6.0, 7.0)}
    ids = np.arange(300)
    sampled = small.with_scenario(replace(small.scenario, samples=rows))
    drawn = sampled.draws(1, ids)
    pairs = {(round(float(a), 3), round(float(b), 3)) for a, b in zip(drawn["clashes.fatal_share"], drawn["clashes.crowding"], strict=True)}
    assert pairs == {(0.1, 5.0), (0.2, 6.0), (0.3, 7.0)}, "joint draws came apart"
    held = sampled.with_parameters({"clashes.fatal_share": 0.4}).draws(1, ids)
    assert (held["clashes.fatal_share"] == np.float32(0.4)).all()
    assert np.array_equal(held["clashes.crowding"], drawn["clashes.crowding"])


def test_inputs_hold_every_given_variable_and_every_parameter(small: Engine) -> None:
    given, parameters = small.world.inputs(small.draws(1, np.arange(64)), 64)
    wanted = {n for n, v in small.world.variables.items() if v.kind == "given"}
    assert wanted <= set(given)
    assert set(parameters) == {f"{m.name}.{p.name}" for m in small.mechanisms for p in m.params}
    assert all(p.shape == (64,) and p.dtype == np.float32 for p in parameters.values())
    foreign, home = small.labels["actor"].index("foreign-force"), small.labels["home"].index("sending-state")
    assert given["sends"].sum() == given["sends"][home, foreign].sum() > 0


@pytest.mark.slow
def test_every_draw_lies_within_the_bounds_of_its_number(model: Engine) -> None:
    bounds = model.world.bounds
    for name, values in model.draws(9, np.arange(500)).items():
        low, high = bounds.get(name, EVERYWHERE)
        assert np.isfinite(values).all(), name
        assert values.min() >= low - 1e-6, name
        assert values.max() <= high + 1e-6 * max(abs(high), 1), name
