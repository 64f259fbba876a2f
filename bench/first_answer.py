"""Time to the first answer, as a user waits for it: from the start of the command to the first provisional table, and to the end.

Cold is a machine that never ran drawdown (an empty cache folder), warm a second process that finds what the first compiled.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

PROMISED = {"cold": 30.0, "warm": 20.0}  # seconds on two quiet cores
TABLE = "So far ("  # the title of the provisional table
ENTRY = "import sys; from drawdown.cli import main; sys.exit(main())"
Result = dict[str, Any]


def processor_time(process: int) -> float | None:
    """Seconds of CPU of a running process over all its threads; None where /proc does not tell."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except OSError:
        return None
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def waited(scenario: str, futures: int, home: Path, cache: Path, to_the_end: bool) -> Result:
    """One run in a new process: wall clock and CPU at the first table, and at the end where that is waited for."""
    kept_out = ("JAX_", "XLA_", "DRAWDOWN_")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(kept_out)} | {"DRAWDOWN_CACHE": str(cache), "COLUMNS": "100"}
    command = [
        sys.executable,
        "-c",
        ENTRY,
        "run",
        scenario,
        "--futures",
        str(futures),
        "--out",
        str(home / f"run-{len(list(home.iterdir()))}"),
    ]
    result: Result = {"futures": futures}
    begun, before = time.perf_counter(), os.times()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, encoding="utf-8")
    assert process.stderr is not None
    last = ""
    for line in process.stderr:
        last = line.strip() or last
        if line.startswith(TABLE):
            result |= {"first table": time.perf_counter() - begun, "first table cpu": processor_time(process.pid)}
            if not to_the_end:
                process.terminate()
    status = process.wait()
    if "first table" not in result:
        return {"failed": f"no table before it ended with {status}: {last}"}
    if to_the_end:
        after = os.times()
        cpu = after.children_user + after.children_system - before.children_user - before.children_system
        result |= {"whole": time.perf_counter() - begun, "whole cpu": cpu}
    return result


def first_answers(scenario: str, futures: int, to_the_end: bool) -> list[Result]:
    """Cold, then warm."""
    results = []
    with tempfile.TemporaryDirectory() as folder:
        for state in ("cold", "warm"):
            found = waited(scenario, futures, Path(folder), Path(folder) / "cache", to_the_end)
            results.append({"what": "first answer", "state": state, "promised": PROMISED[state], **found})
    return results
