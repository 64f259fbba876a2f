"""Numbers on their way into a scenario's tables: a cell of a variable, with range, source, grade and reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

from drawdown.mechanism import shipped, variables
from drawdown.state import Variable


@cache
def _declared() -> Mapping[str, Variable]:
    """All variables of the shipped model, the tables that a scenario may fill among them."""
    return variables(shipped())


@dataclass(frozen=True)
class RestsOn:
    """What a number rests on: a key of sources.yaml and where in it, or the reason of an assumption (grade D)."""

    grade: str
    note: str
    source: str = ""
    locator: str = ""


def assumed(note: str) -> RestsOn:
    """Grade D, with its reason."""
    return RestsOn("D", note)


# Of a slot that this country does not fill.
PADDING = assumed("a place in the common structure that this country does not fill")


@dataclass
class FilledTables:
    """The tables of a scenario as they are filled: variable -> rows of text, each cell once."""

    rows: dict[str, dict[tuple[str, ...], dict[str, str]]] = field(default_factory=dict)

    def put(self, variable: str, cell: tuple[str, ...], best: float, backing: RestsOn, spread: float = 1.0) -> None:
        """One number; `spread` above 1 gives it a range from best / spread to best x spread."""
        low, high = (best / spread, best * spread) if spread > 1 and best > 0 else (None, None)
        self.range(variable, cell, low, best, high, backing)

    def range(self, variable: str, cell: tuple[str, ...], low: float | None, best: float, high: float | None, backing: RestsOn) -> None:
        """One number with its 5th and 95th percentile (None: fixed), held within the bounds of the variable."""
        declared = _declared()[variable]
        values = {
            name: min(max(v, declared.low), declared.high) for name, v in (("low", low), ("best", best), ("high", high)) if v is not None
        }
        written = {name: f"{v:.6g}" for name, v in values.items()}
        self.rows.setdefault(variable, {})[cell] = {
            **dict(zip(declared.dims, cell, strict=True)),
            **written,
            "unit": declared.unit,
            **({"source": backing.source, "locator": backing.locator} if backing.source else {}),
            "grade": backing.grade,
            "note": backing.note,
        }

    def shares(self, variable: str, cells: Mapping[tuple[str, ...], float], total: float, backing: RestsOn) -> None:
        """Fixed shares of one whole: scaled to sum to `total`, rounded so that they still do; a share under a thousandth is left out."""
        whole = sum(cells.values())
        if whole <= 0:
            return
        kept = {cell: round(total * value / whole, 4) for cell, value in cells.items() if total * value / whole >= 1e-3}
        largest = max(kept, key=lambda cell: kept[cell])
        kept[largest] = round(kept[largest] + total - sum(kept.values()), 4)
        for cell, value in kept.items():
            self.put(variable, cell, value, backing)


def columns(rows: Iterable[Mapping[str, str]]) -> list[str]:
    """Names of all columns that any row has, in the order in which they first stand."""
    return list(dict.fromkeys(name for row in rows for name in row))
