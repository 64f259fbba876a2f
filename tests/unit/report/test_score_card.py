"""The page's own claims, scored: outcomes are read strictly, scores are Brier's, and the card says how little so few claims say."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType, ModuleType

import pytest

from drawdown.claims.answers import Answer
from drawdown.report.page import render
from drawdown.report.run import RunView, open_run
from drawdown.report.score_card import COMPARES, ENOUGH, UNCLEAR, UNDECIDED, UNTOLD, outcome, score_card, verdict, view
from drawdown.report.templating import fill
from drawdown.scenario.model import Claim, Scenario


def answer(claim: str, plan: str, probability: float, known: int = 1000, quo: float | None = None) -> Answer:
    return Answer(claim, 1, claim, plan, probability, 0.01, 0.0, 1.0, known, 1000 - known, 0.0, quo)


def claim(ident: str, happened: str = "", proposition: Mapping[str, object] = MappingProxyType({})) -> Claim:
    return Claim(ident, 1, ident, "", None, proposition, happened)


@pytest.mark.parametrize(
    ("happened", "said"),
    [
        ("true", True),
        ("True.", True),
        ("false", False),
        ("true: held, with attacks by rogue cells, and was extended", True),
        ("false: none by September 2009; requests of 2011 refused", False),
        ("", None),
        ("true of many districts until March 2008; false from summer 2008, when the army had driven it out", None),
        ("false, as far as told: civilian deaths fell 56% (half-year means)", None),
        ("false in 2008; the order survived three years", None),
        ("true for 2012-14 against 2011", None),
        ("no formal partition or three-region federation by 2010", None),
        ("not observable; al Qaeda in Iraq did not grow", None),
        ("truest: of all", None),
    ],
)
def test_only_a_plain_verdict_counts(happened: str, said: bool | None) -> None:
    assert outcome(happened) is said


def test_the_score_is_briers_over_the_same_claims() -> None:
    """Worked by hand: (0.8, true), (0.3, false), (0.9, false)."""
    claims = [claim("a", "true"), claim("b", "false: no"), claim("c", "false")]
    given = {"stay": (0.8, 0.3, 0.9), "leave": (0.5, 0.5, 0.5)}
    answers = {
        (c.id, plan): answer(c.id, plan, p, quo=0.0 if c.id != "c" else None)
        for plan, values in given.items()
        for c, p in zip(claims, values, strict=True)
    }
    card = score_card(claims, answers, ["stay", "leave"])
    assert card.brier["stay"] == pytest.approx((0.04 + 0.09 + 0.81) / 3)
    assert card.brier["leave"] == pytest.approx(0.25)
    gap, error = card.ahead["stay"]
    assert gap == pytest.approx(0.25 - (0.04 + 0.09 + 0.81) / 3)
    losses = [0.25 - 0.04, 0.25 - 0.09, 0.25 - 0.81]
    assert error == pytest.approx(math.sqrt(sum((x - gap) ** 2 for x in losses) / 2 / 3))
    assert card.ahead["leave"] == pytest.approx((0.0, 0.0))
    assert card.frozen == pytest.approx(0.5)
    assert card.frozen_of == 2  # sure and wrong of a, sure and right of b, silent on c
    assert [s.outcome for s in card.scored] == [True, False, False]
    assert card.left_out == {}


def test_what_is_left_out_is_counted_by_reason() -> None:
    claims = [
        claim("known", "true"),
        claim("untold"),
        claim("unclear", "partly"),
        claim("rare", "true"),
        claim("missing", "false"),
        claim("between", "true", proposition={"between": ["stay", "leave"], "change_of": {"quantity": "deaths"}}),
    ]
    answers = {(c.id, plan): answer(c.id, plan, 0.6) for c in claims for plan in ("stay", "leave")}
    answers["rare", "leave"] = answer("rare", "leave", 1.0, known=12)
    del answers["missing", "stay"]
    card = score_card(claims, answers, ["stay", "leave"])
    assert [s.claim.id for s in card.scored] == ["known"]
    assert card.left_out == {UNTOLD: 1, UNCLEAR: 1, UNDECIDED: 2, COMPARES: 1}
    assert card.ahead["stay"][1] == math.inf  # one claim has no error
    none = score_card([claim("untold")], {}, ["stay"])
    assert (none.scored, none.brier, none.frozen) == ((), {}, None)
    undecided = replace(answers["known", "stay"], probability=math.nan, known=0)
    assert score_card(claims[:1], {**answers, ("known", "stay"): undecided}, ["stay", "leave"]).left_out == {UNDECIDED: 1}


def test_outcomes_of_the_first_scenario(iraq: Scenario) -> None:
    said = {c.number: outcome(c.happened) for c in iraq.claims}
    assert {n for n, o in said.items() if o} == {1, 2, 4, 10, 13, 14, 19}
    assert {n for n, o in said.items() if o is False} == {11, 12, 22}


@pytest.mark.slow
def test_the_card_stands_under_trust_and_says_how_little_it_says(make: Callable[..., Path], synthetic: ModuleType) -> None:
    """Issue 7, D5."""
    folder = make(futures=300, kept=8, weeks=60)
    path = folder / "scenario" / "scenario.json"
    scenario = json.loads(path.read_text(encoding="utf-8"))
    scenario["claims"][0]["happened"], scenario["claims"][1]["happened"] = "true: for seven months", "false"
    scenario["claims"][0]["text"] = "The truce holds for <b>seven</b> months."
    scenario["claims"][2]["happened"] = "in part"
    path.write_text(json.dumps(scenario), encoding="utf-8")
    synthetic.seal(folder)
    page = render(open_run(folder))
    trust = page[page.index('<section id="trust"') : page.index('<section id="sources"')]
    assert 'id="score-card"' in trust
    assert "2 claims say next to nothing: too few to tell the page from a coin." in trust
    assert "this is no test of foresight" in trust
    assert "<b>Brier score</b>" in trust
    assert "<b>0.250</b>" in trust  # a coin's
    assert "Claims left out: 1 with an outcome told as neither true nor false and 1 comparing plans" in trust
    assert "<td>1. The truce holds for &lt;b&gt;seven&lt;/b&gt; months.</td>" in trust
    for item in scenario["claims"]:
        item["happened"] = ""
    path.write_text(json.dumps(scenario), encoding="utf-8")
    synthetic.seal(folder)
    assert 'id="score-card"' not in render(open_run(folder))


def honest(run: RunView, count: int, probability: float = 0.9) -> str:
    """What the card says of so many claims of equal loss."""
    claims = [claim(str(k), "true") for k in range(count)]
    plans = [p.id for p in run.plans]
    return verdict(run, score_card(claims, {(c.id, p): answer(c.id, p, probability) for c in claims for p in plans}, plans))


def test_few_claims_of_equal_loss_do_not_beat_a_coin(run: RunView) -> None:
    """Two of them have a standard error of 0, and the page beat a coin."""
    for count in (1, 2, ENOUGH - 1):
        assert "too few to tell the page from a coin" in honest(run, count)
        assert "beats a coin" not in honest(run, count)
    assert "beats a coin under" in honest(run, ENOUGH)
    assert "does worse than a coin under" in honest(run, ENOUGH, 0.1)
    assert "cannot be told from a coin under any plan" in honest(run, ENOUGH, 0.5)


def test_the_card_says_nothing_that_only_one_scenario_makes_true(make: Callable[..., Path], synthetic: ModuleType) -> None:
    """It told every scenario of one town and one truce, and that whoever built the model knew what had happened."""
    folder = make(futures=300, kept=0, weeks=60, plans=2)
    path = folder / "scenario" / "scenario.json"
    scenario = json.loads(path.read_text(encoding="utf-8"))
    for item in scenario["claims"]:
        item["happened"] = "false"
    path.write_text(json.dumps(scenario), encoding="utf-8")
    synthetic.seal(folder)
    said = fill("score_card", view(open_run(folder)))
    assert "may have known what happened" in said
    assert re.search(r"\bwar\b|town|truce|year|\bknew\b", said[: said.index("<table>")]) is None
