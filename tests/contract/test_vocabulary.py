"""One home for each word: no room but the vocabulary asks what a unit is called, or writes out the members of a table again."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from drawdown.claims.endstates import FALL, HEIR
from drawdown.mechanism import discover, variables
from drawdown.vocabulary.dimensions import DIMENSIONS
from drawdown.vocabulary.incident_kinds import INCIDENT_KINDS, MANNERS
from drawdown.vocabulary.stances import STANCES
from drawdown.vocabulary.units import UNITS
from drawdown.vocabulary.violence import VIOLENCE
from drawdown.vocabulary.watchable import WATCHABLE

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "drawdown"
TABLES = {"violence": VIOLENCE, "kinds of incident": INCIDENT_KINDS, "manners": MANNERS, "stances": STANCES, "watchables": tuple(WATCHABLE)}
# Words of which one alone is no sign of a unit: "share" is also a column of charts.
RATES = ("per week", "per year", " per week", " a week")


def rooms() -> Iterator[tuple[str, ast.Module]]:
    """(path, syntax) of every file outside the vocabulary."""
    for file in sorted(PACKAGE.rglob("*.py")):
        if "vocabulary" not in file.relative_to(PACKAGE).parts:
            yield str(file.relative_to(PACKAGE)), ast.parse(file.read_text(encoding="utf-8"))


def names_a_unit(node: ast.expr) -> bool:
    """Whether an expression reads something called unit: `variable.unit`, `unit`, `units[name]`, `units.get(name, "")`."""
    match node:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name in ("unit", "units")
        case ast.Subscript(value=inner) | ast.Call(func=ast.Attribute(value=inner)):
            return names_a_unit(inner)
        case _:
            return False


def texts(node: ast.expr) -> list[str]:
    """The texts that an expression holds."""
    return [n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str)]


def matched_units(tree: ast.Module) -> Iterator[int]:
    """Lines that decide by what a unit is called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            written = [text for side in sides for text in texts(side)]
            rate = any(isinstance(side, ast.Constant) and side.value in RATES for side in sides)
            if rate or (any(names_a_unit(side) for side in sides) and set(written) & set(UNITS)):
                yield node.lineno
        elif (
            isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("startswith", "endswith", "replace")
        ):
            if names_a_unit(node.func.value) or any(set(texts(arg)) & set(RATES) for arg in node.args):
                yield node.lineno
        elif isinstance(node, ast.Dict):
            keys = {key.value for key in node.keys if isinstance(key, ast.Constant)}
            if len(keys) > 1 and keys <= set(UNITS):
                yield node.lineno
        elif isinstance(node, ast.Tuple | ast.List | ast.Set):
            members = {one.value for one in node.elts if isinstance(one, ast.Constant)}
            if len(members) > 1 and members <= set(UNITS):
                yield node.lineno


def test_no_room_decides_by_what_a_unit_is_called() -> None:
    wrong = [f"{path}:{line}" for path, tree in rooms() for line in matched_units(tree)]
    assert not wrong, "ask drawdown.vocabulary.units instead: " + ", ".join(wrong)


@pytest.mark.parametrize(
    "line",
    [
        'x = "per week" in variable.unit',
        'x = v.unit == "persons"',
        'x = unit in ("share", "index")',
        'x = number.unit not in KNOWN + ("share",)',
        'x = "per week" in futures.units.get(name, "")',
        'x = about.unit.replace(" per week", "")',
        'x = unit.startswith("share")',
        'LOG = {"persons", "weeks"}',
        'RANGE = {"persons": 1, "km": 2}',
    ],
)
def test_what_the_search_finds(line: str) -> None:
    assert list(matched_units(ast.parse(line)))


def test_no_table_is_written_out_twice() -> None:
    wrong = []
    for path, tree in rooms():
        for node in ast.walk(tree):
            if isinstance(node, ast.Tuple | ast.List):
                members = tuple(one.value for one in node.elts if isinstance(one, ast.Constant))
                wrong += [f"{path}:{node.lineno} ({name})" for name, table in TABLES.items() if members == table]
    assert not wrong, "import these from drawdown.vocabulary: " + ", ".join(wrong)


@pytest.mark.parametrize("name", WATCHABLE)
def test_what_an_order_watches_is_declared_so(name: str) -> None:
    """Dimensions are those of the quantity; types of violence are summed before it is watched."""
    assert WATCHABLE[name] == tuple(d for d in variables(discover())[name].dims if d != "violence")


def test_what_end_states_read_is_recorded_so() -> None:
    """`fallen` was to be the fall of a government and is the dead of each actor: it would have been read as the one for the other."""
    declared = variables(discover())
    read = {FALL: (), HEIR: ("actor",), "settled": ("dyad",), "control": ("place", "actor"), "force": ("place", "actor")}
    assert {name: declared[name].dims for name in read} == read
    assert all(declared[name].record for name in read)


def test_every_second_axis_is_one_of_a_dimension() -> None:
    assert all(one.of in ("", *DIMENSIONS) for one in DIMENSIONS.values())
