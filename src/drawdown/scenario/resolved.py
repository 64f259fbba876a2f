"""A resolved scenario as JSON and back, exactly; and its digest, the same on every machine."""

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
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from drawdown.errors import Problem, ScenarioError
from drawdown.scenario.model import Scenario

FORMAT = 1
LARGEST = 160_000_000  # bytes; the largest posterior that a scenario may have is about half of it
# Not part of what a scenario *is*: where it stood, what it was called with, and words that no future depends on.
_NOT_CONTENT = frozenset(
    {"where", "digest", "as_of", "patches", "card", "document", "happened", "happened_when", "happened_source", "political_name", "fits"}
)


_HALF = re.compile(r"(?<!\\)(?:\\\\)*\\u[dD][89a-fA-F]")  # surrogates are never written here as escapes, in pairs or alone


def encode(value: Any, leave_out: frozenset[str] = frozenset(), ordered: bool = False) -> Any:
    """Plain data for JSON: dataclasses as objects, mappings with tuple keys as lists of pairs, dates as text. `ordered` sorts mappings."""
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: encode(getattr(value, f.name), leave_out, ordered) for f in fields(value) if f.name not in leave_out}
    if isinstance(value, Mapping):
        items = sorted(value.items(), key=lambda pair: pair[0]) if ordered else list(value.items())
        if value and all(isinstance(key, tuple) for key in value):
            return [[list(key), encode(item, leave_out, ordered)] for key, item in items]
        return {str(key): encode(item, leave_out, ordered) for key, item in items}
    if isinstance(value, tuple | list):
        return [encode(item, leave_out, ordered) for item in value]
    return value.isoformat() if isinstance(value, date) else value


def digest_of(scenario: Scenario) -> str:
    """sha256 of the resolved content: equal for equal content, whatever the files, line ends or patches it came from."""
    text = json.dumps(
        encode(scenario, _NOT_CONTENT, ordered=True), ensure_ascii=True, allow_nan=False, separators=(",", ":"), sort_keys=True
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


def read_resolved(path: str | Path) -> Scenario:
    """The scenario that `write_resolved` wrote, equal to it in every part. Raises ScenarioError where the file is not one."""
    file = str(path)
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
        scenario: Scenario = decode(Scenario, data.get("scenario"), "scenario")
    except OSError as error:
        raise ScenarioError([Problem(f"cannot be read: {error.strerror}.", file)]) from error
    except json.JSONDecodeError as error:
        raise ScenarioError([Problem(f"this is not JSON: {error.msg}.", file, error.lineno, error.colno)]) from error
    except (ValueError, RecursionError) as error:
        raise ScenarioError([Problem(f"{error}.", file, advice="Run the scenario again.")]) from error
    if scenario.digest != digest_of(scenario):
        raise ScenarioError([Problem("the digest does not fit the content: the file was changed by hand.", file, advice="Run it again.")])
    return scenario


def _refuse(word: str) -> float:
    raise ValueError(f"got {word}; expected finite numbers")


@functools.cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def decode(kind: Any, data: Any, path: str) -> Any:
    """Data as an object of an annotated type; raises ValueError, with the path, where it does not fit."""
    origin, arguments = get_origin(kind), get_args(kind)
    if kind is Any:
        return data
    if origin in (Union, types.UnionType):
        if data is None and type(None) in arguments:
            return None
        return decode(next(a for a in arguments if a is not type(None)), data, path)
    if origin is Literal:
        return data if data in arguments else _misfit(kind, data, path)
    if isinstance(kind, type) and is_dataclass(kind):
        return _decode_object(kind, data, path)
    if origin is tuple:
        return _decode_tuple(arguments, data, path)
    if origin is not None and isinstance(origin, type) and issubclass(origin, Mapping):
        return _decode_mapping(arguments, data, path)
    if kind is date and isinstance(data, str):
        return date.fromisoformat(data)
    if kind is float and isinstance(data, int | float) and not isinstance(data, bool):
        value = float(data)
        return value if math.isfinite(value) else _misfit(kind, data, path)
    if isinstance(kind, type) and type(data) is kind:
        return data
    return _misfit(kind, data, path)


def _misfit(kind: Any, data: Any, path: str) -> Any:
    raise ValueError(f"{path}: got {str(data)[:60]!r}; expected {getattr(kind, '__name__', kind)}")


def _decode_object(kind: Any, data: Any, path: str) -> Any:
    hints = _hints(kind)
    # What has a default may be missing: a field that was added after the file was written.
    needed = {f.name for f in fields(kind) if f.default is MISSING and f.default_factory is MISSING}
    if not isinstance(data, dict) or not needed <= set(data) <= set(hints):
        return _misfit(kind, data, path)
    return kind(**{name: decode(hints[name], value, f"{path}.{name}") for name, value in data.items()})


def _decode_tuple(arguments: tuple[Any, ...], data: Any, path: str) -> tuple[Any, ...]:
    if not isinstance(data, list):
        raise ValueError(f"{path}: got {str(data)[:60]!r}; expected a list")
    kinds = [arguments[0]] * len(data) if arguments[-1] is Ellipsis else list(arguments)
    if len(kinds) != len(data):
        raise ValueError(f"{path}: got {len(data)} entries; expected {len(kinds)}")
    return tuple(decode(kind, item, f"{path}[{k}]") for k, (kind, item) in enumerate(zip(kinds, data, strict=True)))


def _decode_mapping(arguments: tuple[Any, ...], data: Any, path: str) -> dict[Any, Any]:
    key_kind, value_kind = arguments
    if isinstance(data, dict):
        return {key: decode(value_kind, value, f"{path}.{key}") for key, value in data.items()}
    if isinstance(data, list) and get_origin(key_kind) is tuple:
        decoded: dict[Any, Any] = {}
        for k, pair in enumerate(data):
            key, value = _decode_tuple(arguments, pair, f"{path}[{k}]")
            decoded[key] = value
        return decoded
    raise ValueError(f"{path}: got {str(data)[:60]!r}; expected a mapping")
