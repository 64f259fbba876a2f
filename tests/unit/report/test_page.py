"""The page as text: whole, self-contained, safe, and sensible for every kind of run."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from drawdown.errors import DrawdownError
from drawdown.report import answer_section, backtest_scores, sources_section, trust_section, why_section
from drawdown.report.answers import all_drivers, done, least
from drawdown.report.page import write_report
from drawdown.report.payload import payload
from drawdown.report.run import RunView, open_run
from drawdown.report.templating import asset
from drawdown.runs import run as run_ensemble
from drawdown.runs.sums import sealed
from tests.changed_run import changed

SECTIONS = ["answer", "map", "fans", "ends", "chronicles", "why", "trust", "sources"]


class Reader(HTMLParser):
    """Collects ids, headings, links to elsewhere in the page, and everything that would be fetched."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.fragments: list[str] = []
        self.fetched: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append(tag)
        if found.get("id"):
            self.ids.append(str(found["id"]))
        if tag == "a" and str(found.get("href", "")).startswith("#"):
            self.fragments.append(str(found["href"])[1:])
        for name in ("src", "srcset", "data", "poster"):
            if found.get(name):
                self.fetched.append(str(found[name]))
        if tag == "link" and not str(found.get("href")).startswith("data:"):
            self.fetched.append(str(found.get("href")))


def read(path: Path) -> tuple[str, Reader]:
    text = path.read_text(encoding="utf-8")
    reader = Reader()
    reader.feed(text)
    return text, reader


def facts(text: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="facts">(.*?)</script>', text, re.DOTALL)
    assert found is not None
    data: dict[str, Any] = json.loads(found[1])
    return data


def test_the_page_is_whole_and_fetches_nothing(run: RunView, tmp_path: Path) -> None:
    path = write_report(run.folder, tmp_path / "page.html")
    text, page = read(path)
    assert [i for i in page.ids if i in SECTIONS] == SECTIONS
    assert len(page.ids) == len(set(page.ids))
    assert set(page.fragments) <= set(page.ids)
    assert page.fetched == []
    assert "default-src 'none'" in text
    assert "@import" not in text
    assert path.stat().st_size < 4_000_000
    for claim in run.scenario.claims:
        assert claim.text in text
    assert "University of Washington Interactive Data Lab" in text
    assert "drawdown run made-up --plan announced" in text


@pytest.mark.slow
def test_the_same_run_gives_the_same_page(run: RunView, tmp_path: Path) -> None:
    first, second = (write_report(run.folder, tmp_path / name).read_bytes() for name in ("a.html", "b.html"))
    assert first == second


@pytest.mark.slow
def test_by_default_it_stands_beside_the_run_and_leaves_nothing_half_written(make: Callable[..., Path]) -> None:
    folder = make(futures=40, kept=8, weeks=60)
    assert write_report(folder) == folder / "report.html"
    assert not list(folder.glob("*.unfinished"))


@pytest.mark.slow
def test_a_page_that_cannot_be_written_says_so(run: RunView, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(DrawdownError, match="cannot write"):
        write_report(run.folder, tmp_path / "file" / "page.html")


@pytest.mark.slow
def test_a_stranger_s_words_stay_words(make: Callable[..., Path], synthetic: ModuleType) -> None:
    folder = make(futures=40, kept=8, weeks=60)
    path = folder / "scenario" / "scenario.json"
    scenario = json.loads(path.read_text(encoding="utf-8"))
    nasty = '</script><script>alert("x")</script><img src=x onerror=alert(1)>'
    scenario["title"] = scenario["question"] = scenario["card"] = nasty
    for kind in ("places", "actors", "plans", "claims"):
        for item in scenario[kind]:
            for key in ("name", "title", "sentence", "text", "quotation", "happened"):
                if key in item:
                    item[key] = nasty
    scenario["sources"]["iraq-index"]["url"] = "javascript:alert(1)"
    path.write_text(json.dumps(scenario), encoding="utf-8")
    synthetic.seal(folder)
    text, page = read(write_report(folder))
    assert 'alert("x")</script>' not in text
    assert page.tags.count("script") == read(write_report(make(futures=40, kept=8, weeks=60)))[1].tags.count("script")
    assert page.tags.count("img") == 0
    assert "javascript:alert" not in text
    assert facts(text)["shapes"]["places"][0]["name"] == nasty


@pytest.mark.slow
def test_one_plan_has_no_differences_but_all_else(make: Callable[..., Path], borders: Path) -> None:
    text, page = read(write_report(make(plans=1, futures=120, kept=20, weeks=60, geojson=borders)))
    assert [i for i in page.ids if i in SECTIONS] == SECTIONS
    assert "difference-chart" not in page.ids
    assert "Compares plans that this run does not have: stay, leave-now" in text
    assert "under every plan" not in re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL)


@pytest.mark.slow
def test_without_borders_places_become_tiles(make: Callable[..., Path]) -> None:
    text, page = read(write_report(make(borders=False, futures=60, kept=10, weeks=60)))
    shapes = facts(text)["shapes"]
    assert shapes["kind"] == "tiles"
    assert len({(p["x"], p["y"]) for p in shapes["places"]}) == 20
    assert "drawing" in page.ids
    assert "Natural Earth" not in text


@pytest.mark.slow
def test_a_tiny_run_says_that_it_is_tiny(make: Callable[..., Path]) -> None:
    text, page = read(write_report(make(futures=3, kept=2, weeks=20, chronicles=False, trust=False, plans=2)))
    assert "Only 3 futures under each plan" in text
    assert "What moves each claim" in text
    assert "carries no scores against history" in text
    assert "map" in page.ids


@pytest.mark.slow
def test_summaries_only_leave_out_what_needs_full_futures(make: Callable[..., Path]) -> None:
    text, page = read(write_report(make(futures=150, kept=0, chronicles=False)))
    assert "kept no full futures" in text
    assert [i for i in page.ids if i in SECTIONS] == ["answer", "ends", "chronicles", "why", "trust", "sources"]


@pytest.mark.slow
def test_no_claims_at_all(make: Callable[..., Path], synthetic: ModuleType) -> None:
    text, _ = read(write_report(make(futures=30, kept=5, weeks=60, claims=1)))
    assert "A force loyal to Sadr" in text
    folder = make(futures=30, kept=5, weeks=60)
    path = folder / "scenario" / "scenario.json"
    scenario = json.loads(path.read_text(encoding="utf-8")) | {"claims": []}
    path.write_text(json.dumps(scenario), encoding="utf-8")
    synthetic.seal(folder)
    assert "states no claims" in write_report(folder).read_text(encoding="utf-8")


class StoppedError(Exception):
    """The test's own interruption."""


def interrupted(fake: ModuleType, folder: Path, after: int) -> None:
    """A run of two plans that is stopped after some batches."""
    done = 0

    def stop() -> bool:
        nonlocal done
        done += 1
        return done > after

    with pytest.raises(KeyboardInterrupt):
        run_ensemble(fake.FakeEngine(), folder, futures=384, seed=5, batch=64, workers=1, stop=stop)


def without_chronicles(folder: Path) -> None:
    """The made-up engine is not the one that would replay: put an empty cache in the way."""
    digest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["digest"]
    (folder / "chronicles.json").write_text(json.dumps(sealed({"format": 5, "digest": digest, "chronicles": []})), encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("after", [0, 1, 3, 8])
def test_a_killed_run_shows_what_is_done_and_says_that_it_is_not(fake: ModuleType, tmp_path: Path, after: int) -> None:
    folder = tmp_path / "killed"
    interrupted(fake, folder, after)
    text, page = read(write_report(folder))
    assert "This run is unfinished" in text
    assert ("No claim has been evaluated" in text) == (after == 0)
    assert ("fan-chart" in page.ids) == (after >= 3)  # fans need the same futures under both plans
    if after >= 3:
        assert facts(text)["kept"] > 0
        assert len(open_run(folder).claims["claim"].unique()) == 3
        assert "ends" in page.ids


@pytest.mark.slow
def test_a_resumed_run_gives_the_page_of_an_undisturbed_one(fake: ModuleType, synthetic: ModuleType, tmp_path: Path) -> None:
    interrupted(fake, tmp_path / "resumed", 3)
    write_report(tmp_path / "resumed")
    pages = []
    for name in ("resumed", "whole"):
        folder = run_ensemble(fake.FakeEngine(), tmp_path / name, futures=384, seed=5, batch=64)
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8")) | {"created": "2026-01-02T03:04:05+00:00"}
        synthetic.seal(folder, manifest)
        without_chronicles(folder)
        pages.append(write_report(folder, tmp_path / f"{name}.html").read_text(encoding="utf-8"))
    assert pages[0] == pages[1]
    assert "unfinished" not in re.sub(r"<script.*?</script>", "", pages[0], flags=re.DOTALL)


@pytest.mark.slow
def test_futures_that_ended_early_are_counted_not_hidden(fake: ModuleType, tmp_path: Path) -> None:
    folder = run_ensemble(fake.FakeEngine(ends_early={3: 10, 40: 60}), tmp_path / "early", futures=64, seed=5)
    without_chronicles(folder)
    text, _ = read(write_report(folder))
    assert "unknown: what the claim waits for did not come, or the run or the future ended first" in text


def trust_of(folder: Path) -> str:
    """The section on trust alone."""
    run = open_run(folder)
    return trust_section.section(run, backtest_scores.read(run), [])


def test_scores_of_a_backtest_are_shown_as_they_were_written(make: Callable[..., Path]) -> None:
    folder = make(futures=40, kept=0, weeks=60, trust=False)
    score = {
        "lead": "6 months",
        "model": 0.85,
        "baseline": "persistence",
        "baseline_score": 0.7,
        "ratio": 1.21,
        "error": None,
        "verdict": "behind",
    }
    data = {
        "note": "Six *origins*.",
        "score_name": "CRPS <i>",
        "scores": [score, {**score, "error": 0.05, "verdict": "level"}],
        "reliability": [{"forecast": 0.2, "observed": 0.3, "count": 12}, {"forecast": 0.7, "observed": 0.6, "count": 9}],
        "wrong": ["Breaks <b>."],
    }
    (folder / "trust.json").write_text(json.dumps(data), encoding="utf-8")
    text = trust_of(folder)
    assert "Six <em>origins</em>." in text
    assert "CRPS &lt;i&gt;; lower is better" in text
    assert '<td class="num">1.21</td><td><b class="verdict">behind</b></td>' in text
    assert '<td class="num">1.21 ± 0.05</td><td><b class="verdict">level</b></td>' in text
    assert "said 20%, came true 30%; said 70%, came true 60%" in text
    assert "<li>Breaks &lt;b&gt;.</li>" in text
    assert "carries no scores" not in text


@pytest.mark.parametrize(
    "spoiled", [{"model": "0.8"}, {"ratio": True}, {"lead": None}, {"error": math.nan}, {"verdict": "\ud800"}], ids=str
)
def test_scores_of_another_shape_are_told_from_those_that_a_backtest_writes(make: Callable[..., Path], spoiled: dict[str, object]) -> None:
    folder = make(futures=40, kept=0, weeks=60, trust=True)
    data = json.loads((folder / "trust.json").read_text(encoding="utf-8"))
    data["scores"][0] |= spoiled
    (folder / "trust.json").write_text(json.dumps(data), encoding="utf-8")
    text = trust_of(folder)
    assert "does not hold scores as drawdown backtest writes them" in text
    assert "Against baselines" not in text


def test_a_broken_trust_file_does_not_stop_the_page(make: Callable[..., Path]) -> None:
    folder = make(futures=40, kept=0, weeks=60, trust=False)
    (folder / "trust.json").write_text("{", encoding="utf-8")
    assert "not readable JSON" in trust_of(folder)


@pytest.mark.slow
def test_the_effects_of_mechanisms_are_told_with_their_sentence(make: Callable[..., Path]) -> None:
    import pandas as pd

    folder = make(futures=40, kept=8, weeks=60)
    row = {
        "mechanism": "desertion",
        "quantity": "deserted",
        "unit": "persons per week",
        "with_it": 210.0,
        "without": 0.0,
        "effect": 210.0,
        "error": 6.0,
        "expected": 1,
        "quotation": "the police left when Sadr's militia arrived",
    }
    pd.DataFrame([row]).to_parquet(folder / "ablation.parquet")
    text = write_report(folder).read_text(encoding="utf-8")
    assert "<b>desertion</b>" in text
    assert "+210 ± 6" in text
    assert "the police left when Sadr&#39;s militia arrived" in text


def unfinished(run: RunView, futures: int, done: int) -> RunView:
    """The run as if it were to have so many futures, and only the first were done."""
    claims = run.claims[run.claims["future"] < done]
    now = {"futures": futures, "status": "running"}
    # What was drawn is told when a run is finished; a test before this one may have read it.
    return changed(run, now, claim_values=claims, kept=None, end_state_values=run.end_states, drawn=run.draws[:0][["future"]])


def test_what_moves_a_claim_is_told_when_the_run_is_finished(run: RunView) -> None:
    """The table and the chart said that nothing moved it beyond chance."""
    part = unfinished(run, 300, 200)
    moved = all_drivers(part, [c.id for c in part.scenario.claims])
    page = why_section.section(part, [], moved)
    assert str(page).count("<td>told when the run is finished</td>") == len(part.scenario.claims)
    assert "nothing beyond chance" not in page
    facts = json.loads(payload(part, [], moved).facts)
    assert set(facts["unmoved"].values()) == {"told when the run is finished"}


def test_the_chart_says_that_too_few_futures_decide_a_claim(make: Callable[..., Path]) -> None:
    """It said that nothing moved the claim beyond chance, beside a table that said why nothing can be told."""
    run = open_run(make(plans=1, kept=0, futures=300, claims=1))
    claim = run.scenario.claims[0].id
    table = run.claims
    run.store.__dict__["claim_values"] = table.assign(value=(table["future"] % 2.0).where(table["future"] < 12))
    moved = all_drivers(run, [claim])
    facts = json.loads(payload(run, [], moved).facts)
    assert facts["unmoved"] == {claim: "only 12 futures decide it: too few to tell"}
    assert "only 12 futures decide it: too few to tell" in why_section.section(run, [], moved)
    script = asset("page.js")
    assert "What moves this claim: ${facts.unmoved[claim]}." in script
    assert "beyond what chance would show" not in script


def test_an_unfinished_run_is_judged_by_the_futures_that_are_done(run: RunView) -> None:
    """Pairs were held against the futures that were asked for, answers against those done: 200 of 10,000 gave answers and no difference."""
    part = unfinished(run, 10_000, 60)
    page = answer_section.section(part, [])
    assert "Cannot be answered" not in page
    assert "too few pairs" not in page
    assert "Paired differences" in page
    assert done(part) == 60
    assert least(part) == 30  # of 10,000 futures it would be 100


def test_an_unfinished_run_says_nothing_of_files_that_are_not_there(run: RunView) -> None:
    assert "a command checks those that it reads, drawdown verify all of them" in sources_section.section(run, [])
    assert "which every command checks" not in sources_section.section(run, [])
    part = changed(unfinished(run, 300, 60), files={})
    assert "with its sum" not in sources_section.section(part, [])
