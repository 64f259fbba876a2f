"""The one exception of the data rooms: every problem found, raised once; the command line turns it into exit code 2."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence


class DataError(Exception):
    """A file or a download that cannot be used. `problems` says, one sentence each, where, what came and what to do."""

    def __init__(self, problems: str | Sequence[str]) -> None:
        self.problems: tuple[str, ...] = (problems,) if isinstance(problems, str) else tuple(problems)
        super().__init__("\n".join(self.problems))


def nearest(name: str, known: Iterable[str]) -> str:
    """`" Did you mean 'x'?"` for the nearest known name, or nothing."""
    lower = {k.casefold(): k for k in known}
    found = difflib.get_close_matches(name.casefold(), list(lower), n=1, cutoff=0.6)
    return f" Did you mean '{lower[found[0]]}'?" if found else ""
