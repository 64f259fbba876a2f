"""UCDP Candidate Events: the monthly release, not yet vetted; columns as in GED, `code_status` says what is still open.

Hegre, Croicu, Eck and Högbladh 2020. Ids differ from those of the final GED; where both cover a month use the final one (`prefer_final`).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from drawdown.data.loaded import Dropped, Loaded
from drawdown.data.sources import DataSource
from drawdown.data.sources.ucdp_ged import read_as

if TYPE_CHECKING:
    import pandas as pd

SOURCE = DataSource(
    name="ucdp-candidate",
    title="UCDP Candidate Events, global, monthly",
    maker="Uppsala Conflict Data Program",
    licence="CC BY 4.0",
    cite="Hegre, Croicu, Eck and Högbladh 2020, Research & Politics 7(3)",
    page="https://ucdp.uu.se/downloads/",
    url="https://ucdp.uu.se/downloads/candidateged/GEDEvent_v{version}.csv",
    how="",
    file="GEDEvent_v{version}.csv",
    version="26_0_8",
)
UNCLEAR = "still to be checked by UCDP (kept with unclear=True)"


def read(path: Path | str, *, aggregates: bool = False, country: str | None = None, unclear: bool = True) -> Loaded:
    """Read a candidate file (CSV or API JSON). With `unclear=False` only events that UCDP marks "Clear" stay; the rest are counted."""
    loaded = read_as(SOURCE.name, Path(path), aggregates=aggregates, country=country)
    if unclear:
        return loaded
    clear = loaded.frame["status"].str.casefold() == "clear"
    return without(loaded, ~clear, UNCLEAR)


def without(loaded: Loaded, away: pd.Series[bool], reason: str) -> Loaded:
    """Leave out the marked rows of a loaded file and count them under `reason`."""
    counts = dict(loaded.dropped.counts)
    if int(away.sum()):
        counts[reason] = counts.get(reason, 0) + int(away.sum())
    frame = loaded.frame[~away].reset_index(drop=True)
    return Loaded(loaded.source, frame, loaded.rows, Dropped(counts, loaded.dropped.examples), loaded.notes)


def prefer_final(candidate: Loaded, final: Loaded) -> Loaded:
    """Leave out candidate events that start no later than the last event of the final dataset."""
    last = final.frame["date_start"].max()
    return without(candidate, candidate.frame["date_start"] <= last, "covered by the final dataset")
