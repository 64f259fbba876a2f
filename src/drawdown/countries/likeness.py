"""Whether two names mean the same force: sources write `UN (UNTAC)`, `UNTAC`, `Government of X` and `X (army)`."""

from __future__ import annotations

import re

SAY_NOTHING = {"force", "forces", "states", "government", "proxy"}


def alike(one: str, other: str) -> bool:
    """Whether they share a word of four letters or more that says something, or are equal."""
    words = [set(re.findall(r"[a-z]{4,}", text.casefold())) - SAY_NOTHING for text in (one, other)]
    return bool(words[0] & words[1]) or one.casefold() == other.casefold()
