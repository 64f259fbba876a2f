"""How a run folder of an earlier format reads as one of this format: one step a format, applied in a chain, in memory.

Nothing in the folder is changed, and its sums are held against what is written. Each format has a small stored run in
`tests/unit/runs/stored`, which the tests open and ask.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TypeAlias

import numpy as np

from drawdown.runs.bins import Arrays
from drawdown.runs.format import END_STATES, ENSEMBLE, FORMAT, RECORDED, SCENARIO
from drawdown.runs.frozen import scenario_of
from drawdown.scenario.resolved import JSON
from drawdown.vocabulary.who_rules import FOREIGNERS, UNDER_WAR, UNTOLD, WARS

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

OLDEST = 2  # format 1 kept no sums, so that nothing in it can be believed
Object: TypeAlias = "dict[str, JSON]"


class Documents(Protocol):
    """The JSON documents of a run folder in one format, by name."""

    @property
    def names(self) -> frozenset[str]:
        """Names of the files that the run wrote."""
        ...

    def read(self, name: str) -> JSON:
        """One of them. Raises StoreError where it is damaged or missing."""
        ...


@dataclass(frozen=True, slots=True)
class Step:
    """From a format to the next: what changes in the manifest, in tables and in the arrays of a part, and documents that change or are new.

    Documents and tables by the name of their file; documents are made from those of the format before.
    """

    manifest: Callable[[Object], Object] = dict
    documents: Mapping[str, Callable[[Documents], JSON]] = field(default_factory=dict)
    tables: Mapping[str, Callable[[pa.Table], pa.Table]] = field(default_factory=dict)
    part: Callable[[Arrays], Arrays] = dict


def recorded_of_2(run: Documents) -> JSON:
    """Format 2 kept what it records only in the arrays of a finished run, and in the declarations of the model that made it."""
    labels = scenario_of(run.read(SCENARIO), SCENARIO).labels
    quantities: Object = {}
    for name in sorted(run.names):
        folder, *inside = name.split("/")
        if folder == ENSEMBLE and len(inside) == 2 and inside[1] == "zarr.json" and inside[0] not in (*labels, "plan", "future", "week"):
            found = run.read(name)
            if isinstance(found, dict):
                dims, about = found.get("dimension_names"), found.get("attributes")
                quantities[inside[0]] = {
                    "unit": "",
                    **(about if isinstance(about, dict) else {}),
                    "dims": dims[3:] if isinstance(dims, list) else [],
                }
    if not quantities:
        from drawdown.mechanism import discover, variables

        declared = variables(discover()).items()
        quantities = {name: {"unit": v.unit, "dims": list(v.dims), "about": v.about} for name, v in declared if v.record}
    return {"quantities": quantities, "labels": {dim: list(members) for dim, members in labels.items()}}


def end_states_of_3(table: pa.Table) -> pa.Table:
    """Format 3 said whether there was war and whether foreign forces were there, not who ruled."""
    import pyarrow as pa
    import pyarrow.compute as pc

    columns = {
        "government": pc.if_else(pc.is_valid(table["war"]), UNTOLD, pa.scalar(None, pa.string())),
        "ruler": pa.nulls(len(table), pa.string()),
        "war": pc.if_else(table["war"], WARS[-1], UNDER_WAR),
        "foreign": pc.if_else(table["foreign"], *(FOREIGNERS[there] for there in (1, 0))),
        "code": pc.cast(pa.array(code_of_3(table["code"].to_numpy())), pa.int32()),
    }
    kept = [name for name in table.column_names if name not in columns]
    order = [*kept[:-1], *(name for name in columns if name != "code"), kept[-1], "code"]
    return pa.table({name: columns[name] if name in columns else table[name] for name in order})


def code_of_3(code: NDArray[np.int32]) -> NDArray[np.int64]:
    """The foreign presence, which stands last in a code, was there or not; now it has three values."""
    regime, there = np.divmod(code.astype(np.int64), 2)
    return np.where(code < 0, -1, regime * len(FOREIGNERS) + there)


def part_of_3(arrays: Arrays) -> Arrays:
    """The same of an unfinished run: war as the last of its degrees or a degree that was not told, and no government."""
    told = {}
    for name, values in arrays.items():
        if name.startswith("state/"):
            kind = name.rsplit("/", 1)[1]
            told[name] = (
                np.where(values, len(WARS) - 1, -1).astype(np.int8)
                if kind == "war"
                else values.astype(np.int8)
                if kind == "foreign"
                else values
            )
    return {**arrays, **told}


# By the format that is left behind.
STEPS: Mapping[int, Step] = {
    2: Step(documents={RECORDED: recorded_of_2}),
    3: Step(tables={END_STATES: end_states_of_3}, part=part_of_3),
}


@dataclass(frozen=True)
class Upgraded:
    """The documents of a folder as the next format has them."""

    step: Step
    before: Documents

    @property
    def names(self) -> frozenset[str]:
        """Names of the files, with those that are new."""
        return self.before.names | frozenset(self.step.documents)

    def read(self, name: str) -> JSON:
        """One of them."""
        change = self.step.documents.get(name)
        return self.before.read(name) if change is None else change(self.before)


def documents_now(written: int, documents: Documents, steps: Mapping[int, Step] = STEPS, now: int = FORMAT) -> Documents:
    """Documents of the format `written` as those of this format."""
    for number in range(written, now):
        documents = Upgraded(steps[number], documents)
    return documents


def manifest_now(written: int, manifest: Object, steps: Mapping[int, Step] = STEPS, now: int = FORMAT) -> Object:
    """A manifest of the format `written` as this format has it; `format` goes on saying what is written."""
    for number in range(written, now):
        manifest = steps[number].manifest(manifest)
    return {**manifest, "format": written}


def table_now(written: int, name: str, table: pa.Table, steps: Mapping[int, Step] = STEPS, now: int = FORMAT) -> pa.Table:
    """A table of the file `name`, written in the format `written`, as this format has it."""
    for number in range(written, now):
        change = steps[number].tables.get(name)
        table = table if change is None else change(table)
    return table


def part_now(written: int, arrays: Arrays, steps: Mapping[int, Step] = STEPS, now: int = FORMAT) -> Arrays:
    """The arrays of a part of the format `written` as this format has them."""
    for number in range(written, now):
        arrays = steps[number].part(arrays)
    return arrays
