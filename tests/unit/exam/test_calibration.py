from __future__ import annotations

import numpy as np
import pytest

from drawdown.exam import calibration, recalibrated
from drawdown.exam.calibration import Map
from drawdown.exam.origins import FOLDS, Origin, fold_of
from drawdown.exam.panel import ExamError
from drawdown.exam.questions import DatedQuestion
from drawdown.exam.scores import flatness, pit

COUNTRIES = [f"{a}{b}{c}" for a in "ABCDE" for b in "FGHIJ" for c in "KLMNO"]
JANUARY = np.datetime64("1993-01", "M")


def cases(each: int = 8, kind: str = "war over") -> tuple[DatedQuestion, ...]:
    return tuple(
        DatedQuestion(Origin(iso3, JANUARY + np.timedelta64(12 * year, "M"), 200.0), kind, kind, 24, 25.0, "")
        for iso3 in COUNTRIES
        for year in range(each)
    )


def overconfident(seed: int = 1) -> tuple[tuple[DatedQuestion, ...], np.ndarray, np.ndarray]:
    """A forecaster whose log odds are three times what they should be."""
    random = np.random.default_rng(seed)
    asked = cases()
    odds = random.normal(0, 1, len(asked))
    outcomes = (random.random(len(asked)) < 1 / (1 + np.exp(-odds))).astype(float)
    return asked, 1 / (1 + np.exp(-3 * odds)), outcomes


def test_overconfidence_is_taken_back() -> None:
    asked, said, outcomes = overconfident()
    after = calibration.cross_calibrated(asked, said, outcomes)
    assert ((after - outcomes) ** 2).mean() < ((said - outcomes) ** 2).mean() - 0.02
    assert abs(after[said < 0.05].mean() - outcomes[said < 0.05].mean()) < 0.05


def test_no_case_calibrates_itself() -> None:
    """Whatever the outcomes of a fold, its own probabilities stay the same to the bit; those of the others move."""
    asked, said, outcomes = overconfident()
    fold = np.array([question.origin.fold for question in asked])
    before = calibration.cross_calibrated(asked, said, outcomes)
    for one in range(FOLDS):
        turned = np.where(fold == one, 1 - outcomes, outcomes)
        after = calibration.cross_calibrated(asked, said, turned)
        np.testing.assert_array_equal(after[fold == one], before[fold == one])
        assert not np.array_equal(after[fold != one], before[fold != one])


def test_the_map_is_monotone_also_where_the_cases_are_not() -> None:
    asked, said, outcomes = overconfident()
    learned = calibration.fit(said, 1 - outcomes, ["x"] * len(asked), np.ones(len(asked)))
    assert (np.diff(learned(np.linspace(0, 1, 101), "x")) >= -1e-12).all()


def test_few_cases_change_little_and_none_change_nothing() -> None:
    p = np.array([0.0, 0.1, 0.5, 0.9, 1.0])
    few = calibration.fit(np.array([0.5]), np.array([1.0]), ["x"], np.ones(1))
    assert abs(few(np.array(0.5), "x") - 0.5) < 0.15
    none = calibration.fit(np.array([np.nan]), np.array([1.0]), ["x"], np.ones(1))
    np.testing.assert_allclose(none(p), p, atol=2e-4)


def test_a_kind_that_is_always_underrated_is_lifted_and_others_hardly() -> None:
    asked = (*cases(4, "rare"), *cases(4, "common"))
    random = np.random.default_rng(2)
    half = len(asked) // 2
    said = np.full(len(asked), 0.3)
    outcomes = (random.random(len(asked)) < np.repeat([0.6, 0.3], [half, len(asked) - half])).astype(float)
    after = calibration.cross_calibrated(asked, said, outcomes)
    assert after[:half].mean() > 0.5
    assert abs(after[half:].mean() - 0.3) < 0.07


def test_questions_of_one_future_count_as_one_case() -> None:
    one = cases(1)[0]
    assert calibration.weights([one, one, cases(2)[1]]).tolist() == [0.5, 0.5, 1.0]


def test_what_is_learned_is_shipped_and_read_back() -> None:
    asked, said, outcomes = overconfident()
    learned = calibration.learn(asked, said, outcomes, {"key": "abc"})
    again = calibration.from_json(calibration.to_json(learned))
    assert again.manifest == {"key": "abc"}
    value, low, high = again.calibrated(0.9, "war over")
    assert (value, low, high) == pytest.approx(learned.calibrated(0.9, "war over"), abs=1e-4)
    assert low < value < high
    assert 0.5 < value < 0.85  # odds of nine to one, said by someone three times too sure
    unknown = again.calibrated(0.9, "never asked")
    assert unknown[2] - unknown[1] > high - low  # how far kinds differ is part of what is not known


def test_what_percentages_have_been_worth_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calibration, "shipped", lambda: None)
    assert calibration.worth() is None
    # Three times too sure: a third of the log odds is left of it. 1/(1 + 9^(1/3)) is 32%.
    sure = calibration.LearnedMap(Map(1 / 3, 1 / 3, 0.0, {}), (), {})
    monkeypatch.setattr(calibration, "shipped", lambda: sure)
    said = calibration.worth()
    assert said is not None
    assert "10% came true in 32%" in said
    assert "50% came true in 50%" in said


def test_what_was_not_learned_is_refused() -> None:
    with pytest.raises(ExamError, match="no calibration"):
        calibration.from_json("{}")
    with pytest.raises(ExamError, match="expected 0 to 1"):
        calibration.LearnedMap(Map(1, 1, 0, {}), (), {}).calibrated(1.5)


def test_bands_that_are_too_narrow_are_widened_by_what_other_folds_saw() -> None:
    random = np.random.default_rng(3)
    who = [Origin(iso3, JANUARY, 200.0) for iso3 in COUNTRIES for _ in range(8)]
    truth = np.exp(random.normal(4, 1.5, len(who)))
    draws = np.exp(random.normal(4, 0.8, (len(who), 400)))
    places = pit(draws, truth, random)
    after = recalibrated.cross_recalibrated(draws, places, who)
    names = [origin.iso3 for origin in who]
    assert flatness(places, names).p < 1e-6
    assert flatness(pit(after, truth, random), names).p > flatness(places, names).p * 1e6
    assert np.median(np.ptp(np.quantile(after, (0.05, 0.95), axis=1), axis=0)) > np.median(
        np.ptp(np.quantile(draws, (0.05, 0.95), axis=1), axis=0)
    )


def test_a_fold_does_not_recalibrate_itself() -> None:
    random = np.random.default_rng(4)
    who = [Origin(iso3, JANUARY, 200.0) for iso3 in COUNTRIES]
    draws, places = random.random((len(who), 50)), random.random(len(who))
    before = recalibrated.cross_recalibrated(draws, places, who)
    mine = np.array([fold_of(origin.iso3) == 0 for origin in who])
    after = recalibrated.cross_recalibrated(draws, np.where(mine, 0.999, places), who)
    np.testing.assert_array_equal(after[mine], before[mine])
    assert not np.array_equal(after[~mine], before[~mine])
