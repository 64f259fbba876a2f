"""A table as plain data, drawn to the width there is: side by side where that fits, record by record where it does not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from drawdown.errors import printable
from drawdown.terminal.streams import spelled

if TYPE_CHECKING:
    from rich.console import Console, Group
    from rich.table import Table

GAP = 2  # between columns
READABLE = 24  # a column of sentences is not made narrower than this


@dataclass(frozen=True, slots=True)
class Column:
    """A heading and what stands under it.

    `figures` stand to the right, in one piece. `unbroken`: names, in one piece too. `least`: the width that a text needs to be read.
    """

    heading: str
    figures: bool = False
    least: int = READABLE
    unbroken: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows of cells; a cell may have several lines. `spaced`: a line between rows.

    `paired`: four columns, of which the last two belong together line by line: what is counted, and how much.
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""
    spaced: bool = False
    paired: bool = False

    def ready(self, encoding: str) -> Sheet:
        """The same, as it will be printed: what is measured is what stands there."""

        def as_printed(text: str) -> str:
            return spelled(printable(text, lines=True), encoding).expandtabs()

        columns = tuple(replace(c, heading=as_printed(c.heading)) for c in self.columns)
        rows = tuple(tuple(as_printed(cell) for cell in row) for row in self.rows)
        return Sheet(as_printed(self.title), columns, rows, as_printed(self.caption), self.spaced, self.paired)


def longest(texts: Sequence[str]) -> int:
    """The widest line of all, in cells of the screen."""
    from rich.cells import cell_len

    return max((cell_len(line) for text in texts for line in text.split("\n")), default=0)


def widths(sheet: Sheet, width: int) -> tuple[int, ...] | None:
    """A width for each column, or None where they do not fit side by side: figures in one piece, sentences readable."""
    wanted, needed = [], []
    for position, column in enumerate(sheet.columns):
        cells = [row[position] for row in sheet.rows]
        heading = longest(column.heading.split() or [""])
        most = max(longest(cells), heading)
        words = max(longest([word for cell in cells for word in cell.split()]), heading)
        wanted.append(max(most, longest([column.heading])))
        needed.append(most if column.figures or column.unbroken else min(most, max(words, column.least)))
    room = width - GAP * (len(needed) - 1)
    if sum(needed) > room:
        return None
    spare, missing = room - sum(needed), sum(wanted) - sum(needed)
    if missing <= spare:
        return tuple(wanted)
    return tuple(n + spare * (w - n) // missing for n, w in zip(needed, wanted, strict=True))


def drawn(sheet: Sheet, console: Console) -> Group:
    """The sheet at the console's width: title, table, caption, a blank line."""
    from rich.console import Group
    from rich.text import Text

    ready = sheet.ready(console.encoding)
    chosen = widths(ready, console.width)
    table = records(ready, console.width) if chosen is None else side_by_side(ready, chosen)
    above = [Text(ready.title, style="bold")] if ready.title else []
    below = [Text(ready.caption, style="dim")] if ready.caption else []
    return Group(*above, table, *below, Text(""))


def framed(sheet: Sheet, heading: bool) -> Table:
    """An empty table in the house style."""
    from rich import box
    from rich.table import Table

    return Table(box=box.SIMPLE_HEAD, show_header=heading, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0), leading=int(sheet.spaced))


def side_by_side(sheet: Sheet, chosen: Sequence[int]) -> Table:
    """A table of the given widths."""
    table = framed(sheet, heading=any(c.heading for c in sheet.columns))
    for column, width in zip(sheet.columns, chosen, strict=True):
        table.add_column(column.heading, justify="right" if column.figures else "left", width=width, overflow="fold")
    for row in sheet.rows:
        table.add_row(*row)
    return table


def records(sheet: Sheet, width: int) -> Table:
    """A line a cell, its heading beside it; pairs as `announced: 62 ±2` below what they belong to."""
    if sheet.paired:
        sheet = unpaired(sheet)
    label = min(longest([c.heading for c in sheet.columns]), max(6, width // 3))
    table = framed(Sheet("", (), ()), heading=False)
    table.add_column(width=label, overflow="fold", style="dim")
    table.add_column(width=max(8, width - label - GAP * bool(label)), overflow="fold")
    for position, row in enumerate(sheet.rows):
        if position:
            table.add_row("", "")
        for column, cell in zip(sheet.columns, row, strict=True):
            if cell.strip():
                table.add_row(column.heading, cell)
    return table


def unpaired(sheet: Sheet) -> Sheet:
    """The last two columns said below the last but two, a line a pair; a number in the first column leads the text."""
    rows = []
    for first, text, labels, values in sheet.rows:
        pairs = [f"  {label}: {value.strip()}" for label, value in zip(labels.split("\n"), values.split("\n"), strict=True)]
        rows.append(("\n".join([f"{first} {text}".strip(), *pairs]),))
    return Sheet(sheet.title, (Column(""),), tuple(rows), sheet.caption, sheet.spaced)
