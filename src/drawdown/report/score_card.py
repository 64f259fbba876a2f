"""The page's own claims, scored: what each plan's futures said, what happened, and how a coin and a frozen origin would have done."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from drawdown.claims.answers import Answer
from drawdown.claims.decided import answered
from drawdown.evaluate.scores import mean_with_error
from drawdown.report import answers as asked
from drawdown.report.run import PlanView, RunView
from drawdown.report.words import listed, plural
from drawdown.scenario.model import Claim

COIN = 0.25  # Brier score of saying one half every time
APART = 2.0  # standard errors beyond which a score is told apart from a coin's
# Claims below which nothing is told apart: a standard error estimated from fewer than ten is itself off by a quarter (1 / sqrt(2 (n - 1))),
# and that of two claims of equal loss is 0, whatever they are worth.
ENOUGH = 10
FEW_CLAIMS = 30  # claims below which the card says that it says next to nothing; no number of them from one scenario makes a test
# Only a plain verdict counts: "true", "true: held, with attacks"; not "true of many districts until March", "false, as far as told".
_VERDICT = re.compile(r"\s*(true|false)\s*(?::.*|\.?\s*)", re.IGNORECASE | re.DOTALL)
COMPARES, UNTOLD, UNCLEAR, UNDECIDED = "compares plans", "not known", "unclear", "too few futures"
REASONS = {
    COMPARES: "comparing plans, of which at most one was done",
    UNTOLD: "without a known outcome",
    UNCLEAR: "with an outcome told as neither true nor false",
    UNDECIDED: "decided by too few futures under some plan",
}


@dataclass(frozen=True, slots=True)
class Scored:
    """A claim with its outcome and the probability that each plan's futures gave it; `frozen`: were the origin to go on."""

    claim: Claim
    outcome: bool
    given: Mapping[str, float]
    frozen: float | None


@dataclass(frozen=True, slots=True)
class ScoreCard:
    """Brier scores (0 right and sure, 1 wrong and sure) by plan over the same claims, and what was left out, by reason.

    `ahead`: by plan, how much lower than a coin's, and the standard error of that mean over claims. `frozen` and `frozen_of`: the score of
    the frozen origin and over how many of the claims it has one.
    """

    scored: tuple[Scored, ...]
    brier: Mapping[str, float]
    ahead: Mapping[str, tuple[float, float]]
    frozen: float | None
    frozen_of: int
    left_out: Mapping[str, int]


def outcome(happened: str) -> bool | None:
    """What a claim's `happened` says: true, false, or None where it is empty or unclear."""
    found = _VERDICT.fullmatch(happened)
    return None if found is None else found[1].lower() == "true"


def score_card(
    claims: Sequence[Claim],
    answers: Mapping[tuple[str, str], Answer],
    plans: Sequence[str],
    decided: Callable[[Answer], bool] = answered,
) -> ScoreCard:
    """Score claims whose outcome is known and that enough futures decide (`decided`) under every plan. Pure: reads nothing else."""
    scored: list[Scored] = []
    left_out: Counter[str] = Counter()
    for claim in claims:
        here = {plan: answers[claim.id, plan] for plan in plans if (claim.id, plan) in answers}
        happened = claim.happened.strip()
        said = outcome(happened)
        reason = (
            COMPARES if asked.compared_plans(claim) else UNTOLD if not happened else UNCLEAR if said is None
            else UNDECIDED if len(here) < len(plans) or not all(a.known and decided(a) for a in here.values()) else ""
        )  # fmt: skip
        if reason or said is None:
            left_out[reason] += 1
            continue
        quo = next((a.status_quo for a in here.values() if a.status_quo is not None and not math.isnan(a.status_quo)), None)
        scored.append(Scored(claim, said, {plan: a.probability for plan, a in here.items()}, quo))
    if not scored:
        return ScoreCard((), {}, {}, None, 0, dict(left_out))
    losses = {plan: [(s.given[plan] - s.outcome) ** 2 for s in scored] for plan in plans}
    quos = [(s.frozen - s.outcome) ** 2 for s in scored if s.frozen is not None]
    ahead = {plan: mean_with_error([COIN - one for one in loss]) for plan, loss in losses.items()}
    return ScoreCard(
        tuple(scored),
        {plan: sum(loss) / len(loss) for plan, loss in losses.items()},
        {plan: (mean.value, mean.error) for plan, mean in ahead.items()},
        sum(quos) / len(quos) if quos else None,
        len(quos),
        dict(left_out),
    )


@dataclass(frozen=True, slots=True)
class CardView:
    """What `score_card.html` shows; `verdict`: how little it says."""

    plans: tuple[PlanView, ...]
    card: ScoreCard
    left_out: str
    verdict: str
    coin: float = COIN


def view(run: RunView) -> CardView | None:
    """The card; none where the scenario tells no outcome."""
    claims = run.scenario.claims
    if not any(claim.happened.strip() for claim in claims):
        return None
    card = score_card(claims, asked.answers(run), [p.id for p in run.plans])
    left = listed([f"{n} {REASONS[reason]}" for reason, n in card.left_out.items()])
    return CardView(run.plans, card, left, verdict(run, card) if card.scored else "")


def verdict(run: RunView, card: ScoreCard) -> str:
    """How little so few claims say."""
    count = len(card.scored)
    say = f"{plural(count, 'claim').capitalize()} {'says' if count == 1 else 'say'}"
    if count < ENOUGH:
        return f"{say} next to nothing: too few to tell the page from a coin."
    return f"{say} {'next to nothing' if count < FEW_CLAIMS else 'little'}: by its score{_beside_a_coin(run, card)}."


def _beside_a_coin(run: RunView, card: ScoreCard) -> str:
    """`, with a standard error of up to 0.05, the page beats a coin under Stay and cannot be told from a coin under Leave`."""
    names = {p.id: p.name for p in run.plans}
    worst = max(error for _, error in card.ahead.values())
    apart = {plan: gap for plan, (gap, error) in card.ahead.items() if abs(gap) > APART * error}
    better, worse = ([names[p] for p, gap in apart.items() if (gap > 0) == sign] for sign in (True, False))
    said = []
    if better:
        said.append(f"beats a coin under {listed(better)}")
    if worse:
        said.append(f"does worse than a coin under {listed(worse)}")
    if len(apart) < len(names):
        rest = [names[p] for p in names if p not in apart]
        said.append(f"cannot be told from a coin under {'any plan' if not apart else listed(rest)}")
    return f", with a standard error of up to {worst:.2f}, the page {' and '.join(said)}"


__all__ = ["CardView", "ScoreCard", "Scored", "outcome", "score_card", "verdict", "view"]
