"""Issue 7, C: the advice for a decimal comma ("10,0: write 100") made numbers ten times larger; digits of other scripts were taken."""

from __future__ import annotations

import pytest

from drawdown.scenario.written_numbers import advice_for


@pytest.mark.parametrize(
    ("written", "advice"),
    [
        ("10,0", "Write 100 if the comma parts thousands, 10.0 if it is a decimal comma."),
        ("0,5", "Write 0.5."),
        ("90%", "Write a share between 0 and 1, such as 0.9 for 90%."),
        ("a lot %", "Write a share between 0 and 1, such as 0.35 for 35%."),
        ("5,000", "Write 5000 if the comma parts thousands, 5.000 if it is a decimal comma."),
        ("1,234,567", "Write 1234567."),
        ("1,234.5", "Write 1234.5."),
        ("1.234,5", "Write 1234.5."),
        ("1.234.567", "Write 1234567."),
        ("1,2,3.4,5", ""),
        ("5 000", "Write 5000."),
        ("5\u202f000", "Write 5000."),
        ("5_000", "Write 5000."),
        ("5'000", "Write 5000."),
        ("\u22125", "Write -5."),
        ("１０", "Write it with the digits 0 to 9: 10."),
        ("\u0661\u0660", "Write it with the digits 0 to 9: 10."),
        ("\u0967.5", "Write it with the digits 0 to 9: 1.5."),
        ("1,2,3", ""),
        ("1.2.3", ""),
        ("2007.09.03", ""),
        ("10,000,0", ""),
        ("5 50", ""),
        ("1_0", ""),
        ("5 500,5", "Write 5500.5."),
        ("5 500.5", "Write 5500.5."),
        ("5 000 000", "Write 5000000."),
        ("1234,567.8", ""),
        ("-1,5e3", "Write -15e3 if the comma parts thousands, -1.5e3 if it is a decimal comma."),
        (",5", "Write .5."),
        ("35%", "Write a share between 0 and 1, such as 0.35 for 35%."),
        (".nan", "Leave a number out that is not known."),
        ("many", ""),
        ("0x10", ""),
        ("²", ""),
    ],
)
def test_a_decimal_comma_has_two_readings_and_none_is_chosen(written: str, advice: str) -> None:
    assert advice_for(written) == advice
