"""Which worker of pytest-xdist gets which file (tests/conftest.py): the engines are dear, so whoever needs one waits for the same."""

from __future__ import annotations

from tests.conftest import ENGINES, LONG, OWN, REPOSITORY, SLOW, TOGETHER, engine_of, turn


def test_files_of_one_engine_go_together_and_others_by_themselves() -> None:
    assert engine_of("tests/behaviour/test_politics.py") == engine_of("tests/golden/test_golden.py") == "iraq"
    # The whole length and two years are one program: by two workers at once it would be compiled twice.
    assert engine_of("tests/replication/iraq_inquiry_2016/test_handover.py") == "iraq"
    assert engine_of("tests/contract/test_plug_ins.py") == engine_of("tests/docs/test_blocks.py") == "tests/docs/test_blocks.py"
    assert engine_of("tests/unit/plan/test_plan.py") == "small"
    assert engine_of("tests/malformed/test_probe.py") == "tests/malformed/test_probe.py"  # its `model` is made up


def test_without_what_is_slow_all_engines_go_together_and_so_do_the_runs() -> None:
    files = ("property/test_model.py", "unit/plan/test_plan.py", "unit/engine/test_engine.py")
    assert {engine_of(f"tests/{file}", fast=True) for file in files} == {"engine"}
    assert engine_of("tests/unit/runs/test_taken.py", fast=True) == engine_of("tests/unit/runs/test_damage.py", fast=True) == "unit/runs"
    assert engine_of("tests/unit/report/test_page.py", fast=True) == engine_of("tests/unit/report/test_charts.py", fast=True)
    assert engine_of("tests/malformed/test_probe.py", fast=True) == "tests/malformed/test_probe.py"


def test_the_long_ones_go_by_themselves_after_the_program_that_they_need() -> None:
    """In one chain they were longer than half of everything."""
    assert [engine_of(file) for file in LONG] == list(LONG)
    assert {engine_of(file, fast=True) for file in LONG} <= {"engine", *LONG}
    files = ("tests/golden/test_golden.py", "tests/unit/plan/test_plan.py", OWN[0], LONG[0])
    turns = [turn(file, slow=True) for file in (*files, "tests/e2e/test_cli.py")]
    assert turns == sorted(set(turns))
    assert turn("tests/malformed/test_probe.py", slow=False) > max(turns) >= len(ENGINES)


def test_the_files_and_the_slow_rooms_are_there() -> None:
    assert all((REPOSITORY / file).is_file() for file in (*LONG, *OWN, *TOGETHER, *TOGETHER.values()))
    assert all((REPOSITORY / "tests" / room).is_dir() for room in SLOW)
