"""Reading the files of a folder that may come from a stranger: nothing outside it, nothing that is no plain file, nothing too large."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from drawdown.errors import Problem, ScenarioError, quoted
from drawdown.scenario.model import Where

# Limits of a scenario folder. The largest that the authors know is at a tenth of each or less.
YAML_BYTES = 1_000_000
TABLE_BYTES = 4_000_000
GEOJSON_BYTES = 16_000_000
TEXT_BYTES = 2_000_000
TOGETHER_BYTES = 3_000_000  # all YAML of a folder; it is the slowest to read
FILES_IN_A_FOLDER = 120
PROBLEMS = 400  # after so many the rest would be noise

# What YAML 1.2 does not allow in text, either, plus lone surrogates.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\x80-\x84\x86-\x9f\ufeff\ufffe\uffff\ud800-\udfff]")


@dataclass(slots=True)
class Problems:
    """Collects problems and warnings; `shown` is the folder as the user named it, set before the file of each message."""

    shown: str = ""
    found: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    outside: set[str] = field(default_factory=set)  # files that do not stand in the folder (a user's own plan or patch)

    def _problem(self, message: str, where: Where | None, path: str, advice: str) -> Problem:
        if where is None:
            return Problem(message, self.shown, path=path, advice=advice)
        file = where.file if where.file in self.outside or not self.shown else f"{self.shown.rstrip('/')}/{where.file}"
        return Problem(message, file, where.line, where.column, path or where.path, advice)

    def add(self, message: str, where: Where | None = None, path: str = "", advice: str = "") -> None:
        """Note a problem; raises ScenarioError at once when there are more than anybody would read."""
        problem = self._problem(message, where, path, advice)
        if problem not in self.found:
            self.found.append(problem)
        if len(self.found) >= PROBLEMS:
            raise ScenarioError([*self.found, Problem(f"stopped after {PROBLEMS} problems; put these right first.")])

    def warn(self, message: str, where: Where | None = None, path: str = "", advice: str = "") -> None:
        """Note something that a careful author would look at, and that does not stop a run."""
        problem = self._problem(message, where, path, advice)
        if problem not in self.warnings and len(self.warnings) < PROBLEMS:
            self.warnings.append(problem)

    def raise_if_any(self) -> None:
        """Raise everything that was found, sorted by file and line, or do nothing."""
        if self.found:
            raise ScenarioError(sorted(self.found, key=lambda p: (p.file, p.line, p.column)))


def position(text: str, offset: int) -> tuple[int, int]:
    """Line and column, both from 1, of a character offset."""
    return text.count("\n", 0, offset) + 1, offset - (text.rfind("\n", 0, offset) + 1) + 1


def decode(raw: bytes, file: str, problems: Problems) -> str | None:
    """UTF-8 text with `\\n` line ends and no byte-order mark; None, and a problem with its line, where it is anything else."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        problems.add("got UTF-16 text; expected UTF-8.", Where(file, 1, 1), advice="Save the file as UTF-8.")
        return None
    raw = raw.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line, column = position(raw[: error.start].decode("utf-8"), error.start)
        column = len(raw[: error.start].decode("utf-8").rsplit("\n", 1)[-1]) + 1
        message = f"got the byte 0x{raw[error.start]:02x}; expected UTF-8 text."
        problems.add(message, Where(file, line, column), advice="Save the file as UTF-8.")
        return None
    odd = _UNPRINTABLE.search(text)
    if odd:
        message = f"got the control character {odd.group()!a}; expected printable text."
        problems.add(message, Where(file, *position(text, odd.start())), advice="Delete it.")
        return None
    return text


def read_bytes(path: Path, file: str, limit: int, problems: Problems) -> bytes | None:
    """The bytes of a plain file of at most `limit` bytes; anything else is a problem."""
    where = Where(file, 0, 0)
    if not _is_plain(path, where, problems):
        return None
    try:
        with path.open("rb") as opened:
            raw = opened.read(limit + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        problems.add(f"cannot be read: {reason}.", where)
        return None
    if len(raw) > limit:
        problems.add(f"got a file of more than {limit:,} bytes; expected less.", where)
        return None
    return raw


@contextmanager
def open_lines(path: Path, file: str, limit: int, problems: Problems, advice: str = "") -> Iterator[Iterator[str]]:
    """The lines of a plain UTF-8 file of at most `limit` bytes, one at a time, for what is too large to hold.

    None of them, and a problem, where it is anything else; a byte that is no UTF-8, or a disk that fails, ends them with a problem.
    """
    where = Where(file, 0, 0)
    if not _is_plain(path, where, problems):
        yield iter(())
        return
    try:  # not around a yield: what goes wrong in the caller's hands is not ours to tell
        opened = path.open(encoding="utf-8-sig", newline=None)
        size = os.fstat(opened.fileno()).st_size
    except OSError as error:
        problems.add(f"cannot be read: {error.strerror or error}.", where)
        yield iter(())
        return
    with opened:
        if size > limit:
            problems.add(f"got a file of more than {limit:,} bytes; expected less.", where, advice=advice)
            yield iter(())
        else:
            yield _decoded_lines(opened, file, problems)


def _decoded_lines(opened: TextIO, file: str, problems: Problems) -> Iterator[str]:
    number = 0
    try:
        for number, line in enumerate(opened, 1):
            if number == 1 and (odd := _UNPRINTABLE.search(line)):
                message = f"got the control character {odd.group()!a}; expected printable text."
                problems.add(message, Where(file, 1, odd.start() + 1), advice="Delete it.")
                return
            yield line
    except UnicodeDecodeError as error:
        bad = error.object[error.start]
        problems.add(f"got the byte 0x{bad:02x}; expected UTF-8 text.", Where(file, number + 1, 1), advice="Save the file as UTF-8.")
    except OSError as error:
        problems.add(f"cannot be read: {error.strerror or error}.", Where(file, number + 1, 1))


def _is_plain(path: Path, where: Where, problems: Problems) -> bool:
    """True for a plain file that is there; anything else is a problem: a pipe would be waited for, a device has no end."""
    try:
        found = path.stat()
    except FileNotFoundError:
        problems.add("there is no such file.", where)
        return False
    except (OSError, ValueError, RuntimeError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        problems.add(f"cannot be read: {reason}.", where)
        return False
    if not stat.S_ISREG(found.st_mode):
        problems.add(f"got {_kind(found.st_mode)}; expected a plain file.", where)
        return False
    return True


def _kind(mode: int) -> str:
    kinds = ((stat.S_ISDIR, "a folder"), (stat.S_ISFIFO, "a pipe"), (stat.S_ISSOCK, "a socket"))
    return next((name for test, name in kinds if test(mode)), "a device")


def read_text(path: Path, file: str, limit: int, problems: Problems) -> str | None:
    """The text of a plain file; None, and a problem, where that cannot be had."""
    raw = read_bytes(path, file, limit, problems)
    return None if raw is None else decode(raw, file, problems)


@dataclass(slots=True)
class Folder:
    """A scenario folder. Every path is relative to it, and what it points to must lie inside, links followed."""

    root: Path
    problems: Problems
    read: int = 0  # characters of YAML so far

    def inside(self, relative: str, where: Where | None = None) -> Path | None:
        """The path, if it stays in the folder."""
        try:
            target = (self.root / relative).resolve()
            stays = target.is_relative_to(self.root.resolve())
        except (OSError, ValueError, RuntimeError):
            stays = False
        if not stays:
            message = f"got {quoted(relative)}, which leads out of the folder; expected a file inside it."
            self.problems.add(message, where or Where(relative, 0, 0), advice="Copy the file into the folder.")
            return None
        return target

    def has(self, relative: str) -> bool:
        """True where there is something of that name, a broken link included; and where one may not look, so that reading tells why."""
        path = self.root / relative
        try:
            return path.exists() or path.is_symlink()
        except OSError:
            return True

    def text(self, relative: str, limit: int, where: Where | None = None) -> str | None:
        """The text of a file in the folder."""
        path = self.named(relative, where)
        return None if path is None else read_text(path, relative, limit, self.problems)

    @contextmanager
    def lines(self, relative: str, limit: int, where: Where | None = None, advice: str = "") -> Iterator[Iterator[str]]:
        """The lines of a file in the folder, one at a time; none, and a problem, where they cannot be had."""
        path = self.named(relative, where)
        if path is None:
            yield iter(())
            return
        with open_lines(path, relative, limit, self.problems, advice) as lines:
            yield lines

    def named(self, relative: str, where: Where | None = None) -> Path | None:
        """The path of a file in the folder; `where` is the value that names it, if one does, and then it must be there."""
        path = self.inside(relative, where)
        if path is None or where is None:
            return path
        try:
            there = path.exists()
        except OSError:  # a name longer than any file may have
            there = False
        if not there:
            message = f"got {quoted(relative)}, which is not in the scenario folder; expected the name of a file there."
            self.problems.add(message, where)
        return path if there else None

    def yaml(self, relative: str) -> str | None:
        """The text of a YAML file in the folder, as long as all of them together are not too much."""
        text = self.text(relative, YAML_BYTES)
        self.read += len(text or "")
        if self.read > TOGETHER_BYTES:
            message = f"got more than {TOGETHER_BYTES:,} characters of YAML in all files together; expected less."
            self.problems.add(message, Where(relative, 0, 0))
            return None
        return text

    def names(self, subfolder: str, suffix: str) -> list[str]:
        """The files `subfolder/*suffix`, sorted by name; anything else there that is not hidden or a note is a problem."""
        if not self.has(subfolder):
            return []
        path = self.inside(subfolder)
        if path is None or not path.is_dir():
            self.problems.add("expected a folder.", Where(subfolder, 0, 0))
            return []
        try:
            names = sorted(entry.name for entry in path.iterdir())
        except OSError as error:
            self.problems.add(f"cannot be read: {error.strerror}.", Where(subfolder, 0, 0))
            return []
        if len(names) > FILES_IN_A_FOLDER:
            self.problems.add(f"got {len(names)} files; expected at most {FILES_IN_A_FOLDER}.", Where(subfolder, 0, 0))
            return []
        found = [f"{subfolder}/{name}" for name in names if name.endswith(suffix) and not name.startswith(".")]
        for name in names:
            if not name.endswith((suffix, ".md")) and not name.startswith(".") and subfolder != "patches":
                advice = f"Rename it to {name[: -len('.yml')]}{suffix}." if suffix == ".yaml" and name.endswith(".yml") else ""
                where = Where(f"{subfolder}/{name}", 0, 0)
                self.problems.add(f"got a file of another kind; expected files that end in '{suffix}'.", where, advice=advice)
        return found
