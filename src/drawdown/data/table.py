"""Reads a delimited text file record by record and never loses one: each is kept, or dropped for a stated reason.

A quoted field may hold line breaks. A stray quote would swallow the rest of the file in most readers; here a record that does not close
within `LONGEST` lines, or closes with the wrong number of fields, costs its first line only.
"""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from drawdown.data.loaded import Ledger
from drawdown.data.problems import DataError
from drawdown.errors import Problem, did_you_mean, quoted

LONGEST = 60  # lines that one record may take; UCDP's longest descriptions stay far below
PREAMBLE = 40  # lines of title or licence before the header (some makers' exports have some)
LARGEST = 6_000_000_000  # bytes when unpacked; UCDP GED is about 0.3 GB
WRONG_FIELDS = "wrong number of fields (a broken line or quote)"
BLANK = "blank line"
UNREADABLE = "unreadable bytes"


@dataclass(frozen=True, slots=True)
class DataRow:
    """One record: the line on which it starts (1-based) and its fields by the name asked for; absent columns are empty."""

    line: int
    fields: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.fields.get(name, "")


@dataclass(frozen=True, slots=True)
class Table:
    """`rows` that can be used; `read` counts every record after the header, dropped ones (in the ledger) included."""

    rows: list[DataRow]
    read: int
    header: tuple[str, ...]


def read_bytes(path: Path, suffixes: Sequence[str] = (".csv", ".json", ".geojson")) -> tuple[bytes, str]:
    """Content and name of a file, or of the one data file inside a zip. Raises `DataError` if there is none, or it is too large."""
    try:
        if zipfile.is_zipfile(path):
            return _unzipped(path, tuple(suffixes))
        if path.is_file() and path.stat().st_size > LARGEST:
            raise DataError.at(path, f"{path.stat().st_size} bytes; the limit is {LARGEST}")
        return path.read_bytes(), path.name
    except (OSError, zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, ValueError) as error:
        raise DataError.at(path, f"cannot be read: {error}") from None


def _unzipped(path: Path, suffixes: tuple[str, ...]) -> tuple[bytes, str]:
    with zipfile.ZipFile(path) as archive:
        inside = [i for i in archive.infolist() if i.filename.lower().endswith(suffixes) and not i.filename.startswith("__MACOSX")]
        if len(inside) != 1:
            expected = ", ".join(suffixes)
            raise DataError.at(
                path, f"expected one file inside the zip ({expected}); found {len(inside)}.", advice="Unpack it and name the file."
            )
        if inside[0].file_size > LARGEST:
            raise DataError.at(path, f"{inside[0].filename} unpacks to {inside[0].file_size} bytes; the limit is {LARGEST}")
        return archive.read(inside[0]), inside[0].filename


def decode(content: bytes, ledger: Ledger) -> list[str | None]:
    """Lines of text, None where a line cannot be text. UTF-8 line by line, then Windows-1252 for the line (noted), UTF-16 by its mark."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return list(_split(content.decode("utf-16")))
        except UnicodeDecodeError:
            return [None]
    lines: list[str | None] = []
    for raw in _split_bytes(content.removeprefix(b"\xef\xbb\xbf")):
        if b"\x00" in raw:
            lines.append(None)
            continue
        try:
            lines.append(raw.decode("utf-8"))
        except UnicodeDecodeError:
            lines.append(raw.decode("cp1252", errors="replace"))
            ledger.note("lines were not UTF-8 and were read as Windows-1252")
    return lines


def _split(text: str) -> list[str]:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return lines[:-1] if lines and lines[-1] == "" else lines


def _split_bytes(content: bytes) -> list[bytes]:
    lines = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    return lines[:-1] if lines and lines[-1] == b"" else lines


def read(path: Path, columns: Mapping[str, Sequence[str]], needed: Sequence[str], ledger: Ledger) -> Table:
    """Read a delimited file. `columns` gives, for each name that the loader uses, the headings under which makers write it.

    Order of columns, case and spaces of headings do not matter; unknown columns are ignored. Raises `DataError` naming every needed
    column that is missing, with the nearest heading, or saying that no header was found.
    """
    content, name = read_bytes(path)
    lines = decode(content, ledger)
    where, start, header, delimiter = _header(path, name, lines, columns, needed)
    picked = tuple(where.items())
    rows: list[DataRow] = []
    read_records = 0
    at = start
    while at < len(lines):
        line = lines[at]
        number = at + 1
        read_records += 1
        if line is None:
            ledger.drop(UNREADABLE, number)
            at += 1
            continue
        if not line.strip():
            ledger.drop(BLANK, number)
            at += 1
            continue
        values, taken = _record(lines, at, delimiter, len(header))
        if values is None:
            ledger.drop(WRONG_FIELDS, number)
            at += 1
            continue
        rows.append(DataRow(number, {key: values[i].strip() for key, i in picked}))
        at += taken
    return Table(rows, read_records, header)


def _record(lines: Sequence[str | None], at: int, delimiter: str, width: int) -> tuple[list[str] | None, int]:
    """Fields of the record that starts at line `at` and the number of lines it takes; None if it has not `width` fields."""
    text = ""
    for taken in range(1, LONGEST + 1):
        if at + taken > len(lines):
            return None, 1
        line = lines[at + taken - 1]
        if line is None:
            return None, 1
        text = line if taken == 1 else f"{text}\n{line}"
        if text.count('"') % 2:
            continue
        fields = _fields(text, delimiter)
        return (fields, taken) if fields is not None and len(fields) == width else (None, 1)
    return None, 1


def _fields(text: str, delimiter: str) -> list[str] | None:
    if '"' not in text:
        return text.split(delimiter)
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=delimiter))
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 else None


def _fold(heading: str) -> str:
    return "".join(c for c in heading.casefold() if c.isalnum())


def _header(
    path: Path, name: str, lines: Sequence[str | None], columns: Mapping[str, Sequence[str]], needed: Sequence[str]
) -> tuple[dict[str, int], int, tuple[str, ...], str]:
    """Find the header: the first line that holds every needed column; if none does, say what the best line lacks."""
    best: tuple[int, dict[str, int], tuple[str, ...], int, str] | None = None
    for at, line in enumerate(lines[:PREAMBLE]):
        if not line or not line.strip():
            continue
        for delimiter in (",", ";", "\t"):
            headings = tuple(h.strip() for h in (_fields(line, delimiter) or [line]))
            position: dict[str, int] = {}
            for i, heading in enumerate(headings):
                position.setdefault(_fold(heading), i)
            where = {key: position[_fold(a)] for key, aliases in columns.items() for a in reversed((key, *aliases)) if _fold(a) in position}
            score = sum(n in where for n in needed)
            if score == len(needed):
                return where, at + 1, headings, delimiter
            if best is None or score > best[0]:
                best = (score, where, headings, at + 1, delimiter)
    if best is None:
        raise DataError.at(path, f"{name} is empty; expected a header with {', '.join(needed)}")
    _, where, headings, number, _ = best
    came = quoted(", ".join(headings), 160)
    raise DataError(
        [
            Problem(
                f"column '{n}' is missing; the header has {came}. {did_you_mean(n, headings)}".strip(),
                file=str(path),
                line=number,
                advice="See `drawdown data list` for the sources and their columns.",
            )
            for n in needed
            if n not in where
        ]
    )
