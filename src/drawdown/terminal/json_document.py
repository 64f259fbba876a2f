"""JSON on standard output: for machines, and harmless to a terminal."""

from __future__ import annotations

import json
import math
import re
import sys
from collections.abc import Mapping
from dataclasses import asdict, is_dataclass


def plain(value: object) -> object:
    """Data for JSON: dataclasses as objects, what is not a number as null."""
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def as_json(value: object) -> str:
    """One JSON document that a terminal may show: whatever is not printable ASCII or a letter is escaped, and reads back as it was."""
    text = json.dumps(plain(value), indent=2, ensure_ascii=False, default=str)

    def escaped(found: re.Match[str]) -> str:
        return found.group() if found.group().isprintable() else json.dumps(found.group())[1:-1]

    return re.sub(r"[^\n -~]", escaped, text)


def print_json(value: object) -> None:
    """One JSON document on standard output."""
    text = as_json(value)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:  # not spelled: data stay what they are
        text = json.dumps(json.loads(text), indent=2)
    print(text)
