"""Calibration on a world of our own making: calibrated, recovering, indifferent to what is not informed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from drawdown.calibrate import history_matching, sbc
from drawdown.calibrate.posterior import CalibrationError, Ensemble, Fitted, fit, from_scores, normal_scores, posterior

PARAMETERS, INFORMED, SUMMARIES, FUTURES = 30, 12, 24, 3000


def made_up(seed: int = 1) -> Ensemble:
    """Skewed priors, saturating and partly quadratic effects, a rival hypothesis that shifts three summaries."""
    random = np.random.default_rng(seed)
    values = np.exp(0.5 * random.normal(size=(FUTURES, PARAMETERS)))
    values[:, 1] = 1 / (1 + values[:, 1] ** 3)
    z = normal_scores(values)
    option = (random.uniform(size=FUTURES) < 0.4).astype(np.intp)
    mix = random.normal(size=(INFORMED, SUMMARIES)) * 0.7
    summary = np.tanh(0.6 * z[:, :INFORMED]) @ mix + 1.2 * random.normal(size=(FUTURES, SUMMARIES)) + 0.2 * z[:, :1] ** 2
    summary[:, :3] += 1.2 * option[:, None]
    names = tuple(f"mechanism.p{i}" for i in range(PARAMETERS))
    return Ensemble(names, values, tuple(f"s{i}" for i in range(SUMMARIES)), summary, {"rival": option}, {"rival": (0.6, 0.4)})


@pytest.fixture(scope="module")
def fitted() -> Fitted:
    return fit(made_up())


def test_only_what_the_summaries_speak_of_is_learned(fitted: Fitted) -> None:
    assert set(range(INFORMED)) <= set(fitted.learned.tolist())
    assert len(fitted.learned) <= INFORMED + 2
    assert fitted.explained[INFORMED:].max() < 0.05


def test_ranks_are_flat_and_parameters_are_recovered(fitted: Fitted) -> None:
    found = sbc.ranks(fitted, 400)
    informed = [k for k, name in enumerate(found.parameters) if int(name.removeprefix("mechanism.p")) < INFORMED]
    assert len(set(found.flat()) & {found.parameters[k] for k in informed}) >= 10
    assert found.correlation[informed].min() > 0.5
    assert found.shrinkage[informed].max() < 0.9
    after, before = found.option_error["rival"]
    assert after < 0.9 * before


def test_a_known_parameter_is_recovered_from_its_own_history(fitted: Fitted) -> None:
    first = fitted.ensemble.values[:, 0]
    for quantile in (0.1, 0.9):
        future = int(np.argmin(np.abs(first - np.quantile(first, quantile))))
        drawn = posterior(fitted, fitted.noisy[future], 500, leave_out=future, standardised=True).values[:, 0]
        low, high = np.quantile(drawn, (0.005, 0.995))
        assert low < first[future] < high
        assert bool(np.median(drawn) > np.median(first)) is (quantile > 0.5)


def test_posterior_values_stay_within_the_prior_range(fitted: Fitted) -> None:
    far = fitted.centre + 50 * fitted.width
    drawn = posterior(fitted, far).values
    prior = fitted.ensemble.values[:, fitted.learned]
    assert (drawn >= prior.min(axis=0)).all()
    assert (drawn <= prior.max(axis=0)).all()


@pytest.mark.slow
def test_more_discrepancy_learns_less() -> None:
    ensemble = made_up()
    tight, loose = fit(ensemble, 0.05), fit(ensemble, 2.0)
    assert loose.explained[:INFORMED].mean() < 0.7 * tight.explained[:INFORMED].mean()


def test_hypothesis_weights_follow_the_evidence(fitted: Fitted) -> None:
    option = fitted.ensemble.options["rival"]
    for k in (0, 1):
        typical = fitted.ensemble.summaries[option == k].mean(axis=0)
        push = typical + (1.5 if k else -1.5) * np.r_[np.ones(3), np.zeros(SUMMARIES - 3)]
        weights = posterior(fitted, push).hypotheses["rival"]
        assert sum(weights) == pytest.approx(1)
        assert weights[k] > (0.6, 0.4)[k]


def rivals(seed: int, effect: float, futures: int = 800) -> Ensemble:
    """Four explanations of which the summaries say little (`effect`), in an ensemble drawn with a seed of its own."""
    random = np.random.default_rng(seed)
    option = random.integers(0, 4, futures)
    mix = np.random.default_rng(99).normal(size=(4, SUMMARIES))
    summaries = random.normal(size=(futures, SUMMARIES)) + effect * mix[option]
    values = np.exp(random.normal(size=(futures, 2)))
    names = tuple(f"s{i}" for i in range(SUMMARIES))
    return Ensemble(("mechanism.a", "mechanism.b"), values, names, summaries, {"why": option.astype(np.intp)}, {"why": (0.25,) * 4})


def test_three_seeds_do_not_tell_three_stories() -> None:
    """The same data, three ensembles: the weights of the options lie within their stated errors of one another."""
    seen = 0.35 * np.random.default_rng(99).normal(size=(4, SUMMARIES))[1] + 0.3 * np.random.default_rng(5).normal(size=SUMMARIES)
    found = [posterior(fit(rivals(seed, 0.15), seed=seed), seen, 10, seed) for seed in (1, 2, 3)]
    weights = np.array([each.hypotheses["why"] for each in found])
    alone = np.array([each.weighed["why"].data for each in found])
    errors = np.array([each.weighed["why"].errors for each in found])
    np.testing.assert_allclose(weights.sum(axis=1), 1)
    assert (np.ptp(alone, axis=0) < 4 * np.sqrt((errors**2).mean(axis=0)) + 0.02).all()
    assert np.abs(weights - 0.25).max() <= np.abs(alone - 0.25).max()  # never further from the prior than the data


def test_weights_that_chance_could_have_moved_stay_near_the_prior() -> None:
    """Summaries that hardly know of the options: what they seem to say is mostly not followed; where they know, it is."""
    seen = np.random.default_rng(6).normal(size=SUMMARIES)
    hardly = [posterior(fit(rivals(seed, 0.1, 500), seed=seed), seen, 10, seed) for seed in (1, 2, 3)]
    moved = np.mean([np.abs(np.array(each.hypotheses["why"]) - 0.25).max() for each in hardly])
    alone = np.mean([np.abs(np.array(each.weighed["why"].data) - 0.25).max() for each in hardly])
    assert alone > 0.03
    assert moved < 0.3 * alone
    clear = posterior(fit(rivals(1, 1.0, 500)), np.random.default_rng(99).normal(size=(4, SUMMARIES))[1], 10)
    assert clear.weighed["why"].followed > 0.9
    assert clear.hypotheses["why"][1] > 0.8


def test_the_same_seed_gives_the_same_rows_and_another_does_not(fitted: Fitted) -> None:
    seen = fitted.ensemble.summaries[5]
    first, again, other = (posterior(fitted, seen, 100, seed).values for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_normal_scores_and_back() -> None:
    values = np.exp(np.random.default_rng(2).normal(size=(500, 3)))
    np.testing.assert_allclose(from_scores(normal_scores(values), values), values, rtol=1e-9)


def test_history_matching_rules_out_the_implausible_and_keeps_the_truth() -> None:
    random = np.random.default_rng(3)
    z = random.normal(size=(3000, 4))
    summary = np.stack([3 * z[:, 0], 2 * z[:, 1] ** 2, random.normal(size=3000)], axis=1) + 0.3 * random.normal(size=(3000, 3))
    emulator = history_matching.emulate(z, summary)
    assert emulator.explained[0] > 0.95
    assert emulator.explained[1] > 0.9
    assert abs(emulator.explained[2]) < 0.05
    matched = history_matching.match(emulator, np.array([4.5, 2.0, 0.0]), np.zeros(3), rank=1)
    assert matched.share < 0.4
    assert np.abs(z[matched.kept, 0] - 1.5).max() < 0.6
    true = (np.abs(z[:, 0] - 1.5) < 0.1) & (np.abs(np.abs(z[:, 1]) - 1.0) < 0.1)
    assert true.sum() > 5
    assert matched.kept[true].all()
    # Structural discrepancy lets more stand.
    assert history_matching.match(emulator, np.array([4.5, 2.0, 0.0]), np.full(3, 2.0), rank=1).share > matched.share


def test_history_matching_never_ends_with_nothing() -> None:
    z = np.random.default_rng(4).normal(size=(500, 2))
    emulator = history_matching.emulate(z, z + 0.01)
    matched = history_matching.match(emulator, np.array([50.0, 50.0]), np.zeros(2))
    assert matched.share == pytest.approx(0.05, abs=0.01)
    assert matched.passed == 0


def test_uniformity_tells_flat_from_bent() -> None:
    random = np.random.default_rng(5)
    flat = np.bincount(random.integers(0, 20, 400), minlength=20)
    bent = np.bincount((random.beta(0.4, 0.4, 400) * 20).astype(int), minlength=20)
    assert sbc.uniformity(flat) > 0.01
    assert sbc.uniformity(bent) < 1e-4


def test_a_posterior_that_is_too_narrow_is_caught(fitted: Fitted) -> None:
    """The check must be able to fail: halve the residuals and the ranks bend."""
    random = np.random.default_rng(6)
    truth, centre = random.normal(size=(400, 1)), 0.0
    narrow = centre + 0.5 * random.normal(size=(400, 199))
    ranks = (narrow < truth).sum(axis=1)
    assert sbc.uniformity(np.bincount(ranks * 20 // 200, minlength=20)) < 1e-6


def plain_world(seed: int = 7, futures: int = 600, parameters: int = 24) -> Fitted:
    """Standard normal parameters, each told by a figure of its own with noise as large: the posterior is known."""
    random = np.random.default_rng(seed)
    z = random.normal(size=(futures, parameters))
    names = tuple(f"mechanism.p{i}" for i in range(parameters))
    seen = z + random.normal(size=z.shape)
    return fit(Ensemble(names, z, tuple(f"s{i}" for i in range(parameters)), seen, {}, {}), 0.0)


@pytest.mark.statistical
def test_the_residuals_of_the_posterior_are_as_wide_as_they_should_be() -> None:
    """Ranks of the truth over 200 histories and 8 parameters have the variance of uniform ones, a twelfth (.091: a tenth too narrow)."""
    fitted = plain_world(futures=1500, parameters=8)
    assert len(fitted.learned) == 8
    draws, tests = 199, 200
    ranks = []
    for future in range(tests):
        found = posterior(fitted, fitted.noisy[future], draws, leave_out=future, standardised=True)
        ranks.append(((found.values < fitted.ensemble.values[future, fitted.learned]).sum(axis=0) + 0.5) / (draws + 1))
    apart = (np.array(ranks).ravel() - 0.5) ** 2
    error = apart.std(ddof=1) / np.sqrt(apart.size)
    assert abs(apart.mean() - 1 / 12) < 4 * error


@pytest.mark.statistical
def test_residuals_are_widened_by_the_degrees_of_freedom_of_their_regression() -> None:
    """With 25 columns on a hundred neighbours residuals are an eighth too small; widened, no posterior is narrower than the exact one."""
    fitted = plain_world(futures=600, parameters=24)
    widths = [posterior(fitted, fitted.noisy[f], 400, leave_out=f, standardised=True).values.std(axis=0) for f in range(40)]
    mean = np.mean(widths, axis=1)
    assert mean.mean() > np.sqrt(0.5) - 4 * mean.std(ddof=1) / np.sqrt(len(mean))


def test_the_width_of_the_posterior_is_the_known_one() -> None:
    """Prior and noise of variance one: a posterior of variance a half, about half of what was seen."""
    fitted = plain_world(futures=3000, parameters=3)
    seen = fitted.centre + np.array([1.0, 0.0, -1.0])
    found = posterior(fitted, seen, 20_000).values
    # 1,500 neighbours, of which the kernel leaves about 1,250: errors of a standard deviation and of a mean, and as much for the fit.
    assert found.std(axis=0) == pytest.approx(np.full(3, np.sqrt(0.5)), rel=4 * np.sqrt(2 / (2 * 1250)))
    assert found.mean(axis=0) == pytest.approx([0.5, 0.0, -0.5], abs=4 * np.sqrt(0.5) * np.sqrt(2 / 1250))


def test_a_history_is_not_calibrated_with_its_own_future(fitted: Fitted) -> None:
    """With its parameters moved far away, the posterior of a left-out future is the same to the bit; not left out, it is another."""
    future = 17
    scores = fitted.scores.copy()
    scores[future] = 4.0
    moved = replace(fitted, scores=scores)
    seen = fitted.noisy[future]
    left = [posterior(f, seen, 300, leave_out=future, standardised=True).values for f in (fitted, moved)]
    kept = [posterior(f, seen, 300, standardised=True).values for f in (fitted, moved)]
    np.testing.assert_array_equal(left[0], left[1])
    assert (kept[0] != kept[1]).any()


def test_too_few_futures_and_missing_figures_are_refused() -> None:
    ensemble = made_up()
    few = Ensemble(ensemble.parameters, ensemble.values[:50], ensemble.summary_names, ensemble.summaries[:50], {}, {})
    with pytest.raises(CalibrationError, match="too few"):
        fit(few)
    holes = ensemble.summaries.copy()
    holes[3, 2] = np.nan
    broken = Ensemble(ensemble.parameters, ensemble.values, ensemble.summary_names, holes, {}, {})
    with pytest.raises(CalibrationError, match="s2"):
        fit(broken)
