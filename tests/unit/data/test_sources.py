"""Each source's loader on small files that the tests write."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from drawdown.cases.iraq.sources import ibc
from drawdown.data import events
from drawdown.data.loaded import EVENT_COLUMNS
from drawdown.data.problems import DataError
from drawdown.data.sources import acled, attacks, discover, find, geoboundaries, guess, natural_earth, ucdp_candidate, ucdp_ged
from drawdown.data.values import coordinate, count, day
from drawdown.observe.export import PRESS_COLUMNS

IBC_COLUMNS = ("IBC code", *PRESS_COLUMNS[1:])  # the exporter writes the maker's columns, and calls no code its own

GED = {
    "id": "1",
    "type_of_violence": "1",
    "side_a": "Government of Iraq",
    "side_b": "al-Mahdi Army",
    "dyad_name": "Government of Iraq - al-Mahdi Army",
    "date_start": "2007-08-28 00:00:00.000",
    "date_end": "2007-08-29 00:00:00.000",
    "date_prec": "2",
    "adm_1": "Karbalā’ province",
    "country": "Iraq",
    "latitude": "32.6",
    "longitude": "44.0",
    "where_prec": "1",
    "deaths_a": "10",
    "deaths_b": "12",
    "deaths_civilians": "0",
    "deaths_unknown": "30",
    "best": "52",
    "low": "50",
    "high": "60",
    "code_status": "Clear",
}


def csv_of(path: Path, rows: list[dict[str, str]], columns: tuple[str, ...] | None = None) -> Path:
    names = list(columns or rows[0])
    pd.DataFrame([[row.get(name, "") for name in names] for row in rows], columns=names).to_csv(path, index=False)
    return path


def ged(path: Path, *changes: dict[str, str]) -> Path:
    return csv_of(path, [{**GED, "id": str(i), **change} for i, change in enumerate(changes, start=1)], ucdp_ged.COLUMNS)


def test_ged_keeps_every_common_column(tmp_path: Path) -> None:
    loaded = ucdp_ged.read(ged(tmp_path / "g.csv", {}))
    row = loaded.frame.iloc[0]
    assert set(EVENT_COLUMNS) <= set(loaded.frame.columns)
    assert (row["best"], row["low"], row["high"], row["deaths_unknown"], row["date_prec"]) == (52, 50, 60, 30, 2)
    assert row["date_start"] == pd.Timestamp("2007-08-28")
    assert row["adm_1"] == "Karbalā’ province"
    assert len(ucdp_ged.COLUMNS) == 49


def test_ged_drops_are_counted_by_reason(tmp_path: Path) -> None:
    path = ged(
        tmp_path / "g.csv",
        {},
        {"id": "1"},
        {"id": ""},
        {"type_of_violence": "4"},
        {"date_start": "soon"},
        {"date_end": "2007-08-01"},
        {"best": "many"},
        {"deaths_a": "-3"},
        {"date_prec": "5"},
        {"date_start": "2007-01-01", "date_end": "2007-03-01"},
        {"country": "Iran"},
    )
    loaded = ucdp_ged.read(path, country="iraq")
    assert loaded.kept == 1
    assert loaded.dropped.counts == {
        events.SAME_ID: 1,
        events.NO_ID: 1,
        ucdp_ged.NO_TYPE: 1,
        events.NO_DATE: 1,
        events.WRONG_ORDER: 1,
        events.NO_DEATHS: 2,
        events.AGGREGATE: 2,
        "in another country": 1,
    }
    assert ucdp_ged.read(path, country="Iraq", aggregates=True).kept == 3


def test_ged_notes_what_it_keeps_but_doubts(tmp_path: Path) -> None:
    loaded = ucdp_ged.read(ged(tmp_path / "g.csv", {}, {}, {"low": "99"}))
    assert loaded.kept == 3
    assert sum(loaded.notes.values()) == 2
    assert list(loaded.frame["duplicate_suspect"]) == [False, True, False]


def test_ged_reads_the_old_names(tmp_path: Path) -> None:
    old = {k: v for k, v in GED.items() if k not in ("best", "low", "high")} | {"best_est": "5", "low_est": "4", "high_est": "6"}
    row = ucdp_ged.read(csv_of(tmp_path / "g.csv", [old])).frame.iloc[0]
    assert (row["best"], row["low"], row["high"]) == (5, 4, 6)


def test_ged_api_pages(tmp_path: Path) -> None:
    event = {**GED, "id": 7, "best": 3, "low": 3, "high": 3, "active_year": True, "adm_2": None}
    page = {"TotalCount": 5, "TotalPages": 3, "Result": [event, "no event"]}
    path = tmp_path / "g.json"
    path.write_text(json.dumps(page) + "\n" + json.dumps({"TotalCount": 5, "Result": [{**event, "id": 8}]}), encoding="utf-8")
    loaded = ucdp_ged.read(path)
    assert (loaded.rows, loaded.kept, loaded.dropped.counts) == (3, 2, {"not a JSON object": 1})
    assert loaded.notes["events that the API announced are not in this file (fetch the other pages)"] == 2
    path.write_text(json.dumps(page) + '{"Result": [{"id', encoding="utf-8")
    assert ucdp_ged.read(path).notes["pages were cut off and could not be read"] == 1
    for broken in ('{"Result": [', '{"Results": []}', "[" * 3000):
        path.write_text(broken, encoding="utf-8")
        with pytest.raises(DataError):
            ucdp_ged.read(path)
    path.write_text('{"Result": [{"id": 1, "best_estimate": 3}]}', encoding="utf-8")
    with pytest.raises(DataError, match="field 'best' is missing"):
        ucdp_ged.read(path)


def test_candidate_events_that_are_not_clear(tmp_path: Path) -> None:
    path = ged(tmp_path / "c.csv", {}, {"code_status": "Check type"})
    assert ucdp_candidate.read(path).kept == 2
    loaded = ucdp_candidate.read(path, unclear=False)
    assert (loaded.kept, loaded.dropped.counts) == (1, {ucdp_candidate.UNCLEAR: 1})


def test_candidate_gives_way_to_the_final_dataset(tmp_path: Path) -> None:
    final = ucdp_ged.read(ged(tmp_path / "g.csv", {}))
    later = {"date_start": "2007-09-01", "date_end": "2007-09-01"}
    candidate = ucdp_candidate.prefer_final(ucdp_candidate.read(ged(tmp_path / "c.csv", {}, later)), final)
    assert list(candidate.frame["id"]) == ["2"]
    assert candidate.dropped.counts == {"covered by the final dataset": 1}


ACLED = {
    "event_id_cnty": "IRQ1",
    "event_date": "15 June 2017",
    "time_precision": "1",
    "event_type": "Battles",
    "sub_event_type": "Armed clash",
    "actor1": "Military Forces of Iraq",
    "inter1": "1",
    "actor2": "Islamic State",
    "inter2": "2",
    "country": "Iraq",
    "admin1": "Ninewa",
    "admin2": "Mosul",
    "location": "Mosul",
    "latitude": "36.3",
    "longitude": "43.1",
    "geo_precision": "1",
    "fatalities": "7",
}


def acled_file(path: Path, *changes: dict[str, str]) -> Path:
    return csv_of(path, [{**ACLED, "event_id_cnty": f"IRQ{i}", **c} for i, c in enumerate(changes)], acled.COLUMNS)


def test_acled_types_and_precision(tmp_path: Path) -> None:
    path = acled_file(
        tmp_path / "a.csv",
        {},
        {"inter1": "Rebel group", "inter2": "Political militia", "event_date": "2017-06-15", "time_precision": "2"},
        {"event_type": "Violence against civilians", "actor2": "", "inter2": "Civilians", "time_precision": "3"},
        {"event_type": "Explosions/Remote violence", "inter1": "2", "inter2": "7"},
        {"inter1": "State forces", "inter2": "Rebel group", "geo_precision": "3"},
        {"event_type": "Protests"},
        {"fatalities": "unknown"},
    )
    loaded = acled.read(path)
    assert list(loaded.frame["type_of_violence"]) == [1, 2, 3, 3, 1]
    assert list(loaded.frame["date_prec"]) == [1, 3, 4, 1, 1]
    assert list(loaded.frame["deaths_civilians"]) == [0, 0, 7, 7, 0]
    span = (loaded.frame["date_end"] - loaded.frame["date_start"]).dt.days
    assert list(span) == [0, 6, 29, 0, 0]
    assert loaded.frame["side_b"].iloc[2] == "Civilians"
    assert loaded.frame["where_prec"].iloc[4] == 4
    assert loaded.dropped.counts == {acled.NOT_ORGANISED: 1, events.NO_DEATHS: 1}


def ibc_file(path: Path, *rows: tuple[str, str, str, str, str, str, int, int]) -> Path:
    lines = ["Iraq Body Count", '"(c) and terms, with a comma"', "", ",".join(IBC_COLUMNS)]
    for code, start, end, location, target, weapons, low, high in rows:
        lines.append(f'{code},{start},{end},,"{location}","{target}",{weapons},{low},{high},AP')
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_ibc(tmp_path: Path) -> None:
    path = ibc_file(
        tmp_path / "i.csv",
        ("k1", "28 Aug 2007", "28 Aug 2007", "Karbala", "pilgrims", "gunfire", 3, 5),
        ("k2", "1 Aug 2007", "31 Aug 2007", "Baghdad", "bodies", "executed", 90, 99),
        ("k3", "14 Aug 2007", "14 Aug 2007", "Qahtaniya, near Sinjar", "Yazidis", "suicide truck bombs", 500, 520),
        ("k4", "3 Aug 2007", "3 Aug 2007", "Baghdad", "deaths recorded at city morgue", "-", 20, 20),
        ("k5", "3 Aug 2007", "3 Aug 2007", "Dora", "unidentified bodies", "gunfire", 2, 2),
        ("k6", "3 Aug 2007", "3 Aug 2007", "Dora", "x", "mortars", 2, 0),
    )
    loaded = ibc.read(path)
    assert list(loaded.frame["id"]) == ["k1", "k3", "k5"]
    assert list(loaded.frame["kind"]) == ["gunfire", "suicide_vehicle", "execution"]
    assert list(loaded.frame["best"]) == [5, 520, 2]
    assert loaded.dropped.counts == {events.AGGREGATE: 2, ibc.WRONG_RANGE: 1}
    assert loaded.dropped.examples[events.AGGREGATE] == 6
    assert ibc.read(path, aggregates=True).kept == 5


def test_attack_counts(tmp_path: Path) -> None:
    path = csv_of(
        tmp_path / "s.csv",
        [
            {"week_start": "2007-08-13", "governorate": "Basra", "sigact": "90", "df": "3", "days_in_week": "7", "data_gap": "False"},
            {"week_start": "2007-08-13", "governorate": "Basra", "sigact": "91", "df": "3", "days_in_week": "7", "data_gap": "False"},
            {"week_start": "2007-12-24", "governorate": "Basra", "sigact": "9", "df": "3", "days_in_week": "8", "data_gap": "True"},
            {"week_start": "2007-08-20", "governorate": "", "sigact": "9", "df": "3", "days_in_week": "7", "data_gap": "False"},
            {"week_start": "2007-08-27", "governorate": "Basra", "sigact": "x", "df": "3", "days_in_week": "7", "data_gap": "False"},
            {"week_start": "late", "governorate": "Basra", "sigact": "1", "df": "3", "days_in_week": "7", "data_gap": "False"},
        ],
    )
    loaded = attacks.read(path)
    assert list(loaded.frame["events"]) == [90, 9]
    assert list(loaded.frame["direct fire"]) == [3, 3]
    assert list(loaded.frame["gap"]) == [False, True]
    assert loaded.frame["date_end"].iloc[1] == pd.Timestamp("2007-12-31")
    assert loaded.dropped.counts == {attacks.SAME_CELL: 1, attacks.NO_PLACE: 1, attacks.NO_COUNT: 1, events.NO_DATE: 1}


def square(x: float, y: float, side: float = 1.0) -> list[list[list[float]]]:
    return [[[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]]


def test_boundaries(tmp_path: Path) -> None:
    from drawdown.data.boundaries import NO_FEATURE, NO_NAME, NO_POLYGON, OFF_THE_GLOBE, SAME_SHAPE, shared_borders

    def feature(properties: object, geometry: object) -> dict[str, object]:
        return {"type": "Feature", "properties": properties, "geometry": geometry}

    features = [
        feature({"shapeName": "West", "shapeISO": "AA-W", "shapeGroup": "AAA"}, {"type": "Polygon", "coordinates": square(0, 0)}),
        feature(
            {"name": "East", "iso_3166_2": "AA-E", "adm0_a3": "AAA"},
            {"type": "MultiPolygon", "coordinates": [square(1, 0), square(5, 5, 0.1)]},
        ),
        feature({"name": "East", "iso_3166_2": "AA-E", "adm0_a3": "AAA"}, {"type": "Polygon", "coordinates": square(1, 0)}),
        feature({"name": ""}, {"type": "Polygon", "coordinates": square(0, 0)}),
        feature({"name": "Line"}, {"type": "LineString", "coordinates": [[0, 0], [1, 1]]}),
        feature({"name": "Moon"}, {"type": "Polygon", "coordinates": square(200, 0)}),
        feature({"name": "Flat"}, {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [2, 0], [0, 0]]]}),
        feature({"name": "Odd"}, {"type": "Polygon", "coordinates": "x"}),
        feature(None, None),
        7,
    ]
    path = tmp_path / "b.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    loaded = geoboundaries.read(path)
    assert list(loaded.frame["name"]) == ["West", "East"]
    assert list(loaded.frame["id"]) == ["AA-W", "AA-E"]
    assert (loaded.frame["longitude"].iloc[1], loaded.frame["latitude"].iloc[1]) == (1.5, 0.5)
    assert loaded.dropped.counts == {SAME_SHAPE: 1, NO_NAME: 1, NO_POLYGON: 1, OFF_THE_GLOBE: 3, NO_FEATURE: 2}
    # One degree of a meridian is 111.19 km on a sphere of 6,371 km.
    assert shared_borders(loaded) == {("AA-E", "AA-W"): pytest.approx(111.2, abs=0.05)}
    assert natural_earth.read(path, country="BBB").kept == 0
    path.write_text("{", encoding="utf-8")
    with pytest.raises(DataError, match="not complete JSON"):
        natural_earth.read(path)
    path.write_text("[]", encoding="utf-8")
    with pytest.raises(DataError, match="no list of features"):
        natural_earth.read(path)


def test_multi_day_records_are_spread_evenly(tmp_path: Path) -> None:
    path = ged(tmp_path / "g.csv", {"date_start": "2007-08-30", "date_end": "2007-09-04", "best": "6", "low": "6"})
    frame = ucdp_ged.read(path).frame
    daily = events.daily(frame)
    assert list(daily["best"]) == [1.0] * 6
    weekly = events.totals(frame)
    assert list(weekly["best"]) == [4.0, 2.0]
    assert [d.strftime("%A %d") for d in weekly["week"]] == ["Monday 27", "Monday 03"]
    monthly = events.totals(frame, every="month")
    assert list(monthly["best"]) == [2.0, 4.0]


def test_discovery_and_guess(tmp_path: Path) -> None:
    assert list(discover()) == ["acled", "attacks", "geoboundaries", "ibc", "natural-earth", "ucdp-candidate", "ucdp-ged"]
    with pytest.raises(DataError, match="Did you mean 'ucdp-ged'"):
        find("ucdp-gedd")
    assert guess(ged(tmp_path / "ged251.csv", {}))[0] == "ucdp-ged"
    assert guess(ged(tmp_path / "GEDEvent_v26_0_8.csv", {}))[0] == "ucdp-candidate"
    assert guess(acled_file(tmp_path / "x.csv", {}))[0] == "acled"
    with pytest.raises(DataError):
        guess(csv_of(tmp_path / "y.csv", [{"a": "1"}]))


def test_values() -> None:
    assert [day(t) for t in ("2007-8-3", "3 Aug 2007", "3-August-2007", "3/8/2007", "2007-08-03T10:00")] == [date(2007, 8, 3)] * 5
    assert day("8/3/2007", month_first=True) == date(2007, 8, 3)
    assert day("13/8/2007", month_first=True) == date(2007, 8, 13)
    assert [day(t) for t in ("", "2007-02-30", "3 Foo 2007", "1066-10-14", "31/31/2007")] == [None] * 5
    assert [count(t) for t in ("3", "3.0", "3.5", "-1", "nan", "1e99", "")] == [3, 3, None, None, None, None, None]
    assert [coordinate(t, 90) for t in ("33.3", "91", "inf", "x")] == [33.3, None, None, None]
