"""YAML 1.2 and CSV as trees of nodes that know their line and column. No tags, no objects, no merge keys: text, lists and mappings only."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from numbers import Real
from typing import TYPE_CHECKING, Literal, Protocol

from drawdown.errors import expected_one_of, quoted
from drawdown.scenario.files import Problems, position
from drawdown.scenario.model import Where

if TYPE_CHECKING:
    from drawdown.scenario.resolved import JSON

DEPTH = 24
NODES = 60_000  # after aliases are written out, so that a few lines cannot stand for a billion
ROWS = 20_000
COLUMNS = 1_000
DOCUMENTS_KEPT = 64  # a scenario has ten to thirty

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)", re.ASCII)
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(slots=True)
class Node:
    """One value of a document: a `scalar` (its text, and whether it was quoted), a `list` or a `mapping`."""

    kind: Literal["scalar", "list", "mapping"]
    where: Where
    text: str = ""
    quoted: bool = False
    items: list[Node] = field(default_factory=list)
    entries: dict[str, Node] = field(default_factory=dict)
    keys: dict[str, Where] = field(default_factory=dict)
    size: int = 1
    height: int = 1

    @property
    def empty(self) -> bool:
        """True for a null."""
        return self.kind == "scalar" and not self.quoted and self.text in _NULL

    def told(self) -> str:
        """What came, for a message."""
        if self.kind == "scalar":
            return "nothing" if self.empty else quoted(self.text)
        return "a list" if self.kind == "list" else "a mapping"

    def data(self) -> JSON:
        """Plain data by the core schema of YAML 1.2 (dates stay text)."""
        if self.kind == "list":
            return [item.data() for item in self.items]
        if self.kind == "mapping":
            return {key: value.data() for key, value in self.entries.items()}
        if self.quoted:
            return self.text
        if self.text in _NULL:
            return None
        if self.text.lower() in ("true", "false"):
            return self.text.lower() == "true"
        if _NUMBER.fullmatch(self.text):
            plain = self.text.lower().lstrip("+").replace(".inf", "inf").replace(".nan", "nan")
            return int(plain) if re.fullmatch(r"-?\d{1,18}", plain, re.ASCII) else float(plain)
        return self.text


def plain(data: object, file: str) -> Node:
    """Nodes from plain data (a patch that a program made), all at line 0 of `file`; raises TypeError for what YAML could not hold."""
    where = Where(file, 0, 0)
    if isinstance(data, Mapping):
        entries = {str(key): plain(value, file) for key, value in data.items()}
        return Node("mapping", where, entries=entries, keys=dict.fromkeys(entries, where))
    if isinstance(data, list | tuple):
        return Node("list", where, items=[plain(item, file) for item in data])
    if data is None:
        return Node("scalar", where)
    if isinstance(data, bool):
        return Node("scalar", where, str(data).lower())
    if isinstance(data, Real):  # NumPy's numbers, too
        value = float(data)
        return Node("scalar", where, repr(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value))
    if isinstance(data, date):
        return Node("scalar", where, data.isoformat())
    if isinstance(data, str):
        return Node("scalar", where, data, quoted=True)
    raise TypeError(f"{file}: got {type(data).__name__}; expected text, numbers, dates, lists and mappings")


class Mark(Protocol):
    """A place in a text, from 0."""

    line: int
    column: int


class ReadEvent(Protocol):
    """What ruamel tells of a document as it reads, as far as it is looked at here; not every kind of event has all of it."""

    start_mark: Mark
    anchor: str | None
    tag: object
    value: str
    style: str | None


class _RefusedError(Exception):
    """A problem that ends the reading of this document."""


class _Builder:
    """Builds nodes from parser events, without recursion, so that depth and size are checked before memory is spent."""

    def __init__(self, file: str, problems: Problems) -> None:
        self.file, self.problems = file, problems
        self.anchors: dict[str, Node] = {}
        self.stack: list[tuple[Node, str, str | None, Where | None]] = []  # container, its anchor, key waiting for a value, key's place
        self.root: Node | None = None
        self.documents = 0
        self.total = 0
        self.clean = True

    def where(self, event: ReadEvent) -> Where:
        return Where(self.file, event.start_mark.line + 1, event.start_mark.column + 1)

    def refuse(self, message: str, where: Where, advice: str = "") -> None:
        self.problems.add(message, where, advice=advice)
        raise _RefusedError

    def take(self, event: ReadEvent) -> None:
        """One event of the parser."""
        name = type(event).__name__
        if name == "DocumentStartEvent":
            self.documents += 1
            if self.documents > 1:
                self.refuse("got a second document; expected one a file.", self.where(event), "Delete the line '---'.")
        elif name in ("MappingStartEvent", "SequenceStartEvent"):
            self.untagged(event)
            if len(self.stack) >= DEPTH:
                self.refuse(f"got more than {DEPTH} levels; expected fewer.", self.where(event))
            kind: Literal["list", "mapping"] = "mapping" if name == "MappingStartEvent" else "list"
            self.stack.append((Node(kind, self.where(event)), event.anchor or "", None, None))
        elif name in ("MappingEndEvent", "SequenceEndEvent"):
            node, anchor, _, _ = self.stack.pop()
            self.place(node, anchor, node.where)
        elif name == "ScalarEvent":
            self.untagged(event)
            text = event.value
            odd = _SURROGATE.search(text)
            if odd:
                self.refuse(f"got half a character, {odd.group()!a}; expected whole ones.", self.where(event))
            self.place(
                Node("scalar", self.where(event), text, quoted=event.style is not None and event.style != ""),
                event.anchor or "",
                self.where(event),
            )
        elif name == "AliasEvent":
            alias = event.anchor or ""
            known = self.anchors.get(alias)
            if known is None:
                self.refuse(f"got the alias {quoted('*' + alias)}; no finished value of that name stands before it.", self.where(event))
                return
            self.place(known, "", self.where(event))

    def untagged(self, event: ReadEvent) -> None:
        tag = getattr(event, "tag", None)
        if tag is not None:
            self.refuse(
                f"got the tag {quoted(str(tag))}; expected plain data.", self.where(event), "Delete the tag: a scenario holds no code."
            )

    def place(self, node: Node, anchor: str, where: Where) -> None:
        """Put a finished value where it belongs."""
        if anchor:
            self.anchors[anchor] = node
        if not self.stack:
            self.root = node
            self.measure(node, where)
            return
        container, its_anchor, key, key_where = self.stack[-1]
        if container.kind == "list":
            container.items.append(node)
        elif key is None:
            if node.kind != "scalar" or node.empty:
                self.refuse(f"got {node.told()} as a key; expected a word.", where)
            self.stack[-1] = (container, its_anchor, node.text, node.where)
            return
        else:
            if key in container.entries:
                first = container.keys[key].line
                self.clean = False
                self.problems.add(
                    f"got the key {quoted(key)} a second time; it stands on line {first} already.", key_where, advice="Delete one of them."
                )
            else:
                container.entries[key] = node
                container.keys[key] = key_where or where
            self.stack[-1] = (container, its_anchor, None, None)
        container.size += node.size
        container.height = max(container.height, node.height + 1)
        self.measure(node, where)

    def measure(self, node: Node, where: Where) -> None:
        self.total = max(self.total + 1, node.size, *(open_node.size for open_node, *_ in self.stack), 0)
        if self.total > NODES:
            self.refuse(f"got more than {NODES:,} values once its aliases are written out; expected fewer.", where)
        if node.height + len(self.stack) > DEPTH + 1:
            self.refuse(f"got more than {DEPTH} levels; expected fewer.", where)


@lru_cache(maxsize=DOCUMENTS_KEPT)
def _kept(text: str, file: str) -> list[Node]:
    """Where a document without a problem is kept once it is read: the slowest part of reading a scenario, which a session does often."""
    return []


def read_yaml(text: str, file: str, problems: Problems) -> Node | None:
    """The document as nodes, which nobody changes; None, with one problem, where it is not YAML or holds what a scenario must not."""
    kept = _kept(text, file)
    if not kept:
        builder = _Builder(file, problems)
        root = _read(text, builder)
        if root is None or not builder.clean:
            return root
        kept.append(root)
    return kept[0]


def _read(text: str, builder: _Builder) -> Node | None:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError

    if len(text) > 100_000 and not text.isascii():
        text = text.replace("\u2028", " ").replace("\u2029", " ")
    file, problems = builder.file, builder.problems
    last = Where(file, 1, 1)
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            last = builder.where(event)
            builder.take(event)
    except _RefusedError:
        return None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        if mark is not None:
            last = Where(file, mark.line + 1, mark.column + 1)
        told = " ".join(str(part) for part in (error.context, error.problem) if part)
        problems.add(f"this is not YAML: {told}.", last, advice=_advice(text, last.line))
        return None
    except Exception as error:  # whatever a parser does with a stranger's bytes is a fault of the file
        problems.add(f"this is not YAML: {quoted(str(error) or type(error).__name__, 120)}.", last)
        return None
    if builder.root is None or builder.root.empty:
        problems.add("got an empty file; expected a document.", Where(file, 1, 1))
        return None
    return builder.root


def _advice(text: str, line: int) -> str:
    """What most often stands behind a YAML error on that line."""
    lines = text.split("\n")
    at = lines[line - 1] if 0 < line <= len(lines) else ""
    if "\t" in at[: len(at) - len(at.lstrip())]:
        return "Indent with spaces, not tabs."
    if at.count(": ") > 1:
        return "Put text that holds ': ' in quotes."
    return "Look at the indentation and the quotes of this line and the one before."


_FIELD = re.compile(r'[ \t]*"([^"]*(?:""[^"]*)*)"[ \t]*(?=,|\n|\Z)|([^,\n]*)')


def _records(text: str, file: str, problems: Problems) -> Iterator[list[Node]]:
    """Rows of a CSV text as scalar nodes; lines that are empty or start with `#` are left out."""
    offset, end, line_start, line = 0, len(text), 0, 1
    while offset < end:
        if text[offset] == "#":
            stop = text.find("\n", offset)
            offset = end if stop < 0 else stop + 1
            line, line_start = line + 1, offset
            continue
        row: list[Node] = []
        while True:
            found = _FIELD.match(text, offset)
            assert found is not None  # the second form of a field matches nothing, too
            quoted_text, bare = found.group(1), found.group(2)
            value = quoted_text.replace('""', '"') if quoted_text is not None else bare.strip()
            start = offset + (len(found.group()) - len(found.group().lstrip()) if value else 0)
            where = Where(file, line, start - line_start + 1)
            if quoted_text is None and '"' in bare:
                problems.add(
                    f"got {quoted(bare.strip())}; expected quotes around the whole cell or none.",
                    where,
                    advice='Write a quote inside as "".',
                )
            row.append(Node("scalar", where, value))
            if quoted_text is not None and "\n" in quoted_text:
                line += quoted_text.count("\n")
                line_start = text.rfind("\n", 0, found.end()) + 1
            offset = found.end()
            if len(row) > COLUMNS:
                problems.add(f"got more than {COLUMNS} cells in a row; expected fewer.", where)
                return
            if offset < end and text[offset] == ",":
                offset += 1
                continue
            break
        offset += 1
        line, line_start = line + 1, offset
        if len(row) > 1 or row[0].text:
            yield row


def read_csv(text: str, file: str, problems: Problems, required: tuple[str, ...], optional: tuple[str, ...]) -> list[Node]:
    """The rows of a table as mappings from column to cell; empty cells are left out. Columns and row lengths are checked."""
    if text.count("\n") > 4 * ROWS:
        problems.add(f"got {text.count(chr(10)):,} lines; expected at most {4 * ROWS:,}.", Where(file, 1, 1))
        return []
    rows = _records(text, file, problems)
    header = next(rows, None)
    if header is None:
        problems.add(
            "got an empty file; expected a table.", Where(file, 1, 1), advice=f"Its first line names the columns: {','.join(required)}."
        )
        return []
    if len(header) == 1 and ";" in header[0].text:
        problems.add(
            "got columns parted by ';'; expected ','.", header[0].where, advice="Save the table as comma-separated, with decimal points."
        )
        return []
    allowed = (*required, *optional)
    missing = [name for name in required if all(cell.text != name for cell in header)]
    if missing:
        strange = [cell.text for cell in header if cell.text not in allowed]
        advice = f"Rename {', '.join(quoted(name) for name in strange[:4])}?" if strange else ""
        problems.add(f"got no column {', '.join(missing)}; expected {','.join(required)}.", header[0].where, advice=advice)
        return []
    seen: set[str] = set()
    for cell in header:
        if cell.text in seen:
            problems.add(f"got the column {quoted(cell.text)} a second time.", cell.where, advice="Delete one of them.")
        elif cell.text not in allowed:
            problems.add(f"unknown column: {expected_one_of(cell.text, allowed, 20)}", cell.where)
        seen.add(cell.text)
    found: list[Node] = []
    for row in rows:
        if len(found) >= ROWS:
            problems.add(f"got more than {ROWS:,} rows; expected fewer.", row[0].where)
            break
        if not any(cell.text for cell in row):
            continue  # commas alone, as spreadsheets leave them behind
        if len(row) != len(header):
            advice = "Put text that holds a comma in quotes." if len(row) > len(header) else "Write the commas of empty cells, too."
            where = row[min(len(row), len(header)) - 1].where if len(row) < len(header) else row[len(header)].where
            problems.add(f"got {len(row)} cells; expected {len(header)}, as in the header.", where, advice=advice)
            continue
        cells = [(name.text, cell) for name, cell in zip(header, row, strict=True) if cell.text and name.text in allowed]
        found.append(Node("mapping", row[0].where, entries=dict(cells), keys={name: cell.where for name, cell in cells}))
    return found


def header_of(line: str, number: int, file: str, problems: Problems) -> list[Node]:
    """The cells of a table's first line, which is the line `number` of the file."""
    cells: list[Node] = next(_records(line, file, problems), [])
    return [Node("scalar", Where(file, number, cell.where.column), cell.text) for cell in cells]


def locate(text: str, fragment: str, file: str) -> Where:
    """Where a fragment stands in a text, for documents that are read without positions (GeoJSON)."""
    offset = text.find(fragment)
    return Where(file, *position(text, max(offset, 0)))
