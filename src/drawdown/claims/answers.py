"""From outcomes per future to answers: how likely, with which error, how different between plans, beside the status quo."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from drawdown.claims.endstates import Apart
from drawdown.claims.names import Stated
from drawdown.scenario.propositions import BetweenPlans, Distance

Z95 = 1.959963984540054
CLEAR = 2.0  # standard errors beyond which a difference is called one
SMALL = 0.001  # an error or a distance below this is not told apart from others so small
BETWEEN = " minus "
NEAR_EDGE = 10  # with fewer futures than this on one side, the normal approximation is poor


@dataclass(frozen=True, slots=True)
class Answer:
    """What an ensemble says of a claim under a plan (`plan` is `a minus b` for a claim that compares plans).

    `probability` is the share of true among futures where the claim is known, `error` its Monte Carlo standard error, `low` and `high` the
    95% interval (Wilson 1927). For a distance, `known` counts the futures with an end state under both plans, `value` is the distance,
    `value_error` its standard error, `chance` the distance that chance alone would show, and `probability` how sure the measurement is of
    its side of `bound`: tell it by `drawdown.claims.measured`, not as a likelihood. For a claim about the difference of plans, `value` is
    the mean paired difference and `value_error` its standard error.
    Both are held against `bound` by `comparison` (`at_least`, `at_most`, `above`, `below`). `status_quo` is the probability were the
    origin to go on. Where few futures decide a claim, `drawdown.claims.decided` says whether it can be answered.
    """

    claim: str
    number: int
    text: str
    plan: str
    probability: float
    error: float
    low: float
    high: float
    known: int
    unknown: int
    margin: float
    status_quo: float | None
    value: float | None = None
    value_error: float | None = None
    chance: float | None = None
    happened: str = ""
    bound: float | None = None
    comparison: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """Paired difference in probability of a claim between two plans: `a` minus `b`, over futures known under both."""

    claim: str
    a: str
    b: str
    difference: float
    error: float
    pairs: int


def wilson(true: int, known: int, z: float = Z95) -> tuple[float, float]:
    """Interval for a share (Wilson 1927); (0, 1) where there is no case. Exactly 0 and 1 at the ends, where rounding would fall short."""
    if known == 0:
        return 0.0, 1.0
    p = true / known
    centre = (p + z * z / (2 * known)) / (1 + z * z / known)
    half = z / (1 + z * z / known) * math.sqrt(p * (1 - p) / known + z * z / (4 * known * known))
    return (0.0 if true == 0 else centre - half), (1.0 if true == known else centre + half)


def error_words(error: float, decimals: int = 3) -> str:
    """` ± 0.012`; ` ± under 0.001` for a smaller one, which is no zero; nothing where there is none, for a single block has no spread."""
    if not math.isfinite(error) or error <= 0:
        return ""
    return f" ± under {SMALL}" if error < SMALL else f" ± {error:.{decimals}f}"


def standard_error(true: int, known: int) -> float:
    """Monte Carlo standard error of a share; near 0 and 1 from Wilson's interval, so that it never claims certainty."""
    if known == 0:
        return float("nan")
    if min(true, known - true) < NEAR_EDGE:
        low, high = wilson(true, known)
        return (high - low) / (2 * Z95)
    p = true / known
    return math.sqrt(p * (1 - p) / known)


def answer(stated: Stated, plan: str, value: NDArray[np.floating], margin: NDArray[np.floating], quo: float | None) -> Answer:
    """One answer from outcomes (1, 0, NaN) and margins per future."""
    known = ~np.isnan(value)
    true, count = int((value == 1).sum()), int(known.sum())
    low, high = wilson(true, count)
    finite = margin[known & np.isfinite(margin)]
    claim = stated.claim
    return Answer(
        claim=claim.id,
        number=claim.number,
        text=claim.text,
        plan=plan,
        probability=true / count if count else float("nan"),
        error=standard_error(true, count),
        low=low,
        high=high,
        known=count,
        unknown=int(len(value) - count),
        margin=float(np.median(finite)) if len(finite) else float("nan"),
        status_quo=quo,
        happened=claim.happened,
    )


def difference(claim: str, a: str, b: str, of_a: NDArray[np.floating], of_b: NDArray[np.floating]) -> Difference:
    """Paired difference; the error is of the mean of the differences, so what the plans share cancels."""
    apart = (of_a - of_b)[~np.isnan(of_a) & ~np.isnan(of_b)].astype(np.float64)
    pairs = len(apart)
    error = float(apart.std(ddof=1) / math.sqrt(pairs)) if pairs > 1 else float("nan")
    return Difference(claim, a, b, float(apart.mean()) if pairs else float("nan"), error, pairs)


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What a run stored of its claims: per (plan, claim) outcomes and margins [future], status quo outcomes, and distances per claim."""

    value: Mapping[tuple[str, str], NDArray[np.float32]]
    margin: Mapping[tuple[str, str], NDArray[np.float32]]
    status_quo: Mapping[tuple[str, str], NDArray[np.float32]]
    distances: Mapping[str, Apart]


def pair_name(a: str, b: str) -> str:
    """How a pair of plans is named where a plan is expected."""
    return f"{a}{BETWEEN}{b}"


def plans_of_pair(name: str) -> tuple[str, str] | None:
    """The two plans of a pair that `pair_name` named; None for the name of one plan."""
    a, between, b = name.partition(BETWEEN)
    return (a, b) if between else None


def answers(stated: Sequence[Stated], plans: Sequence[str], outcomes: Outcomes) -> tuple[Answer, ...]:
    """Every claim under every plan, in the order of the claims; claims that compare plans once."""
    found: list[Answer] = []
    for one in stated:
        proposition, claim = one.proposition, one.claim.id
        if isinstance(proposition, Distance):
            found += distance_answer(one, proposition, outcomes)
            continue
        compared = isinstance(proposition, BetweenPlans)
        for plan in [pair_name(proposition.a, proposition.b)] if isinstance(proposition, BetweenPlans) else plans:
            if (plan, claim) not in outcomes.value:
                continue
            value, margin = outcomes.value[plan, claim], outcomes.margin[plan, claim]
            result = answer(one, plan, value, margin, None if compared else quo_of(outcomes, plan, claim))
            found.append(with_mean(result, proposition, margin) if isinstance(proposition, BetweenPlans) else result)
    return tuple(found)


def quo_of(outcomes: Outcomes, plan: str, claim: str) -> float | None:
    """Probability under the status quo, or None where it says nothing."""
    values = outcomes.status_quo.get((plan, claim))
    if values is None or np.isnan(values).all():
        return None
    return float(np.nanmean(values))


def with_mean(result: Answer, proposition: BetweenPlans, margin: NDArray[np.float32]) -> Answer:
    """Adds the mean paired difference, taken back from the margins."""
    from dataclasses import replace

    known = margin[~np.isnan(margin)].astype(np.float64)
    if not len(known):
        return result
    sign = 1.0 if proposition.comparison in ("at_least", "above") else -1.0
    apart = sign * known + proposition.bound
    error = float(apart.std(ddof=1) / math.sqrt(len(apart))) if len(apart) > 1 else float("nan")
    return replace(result, value=float(apart.mean()), value_error=error, bound=proposition.bound, comparison=proposition.comparison)


def distance_answer(stated: Stated, proposition: Distance, outcomes: Outcomes) -> list[Answer]:
    """A distance is one number for all futures that have an end state under both plans; `margin`: how far it is from turning."""
    claim = stated.claim
    if claim.id not in outcomes.distances:
        return []
    value, error, chance, pairs, futures = outcomes.distances[claim.id]
    ahead = value - proposition.bound if proposition.comparison in ("at_least", "above") else proposition.bound - value
    holds = ahead > 0 or (ahead == 0 and proposition.comparison in ("at_least", "at_most"))
    # How sure the ensemble is that the distance lies on that side, by its bootstrap error.
    sure = 0.5 * (1 + math.erf(ahead / (error * math.sqrt(2)))) if error > 0 else float(holds) if error == 0 else float("nan")
    plan = pair_name(proposition.a, proposition.b)
    return [
        Answer(claim.id, claim.number, claim.text, plan, sure, 0.0, sure, sure, pairs, futures - pairs, ahead, None, value, error, chance,
               claim.happened, proposition.bound, proposition.comparison)
    ]  # fmt: skip


def differences(stated: Sequence[Stated], a: str, b: str, outcomes: Outcomes) -> tuple[Difference, ...]:
    """Every claim that both plans answer, paired."""
    both = [one.claim.id for one in stated if (a, one.claim.id) in outcomes.value and (b, one.claim.id) in outcomes.value]
    return tuple(difference(claim, a, b, outcomes.value[a, claim], outcomes.value[b, claim]) for claim in both)


def provisional(stated: Sequence[Stated], counts: Mapping[str, Mapping[str, tuple[int, int]]]) -> tuple[tuple[str, str, int, int], ...]:
    """(claim, plan, true, known) so far, from running counts, for the table that is shown while a run goes on."""
    return tuple((one.claim.id, plan, *counts[plan][one.claim.id]) for one in stated for plan in counts if one.claim.id in counts[plan])
