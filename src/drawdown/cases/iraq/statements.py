"""Who rules where in Iraq, and where Britain stood: dated statements that someone made, for `drawdown.cases.iraq.origin`.

A statement holds from `since` until a later one about the same place and actor, or until `until`. None is used at an origin on or
before `since`. Shares are readings of words ("rules", "controlled by", "parts of"): grade C where a source says the words, D where not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

# The uncontested rest of a place is the state's: police hold most posts in it, the army the remainder (assumed).
REST_OF_THE_STATE: Mapping[str, float] = {"iraqi-police": 0.6, "iraqi-army": 0.4}


@dataclass(frozen=True)
class Statement:
    """5th, 50th and 95th percentile of a share (or of persons), with who said so, where, and since when it is known."""

    place: str
    actor: str
    low: float
    best: float
    high: float
    since: date
    source: str
    locator: str
    grade: str = "C"
    note: str = ""
    until: date | None = None


@dataclass(frozen=True)
class PlaceFacts:
    """A place of the scenario: its governorate as the data spell it, and what is said of a part that the data do not know."""

    id: str
    admin1: str
    parent: str | None = None
    residents: Statement | None = None
    shares: tuple[float, ...] = ()
    shares_source: str = ""
    shares_locator: str = ""
    shares_note: str = ""


_BASRA_CITY = PlaceFacts(
    "basra-city",
    "Basra",
    "basra",
    Statement(
        "basra-city",
        "",
        825e3,
        1.2e6,
        1.6e6,
        date(2003, 12, 31),
        "fattah-2009",
        "appendix 1, major cities: 825,000 by the 2003 count of the ministries",
        "C",
        "the lowest figure is the count of 2003; growth and the suburbs within the box of the place set the rest",
    ),
    (0.93, 0.05, 0.0, 0.02),
    "icg-67",
    "section I.A, diversity of the city",
    "a Shia city with Sunni and Christian minorities that shrank in 2006: shares are a reading of that text",
)
_SADR_CITY = PlaceFacts(
    "sadr-city",
    "Baghdad",
    "baghdad",
    Statement(
        "sadr-city",
        "",
        1.5e6,
        2.0e6,
        2.5e6,
        date(2004, 4, 1),
        "arab-news-2008",
        "'some two million Shiites live'",
        "C",
        "the figure of two million was in common use since 2003; no count exists",
    ),
    (0.97, 0.02, 0.0, 0.01),
    "arab-news-2008",
    "'some two million Shiites'",
    "a Shia quarter; the small rest is assumed",
)
PLACES: tuple[PlaceFacts, ...] = (
    PlaceFacts("anbar", "Anbar"),
    PlaceFacts("babil", "Babil"),
    PlaceFacts("baghdad", "Baghdad"),
    _SADR_CITY,
    PlaceFacts("basra", "Basra"),
    _BASRA_CITY,
    PlaceFacts("dahuk", "Dahuk"),
    PlaceFacts("dhi-qar", "Dhi Qar"),
    PlaceFacts("diyala", "Diyala"),
    PlaceFacts("erbil", "Erbil"),
    PlaceFacts("karbala", "Karbala"),
    PlaceFacts("kirkuk", "Kirkuk"),
    PlaceFacts("maysan", "Maysan"),
    PlaceFacts("muthanna", "Muthanna"),
    PlaceFacts("najaf", "Najaf"),
    PlaceFacts("ninewa", "Ninewa"),
    PlaceFacts("qadisiyah", "Qadisiyah"),
    PlaceFacts("salah-ad-din", "Salah ad Din"),
    PlaceFacts("sulaymaniyah", "Sulaymaniyah"),
    PlaceFacts("wasit", "Wasit"),
)

_KRG = "governed by the Kurdistan Regional Government before and after the handover of 30 May 2007"
_COUNCILS = "governor of the Supreme Council, elected by the council of January 2005; councils appoint the police"
_AQI_2006 = "Marine Corps assessment of August 2006: al Qaeda in Iraq the dominant organisation of influence in Anbar"
_NIE = "Key Judgements: Sunni Arab resistance to al Qaeda in Iraq has expanded; it keeps the ability to attack"
_EARLY = date(2005, 6, 1)


def _ruled(place: str, actor: str, shares: tuple[float, float, float], since: date, source: str, locator: str, note: str = "") -> Statement:
    return Statement(place, actor, *shares, since, source, locator, "C", note or "share read from words")


RULE: tuple[Statement, ...] = (
    _ruled("sadr-city", "mehdi-army", (0.55, 0.75, 0.9), _EARLY, "editorial", "paragraph 6: 'rules a sprawling section of Baghdad'"),
    _ruled("sadr-city", "iraqi-police", (0.02, 0.06, 0.12), _EARLY, "wp-police-2006", "police of Baghdad 'under the militias' sway'"),
    _ruled("sadr-city", "iraqi-army", (0.01, 0.03, 0.08), _EARLY, "ap-sadr-city-2006", "checkpoints stood at its edges"),
    _ruled("dahuk", "peshmerga", (0.85, 0.93, 0.97), _EARLY, "pic-handover", _KRG),
    _ruled("erbil", "peshmerga", (0.85, 0.93, 0.97), _EARLY, "pic-handover", _KRG),
    _ruled("sulaymaniyah", "peshmerga", (0.85, 0.93, 0.97), _EARLY, "pic-handover", _KRG),
    _ruled("kirkuk", "peshmerga", (0.2, 0.35, 0.5), _EARLY, "icg-56", "summary: Kurdish parties hold council, police and security posts"),
    _ruled(
        "ninewa",
        "peshmerga",
        (0.08, 0.15, 0.25),
        _EARLY,
        "icg-56",
        "disputed districts under Kurdish parties",
        "part of the governorate only",
    ),
    _ruled(
        "diyala", "peshmerga", (0.03, 0.07, 0.14), _EARLY, "icg-56", "Khanaqin among the disputed districts", "part of the governorate only"
    ),
    _ruled("basra-city", "mehdi-army", (0.15, 0.28, 0.45), date(2006, 6, 1), "icg-67", "section II: rival militias share the city"),
    _ruled("basra-city", "mehdi-army", (0.25, 0.4, 0.6), date(2007, 6, 25), "icg-67", "summary: the city 'is controlled by militias'"),
    _ruled("basra-city", "badr", (0.05, 0.1, 0.2), _EARLY, "icg-67", "section II: the Supreme Council among the rivals"),
    _ruled("basra", "mehdi-army", (0.08, 0.18, 0.35), date(2007, 6, 25), "icg-67", "summary: militias more powerful than before"),
    _ruled("basra", "badr", (0.04, 0.1, 0.2), _EARLY, "icg-67", "section II: the Supreme Council among the rivals"),
    _ruled(
        "maysan",
        "mehdi-army",
        (0.3, 0.48, 0.65),
        date(2006, 10, 21),
        "press-amara-2006",
        "Mehdi Army overran the police of Amara, 20 October 2006",
    ),
    _ruled("najaf", "badr", (0.15, 0.28, 0.42), _EARLY, "elections-2005", _COUNCILS),
    _ruled("karbala", "badr", (0.12, 0.24, 0.38), _EARLY, "elections-2005", _COUNCILS),
    _ruled("qadisiyah", "badr", (0.12, 0.24, 0.38), _EARLY, "elections-2005", _COUNCILS),
    _ruled("muthanna", "badr", (0.12, 0.24, 0.38), _EARLY, "elections-2005", _COUNCILS),
    _ruled("dhi-qar", "badr", (0.12, 0.24, 0.38), _EARLY, "elections-2005", _COUNCILS),
    _ruled("babil", "badr", (0.08, 0.18, 0.3), _EARLY, "elections-2005", _COUNCILS),
    _ruled("wasit", "badr", (0.03, 0.08, 0.16), _EARLY, "elections-2005", "council shared with the Sadrists, who hold the governor"),
    _ruled("wasit", "mehdi-army", (0.06, 0.15, 0.28), _EARLY, "elections-2005", "governor of the Sadr movement"),
    _ruled("anbar", "al-qaeda-in-iraq", (0.3, 0.45, 0.65), date(2006, 8, 17), "wp-anbar-2006", _AQI_2006),
    _ruled("anbar", "al-qaeda-in-iraq", (0.06, 0.12, 0.25), date(2007, 8, 23), "nie-2007-08", _NIE),
    _ruled(
        "anbar", "awakening", (0.03, 0.08, 0.18), date(2006, 10, 15), "hozir-thesis", "25 of 31 tribes of Anbar joined in September 2006"
    ),
    _ruled("anbar", "awakening", (0.2, 0.35, 0.5), date(2007, 8, 23), "nie-2007-08", _NIE),
    _ruled(
        "anbar",
        "united-states",
        (0.02, 0.06, 0.12),
        _EARLY,
        "editorial",
        "paragraph 8: control 'confined to a few blocks of Baghdad'",
        "the sentence denies it; Marines' posts inside Ramadi and Falluja speak against the sentence",
    ),
    _ruled("baghdad", "united-states", (0.01, 0.03, 0.08), _EARLY, "editorial", "paragraph 8: 'confined to a few blocks of Baghdad'"),
    _ruled(
        "baghdad", "mehdi-army", (0.08, 0.16, 0.3), date(2006, 3, 1), "icg-55", "the Mehdi Army in the Shia quarters after February 2006"
    ),
    _ruled("baghdad", "badr", (0.02, 0.06, 0.14), _EARLY, "elections-2005", "governor and 28 of 51 seats of the Supreme Council and Badr"),
    _ruled("diyala", "badr", (0.01, 0.04, 0.1), _EARLY, "elections-2005", "governor of Badr in a mixed governorate"),
    _ruled(
        "baghdad",
        "awakening",
        (0.01, 0.03, 0.07),
        date(2007, 9, 2),
        "stripes-2007-09-02",
        "volunteers guard their own quarters around Baghdad",
    ),
    _ruled("diyala", "awakening", (0.01, 0.03, 0.08), date(2007, 8, 23), "nie-2007-08", "tribal engagement spreads beyond Anbar"),
    _ruled("salah-ad-din", "awakening", (0.01, 0.03, 0.08), date(2007, 8, 23), "nie-2007-08", "tribal engagement spreads beyond Anbar"),
    _ruled(
        "diyala", "al-qaeda-in-iraq", (0.12, 0.22, 0.38), date(2007, 1, 1), "dod-2007-06", "section 1, Diyala: al Qaeda in Iraq in strength"
    ),
    _ruled("ninewa", "al-qaeda-in-iraq", (0.08, 0.15, 0.28), date(2007, 1, 1), "dod-2007-06", "section 1, Ninewa: Mosul and the west"),
    _ruled("salah-ad-din", "al-qaeda-in-iraq", (0.08, 0.15, 0.28), date(2007, 1, 1), "dod-2007-06", "section 1, Salah ad Din"),
)


def rule_before(place: str, as_of: date) -> list[Statement]:
    """The statements about `place` known before `as_of`, the latest for each actor, in the order written."""
    latest: dict[str, Statement] = {}
    for statement in RULE:
        known = statement.since < as_of and (statement.until is None or as_of <= statement.until)
        if statement.place == place and known and (statement.actor not in latest or statement.since >= latest[statement.actor].since):
            latest[statement.actor] = statement
    return list(latest.values())


# Shares of US forces that someone told: they stand in place of the estimate by deaths and attacks, which misses soldiers where it is calm.
AMERICANS_TOLD: tuple[Statement, ...] = (
    Statement(
        "anbar",
        "united-states",
        0.17,
        0.21,
        0.25,
        date(2006, 11, 17),
        "nypost-2006-11-17",
        "about 30,000 of 141,000 in Anbar; 4,000 Marines more with the surge",
        "B",
        "34,000 of 162,000; the estimate by deaths and attacks alone would give two thirds of it",
    ),
)
_PALACE = "'the 500 troops' at the palace, 'the other 5,000' at the airport"
_ABU_NAJI = "1,200 of 7,200 at Camp Abu Naji until August 2006"
_GUESS = "no table by base was found: several bases stood inside the city until 2007"
BASES_OF_BRITAIN: Mapping[str, tuple[Statement, ...]] = {
    "basra": (
        Statement(
            "basra", "united-kingdom", 0.5, 0.58, 0.65, date(2003, 5, 1), "iraq-inquiry", "pages 5490-5944", "D", _GUESS, date(2006, 8, 25)
        ),
        Statement(
            "basra", "united-kingdom", 0.6, 0.7, 0.8, date(2006, 8, 24), "iraq-inquiry", "pages 5490-5944", "D", _GUESS, date(2007, 8, 25)
        ),
        Statement("basra", "united-kingdom", 0.89, 0.909, 0.92, date(2007, 8, 25), "mail-2007-08-25", _PALACE, "B"),
    ),
    "basra-city": (
        Statement(
            "basra-city",
            "united-kingdom",
            0.18,
            0.25,
            0.33,
            date(2003, 5, 1),
            "iraq-inquiry",
            "pages 5490-5944",
            "D",
            _GUESS,
            date(2006, 8, 25),
        ),
        Statement(
            "basra-city",
            "united-kingdom",
            0.2,
            0.3,
            0.4,
            date(2006, 8, 24),
            "iraq-inquiry",
            "pages 5490-5944",
            "D",
            _GUESS,
            date(2007, 8, 25),
        ),
        Statement("basra-city", "united-kingdom", 0.08, 0.091, 0.11, date(2007, 8, 25), "mail-2007-08-25", _PALACE, "B"),
    ),
    "maysan": (
        Statement("maysan", "united-kingdom", 0.14, 0.17, 0.2, date(2003, 5, 1), "iraq-inquiry", _ABU_NAJI, "C", "", date(2006, 8, 25)),
    ),
}
