"""Incidents of all futures as rows with the column names of UCDP GED, so that tools made for that data set read a run.

Columns and codes follow the UCDP GED codebook (Högbladh 2023, version 23.1); `plan`, `future`, `kind` and `incidents` are added.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from drawdown.incidents import Incidents
from drawdown.runs.bins import Array
from drawdown.runs.disk import disk_errors, sync_file, sync_folder
from drawdown.runs.format import UNFINISHED
from drawdown.runs.sums import Stamp, stamp_of
from drawdown.scenario.model import Scenario
from drawdown.vocabulary.incident_kinds import CIVILIANS as NOBODY
from drawdown.vocabulary.incident_kinds import INCIDENT_KINDS
from drawdown.vocabulary.weeks import week_dates

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

DATE_PRECISION = 3  # known to the week
PLACE_PRECISION = 4  # known to the first-order administrative unit
CIVILIANS = "Civilians"
ROWS_PER_FUTURE = 1 << 20  # room in `id` for the rows of one future


def names_of_sides(scenario: Scenario) -> tuple[str, ...]:
    """How events name each actor; civilians last, so that index -1 finds them."""
    return (*(a.event_name or a.name for a in scenario.actors), CIVILIANS)


class Dictionary:
    """Names that repeat, once each: Parquet writes such columns straight from their codes only if no name occurs twice."""

    def __init__(self, names: Sequence[str]) -> None:
        import pyarrow as pa

        unique = list(dict.fromkeys(names))
        self.values = pa.array(unique)
        self.code = np.array([unique.index(name) for name in names], dtype=np.int16)

    def coded(self, index: Array) -> pa.Array:
        """The column of these names."""
        import pyarrow as pa

        return pa.DictionaryArray.from_arrays(pa.array(self.code[index]), self.values, safe=False)


class EventTable:
    """Turns incidents into Arrow tables; holds the dictionaries that are the same for a whole run."""

    def __init__(self, scenario: Scenario, plan: str, plan_index: int) -> None:
        self.scenario, self.plan_index = scenario, plan_index
        sides = names_of_sides(scenario)
        self.width = len(sides)
        dyads = [f"{a} - {b}" for a in sides for b in sides]
        country = scenario.country or scenario.title
        self.government = len(dyads)
        self.sides, self.dyads = Dictionary(sides), Dictionary(dyads)
        self.conflicts = Dictionary([*dyads, f"{country}: Government"])
        self.admin, self.places = Dictionary([p.admin1 for p in scenario.places]), Dictionary([p.id for p in scenario.places])
        self.kinds, self.country, self.plan = Dictionary(INCIDENT_KINDS), Dictionary([country]), Dictionary([plan])
        self.latitude = np.array([p.latitude for p in scenario.places], dtype=np.float32)
        self.longitude = np.array([p.longitude for p in scenario.places], dtype=np.float32)
        days = week_dates(scenario.origin, scenario.weeks)
        self.start, self.years = days, days.astype("datetime64[Y]").astype(np.int16) + np.int16(1970)

    def table(self, rows: Incidents) -> pa.Table:
        """One Arrow table; rows as they come (sorted by future, week, place)."""
        import pyarrow as pa

        n = len(rows)

        def constant(value: int) -> pa.Array:
            return pa.array(np.full(n, value, dtype=np.int8))

        zeros = np.zeros(n, dtype=np.int8)
        a, b = rows.side_a % self.width, rows.side_b % self.width
        dyad = (a.astype(np.int16) * np.int16(self.width) + b).astype(np.int16)
        conflict = np.where(rows.violence == 1, np.int16(self.government), dyad)
        best = rows.deaths_a.astype(np.int32) + rows.deaths_b + rows.deaths_civilians
        starts = self.start[rows.week]
        columns = {
            "id": pa.array(self.ids(rows.future)),
            "year": pa.array(self.years[rows.week]),
            "type_of_violence": pa.array(rows.violence.astype(np.int8)),
            "conflict_name": self.conflicts.coded(conflict),
            "dyad_name": self.dyads.coded(dyad),
            "side_a": self.sides.coded(a.astype(np.int8)),
            "side_b": self.sides.coded(b.astype(np.int8)),
            "country": self.country.coded(zeros),
            "adm_1": self.admin.coded(rows.place.astype(np.int16)),
            "place": self.places.coded(rows.place.astype(np.int16)),
            "latitude": pa.array(self.latitude[rows.place]),
            "longitude": pa.array(self.longitude[rows.place]),
            "where_prec": constant(PLACE_PRECISION),
            "date_start": pa.array(starts),
            "date_end": pa.array(starts + np.timedelta64(6, "D")),
            "date_prec": constant(DATE_PRECISION),
            "deaths_a": pa.array(rows.deaths_a.astype(np.int32)),
            "deaths_b": pa.array(rows.deaths_b.astype(np.int32)),
            "deaths_civilians": pa.array(rows.deaths_civilians.astype(np.int32)),
            "deaths_unknown": constant(0),
            "best": pa.array(best),
            "high": pa.array(best),
            "low": pa.array(best),
            "event_clarity": pa.array(np.where(rows.incidents == 1, np.int8(1), np.int8(2))),
            "plan": self.plan.coded(zeros),
            "future": pa.array(rows.future.astype(np.int32)),
            "kind": self.kinds.coded(rows.kind.astype(np.int8)),
            "incidents": pa.array(rows.incidents.astype(np.int32)),
        }
        return pa.table(columns)

    def ids(self, future: NDArray[np.uint32]) -> NDArray[np.int64]:
        """Unique in the run and the same in any layout: plan, future, row within the future."""
        if not len(future):
            return np.zeros(0, dtype=np.int64)
        whole = future.astype(np.int64)
        first = np.flatnonzero(np.concatenate([[True], whole[1:] != whole[:-1]]))
        lengths = np.diff(np.append(first, len(whole)))
        rank = np.arange(len(whole)) - np.repeat(first, lengths)
        return ((self.plan_index << 24) + whole) * ROWS_PER_FUTURE + rank


# Dictionaries pay where a column repeats; ids grow by one.
_ENCODED = {"id": "DELTA_BINARY_PACKED"}
_PLAIN = ("id",)


class EventWriter:
    """One Parquet file of a (plan, batch): whole or absent. `add` takes a tile at a time, so memory stays that of a tile."""

    def __init__(self, path: Path, table: EventTable) -> None:
        self.path, self.table = path, table
        self.beside = path.with_name(path.name + UNFINISHED)
        self.writer: pq.ParquetWriter | None = None

    def add(self, incidents: Incidents) -> None:
        """Write the rows of a tile as one row group."""
        import pyarrow.parquet as pq

        chunk = self.table.table(incidents)
        with disk_errors(self.path):
            if self.writer is None:
                named = [name for name in chunk.column_names if name not in _PLAIN]
                self.writer = pq.ParquetWriter(
                    self.beside, chunk.schema, compression="zstd", compression_level=1, use_dictionary=named,
                    column_encoding=_ENCODED, write_statistics=["future", "date_start"], write_page_checksum=True,
                )  # fmt: skip
            self.writer.write_table(chunk, row_group_size=max(1, len(incidents)))

    def close(self) -> Stamp:
        """Sync, give the file its name, and say what was written."""
        with disk_errors(self.path):
            if self.writer is not None:
                self.writer.close()
            sync_file(self.beside)
            stamp = stamp_of(self.beside)
            self.beside.replace(self.path)
            sync_folder(self.path.parent)
        return stamp

    def abandon(self) -> None:
        """Leave nothing behind."""
        if self.writer is not None:
            self.writer.close()
        self.beside.unlink(missing_ok=True)


def incidents_of(files: Sequence[Path], scenario: Scenario, futures: Sequence[int] | None = None) -> Incidents:
    """The rows of event files (all futures, or some) as incidents: what `EventTable` wrote, read back.

    A name that two actors share, as army and police where they are one government, comes back as the first of them.
    """
    import pyarrow.dataset as arrow

    wanted = None if futures is None else arrow.field("future").isin([int(f) for f in futures])
    counts = ("future", "incidents", "deaths_a", "deaths_b", "deaths_civilians")
    names = (*counts, "date_start", "place", "side_a", "side_b", "type_of_violence", "kind")
    table = arrow.dataset([str(file) for file in files], format="parquet").to_table(columns=list(names), filter=wanted)
    sides = {CIVILIANS: NOBODY}
    for i, name in enumerate(names_of_sides(scenario)[:-1]):
        sides.setdefault(name, i)
    places = {place.id: i for i, place in enumerate(scenario.places)}
    kinds = {kind: i for i, kind in enumerate(INCIDENT_KINDS)}

    def coded(name: str, codes: Mapping[str, int]) -> Array:
        column = table.column(name).combine_chunks()
        encoded = column if hasattr(column, "dictionary") else column.dictionary_encode()
        own = np.array([codes[v] for v in encoded.dictionary.to_pylist()] or [0])
        return np.asarray(own[encoded.indices.to_numpy(zero_copy_only=False)])

    number = {name: table.column(name).to_numpy() for name in counts}
    days = table.column("date_start").to_numpy().astype("datetime64[D]") - np.datetime64(scenario.origin, "D")
    return Incidents(
        future=number["future"].astype(np.uint32),
        week=(days.astype(np.int64) // 7).astype(np.int16),
        place=coded("place", places).astype(np.int16),
        side_a=coded("side_a", sides).astype(np.int16),
        side_b=coded("side_b", sides).astype(np.int16),
        violence=table.column("type_of_violence").to_numpy().astype(np.int8),
        kind=coded("kind", kinds).astype(np.int8),
        incidents=number["incidents"].astype(np.int16),
        deaths_a=number["deaths_a"].astype(np.int16),
        deaths_b=number["deaths_b"].astype(np.int16),
        deaths_civilians=number["deaths_civilians"].astype(np.int16),
    )
