"""From the parts of all work units to the files of a finished run, a plan or a few thousand futures at a time: memory stays flat."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from numpy.typing import NDArray

from drawdown.claims.answers import pair_name
from drawdown.claims.endstates import EndState, codes, decode
from drawdown.claims.evaluate import decided
from drawdown.runs.bins import Array, Arrays
from drawdown.runs.disk import disk_errors, remove, sync_file, sync_folder
from drawdown.runs.format import CLAIMS, DRAWS, END_STATES, ENSEMBLE, HISTOGRAMS, SUMMARY, UNFINISHED
from drawdown.runs.layout import Layout, sampled, stored_type
from drawdown.runs.parts import read_part
from drawdown.runs.sums import Stamp, stamp_of
from drawdown.runs.work import STATE_ARRAYS, Job, WorkUnit
from drawdown.scenario.propositions import BetweenPlans
from drawdown.scenario.resolved import JSON
from drawdown.vocabulary.state_forms import STATE_FORMS
from drawdown.vocabulary.weeks import DAYS
from drawdown.vocabulary.who_rules import FALLEN, FOREIGNERS, GOVERNMENTS, NOBODY, WARS

if TYPE_CHECKING:
    import pyarrow.parquet as pq
    import zarr
    from zarr.core.array_spec import ArrayConfigParams
    from zarr.core.metadata import ArrayV3Metadata

ROWS = 8192  # futures per row group and per chunk
# A chunk of fill values is written like any other, so that one that is missing is known to be lost.
WHOLE: ArrayConfigParams = {"write_empty_chunks": True}
CHUNK, SHARD = 16, 64  # full futures per chunk and per shard: fewer chunks cost less to write than they save to read


def merge(job: Job, units: Sequence[WorkUnit]) -> dict[str, Stamp]:
    """Write draws, claims, end states, histograms, summary and the kept futures. Each appears whole, under its own name.

    Returns every file written, by its name inside the run folder.
    """
    ordered = sorted(units, key=lambda u: (u.plan_index, u.index))
    plans = {u.plan_index: u.plan.id for u in ordered}
    steps = (
        (DRAWS, write_draws),
        (CLAIMS, write_claims),
        (END_STATES, write_end_states),
        (HISTOGRAMS, write_histograms),
        (SUMMARY, write_summary),
        (ENSEMBLE, write_ensemble),
    )
    chosen = [step for step in steps if step[0] != ENSEMBLE or job.keep != "summaries"]
    found: dict[str, Stamp] = {}
    # The kept futures take as long as all the others together.
    with ThreadPoolExecutor(2, thread_name_prefix="drawdown-merge") as pool:
        for finished in [pool.submit(whole, job, ordered, plans, *step) for step in chosen[::-1]]:
            found.update(finished.result())
    return found


def whole(job: Job, units: Sequence[WorkUnit], plans: Mapping[int, str], name: str, write: Callable[..., None]) -> dict[str, Stamp]:
    """Write a file or folder beside its name, sync it, and give it its name; returns the stamp of each file."""
    target = job.folder / name
    beside = target.with_name(name + UNFINISHED)
    with disk_errors(target):
        remove(beside)
        write(beside, job, units, plans)
        stamps = synced(beside, name)
        remove(target)
        beside.replace(target)
        sync_folder(job.folder)
    return stamps


def synced(path: Path, name: str) -> dict[str, Stamp]:
    """Makes a file, or a folder of files, last; the stamp of each under its name in the run folder."""
    found = {}
    for file in [path] if path.is_file() else [p for p in path.rglob("*") if p.is_file()]:
        sync_file(file)
        found["/".join((name, *file.relative_to(path).parts))] = stamp_of(file)
    return found


def of_plan(units: Sequence[WorkUnit], plan_index: int) -> list[WorkUnit]:
    """Units of a plan, in order of futures."""
    return [u for u in units if u.plan_index == plan_index]


def part(job: Job, unit: WorkUnit, *prefixes: str) -> Arrays:
    """Arrays of a unit whose names begin so."""
    return read_part(job.part_file(unit), job.run, lambda name: name.startswith(prefixes))


def regrouped(pieces: Iterator[Arrays], size: int) -> Iterator[tuple[int, Arrays]]:
    """Pieces joined along their last axis and cut again into groups of `size`, with the index of each group's first future.

    What is written must not depend on how futures were batched.
    """
    held: Arrays = {}
    first = 0
    for piece in pieces:
        held = {n: np.concatenate([held[n], v], axis=-1) for n, v in piece.items()} if held else piece
        while held and next(iter(held.values())).shape[-1] >= size:
            yield first, {n: v[..., :size] for n, v in held.items()}
            held = {n: v[..., size:] for n, v in held.items()}
            first += size
    if held and next(iter(held.values())).shape[-1]:
        yield first, held


# Tables


def write_draws(path: Path, job: Job, units: Sequence[WorkUnit], plans: Mapping[int, str]) -> None:
    """`future` and one column per uncertain number."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    writer: pq.ParquetWriter | None = None
    try:
        for first in range(0, job.futures, ROWS):
            ids = np.arange(first, min(first + ROWS, job.futures))
            drawn = job.engine.draws(job.seed, ids)
            columns = {"future": pa.array(ids.astype(np.int32))}
            columns.update({name: pa.array(np.asarray(values)) for name, values in sorted(drawn.items())})
            table = pa.table(columns)
            writer = writer or pq.ParquetWriter(path, table.schema, compression="zstd", use_dictionary=False, write_page_checksum=True)
            writer.write_table(table)
    finally:
        if writer is not None:
            writer.close()


def write_claims(path: Path, job: Job, units: Sequence[WorkUnit], plans: Mapping[int, str]) -> None:
    """Rows (plan, future, claim, value, margin, status_quo), by plan, claim group of futures; comparisons last, as `a minus b`."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema(
        [
            ("plan", pa.string()), ("future", pa.int32()), ("claim", pa.string()),
            ("value", pa.int8()), ("margin", pa.float32()), ("status_quo", pa.int8()),
        ]
    )  # fmt: skip
    compared = [(c.claim.id, c.proposition) for c in job.claims if isinstance(c.proposition, BetweenPlans)]
    names = pa.array([*plans.values(), *(pair_name(proposition.a, proposition.b) for _, proposition in compared)])
    by_id = {plan: index for index, plan in plans.items()}
    claims = pa.array([c.claim.id for c in job.claims])
    position = {c.claim.id: i for i, c in enumerate(job.claims)}

    def table(plan: int, claim: int, first: int, value: Array, margin: Array, quo: Array) -> pa.Table:
        n = len(value)

        def yes_or_no(numbers: Array) -> pa.Array:
            missing = np.isnan(numbers)
            return pa.array(np.where(missing, 0, numbers).astype(np.int8), mask=missing)

        return pa.Table.from_arrays(
            [
                # Plain text: a dictionary that holds one name twice, as pairs of plans do, is written with bytes that vary.
                names.take(pa.array(np.full(n, plan, np.int16))),
                pa.array(np.arange(first, first + n, dtype=np.int32)),
                claims.take(pa.array(np.full(n, claim, np.int16))),
                yes_or_no(value),
                pa.array(margin, mask=np.isnan(margin)),
                yes_or_no(quo),
            ],
            schema=schema,
        )

    with pq.ParquetWriter(path, schema, compression="zstd", write_page_checksum=True) as writer:
        for index in plans:
            for first, held in regrouped((part(job, u, "value/", "margin/", "quo/") for u in of_plan(units, index)), ROWS):
                for claim in (name.removeprefix("value/") for name in held if name.startswith("value/")):
                    rows = (held[f"{kind}/{claim}"] for kind in ("value", "margin", "quo"))
                    writer.write_table(table(index, position[claim], first, *rows))
        for row, (claim, proposition) in enumerate(compared):
            if proposition.a not in by_id or proposition.b not in by_id:
                continue
            name = f"pair/{claim}"
            sides = [of_plan(units, by_id[p]) for p in (proposition.a, proposition.b)]
            pieces = ({"a": part(job, a, name)[name], "b": part(job, b, name)[name]} for a, b in zip(*sides, strict=True))
            for first, held in regrouped(pieces, ROWS):
                judged = decided(held["a"] - held["b"], proposition.comparison, proposition.bound)
                quo = np.full(len(judged.value), np.nan)
                writer.write_table(table(len(plans) + row, position[claim], first, judged.value, judged.margin, quo))


def write_end_states(path: Path, job: Job, units: Sequence[WorkUnit], plans: Mapping[int, str]) -> None:
    """Rows (plan, future, week, year, form, self_rule, leader, government, ruler, war, foreign, label, code)."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    actors, communities = job.layout.labels["actor"], job.layout.labels["community"]
    last = {end - 1: year + 1 for year, (_, end) in enumerate(job.layout.years)}
    text = pa.dictionary(pa.int16(), pa.string())
    words = [(name, text) for name in ("form", "self_rule", "leader", "government", "ruler", "war", "foreign")]
    numbers = [("future", pa.int32()), ("week", pa.int16()), ("year", pa.int8())]
    schema = pa.schema([("plan", text), *numbers, *words, ("label", pa.dictionary(pa.int32(), pa.string())), ("code", pa.int32())])
    names = pa.array(list(plans.values()))
    # The combinations are few; each text is written once.
    rules = pa.array(
        [", ".join(c for bit, c in enumerate(communities) if mask >> bit & 1) or "none" for mask in range(1 << len(communities))]
    )
    people = pa.array([*actors, NOBODY])
    told = {"form": pa.array(STATE_FORMS), "government": pa.array(GOVERNMENTS), "war": pa.array(WARS), "foreign": pa.array(FOREIGNERS)}
    said = {**told, "self_rule": rules, "leader": people, "ruler": people}
    with pq.ParquetWriter(path, schema, compression="zstd", write_page_checksum=True) as writer:
        for index in plans:
            for first, held in regrouped((part(job, u, "state/") for u in of_plan(units, index)), ROWS):
                for week in job.moments:
                    state = {name: held[f"state/{week}/{name}"] for name in STATE_ARRAYS}
                    n, gone = len(state["form"]), ~state["known"]
                    unsaid = {"ruler": gone | (state["government"] != FALLEN)}
                    code = codes_of(week, state, len(actors))
                    found, which = np.unique(code, return_inverse=True)
                    arrays = [
                        pa.DictionaryArray.from_arrays(np.full(n, index, np.int16), names),
                        pa.array(np.arange(first, first + n, dtype=np.int32)),
                        pa.array(np.full(n, week, np.int16)),
                        pa.array(np.full(n, last.get(week, 0), np.int8), mask=np.full(n, week not in last)),
                        *(
                            pa.DictionaryArray.from_arrays(
                                pa.array((state[name] % len(said[name])).astype(np.int16), mask=unsaid.get(name, gone)), said[name]
                            )
                            for name, _ in words
                        ),
                        pa.DictionaryArray.from_arrays(which.astype(np.int32), pa.array([decode(int(c), actors) for c in found])),
                        pa.array(code.astype(np.int32)),
                    ]
                    writer.write_table(pa.Table.from_arrays(arrays, schema=schema))


def codes_of(week: int, state: Mapping[str, Array], actors: int) -> NDArray[np.int64]:
    """Codes from stored arrays."""
    return codes(EndState(week, **state), actors)


# Arrays


def group(path: Path, attributes: Mapping[str, JSON]) -> zarr.Group:
    """A new Zarr group."""
    import zarr

    return zarr.create_group(store=path, zarr_format=3, attributes=dict(attributes), overwrite=True)


def create(
    into: zarr.Group, name: str, shape: Sequence[int], dims: Sequence[str], dtype: npt.DTypeLike, chunks: Sequence[int],
    shards: Sequence[int] | None = None, **attributes: str,
) -> zarr.Array[ArrayV3Metadata]:  # fmt: skip
    """A new compressed array with named dimensions."""
    from zarr.codecs import BloscCodec, Crc32cCodec

    kind = np.dtype(dtype)
    blosc = BloscCodec(typesize=kind.itemsize, cname="zstd", clevel=1, shuffle="bitshuffle" if kind.itemsize <= 2 else "shuffle")
    return into.create_array(
        name, shape=tuple(shape), dtype=kind, chunks=tuple(max(1, c) for c in chunks), shards=tuple(shards) if shards else None,
        compressors=(blosc, Crc32cCodec()), config=WHOLE, dimension_names=tuple(dims), attributes=dict(attributes),
        fill_value=np.nan if kind.kind == "f" else 0,
    )  # fmt: skip


def coordinates(into: zarr.Group, layout: Layout, used: Sequence[str], plans: Mapping[int, str], job: Job) -> None:
    """Names of the members of each dimension, and the date of each week."""
    names = {dim: layout.labels[dim] for dim in used if dim in layout.labels}
    for dim, labels in {"plan": tuple(plans.values()), **names}.items():
        text = np.array(labels, dtype=f"<U{max(map(len, labels), default=1)}")
        stored = into.create_array(dim, shape=text.shape, dtype="string", chunks=(max(1, len(text)),), config=WHOLE, dimension_names=(dim,))
        if len(text):
            stored[:] = text.astype(object)
    days = DAYS * np.arange(layout.weeks)
    for name, values in (("week", days), ("month", days[layout.every])):
        if name in used:
            stored = into.create_array(name, shape=values.shape, dtype="int32", chunks=values.shape, config=WHOLE, dimension_names=(name,))
            stored.attrs.update({"units": f"days since {job.engine.scenario.origin.isoformat()}", "calendar": "proleptic_gregorian"})
            stored[:] = values


def dims_of(layout: Layout) -> list[str]:
    """Every dimension that a kept quantity has, once."""
    return list(dict.fromkeys(d for v in (*layout.by_place.values(), *layout.whole.values()) for d in v.dims))


def write_histograms(path: Path, job: Job, units: Sequence[WorkUnit], plans: Mapping[int, str]) -> None:
    """Counts [plan, week or month, *dims, bin]; the edges of the bins are the array `<quantity>_edges`."""
    layout = job.layout
    into = group(path, {"about": "counts of futures; add two runs by adding", "months": "every fourth week, by its first day"})
    coordinates(into, layout, ["week", "month", *dims_of(layout)], plans, job)
    arrays = {}
    for name, variable in layout.counted.items():
        bins = layout.bins(name)
        time, length = ("month", len(layout.every)) if name in layout.by_place else ("week", layout.weeks)
        axis = "bin" if name in layout.by_place else "fine_bin"
        shape = (length, *layout.shape(variable), bins.count)
        arrays[name] = create(
            into, name, (len(plans), *shape), ("plan", time, *variable.dims, axis), "uint32", (1, *shape), unit=variable.unit
        )
        create(into, f"{name}_edges", (bins.count + 1,), (f"{axis}_edge",), "float64", (bins.count + 1,))[:] = bins.edges
    for index in plans:
        for name, total in added(job, of_plan(units, index), "hist/").items():
            arrays[name.removeprefix("hist/")][index] = total.astype(np.uint32)


def added(job: Job, units: Sequence[WorkUnit], *prefixes: str) -> Arrays:
    """Sums over units, in order."""
    total: Arrays = {}
    for unit in units:
        for name, values in part(job, unit, *prefixes).items():
            total[name] = total[name] + values if name in total else values
    return total


def write_summary(path: Path, job: Job, units: Sequence[WorkUnit], plans: Mapping[int, str]) -> None:
    """`<q>_mean` [plan, week, *dims], `<q>_deviation` (whole country), `futures` [plan, week], `yearly_<q>` [plan, future, year, *dims]."""
    layout = job.layout
    into = group(path, {"about": "means over futures that had reached the week; yearly means of each future"})
    coordinates(into, layout, ["week", *dims_of(layout)], plans, job)
    weeks = layout.weeks
    counted = create(into, "futures", (len(plans), weeks), ("plan", "week"), "int64", (1, weeks))
    arrays = {}
    for name, variable in {**layout.by_place, **layout.whole}.items():
        shape, dims = (weeks, *layout.shape(variable)), ("plan", "week", *variable.dims)
        for kind in ("mean", "deviation") if name in layout.whole else ("mean",):
            arrays[f"{name}_{kind}"] = create(
                into, f"{name}_{kind}", (len(plans), *shape), dims, "float32", (1, *shape), unit=variable.unit, about=variable.about
            )
    chunk = min(ROWS, job.futures)
    kept = {}
    for name, variable in layout.yearly.items():
        shape = (len(layout.years), *layout.shape(variable))
        kept[name] = create(
            into, f"yearly_{name}", (len(plans), job.futures, *shape), ("plan", "future", "year", *variable.dims), "float32",
            (1, chunk, *shape), unit=variable.unit, about=variable.about,
        )  # fmt: skip
    create(into, "year", (len(layout.years),), ("year",), "int32", (len(layout.years),))[:] = np.arange(1, len(layout.years) + 1)
    create(into, "future", (job.futures,), ("future",), "int32", (chunk,))[:] = np.arange(job.futures)
    status = create(into, "status", (len(plans), job.futures), ("plan", "future"), "uint8", (1, chunk))
    ended = create(into, "ended", (len(plans), job.futures), ("plan", "future"), "int32", (1, chunk))
    for index in plans:
        mine = of_plan(units, index)
        total = added(job, mine, "sum/", "square/", "count")
        count = np.maximum(total["count"], 1)
        counted[index] = total["count"]
        for name, variable in {**layout.by_place, **layout.whole}.items():
            by_week = count.reshape(-1, *(1,) * len(variable.dims))
            mean = total[f"sum/{name}"] / by_week
            arrays[f"{name}_mean"][index] = mean.astype(np.float32)
            if name in layout.whole:
                variance = np.maximum(total[f"square/{name}"] / by_week - mean**2, 0)
                arrays[f"{name}_deviation"][index] = np.sqrt(variance).astype(np.float32)
        for first, held in regrouped((part(job, u, "yearly/", "status", "ended") for u in mine), ROWS):
            span = slice(first, first + len(held["status"]))
            status[index, span], ended[index, span] = held["status"], held["ended"]
            for name in kept:
                kept[name][index, span] = np.moveaxis(held[f"yearly/{name}"], -1, 0)


def write_ensemble(path: Path, job: Job, units: Sequence[WorkUnit], plans: Mapping[int, str]) -> None:
    """Kept futures in full [plan, future, week, *dims], in chunks of 16 futures, shards of 64."""
    layout, ids = job.layout, sampled(job.futures, job.keep)
    into = group(path, {"about": "futures kept in full; 'future' is the index that replays them"})
    used = list(dict.fromkeys(d for v in layout.recorded.values() for d in v.dims))
    coordinates(into, layout, ["week", *used], plans, job)
    create(into, "future", (len(ids),), ("future",), "int32", (len(ids),))[:] = ids
    arrays = {}
    for name, variable in layout.recorded.items():
        shape = (layout.weeks, *layout.shape(variable))
        arrays[name] = create(
            into, name, (len(plans), len(ids), *shape), ("plan", "future", "week", *variable.dims), stored_type(variable),
            (1, CHUNK, *shape), (1, SHARD, *shape), unit=variable.unit, about=variable.about,
        )  # fmt: skip
    for index in plans:
        for name in arrays:
            pieces = (part(job, u, f"sample/{name}") for u in of_plan(units, index))
            moved = ({"s": np.moveaxis(p[f"sample/{name}"], 0, -1)} for p in pieces)
            for first, held in regrouped(moved, SHARD):
                arrays[name][index, first : first + held["s"].shape[-1]] = np.moveaxis(held["s"], -1, 0)
