"""A word of the command line that no file could be called is told before anything is looked up: most verbs take a name or a path."""

from __future__ import annotations

from collections.abc import Iterable

from drawdown.errors import DrawdownError, quoted

LONGEST_NAME = 255  # bytes, on the file systems that people have
LONGEST_FILE_PATH = 4_000


def check_words(words: Iterable[str]) -> None:
    """Raises DrawdownError for a word with a nought in it, and for one longer than the name of a file or of a path may be."""
    for word in words:
        raw = word.encode("utf-8", "surrogatepass")
        if "\0" in word:
            raise DrawdownError(f"got {quoted(word)}; expected a name without the character nought.")
        if len(raw) > LONGEST_FILE_PATH or max(map(len, raw.split(b"/"))) > LONGEST_NAME:
            raise DrawdownError(f"got {quoted(word)}, {len(word):,} characters long; expected a name that a file could have.")
