"""The list of mutants: bugs of one line, each an old text that stands once in a file of the package and a new one in its place."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
LIST = Path(__file__).with_name("mutants.yaml")


@dataclass(frozen=True, slots=True)
class Mutant:
    """One bug. `file` is under src/drawdown; `tests` (files, folders, test ids) ought to notice; `named` must be caught in any case."""

    id: str
    file: str
    old: str
    new: str
    breaks: str
    tests: tuple[str, ...]
    named: bool = False

    def path(self, tree: Path = ROOT) -> Path:
        """The file that it changes, in a tree of the project."""
        return tree / "src" / "drawdown" / self.file

    def planted(self, text: str) -> str:
        """The file's text with the bug in it. Raises ValueError where the old text does not stand there exactly once."""
        times = text.count(self.old)
        if times != 1:
            raise ValueError(f"mutant {self.id}: src/drawdown/{self.file} holds its old text {times} times, not once: {self.old!r}")
        return text.replace(self.old, self.new)

    def fingerprint(self, tree: Path = ROOT) -> str:
        """Changes with the bug, the file that it changes, and the tests that ought to notice."""
        digest = hashlib.sha256(repr((self.file, self.old, self.new, self.tests)).encode())
        digest.update(self.path(tree).read_bytes())
        for test in self.tests:
            where = tree / test.partition("::")[0]
            for file in sorted(where.rglob("*.py")) if where.is_dir() else [where]:
                digest.update(file.read_bytes())
        return digest.hexdigest()[:16]


def read(file: Path = LIST) -> tuple[Mutant, ...]:
    """All mutants, in the order of the file."""
    from ruamel.yaml import YAML

    rows: list[dict[str, Any]] = YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8"))
    return tuple(Mutant(**{**row, "tests": tuple(row["tests"])}) for row in rows)
