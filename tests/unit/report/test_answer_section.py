"""The claims on the page: in order, answered only where enough futures decide, distances as measurements; Markdown is never raw."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest

from drawdown.claims.answers import Answer, standard_error
from drawdown.report import answer_section, charts, markup, trust_section
from drawdown.report.answer_section import AnswerView
from drawdown.report.backtest_scores import BacktestScores
from drawdown.report.claim_row import row
from drawdown.report.run import RunView, open_run
from drawdown.report.templating import fill
from drawdown.scenario.model import Claim

CLAIM = Claim("c", 19, "A claim.", "", None, {})


def an_answer(known: int, plan: str, of: int = 1000, share: float = 1.0) -> Answer:
    true = round(share * known)
    return Answer(
        "c", 19, "A claim.", plan, true / known if known else math.nan, standard_error(true, known), 0, 1, known, of - known, 0.1, None
    )


def table_of(run: RunView, claim: Claim, found: dict[tuple[str, str], Answer]) -> str:
    """The answer's section with one claim."""
    return fill("answer", AnswerView((), None, run.plans, (row(run, claim, found, "claim-0"),), True))


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).strip()


def decided(synthetic: ModuleType, folder: Path, claim: str, plan: str, known: int) -> RunView:
    """The run with only so many futures that decide a claim under a plan."""
    table = pd.read_parquet(folder / "claims.parquet")
    rows = table.index[(table["claim"] == claim) & (table["plan"] == plan)]
    table.loc[rows, "value"] = [1.0] * known + [math.nan] * (len(rows) - known)
    table.to_parquet(folder / "claims.parquet")
    synthetic.seal(folder)
    return open_run(folder)


@pytest.mark.parametrize(("known", "said"), [(3, True), (29, True), (30, False), (300, False)])
def test_a_claim_that_few_futures_decide_is_not_answered_on_the_page(
    make: Callable[..., Path], synthetic: ModuleType, known: int, said: bool
) -> None:
    """300 futures: a tenth must decide. Claims decided by 3 to 27 of 1,000 read as almost certain."""
    run = decided(synthetic, make(plans=1, kept=0, futures=300, claims=1), "sadr-rules-basra", "announced", known)
    page = answer_section.section(run, [])
    assert ("Cannot be answered" in page) is said
    assert (f"it hardly ever comes to that (decided in {known} of 300 futures" in page) is said
    assert ("Almost certain" in page.split("How probabilities are put in words")[0]) is not said
    assert ('<g style="--c' in page) is not said  # no mark stands for three futures
    assert ('"plan": "As announced"' in charts.claims(run).to_json()) is not said


def test_plans_that_decide_a_claim_are_answered_beside_those_that_do_not(run: RunView) -> None:
    told = words(table_of(run, CLAIM, {("c", "stay"): an_answer(3, "stay"), ("c", "leave-now"): an_answer(1000, "leave-now")}))
    assert "Almost certain under Leave now (100%)" in told
    assert "Cannot be answered under Stay: it hardly ever comes to that (decided in 3 of 1,000 futures, 0.3%)" in told


def test_a_claim_that_half_the_futures_decide_is_told_of_those(run: RunView) -> None:
    told = words(table_of(run, CLAIM, {("c", "stay"): an_answer(400, "stay")}))
    assert "Decided in few of 1,000 futures, and told of those only: Stay 400" in told


@pytest.mark.parametrize(
    ("value", "said"),
    [(0.17, "below the 0.2 that the claim allows"), (0.23, "above the 0.2 that the claim allows"), (0.19, "too near the 0.2")],
)
def test_claim_15_is_a_distance_with_its_error_on_both_sides_of_the_threshold(run: RunView, value: float, said: str) -> None:
    """It read "almost certain: staying makes little difference" for 0.17 against 0.2, eleven times chance."""
    claim = Claim("d", 15, "Staying makes little difference.", "", None, {})
    plan = "stay minus leave-now"
    sure = 0.5 * (1 + math.erf((0.2 - value) / (0.01 * math.sqrt(2))))
    a = Answer("d", 15, claim.text, plan, sure, 0.0, sure, sure, 1, 0, 0.2 - value, None, value, 0.01, 0.015, "", 0.2, "at_most")
    section = table_of(run, claim, {("d", plan): a}).split("<tbody>")[1].split("</tbody>")[0]
    told = words(section)
    assert f"{value:.2f} ± 0.01 , {said}" in told
    assert "luck alone would show 0.015" in told
    for likelihood in ("certain", "likely", "chance", "100%"):
        assert likelihood not in told.lower()
    assert "pm" not in section  # no mark on an axis of probabilities


def test_claims_stand_in_the_order_of_their_numbers(make: Callable[..., Path], synthetic: ModuleType) -> None:
    """They stood 13, 22, 14 on the page and in every table."""
    folder = make(plans=1, kept=0, claims=3)
    path = folder / "scenario" / "scenario.json"
    stored = json.loads(path.read_text(encoding="utf-8"))
    for claim, number in zip(stored["claims"], (13, 22, 14), strict=True):
        claim["number"] = number
    path.write_text(json.dumps(stored), encoding="utf-8")
    synthetic.seal(folder)
    page = answer_section.section(open_run(folder), [])
    assert re.findall(r'<span class="n">(\d+)</span>', page) == ["13", "14", "22"]


def test_a_loaded_scenario_has_its_claims_in_order() -> None:
    from drawdown.scenario.load import load

    numbers = [claim.number for claim in load("iraq-2007").claims]
    assert numbers == sorted(numbers)
    assert len(numbers) == 23


HOSTILE = """## <img src=x onerror=alert(1)>

| <script>alert(2)</script> | *b* |
|---|---|
| [x](javascript:alert(3)) | ![p](https://tracker.example/pixel.png) |

<iframe src="https://e.example"></iframe> [y](data:text/html,<b>) [z](https://ok.example/a?b=1&c="d) **bold** `co<de>`

[m](mailto:a@b.example) [f](ftp://f.example/x) [s](../secret) [h](#answer)

[r]: javascript:alert(4)
[r] <javascript:alert(5)> &lt;script&gt;
"""


def test_markdown_of_a_stranger_is_rendered_and_harmless() -> None:
    html = markup.prose(HOSTILE)
    tags = set(re.findall(r"<(/?[a-z0-9]+)", html))
    assert {t.lstrip("/") for t in tags} <= {"h4", "div", "table", "thead", "tbody", "tr", "th", "td", "p", "a", "strong", "em", "code"}
    assert all(re.match(r"https?://", address) for address in re.findall(r'href="([^"]*)"', html))
    assert "src=" not in re.sub(r"&lt;.*?&gt;", "", html)
    assert "<strong>bold</strong>" in html
    assert "<code>co&lt;de&gt;</code>" in html
    assert "|---|" not in html


def test_the_table_of_a_card_is_a_table(repository: Path) -> None:
    """*Estimated from data before the origin* stood as raw rows of bars and dashes."""
    card = (repository / "scenarios" / "iraq-2007" / "CARD.md").read_text(encoding="utf-8")
    html = markup.prose(card, 4)
    assert "|---|" not in html
    assert "<td>SIGACT counts, corrected, the 13 weeks before; parts of a governorate by attack points</td>" in html
    assert "**" not in words(html)
    assert 'tabindex="0"' in html  # wide tables scroll, and a keyboard reaches them


def test_notes_of_a_backtest_are_rendered(make: Callable[..., Path]) -> None:
    run = open_run(make(plans=1, kept=0, trust=False))
    html = trust_section.section(run, BacktestScores(note="A *note* <script>", wrong=("**Breaks.** See `x`.",)), [])
    assert "A <em>note</em> &lt;script&gt;" in html
    assert "<li><strong>Breaks.</strong> See <code>x</code>.</li>" in html


def test_ask_says_what_cannot_be_answered_and_what_was_fitted(
    make: Callable[..., Path], synthetic: ModuleType, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from drawdown.cli import running
    from drawdown.runs import open_run as open_store

    folder = make(plans=2, kept=0, futures=300, claims=1, fitted=True)
    decided(synthetic, folder, "sadr-rules-basra", "stay", 29)
    monkeypatch.setattr(running, "ended_early", lambda _: [])  # a made-up run has no summary
    done = open_store(folder)
    running.show_claims(done, done.answers(), None)
    told = " ".join(capsys.readouterr().out.split())
    assert "Claim 1 under stay cannot be answered: it hardly ever comes to that (decided in 29 of 300 futures, 9.7%)." in told
    assert re.search(r" \d+ ±\d+ - ", told)  # under `announced`, and not under `stay`
    assert "1 parameter of this run was fitted to data from 4 September 2006 to 2 September 2007 (posterior)" in told
    assert "The fit moved the weights of backlash: none from 50 to 80 percent and strong from 50 to 20." in told
