"""How a run folder of an earlier format reads as one of this format: one step a format, applied in a chain, in memory.

Nothing in the folder is changed, and its sums are held against what is written. Each format has a small stored run in
`tests/unit/runs/stored`, which the tests open and ask.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from drawdown.runs.format import ENSEMBLE, FORMAT, RECORDED, SCENARIO
from drawdown.runs.frozen import scenario_of
from drawdown.scenario.resolved import JSON

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
    """From a format to the next: what changes in the manifest, and documents that change or are new, from those of the format before."""

    manifest: Callable[[Object], Object] = dict
    documents: Mapping[str, Callable[[Documents], JSON]] = field(default_factory=dict)


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


# By the format that is left behind.
STEPS: Mapping[int, Step] = {2: Step(documents={RECORDED: recorded_of_2})}


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
