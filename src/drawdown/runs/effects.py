"""The table that `drawdown ablate` leaves in a run folder, with a sum of its rows, since the manifest knows nothing of it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from drawdown.runs.disk import StoreError, reading, write_whole

if TYPE_CHECKING:
    import pandas as pd

_SUM = b"drawdown.sum"


def sum_of_rows(rows: Sequence[Mapping[str, object]]) -> bytes:
    """Sum of the rows; floats to their last digit."""
    return hashlib.sha256(repr([list(row.items()) for row in rows]).encode()).hexdigest().encode()


def write_effects(rows: Sequence[Mapping[str, object]], path: Path) -> None:
    """The table as Parquet, whole or not at all."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.Table.from_pylist([dict(row) for row in rows])
    table = table.replace_schema_metadata({_SUM: sum_of_rows(table.to_pylist())})
    write_whole(path, lambda file: pq.write_table(table, file, compression="zstd", write_page_checksum=True))


def read_effects(path: Path) -> pd.DataFrame | None:
    """The table, or None where there is none. Raises StoreError where it is damaged; one without a sum is taken as it is."""
    import pyarrow.parquet as pq

    if not path.exists():
        return None
    with reading(path):
        content = path.open("rb")
    try:
        with content:
            table = pq.read_table(content, page_checksum_verification=True)
        stored = (table.schema.metadata or {}).get(_SUM)
        right = stored is None or stored == sum_of_rows(table.to_pylist())
        frame: pd.DataFrame = table.to_pandas()
    except Exception as error:  # whatever a reader of Parquet says of a file that is none
        raise damaged(path) from error
    if not right:
        raise damaged(path)
    return frame


def damaged(path: Path) -> StoreError:
    """What can be done about it."""
    return StoreError(f"{path}\n  is damaged: it is not the table that 'drawdown ablate' wrote. Run that again, or delete the file.")
