"""YAML and CSV as nodes with their places; the words of errors."""

from __future__ import annotations

import pickle
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from drawdown.errors import Problem, ScenarioError, did_you_mean, expected_one_of, nearest, quoted
from drawdown.scenario.document import Node, header_of, plain, read_csv, read_yaml
from drawdown.scenario.files import Folder, Problems, decode, read_text


def yaml(text: str) -> Node:
    problems = Problems()
    node = read_yaml(text, "f.yaml", problems)
    assert node is not None, problems.found
    return node


def csv(text: str, required: tuple[str, ...] = ("a", "b"), optional: tuple[str, ...] = ()) -> tuple[list[dict[str, str]], list[str]]:
    problems = Problems()
    rows = read_csv(text, "f.csv", problems, required, optional)
    told = [f"{p.line}:{p.column} {p.message}" for p in problems.found]
    return [{name: cell.text for name, cell in row.entries.items()} for row in rows], told


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1),
        ("-1.5e3", -1500.0),
        ("0x10", "0x10"),
        ("1_000", "1_000"),
        ("010", 10),
        ("true", True),
        ("yes", "yes"),
        ("off", "off"),
        ("~", None),
        ("'1'", "1"),
        ("2007-09-03", "2007-09-03"),
        ("12:30", "12:30"),
        (".inf", float("inf")),
        ("{a: [1, b], c: null}", {"a": [1, "b"], "c": None}),
    ],
)
def test_scalars_follow_yaml_1_2(text: str, value: object) -> None:
    assert yaml(f"x: {text}").data() == {"x": value}


def test_places_in_yaml() -> None:
    node = yaml("a:\n  - b: 1\n    cc: [x, 'y']\n")
    inner = node.entries["a"].items[0]
    assert (inner.where.line, inner.where.column) == (2, 5)
    assert (inner.keys["cc"].line, inner.keys["cc"].column) == (3, 5)
    assert [(item.where.line, item.where.column, item.quoted) for item in inner.entries["cc"].items] == [(3, 10, False), (3, 13, True)]


def test_aliases_are_values() -> None:
    assert yaml("a: &x [1, 2]\nb: *x\n").data() == {"a": [1, 2], "b": [1, 2]}


def test_cells_may_be_quoted() -> None:
    rows, told = csv('a,b\n"x, y","he said ""no"""\n# left out\n\n"two\nlines",z\nlast,row')
    assert rows == [{"a": "x, y", "b": 'he said "no"'}, {"a": "two\nlines", "b": "z"}, {"a": "last", "b": "row"}]
    assert not told


def test_places_in_csv() -> None:
    problems = Problems()
    rows = read_csv('a,b\n"two\nlines", z \n q,"w"\n', "f.csv", problems, ("a", "b"), ())
    assert [[(cell.where.line, cell.where.column) for cell in row.entries.values()] for row in rows] == [[(2, 1), (3, 9)], [(4, 2), (4, 4)]]


def test_empty_cells_are_left_out() -> None:
    assert csv("a,b,c\n1,2,\n,,3\n", optional=("c",)) == ([{"a": "1", "b": "2"}, {"c": "3"}], [])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "1:1 got an empty file; expected a table."),
        ("a\n1\n", "1:1 got no column b; expected a,b."),
        ("a,b,a\n", "1:5 got the column 'a' a second time."),
        ("a,b,cc\n", "1:5 unknown column: got 'cc'; expected one of: a, b."),
        ("a,b\n1\n", "2:1 got 1 cells; expected 2, as in the header."),
        ("a,b\n1,2,3\n", "2:5 got 3 cells; expected 2, as in the header."),
        ('a,b\n1,x"y"\n', "2:3 got 'x\"y\"'; expected quotes around the whole cell or none."),
        ('a,b\n1,"open\n', "2:3 got '\"open'; expected quotes around the whole cell or none."),
    ],
)
def test_faulty_tables(text: str, told: str) -> None:
    assert csv(text)[1] == [told]


def test_the_header_alone() -> None:
    problems = Problems()
    header = header_of('a,"b,c"\n', 2, "f.csv", problems)
    assert [(cell.text, cell.where.line, cell.where.column) for cell in header] == [("a", 2, 1), ("b,c", 2, 3)]


def test_plain_data_become_nodes() -> None:
    data = {"a": [1, 2.5, None, True, "x"], "d": date(2024, 1, 1), "n": np.float32(0.5), "k": np.int64(3)}
    expected = {"a": [1, 2.5, None, True, "x"], "d": "2024-01-01", "n": 0.5, "k": 3}
    assert plain(data, "patch").data() == expected
    with pytest.raises(TypeError, match="got object; expected text, numbers"):
        plain({"a": object()}, "patch")


def test_line_ends_and_marks() -> None:
    problems = Problems()
    assert decode(b"\xef\xbb\xbfa\r\nb\rc", "f", problems) == "a\nb\nc"
    assert not problems.found


def test_a_folder_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    folder = Folder(tmp_path, Problems("shown"))
    (tmp_path / "tables").mkdir()
    (tmp_path / "a.yaml").write_text("x")
    monkeypatch.setattr(Path, "iterdir", refuse)
    monkeypatch.setattr(Path, "open", refuse)
    assert folder.names("tables", ".csv") == []
    assert read_text(tmp_path / "a.yaml", "a.yaml", 10, folder.problems) is None
    assert [str(p) for p in folder.problems.found] == [
        "shown/tables\n  cannot be read: Permission denied.",
        "shown/a.yaml\n  cannot be read: Permission denied.",
    ]


# Words


def test_a_problem_reads_as_designed() -> None:
    message = expected_one_of("milita", ("militia", "army"))
    assert str(Problem(message, "s/scenario.yaml", 14, 11, "actors.mehdi-army.kind")) == (
        "s/scenario.yaml:14:11  actors.mehdi-army.kind\n  got 'milita'; expected one of: army, militia. Did you mean 'militia'?"
    )


def test_the_nearest_name() -> None:
    assert nearest("Mehdi_Army", ["mehdi-army", "badr"]) == "mehdi-army"
    assert nearest("xyz", ["mehdi-army", "badr"]) is None
    assert did_you_mean("xyz", ["badr"]) == ""
    assert expected_one_of("x", []) == "got 'x'; there is none to choose from."
    assert expected_one_of("x", [f"n{k:02}" for k in range(20)]).endswith("n11, ... (20 in all).")


def test_what_came_is_shown_safely() -> None:
    assert quoted("a\x1b[31m") == "'a\\x1b[31m'"
    assert len(quoted("x" * 1_000)) == 60


def test_errors_travel_between_processes() -> None:
    error = ScenarioError([Problem("got x; expected y.", "f", 1, 2)])
    again = pickle.loads(pickle.dumps(error))  # noqa: S301  # our own bytes
    assert again.problems == error.problems
    assert str(again) == str(error) == "f:1:2\n  got x; expected y."


def test_many_problems_are_cut() -> None:
    assert str(ScenarioError([Problem(str(k)) for k in range(300)])).endswith("\n... and 100 more")


def test_a_row_of_commas_says_nothing() -> None:
    """Spreadsheets leave them behind."""
    assert csv("a,b\n1,2\n,\n") == csv("a,b\n1,2\n")


def test_a_document_is_read_once_and_a_fault_is_told_every_time() -> None:
    whole = "a: [1, 2]\nb: text\n"
    assert read_yaml(whole, "f.yaml", Problems()) is read_yaml(whole, "f.yaml", Problems())
    elsewhere = read_yaml(whole, "g.yaml", Problems())
    assert elsewhere is not None
    assert elsewhere.where.file == "g.yaml"
    for faulty in ("a: 1\na: 2\n", "a: [1\n"):
        told = []
        for _ in range(2):
            problems = Problems()
            read_yaml(faulty, "f.yaml", problems)
            told.append(problems.found)
        assert told[0] == told[1] != []
