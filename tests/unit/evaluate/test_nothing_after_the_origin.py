"""Whatever comes after an origin, nothing that is issued at it changes by a bit: forecasts, baselines, levels, posteriors, weights.

All that is recorded from the origin on is spoilt (put in another order, multiplied by ten, made no number, or taken away), and every
function on the way to a forecast must give what it gave before. Each test also shows that it could fail: later origins do change.

"Recorded from the origin on" goes by the day on which a record begins. A record of several days that is still open at the origin (a
morgue's month) is spread over its days by `folds.spread`, and the days before the origin count as known, which nobody had yet been told:
all forecasters share that, and nothing here says that it is right.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pytest

from drawdown.calibrate import forecast as forecasting
from drawdown.calibrate import hindcast, learn
from drawdown.calibrate.forecast import Simulator, level_ratio
from drawdown.calibrate.hindcast import Study
from drawdown.evaluate import backtest, folds
from drawdown.evaluate.backtest import ENSEMBLE, SIMULATOR, Backtest, with_ensemble
from drawdown.evaluate.folds import MONTH, History, target_months
from drawdown.evaluate.record import Record

if TYPE_CHECKING:
    from drawdown.engine import Batch
    from drawdown.scenario.model import Plan, Scenario

PLACES = ("Capital", "North")
LEADS = (1, 3, 12)
ORIGINS = folds.rolling_origins(date(2005, 1, 3), date(2007, 7, 3))
Spoil = Callable[[np.ndarray], np.ndarray]
SPOILT: dict[str, Spoil] = {
    "scrambled": lambda later: np.random.default_rng(8).permuted(later, axis=None),
    "tenfold": lambda later: 10.0 * later + 1.0,
    "no number": lambda later: np.full_like(later, np.nan),
}


def made_up(days: int = 1900) -> History:
    """Two places whose deaths wander, so that now one forecaster is better and now another."""
    random = np.random.default_rng(12)
    level = np.cumsum(random.normal(0, 0.04, size=(days, 2)), axis=0) + np.array([0.5, -1.0])
    return History(date(2003, 5, 1), PLACES, random.poisson(np.exp(np.clip(level, -3, 3))).astype(float))


HISTORY = made_up()


def spoilt(history: History, origin: date, how: str) -> History:
    daily = history.daily.copy()
    first = (origin - history.start).days
    daily[first:] = SPOILT[how](daily[first:])
    return History(history.start, history.places, daily)


# The pool of simulator and best baseline


def issued(seed: int = 4) -> Backtest:
    """Forecasts of a simulator and two baselines, and a truth in which each of them is best for some time."""
    random = np.random.default_rng(seed)
    shape = (len(ORIGINS), len(LEADS), len(PLACES), 40)
    draws = {
        SIMULATOR: random.gamma(2.0, 4.0, size=shape),
        "persistence with spread": random.gamma(2.0, 9.0, size=shape),
        "zeros": random.gamma(1.0, 1.0, size=shape),
    }
    middle = np.stack([np.median(d, axis=-1) for d in draws.values()])
    best = random.integers(0, len(draws), size=(len(ORIGINS), len(LEADS), 1))
    truth = np.take_along_axis(middle, best[None], axis=0)[0] + random.uniform(0, 1, size=shape[:-1])
    return Backtest(ORIGINS, LEADS, PLACES, draws, truth, np.full(shape[:2], np.nan), ())


def over_by(origin: date) -> np.ndarray:
    """(origin, lead): whose target month was over at this origin."""
    ends = np.stack([(target_months(o, LEADS) + MONTH).astype("datetime64[D]") for o in ORIGINS])
    return np.asarray(ends <= np.datetime64(origin))


@pytest.mark.parametrize("how", sorted(SPOILT))
@pytest.mark.parametrize("k", [1, 4, 7, len(ORIGINS) - 1])
def test_weights_of_the_pool_learn_from_targets_before_the_origin_only(how: str, k: int) -> None:
    """Weight, partner and pooled draws at an origin, where every target that ends after it, and every later forecast, is spoilt."""
    plain = issued()
    known = over_by(ORIGINS[k])
    truth = plain.truth.copy()
    truth[~known] = SPOILT[how](truth[~known])
    later = {n: np.concatenate([d[: k + 1], d[k + 1 :] * 3.0 + 1.0]) for n, d in plain.draws.items()}
    one = with_ensemble(plain, 1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # later origins may have nothing but what is no number to learn from
        other = with_ensemble(replace(plain, truth=truth, draws=later), 1)
    np.testing.assert_array_equal(one.weights[: k + 1], other.weights[: k + 1])
    assert one.partners[: k + 1] == other.partners[: k + 1]
    np.testing.assert_array_equal(one.draws[ENSEMBLE][: k + 1], other.draws[ENSEMBLE][: k + 1])


def test_the_pool_would_move_if_it_saw_what_came_later() -> None:
    """The check above can fail: where targets before the origin are spoilt, weights and partners do change."""
    plain = issued()
    known = over_by(ORIGINS[-1])
    assert known.any()
    assert not known.all()
    truth = plain.truth.copy()
    truth[known] = SPOILT["scrambled"](truth[known])
    one, other = with_ensemble(plain, 1), with_ensemble(replace(plain, truth=truth), 1)
    assert (one.weights != other.weights).any()
    assert one.partners != other.partners
    assert len(np.unique(one.weights)) > 3


# Rolling origins, with every baseline


def last_quarter(known: History, origin: date, leads: Sequence[int], members: int, seed: int) -> np.ndarray:
    """A stand-in for the simulator: gamma around the last quarter of what it was shown."""
    random = np.random.default_rng([seed, len(known.daily)])
    level = known.weekly(13).sum(axis=0) / 3.0
    return np.asarray(level[None, :, None] * random.gamma(4.0, 0.25, size=(len(leads), len(known.places), members)))


@pytest.mark.parametrize("how", sorted(SPOILT))
def test_a_backtest_up_to_an_origin_is_the_same_whatever_came_after_it(how: str) -> None:
    upto = 7
    tried: dict[str, backtest.Forecaster] = {SIMULATOR: last_quarter, **backtest.all_baselines()}
    one, other = (backtest.collect(h, ORIGINS[: upto + 1], LEADS, tried, 30, 1) for h in (HISTORY, spoilt(HISTORY, ORIGINS[upto], how)))
    assert set(one.draws) == {SIMULATOR, ENSEMBLE, *backtest.all_baselines()}
    for name in one.draws:
        np.testing.assert_array_equal(one.draws[name], other.draws[name], err_msg=name)
    np.testing.assert_array_equal(one.weights, other.weights)
    assert one.partners == other.partners
    # What was spoilt is there to be seen: the truth of the last targets differs.
    assert not np.array_equal(one.truth, other.truth, equal_nan=True)


@pytest.mark.parametrize("how", sorted(SPOILT))
@pytest.mark.parametrize("day", [date(2006, 2, 1), date(2006, 8, 28)])
def test_months_and_weeks_known_at_an_origin_hold_nothing_later(how: str, day: date) -> None:
    one, other = HISTORY.until(day), spoilt(HISTORY, day, how).until(day)
    np.testing.assert_array_equal(one.daily, other.daily)
    np.testing.assert_array_equal(one.monthly().values, other.monthly().values)
    np.testing.assert_array_equal(one.weekly(52), other.weekly(52))
    assert one.monthly().labels[-1].astype("datetime64[D]").astype(date) < day


# What is asked of the record


@dataclass(frozen=True)
class Watched:
    """A study and its record, which gives what is asked and notes the day after the last that was asked for."""

    work: Path = Path()
    summaries: bool = True
    whose_dead: str | None = None
    ends: list[date] = field(default_factory=list)
    starts: list[date] = field(default_factory=list)

    @property
    def recorded(self) -> Watched:
        return self

    def weeks(self, start: date, weeks: int, places: Sequence[str]) -> Record:
        self.starts.append(start)
        self.ends.append(start + timedelta(days=7 * weeks))
        counts = np.random.default_rng(start.toordinal()).poisson(4.0, size=(weeks, len(places), 1)).astype(float)
        return Record(tuple(places), 2 * counts, counts, counts, counts, np.zeros((weeks, 1)))

    def at(self, origin: date, weeks: int, patches: Sequence[Path] = ()) -> Any:
        class Put:
            places = ()

        put = Put()
        put.__dict__["origin"] = origin
        return put


def steady(places: Sequence[str]) -> Record:
    """Twenty simulated weeks with three of everything."""
    three = np.full((20, len(places), 30), 3.0)
    return Record(tuple(places), three, three, three, three, np.zeros((20, 30)))


def test_levels_ask_for_nothing_after_the_origin() -> None:
    origin = date(2006, 8, 28)
    watched = Watched()
    level_ratio(cast(Study, watched), steady(PLACES), HISTORY.until(origin), origin, PLACES)
    assert (watched.starts[-1], watched.ends[-1]) == (origin - timedelta(weeks=52), origin)


def test_calibration_asks_for_the_weeks_before_the_origin(monkeypatch: pytest.MonkeyPatch) -> None:
    watched, origin = Watched(), date(2006, 8, 28)
    monkeypatch.setattr(learn, "simulate", lambda *_: learn.Simulated({}, {}))
    monkeypatch.setattr(learn, "admin1", lambda _: (PLACES, np.eye(2)))
    scenario, _, found = learn.before(cast(Study, watched), origin, 26, 10, 1)
    assert (watched.starts, watched.ends) == ([origin - timedelta(weeks=26)], [origin])
    assert scenario.origin == origin - timedelta(weeks=26)
    assert found["deaths per week"].shape == (1,)


# The whole chain of the simulator, but for its engine


def quick_engine(scenario: Scenario, weeks: int) -> Any:
    """The engine of a scenario with its real draws, whose futures are made up from two of them and from the rates at the origin."""
    from drawdown.engine import Engine

    class Quick(Engine):
        def run(self, plan: str | Plan, seed: int, futures: Any) -> Batch:
            drawn = self.draws(seed, futures)
            rate = sum(v for n, v in drawn.items() if n.startswith("fatal_rate[")) + 0.2
            lively = np.asarray(rate * np.exp(20.0 * (drawn["clashes.fatal_share"] - 0.09)), float)
            places, count = len(self.labels["place"]), len(futures)
            counts = np.stack(
                [np.random.default_rng([seed, int(f)]).poisson(r, size=(self.weeks, places)) for f, r in zip(futures, lively, strict=True)],
                axis=-1,
            ).astype(float)
            minor = np.zeros((self.weeks, places, 3, count))
            minor[:, :, 2] = counts
            fallen = np.zeros((self.weeks, len(self.labels["actor"]), count))
            none = np.zeros(0, np.int64)
            rows = type("Rows", (), dict.fromkeys(("future", "week", "place", "kind", "incidents", "deaths_civilians"), none))
            return cast(
                "Batch",
                type(
                    "Made",
                    (),
                    {
                        "futures": np.asarray(futures),
                        "status": np.zeros(count, np.uint8),
                        "incidents": rows,
                        "minor": {"small_incidents": minor, "small_dead_civilians": minor},
                        "series": {"civilian_deaths": 2 * counts, "attacks": 3 * counts, "fallen": fallen},
                    },
                ),
            )

    return Quick(scenario, weeks=weeks)


ORIGIN = date(2023, 7, 3)


def folder_of(root: Path, how: str) -> Path:
    """Three years of deaths and attacks for the two provinces of the skeleton, spoilt from the origin on."""
    data = root / how
    data.mkdir()
    random = np.random.default_rng(2021)
    tables: dict[str, list[tuple[str, str, float]]] = {"deaths.csv": [], "attacks.csv": []}
    level = np.log(np.array([2.0, 1.0]))
    for day in np.arange("2020-06-01", "2024-06-01", dtype="datetime64[D]"):
        level = level + random.normal(0, 0.03, size=2)
        for place, rate in zip(PLACES, np.exp(level), strict=True):
            # The day before the origin has a record, so that the data end there even where all later ones are taken away.
            for _ in range(max(random.poisson(rate), int(day == np.datetime64(ORIGIN) - np.timedelta64(1, "D")))):
                tables["deaths.csv"].append((str(day), place, float(random.zipf(2.5)) if random.uniform() < 0.5 else 1.0))
            tables["attacks.csv"].append((str(day), place, float(random.poisson(4 * rate))))
    for name, rows in tables.items():
        early, late = ([r for r in rows if (r[0] >= str(ORIGIN)) is after] for after in (False, True))
        numbers = np.array([r[2] for r in late])
        if how == "taken away":
            late, numbers = [], numbers[:0]
        elif how != "plain":
            numbers = SPOILT[how](numbers)
        all_rows = [*early, *((d, p, n) for (d, p, _), n in zip(late, numbers, strict=True))]
        head, line = ("start,end,place,deaths", "{0},{0},{1},{2:g}") if name == "deaths.csv" else ("start,place,attacks", "{0},{1},{2:g}")
        (data / name).write_text("\n".join([head, *(line.format(*r) for r in all_rows)]) + "\n")
    return data


@dataclass(frozen=True)
class Issued:
    """All that a simulator issues at an origin."""

    draws: np.ndarray
    notes: dict[str, object]
    patches: dict[str, bytes]
    levels: tuple[np.ndarray, np.ndarray]
    observed: np.ndarray


def issue(folder: Path, work: Path, scenario: Path) -> Issued:
    study = Study(scenario, folder, work, None)
    simulator = Simulator(study, futures=448, weeks=26, windows=2)
    known = study.recorded.history().until(ORIGIN)
    draws = simulator(known, ORIGIN, LEADS[:2], 64, 1)
    at = study.at(ORIGIN, 40)
    names, _ = hindcast.admin1(at)
    learned = learn.learn(study, ORIGIN, 26, 448, 1)
    found = sorted((work / "posteriors").rglob("*"))
    return Issued(
        draws,
        dict(simulator.notes[ORIGIN]),
        {f.name: f.read_bytes().replace(folder.name.encode(), b"") for f in found if f.is_file()},
        level_ratio(study, steady(names), known, ORIGIN, names),
        learned.observed,
    )


@pytest.fixture(scope="module")
def skeleton(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import shutil

    target = tmp_path_factory.mktemp("origin") / "my-country"
    with as_file(files("drawdown.scenario") / "skeleton") as folder:
        shutil.copytree(folder, target)
    return target


@pytest.fixture(scope="module")
def plain(skeleton: Path, tmp_path_factory: pytest.TempPathFactory) -> Issued:
    root = tmp_path_factory.mktemp("plain")
    with pytest.MonkeyPatch.context() as patch:
        for module in (forecasting, learn):
            patch.setattr(module, "engine_for", quick_engine)
        return issue(folder_of(root, "plain"), root / "work", skeleton)


@pytest.mark.slow
@pytest.mark.parametrize("how", ["scrambled", "tenfold", "taken away"])
def test_what_a_simulator_issues_is_the_same_whatever_came_after(
    skeleton: Path, plain: Issued, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    """Posterior, size of the discrepancy, levels, forecast: the same bytes."""
    for module in (forecasting, learn):
        monkeypatch.setattr(module, "engine_for", quick_engine)
    other = issue(folder_of(tmp_path, how), tmp_path / "work", skeleton)
    np.testing.assert_array_equal(plain.observed, other.observed)
    assert plain.patches.keys() == other.patches.keys()
    assert len(plain.patches) >= 2
    for name, content in plain.patches.items():
        assert content == other.patches[name], name
    for one, two in zip(plain.levels, other.levels, strict=True):
        np.testing.assert_array_equal(one, two)
    assert plain.notes == other.notes
    np.testing.assert_array_equal(plain.draws, other.draws)
    assert np.isfinite(plain.draws).all()
    assert plain.draws.max() > 0


def test_the_size_of_the_discrepancy_is_learned_before_the_origin(skeleton: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Handed all that was ever recorded, it reads no month after the origin, and no hindcast is shown a day after its own start."""
    simulator = Simulator(Study(skeleton, tmp_path, tmp_path, None), weeks=26, windows=2)
    shown: list[tuple[date, date, date]] = []

    def hindcasted(start: date, months: Any, members: int, seed: int, known: History, patches: Any) -> np.ndarray:
        shown.append((start, known.end, (months.max() + MONTH).astype("datetime64[D]").astype(date)))
        return np.random.default_rng(3).gamma(2.0, 9.0, size=(len(months), 2, members))

    monkeypatch.setattr(simulator, "hindcast", hindcasted)
    origin = date(2006, 8, 28)
    one = simulator.discrepancy(HISTORY.until(origin), origin, 50, 1, [])
    assert len(shown) == 2
    assert all(last <= origin for _, _, last in shown)
    assert [start for start, _, _ in shown] == [origin - timedelta(weeks=26 * k) for k in (1, 2)]
    assert (one.level, one.walk) != (0.0, 0.0)


def test_a_hindcast_is_shown_nothing_after_its_own_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even what was known by the origin at which its error is sized: its recording ratio would be that of the months it forecasts."""
    shown: list[date] = []

    def simulated(study: Any, scenario: Any, months: Any, members: int, seed: int, known: History) -> tuple[np.ndarray, int]:
        shown.append(known.end)
        return np.zeros((len(months), 2, members)), 0

    monkeypatch.setattr(forecasting, "simulated_months", simulated)
    monkeypatch.setattr(forecasting, "admin1", lambda _: (PLACES, np.eye(2)))
    start = date(2006, 2, 27)
    simulator = Simulator(cast(Study, Watched()), weeks=26)
    simulator.hindcast(start, target_months(start, LEADS), 5, 1, HISTORY.until(date(2006, 8, 28)), [])
    assert shown == [start]
