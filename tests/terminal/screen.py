"""A terminal without a person: a command runs in a pseudo-terminal, an emulator draws what it prints, and a picture can be kept."""

from __future__ import annotations

import contextlib
import os
import select
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from pathlib import Path

import pyte

HISTORY = 3000  # lines of the emulated screen: nothing scrolls away
ROWS = 40
# Makes the terminal the controlling one, so that Ctrl-C reaches the command, and becomes it. Not by `preexec_fn`: that forks this
# process in Python, which jax, where another test has loaded it, warns of.
TAKES = "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execvp(sys.argv[1], sys.argv[1:])"
COLOURS = {"default": "#d0d0d0", "brown": "#c0a000"}


@dataclass
class Seen:
    """How a command ended, the bytes that came, and the screen after them."""

    status: int
    raw: bytes
    screen: pyte.Screen

    @cached_property
    def lines(self) -> list[str]:
        """What stands on the screen, without the spaces at the ends."""
        written = range(max(self.screen.buffer, default=-1) + 1)
        lines = ["".join(self.screen.buffer[y][x].data for x in range(self.screen.columns)).rstrip() for y in written]
        while lines and not lines[-1]:
            lines.pop()
        return lines

    @property
    def text(self) -> str:
        """The same in one piece."""
        return "\n".join(self.lines)

    @property
    def flowing(self) -> str:
        """The words of the screen in reading order, however they were wrapped."""
        return " ".join(self.text.split())


def environment(changes: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a person at a terminal: no wish about colours or widths but those in `changes`."""
    kept = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "PYTHONIOENCODING")}
    repository = Path(__file__).resolve().parents[2]
    paths = [str(repository), str(repository / "src"), *filter(None, [kept.get("PYTHONPATH")])]
    return {**kept, "TERM": "xterm-256color", "PYTHONPATH": os.pathsep.join(paths), **(changes or {})}


def in_terminal(
    command: Sequence[str],
    columns: int,
    cwd: Path,
    changes: Mapping[str, str] | None = None,
    timeout: float = 300,
    interrupt_at: bytes = b"",
) -> Seen:
    """Run a command in a pseudo-terminal of so many columns and read until it ends. Presses Ctrl-C once `interrupt_at` was printed."""
    import fcntl
    import pty
    import struct
    import termios

    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, columns, 0, 0))
    running = subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", TAKES, *command], cwd=cwd, env=environment(changes), stdin=slave, stdout=slave, stderr=slave,
        start_new_session=True,
    )  # fmt: skip
    os.close(slave)
    came, deadline = bytearray(), time.monotonic() + timeout
    try:
        while time.monotonic() < deadline:
            if not select.select([master], [], [], 0.5)[0]:
                continue
            try:
                piece = os.read(master, 65536)
            except OSError:  # Linux's way to say that the other end is closed
                break
            if not piece:
                break
            came += piece
            if interrupt_at and interrupt_at in came:
                os.write(master, b"\x03")
                interrupt_at = b""
        status = running.wait(max(1.0, deadline - time.monotonic()))
    finally:
        with contextlib.suppress(ProcessLookupError):
            running.kill()
        running.wait()
        os.close(master)
    screen = pyte.Screen(columns, HISTORY)
    pyte.ByteStream(screen).feed(bytes(came))
    return Seen(status, bytes(came), screen)


def midway(seen: Seen) -> Seen:
    """The screen as it stood when the bar was last drawn: what a person who waits looks at."""
    end = seen.raw.find(b"\r", seen.raw.rfind(b" futures (", 0, seen.raw.rfind(b" left")))
    screen = pyte.Screen(seen.screen.columns, HISTORY)
    pyte.ByteStream(screen).feed(seen.raw[:end])
    return Seen(seen.status, seen.raw[:end], screen)


def keep_picture(seen: Seen, path: Path, lines: int = 70) -> None:
    """The first lines of the screen as SVG and, where the converter is there, as PNG: a test artefact to look at."""
    rows = min(len(seen.lines), lines)
    wide, high = 8.43, 18.0
    width, height = round(seen.screen.columns * wide + 24), round(rows * high + 24)
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"><rect width="100%" height="100%" fill="#1c1c1c"/>',
             '<g font-family="DejaVu Sans Mono, monospace" font-size="14" xml:space="preserve">']  # fmt: skip
    for y in range(rows):
        cells = [(x, seen.screen.buffer[y][x]) for x in range(seen.screen.columns)]
        for (colour, bold), group in groupby(cells, key=lambda cell: (cell[1].fg, cell[1].bold)):
            run = list(group)
            told = "".join(cell.data for _, cell in run)
            if told.strip():
                fill = COLOURS.get(colour, f"#{colour}" if len(colour) == 6 else colour)
                escaped = told.replace("&", "&amp;").replace("<", "&lt;").replace(" ", "\u00a0")
                weight = ' font-weight="bold"' * bold
                parts.append(f'<text x="{12 + run[0][0] * wide:.1f}" y="{24 + y * high:.0f}" fill="{fill}"{weight}>{escaped}</text>')
    path.parent.mkdir(exist_ok=True)
    svg = "\n".join([*parts, "</g></svg>"])
    path.write_text(svg, encoding="utf-8")
    with contextlib.suppress(ImportError):
        import vl_convert

        path.with_suffix(".png").write_bytes(vl_convert.svg_to_png(svg))


def toyland(*words: str) -> list[str]:
    """The command line with the made-up engine."""
    return [sys.executable, "-m", "tests.terminal.toyland", *words]


def drawdown(*words: str) -> list[str]:
    """The command line as it is."""
    return [sys.executable, "-c", "import sys; from drawdown.cli import main; sys.exit(main())", *words]
