"""Rates and recorded deaths in agreement: the law's mean toll, rates from deaths, deaths from rates, what the first weeks correct."""

from __future__ import annotations

import numpy as np
import pytest

from drawdown.levels import RECORDED, Correction, at_the_record, mean_toll, meant, toll_of
from drawdown.mechanism import discover
from drawdown.vocabulary.violence import VIOLENCE
from drawdown.world import Array

STATE, RIVALS, CIVILIANS = range(3)


def parameters(futures: int = 2) -> dict[str, Array]:
    """Best values, but for a share of fatal attacks that differs between the futures."""
    found = {f"{m.name}.{p.name}": np.full(futures, p.best, np.float32) for m in discover() for p in m.params}
    found["clashes.fatal_share"] = np.linspace(0.05, 0.2, futures, dtype=np.float32)
    return found


def tables(**rates: list[float]) -> dict[str, Array]:
    """Rates of two places; nothing where none is given."""
    names = ("attack_rate", "rivalry_rate", "fatal_rate", "bombing_rate")
    given = {n: np.repeat(np.array(rates.get(n, [0.0, 0.0]), np.float32)[:, None], 2, axis=1) for n in names}
    given[RECORDED] = np.zeros((2, len(VIOLENCE), 2), np.float32)
    return given


def brought(given: dict[str, Array], numbers: dict[str, Array], violence: int) -> np.ndarray:
    """Deaths a week of a type that the rates bring [place, future]."""
    pairs = [(m.name, one) for m in discover() for one in m.deadly if one.violence == VIOLENCE[violence]]
    return np.asarray(sum(given[one.rate] * toll_of(name, one, numbers) for name, one in pairs))


@pytest.mark.parametrize(("alpha", "cutoff", "offset"), [(3.1, 60.0, 0.7), (2.45, 200.0, 5.5), (1.6, 100.0, 0.7), (2.8, 65.0, 1.6)])
def test_the_mean_toll_is_the_sum_of_the_tail(alpha: float, cutoff: float, offset: float) -> None:
    k = np.arange(0.0, 100 * cutoff)
    exact = float(np.sum((1 + k / offset) ** -(alpha - 1) * np.exp(-k / cutoff)))
    found = mean_toll(*(np.array([x]) for x in (alpha, cutoff, offset)))[0]
    assert found == pytest.approx(exact, rel=2e-3)
    # A future's toll is its own to the last bit, whoever stands in its tile.
    beside = [mean_toll(np.array([alpha, 2.0]), np.array([cutoff, other]), np.array([offset, 1.0]))[0] for other in (30.0, 900.0)]
    assert beside[0] == beside[1]


def test_the_mean_toll_is_that_of_what_is_drawn() -> None:
    import jax.numpy as jnp

    from drawdown.severity import draw_incidents

    random = np.random.default_rng(4)
    u = [jnp.asarray(random.uniform(1e-7, 1 - 1e-7, 400_000), jnp.float32) for _ in range(4)]
    rate, *law = (jnp.full(1, x, jnp.float32) for x in (0.5, 2.8, 65.0, 1.6))
    made = draw_incidents(u, rate, *law)
    expected = 0.5 * mean_toll(*(np.array([x]) for x in (2.8, 65.0, 1.6)))[0]
    deaths = np.asarray(made.deaths)
    assert abs(deaths.mean() - expected) < 5 * deaths.std() / np.sqrt(len(deaths))


def test_rates_are_scaled_to_the_record_in_every_future() -> None:
    given, numbers = tables(attack_rate=[10.0, 0.0], fatal_rate=[3.0, 1.0], bombing_rate=[1.0, 0.0]), parameters()
    given[RECORDED][:] = np.array([[5.0, 0.0, 40.0], [2.0, 0.0, 0.0]])[..., None]
    before = {name: value.copy() for name, value in given.items()}
    at_the_record(given, numbers, discover())
    # Place 0: both types are met in both futures, whatever share of attacks kills; the mix of killings and bombings stays.
    assert brought(given, numbers, STATE)[0] == pytest.approx([5.0, 5.0], rel=1e-5)
    assert given["attack_rate"][0, 0] > given["attack_rate"][0, 1]
    assert brought(given, numbers, CIVILIANS)[0] == pytest.approx([40.0, 40.0], rel=1e-5)
    assert given["fatal_rate"][0] / given["bombing_rate"][0] == pytest.approx([3.0, 3.0], rel=1e-5)
    # Place 1: deaths without a rate make one; a rate without deaths stands, and says what was recorded.
    assert brought(given, numbers, STATE)[1] == pytest.approx([2.0, 2.0], rel=1e-5)
    assert given["fatal_rate"][1] == pytest.approx(before["fatal_rate"][1])
    assert given[RECORDED][1, CIVILIANS] == pytest.approx(brought(before, numbers, CIVILIANS)[1], rel=1e-5)


def test_civilians_of_whom_nobody_says_how_they_were_killed_were_not_bombed() -> None:
    """A bombing is told apart wherever it happens. Countries made from monthly deaths had all of theirs by bombs, for the alphabet."""
    given, numbers = tables(), parameters()
    given[RECORDED][0, CIVILIANS] = 40.0
    at_the_record(given, numbers, discover())
    assert brought(given, numbers, CIVILIANS)[0] == pytest.approx([40.0, 40.0], rel=1e-5)
    assert (given["fatal_rate"][0] > 0).all()
    assert not given["bombing_rate"].any()


def test_a_scenario_without_recorded_deaths_keeps_its_rates() -> None:
    given, numbers = tables(attack_rate=[10.0, 4.0], rivalry_rate=[1.0, 0.0]), parameters()
    before = {name: value.copy() for name, value in given.items()}
    at_the_record(given, numbers, discover())
    assert all((given[name] == before[name]).all() for name in before if name != RECORDED)
    assert given[RECORDED][:, RIVALS] == pytest.approx(brought(before, numbers, RIVALS), rel=1e-5)


def test_what_the_first_weeks_make_of_rates_is_put_right() -> None:
    wanted = np.array([[10.0, 0.0, 4.0], [0.1, 0.0, 0.0]])
    half = Correction.none(2).after(wanted / 2, wanted, 1024.0)
    assert half.factors[0] == pytest.approx([2.0, 1.0, 2.0], rel=1e-6)
    # A quiet place whose few futures happened to be wild goes with its country.
    lucky = Correction.none(2).after(np.array([[10.0, 0, 4.0], [0.3, 0, 0.2]]), wanted, 128.0)
    assert 0.6 < lucky.factors[1, STATE] < 1.0
    assert lucky.factors[1, CIVILIANS] == 1.0  # no rate is given there
    given, numbers = tables(attack_rate=[10.0, 4.0]), parameters()
    given[RECORDED][:, STATE] = 3.0
    at_the_record(given, numbers, discover(), half)
    assert brought(given, numbers, STATE)[0] == pytest.approx([6.0, 6.0], rel=1e-5)
    assert meant(given, numbers, discover())[0, STATE] == pytest.approx(
        float((given["attack_rate"][0] * numbers["clashes.fatal_share"]).mean()), rel=1e-5
    )
    assert (given[RECORDED][:, STATE] == 3.0).all()
