"""Each baseline does what its sentence says, and the backtest finds the better forecaster when one is better."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from drawdown.evaluate import backtest, baselines, folds, verdict
from drawdown.evaluate.folds import FoldError, History, Months

PLACES = ("quiet", "busy")


def months_of(values: np.ndarray) -> Months:
    labels = np.datetime64("2004-01", "M") + np.arange(len(values))
    return Months(labels, PLACES[: values.shape[1]], values.astype(float))


def test_zeros_and_last_value() -> None:
    known = months_of(np.array([[1, 50], [4, 100]]))
    assert not baselines.zeros(known, (1, 3), 7, 1).any()
    drawn = baselines.last_value_poisson(known, (1,), 20_000, 1)[0]
    assert np.abs(drawn.mean(axis=1) - [4, 100]).max() < 4 * np.sqrt(100 / 20_000)
    assert drawn.var(axis=1) == pytest.approx([4, 100], rel=0.05)


def test_conflictology_is_the_last_twelve_months_each_equally_often() -> None:
    values = np.arange(40).reshape(20, 2)
    drawn = baselines.conflictology(months_of(values), (1, 12), 24, 1)
    for lead in range(2):
        for place in range(2):
            assert sorted(drawn[lead, place]) == sorted(np.repeat(values[-12:, place], 2))
    with pytest.raises(FoldError, match="needs 12 months"):
        baselines.conflictology(months_of(values[:5]), (1,), 10, 1)


def test_conflictology_keeps_the_map_of_a_month_together() -> None:
    values = np.column_stack([np.arange(20), 2 * np.arange(20)])
    drawn = baselines.conflictology(months_of(values), (1,), 36, 1)[0]
    np.testing.assert_array_equal(drawn[1], 2 * drawn[0])


def test_persistence_spread_is_centred_on_the_recent_level_and_widens_with_the_lead() -> None:
    random = np.random.default_rng(2)
    log = 4 + np.cumsum(random.normal(0, 0.25, size=(60, 2)), axis=0)
    known = months_of(np.expm1(log))
    drawn = np.log1p(baselines.persistence_spread(known, (1, 12), 4000, 1))
    centre = np.log1p(known.values[-3:].mean(axis=0))
    assert np.abs(np.median(drawn, axis=-1) - centre).max() < 0.1
    assert (drawn[1].std(axis=-1) > 1.5 * drawn[0].std(axis=-1)).all()


def test_negative_binomial_autoregression_finds_persistence_and_its_own_spread() -> None:
    random = np.random.default_rng(3)
    rate = np.exp(3 + np.cumsum(random.normal(0, 0.05, size=(80, 2)), axis=0))
    known = months_of(random.negative_binomial(5, 5 / (5 + rate)))
    drawn = baselines.negative_binomial_autoregression(known, (1,), 5000, 1)[0]
    assert np.abs(np.log(drawn.mean(axis=1) / rate[-1])).max() < 0.6
    spread = drawn.var(axis=1) / drawn.mean(axis=1)
    assert (spread > 2).all()


def test_adding_a_baseline_moves_no_others_draws() -> None:
    known = months_of(np.random.default_rng(4).poisson(20, size=(40, 2)))
    first = baselines.persistence_spread(known, (1, 3), 100, 9)
    baselines.negative_binomial_autoregression(known, (1, 3), 100, 9)
    np.testing.assert_array_equal(first, baselines.persistence_spread(known, (1, 3), 100, 9))
    assert (first != baselines.persistence_spread(known, (1, 3), 100, 10)).any()


def random_walk(seed: int = 6, days: int = 1600) -> History:
    random = np.random.default_rng(seed)
    drift = np.cumsum(random.normal(0, 0.02, size=(days, 2)), axis=0) + np.array([-1.0, 2.0])
    return History(date(2003, 5, 1), PLACES, random.poisson(np.exp(drift)).astype(float))


HISTORY = random_walk()
ORIGINS = folds.rolling_origins(date(2005, 1, 1), date(2006, 10, 1))


def oracle(known: History, origin: date, leads: Sequence[int], members: int, seed: int) -> np.ndarray:
    """Knows the truth within a tenth: must come out ahead of everything."""
    random = np.random.default_rng(seed)
    truth = np.nan_to_num(folds.observed(HISTORY, origin, leads))
    return np.expm1(np.log1p(truth)[..., None] + random.normal(0, 0.1, size=(*truth.shape, members))).clip(0)


def fool(known: History, origin: date, leads: Sequence[int], members: int, seed: int) -> np.ndarray:
    return np.full((len(leads), 2, members), 1e5) + np.arange(members)


@pytest.mark.parametrize(("forecaster", "word", "weight"), [(oracle, "ahead", 1.0), (fool, "behind", 0.0)])
def test_the_verdict_and_the_ensemble_recognise_an_oracle_and_a_fool(forecaster: backtest.Forecaster, word: str, weight: float) -> None:
    tried = {"simulator": forecaster, **backtest.all_baselines()}
    result = backtest.collect(HISTORY, ORIGINS, (1, 3), tried, 60, 1)
    scores = backtest.score(result)["crps log"]
    lines = verdict.verdicts("simulator", scores, result.leads, ORIGINS, list(backtest.all_baselines()))
    assert [v.word for v in lines] == [word, word]
    assert all(f"is {'ahead of' if word == 'ahead' else 'behind'}" in v.line() and "ratio" in v.line() for v in lines)
    # The first origin has no past to learn from; at the last one the weight is clear.
    assert result.weights[0].tolist() == [0.5, 0.5]
    assert result.weights[-1].tolist() == [weight, weight]


def test_the_ensemble_learns_from_the_past_only() -> None:
    tried = {"simulator": oracle, **backtest.all_baselines()}
    whole = backtest.collect(HISTORY, ORIGINS, (1, 3), tried, 40, 1)
    part = backtest.collect(HISTORY, ORIGINS[:4], (1, 3), tried, 40, 1)
    np.testing.assert_array_equal(whole.weights[:4], part.weights)
    np.testing.assert_array_equal(whole.draws[backtest.ENSEMBLE][:4], part.draws[backtest.ENSEMBLE])


def test_one_origin_is_never_called_a_victory_over_the_nation() -> None:
    tried = {"simulator": oracle, **backtest.all_baselines()}
    result = backtest.collect(HISTORY, ORIGINS[:1], (1,), tried, 40, 1)
    line = verdict.verdicts("simulator", backtest.score(result)["crps log"], (1,), ORIGINS[:1], list(backtest.all_baselines()))[0]
    assert line.difference.blocks == 2  # places, not the one origin


def test_a_stopped_backtest_goes_on_where_it_was(tmp_path: Path) -> None:
    calls: list[date] = []

    def counted(known: History, origin: date, leads: Sequence[int], members: int, seed: int) -> np.ndarray:
        calls.append(origin)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return oracle(known, origin, leads, members, seed)

    with pytest.raises(KeyboardInterrupt):
        backtest.collect(HISTORY, ORIGINS, (1,), {"simulator": counted}, 20, 1, tmp_path)
    resumed = backtest.collect(HISTORY, ORIGINS, (1,), {"simulator": counted}, 20, 1, tmp_path)
    assert len(calls) == len(ORIGINS) + 1
    fresh = backtest.collect(HISTORY, ORIGINS, (1,), {"simulator": oracle}, 20, 1)
    np.testing.assert_array_equal(resumed.draws["simulator"], fresh.draws["simulator"])


def test_scores_are_written_cell_by_cell(tmp_path: Path) -> None:
    import pandas as pd

    result = backtest.collect(HISTORY, ORIGINS[:2], (1, 3), backtest.all_baselines(), 30, 1)
    backtest.save(result, backtest.score(result), tmp_path)
    table = pd.read_csv(tmp_path / "scores.csv")
    assert len(table) == 2 * 2 * 2 * len(baselines.BASELINES)
    zero = table[table["forecaster"] == "zeros"]
    np.testing.assert_allclose(zero["crps"], zero["observed"])


def test_a_forecaster_with_the_wrong_shape_is_refused() -> None:
    with pytest.raises(FoldError, match="gave draws of shape"):
        backtest.collect(HISTORY, ORIGINS[:1], (1,), {"simulator": lambda *a: np.zeros((1, 1, 1))}, 10, 1)
