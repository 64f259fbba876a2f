"""Plain words for probabilities and numbers: one stated scale, used everywhere on the page."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Likelihood:
    """One step of the scale: probabilities from `low` up to, not including, `high` are called `words`."""

    low: float
    high: float
    words: str


# Intelligence Community Directive 203, Analytic Standards (2 January 2015), D.6.e(2)(a). The directive leaves out 0-1% and 99-100%;
# they take the nearest words here, and the page says so.
SCALE: tuple[Likelihood, ...] = (
    Likelihood(0.0, 0.05, "almost no chance"),
    Likelihood(0.05, 0.20, "very unlikely"),
    Likelihood(0.20, 0.45, "unlikely"),
    Likelihood(0.45, 0.55, "roughly even chance"),
    Likelihood(0.55, 0.80, "likely"),
    Likelihood(0.80, 0.95, "very likely"),
    Likelihood(0.95, 1.0, "almost certain"),
)
SCALE_SOURCE = "Intelligence Community Directive 203, Analytic Standards, 2 January 2015"


def in_words(probability: float) -> str:
    """The scale's words for a probability; "unknown" where there is none."""
    if math.isnan(probability):
        return "unknown"
    for step in SCALE:
        if probability < step.high:
            return step.words
    return SCALE[-1].words


def percent(probability: float) -> str:
    """A probability as a reader says it: never "0%" or "100%" for something that is merely rare."""
    if math.isnan(probability):
        return "unknown"
    if 0 < probability < 0.01:
        return "under 1%"
    if 0.99 < probability < 1:
        return "over 99%"
    return f"{probability * 100:.0f}%"


def points(difference: float) -> str:
    """A difference of probabilities in percentage points with its sign."""
    if math.isnan(difference):
        return "unknown"
    rounded = round(difference * 100)
    return "no difference" if rounded == 0 else f"{rounded:+d} points".replace("-", "\N{MINUS SIGN}")


def signed(value: float) -> str:
    """`number` with its sign."""
    return ("+" if value > 0 else "\N{MINUS SIGN}" if value < 0 else "") + number(abs(value))


def number(value: float) -> str:
    """At most three significant figures, thousands separated; an exponent only for the very small."""
    if not math.isfinite(value):
        return "unknown"
    if value == 0:
        return "0"
    size = abs(value)
    if size >= 1000:
        digits = max(0, math.floor(math.log10(size)) - 2)
        return f"{round(value, -digits):,.0f}"
    return f"{value:.3g}"


def thousands(value: float) -> str:
    """1,200."""
    return f"{value:,.0f}"


def day(value: date) -> str:
    """3 September 2007."""
    return f"{value.day} {value:%B %Y}"


def listed(items: Sequence[str]) -> str:
    """`a, b and c`."""
    return " and ".join(part for part in (", ".join(items[:-1]), *items[-1:]) if part)


def plural(count: int, noun: str) -> str:
    """`1 future`, `2 futures`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
