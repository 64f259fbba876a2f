"""What the record says of the level of violence at the origin: deaths a week by place and type, and the size of single incidents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from drawdown.countries.known import Known
from drawdown.countries.land import Land
from drawdown.countries.tables import FilledTables, RestsOn
from drawdown.data.level import PERCENTILE, YEAR, level, standing
from drawdown.levels import OFFSET, mean_toll
from drawdown.vocabulary.violence import VIOLENCE

STATE, RIVALS, CIVILIANS = range(3)  # columns of `recorded`, as in drawdown.vocabulary.violence
WEEKS_A_MONTH = 365.25 / 12 / 7
YEAR_MONTHS = 12
UNPLACED = 2.5  # how far off a place's level may be where no event tells any place (assumed)
# Mean deaths of an event by type, all countries before September 2007, events of over 100 dead counted as 100; and how many events a
# country needs to outweigh it (assumed).
USUAL_SIZE = (8.3, 9.0, 10.4)
# The dead of such an event, counted by the dead: sum of squares over sum. Of countries with 30 events a tenth have 5, half 28 to 39.
USUAL_LUMP = (43.7, 46.4, 58.4)
WORTH = 30.0
MOST_OF_ONE = 100.0
CUTOFFS = (3.0, 300.0)  # deaths between which the taper of incidents is sought (assumed)
FATAL = 0.25  # share of attacks that kill (assumed)
LEAST = 1e-3  # deaths a week: less is one in twenty years, and is left out
QUIETEST = 0.05  # of the national rate per resident: what a front without any record may have (clashes.csv: a twentieth)


@dataclass(frozen=True)
class Level:
    """Deaths a week by type [3]; by slot for each type their share and how far off it may be (95th percentile over the median); by type
    the mean deaths of an incident, and the mean counted by the dead (sum of squares over sum)."""

    weekly: tuple[float, float, float]
    shares: tuple[Mapping[str, float], ...]
    spreads: tuple[Mapping[str, float], ...]
    size: tuple[float, ...]
    lump: tuple[float, ...]

    @property
    def everywhere(self) -> dict[str, float]:
        """Share of all deaths by slot."""
        whole = sum(self.weekly)
        if whole <= 0:
            return dict(self.shares[0])
        return {p: sum(w * s[p] for w, s in zip(self.weekly, self.shares, strict=True)) / whole for p in self.shares[0]}


def level_of(known: Known, land: Land) -> Level:
    """The level at the origin by type: where the country's months stand, shared out by the events whose place is known (a part)."""
    weekly, shares, spreads, sizes, lumps = [], [], [], [], []
    filled = land.filled()
    for kind in range(3):
        events = known.events[known.events["type_of_violence"] == kind + 1]
        country = standing(known.recorded.deaths[:, kind][-2 * YEAR_MONTHS :], WEEKS_A_MONTH)
        placed = events[events["adm1_id"].notna() & (events["best"] > 0)]
        week = (placed["age"].to_numpy(int) - 1) // 7
        slot = np.array([filled.index(land.slot_of(str(unit))) for unit in placed["adm1_id"]], int)
        dead = placed["best"].to_numpy(float)
        recent = week < 2 * YEAR
        at = 2 * YEAR - 1 - week[recent], slot[recent]
        cells = np.zeros((3, 2 * YEAR, len(filled)))
        np.add.at(cells[0], at, 1.0)
        np.add.at(cells[1], at, dead[recent])
        np.maximum.at(cells[2], at, dead[recent])
        found = level(cells[0], cells[1], cells[2], country)
        weekly.append(country)
        shares.append(land.shares(dict(zip(filled, found.mean.tolist(), strict=True))))
        wide = np.where(found.best > 0, found.high / np.maximum(found.best, 1e-12), UNPLACED)
        spreads.append(dict(zip(filled, wide.tolist(), strict=True)))
        fatal = np.minimum(events["best"].to_numpy(float), MOST_OF_ONE)
        fatal = fatal[fatal > 0]
        dead_of_all = fatal.sum() + WORTH * USUAL_SIZE[kind]
        sizes.append(dead_of_all / (len(fatal) + WORTH))
        lumps.append(((fatal**2).sum() + WORTH * USUAL_SIZE[kind] * USUAL_LUMP[kind]) / dead_of_all)
    return Level((weekly[0], weekly[1], weekly[2]), tuple(shares), tuple(spreads), tuple(sizes), tuple(lumps))


def tail_for(mean: float, cutoff: float) -> float:
    """The tail exponent with which incidents of that cutoff kill `mean` on average, within 1.55 and 5 (bisection)."""
    low, high = 1.55, 5.0
    for _ in range(20):
        middle = 0.5 * (low + high)
        toll = float(mean_toll(np.array([middle]), np.array([cutoff]), np.array([OFFSET]))[0])
        low, high = (middle, high) if toll > mean else (low, middle)
    return 0.5 * (low + high)


@lru_cache(maxsize=256)
def law_for(mean: float, lump: float) -> tuple[float, float]:
    """Tail exponent and cutoff (deaths) of incidents that kill `mean` on average, and `lump` counted by the dead (bisection)."""
    low, high = CUTOFFS
    deaths = np.arange(1.0, 20.0 * high)

    def lump_of(cutoff: float) -> float:
        beyond = (1.0 + (deaths - 1.0) / OFFSET) ** -(tail_for(mean, cutoff) - 1.0) * np.exp(-(deaths - 1.0) / cutoff)
        return float(((2.0 * deaths - 1.0) * beyond).sum() / beyond.sum())

    for _ in range(11):
        middle = float(np.sqrt(low * high))
        low, high = (low, middle) if lump_of(middle) > lump else (middle, high)
    cutoff = float(np.sqrt(low * high))
    return tail_for(mean, cutoff), cutoff


def fill(tables: FilledTables, stands: Level, land: Land) -> dict[str, tuple[float, str, str]]:
    """The table of recorded deaths; returned are the parameters of the country: `mechanism.parameter` -> (value, unit, why)."""
    laws = [law_for(size, lump) for size, lump in zip(stands.size, stands.lump, strict=True)]
    tails = [tail for tail, _ in laws]
    # State-based and non-state clashes share a cutoff: that of the type that kills more.
    cutoff = laws[STATE if stands.weekly[STATE] >= stands.weekly[RIVALS] else RIVALS][1]
    whole = sum(stands.weekly)
    lump = sum(w * of for w, of in zip(stands.weekly, stands.lump, strict=True)) / whole if whole > 0 else max(stands.lump)
    note = "deaths a week of the last months, shared out by events with a known place"
    backing = RestsOn("C", note, "deaths", "months before the origin")
    for violence, weekly, share, spreads in zip(VIOLENCE, stands.weekly, stands.shares, stands.spreads, strict=True):
        for place, part in share.items():
            if weekly * part > LEAST:
                # The mean of what is drawn is the level: normal on the logarithm, its median lies lower.
                spread = spreads[place]
                median = weekly * part * np.exp(-0.5 * (np.log(spread) / PERCENTILE) ** 2)
                tables.put("recorded_deaths", (place, violence), float(median), backing, spread)
    millions = max(sum(land.residents.values()) / 1e6, 0.1)
    # Where people die and none in fights with the state, a group that is founded must be able to fight it: as much as of an even mixture.
    known = {STATE: max(stands.weekly[STATE], sum(stands.weekly) / len(VIOLENCE)), CIVILIANS: stands.weekly[CIVILIANS]}
    front, killing = (QUIETEST * weekly / stands.size[kind] / millions for kind, weekly in known.items())
    why = "a twentieth of the country's rate per resident (assumed)"
    size = "mean deaths of the country's events before the origin, shrunk to all countries'"
    lumps = "how uneven the country's events before the origin are, those of over a hundred dead as a hundred, shrunk to all countries'"
    return {
        "clashes.fatal_share": (
            FATAL,
            "share",
            "what is recorded everywhere are incidents that killed: three harmless ones to each (assumed)",
        ),
        "clashes.severity_state": (tails[STATE], "index", size),
        "clashes.severity_rivals": (tails[RIVALS], "index", size),
        "clashes.cutoff": (cutoff, "deaths", lumps),
        "tempo.lumps": (lump, "persons", lumps),
        "clashes.new_front": (front / FATAL, "per week", why),
        "reprisals.severity": (tails[CIVILIANS], "index", size),
        "reprisals.size": (0.7, "index", "the scale that the law of incidents has by default (assumed)"),
        "reprisals.cutoff": (laws[CIVILIANS][1], "deaths", lumps),
        "reprisals.background": (killing, "per week", why),
        "reprisals.selective": (killing, "per week", why),
        "provocation.background": (
            0.0,
            "per week",
            "bombings are not told from other killings of civilians in the monthly record (assumed)",
        ),
    }
