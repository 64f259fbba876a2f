"""Issue 7, A1 and A4: what a plain print() of any verb goes through."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest

from drawdown.terminal.streams import Output, Sink, fitted, spelled, standard_streams


def test_a4_a_plain_print_is_printable_whatever_it_prints(capsys: pytest.CaptureFixture[str]) -> None:
    with standard_streams() as streams:
        print("one\x1b[31m\u202e", "two\r\x07", sep="\n")
        print("three\ud800\x9b", file=sys.stderr)
        assert streams.status(0) == 0
    captured = capsys.readouterr()
    assert captured.out == "one\\x1b[31m\\u202e\ntwo\\r\\x07\n"
    assert captured.err == "three\\ud800\\x9b\n"


def ascii_stream() -> tuple[io.BytesIO, Output]:
    under = io.BytesIO()
    return under, Output(Sink(io.TextIOWrapper(under, encoding="ascii")))


def test_a1_a_plain_print_is_spelled_where_the_encoding_is_ascii() -> None:
    under, out = ascii_stream()
    print("62 ±2 – al-Qādisīyah, \u0628\u0635 “so”", file=out, flush=True)
    assert under.getvalue() == b'62 +-2 - al-Qadisiyah, \\u0628\\u0635 "so"\n'


def test_a1_text_that_the_encoding_has_stays_as_it_is() -> None:
    assert spelled("62 ±2 –", "utf-8") == "62 ±2 –"
    assert spelled("62 ±2", "latin-1") == "62 ±2"
    assert spelled("62 –", "latin-1") == "62 -"
    assert spelled("±", "no-such-encoding") == "+-"


class Full(io.StringIO):
    """A disk with no room."""

    def write(self, _: str) -> int:
        raise OSError(28, "No space left on device")


class Gone(io.StringIO):
    """A reader who has left."""

    def write(self, _: str) -> int:
        raise BrokenPipeError(32, "Broken pipe")


@pytest.mark.parametrize(("stream", "status"), [(Full(), 2), (Gone(), 0), (None, 2)], ids=["full", "gone", "closed"])
def test_a1_an_output_that_cannot_be_written_costs_a_status_not_the_work(
    stream: io.StringIO | None, status: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdout", stream)
    with standard_streams() as streams:
        print("the answer")
        print("more of it")
        assert streams.status(0) == status
    assert ("standard output cannot be written" in capsys.readouterr().err) == (status == 2)


def test_a1_nothing_printed_into_a_closed_output_is_no_loss(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    with standard_streams() as streams:
        assert streams.status(0) == 0
        assert streams.status(130) == 130


def test_a1_a_failure_keeps_its_own_status(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", Full())
    with standard_streams() as streams:
        print("x")
        assert streams.status(130) == 130


def test_a1_what_libraries_print_to_a_closed_output_lands_in_no_file(tmp_path: Path) -> None:
    """With `>&-` the next file that is opened gets descriptor 1, and what C code prints would be written into it."""
    script = tmp_path / "script.py"
    script.write_text(
        "import os\nfrom drawdown.terminal import standard_streams\n"
        "with standard_streams():\n    file = open('kept', 'w')\n    os.write(1, b'noise')\n    os.write(2, b'noise')\n    file.close()\n"
    )
    subprocess.run(["/bin/sh", "-c", f"exec {sys.executable} {script} >&- 2>&-"], cwd=tmp_path, check=False, timeout=60)
    assert (tmp_path / "kept").read_bytes() == b""


def test_a3_a_line_for_a_pipe_stays_a_line_and_a_command_stays_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    class Screen(io.StringIO):
        def isatty(self) -> bool:
            return True

    text = "where it is:\n  " + "many words " * 12 + "\n  drawdown run " + "a " * 60
    assert fitted(text, io.StringIO()) == text
    monkeypatch.setenv("COLUMNS", "60")
    lines = fitted(text, Screen()).split("\n")
    assert max(map(len, lines[:-1])) <= 60
    assert lines[2].startswith("  many")
    assert lines[-1].startswith("  drawdown run a a")
    assert len(lines[-1]) > 100
