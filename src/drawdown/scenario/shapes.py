"""Shapes of values: each reads a node into checked data, notes every problem, and writes itself as JSON Schema for editors.

A shape returns None where the value is missing or wrong (the problem is noted then), so that reading goes on to the next value.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from drawdown.errors import expected_one_of, quoted
from drawdown.scenario.document import Node
from drawdown.scenario.files import Problems
from drawdown.scenario.model import Where
from drawdown.scenario.written_numbers import REAL, UNQUOTE, advice_for

if TYPE_CHECKING:
    from drawdown.scenario.resolved import JSON

    Schema = dict[str, JSON]

IDENTIFIER = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
RESERVED = ("all", "none")  # words of the language that no place or actor may bear
_CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)  # the last: what reorders a line, and half characters


Read = TypeVar("Read")
Read_co = TypeVar("Read_co", covariant=True)


class Shape(Protocol[Read_co]):
    """What every shape can do."""

    def read(self, node: Node, path: str, problems: Problems) -> Read_co | None: ...

    def schema(self) -> Schema: ...


def described(schema: Schema, about: str) -> Schema:
    """A schema with its description, if there is one."""
    return {**schema, "description": about} if about else schema


def _is_scalar(node: Node, path: str, problems: Problems, expected: str) -> bool:
    if node.kind == "scalar" and not node.empty:
        return True
    problems.add(f"got {node.told()}; expected {expected}.", node.where, path)
    return False


@dataclass(frozen=True, slots=True)
class Text:
    """Words for people; numbers and dates are taken as they are written."""

    longest: int = 2_000
    about: str = ""

    def read(self, node: Node, path: str, problems: Problems) -> str | None:
        """The text, stripped."""
        if not _is_scalar(node, path, problems, "text"):
            return None
        text = node.text.strip()
        odd = _CONTROL.search(text)
        if odd:
            problems.add(f"got the control character {odd.group()!a}; expected printable text.", node.where, path)
            return None
        if len(text) > self.longest:
            problems.add(f"got {len(text):,} characters; expected at most {self.longest:,}.", node.where, path)
            return None
        return text

    def schema(self) -> Schema:
        """Text, or what YAML takes for a number."""
        return described({"type": ["string", "number", "boolean"], "maxLength": self.longest}, self.about)


@dataclass(frozen=True, slots=True)
class Identifier:
    """A name that other files use: small letters, digits, hyphens between them."""

    about: str = "small letters, digits and single hyphens"

    def read(self, node: Node, path: str, problems: Problems) -> str | None:
        """The identifier."""
        if not _is_scalar(node, path, problems, "an id, such as northern-militia"):
            return None
        if not IDENTIFIER.fullmatch(node.text) or len(node.text) > 64:
            message = (
                f"got {quoted(node.text)}; expected an id of at most 64 small letters, digits and single hyphens, such as northern-militia."
            )
            problems.add(message, node.where, path)
            return None
        if node.text in RESERVED:
            problems.add(f"got {quoted(node.text)}, a word of the language; expected another id.", node.where, path)
            return None
        return node.text

    def schema(self) -> Schema:
        """A pattern."""
        return {"type": "string", "pattern": f"^{IDENTIFIER.pattern}$", "maxLength": 64, "description": self.about}


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few words."""

    options: tuple[str, ...]
    about: str = ""

    def read(self, node: Node, path: str, problems: Problems) -> str | None:
        """The word."""
        if not _is_scalar(node, path, problems, f"one of: {', '.join(self.options)}"):
            return None
        if node.text not in self.options:
            problems.add(expected_one_of(node.text, self.options), node.where, path)
            return None
        return node.text

    def schema(self) -> Schema:
        """An enumeration."""
        return described({"enum": list(self.options)}, self.about)


@dataclass(frozen=True, slots=True)
class Real:
    """A finite number in bounds; `whole` for counts."""

    low: float = -math.inf
    high: float = math.inf
    whole: bool = False
    about: str = ""

    def read(self, node: Node, path: str, problems: Problems) -> float | None:
        """The number, as a float."""
        kind = "a whole number" if self.whole else "a number"
        if not _is_scalar(node, path, problems, kind):
            return None
        if node.quoted or not REAL.fullmatch(node.text) or len(node.text) > 40:
            advice = UNQUOTE if node.quoted and REAL.fullmatch(node.text) else advice_for(node.text)
            told = f"{quoted(node.text)} in quotes" if node.quoted else quoted(node.text)
            problems.add(f"got {told}; expected {kind}.", node.where, path, advice)
            return None
        value = float(node.text)
        if not math.isfinite(value):
            problems.add(f"got {quoted(node.text)}, too large to hold; expected {kind}.", node.where, path)
            return None
        if self.whole and value != int(value):
            problems.add(f"got {quoted(node.text)}; expected a whole number.", node.where, path)
            return None
        if not self.low <= value <= self.high:
            problems.add(f"got {quoted(node.text)}; expected {kind} {bounds_in_words(self.low, self.high)}.", node.where, path)
            return None
        return value + 0.0  # no negative zero: it would change the digest

    def schema(self) -> Schema:
        """Number or integer with bounds."""
        bounds: Schema = {"type": "integer" if self.whole else "number"}
        if math.isfinite(self.low):
            bounds["minimum"] = self.low
        if math.isfinite(self.high):
            bounds["maximum"] = self.high
        return described(bounds, self.about)


def bounds_in_words(low: float, high: float) -> str:
    """`from 0 to 1`, `of at least 0`, `of at most 5`."""
    if math.isfinite(low) and math.isfinite(high):
        return f"from {_bound(low)} to {_bound(high)}"
    if math.isfinite(low):
        return f"of at least {_bound(low)}"
    return f"of at most {_bound(high)}" if math.isfinite(high) else ""


def _bound(value: float) -> str:
    """A bound as a reader would write it: `20,000,000`, not `2e+07`."""
    return f"{int(value):,}" if float(value).is_integer() and 1e4 <= abs(value) < 1e15 else f"{value:g}"


@dataclass(frozen=True, slots=True)
class Day:
    """A calendar date."""

    about: str = ""

    def read(self, node: Node, path: str, problems: Problems) -> date | None:
        """The date."""
        if not _is_scalar(node, path, problems, "a date, such as 2007-09-03"):
            return None
        try:
            if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", node.text, re.ASCII):
                raise ValueError
            day = date.fromisoformat(node.text)
        except ValueError:
            problems.add(f"got {quoted(node.text)}; expected a date as year-month-day, such as 2007-09-03.", node.where, path)
            return None
        if not 1900 <= day.year <= 2200:
            problems.add(f"got {quoted(node.text)}; expected a date between 1900 and 2200.", node.where, path)
            return None
        return day

    def schema(self) -> Schema:
        """A date as text."""
        return described({"type": "string", "format": "date"}, self.about)


@dataclass(frozen=True, slots=True)
class Flag:
    """true or false."""

    about: str = ""

    def read(self, node: Node, path: str, problems: Problems) -> bool | None:
        """The truth value."""
        if not _is_scalar(node, path, problems, "true or false"):
            return None
        if node.quoted or node.text not in ("true", "false"):
            problems.add(f"got {quoted(node.text)}; expected true or false.", node.where, path)
            return None
        return node.text == "true"

    def schema(self) -> Schema:
        """A boolean."""
        return described({"type": "boolean"}, self.about)


@dataclass(frozen=True, slots=True)
class Anything:
    """A value whose shape depends on another; it stays a node and is read by whoever knows."""

    written: Mapping[str, JSON] = field(default_factory=dict)

    def read(self, node: Node, path: str, problems: Problems) -> Node:
        """The node itself."""
        return node

    def schema(self) -> Schema:
        """As given."""
        return dict(self.written)


@dataclass(frozen=True, slots=True)
class ListOf(Generic[Read]):
    """A list of values of one shape; `bare` takes a single value for a list of one."""

    item: Shape[Read]
    most: int = 1_000
    least: int = 0
    bare: bool = False
    about: str = ""

    def read(self, node: Node, path: str, problems: Problems) -> tuple[Read, ...] | None:
        """The items that are right; None where it is no list."""
        if self.bare and node.kind == "scalar" and not node.empty:
            node = Node("list", node.where, items=[node])
        if node.kind != "list":
            problems.add(f"got {node.told()}; expected a list.", node.where, path)
            return None
        if not self.least <= len(node.items) <= self.most:
            wanted = f"{self.least}" if self.least == self.most else f"{self.least} to {self.most}"
            problems.add(f"got {len(node.items)} entries; expected {wanted}.", node.where, path)
            return None
        read = (self.item.read(item, f"{path}[{number}]", problems) for number, item in enumerate(node.items))
        return tuple(item for item in read if item is not None)

    def schema(self) -> Schema:
        """An array."""
        array: Schema = {"type": "array", "items": self.item.schema(), "minItems": self.least, "maxItems": self.most}
        return described({"anyOf": [array, self.item.schema()]} if self.bare else array, self.about)


@dataclass(frozen=True, slots=True)
class Entry:
    """A record as read: its values, and where each stands. What a value is follows from the record's shape of that name (hence `Any`)."""

    node: Node
    path: str
    values: Mapping[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.values.get(name)

    def get(self, name: str, default: Any = None) -> Any:
        """The value, or `default` where it is missing or was wrong."""
        value = self.values.get(name)
        return default if value is None else value

    def has(self, name: str) -> bool:
        """True where it is written, right or wrong."""
        return name in self.node.entries and not self.node.entries[name].empty

    def at(self, name: str) -> Where:
        """Where the value stands, or the record if it is missing."""
        child = self.node.entries.get(name)
        return child.where if child is not None else self.node.where

    def under(self, name: str) -> str:
        """The dotted path of a field."""
        return f"{self.path}.{name}" if self.path else name


@dataclass(frozen=True, slots=True)
class RecordOf:
    """A mapping with known keys. `name` says what it is (`an order`); with `id` among its fields its path bears the id."""

    name: str
    fields: Mapping[str, Shape[object]]
    required: tuple[str, ...] = ()
    about: str = ""
    one_of: tuple[str, ...] = ()  # at least one of these must be there; whoever uses the record says so in words, editors by the schema

    def read(self, node: Node, path: str, problems: Problems) -> Entry | None:
        """The record, its wrong fields left out; None where it is no mapping."""
        if node.kind != "mapping":
            wanted = self.about if self.one_of else f"a mapping with {', '.join(self.required or tuple(self.fields))}"
            problems.add(f"got {node.told()}; expected {self.name}: {wanted}.", node.where, path)
            return None
        given = node.entries.get("id")
        if path.endswith("]") and given is not None and given.kind == "scalar" and IDENTIFIER.fullmatch(given.text):
            path = f"{path[: path.rindex('[')]}.{given.text}".lstrip(".")
        values: dict[str, object] = {}
        for key, value in node.entries.items():
            under = f"{path}.{key}" if path else key
            shape = self.fields.get(key)
            if shape is None:
                problems.add(
                    f"unknown key of {self.name}: {expected_one_of(key, self.fields, 20)}",
                    node.keys[key],
                    under if key.isprintable() else path,
                )
            elif value.empty and key not in self.required:
                continue
            else:
                values[key] = shape.read(value, under, problems)
                if values[key] == "" and key in self.required:
                    problems.add("got an empty text; expected words.", value.where, under)
        for key in self.required:
            if key not in node.entries:
                problems.add(f"got no '{key}'; expected {self.name} with {', '.join(self.required)}.", node.where, path)
        return Entry(node, path, values)

    def schema(self) -> Schema:
        """An object that allows no other keys."""
        schema: Schema = {
            "type": "object",
            "properties": {key: shape.schema() for key, shape in self.fields.items()},
            "required": list(self.required),
            "additionalProperties": False,
        }
        if self.one_of:
            schema["anyOf"] = [{"required": [name]} for name in self.one_of]
        return described(schema, self.about)


@dataclass(frozen=True, slots=True)
class Mapped(Generic[Read]):
    """A mapping from free keys to values of one shape."""

    value: Shape[Read]
    keys: str = "names"
    most: int = 5_000
    about: str = ""

    def read(self, node: Node, path: str, problems: Problems) -> dict[str, Read] | None:
        """Key to value, the wrong ones left out; None where it is no mapping."""
        if node.kind != "mapping":
            problems.add(f"got {node.told()}; expected a mapping from {self.keys}.", node.where, path)
            return None
        if len(node.entries) > self.most:
            problems.add(f"got {len(node.entries):,} entries; expected at most {self.most:,}.", node.where, path)
            return None
        read = {key: self.value.read(value, f"{path}.{key}" if path else key, problems) for key, value in node.entries.items()}
        return {key: value for key, value in read.items() if value is not None}

    def schema(self) -> Schema:
        """An object with free keys."""
        return described({"type": "object", "additionalProperties": self.value.schema()}, self.about)


@dataclass(frozen=True, slots=True)
class Named:
    """Entries that bear an id: a list of records with `id`, or a mapping from id to record."""

    record: RecordOf
    most: int
    least: int = 0
    about: str = ""

    def read(self, node: Node, path: str, problems: Problems) -> tuple[Entry, ...] | None:
        """The records with an id, in order, no id twice."""
        if node.kind == "mapping":
            items = []
            for key, value in node.entries.items():
                if value.kind == "mapping" and "id" not in value.entries:
                    entries = {"id": Node("scalar", node.keys[key], key), **value.entries}
                    value = Node("mapping", value.where, entries=entries, keys={"id": node.keys[key], **value.keys})
                items.append(value)
            node = Node("list", node.where, items=items)
        read = ListOf(self.record, self.most, self.least).read(node, path, problems)
        if read is None:
            return None
        first: dict[str, Entry] = {}
        for entry in read:
            if entry["id"] is None:
                continue
            if entry["id"] in first:
                line = first[entry["id"]].at("id").line
                problems.add(
                    f"got the id {quoted(entry['id'])} a second time; it stands on line {line} already.", entry.at("id"), entry.path
                )
                continue
            first[entry["id"]] = entry
        return tuple(first.values())

    def schema(self) -> Schema:
        """The list form; editors need not know the other."""
        return described(ListOf(self.record, self.most, self.least).schema(), self.about)
