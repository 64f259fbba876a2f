"""From the fitted process, monthly and on scales without bounds, to the parameters of `tempo` and `fading`, weekly and in their units.

`python -m drawdown.learned.defaults [FOLDER]` prints the numbers that stand in the two tables; a test holds the tables to them. It also
writes the patches of the folds into a new folder, for `drawdown exam --fold-patches`.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from drawdown.learned.at_origin import Percentiles, weibull_shape
from drawdown.learned.posterior import LevelPosterior, learned
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


def as_it_moves(process: Process) -> Process:
    """The same with the pull, the usual level, the heat and the step that the chances of the grid have in fact.

    Steps are smaller than the grid's, so levels on it go on their way more slowly than the parameters by themselves would say; what was
    fitted is how they go. Least squares of the mean change by level and proneness, from one death in three months to 3,000 a month.
    """
    import jax.numpy as jnp
    import numpy as np

    from drawdown.learned.process import LEVELS, PRONENESS, of_levels

    calm = Process(*(jnp.asarray(v) for v in process))._replace(fall=jnp.asarray(-40.0), flare=jnp.asarray(-40.0))
    within = (LEVELS > -1.0) & (LEVELS < 8.0)
    rows, changes, spread = [], [], []
    for prone in PRONENESS:
        chances = np.asarray(of_levels(calm, float(prone)), np.float64)
        change = chances @ LEVELS - LEVELS
        spread.append(((chances * (LEVELS - LEVELS[:, None]) ** 2).sum(axis=1) - change**2)[within])
        hot = 1.0 / (1.0 + np.exp(-3.0 * (LEVELS - 2.0)))
        rows.append(np.stack([np.ones_like(LEVELS), np.full_like(LEVELS, prone), -LEVELS, hot], axis=1)[within])
        changes.append(change[within])
    (level, prone_part, pull, heat), *_ = np.linalg.lstsq(np.concatenate(rows), np.concatenate(changes), rcond=None)
    return process._replace(
        pull=math.log(pull / (1 - pull)),
        usual=float(level / pull),
        usual_prone=float(prone_part / pull),
        heat=float(heat),
        step=0.5 * math.log(float(np.mean(spread))),
    )


def numbers(found: LevelPosterior) -> Mapping[str, Percentiles]:
    """5th, 50th and 95th percentile of each parameter, to three digits: the fit and its errors; of what differs by country, the spread."""
    moving = as_it_moves(found.process)

    def around(rule: _Rule) -> Percentiles:
        middle, error = getattr(moving, rule.of), 0.0 if rule.tied else getattr(found.errors, rule.of)
        return Percentiles(*(_rounded(rule.natural(middle + z * error)) for z in (-Z95, 0.0, Z95)))

    return {
        **{rule.parameter: around(rule) for rule in _RULES},
        "tempo.unevenness": unevenness(found.process),
        "fading.to_nothing": to_nothing(found.process),
    }


def to_nothing(process: Process) -> Percentiles:
    """Part of the falls from a hundred deaths a month that end on the lowest level of the grid; tied to the fit."""
    from scipy.stats import norm

    from drawdown.learned.process import LEVELS

    law = norm(process.low, math.exp(process.low_width))
    lowest, level = 0.5 * (LEVELS[0] + LEVELS[1]), math.log(100.0)
    part = _rounded(float(law.cdf(lowest) / law.cdf(level)))
    return Percentiles(part, part, part)


def of_fold(fold: Process) -> Mapping[str, float]:
    """The numbers of one fold's fit, without errors; unevenness is left to its range over countries."""
    moving = as_it_moves(fold)
    return {rule.parameter: _rounded(rule.natural(getattr(moving, rule.of))) for rule in _RULES}


def unevenness(process: Process) -> Percentiles:
    """Shapes of a month's gust over countries."""
    spread = math.exp(process.even_spread)
    return Percentiles(*(_rounded(weibull_shape(math.exp(process.even + z * spread))) for z in (-Z95, 0.0, Z95)))


def _rounded(value: float) -> float:
    return float(f"{value:.3g}")


def write_patches(folder: Path) -> None:
    """`fold-0.yaml` to `fold-4.yaml` in a new folder: the patch of each fold, as `drawdown exam --fold-patches` reads them."""
    from ruamel.yaml import YAML

    folder.mkdir(parents=True)
    for k, fold in enumerate(learned().folds):
        about = f"Learned from the countries of all folds but {k}, 1989 to August 2007."
        patch = {"patch": f"fold-{k}", "kind": "what-if", "about": about, "set": dict(of_fold(fold))}
        YAML().dump(patch, folder / f"fold-{k}.yaml")


if __name__ == "__main__":
    for made in sys.argv[1:]:
        write_patches(Path(made))
    for name, told in numbers(learned()).items():
        print(f"{name}: {told.low:g} {told.best:g} {told.high:g}")
