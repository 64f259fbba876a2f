"""No bytes make a loader trace back or lose a row: truncated, mis-encoded, re-ordered and duplicated files are all accounted for."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drawdown.cases.iraq.sources import ibc
from drawdown.data.events import SAME_ID
from drawdown.data.loaded import Loaded
from drawdown.data.problems import DataError
from drawdown.data.sources import acled, attacks, discover, geoboundaries, ucdp_ged
from drawdown.observe.export import PRESS_COLUMNS
from tests.examples import examples

IBC_COLUMNS = ("IBC code", *PRESS_COLUMNS[1:])  # the exporter writes the maker's columns, and calls no code its own

Reader = Callable[[Path], Loaded]
FUZZ = settings(max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.too_slow])


def text_of(header: tuple[str, ...], records: list[dict[str, str]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, header, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(records)
    return out.getvalue()


def ged_records() -> list[dict[str, str]]:
    return [
        {
            "id": str(i),
            "type_of_violence": str(i % 3 + 1),
            "side_a": "Government of Iraq",
            "side_b": "IS",
            "date_start": f"2007-08-{i + 1:02d} 00:00:00.000",
            "date_end": f"2007-08-{i + 2:02d} 00:00:00.000",
            "adm_1": "Al Başrah  province",
            "source_headline": 'He said "no", then\nleft' if i % 4 == 0 else "",
            "best": str(i),
        }
        for i in range(12)
    ]


FILES: dict[str, tuple[Reader, str]] = {
    "ucdp-ged": (ucdp_ged.read, text_of(ucdp_ged.COLUMNS, ged_records())),
    "acled": (
        acled.read,
        text_of(
            acled.COLUMNS,
            [
                {
                    "event_id_cnty": f"IRQ{i}",
                    "event_date": f"{i + 1} June 2017",
                    "event_type": ("Battles", "Riots", "Violence against civilians")[i % 3],
                    "actor1": "Islamic State",
                    "fatalities": str(i),
                    "notes": "Mosul, ‘Old City’",
                }
                for i in range(12)
            ],
        ),
    ),
    "ibc": (
        ibc.read,
        "Iraq Body Count\n(c)\n"
        + text_of(
            IBC_COLUMNS,
            [
                {
                    "IBC code": f"k{i}",
                    "Start Date": f"{i + 1} Aug 2007",
                    "End Date": f"{i + 1} Aug 2007",
                    "Location": "Dora, Baghdad",
                    "Weapons": "gunfire",
                    "Reported Minimum": str(i),
                    "Reported Maximum": str(i + 1),
                }
                for i in range(12)
            ],
        ),
    ),
    "attacks": (
        attacks.read,
        text_of(
            ("week_start", "governorate", "sigact", "df"),
            [{"week_start": f"2007-08-{i + 1:02d}", "governorate": "Basra", "sigact": str(i), "df": "1"} for i in range(12)],
        ),
    ),
}


def read(reader: Reader, content: bytes, name: str = "file.csv") -> Loaded | None:
    """What the loader makes of the bytes; None where it refuses the file, saying why. Anything else that it raises fails the test."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        try:
            loaded = reader(path)
        except DataError as error:
            refusal = str(error)
        else:
            refusal = ""
    if refusal:
        assert str(path) in refusal
        return None
    assert loaded.rows == loaded.kept + loaded.dropped.total
    assert all(count > 0 for count in loaded.dropped.counts.values())
    return loaded


@pytest.mark.slow
@pytest.mark.parametrize("name", list(FILES))
@FUZZ
@given(data=st.data())
def test_truncated(name: str, data: st.DataObject) -> None:
    """Cut anywhere after the header: no more than the last record is touched, and it is kept or counted."""
    reader, text = FILES[name]
    content = text.encode()
    whole = read(reader, content)
    assert whole is not None
    cut = data.draw(st.integers(0, len(content)))
    part = read(reader, content[:cut])
    if part is not None:
        assert part.rows <= whole.rows + 2  # a cut inside a quoted field leaves its lines, each a record that is counted
        assert part.kept <= whole.kept


@pytest.mark.parametrize("name", list(FILES))
@FUZZ
@given(data=st.data())
def test_broken_bytes(name: str, data: st.DataObject) -> None:
    """Bytes overwritten, inserted or removed."""
    reader, text = FILES[name]
    content = bytearray(text.encode())
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(content) - 1))
        piece = data.draw(st.binary(max_size=3) | st.sampled_from([b'"', b"\n", b"\r", b",", b"\x00", b"\xff\xfe", b'""']))
        content[at : at + data.draw(st.integers(0, 3))] = piece
    read(reader, bytes(content))


@pytest.mark.slow
@pytest.mark.parametrize("name", list(FILES))
@FUZZ
@given(data=st.data())
def test_rearranged_rows(name: str, data: st.DataObject) -> None:
    """Rows shuffled and repeated: every line is accounted for, repeats are counted, the rest is the same set."""
    reader, text = FILES[name]
    if name == "ucdp-ged":
        text = text.replace("\nleft", " left")  # one line a record, so that lines can be counted
    lines = text.splitlines()
    header = next(i for i, line in enumerate(lines) if line.count(",") > 2) + 1
    body = data.draw(st.lists(st.sampled_from(lines[header:]), min_size=1, max_size=30))
    loaded = read(reader, "\n".join([*lines[:header], *body]).encode())
    assert loaded is not None
    assert loaded.rows == len(body)
    if name != "attacks":
        once = read(reader, "\n".join([*lines[:header], *dict.fromkeys(body)]).encode())
        assert once is not None
        assert once.kept == loaded.kept
        assert loaded.dropped.counts.get(SAME_ID, 0) <= len(body) - len(set(body))


@FUZZ
@given(
    order=st.permutations(ucdp_ged.COLUMNS),
    delimiter=st.sampled_from([",", ";", "\t"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
)
def test_rearranged_columns(order: list[str], delimiter: str, encoding: str) -> None:
    """Columns in any order, with any of the usual delimiters and encodings, give the same frame."""
    out = io.StringIO()
    writer = csv.DictWriter(out, order, restval="", delimiter=delimiter, lineterminator="\n")
    writer.writeheader()
    records = [{**r, "adm_1": "Bas\u00e1 province"} for r in ged_records()]
    writer.writerows(records)
    loaded = read(ucdp_ged.read, out.getvalue().encode(encoding))
    assert loaded is not None
    assert loaded.kept == len(records)
    assert list(loaded.frame["best"]) == list(range(12))
    assert set(loaded.frame["adm_1"]) == {"Bas\u00e1 province"}


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["id", "best", "type", "coordinates", "properties", "name"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@pytest.mark.slow
@FUZZ
@given(entries=st.lists(JSON, max_size=6), cut=st.integers(0, 40))
def test_json_of_any_shape(entries: list[Any], cut: int) -> None:
    """Pages of the API and GeoJSON with anything in their lists."""
    events = [{**{k: r.get(k) for k in ucdp_ged.NEEDED}} for r in ged_records()[:2]]
    page = json.dumps({"TotalCount": 9, "Result": [*entries, *events]})
    loaded = read(ucdp_ged.read, page.encode(), "page.json")
    assert loaded is not None
    assert loaded.rows == len(entries) + 2
    read(ucdp_ged.read, page[: len(page) - cut].encode(), "page.json")
    features = json.dumps({"type": "FeatureCollection", "features": entries})
    shapes = read(geoboundaries.read, features.encode(), "a.geojson")
    assert shapes is not None
    assert shapes.rows == len(entries)


@pytest.mark.parametrize("name", list(discover()))
@FUZZ
@given(content=st.binary(max_size=400) | st.text(max_size=400).map(str.encode))
def test_any_bytes(name: str, content: bytes) -> None:
    """A file that is nothing at all is refused in words."""
    for suffix in ("csv", "json", "zip"):
        read(discover()[name].read, content, f"file.{suffix}")
