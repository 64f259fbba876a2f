"""Issue 7, A3: tables fit the width there is, or stack; a person never meets `nan`, `inf` or an error of nothing."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import xarray as xr

from drawdown.ablation import Effect
from drawdown.chronicle import Parting
from drawdown.claims import Answer, Difference
from drawdown.cli.claims_sheets import claims_sheet, compared_sheet, differences_sheet, provisional_sheet
from drawdown.cli.figures import beside_error, error_in_points, error_of, in_points, number, percent, with_error
from drawdown.cli.tables import end_state_sheet, quantities_sheet
from drawdown.cli.telling import effects_sheet, parting_sheet
from drawdown.terminal.json_document import as_json
from drawdown.terminal.sheet import Column, Sheet, drawn, widths

NAN, INF = float("nan"), float("inf")
STRANGE = (NAN, INF, -INF, 0.0, -0.0, 1e-12, -1e-12, 4e-4, 1.0, 1e12)
BAD = re.compile(r"(?i)\bnan\b|\binf\b|± ?-?0(?![.\d])|±0\.0+(?!\d)|[+-]0(?![.\d])|\de[+-]\d|-0\.0\b")


def text_of(sheet: Sheet, width: int) -> str:
    from rich.console import Console

    out = io.StringIO()
    console = Console(file=out, width=width, markup=False, emoji=False, highlight=False)
    console.print(drawn(sheet, console))
    return out.getvalue()


def answer(plan: str, share: float, error: float, value: float | None = None, chance: float | None = None) -> Answer:
    return Answer(
        "c",
        1,
        "A claim of some length that is told in a sentence.",
        plan,
        share,
        error,
        0.0,
        1.0,
        3,
        1,
        NAN,
        share,
        value,
        error,
        chance,
        "true",
    )


@dataclass(frozen=True)
class Run:
    """What the sheets read of a run."""

    values: tuple[float, ...] = STRANGE
    claims: tuple[Any, ...] = ()
    futures: int = 4
    parts: dict[str, Any] = field(default_factory=dict)
    scenario: Any = field(default_factory=lambda: SimpleNamespace(actors=()))

    def summary(self) -> xr.Dataset:
        return xr.Dataset({"yearly_country_all_deaths": self.yearly("")})

    def yearly(self, _: str) -> xr.DataArray:
        block = np.array([self.values, self.values[::-1]])[:, :, None]
        return xr.DataArray(block, dims=("plan", "future", "year"), coords={"plan": ["a", "b"]}, attrs={"unit": "deaths per week"})

    def end_state_parts(self, _: int) -> dict[str, Any]:
        shares = {f"form {chr(97 + i)}": v for i, v in enumerate(STRANGE)}
        told = {"form": shares, "leader": shares, "rule": shares, "war": {"war": NAN}, "foreign": {"there": 1e-12}}
        return dict.fromkeys(("a", "b"), told)


@dataclass(frozen=True)
class Stated:
    claim: Any


def strange_sheets() -> dict[str, Sheet]:
    """Every table of the command line, fed with what no run should give and some do."""
    pairs = [(x, y) for x in STRANGE for y in STRANGE]
    claim = Stated(type("Claim", (), {"id": "c", "number": 1, "text": "A claim."}))
    run: Any = Run(claims=())
    told: Any = Run(claims=(claim,))
    single = [answer(f"p{i}", x, y) for i, (x, y) in enumerate(pairs)]
    compared = [answer("a minus b", x, y, y, chance) for x, y in pairs for chance in (None, x)]
    effects = [Effect("m", "deaths", "deaths per week", x, y, x, y, 1, "") for x, y in pairs]
    apart = Parting(None, [("killed", x, y) for x, y in pairs], (), ())  # type: ignore[arg-type]  # only the numbers are read
    few = Run(values=(NAN, NAN))
    quantities = {f"quantities {name}": quantities_sheet(of, "a", "b") for name, of in (("strange", Run()), ("unknown", few))}  # type: ignore[arg-type]  # what it reads
    assert all(quantities.values())
    return {
        "claims": claims_sheet(single, [a.plan for a in single], "x", 100),
        "claims wide": claims_sheet(single[:3], ["p0", "p1", "p2"], "x", 200),
        "compared": compared_sheet(run, compared),
        "differences": differences_sheet(told, single, [Difference("c", "a", "b", x, y, 3) for x, y in pairs], "a", "b"),
        "provisional": provisional_sheet({"a": {"c": (0, 0)}, "b": {"c": (1, 1)}}, {"c": "A claim."}, {}, "", 80),
        "end states": end_state_sheet(run, 1),
        "effects": effects_sheet(effects, "x"),
        "parting": parting_sheet(apart, "a", "b"),
        **{name: sheet for name, sheet in quantities.items() if sheet is not None},
    }


@pytest.mark.parametrize("width", [40, 80, 200])
@pytest.mark.parametrize("name", list(strange_sheets()))
def test_a3_no_table_shows_what_is_not_a_number(name: str, width: int) -> None:
    told = text_of(strange_sheets()[name], width)
    assert not BAD.search(told), [line for line in told.splitlines() if BAD.search(line)][:5]


@pytest.mark.parametrize("say", [percent, error_in_points, in_points, number, error_of])
def test_a3_no_figure_is_not_a_number(say: Any) -> None:
    assert [x for x in STRANGE if BAD.search(say(x))] == []


@pytest.mark.parametrize("say", [with_error, beside_error])
def test_a3_no_figure_has_an_error_of_nothing(say: Any) -> None:
    assert [(x, y, say(x, y)) for x in STRANGE for y in STRANGE if BAD.search(say(x, y))] == []


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (1234567.0, "1,230,000"),
        (0.04213, "0.0421"),
        (9.9961, "10.0"),
        (-5.0, "-5.00"),
        (512.0, "512"),
        (1e-9, "near 0"),
        (NAN, "-"),
        (0.0, "0"),
    ],
)
def test_a3_numbers_have_no_exponent(value: float, told: str) -> None:
    assert number(value) == told


def test_a3_an_error_keeps_its_digits_however_small() -> None:
    assert beside_error(0.0638, 0.00131, sign=True) == "+0.0638 ±0.0013"
    assert beside_error(-41.4, 9.5) == "-41.4 ±9.5"


PLANS = ["announced", "leave-now", "no-cover", "stay", "surge-on", "a-plan-with-a-name-of-its-own"]


@pytest.mark.parametrize("width", [20, 40, 60, 80, 100, 140, 200, 300])
@pytest.mark.parametrize("plans", [1, 2, 5, 6])
def test_a3_tables_fit_the_width_or_stack(width: int, plans: int) -> None:
    happened = "true of many districts until March 2008; false from summer 2008, when the army had driven it out"
    asked = [Answer("c", 22, "Words of a claim " * 9, p, 0.62, 0.02, 0.5, 0.7, 3, 0, 0.0, 0.5, happened=happened) for p in PLANS[:plans]]
    lines = text_of(claims_sheet(asked, PLANS[:plans], "about", width), width).splitlines()
    assert max(map(len, lines)) <= width
    assert len(lines) < (40 if width >= 40 else 120)
    flowing = " ".join(" ".join(lines).split())
    assert all(word in flowing for word in ("Words", "62 ±2"))
    singles = [line for line in lines if re.fullmatch(r"\s*\w\s*", line)]
    assert len(singles) < 3, "a column of one letter"
    if plans == 5:
        side_by_side = sum(p in lines[1] for p in PLANS[:5]) == 5
        assert side_by_side == (width >= 140), "five plans stand side by side where there is room, and only there"


def test_a3_a_sheet_of_any_width_is_drawn() -> None:
    columns = (Column("quantity"), Column("with", figures=True), Column("a long heading of many words", figures=True))
    sheet = Sheet("T", columns, (("all deaths in the country", "1,234,567", "-"), ("", "", "")), "caption")
    for width in range(20, 120):
        assert max(map(len, text_of(sheet, width).splitlines())) <= width


def test_a_name_stays_in_one_piece() -> None:
    """A column of names gives way to records before it folds one; it used to ask for 200 columns to say so."""
    names = ("the name of a plan", "reaches from 1 to 2")
    rows = (names,)
    for unbroken in (True, False):
        chosen = widths(Sheet("", (Column("", least=4, unbroken=unbroken), Column("", least=8)), rows), 30)
        assert chosen is not None
        assert (chosen[0] >= len(names[0])) is unbroken, chosen
    assert widths(Sheet("", (Column("", unbroken=True), Column("", unbroken=True)), rows), 34) is None


def test_a4_json_escapes_what_a_terminal_would_obey_and_reads_back() -> None:
    import json

    text = "a\x1b[31m\x7f\x9b\u202e\U000e0041 ä \u0628 \ud800"
    assert json.loads(as_json({"x": text, "y": NAN})) == {"x": text, "y": None}
    assert as_json(text).isprintable()
    assert "ä \u0628" in as_json(text)
