"""Which worker of pytest-xdist gets which file (tests/conftest.py): the engines are dear, so whoever needs one waits for the same."""

from __future__ import annotations

from tests.conftest import SLOW, engine_of


def test_files_of_one_engine_go_together_and_others_by_themselves() -> None:
    assert engine_of("tests/behaviour/test_politics.py") == engine_of("tests/golden/test_golden.py") == "model"
    assert engine_of("tests/unit/plan/test_plan.py") == "small"
    assert engine_of("tests/malformed/test_probe.py") == "tests/malformed/test_probe.py"  # its `model` is made up


def test_without_what_is_slow_all_engines_go_together_and_so_do_the_runs() -> None:
    files = ("property/test_model.py", "unit/plan/test_plan.py", "unit/engine/test_engine.py")
    assert {engine_of(f"tests/{file}", fast=True) for file in files} == {"engine"}
    assert engine_of("tests/unit/runs/test_taken.py", fast=True) == engine_of("tests/unit/runs/test_damage.py", fast=True) == "unit/runs"
    assert engine_of("tests/unit/report/test_page.py", fast=True) == engine_of("tests/unit/report/test_charts.py", fast=True)
    assert engine_of("tests/malformed/test_probe.py", fast=True) == "tests/malformed/test_probe.py"


def test_the_slow_rooms_are_there() -> None:
    from tests.conftest import REPOSITORY

    assert all((REPOSITORY / "tests" / room).is_dir() for room in SLOW)
