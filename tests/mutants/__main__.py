"""Mutation testing on request (`python run.py mutants`): bugs of one line, and which test notices each.

What is done is kept under tests/artefacts/mutants and used again while the bug, its file and its tests are the same, so a stopped run goes
on where it was. Exit 1 where fewer than five in six of the mutants asked for are caught, or one of the named ones is not.
"""

from __future__ import annotations

import argparse
import json
import queue
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict
from pathlib import Path

from tests.mutants.listed import ROOT, Mutant, read
from tests.mutants.planting import CAUGHT, Outcome, copy_of_the_tree, imported, judge, noticed_by, pytest

RESULTS = ROOT / "tests" / "artefacts" / "mutants" / "results.json"
ENOUGH = 5 / 6


def kept(file: Path, mutants: Sequence[Mutant]) -> dict[str, Outcome]:
    """Outcomes of earlier runs that still hold."""
    if not file.exists():
        return {}
    found = {row["id"]: Outcome(**row) for row in json.loads(file.read_text(encoding="utf-8"))["mutants"]}
    return {m.id: found[m.id] for m in mutants if m.id in found and found[m.id].fingerprint == m.fingerprint()}


def keep(file: Path, outcomes: Mapping[str, Outcome]) -> None:
    """Write what is done, whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    caught = sum(o.result == CAUGHT for o in outcomes.values())
    part = file.with_suffix(".part")
    part.write_text(json.dumps({"caught": caught, "of": len(outcomes), "mutants": [asdict(o) for o in outcomes.values()]}, indent=2) + "\n")
    part.replace(file)


def table(mutants: Sequence[Mutant], outcomes: Mapping[str, Outcome]) -> str:
    """One line a mutant: what it breaks, what came of it, who noticed."""
    lines = []
    for m in mutants:
        o = outcomes.get(m.id)
        mark = "*" if m.named else " "
        by = "not asked yet" if o is None else (("(wider) " if o.wider else "") + o.by.removeprefix("tests/") if o.by else o.result)
        result, seconds = ("-", "") if o is None else (o.result, f"{o.seconds:.0f} s")
        lines.append(f"{mark} {m.id:<36} {result:<10} {seconds:>6}  {by}\n    {m.file}: {m.breaks}")
    return "\n".join(lines)


def verdict(mutants: Sequence[Mutant], outcomes: Mapping[str, Outcome]) -> tuple[int, str]:
    """Exit code and the last lines."""
    missed = [m for m in mutants if m.id not in outcomes or outcomes[m.id].result != CAUGHT]
    named = [m.id for m in missed if m.named]
    caught, wider = len(mutants) - len(missed), sum(o.wider and o.result == CAUGHT for o in outcomes.values())
    lines = [f"{caught} of {len(mutants)} caught without the frozen run, {wider} of them only by tests that were not named for it."]
    if missed:
        lines.append("Not caught: " + ", ".join(m.id for m in missed))
    if named:
        lines.append("Must be caught (marked *): " + ", ".join(named))
    return int(bool(named) or caught < ENOUGH * len(mutants)), "\n".join(lines)


def run(mutants: Sequence[Mutant], outcomes: dict[str, Outcome], workers: int, limit: float, results: Path) -> None:
    """Judge every mutant that has no outcome yet, each worker in a copy of the tree of its own; keep each outcome as it comes."""
    waiting = [m for m in mutants if m.id not in outcomes]
    if not waiting:
        return
    with tempfile.TemporaryDirectory(prefix="drawdown-mutants-") as folder:
        trees: queue.Queue[Path] = queue.Queue()
        for k in range(min(workers, len(waiting))):
            trees.put(copy_of_the_tree(Path(folder) / str(k)))
        first = trees.queue[0]
        if not imported(first).is_relative_to(first.resolve()):
            sys.exit(f"the tests would read the package of {imported(first)}, not of the copy in which bugs are planted")
        asked = list(dict.fromkeys(test for m in waiting for test in m.tests))
        print(f"mutants: first without any bug, {len(asked)} files or tests", flush=True)
        code, output = pytest(first, asked, max(limit, 3600.0))
        if code != 0:
            sys.exit(f"the tests fail without any bug (or found no test), by {noticed_by(output) or output[-1000:]}: mend that first")
        lock = threading.Lock()

        def one(mutant: Mutant) -> Outcome:
            tree = trees.get()
            try:
                return judge(tree, mutant, limit)
            finally:
                trees.put(tree)

        with ThreadPoolExecutor(workers) as pool:
            jobs = {pool.submit(one, m): m for m in waiting}
            try:
                for done, job in enumerate(as_completed(jobs), 1):
                    outcome = job.result()
                    with lock:
                        outcomes[outcome.id] = outcome
                        keep(results, outcomes)
                    print(f"mutants: {done} of {len(waiting)}  {outcome.id}: {outcome.result} {outcome.by}", flush=True)
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the options, go on where it was, print the table."""
    parser = argparse.ArgumentParser(prog="python run.py mutants", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("ids", nargs="*", metavar="ID", help="only these mutants (default: all)")
    parser.add_argument("--workers", type=int, default=1, help="how many at a time, each in a copy of the tree (default 1)")
    parser.add_argument("--limit", type=float, default=900.0, help="seconds for one mutant (default 900)")
    parser.add_argument("--again", action="store_true", help="forget what was done before")
    parser.add_argument("--results", type=Path, default=RESULTS, help="where outcomes are kept (default tests/artefacts/mutants)")
    options = parser.parse_args(arguments)
    everyone = read()
    unknown = [i for i in options.ids if i not in {m.id for m in everyone}]
    if unknown or options.workers < 1 or options.limit <= 0:
        parser.error(f"no mutant is called {', '.join(unknown)}" if unknown else "workers and limit are positive")
    mutants = [m for m in everyone if not options.ids or m.id in options.ids]
    outcomes = {} if options.again else kept(options.results, everyone)
    try:
        run(mutants, outcomes, options.workers, options.limit, options.results)
    except KeyboardInterrupt:
        print("mutants: stopped; what is done is kept, the same command goes on from there")
        return 130
    code, last = verdict(mutants, {m.id: outcomes[m.id] for m in mutants if m.id in outcomes})
    print(table(mutants, outcomes))
    print(last)
    return code


if __name__ == "__main__":
    sys.exit(main())
