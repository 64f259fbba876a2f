"""What a number that cannot be taken as written may have meant. Where it may mean two, both are said and none is chosen."""

from __future__ import annotations

import re
import unicodedata

REAL = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?", re.ASCII)
_PARTING = re.compile(r"[\s_'\u2019]")
_ONE_COMMA = re.compile(r"([-+]?)(\d*),(\d+)([eE][-+]?\d+)?", re.ASCII)
UNQUOTE = "Take the quotes away."
_MINUS = str.maketrans({"\u2212": "-", "\u2013": "-", "\u2012": "-", "\ufe63": "-", "\uff0d": "-"})


def as_share(value: float) -> str:
    """What to write in place of a percentage where a share is expected; nothing for what is hardly one."""
    return f"Write a share between 0 and 1, such as {value / 100:g} for {value:g}%." if 2 <= value <= 100 else ""


def advice_for(text: str) -> str:
    """What to write in place of a text that is no number as it stands; nothing where that cannot be told."""
    bare = text.strip()
    if bare.endswith("%"):
        return (as_share(float(bare[:-1])) if REAL.fullmatch(bare[:-1]) else "") or as_share(35)
    if bare.lower().lstrip("+-.") in ("nan", "inf", "infinity"):
        return "Leave a number out that is not known."
    if any(letter.isdecimal() and not letter.isascii() for letter in bare):
        plain = "".join(str(unicodedata.decimal(letter)) if letter.isdecimal() else letter for letter in bare)
        return f"Write it with the digits 0 to 9{f': {plain}' if REAL.fullmatch(plain) else ''}."
    found = readings(bare)
    if len(found) == 2:
        whole, decimal = found
        return f"Write {whole} if the comma parts thousands, {decimal} if it is a decimal comma."
    return f"Write {found[0]}." if found else ""


def readings(text: str) -> list[str]:
    """The numbers that a text with marks between its digits may mean: one, or with a single comma, which may be either mark, two.

    None where its marks make sense in no country: thousands are parted by one kind of mark, into groups of three digits after the first.
    """
    if len(text) > 40:
        return []
    text = _PARTING.sub("_", text.translate(_MINUS))
    if (single := _ONE_COMMA.fullmatch(text)) is not None:
        sign, before, after, power = single.groups(default="")
        decimal = f"{sign}{before}.{after}{power}"
        # Nobody parts thousands after a nought.
        return [decimal] if before.startswith("0") or not before else [f"{sign}{before}{after}{power}", decimal]
    for thousands, decimal_mark in (("_", "."), ("_", ","), (",", "."), (".", ",")):
        parted = rf"[-+]?\d{{1,3}}(?:{re.escape(thousands)}\d{{3}})+(?:{re.escape(decimal_mark)}\d*)?(?:[eE][-+]?\d+)?"
        if re.fullmatch(parted, text, re.ASCII):
            return [text.replace(thousands, "").replace(decimal_mark, ".")]
    # A minus that is none of a keyboard's, or nothing to mend at all.
    return [text] if REAL.fullmatch(text) else []
