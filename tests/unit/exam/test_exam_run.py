"""The verb as a person starts it, on the real record where that is: a cut, stopped and gone on with, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from drawdown.cli import main


@pytest.fixture
def record(data: Path) -> Path:
    if not (data / "world").is_dir():
        pytest.skip("the folder of real data has no world")
    return data


@pytest.mark.slow
def test_a_cut_of_the_exam_runs_and_goes_on_where_it_was(record: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["exam", "--data", str(record), "--cut", "3", "--futures", "24", "--out", str(tmp_path / "exam")]
    assert main(words) == 0
    first = capsys.readouterr().out
    assert "## When it said so much" in first
    files = {file: file.stat().st_mtime_ns for file in (tmp_path / "exam").rglob("*.npz")}
    assert 3 <= len(files) <= 6
    assert main([*words, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {file: file.stat().st_mtime_ns for file in (tmp_path / "exam").rglob("*.npz")} == files
    assert set(told["deaths"]) == {"raw", "calibrated"}
    assert len(told["facts"]) == 60
    assert (tmp_path / "exam" / "exam.md").read_text(encoding="utf-8") == first.rstrip("\n") + "\n"


@pytest.mark.slow
def test_baselines_alone(record: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["exam", "--data", str(record), "--cut", "4", "--no-simulator"]) == 0
    assert "world climatology" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--data", "nowhere"], "no folder of recorded data at nowhere"),
        (["--cut", "0"], "--cut: got 0"),
        (["--fold-patches", "."], "lacks fold-0.yaml, fold-1.yaml"),
        ([], "no country_month.parquet"),
    ],
)
def test_what_is_wrong_is_told(words: list[str], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = words if "--data" in words else ["--data", str(tmp_path), *words]
    assert main(["exam", *given]) == 2
    assert told in " ".join(capsys.readouterr().err.split())
