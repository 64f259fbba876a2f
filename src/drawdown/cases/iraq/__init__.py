"""Iraq: initial tables at any date from the public data, statements of who ruled where, the record, and its own sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from drawdown.cases.case import Case, Recorded
    from drawdown.cases.rows import Row
    from drawdown.cases.statements import Statement


class Iraq:
    """The scenario of September 2007 and its country; `frames` and `weekly` name the files that they read."""

    scenario = "iraq-2007"
    # Of these only the rows about the same actor or home government; forces that the data do not tell stay as they were written.
    replaces: Mapping[str, Sequence[str]] = {"deployment": ("actor",), "strength": ("actor",), "losses_before": ("home",)}

    @property
    def places(self) -> Mapping[str, str]:
        """Place -> governorate."""
        from drawdown.cases.iraq.places import places

        return {place.id: place.admin1 for place in places()}

    @property
    def statements(self) -> Sequence[Statement]:
        """Who ruled where and who stood where, as told."""
        from drawdown.cases.iraq.places import statements

        return statements()

    def tables(self, data: Path, as_of: date) -> Mapping[str, Sequence[Row]]:
        """See `drawdown.cases.iraq.origin`."""
        from drawdown.cases.iraq.origin import estimate
        from drawdown.cases.iraq.weekly import folder_in

        return estimate(folder_in(data) or data, as_of)

    def recorded(self, data: Path) -> Recorded | None:
        """Iraq Body Count's deaths, the attacks in the coalition's log and US dead."""
        from drawdown.cases.iraq.record import IraqBodyCount
        from drawdown.cases.iraq.weekly import folder_in

        folder = folder_in(data)
        return None if folder is None else IraqBodyCount(folder)


CASE: Case = Iraq()
