"""The exception of the data rooms: every problem found in a file or a download, raised once."""

from __future__ import annotations

from collections.abc import Sequence

from drawdown.errors import DrawdownError, Problem


class DataError(DrawdownError):
    """A file or a download that cannot be used; `problems` has them all and nothing was written."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.problems)

    @classmethod
    def at(cls, file: object, message: str, line: int = 0, advice: str = "") -> DataError:
        """One problem in one file."""
        return cls([Problem(message, file=str(file), line=line, advice=advice)])

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)
