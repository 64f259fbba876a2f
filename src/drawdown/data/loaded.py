"""What every loader returns: a tidy frame, and a count of each row that was left out, by reason.

The law of this package: rows read = rows kept + rows dropped by reason. `Loaded` refuses to exist otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

# Columns of every event frame, named as UCDP GED names them; the last four are ours.
EVENT_COLUMNS = (
    "id",
    "date_start",
    "date_end",
    "date_prec",
    "type_of_violence",
    "side_a",
    "side_b",
    "dyad_name",
    "country",
    "adm_1",
    "adm_2",
    "where_coordinates",
    "where_prec",
    "latitude",
    "longitude",
    "deaths_a",
    "deaths_b",
    "deaths_civilians",
    "deaths_unknown",
    "best",
    "low",
    "high",
    "kind",
    "status",
    "aggregate",
    "duplicate_suspect",
)
COUNT_COLUMNS = ("date_start", "date_end", "adm_1", "kind", "events", "gap")
BOUNDARY_COLUMNS = ("id", "name", "country", "level", "longitude", "latitude", "geometry")


@dataclass(frozen=True, slots=True)
class Dropped:
    """Rows left out, by reason; `examples` gives the first line number of each reason (1-based, the header being a line)."""

    counts: Mapping[str, int] = field(default_factory=dict)
    examples: Mapping[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    def __str__(self) -> str:
        if not self.counts:
            return "none dropped"
        parts = []
        for reason, count in self.counts.items():
            line = self.examples.get(reason)
            parts.append(f"{count} {reason}" + (f" (first at line {line})" if line else ""))
        return f"{self.total} dropped: " + "; ".join(parts)


@dataclass(frozen=True, slots=True)
class Loaded:
    """A read file. `frame` has one row per record kept; `rows` counts the records read; `notes` counts what was kept but is worth saying.

    Raises:
        ValueError: if rows are not kept rows plus dropped rows: a loader lost something without saying so.
    """

    source: str
    frame: pd.DataFrame
    rows: int
    dropped: Dropped
    notes: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.rows != len(self.frame) + self.dropped.total:
            raise ValueError(f"{self.source}: {self.rows} rows read, but {len(self.frame)} kept and {self.dropped.total} dropped")

    @property
    def kept(self) -> int:
        return len(self.frame)


class Ledger:
    """Counts drops and notes while a loader works; ends as a `Dropped`."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}
        self._examples: dict[str, int] = {}
        self.notes: dict[str, int] = {}

    def drop(self, reason: str, line: int, count: int = 1) -> None:
        self._counts[reason] = self._counts.get(reason, 0) + count
        self._examples.setdefault(reason, line)

    def note(self, sentence: str, count: int = 1) -> None:
        self.notes[sentence] = self.notes.get(sentence, 0) + count

    def dropped(self) -> Dropped:
        return Dropped(dict(self._counts), dict(self._examples))
