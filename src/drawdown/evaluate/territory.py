"""Control read off tactics by a hidden Markov model: the check that events, not the simulator, tell who rules.

The model of Anders 2020 (Journal of Peace Research 57(6):701-714, replication code): monthly states from rebel to government control,
tactics as emissions. Its matrix has a simple negative eigenvalue, so it has no weekly root: it is used by month and never rescaled.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
STATES = ("rebel", "rather rebel", "disputed", "rather government", "government")
TACTICS = ("none", "conventional", "balanced", "terror")

# Rows: from; columns: to (est/hmm_nga.R of the replication code, "based on Kalyvas 2006").
TRANSITION: Floats = np.array(
    [
        [0.25, 0.50, 0.025, 0.20, 0.025],
        [0.25, 0.15, 0.075, 0.50, 0.025],
        [0.05, 0.025, 0.05, 0.85, 0.025],
        [0.025, 0.075, 0.15, 0.125, 0.625],
        [0.05, 0.075, 0.475, 0.025, 0.375],
    ]
)
# Rows: state; columns: tactics.
EMISSION: Floats = np.array(
    [
        [0.6, 0.175, 0.175, 0.05],
        [0.05, 0.6, 0.175, 0.175],
        [0.05, 0.175, 0.6, 0.175],
        [0.05, 0.175, 0.175, 0.6],
        [0.6, 0.05, 0.175, 0.175],
    ]
)
BALANCE_MARGIN = 0.05  # shares of terror this near to a half count as balanced
QUIET = 0.1  # fewer events a month count as none


def stationary(transition: Floats) -> Floats:
    """The stationary distribution of a chain whose rows sum to one. Raises ValueError for a matrix that is not stochastic."""
    if not np.allclose(transition.sum(axis=1), 1.0, atol=1e-8):
        sums = ", ".join(f"{s:.3f}" for s in transition.sum(axis=1))
        raise ValueError(f"rows sum to {sums}; a chain's rows sum to one (was the matrix transposed?)")
    values, vectors = np.linalg.eig(transition.T)
    vector = np.real(vectors[:, np.argmin(np.abs(values - 1.0))])
    return np.asarray(vector / vector.sum(), dtype=np.float64)


def tactics(conventional: Floats, terror: Floats) -> NDArray[np.intp]:
    """The tactic that rules each month, as an index into TACTICS, from counts of attacks on forces and on civilians."""
    total = conventional + terror
    share = terror / np.maximum(total, 1e-12)
    led = np.where(share > 0.5 + BALANCE_MARGIN, 3, np.where(share < 0.5 - BALANCE_MARGIN, 1, 2))
    return np.where(total < QUIET, 0, led)


def viterbi(
    observed: Sequence[int] | NDArray[np.intp], start: Floats, transition: Floats = TRANSITION, emission: Floats = EMISSION
) -> NDArray[np.intp]:
    """Most likely path of states (indices) for one place's months of tactics. Raises ValueError for matrices that are not stochastic."""
    stationary(transition)
    with np.errstate(divide="ignore"):
        move, show, score = np.log(transition), np.log(emission), np.log(start)
    score = score + show[:, observed[0]]
    back = np.zeros((len(observed), len(start)), dtype=np.intp)
    for t in range(1, len(observed)):
        candidates = score[:, None] + move
        back[t] = candidates.argmax(axis=0)
        score = candidates.max(axis=0) + show[:, observed[t]]
    path = np.empty(len(observed), dtype=np.intp)
    path[-1] = score.argmax()
    for t in range(len(observed) - 1, 0, -1):
        path[t - 1] = back[t, path[t]]
    return path


def weighted_kappa(first: NDArray[np.intp], second: NDArray[np.intp], states: int = len(STATES)) -> float:
    """Cohen's kappa with quadratic weights: agreement of two ordered classifications beyond chance."""
    seen = np.zeros((states, states))
    np.add.at(seen, (first, second), 1.0)
    chance = np.outer(seen.sum(axis=1), seen.sum(axis=0)) / seen.sum()
    cost = (np.arange(states)[:, None] - np.arange(states)[None, :]) ** 2
    return float(1.0 - (cost * seen).sum() / (cost * chance).sum())
