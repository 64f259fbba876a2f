"""Joint draws of a posterior patch: one row a draw, one column a number."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from drawdown.errors import expected_one_of, quoted
from drawdown.scenario.document import Node, header_of
from drawdown.scenario.draft import Draft
from drawdown.scenario.files import Folder
from drawdown.scenario.model import Where
from drawdown.scenario.numbers import Declared
from drawdown.scenario.shapes import Entry, bounds_in_words
from drawdown.vocabulary.units import bounds_of

# A future takes one row, so a few thousand draws say all that a posterior can: these limits are several hundred times what is shipped.
SAMPLE_BYTES = 48_000_000
MOST_DRAWS = 200_000
MOST_NUMBERS = 2_000_000
THIN = "Keep every tenth row, or fewer: a future takes one row, so a few thousand are plenty."


def read_samples(entry: Entry, folder: Folder, beside: str, draft: Draft) -> Mapping[str, tuple[float, ...]]:
    """The columns of the file that a patch names: number name, or `hypothesis:<id>` with the index of an option, to equally long draws.

    Every value is finite and within the bounds of the number; faults are noted with their line and column.
    """
    relative = f"{beside}{entry['file']}"
    if folder is not draft.folder:
        draft.problems.outside.add(relative)
    before = len(draft.problems.found)
    with folder.lines(relative, SAMPLE_BYTES, entry.at("file"), THIN) as lines:
        columns = _columns(lines, relative, draft)
    if not columns and len(draft.problems.found) == before:
        draft.problems.add("got an empty file; expected a table.", Where(relative, 1, 1))
    return columns


def _columns(lines: Iterator[str], relative: str, draft: Draft) -> Mapping[str, tuple[float, ...]]:
    """The columns of the lines; a row is a list of floats as soon as it is read, so that the text is never held as a whole."""
    number, first = next(((k, row) for k, row in enumerate(lines, 1) if row.strip() and not row.startswith("#")), (0, ""))
    header = header_of(first, number, relative, draft.problems)
    declared = [_declared(cell, draft) for cell in header]
    if not header or None in declared:
        return {}
    names = [cell.text for cell in header]
    for k, cell in enumerate(header):
        if cell.text in names[:k]:
            draft.problems.add(f"got the column {quoted(cell.text)} a second time.", cell.where)
            return {}
    columns: list[list[float]] = [[] for _ in header]
    limits = [bounds_of(d.unit, d.low, d.high) for d in declared if d is not None]
    most = min(MOST_DRAWS, MOST_NUMBERS // len(header))
    line = number
    for line, row in enumerate(lines, number + 1):
        if not row.strip():
            continue
        cells = row.rstrip("\n").split(",")
        fault = _row(cells, limits, columns)
        if fault is not None:
            at, message = fault
            where = Where(relative, line, len(",".join(cells[:at])) + (2 if at else 1))
            draft.problems.add(message, where, names[min(at, len(names) - 1)])
            return {}
        if len(columns[0]) > most:
            message = f"got more than {most:,} draws of {len(header)} numbers; expected fewer."
            draft.problems.add(message, Where(relative, line, 1), advice=THIN)
            return {}
    if not columns[0]:
        draft.problems.add("got no draw; expected at least one row of numbers.", Where(relative, line, 1))
        return {}
    before = next((len(column) for name, column in draft.samples.items() if name not in names), len(columns[0]))
    if before != len(columns[0]):
        message = f"got {len(columns[0])} draws beside {before} of an earlier patch; expected as many."
        draft.problems.add(message, Where(relative, 1, 1), advice="Joint draws of two posteriors cannot be mixed; apply one.")
        return {}
    return {name: tuple(column) for name, column in zip(names, columns, strict=True)}


def _declared(cell: Node, draft: Draft) -> Declared | None:
    """What bounds a column; None, and a problem, where no number has that name."""
    name = cell.text
    if name.startswith("hypothesis:"):
        options = {f"hypothesis:{h.id}": len(h.options) for h in draft.hypotheses}
        if name in options:
            return Declared(name, "index", 0, options[name] - 1)
        draft.problems.add(f"unknown hypothesis: {expected_one_of(name, options, 20)}", cell.where)
        return None
    variable, bracket, _ = name.partition("[")
    written = bracket and any(n.name == name for n in draft.tables.get(variable, {}).values())
    if written and (declared := draft.variable(variable)) is not None:
        return Declared(name, declared.unit, declared.low, declared.high)
    if not draft.check_mechanisms and "." in name:
        return Declared(name, "", -math.inf, math.inf)
    known = draft.parameters_declared() if draft.check_mechanisms else {}
    if name in known:
        return known[name]
    cells = [n.name for table in draft.tables.values() for n in table.values()]
    draft.problems.add(f"no number is called so: {expected_one_of(name, [*known, *cells], 8)}", cell.where)
    return None


def _row(cells: list[str], limits: list[tuple[float, float]], columns: list[list[float]]) -> tuple[int, str] | None:
    """Add one row to the columns; the cell and what is wrong with it, if anything is."""
    if len(cells) != len(limits):
        return min(len(cells), len(limits)) - 1, f"got {len(cells)} cells; expected {len(limits)}, as in the header."
    for at, (cell, (low, high)) in enumerate(zip(cells, limits, strict=True)):
        try:
            value = float(cell) if cell.isascii() and "_" not in cell else math.nan
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            return at, f"got {quoted(cell.strip())}; expected a number."
        if not low <= value <= high:
            return at, f"got {quoted(cell.strip())}; expected a number {bounds_in_words(low, high)}."
        columns[at].append(value)
    return None
