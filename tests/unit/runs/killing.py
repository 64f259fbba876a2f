"""Starts a run of the made-up engine over and over and kills it: everything is imported once, each attempt is a fork of this process.

python -m tests.unit.runs.killing FOLDER SEED KILLS, from the checkout: writes runs FOLDER/0, FOLDER/1, ...
until so many kills have hit one; prints their moments.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import Any

from tests.unit.fake_engine import FakeEngine


def engine() -> FakeEngine:
    """The made-up engine, two of its futures ending early."""
    return FakeEngine(weeks=12, ends_early={3: 5, 19: 9})


def attempt(made: Any, folder: Path, dies_at: int | None = None) -> None:
    """One run, in a process of its own; `dies_at` counts syncs, renames and removals, and it dies before that one."""
    from drawdown.runs import run

    if dies_at is not None:
        left = [dies_at]

        def dying(real: Any) -> Any:
            def step(*given: Any, **more: Any) -> Any:
                left[0] -= 1
                if left[0] < 0:
                    os.kill(os.getpid(), signal.SIGKILL)
                return real(*given, **more)

            return step

        for place, name in ((os, "fsync"), (Path, "replace"), (Path, "unlink"), (Path, "mkdir")):  # in a process that ends here
            setattr(place, name, dying(getattr(place, name)))
    run(made, folder, futures=24, seed=5, batch=8, workers=2)


def forked(made: Any, folder: Path, kill_after: float | None, dies_at: int | None = None) -> bool:
    """Whether the run of a child came to its end; killed after so many seconds if it had not."""
    child = os.fork()
    if child == 0:
        try:
            attempt(made, folder, dies_at)
            os._exit(0)
        except BaseException as error:
            print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
            os._exit(1)
    deadline = time.monotonic() + (kill_after if kill_after is not None else 600)
    while True:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            break
        if time.monotonic() >= deadline:
            os.kill(child, signal.SIGKILL)
            _, status = os.waitpid(child, 0)
            break
        time.sleep(0.001)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        sys.exit(1)
    return os.WIFEXITED(status)


def main(place: str, seed: str, kills: str) -> None:
    """Kill at random moments; half of the attempts die before a file operation drawn at random, half by the clock."""
    for name in ("pyarrow.parquet", "zarr.codecs", "drawdown.runs.merge"):  # once, for all children
        import_module(name)
    made, drawn = engine(), random.Random(int(seed))
    begun = time.monotonic()
    assert forked(made, Path(place) / "undisturbed", None)
    whole = time.monotonic() - begun
    hit, number = 0, 0
    while hit < int(kills):
        folder = Path(place) / str(number)
        if drawn.random() < 0.5:
            ended = forked(made, folder, None, drawn.randrange(400))
        else:
            ended = forked(made, folder, drawn.uniform(0, 1.1 * whole))
        if ended:
            print(f"run {number} finished after {hit} kills in all", flush=True)
            number += 1
        else:
            hit += 1
    assert forked(made, Path(place) / str(number), None)
    print(f"{hit} kills over {number + 1} runs", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
