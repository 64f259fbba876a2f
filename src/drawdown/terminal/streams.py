"""Standard output and standard error as every verb writes to them: printable, in their encoding, closed or full without harm to the work.

Inside `standard_streams()` a plain `print()` is safe: what a terminal would obey is written out, what the encoding lacks is spelled, and an
output that cannot be written loses what it is given and says so at the end, so that a run that is finished is never lost with it.
"""

from __future__ import annotations

import errno
import io
import os
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TextIO

from drawdown.errors import DrawdownError, printable

if TYPE_CHECKING:
    from rich.console import Console

WIDTH = 100  # of a pipe or a file, where COLUMNS says nothing
NARROWEST = 20
SPELLED = str.maketrans({"±": "+-", "–": "-", "—": "-", "−": "-", "…": "...", "×": "x", "·": "-", "•": "*", "≥": ">=", "≤": "<=", "→": "->",
                         "“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "§": "sec. ", "€": "EUR ", "°": " deg", "ß": "ss", "ø": "o",
                         "Ø": "O", "ł": "l", "Ł": "L", "æ": "ae", "œ": "oe", "ı": "i", "ʿ": "'", "ʾ": "'", "\u200c": "",
                         "\u200d": ""})  # fmt: skip


def spelled(text: str, encoding: str | None) -> str:
    """The text in what the encoding has: `±` as `+-`, letters without their marks, all else by its code point."""
    try:
        text.encode(encoding or "utf-8")
    except (UnicodeEncodeError, LookupError):
        plain = "".join(c for c in unicodedata.normalize("NFKD", text.translate(SPELLED)) if not unicodedata.combining(c))
        return plain.encode("ascii", "backslashreplace").decode("ascii")
    return text


@dataclass
class Sink:
    """The stream underneath, and what went wrong with it first. `under` is None where it was closed from the start."""

    under: TextIO | None
    failure: OSError | None = None

    def write(self, text: str) -> None:
        """Write, or remember why not."""
        if self.failure is not None or not text:
            return
        if self.under is None:
            self.failure = OSError(errno.EBADF, "it is closed")
            return
        try:
            self.under.write(spelled(text, self.under.encoding))
        except OSError as error:
            self.fail(error)

    def flush(self) -> None:
        """Hand on what is buffered, or remember why not."""
        if self.failure is None and self.under is not None:
            try:
                self.under.flush()
            except OSError as error:
                self.fail(error)

    def fail(self, error: OSError) -> None:
        """Write nothing more: what is left in the buffer goes nowhere, or the interpreter would fail over it when it ends."""
        self.failure = error
        with suppress(OSError, ValueError):
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, self.under.fileno() if self.under is not None else null)
            os.close(null)


class Output(io.TextIOBase):
    """A standard stream. Text that is not `trusted` is made printable; `styled` takes the colours that the program itself sets."""

    def __init__(self, sink: Sink, trusted: bool = False) -> None:
        self.sink, self.trusted = sink, trusted

    @property
    def encoding(self) -> str:  # type: ignore[override]  # a property here, an attribute there
        """That of the stream underneath."""
        return (self.sink.under.encoding if self.sink.under is not None else None) or "utf-8"

    @property
    def styled(self) -> Output:
        """The same stream for a console, which makes its text printable itself and adds colours."""
        return Output(self.sink, trusted=True)

    def write(self, text: str) -> int:
        """Never raises for a stream that is closed, full or has lost its reader."""
        self.sink.write(text if self.trusted else printable(text, lines=True))
        return len(text)

    def flush(self) -> None:
        """Never raises either."""
        self.sink.flush()

    def close(self) -> None:
        """Nothing to close: the stream underneath is not this one's own."""

    def writable(self) -> bool:
        """Always."""
        return True

    def isatty(self) -> bool:
        """Whether a person reads along."""
        return self.sink.under is not None and self.sink.failure is None and self.sink.under.isatty()

    def fileno(self) -> int:
        """The descriptor. Raises OSError where there is none."""
        if self.sink.under is None:
            raise OSError(errno.EBADF, "it is closed")
        return self.sink.under.fileno()


@dataclass(frozen=True)
class Streams:
    """Standard output and standard error while a command runs."""

    out: Sink
    err: Sink

    def status(self, status: int) -> int:
        """The exit status: 2, with a sentence, where all went well but the output; a reader who left (`| head`) is no error."""
        self.out.flush()
        failure = self.out.failure
        if status == 0 and failure is not None and not isinstance(failure, BrokenPipeError):
            reason = failure.strerror or str(failure)
            print(
                f"standard output cannot be written ({reason}): what the command had to say is lost.\n"
                "  The files that it writes are finished and kept. Say it again with an output that can be written.",
                file=sys.stderr,
            )
            status = DrawdownError.exit_code
        self.err.flush()
        return status


@contextmanager
def standard_streams() -> Iterator[Streams]:
    """Put careful streams in place of sys.stdout and sys.stderr, and take them away at the end."""
    for stream, descriptor in ((sys.stdout, 1), (sys.stderr, 2)):
        if stream is None:
            occupy(descriptor)
    streams = Streams(Sink(sys.stdout), Sink(sys.stderr))
    with redirect_stdout(Output(streams.out)), redirect_stderr(Output(streams.err)):
        yield streams


def occupy(descriptor: int) -> None:
    """Open a closed standard descriptor on nothing: else the next file opened gets its number, and what is printed."""
    try:
        os.fstat(descriptor)
    except OSError:
        null = os.open(os.devnull, os.O_RDWR)
        if null != descriptor:
            os.dup2(null, descriptor)
            os.close(null)
        os.set_inheritable(descriptor, True)


def width_of(stream: TextIO) -> int | None:
    """Columns to fill: None for a terminal, which knows its own; COLUMNS or 100 for a pipe or a file."""
    if stream.isatty():
        return None
    asked = os.environ.get("COLUMNS", "")
    return max(int(asked), NARROWEST) if asked.isascii() and asked.isdecimal() and int(asked) else WIDTH


def fitted(text: str, stream: TextIO, indent: int | None = None) -> str:
    """Text for a terminal, wrapped at words, each line going on under its own indentation (or `indent`); commands to copy stay whole.

    For a pipe or a file as it is: a line stays a line, for search and sorting.
    """
    if not stream.isatty():
        return text
    width = console(error=stream is sys.stderr).width
    return "\n".join(
        line if line.lstrip().startswith("drawdown ") else wrapped(line, width, indent) for line in printable(text, lines=True).split("\n")
    )


def wrapped(line: str, width: int, indent: int | None) -> str:
    """One line as several."""
    import textwrap

    own = len(line) - len(line.lstrip())
    hanging = " " * (own if indent is None or not own else indent)
    return textwrap.fill(line, width, subsequent_indent=hanging, break_long_words=False, break_on_hyphens=False)


def console(*, error: bool = False) -> Console:
    """A console on standard output, or standard error, in which text is never markup and never obeyed: the whole width of a terminal."""
    from rich.console import Console, ConsoleOptions, RenderableType
    from rich.segment import Segment
    from rich.text import Text

    class PrintableConsole(Console):
        """Text from files is laid out as it will be printed, and checked again on the way out."""

        def render_str(self, text: str, **how: Any) -> Text:
            return super().render_str(spelled(printable(text, lines=True), self.encoding), **how)

        def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
            for piece in super().render(renderable, options):
                text = piece.text
                yield piece if piece.control or text.isprintable() or text == "\n" else Segment(printable(text, lines=True), piece.style)

    stream = sys.stderr if error else sys.stdout
    return PrintableConsole(
        file=getattr(stream, "styled", stream), width=width_of(stream), markup=False, emoji=False, highlight=False, soft_wrap=False
    )
