"""Issue 7, A1: the commands where people start them, in a terminal; and where they do not: a pipe, a closed or full output, ASCII.

The engine is made up (`toyland`), so that each costs a second or two; `test_readme.py` has the README's own commands.
"""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path

import pytest

from tests.terminal.screen import Seen, environment, in_terminal, keep_picture, midway, toyland
from tests.terminal.toyland import HAPPENED, LONG

WIDTHS = (80, 200)
FIVE = {"TOYLAND": "plans=5 long slow=0.1"}
# How the standard streams of a shell can be; the third of each is what its run of the command must end with.
ASCII = {"PYTHONIOENCODING": "ascii"}
C_LOCALE = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


def sound(seen: Seen, columns: int) -> None:
    """No traceback, nothing wrapped by the terminal in the middle of a table, no column of single letters."""
    assert "Traceback" not in seen.text, seen.text
    assert seen.status == 0, seen.text
    assert not re.search(r"(?m)(?:^\s*\S\s*\n){4}", seen.text), "a column one letter wide"
    rules = [line for line in seen.lines if set(line.strip()) == {"─"}]
    assert rules or columns < 60, seen.text
    assert all(len(line) <= columns for line in rules)


@pytest.mark.parametrize("columns", WIDTHS)
def test_a1_run_in_a_terminal(columns: int, tmp_path: Path, artefacts: Path) -> None:
    words = toyland("run", "toyland", "--futures", "128", "--batch", "64", "--out", "r")
    seen = in_terminal(words, columns, tmp_path, FIVE)
    keep_picture(seen, artefacts / f"terminal-run-{columns}.svg")
    keep_picture(midway(seen), artefacts / f"terminal-run-{columns}-midway.svg")
    assert re.search(r"running .* of 640 futures \(\d+%\)", midway(seen).lines[-1]), "the bar stands below the table"
    sound(seen, columns)
    assert b"of 640 futures" in seen.raw, "the bar counts"
    assert b"compiling the model" in seen.raw, "and says what it waits for before it can"
    assert "compiling" not in seen.text, "nothing of it is left on the screen"
    assert "So far (percent of the first futures; provisional)" in seen.text
    assert "How likely each claim is" in seen.text
    assert seen.lines[-1] == "results   r"


@pytest.mark.parametrize("columns", WIDTHS)
def test_a1_a3_ask_in_a_terminal(columns: int, five_plans: Path, artefacts: Path) -> None:
    seen = in_terminal(toyland("ask", "r"), columns, five_plans.parent)
    keep_picture(seen, artefacts / f"terminal-ask-{columns}.svg")
    sound(seen, columns)
    assert len(seen.lines) < 100  # five claims of four lines and more, and six of end states a plan
    rules = [line for line in seen.lines if set(line.strip()) == {"─"}]
    assert max(map(len, rules)) > columns - 20, "the width that is there is used"
    assert all(plan in seen.text for plan in ("stay", "leave-by-phases", "as-announced", "hand-over-first"))


@pytest.mark.parametrize("columns", [40, 80, 100, 200])
def test_a3_what_is_claimed_and_what_happened_is_not_cut(columns: int, five_plans: Path) -> None:
    seen = in_terminal(toyland("ask", "r", "--claim", "1"), columns, five_plans.parent)
    sound(seen, columns)
    told = [column(seen.lines, first) for first in (LONG.split()[0], HAPPENED.split()[0])]
    for text in (LONG, HAPPENED):
        assert any(text in words for words in [*told, seen.flowing]), seen.text


def column(lines: list[str], first: str) -> str:
    """The words of a column of a table: from where `first` stands down, as far as its left edge goes on."""
    top = next(y for y, line in enumerate(lines) if first in line)
    left = lines[top].index(first)
    found = []
    for line in lines[top:]:
        piece = re.split(r"\s{2,}", line[left:])[0]
        if not piece or (left and line[left - 1] != " "):
            break
        found.append(piece)
    return " ".join(" ".join(found).split())


@pytest.mark.parametrize("words", [["compare", "r", "stay", "leave"], ["ask", "r"]], ids=" ".join)
def test_a1_no_color_is_heeded_in_a_terminal(words: list[str], five_plans: Path) -> None:
    seen = in_terminal(toyland(*words), 80, five_plans.parent, {"NO_COLOR": "1"})
    sound(seen, 80)
    assert not re.search(rb"\x1b\[[0-9;]*(3[0-9]|4[0-9]|9[0-9])[;m]", seen.raw)


def shell(words: list[str], streams: str, cwd: Path, changes: dict[str, str] | None = None) -> subprocess.CompletedProcess[bytes]:
    """Run through a shell with redirections."""
    line = f"{shlex.join(words)} {streams}"
    return subprocess.run(["/bin/sh", "-c", line], cwd=cwd, env=environment(changes), capture_output=True, timeout=300, check=False)


RUN = ["run", "toyland", "--futures", "64", "--out", "r"]


@pytest.mark.parametrize("streams", [">&-", ">/dev/full"])
def test_a1_a_run_whose_output_is_closed_or_full_is_finished_and_kept(streams: str, tmp_path: Path) -> None:
    done = shell(toyland(*RUN), streams, tmp_path)
    said = done.stderr.decode()
    assert done.returncode == 2, said
    assert "Traceback" not in said
    assert "Exception ignored" not in said
    assert "standard output cannot be written" in said
    assert '"status": "complete"' in (tmp_path / "r" / "manifest.json").read_text()
    again = shell(toyland("ask", "r"), "", tmp_path)
    assert b"How likely each claim is" in again.stdout


@pytest.mark.parametrize("streams", ["2>&- <&-", pytest.param("2>/dev/full", marks=pytest.mark.slow)])
def test_a1_a_run_whose_errors_are_closed_or_full_still_answers(streams: str, tmp_path: Path) -> None:
    done = shell(toyland(*RUN), streams, tmp_path)
    assert done.returncode == 0
    assert b"How likely each claim is" in done.stdout
    assert b"Traceback" not in done.stdout
    assert b"compiling" not in done.stdout, "what goes to standard error goes nowhere else"


def test_a1_with_every_stream_closed_the_run_is_finished(tmp_path: Path) -> None:
    assert shell(toyland(*RUN), "<&- >&- 2>&-", tmp_path).returncode == 2
    assert '"status": "complete"' in (tmp_path / "r" / "manifest.json").read_text()
    assert b"How likely" not in b"".join(p.read_bytes() for p in (tmp_path / "r").rglob("*.json")), "nothing is printed into a file"


@pytest.mark.parametrize(
    ("words", "streams"),
    [
        (["ask", "r"], ">&-"),
        (["compare", "r", "stay", "leave"], ">/dev/full"),
        (["--help"], ">/dev/full"),
        pytest.param(["ask", "r", "--json"], ">/dev/full", marks=pytest.mark.slow),
        pytest.param(["compare", "r", "stay", "leave"], ">&-", marks=pytest.mark.slow),
    ],
)
def test_a1_answers_that_cannot_be_written_say_so(words: list[str], streams: str, five_plans: Path) -> None:
    done = shell(toyland(*words), streams, five_plans.parent)
    assert done.returncode == 2
    assert done.stderr.decode().startswith("standard output cannot be written (")
    assert "Traceback" not in done.stderr.decode()


def test_a1_a_reader_who_has_seen_enough_is_no_error(five_plans: Path) -> None:
    line = f"{{ {shlex.join(toyland('ask', 'r'))}; echo status $? >&2; }} | head -1"
    done = subprocess.run(["/bin/sh", "-c", line], cwd=five_plans.parent, env=environment(), capture_output=True, timeout=300, check=False)
    assert done.stderr.decode() == "status 0\n"
    assert done.stdout.decode().startswith("How likely")


def test_a1_ctrl_c_in_a_terminal_clears_the_bar_and_says_how_to_resume(tmp_path: Path) -> None:
    words = ["run", "toyland", "--futures", "6400", "--batch", "64", "--out", "r"]
    seen = in_terminal(toyland(*words), 80, tmp_path, {"TOYLAND": "slow=0.3"}, interrupt_at=b"of 12,800 futures")
    assert seen.status == 130, seen.text
    assert "Traceback" not in seen.text
    assert seen.lines[-1] == "  drawdown " + " ".join(words)
    assert b"\x1b[?25h" in seen.raw[-400:], "the cursor is back"


@pytest.mark.slow
def test_a1_a_dumb_terminal_gets_lines(tmp_path: Path) -> None:
    seen = in_terminal(toyland(*RUN), 80, tmp_path, {"TERM": "dumb"})
    sound(seen, 80)
    assert b"\x1b" not in seen.raw
    assert seen.lines[0] == "compiling the model"


def test_a2_a_run_in_a_pipe_tells_how_far_it_is(tmp_path: Path) -> None:
    done = shell(toyland("run", "toyland", "--futures", "128", "--batch", "64", "--out", "r"), "", tmp_path, {"TOYLAND": "slow=0.2"})
    told = done.stderr.decode()
    assert told.startswith("compiling the model\nrunning: 64 of 256 futures (25%), time left not known yet\nSo far"), told
    assert told.endswith("writing the run folder\n"), told
    assert "\x1b" not in told
    assert "\r" not in told


@pytest.mark.parametrize("changes", [ASCII, C_LOCALE], ids=["PYTHONIOENCODING=ascii", "LC_ALL=C"])
@pytest.mark.parametrize("words", [RUN, ["ask", "r"]], ids=["run", "ask"])
def test_a1_an_ascii_output_is_spelled(words: list[str], changes: dict[str, str], five_plans: Path, tmp_path: Path) -> None:
    done = shell(toyland(*words), "", tmp_path if words[0] == "run" else five_plans.parent, {**changes, "TOYLAND": "plans=2"})
    assert done.returncode == 0, done.stderr
    told = done.stdout.decode("ascii")
    assert "+-" in told
    assert "?" not in told
    assert max(map(len, told.splitlines())) <= 100
    done.stderr.decode("ascii")


def test_a1_data_in_ascii_are_the_same_data(hostile: Path) -> None:
    words = toyland("ask", "r", "--json")
    plain, ascii_ = (shell(words, "", hostile.parent, changes).stdout for changes in ({}, ASCII))
    import json

    assert json.loads(plain) == json.loads(ascii_.decode("ascii"))
    assert "\u202egnp.exe\u2066" in {claim["text"] for claim in json.loads(plain)["claims"]}
    assert plain.decode().replace("\n", "").isprintable()


@pytest.mark.slow
def test_a1_a_report_in_every_condition(copied: Path) -> None:
    home = copied.parent
    seen = in_terminal(toyland("report", "r", "--out", "page.html"), 80, home)
    assert (seen.status, seen.lines[-1]) == (0, "page.html")
    assert shell(toyland("report", "r", "--out", "p2.html"), ">&-", home).returncode == 2
    assert (home / "p2.html").read_bytes() == (home / "page.html").read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("columns", WIDTHS)
def test_a1_compare_in_a_terminal(columns: int, five_plans: Path) -> None:
    sound(in_terminal(toyland("compare", "r", "stay", "leave-by-phases"), columns, five_plans.parent), columns)


@pytest.mark.slow
@pytest.mark.parametrize("streams", ["terminal", "", ">&-", ">/dev/full", "2>/dev/full"])
def test_a1_the_demo_in_every_condition(streams: str, tmp_path: Path) -> None:
    words = toyland("demo", "--futures", "64", "--out", "r")
    if streams == "terminal":
        sound(in_terminal(words, 80, tmp_path), 80)
    else:
        done = shell(words, streams, tmp_path)
        assert done.returncode == (2 if streams.startswith(">") else 0), done.stderr
        assert b"Traceback" not in done.stderr
    assert (tmp_path / "r" / "report.html").stat().st_size > 100_000, "the page is written though nothing could be said"


def test_a3_errors_are_wrapped_at_words_in_a_terminal_and_whole_in_a_pipe(tmp_path: Path) -> None:
    name = "a-folder-that-nobody-made-" * 2
    seen = in_terminal(toyland("ask", name), 60, tmp_path)
    assert seen.status == 2
    told = shell(toyland("ask", name), "", tmp_path).stderr.decode()
    assert len(told.splitlines()) < len(seen.lines)
    assert set(told.split()) == set(seen.text.split()), "no word is cut"
    assert all(line.startswith("  ") for line in seen.lines[1:])
