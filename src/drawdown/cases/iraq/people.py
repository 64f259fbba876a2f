"""Residents, communities and how mixed a place is, from the governorate profile."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from drawdown.cases.iraq.frames import METHOD, Frames
from drawdown.cases.iraq.places import places, statements
from drawdown.cases.rows import Backing, Row
from drawdown.cases.statements import Statement

if TYPE_CHECKING:
    import pandas

COMMUNITIES = ("shia-arab", "sunni-arab", "kurdish", "minority")
MINORITY_FLOOR = 0.01
VOTE_KNOWN = date(2006, 2, 10)  # the vote of December 2005 was certified
COUNT_KNOWN = date(2007, 8, 1)  # the count of 2007; at earlier origins the day before stands for it (assumed)
ABOUT = 0.07  # of residents either way, where the counts agree (assumed)
AGREE = 1.3  # counts of two years are of the same people where they differ by less than this ratio (assumed)


def population_rows(frames: Frames) -> list[Row]:
    """Residents by the World Food Programme; a governorate with a part of its own is what the part leaves."""
    columns = ["wfp_pop2003", "wfp_pop2005", "wfp_pop2007"] if frames.as_of >= date(2007, 1, 1) else ["wfp_pop2003", "wfp_pop2005"]
    totals: dict[str, tuple[float, float, float]] = {}
    for governorate, row in frames.profile.iterrows():
        values = sorted(float(row[c]) for c in columns)
        latest = float(row[columns[-1]])
        agree = abs(math.log(latest / float(row[columns[-2]]))) < math.log(AGREE)
        best = latest if agree else values[len(values) // 2]
        totals[str(governorate)] = (
            min(best * (1 - ABOUT), latest if not agree else best),
            best,
            max(best * (1 + ABOUT), values[-1] if not agree else best),
        )
    rows = []
    counted = _told("population")
    published = COUNT_KNOWN if frames.as_of > COUNT_KNOWN else frames.known_on
    for place in places():
        if place.id in counted:
            (said,) = counted[place.id]
            backing = Backing("persons", said.source, said.where, said.grade, published, said.note)
            rows.append(Row({"place": place.id}, said.best, backing, said.low, said.high))
            continue
        low, best, high = totals[place.admin1]
        note = "estimates of one maker for other years set the range where they differ by more than 30%"
        for part in (p for p in places() if p.parent == place.id and p.id in counted):
            less = counted[part.id][0].best
            low, best, high = low - less, best - less, high - less
            note = f"governorate less {part.id}; " + note
        backing = Backing("persons", "wfp-profile", f"{', '.join(columns)}; {METHOD}", "B", published, note)
        rows.append(Row({"place": place.id}, best, backing, low, high))
    return rows


def _told(sets: str) -> dict[str, list[Statement]]:
    """Statements on the parts of governorates, by place. They stand in before they were made: no census knows these parts at any date."""
    found: dict[str, list[Statement]] = {}
    for said in statements():
        if said.sets == sets:
            found.setdefault(said.of["place"], []).append(said)
    return found


def community_rows(frames: Frames) -> list[Row]:
    """Shares by the December 2005 votes, drawn towards the Izady map where the two agree within 0.15; three maps set the range."""
    rows = []
    told = _told("community_share")
    for place in places():
        votes, izady, cia = _three_maps(frames.profile.T[place.admin1])
        said = {s.of["community"]: s for s in told.get(place.id, ())}
        if said:
            votes = izady = cia = {c: said[c].best if c in said else 0.0 for c in COMMUNITIES}
        apart = max(abs(votes[c] - izady[c]) for c in COMMUNITIES) > 0.15
        best = votes if apart else {c: (votes[c] + izady[c]) / 2 for c in COMMUNITIES}
        known = {c: best[c] for c in COMMUNITIES if best[c] > 0}
        total = sum(known.values())
        rounded = {c: round(share / total, 4) for c, share in known.items()}
        largest = max(rounded, key=lambda c: rounded[c])
        rounded[largest] = round(rounded[largest] + 1.0 - sum(rounded.values()), 4)  # the shares of a place sum to one exactly
        for community, share in known.items():
            far = community == "minority" or abs(cia[community] - share) > 0.2  # the CIA map has thirds of Shia in Anbar: an artefact
            three = (votes[community], izady[community], votes[community] if far else cia[community])
            middle = rounded[community]
            low = min(middle, max(0.25 * middle, min(three))) if not said else 0.8 * middle
            high = max(middle, min(1 - 0.25 * (1 - middle), max(three))) if not said else min(1.15 * middle, (1 + middle) / 2)
            note = (
                "the Izady map and the vote differ by more than 0.15: the vote is kept" if apart else "mean of the vote and the Izady map"
            )
            backing = Backing("share", "esoc-profile", f"dec2005 votes, Izady and CIA 2003 shares; {METHOD}", "B", VOTE_KNOWN, note)
            if said:
                who = said[community]
                backing = Backing("share", who.source, who.where, who.grade, VOTE_KNOWN, who.note)
            of = {"place": place.id, "community": community}
            rows.append(Row(of, round(middle, 4), backing, round(low, 4), round(high, 4)))
    return rows


def _three_maps(row: pandas.Series[float]) -> tuple[dict[str, float], dict[str, float], dict[str, float]]:
    """Community shares by the vote, by Izady and by the CIA. Votes for the secular list go to Sunni and Shia lists in proportion."""
    sunni, shia, kurd, secular = (float(row[f"dec2005_{k}_v"]) for k in ("su", "sh", "k", "sn"))
    arab = sunni + shia
    named = arab + kurd + secular
    mapped = float(row["xtian_share_izady"]) + float(row["turc_share_izady"])
    minority = max(MINORITY_FLOOR, mapped, 1.0 - named if mapped > 0.005 else 0.0)  # other lists are minorities' where the map has some
    sunni, shia = (sunni + secular * sunni / arab, shia + secular * shia / arab) if arab > 0 else (secular / 2, secular / 2)
    votes = _normalised(shia, sunni, kurd, minority * (sunni + shia + kurd) / max(1 - minority, 0.5))
    mixed = float(row["mixed_share_izady"])
    by_vote = sunni + shia + kurd
    izady = _normalised(
        float(row["shia_share_izady"]) + mixed * shia / by_vote,
        float(row["sunni_share_izady"]) + mixed * sunni / by_vote,
        float(row["kurd_share_izady"]) + mixed * kurd / by_vote,
        max(MINORITY_FLOOR, float(row["xtian_share_izady"]) + float(row["turc_share_izady"])),
    )
    cia = _normalised(float(row["shia_share_cia2003"]), float(row["sunni_share_cia2003"]), float(row["kurd_share_cia2003"]), 0.0)
    return votes, izady, cia


def _normalised(*shares: float) -> dict[str, float]:
    total = sum(shares)
    return {c: s / total for c, s in zip(COMMUNITIES, shares, strict=True)}


def mixing_rows(frames: Frames, shares: Sequence[Row]) -> list[Row]:
    """4 x (1 - x) of the largest community in the place, times how far neighbourhoods repeat the place's mixture (assumed 0.3 to 0.8)."""
    rows = []
    for place in places():
        largest = max(r.best for r in shares if r.of["place"] == place.id)
        whole = 4 * largest * (1 - largest)
        low, best, high = (round(min(1.0, max(0.002, whole * k)), 4) for k in (0.3, 0.5, 0.8))
        locator = f"community shares; {METHOD}"
        note = "no neighbourhood census: that neighbourhoods hold half (0.3 to 0.8) of the mixture of their place is assumed"
        rows.append(Row({"place": place.id}, best, Backing("index", "esoc-profile", locator, "C", VOTE_KNOWN, note), low, high))
    return rows
