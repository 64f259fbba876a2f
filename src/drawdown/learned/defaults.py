"""From the fitted process, monthly and on scales without bounds, to the parameters of `tempo` and `fading`, weekly and in their units.

`python -m drawdown.learned.defaults` prints the numbers that stand in the two tables; a test holds the tables to them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import NamedTuple

from drawdown.learned.at_origin import Range, weibull_shape
from drawdown.learned.posterior import Learned, learned
from drawdown.learned.process import Process

MONTH = 52 / 12  # weeks
Z95 = 1.6448536269514722


class _Rule(NamedTuple):
    """How one parameter follows from one of the process, by a mapping that rises.

    Of several that the record cannot tell apart (a pull, what it pulls to, the heat against it) one carries the errors; the others are
    `tied` to the fit.
    """

    parameter: str
    of: str
    natural: Callable[[float], float]
    tied: bool = False


def _share(odds: float) -> float:
    return 1 / (1 + math.exp(-odds))


def _half_life(odds: float) -> float:
    """Weeks in which a surge halves, of the log odds of the part left after a month."""
    return MONTH * math.log(0.5) / math.log(_share(odds))


_RULES = (
    _Rule("tempo.national_drift", "step", lambda v: math.exp(v) / math.sqrt(MONTH)),
    _Rule("tempo.pull", "pull", lambda v: _share(v) / MONTH),
    _Rule("tempo.usual", "usual", lambda v: math.exp(v) / MONTH, tied=True),
    _Rule("tempo.usual_prone", "usual_prone", float),
    _Rule("tempo.heat", "heat", lambda v: max(v, 0.0) / MONTH, tied=True),
    _Rule("tempo.surge", "surge", math.exp),
    _Rule("tempo.surge_half_life", "surge_kept", _half_life),
    _Rule("fading.fall", "fall", float),
    _Rule("fading.fall_level", "fall_level", float),
    _Rule("fading.fall_prone", "fall_prone", float),
    _Rule("fading.flare", "flare", _share),
    _Rule("fading.flare_level", "high", lambda v: math.exp(v) / MONTH, tied=True),
    _Rule("fading.flare_spread", "high_width", math.exp, tied=True),
)


def numbers(found: Learned) -> Mapping[str, Range]:
    """5th, 50th and 95th percentile of each parameter, to three digits: the fit and its errors; of what differs by country, the spread."""

    def around(rule: _Rule) -> Range:
        middle, error = getattr(found.process, rule.of), 0.0 if rule.tied else getattr(found.errors, rule.of)
        return Range(*(_rounded(rule.natural(middle + z * error)) for z in (-Z95, 0.0, Z95)))

    return {**{rule.parameter: around(rule) for rule in _RULES}, "tempo.unevenness": unevenness(found.process)}


def of_fold(fold: Process) -> Mapping[str, float]:
    """The numbers of one fold's fit, without errors; unevenness is left to its range over countries."""
    return {rule.parameter: _rounded(rule.natural(getattr(fold, rule.of))) for rule in _RULES}


def unevenness(process: Process) -> Range:
    """Shapes of a month's gust over countries."""
    spread = math.exp(process.even_spread)
    return Range(*(_rounded(weibull_shape(math.exp(process.even + z * spread))) for z in (-Z95, 0.0, Z95)))


def _rounded(value: float) -> float:
    return float(f"{value:.3g}")


if __name__ == "__main__":
    for name, told in numbers(learned()).items():
        print(f"{name}: {told.low:g} {told.best:g} {told.high:g}")
