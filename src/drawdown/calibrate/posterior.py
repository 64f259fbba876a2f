"""From an ensemble of prior futures and one observed history to a posterior: approximate Bayesian computation, adjusted by regression.

Every prior future is a draw of the parameters with its simulation, so the posterior needs no further runs. In order: history matching rules
out what is implausible; a ridge regression finds which parameters the summaries speak of at all and projects the summaries on them
(semi-automatic ABC, Fearnhead and Prangle 2012); the futures nearest to the data in that projection are kept and their parameters moved
to where the data lie (regression adjustment, Beaumont et al. 2002). Rival hypotheses get posterior weights by a discriminant of the same
projection. What the summaries do not speak of keeps its prior. `drawdown.calibrate.sbc` checks that the outcome is calibrated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from drawdown.calibrate.history_matching import Emulator, Match, emulate, match
from drawdown.errors import DrawdownError

Floats = NDArray[np.float64]

LEARNED = 0.02  # cross-validated share of variance above which a parameter counts as spoken of by the data
NEAREST = 0.5  # share of the plausible futures that is kept
LEAST = 200  # never fewer
FOLDS = 5
BAGS = 24  # ensembles drawn anew from the one there is, each with other noise: how far a hypothesis's weights are chance


class CalibrationError(DrawdownError):
    """The ensemble cannot be calibrated; the message says why."""


def normal_scores(values: Floats) -> Floats:
    """Ranks (ties in the middle) as standard normal quantiles, column by column: the prior becomes standard normal, whatever it was."""
    from scipy.special import ndtri
    from scipy.stats import rankdata

    return np.asarray(ndtri((rankdata(values, axis=0) - 0.5) / len(values)))


def from_scores(scores: Floats, prior: Floats) -> Floats:
    """Scores back to values through the prior draws' own quantiles: nothing leaves the range that was drawn."""
    from scipy.special import ndtr

    n = len(prior)
    grid = (np.arange(n) + 0.5) / n
    return np.stack([np.interp(ndtr(scores[:, j]), grid, np.sort(prior[:, j])) for j in range(prior.shape[1])], axis=1)


@dataclass(frozen=True, slots=True)
class Ensemble:
    """Prior futures: `values` (future, parameter), `options` (hypothesis -> option index, future), `summaries` (future, summary)."""

    parameters: tuple[str, ...]
    values: Floats
    summary_names: tuple[str, ...]
    summaries: Floats
    options: Mapping[str, NDArray[np.intp]]
    prior_weights: Mapping[str, tuple[float, ...]]


@dataclass(frozen=True, slots=True)
class Fitted:
    """What is computed once for an ensemble: used for the data, and again for every simulated history of the calibration check."""

    ensemble: Ensemble
    scores: Floats  # normal scores of the parameters (future, parameter)
    emulator: Emulator
    noisy: Floats  # standardised summaries with discrepancy added (future, summary)
    centre: Floats
    width: Floats
    discrepancy: Floats  # standard deviations of the structural discrepancy, unit of the summaries
    learned: NDArray[np.intp]  # columns of `parameters` that the summaries speak of
    explained: Floats  # cross-validated share of variance (parameter)
    weights: Floats  # (fold, 1 + feature, learned): projection of summaries on parameters, each fitted without its fold
    projected: Floats  # (future, learned), by the projection that has not seen the future
    # hypothesis -> for each bag: projection (fold, 1 + feature, option - 1), class means and pooled precision of scores not fitted to
    discriminants: Mapping[str, tuple[tuple[Floats, Floats, Floats], ...]]


def _features(x: Floats) -> Floats:
    return np.hstack([np.ones((len(x), 1)), x, (x * x - 1.0) / np.sqrt(2.0)])


def _ridge(features: Floats, targets: Floats, strength: float) -> Floats:
    gram = features.T @ features
    penalty = strength * np.eye(gram.shape[0])
    penalty[0, 0] = 0.0
    return np.asarray(np.linalg.solve(gram + penalty, features.T @ targets))


def _fold(count: int) -> NDArray[np.intp]:
    return np.arange(count) % FOLDS


def _cross_fitted(
    features: Floats, targets: Floats, strengths: Sequence[float], fold: NDArray[np.intp] | None = None
) -> tuple[Floats, Floats, Floats]:
    """Ridge regressions each fitted without one fold: weights (fold, feature, target), predictions of what was left out, and the share
    of each target's variance that they explain. Of the `strengths` the one that explains most serves all targets.
    """
    fold = _fold(len(features)) if fold is None else fold
    whole = ((targets - targets.mean(axis=0)) ** 2).sum(axis=0)
    best: tuple[Floats, Floats, Floats] | None = None
    for strength in strengths:
        weights = np.stack([_ridge(features[fold != k], targets[fold != k], strength) for k in range(FOLDS)])
        predicted = _predict(features, weights, fold)
        explained = 1.0 - ((targets - predicted) ** 2).sum(axis=0) / np.where(whole > 0, whole, 1.0)
        if best is None or np.maximum(explained, 0).sum() > np.maximum(best[2], 0).sum():
            best = (weights, predicted, explained)
    assert best is not None  # there is at least one strength
    return best


def _predict(features: Floats, weights: Floats, fold: NDArray[np.intp]) -> Floats:
    """Predictions by the weights of each row's fold; where a row has none (fold -1: the data), by the mean of all."""
    out = features @ weights.mean(axis=0)
    for k in range(len(weights)):
        out[fold == k] = features[fold == k] @ weights[k]
    return np.asarray(out)


# Structural discrepancy of a summary, as a share of its prior predictive deviation: for the country, and for one place, whose level rests
# on the tables of the origin more than on any parameter.
DISCREPANCY, DISCREPANCY_PLACE = 0.25, 0.75


def default_discrepancy(names: Sequence[str]) -> dict[str, float]:
    """Structural discrepancy by summary: figures of one place ('deaths per week in ...') are trusted less than those of the country."""
    return {n: DISCREPANCY_PLACE if " per week in " in n else DISCREPANCY for n in names}


def fit(ensemble: Ensemble, discrepancy: float | Mapping[str, float] | None = None, seed: int = 1) -> Fitted:
    """Learn from the prior ensemble what its summaries say about its parameters.

    `discrepancy`: standard deviation of the structural discrepancy of each summary, as a share of its prior predictive standard
    deviation (one number for all, by name, or by default: see `default_discrepancy`). Raises CalibrationError for too few futures.
    """
    n, m = ensemble.summaries.shape
    if n < 2 * LEAST:
        raise CalibrationError(f"{n} prior futures are too few to learn from; expected at least {2 * LEAST}")
    if not np.isfinite(ensemble.summaries).all():
        bad = [name for name, column in zip(ensemble.summary_names, ensemble.summaries.T, strict=True) if not np.isfinite(column).all()]
        raise CalibrationError(f"summaries that are not numbers in some future: {', '.join(bad[:5])}; leave them out")
    # A wild future must not set the scale: summaries are cut at their 0.2 and 99.8 percentiles.
    low, high = np.quantile(ensemble.summaries, (0.002, 0.998), axis=0)
    cut = np.clip(ensemble.summaries, low, high)
    centre, width = cut.mean(axis=0), np.maximum(cut.std(axis=0), 1e-9)
    by_name = default_discrepancy(ensemble.summary_names) if discrepancy is None else discrepancy
    share = np.array([by_name[s] if isinstance(by_name, Mapping) else by_name for s in ensemble.summary_names])
    noise = np.random.default_rng([seed, 11]).normal(size=(n, m)) * share
    noisy = (cut - centre) / width + noise
    z = normal_scores(ensemble.values)
    x = _features(noisy)
    weights, predicted, explained = _cross_fitted(x, z, (3.0, 30.0, 300.0))
    learned = np.flatnonzero(explained > LEARNED)
    standard = (cut - centre) / width
    discriminants = {
        name: _bagged(standard, share, option, seed) for name, option in ensemble.options.items() if len(np.unique(option)) > 1
    }
    fitted_to = replace(ensemble, summaries=cut)
    return Fitted(
        fitted_to,
        z,
        emulate(z, cut),
        noisy,
        centre,
        width,
        share * width,
        learned,
        explained,
        weights[:, :, learned],
        predicted[:, learned],
        discriminants,
    )


def _bagged(standard: Floats, share: Floats, option: NDArray[np.intp], seed: int) -> tuple[tuple[Floats, Floats, Floats], ...]:
    """Discriminants of a hypothesis, each from futures drawn anew and with discrepancy of its own; a future keeps its fold in all.

    `standard`: standardised summaries (future, summary) without discrepancy, `share` its standard deviation (summary).
    """
    present, fold = np.unique(option), _fold(len(option))
    strengths: tuple[float, ...] = (30.0, 300.0, 3000.0)
    found = []
    for bag in range(BAGS):
        random = np.random.default_rng([seed, 17, bag])
        rows = np.sort(random.integers(0, len(option), len(option)))
        drawn, mine = option[rows], fold[rows]
        x = _features(standard[rows] + random.normal(size=(len(rows), len(share))) * share)
        indicator = (drawn[:, None] == present[None, 1:]).astype(float)
        if len(strengths) > 1:  # what serves the first bag best serves all
            explained = [np.maximum(_cross_fitted(x, indicator, (strength,), mine)[2], 0).sum() for strength in strengths]
            strengths = (strengths[int(np.argmax(explained))],)
        projection, score, _ = _cross_fitted(x, indicator, strengths, mine)
        means = np.stack([score[drawn == k].mean(axis=0) for k in present])
        inner = score - means[np.searchsorted(present, drawn)]
        pooled = inner.T @ inner / max(len(rows) - len(present), 1) + 1e-9 * np.eye(score.shape[1])
        found.append((projection, means, np.linalg.inv(pooled)))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Weighed:
    """What the data say of a hypothesis: mean weights of its options over the bags, their errors, and how much of the way from the prior
    weights they are followed: not at all where chance alone would lead as far."""

    data: tuple[float, ...]
    errors: tuple[float, ...]
    followed: float


@dataclass(frozen=True, slots=True)
class Posterior:
    """Joint draws of the learned parameters (`values` row by parameter), weights of the options of each hypothesis, how it came about."""

    parameters: tuple[str, ...]
    values: Floats
    hypotheses: Mapping[str, tuple[float, ...]]
    weighed: Mapping[str, Weighed]
    match: Match
    neighbours: int
    effective: float


def _option_weights(fitted: Fitted, features: Floats, fold: NDArray[np.intp]) -> tuple[dict[str, tuple[float, ...]], dict[str, Weighed]]:
    """Posterior weights of rival hypotheses, and what they rest on.

    In each bag: prior weight times the density of the discriminant's score under each option. Data that lie outside what any option makes
    must not decide between them by their tails: the scale is then widened until the nearest option is typical (Birge 1932). Their mean is
    followed as far as it is no chance (the positive part of James and Stein's rule): three seeds must not tell three stories.
    """
    found: dict[str, tuple[float, ...]] = {}
    weighed: dict[str, Weighed] = {}
    for name, prior in fitted.ensemble.prior_weights.items():
        if name not in fitted.discriminants:
            found[name] = prior
            continue
        present = np.unique(fitted.ensemble.options[name])
        before = np.zeros(len(prior))
        before[present] = np.maximum(np.asarray(prior)[present], 1e-12)
        before = before / before.sum()
        bags = np.stack([_one_bag(bag, features, fold, before, present) for bag in fitted.discriminants[name]])
        mean, errors = bags.mean(axis=0), bags.std(axis=0, ddof=1)
        away = float(((mean - before) ** 2).sum())
        followed = max(0.0, 1.0 - float((errors**2).sum()) / away) if away > 0 else 0.0
        found[name] = tuple(float(w) for w in before + followed * (mean - before))
        weighed[name] = Weighed(tuple(float(w) for w in mean), tuple(float(e) for e in errors), followed)
    return found, weighed


def _one_bag(
    bag: tuple[Floats, Floats, Floats], features: Floats, fold: NDArray[np.intp], before: Floats, present: NDArray[np.intp]
) -> Floats:
    projection, means, precision = bag
    away = _predict(features, projection, fold) - means
    square = np.einsum("ki,ij,kj->k", away, precision, away)
    square = square / max(1.0, float(square.min()) / away.shape[1])
    log = np.full(len(before), -np.inf)
    log[present] = np.log(before[present]) - 0.5 * square
    weight = np.exp(log - log.max())
    return np.asarray(weight / weight.sum())


def posterior(
    fitted: Fitted, observed: Floats, rows: int = 2000, seed: int = 1, leave_out: int | None = None, standardised: bool = False
) -> Posterior:
    """Posterior given observed summaries (summary). `leave_out` drops a future from the ensemble, for checks on simulated histories.

    `standardised`: the observation already is on the scale of `fitted.noisy`, discrepancy included (a simulated history).
    """
    seen = observed if standardised else (observed - fitted.centre) / fitted.width
    raw = fitted.centre + seen * fitted.width
    matched = match(fitted.emulator, raw, fitted.discrepancy)
    usable = matched.kept.copy()
    if leave_out is not None:
        usable[leave_out] = False
    index = np.flatnonzero(usable)
    # A data point outside all that was simulated is pulled to its edge: the regression must not extrapolate squares.
    edge = np.quantile(fitted.noisy, (0.001, 0.999), axis=0)
    features = _features(np.clip(seen, edge[0], edge[1])[None, :])
    fold = np.array([-1 if leave_out is None else leave_out % FOLDS], dtype=np.intp)
    target = _predict(features, fitted.weights, fold)[0]
    hypotheses, weighed = _option_weights(fitted, features, fold)
    names = tuple(fitted.ensemble.parameters[j] for j in fitted.learned)
    if not names:
        return Posterior((), np.zeros((rows, 0)), hypotheses, weighed, matched, len(index), float(len(index)))
    gap = fitted.projected[index] - target
    spread = np.cov(fitted.projected, rowvar=False).reshape(len(names), len(names)) + 1e-9 * np.eye(len(names))
    distance = np.sqrt(np.einsum("ij,jk,ik->i", gap, np.linalg.inv(spread), gap))
    count = min(len(index), max(LEAST, 10 * len(names), int(NEAREST * len(index))))
    near = np.argpartition(distance, count - 1)[:count]
    reach = distance[near].max() * 1.0001
    kernel = 1.0 - (distance[near] / reach) ** 2
    kernel = kernel / kernel.sum()
    local = np.hstack([np.ones((count, 1)), gap[near]])
    z = fitted.scores[index[near]][:, fitted.learned]
    gram = (local * kernel[:, None]).T @ local
    slope = np.linalg.solve(gram + 1e-3 * np.diag(np.r_[0.0, np.diag(gram)[1:]]), (local * kernel[:, None]).T @ z)
    # Residuals of a regression are too small by its degrees of freedom; the posterior must not be.
    effective = float(1.0 / (kernel**2).sum())
    centre = kernel @ (z - gap[near] @ slope[1:])
    widened = np.sqrt(effective / max(effective - local.shape[1], 1.0))
    moved = centre + (z - gap[near] @ slope[1:] - centre) * widened
    random = np.random.default_rng([seed, 13, 0 if leave_out is None else leave_out + 1])
    drawn = moved[random.choice(count, size=rows, p=kernel)]
    prior = fitted.ensemble.values[:, fitted.learned]
    return Posterior(names, from_scores(drawn, prior), hypotheses, weighed, matched, count, effective)
