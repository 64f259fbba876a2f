"""The simulator as a forecaster: each country as a small scenario at each origin, all by one compiled program."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np

from drawdown.claims.endstates import FALL
from drawdown.exam.forecast import Bools, Forecast
from drawdown.exam.happened import LEAST_FORCE
from drawdown.exam.origins import Origin
from drawdown.exam.outcomes import HORIZON
from drawdown.exam.panel import ExamError, Floats
from drawdown.vocabulary.who_rules import ABSENCE_WEEKS, HALF

if TYPE_CHECKING:
    from drawdown.countries import Small, WorldData
    from drawdown.engine import Batch, Engine
    from drawdown.scenario.model import Scenario

WEEK = 7  # days
ARMED = ("insurgent", "militia")
GOVERNMENT = ("army", "police")
READ = ("control", "force", "deal", "settled", "signed", FALL)
FUTURES = 256


@dataclass
class WorldSimulator:
    """Forecasts `futures` futures an origin, from the world data in `folder`.

    `patches`: for each fold that has one, the patch that its other folds taught.

    An origin that is an exit runs the plan `exit` of its scenario, in which the force leaves; all others run `stay`.
    """

    folder: Path
    futures: int = FUTURES
    seed: int = 1
    patches: Mapping[int, Path] = field(default_factory=dict)
    _engine: Engine | None = None

    @cached_property
    def data(self) -> WorldData:
        """The world data of `folder`."""
        from drawdown.countries import read

        return read(self.folder)

    @property
    def key(self) -> str:
        """Source of the model and of this room's simulation, data, patches, members and seed."""
        from drawdown.runs.model import model_digest

        digest = hashlib.sha256(f"{model_digest()} {self.futures} {self.seed}".encode())
        for name in ("simulation.py", "origins.py", "outcomes.py", "happened.py"):
            digest.update(Path(__file__).with_name(name).read_bytes())
        for file in sorted(path for path in self.folder.rglob("*") if path.is_file()):
            digest.update(f"{file.name} {file.stat().st_size}".encode())
        for fold, path in sorted(self.patches.items()):
            digest.update(f"{fold} ".encode() + path.read_bytes())
        return digest.hexdigest()

    def compile(self, origin: Origin) -> None:
        """Build the one program on a first scenario, before two threads would."""
        from drawdown.engine import Engine

        small = self._small(origin)
        self._engine = Engine(small.scenario)
        self._engine.compile()

    def __call__(self, origin: Origin) -> Forecast:
        small = self._small(origin)
        if self._engine is None:
            self.compile(origin)
        assert self._engine is not None
        engine = self._engine.with_scenario(self._patched(origin, small.scenario))
        plan = "exit" if origin.exit else "stay"
        seed = crc32(f"{origin.id} {self.seed}".encode())
        batch = engine.run(plan, seed, np.arange(self.futures))
        return forecast(batch, small, origin, np.random.default_rng([seed, 1]))

    def _small(self, origin: Origin) -> Small:
        from drawdown.countries import small_scenario

        return small_scenario(self.data, origin.iso3, _day(origin), origin.exit or None)

    def _patched(self, origin: Origin, plain: Scenario) -> Scenario:
        """The scenario under its fold's patch, if there is one."""
        patch = self.patches.get(origin.fold)
        if patch is None:
            return plain
        from drawdown.countries import write
        from drawdown.scenario.load import load

        with tempfile.TemporaryDirectory(prefix="drawdown-") as folder:
            return load(write(Path(folder) / plain.id, self.data, origin.iso3, _day(origin), origin.exit or None), patches=[patch])


def _day(origin: Origin) -> date:
    return date.fromisoformat(f"{origin.month}-01")


def forecast(batch: Batch, small: Small, origin: Origin, random: np.random.Generator) -> Forecast:
    """Months and events of the futures that ran to their end. Raises ExamError where hardly any did, or they are too short."""
    ran = batch.status == 0
    if ran.mean() < HALF:
        raise ExamError(f"{origin.id}: {int((~ran).sum())} of {len(ran)} futures ended early")
    weekly = batch.series["deaths"][..., ran].astype(np.float64)
    weekly = weekly.sum(axis=tuple(range(1, weekly.ndim - 1)))
    ends = month_ends(origin.month)
    if len(weekly) * WEEK < ends[-1]:
        raise ExamError(f"{origin.id}: its scenario has {len(weekly)} weeks; {HORIZON} months need {-(-int(ends[-1]) // WEEK)}")
    last = np.maximum(ends // WEEK - 1, 0)  # the last week that is over by the end of each month
    series = {name: value[..., ran] for name, value in batch.series.items() if name in READ}
    events = {name: weeks[last] for name, weeks in events_of(series, small).items()}
    return Forecast(monthly(weekly, ends, random), events)


def month_ends(first: np.datetime64) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Days from the origin to the end of each of the HORIZON months."""
    months = first + np.arange(HORIZON + 1)
    days = months.astype("datetime64[D]")
    return np.asarray((days[1:] - days[0]).astype(np.int64))


def monthly(weekly: Floats, ends: np.ndarray[tuple[int], np.dtype[np.int64]], random: np.random.Generator) -> Floats:
    """Weekly deaths [week, member], week k beginning 7k days after the origin, as months [month, member].

    The dead of a week that two months share fall to each by chance, by its days: whole people, so that months without a death stay so.
    """
    counts = np.maximum(np.rint(weekly), 0).astype(np.int64)
    found = np.zeros((len(ends), weekly.shape[1]))
    begin, carried = 0, np.zeros(weekly.shape[1], dtype=np.int64)
    for month, end in enumerate(ends):
        whole, days = divmod(int(end), WEEK)
        # A week that the last month has taken part of gave the rest to `carried`.
        found[month] = carried + counts[begin:whole].sum(axis=0)
        begin, carried = whole, np.zeros(weekly.shape[1], dtype=np.int64)
        if days:
            part = random.binomial(counts[whole], days / WEEK)
            found[month] += part
            begin, carried = whole + 1, counts[whole] - part
    return found


def events_of(series: Mapping[str, np.ndarray[tuple[int, ...], np.dtype[np.float32]]], small: Small) -> dict[str, Bools]:
    """Events of `drawdown.exam.forecast.EVENTS` by the end of each week: bool [week, future]."""
    labels, kinds = small.scenario.labels, {actor.id: actor.kind for actor in small.scenario.actors}
    actors, places = labels["actor"], labels["place"]
    armed = [i for i, actor in enumerate(actors) if kinds[actor] in ARMED]
    foreign = [i for i, actor in enumerate(actors) if kinds[actor] == "foreign"]
    held = series["control"][:, :, armed].sum(axis=2)  # [week, place, future]
    force = series["force"]
    persons = force[:, :, foreign].sum(axis=1)  # [week, foreign, future]
    there = persons >= LEAST_FORCE
    there &= np.array([actors[i] in small.counted for i in foreign])[None, :, None]  # as records would tell it
    # The zone of an exit: wherever the one who leaves stands in the first week, by its soldiers.
    weight = force[0][:, [actors.index(small.foreign[0])]].sum(axis=1) if small.foreign else np.zeros(force[0][:, 0].shape)
    total = weight.sum(axis=0)
    zone = (held * weight).sum(axis=1) / np.where(total > 0, total, 1.0)
    taken = held[:, places.index(small.capital)] >= HALF
    if FALL in series:
        taken = taken | (series[FALL] >= HALF)
    return {
        "capital": risen(taken),
        "agreement": signed(series, small),
        "forces": np.asarray(there.any(axis=1)),
        "back": back(there),
        "zone": risen((zone >= HALF) & (total > 0)),
    }


def risen(holds: Bools) -> Bools:
    """Whether what holds has come about since the first week: what stood at the origin has not."""
    fresh = holds[1:] & np.logical_or.accumulate(~holds, axis=0)[:-1]
    first = np.zeros((1, *holds.shape[1:]), dtype=bool)
    return np.logical_or.accumulate(np.concatenate([first, fresh]), axis=0)


def signed(series: Mapping[str, np.ndarray[tuple[int, ...], np.dtype[np.float32]]], small: Small) -> Bools:
    """Whether the government and an armed group have signed an agreement of any kind since the origin: on the way to peace, or a settlement
    (a deal, in a model that records none)."""
    kinds = {actor.id: actor.kind for actor in small.scenario.actors}
    pairs = [tuple(kinds[actor] for actor in label.split("--")) for label in small.scenario.labels["dyad"]]
    with_host = [i for i, pair in enumerate(pairs) if set(pair) & set(GOVERNMENT) and set(pair) & set(ARMED)]
    values = series["settled"] if "settled" in series else series["deal"]
    made = risen(np.asarray((values[:, with_host] >= HALF).any(axis=1)))
    if "signed" not in series:
        return made
    armed = [i for i, actor in enumerate(small.scenario.labels["actor"]) if kinds[actor] in ARMED]
    return np.asarray(made | (series["signed"][:, armed].sum(axis=1) >= HALF))


def back(there: Bools) -> Bools:
    """Whether a foreign force has come in that was not there for some weeks, or never: [week, force, future] to [week, future]."""
    came = np.zeros((there.shape[0], there.shape[2]), dtype=bool)
    away = np.where(there[0], 0, ABSENCE_WEEKS)
    for week, now in enumerate(there):
        came[week] = (now & (away >= ABSENCE_WEEKS)).any(axis=0) if week else False
        away = np.where(now, 0, away + 1)
    return np.logical_or.accumulate(came, axis=0)
