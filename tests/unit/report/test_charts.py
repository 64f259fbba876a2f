"""Charts from a run: what they show is what the run holds."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

from drawdown.errors import DrawdownError
from drawdown.report import answers, charts, charts_sections, endstates, fans, rule
from drawdown.report.history import RecordedSeries, history
from drawdown.report.plot import write_plot
from drawdown.report.run import RunView, open_run
from drawdown.report.templating import fill
from drawdown.runs.disk import StoreError


def test_national_series_add_up(run: RunView) -> None:
    kinds = sum(fans.paths(run, fans.topic(run, f"deaths:{k}"), "stay") for k in ("state-based", "non-state", "one-sided"))
    assert np.allclose(kinds, fans.paths(run, fans.topic(run, "deaths"), "stay"), rtol=1e-4)
    ruled = sum(fans.paths(run, fans.topic(run, f"rule:{r.id}"), "stay") for r in run.rulers)
    assert np.allclose(ruled + fans.paths(run, fans.topic(run, "void"), "stay"), 1.0, atol=1e-3)


def test_differences_are_paired_and_flows_are_added_up(run: RunView) -> None:
    deaths = fans.topic(run, "deaths")
    a, b = (fans.paths(run, deaths, plan) for plan in ("stay", "leave-now"))
    assert np.allclose(fans.difference(deaths, a, b)[:, -1], a.sum(axis=1) - b.sum(axis=1))
    share = fans.topic(run, "void")
    assert np.allclose(fans.paired(run, share, "stay", "stay"), 0.0)


def test_an_unknown_series_names_those_there_are(run: RunView) -> None:
    with pytest.raises(KeyError, match="rule:government"):
        fans.topic(run, "weather")


def test_every_place_is_ruled_void_or_contested_in_every_future(run: RunView) -> None:
    shares = rule.ruling(run, "stay")
    assert shares.shape == (104, 20, len(run.rulers) + 2)
    assert np.allclose(shares.sum(axis=-1), 1.0)
    place = [str(p) for p in run.series("void", "stay")["place"].values].index("sadr-city")
    mehdi = [r.id for r in run.rulers].index("mehdi-army")
    control = run.series("control", "stay", place="sadr-city", actor="mehdi-army").values
    assert np.isclose(shares[0, place, mehdi], (control[:, 0] >= 0.5).mean())


def test_end_states_flow_without_losing_a_future(run: RunView) -> None:
    for aspect in endstates.aspects(run):
        rows, categories = charts.flow_rows(run, aspect)
        for plan in run.plans:
            for year in (1.0, 2.0):
                bars = [
                    r for r in rows if r["plan"] == plan.name and r["kind"] == "bar" and abs((r["year"] + r["year2"]) / 2 - year) < 0.01
                ]
                assert np.isclose(sum(r["share"] for r in bars), 1.0, atol=0.002)
        assert endstates.ENDED in categories or aspect != "form"


def test_drivers_find_what_was_planted_and_nothing_else(run: RunView) -> None:
    found = answers.drivers(run, "sadr-rules-basra")
    names = [d.name for d in found]
    assert set(names) == {"strength[mehdi-army]", "desertion.embedded_hazard", "hypothesis:backlash"}
    assert "clashes.contest_exponent" not in names
    assert all(d.low < d.high for d in found)
    assert np.isclose(sum(answers.resting_on(found).values()), 1.0)
    assert next(d.grade for d in found if d.name == "desertion.embedded_hazard") == "D"
    many = answers.all_drivers(run, ["sadr-rules-basra", "violence-goes-on"])
    assert many["sadr-rules-basra"] == found


def test_nothing_moves_a_claim_that_is_the_same_in_every_future(make: Callable[..., Path], synthetic: ModuleType) -> None:
    """Three plans in five, in every future: by a rounding error in the last bit three hypotheses "moved" it from 60% to 60%."""
    folder = make(futures=200, kept=0, claims=1)
    table = pd.read_parquet(folder / "claims.parquet")
    table["value"] = table["plan"].map({"announced": 1.0, "stay": 0.0, "leave-now": 1.0, "surge-on": 0.0, "no-cover": 1.0})
    table.to_parquet(folder / "claims.parquet")
    synthetic.seal(folder)
    assert answers.drivers(open_run(folder), "sadr-rules-basra") == []


def test_what_a_hypothesis_sets_is_not_counted_beside_it(run: RunView) -> None:
    """recruitment.backlash differs fifty-fold between the options and moves nothing inside them: its part is the hypothesis's."""
    for claim in ("sadr-rules-basra", "police-leave", "violence-goes-on"):
        found = {d.name for d in answers.drivers(run, claim)}
        assert "hypothesis:backlash" in found
        assert "recruitment.backlash" not in found


def test_answers_carry_their_errors_and_unknown_futures(run: RunView) -> None:
    found = answers.answers(run)
    one = found["sadr-rules-basra", "stay"]
    assert (one.known, one.unknown) == (298, 2)
    assert one.low < one.probability < one.high
    assert ("no-good-reason", "stay minus leave-now") in found
    pair = next(d for d in answers.differences(run, "sadr-rules-basra") if (d.a, d.b) == ("announced", "stay"))
    assert np.isclose(pair.difference, found["sadr-rules-basra", "announced"].probability - one.probability)
    assert pair.error < np.hypot(one.error, one.error)


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        "claims",
        "fan",
        "fan:rule:mehdi-army:basra",
        "difference",
        "difference:stay:leave-now:deaths:one-sided",
        "end-states:leader",
        "drivers",
        "map:stay:50",
    ],
)
def test_charts_are_valid_altair_and_can_be_drawn(run: RunView, name: str, tmp_path: Path) -> None:
    pytest.importorskip("vl_convert", reason="drawing SVG needs the extra 'report'")
    out = write_plot(run.folder, name, tmp_path / f"{name.split(':')[0]}.svg")
    assert out.read_text(encoding="utf-8").startswith("<svg")
    assert out.stat().st_size > 4000


def test_a_plot_of_what_is_not_there_says_what_is(run: RunView, tmp_path: Path) -> None:
    for chart, expected in (
        ("fanz", "fan"),
        ("fan:weather", "deaths"),
        ("difference:stay:leav-now", "leave-now"),
        ("who-rules:staying", "stay"),
    ):
        with pytest.raises(DrawdownError, match=expected):
            write_plot(run.folder, chart, tmp_path / "x.svg")
    with pytest.raises(DrawdownError, match=r"\.svg"):
        write_plot(run.folder, "fan", tmp_path / "x.gif")
    assert not list(tmp_path.iterdir())


def test_recorded_deaths_stand_before_the_origin(run: RunView, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    days = "\n".join(f"2007-08-{d:02d},2007-08-{d:02d},Basra,{d}" for d in range(1, 32))
    (tmp_path / "deaths.csv").write_text(f"start,end,place,deaths\n{days}\n2007-09-10,2007-09-10,Basra,900\n", encoding="utf-8")
    monkeypatch.setenv("DRAWDOWN_DATA", str(tmp_path))
    found = history(run)["civilian_deaths"]
    assert found.rows[-1] == ("2007-08-27", 27 + 28 + 29 + 30 + 31)
    assert max(day for day, _ in found.rows) < "2007-09-03"
    (tmp_path / "deaths.csv").write_text("start,end,place,deaths\n2007-08-01,2007-08-31,Kabul,9\n", encoding="utf-8")
    assert history(run) == {}


def test_what_was_recorded_after_the_origin_is_kept_apart(run: RunView, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Issue 7, D5: from the user's folder, whole weeks only, until the run ends; drawn behind a switch that is not there without them."""
    days = [f"2007-{m:02d}-{d:02d}" for m, d in [(8, d) for d in range(20, 32)] + [(9, d) for d in range(1, 24)]]
    (tmp_path / "deaths.csv").write_text("start,end,place,deaths\n" + "".join(f"{d},{d},Basra,2\n" for d in days), encoding="utf-8")
    monkeypatch.setenv("DRAWDOWN_DATA", str(tmp_path))
    found = history(run)["civilian_deaths"]
    assert found.rows == (("2007-08-20", 14.0), ("2007-08-27", 14.0))
    assert found.after == (("2007-09-03", 14.0), ("2007-09-10", 14.0), ("2007-09-17", 14.0))
    assert '<input type="checkbox" id="fan-happened"' in fill("fans", charts_sections.fans_view(run, history(run)))
    until = [d for d in days if d < "2007-09-03"]
    (tmp_path / "deaths.csv").write_text("start,end,place,deaths\n" + "".join(f"{d},{d},Basra,2\n" for d in until), encoding="utf-8")
    assert history(run)["civilian_deaths"].after == ()
    assert '<input type="checkbox" id="fan-happened"' not in fill("fans", charts_sections.fans_view(run, history(run)))


def test_a_record_that_is_no_table_is_named(run: RunView, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    shutil.copytree(run.folder, folder)
    for text in (
        "date,topic,value\n2007-08-20,deaths,3\n",
        "date,topic,value,source\nsoon,deaths,3,x\n",
        "date,topic,value,source\n2007-08-20,deaths,many,x\n",
        "",
    ):
        (folder / "history.csv").write_text(text, encoding="utf-8")
        with pytest.raises(DrawdownError, match=r"history\.csv"):
            history(open_run(folder))


def test_history_stops_at_the_origin(run: RunView, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    shutil.copytree(run.folder, folder)
    (folder / "history.csv").write_text(
        "date,topic,value,source\n2007-08-20,deaths,300,Some Count\n2007-08-27,deaths,310,Some Count\n2007-09-03,deaths,9,Some Count\n",
        encoding="utf-8",
    )
    found = history(open_run(folder))
    assert found == {"deaths": RecordedSeries("Some Count", (("2007-08-20", 300.0), ("2007-08-27", 310.0)), (("2007-09-03", 9.0),))}
    drawn = charts.fan(open_run(folder)).to_json()
    assert "observed" in drawn
    assert "happened" not in drawn  # what came after the origin is drawn for those who ask only
    assert "happened" in charts.fan(open_run(folder), happened=True).to_json()


def test_a_folder_that_is_no_run_is_refused(tmp_path: Path, make: Callable[..., Path]) -> None:
    with pytest.raises(StoreError, match=r"manifest\.json"):
        open_run(tmp_path)
    folder = make(kept=0, futures=10)
    (folder / "manifest.json").write_text("{", encoding="utf-8")
    with pytest.raises(StoreError, match="JSON"):
        open_run(folder)
