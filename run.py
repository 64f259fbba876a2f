"""Set up drawdown on a bare machine and run it: `python run.py demo`, `python run.py test`. Needs Python 3.11 or newer and nothing else.

Makes a virtual environment in `.venv` beside this file (with uv where it is installed, else with the standard library's venv and pip),
installs the package with what the verb needs, at the versions of constraints.txt, and hands over. What is installed already is used again.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent
FLOOR = (3, 11)
EXTRAS = {"run": "", "dev": "[dev]"}  # what each level of environment installs beside the package itself
HEARTBEAT = 20.0  # seconds between two signs of life of a long step


def say(text: str) -> None:
    """One line for the person who waits; flushed, so that it stands before what a subprocess prints; lost where it cannot be written."""
    if sys.stdout is None:  # closed by the shell
        return
    encoding = sys.stdout.encoding or "utf-8"
    line = f"drawdown: {text}".encode(encoding, "backslashreplace").decode(encoding)
    line = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in line)
    try:
        print(line, flush=True)
    except OSError:  # full, or the reader has left: what is buffered must not fail once more when Python ends
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  # open to the end


def environment_folder() -> Path:
    """Where the environment lives: `.venv` beside this file, or the folder that DRAWDOWN_VENV names."""
    return Path(os.environ.get("DRAWDOWN_VENV") or ROOT / ".venv").resolve()


def interpreter(folder: Path) -> Path:
    """The environment's Python."""
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def fingerprint(level: str) -> str:
    """Changes when anything that decides the content of the environment changes."""
    digest = hashlib.sha256(f"{sys.version_info[:2]} {ROOT} {EXTRAS[level]}".encode())
    for name in ("pyproject.toml", "constraints.txt"):
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def works(python: Path) -> bool:
    """Whether the environment's Python starts and meets the floor (that of a moved or half-made environment does not)."""
    if not python.exists():
        return False
    try:
        probe = subprocess.run([python, "-c", f"import sys; sys.exit(sys.version_info < {FLOOR})"], capture_output=True, check=False)
    except OSError:
        return False
    return probe.returncode == 0


def ready(folder: Path, level: str) -> bool:
    """Whether the environment was completed at this level, or at a higher one, from the very files that are here now."""
    for stamped in dict.fromkeys((level, "dev")):
        stamp = folder / f"drawdown-{stamped}.stamp"
        if stamp.exists() and stamp.read_text(encoding="utf-8") == fingerprint(stamped):
            return works(interpreter(folder))
    return False


def steps(folder: Path, level: str) -> list[tuple[str, list[str]]]:
    """What to say and what to run, in order."""
    uv = shutil.which("uv")
    python = str(interpreter(folder))
    planned: list[tuple[str, list[str]]] = []
    if not works(interpreter(folder)):
        with_uv = [uv or "", "venv", "--quiet", "--clear", "--python", sys.executable, str(folder)]
        plainly = [sys.executable, "-m", "venv", "--clear", str(folder)]
        planned.append((f"making an environment in {folder}", with_uv if uv else plainly))
    pip = [python, "-m", "pip", "install", "-qq", "--disable-pip-version-check"]  # -qq: errors only
    installer = [uv, "pip", "install", "--quiet", "--python", python] if uv else pip
    about = f"installing drawdown{EXTRAS[level]} and what it needs (one to three minutes)"
    planned.append((about, [*installer, "-c", "constraints.txt", "-e", f".{EXTRAS[level]}"]))
    return planned


def wait(command: list[str]) -> int:
    """Run one step of the set-up, with a sign of life now and then."""
    began = time.monotonic()
    with subprocess.Popen(command, cwd=ROOT) as process:
        while True:
            try:
                code = process.wait(HEARTBEAT)
            except subprocess.TimeoutExpired:
                say(f"  still at it after {time.monotonic() - began:.0f} s")
            else:
                say(f"  {'failed' if code else 'done'} after {time.monotonic() - began:.0f} s")
                return code


def prepare(level: str) -> Path:
    """Make or refresh the environment and return its Python. Ends the program, saying what failed, if it cannot be made."""
    folder = environment_folder()
    if ready(folder, level):
        say(f"using the environment in {folder}")
        return interpreter(folder)
    for sentence, command in steps(folder, level):
        say(sentence)
        if code := wait(command):
            say(f"the command was: {' '.join(command)}")
            say(f"if the network was away, run this again; to start over, delete {folder}")
            if "venv" in command:
                say("on Debian and Ubuntu, venv is a package of its own: apt install python3-venv")
            sys.exit(code)
    (folder / f"drawdown-{level}.stamp").write_text(fingerprint(level), encoding="utf-8")
    return interpreter(folder)


def call(*command: str | Path) -> int:
    """Run in the checkout and pass the exit code on. Ctrl-C reaches the command itself, which ends in its own way."""
    with subprocess.Popen([str(part) for part in command], cwd=ROOT) as process:
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:
                continue


def demo(python: Path, rest: list[str]) -> int:
    """Five plans, 1,000 futures each, five years; prints the claims."""
    return call(python.parent / "drawdown", "demo", *rest)


def test(python: Path, rest: list[str]) -> int:
    """The whole test suite, side by side on up to four cores; --fast leaves out what takes long, further arguments go to pytest."""
    # One more where commands and terminals are started and waited for: on two cores a seventh of the time was spent waiting.
    waiting = "--fast" not in rest
    rest = [new for word in rest for new in (("-m", "not slow") if word == "--fast" else (word,))]
    alone = any(word.startswith(("-n", "--numprocesses", "--pdb", "--collect-only", "--co")) for word in rest)
    side_by_side = [] if alone else ["-n", str(min(4, os.cpu_count() or 1) + waiting), "--dist", "loadfile"]
    return call(python, "-m", "pytest", *side_by_side, *rest)


def style(python: Path, rest: list[str]) -> int:
    """Whether the code is formatted; changes nothing."""
    return call(python, "-m", "ruff", "format", "--check", *rest)


def lint(python: Path, rest: list[str]) -> int:
    """Common mistakes."""
    return call(python, "-m", "ruff", "check", *rest)


def types(python: Path, rest: list[str]) -> int:
    """Strict types over the package and its tests."""
    return call(python, "-m", "mypy", *(rest or ["src", "tests", "docs", "bench", "run.py"]))


def docs(python: Path, rest: list[str]) -> int:
    """Build the documentation into site/; a broken link fails."""
    return call(python, "-m", "docs.build", *rest)


def bench(python: Path, rest: list[str]) -> int:
    """Speed and size, beside NumPy and Mesa."""
    return call(python, "-m", "bench", *rest)


def mutants(python: Path, rest: list[str]) -> int:
    """Bugs of one line planted one at a time: which test notices each."""
    return call(python, "-m", "tests.mutants", *rest)


def ci(python: Path, rest: list[str]) -> int:
    """Everything that must pass before a change lands."""
    return call("bash", ".ci/run", *rest)


VERBS: dict[str, Callable[[Path, list[str]], int]] = {v.__name__: v for v in (demo, test, style, lint, types, docs, bench, mutants, ci)}


def main(arguments: list[str]) -> int:
    """Read the verb, make the environment, hand over."""
    if sys.version_info < FLOOR:
        say(f"needs Python {FLOOR[0]}.{FLOOR[1]} or newer; this is {sys.version.split()[0]}")
        return 2
    parser = argparse.ArgumentParser(prog="python run.py", description="Set up drawdown and run it.", allow_abbrev=False)
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    for name, verb in VERBS.items():
        about = re.split("[.;]", verb.__doc__ or "")[0]
        verbs.add_parser(name, help=about, add_help=False)
    chosen, rest = parser.parse_known_args(arguments)
    python = prepare("run" if chosen.verb == "demo" else "dev")
    return VERBS[chosen.verb](python, rest)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
