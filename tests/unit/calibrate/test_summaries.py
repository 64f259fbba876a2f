"""Each figure reads what its name says, from worlds whose figures are known."""

from __future__ import annotations

import numpy as np
import pytest

from drawdown.calibrate import summaries
from drawdown.calibrate.prior_predictive import check, figure, markdown
from drawdown.evaluate.record import Record

WEEKS, PLACES, FUTURES = 104, 10, 60
NAMES = tuple(f"p{i}" for i in range(PLACES))


def world(seed: int = 1, shared: float = 0.0, k: float = 1e9, slow: float = 0.0) -> Record:
    """Incidents with a known national part of the weekly noise, a known dispersion and a known drift."""
    random = np.random.default_rng(seed)
    shape = (WEEKS, PLACES, FUTURES)
    gust = np.sqrt(shared) * random.normal(size=(WEEKS, 1, FUTURES)) + np.sqrt(1 - shared) * random.normal(size=shape)
    walk = slow * np.cumsum(random.normal(size=(WEEKS, 1, FUTURES)), axis=0)
    level = np.linspace(60, 15, PLACES)[None, :, None] * np.exp(0.3 * gust * (shared > 0) + walk)
    incidents = random.poisson(level * random.gamma(k, 1 / k, shape) if k < 1e8 else level).astype(float)
    largest = np.floor(0.5 + 9.5 * (1 - random.uniform(size=shape)) ** (-1 / 1.5))
    return Record(NAMES, 2 * incidents, incidents, largest, 3 * incidents, random.poisson(10, (WEEKS, FUTURES)).astype(float))


def test_poisson_counts_have_no_extra_dispersion_and_negative_binomial_ones_do() -> None:
    plain, wild = summaries.dispersion(world().incidents), summaries.dispersion(world(k=5).incidents)
    assert plain == pytest.approx(np.ones(FUTURES), abs=0.35)
    assert plain.mean() == pytest.approx(0.95, abs=0.1)  # the median of chi-square ratios lies a little under one
    assert (wild > 2).all()


def test_synchrony_is_the_share_of_noise_that_the_country_feels() -> None:
    assert abs(summaries.synchrony(world().incidents).mean()) < 0.02
    shared = summaries.synchrony(world(shared=0.5).incidents).mean()
    # Half of a log variance of .09 is national; Poisson noise of 1/60 to 1/15 and the smoothing take the rest.
    assert 0.25 < shared < 0.5


def test_autocorrelation_tells_slow_drift_from_noise() -> None:
    drifting, still = world(slow=0.1), world()
    log = np.log1p(drifting.incidents.sum(axis=1))
    assert summaries.autocorrelation(log, 1).mean() > 0.8
    assert abs(summaries.autocorrelation(np.log1p(still.incidents.sum(axis=1)), 1).mean()) < 0.05
    assert (summaries.autocorrelation(np.ones((20, 3)), 1) == 0).all()


def test_tail_exponent_of_the_largest() -> None:
    found = summaries.tail_exponent(world().largest, 10)
    assert found.mean() == pytest.approx(2.5, abs=0.15)
    assert np.isnan(summaries.tail_exponent(np.ones((5, 2, 3)), 10)).all()


def test_levels_concentration_and_quiet_weeks() -> None:
    record = world()
    found = summaries.facts(record)
    assert found["deaths per week"] == pytest.approx(record.deaths.sum(axis=(0, 1)) / WEEKS)
    assert found["deaths per incident"] == pytest.approx(np.full(FUTURES, 2.0))
    assert found["share of the top three places"] == pytest.approx(
        np.full(FUTURES, (60 + 55 + 50) / np.linspace(60, 15, 10).sum()), abs=0.02
    )
    assert (found["weeks without a fatal incident in p0"] == 0).all()
    assert found["foreign deaths per 1,000 attacks"].mean() == pytest.approx(1000 * 10 / (3 * np.linspace(60, 15, 10).sum()), rel=0.02)


def test_a_hole_in_the_attack_record_is_no_zero() -> None:
    record = world()
    attacks = record.attacks.copy()
    attacks[3, 2] = np.nan
    holed = Record(NAMES, record.deaths, record.incidents, record.largest, attacks, record.foreign_deaths)
    # The week with the hole is left out of the mean, exactly: counted as zero it would lower the mean by a hundredth.
    national = record.attacks.sum(axis=1)
    assert summaries.facts(holed)["attacks per week"] == pytest.approx(np.delete(national, 3, axis=0).mean(axis=0), rel=1e-12)
    assert summaries.facts(record)["attacks per week"] == pytest.approx(national.mean(axis=0), rel=1e-12)
    per_attack = summaries.facts(holed)["foreign deaths per 1,000 attacks"]
    assert per_attack == pytest.approx(1000 * record.foreign_deaths.mean(axis=0) / np.delete(national, 3, axis=0).mean(axis=0), rel=1e-12)


def test_three_weeks_without_a_record_are_no_lull_in_the_attacks() -> None:
    """Review: counted as zero, a hole of three weeks in a flat record made a dispersion of eleven and a drift of a fifth."""
    random = np.random.default_rng(5)
    flat = random.poisson(50, (WEEKS, PLACES, FUTURES)).astype(float)
    whole = Record(NAMES, flat, flat, flat, flat, flat[:, 0])
    holed = flat.copy()
    holed[30:33] = np.nan  # in the third of eight quarters, in every place
    found = summaries.facts(Record(NAMES, flat, flat, flat, holed, flat[:, 0]))
    full = summaries.facts(whole)
    assert found["weekly attacks, variance over mean"] == pytest.approx(np.ones(FUTURES), abs=0.3)
    assert (found["drift of attacks over three quarters"] < 0.08).all()
    for quarter in range(2, 9):
        name = f"attacks, log change from quarter 1 to quarter {quarter}"
        assert np.isnan(found[name]).all() if quarter == 3 else (found[name] == full[name]).all(), name
    # One place without a record leaves the figures of the others.
    holed = flat.copy()
    holed[30:33, 4] = np.nan
    found = summaries.facts(Record(NAMES, flat, flat, flat, holed, flat[:, 0]))
    others = np.delete(flat, 4, axis=1)
    assert found["drift of attacks over three quarters"] == pytest.approx(summaries.drift(others, 3), rel=0.2)
    # A hole in every quarter of every place leaves nothing to read, although most weeks are known.
    holed = flat.copy()
    holed[::13] = np.nan
    found = summaries.facts(Record(NAMES, flat, flat, flat, holed, flat[:, 0]))
    assert all(np.isnan(found[n]).all() for n in found if "attacks" in n and ("drift" in n or "variance" in n or "change" in n))
    assert np.isfinite(found["attacks per week"]).all()


def test_no_record_of_attacks_is_told_as_missing() -> None:
    record = world()
    none = Record(NAMES, record.deaths, record.incidents, record.largest, np.full_like(record.attacks, np.nan), record.foreign_deaths)
    found = summaries.facts(none)
    told = [n for n in found if "attacks" in n]
    assert len(told) >= 7
    for name in told:
        assert np.isnan(found[name]).all(), name


def test_one_world_and_many_are_read_alike() -> None:
    many = world(shared=0.3, slow=0.02)
    one = Record(NAMES, *(getattr(many, n)[..., 7:8] for n in ("deaths", "incidents", "largest", "attacks", "foreign_deaths")))
    order = np.argsort(-many.incidents.sum(axis=0).mean(axis=-1))[:8]
    assert sorted(order) == sorted(np.argsort(-one.incidents.sum(axis=0)[:, 0])[:8])
    for name, values in summaries.facts(many).items():
        np.testing.assert_allclose(summaries.facts(one)[name][0], values[7], rtol=1e-9, err_msg=name)


def test_summaries_are_finite_and_roughly_normal() -> None:
    names, values = summaries.summaries(summaries.facts(world(shared=0.3, slow=0.05)))
    assert np.isfinite(values).all()
    assert values.shape == (FUTURES, len(names))
    assert not any("tail exponent" in n for n in names)


def test_the_table_counts_and_names_what_lies_outside() -> None:
    ensemble = summaries.facts(world(shared=0.3))
    data = {n: v[:1] for n, v in summaries.facts(world(seed=9, shared=0.3)).items()}
    data["deaths per incident"] = np.array([9.0])
    rows = check(data, ensemble)
    outside = [r.name for r in rows if r.inside is False]
    assert "deaths per incident" in outside
    text = markdown(rows)
    assert f"{sum(r.inside is True for r in rows)} of {sum(r.inside is not None for r in rows)} figures inside" in text
    assert "deaths per incident" in text.split("Outside: ")[1]
    assert "calibrated" in markdown(rows, rows)


def test_missing_figures_are_neither_inside_nor_outside() -> None:
    rows = check({"x": np.array([1.0]), "y": np.array([np.nan])}, {"x": np.full(10, np.nan), "y": np.arange(10.0)})
    assert [r.inside for r in rows] == [None, None]
    assert figure(float("nan")) == "-"
    assert figure(12345.6) == "12,346"
    assert figure(0.01234) == "0.0123"
