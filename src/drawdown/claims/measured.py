"""A distance between two plans in words: it is one measurement on all futures, with an error, not a share of futures."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from drawdown.claims.answers import CLEAR, SMALL, Answer, error_words
from drawdown.claims.decided import answered, cannot_be_answered

Side = Literal["below", "above", "too near", "unknown"]


@dataclass(frozen=True, slots=True)
class Measured:
    """`value`: `0.17 ± 0.01`; `side` of the threshold; `holds`: whether the claim does, None where the error does not let one say.

    `where`: `below the 0.2 that the claim allows`; `luck`: `luck alone would show 0.015`.
    """

    value: str
    side: Side
    holds: bool | None
    where: str
    luck: str

    @property
    def words(self) -> str:
        """`0.17 ± 0.01, below the 0.2 that the claim allows; luck alone would show 0.015`."""
        return "; ".join(part for part in (", ".join(p for p in (self.value, self.where) if p), self.luck) if part)


def measured(answer: Answer) -> Measured:
    """A distance in words that fit the side of the threshold on which it lies, as far as its error lets one say."""
    assert answer.chance is not None
    if answer.value is None or answer.bound is None or not math.isfinite(answer.value):
        return Measured("unknown: no future has an end state under both plans", "unknown", None, "", "")
    if not answered(answer):
        return Measured(cannot_be_answered([answer.known], answer.known + answer.unknown), "unknown", None, "", "")
    error = answer.value_error
    if error is None or not math.isfinite(error):
        return Measured("unknown: too few futures have an end state under both plans", "unknown", None, "", "")
    value = _with_error(answer.value, error)
    ahead = answer.value - answer.bound
    allowed = answer.comparison in ("at_most", "below")
    wants = f"the {answer.bound:g} that the claim {'allows' if allowed else 'asks for'}"
    holds: bool | None
    if abs(ahead) < CLEAR * error:
        side: Side = "too near"
        holds, where = None, f"too near {wants} to say on which side"
    else:
        side = "below" if ahead < 0 else "above" if ahead > 0 else "too near"
        holds = (ahead < 0) == allowed if ahead else answer.comparison in ("at_most", "at_least")
        where = f"{side} {wants}" if ahead else f"exactly {wants}"
    return Measured(value, side, holds, where, _luck(answer.value, error, answer.chance))


def _luck(value: float, error: float, chance: float) -> str:
    if not math.isfinite(chance):
        return ""
    if value - chance < CLEAR * error:
        return f"no more than luck alone would show ({_two(chance)})"
    return f"luck alone would show {_two(chance)}"


def _two(value: float) -> str:
    """Two significant digits, never with an exponent."""
    if abs(value) < SMALL:
        return "nothing" if value == 0 else f"under {SMALL}"
    return f"{value:.{max(0, 1 - math.floor(math.log10(abs(value))))}f}"


def _with_error(value: float, error: float) -> str:
    """As many decimals as the first digit of the error, two or three; an error of nothing is not shown."""
    decimals = max(2, min(3, -math.floor(math.log10(error)))) if error >= SMALL else 3
    return f"{value:.{decimals}f}{error_words(error, decimals)}"
