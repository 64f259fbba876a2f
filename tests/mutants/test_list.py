"""The list of mutants does not rot: each bug can be planted in today's source, is a bug, and is looked for by tests that exist."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from drawdown.mechanism import shipped
from tests.mutants import planting
from tests.mutants.__main__ import keep, kept, table, verdict
from tests.mutants.listed import ROOT, Mutant, read
from tests.mutants.planting import BROKEN, CAUGHT, OVERTIME, SURVIVED, Outcome, judge

MUTANTS = read()
# The bugs that issue 7 names; every one of them must be caught without the frozen run.
NAMED = {
    "at-most-has-the-sign-of-at-least", "holes-are-zeros", "the-pool-knows-the-targets", "the-month-a-week-late", "no-weekly-cap-on-cover",
    "guarantor-raises-the-cost", "residuals-shrunk", "left-out-kept-in", "security-raises-attacks", "every-fifth-week",
    "harm-is-usual-at-once",
}  # fmt: skip


def test_there_are_enough_over_all_parts() -> None:
    assert len(MUTANTS) == len({m.id for m in MUTANTS}) >= 60
    assert {m.id for m in MUTANTS if m.named} == NAMED
    assert len({(m.file, m.old, m.new) for m in MUTANTS}) == len(MUTANTS)
    parts = {Path(m.file).parts[0] for m in MUTANTS}
    assert {"mechanisms", "claims", "runs", "evaluate", "calibrate", "scenario", "observe", "report"} <= parts
    in_mechanisms = [m for m in MUTANTS if m.file.startswith(("mechanisms/", "formulas/"))]
    assert len(in_mechanisms) >= 35


def test_every_mechanism_has_a_mutant_and_is_worked_by_hand() -> None:
    """Of those of this package; a plug-in brings its own tests."""
    # A formula's mutant is looked for by the tests of the mechanism whose formula it is.
    mutated = {Path(test).stem.removeprefix("test_") for m in MUTANTS for test in m.tests if test.startswith("tests/unit/mechanisms/")}
    for mechanism in shipped():
        if (ROOT / "src" / "drawdown" / "mechanisms" / f"{mechanism.name}.py").exists():
            assert mechanism.name in mutated
            assert (ROOT / "tests" / "unit" / "mechanisms" / f"test_{mechanism.name}.py").exists(), mechanism.name


@pytest.mark.parametrize("mutant", MUTANTS, ids=[m.id for m in MUTANTS])
def test_a_mutant_can_be_planted_once_and_is_another_program(mutant: Mutant) -> None:
    text = mutant.path().read_text(encoding="utf-8")
    planted = mutant.planted(text)
    assert ast.dump(ast.parse(planted)) != ast.dump(ast.parse(text))
    assert "\n" not in mutant.old + mutant.new
    assert mutant.breaks


@pytest.mark.parametrize("mutant", MUTANTS, ids=[m.id for m in MUTANTS])
def test_the_tests_that_ought_to_notice_exist_and_are_not_the_frozen_run(mutant: Mutant) -> None:
    assert mutant.tests
    for test in mutant.tests:
        file, _, name = test.partition("::")
        assert (ROOT / file).exists(), test
        assert not file.startswith(planting.NEVER), test
        if name:
            assert f"def {name}(" in (ROOT / file).read_text(encoding="utf-8"), test


# The runner, on a package of one line


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A project with one function, one test that notices, one that does not, one that waits."""
    (tmp_path / "src" / "drawdown").mkdir(parents=True)
    (tmp_path / "src" / "drawdown" / "__init__.py").write_text("")
    (tmp_path / "src" / "drawdown" / "sums.py").write_text("def twice(x: int) -> int:\n    return x + x\n")
    tests = tmp_path / "tests" / "unit"
    tests.mkdir(parents=True)
    for name, body in (("sharp", "assert twice(3) == 6"), ("blunt", "assert twice(2) == 4"), ("slow", "__import__('time').sleep(60)")):
        (tests / f"test_{name}.py").write_text(f"from drawdown.sums import twice\n\n\ndef test_{name}():\n    {body}\n")
    for folder in ("golden", "property", "behaviour", "contract", "statistical"):
        (tmp_path / "tests" / folder).mkdir()
    (tests.parent / "golden" / "test_frozen.py").write_text("def test_frozen():\n    raise AssertionError\n")
    return tmp_path


def mutant(*tests: str, new: str = "return x * x") -> Mutant:
    return Mutant("squares", "sums.py", "return x + x", new, "squares instead of doubling", tuple(f"tests/unit/{t}" for t in tests))


@pytest.mark.slow
def test_who_notices_is_told_and_the_source_restored(tree: Path) -> None:
    before = (tree / "src" / "drawdown" / "sums.py").read_text()
    sharp = tree / "tests" / "unit" / "test_sharp.py"  # named tests are asked however slow
    sharp.write_text("import pytest\n" + sharp.read_text().replace("def test_", "@pytest.mark.slow\ndef test_"))
    found = judge(tree, mutant("test_blunt.py", "test_sharp.py"), 60)
    assert (found.result, found.by, found.wider) == (CAUGHT, "tests/unit/test_sharp.py::test_sharp", False)
    assert (tree / "src" / "drawdown" / "sums.py").read_text() == before
    assert planting.imported(tree).is_relative_to(tree.resolve())


@pytest.mark.slow
def test_wider_tests_are_asked_next_and_the_frozen_run_never(tree: Path) -> None:
    (tree / "tests" / "unit" / "test_slow.py").unlink()
    found = judge(tree, mutant("test_blunt.py"), 60)
    assert (found.result, found.by, found.wider) == (CAUGHT, "tests/unit/test_sharp.py::test_sharp", True)
    (tree / "tests" / "unit" / "test_sharp.py").unlink()
    assert judge(tree, mutant("test_blunt.py"), 60).result == SURVIVED


@pytest.mark.slow
def test_a_wider_test_that_fails_by_itself_catches_nothing(tree: Path) -> None:
    (tree / "tests" / "unit" / "test_slow.py").write_text("def test_slow():\n    raise AssertionError\n")
    (tree / "tests" / "unit" / "test_sharp.py").unlink()
    assert judge(tree, mutant("test_blunt.py"), 60).result == SURVIVED


@pytest.mark.slow
def test_time_runs_out_and_a_test_that_is_not_there_is_nobodys_catch(tree: Path) -> None:
    assert judge(tree, mutant("test_slow.py"), 3).result == OVERTIME
    assert judge(tree, mutant("test_sharp.py::test_gone"), 60).result == BROKEN


def test_outcomes_are_kept_while_they_hold(tmp_path: Path) -> None:
    one, file = MUTANTS[0], tmp_path / "results" / "results.json"
    keep(file, {one.id: Outcome(one.id, CAUGHT, "a test", False, 1.0, one.fingerprint())})
    assert set(kept(file, MUTANTS)) == {one.id}
    keep(file, {one.id: Outcome(one.id, CAUGHT, "a test", False, 1.0, "another")})
    assert kept(file, MUTANTS) == {}


def test_fewer_than_five_in_six_or_a_named_one_missed_is_a_failure() -> None:
    def outcomes(missed: set[str]) -> dict[str, Outcome]:
        return {m.id: Outcome(m.id, SURVIVED if m.id in missed else CAUGHT, "", False, 1.0, "") for m in MUTANTS}

    plain = [m.id for m in MUTANTS if not m.named]
    assert verdict(MUTANTS, outcomes(set()))[0] == 0
    may = len(MUTANTS) // 6
    assert verdict(MUTANTS, outcomes(set(plain[:may])))[0] == 0
    assert verdict(MUTANTS, outcomes(set(plain[: may + 1])))[0] == 1
    code, said = verdict(MUTANTS, outcomes({"left-out-kept-in"}))
    assert code == 1
    assert "left-out-kept-in" in said
    assert "SURVIVED" in table(MUTANTS, outcomes({"left-out-kept-in"}))
    assert verdict(MUTANTS, {})[0] == 1
