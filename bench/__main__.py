"""`python -m bench`: measures and prints; `--quick` for a minute's worth, `--json FILE` for the figures."""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import subprocess
import sys
from itertools import combinations
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

REPOSITORY = Path(__file__).resolve().parents[1]
Result = dict[str, Any]
SIGMAS = 4.0  # two-sided 6e-5; the farthest of some 150 comparisons passes it by chance once in 100 seeds, and the seeds are fixed
SIZES = ((6, 4), (18, 8), (36, 12))
FUTURES = {"engine": 1024, "numpy": 256, "mesa": 32}
QUICK = {"engine": 256, "numpy": 128, "mesa": 16}


def measure(**asked: Any) -> Result:
    """One measurement in a fresh process; a cold compile means cold: no compilation cache is left in place."""
    environment = {**os.environ, "JAX_ENABLE_COMPILATION_CACHE": "false", "JAX_TRACEBACK_FILTERING": "off"}
    command = [sys.executable, "-m", "bench.measure", json.dumps(asked)]
    done = subprocess.run(command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        return {"failed": (done.stderr.strip().splitlines() or ["no reason given"])[-1]}
    return dict(json.loads(done.stdout.splitlines()[-1]))


def text(result: Result, name: str, digits: int = 1) -> str:
    """A figure, or a dash where there is none."""
    value = result.get(name)
    return "-" if value is None else f"{value:,.{digits}f}"


def sizes_of(full: bool) -> Table:
    """An empty table of rates."""
    table = Table(title="The whole model, scenario iraq-2007" if full else "The reduced model: 4 mechanisms, 260 weeks")
    for head in (
        "what",
        "futures",
        "futures/s",
        "CPU us per\nfuture-week",
        "compile s",
        "peak MB",
        "ratio" if not full else "bytes\nper future",
    ):
        table.add_column(head, justify="left" if head == "what" else "right")
    return table


def the_whole_model(console: Console, quick: bool) -> list[Result]:
    """Sizes of batch, then a run of all plans through the store."""
    scenario = str(REPOSITORY / "scenarios" / "iraq-2007")
    asked = [{"what": "full", "futures": n} for n in ((64, 256) if quick else (64, 256, 1024, 4096))]
    asked += [{"what": "stored", "futures": n} for n in ((100,) if quick else (100, 1000))]
    table, results = sizes_of(full=True), []
    for one in asked:
        result = measure(scenario=scenario, **one)
        results.append({**one, **result})
        if "failed" in result:
            console.print(f"{one['what']}: {result['failed']}", style="red", markup=False)
            continue
        name = "in memory, one plan" if one["what"] == "full" else f"stored, {result['plans']} plans"
        cells = [text(result, "futures", 0), text(result, "futures per second"), text(result, "cpu us per future-week")]
        table.add_row(name, *cells, text(result, "compile"), text(result, "peak MB", 0), text(result, "bytes per future", 0))
    console.print(table)
    return results


def apart(one: Result, other: Result) -> list[tuple[str, float]]:
    """Distance of two means in standard errors of their difference, for each quantity."""
    distances = []
    for name, (mean, error) in one["ends"].items():
        other_mean, other_error = other["ends"][name]
        distances.append((name, abs(mean - other_mean) / math.hypot(error, other_error)))
    return distances


def the_reduced_model(console: Console, quick: bool) -> list[Result]:
    """Three versions at several sizes; they must agree in distribution, or the ratios mean nothing."""
    table, results = sizes_of(full=False), []
    verdicts: list[str] = []
    for places, actors in SIZES[:2] if quick else SIZES:
        of_size: dict[str, Result] = {}
        for version, futures in (QUICK if quick else FUTURES).items():
            asked = {"what": "reduced", "version": version, "size": [places, actors], "weeks": 260, "futures": futures}
            result = measure(**asked)
            results.append({**asked, **result})
            if "failed" in result:
                console.print(f"{version}: {result['failed']}", style="red", markup=False)
                continue
            of_size[version] = result
            ratio = result["cpu us per future-week"] / of_size["engine"]["cpu us per future-week"] if "engine" in of_size else math.nan
            name = f"{version}, {places} places x {actors} actors"
            cells = [text(result, "futures", 0), text(result, "futures per second"), text(result, "cpu us per future-week")]
            table.add_row(name, *cells, text(result, "compile") if result["compile"] else "-", text(result, "peak MB", 0), f"{ratio:,.1f}")
        for one, other in combinations(of_size, 2):
            name, most = max(apart(of_size[one], of_size[other]), key=lambda pair: pair[1])
            verdict = "agree" if most < SIGMAS else "DISAGREE"
            verdicts.append(f"{places}x{actors}: {one} and {other} {verdict}; farthest apart {name}, {most:.1f} standard errors")
            results.append({"agreement": [one, other], "size": [places, actors], "farthest": name, "sigmas": most})
    console.print(table)
    console.print("Ratio: CPU time per future-week over the engine's (on a GPU compare futures/s instead).")
    for verdict in verdicts:
        console.print(verdict, markup=False)
    return results


def the_first_answer(console: Console, quick: bool) -> list[Result]:
    """From the start of `drawdown run iraq-2007` to its first table, with an empty cache folder and with one that was filled."""
    from bench.first_answer import first_answers

    results = first_answers(str(REPOSITORY / "scenarios" / "iraq-2007"), 1000, to_the_end=not quick)
    table = Table(title="Time to the first answer: drawdown run, scenario iraq-2007, five plans of 1,000 futures")
    for head in ("cache", "first table s", "CPU s until it", "promised s", "whole run s", "CPU s of it"):
        table.add_column(head, justify="left" if head == "cache" else "right")
    for one in results:
        if "failed" in one:
            console.print(f"{one['state']}: {one['failed']}", style="red", markup=False)
            continue
        names = ("first table", "first table cpu", "promised", "whole", "whole cpu")
        table.add_row("empty" if one["state"] == "cold" else "filled", *(text(one, name) for name in names))
    console.print(table)
    console.print("Promised on two quiet cores; the processes of others on the machine come on top.")
    return results


def main() -> int:
    """Exit code 1 where a measurement failed or the versions disagree."""
    arguments = argparse.ArgumentParser(prog="python -m bench", description="Speed and size of the engine.")
    arguments.add_argument("--quick", action="store_true", help="fewer futures and sizes")
    arguments.add_argument("--json", type=Path, help="write the figures to this file as well")
    arguments.add_argument("--only", choices=("whole", "reduced", "first"), help="one of the three parts")
    chosen = arguments.parse_args()
    console = Console(width=None if sys.stdout.isatty() else 100)
    results: list[Result] = []
    if chosen.only in (None, "first"):
        results += the_first_answer(console, chosen.quick)
    if chosen.only in (None, "reduced"):
        results += the_reduced_model(console, chosen.quick)
    if chosen.only in (None, "whole"):
        results += the_whole_model(console, chosen.quick)
    device = next((r["device"] for r in results if r.get("version", "engine") == "engine" and "device" in r), "none")
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, JAX device {device}"
    console.print(f"Measured on {machine}. Other load on the machine shows in futures/s more than in CPU time.", markup=False)
    if chosen.json:
        chosen.json.write_text(json.dumps({"machine": machine, "results": results}, indent=1) + "\n", encoding="utf-8")
    wrong = [r for r in results if "failed" in r or r.get("sigmas", 0.0) >= SIGMAS]
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
