"""The parameters of a mechanism as a table: `stance.csv` beside `stance.py`, one parameter a row.

Columns: name, unit, low, best, high (5th, 50th, 95th percentile), least, most (bounds), neutral (or empty), grade, about, moves, source.
`moves` is what raising it moves, `attacks +` or `attacks -`, or why neither can be said: `either: shares the dead out otherwise`.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import cast, get_args

from drawdown.mechanism import Grade, ModelError, Moves, Param

COLUMNS = ("name", "unit", "low", "best", "high", "least", "most", "neutral", "grade", "about", "moves", "source")


def parameters_beside(module: str) -> tuple[Param, ...]:
    """The parameters of the table beside a mechanism's module (its `__file__`). Raises ModelError with every row that is wrong."""
    table = Path(module).with_suffix(".csv")
    with table.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines)
        if tuple(rows.fieldnames or ()) != COLUMNS:
            raise ModelError(f"{table}:1: got the columns {', '.join(rows.fieldnames or ())}; expected {', '.join(COLUMNS)}")
        read, problems = [], []
        for row in rows:
            try:
                read.append(_parameter(row))
            except (TypeError, ValueError) as wrong:
                problems.append(f"{table}:{rows.line_num}: {row['name']}: {wrong}")
    if problems:
        raise ModelError("a table of parameters cannot be read:\n  " + "\n  ".join(problems))
    return tuple(read)


def _parameter(row: dict[str, str]) -> Param:
    if None in row or None in row.values():
        raise ValueError(f"expected {len(COLUMNS)} cells")
    if row["grade"] not in get_args(Grade):
        raise ValueError(f"got the grade '{row['grade']}'; expected one of {', '.join(get_args(Grade))}")
    if row["grade"] == "A":
        raise ValueError("got the grade 'A', measured in the country at hand; a default is borrowed at best: expected B, C or D")
    low, best, high, least, most = (float(row[column]) for column in ("low", "best", "high", "least", "most"))
    neutral = float(row["neutral"]) if row["neutral"] else None
    grade = cast("Grade", row["grade"])
    return Param(
        row["name"], row["unit"], low, best, high, (least, most), grade, row["source"], row["about"], neutral, _moves(row["moves"])
    )


def _moves(written: str) -> Moves:
    if reason := re.fullmatch(r"either: (.+)", written):
        return Moves(why=reason[1])
    if signed := re.fullmatch(r"(\w+) ([+-])", written):
        return Moves(signed[1], 1 if signed[2] == "+" else -1)
    raise ValueError(f"got '{written}' as what it moves; expected a recorded quantity and a sign, such as 'attacks +', or 'either: why'")
