"""Calibration from end to end: simulate the prior from an earlier date, compare with what was recorded since, and write the posterior.

Batches of simulated futures are kept as they finish (facts and draws), so a stopped calibration goes on where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from drawdown.calibrate.hindcast import AS_IT_STOOD, Study, admin1, engine_for, read_batch
from drawdown.calibrate.posterior import Ensemble, Fitted, Posterior, fit, posterior
from drawdown.calibrate.summaries import facts, summaries
from drawdown.errors import DrawdownError

if TYPE_CHECKING:
    from drawdown.scenario.model import Scenario

Floats = NDArray[np.float64]
Progress = Callable[[str, int, int], None]

MISSING = 0.05  # a summary that more of the futures cannot show is left out
BATCH = 256


class LearnError(DrawdownError):
    """Nothing can be learned; the message says why."""


@dataclass(frozen=True, slots=True)
class Simulated:
    """A prior or posterior ensemble run from a date: its facts and draws by name, each (future)."""

    facts: Mapping[str, Floats]
    draws: Mapping[str, Floats]


def simulate(
    scenario: Scenario,
    weeks: int,
    seed: int,
    futures: int,
    whose_dead: str | None,
    kept: Path | None = None,
    progress: Progress | None = None,
) -> Simulated:
    """Run `futures` futures of a scenario as it stood, and keep what is needed to learn from them.

    `whose_dead`: the foreign actor whose dead the record counts; those of all where it is None or the scenario has no such actor.
    """
    from drawdown.runs.model import model_digest

    engine, model = engine_for(scenario, weeks), model_digest()[:8]
    foreign = whose_dead if any(a.id == whose_dead for a in scenario.actors) else None
    made: list[dict[str, Floats]] = []
    for first in range(0, futures, BATCH):
        last = min(first + BATCH, futures)
        file = None if kept is None else kept / f"{scenario.digest[:12]}_m{model}_s{seed}_w{weeks}_{first}-{last}.npz"
        if file is not None and file.exists():
            with np.load(file) as stored:
                made.append({name: stored[name] for name in stored.files})
        else:
            ids = np.arange(first, last)
            batch = engine.run(AS_IT_STOOD, seed, ids)
            found = facts(read_batch(batch, scenario, weeks, foreign))
            part = {f"fact:{n}": np.where(batch.status == 0, v, np.nan) for n, v in found.items()}
            part |= {f"draw:{n}": np.asarray(v, np.float64) for n, v in engine.draws(seed, ids).items()}
            made.append(part)
            if file is not None:
                file.parent.mkdir(parents=True, exist_ok=True)
                with file.with_suffix(".part").open("wb") as stream:
                    np.savez(stream, **part)  # type: ignore[arg-type]  # the stub takes no mapping of arrays
                file.with_suffix(".part").replace(file)
        if progress is not None:
            progress("futures", last, futures)
    joined = {name: np.concatenate([m[name] for m in made]) for name in made[0]}
    split = {kind: {n.removeprefix(kind): v for n, v in joined.items() if n.startswith(kind)} for kind in ("fact:", "draw:")}
    return Simulated(split["fact:"], split["draw:"])


def set_by_options(scenario: Scenario) -> frozenset[str]:
    """Parameters that some rival hypothesis sets: they are learned through the weights of the options, never moved by regression."""
    return frozenset(n.name for h in scenario.hypotheses for o in h.options for n in o.sets)


def ensemble_of(scenario: Scenario, simulated: Simulated, observed: Mapping[str, Floats]) -> tuple[Ensemble, Floats]:
    """The prior ensemble and the observed summaries, without figures that either side cannot show. Table cells are not learned."""
    own = set_by_options(scenario)
    names = tuple(n for n, v in simulated.draws.items() if "." in n and "[" not in n and n not in own and np.ptp(v) > 0)
    if not names:
        raise LearnError("no uncertain parameter to learn: every 'mechanism.parameter' is fixed")
    labels, made = summaries(simulated.facts)
    seen_labels, seen = summaries(observed)
    at = {n: k for k, n in enumerate(seen_labels)}
    finite = np.isfinite(made)
    shown = [k for k, n in enumerate(labels) if n in at and np.isfinite(seen[0, at[n]]) and finite[:, k].mean() >= 1 - MISSING]
    good = [k for k in shown if np.ptp(made[finite[:, k], k]) > 1e-9]
    if not good:
        raise LearnError("no figure can be read off both the data and the simulation")
    made, finite = made[:, good], finite[:, good]
    made = np.where(finite, made, np.nanmedian(np.where(finite, made, np.nan), axis=0))
    options = {h.id: simulated.draws[f"hypothesis:{h.id}"].round().astype(np.intp) for h in scenario.hypotheses}
    weights = {h.id: _prior_weights([o.weight.distribution.best for o in h.options]) for h in scenario.hypotheses}
    values = np.stack([simulated.draws[n] for n in names], axis=1)
    chosen = tuple(labels[k] for k in good)
    return Ensemble(names, values, chosen, made, options, weights), np.array([seen[0, at[n]] for n in chosen])


def _prior_weights(weights: list[float]) -> tuple[float, ...]:
    total = sum(weights)
    return tuple(w / total for w in weights)


@dataclass(frozen=True, slots=True)
class Learned:
    """A posterior with all that it came from. `start` is where the simulation began, `origin` where the data ended."""

    scenario: Scenario
    start: date
    origin: date
    weeks: int
    simulated: Simulated
    observed_facts: Mapping[str, Floats]
    fitted: Fitted
    observed: Floats
    posterior: Posterior

    @property
    def options(self) -> dict[str, tuple[str, ...]]:
        """Ids of the options of each hypothesis."""
        return {h.id: tuple(o.id for o in h.options) for h in self.scenario.hypotheses}


def before(
    study: Study, origin: date, weeks: int, futures: int, seed: int, progress: Progress | None = None
) -> tuple[Scenario, Simulated, Mapping[str, Floats]]:
    """The scenario put back by `weeks`, its prior futures run to the origin, and the facts that were recorded meanwhile."""
    start = origin - timedelta(days=7 * weeks)
    scenario = study.at(start, weeks)
    simulated = simulate(scenario, weeks, seed, futures, study.recorded.whose_dead, study.work / "futures", progress)
    return scenario, simulated, facts(study.recorded.weeks(start, weeks, admin1(scenario)[0]))


def learn(
    study: Study,
    origin: date,
    weeks: int = 52,
    futures: int = 4096,
    seed: int = 1,
    discrepancy: float | None = None,
    rows: int = 1000,
    progress: Progress | None = None,
) -> Learned:
    """Posterior given what was recorded in the `weeks` weeks before `origin`; nothing later is read."""
    scenario, simulated, observed_facts = before(study, origin, weeks, futures, seed, progress)
    ensemble, observed = ensemble_of(scenario, simulated, observed_facts)
    fitted = fit(ensemble, discrepancy, seed)
    return Learned(
        scenario, scenario.origin, origin, weeks, simulated, observed_facts, fitted, observed, posterior(fitted, observed, rows, seed)
    )
