"""How many examples hypothesis tries: all of them in the whole suite, a quarter with `-m "not slow"`."""

from __future__ import annotations

FAST = False  # set by tests/conftest.py before tests are collected


def examples(full: int) -> int:
    """Of so many in the whole suite; derandomized tests try the first of the same ones."""
    return max(full // 4, 4) if FAST else full
