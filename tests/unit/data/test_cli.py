"""`drawdown data` as the user meets it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cyclopts import App

from drawdown.data.cli import register
from drawdown.data.problems import DataError

HEADER = "IBC code,Start Date,End Date,Time,Location,Target,Weapons,Reported Minimum,Reported Maximum,Sources\n"
INCIDENTS = (
    HEADER
    + 'k1,28 Aug 2007,28 Aug 2007,,"Karbala",x,gunfire,3,5,AP\nk2,28 Aug 2007,28 Aug 2007,,"Basrha",x,gunfire,1,1,AP\nk3,x,x,,,,,1,1,\n'
)


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> App:
    monkeypatch.setenv("DRAWDOWN_CACHE", str(tmp_path / "cache"))
    made = App(name="drawdown")
    register(made)
    return made


def run(app: App, *words: str) -> None:
    app(list(words), result_action="return_value", exit_on_error=False, print_error=False)


def test_list(app: App, capsys: pytest.CaptureFixture[str]) -> None:
    run(app, "data", "list")
    text = capsys.readouterr().out
    assert "ucdp-ged" in text
    assert "CC BY 4.0" in text
    assert max(map(len, text.splitlines())) <= 100
    run(app, "data", "list", "--json")
    assert {row["name"] for row in json.loads(capsys.readouterr().out)} >= {"acled", "ibc", "ucdp-ged"}


def test_get_from_a_file_then_check_it(app: App, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = tmp_path / "i.csv"
    given.write_text(INCIDENTS, encoding="utf-8")
    run(app, "data", "get", "ibc", "--file", str(given))
    out = capsys.readouterr().out
    assert "3 rows read, 2 kept, 1 dropped" in out
    assert "commercial use needs permission" in out
    kept = tmp_path / "cache" / "data" / "ibc" / "ibc-incidents.csv"
    assert kept.is_file()
    run(app, "data", "check", str(kept), "--country", "Iraq")
    text = capsys.readouterr().out
    assert "ibc: 3 rows read, 1 kept, 2 dropped" in text
    assert "1 no readable date (first at line 4)" in text
    assert "Basrha (1 rows): perhaps basra (Basra)" in text
    run(app, "data", "check", str(kept), "--source", "ibc", "--json")
    assert json.loads(capsys.readouterr().out)["dropped"] == {"no readable date": 1}


def test_a_wrong_file_is_refused_before_it_is_kept(app: App, tmp_path: Path) -> None:
    given = tmp_path / "i.csv"
    given.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(DataError, match="column 'event_id_cnty' is missing"):
        run(app, "data", "get", "acled", "--file", str(given))
    assert not (tmp_path / "cache").exists()
    with pytest.raises(DataError, match="Did you mean 'acled'"):
        run(app, "data", "get", "aclad")
