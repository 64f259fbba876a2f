"""One measurement, in a process of its own so that its peak memory is its own: reads a JSON object, prints a JSON object."""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

SEED = 1
Result = dict[str, Any]


def peak() -> float:
    """Peak memory of this process, MB (Linux counts KiB, macOS bytes)."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1e6 if sys.platform == "darwin" else 1e3 / 1.024)


def clocked(work: Any) -> tuple[Any, float, float]:
    """(result, seconds of wall clock, seconds of CPU over all threads)."""
    wall, cpu = time.perf_counter(), time.process_time()
    result = work()
    return result, time.perf_counter() - wall, time.process_time() - cpu


def rates(futures: int, weeks: int, wall: float, cpu: float) -> Result:
    """What every measurement reports."""
    return {
        "futures": futures,
        "wall": wall,
        "futures per second": futures / wall,
        "cpu us per future-week": 1e6 * cpu / (futures * weeks),
        "peak MB": peak(),
    }


def ends(series: dict[str, Any]) -> Result:
    """Mean over futures, with its standard error, of what the three versions of the reduced model are compared by."""
    totals: dict[str, Any] = {}
    for name in ("force", "control"):
        last = series[name][-1].astype(np.float64).sum(axis=0)  # over places
        totals |= {f"{name} of actor {a}": last[a] for a in range(last.shape[0])}
    totals["clashes in all"] = series["clashes_fought"].astype(np.float64).sum(axis=(0, 1))
    totals["clashes in the last year"] = series["clashes_fought"][-52:].astype(np.float64).sum(axis=(0, 1))
    return {k: (float(v.mean()), float(v.std(ddof=1) / np.sqrt(len(v)))) for k, v in totals.items()}


def reduced(spec: Result) -> Result:
    """One version of the reduced model."""
    from bench.country import country

    made, weeks, futures = country(*spec["size"]), spec["weeks"], spec["futures"]
    compiled = 0.0
    if spec["version"] == "engine":
        import jax

        from bench import reduced as version

        prepared = version.engine(made, weeks)
        _, compiled, _ = clocked(prepared.compile)
        version.run(prepared, 64, SEED)
        series, wall, cpu = clocked(lambda: version.run(prepared, futures, SEED))
        device = str(jax.devices()[0])
    else:
        from bench import agents, plain

        run = {"numpy": plain.run, "mesa": agents.run}[spec["version"]]
        series, wall, cpu = clocked(lambda: run(made, weeks, futures, SEED))
        device = "one thread of Python"
    return {**rates(futures, weeks, wall, cpu), "compile": compiled, "device": device, "ends": ends(series)}


def full(spec: Result) -> Result:
    """The whole model of a scenario in memory, without the store."""
    import jax

    from drawdown.engine import Engine
    from drawdown.scenario.load import load

    scenario = load(spec["scenario"])
    engine = Engine(scenario)
    _, compiled, _ = clocked(engine.compile)
    plan = scenario.plans[0]
    engine.run(plan, SEED, np.arange(64))

    def run() -> None:
        # A tile at a time, as the store does: no more than one is held.
        for start in range(0, spec["futures"], 64):
            engine.run(plan, SEED, np.arange(start, min(start + 64, spec["futures"])))

    _, wall, cpu = clocked(run)
    return {**rates(spec["futures"], engine.weeks, wall, cpu), "compile": compiled, "device": str(jax.devices()[0])}


def stored(spec: Result) -> Result:
    """A run through the store, all plans: what a user waits for, and what it leaves on the disk."""
    from drawdown.engine import Engine
    from drawdown.runs.store import run
    from drawdown.scenario.load import load

    scenario = load(spec["scenario"])
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "run"
        engine = Engine(scenario)
        _, compiled, _ = clocked(engine.compile)
        _, wall, cpu = clocked(lambda: run(engine, out, futures=spec["futures"], seed=SEED))
        size = sum(file.stat().st_size for file in out.rglob("*") if file.is_file())
    futures = spec["futures"] * len(scenario.plans)
    return {
        **rates(futures, scenario.weeks, wall, cpu),
        "compile": compiled,
        "plans": len(scenario.plans),
        "bytes per future": size / futures,
    }


if __name__ == "__main__":
    asked = json.loads(sys.argv[1])
    print(json.dumps({"reduced": reduced, "full": full, "stored": stored}[asked["what"]](asked)))
