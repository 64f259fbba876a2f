"""Presence-dependent recording: a military log thins out where the force that keeps it leaves.

The logit of being recorded shifts by `slope` for each e-fold of foreign troops per thousand residents, against the density at the origin.
The slope is assumed (grade D): the logs are known to thin out, by how much has not been measured. It is a parameter to be varied.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
SLOPE = 1.0  # D: half the odds for 40% of the troops
ONE_PATROL = 0.05  # troops per thousand residents below which presence makes no further difference; D
RECORDED_AT_ORIGIN = 0.8  # of the attacks on all sides that the log held before the origin; D, after the 20% that only the press had


def access(force: ArrayLike, residents: ArrayLike, force_at_origin: ArrayLike, slope: float = SLOPE) -> Floats:
    """Shift of the logit: `force` [week, place, future] foreign troops; `residents`, `force_at_origin` of shapes that broadcast to it."""
    people = np.maximum(np.asarray(residents, dtype=np.float64), 1.0) / 1000.0
    now = np.asarray(force, dtype=np.float64) / people + ONE_PATROL
    then = np.asarray(force_at_origin, dtype=np.float64) / people + ONE_PATROL
    return np.asarray(slope * np.log(now / then))


def recorded_attacks(attacks: ArrayLike, shift: ArrayLike, share_at_origin: float = RECORDED_AT_ORIGIN) -> Floats:
    """Expected attacks in the log. `attacks` is on the log's own scale at the origin; `shift` is from `access`, of the same shape.

    With odds o at the origin the log holds o e^shift / (1 + o e^shift) of the truth, so a log that sees all can rise by 1/share at most.
    """
    return np.asarray(np.asarray(attacks, dtype=np.float64) * _held(shift, share_at_origin))


def relative(shift: ArrayLike, share_at_origin: float = RECORDED_AT_ORIGIN) -> Floats:
    """Share recorded of what the log would have held had access stayed as at the origin; at most all of it. Any shape."""
    return np.asarray(np.minimum(1.0, _held(shift, share_at_origin)))


def _held(shift: ArrayLike, share_at_origin: float) -> Floats:
    odds = share_at_origin / (1.0 - share_at_origin) * np.exp(np.asarray(shift, dtype=np.float64))
    return np.asarray(odds / (1.0 + odds) / share_at_origin)
