"""Initial tables of the Iraq scenario, estimated from data before an origin, at whatever date that origin is.

``estimate(folder, as_of)`` reads the public data (data/README), keeps only what is dated before ``as_of``, and returns the rows of every
table that data can fill; ``write_tables`` writes them into a scenario folder. The scenario shipped for 3 September 2007 and the backtests
at earlier origins come from this one code. What data cannot tell, who rules a place, is a list of dated, sourced statements in
`drawdown.calibrate.statements`, and everything that is assumed says so in its note.

Every rate is a gamma posterior: with `n` incidents in `w` weeks and variance-to-mean ratio `f` of the weekly counts (at least one), the
rate has shape ``n / f + 1/2`` and scale ``f / w`` (Jeffreys' prior, overdispersed counts). Rows give its 5th, 50th and 95th percentiles.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from drawdown.calibrate.statements import (
    BASES_OF_BRITAIN,
    PLACES,
    REST_OF_THE_STATE,
    Statement,
    rule_before,
)

if TYPE_CHECKING:
    import pandas

Row = dict[str, Any]
METHOD = "computed in drawdown.calibrate.origin"
NUMBER_COLUMNS = ("low", "best", "high", "weight", "unit", "source", "locator", "grade", "known_on", "applies_from", "note")

# A governorate's part that is a place of its own: its parent, its ESOC district, and, where the district is wider than the place (that
# of Basra holds the airport), the box (west, south, east, north) that holds its attacks.
PARTS: Mapping[str, tuple[str, str, tuple[float, float, float, float] | None]] = {
    "basra-city": ("basra", "Basrah", (47.72, 30.44, 47.90, 30.58)),
    "sadr-city": ("baghdad", "Al Sadr", None),
}
KURDISTAN = ("dahuk", "erbil", "sulaymaniyah")
INVASION = date(2003, 3, 20)
STATE_FORCES = r"\bUS\b|U\.S\.|coalition|british|iraqi forces|iraqi army|iraqi state|army|police|soldier|troops|security forces|commando"


@dataclass(frozen=True)
class Frames:
    """The data, each already cut so that nothing in it is dated on or after `as_of`."""

    as_of: date
    sigact: pandas.DataFrame
    points: pandas.DataFrame
    ibc: pandas.DataFrame
    districts: pandas.DataFrame
    ucdp: pandas.DataFrame
    us_deaths: pandas.DataFrame
    us_months: pandas.DataFrame
    profile: pandas.DataFrame
    handovers: pandas.DataFrame


def read(folder: Path, as_of: date) -> Frames:
    """Read the Iraq files under `folder` and drop every record dated on or after `as_of`. Raises FileNotFoundError naming the file."""
    import pandas as pd

    def before(frame: pandas.DataFrame, column: str, days: int = 0) -> pandas.DataFrame:
        ends = pd.to_datetime(frame[column]) + pd.Timedelta(days=days)
        return frame.assign(**{column: pd.to_datetime(frame[column])})[ends < pd.Timestamp(as_of)].reset_index(drop=True)

    def table(name: str) -> pandas.DataFrame:
        path = folder / name
        return pd.read_parquet(path) if name.endswith("parquet") else pd.read_csv(path)

    ibc = before(table("ibc_events.parquet"), "date_start")
    ibc = before(ibc, "date_end")  # a record still open at the origin was not known then
    months = table("us_monthly_troops_casualties.csv")
    months = months.assign(month=pd.to_datetime(months["month"]))
    return Frames(
        as_of=as_of,
        sigact=before(table("esoc_sigact_governorate_week.csv"), "week_start", days=6),
        points=before(table("geocausal_events.parquet"), "date"),
        ibc=ibc[~ibc["is_aggregate"] & ~ibc["dup_suspect"]].reset_index(drop=True),
        districts=before(table("esoc_ibc_events.parquet"), "date_start"),
        ucdp=before(table("ucdp_ged_iraq.parquet"), "date_end"),
        us_deaths=before(table("us_fatalities_oif.csv"), "date"),
        us_months=months[months["month"] + pd.offsets.MonthEnd(0) < pd.Timestamp(as_of)].reset_index(drop=True),
        profile=table("governorate_profile.csv").set_index("governorate"),
        handovers=before(table("pic_handover.csv"), "date"),
    )


def estimate(data_folder: str | Path, as_of: date, weeks: int = 13) -> dict[str, list[Row]]:
    """Rows of every data-driven table at the origin `as_of`, from the `weeks` before it. Never reads past `as_of`."""
    return tables(read(Path(data_folder), as_of), weeks)


def tables(frames: Frames, weeks: int = 13) -> dict[str, list[Row]]:
    """The same from loaded frames; pure. Keys are variable names of `drawdown.state`; every row has `NUMBER_COLUMNS` and its dimensions."""
    population = _population(frames)
    shares = _communities(frames)
    attacks = _attacks(frames, weeks)
    return {
        "population": population,
        "community_share": shares,
        "mixing_at_origin": _mixing(frames, shares),
        "attack_rate": attacks,
        "fatal_rate": _fatal(frames, weeks),
        "bombing_rate": _bombing(frames, weeks),
        "rivalry_rate": _rivalry(frames),
        "strength": _foreign_strength(frames),
        "deployment": _deployment(frames),
        "losses_before": _losses(frames),
        "years_at_war": _years(frames),
        "handed_over_at_origin": _handed_over(frames),
        "control_at_origin": _control(frames, population, shares, attacks),
    }


def write_tables(estimates: Mapping[str, Sequence[Row]], folder: str | Path) -> list[Path]:
    """Write rows into `folder`/tables; cells that `estimates` does not speak of keep the rows they have. Returns the files written."""
    written = []
    for variable, rows in estimates.items():
        path = Path(folder) / "tables" / f"{variable}.csv"
        dims = tuple(column for column in rows[0] if column not in NUMBER_COLUMNS)
        kept: list[Row] = []
        if path.exists():
            with path.open(newline="", encoding="utf-8") as stream:
                old = list(csv.DictReader(stream))
            spoken = {tuple(str(row[d]) for d in dims) for row in rows}
            kept = [row for row in old if tuple(row[d] for d in dims) not in spoken]
        columns = (*dims, *(c for c in NUMBER_COLUMNS if c != "weight" or any(row.get("weight") for row in (*kept, *rows))))
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", newline="", encoding="utf-8") as stream:
            writer = csv.DictWriter(stream, columns, restval="", extrasaction="ignore", lineterminator="\n")
            writer.writeheader()
            writer.writerows([*rows, *kept])
        written.append(path)
    return written


# --- rates -----------------------------------------------------------------------------------------------------------------------------


def rate_percentiles(counts: Sequence[float], weeks: float, part: float = 1.0, part_count: float | None = None) -> tuple[float, float, float]:
    """5th, 50th, 95th percentile of a weekly rate from weekly `counts` over `weeks`; `part` of it, known from `part_count` incidents."""
    from scipy.stats import gamma

    total, n = float(sum(counts)), len(counts)
    mean = total / n
    variance = sum((c - mean) ** 2 for c in counts) / max(n - 1, 1)
    overdispersion = max(1.0, variance / mean) if mean > 0 else 1.0
    low, best, high = (float(gamma.ppf(q, total / overdispersion + 0.5, scale=overdispersion / weeks)) for q in (0.05, 0.5, 0.95))
    if part_count is not None:  # the share that falls in the part is itself uncertain: add its variance on the log scale
        spread = 1.645 * math.sqrt((1 - part) / (part_count + 0.5))
        low = best * math.exp(-math.hypot(math.log(best / low), spread))
        high = best * math.exp(math.hypot(math.log(high / best), spread))
    return low * part, best * part, high * part


def _week_counts(frame: pandas.DataFrame, as_of: date, weeks: int, column: str = "date_start") -> dict[str, list[int]]:
    """Incidents per governorate in each of the `weeks` seven-day weeks that end the day before `as_of`, oldest first."""
    import pandas as pd

    age = (pd.Timestamp(as_of) - frame[column]).dt.days.sub(1) // 7
    recent = frame.assign(age=age)[age < weeks]
    counts = recent.groupby(["governorate", "age"]).size()
    return {p.admin1: [int(counts.get((p.admin1, w), 0)) for w in reversed(range(weeks))] for p in PLACES if p.parent is None}


def _part_shares(count_in: Mapping[str, tuple[int, int]]) -> dict[str, tuple[float, float]]:
    """Place id -> (share of its governorate's incidents, number the share rests on); parents get what their parts leave."""
    shares: dict[str, tuple[float, float]] = {}
    for part, (inside, total) in count_in.items():
        share = (inside + 0.5) / (total + 1.0)
        shares[part] = (share, inside)
        shares[PARTS[part][0]] = (1.0 - share, total - inside)
    return shares


def _by_place(counts: Mapping[str, list[int]], weeks: float, parts: Mapping[str, tuple[float, float]], **columns: Any) -> list[Row]:
    rows = []
    for place in PLACES:
        if place.id in parts:
            low, best, high = rate_percentiles(counts[place.admin1], weeks, *parts[place.id])
        else:
            low, best, high = rate_percentiles(counts[place.admin1], weeks)
        rows.append(_row({"place": place.id}, low, best, high, unit="per week", **columns))
    return rows


def _attacks(frames: Frames, weeks: int) -> list[Row]:
    clean = frames.sigact[~frames.sigact["data_gap"].astype(bool)]
    recent = clean[clean["week_start"].isin(sorted(clean["week_start"].unique())[-weeks:])]
    counts = {g: [int(v) for v in rows.sort_values("week_start")["sigact_corrected"]] for g, rows in recent.groupby("governorate")}
    span = float(recent.drop_duplicates("week_start")["days_in_week"].sum()) / 7.0
    inside = {}
    recent_points = _recent_points(frames, weeks)
    for part, (parent, district, box) in PARTS.items():
        points = recent_points[recent_points["governorate"] == _admin1(parent)]
        there = points["district"] == district
        if box is not None:
            there = points["longitude"].between(box[0], box[2]) & points["latitude"].between(box[1], box[3])
        inside[part] = (int(there.sum()), len(points))
    first, last = recent["week_start"].min().date(), recent["week_start"].max().date()
    return _by_place(
        counts,
        span,
        _part_shares(inside),
        source="esoc-sigact",
        locator=f"sigact_corrected, weeks of {first} to {last}; {METHOD}; parts of a governorate by the points of geocausal",
        grade="A",
        known_on=frames.as_of - timedelta(days=1),
        note="counts rise with coalition presence and thin out where it leaves",
    )


def _recent_points(frames: Frames, weeks: int) -> pandas.DataFrame:
    """Attack points of the last `weeks` that have any (the point data have a hole, October 2006 to January 2007)."""
    import pandas as pd

    points = frames.points[frames.points["stream"] == "sigact"]
    return points[points["date"] > points["date"].max() - pd.Timedelta(days=7 * weeks)] if len(points) else points


def _district_parts(frames: Frames, weeks: int) -> dict[str, tuple[float, float]]:
    import pandas as pd

    recent = frames.districts[frames.districts["date_start"] >= pd.Timestamp(frames.as_of) - pd.Timedelta(days=7 * weeks)]
    placed = recent[recent["district"].notna()]
    counts = {}
    for part, (parent, district, _) in PARTS.items():
        there = placed[placed["governorate"] == _admin1(parent)]
        counts[part] = (int((there["district"] == district).sum()), len(there))
    return _part_shares(counts)


def _ibc_rate(frames: Frames, weeks: int, classes: Iterable[str], what: str, note: str) -> list[Row]:
    chosen = frames.ibc[frames.ibc["weapon_class"].isin(list(classes)) & ~frames.ibc["coalition_fire"] & ~frames.ibc["iraqi_state_fire"]]
    return _by_place(
        _week_counts(chosen, frames.as_of, weeks),
        float(weeks),
        _district_parts(frames, 2 * weeks),
        source="ibc",
        locator=f"{what}, {weeks} weeks before {frames.as_of}; {METHOD}; parts of a governorate by the districts of esoc-ibc",
        grade="A",
        known_on=frames.as_of - timedelta(days=1),
        note=note,
    )


def _fatal(frames: Frames, weeks: int) -> list[Row]:
    note = "civilians and police only, as the press recorded them; fire by coalition and state forces left out; morgue months left out"
    return _ibc_rate(frames, weeks, ("gunfire", "executed_or_body_found"), "classes gunfire, executed or body found", note)


def _bombing(frames: Frames, weeks: int) -> list[Row]:
    classes = ("vehicle_bomb", "suicide_vehicle", "suicide_vest_or_unspecified")
    return _ibc_rate(frames, weeks, classes, "classes vehicle bomb, suicide vehicle, suicide vest", "bombs that killed no civilian are not counted")


def _rivalry(frames: Frames, weeks: int = 52) -> list[Row]:
    """Clashes among armed groups: UCDP non-state events, and IBC incidents whose target is a clash that names no state force."""
    import pandas as pd

    target = frames.ibc["target"].fillna("")
    clash = target.str.contains(r"clash|gun battle|fighting between|rival", case=False, regex=True)
    state = target.str.contains(STATE_FORCES, case=False, regex=True) & ~target.str.contains("among", case=False)
    first = frames.ibc[clash & ~state & ~frames.ibc["coalition_fire"]][["date_start", "governorate"]]
    non_state = frames.ucdp[frames.ucdp["type_of_violence"] == 2][["date_start", "governorate"]]
    both = pd.concat([first, non_state]).drop_duplicates()
    return _by_place(
        _week_counts(both, frames.as_of, weeks),
        float(weeks),
        _district_parts(frames, 26),
        source="ibc",
        locator=f"targets that name a clash among groups, with UCDP GED non-state events, {weeks} weeks before {frames.as_of}; {METHOD}",
        grade="B",
        known_on=frames.as_of - timedelta(days=1),
        note="few are recorded: fighters' deaths are outside IBC, and UCDP needs named groups; a year is used because thirteen weeks hold too few",
    )


# --- people ----------------------------------------------------------------------------------------------------------------------------


def _population(frames: Frames) -> list[Row]:
    columns = ["wfp_pop2003", "wfp_pop2005", "wfp_pop2007"] if frames.as_of >= date(2007, 1, 1) else ["wfp_pop2003", "wfp_pop2005"]
    totals: dict[str, tuple[float, float, float]] = {}
    for governorate, row in frames.profile.iterrows():
        values = sorted(float(row[c]) for c in columns)
        latest = float(row[columns[-1]])
        agree = abs(math.log(latest / float(row[columns[-2]]))) < math.log(1.3)
        best = latest if agree else values[len(values) // 2]
        totals[str(governorate)] = (min(best * 0.93, latest if not agree else best), best, max(best * 1.07, values[-1] if not agree else best))
    rows = []
    for place in PLACES:
        low, best, high = totals[place.admin1]
        note, grade, source = "estimates of one maker for other years set the range where they differ by more than 30%", "B", "wfp-profile"
        locator = f"{', '.join(columns)}; {METHOD}"
        if place.residents is not None:
            low, best, high = place.residents.low, place.residents.best, place.residents.high
            source, locator, grade, note = place.residents.source, place.residents.locator, place.residents.grade, place.residents.note
        for part in (p for p in PLACES if p.parent == place.id and p.residents is not None):
            assert part.residents is not None
            low, best, high = low - part.residents.best, best - part.residents.best, high - part.residents.best
            note = f"governorate less {part.id}; " + note
        known = date(2007, 8, 1) if frames.as_of > date(2007, 8, 1) else frames.as_of - timedelta(days=1)
        rows.append(_row({"place": place.id}, low, best, high, unit="persons", source=source, locator=locator, grade=grade, known_on=known, note=note))
    return rows


def _communities(frames: Frames) -> list[Row]:
    """Shares by the December 2005 votes, drawn towards the Izady map where the two agree within 0.15; three maps set the range."""
    rows = []
    for place in PLACES:
        votes, izady, cia = _three_maps(frames.profile.loc[place.admin1])
        if place.shares:
            votes = izady = cia = dict(zip(COMMUNITIES, place.shares, strict=True))
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
            low = min(middle, max(0.25 * middle, min(three))) if not place.shares else 0.8 * middle
            high = max(middle, min(1 - 0.25 * (1 - middle), max(three))) if not place.shares else min(1.15 * middle, (1 + middle) / 2)
            note = "the Izady map and the vote differ by more than 0.15: the vote is kept" if apart else "mean of the vote and the Izady map"
            source, grade, locator = "esoc-profile", "B", f"dec2005 votes, Izady and CIA 2003 shares; {METHOD}"
            if place.shares:
                source, grade, locator, note = place.shares_source, "C", place.shares_locator, place.shares_note
            rows.append(
                _row(
                    {"place": place.id, "community": community},
                    *(round(v, 4) for v in (low, middle, high)),
                    unit="share",
                    source=source,
                    locator=locator,
                    grade=grade,
                    known_on=date(2006, 2, 10),
                    note=note,
                )
            )
    return rows


COMMUNITIES = ("shia-arab", "sunni-arab", "kurdish", "minority")
MINORITY_FLOOR = 0.01


def _three_maps(row: pandas.Series[Any]) -> tuple[dict[str, float], dict[str, float], dict[str, float]]:
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


def _mixing(frames: Frames, shares: Sequence[Row]) -> list[Row]:
    """4 x (1 - x) of the largest community in the place, times how far neighbourhoods repeat the place's mixture (assumed 0.3 to 0.8)."""
    rows = []
    for place in PLACES:
        largest = max(float(r["best"]) for r in shares if r["place"] == place.id)
        whole = 4 * largest * (1 - largest)
        low, best, high = (round(min(1.0, max(0.002, whole * k)), 4) for k in (0.3, 0.5, 0.8))
        locator = f"community shares; {METHOD}"
        note = "no neighbourhood census: that neighbourhoods hold half (0.3 to 0.8) of the mixture of their place is assumed"
        columns = {"unit": "index", "source": "esoc-profile", "locator": locator, "grade": "C", "known_on": date(2006, 2, 10), "note": note}
        rows.append(_row({"place": place.id}, low, best, high, **columns))
    return rows


# --- forces ----------------------------------------------------------------------------------------------------------------------------


def _foreign_strength(frames: Frames) -> list[Row]:
    months = frames.us_months[frames.us_months["us_troops"].notna()]
    last = months.iloc[-1]
    troops, month = float(last["us_troops"]), last["month"].date()
    note = "monthly total published by the Brookings Iraq Index"
    columns = {"unit": "persons", "source": "brookings-troops", "grade": "A", "known_on": frames.as_of - timedelta(days=1), "note": note}
    locator = f"us_troops, {month:%Y-%m}"
    return [_row({"actor": "united-states"}, None, troops, None, locator=locator, applies_from=month, **columns)]


def _deployment(frames: Frames, weeks: int = 26, evidence: float = 60.0) -> list[Row]:
    """US forces by place: half by US hostile deaths, half by attacks, of the last `weeks`, as a Dirichlet worth `evidence` soldiers seen.

    No table of US forces by governorate is public; deaths and attacks both rise with presence. Britain's forces are a dated list.
    """
    import pandas as pd
    from scipy.stats import beta

    recent = frames.us_deaths[frames.us_deaths["date"] >= pd.Timestamp(frames.as_of) - pd.Timedelta(days=7 * weeks)]
    deaths = recent[recent["hostile"].astype(bool)]["governorate"].value_counts()
    attacks = {r["place"]: float(r["best"]) for r in _attacks(frames, weeks)}
    british = set(BASES_OF_BRITAIN) | {"muthanna"}
    whole = {g: sum(attacks[p.id] for p in PLACES if p.admin1 == g) for g in {p.admin1 for p in PLACES}}
    elsewhere = sum(v for p, v in attacks.items() if p not in british)
    weights: dict[str, float] = {}
    for place in (p for p in PLACES if p.id not in british):
        killed = float(deaths.get(place.admin1, 0)) * attacks[place.id] / whole[place.admin1] / max(float(deaths.sum()), 1.0)
        floor = 0.002 if place.id in KURDISTAN else 0.004  # small garrisons, reconstruction teams, the southern supply road
        weights[place.id] = max(0.5 * killed + 0.5 * attacks[place.id] / elsewhere, floor)
    weights["sadr-city"] *= 0.25  # US forces stayed at its edges: attacks there are aimed at few posts (assumed)
    total = sum(weights.values())
    rows = []
    for place_id, weight in weights.items():
        share = weight / total
        low, high = (float(beta.ppf(q, share * evidence, (1 - share) * evidence)) for q in (0.05, 0.95))
        low, high = max(low, share / 5), min(high, share * 5)
        columns = {
            "unit": "share",
            "source": "us-fatalities",
            "locator": f"hostile deaths by governorate and esoc-sigact attacks, {weeks} weeks before {frames.as_of}; {METHOD}",
            "grade": "C",
            "known_on": frames.as_of - timedelta(days=1),
            "note": "no table of US forces by governorate is public; deaths and attacks stand in for presence",
        }
        rows.append(_row({"place": place_id, "actor": "united-states"}, round(low, 5), round(share, 5), round(high, 5), **columns))
    rest = 1.0 - sum(float(r["best"]) for r in rows)
    rows[0]["best"] = round(float(rows[0]["best"]) + rest, 5)
    for base in _bases_before(frames.as_of):
        rows.append(_statement_row({"place": base.place, "actor": "united-kingdom"}, base, "share"))
    return rows + _insurgents(frames, weeks, attacks)


def _insurgents(frames: Frames, weeks: int, attacks: Mapping[str, float]) -> list[Row]:
    """Al Qaeda in Iraq by its UCDP events (shrunk to attacks), other Sunni insurgents by attacks times the Sunni share of the place."""
    import pandas as pd

    sunni = {r["place"]: float(r["best"]) for r in _communities(frames) if r["community"] == "sunni-arab"}
    both = {p.id: attacks[p.id] * sunni.get(p.id, 0.0) for p in PLACES}
    recent = frames.ucdp[frames.ucdp["date_start"] >= pd.Timestamp(frames.as_of) - pd.Timedelta(days=14 * weeks)]
    named = recent[(recent["side_a"] == "IS") | (recent["side_b"] == "IS")]["governorate"].value_counts()
    events = {p.id: float(named.get(p.admin1, 0)) if p.parent is None else 0.0 for p in PLACES}
    prior = 10.0  # events that the spread of Sunni attacks counts for
    mixture = {p: events[p] + prior * both[p] / sum(both.values()) for p in both}
    source = {
        "al-qaeda-in-iraq": ("ucdp-ged", f"events with IS by governorate, {2 * weeks} weeks before {frames.as_of}, and attacks; {METHOD}", mixture),
        "sunni-insurgents": ("esoc-sigact", f"attacks times Sunni share, {weeks} weeks before {frames.as_of}; {METHOD}", both),
    }
    rows = []
    for actor, (key, locator, weights) in source.items():
        kept = {p: w / sum(weights.values()) for p, w in weights.items() if w / sum(weights.values()) >= 0.003}
        for place_id, weight in kept.items():
            share = weight / sum(kept.values())
            columns = {"unit": "share", "source": key, "locator": locator, "grade": "C", "known_on": frames.as_of - timedelta(days=1)}
            note = "events stand in for presence: a quiet stronghold is not seen"
            low, high = share * 0.5, min(share * 1.8, (1 + share) / 2)
            rows.append(_row({"place": place_id, "actor": actor}, round(low, 5), round(share, 5), round(high, 5), note=note, **columns))
    return rows


def _bases_before(as_of: date) -> list[Statement]:
    return [s for entries in BASES_OF_BRITAIN.values() for s in entries if s.since < as_of and (s.until is None or as_of <= s.until)]


def _losses(frames: Frames) -> list[Row]:
    total = int(frames.us_months["us_deaths_list"].sum())
    columns = {"unit": "persons", "source": "us-fatalities", "grade": "A", "known_on": frames.as_of - timedelta(days=1)}
    locator = f"all deaths listed to {frames.us_months['month'].iloc[-1]:%Y-%m}; {METHOD}"
    return [_row({"home": "us-government"}, None, float(total), None, locator=locator, **columns)]


def _years(frames: Frames) -> list[Row]:
    years = round((frames.as_of - INVASION).days / 365.25, 2)
    columns = {"unit": "years", "source": "pic-handover", "locator": f"invasion of {INVASION} to the origin; {METHOD}", "grade": "A"}
    columns |= {"source": "iraq-inquiry", "known_on": str(INVASION)}
    return [_row({"home": home}, None, years, None, **columns) for home in ("us-government", "uk-government")]


def _handed_over(frames: Frames) -> list[Row]:
    done = {str(r["governorate"]): r["date"].date() for _, r in frames.handovers.iterrows()}
    rows = []
    for place in PLACES:
        day = done.get(place.admin1)
        columns = {"unit": "share", "source": "pic-handover", "grade": "A", "known_on": day or frames.as_of - timedelta(days=1)}
        locator = f"handed over {day}" if day else f"not handed over before {frames.as_of}"
        rows.append(_row({"place": place.id}, None, 1.0 if day else 0.0, None, locator=locator, **columns))
    return rows


# --- who rules -------------------------------------------------------------------------------------------------------------------------


def _control(frames: Frames, population: Sequence[Row], shares: Sequence[Row], attacks: Sequence[Row]) -> list[Row]:
    """Shares of residents under each actor's rule; what is missing is the void.

    Statements that someone made before the origin come first. Of what they leave, a part ``v = a / (a + 8)`` is contested, `a` being
    attacks a week per 100,000 residents (8: the level at which half is contested, assumed); half of it is the void, the other half goes
    to the insurgent or militia of each Arab community in proportion to its share. The uncontested part is the state's, as police and army.
    """
    people = {r["place"]: float(r["best"]) for r in population}
    rate = {r["place"]: float(r["best"]) for r in attacks}
    community = {(r["place"], r["community"]): float(r["best"]) for r in shares}
    rows: list[Row] = []
    for place in PLACES:
        said = rule_before(place.id, frames.as_of)
        rows += [_statement_row({"place": place.id, "actor": s.actor}, s, "share") for s in said]
        left = max(0.0, 1.0 - sum(s.best for s in said))
        a = rate[place.id] / people[place.id] * 1e5
        contested = left * a / (a + 8.0)
        spoken = {s.actor for s in said}
        shia, sunni = community.get((place.id, "shia-arab"), 0.0), community.get((place.id, "sunni-arab"), 0.0)
        claims = {"mehdi-army": 0.5 * shia, "sunni-insurgents": 0.3 * sunni, "al-qaeda-in-iraq": 0.2 * sunni}
        state = {actor: (left - contested) * k for actor, k in REST_OF_THE_STATE.items()}
        estimated = state | {actor: contested * k for actor, k in claims.items()}
        for actor, share in estimated.items():
            if actor in spoken or share < 0.004:
                continue
            locator = f"attacks a week per 100,000 residents: {a:.1f}; {METHOD}"
            columns = {"unit": "share", "source": "esoc-sigact", "locator": locator, "grade": "C", "known_on": frames.as_of - timedelta(days=1)}
            note = "half of the contested part is the void; that attacks measure contest is doubtful (evidence 1), hence the wide range"
            low, high = share * 0.5, min(share * 1.6, (1 + share) / 2)
            rows.append(_row({"place": place.id, "actor": actor}, round(low, 4), round(share, 4), round(high, 4), note=note, **columns))
    return rows


# --- rows ------------------------------------------------------------------------------------------------------------------------------


def _admin1(place_id: str) -> str:
    return next(p.admin1 for p in PLACES if p.id == place_id)


def _row(dims: Row, low: float | None, best: float, high: float | None, **columns: Any) -> Row:
    numbers = {"low": low, "best": best, "high": high}
    row = dict(dims) | {k: "" if v is None else _short(v) for k, v in numbers.items()}
    return row | {c: columns.get(c, "") for c in NUMBER_COLUMNS if c not in row}


def _short(value: float) -> float:
    """Five significant digits: more would pretend."""
    return float(f"{value:.5g}")


def _statement_row(dims: Row, said: Statement, unit: str) -> Row:
    columns = {"unit": unit, "source": said.source, "locator": said.locator, "grade": said.grade, "known_on": said.since, "note": said.note}
    return _row(dims, said.low, said.best, said.high, **columns)
