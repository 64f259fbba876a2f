"""The table of statements: when one holds, and that a wrong line is named with all others."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from drawdown.cases.statements import COLUMNS, known, read
from drawdown.data.problems import DataError

HEAD = ",".join(COLUMNS)


def table(folder: Path, *rows: str) -> Path:
    file = folder / "statements.csv"
    file.write_text("\n".join([HEAD, *rows]) + "\n", encoding="utf-8")
    return file


def test_the_latest_that_was_known_and_has_not_run_out_holds(tmp_path: Path) -> None:
    said = read(
        table(
            tmp_path,
            "control_at_origin,north,militia,,0.1,0.2,0.3,share,2006-01-01,2006-12-31,,paper,page 1,C,",
            "control_at_origin,north,militia,,0.4,0.5,0.6,share,2006-06-01,2006-09-30,,paper,page 2,C,",
            "control_at_origin,south,militia,,0.7,0.8,0.9,share,2006-01-01,,they rule,paper,page 3,C,",
            "deployment,north,militia,,,1,,share,2006-01-01,,,paper,page 4,C,",
        )
    )

    def best(day: date, **of: str) -> list[float]:
        return [s.best for s in known(said, "control_at_origin", day, **of)]

    assert best(date(2006, 1, 1)) == [], "known on a day is not known before it"
    assert best(date(2006, 1, 2), place="north") == [0.2]
    assert best(date(2006, 7, 1)) == [0.5, 0.8]
    assert best(date(2006, 10, 1), place="north") == [0.2], "the later one has run out"
    assert best(date(2007, 1, 1)) == [0.8]
    assert said[2].where == "page 3: 'they rule'"
    assert (said[3].low, said[3].row().columns()["low"]) == (None, "")


def test_every_wrong_line_is_told(tmp_path: Path) -> None:
    file = table(
        tmp_path,
        "control_at_origin,north,militia,,0.3,0.2,0.1,share,2006-01-01,,,paper,page 1,C,",
        "control_at_origin,north,militia,,0.1,0.2,0.3,share,last week,,,paper,page 1,C,",
        "control_at_origin,north,militia,,0.1,much,0.3,share,2006-01-01,,,paper,page 1,C,",
        "control_at_origin,north,militia,,0.1,0.2,0.3,share,2006-01-01,,,,page 1,C,",
        "control_at_origin,north,militia,,0.1,0.2,0.3,share,2006-01-01,,,paper,page 1,E,",
        "control_at_origin,north,militia,,0.1,0.2,0.3,share,2006-01-01,,,paper,page 1,D,",
        "control_at_origin,north,militia,,0.1,0.2,0.3,share,2006-01-01,2005-01-01,,paper,page 1,C,",
    )
    with pytest.raises(DataError) as caught:
        read(file)
    assert [problem.line for problem in caught.value.problems] == [2, 3, 4, 5, 6, 7, 8]
    text = str(caught.value)
    for word in ("rising numbers", "'last week'", "'much'", "source: got nothing", "'E'", "needs the reason", "no later than since"):
        assert word in text, word
    file.write_text("place,best\nnorth,1\n")
    with pytest.raises(DataError, match="expected sets, place"):
        read(file)
