"""Numbers as a person reads them: no digit that means nothing, and a word where there is no number."""

from __future__ import annotations

import math

UNKNOWN = "-"
LEAST_ERROR = 5e-7  # a mean of shares is known to the third digit after the point, and its error is of the fourth
LEAST = 0.1  # percent: what is smaller is said in words


def percent(share: float) -> str:
    """A share as a percentage; never 0 or 100 where it is not, `-` where it is not known."""
    if not math.isfinite(share):
        return UNKNOWN
    value = 100 * share
    if -LEAST < value <= 0:  # -0.0, and what rounding makes of nothing
        return "0"
    if 0 < value < LEAST:
        return f"under {LEAST}"
    if 100 - LEAST < value < 100:
        return f"over {100 - LEAST}"
    if 0 < value < 0.95 or 99.05 < value < 100:
        return f"{value:.1f}"
    return f"{value:.0f}"


def error_in_points(error: float) -> str:
    """The error of a share in percentage points: `2`, `0.4`, `under 0.1`; nothing where it is not known."""
    if not math.isfinite(error):
        return ""
    points = 100 * error
    if points < LEAST / 2:
        return f"under {LEAST}"
    return f"{points:.1f}" if points < 0.95 else f"{points:.0f}"


def with_error(share: float, error: float) -> str:
    """`62 ±2`, `99.7 ±0.2`, in percent."""
    points = error_in_points(error)
    return f"{percent(share)} ±{points}" if points and math.isfinite(share) else percent(share)


def in_points(difference: float) -> str:
    """A difference of two shares in percentage points, with its sign: `+12.5`, `0`."""
    if not math.isfinite(difference):
        return UNKNOWN
    points = 100 * difference
    if points != 0 and abs(points) < LEAST / 2:
        return f"under {LEAST}"
    return f"{points:+.1f}" if points else "0"


def number(value: float, digits: int = 3, *, sign: bool = False, least: float | None = None) -> str:
    """So many significant digits, without an exponent: `1,230,000`, `0.0421`, `near 0` (under `least`), `-`."""
    if not math.isfinite(value):
        return UNKNOWN
    if value == 0:
        return "0"
    if abs(value) < (10**-digits / 2 if least is None else least):
        return "near 0"
    decimals = digits - 1 - math.floor(math.log10(abs(value)))
    decimals = digits - 1 - math.floor(math.log10(abs(round(value, decimals))))  # 9.996 is 10.0
    rounded = round(value, decimals)
    return f"{rounded:{'+' if sign else ''},.{max(0, decimals)}f}"


def error_of(error: float) -> str:
    """A standard error on its own: two digits, `none` where all futures agree, `-` where it is not known."""
    return "none" if error == 0 else number(error, 2, least=LEAST_ERROR)


def beside_error(value: float, error: float | None, *, sign: bool = False) -> str:
    """A value with its error, which keeps two digits however small: `0.0638 ±0.0013`."""
    told = number(value, sign=sign)
    known = told != UNKNOWN and error is not None and error != 0 and math.isfinite(error)
    return f"{told} ±{number(error, 2, least=LEAST_ERROR)}" if known and error is not None else told
