"""Issue 7, B5: every file of a scenario, damaged in every way that a disk, an editor or a stranger may, and `drawdown check` of it.

There is one right outcome beside success: exit status 2, and a sentence. Never a traceback.
"""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from drawdown.cli import main
from drawdown.errors import printable
from tests.two_mechanisms import skeleton

ID = "x" * 5_000
SQUARE = "[[[0, 0], [0, 1], [1, 1], [0, 0]]]"
POLYGON = f'{{"type": "Polygon", "coordinates": {SQUARE}}}'


def _replace(path: Path, make: Callable[[Path], object]) -> None:
    path.unlink()
    make(path)


def _flip(path: Path, random_: random.Random) -> None:
    raw = bytearray(path.read_bytes())
    raw[random_.randrange(len(raw))] ^= 1 << random_.randrange(8)
    path.write_bytes(raw)


def _words(path: Path, new: bytes) -> None:
    """Every id and name of the file gives way to something odd."""
    raw = path.read_bytes()
    for old in (b"northern-militia", b"north", b"census", b"leave"):
        raw = raw.replace(old, new)
    path.write_bytes(raw)


DAMAGES: dict[str, Callable[[Path, random.Random], object]] = {
    "removed": lambda path, _: path.unlink(),
    "emptied": lambda path, _: path.write_bytes(b""),
    "halved": lambda path, _: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "one bit flipped": _flip,
    "another bit flipped": _flip,
    "random bytes": lambda path, r: path.write_bytes(r.randbytes(2_000)),
    "noughts": lambda path, _: path.write_bytes(b"\0" * path.stat().st_size),
    "a folder": lambda path, _: _replace(path, Path.mkdir),
    "a pipe": lambda path, _: _replace(path, os.mkfifo),
    "a device": lambda path, _: _replace(path, lambda p: p.symlink_to("/dev/zero")),
    "a link to itself": lambda path, _: _replace(path, lambda p: p.symlink_to(p.name)),
    "a link to nothing": lambda path, _: _replace(path, lambda p: p.symlink_to("nothing")),
    "names of 5,000 letters": lambda path, _: _words(path, ID.encode()),
    "half characters as bytes": lambda path, _: _words(path, b"a\xed\xa0\x80b"),
    "half characters as escapes": lambda path, _: _words(path, b'"\\ud800"'),
    "escape codes as escapes": lambda path, _: _words(path, b'"\\e[31m\\x9b\\u202e"'),
    "escape codes as bytes": lambda path, _: _words(path, b"\x1b[31m"),
    "letters of other scripts": lambda path, _: _words(path, "شمال\u202e\u200f".encode()),
    "digits of other scripts": lambda path, _: path.write_text(path.read_text().translate({48 + k: 0x660 + k for k in range(10)})),
    "with a byte-order mark": lambda path, _: path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes()),
    "with returns": lambda path, _: path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n")),
    "in UTF-16": lambda path, _: path.write_text(path.read_text(), encoding="utf-16"),
    "in UTF-16 without a mark": lambda path, _: path.write_text(path.read_text(), encoding="utf-16-le"),
    "in UTF-32": lambda path, _: path.write_text(path.read_text(), encoding="utf-32"),
    "nested deep": lambda path, _: path.write_text("[" * 300),
    "nested very deep": lambda path, _: path.write_text("[" * 100_000),
    "one long line": lambda path, _: path.write_bytes(b"a," * 20_000),
    "one line of a megabyte": lambda path, _: path.write_bytes(b"a," * 499_000),
    "a mapping of nothing": lambda path, _: path.write_text("{}"),
    "a list of nothing": lambda path, _: path.write_text("[]"),
    "a word": lambda path, _: path.write_text("word"),
}

LARGE = ("nested very deep", "one line of a megabyte")  # what they do to a file, the lesser ones do


def _geojson(text: str) -> Callable[[Path], object]:
    return lambda folder: (folder / "places.geojson").write_text(text)


def _feature(geometry: str, name: str = '"n"') -> Callable[[Path], object]:
    feature = f'{{"type": "Feature", "properties": {{"id": {name}}}, "geometry": {geometry}}}'
    return _geojson(f'{{"type": "FeatureCollection", "features": [{feature}]}}')


def _head(old: str, new: str) -> Callable[[Path], object]:
    def change(folder: Path) -> None:
        text = (folder / "scenario.yaml").read_text()
        start, end = text.index("document: |"), text.index("communities:")
        text = f"{text[:start]}document: a text\n{text[end:]}"
        assert old in text
        (folder / "scenario.yaml").write_text(text.replace(old, new, 1))

    return change


def _circle(folder: Path) -> None:
    (folder / "tables").rename(folder / "tabels")
    (folder / "tables").symlink_to("tables")


def _odd_names(folder: Path) -> None:
    for name in (b"\x1b[31m.csv", b"a\xff.csv", b"a\nb.csv", "\u202ea.csv".encode(), b"x" * 250 + b".csv"):
        (Path(os.fsdecode(os.fsencode(folder) + b"/tables/" + name))).write_text("place,best\n")


def _file_for_tables(folder: Path) -> None:
    shutil.rmtree(folder / "tables")
    (folder / "tables").write_text("x")


def _nothing_else(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name != "scenario.yaml":
            path.unlink()


FOLDERS: dict[str, Callable[[Path], object]] = {
    "a type that is a mapping": _geojson('{"type": {}, "features": []}'),
    "a geometry whose type is a mapping": _feature('{"type": {}, "coordinates": []}'),
    "a geometry whose type is a list": _feature('{"type": [], "coordinates": []}'),
    "a geometry that is a word": _feature('"here"'),
    "no geometry": _feature("null"),
    "coordinates that are a word": _feature('{"type": "Polygon", "coordinates": "here"}'),
    "coordinates that are a mapping": _feature('{"type": "MultiPolygon", "coordinates": {}}'),
    "coordinates of mixed nesting": _feature('{"type": "MultiPolygon", "coordinates": [[[[0, 0], [0, 1], [1, 1], [0, 0]]], 3]}'),
    "points that are mappings": _feature('{"type": "Polygon", "coordinates": [[{}, {}, {}, {}]]}'),
    "points that are endless": _feature('{"type": "Polygon", "coordinates": [[[0, 0], [0, 1e999], [1, 1], [0, 0]]]}'),
    "an endless height": _feature('{"type": "Polygon", "coordinates": [[[0, 0, 1e999], [0, 1, 1], [1, 1, 1], [0, 0, 1e999]]]}'),
    "a point of 4,000 digits": _feature(f'{{"type": "Polygon", "coordinates": [[[{"9" * 4_000}, 0], [0, 1], [1, 1], [0, 0]]]}}'),
    "a point of 5,000 digits": _feature(f'{{"type": "Polygon", "coordinates": [[[{"9" * 5_000}, 0], [0, 1], [1, 1], [0, 0]]]}}'),
    "a point of a hundred thousand lists": _feature(f'{{"type": "Polygon", "coordinates": [[[{"[0]," * 100_000}0]]]}}'),
    "half a character in an id": _feature(POLYGON, '"\\ud800"'),
    "an escape code in an id": _feature(POLYGON, '"\\u001b[31m"'),
    "an id of 5,000 letters": _feature(POLYGON, f'"{ID}"'),
    "an id that is empty": _feature(POLYGON, '""'),
    "an id that is a number": _feature(POLYGON, "7"),
    "features that are words": _geojson('{"type": "FeatureCollection", "features": ["a", null, 3]}'),
    "a collection that is a list": _geojson("[]"),
    "a key twice": _geojson('{"type": "x", "type": "FeatureCollection", "features": []}'),
    "a document of 5,000 letters": _head("document: a text", f"document: {{file: {ID}}}"),
    "a document of 5,000 letters that ends in txt": _head("document: a text", f"document: {ID}.txt"),
    "a document in a folder of 5,000 letters": _head("document: a text", f"document: {{file: {ID}/a.txt}}"),
    "a document with a nought in its name": _head("document: a text", 'document: {file: "a\\0b"}'),
    "a document with half a character in its name": _head("document: a text", 'document: {file: "a\\udcff.txt"}'),
    "a document that is the folder": _head("document: a text", "document: {file: .}"),
    "half a character in a key": _head("title:", '"\\ud800": x\ntitle:'),
    "a key of a megabyte": _head("title:", f"{'k' * 900_000}: x\ntitle:"),
    "half a character in an id of the head": _head("id: northern,", 'id: "\\ud800",'),
    "an escape code in a title": _head("title: A", 'title: "\\e[31m'),
    "tables that are a link to themselves": _circle,
    "tables of odd names": _odd_names,
    "tables that are a file": _file_for_tables,
    "no tables": lambda folder: shutil.rmtree(folder / "tables"),
    "no plans": lambda folder: shutil.rmtree(folder / "plans"),
    "nothing but the head": _nothing_else,
}


def renew(folder: Path) -> None:
    """The skeleton, with polygons."""
    skeleton(folder)
    (folder / "places.geojson").write_text(
        f'{{"type": "FeatureCollection", "features": [{{"type": "Feature", "properties": {{"id": "north"}}, "geometry": {POLYGON}}}]}}'
    )


def assert_told(folder: Path, capsys: pytest.CaptureFixture[str], what: str) -> int:
    status = main(["check", str(folder)])
    told = capsys.readouterr()
    assert status in (0, 2), what
    assert status == 0 or told.err.strip(), f"{what}: 2, and not a word"
    for text in (told.out, told.err):
        assert printable(text, lines=True) == text, what
        assert "Traceback" not in text, what
        assert max(map(len, text.split("\n"))) < 12_000, what
    return status


def assert_damage_is_told(damage: str, spoilt: Path, capsys: pytest.CaptureFixture[str], tables: str = "*") -> None:
    """In every file of the skeleton, or of its tables in some."""
    renew(spoilt)
    names = sorted(str(p.relative_to(spoilt)) for p in spoilt.rglob("*") if p.is_file() and p.suffix != ".md")
    whole = {name: (spoilt / name).read_bytes() for name in names}
    for name in [n for n in names if not n.startswith("tables/") or Path(n).match(tables)]:
        DAMAGES[damage](spoilt / name, random.Random(f"{damage} {name}"))
        assert_told(spoilt, capsys, f"{name}, {damage}")
        if (spoilt / name).is_dir():
            (spoilt / name).rmdir()
        else:
            (spoilt / name).unlink(missing_ok=True)
        (spoilt / name).write_bytes(whole[name])


@pytest.mark.parametrize("damage", [damage for damage in DAMAGES if damage not in LARGE])
def test_a_damaged_file_of_each_kind_is_told(damage: str, spoilt: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of its tables, which are read alike, in some."""
    assert_damage_is_told(damage, spoilt, capsys, "tables/[ps]*.csv")


@pytest.mark.slow
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_told(damage: str, spoilt: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert_damage_is_told(damage, spoilt, capsys)


@pytest.mark.parametrize("fault", FOLDERS)
def test_a_strange_folder_is_told(fault: str, spoilt: Path, capsys: pytest.CaptureFixture[str]) -> None:
    renew(spoilt)
    (spoilt / "places.geojson").unlink()
    FOLDERS[fault](spoilt)
    status = assert_told(spoilt, capsys, fault)
    assert status == 2 or fault in ("a key twice", "no plans")


@pytest.mark.parametrize(
    "name", [ID, f"{ID}/scenario.yaml", "a\0b", "\udcff", "\x1b[31m", "\u202e", ".", "/", "/dev/null", "/dev/zero", ""]
)
def test_a_scenario_of_an_odd_name_is_told(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", name]) == 2
    err = capsys.readouterr().err
    assert err.strip()
    assert printable(err, lines=True) == err


@pytest.mark.parametrize("verb", ["check", "run", "plans", "claims", "show", "chronicle", "runs", "ask", "report", "compare", "new"])
@pytest.mark.parametrize("name", [ID, f"{ID}/a", "a/" * 3_000, "a\0b"])
def test_a_name_that_no_file_could_have_is_told_by_every_verb(verb: str, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([verb, name]) == 2
    assert "expected a name" in capsys.readouterr().err
