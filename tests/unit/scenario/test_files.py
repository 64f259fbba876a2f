"""Files read line by line: what goes wrong while reading is a problem; what goes wrong in the reader's hands is its own."""

from __future__ import annotations

import errno
import io
from pathlib import Path
from typing import Any

import pytest

from drawdown.scenario.files import Problems, open_lines


class Failing(io.StringIO):
    """A file of which the second line cannot be read, as on a disk that is breaking."""

    def __init__(self, kept: Any) -> None:
        super().__init__("one\ntwo\n")
        self.kept = kept

    def fileno(self) -> int:
        return int(self.kept.fileno())

    def __next__(self) -> str:  # type: ignore[override]  # as io.StringIO itself has it
        if self.tell():
            raise OSError(errno.EIO, "Input/output error")
        return super().__next__()

    def close(self) -> None:
        self.kept.close()
        super().close()


def test_a_line_that_cannot_be_read_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Review: "generator didn't stop after throw()", a traceback, where a disk failed in the middle of a file."""
    path = tmp_path / "samples.csv"
    path.write_text("one\ntwo\n")
    real = Path.open
    monkeypatch.setattr(Path, "open", lambda self, *words, **more: Failing(real(self, *words, **more)))
    problems = Problems()
    with open_lines(path, "samples.csv", 100, problems) as lines:
        assert list(lines) == ["one\n"]
    assert [(p.message, p.file, p.line) for p in problems.found] == [("cannot be read: Input/output error.", "samples.csv", 2)]


def test_an_error_of_whoever_reads_the_lines_is_its_own(tmp_path: Path) -> None:
    path = tmp_path / "samples.csv"
    path.write_text("one\n")
    problems = Problems()

    def read() -> None:
        with open_lines(path, "samples.csv", 100, problems) as lines:
            next(lines)
            raise OSError(errno.ENOSPC, "elsewhere")

    with pytest.raises(OSError, match="elsewhere"):
        read()
    assert problems.found == []


def test_what_cannot_be_opened_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "samples.csv"
    path.write_text("one\n")

    def refuse(self: Path, *words: object, **more: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    problems = Problems()
    with open_lines(path, "samples.csv", 100, problems) as lines:
        assert list(lines) == []
    assert [p.message for p in problems.found] == ["cannot be read: Permission denied."]
