"""The Tab key: scripts for three shells that name every verb, and that the shell itself takes."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from drawdown.cli import app, main


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_names_every_verb(shell: str, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["completion", shell]) == 0
    script = capsys.readouterr().out
    verbs = [verb for verb in app if not verb.startswith("-")]
    assert {"run", "plans", "show", "runs", "data"} <= set(verbs)
    for verb in verbs:
        assert verb in script, verb
    for option in ("futures", "as-of", "quiet"):
        assert option in script
    if program := shutil.which(shell):
        (tmp_path / "script").write_text(script, encoding="utf-8")
        subprocess.run([program, "-n", str(tmp_path / "script")], check=True)


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash here")
def test_bash_completes_a_verb(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["completion", "bash"]) == 0
    (tmp_path / "script").write_text(capsys.readouterr().out, encoding="utf-8")
    asked = 'source "$1"; COMP_WORDS=(drawdown chr); COMP_CWORD=1; _drawdown; echo "${COMPREPLY[@]}"'
    done = subprocess.run(["bash", "-c", asked, "bash", str(tmp_path / "script")], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["chronicle"]


def test_completion_of_an_unknown_shell_says_which_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", "tcsh"]) == 2
    captured = capsys.readouterr()
    assert "bash" in captured.out + captured.err
