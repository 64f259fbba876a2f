"""run.py: makes an environment once, re-uses it, says what failed; nothing here touches the network."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import run as bootstrap

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    """A bare environment that starts."""
    folder = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    return folder


def test_it_needs_the_standard_library_only() -> None:
    # -I -S: no site-packages at all.
    done = subprocess.run([sys.executable, "-I", "-S", REPOSITORY / "run.py", "--help"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert all(verb in done.stdout for verb in ("demo", "test"))


def test_an_unknown_verb_is_bad_input() -> None:
    done = subprocess.run([sys.executable, REPOSITORY / "run.py", "tset"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "tset" in done.stderr


def test_an_old_python_is_told_so(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(bootstrap, "FLOOR", (99, 0))
    assert bootstrap.main(["demo"]) == 2
    assert "needs Python 99.0" in capsys.readouterr().out


def test_an_environment_is_used_again_until_its_files_change(environment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not bootstrap.ready(environment, "run")
    (environment / "drawdown-run.stamp").write_text(bootstrap.fingerprint("run"))
    assert bootstrap.ready(environment, "run")
    assert not bootstrap.ready(environment, "dev")
    monkeypatch.setitem(bootstrap.EXTRAS, "run", "[more]")
    assert not bootstrap.ready(environment, "run")


def test_the_environment_of_the_tests_also_serves_the_demo(environment: Path) -> None:
    (environment / "drawdown-dev.stamp").write_text(bootstrap.fingerprint("dev"))
    assert bootstrap.ready(environment, "run")


def test_a_broken_environment_is_made_anew(tmp_path: Path) -> None:
    folder = tmp_path / "broken"
    bootstrap.interpreter(folder).parent.mkdir(parents=True)
    bootstrap.interpreter(folder).write_text("not a program")
    (folder / "drawdown-run.stamp").write_text(bootstrap.fingerprint("run"))
    assert not bootstrap.ready(folder, "run")
    assert len(bootstrap.steps(folder, "run")) == 2


@pytest.mark.parametrize("uv", [None, "uv-of-the-machine"])
def test_constraints_hold_with_uv_and_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, uv: str | None) -> None:
    monkeypatch.setattr("shutil.which", lambda name: uv)
    (_, make), (_, install) = bootstrap.steps(tmp_path / "none", "dev")
    assert ("uv-of-the-machine" in make) == (uv is not None)
    assert install[-4:] == ["-c", "constraints.txt", "-e", ".[dev]"]


def test_a_failed_step_ends_with_its_exit_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("DRAWDOWN_VENV", str(tmp_path / "none"))
    monkeypatch.setattr(bootstrap, "steps", lambda folder, level: [("failing", [sys.executable, "-c", "raise SystemExit(7)"])])
    with pytest.raises(SystemExit) as stopped:
        bootstrap.prepare("run")
    assert stopped.value.code == 7
    assert "to start over, delete" in capsys.readouterr().out


@pytest.mark.skipif(os.name == "nt", reason="the CI script is for bash")
def test_the_ci_script_is_sound_bash() -> None:
    subprocess.run(["bash", "-n", REPOSITORY / ".ci" / "run"], check=True)
    assert os.access(REPOSITORY / ".ci" / "run", os.X_OK)


def test_the_fast_tests_are_those_without_the_mark_and_files_of_one_engine_share_a_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[str] = []

    def call(*command: str | Path) -> int:
        called.extend(map(str, command))
        return 0

    monkeypatch.setattr(bootstrap, "call", call)
    assert bootstrap.test(Path("python"), ["--fast", "-q"]) == 0
    assert called[-3:] == ["-m", "not slow", "-q"]
    assert called[called.index("--dist") + 1] == "loadfile"
