"""Reads saved pages of the UCDP API: one JSON document, several in one file, or a list; every entry counts as a row."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from drawdown.data.loaded import Ledger
from drawdown.data.problems import DataError
from drawdown.data.table import DataRow, Table, read_bytes
from drawdown.errors import Problem, did_you_mean

NOT_AN_EVENT = "not a JSON object"
DEEPEST = "nested too deeply"


def read_pages(path: Path, columns: Sequence[str], needed: Sequence[str], ledger: Ledger) -> Table:
    """Events under `Result` of each page. Raises `DataError` if it is no such document, or no event has the needed fields.

    The line number of a row is its rank in the file. A file that ends early gives its complete pages and a note.
    """
    content, _ = read_bytes(path)
    text = content.decode("utf-8-sig", errors="replace")
    if "�" in text:
        ledger.note("characters were not UTF-8")
    entries, announced = _entries(path, text, ledger)
    rows: list[DataRow] = []
    names: set[str] = set()
    for rank, entry in enumerate(entries, start=1):
        if not isinstance(entry, Mapping):
            ledger.drop(NOT_AN_EVENT, rank)
            continue
        names |= {str(k) for k in entry}
        rows.append(DataRow(rank, {name: _text(entry.get(name)) for name in columns}))
    missing = [name for name in needed if names and name not in names]
    if missing:
        raise DataError([Problem(f"field '{n}' is missing from every event. {did_you_mean(n, names)}", file=str(path)) for n in missing])
    if announced > len(entries):
        ledger.note("events that the API announced are not in this file (fetch the other pages)", announced - len(entries))
    return Table(rows, len(entries), tuple(columns))


def _entries(path: Path, text: str, ledger: Ledger) -> tuple[list[object], int]:
    decoder = json.JSONDecoder()
    entries: list[object] = []
    announced, at = 0, 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        try:
            page, at = decoder.raw_decode(text, at)
        except (json.JSONDecodeError, RecursionError) as error:
            if not entries:
                raise DataError.at(path, f"is not complete JSON: {error}", advice="Fetch the page again.") from None
            ledger.note("pages were cut off and could not be read")
            break
        if isinstance(page, Mapping) and isinstance(page.get("Result"), list):
            entries += page["Result"]
            announced = max(announced, int(page["TotalCount"]) if isinstance(page.get("TotalCount"), int) else 0)
        elif isinstance(page, list):
            entries += page
        else:
            raise DataError.at(path, "has no list under 'Result'; expected a page of the UCDP API.")
    return entries, announced


def _text(value: object) -> str:
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, bool) else str(value)
