"""A resolved scenario as JSON and back, exactly; and its digest, the same on every machine.

What another version wrote is read tolerantly: a field that is new here takes its default, one that is unknown here is left out and noted.
"""

from __future__ import annotations

import functools
import hashlib
import json
import math
import os
import re
import tempfile
import types
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal, NoReturn, TypeAlias, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from drawdown.errors import Problem, ScenarioError
from drawdown.scenario.model import Scenario

JSON: TypeAlias = "Mapping[str, JSON] | list[JSON] | str | int | float | bool | None"
T = TypeVar("T")
Names: TypeAlias = "frozenset[tuple[str, str]]"  # (class, field)

FORMAT = 1
SHOWN = 8  # unknown fields in one sentence
LARGEST = 160_000_000  # bytes; the largest posterior that a scenario may have is about half of it
# Not part of what a scenario *is*: where it stood, what it was called with, and words that no future depends on.
_NOT_CONTENT = frozenset(
    {
        *("where", "digest", "as_of", "patches", "card", "document", "happened", "happened_when", "happened_source", "political_name"),
        *("fits", "signs"),
    }
)

_PLAIN = frozenset({str, int, float, bool, type(None)})  # nearly all that there is to encode
_HALF = re.compile(r"(?<!\\)(?:\\\\)*\\u[dD][89a-fA-F]")  # surrogates are never written here as escapes, in pairs or alone


@dataclass
class Tolerated:
    """What `decode` met that the classes here do not have, by path, and fields that it filled with their default, as (class, field)."""

    unknown: list[str] = field(default_factory=list)
    absent: set[tuple[str, str]] = field(default_factory=set)

    def note(self) -> str:
        """A sentence on the unknown ones; empty where there are none."""
        if not self.unknown:
            return ""
        shown = [*self.unknown[:SHOWN], *([f"and {len(self.unknown) - SHOWN:,} more"] if len(self.unknown) > SHOWN else [])]
        return f"written by another version of drawdown; left out, since this one does not know them: {', '.join(shown)}"


def encode(value: object, leave_out: frozenset[str] = frozenset(), ordered: bool = False, absent: Names = frozenset()) -> JSON:
    """Plain data for JSON: dataclasses as objects, mappings with tuple keys as lists of pairs, dates as text. `ordered` sorts mappings.

    `leave_out` are names of fields, `absent` fields of one class.
    """
    if type(value) in _PLAIN:
        return cast("JSON", value)
    if is_dataclass(value) and not isinstance(value, type):
        kind = type(value).__name__
        kept = [f.name for f in fields(value) if f.name not in leave_out and (kind, f.name) not in absent]
        return {name: encode(getattr(value, name), leave_out, ordered, absent) for name in kept}
    if isinstance(value, Mapping):
        items = sorted(value.items(), key=lambda pair: pair[0]) if ordered else list(value.items())
        if value and all(isinstance(key, tuple) for key in value):
            return [[list(key), encode(item, leave_out, ordered, absent)] for key, item in items]
        return {str(key): encode(item, leave_out, ordered, absent) for key, item in items}
    if isinstance(value, tuple | list):
        return [encode(item, leave_out, ordered, absent) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, str | int | float):
        return value
    raise TypeError(f"{value!r} is no plain data")


def digest_of(scenario: Scenario, absent: Names = frozenset()) -> str:
    """sha256 of the resolved content: equal for equal content, whatever the files, line ends or patches it came from.

    `absent` are fields, as (class, field), that were not there yet when the digest was made.
    """
    text = json.dumps(
        encode(scenario, _NOT_CONTENT, True, absent), ensure_ascii=True, allow_nan=False, separators=(",", ":"), sort_keys=True
    )
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def write_resolved(scenario: Scenario, path: str | Path) -> None:
    """Write all of a scenario to one JSON file, whole or not at all. Raises OSError where the disk does not take it."""
    target = Path(path)
    text = json.dumps({"format": FORMAT, "scenario": encode(scenario)}, ensure_ascii=False, allow_nan=False, indent=1)
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as opened:
            opened.write(text + "\n")
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def read_resolved(path: str | Path, tolerated: Tolerated | None = None) -> Scenario:
    """The scenario that `write_resolved` wrote, equal to it in every part. Raises ScenarioError where the file is not one.

    `tolerated` takes what another version wrote and this one does not know; with such fields the digest cannot be checked.
    """
    file = str(path)
    met = Tolerated() if tolerated is None else tolerated
    try:
        with Path(path).open("rb") as opened:
            raw = opened.read(LARGEST + 1)
        if len(raw) > LARGEST:
            raise ValueError(f"the file is larger than {LARGEST:,} bytes")
        text = raw.decode("utf-8")
        if _HALF.search(text):
            raise ValueError("the file holds half a character")
        data = json.loads(text, parse_constant=_refuse)
        if not isinstance(data, dict) or data.get("format") != FORMAT:
            raise ValueError(f"expected a resolved scenario of format {FORMAT}")
        scenario = decode(Scenario, data.get("scenario"), "scenario", met)
    except OSError as error:
        raise ScenarioError([Problem(f"cannot be read: {error.strerror}.", file)]) from error
    except json.JSONDecodeError as error:
        raise ScenarioError([Problem(f"this is not JSON: {error.msg}.", file, error.lineno, error.colno)]) from error
    except (ValueError, RecursionError) as error:
        raise ScenarioError([Problem(f"{error}.", file, advice="Run the scenario again.")]) from error
    if not met.unknown and scenario.digest != digest_of(scenario, frozenset(met.absent)):
        raise ScenarioError([Problem("the digest does not fit the content: the file was changed by hand.", file, advice="Run it again.")])
    return scenario


def _refuse(word: str) -> float:
    raise ValueError(f"got {word}; expected finite numbers")


@functools.cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def decode(kind: type[T], data: object, path: str, tolerated: Tolerated | None = None) -> T:
    """Data as an object of an annotated type; raises ValueError, with the path, where it does not fit.

    A field that is missing and has a default takes it; one that is unknown is left out. `tolerated` says which.
    """
    found: T = _decode(kind, data, path, Tolerated() if tolerated is None else tolerated)
    return found


# Annotations are values without a type of their own, and what they say of the result is known only when it is there.
def _decode(kind: Any, data: object, path: str, met: Tolerated) -> Any:
    origin, arguments = get_origin(kind), get_args(kind)
    if kind is Any:
        return data
    if origin in (Union, types.UnionType):
        if data is None and type(None) in arguments:
            return None
        return _decode(next(a for a in arguments if a is not type(None)), data, path, met)
    if origin is Literal:
        return data if data in arguments else _misfit(kind, data, path)
    if isinstance(kind, type) and is_dataclass(kind):
        return _decode_object(kind, data, path, met)
    if origin is tuple:
        return _decode_tuple(arguments, data, path, met)
    if origin is not None and isinstance(origin, type) and issubclass(origin, Mapping):
        return _decode_mapping(arguments, data, path, met)
    if kind is date and isinstance(data, str):
        return date.fromisoformat(data)
    if kind is float and isinstance(data, int | float) and not isinstance(data, bool):
        value = float(data)
        return value if math.isfinite(value) else _misfit(kind, data, path)
    if isinstance(kind, type) and type(data) is kind:
        return data
    return _misfit(kind, data, path)


def _misfit(kind: object, data: object, path: str) -> NoReturn:
    raise ValueError(f"{path}: got {str(data)[:60]!r}; expected {getattr(kind, '__name__', kind)}")


def _decode_object(kind: type, data: object, path: str, met: Tolerated) -> object:
    hints = _hints(kind)
    if not isinstance(data, dict) or not set(data) & set(hints):  # of another kind altogether
        _misfit(kind, data, path)
    needed = [f.name for f in fields(kind) if f.default is MISSING and f.default_factory is MISSING]
    if missing := [name for name in needed if name not in data]:
        named = "', '".join(missing)
        raise ValueError(f"{path}: '{named}' {'is' if len(missing) == 1 else 'are'} missing, and this version knows no default for it")
    met.unknown += [f"{path}.{name}" for name in data if name not in hints]
    met.absent |= {(kind.__name__, name) for name in hints if name not in data}
    return kind(**{name: _decode(hints[name], value, f"{path}.{name}", met) for name, value in data.items() if name in hints})


def _decode_tuple(arguments: tuple[Any, ...], data: object, path: str, met: Tolerated) -> tuple[object, ...]:
    if not isinstance(data, list):
        raise ValueError(f"{path}: got {str(data)[:60]!r}; expected a list")
    kinds = [arguments[0]] * len(data) if arguments[-1] is Ellipsis else list(arguments)
    if len(kinds) != len(data):
        raise ValueError(f"{path}: got {len(data)} entries; expected {len(kinds)}")
    return tuple(_decode(kind, item, f"{path}[{k}]", met) for k, (kind, item) in enumerate(zip(kinds, data, strict=True)))


def _decode_mapping(arguments: tuple[Any, ...], data: object, path: str, met: Tolerated) -> dict[Any, object]:
    key_kind, value_kind = arguments
    if isinstance(data, dict):
        return {key: _decode(value_kind, value, f"{path}.{key}", met) for key, value in data.items()}
    if isinstance(data, list) and get_origin(key_kind) is tuple:
        decoded: dict[Any, object] = {}
        for k, pair in enumerate(data):
            key, value = _decode_tuple(arguments, pair, f"{path}[{k}]", met)
            decoded[key] = value
        return decoded
    raise ValueError(f"{path}: got {str(data)[:60]!r}; expected a mapping")
