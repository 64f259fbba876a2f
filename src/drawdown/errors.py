"""What goes wrong because of the input, told so that the reader can put it right: where, what came, what was expected, what to do."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

PROBLEMS_SHOWN = 200
LONGEST_MESSAGE = 4_000  # characters; a name of a megabyte is told, not printed
LONGEST_PATH = 240
JOINERS = "\u200c\u200d"  # Persian, Urdu and Indic spelling needs them; they move nothing on a screen


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to put right. `file` is as the user would open it; `line` and `column` count from 1 (0: no line to point at).

    `path` is the dotted path inside the document (`actors.northern-militia.kind`), `message` what came and what was expected,
    `advice` what to do, where that does not follow from the message. All of it is printable and of bounded length, whatever came.
    """

    message: str
    file: str = ""
    line: int = 0
    column: int = 0
    path: str = ""
    advice: str = ""

    def __post_init__(self) -> None:
        for name, longest in (("message", LONGEST_MESSAGE), ("file", LONGEST_MESSAGE), ("path", LONGEST_PATH), ("advice", LONGEST_MESSAGE)):
            object.__setattr__(self, name, _shortened(printable(getattr(self, name)), longest))

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part)
        head = "  ".join(part for part in (place, self.path) if part)
        body = f"{self.message} {self.advice}".strip()
        return f"{head}\n  {body}" if head else body


class DrawdownError(Exception):
    """Base of every error that the user can put right; the command line prints it without a traceback and exits with `exit_code`."""

    exit_code = 2

    def __str__(self) -> str:
        return printable(super().__str__(), lines=True)


class ScenarioError(DrawdownError):
    """A scenario, plan or patch that does not hold. `problems` has them all, in the order of the files; nothing was run or written."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        shown = [str(problem) for problem in self.problems[:PROBLEMS_SHOWN]]
        left = len(self.problems) - len(shown)
        if left:
            shown.append(f"... and {left} more")
        return "\n".join(shown)


def nearest(name: str, names: Iterable[str]) -> str | None:
    """The valid name that looks most like `name`, or None when nothing is near."""
    known = sorted(set(names))
    found = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    if not found:
        lower = {candidate.lower(): candidate for candidate in known}
        folded = difflib.get_close_matches(name.lower().replace("_", "-").replace(" ", "-"), lower, n=1, cutoff=0.6)
        found = [lower[folded[0]]] if folded else []
    return found[0] if found else None


def some_of(names: Sequence[str], most: int = 8) -> str:
    """The first of many names, and how many more there are: `a, b, c and 4 more`."""
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """`Did you mean 'militia'?`, or nothing."""
    near = nearest(name[:80], names)
    return f"Did you mean '{near}'?" if near else ""


def expected_one_of(name: str, names: Iterable[str], shown: int = 12) -> str:
    """`got 'milita'; expected one of: army, militia. Did you mean 'militia'?`; long lists are cut after `shown`."""
    known = sorted(set(names))
    listed = ", ".join(known[:shown]) + (f", ... ({len(known)} in all)" if len(known) > shown else "")
    expected = f"expected one of: {listed}" if known else "there is none to choose from"
    return f"got {quoted(name)}; {expected}. {did_you_mean(name, known)}".strip()


def printable(text: str, *, lines: bool = False) -> str:
    """The text with what a terminal would obey, or what hides or turns the text around it, written out: `\\x1b`, `\\u202e`.

    Control characters, marks of direction, lone surrogates, private and unassigned code points. With `lines`, line breaks and tabs stay:
    for a message of several lines; a name never has one.
    """
    if text.isprintable():
        return text
    kept = JOINERS + ("\n\t" if lines else "")
    return "".join(
        c if c.isprintable() or c in kept or unicodedata.category(c) == "Zs" else c.encode("unicode_escape").decode("ascii") for c in text
    )


def _shortened(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 4]} ..."


def quoted(value: object, longest: int = 60) -> str:
    """What came, printable and short: control characters and escape codes are shown, not obeyed."""
    text = value if isinstance(value, str) else str(value)
    shown = ascii(text) if not text.isprintable() else f"'{text}'"
    return shown if len(shown) <= longest else shown[: longest - 4] + "...'"
