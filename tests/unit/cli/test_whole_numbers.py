"""Issue 7, C: `--futures 1.5` was two futures, and digits of other scripts were taken."""

from __future__ import annotations

import pytest

from drawdown.cli import main
from drawdown.cli.whole_numbers import whole_number


@pytest.mark.parametrize("text", ["1.5", "1e3", "1,000", "1_000", "0x10", "１０", "\u0661\u0660", "nan", "", " 10", "ten", "9" * 30])
def test_what_is_no_whole_number_is_told(text: str) -> None:
    with pytest.raises(ValueError, match="expected a whole number, such as 1000"):
        whole_number(text)


@pytest.mark.parametrize(("text", "value"), [("0", 0), ("1000", 1000), ("-3", -3), ("+7", 7)])
def test_what_is_one_is_read(text: str, value: int) -> None:
    assert whole_number(text) == value


@pytest.mark.parametrize(
    "words",
    [
        ["run", "iraq-2007", "--futures", "1.5"],
        ["run", "iraq-2007", "--seed", "1e3"],
        ["demo", "--workers", "１"],
        ["ask", "runs/first", "--year", "1.5"],
        ["chronicle", "runs/first", "--future", "0.5"],
    ],
)
def test_futures_and_a_half_exit_with_2_and_a_sentence(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    told = " ".join(capsys.readouterr().err.replace("│", " ").split())
    assert f"{words[-2]}: got '{words[-1]}'; expected a whole number" in told
