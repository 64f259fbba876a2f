"""Names of places and actors: matched by table only; the rest is counted, with suggestions."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from drawdown.data.loaded import Dropped, Loaded
from drawdown.data.names import UNPLACED, NameTable, actors, fold, place
from drawdown.data.problems import DataError

TABLE = NameTable.of(
    [("Basra", "basra"), ("Al Başrah province", "basra"), ("Baghdad", "baghdad"), ("Balad", "salah"), ("Tuz Khurmatu", "salah")]
)


def loaded(**columns: list[str]) -> Loaded:
    frame = pd.DataFrame(columns)
    return Loaded("x", frame, len(frame), Dropped())


def test_fold() -> None:
    assert fold("Al Başrah  province") == fold("Basrah") == "basrah"
    assert fold("Karbalā’ province") == fold("karbala")
    assert fold("Salāḩ ad Dīn") == fold("Salah-ad-Din Governorate") == "salah din"
    assert fold("As Sulaymānīyah") == "sulaymaniyah"


def test_in_text() -> None:
    for text, expected in (
        ("near Balad, 80km north of Baghdad", "salah"),
        ("Sadr City, Baghdad", "baghdad"),
        ("between Balad and Baghdad", None),
        ("Tuz Khurmatu (market)", "salah"),
        ("a village", None),
    ):
        assert TABLE.find(text, in_text=True) == expected
    assert TABLE.find("Sadr City, Baghdad") is None


def test_rows_without_a_place_are_counted_and_suggested() -> None:
    placed, unknown = place(
        loaded(adm_1=["Basra", "Basrra", "Basrra", "", "Mars"], spot=["", "", "", "Baghdad", ""]), TABLE, ("adm_1", "spot")
    )
    assert list(placed.frame["place"]) == ["basra", "baghdad"]
    assert placed.dropped.counts == {UNPLACED: 3}
    assert [(u.name, u.rows) for u in unknown] == [("Basrra", 2), ("Mars", 1)]
    assert unknown[0].suggestions[0] == "basra (basra)"
    assert unknown[1].suggestions == ()


def test_actors_are_never_dropped() -> None:
    table = NameTable.of([("Government of Iraq", "army"), ("al-Mahdi Army", "mehdi-army")])
    matched, unknown = actors(loaded(side_a=["Government of Iraq", "IS"], side_b=["al-Mahdi Army", "Civilians"]), table)
    assert matched.frame[["actor_a", "actor_b"]].to_numpy().tolist() == [["army", "mehdi-army"], ["", ""]]
    assert {u.name for u in unknown} == {"IS", "Civilians"}


def test_a_country_table_turned_to_a_scenarios_places() -> None:
    iraq = NameTable.of_country("Iraq")
    assert iraq.find("Ba'qubah") == "Diyala"
    assert iraq.find("Sadr City, Baghdad", in_text=True) == "Baghdad"
    table = iraq.to([("baghdad", "Baghdad", "Baghdad"), ("sadr-city", "Sadr City", "Baghdad"), ("basra-rest", "Rest", "Basra")])
    assert table.find("Dora") == "baghdad"
    assert table.find("Sadr City") == "sadr-city"
    assert table.find("Al Başrah  province") == "basra-rest"
    assert table.find("Mosul") is None
    with pytest.raises(DataError, match="there is one for: iraq"):
        NameTable.of_country("Atlantis")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,b\n", "expected the header"),
        ("name,place\nx\n", "got 1 fields"),
        ("name,place\nx,1\nX,2\n", "stands for both"),
        ("", "expected the header"),
    ],
)
def test_a_table_that_does_not_hold(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=message):
        NameTable.read(path)
