"""The simulator as a forecaster of recorded deaths: run from the origin with a posterior learned before it, read as the source would.

What lies between simulated and recorded deaths is learned from before the origin, by place. A *level*: where the record stands
(`drawdown.data.level`) over the first simulated weeks, in incidents and in deaths per incident. A *structural discrepancy*: by how much
more than its own spread the simulator missed the months of earlier hindcasts; it widens the forecast as a random walk of the logarithm and
never moves its middle.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from drawdown.calibrate.hindcast import AS_IT_STOOD, Study, admin1, batches, engine_for, read_batch
from drawdown.calibrate.learn import Learned, learn
from drawdown.calibrate.output import provenance, write_patch
from drawdown.data.level import level, standing
from drawdown.errors import DrawdownError
from drawdown.evaluate.backtest import months_from_weeks
from drawdown.evaluate.folds import MONTH, History, observed, target_months
from drawdown.evaluate.record import Record
from drawdown.scenario.model import Scenario

Floats = NDArray[np.float64]

RECORD_WEEKS = 52  # recorded weeks that a place's level is read from
FIRST_WEEKS = 4  # simulated weeks that are held against it
LEAST = 0.01  # deaths a week: a place that is simulated with fewer is scaled as if it had so many
# A place that had fewer deaths a month than this says more of luck than of the model's error.
BUSY = 5.0


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """Variance of the log error beyond the simulator's own spread: `level` from the first month, `walk` more each month."""

    level: float
    walk: float

    def draw(self, months: int, places: int, members: int, seed: int) -> Floats:
        """Log factors (month, place, member) with median zero."""
        random = np.random.default_rng([seed, 23])
        first = random.normal(size=(1, places, members)) * np.sqrt(self.level)
        steps = random.normal(size=(months, places, members)) * np.sqrt(self.walk)
        return np.asarray(first + np.cumsum(steps, axis=0))


def level_ratio(study: Study, simulated: Record, known: History, start: date, places: Sequence[str]) -> tuple[Floats, Floats]:
    """Recorded over simulated level by place: of incidents, and of deaths per incident, so that both together meet the recorded deaths.

    The level is `drawdown.data.level`'s of the incidents, added up to that of the source's full table (morgue totals are in the one only).
    """
    recorded = study.recorded.weeks(start - timedelta(days=7 * RECORD_WEEKS), RECORD_WEEKS, places)
    table = known.weekly(RECORD_WEEKS)[:, [known.places.index(p) for p in places]]
    stands = level(recorded.incidents[..., 0], recorded.deaths[..., 0], recorded.largest[..., 0], standing(table.sum(axis=1)))
    first = slice(0, FIRST_WEEKS)
    # Means of roots (Anscombe 1948): the typical future is matched, not the wild one, and small counts keep their mean.
    root = np.sqrt(simulated.incidents[first].sum(axis=0) + 0.375).mean(axis=-1)
    counts = stands.incidents * FIRST_WEEKS / np.maximum(root**2 - 0.375, 0.02)
    made = simulated.deaths[first].mean(axis=(0, 2))
    return np.asarray(counts), np.asarray(stands.mean / np.maximum(made, LEAST) / np.maximum(counts, 1e-9))


def as_recorded(record: Record, counts: Floats, factor: Floats, seed: int) -> Floats:
    """Weekly deaths as the source would record them. Where too many incidents are simulated they are thinned, each kept by chance, so that
    quiet weeks stay quiet; where too few, their deaths are scaled up. `counts` and `factor` are by place."""
    random = np.random.default_rng([seed, 29])
    number = record.incidents.astype(np.int64)
    kept = random.binomial(number, np.minimum(counts, 1.0)[None, :, None]) / np.maximum(number, 1)
    share = np.where(number > 0, kept, np.minimum(counts, 1.0)[None, :, None])
    return np.asarray(record.deaths * share * (np.maximum(counts, 1.0) * factor)[None, :, None])


def simulated_months(
    study: Study, scenario: Scenario, months: NDArray[np.datetime64], members: int, seed: int, known: History
) -> tuple[Floats, int]:
    """Deaths (month, admin-1 unit, member) as the source would record them, and how many futures ended early and were replaced."""
    names, _ = admin1(scenario)
    engine = engine_for(scenario, scenario.weeks)
    records, whole = [], []
    for batch in batches(engine, AS_IT_STOOD, seed, members):
        records.append(read_batch(batch, scenario, scenario.weeks))
        whole.append(batch.status == 0)
    record, good = Record.join(records), np.concatenate(whole)
    if not good.any():
        raise DrawdownError(f"every future from {scenario.origin} ended early; run the scenario by itself to see why")
    # Whole futures stand in for those that ended early, so that every forecaster has as many members.
    if not good.all():
        record = record.of(np.resize(np.flatnonzero(good), members))
    counts, sizes = level_ratio(study, record, known, scenario.origin, names)
    weekly = as_recorded(record, counts, sizes, seed)
    draws = months_from_weeks(engine.week_dates[: scenario.weeks], weekly, months)
    # Deaths come whole: a month with a third of a death has none two times in three.
    return np.floor(draws + np.random.default_rng([seed, 31]).uniform(size=draws.shape)), int((~good).sum())


def weeks_to(origin: date, months: NDArray[np.datetime64]) -> int:
    """Weeks from the origin that cover the last of the months."""
    end = (months.max() + MONTH).astype("datetime64[D]")
    return int(-(-(end - np.datetime64(origin)).astype(int) // 7))


@dataclass
class Simulator:
    """Forecasts with a posterior learned anew at every origin. `notes` says at each origin what was learned, for the report.

    `windows`: how many stretches of `weeks` before the origin serve to size the discrepancy; the latest of them also feeds the posterior.
    """

    study: Study
    futures: int = 2048
    weeks: int = 52
    windows: int = 2
    calibrated: bool = True
    patches: tuple[Path, ...] = ()  # what-ifs applied after the posterior, e.g. one that switches mechanisms off
    progress: Callable[[str], None] | None = None
    notes: dict[date, dict[str, object]] = field(default_factory=dict)

    def key(self, with_patches: bool = True) -> str:
        """What tells apart forecasts that must not be mixed: settings, model, scenario, and (posteriors do without) the what-ifs."""
        from drawdown.runs.model import model_digest
        from drawdown.scenario.load import load

        scenario = load(self.study.folder).digest[:8]
        words = ["posterior" if self.calibrated else "prior", f"w{self.weeks}", f"n{self.futures}", scenario, model_digest()[:8]]
        return "-".join([*words, *(p.stem for p in (self.patches if with_patches else ()))])

    def posterior_patch(self, origin: date, seed: int) -> tuple[Path, Learned | None]:
        """The posterior at an origin, as a patch in the work folder; made once."""
        path = self.study.work / "posteriors" / self.key(False) / f"posterior_{origin}_s{seed}.yaml"
        if path.exists():
            return path, None
        found = learn(self.study, origin, self.weeks, self.futures, seed)
        made = provenance(
            self.study.folder.name, found.scenario.digest, found.start, AS_IT_STOOD, self.futures, self.weeks, seed, self.study.data.name
        )
        about = f"posterior given the weeks from {found.start} to {origin}"
        write_patch(found.posterior, found.options, path, f"posterior-{origin}", about, made)
        return path, found

    def hindcast(
        self, start: date, months: NDArray[np.datetime64], members: int, seed: int, known: History, patches: Sequence[Path]
    ) -> Floats:
        """Simulated deaths from an earlier date, places as in the history."""
        scenario = self.study.at(start, weeks_to(start, months), patches)
        names, _ = admin1(scenario)
        draws, _ = simulated_months(self.study, scenario, months, members, seed, known.until(start))
        return _as_history(draws, names, known.places)

    def discrepancy(self, known: History, origin: date, members: int, seed: int, patches: Sequence[Path]) -> Discrepancy:
        """Size of the discrepancy from hindcasts whose months all lie before the origin."""
        gaps = []
        for k in range(1, self.windows + 1):
            start = origin - timedelta(days=7 * self.weeks * k)
            if (start - known.start).days < 7 * RECORD_WEEKS:
                continue
            count = max(1, int(self.weeks / 52 * 12) - 1)
            months = target_months(start, range(1, count + 1))
            truth = observed(known, start, range(1, count + 1))
            draws = np.log1p(self.hindcast(start, months, members, seed, known, patches))
            error = np.log1p(truth) - np.median(draws, axis=-1)
            busy = known.until(start).monthly().values[-3:].mean(axis=0) >= BUSY
            gaps.append(np.where(busy, error**2 - draws.var(axis=-1), np.nan))
        found = [np.concatenate([g[month][~np.isnan(g[month])] for g in gaps]) for month in range(len(gaps[0]))] if gaps else []
        known_leads = [k for k, each in enumerate(found) if each.size]
        if not known_leads:
            return Discrepancy(0.0, 0.0)
        excess = np.array([found[k].mean() for k in known_leads])
        lead = np.array(known_leads) + 1
        # Least squares with both parts at least zero: three candidates, the best that is allowed.
        slope, level = np.polyfit(lead, excess, 1) if len(lead) > 1 else (0.0, excess[0])
        candidates = [(level, slope), (0.0, float((lead * excess).sum() / (lead**2).sum())), (float(excess.mean()), 0.0), (0.0, 0.0)]
        allowed = [(a, b) for a, b in candidates if a >= 0 and b >= 0]
        best = min(allowed, key=lambda ab: float(((ab[0] + ab[1] * lead - excess) ** 2).sum()))
        return Discrepancy(float(best[0]), float(best[1]))

    def __call__(self, known: History, origin: date, leads: Sequence[int], members: int, seed: int) -> Floats:
        """Draws (lead, place, member); see drawdown.evaluate.backtest.Forecaster."""
        say = self.progress or (lambda _: None)
        patches: list[Path] = []
        if self.calibrated:
            say(f"{origin}: learning from the {self.weeks} weeks before")
            patches = [self.posterior_patch(origin, seed)[0]]
        patches += self.patches
        say(f"{origin}: sizing the discrepancy on earlier hindcasts")
        extra = self.discrepancy(known, origin, min(members, 512), seed, patches)
        months = target_months(origin, range(1, max(leads) + 1))
        say(f"{origin}: forecasting {len(months)} months")
        draws = self.hindcast(origin, months, members, seed, known, patches)
        factor = np.exp(extra.draw(len(months), len(known.places), members, seed))
        self.notes[origin] = {
            "discrepancy level": round(extra.level, 4),
            "discrepancy walk": round(extra.walk, 4),
            "patch": [p.name for p in patches],
        }
        return np.asarray((draws * factor)[[lead - 1 for lead in leads]])


def _as_history(draws: Floats, names: Sequence[str], places: Sequence[str]) -> Floats:
    """Reorder admin-1 units to the places of the history; a place that the scenario lacks is forecast to have no deaths."""
    out = np.zeros((draws.shape[0], len(places), draws.shape[2]))
    for j, place in enumerate(places):
        if place in names:
            out[:, j] = draws[:, list(names).index(place)]
    return out
