"""How far a long work is, for the person who waits: a bar where standard error is a terminal, a line now and then where it is not."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.progress import Progress as Bar

SILENCE = 15.0  # seconds without a line, at most
STEP = 0.1  # of the whole: a line for each, but not more often than every
PAUSE = 5.0  # seconds
Clock = Callable[[], float]


def time_left(seconds: float) -> str:
    """`under 10 s left`, `about 40 s left`, `about 3 min left`, `about 2 h 10 min left`; never more exact than the estimate."""
    if seconds < 10:
        return "under 10 s left"
    if seconds < 55:
        return f"about {10 * round(seconds / 10)} s left"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"about {minutes} min left"
    return f"about {minutes // 60} h{f' {10 * (minutes % 60 // 10)} min' if minutes % 60 >= 10 else ''} left"


@dataclass
class Course:
    """The work as it stands: a phase in words, and in a phase that counts, how much of how much. Times in seconds."""

    unit: str
    clock: Clock = time.monotonic
    phase: str = ""
    begun: float = 0.0
    done: int = 0
    of: int | None = None
    first: tuple[float, int] | None = None  # when the count first moved, and to what: compiling is not part of the pace
    last: float = 0.0

    def enter(self, phase: str) -> bool:
        """Another phase, without a count; whether it is one."""
        if phase == self.phase:
            return False
        self.phase, self.begun, self.of, self.first = phase, self.clock(), None, None
        return True

    def count(self, done: int, of: int) -> None:
        """So much of so much."""
        self.done, self.of, self.last = done, of, self.clock()
        if self.first is None:
            self.first = (self.last, done)

    def left(self) -> float | None:
        """Seconds, at the pace so far; None while there is no pace."""
        if self.of is None or self.first is None or self.done <= self.first[1]:
            return None
        pace = (self.last - self.first[0]) / (self.done - self.first[1])
        return max(0.0, pace * (self.of - self.done) - (self.clock() - self.last))

    def counted(self) -> str:
        """`640 of 5,000 futures (12%)`."""
        return "" if self.of is None else f"{self.done:,} of {self.of:,} {self.unit} ({100 * self.done // max(self.of, 1)}%)"

    def remaining(self) -> str:
        """The time left in words; nothing where there is nothing to say."""
        if self.of is None or self.done >= self.of:
            return ""
        left = self.left()
        return "time left not known yet" if left is None else time_left(left)

    def sentence(self) -> str:
        """A line for a log."""
        since = self.clock() - self.begun
        if self.of is None:
            return f"{self.phase}{f', {since:.0f} s so far' if since >= 1 else ''}"
        return ", ".join(part for part in (f"{self.phase}: {self.counted()}", self.remaining()) if part)


class Reporter:
    """Tells nothing (`--quiet`); what the others are made after."""

    def __init__(self, course: Course) -> None:
        self.course = course

    def enter(self, phase: str, said: bool = True) -> None:
        """Another phase, in words; not `said` where its first count follows at once."""
        self.course.enter(phase)

    def count(self, done: int, of: int) -> None:
        """So much of so much."""
        self.course.count(done, of)

    def show(self, *what: RenderableType) -> None:
        """Something to read in between, such as a table."""

    def end(self) -> None:
        """The work is over, well or not."""


@dataclass
class Lines(Reporter):
    """A line when a phase begins, and then every tenth of the way or every fifteen seconds."""

    course: Course
    said: float = float("-inf")
    said_share: float = 0.0
    lock: threading.RLock = field(default_factory=threading.RLock)
    over: threading.Event = field(default_factory=threading.Event)

    def start(self) -> Lines:
        """Watch the clock, in a thread: a phase that says nothing for long is told of too."""

        def watch() -> None:
            while not self.over.wait(1.0):
                self.tick()

        threading.Thread(target=watch, name="drawdown progress", daemon=True).start()
        return self

    def tick(self) -> None:
        """A line if it has been silent for long enough."""
        with self.lock:
            if self.course.phase and self.course.clock() - self.said >= SILENCE and not self.over.is_set():
                self.say()

    def say(self) -> None:
        """A line now."""
        print(self.course.sentence(), file=sys.stderr, flush=True)
        self.said = self.course.clock()
        self.said_share = self.course.done / self.course.of if self.course.of else 0.0

    def enter(self, phase: str, said: bool = True) -> None:
        with self.lock:
            if self.course.enter(phase) and said:
                self.say()

    def count(self, done: int, of: int) -> None:
        with self.lock:
            begins = self.course.of is None
            self.course.count(done, of)
            silent = self.course.clock() - self.said
            if begins or silent >= SILENCE or (silent >= PAUSE and of and done / of >= self.said_share + STEP):
                self.say()

    def show(self, *what: RenderableType) -> None:
        from drawdown.terminal.streams import console

        with self.lock:
            err = console(error=True)
            for one in what:
                err.print(one)
            self.said = self.course.clock()

    def end(self) -> None:
        self.over.set()


class OnScreen(Reporter):
    """A bar that moves, at the bottom of a terminal."""

    def __init__(self, course: Course) -> None:
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        from drawdown.terminal.streams import console

        super().__init__(course)
        what, counted, left = (TextColumn(f"{{task.{name}}}", markup=False) for name in ("description", "fields[counted]", "fields[left]"))
        self.bar: Bar = Progress(
            what, BarColumn(bar_width=16), counted, TimeElapsedColumn(), left, console=console(error=True), transient=True
        )
        self.task = self.bar.add_task("", total=None, counted="", left="")
        self.bar.start()

    def enter(self, phase: str, said: bool = True) -> None:
        if self.course.enter(phase):
            self.bar.update(self.task, description=phase, total=None, counted="", left="")

    def count(self, done: int, of: int) -> None:
        self.course.count(done, of)
        self.bar.update(self.task, completed=done, total=of, counted=self.course.counted(), left=self.course.remaining())

    def show(self, *what: RenderableType) -> None:
        for one in what:
            self.bar.console.print(one)

    def end(self) -> None:
        self.bar.stop()


@contextmanager
def reported(unit: str, *, quiet: bool = False) -> Iterator[Reporter]:
    """Tells on standard error how far a work is, in `unit`s."""
    course = Course(unit)
    moves = sys.stderr.isatty() and os.environ.get("TERM", "") not in ("dumb", "unknown")
    shown = Reporter(course) if quiet else OnScreen(course) if moves else Lines(course).start()
    try:
        yield shown
    finally:
        shown.end()
