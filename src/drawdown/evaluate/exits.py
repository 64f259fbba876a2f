"""Real exits of foreign forces and peace missions: a reference class, base rates with intervals, and the exits most like a given plan.

`exits.csv` beside this file holds one exit a row. What followed is judged over the 24 months after the last soldier left:

- `takeover`: an armed rival of whoever was left in charge rules the place that was left (for scope "national" or "capital": the capital);
  month 0 if it did so before or within days of the exit. An election won is no takeover; force after it is.
- `war`: organised fighting on the scale of war in the country. `war_at_exit` says whether there was one when the last soldiers left.
- `calm`: neither of the two, no coup, no collapse of the security forces, no return of foreign troops.

`grade`: B, dates and sequel read in a document of the time, of the United Nations or in scholarship; C, at second hand in part; D, not
found. `unchecked` names what still rests on general knowledge. The judgements (style, proxy, rival, sponsor) are ours, from those sources.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from drawdown.claims.answers import wilson
from drawdown.errors import DrawdownError, expected_one_of

Answer = Literal["yes", "no", "unclear"]
SCOPES = ("national", "region", "capital")
# settlement: part of an agreement with the rival, or after elections that it brought; timetable: on the leaver's own announced schedule;
# forced: the host, its rivals or politics made it go; abrupt: in days or weeks, earlier than planned.
STYLES = ("settlement", "timetable", "forced", "abrupt")
PROXIES = ("state", "militia", "peacekeepers", "none")  # whom the leaver left in charge
RIVALS = ("none", "weak", "strong")
SPONSORS = ("none", "host", "rival", "both")  # whom outside states arm or pay
MONTHS = 24
NEAREST = 8  # exits called most like a plan, on the page and in the command alike
Z90 = 1.6448536269514722  # 95% quantile of the normal law: intervals are 90%


class ExitError(DrawdownError):
    """A word that the table of exits does not know."""


@dataclass(frozen=True, slots=True)
class Features:
    """What exits are compared by; None where it is not known."""

    scope: str | None = None
    force: float | None = None  # soldiers, the largest number stated; only its order of magnitude counts
    style: str | None = None
    proxy: str | None = None
    rival: str | None = None
    sponsor: str | None = None
    war_at_exit: bool | None = None
    peacekeepers: bool | None = None

    def __post_init__(self) -> None:
        for name, known in (("scope", SCOPES), ("style", STYLES), ("proxy", PROXIES), ("rival", RIVALS), ("sponsor", SPONSORS)):
            value = getattr(self, name)
            if value is not None and value not in known:
                raise ExitError(f"{name}: {expected_one_of(str(value), known)}")
        if self.force is not None and not (math.isfinite(self.force) and self.force > 0):
            raise ExitError(f"force: got {self.force}; expected a positive number of soldiers")


@dataclass(frozen=True, slots=True)
class Exit:
    """One real exit. `exit` is the first of the month where the day is not known."""

    id: str
    country: str
    place: str
    leaver: str
    exit: date
    features: Features
    takeover: Answer
    takeover_month: int | None
    war: Answer
    calm: Answer
    followed: str
    source: str
    grade: str
    unchecked: str

    def known_by(self, as_of: date) -> bool:
        """Whether all 24 months after the exit were over by then: what came later may not inform a forecast made then."""
        return date(self.exit.year + MONTHS // 12, self.exit.month, min(self.exit.day, 28)) <= as_of


def load(as_of: date | None = None) -> tuple[Exit, ...]:
    """The table, oldest first; with `as_of` only exits whose sequel was known by then."""
    path = Path(__file__).with_name("exits.csv")
    with path.open(newline="", encoding="utf-8") as file:
        exits = [_exit(row) for row in csv.DictReader(file)]
    return tuple(sorted((e for e in exits if as_of is None or e.known_by(as_of)), key=lambda e: e.exit))


def _exit(row: dict[str, str]) -> Exit:
    year, month, day = (*(int(part) for part in row["exit"].split("-")), 1)[:3]
    features = Features(
        scope=row["scope"],
        force=float(row["force"]) if row["force"] else None,
        style=row["style"],
        proxy=row["proxy"],
        rival=row["rival"],
        sponsor=row["sponsor"],
        war_at_exit=row["war_at_exit"] == "yes",
        peacekeepers=row["peacekeepers"] == "yes",
    )
    return Exit(
        id=row["id"],
        country=row["country"],
        place=row["place"],
        leaver=row["leaver"],
        exit=date(year, month, day),
        features=features,
        takeover=_answer(row["takeover"]),
        takeover_month=int(row["takeover_month"]) if row["takeover_month"] else None,
        war=_answer(row["war"]),
        calm=_answer(row["calm"]),
        followed=row["followed"],
        source=row["source"],
        grade=row["grade"],
        unchecked=row["unchecked"],
    )


def _answer(text: str) -> Answer:
    if text == "yes":
        return "yes"
    return "no" if text == "no" else "unclear"


@dataclass(frozen=True, slots=True)
class Rate:
    """`count` of `of` exits, with the 90% Wilson interval. Exits whose answer is unclear are left out and counted in `unclear`."""

    name: str
    count: int
    of: int
    unclear: int = 0

    @property
    def share(self) -> float:
        return self.count / self.of if self.of else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        return wilson(self.count, self.of, Z90)


def base_rates(exits: Sequence[Exit]) -> tuple[Rate, ...]:
    """Takeover, relapse (war where there was none at the exit), war that went on (where there was one) and calm, within 24 months."""
    at_war = [e for e in exits if e.features.war_at_exit]
    at_peace = [e for e in exits if not e.features.war_at_exit]
    return (
        _rate("takeover", exits, lambda e: e.takeover),
        _rate("relapse", at_peace, lambda e: e.war),
        _rate("war goes on", at_war, lambda e: e.war),
        _rate("calm", exits, lambda e: e.calm),
    )


def _rate(name: str, exits: Iterable[Exit], answer: Callable[[Exit], Answer]) -> Rate:
    answers = [answer(e) for e in exits]
    return Rate(name, answers.count("yes"), len(answers) - answers.count("unclear"), answers.count("unclear"))


@dataclass(frozen=True, slots=True)
class Likeness:
    """An exit and how far it is from the one asked about: 0 the same in all that is known, 1 different in all. `parts` adds up to it."""

    exit: Exit
    distance: float
    parts: dict[str, float]


# How far one style is from another, out of 1: settlement and abruptness are the ends, a timetable lies between.
_STYLE_ORDER = {"settlement": 0.0, "timetable": 1 / 3, "forced": 2 / 3, "abrupt": 1.0}
# A region is nearer to a capital than to a country.
_SCOPE_ORDER = {"region": 0.0, "capital": 0.25, "national": 1.0}
FULL_FORCE = 1.5  # orders of magnitude that count as wholly different


def compare(asked: Features, other: Features) -> dict[str, float]:
    """Difference in each feature that both know, from 0 (same) to 1."""
    parts: dict[str, float] = {}
    if asked.scope and other.scope:
        parts["scope"] = abs(_SCOPE_ORDER[asked.scope] - _SCOPE_ORDER[other.scope])
    if asked.force and other.force:
        parts["force"] = min(1.0, abs(math.log10(asked.force) - math.log10(other.force)) / FULL_FORCE)
    if asked.style and other.style:
        parts["style"] = abs(_STYLE_ORDER[asked.style] - _STYLE_ORDER[other.style])
    if asked.proxy and other.proxy:
        parts["proxy"] = float(asked.proxy != other.proxy)
    if asked.rival and other.rival:
        parts["rival"] = abs(RIVALS.index(asked.rival) - RIVALS.index(other.rival)) / 2
    if asked.sponsor and other.sponsor:
        ours, theirs = _sponsored(asked.sponsor), _sponsored(other.sponsor)
        parts["sponsor"] = ((ours[0] != theirs[0]) + (ours[1] != theirs[1])) / 2
    if asked.war_at_exit is not None and other.war_at_exit is not None:
        parts["war_at_exit"] = float(asked.war_at_exit != other.war_at_exit)
    if asked.peacekeepers is not None and other.peacekeepers is not None:
        parts["peacekeepers"] = float(asked.peacekeepers != other.peacekeepers)
    return parts


def _sponsored(sponsor: str) -> tuple[bool, bool]:
    return sponsor in ("host", "both"), sponsor in ("rival", "both")


def nearest(asked: Features, exits: Sequence[Exit], most: int = NEAREST) -> list[Likeness]:
    """The `most` exits most like the one asked about: the mean difference over the features that both know, all weighing the same.

    Equal weights are a choice (grade D): 33 exits cannot teach eight. Ties go to the later exit.
    """
    found: list[Likeness] = []
    for e in exits:
        parts = compare(asked, e.features)
        if parts:
            found.append(Likeness(e, sum(parts.values()) / len(parts), {k: v / len(parts) for k, v in parts.items()}))
    return sorted(found, key=lambda like: (round(like.distance, 9), -like.exit.exit.toordinal()))[:most]
