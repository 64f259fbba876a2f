"""A run folder, opened, finished or not: what was asked, what is there so far, as plain tables and labelled arrays."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from drawdown.claims.answers import Answer, Difference, Outcomes, answers, differences
from drawdown.claims.endstates import Apart, distance, end_state_shares, regimes
from drawdown.claims.names import Stated, names_for
from drawdown.claims.terms import last_week_before
from drawdown.errors import DrawdownError, expected_one_of
from drawdown.runs import unfinished
from drawdown.runs.bins import Arrays, quantiles
from drawdown.runs.disk import RESTORE, StoreError
from drawdown.runs.effects import read_effects
from drawdown.runs.events import incidents_of
from drawdown.runs.format import (
    ABLATION,
    CLAIMS,
    DRAWS,
    END_STATES,
    ENSEMBLE,
    FORMAT,
    HISTOGRAMS,
    RECORDED,
    SCENARIO,
    SUMMARY,
)
from drawdown.runs.frozen import plain_scenario, scenario_of
from drawdown.runs.manifest import check_files, differing_program, files_of, read_manifest, run_digest, versions, written_manifest
from drawdown.runs.model import model_digest
from drawdown.runs.parts import read_part
from drawdown.runs.schema import BatchFiles, Manifest, RecordedLayout, batches_of
from drawdown.runs.sums import Stamp, check, checked_bytes
from drawdown.runs.upgrade import Documents, documents_now, part_now, table_now
from drawdown.scenario.model import Scenario
from drawdown.scenario.propositions import Distance, parse_proposition
from drawdown.scenario.resolved import JSON, Tolerated, decode
from drawdown.vocabulary.weeks import week_dates
from drawdown.vocabulary.who_rules import FALLEN, status

if TYPE_CHECKING:
    import duckdb
    import pandas as pd
    import pyarrow as pa
    import xarray as xr

    from drawdown.incidents import Incidents


@dataclass(frozen=True)
class Run:
    """A run folder. All but the manifest is read when it is asked for, and held against its sum before it is believed.

    An unfinished run has a scenario, what it records, and, from its finished batches (`done`), claims, end states and kept futures
    (`claim_values`, `end_state_values`, `kept`); everything else is a StoreError that says so.
    """

    folder: Path
    manifest: Manifest

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

    @property
    def weeks(self) -> int:
        """Weeks of each future."""
        return self.manifest["weeks"]

    def made_otherwise(self) -> str:
        """A sentence where other versions or other source made the run, for whoever computes its futures again; else empty."""
        other = differing_program(self.manifest, versions(None), model_digest())
        return f"{self.folder} was made with {'; '.join(other)}: its futures, computed again, may differ from it." if other else ""

    @cached_property
    def scenario(self) -> Scenario:
        """The scenario as resolved when the run began; what another version wrote and this one does not know is in `notes`."""
        return self._read_scenario[0]

    @property
    def notes(self) -> str:
        """A sentence on what of the scenario this version does not know; empty where it knows all."""
        return self._read_scenario[1]

    @cached_property
    def _read_scenario(self) -> tuple[Scenario, str]:
        file, met = str(self.folder / SCENARIO), Tolerated()
        found = scenario_of(self._documents.read(SCENARIO), file, met)
        return found, f"{file} was {met.note()}." if met.unknown else ""

    @cached_property
    def recorded(self) -> RecordedLayout:
        """The quantities that it records, and the members of their dimensions."""
        try:
            return decode(RecordedLayout, self._documents.read(RECORDED), "recorded")
        except ValueError as error:
            raise StoreError(f"{self.folder / RECORDED}\n  is not what a run records: {error}. {RESTORE}") from error

    @cached_property
    def week_dates(self) -> NDArray[np.datetime64]:
        """First day of each week."""
        return week_dates(self.scenario.origin, self.weeks)

    @cached_property
    def _documents(self) -> Documents:
        return documents_now(self.manifest["format"], Written(self))

    # The files

    @cached_property
    def files(self) -> Mapping[str, Stamp]:
        """Every file of the run by name; of an unfinished one, those that are written first."""
        return files_of(self.manifest)

    @cached_property
    def digest(self) -> str:
        """What tells this run from others: its parts carry it."""
        written = self.manifest if self.manifest["format"] == FORMAT else written_manifest(self.folder)
        return run_digest(written or self.manifest)

    def inside(self, name: str) -> Mapping[str, Stamp]:
        """The files of a folder of the run by their names in it; nothing where the run has no such folder."""
        return {listed.removeprefix(f"{name}/"): stamp for listed, stamp in self.files.items() if listed.startswith(f"{name}/")}

    def has(self, name: str) -> bool:
        """Whether the run wrote such a file or folder."""
        return name in self.files or bool(self.inside(name))

    def text(self, name: str) -> str:
        """A text that the run wrote. Raises StoreError where it is damaged, or none of the run's."""
        if name not in self.files:
            raise self.lacks(name)
        return checked_bytes(self.folder / name, self.files[name]).decode("utf-8")

    # How far it is

    @cached_property
    def batches(self) -> tuple[BatchFiles, ...]:
        """Every batch of every plan."""
        return tuple(batches_of(self.manifest))

    @cached_property
    def done(self) -> tuple[BatchFiles, ...]:
        """Batches that are finished: all of a finished run, and of another those whose part is there."""
        return self.batches if self.complete else tuple(b for b in self.batches if (self.folder / b.part).is_file())

    @cached_property
    def _parts(self) -> dict[str, list[Arrays]]:
        """Of an unfinished run, what each plan's finished batches hold, without gaps from the first."""
        found: dict[str, list[Arrays]] = {plan: [] for plan in self.plans}
        for batch in self.done:
            if sum(len(part["status"]) for part in found[batch.plan]) == batch.first:
                part = read_part(self.folder / batch.part, self.digest, lambda n: n == "status" or n.startswith(unfinished.WANTED))
                found[batch.plan].append(part_now(self.manifest["format"], part))
        return found

    @cached_property
    def claim_values(self) -> pd.DataFrame:
        """Outcome of every claim, so far: plan, future, claim, value (1, 0 or not a number), margin."""
        if not self.complete:
            return unfinished.claims(self._parts)
        table: pd.DataFrame = self.table("claims").to_pandas()
        return table.assign(plan=table["plan"].astype(str), claim=table["claim"].astype(str))

    @cached_property
    def end_state_values(self) -> pd.DataFrame:
        """End state of every future at the end of every year, so far.

        plan, future, week, year, form, self_rule, leader, government, ruler, war, foreign.
        """
        if not self.complete:
            return unfinished.end_states(self._parts, self.recorded, self.weeks)
        table: pd.DataFrame = self.table("endstates").to_pandas()
        return table.astype({column: object for column in table.columns if str(table[column].dtype) == "category"})

    @cached_property
    def drawn(self) -> pd.DataFrame:
        """What every future drew: one row a future, one column an uncertain number; no row until the run is finished."""
        import pandas as pd

        found: pd.DataFrame = self.table("draws").to_pandas() if self.complete else pd.DataFrame(columns=["future"])
        return found

    @cached_property
    def kept(self) -> xr.Dataset | None:
        """Full futures, as far as every plan has them, with dimensions plan, future, week and those of each quantity; None without any."""
        if not self.complete:
            return unfinished.kept(self._parts, self.recorded, self.week_dates)
        if not self.has(ENSEMBLE):
            return None
        data = self.ensemble()
        return data if data.sizes.get("week", 0) and data.sizes.get("future", 0) else None

    @cached_property
    def ablation(self) -> pd.DataFrame | None:
        """The table that `drawdown ablate` left, if it did. Raises StoreError where it is damaged."""
        found = read_effects(self.folder / ABLATION)
        return found if found is not None and len(found) else None

    # What came out of it

    @cached_property
    def claims(self) -> tuple[Stated, ...]:
        """The claims, in the order of their numbers, which a scenario made in Python need not keep."""
        names = names_for(self.scenario)
        return tuple(Stated(c, parse_proposition(c.proposition, names)) for c in sorted(self.scenario.claims, key=lambda c: c.number))

    def plan_id(self, plan: str) -> str:
        """The plan, or an error that names the nearest."""
        if plan not in self.plans:
            raise DrawdownError(f"plan of {self.folder}: {expected_one_of(plan, self.plans)}")
        return plan

    def table(self, name: str) -> pa.Table:
        """`draws`, `claims` or `endstates` as an Arrow table."""
        import pyarrow.parquet as pq

        files = {file.removesuffix(".parquet"): file for file in (DRAWS, CLAIMS, END_STATES)}
        if name not in files:
            raise DrawdownError(f"table of {self.folder}: {expected_one_of(name, files)}")
        path = self.file(files[name])
        with sound(path):
            return table_now(self.manifest["format"], files[name], pq.read_table(path, page_checksum_verification=True))

    def file(self, name: str) -> Path:
        """A finished file of the run, or a folder of them, held against its sums. Raises StoreError: damaged, or unfinished."""
        self.must_be_complete()
        path = self.folder / name
        if name in self.files:
            return check(path, self.files[name])
        inside = self.inside(name)
        if not inside:
            raise self.lacks(name)
        for listed, stamp in inside.items():
            check(path / listed, stamp)
        return path

    def lacks(self, name: str) -> StoreError:
        """What the run never wrote."""
        why = " (it was run with --keep summaries)" if name == ENSEMBLE else ""
        return StoreError(f"{self.folder / name}\n  is missing from the run{why}.")

    def must_be_complete(self) -> None:
        """Raises StoreError where the run is unfinished."""
        if not self.complete:
            raise StoreError(f"{self.folder}\n  this run is unfinished; run the same command again to finish it.")

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

    def distances(self) -> dict[str, Apart]:
        """Distance of end states by claim."""
        found = {}
        for one in self.claims:
            proposition = one.proposition
            if isinstance(proposition, Distance) and {proposition.a, proposition.b} <= set(self.plans):
                week = last_week_before(proposition.at, self.scenario.origin)
                found[one.claim.id] = distance(self.regimes(proposition.a, week), self.regimes(proposition.b, week))
        return found

    def regimes(self, plan: str, week: int) -> NDArray[np.int64]:
        """Codes of the end states less the foreign presence, in which plans differ by their nature: form, leader, who rules, war."""
        return regimes(self.end_codes(plan, week))

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
        """plan -> form, self_rule, leader, rule, war, foreign -> value -> share of futures, at the end of a year.

        `rule` is what has become of the government: `stands`, `fallen to northern-militia`.
        """
        import pyarrow.compute as pc

        table = self.table("endstates")
        table = table.filter(pc.equal(table["year"], year))
        found: dict[str, dict[str, dict[str, float]]] = {}
        for plan in self.plans:
            rows = table.filter(pc.equal(table["plan"], plan))
            if not rows.num_rows:
                found[plan] = {}
                continue
            told = {n: rows[n].to_pylist() for n in ("form", "self_rule", "leader", "government", "ruler", "war", "foreign")}
            told["rule"] = [g if r is None else status(FALLEN, r) for g, r in zip(told.pop("government"), told.pop("ruler"), strict=True)]
            found[plan] = {n: dict(end_state_shares([str(v) for v in values])) for n, values in told.items()}
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
        return self._arrays(SUMMARY)

    def histograms(self) -> xr.Dataset:
        """Counts of futures by quantity, week, cell and bin."""
        return self._arrays(HISTOGRAMS)

    def ensemble(self) -> xr.Dataset:
        """The futures that were kept in full."""
        return self._arrays(ENSEMBLE)

    def _arrays(self, name: str) -> xr.Dataset:
        import xarray as xr

        from drawdown.runs.verified_store import VerifiedStore

        self.must_be_complete()
        inside = self.inside(name)
        if not inside:
            raise self.lacks(name)
        with sound(self.folder / name):
            found: xr.Dataset = xr.open_zarr(VerifiedStore(self.folder / name, inside), consolidated=False, chunks=None)
        return found

    def quantiles(self, quantity: str, plan: str, levels: Sequence[float] = (0.05, 0.25, 0.5, 0.75, 0.95)) -> xr.DataArray:
        """Quantiles over futures [week or month, *dims, level], from the histograms; the error is at most one bin."""
        import xarray as xr

        counts = self.histograms()[quantity].sel(plan=self.plan_id(plan))
        edges = self.histograms()[f"{quantity}_edges"].to_numpy()
        values = quantiles(counts.to_numpy(), edges, np.asarray(levels))
        dims = (*counts.dims[:-1], "level")
        coords = {d: counts.coords[d] for d in counts.dims[:-1] if d in counts.coords}
        return xr.DataArray(values, dims=dims, coords={**coords, "level": list(levels)}, name=quantity)

    def event_files(self, plan: str | None = None, futures: Sequence[int] | None = None) -> list[Path]:
        """Event files of a plan (or all), and of those batches that hold some futures (or all), held against their sums."""
        self.must_be_complete()
        plans = self.plans if plan is None else (self.plan_id(plan),)
        chosen = [b for b in self.batches if b.plan in plans and (futures is None or any(b.first <= f < b.last for f in futures))]
        return [check(self.folder / b.events, self.files[b.events]) for b in chosen]

    def events(self) -> duckdb.DuckDBPyRelation:
        """All events as a DuckDB relation in UCDP GED's column names, with `plan` and `future`."""
        import duckdb

        # DuckDB takes brackets and stars in a path for a pattern.
        return duckdb.read_parquet([re.sub(r"([*?\[])", r"[\1]", str(path)) for path in self.event_files()])

    def incidents(self, plan: str, futures: Sequence[int] | None = None) -> Incidents:
        """The events of a plan (all futures, or some) as incidents. Raises DrawdownError for an unknown plan or future.

        Events name army and police alike where UCDP does (one government): both come back as whichever the scenario names first.
        """
        chosen = self.plan_id(plan)
        if futures is not None and not all(0 <= f < self.futures for f in futures):
            raise DrawdownError(f"future of {self.folder}: got {list(futures)[:5]}; expected numbers from 0 to {self.futures - 1}")
        return incidents_of(self.event_files(chosen, futures), self.scenario, futures)


@dataclass(frozen=True)
class Written:
    """The JSON documents of a run as they are written."""

    run: Run

    @property
    def names(self) -> frozenset[str]:
        """Names of its files."""
        return frozenset(self.run.files)

    def read(self, name: str) -> JSON:
        """One of them. Raises StoreError where it is damaged or missing."""
        text, file = self.run.text(name), str(self.run.folder / name)
        if name == SCENARIO:
            return plain_scenario(text, file)
        try:
            found: JSON = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise StoreError(f"{file}\n  is not JSON. {RESTORE}") from error
        return found


@contextmanager
def sound(path: Path) -> Iterator[None]:
    """Turns what a reader says of a file that it cannot read, though its sum holds, into an error with a remedy."""
    try:
        yield
    except DrawdownError:
        raise
    except Exception as error:
        raise StoreError(f"{path}\n  cannot be read: {str(error)[:200]}. {RESTORE}") from error


def open_run(folder: Path | str) -> Run:
    """Opens a run folder, finished or not, once its manifest is known to be right and its files to be there in their sizes.

    Raises StoreError where it is none, or damaged.
    """
    found = open_run_as_it_is(Path(folder))
    check_files(found.folder, found.manifest)
    return found


def open_run_as_it_is(path: Path) -> Run:
    """Opens a run folder by its manifest alone, for `verify`. Raises StoreError where it is none, or the manifest is damaged."""
    manifest = read_manifest(path)
    if manifest is None:
        raise StoreError(f"{path}\n  is not a run folder (it has no manifest.json). 'drawdown run SCENARIO --out {path}' makes one.")
    return Run(path, manifest)
