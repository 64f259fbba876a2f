"""What the project knows of single countries beyond their scenarios. Nothing outside this room names a country.

A case is a folder of this room, `cases/<country>/`, whose `CASE` keeps the promise of `drawdown.cases.case.Case`. It is found by the id of
a scenario, `<country>-<year>`, and imported only then. Its folder may also hold `sources/` (loaders of public data on this country alone;
see `drawdown.data.sources`) and `names.csv` (spellings of its places; see `drawdown.data.names`).
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from drawdown.cases.case import Case


def countries() -> tuple[str, ...]:
    """Folders of this room that hold a case, sorted."""
    return tuple(sorted(found.parent.name for found in Path(__file__).parent.glob("*/__init__.py")))


def find(scenario: str) -> Case | None:
    """The case of the scenario with that id; None where its country has none."""
    country = next((c for c in countries() if f"{scenario}-".startswith(f"{c.replace('_', '-')}-")), None)
    if country is None:
        return None
    found: Case = importlib.import_module(f"{__name__}.{country}").CASE
    return found
