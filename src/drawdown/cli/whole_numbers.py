"""Whole numbers on the command line are read as they are written: `--futures 1.5` is no number of futures, and is not rounded to one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cyclopts import Token, convert

from drawdown.errors import quoted

_WHOLE = re.compile(r"[-+]?\d{1,15}", re.ASCII)


def read_words(hint: type, tokens: Sequence[Token]) -> object:
    """Words of the command line as the type that a verb asks for. Raises ValueError, in words, where a whole number is none."""
    return whole_number(tokens[0].value) if hint is int and len(tokens) == 1 else convert(hint, tokens)


def whole_number(text: str) -> int:
    """`1000`, written with the digits 0 to 9. Raises ValueError."""
    if _WHOLE.fullmatch(text):
        return int(text)
    advice = ""
    if any(letter.isdecimal() and not letter.isascii() for letter in text):
        advice = " Write it with the digits 0 to 9."
    elif re.fullmatch(r"[-+]?\d[\d ,_.'\u2019]*", text):
        advice = " Write it without a point, comma or space."
    raise ValueError(f"got {quoted(text)}; expected a whole number, such as 1000.{advice}")
