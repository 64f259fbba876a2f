"""What of all that happened is news: the turning points, and of what goes on and on, only what is larger than before.

A chronicle of five years in which every attack of a war stands is not read to its end; the deaths of each month stand there anyway.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from drawdown.mechanism import Event

LINK_WEEKS = 6  # how long before an event its cause may lie, and how near a deed tells another of the same actor and place
AGAIN_WEEKS = 26  # after that long what goes on is told again
LARGER = 1.5  # and sooner where it has grown by this factor
TO_AND_FRO = 13  # weeks within which what changes hands again has not been settled


@dataclass(frozen=True, slots=True)
class Occurrence:
    """An event in a cell in a week, before it is merged into a sentence."""

    event: Event
    week: int
    value: float
    names: Mapping[str, str]
    place: str | None
    because: str = ""


@dataclass(slots=True)
class Already:
    """What has been told so far of what goes on: weeks and amounts by key."""

    _told: dict[tuple[object, ...], list[tuple[int, float]]] = field(default_factory=lambda: defaultdict(list))

    def news(self, event: Event, key: tuple[object, ...], week: int, amount: float) -> bool:
        """Whether it is worth telling: what happens once always is; the rest if it has grown, or has not been told for half a year."""
        if event.once or not (event.routine or event.worst_of):
            return True
        lately = [size for when, size in self._told[key] if week - when < AGAIN_WEEKS]
        if lately and amount < LARGER * max(lately):
            return False
        self._told[key].append((week, amount))
        return True


def by_event_and_place(told: Iterable[Occurrence]) -> dict[tuple[str, str], list[Occurrence]]:
    """Happenings by event and place."""
    found: dict[tuple[str, str], list[Occurrence]] = defaultdict(list)
    for one in told:
        if one.place is not None:
            found[one.event.name, one.place].append(one)
    return found


def doubled(one: Occurrence, by_place: Mapping[tuple[str, str], Sequence[Occurrence]]) -> bool:
    """Whether another event tells the same better: in the same week, or a deed of the same actor there in the weeks around it; of what is
    lost, a deed of anybody there in the weeks before."""
    near = [o for better in one.event.told_by for o in by_place.get((better, one.place or ""), ())]
    if one.event.falling and any(0 <= one.week - o.week <= LINK_WEEKS for o in near):
        return True
    actor = one.names.get("actor")
    return any(
        o.week == one.week or (actor is not None and o.names.get("actor") == actor and abs(o.week - one.week) <= LINK_WEEKS) for o in near
    )


def settled(told: Sequence[Occurrence]) -> Iterator[Occurrence]:
    """The same, but what went to and fro in a place is told where it began and where it ended: `again` of the event, with the number."""
    apart: dict[tuple[str, str], list[Occurrence]] = defaultdict(list)
    for one in told:
        if one.event.again and one.place is not None:
            apart[one.event.name, one.place].append(one)
        else:
            yield one
    for happened in apart.values():
        yield from _ends(happened)


def _ends(happened: Sequence[Occurrence]) -> Iterator[Occurrence]:
    """First and last of each run of three or more by at least two actors; all of any other."""
    runs: list[list[Occurrence]] = []
    for one in sorted(happened, key=lambda o: o.week):
        if runs and one.week - runs[-1][-1].week <= TO_AND_FRO:
            runs[-1].append(one)
        else:
            runs.append([one])
    for run in runs:
        hands = [next(same) for _, same in groupby(run, key=lambda o: o.names.get("actor"))]
        if len(hands) < 3:
            yield from hands
            continue
        yield run[0]
        last = hands[-1]
        yield replace(last, event=replace(last.event, sentence=last.event.again), names={**last.names, "times": str(len(hands))})
