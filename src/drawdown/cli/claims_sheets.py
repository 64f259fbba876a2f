"""The claims of a run as sheets: plans side by side where the width allows, else a claim with its plans below each other."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from drawdown.cli.figures import UNKNOWN, beside_error, error_in_points, in_points, percent, with_error
from drawdown.terminal.sheet import Column, Sheet, widths
from drawdown.vocabulary import units

if TYPE_CHECKING:
    from drawdown.claims import Answer, Difference
    from drawdown.runs import Run

CLAIM, HAPPENED = 34, 26  # columns of text that are pleasant to read side by side
FROZEN = "frozen"
CAPTION = "Percent of futures in which the claim is true, ± Monte Carlo standard error; '-' where too few can tell."
CAPTION_FROZEN = " 'frozen': were the origin to go on."


def single(answers: Sequence[Answer]) -> list[Answer]:
    """Those about one plan."""
    from drawdown.claims.answers import plans_of_pair

    return [a for a in answers if plans_of_pair(a.plan) is None]


def comparing(answers: Sequence[Answer]) -> list[Answer]:
    """Those about two plans."""
    from drawdown.claims.answers import plans_of_pair

    return [a for a in answers if plans_of_pair(a.plan) is not None]


def claims_sheet(answers: Sequence[Answer], plans: Sequence[str], about: str, width: int) -> Sheet:
    """Probability of each claim under each plan, how it stood at the origin, and what happened, at the width there is."""
    rows: dict[str, list[Answer]] = {}
    for answer in answers:
        rows.setdefault(answer.claim, []).append(answer)
    title = f"How likely each claim is ({about})"
    frozen = any(a.status_quo is not None for a in answers)
    caption = CAPTION + CAPTION_FROZEN * frozen
    wide = wide_sheet(rows, plans, frozen, title, caption)
    return wide if widths(wide, width) is not None else tall_sheet(rows, plans, title, caption)


def cells_of(of_claim: Sequence[Answer], plans: Sequence[str]) -> list[str]:
    """A percentage for each plan; nothing where the plan was not asked."""
    by_plan = {a.plan: a for a in of_claim}
    return [share_of(by_plan[p]) if p in by_plan else "" for p in plans]


def share_of(answer: Answer) -> str:
    """A percentage with its error; `-` where too few futures decide the claim."""
    from drawdown.claims.decided import answered

    return with_error(answer.probability, answer.error) if answered(answer) else UNKNOWN


def frozen_cell(of_claim: Sequence[Answer]) -> str:
    """The probability were the origin to go on."""
    quo = of_claim[0].status_quo
    return "" if quo is None else percent(quo)


def wide_sheet(rows: Mapping[str, Sequence[Answer]], plans: Sequence[str], frozen: bool, title: str, caption: str) -> Sheet:
    """A row a claim, a column a plan."""
    told = any(of_claim[0].happened for of_claim in rows.values())
    columns = [Column("", figures=True), Column("claim", least=CLAIM), *(Column(p, figures=True) for p in plans)]
    columns += [Column(FROZEN, figures=True)] * frozen + [Column("what happened", least=HAPPENED)] * told
    made = []
    for of_claim in rows.values():
        first = of_claim[0]
        row = [str(first.number), first.text, *cells_of(of_claim, plans)]
        made.append((*row, *[frozen_cell(of_claim)] * frozen, *[first.happened] * told))
    return Sheet(title, tuple(columns), tuple(made), caption)


def tall_sheet(rows: Mapping[str, Sequence[Answer]], plans: Sequence[str], title: str, caption: str) -> Sheet:
    """A row a claim, its plans below each other beside it."""
    made = []
    for of_claim in rows.values():
        first = of_claim[0]
        named = [(p, cell) for p, cell in zip(plans, cells_of(of_claim, plans), strict=True) if cell]
        named += [(FROZEN, cell)] if (cell := frozen_cell(of_claim)) else []
        made.append((str(first.number), claim_and_fact(first), "\n".join(p for p, _ in named), "\n".join(cell for _, cell in named)))
    columns = (Column("", figures=True), Column("claim"), Column("plan", unbroken=True), Column("%", figures=True))
    return Sheet(title, columns, tuple(made), caption, spaced=True, paired=True)


def claim_and_fact(answer: Answer) -> str:
    """The claim, and below it what happened."""
    return answer.text + (f"\nWhat happened: {answer.happened}" if answer.happened else "")


def compared_sheet(run: Run, answers: Sequence[Answer]) -> Sheet:
    """Claims about the difference between two plans on the same futures, each with its number, the unit and what it is held against."""
    from drawdown.claims.measured import measured

    made = []
    for a in answers:
        lines = [("plans", a.plan)]
        if a.chance is not None:
            found = measured(a)
            lines += [pair for pair in (("distance", found.value), ("that is", found.where), ("chance", found.luck)) if pair[1]]
        else:
            lines.append(("true", f"{share_of(a)} % of futures"))
            if a.value is not None:
                lines.append(("mean difference", mean_difference(a)))
        lines += held_against(run, a.claim)
        made.append((str(a.number), claim_and_fact(a), "\n".join(label for label, _ in lines), "\n".join(told for _, told in lines)))
    columns = (Column("", figures=True), Column("claim"), Column("", unbroken=True), Column("", unbroken=True))
    return Sheet("Claims that compare plans, on the same futures", columns, tuple(made), spaced=True, paired=True)


def mean_difference(answer: Answer) -> str:
    """The value of a claim that compares plans, with its error."""
    value, error = answer.value, answer.value_error
    if value is None or not math.isfinite(value):
        return UNKNOWN
    return beside_error(value, error, sign=True)


def held_against(run: Run, claim: str) -> list[tuple[str, str]]:
    """The bound of a claim that compares plans, and the unit of its difference."""
    from drawdown.scenario.propositions import BetweenPlans, Distance

    proposition = next((one.proposition for one in run.claims if one.claim.id == claim), None)
    if not isinstance(proposition, BetweenPlans | Distance):
        return []
    bound = ("claimed", f"{proposition.comparison.replace('_', ' ')} {proposition.bound:g}")
    if isinstance(proposition, Distance):
        return [bound, ("unit", "share of futures")]
    term = proposition.term
    unit = "" if term.over is not None else unit_of(run, term.quantity)
    return [bound, ("unit", unit)] if unit else [bound]


def unit_of(run: Run, quantity: str) -> str:
    """The unit of a quantity's weekly mean, as the run keeps it."""
    summary = run.summary()
    for name in (f"{quantity}_mean", f"country_{quantity}_mean", f"yearly_{quantity}"):
        if name in summary:
            return units.unit_of(str(summary[name].attrs.get("unit", ""))).told
    return ""


def differences_sheet(run: Run, answers: Sequence[Answer], differences: Sequence[Difference], a: str, b: str) -> Sheet:
    """Paired differences in probability, in percentage points, beside the percentages themselves."""
    from drawdown.claims.decided import answerable, answered

    texts = {c.claim.id: (c.claim.number, c.claim.text) for c in run.claims}
    share = {(x.claim, x.plan): percent(x.probability) if answered(x) else UNKNOWN for x in answers}
    figures = (f"{a} %", f"{b} %", "difference", "± error", "", "pairs")
    columns = (Column("", figures=True), Column("claim", least=26), *(Column(heading, figures=True) for heading in figures))
    rows = []
    for d in differences:
        number_, text = texts[d.claim]
        shares = (share.get((d.claim, plan), "") for plan in (a, b))
        found = paired(d) if answerable(d.pairs, run.futures) else (UNKNOWN, UNKNOWN, "")
        rows.append((str(number_), text, *shares, *found, f"{d.pairs:,}"))
    caption = (
        "Difference and error in percentage points, over the futures that both plans answer (pairs). "
        "*: more than two errors. none: every pair differs alike. -: too few futures decide the claim to answer it."
    )
    return Sheet(f"{a} minus {b}, the same futures under both", columns, tuple(rows), caption)


def paired(difference: Difference) -> tuple[str, str, str]:
    """The difference in points, its error, and a mark where it is more than two errors."""
    from drawdown.claims.answers import CLEAR

    told = in_points(difference.difference)
    if not math.isfinite(difference.error) or not math.isfinite(difference.difference):
        return told, UNKNOWN, ""
    clear = "*" if abs(difference.difference) > CLEAR * difference.error and difference.difference else ""
    return told, "none" if difference.error == 0 else error_in_points(difference.error), clear


def provisional_sheet(
    counts: Mapping[str, Mapping[str, tuple[int, int]]], texts: Mapping[str, str], futures: Mapping[str, int], so_far: str, width: int
) -> Sheet:
    """Shares so far, while a run goes on: a line a claim, cut to the width; only as many plans as stand side by side."""
    from drawdown.claims.answers import standard_error
    from drawdown.claims.decided import answerable

    plans = list(counts)
    caption = "Futures behind it: " + ", ".join(f"{p} {futures.get(p, 0):,}" for p in plans) + f". {so_far}"
    while len(plans) > 1 and sum(max(len(p), 7) + 2 for p in plans) > width - 20:
        plans.pop()
    if len(plans) < len(counts):
        caption += f" {len(counts) - len(plans)} of the plans do not fit here."
    room = max(12, width - sum(max(len(p), 7) + 2 for p in plans))
    rows = []
    for claim, text in texts.items():
        found = [(counts[p].get(claim), futures.get(p, 0)) for p in plans]
        if any(one for one, _ in found):
            cells = [with_error(one[0] / one[1], standard_error(*one)) if one and answerable(one[1], of) else UNKNOWN for one, of in found]
            rows.append((text if len(text) <= room else text[: room - 3].rstrip() + "...", *cells))
    columns = (Column("claim", least=room), *(Column(p, figures=True) for p in plans))
    return Sheet("So far (percent of the first futures; provisional)", columns, tuple(rows), caption)
