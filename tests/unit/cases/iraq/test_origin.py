"""Initial tables estimated at an origin: percentiles, parts of places, sums, and that nothing later than the origin is ever read."""

from __future__ import annotations

import csv
import math
import shutil
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import gamma

from drawdown.calibrate.tables import write_tables
from drawdown.cases.iraq import CASE
from drawdown.cases.iraq.frames import read
from drawdown.cases.iraq.origin import estimate
from drawdown.cases.iraq.rates import rate_percentiles
from drawdown.cases.rows import Backing, Row
from drawdown.cases.statements import known
from drawdown.state import GIVEN

Estimated = Callable[[date], dict[str, list[Row]]]
ORIGIN = date(2007, 9, 3)
ORIGINS = (date(2006, 8, 7), date(2006, 10, 2), date(2007, 1, 1), date(2007, 4, 2), date(2007, 7, 2), ORIGIN)
GOVERNORATES = tuple(sorted(set(CASE.places.values())))
NUMERICAL = 1e-9
ROUNDING = 5e-4  # rows hold shares to four or five digits; a place or an actor has at most twenty of them


# --- a small world in the columns of the data, so that everything runs without the real files --------------------------------------------


def _events(dates: Sequence[str], governorates: Sequence[str], **columns: Any) -> pd.DataFrame:
    rows = [{"date_start": pd.Timestamp(d), "date_end": pd.Timestamp(d), "governorate": g, **columns} for d in dates for g in governorates]
    return pd.DataFrame(rows)


def _world(folder: Path, until: str) -> Path:
    """Write a data folder: one shooting a day in Baghdad, a bomb a week in Ninewa, ten attacks a week everywhere, to the day `until`."""
    folder.mkdir(parents=True)
    days = [str(d.date()) for d in pd.date_range("2006-01-02", until)]
    mondays = [str(d.date()) for d in pd.date_range("2006-01-02", until, freq="W-MON")]
    common = {"target": "civilians", "coalition_fire": False, "iraqi_state_fire": False, "is_aggregate": False, "dup_suspect": False}
    common |= {"deaths_max": 3.0}
    shootings = _events(days, ["Baghdad"], weapon_class="gunfire", **common)
    bombs = _events(mondays, ["Ninewa"], weapon_class="vehicle_bomb", **common)
    rivals = _events(mondays[::8], ["Basra"], weapon_class="gunfire", **(common | {"target": "clashes between tribes"}))
    pd.concat([shootings, bombs, rivals]).to_parquet(folder / "ibc_events.parquet")
    _events(days[::7], ["Baghdad"], district="Al Sadr").drop(columns="date_end").to_parquet(folder / "esoc_ibc_events.parquet")
    weeks = [m for m in mondays if pd.Timestamp(m) + pd.Timedelta(days=6) <= pd.Timestamp(until)]
    sigact = [
        {"week_start": w, "governorate": g, "sigact_corrected": 10, "days_in_week": 7, "data_gap": False}
        for w in weeks
        for g in GOVERNORATES
    ]
    pd.DataFrame(sigact).to_csv(folder / "esoc_sigact_governorate_week.csv", index=False)
    points = [
        {"date": pd.Timestamp(d), "longitude": x, "latitude": y, "district": n, "governorate": g, "stream": "sigact"}
        for d in days
        for x, y, n, g in ((47.8, 30.5, "Basrah", "Basra"), (47.66, 30.55, "Basrah", "Basra"), (44.46, 33.39, "Al Sadr", "Baghdad"))
    ]
    pd.DataFrame(points).to_parquet(folder / "geocausal_events.parquet")
    battles = _events(mondays, ["Anbar"], type_of_violence=1, side_a="Government of Iraq", side_b="IS", best=5, date_prec=1)
    battles.to_parquet(folder / "ucdp_ged_iraq.parquet")
    pd.DataFrame([{"date": d, "hostile": True, "governorate": "Anbar"} for d in days]).to_csv(folder / "us_fatalities_oif.csv", index=False)
    months = [{"month": m, "us_troops": 130000 + i, "us_deaths_list": 60} for i, m in enumerate(sorted({d[:7] for d in days}))]
    pd.DataFrame(months).to_csv(folder / "us_monthly_troops_casualties.csv", index=False)
    profile = {"wfp_pop2003": 9e5, "wfp_pop2005": 1e6, "wfp_pop2007": 1.05e6, "xtian_share_izady": 0.0, "turc_share_izady": 0.0}
    profile |= {"mixed_share_izady": 0.0, "sunni_share_izady": 0.3, "shia_share_izady": 0.7, "kurd_share_izady": 0.0}
    profile |= {"sunni_share_cia2003": 0.4, "shia_share_cia2003": 0.6, "kurd_share_cia2003": 0.0}
    profile |= {"dec2005_su_v": 0.3, "dec2005_sh_v": 0.6, "dec2005_k_v": 0.0, "dec2005_sn_v": 0.1}
    big = {"Baghdad": 7e6, "Basra": 1.9e6}
    table = [
        {"governorate": g, **profile, **({k: big[g] for k in profile if k.startswith("wfp")} if g in big else {})} for g in GOVERNORATES
    ]
    pd.DataFrame(table).to_csv(folder / "governorate_profile.csv", index=False)
    pd.DataFrame([{"governorate": "Muthanna", "date": "2006-07-13"}, {"governorate": "Maysan", "date": "2007-04-18"}]).to_csv(
        folder / "pic_handover.csv", index=False
    )
    spread = [{"month": m} | dict.fromkeys(GOVERNORATES, 10.0) for m in sorted({d[:7] for d in days})]
    pd.DataFrame(spread).to_csv(folder / "ibc_governorate_month_spread.csv", index=False)
    pd.DataFrame([{"a": "Anbar", "b": "Baghdad", "shared_border_km_approx": 50.0}]).to_csv(
        folder / "governorate_adjacency.csv", index=False
    )
    return folder


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _world(tmp_path_factory.mktemp("data") / "known", "2007-09-02")


@pytest.fixture(scope="module")
def estimated(world: Path) -> Estimated:
    """The tables of that world at an origin, each made once."""
    return cache(lambda origin: estimate(world, origin))


def _best(rows: Sequence[Row], *dims: str) -> dict[Any, float]:
    return {tuple(r.of[d] for d in dims) if len(dims) > 1 else r.of[dims[0]]: r.best for r in rows}


# --- rates -------------------------------------------------------------------------------------------------------------------------------


def test_rate_is_the_jeffreys_posterior_where_counts_are_no_more_varied_than_poisson() -> None:
    found = rate_percentiles([3, 3, 3, 3], 4.0)
    expected = [float(gamma.ppf(q, 12.5, scale=0.25)) for q in (0.05, 0.5, 0.95)]
    assert found == pytest.approx(expected, rel=NUMERICAL)


def test_rate_of_nothing_seen_is_small_and_positive() -> None:
    low, best, high = rate_percentiles([0] * 13, 13.0)
    assert 0 < low < best < high < 3.0 / 13


def test_rate_widens_with_overdispersion() -> None:
    _, _, steady = rate_percentiles([10, 10, 10, 10], 4.0)
    _, _, bursts = rate_percentiles([0, 20, 0, 20], 4.0)
    assert bursts > steady


@pytest.mark.statistical
def test_rate_interval_covers_the_truth_nine_times_in_ten() -> None:
    rng, trials, truth = np.random.default_rng(7), 2000, 2.5
    counts = rng.poisson(truth, (trials, 13))
    # Poisson counts: the ratio f is one where the sample is no more varied than that, above one otherwise, so coverage is at least nominal.
    covered = sum(low <= truth <= high for low, _, high in (rate_percentiles(list(c), 13.0) for c in counts.tolist()))
    standard_error = math.sqrt(0.9 * 0.1 / trials)
    assert covered / trials > 0.9 - 4 * standard_error
    assert covered / trials < 0.99


def test_part_and_rest_add_up_to_the_governorate(estimated: Estimated) -> None:
    rates = _best(estimated(ORIGIN)["attack_rate"], "place")
    whole = rate_percentiles([10] * 13, 13.0)[1]
    assert rates["basra"] + rates["basra-city"] == pytest.approx(whole, rel=1e-4)  # five digits each
    assert rates["baghdad"] + rates["sadr-city"] == pytest.approx(whole, rel=1e-4)
    assert 0.4 < rates["basra-city"] / whole < 0.6, "half of Basra's points lie in the box of the city, half at the airport"


def test_weeks_with_a_hole_in_the_attack_record_are_left_out(tmp_path: Path) -> None:
    """Ten a week everywhere, but for two weeks of which nothing was recorded: still ten a week, from thirteen weeks that were."""
    folder = _world(tmp_path / "holed", "2007-09-02")
    file = folder / "esoc_sigact_governorate_week.csv"
    table = pd.read_csv(file)
    holes = table["week_start"].isin(["2007-07-02", "2007-08-06"])
    assert holes.sum() == 2 * len(GOVERNORATES)
    table.loc[holes, ["sigact_corrected", "data_gap"]] = [0, True]
    table.to_csv(file, index=False)
    found = _best(estimate(folder, ORIGIN)["attack_rate"], "place")
    assert found["anbar"] == pytest.approx(rate_percentiles([10] * 13, 13.0)[1], rel=1e-4)


def test_rates_count_what_they_say(estimated: Estimated) -> None:
    tables = estimated(ORIGIN)
    fatal, bombing, rivalry = (_best(tables[name], "place") for name in ("fatal_rate", "bombing_rate", "rivalry_rate"))
    assert fatal["baghdad"] + fatal["sadr-city"] == pytest.approx(7.0, rel=0.02)
    assert bombing["ninewa"] == pytest.approx(1.0, rel=0.05)
    assert bombing["anbar"] < 0.05
    assert rivalry["basra"] + rivalry["basra-city"] == pytest.approx(7 / 52, rel=0.15)


# --- nothing later than the origin -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("as_of", [date(2007, 4, 2), date(2007, 1, 1)])
def test_later_data_change_nothing(tmp_path: Path, estimated: Estimated, as_of: date) -> None:
    short = _world(tmp_path / "short", str(pd.Timestamp(as_of) - pd.Timedelta(days=1))[:10])
    assert estimate(short, as_of) == estimated(as_of)


def _spoilt(world: Path, folder: Path, as_of: date, how: str) -> Path:
    """A copy of a world in which what happened on a day or later is multiplied by ten, put in another order, or made no number."""
    shutil.copytree(world, folder)
    dated = {
        "ibc_events.parquet": "date_start", "esoc_ibc_events.parquet": "date_start", "esoc_sigact_governorate_week.csv": "week_start",
        "geocausal_events.parquet": "date", "ucdp_ged_iraq.parquet": "date_start", "us_fatalities_oif.csv": "date",
        "us_monthly_troops_casualties.csv": "month", "pic_handover.csv": "date",
    }  # fmt: skip
    for name, column in dated.items():
        file = folder / name
        table = pd.read_parquet(file) if name.endswith("parquet") else pd.read_csv(file)
        late = pd.to_datetime(table[column]) >= pd.Timestamp(as_of)
        assert late.any(), name
        others = [c for c in table.columns if c not in ("date_start", "date_end", column)]
        part = table.loc[late]
        if how == "tenfold":
            # Ten of every event, ten times every count.
            extra = [part.assign(**{c: 10 * part[c] for c in others if pd.api.types.is_integer_dtype(part[c])})] * 9
            table = pd.concat([table, *extra], ignore_index=True)
        elif how == "scrambled":
            table.loc[late, others] = part[others].sample(frac=1.0, random_state=3).to_numpy()
        else:
            blank = {c: np.nan for c in others if pd.api.types.is_numeric_dtype(part[c]) and not pd.api.types.is_bool_dtype(part[c])}
            table = pd.concat([table.loc[~late], part.assign(**blank)], ignore_index=True)
        if name.endswith("parquet"):
            table.to_parquet(file)
        else:
            table.to_csv(file, index=False)
    return folder


@pytest.mark.parametrize("how", ["tenfold", "scrambled", "no number"])
def test_later_data_of_any_kind_change_nothing(tmp_path: Path, world: Path, estimated: Estimated, how: str) -> None:
    """The same tables to the digit."""
    as_of = date(2007, 4, 2)
    folder = _spoilt(world, tmp_path / "spoilt", as_of, how)
    assert estimate(folder, as_of) == estimated(as_of)
    assert how == "no number" or estimate(folder, ORIGIN) != estimated(ORIGIN), "nothing was spoilt"


@pytest.mark.parametrize("how", ["tenfold", "scrambled", "no number"])
def test_recorded_weeks_before_an_origin_hold_nothing_later(tmp_path: Path, world: Path, how: str) -> None:
    """Weekly deaths, incidents, the largest, attacks and foreign dead as calibration reads them: the same to the bit."""
    as_of, places = date(2007, 4, 2), ("Anbar", "Baghdad", "Basra", "Ninewa")
    folder = _spoilt(world, tmp_path / "spoilt", as_of, how)
    found = [CASE.recorded(f) for f in (world, folder)]
    one, other = (record.weeks(as_of - timedelta(weeks=26), 26, places) for record in found if record is not None)
    for name in ("deaths", "incidents", "largest", "attacks", "foreign_deaths"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)
        assert np.nan_to_num(getattr(one, name)).sum() > 0, name


def test_frames_hold_nothing_dated_on_the_origin_or_later(world: Path) -> None:
    frames = read(world, date(2007, 4, 2))
    for frame, column in (
        (frames.ibc, "date_end"),
        (frames.points, "date"),
        (frames.ucdp, "date_end"),
        (frames.us_deaths, "date"),
        (frames.sigact, "week_start"),
        (frames.handovers, "date"),
    ):
        assert len(frame) > 0
        assert frame[column].max() < pd.Timestamp("2007-04-02")
    assert frames.us_months["month"].max() == pd.Timestamp("2007-03-01"), "a month is known when it is over"


def test_every_row_was_known_before_the_origin(estimated: Estimated) -> None:
    for as_of in ORIGINS:
        late = [r for rows in estimated(as_of).values() for r in rows if r.backing.known_on >= as_of]
        assert not late


def test_handover_is_known_from_its_day_on(estimated: Estimated) -> None:
    before = _best(estimated(date(2007, 4, 18))["handed_over_at_origin"], "place")
    after = _best(estimated(date(2007, 4, 19))["handed_over_at_origin"], "place")
    assert (before["maysan"], after["maysan"], after["muthanna"], after["basra"]) == (0.0, 1.0, 1.0, 0.0)


# --- shares ------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("as_of", ORIGINS)
def test_shares_sum(estimated: Estimated, as_of: date) -> None:
    tables = estimated(as_of)
    communities: defaultdict[str, float] = defaultdict(float)
    deployed: defaultdict[str, float] = defaultdict(float)
    ruled: defaultdict[str, float] = defaultdict(float)
    for row in tables["community_share"]:
        communities[row.of["place"]] += row.best
    for row in tables["deployment"]:
        deployed[row.of["actor"]] += row.best
    for row in tables["control_at_origin"]:
        ruled[row.of["place"]] += row.best
    assert set(communities) == set(ruled) == set(CASE.places)
    assert all(total == pytest.approx(1.0, abs=ROUNDING) for total in communities.values())
    assert all(total == pytest.approx(1.0, abs=ROUNDING) for total in deployed.values())
    assert all(0.3 < total <= 1.0 + ROUNDING for total in ruled.values()), "what is missing is the void"


@pytest.mark.parametrize("as_of", ORIGINS)
def test_rows_are_legal(estimated: Estimated, as_of: date) -> None:
    declared = {v.name: v for v in GIVEN}
    for name, rows in estimated(as_of).items():
        variable = declared[name]
        for row in rows:
            assert set(variable.dims) == set(row.of)
            assert row.backing.unit == variable.unit
            assert row.backing.source
            assert row.backing.locator
            assert row.backing.grade in "ABCD"
            assert row.backing.note or row.backing.grade != "D"
            values = [v for v in (row.low, row.best, row.high) if v is not None]
            assert values == sorted(values)
            assert all(variable.low <= v <= variable.high for v in values)


def test_statement_holds_after_it_was_made_and_until_a_later_one() -> None:
    def aqi(day: date) -> float | None:
        said = known(CASE.statements, "control_at_origin", day, place="anbar", actor="al-qaeda-in-iraq")
        return said[0].best if said else None

    assert aqi(date(2006, 8, 1)) is None
    early, late = aqi(date(2006, 10, 1)), aqi(ORIGIN)
    assert early is not None
    assert late is not None
    assert early > late, "the Marine Corps assessment of 2006, then the estimate of August 2007"
    assert all(s.since < ORIGIN for s in CASE.statements), "nothing said on the origin or later is used"


# --- writing -----------------------------------------------------------------------------------------------------------------------------


def _read(file: Path) -> list[dict[str, str]]:
    with file.open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def test_writing_replaces_what_the_estimate_speaks_of_and_keeps_the_rest(tmp_path: Path, estimated: Estimated) -> None:
    def row(place: str, best: float, note: str) -> Row:
        return Row({"place": place, "actor": "badr"}, best, Backing("share", "", "", "D", date(2006, 1, 1), note))

    def write(rows: dict[str, list[Row]]) -> list[Path]:
        return write_tables(rows, tmp_path, CASE.replaces)

    write({"deployment": [row("anbar", 1.0, "by hand")]})
    write({"control_at_origin": [row("maysan", 0.9, "stale")]})
    tables = estimated(date(2006, 8, 7))
    write({k: tables[k] for k in ("deployment", "control_at_origin")})
    deployment, control = _read(tmp_path / "tables" / "deployment.csv"), _read(tmp_path / "tables" / "control_at_origin.csv")
    assert [r["note"] for r in deployment if r["actor"] == "badr"] == ["by hand"], "no estimate speaks of where Badr stands"
    assert not [r for r in control if r["note"] == "stale"], "a statement of another date may not stay beside the estimate"
    again = write({k: tables[k] for k in ("deployment", "control_at_origin")})
    assert _read(again[0]) == deployment


# --- the real data -----------------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real(data: Path) -> Path:
    return data / "iraq"


def test_shipped_tables_are_what_the_code_makes(real: Path, repository: Path) -> None:
    """Numbers, sources and locators."""

    def cell(row: dict[str, str]) -> tuple[str, ...]:
        return tuple(row[c] for c in ("place", "actor", "community", "home") if c in row)

    for name, rows in estimate(real, ORIGIN).items():
        shipped = {cell(r): r for r in _read(repository / "scenarios" / "iraq-2007" / "tables" / f"{name}.csv")}
        for row in (r.columns() for r in rows):
            own = shipped[cell(row)]
            assert {c: row[c] for c in own if c not in ("weight", "known_on")} == {
                c: v for c, v in own.items() if c not in ("weight", "known_on")
            }


def test_ninewa_follows_the_vote_not_the_map(real: Path) -> None:
    shares = _best(estimate(real, ORIGIN)["community_share"], "place", "community")
    assert shares["ninewa", "kurdish"] == pytest.approx(0.19, abs=0.02)


def test_levels_are_those_of_the_summer_of_2007(real: Path) -> None:
    tables = estimate(real, ORIGIN)
    attacks = _best(tables["attack_rate"], "place")
    assert 1200 < sum(attacks.values()) < 1700, "about 1,500 attacks a week"
    assert _best(tables["strength"], "actor")["united-states"] == 162000
    deployment = _best(tables["deployment"], "place", "actor")
    assert max(deployment, key=lambda cell: deployment[cell] * (cell[1] == "united-states"))[0] == "baghdad"


def test_real_data_at_earlier_origins(real: Path) -> None:
    august = _best(estimate(real, date(2006, 8, 7))["attack_rate"], "place")
    later = _best(estimate(real, ORIGIN)["attack_rate"], "place")
    assert august["anbar"] > 2 * later["anbar"], "Anbar calmed after October 2006"
    assert set(august) == set(later) == set(CASE.places)
