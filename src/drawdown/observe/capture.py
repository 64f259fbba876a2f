"""Size-dependent capture: how likely an incident of d deaths reaches a record, after two readings of the same comparison.

What is simulated from recorded rates is recorded already: all of it is captured (``RECORDED``, the default everywhere). For a truth, whose
rates a patch has raised, p(d) = logistic(a + b ln d). Carpenter, Fuller and Roberts 2013 matched the military logs of one war with its
count from the press: 17.4% of single killings, 94.1% of events of 20 dead or more (``LOW``). Spagat's recount for one province matched two
thirds of the records (``HIGH``).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from drawdown.observe.presence import relative

Floats = NDArray[np.float64]
LARGEST = 1000  # deaths: the deadliest single event of a war's record from the press is near it
# Deadliest incident that a row of several may hold: the engine gives every incident of five deaths or more a row of its own (kind "small
# incidents" holds the rest); rows of several of another kind come from elsewhere.
LARGEST_SMALL = 4
LARGEST_ROW = 20
_MEANS = np.concatenate([np.linspace(1.0, 3.0, 81), np.geomspace(3.05, 19.0, 80)])


@dataclass(frozen=True, slots=True)
class Curve:
    """p(d) = logistic(a + b ln d), zero without deaths. Grade and source are those of the two numbers.

    With an infinite `a` everything is at the level of the record at the origin, whatever its size; less where access has fallen since.
    """

    name: str
    a: float
    b: float
    grade: str
    source: str

    @property
    def all_recorded(self) -> bool:
        """Whether what it is applied to is at the recorded level already."""
        return self.a == math.inf

    def __call__(self, deaths: ArrayLike, access: ArrayLike = 0.0) -> Floats:
        """Probability of being recorded; `access` shifts the logit (see `drawdown.observe.presence`). Any shape."""
        d = np.asarray(deaths, dtype=np.float64)
        if self.all_recorded:
            return np.where(d > 0, relative(access), 0.0)
        logit = self.a + np.asarray(access, dtype=np.float64) + self.b * np.log(np.maximum(d, 1.0))
        return np.where(d > 0, 1.0 / (1.0 + np.exp(-logit)), 0.0)


RECORDED = Curve("recorded", math.inf, 0.0, "A", "the rates at the origin are those of the record itself")
LOW = Curve("low", -1.56, 1.44, "D", "logistic through .174 at 1 and .941 at 20 deaths; Carpenter, Fuller and Roberts 2013")
HIGH = Curve(
    "high", 0.405, 1.44, "D", "p(1) = .6 after Spagat's recount of one province (two thirds of records); slope as in the low curve, assumed"
)
CURVES = {curve.name: curve for curve in (RECORDED, LOW, HIGH)}


def power_law(alpha: float, largest: int = LARGEST) -> Floats:
    """Probabilities of 1, 2, ... `largest` deaths in proportion to d to the power of minus alpha."""
    weights = np.arange(1, largest + 1, dtype=np.float64) ** -alpha
    return np.asarray(weights / weights.sum())


def captured(curve: Curve, sizes: Floats) -> tuple[float, float]:
    """Share of incidents and share of deaths recorded, for incident sizes with probabilities `sizes` (of 1, 2, ...)."""
    d = np.arange(1, len(sizes) + 1)
    p = curve(d)
    return float(sizes @ p), float((sizes * d) @ p / (sizes @ d))


@lru_cache(maxsize=32)
def _table(a: float, b: float, largest: int) -> tuple[Floats, Floats]:
    """Share of incidents and of deaths captured for each mean size of _MEANS, sizes following the power law with that mean."""
    curve = Curve("", a, b, "", "")
    laws = [power_law(alpha, largest) for alpha in np.linspace(-8.0, 14.0, 900)]
    laws.append(np.eye(largest)[0])  # a mean of one: all of them single deaths
    laws.append(np.eye(largest)[-1])
    d = np.arange(1, largest + 1)
    means = np.array([law @ d for law in laws])
    shares = np.array([captured(curve, law) for law in laws])
    order = np.argsort(means)
    return np.interp(_MEANS, means[order], shares[order, 0]), np.interp(_MEANS, means[order], shares[order, 1])


def expected(
    curve: Curve, incidents: ArrayLike, deaths: ArrayLike, access: ArrayLike | None = None, largest: int = LARGEST_SMALL
) -> tuple[Floats, Floats]:
    """Expected numbers of recorded incidents and recorded deaths of rows: single incidents, or n small ones with known total deaths.

    A single incident's size is known. The sizes of several are taken to follow the power law, cut at `largest`, whose mean is
    deaths / incidents. `access` (a shift of the logit, per row) is exact for single incidents; for several it moves the odds of the mean.
    """
    n, total = np.broadcast_arrays(np.asarray(incidents, dtype=np.float64), np.asarray(deaths, dtype=np.float64))
    shift = np.zeros(n.shape) if access is None else np.broadcast_to(np.asarray(access, dtype=np.float64), n.shape)
    single = curve(total, shift)
    if curve.all_recorded:
        held = relative(shift)
        return np.where(n <= 1, single, np.minimum(n, total) * held), total * held
    killing = np.minimum(n, total)  # with fewer deaths than incidents, at most so many killed
    mean = np.clip(total / np.maximum(killing, 1.0), _MEANS[0], _MEANS[-1])
    of_incidents, of_deaths = (_shifted(np.interp(mean, _MEANS, share), shift) for share in _table(curve.a, curve.b, largest))
    one = n <= 1
    return np.where(one, single, killing * of_incidents), np.where(one, total * single, total * of_deaths)


def _shifted(share: Floats, shift: Floats) -> Floats:
    odds = share / np.maximum(1.0 - share, 1e-12) * np.exp(shift)
    return np.asarray(odds / (1.0 + odds))
