"""What a case promises: the tables of its scenario as of a date, the record, its places, and what was said of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from drawdown.cases.rows import Row
    from drawdown.cases.statements import Statement
    from drawdown.evaluate.folds import History
    from drawdown.evaluate.record import Record


class Recorded(Protocol):
    """What was recorded of one country, read from a folder. Files that a reader was not shown at a date are not its to hide."""

    @property
    def source(self) -> str:
        """The source of its deaths, in the words that a chart carries."""

    @property
    def counts(self) -> Literal["civilians", "civilians and police"]:
        """Whose deaths they are."""

    @property
    def whose_dead(self) -> str | None:
        """The foreign actor whose dead soldiers it counts; None: those of all."""

    @property
    def summaries(self) -> bool:
        """Whether the history holds records that sum up many incidents (a morgue's month), which the weeks leave out."""

    def history(self) -> History:
        """Recorded deaths by day and admin-1 unit. Raises FoldError."""

    def weeks(self, start: date, weeks: int, places: Sequence[str]) -> Record:
        """What was recorded in the `weeks` weeks from `start` in these admin-1 units: one world. Raises FoldError."""


class Case(Protocol):
    """One country beyond its scenario's folder."""

    @property
    def scenario(self) -> str:
        """Id of the shipped scenario that it is written for."""

    @property
    def places(self) -> Mapping[str, str]:
        """Places of the scenario that its tables cover -> admin-1 unit, as the data spell it."""

    @property
    def statements(self) -> Sequence[Statement]:
        """What someone said of them: dated, with who said it and where."""

    @property
    def replaces(self) -> Mapping[str, Sequence[str]]:
        """What an estimate replaces: by default every row of a variable; here those that agree with one of its own in these dimensions."""

    def tables(self, data: Path, as_of: date) -> Mapping[str, Sequence[Row]]:
        """Initial tables of its scenario, by variable, from what was known before `as_of`. Raises FileNotFoundError naming the file."""

    def recorded(self, data: Path) -> Recorded | None:
        """The record, where its files lie in the folder `data` or below it; None where they do not."""
