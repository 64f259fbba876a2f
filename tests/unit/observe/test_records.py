"""What UCDP, IBC and a coalition log would have recorded."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from drawdown.cases.iraq.sources import ibc
from drawdown.data.sources import attacks, ucdp_ged
from drawdown.observe import HIGH, LOW, MODELS, RECORDED, Setting, access, export, recorded_attacks
from drawdown.observe import expected_cells as expected_of
from drawdown.observe import observe as observe_of
from drawdown.observe.expand import COLUMNS

Columns = dict[str, NDArray[Any]]
SOURCES = ("ucdp", "press", "log")
# Most tests here take the table for a truth, of which a source notices a part; what is simulated is a record (RECORDED, the default).
observe, expected_cells = partial(observe_of, curve=LOW), partial(expected_of, curve=LOW)


def row(**values: int) -> Columns:
    """One row of the table, zeros where nothing is said."""
    return {name: np.array([values.get(name, 0)]) for name in COLUMNS} | {"incidents": np.array([values.get("incidents", 1)])}


@pytest.mark.parametrize("source", SOURCES)
def test_recorded_and_missed_are_the_truth(truth: Columns, setting: Setting, source: Any) -> None:
    seen = observe(truth, source, setting)
    assert len(seen) + sum(seen.missed.values()) == truth["incidents"].sum()
    deaths = sum(int(truth[n].sum()) for n in ("deaths_a", "deaths_b", "deaths_civilians"))
    kept = sum(int(seen.columns[n].sum()) for n in ("deaths_a", "deaths_b", "deaths_civilians"))
    assert kept + sum(seen.deaths_missed.values()) == deaths


def test_carpenters_matched_share_by_size(truth: Columns, setting: Setting) -> None:
    """V8: a truth passed through the log with the low curve; matched shares by size at five standard errors."""
    from drawdown.observe.expand import expand

    single = expand(truth)
    deaths = single["deaths_a"] + single["deaths_b"] + single["deaths_civilians"]
    for curve, shares in ((LOW, {1: 0.174, 20: None}), (HIGH, {1: 0.6, 20: None})):
        seen = observe(truth, "log", setting, curve=curve).columns["deaths"]
        for size in (1, 2, 5, *shares):
            true, found = (deaths == size).sum(), (seen == size).sum()
            p = float(curve(size))
            assert abs(found - true * p) < 5 * np.sqrt(true * p * (1 - p)) + 1e-9
        large = (seen >= 20).sum() / (deaths >= 20).sum()
        assert large > 0.94


@pytest.mark.slow
@pytest.mark.parametrize("source", SOURCES)
def test_the_fast_version_agrees_with_the_drawn_one(truth: Columns, setting: Setting, source: Any) -> None:
    """Expected cells against 20 draws: to 5% (what the row's unknown sizes cost) plus five standard errors."""
    number, deaths = expected_cells(truth, source, setting, futures=np.arange(6))
    assert number.shape == deaths.shape == (104, 3, 6)
    draws = [observe(truth, source, setting, seed=s, threshold=0) for s in range(20)]
    counts = np.array([len(d) for d in draws])
    killed = np.array([d.columns["deaths"].sum() for d in draws])
    for fast, drawn in ((number.sum(), counts), (deaths.sum(), killed)):
        assert abs(fast - drawn.mean()) < 0.05 * drawn.mean() + 5 * drawn.std() / np.sqrt(len(drawn))
    one = expected_cells(truth, source, setting, futures=np.arange(6), period_of_week=np.arange(104) // 52)
    assert one[1].shape == (2, 3, 6)
    assert one[1].sum() == pytest.approx(deaths.sum())
    with pytest.raises(KeyError):
        expected_cells(truth, source, setting, futures=np.arange(3))


def test_who_is_counted(setting: Setting) -> None:
    """IBC counts civilians and police, not soldiers and insurgents; a source that counts all counts all."""
    clash = row(side_a=1, side_b=3, violence=1, deaths_a=500, deaths_b=40)
    assert observe(clash, "press", setting).columns["deaths"].tolist() == [40]
    assert observe(clash, "log", setting).columns["deaths"].tolist() == [540]
    army = row(side_a=1, side_b=0, violence=1, deaths_a=500, deaths_b=40)
    assert observe(army, "press", setting).missed["nobody killed whom it counts"] == 1


def test_ucdp_leaves_out_killings_by_unknown_hands(truth: Columns, setting: Setting) -> None:
    """In Iraq, 2004 to August 2007, UCDP named the hand in about 1 in 100 shootings and executions, IBC counted them all."""
    reprisals = {name: values[(truth["violence"] == 3) & (truth["kind"] != 2)] for name, values in truth.items()}
    ucdp, media = observe(reprisals, "ucdp", setting, threshold=0), observe(reprisals, "press", setting)
    assert 0.002 < len(ucdp) / len(media) < 0.02
    clashes = {name: values[truth["violence"] == 1] for name, values in truth.items()}
    assert len(observe(clashes, "ucdp", setting, threshold=0)) / clashes["incidents"].sum() > 0.15
    assert ucdp.missed["perpetrator unknown"] > 10 * len(ucdp)


def test_bombings_of_fifty_are_named_more_often_than_small_ones() -> None:
    a, b = MODELS["ucdp"].known["bombing"] if MODELS["ucdp"].known else (0.0, 0.0)

    def share(deaths: float) -> float:
        return float(1 / (1 + np.exp(-(a + b * np.log(deaths)))))

    assert share(6) == pytest.approx(0.10, abs=0.03)
    assert share(30) == pytest.approx(0.17, abs=0.05)
    assert share(80) == pytest.approx(0.30, abs=0.05)


def test_the_threshold_of_25_deaths_in_a_year(setting: Setting) -> None:
    """One clash of 20 that UCDP knows of is not in UCDP; two in one calendar year are, and so is every other of the pair."""
    once = row(side_a=0, side_b=1, violence=1, deaths_a=20)
    seed = next(s for s in range(100) if len(observe(once, "ucdp", setting, seed=s, curve=HIGH, threshold=0)))
    seen = observe(once, "ucdp", setting, seed=seed, curve=HIGH)
    assert (len(seen), seen.missed["dyad below 25 deaths a year"]) == (0, 1)
    often = {name: np.repeat(values, 60) for name, values in once.items()} | {"week": np.arange(60)}
    without = observe(often, "ucdp", setting, seed=seed, curve=HIGH, threshold=0)
    assert len(without) > 30
    assert len(observe(often, "ucdp", setting, seed=seed, curve=HIGH)) == len(without)
    assert MODELS["press"].threshold == MODELS["log"].threshold == 0


def test_the_log_thins_out_where_the_coalition_leaves(truth: Columns, setting: Setting) -> None:
    force = np.full((104, 3, 6), 6000.0)
    force[52:, 1] = 0.0
    shift = access(force, np.array([1.5e6, 2.0e6, 1.0e6])[None, :, None], np.array([6000.0, 6000.0, 6000.0])[None, :, None])
    assert shift[:52] == pytest.approx(0.0)
    seen = observe(truth, "log", setting, access=shift).columns
    before, after = (np.bincount(seen["place"][(seen["week"] >= 52) == late], minlength=3) for late in (False, True))
    assert after[1] < 0.25 * before[1]
    assert abs(after[0] - before[0]) < 5 * np.sqrt(before[0] + after[0])
    media = observe(truth, "press", setting, access=shift).columns
    assert (media["week"] >= 52).mean() == pytest.approx(0.5, abs=0.03)
    fewer, _ = expected_cells(truth, "log", setting, futures=np.arange(6), access=shift)
    assert fewer[52:, 1].sum() == pytest.approx(after[1], rel=0.2)


def test_units_report_their_own_fights_always(setting: Setting) -> None:
    """An incident with a foreign side is in the log whatever its size and wherever."""
    many = {name: np.repeat(values, 400) for name, values in row(side_a=1, side_b=2, violence=1, deaths_b=1).items()}
    many["week"] = np.arange(400) % 104
    assert len(observe(many, "log", setting, access=np.full((104, 3, 1), -9.0))) == 400


def test_recorded_attacks() -> None:
    attacks_true = np.full((2, 1, 1), 100.0)
    assert recorded_attacks(attacks_true, np.zeros((2, 1, 1))) == pytest.approx(100.0)
    few, many = recorded_attacks(attacks_true, np.array([-20.0, 20.0])[:, None, None]).ravel()
    assert few < 1e-3
    assert many == pytest.approx(100 / 0.8)


def test_delay_and_as_of(truth: Columns, setting: Setting) -> None:
    everything = observe(truth, "press", setting)
    lag = (everything.columns["reported"] - everything.columns["date"]).astype(int)
    assert (lag >= 0).all()
    assert lag.mean() == pytest.approx(MODELS["press"].delay + 0.5, abs=5 * lag.std() / np.sqrt(len(lag)))
    day = np.datetime64("2008-03-03")
    then = observe(truth, "press", setting, as_of=day)
    assert (then.columns["reported"] <= day).all()
    assert then.missed["not yet reported"] == (everything.columns["reported"] > day).sum()
    dates = everything.columns["date"] - setting.weeks[everything.columns["week"]]
    assert set(dates.astype(int)) == set(range(7))


def test_draws_belong_to_names(truth: Columns, setting: Setting) -> None:
    whole = observe(truth, "press", setting, seed=4)
    alone = observe({n: v[truth["future"] == 3] for n, v in truth.items()}, "press", setting, seed=4)
    mine = whole.columns["future"] == 3
    for name in ("week", "place", "deaths", "date", "reported"):
        assert (whole.columns[name][mine] == alone.columns[name]).all()


def test_futures_taken_in_halves_give_the_same(truth: Columns, setting: Setting, monkeypatch: pytest.MonkeyPatch) -> None:
    order = np.argsort(truth["future"], kind="stable")
    table = {n: v[order] for n, v in truth.items()}
    whole = observe(table, "ucdp", setting)
    monkeypatch.setattr("drawdown.observe.records.AT_ONCE", 6000)
    halved = observe(table, "ucdp", setting)
    assert halved.missed == whole.missed
    assert halved.deaths_missed == whole.deaths_missed
    for name, values in whole.columns.items():
        assert (halved.columns[name] == values).all()


def test_exports_are_read_back_by_the_loaders(truth: Columns, setting: Setting, tmp_path: Path) -> None:
    one = {n: v[truth["future"] == 0] for n, v in truth.items()}
    seen = observe(one, "ucdp", setting)
    written = export(seen, tmp_path / "ged.csv", setting)
    loaded = ucdp_ged.read(tmp_path / "ged.csv")
    assert (written, loaded.kept, loaded.dropped.total) == (len(seen), len(seen), 0)
    assert loaded.frame["best"].sum() == seen.columns["deaths"].sum()
    assert set(loaded.frame.loc[loaded.frame["type_of_violence"] == 1, "side_a"]) == {"Government of Iraq"}
    assert set(loaded.frame.loc[loaded.frame["type_of_violence"] == 3, "side_b"]) == {"Civilians"}
    assert (loaded.frame["deaths_a"] + loaded.frame["deaths_b"] + loaded.frame["deaths_civilians"] == loaded.frame["best"]).all()
    seen = observe(one, "press", setting)
    export(seen, tmp_path / "ibc.csv", setting)
    media = ibc.read(tmp_path / "ibc.csv")
    assert (media.kept, media.frame["best"].sum()) == (len(seen), seen.columns["deaths"].sum())
    assert set(media.frame["kind"]) == {"execution", "vehicle_bomb", "gunfire"}
    seen = observe(one, "log", setting)
    export(seen, tmp_path / "log.csv", setting)
    log = attacks.read(tmp_path / "log.csv")
    assert log.kept == 104 * 3
    assert log.frame["events"].sum() == len(seen)
    assert not list(tmp_path.glob("*.part"))


def test_a_record_is_not_thinned_again(truth: Columns, setting: Setting) -> None:
    """Issue 7, D6: simulated deaths are recorded deaths. By default Iraq Body Count has all whom it counts, not a third of them."""
    seen = observe_of(truth, "press", setting)
    police = (
        setting.is_kind(truth["side_a"], ("police",)) * truth["deaths_a"]
        + setting.is_kind(truth["side_b"], ("police",)) * truth["deaths_b"]
    )
    assert seen.columns["deaths"].sum() == (truth["deaths_civilians"] + police).sum()
    assert {reason for reason, number in seen.missed.items() if number} <= {"nobody killed whom it counts"}
    number, deaths = expected_of(truth, "press", setting, futures=np.arange(6))
    assert deaths.sum() == pytest.approx(seen.columns["deaths"].sum())
    assert number.sum() == pytest.approx(len(seen), rel=0.02)  # incidents of a row in which nobody counted died are spread over the others
    thinned = observe_of(truth, "press", setting, curve=LOW)
    assert thinned.columns["deaths"].sum() < 0.8 * seen.columns["deaths"].sum()


def test_the_recorded_log_thins_out_only_where_the_coalition_leaves(truth: Columns, setting: Setting) -> None:
    shift = np.zeros((104, 3, 6))
    shift[52:, 1] = -3.0
    seen = observe_of(truth, "log", setting, access=shift).columns
    whole = observe_of(truth, "log", setting).columns
    late, gone = (whole["week"] >= 52) & (whole["place"] == 1), (seen["week"] >= 52) & (seen["place"] == 1)
    assert (~gone).sum() == (~late).sum()
    assert gone.sum() < 0.5 * late.sum()
    assert RECORDED(np.array([1, 5]), np.array([5.0, 5.0])) == pytest.approx(1.0)  # better access finds no more than there is
