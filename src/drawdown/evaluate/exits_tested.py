"""Does likeness tell what follows an exit? Each real exit forecast from the others, by three rules, scored by what followed.

The base rate of the others; the share among those most like it; and one question alone, whether the rival was strong. The last two are
flattered: whoever coded an exit's features knew what had followed it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from drawdown.claims.answers import CLEAR
from drawdown.evaluate.exits import NEAREST, Exit, nearest


@dataclass(frozen=True, slots=True)
class LikenessTest:
    """Brier scores over `cases` exits (0 right and sure, 1 wrong and sure), each left out in turn.

    `gain` and `gain_over_rival`: how much lower the score by likeness is than by the base rate and by the rival alone, each with the
    standard error of the mean paired difference over exits.
    """

    cases: int
    most: int
    base: float
    like: float
    rival: float
    gain: tuple[float, float]
    gain_over_rival: tuple[float, float]

    @property
    def sentence(self) -> str:
        """The scores and what they say, in words that fit them."""
        return (
            f"A first test, each of {self.cases} exits forecast from the others, of takeover: Brier score {_score(self.base)} "
            f"by the base rate, {_score(self.like)} by the {self.most} most like it, {_score(self.rival)} by asking only whether the "
            f"rival was strong. Likeness added {_words(*self.gain)} to the base rate and {_words(*self.gain_over_rival)} to that one "
            "question. Whoever coded these exits knew what had followed them, which flatters both."
        )


def _score(value: float) -> str:
    return f"{value:.3f}".removeprefix("0")


def _words(gap: float, error: float) -> str:
    """`something (.082 ± .031)`, `nothing clear (.011 ± .020)`, `worse than nothing (-.050 ± .020)`."""
    sign = "\N{MINUS SIGN}" if gap < 0 else ""
    said = f"({sign}{_score(abs(gap))} ± {_score(error)})"
    if abs(gap) <= CLEAR * error:
        return f"nothing clear {said}"
    return f"{'something' if gap > 0 else 'worse than nothing'} {said}"


def leave_one_out(exits: Sequence[Exit], most: int = NEAREST) -> LikenessTest | None:
    """Leave each exit out in turn and forecast whether a rival took over; None with fewer than two exits to score.

    Exits whose answer is unclear are neither scored nor counted. With nobody like it to go by, a rule says the base rate.
    """
    known = [e for e in exits if e.takeover != "unclear"]
    if len(known) < 2:
        return None
    losses: list[tuple[float, float, float]] = []
    for left_out in known:
        rest = [e for e in known if e.id != left_out.id]
        base = _share(rest, 0.0)
        like = _share([near.exit for near in nearest(left_out.features, rest, most)], base)
        rival = _share([e for e in rest if (e.features.rival == "strong") == (left_out.features.rival == "strong")], base)
        happened = float(left_out.takeover == "yes")
        losses.append(((base - happened) ** 2, (like - happened) ** 2, (rival - happened) ** 2))
    base, like, rival = (sum(loss) / len(losses) for loss in zip(*losses, strict=True))
    return LikenessTest(
        len(known), most, base, like, rival,
        _mean([b - near for b, near, _ in losses]), _mean([r - near for _, near, r in losses]),
    )  # fmt: skip


def _share(exits: Sequence[Exit], otherwise: float) -> float:
    return sum(e.takeover == "yes" for e in exits) / len(exits) if exits else otherwise


def _mean(values: Sequence[float]) -> tuple[float, float]:
    """Mean and its standard error."""
    mean = sum(values) / len(values)
    return mean, math.sqrt(sum((v - mean) ** 2 for v in values) / (len(values) - 1) / len(values))
