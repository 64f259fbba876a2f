"""Whether enough futures decide a claim to say how likely it is; the words where they do not. One rule for the page and the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from drawdown.claims.answers import Answer

# A hundred futures leave a share with a standard error of at most five points: beyond that "likely" and "unlikely" are not told apart.
FEWEST = 100
# A run of under a thousand futures cannot ask for a hundred; a claim that fewer than a tenth decide hardly ever comes up in it, either.
# That such a run is small is said elsewhere, for all its claims.
ONE_IN = 10
CANNOT = "cannot be answered"
HARDLY = "it hardly ever comes to that"


def fewest(futures: int) -> int:
    """How many of a run's futures must decide a claim: 100, or a tenth in a run of under 1,000; never none."""
    return max(1, min(FEWEST, -(-futures // ONE_IN)))


def answerable(known: int, futures: int) -> bool:
    """Whether a claim that `known` of `futures` decide can be answered."""
    return known >= fewest(futures)


def answered(answer: Answer) -> bool:
    """Whether enough futures decide the claim; those that decide a distance have an end state under both plans."""
    return answerable(answer.known, answer.known + answer.unknown)


def cannot_be_answered(known: Sequence[int], futures: int) -> str:
    """`cannot be answered: it hardly ever comes to that (decided in 3 to 27 of 1,000 futures, at most 3%)`; `known`: under each plan."""
    return f"{CANNOT}: {why_not(known, futures)}"


def why_not(known: Sequence[int], futures: int) -> str:
    """`it hardly ever comes to that (decided in 3 to 27 of 1,000 futures, at most 3%)`."""
    low, high = min(known), max(known)
    span = "none" if high == 0 else f"{low:,}" if low == high else f"{low:,} to {high:,}"
    share = "" if high == 0 or not futures else f", {'at most ' if low != high else ''}{_share(high / futures)}"
    return f"{HARDLY} (decided in {span} of {futures:,} futures{share})"


def _share(share: float) -> str:
    if 0 < share < 0.0005:
        return "under 0.1%"
    return f"{100 * share:.1f}%" if share < 0.0995 else f"{100 * share:.0f}%"


def unanswered_lines(answers: Sequence[Answer]) -> list[str]:
    """A line for every claim that cannot be answered under some plan, for the foot of a table."""
    found: dict[int, list[Answer]] = {}
    for a in answers:
        if not answered(a):
            found.setdefault(a.number, []).append(a)
    lines = []
    for number, few in found.items():
        every = all(not answered(a) for a in answers if a.number == number)
        under = "" if every and len(few) > 1 else f" under {', '.join(a.plan for a in few)}"
        words = cannot_be_answered([a.known for a in few], few[0].known + few[0].unknown)
        lines.append(f"Claim {number}{under} {words}.")
    return lines
