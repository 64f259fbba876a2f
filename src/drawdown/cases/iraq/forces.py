"""Who stands where and who rules: foreign forces and insurgents by their traces, rule by statements and by attacks for what they leave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from drawdown.cases.iraq.frames import KURDISTAN, METHOD, Frames
from drawdown.cases.iraq.people import community_rows
from drawdown.cases.iraq.places import places, statements
from drawdown.cases.iraq.rates import attack_rows
from drawdown.cases.rows import Backing, Row
from drawdown.cases.statements import known

# The uncontested rest of a place is the state's: police hold most posts in it, the army the remainder (assumed).
REST_OF_THE_STATE: Mapping[str, float] = {"iraqi-police": 0.6, "iraqi-army": 0.4}


def foreign_strength_rows(frames: Frames) -> list[Row]:
    """US troops of the last whole month before the origin, persons. Britain and the rest are written by hand."""
    months = frames.us_months[frames.us_months["us_troops"].notna()]
    last = months.iloc[-1]
    troops, month = float(last["us_troops"]), last["month"].date()
    note = "monthly total published by the Brookings Iraq Index"
    backing = Backing("persons", "brookings-troops", f"us_troops, {month:%Y-%m}", "A", frames.known_on, note, month)
    return [Row({"actor": "united-states"}, troops, backing)]


def deployment_rows(frames: Frames, weeks: int = 26, evidence: float = 60.0) -> list[Row]:
    """US forces by place: half by US hostile deaths, half by attacks, of the last `weeks`, as a Dirichlet worth `evidence` soldiers seen.

    No table of US forces by governorate is public; deaths and attacks both rise with presence, and miss soldiers where it is calm: what
    someone told of a governorate comes first. Britain's forces are a dated list.
    """
    import pandas as pd
    from scipy.stats import beta

    recent = frames.us_deaths[frames.us_deaths["date"] >= pd.Timestamp(frames.as_of) - pd.Timedelta(days=7 * weeks)]
    deaths = recent[recent["hostile"].astype(bool)]["governorate"].value_counts()
    attacks = {r.of["place"]: r.best for r in attack_rows(frames, weeks)}
    # Muthanna was held by the British-led division, and from July 2006 by nobody: no US forces (pic-handover).
    british = {s.of["place"] for s in statements() if s.sets == "deployment" and s.of["actor"] == "united-kingdom"} | {"muthanna"}
    whole = {g: sum(attacks[p.id] for p in places() if p.admin1 == g) for g in {p.admin1 for p in places()}}
    elsewhere = sum(v for p, v in attacks.items() if p not in british)
    weights: dict[str, float] = {}
    for place in (p for p in places() if p.id not in british):
        killed = float(deaths.get(place.admin1, 0)) * attacks[place.id] / whole[place.admin1] / max(float(deaths.sum()), 1.0)
        floor = 0.002 if place.id in KURDISTAN else 0.004  # small garrisons, reconstruction teams, the southern supply road
        weights[place.id] = max(0.5 * killed + 0.5 * attacks[place.id] / elsewhere, floor)
    weights["sadr-city"] *= 0.25  # US forces stayed at its edges: attacks there are aimed at few posts (assumed)
    told = {s.of["place"]: s for s in known(statements(), "deployment", frames.as_of, actor="united-states")}
    rows = [s.row() for s in told.values()]
    left = 1.0 - sum(s.best for s in told.values())
    total = sum(weight for place_id, weight in weights.items() if place_id not in told)
    for place_id, weight in weights.items():
        if place_id in told:
            continue
        share = left * weight / total
        low, high = (float(beta.ppf(q, share * evidence, (1 - share) * evidence)) for q in (0.05, 0.95))
        low, high = max(low, share / 5), min(high, share * 5)
        backing = Backing(
            unit="share",
            source="us-fatalities",
            locator=f"hostile deaths by governorate and esoc-sigact attacks, {weeks} weeks before {frames.as_of}; {METHOD}",
            grade="C",
            known_on=frames.known_on,
            note="no table of US forces by governorate is public; deaths and attacks stand in for presence",
        )
        of = {"place": place_id, "actor": "united-states"}
        rows.append(Row(of, round(share, 5), backing, round(low, 5), round(high, 5)))
    bases = [s.row() for s in known(statements(), "deployment", frames.as_of, actor="united-kingdom")]
    return rows + bases + _insurgents(frames, weeks, attacks)


def _insurgents(frames: Frames, weeks: int, attacks: Mapping[str, float]) -> list[Row]:
    """Al Qaeda in Iraq by its UCDP events (shrunk to attacks), other Sunni insurgents by attacks times the Sunni share of the place."""
    import pandas as pd

    sunni = {r.of["place"]: r.best for r in community_rows(frames) if r.of["community"] == "sunni-arab"}
    both = {p.id: attacks[p.id] * sunni.get(p.id, 0.0) for p in places()}
    recent = frames.ucdp[frames.ucdp["date_start"] >= pd.Timestamp(frames.as_of) - pd.Timedelta(days=14 * weeks)]
    named = recent[(recent["side_a"] == "IS") | (recent["side_b"] == "IS")]["governorate"].value_counts()
    events = {p.id: float(named.get(p.admin1, 0)) if p.parent is None else 0.0 for p in places()}
    prior = 10.0  # events that the spread of Sunni attacks counts for
    mixture = {p: events[p] + prior * both[p] / sum(both.values()) for p in both}
    source = {
        "al-qaeda-in-iraq": (
            "ucdp-ged",
            f"events with IS by governorate, {2 * weeks} weeks before {frames.as_of}, and attacks; {METHOD}",
            mixture,
        ),
        "sunni-insurgents": ("esoc-sigact", f"attacks times Sunni share, {weeks} weeks before {frames.as_of}; {METHOD}", both),
    }
    rows = []
    for actor, (key, locator, weights) in source.items():
        kept = {p: w / sum(weights.values()) for p, w in weights.items() if w / sum(weights.values()) >= 0.003}
        for place_id, weight in kept.items():
            share = weight / sum(kept.values())
            note = "events stand in for presence: a quiet stronghold is not seen"
            backing = Backing("share", key, locator, "C", frames.known_on, note)
            low, high = share * 0.5, min(share * 1.8, (1 + share) / 2)
            rows.append(Row({"place": place_id, "actor": actor}, round(share, 5), backing, round(low, 5), round(high, 5)))
    return rows


def loss_rows(frames: Frames) -> list[Row]:
    """US military deaths of all causes to the last whole month before the origin, persons."""
    total = int(frames.us_months["us_deaths_list"].sum())
    locator = f"all deaths listed to {frames.us_months['month'].iloc[-1]:%Y-%m}; {METHOD}"
    backing = Backing("persons", "us-fatalities", locator, "A", frames.known_on)
    return [Row({"home": "us-government"}, float(total), backing)]


def handed_over_rows(frames: Frames) -> list[Row]:
    """1 where provincial Iraqi control came before the origin; a part follows its governorate."""
    done = {str(r["governorate"]): r["date"].date() for _, r in frames.handovers.iterrows()}
    rows = []
    for place in places():
        day = done.get(place.admin1)
        locator = f"handed over {day}" if day else f"not handed over before {frames.as_of}"
        backing = Backing("share", "pic-handover", locator, "A", day or frames.known_on)
        rows.append(Row({"place": place.id}, 1.0 if day else 0.0, backing))
    return rows


def control_rows(frames: Frames, population: Sequence[Row], shares: Sequence[Row], attacks: Sequence[Row]) -> list[Row]:
    """Shares of residents under each actor's rule; what is missing is the void.

    Statements that someone made before the origin come first. Of what they leave, a part ``v = a / (a + 8)`` is contested, `a` being
    attacks a week per 100,000 residents (8: the level at which half is contested, assumed); half of it is the void, the other half goes
    to the insurgent or militia of each Arab community in proportion to its share. The uncontested part is the state's, as police and army.
    """
    people = {r.of["place"]: r.best for r in population}
    rate = {r.of["place"]: r.best for r in attacks}
    community = {(r.of["place"], r.of["community"]): r.best for r in shares}
    rows: list[Row] = []
    for place in places():
        said = known(statements(), "control_at_origin", frames.as_of, place=place.id)
        rows += [s.row() for s in said]
        left = max(0.0, 1.0 - sum(s.best for s in said))
        a = rate[place.id] / people[place.id] * 1e5
        contested = left * a / (a + 8.0)
        spoken = {s.of["actor"] for s in said}
        shia, sunni = community.get((place.id, "shia-arab"), 0.0), community.get((place.id, "sunni-arab"), 0.0)
        claims = {"mehdi-army": 0.5 * shia, "sunni-insurgents": 0.3 * sunni, "al-qaeda-in-iraq": 0.2 * sunni}
        state = {actor: (left - contested) * k for actor, k in REST_OF_THE_STATE.items()}
        estimated = state | {actor: contested * k for actor, k in claims.items()}
        for actor, share in estimated.items():
            if actor in spoken or share < 0.004:
                continue
            locator = f"attacks a week per 100,000 residents: {a:.1f}; {METHOD}"
            note = "half of the contested part is the void; that attacks measure contest is doubtful (evidence 1), hence the wide range"
            backing = Backing("share", "esoc-sigact", locator, "C", frames.known_on, note)
            narrow, wide = (0.75, 1.25) if actor in state else (0.5, 1.6)  # what is contested is the less certain (assumed)
            low, high = share * narrow, min(share * wide, (1 + share) / 2)
            rows.append(Row({"place": place.id, "actor": actor}, round(share, 4), backing, round(low, 4), round(high, 4)))
    return rows
