"""Issue 7, A4: whatever came, an error holds nothing that a terminal would obey, nothing that turns a line, no half character."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from drawdown.errors import LONGEST_MESSAGE, DrawdownError, Problem, ScenarioError, did_you_mean, expected_one_of, printable, quoted
from drawdown.scenario import load
from drawdown.scenario.files import Problems
from drawdown.scenario.model import Where
from tests.examples import examples

JOINERS = "\u200c\u200d"
ODD = st.sampled_from("\x00\x07\x08\x1b\x7f\x80\x9b\u061c\u200b\u200e\u200f\u2028\u202a\u202e\u2066\u2069\ud800\udfff\udc80\ufeff\n\r\t")
ANY = st.text(st.characters() | st.characters(categories=["Cs"]) | ODD, max_size=40)
SETTINGS = settings(max_examples=examples(200), deadline=None, derandomize=True)


def assert_plain(text: str, lines: bool = False) -> None:
    kept = JOINERS + ("\n" if lines else "")
    bad = [c for c in text if c not in kept and unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")]
    assert not bad, ascii(bad)
    text.encode("utf-8")


@SETTINGS
@given(message=ANY, file=ANY, path=ANY, advice=ANY, line=st.integers(0, 9), column=st.integers(0, 9))
@example(message="\x1b]0;gone\x07", file="\x1b[2J", path="a\u202eb", advice="\ud800", line=1, column=1)
def test_every_part_of_a_problem_is_printable(message: str, file: str, path: str, advice: str, line: int, column: int) -> None:
    problem = Problem(message, file, line, column, path, advice)
    for part in (problem.message, problem.file, problem.path, problem.advice):
        assert_plain(part)
    assert_plain(str(problem), lines=True)
    assert_plain(str(ScenarioError([problem])), lines=True)


@SETTINGS
@given(text=ANY)
def test_every_error_is_printable(text: str) -> None:
    assert_plain(str(DrawdownError(text)).replace("\t", ""), lines=True)
    assert_plain(printable(text))
    assert_plain(quoted(text))


@SETTINGS
@given(name=ANY, names=st.lists(ANY, max_size=4), shown=ANY, file=ANY)
def test_names_that_were_expected_are_printable(name: str, names: list[str], shown: str, file: str) -> None:
    problems = Problems(shown)
    problems.add(f"{expected_one_of(name, names)} {did_you_mean(name, names)}", Where(file, 1, 1), name)
    problems.warn(name, Where(file, 1, 1), advice=name)
    for problem in (*problems.found, *problems.warnings):
        assert_plain(str(problem), lines=True)


def test_a_name_of_a_megabyte_is_told_not_printed() -> None:
    problem = Problem("m" * 10**6, "f" * 10**6, 1, 1, "p" * 10**6, "a" * 10**6)
    assert len(str(problem)) < 4 * LONGEST_MESSAGE


@pytest.mark.parametrize("name", ["\x1b[31mland", "la\u202end", "la\udcffnd", "la\nnd"])
def test_a_folder_of_an_odd_name_is_named_in_plain(name: str, tmp_path: Path) -> None:
    folder = tmp_path / name
    folder.mkdir()
    (folder / "scenario.yaml").write_text("id: [")
    with pytest.raises(ScenarioError) as caught:
        load(folder)
    assert_plain(str(caught.value), lines=True)
    assert str(caught.value).count("\n") == 2 * len(caught.value.problems) - 1, "two lines a problem: its place, and what it is"
