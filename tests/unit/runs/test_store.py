"""The run store: what it writes, that it opens with plain tools, that nothing depends on batches, workers, or being killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from drawdown.errors import DrawdownError, ScenarioError
from drawdown.runs import StoreError, open_run, run
from drawdown.runs.disk import write_text
from drawdown.runs.layout import rounded, sampled
from drawdown.runs.parts import PartMark, read_part, write_part
from drawdown.runs.store import default_batch
from drawdown.runs.sums import Stamp

if TYPE_CHECKING:
    from tests.unit.fake_engine import FakeEngine

REPOSITORY = Path(__file__).resolve().parents[3]
Same = Callable[[Path], Mapping[str, str]]


@pytest.fixture(scope="module")
def finished(fake: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """150 futures of two plans, three of them ended early."""
    engine = fake.FakeEngine(ends_early={3: 10, 77: 60, 140: 109})
    return run(engine, tmp_path_factory.mktemp("runs") / "whole", futures=150, seed=5, batch=64)


def test_the_folder_holds_what_the_architecture_says_and_no_leftovers(finished: Path) -> None:
    names = {p.name for p in finished.iterdir()}
    assert names == {
        "manifest.json", "scenario", "draws.parquet", "claims.parquet", "endstates.parquet", "histograms.zarr", "summary.zarr",
        "ensemble.zarr", "events.parquet", "drawdown.lock", "recorded.json",
    }  # fmt: skip
    assert not list(finished.rglob("*.unfinished"))
    manifest = json.loads((finished / "manifest.json").read_text())
    assert (manifest["status"], manifest["futures"], manifest["seed"], manifest["batch"]) == ("complete", 150, 5, 64)
    assert [p["id"] for p in manifest["plans"]] == ["stay", "leave"]


def test_the_scenario_comes_back_whole(finished: Path, fake_engine: FakeEngine) -> None:
    assert open_run(finished).scenario == fake_engine.scenario
    assert (finished / "scenario" / "CARD.md").read_text() == "# Toyland\n"


def test_sums_and_histograms_agree_with_the_futures(finished: Path, fake: ModuleType) -> None:
    done = open_run(finished)
    batch = fake.FakeEngine().run("leave", 5, np.arange(150))
    reached = np.full(150, fake.WEEKS)
    reached[[3, 77, 140]] = [10, 60, 109]
    alive = np.arange(fake.WEEKS)[:, None] < reached
    deaths = batch.series["deaths"]
    expected = np.where(alive[:, None, None], deaths, 0).sum(axis=-1) / alive.sum(axis=1)[:, None, None]
    summary = done.summary()
    np.testing.assert_allclose(summary["deaths_mean"].sel(plan="leave"), expected, rtol=1e-5)
    assert summary["futures"].sel(plan="leave").to_numpy().tolist() == alive.sum(axis=1).tolist()
    counts = done.histograms()["country_all_deaths"].sel(plan="leave")
    assert counts.sum("fine_bin").to_numpy().tolist() == alive.sum(axis=1).tolist()
    assert done.histograms()["control"].sizes["month"] == len(range(3, fake.WEEKS, 4)) + 1
    yearly = done.yearly("country_all_deaths").sel(plan="leave")
    assert float(yearly[0, 1]) == pytest.approx(deaths[52:104, ..., 0].sum(axis=(1, 2)).mean(), rel=1e-5)
    assert np.isnan(yearly[3]).all()
    assert np.isnan(yearly[77, 1])
    assert not np.isnan(yearly[140, 1])
    assert summary["status"].sel(plan="stay").to_numpy()[[2, 3]].tolist() == [0, 1]


def test_kept_futures_are_those_of_the_engine(finished: Path, fake: ModuleType) -> None:
    kept = open_run(finished).ensemble()
    ids = kept["future"].to_numpy()
    assert ids.tolist() == sampled(150, "sample").tolist()
    batch = fake.FakeEngine().run("stay", 5, ids)
    force = np.moveaxis(batch.series["force"], -1, 0).copy()
    for row, future in enumerate(ids):
        force[row, {3: 10, 77: 60, 140: 109}.get(int(future), fake.WEEKS) :] = np.nan
    np.testing.assert_allclose(kept["force"].sel(plan="stay").to_numpy(), force, rtol=2**-11, atol=0.07)
    control = kept["control"].sel(plan="stay", place="north", actor="militia")
    assert control.dims == ("future", "week")
    assert str(control["week"].to_numpy()[1])[:10] == "2007-09-10"
    np.testing.assert_allclose(control[0], batch.series["control"][:, 0, 2, 0], atol=1e-3)


def test_claims_and_end_states_of_every_future(finished: Path) -> None:
    done = open_run(finished)
    found = {(a.claim, a.plan): a for a in done.answers()}
    assert found["truce-holds", "stay"].known + found["truce-holds", "stay"].unknown == 150
    assert found["fewer-deaths", "stay"].unknown == 2
    costly = found["costly", "stay minus leave"]
    assert costly.probability > 0.9
    # Six cells of five deaths a week, of which leaving saves a fifth.
    assert costly.value == pytest.approx(6, abs=5 * float(costly.value_error or 0))
    assert found["no-matter", "stay minus leave"].value is not None
    assert found["truce-holds", "stay"].status_quo == 1.0
    states = done.end_states(1)["stay"]
    assert sum(states.values()) == pytest.approx(1)
    assert states["ended early"] == pytest.approx(1 / 150)
    assert done.differences("stay", "leave")[0].pairs == 150


def test_events_open_with_duckdb_and_pyarrow_in_the_columns_of_ged(finished: Path, fake: ModuleType) -> None:
    import pyarrow.parquet as pq

    table = pq.read_table(finished / "events.parquet")
    ged = ["id", "year", "type_of_violence", "conflict_name", "dyad_name", "side_a", "side_b", "country", "adm_1", "latitude", "longitude",
           "where_prec", "date_start", "date_end", "date_prec", "deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown", "best",
           "high", "low", "event_clarity", "plan", "future", "kind", "incidents"]  # fmt: skip
    assert set(ged) <= set(table.column_names)
    assert len(set(table["id"].to_pylist())) == table.num_rows
    frame = open_run(finished).events().df()
    batch = fake.FakeEngine().run("stay", 5, np.arange(150))
    assert frame.query("plan == 'stay' and future == 7")["best"].sum() == batch.series["deaths"][..., 7].sum()
    one_sided = frame[frame["type_of_violence"] == 3]
    assert set(one_sided["side_b"]) == {"Civilians"}
    assert (one_sided["deaths_civilians"] == one_sided["best"]).all()
    assert set(frame.loc[frame["type_of_violence"] == 1, "conflict_name"]) == {"Toyland: Government"}


@pytest.mark.slow
def test_files_do_not_depend_on_batches_or_workers(finished: Path, fake: ModuleType, tmp_path: Path, same: Same) -> None:
    engine = fake.FakeEngine(ends_early={3: 10, 77: 60, 140: 109})
    other = run(engine, tmp_path / "other", futures=150, seed=5, batch=64, workers=4)
    assert same(other) == same(finished)
    # Another batch cuts the events into other files and adds in another order; what futures did is the same to the byte.
    small = run(engine, tmp_path / "small", futures=150, seed=5, batch=7, workers=1)
    apart = ("events.parquet", "manifest.json", "summary.zarr")
    here, there = ({n: d for n, d in same(of).items() if not n.startswith(apart)} for of in (small, finished))
    assert here == there
    a, b = open_run(small).summary(), open_run(finished).summary()
    for name in a.data_vars:
        # Sums of 150 float32 values in another order: each addition rounds to one part in 2^24.
        np.testing.assert_allclose(a[name], b[name], rtol=150 * 2**-24, atol=1e-3 if str(name).endswith("deviation") else 1e-6)
    rows = [open_run(f).events().order("id").df() for f in (small, finished)]
    assert rows[0].equals(rows[1])


@pytest.mark.slow
def test_a_run_that_was_stopped_says_so_and_resumes_to_the_same_bytes(finished: Path, fake: ModuleType, tmp_path: Path, same: Same) -> None:
    engine = fake.FakeEngine(ends_early={3: 10, 77: 60, 140: 109})
    with pytest.raises(KeyboardInterrupt):
        run(engine, tmp_path / "run", futures=150, seed=5, batch=64, workers=1, stop=lambda: engine.tiles >= 3)
    stopped = open_run(tmp_path / "run")
    assert not stopped.complete
    with pytest.raises(StoreError, match="unfinished"):
        stopped.answers()
    created = stopped.manifest["created"]
    engine.tiles = -1000
    run(engine, tmp_path / "run", futures=150, seed=5, workers=2)  # the batch is that of the folder
    assert engine.tiles == -1000 + 3
    assert open_run(tmp_path / "run").manifest["created"] == created
    assert same(tmp_path / "run") == same(finished)


@pytest.mark.slow
def test_a_run_killed_at_any_moment_resumes_to_the_same_bytes(finished: Path, tmp_path: Path, same: Same) -> None:
    script = """
import sys
from drawdown.runs import run
from tests.unit.fake_engine import FakeEngine
engine = FakeEngine(ends_early={3: 10, 77: 60, 140: 109})
print("ready", flush=True)
run(engine, sys.argv[1], futures=150, seed=5, batch=64, progress=lambda p: print("at", p.units_done, p.merging, flush=True))
print("done", flush=True)
"""
    folder = tmp_path / "killed"
    reached = []
    for wait_for, delay in (("at 1", 0.05), ("at 3", 0.0), ("True", 0.15), ("done", 0.0)):
        process = subprocess.Popen([sys.executable, "-c", script, str(folder)], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        for line in process.stdout:
            if wait_for in line or line.startswith("done"):
                reached.append(line.strip())
                break
        if wait_for != "done":
            time.sleep(delay)
            os.kill(process.pid, signal.SIGKILL)
        process.wait(60)
        process.stdout.close()
    assert reached[-1] == "done"
    assert same(folder) == same(finished)


def test_a_finished_run_is_left_as_it_is(finished: Path, fake_engine: FakeEngine, same: Same) -> None:
    before = same(finished)
    run(fake_engine, finished, futures=150, seed=5)
    assert fake_engine.tiles == 0
    assert same(finished) == before


@pytest.mark.parametrize(
    ("change", "named"),
    [({"seed": 6}, "seed: there 5, asked 6"), ({"futures": 151}, "futures"), ({"plans": ["stay"]}, "plans"), ({"keep": "all"}, "keep")],
)
def test_another_run_is_not_mixed_into_a_folder(
    finished: Path, fake_engine: FakeEngine, change: dict[str, object], named: str, same: Same
) -> None:
    before = same(finished)
    with pytest.raises(StoreError, match="holds another run") as caught:
        run(fake_engine, finished, **{"futures": 150, "seed": 5, **change})  # type: ignore[arg-type]  # each is a legal argument
    assert named in str(caught.value)
    assert same(finished) == before


def test_a_folder_of_something_else_is_not_touched(fake_engine: FakeEngine, tmp_path: Path) -> None:
    (tmp_path / "thesis.doc").write_text("years of work")
    with pytest.raises(StoreError, match=r"thesis\.doc"):
        run(fake_engine, tmp_path, futures=4)
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.doc"]
    with pytest.raises(StoreError, match="is a file"):
        run(fake_engine, tmp_path / "thesis.doc", futures=4)
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "manifest.json").write_text("{")
    with pytest.raises(StoreError, match="no manifest of a run"):
        run(fake_engine, tmp_path / "run", futures=4)


@pytest.mark.slow
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full to write to")
def test_a_full_disk_leaves_a_clean_error_and_a_resumable_run(
    finished: Path, fake: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, same: Same
) -> None:
    from drawdown.runs import disk, parts

    real, calls = disk.write_whole, []

    def fills_up(path: Path, write: object) -> None:
        calls.append(path)
        if path.suffix == ".part" and len([c for c in calls if c.suffix == ".part"]) == 2:
            with disk.disk_errors(path), Path("/dev/full").open("wb", buffering=0) as full:
                full.write(b"x")
        real(path, write)  # type: ignore[arg-type]  # passed through

    monkeypatch.setattr(parts, "write_whole", fills_up)
    engine = fake.FakeEngine(ends_early={3: 10, 77: 60, 140: 109})
    with pytest.raises(StoreError, match="No space left"):
        run(engine, tmp_path / "run", futures=150, seed=5, batch=64, workers=1)
    monkeypatch.undo()
    run(engine, tmp_path / "run", futures=150, seed=5)
    assert same(tmp_path / "run") == same(finished)


def test_a_place_that_cannot_be_written_is_a_clean_error(fake_engine: FakeEngine) -> None:
    with pytest.raises(StoreError, match="cannot write"):
        run(fake_engine, "/proc/nowhere/run", futures=4)


def test_two_processes_do_not_write_one_run(fake_engine: FakeEngine, tmp_path: Path) -> None:
    from drawdown.runs.lock import locked

    (tmp_path / "run").mkdir()
    with locked(tmp_path / "run"), pytest.raises(StoreError, match="another process"):
        run(fake_engine, tmp_path / "run", futures=4)


def test_numbers_that_cannot_be_run_are_all_named(fake_engine: FakeEngine, tmp_path: Path) -> None:
    with pytest.raises(DrawdownError) as caught:
        run(fake_engine, tmp_path / "run", futures=0, seed=-1, workers=0, batch=0)
    assert all(word in str(caught.value) for word in ("futures", "seed", "workers", "batch"))
    assert not (tmp_path / "run").exists()
    with pytest.raises(DrawdownError, match="Did you mean 'leave'"):
        run(fake_engine, tmp_path / "run", plans=["leaf"], futures=4)


def test_a_claim_on_what_the_model_has_not_stops_before_anything_is_written(fake_engine: FakeEngine, tmp_path: Path) -> None:
    wrong = replace(fake_engine.scenario.claims[0], proposition={"always": {"quantity": "trust", "above": 0}})
    fake_engine.scenario = replace(fake_engine.scenario, claims=(wrong,))
    with pytest.raises(ScenarioError, match="Did you mean 'truce'"):
        run(fake_engine, tmp_path / "run", futures=4)
    assert not (tmp_path / "run").exists()


def test_one_plan_and_one_future_and_no_sample(fake_engine: FakeEngine, tmp_path: Path) -> None:
    done = open_run(run(fake_engine, tmp_path / "run", plans=["stay"], futures=1, keep="summaries"))
    assert not (done.folder / "ensemble.zarr").exists()
    with pytest.raises(StoreError, match="--keep summaries"):
        done.ensemble()
    assert {a.claim for a in done.answers()} == {"truce-holds", "many-deaths", "fewer-deaths"}


def test_all_futures_are_kept_when_asked(fake_engine: FakeEngine, tmp_path: Path) -> None:
    done = open_run(run(fake_engine, tmp_path / "run", plans=["stay"], futures=40, keep="all"))
    assert done.ensemble()["future"].to_numpy().tolist() == list(range(40))


def test_a_part_is_whole_or_absent(tmp_path: Path) -> None:
    arrays: dict[str, np.ndarray[Any, Any]] = {
        "a/b": np.arange(6, dtype=np.int16).reshape(2, 3),
        "empty": np.zeros((0, 4), np.float32),
        "one": np.array([True, False]),
    }
    write_part(tmp_path / "p.part", arrays, PartMark("a run", Stamp(0, "")))
    back = read_part(tmp_path / "p.part", "a run")
    assert all((back[k] == v).all() and back[k].shape == v.shape and back[k].dtype == v.dtype for k, v in arrays.items())
    assert set(read_part(tmp_path / "p.part", "a run", lambda n: n == "one")) == {"one"}
    (tmp_path / "q.part").write_bytes(b"nonsense")
    with pytest.raises(StoreError, match="not a partial result"):
        read_part(tmp_path / "q.part", "a run")

    def breaks(_: object) -> None:
        raise ValueError

    from drawdown.runs.disk import write_whole

    write_text(tmp_path / "t", "before")
    with pytest.raises(ValueError, match=r"^$"):
        write_whole(tmp_path / "t", breaks)
    assert (tmp_path / "t").read_text() == "before"


def test_batches_are_whole_tiles_and_bounded() -> None:
    assert [default_batch(n) for n in (1, 64, 1000, 5000, 100_000)] == [64, 64, 128, 640, 1024]


def test_rounding_keeps_three_digits_and_an_eighth() -> None:
    from drawdown.state import Variable

    force = Variable("force", (), "persons", "stock", "", 0, float("inf"))
    values = np.random.Generator(np.random.PCG64(6)).lognormal(5, 4, 5000).astype(np.float32)
    assert (np.abs(rounded(values, force) - values) <= values * 2**-11 + 0.0626).all()
