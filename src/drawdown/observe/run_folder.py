"""Reads the events of a run folder back into incidents, so that what a source would have recorded can be drawn from a stored run.

Events name army and police alike where UCDP does (one government), so from a stored run its police are not told from soldiers and are
left out; from a live batch (`engine.run(...).incidents`) they are counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from drawdown.errors import DrawdownError
from drawdown.observe.expand import Columns
from drawdown.observe.records import Setting
from drawdown.runs.opened import open_run
from drawdown.vocabulary.incident_kinds import CIVILIANS, INCIDENT_KINDS


def read(folder: Path | str, plan: str, futures: Sequence[int] | None = None) -> tuple[Columns, Setting]:
    """Columns of the incidents of a plan (all futures, or some) and the setting. Raises `DrawdownError` for an unknown plan or future."""
    import pyarrow.dataset as arrow

    run = open_run(folder)
    chosen = run.plan_id(plan)
    if futures is not None and not all(0 <= f < run.futures for f in futures):
        raise DrawdownError(f"future of {run.folder}: got {list(futures)[:5]}; expected numbers from 0 to {run.futures - 1}")
    scenario = run.scenario
    weeks = np.datetime64(scenario.origin, "D") + 7 * np.arange(scenario.weeks)
    setting = Setting.of(scenario, weeks)
    wanted = arrow.field("plan") == chosen
    if futures is not None:
        wanted = wanted & arrow.field("future").isin([int(f) for f in futures])
    names = [
        "future",
        "date_start",
        "place",
        "side_a",
        "side_b",
        "type_of_violence",
        "kind",
        "incidents",
        "deaths_a",
        "deaths_b",
        "deaths_civilians",
    ]
    table = arrow.dataset(run.event_files(chosen, futures), format="parquet").to_table(columns=names, filter=wanted)
    sides = {"Civilians": CIVILIANS}
    for i, name in enumerate(setting.actors):
        sides.setdefault(name, i)
    places = {place.id: i for i, place in enumerate(scenario.places)}

    def coded(name: str, codes: dict[str, int]) -> np.ndarray:
        column = table.column(name).combine_chunks()
        encoded = column if hasattr(column, "dictionary") else column.dictionary_encode()
        own = np.array([codes[v] for v in encoded.dictionary.to_pylist()] or [0])
        return np.asarray(own[encoded.indices.to_numpy(zero_copy_only=False)])

    columns: Columns = {
        name: table.column(name).to_numpy().astype(np.int64) for name in ("future", "incidents", "deaths_a", "deaths_b", "deaths_civilians")
    }
    days = table.column("date_start").to_numpy().astype("datetime64[D]") - np.datetime64(scenario.origin, "D")
    columns["week"] = days.astype(np.int64) // 7
    columns["place"] = coded("place", places)
    columns["side_a"], columns["side_b"] = coded("side_a", sides), coded("side_b", sides)
    columns["violence"] = table.column("type_of_violence").to_numpy().astype(np.int64)
    columns["kind"] = coded("kind", {kind: i for i, kind in enumerate(INCIDENT_KINDS)})
    return columns, setting
