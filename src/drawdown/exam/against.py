"""How good a sceptic without a model is: every baseline over every origin and lead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from drawdown.exam.baselines import BASELINES, MEMBERS, Baseline, stream
from drawdown.exam.origins import FOLDS, Origin, learnt, outcome
from drawdown.exam.outcomes import HORIZON, LEADS, all_leads
from drawdown.exam.panel import Floats, Panel
from drawdown.exam.pools import pool
from drawdown.exam.scores import Flatness, Held, flatness, held, log_crps, pit


@dataclass(frozen=True, slots=True)
class LeadScore:
    """One forecaster at one lead: `crps` (origin) of log(1 + deaths), its 90% bands, and where outcomes fell."""

    crps: Floats
    held: Held
    flatness: Flatness

    @property
    def mean(self) -> float:
        return float(np.nanmean(self.crps)) if np.isfinite(self.crps).any() else float("nan")


def observed(panel: Panel, origins: Sequence[Origin]) -> Floats:
    """What was recorded: (lead, origin), NaN where the window is not whole."""
    return np.stack([all_leads(outcome(panel, origin, HORIZON)) for origin in origins], axis=1)


def scored(draws: Floats, truth: Floats, origins: Sequence[Origin], seed: int, lead: int) -> LeadScore:
    """Scores of draws (origin, member) of one lead against truth (origin)."""
    countries = [origin.iso3 for origin in origins]
    places = pit(draws, truth, np.random.default_rng([seed, lead]))
    return LeadScore(log_crps(draws, truth), held(draws, truth, countries), flatness(places, countries))


def baselines(
    panel: Panel, origins: Sequence[Origin], seed: int = 1, members: int = MEMBERS, chosen: Mapping[str, Baseline] = BASELINES
) -> dict[str, dict[int, LeadScore]]:
    """Scores by baseline and lead. Each sees an origin's own past, and of its fold's pool nothing of its own fold."""
    truth = observed(panel, origins)
    found: dict[str, dict[int, LeadScore]] = {name: {} for name in chosen}
    used = sorted({origin.fold for origin in origins} & set(range(FOLDS)))
    for row, lead in enumerate(LEADS):
        pools = {fold: pool(learnt(panel, fold), lead) for fold in used}
        for name, baseline in chosen.items():
            draws = np.stack(
                [baseline(panel.before(o.iso3, o.month), pools[o.fold], members, stream(name, o.id, lead, seed)) for o in origins]
            )
            found[name][lead] = scored(draws, truth[row], origins, seed, lead)
    return found


def best(table: Mapping[str, Mapping[int, LeadScore]], lead: int, leave_out: Sequence[str] = ()) -> str:
    """The baseline with the lowest mean CRPS at a lead."""
    return min((name for name in table if name not in leave_out), key=lambda name: table[name][lead].mean)
