"""How futures end: who rules, the form of the state, who leads its largest community, how much war there is, are foreign forces there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from drawdown.claims.terms import Floats, Futures
from drawdown.scenario.model import HOST_KINDS
from drawdown.vocabulary.state_forms import FORM_LIMITS, SELF_RULED, STATE_FORMS
from drawdown.vocabulary.who_rules import (
    ABSENCE_WEEKS,
    DIVIDED,
    FALLEN,
    FOOTHOLD,
    FOREIGNERS,
    HALF,
    NOBODY,
    PRESENCE_PERSONS,
    SHARES,
    STANDS,
    WAR_LIMITS,
    WARS,
    status,
)

ENDED_EARLY = "ended early"
FALL, HEIR = "government_fallen", "fallen_to"  # what a run that records falls calls them, and the group that it was to (1 for it)


@dataclass(frozen=True, slots=True)
class EndState:
    """Per future at one week.

    `form`, `government`, `war` and `foreign` are indices into `STATE_FORMS`, `GOVERNMENTS`, `WARS` and `FOREIGNERS`; `leader` and `ruler`
    are actors (-1: nobody; `ruler` is read only where the government has fallen); `self_rule` has a bit for each self-ruled community.
    """

    week: int
    form: NDArray[np.int8]
    self_rule: NDArray[np.int32]
    leader: NDArray[np.int16]
    government: NDArray[np.int8]
    ruler: NDArray[np.int16]
    war: NDArray[np.int8]
    foreign: NDArray[np.int8]
    known: NDArray[np.bool_]


def end_state(futures: Futures, week: int) -> EndState:
    """The state of each future at the end of a week (0-based), deaths summed over the 52 weeks up to it."""
    autonomy = futures.series["autonomy"][week]  # [community, future]
    largest = futures.series["residents"][week].sum(axis=0).argmax(axis=0)  # [future]
    lead = futures.series["lead"][week]  # [community, actor, future]
    leading = np.take_along_axis(lead, largest[None, None, :], axis=0)[0]
    leader = np.where(leading.max(axis=0) > 0, leading.argmax(axis=0), -1)
    span = futures.series["deaths"][max(0, week - 51) : week + 1]
    # A year that the run has not yet filled is scaled up from the weeks that it has.
    deaths = span.sum(axis=tuple(range(span.ndim - 1)), dtype=np.float64) * (52 / len(span))
    ruled = autonomy >= SELF_RULED
    government, ruler = who_rules(futures, week)
    return EndState(
        week=week,
        form=np.searchsorted(np.array(FORM_LIMITS), autonomy.max(axis=0), side="right").astype(np.int8),
        self_rule=(ruled * (1 << np.arange(len(ruled)))[:, None]).sum(axis=0).astype(np.int32),
        leader=leader.astype(np.int16),
        government=government,
        ruler=ruler,
        war=np.searchsorted(np.array(WAR_LIMITS), deaths, side="right").astype(np.int8),
        foreign=foreign_forces(futures, week),
        known=week < futures.reached,
    )


def who_rules(futures: Futures, week: int) -> tuple[NDArray[np.int8], NDArray[np.int16]]:
    """What has become of the government, and whom the capital has fallen to (-1: nobody), per future.

    Foreign forces hold ground in the government's name: what they rule counts on its side. It has fallen where that side rules under a
    tenth of the capital, or where the run records a fall and armed groups rule as much of the capital as its side does; it shares power
    under a settlement; it rules a divided country where they together rule as much of the capital or of the country; else it stands.
    """
    control = futures.series["control"][week].astype(np.float64)  # [place, actor, future]
    people = futures.series["residents"][week].sum(axis=1, dtype=np.float64)  # [place, future]
    actors = futures.labels["actor"]
    own = np.array([futures.actor_kinds[a] in (*HOST_KINDS, "foreign") for a in actors])
    places = futures.labels.get("place", ())
    seat = [places.index(p) for p in futures.capital] or slice(None)

    def sides(where: list[int] | slice) -> tuple[Floats, Floats]:
        """Shares of the residents there that are ruled by each armed group [actor, future] and by the government's side [future]."""
        weights = people[where]
        share = (control[where] * weights[:, None]).sum(axis=0) / np.maximum(weights.sum(axis=0), 1.0)
        return np.where(own[:, None], 0.0, share), share[own].sum(axis=0)

    groups, side = sides(seat)
    rivals, country = sides(slice(None))
    outruled = groups.sum(axis=0) >= side
    fallen = (side < FOOTHOLD) | (recorded(futures, FALL, week) & outruled)
    divided = outruled | (rivals.sum(axis=0) >= country)
    government = np.where(fallen, FALLEN, np.where(settled(futures, week), SHARES, np.where(divided, DIVIDED, STANDS)))
    strongest = np.where(groups.max(axis=0) >= FOOTHOLD, groups.argmax(axis=0), -1)
    if HEIR in futures.series:
        heir = futures.series[HEIR][week]  # [actor, future]
        strongest = np.where(heir.max(axis=0) >= HALF, heir.argmax(axis=0), strongest)
    return government.astype(np.int8), np.where(fallen, strongest, -1).astype(np.int16)


def recorded(futures: Futures, name: str, week: int) -> NDArray[np.bool_]:
    """Where a quantity of the whole country, 0 or 1, is 1; nowhere in a run that does not record it."""
    if name not in futures.series:
        return np.zeros(futures.count, dtype=np.bool_)
    return np.asarray(futures.series[name][week] >= HALF)


def settled(futures: Futures, week: int) -> NDArray[np.bool_]:
    """Where a settlement between the government and an armed group is in force; nowhere in a run that records none."""
    if "settled" not in futures.series:
        return np.zeros(futures.count, dtype=np.bool_)
    host = {a for a in futures.labels["actor"] if futures.actor_kinds[a] in HOST_KINDS}
    guests = {a for a in futures.labels["actor"] if futures.actor_kinds[a] == "foreign"}
    pairs = [set(label.split("--")) for label in futures.labels["dyad"]]
    with_host = [d for d, pair in enumerate(pairs) if pair & host and not pair <= host | guests]
    return np.asarray((futures.series["settled"][week][with_host] >= HALF).any(axis=0))


def foreign_forces(futures: Futures, week: int) -> NDArray[np.int8]:
    """Whether foreign forces are gone, there, or back: there again after one of them, or all, had been gone for some weeks."""
    foreign = [i for i, a in enumerate(futures.labels["actor"]) if futures.actor_kinds[a] == "foreign"]
    persons = futures.series["force"][: week + 1][:, :, foreign].sum(axis=1, dtype=np.float64)  # [week, sender, future]
    there = np.concatenate([persons, persons.sum(axis=1, keepdims=True)], axis=1) >= PRESENCE_PERSONS
    came_back = np.zeros(there.shape[1:], dtype=np.bool_)
    been, away = there[0], np.zeros(there.shape[1:], dtype=np.int64)
    for now in there:
        came_back |= now & been & (away >= ABSENCE_WEEKS)
        been, away = been | now, np.where(now, 0, away + 1)
    back = (came_back & there[-1]).any(axis=0)
    return np.where(back, FOREIGNERS.index("back"), np.where(there[-1, -1], FOREIGNERS.index("there"), 0)).astype(np.int8)


def label(state: tuple[int, int, int, int, int, int], actors: Sequence[str]) -> str:
    """`unitary, led by north-militia, government fallen to north-militia, war, foreign forces gone`."""
    form, leader, government, ruler, war, foreign = state
    led = f"led by {actors[leader]}" if leader >= 0 else f"led by {NOBODY}"
    rule = status(government, actors[ruler] if ruler >= 0 else NOBODY)
    who = f"{'' if government == DIVIDED else 'government '}{rule}"
    return f"{STATE_FORMS[form]}, {led}, {who}, {WARS[war]}, foreign forces {FOREIGNERS[foreign]}"


def codes(state: EndState, actors: int) -> NDArray[np.int64]:
    """One number per future and combination, the foreign presence last; -1 where the future had ended."""
    rules = np.where(state.government == FALLEN, FALLEN + 1 + state.ruler.astype(np.int64), state.government)
    code = state.form.astype(np.int64)
    for size, value in (
        (actors + 1, state.leader + 1),
        (FALLEN + 1 + actors, rules),
        (len(WARS), state.war),
        (len(FOREIGNERS), state.foreign),
    ):
        code = code * size + value
    return np.where(state.known, code, -1)


def regimes(codes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Codes less the foreign presence, in which plans differ by their nature."""
    return np.where(codes < 0, -1, codes // len(FOREIGNERS))


def decode(code: int, actors: Sequence[str]) -> str:
    """The label of a code."""
    if code < 0:
        return ENDED_EARLY
    rest, foreign = divmod(code, len(FOREIGNERS))
    rest, war = divmod(rest, len(WARS))
    rest, rules = divmod(rest, FALLEN + 1 + len(actors))
    form, led = divmod(rest, len(actors) + 1)
    government, ruler = min(rules, FALLEN), rules - FALLEN - 1 if rules >= FALLEN else -1
    return label((form, led - 1, government, ruler, war, foreign), actors)


def end_state_shares(labels: Sequence[str] | NDArray[np.str_]) -> Mapping[str, float]:
    """Share of futures by label, most frequent first, ties by name."""
    names, counts = np.unique(np.asarray(labels, dtype=object).astype(str), return_counts=True)
    order = sorted(range(len(names)), key=lambda i: (-counts[i], names[i]))
    return {str(names[i]): float(counts[i]) / float(counts.sum()) for i in order}


def total_variation(a: NDArray[np.int64], b: NDArray[np.int64]) -> float:
    """Half the sum of absolute differences of the two frequency distributions."""
    names = np.union1d(a, b)
    return 0.5 * float(sum(abs(float((a == n).mean()) - float((b == n).mean())) for n in names))


class Apart(NamedTuple):
    """How far apart the end states of two plans are: the distance, its standard error, what chance alone would show.

    It is measured on `pairs` of `futures`, those that have an end state under both plans; NaN where they are too few to tell.
    """

    value: float
    error: float
    chance: float
    pairs: int
    futures: int


def distance(a: NDArray[np.int64], b: NDArray[np.int64], draws: int = 400) -> Apart:
    """Total variation distance of paired end states, with its standard error and what chance alone would show.

    The error is a bootstrap over pairs of futures, NaN for a single one, which has no spread; chance swaps the plans within pairs at
    random. Both use one fixed stream.
    """
    futures = len(a)
    known = (a >= 0) & (b >= 0)
    a, b = a[known], b[known]
    if not len(a):
        return Apart(float("nan"), float("nan"), float("nan"), 0, futures)
    names, inverse = np.unique(np.concatenate([a, b]), return_inverse=True)
    ia, ib = inverse[: len(a)], inverse[len(a) :]
    size = len(names)

    def apart(x: NDArray[np.int64], y: NDArray[np.int64]) -> float:
        return 0.5 * float(np.abs(np.bincount(x, minlength=size) - np.bincount(y, minlength=size)).sum()) / len(x)

    stream = np.random.Generator(np.random.PCG64(len(a)))
    resampled, swapped = [], []
    for _ in range(draws):
        pick = stream.integers(0, len(ia), len(ia))
        resampled.append(apart(ia[pick], ib[pick]))
        swap = stream.random(len(ia)) < 0.5
        swapped.append(apart(np.where(swap, ib, ia), np.where(swap, ia, ib)))
    error = float(np.std(resampled, ddof=1)) if len(ia) > 1 else float("nan")
    return Apart(apart(ia, ib), error, float(np.mean(swapped)), len(ia), futures)
