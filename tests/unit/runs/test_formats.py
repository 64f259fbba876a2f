"""Runs that earlier versions wrote, as they lie in `stored/`: each opens, answers and is shown, whatever changes here."""

from __future__ import annotations

import tarfile
from datetime import date, timedelta
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from drawdown.claims.endstates import regimes
from drawdown.report.page import write_report
from drawdown.report.run import open_run as on_page
from drawdown.runs import StoreError, open_run, run, verify
from drawdown.runs.format import FORMAT, RECORDED
from drawdown.runs.manifest import written_manifest
from drawdown.runs.opened import Written
from drawdown.runs.upgrade import OLDEST, STEPS, Documents, Step, code_of_3, documents_now, manifest_now
from drawdown.scenario.resolved import JSON
from drawdown.vocabulary.who_rules import FOREIGNERS, GOVERNMENTS, UNDER_WAR, UNTOLD, WARS
from tests.unit.runs.storing import STORED

FORMATS = range(OLDEST, FORMAT + 1)
LARGEST = 300_000  # bytes of an archive


@pytest.fixture(params=FORMATS)
def stored(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The stored runs of a format: `finished` and `unfinished`."""
    with tarfile.open(STORED / f"format-{request.param}.tar.xz") as archive:
        archive.extractall(tmp_path, filter="data")
    return tmp_path


def test_every_format_has_a_small_stored_run_and_a_step_to_the_next() -> None:
    for number in FORMATS:
        file = STORED / f"format-{number}.tar.xz"
        assert file.is_file(), f"FORMAT is {FORMAT}: store a run of it with 'python -m tests.unit.runs.storing'"
        assert file.stat().st_size < LARGEST
    assert sorted(STEPS) == list(FORMATS)[:-1]


def test_a_finished_run_is_whole_and_answers(stored: Path) -> None:
    done = open_run(stored / "finished")
    assert verify(done.folder).damage == ()
    assert (done.plans, done.futures, done.seed, done.weeks) == (("stay", "leave"), 6, 5, 56)
    found = {(a.claim, a.plan): a for a in done.answers()}
    assert found["truce-holds", "stay"].probability == pytest.approx(5 / 6)
    assert found["many-deaths", "leave"].probability == 0
    assert len(done.incidents("stay")) == 2003
    assert len(done.event_files("stay", [5])) == 1
    assert done.events().aggregate("count(*)").fetchall()[0][0] > 2003
    assert done.kept is not None
    assert float(done.kept["deaths"].sum()) == 18180
    assert float(done.quantiles("country_all_deaths", "stay").sum()) == pytest.approx(8377.864)
    assert set(done.end_states(1)) == {"stay", "leave"}
    assert sum(done.end_states(1)["stay"].values()) == pytest.approx(1)
    for shares in done.end_state_parts(1)["stay"].values():
        assert sum(shares.values()) == pytest.approx(1)
    assert set(done.end_state_parts(1)["stay"]) == {"form", "self_rule", "leader", "rule", "war", "foreign"}
    assert done.recorded.quantities["force"].unit == "persons"
    assert done.recorded.quantities["control"].dims == ("place", "actor")
    assert done.notes == ""


def test_an_unfinished_run_says_what_is_there_and_what_is_not(stored: Path) -> None:
    part = open_run(stored / "unfinished")
    assert (len(part.done), len(part.batches), part.complete) == (3, 4, False)
    assert part.kept is not None
    assert dict(part.kept.sizes) == {"plan": 2, "future": 4, "week": 56, "place": 2, "actor": 3, "violence": 3, "community": 2}
    whole = open_run(stored / "finished").kept
    assert whole is not None
    for name in whole:
        assert np.array_equal(part.kept[name].to_numpy(), whole[name].sel(future=part.kept["future"]).to_numpy()), name
    assert np.array_equal(part.kept["week"].to_numpy().astype("datetime64[D]"), whole["week"].to_numpy().astype("datetime64[D]"))
    assert len(part.claim_values) == 3 * (6 + 4)
    assert set(part.end_state_values["leader"]) <= {"foreign", "army", "militia", "nobody"}
    assert len(part.drawn) == 0
    with pytest.raises(StoreError, match="this run is unfinished"):
        part.answers()
    assert verify(part.folder).damage == ()


def test_who_rules_is_not_made_up_for_runs_that_did_not_tell(stored: Path) -> None:
    """Formats up to 3 had war or none, and no government."""
    for which in ("finished", "unfinished"):
        states = open_run(stored / which).end_state_values
        old = open_run(stored / which).manifest["format"] <= 3
        assert set(states["government"].dropna()) <= ({UNTOLD} if old else set(GOVERNMENTS))
        assert set(states["war"].dropna()) <= ({UNDER_WAR, WARS[-1]} if old else set(WARS))
        assert set(states["foreign"].dropna()) <= ({"gone", "there"} if old else set(FOREIGNERS))
        assert len(states.dropna(subset=["form"]))
        if which == "finished":
            words = open_run(stored / which).end_states(1)["stay"]
            assert all(("government" in label or "divided" in label) != old for label in words)


def test_codes_of_a_format_without_degrees_keep_their_regimes() -> None:
    """As far apart as before: the presence is the last digit of a code, in a base of two and then of three."""
    code = np.array([-1, 0, 1, 2, 3, 40, 41], np.int32)
    assert regimes(code_of_3(code)).tolist() == np.where(code < 0, -1, code // 2).tolist()
    assert (code_of_3(code) % 3).tolist()[1:] == (code % 2).tolist()[1:]


@pytest.mark.slow
@pytest.mark.parametrize("which", ["finished", "unfinished"])
def test_its_page_is_written(stored: Path, which: str) -> None:
    page = write_report(stored / which).read_text(encoding="utf-8")
    assert "Toyland, 2007" in page
    assert "truce-holds" in page or "Claim truce-holds" in page


@pytest.mark.parametrize("stored", list(FORMATS)[:-1], indirect=True)
def test_a_run_of_an_earlier_format_is_not_gone_on_with(stored: Path, fake: ModuleType) -> None:
    folder = stored / "unfinished"
    with pytest.raises(StoreError, match="start over with --restart"):
        run(fake.FakeEngine(weeks=56), folder, futures=6, seed=5, batch=4, workers=1)
    assert len(open_run(folder).done) == 3


def test_steps_are_applied_in_a_chain(stored: Path) -> None:
    """What the next format will need: a manifest, a document that changes and one that is new, through two steps."""

    def renamed(manifest: dict[str, JSON]) -> dict[str, JSON]:
        return {**{k: v for k, v in manifest.items() if k != "seed"}, "luck": manifest["seed"]}

    def longer(run: Documents) -> JSON:
        recorded = run.read(RECORDED)
        assert isinstance(recorded, dict)
        return {**recorded, "weeks": 56}

    def new(run: Documents) -> JSON:
        return [*sorted(run.names)[:1]]

    done = open_run(stored / "finished")
    number = done.manifest["format"]
    steps = {**STEPS, FORMAT: Step(renamed, {RECORDED: longer}), FORMAT + 1: Step(documents={"names.json": new})}
    written = written_manifest(stored / "finished")
    assert written is not None
    manifest = manifest_now(number, dict(written), steps, FORMAT + 2)
    assert ("seed" in manifest, manifest["luck"], manifest["format"]) == (False, 5, number)
    documents = documents_now(number, Written(done), steps, FORMAT + 2)
    recorded = documents.read(RECORDED)
    assert isinstance(recorded, dict)
    assert (recorded["weeks"], set(recorded)) == (56, {"quantities", "labels", "weeks"})
    assert documents.read("names.json") == ["claims.parquet"]
    assert "names.json" in documents.names


# One reader: weeks, names and advice are the same wherever they are read


@pytest.fixture(scope="module")
def wednesday(fake: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Runs of a scenario whose weeks begin on Wednesdays: `finished`, and `unfinished` after the first batch of each plan."""
    from dataclasses import replace

    folder = tmp_path_factory.mktemp("wednesday")
    scenario = replace(fake.scenario(), origin=date(2007, 9, 5), claims=())
    run(fake.FakeEngine(scenario, weeks=10), folder / "finished", futures=6, seed=1, batch=3, workers=1)
    engine = fake.FakeEngine(scenario, weeks=10)
    with pytest.raises(KeyboardInterrupt):
        run(engine, folder / "unfinished", futures=6, seed=1, batch=3, workers=1, stop=lambda: engine.tiles >= 2)
    return folder


def test_weeks_begin_on_the_weekday_of_the_origin_everywhere(wednesday: Path) -> None:
    """Four readers: the report counted Mondays, the store and the events days since the origin."""
    expected = np.array([date(2007, 9, 5) + timedelta(weeks=week) for week in range(10)], dtype="datetime64[D]")
    for which in ("finished", "unfinished"):
        opened, shown = open_run(wednesday / which), on_page(wednesday / which)
        assert opened.kept is not None
        found = {
            "the run": opened.week_dates,
            "the page": shown.dates,
            "kept futures": opened.kept["week"].to_numpy().astype("datetime64[D]"),
        }
        for who, dates in found.items():
            assert np.array_equal(dates, expected), f"{who}, {which}"
    done = open_run(wednesday / "finished")
    started = {row[0] for row in done.events().project("date_start").distinct().fetchall()}
    assert {np.datetime64(day, "D") for day in started} <= set(expected)
    assert set(done.incidents("stay").week) <= set(range(10))


def test_dyads_have_one_name(wednesday: Path) -> None:
    """The page joined them with a dash between blanks, the store with two hyphens: a series by dyad of an unfinished run found nothing."""
    for which in ("finished", "unfinished"):
        labels = open_run(wednesday / which).recorded.labels
        assert labels["dyad"] == ("foreign--militia", "army--militia")
        assert labels["violence"] == ("state-based", "non-state", "one-sided")


def test_what_is_advised_exists(fake: ModuleType, wednesday: Path, tmp_path: Path) -> None:
    """It advised `--keep deaths`, which no command takes."""
    with pytest.raises(StoreError, match="Did you mean 'deaths'") as raised:
        on_page(wednesday / "finished").series("death", "stay")
    assert "--keep death" not in str(raised.value)
    bare = run(fake.FakeEngine(weeks=5), tmp_path / "bare", futures=2, workers=1, keep="summaries")
    with pytest.raises(StoreError, match=r"run with --keep summaries"):
        on_page(bare).series("deaths", "stay")
