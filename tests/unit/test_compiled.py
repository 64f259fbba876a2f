"""What is compiled is kept between commands: in the user's cache folder, or where the user says; a cache that fails breaks nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import zlib
from importlib.resources import files
from pathlib import Path

import pytest

from drawdown import compiled

pytestmark = pytest.mark.slow  # nearly all are programs of their own

SKELETON = str(files("drawdown.scenario") / "skeleton")
# Commands, one after another, and what jax says of each program afterwards: how many it was asked for, and how many it found.
COUNTED = """
import json, sys
events = {}
def heard(name, *_, **__):
    events[name.rpartition("/")[2]] = events.get(name.rpartition("/")[2], 0) + 1
def listen():
    import jax.monitoring
    jax.monitoring.register_event_listener(heard)
    jax.monitoring.register_event_duration_secs_listener(heard)
from drawdown import compiled
kept = compiled.keep
def keep():  # listens from the point at which the command sets the cache, so that jax is imported when the command imports it
    folder = kept()
    listen()
    compiled.keep = kept
    return folder
compiled.keep = keep
from drawdown.cli import main
for words in json.loads(sys.argv[1]):
    if status := main(words):
        sys.exit(status)
print(json.dumps(events), file=sys.stderr)
"""
# A program so small that compiling it costs nothing, kept as the command line keeps its own.
SMALL = """
import json, sys
import jax, jax.monitoring
from drawdown import compiled
events = {}
def heard(name, *_, **__):
    events[name.rpartition("/")[2]] = events.get(name.rpartition("/")[2], 0) + 1
jax.monitoring.register_event_listener(heard)
jax.monitoring.register_event_duration_secs_listener(heard)
compiled.keep()
jax.jit(lambda x: x * 3 + 1)(1.5)
print(json.dumps(events), file=sys.stderr)
"""


def command(home: Path, script: str, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A script in a new process with a home of its own."""
    bare = {k: v for k, v in os.environ.items() if not k.startswith(("JAX_", "XDG_", "DRAWDOWN_", "TF_CPP"))}
    asked = [sys.executable, "-c", script, *words]
    done = subprocess.run(asked, cwd=home, env={**bare, "HOME": str(home), **environment}, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stderr
    return done


def counts(done: subprocess.CompletedProcess[str]) -> tuple[int, int]:
    """Programs asked for, and programs that were compiled rather than found."""
    events = json.loads(done.stderr.splitlines()[-1])
    return events["backend_compile_duration"], events["backend_compile_duration"] - events.get("cache_hits", 0)


def test_what_is_compiled_is_kept_in_the_users_cache_and_found_by_the_next_process(tmp_path: Path) -> None:
    asked, made = counts(command(tmp_path, SMALL))
    assert made == asked >= 1
    assert len(list((tmp_path / ".cache" / "drawdown" / "compiled").glob("*/*-cache"))) == asked
    assert counts(command(tmp_path, SMALL)) == (asked, 0)


def test_a_second_run_in_a_new_process_compiles_nothing(tmp_path: Path) -> None:
    """In the cache that all tests share, so that the first run compiles only what no test compiled before it."""
    shared = {"JAX_COMPILATION_CACHE_DIR": os.environ["JAX_COMPILATION_CACHE_DIR"]}
    run = ["run", SKELETON, "--plan", "stay", "--futures", "3"]
    command(tmp_path, COUNTED, json.dumps([[*run, "--out", "first"]]), **shared)
    # A future told, and the chronicles of the page, are replays by the same programs.
    then = [[*run, "--seed", "1", "--out", "second"], ["chronicle", "second", "--future", "1"], ["report", "second"]]
    asked, made = counts(second := command(tmp_path, COUNTED, json.dumps(then), **shared))
    assert asked == 3, "begin, blank and advance are the only programs; one more is found here only if another test has compiled it"
    assert made == 0
    assert "cpu_aot" not in second.stderr


KEEP = """
{first}
from drawdown import compiled
print(compiled.keep())
from jax import config as c
print(c.jax_compilation_cache_dir, c.jax_persistent_cache_min_compile_time_secs, c.jax_persistent_cache_min_entry_size_bytes)
"""


def keep_in(home: Path, first: str = "pass", **environment: str) -> tuple[str, str]:
    """What `keep` returns and jax is told, in a new process; and standard error."""
    bare = {k: v for k, v in os.environ.items() if not k.startswith(("JAX_", "XDG_", "DRAWDOWN_"))}
    asked = [sys.executable, "-c", KEEP.format(first=first)]
    done = subprocess.run(asked, env={**bare, "HOME": str(home), **environment}, capture_output=True, text=True, check=True)
    return done.stdout, done.stderr


@pytest.mark.parametrize("first", ["pass", "import jax"])
def test_the_cache_is_set_whether_or_not_jax_is_there_already(tmp_path: Path, first: str) -> None:
    out, err = keep_in(tmp_path, first)
    folder, told = out.splitlines()
    assert Path(folder).is_relative_to(tmp_path / ".cache" / "drawdown" / "compiled")
    assert told == f"{folder} 0.0 -1"
    assert not err


@pytest.mark.parametrize("first", ["pass", "import jax"])
def test_the_users_own_cache_folder_wins(tmp_path: Path, first: str) -> None:
    out, _ = keep_in(tmp_path, first, JAX_COMPILATION_CACHE_DIR="/elsewhere", JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS="7")
    assert out.splitlines() == ["/elsewhere", "/elsewhere 7.0 -1"]
    assert not (tmp_path / ".cache").exists()


@pytest.mark.parametrize("blocked", [".cache", ".cache/drawdown", ".cache/drawdown/compiled"])
def test_a_cache_that_cannot_be_written_is_told_in_a_sentence_and_breaks_nothing(tmp_path: Path, blocked: str) -> None:
    (tmp_path / blocked).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / blocked).write_text("a file where a folder should be", encoding="utf-8")
    out, err = keep_in(tmp_path)
    assert out.splitlines()[0] == "None"
    assert err.startswith("compiled programs cannot be kept (")
    assert err.count("\n") == 1


def test_importing_the_package_sets_nothing_and_writes_nothing(tmp_path: Path) -> None:
    script = "import os; before = dict(os.environ); import drawdown.cli, drawdown.compiled; assert dict(os.environ) == before"
    subprocess.run([sys.executable, "-c", script], env={**os.environ, "HOME": str(tmp_path)}, check=True)
    assert not list(tmp_path.iterdir())


def test_a_broken_entry_is_removed_so_that_it_is_made_again(tmp_path: Path) -> None:
    good = zlib.compress(b"a program")
    for name, content in {"good": good, "short": good[:-3], "empty": b"", "other": b"(\xb5/\xfd"}.items():
        (tmp_path / f"{name}-cache").write_bytes(content)
    compiled.drop_broken(tmp_path)
    assert {p.name for p in tmp_path.iterdir()} == {"good-cache", "other-cache", compiled.CHECKED}


def test_entries_of_long_ago_are_dropped(tmp_path: Path) -> None:
    shelf = tmp_path / "compiled"
    for name, days in (("old", compiled.DAYS_KEPT + 1), ("new", 1)):
        entry = shelf / "jax-0.6-abcdef" / f"{name}-cache"
        entry.parent.mkdir(parents=True, exist_ok=True)
        entry.write_bytes(b"x")
        os.utime(entry, (time.time() - days * 86400,) * 2)
    compiled.drop_old(shelf)
    assert [p.name for p in shelf.glob("*/*")] == ["new-cache"]


def test_what_xla_thinks_of_a_processor_does_not_reach_the_user() -> None:
    script = "import os, sys; from drawdown.cli import main; main(['list']); print(os.environ['TF_CPP_MIN_LOG_LEVEL'], file=sys.stderr)"
    bare = {k: v for k, v in os.environ.items() if not k.startswith("TF_CPP")}
    done = subprocess.run([sys.executable, "-c", script], env=bare, capture_output=True, text=True, check=True)
    assert done.stderr == "3\n"
