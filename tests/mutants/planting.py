"""Plant a mutant in a copy of the tree, run the tests that ought to notice, then wider ones, and say who did."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.mutants.listed import ROOT, Mutant

# Asked where none of the named tests notices: what is fast. The frozen run would notice anything, and tells nobody why.
WIDER = ("tests/unit", "tests/property", "tests/contract")
NEVER = ("tests/golden", "tests/mutants")
LEFT_BEHIND = (".git", ".venv", "__pycache__", ".*_cache", ".hypothesis", "artefacts", "site", "runs", "dist", "build", "*.egg-info")
CAUGHT, SURVIVED, OVERTIME, BROKEN = "caught", "SURVIVED", "OVER TIME", "BROKEN"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a mutant: caught by which test, of those named for it or of the wider ones; or why not."""

    id: str
    result: str
    by: str
    wider: bool
    seconds: float
    fingerprint: str


def copy_of_the_tree(target: Path) -> Path:
    """The checkout without what is made from it, for one worker to plant in."""
    shutil.copytree(ROOT, target, ignore=shutil.ignore_patterns(*LEFT_BEHIND), symlinks=True)
    return target


def environment(tree: Path) -> dict[str, str]:
    """The package of the copy, and the compiled programs of everybody."""
    cache = os.environ.get("JAX_COMPILATION_CACHE_DIR", str(ROOT / ".pytest_cache" / "jax"))
    return {**os.environ, "PYTHONPATH": str(tree / "src"), "JAX_COMPILATION_CACHE_DIR": cache}


def put(file: Path, text: str) -> None:
    """Write a file with a second of its own: bytecode of a content written in the same second would be taken for that of this one."""
    second = file.stat().st_mtime + 1
    file.write_text(text, encoding="utf-8")
    os.utime(file, (second, second))


def pytest(tree: Path, tests: Sequence[str], limit: float, marks: str = "not browser") -> tuple[int | None, str]:
    """Exit code (None: over time) and output of pytest on some tests of the tree (or other arguments), stopped at the first that fails."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-m", marks, *tests]
    with subprocess.Popen(
        command,
        cwd=tree,
        env=environment(tree),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    ) as process:
        try:
            output, _ = process.communicate(timeout=limit)
        except BaseException as stopped:
            _end(process)
            if isinstance(stopped, subprocess.TimeoutExpired):
                return None, ""
            raise
    return process.returncode, output


def _end(process: subprocess.Popen[str]) -> None:
    """The tests and what they started."""
    if hasattr(os, "killpg"):
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()


def noticed_by(output: str) -> str:
    """The first test that failed, or that could not even be read."""
    lines = [line.split() for line in output.splitlines() if line.startswith(("FAILED ", "ERROR "))]
    return lines[0][1] if lines else ""


def judge(tree: Path, mutant: Mutant, limit: float) -> Outcome:
    """Plant, ask, restore."""
    began, file, fingerprint = time.monotonic(), mutant.path(tree), mutant.fingerprint(tree)
    original = file.read_text(encoding="utf-8")

    def outcome(result: str, by: str = "", wider: bool = False) -> Outcome:
        return Outcome(mutant.id, result, by, wider, round(time.monotonic() - began, 1), fingerprint)

    def ask(text: str, tests: Sequence[str]) -> tuple[int | None, str]:
        put(file, text)
        try:
            return pytest(tree, tests, limit - (time.monotonic() - began), "not slow and not browser" if wider else "not browser")
        finally:
            put(file, original)

    planted, excused = mutant.planted(original), [f"--ignore={folder}" for folder in NEVER]
    wider, tests = False, list(mutant.tests)
    while True:
        code, output = ask(planted, [*tests, *excused])
        if code is None:
            return outcome(OVERTIME)
        by = noticed_by(output)
        if code == 0 and wider:
            return outcome(SURVIVED)
        if code == 0:
            wider, tests = True, list(WIDER)
        elif not by:
            # Neither a failed test nor one that could not be read: pytest itself did not run as it should.
            return outcome(BROKEN, output[-300:], wider)
        elif wider and ask(original, [by])[0] != 0:
            # The named tests were seen to pass without the bug; of the others one may fail by itself (a stopwatch on a busy machine).
            excused.append(f"--deselect={by}")
        else:
            return outcome(CAUGHT, by, wider)


def imported(tree: Path) -> Path:
    """Where the package comes from that the tests of a tree read."""
    code = "import drawdown, pathlib; print(pathlib.Path(drawdown.__file__).resolve())"
    done = subprocess.run([sys.executable, "-c", code], cwd=tree, env=environment(tree), capture_output=True, text=True, check=True)
    return Path(done.stdout.strip())
