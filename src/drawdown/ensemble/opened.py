"""A run folder, opened: what was asked, what came out, as plain tables and labelled arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from drawdown.claims.answers import Answer, Difference, Outcomes, answers, differences
from drawdown.claims.endstates import distance, end_state_shares
from drawdown.claims.names import Stated, names_for
from drawdown.ensemble.parts import StoreError
from drawdown.ensemble.store import read_manifest
from drawdown.errors import DrawdownError, expected_one_of
from drawdown.scenario.model import Scenario
from drawdown.scenario.propositions import Distance, parse_proposition

if TYPE_CHECKING:
    import pyarrow as pa
    import xarray as xr


@dataclass(frozen=True)
class Run:
    """A run folder. `manifest` as written; everything else is read when it is asked for."""

    folder: Path
    manifest: Mapping[str, Any]

    @property
    def complete(self) -> bool:
        """Whether it ran to its end."""
        return bool(self.manifest["status"] == "complete")

    @property
    def plans(self) -> tuple[str, ...]:
        """Ids of the plans, in order."""
        return tuple(p["id"] for p in self.manifest["plans"])

    @property
    def futures(self) -> int:
        """Futures under each plan."""
        return int(self.manifest["futures"])

    @property
    def seed(self) -> int:
        """Seed of all futures."""
        return int(self.manifest["seed"])

    @cached_property
    def scenario(self) -> Scenario:
        """The scenario as resolved when the run began."""
        from drawdown.ensemble.frozen import scenario_from_json

        return scenario_from_json((self.folder / "scenario" / "scenario.json").read_text(encoding="utf-8"))

    @cached_property
    def claims(self) -> tuple[Stated, ...]:
        """The claims, in the order of their numbers as the scenario lists them."""
        names = names_for(self.scenario)
        return tuple(Stated(c, parse_proposition(c.proposition, names)) for c in self.scenario.claims)

    def plan_id(self, plan: str) -> str:
        """The plan, or an error that names the nearest."""
        if plan not in self.plans:
            raise DrawdownError(f"plan of {self.folder}: {expected_one_of(plan, self.plans)}")
        return plan

    def table(self, name: str) -> pa.Table:
        """`draws`, `claims` or `endstates` as an Arrow table."""
        import pyarrow.parquet as pq

        return pq.read_table(self.file(f"{name}.parquet"))

    def file(self, name: str) -> Path:
        """A finished file of the run. Raises StoreError where the run is unfinished."""
        if not self.complete:
            raise StoreError(f"{self.folder}\n  this run is unfinished; run the same command again to finish it.")
        path = self.folder / name
        if not path.exists():
            raise StoreError(f"{path}\n  is missing from the run{' (it was run with --keep summaries)' * (name == 'ensemble.zarr')}.")
        return path

    @cached_property
    def outcomes(self) -> Outcomes:
        """Outcomes, margins and status quo of every claim, [future]."""
        import pyarrow.compute as pc

        table = self.table("claims")
        plan, claim = (table[n].combine_chunks().dictionary_encode() for n in ("plan", "claim"))
        plans, claims = plan.dictionary.to_pylist(), claim.dictionary.to_pylist()
        group = plan.indices.to_numpy().astype(np.int64) * len(claims) + claim.indices.to_numpy()
        columns = [pc.cast(table[n], "float32").to_numpy() for n in ("value", "margin", "status_quo")]
        future = table["future"].to_numpy()
        order = np.lexsort((future, group))
        starts = np.flatnonzero(np.diff(group[order], prepend=-1))
        found: list[dict[tuple[str, str], NDArray[np.float32]]] = [{}, {}, {}]
        for first, last in zip(starts, [*starts[1:], len(order)], strict=True):
            rows = order[first:last]
            key = (plans[group[rows[0]] // len(claims)], claims[group[rows[0]] % len(claims)])
            for into, column in zip(found, columns, strict=True):
                into[key] = column[rows]
        return Outcomes(found[0], found[1], found[2], self.distances())

    def distances(self) -> dict[str, tuple[float, float, float]]:
        """Distance of end states, its error, and what chance would show, by claim."""
        found = {}
        for one in self.claims:
            proposition = one.proposition
            if isinstance(proposition, Distance) and {proposition.a, proposition.b} <= set(self.plans):
                days = (proposition.at.date - self.scenario.origin).days if proposition.at.date else 0
                week = max((-(-days // 7) if proposition.at.date else proposition.at.weeks or 0) - 1, 0)
                found[one.claim.id] = distance(self.regimes(proposition.a, week), self.regimes(proposition.b, week))
        return found

    def regimes(self, plan: str, week: int) -> NDArray[np.int64]:
        """Codes of the end states less the foreign presence, which plans differ in by their nature: form, leader, war."""
        codes = self.end_codes(plan, week)
        return np.where(codes < 0, -1, codes // 2)

    def end_codes(self, plan: str, week: int) -> NDArray[np.int64]:
        """Codes of the end states of a plan at a week, [future]; -1 where the future had ended."""
        import pyarrow.compute as pc

        table = self.table("endstates")
        rows = table.filter(pc.and_(pc.equal(table["plan"], plan), pc.equal(table["week"], week)))
        codes: NDArray[np.int64] = rows["code"].to_numpy().astype(np.int64)
        return codes

    def answers(self) -> tuple[Answer, ...]:
        """Every claim under every plan, with Monte Carlo errors."""
        return answers(self.claims, self.plans, self.outcomes)

    def differences(self, a: str, b: str) -> tuple[Difference, ...]:
        """Every claim, paired between two plans: `a` minus `b`."""
        return differences(self.claims, self.plan_id(a), self.plan_id(b), self.outcomes)

    def end_states(self, year: int) -> dict[str, dict[str, float]]:
        """plan -> label -> share of futures, most frequent first, at the end of a year."""
        import pyarrow.compute as pc

        table = self.table("endstates")
        table = table.filter(pc.equal(table["year"], year))
        found = {}
        for plan in self.plans:
            rows = table.filter(pc.equal(table["plan"], plan))
            found[plan] = dict(end_state_shares(rows["label"].to_pylist())) if rows.num_rows else {}
        return found

    def end_state_parts(self, year: int) -> dict[str, dict[str, dict[str, float]]]:
        """plan -> form, self_rule, leader, war, foreign -> value -> share of futures, at the end of a year."""
        import pyarrow.compute as pc

        table = self.table("endstates")
        table = table.filter(pc.equal(table["year"], year))
        found: dict[str, dict[str, dict[str, float]]] = {}
        for plan in self.plans:
            rows = table.filter(pc.equal(table["plan"], plan))
            names = ("form", "self_rule", "leader", "war", "foreign")
            found[plan] = {n: dict(end_state_shares([str(v) for v in rows[n].to_pylist()])) for n in names} if rows.num_rows else {}
        return found

    def yearly(self, quantity: str) -> xr.DataArray:
        """Means of each year of each future [plan, future, year, *dims]; for paired differences."""

        dataset = self.summary()
        name = f"yearly_{quantity}"
        if name not in dataset:
            known = [str(n).removeprefix("yearly_") for n in dataset if str(n).startswith("yearly_")]
            raise DrawdownError(f"quantity kept for every future: {expected_one_of(quantity, known)}")
        found: xr.DataArray = dataset[name]
        return found

    def summary(self) -> xr.Dataset:
        """Means by week and cell, yearly means by future."""
        return self._arrays("summary.zarr")

    def histograms(self) -> xr.Dataset:
        """Counts of futures by quantity, week, cell and bin."""
        return self._arrays("histograms.zarr")

    def ensemble(self) -> xr.Dataset:
        """The futures that were kept in full."""
        return self._arrays("ensemble.zarr")

    def _arrays(self, name: str) -> xr.Dataset:
        import xarray as xr

        found: xr.Dataset = xr.open_zarr(self.file(name), consolidated=False, chunks=None)
        return found

    def quantiles(self, quantity: str, plan: str, levels: Sequence[float] = (0.05, 0.25, 0.5, 0.75, 0.95)) -> xr.DataArray:
        """Quantiles over futures [week or month, *dims, level], from the histograms; the error is at most one bin."""
        import xarray as xr

        from drawdown.ensemble.bins import quantiles

        counts = self.histograms()[quantity].sel(plan=self.plan_id(plan))
        edges = self.histograms()[f"{quantity}_edges"].to_numpy()
        values = quantiles(counts.to_numpy(), edges, np.asarray(levels))
        dims = (*counts.dims[:-1], "level")
        coords = {d: counts.coords[d] for d in counts.dims[:-1] if d in counts.coords}
        return xr.DataArray(values, dims=dims, coords={**coords, "level": list(levels)}, name=quantity)

    def events(self) -> Any:
        """All events as a DuckDB relation in UCDP GED's column names, with `plan` and `future`."""
        import duckdb

        return duckdb.read_parquet(str(self.file("events.parquet") / "*.parquet"))


def open_run(folder: Path | str) -> Run:
    """Opens a run folder, finished or not. Raises StoreError where it is none."""
    path = Path(folder)
    manifest = read_manifest(path)
    if manifest is None:
        raise StoreError(f"{path}\n  is not a run folder (it has no manifest.json). 'drawdown run SCENARIO --out {path}' makes one.")
    return Run(path, manifest)
