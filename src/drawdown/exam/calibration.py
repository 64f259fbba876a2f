"""How far the percentages may be trusted: a monotone map from the share of futures to a probability, learned from held-out folds.

The map is beta calibration (Kull, Silva Filho, Flach 2017): the log odds are c + a ln p - b ln(1 - p), a and b not below 0, with an
offset for each kind of question. All of it is pulled towards no change (a = b = 1, c = 0), so that few cases change little.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

from drawdown.exam.panel import ExamError, Floats

if TYPE_CHECKING:
    from drawdown.exam.questions import DatedQuestion

SHIPPED = "calibration.json"
SLOPES, LEVEL, KINDS = 0.5, 1.0, 0.5  # how far the map is thought to stray from no change, standard deviations (assumed)
LEAST = 1e-4  # a probability nearer to 0 or 1 than this is taken for it
RESAMPLES = 100
BAND = (0.05, 0.95)


@dataclass(frozen=True, slots=True)
class Map:
    """a, b and c, and the offset of each kind that was seen."""

    below: float
    above: float
    level: float
    kinds: Mapping[str, float]

    def __call__(self, probability: Floats, kind: str = "", offset: Floats | float = 0.0) -> Floats:
        """Probabilities (any shape) of a kind; `offset` is added to the log odds."""
        p = np.clip(np.asarray(probability, dtype=np.float64), LEAST, 1 - LEAST)
        odds = self.level + self.kinds.get(kind, 0.0) + offset + self.below * np.log(p) - self.above * np.log1p(-p)
        return np.asarray(1.0 / (1.0 + np.exp(-odds)), dtype=np.float64)


NO_CHANGE = Map(1.0, 1.0, 0.0, {})


def weights(questions: Sequence[DatedQuestion]) -> Floats:
    """Questions of one origin and kind are one case between them: they share a future."""
    cases = [(question.origin.id, question.kind) for question in questions]
    count = {case: cases.count(case) for case in set(cases)} if len(cases) < 50 else _counted(cases)
    return np.array([1.0 / count[case] for case in cases])


def _counted(cases: Sequence[tuple[str, str]]) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    for case in cases:
        found[case] = found.get(case, 0) + 1
    return found


def fit(said: Floats, outcomes: Floats, kinds: Sequence[str], weight: Floats) -> Map:
    """The map at the greatest posterior; questions without forecast or outcome are left out. No cases: no change."""
    from scipy.optimize import minimize

    held = ~(np.isnan(said) | np.isnan(outcomes))
    if not held.any():
        return NO_CHANGE
    names = sorted({kind for kind, kept in zip(kinds, held, strict=True) if kept})
    which = np.array([names.index(kind) for kind, kept in zip(kinds, held, strict=True) if kept])
    p, y, w = np.clip(said[held], LEAST, 1 - LEAST), outcomes[held], weight[held]
    low, high = np.log(p), -np.log1p(-p)
    one = np.eye(len(names))[which]
    design = np.column_stack([low, high, np.ones(len(p)), one])
    centre = np.concatenate([[1.0, 1.0], np.zeros(1 + len(names))])
    spread = np.concatenate([[SLOPES, SLOPES, LEVEL], np.full(len(names), KINDS)])

    def loss(x: Floats) -> tuple[float, Floats]:
        odds = design @ x
        pulled = (x - centre) / spread
        value = float((w * (np.logaddexp(0.0, odds) - y * odds)).sum() + 0.5 * (pulled**2).sum())
        return value, design.T @ (w * (1.0 / (1.0 + np.exp(-odds)) - y)) + pulled / spread

    bounds = [(0.0, None), (0.0, None), *[(None, None)] * (1 + len(names))]
    x = minimize(loss, centre, jac=True, method="L-BFGS-B", bounds=bounds).x
    return Map(float(x[0]), float(x[1]), float(x[2]), {name: float(v) for name, v in zip(names, x[3:], strict=True)})


def cross_calibrated(questions: Sequence[DatedQuestion], said: Floats, outcomes: Floats) -> Floats:
    """Each probability by the map that the other folds' questions teach: no case calibrates itself. NaN stays NaN."""
    from drawdown.exam.origins import FOLDS

    folds = np.array([question.origin.fold for question in questions])
    kinds = [question.kind for question in questions]
    weight = weights(questions)
    found = np.full(len(questions), np.nan)
    for fold in range(FOLDS):
        others, mine = folds != fold, np.flatnonzero(folds == fold)
        learned = fit(said[others], outcomes[others], [k for k, kept in zip(kinds, others, strict=True) if kept], weight[others])
        for row in mine:
            if not np.isnan(said[row]):
                found[row] = float(learned(said[row], kinds[row]))
    return found


@dataclass(frozen=True, slots=True)
class LearnedMap:
    """What is shipped: the map of all folds, maps of resampled countries for the error, and what it was learned from."""

    map: Map
    resampled: tuple[Map, ...]
    manifest: Mapping[str, object]

    def calibrated(self, probability: float, kind: str = "") -> tuple[float, float, float]:
        """(value, low, high): the probability and its 90% band, from how well the map is known.

        A kind that was never asked has no offset of its own: its band also holds how far kinds differ. Raises ExamError outside 0 to 1.
        """
        if not 0 <= probability <= 1:
            raise ExamError(f"a probability of {probability:g}; expected 0 to 1")
        p = np.array(probability)
        # Evenly spread quantiles instead of draws: the same question has the same answer.
        spread = [0.0] if kind in self.map.kinds else [KINDS * NormalDist().inv_cdf((k + 0.5) / 20) for k in range(20)]
        drawn = np.concatenate([m(p, kind, np.array(spread)) for m in self.resampled or (self.map,)])
        low, high = np.quantile(drawn, BAND)
        value = float(self.map(p, kind))
        return value, min(float(low), value), max(float(high), value)


def learn(questions: Sequence[DatedQuestion], said: Floats, outcomes: Floats, manifest: Mapping[str, object], seed: int = 1) -> LearnedMap:
    """The map of all questions, and RESAMPLES of it with whole countries drawn anew."""
    kinds = [question.kind for question in questions]
    weight = weights(questions)
    countries = sorted({question.origin.iso3 for question in questions})
    where = np.array([countries.index(question.origin.iso3) for question in questions])
    random = np.random.default_rng(seed)
    maps = []
    for _ in range(RESAMPLES):
        times = random.multinomial(len(countries), np.full(len(countries), 1 / len(countries)))
        maps.append(fit(said, outcomes, kinds, weight * times[where]))
    return LearnedMap(fit(said, outcomes, kinds, weight), tuple(maps), manifest)


def to_json(learned: LearnedMap) -> str:
    """As it is shipped."""

    def plain(one: Map) -> list[object]:
        return [round(one.below, 5), round(one.above, 5), round(one.level, 5), {k: round(v, 5) for k, v in sorted(one.kinds.items())}]

    whole = {"manifest": dict(learned.manifest), "map": plain(learned.map), "resampled": [plain(m) for m in learned.resampled]}
    return json.dumps(whole, indent=1, sort_keys=True, default=str) + "\n"


def from_json(text: str) -> LearnedMap:
    """As `to_json` writes it. Raises ExamError for anything else."""
    try:
        whole = json.loads(text)
        maps = [Map(float(a), float(b), float(c), {str(k): float(v) for k, v in kinds.items()}) for a, b, c, kinds in whole["resampled"]]
        a, b, c, kinds = whole["map"]
        return LearnedMap(Map(float(a), float(b), float(c), {str(k): float(v) for k, v in kinds.items()}), tuple(maps), whole["manifest"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ExamError(f"this is no calibration that `drawdown exam` wrote: {error}") from error


@cache
def shipped() -> LearnedMap | None:
    """The calibration that travels with the package; None while none was learned."""
    file = files("drawdown.exam") / SHIPPED
    return from_json(file.read_text(encoding="utf-8")) if file.is_file() else None


def calibrated(probability: float, kind: str = "") -> tuple[float, float, float] | None:
    """(value, low, high) of a share of futures by the shipped map; None while there is none: then the share stands as it is."""
    learned = shipped()
    return None if learned is None else learned.calibrated(probability, kind)


# Shares of futures of which `worth` tells what they have been worth.
TOLD = (0.02, 0.1, 0.25, 0.5, 0.75, 0.9, 0.98)


def worth() -> str | None:
    """What percentages of the simulator have been worth in wars that it had not learned from; None while no map is shipped."""
    learned = shipped()
    if learned is None:
        return None
    said = []
    for share in TOLD:
        value, low, high = learned.calibrated(share)
        said.append(f"{share:.0%} came true in {value:.0%} ({low:.0%} to {high:.0%})")
    return f"What the percentages have been worth in wars not learned from (docs: the exam): {'; '.join(said)}."
