"""Rule out what is implausible before anything is fitted: history matching (Craig et al. 1997; Vernon, Goldstein and Bower 2010).

An emulator gives the expected summaries of a draw of the parameters; a draw is implausible where some summary lies more than three standard
deviations from what was observed. The deviations count the emulator's own error with the luck of a single future, and a structural
discrepancy of its own, because the model is not the world.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LIMIT = 3.0  # Pukelsheim's three sigma rule
# The second largest implausibility decides: one summary that the model gets wrong by structure must not rule out everything.
RANK = 2


@dataclass(frozen=True, slots=True)
class Emulator:
    """Ridge regression of every summary on parameters and their squares. `variance` is what it leaves: its error and a future's luck."""

    expected: Floats  # of the draws that it was fitted to (draw, summary)
    variance: Floats  # (summary)
    explained: Floats  # share of each summary's variance that the parameters explain, adjusted for their number


def features(z: Floats) -> Floats:
    """Parameters (normal scores) and their squares, centred where the scores are standard normal."""
    return np.hstack([z, (z * z - 1.0) / np.sqrt(2.0)])


def emulate(z: Floats, summaries: Floats, ridge: float = 3.0) -> Emulator:
    """Fit the emulator: `z` (draw, parameter) as normal scores, `summaries` (draw, summary)."""
    x, centre = features(z), summaries.mean(axis=0)
    gram = x.T @ x + ridge * np.eye(x.shape[1])
    beta = np.linalg.solve(gram, x.T @ (summaries - centre))
    expected = centre + x @ beta
    degrees = float(np.trace(np.linalg.solve(gram, x.T @ x)))
    left = ((summaries - expected) ** 2).sum(axis=0) / max(len(z) - degrees - 1, 1)
    whole = summaries.var(axis=0, ddof=1)
    return Emulator(expected, left, 1.0 - left / np.where(whole > 0, whole, 1.0))


@dataclass(frozen=True, slots=True)
class Match:
    """`implausibility` (draw, summary); `kept` (draw): those whose second largest is at most three, or the least implausible twentieth.

    `passed`: share of the draws that pass the limit; where it is under a twentieth the model does not reach the data.
    """

    implausibility: Floats
    kept: NDArray[np.bool_]
    passed: float

    @property
    def share(self) -> float:
        """Share of the prior that is not ruled out."""
        return float(self.kept.mean())


def match(
    emulator: Emulator, observed: Floats, discrepancy: Floats, observation: Floats | float = 0.0, limit: float = LIMIT, rank: int = RANK
) -> Match:
    """Implausibility of every draw of the emulator: |z - E f| / sqrt(Var em + Var luck + Var discrepancy + Var observation).

    `observed`, `discrepancy` and `observation` (standard deviations) are per summary. If nothing would be left, the least implausible
    twentieth is kept, so that the diagnostics can show what is wrong.
    """
    deviation = np.sqrt(emulator.variance + discrepancy**2 + np.square(observation))
    implausibility = np.abs(observed - emulator.expected) / deviation
    rank = min(rank, implausibility.shape[1])
    worst = np.partition(implausibility, -rank, axis=1)[:, -rank]
    kept = worst <= limit
    passed = float(kept.mean())
    if passed < 0.05:
        kept = worst <= np.quantile(worst, 0.05)
    return Match(implausibility, kept, passed)
