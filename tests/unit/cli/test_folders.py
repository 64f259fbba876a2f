"""`runs`: what lies in a folder of runs, and how far each is, whatever else lies there."""

from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType

import pytest

from drawdown.cli import main
from drawdown.cli.folders import described, listed, sized


@pytest.fixture
def folder(fake: ModuleType, tmp_path: Path) -> Path:
    """A finished run, one that was stopped half way, one with a damaged manifest, and things that are no runs."""
    from drawdown.runs import run

    run(fake.FakeEngine(), tmp_path / "first", ["stay"], 20, 7)
    stop = iter([False, True])
    with pytest.raises(KeyboardInterrupt):
        run(fake.FakeEngine(), tmp_path / "half", None, 128, batch=64, workers=1, stop=lambda: next(stop, True))
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "manifest.json").write_text("{", encoding="utf-8")
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    return tmp_path


def test_runs_are_listed_with_how_far_they_are(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["runs", str(folder), "--json"]) == 0
    found = {Path(run["folder"]).name: run for run in json.loads(capsys.readouterr().out)}
    assert set(found) == {"first", "half", "broken"}
    first, half = found["first"], found["half"]
    assert (first["scenario"], first["plans"], first["futures"], first["seed"], first["finished"]) == ("toyland", ["stay"], 20, 7, True)
    assert first["size"] > 1000
    assert first["created"]
    assert (half["finished"], half["units_done"], half["units"]) == (False, 1, 4)
    assert "manifest" in found["broken"]["problem"]


def test_runs_for_a_person(folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    assert main(["runs", str(folder)]) == 0
    out = capsys.readouterr().out
    for said in ("finished", "1 of 4 parts", "damaged", "stay, leave"):
        assert said in out


def test_a_run_folder_itself_is_one_run(folder: Path) -> None:
    assert [Path(run.folder).name for run in listed(folder / "first")] == ["first"]


def test_where_there_is_no_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["runs", str(tmp_path)]) == 0
    assert "no run in" in capsys.readouterr().out
    assert main(["runs", str(tmp_path / "nowhere")]) == 2
    assert "is no folder" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.parametrize("change", [{"plans": 3}, {"plans": [{}]}, {"batch": 0}, {"futures": "many"}, {"seed": None}])
def test_a_manifest_of_any_content_is_a_line(folder: Path, change: dict[str, object]) -> None:
    file = folder / "first" / "manifest.json"
    file.write_text(json.dumps({**json.loads(file.read_text(encoding="utf-8")), **change}), encoding="utf-8")
    assert "manifest" in described(folder / "first").problem


@pytest.mark.parametrize(
    ("size", "said"), [(0, "0 B"), (999, "999 B"), (312_000, "312 kB"), (1_240_000, "1.2 MB"), (33e6, "33 MB"), (2e15, "2000 TB")]
)
def test_sizes_in_words(size: float, said: str) -> None:
    assert sized(size) == said
