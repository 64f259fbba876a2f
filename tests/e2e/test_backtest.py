"""`drawdown calibrate` and `drawdown backtest` from end to end: a made-up scenario, made-up deaths, nothing downloaded."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from drawdown.calibrate import cli
from drawdown.calibrate.hindcast import AS_IT_STOOD, HindcastError, Study
from drawdown.calibrate.learn import learn
from drawdown.errors import DrawdownError
from drawdown.evaluate.baselines import BASELINES
from drawdown.evaluate.folds import FoldError

pytestmark = pytest.mark.slow

PLACES = ("Capital", "North")
ORIGINS = [date(2023, 1, 2), date(2023, 7, 3)]


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The scenario that `drawdown new` writes, and three years of invented deaths for its two provinces."""
    import drawdown.scenario

    root = tmp_path_factory.mktemp("made-up")
    scenario, data = root / "my-country", root / "data"
    shutil.copytree(Path(drawdown.scenario.__file__).parent / "skeleton", scenario)
    data.mkdir()
    random = np.random.default_rng(2021)
    deaths, attacks = ["start,end,place,deaths"], ["start,place,attacks"]
    level = np.log(np.array([0.15, 0.9]))
    for day in np.arange("2020-06-01", "2024-01-01", dtype="datetime64[D]"):
        level = level + random.normal(0, 0.02, size=2)
        for place, rate in zip(PLACES, np.exp(level), strict=True):
            for _ in range(random.poisson(rate)):
                deaths.append(f"{day},{day},{place},{int(random.zipf(2.5)) if random.uniform() < 0.5 else 1}")
            attacks.append(f"{day},{place},{random.poisson(4 * rate)}")
    (data / "deaths.csv").write_text("\n".join(deaths) + "\n")
    (data / "attacks.csv").write_text("\n".join(attacks) + "\n")
    return scenario, data


def test_a_backtest_runs_from_end_to_end_and_resumes(
    folders: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scenario, data = folders
    settings = {"data": data, "origin": ORIGINS, "lead": [1, 3], "members": 64, "futures": 448, "weeks": 26, "out": tmp_path / "out"}
    cli.backtest(str(scenario), **settings)  # type: ignore[arg-type]  # one mapping of settings for two calls
    said = capsys.readouterr()
    assert "**Verdict**" in said.out
    assert "1 month: simulator is" in said.out
    assert all(name in said.out for name in BASELINES)
    summary = json.loads((tmp_path / "out" / "summary.json").read_text())
    assert {v["word"] for v in summary["verdicts"]["simulator"]} <= {"ahead", "level", "behind"}
    assert all(np.isfinite(m["value"]) for m in summary["means"]["crps log"]["simulator"])
    assert summary["means"]["crps log"]["simulator"][0]["cells"] == len(ORIGINS) * len(PLACES)
    trust = json.loads((tmp_path / "out" / "trust.json").read_text())
    assert [r["lead"] for r in trust["scores"]] == ["1 month", "3 months"]
    assert sum(p["count"] for p in trust["reliability"]) <= len(ORIGINS) * 2 * len(PLACES)
    rows = (tmp_path / "out" / "scores.csv").read_text().splitlines()
    assert len(rows) == 1 + len(ORIGINS) * 2 * len(PLACES) * (len(BASELINES) + 2)
    for origin in ORIGINS:
        assert len(list((tmp_path / "out" / "work" / "posteriors").glob(f"*/posterior_{origin}_s1.yaml"))) == 1
    # Again: every forecast is on disk, nothing is run, and the table is the same.
    cli.backtest(str(scenario), **settings)  # type: ignore[arg-type]  # as above
    again = capsys.readouterr()
    assert again.out == said.out
    assert "forecasting" not in again.err


def test_what_comes_after_the_origin_changes_nothing(folders: tuple[Path, Path], tmp_path: Path) -> None:
    """The whole chain, calibration included: with every later day poisoned the posterior is the same to the bit."""
    scenario, data = folders
    origin = ORIGINS[0]
    poisoned = tmp_path / "poisoned"
    poisoned.mkdir()
    for name in ("deaths.csv", "attacks.csv"):
        head, *rows = (data / name).read_text().splitlines()
        early = [r for r in rows if r[:10] < str(origin)]
        late = [r.rsplit(",", 1)[0] + ",999" for r in rows if r[:10] >= str(origin)]
        (poisoned / name).write_text("\n".join([head, *early, *late]) + "\n")
    found = [learn(Study(scenario, d, tmp_path / d.name, None), origin, 26, 448, 1) for d in (data, poisoned)]
    np.testing.assert_array_equal(found[0].posterior.values, found[1].posterior.values)
    assert found[0].posterior.hypotheses == found[1].posterior.hypotheses
    np.testing.assert_array_equal(found[0].observed, found[1].observed)


def test_calibration_writes_a_patch_that_loads_and_a_page(
    folders: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from drawdown.scenario.load import load

    scenario, data = folders
    cli.calibrate(str(scenario), data=data, origin=ORIGINS[0], weeks=26, futures=512, out=tmp_path, tests=60)
    patch = tmp_path / "posterior.yaml"
    loaded = load(scenario, patches=[patch])
    assert len(loaded.samples) > 0
    assert len({len(v) for v in loaded.samples.values()}) == 1
    page = (tmp_path / "posterior.md").read_text()
    for heading in ("History matching", "Parameters that the data speak of", "Simulation-based calibration", "Stylised facts"):
        assert heading in page
    assert f"data before: {ORIGINS[0]}" in page
    assert "learned" in capsys.readouterr().out


def test_the_prior_predictive_check_is_a_table(folders: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scenario, data = folders
    cli.calibrate(str(scenario), data=data, origin=ORIGINS[0], weeks=26, futures=64, out=tmp_path, check=True, tests=0)
    text = capsys.readouterr().out
    assert "| deaths per week in North |" in text
    assert "figures inside the 90% band of the prior ensemble" in text


def test_a_scenario_put_back_keeps_nothing_that_was_known_later(folders: tuple[Path, Path], tmp_path: Path) -> None:
    scenario, data = folders
    study = Study(scenario, data, tmp_path, None)
    earlier = study.at(ORIGINS[0], 40)
    assert earlier.origin == ORIGINS[0]
    assert earlier.weeks == 40
    assert [p.id for p in earlier.plans] == [AS_IT_STOOD]
    assert earlier.plans[0].orders == ()
    assert earlier.claims == ()
    known = [n.known_on for cells in earlier.tables.values() for n in cells.values() if n.known_on is not None]
    assert all(day <= ORIGINS[0] for day in known)


def test_bad_requests_are_refused_in_words(folders: tuple[Path, Path], tmp_path: Path) -> None:
    scenario, data = folders
    with pytest.raises(FoldError, match="nothing is recorded before"):
        cli.backtest(str(scenario), data=data, origin=[date(2010, 1, 4), ORIGINS[0]], out=tmp_path, simulator=False)
    with pytest.raises(FoldError, match="hold no month to score"):
        cli.backtest(str(scenario), data=data, origin=[date(2030, 1, 7)], out=tmp_path, simulator=False)
    with pytest.raises(FoldError, match="whole months"):
        cli.backtest(str(scenario), data=data, origin=ORIGINS, lead=[0], out=tmp_path, simulator=False)
    with pytest.raises(DrawdownError, match="no folder of recorded data"):
        cli.backtest(str(scenario), data=tmp_path / "nowhere")
    (tmp_path / "twice").mkdir()
    shutil.copytree(scenario, tmp_path / "twice" / "s")
    head = tmp_path / "twice" / "s" / "scenario.yaml"
    head.write_text(head.read_text() + "\norigin: 2024-01-01\n")
    with pytest.raises(HindcastError, match=r"2 line\(s\) 'origin:'"):
        Study(tmp_path / "twice" / "s", data, tmp_path / "w", None).at(date(2023, 1, 2), 20)


def test_default_origins_are_mondays_with_two_years_before_them_and_the_longest_lead_after_them() -> None:
    found = cli.default_origins(date(2003, 5, 1), date(2007, 9, 3), 12)
    assert all(day.weekday() == 0 for day in found)
    assert found[0] >= date(2005, 4, 1)
    assert found[-1] <= date(2006, 9, 3)
    assert len(found) >= 4
    with pytest.raises(DrawdownError, match="leave no origin"):
        cli.default_origins(date(2006, 5, 1), date(2007, 9, 3), 12)
