"""What every printed name and message goes through."""

from __future__ import annotations

import pytest

from drawdown.errors import printable


@pytest.mark.parametrize(
    ("came", "shown"),
    [
        ("Basra – city, 'Arab' [sic] \u0628\u0635\u0631\u0629", "Basra – city, 'Arab' [sic] \u0628\u0635\u0631\u0629"),
        ("\x1b[31mred", r"\x1b[31mred"),
        ("\x9b31m", r"\x9b31m"),
        ("a\rb\x07\x08\x7f\x00", r"a\rb\x07\x08\x7f\x00"),
        ("file\nname", r"file\nname"),
        ("\u202egnp.exe\u2066\u200f", r"\u202egnp.exe\u2066\u200f"),
        ("no\u00a0break, \u06cc\u200c\u0627", "no\u00a0break, \u06cc\u200c\u0627"),
        ("\ud800", r"\ud800"),
        ("\U000e0041", r"\U000e0041"),
        ("\u2028", r"\u2028"),
    ],
)
def test_a4_every_name_that_is_printed_is_printable(came: str, shown: str) -> None:
    assert printable(came) == shown
    assert printable(shown) == shown


def test_a4_a_message_keeps_its_lines() -> None:
    assert printable("one\n\ttwo\x1b]0;title\x07\r", lines=True) == "one\n\ttwo\\x1b]0;title\\x07\\r"
