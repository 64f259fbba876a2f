"""A mechanism's table of parameters: every wrong row is told at once, with its file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from drawdown.mechanism import ModelError, Moves, Param
from drawdown.parameter_table import COLUMNS, parameters_beside

HEAD = ",".join(COLUMNS) + "\n"


def table(folder: Path, *rows: str, head: str = HEAD) -> str:
    (folder / "raids.csv").write_text(head + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return str(folder / "raids.py")


def test_a_row_is_a_parameter(tmp_path: Path) -> None:
    module = table(
        tmp_path,
        'rate,per week,0.1,0.2,0.4,0,1,0,C,"raids, each week",attacks +,"Smith 2001, table 3"',
        "sway,index,-1,0,1,-5,5,,D,why (assumed),either: noise,",
    )
    assert parameters_beside(module) == (
        Param("rate", "per week", 0.1, 0.2, 0.4, (0.0, 1.0), "C", "Smith 2001, table 3", "raids, each week", 0.0, Moves("attacks", 1)),
        Param("sway", "index", -1.0, 0.0, 1.0, (-5.0, 5.0), "D", "", "why (assumed)", None, Moves(why="noise")),
    )


def test_every_wrong_row_is_told_with_its_line(tmp_path: Path) -> None:
    module = table(
        tmp_path, "rate,per week,much,0.2,0.4,0,1,,C,raids,attacks +,x",
        "sway,index,-1,0,1,-5,5,,E,why,attacks +,x", "short,index,1", "long" + ",1" * 12,
        "tail,index,-1,0,1,-5,5,,A,why,attacks +,x", "mute,index,-1,0,1,-5,5,,D,why,more attacks,x",
    )  # fmt: skip
    with pytest.raises(ModelError) as told:
        parameters_beside(module)
    words = str(told.value)
    assert "raids.csv:2: rate: could not convert string to float: 'much'" in words
    assert "raids.csv:3: sway: got the grade 'E'; expected one of A, B, C, D" in words
    assert "raids.csv:4: short: expected 12 cells" in words
    assert "raids.csv:5: long: expected 12 cells" in words
    assert "raids.csv:7: mute: got 'more attacks' as what it moves; expected a recorded quantity and a sign" in words
    assert "raids.csv:6: tail: got the grade 'A', measured in the country at hand" in words, "no default is measured where it is used"


def test_other_columns_are_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"raids\.csv:1: got the columns name, unit; expected name, unit, low"):
        parameters_beside(table(tmp_path, head="name,unit\n"))
