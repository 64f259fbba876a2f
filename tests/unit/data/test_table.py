"""Reading records: each line of the file is a row kept, or a row dropped for a stated reason."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from drawdown.data.loaded import Dropped, Ledger, Loaded
from drawdown.data.problems import DataError
from drawdown.data.table import BLANK, UNREADABLE, WRONG_FIELDS, read
from drawdown.errors import DrawdownError

COLUMNS = {"id": ("code",), "text": ()}


def table(path: Path, content: bytes) -> tuple[list[tuple[str, str]], Ledger, int]:
    path.write_bytes(content)
    ledger = Ledger()
    result = read(path, COLUMNS, ("id", "text"), ledger)
    return [(r["id"], r["text"]) for r in result.rows], ledger, result.read


def test_columns_in_any_order_and_case(tmp_path: Path) -> None:
    rows, _, _ = table(tmp_path / "a.csv", b"TEXT,other,Code\nx,1,7\n")
    assert rows == [("7", "x")]


def test_semicolons_tabs_and_preamble(tmp_path: Path) -> None:
    rows, _, _ = table(tmp_path / "a.csv", "\ufeff(c) the maker\n\nid;text\n1;é\n".encode())
    assert rows == [("1", "é")]
    assert table(tmp_path / "b.csv", b"id\ttext\n1\tx\n")[0] == [("1", "x")]


def test_quoted_fields_may_hold_line_breaks(tmp_path: Path) -> None:
    rows, ledger, read_rows = table(tmp_path / "a.csv", b'id,text\n1,"two\nlines, and a comma"\n2,x\n')
    assert rows == [("1", "two\nlines, and a comma"), ("2", "x")]
    assert read_rows == 2
    assert ledger.dropped().total == 0


def test_a_stray_quote_costs_its_own_line_only(tmp_path: Path) -> None:
    body = b"".join(b"%d,x\n" % i for i in range(200))
    rows, ledger, read_rows = table(tmp_path / "a.csv", b'id,text\n900,"never closed\n' + body)
    assert len(rows) == 200
    assert read_rows == 201
    assert ledger.dropped().counts == {WRONG_FIELDS: 1}
    assert ledger.dropped().examples == {WRONG_FIELDS: 2}


def test_truncated_blank_and_unreadable_lines_are_counted(tmp_path: Path) -> None:
    rows, ledger, read_rows = table(tmp_path / "a.csv", b"id,text\n1,x\n\n2,\x00\n3,y,z\n4")
    assert rows == [("1", "x")]
    assert read_rows == 5
    assert ledger.dropped().counts == {BLANK: 1, UNREADABLE: 1, WRONG_FIELDS: 2}


def test_wrong_encoding_is_kept_and_noted(tmp_path: Path) -> None:
    rows, ledger, _ = table(tmp_path / "a.csv", b"id,text\n1,caf\xe9\n2,caf\xc3\xa9\n")
    assert rows == [("1", "café"), ("2", "café")]
    assert list(ledger.notes.values()) == [1]
    assert table(tmp_path / "b.csv", "id,text\n1,café\n".encode("utf-16"))[0] == [("1", "café")]


def test_one_csv_inside_a_zip(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("GED.csv", "id,text\n1,x\n")
        archive.writestr("readme.pdf", "no")
    assert len(read(path, COLUMNS, ("id",), Ledger()).rows) == 1
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("second.csv", "id,text\n")
    with pytest.raises(DataError, match="found 2"):
        read(path, COLUMNS, ("id",), Ledger())


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"ident,txt\n1,2\n", "column 'text' is missing.*Did you mean 'txt'"),
        (b"\x00\x00\x00", "is empty"),
        (b"PK\x03\x04 not a zip", "column 'id' is missing"),
    ],
)
def test_not_the_expected_file(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(DataError, match=message) as caught:
        read(path, COLUMNS, ("id", "text"), Ledger())
    assert isinstance(caught.value, DrawdownError)
    assert caught.value.exit_code == 2
    assert str(path) in str(caught.value)


def test_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be read"):
        read(tmp_path / "none.csv", COLUMNS, ("id",), Ledger())


def test_a_loader_that_loses_a_row_is_refused() -> None:
    import pandas as pd

    with pytest.raises(ValueError, match="3 rows read, but 1 kept and 1 dropped"):
        Loaded("x", pd.DataFrame({"a": [1]}), 3, Dropped({"bad": 1}))
    assert str(Dropped({"bad": 2}, {"bad": 7})) == "2 dropped: 2 bad (first at line 7)"
    assert str(Dropped()) == "none dropped"
