"""The level at which a record stands on a day: it forgets gradually, resists single events, and says how sure it is.

Learned from 6,900 country-months of all countries before September 2007 (`docs/evidence.md`, "Where a record stands"): weights that halve
every month, months over three times the year's mean cut to that, come nearest to the deaths of the next three months; a rise of the last
quarter over the one before is given back by two fifths on average, so no trend is carried on; what moves a war is the model's affair.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

FAST = 4.35  # weeks in which a week's weight halves: a month (learned, see above)
SLOW = 26.0  # weeks in which it halves where few incidents are known: what a place is used to (assumed)
SPIKE = 3.0  # times the year's mean beyond which a period is cut (learned)
SMALLEST_CUT = 10.0  # deaths: no period and no incident of fewer is cut
YEAR = 52
# Incidents at the slow rate that are added to a place's own fast ones, and of the country's size to those that tell its size (assumed).
WORTH, WORTH_OF_SIZE = 3.0, 20.0
CROWDED = 3.0  # variance over mean of deaths against incidents: sizes differ, and incidents come together (assumed)
PERCENTILE = 1.645
SUREST = 0.05  # log: no level is known better, for what is recorded is itself revised (assumed)


@dataclass(frozen=True)
class RecordedLevel:
    """Deaths a week [place]: 5th, 50th and 95th percentile, and the mean, above the median where little is known; incidents a week."""

    low: Floats
    best: Floats
    high: Floats
    mean: Floats
    incidents: Floats


def standing(deaths: Floats, weeks: float = 1.0) -> float:
    """Deaths a week of a series of periods of `weeks` weeks each, oldest first: spikes cut, recent periods weighing most.

    Zero for an empty series.
    """
    if len(deaths) == 0:
        return 0.0
    year = max(1, round(YEAR / weeks))
    most = max(SPIKE * float(deaths[-year:].mean()), SMALLEST_CUT)
    age = (np.arange(len(deaths))[::-1] + 0.5) * weeks
    weight = 0.5 ** (age / FAST)
    return float((weight * np.minimum(deaths, most)).sum() / weight.sum() / weeks)


def level(incidents: Floats, deaths: Floats, largest: Floats, country: float | None = None) -> RecordedLevel:
    """Deaths a week of each place from weekly cells [week, place], oldest first: incidents, their deaths, deaths of the largest.

    A place's level is its rate of incidents (the last weeks', and where they had few the year's) times their mean size (slow, drawn to the
    country's), with large incidents cut. What is cut off belongs to the country, not to the place where it happened to fall: it is shared
    among places by how many deaths they have in all. Means add up to the `country`'s level (default:
    `standing` of the sums).
    """
    weeks, places = incidents.shape
    total = standing(deaths.sum(axis=1)) if country is None else country
    age = (np.arange(weeks)[::-1] + 0.5)[:, None]
    fast, slow = 0.5 ** (age / FAST), 0.5 ** (age / SLOW)
    seen = largest[largest > 0]
    cut = max(SMALLEST_CUT, SPIKE * float(np.median(seen))) if seen.size else SMALLEST_CUT
    held = deaths - np.maximum(largest - cut, 0.0)
    usual = ((slow * incidents).sum(axis=0) + 0.25) / slow.sum()
    now = (fast * incidents).sum(axis=0)
    rate = (now + WORTH) / (fast.sum() + WORTH / usual)
    number, dead = (slow * incidents).sum(axis=0), (slow * held).sum(axis=0)
    mean = dead.sum() / max(float(number.sum()), 1e-9)
    size = (dead + WORTH_OF_SIZE * mean) / (number + WORTH_OF_SIZE)
    own = rate * size
    if own.sum() <= 0 or total <= 0:
        none = np.zeros(places)
        return RecordedLevel(none, none, none, none, none)
    stands = total * own / own.sum()
    sigma = np.hypot(np.sqrt(CROWDED / (now + WORTH)), SUREST)
    # Normal on the logarithm: what a place brings on average is what it has, so its median lies lower.
    best, spread = stands * np.exp(-0.5 * sigma**2), np.exp(PERCENTILE * sigma)
    return RecordedLevel(best / spread, best, best * spread, stands, rate)
