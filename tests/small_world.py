"""World data of two invented countries, written as the real folder is: a war with two groups, and a quiet state without an army's count."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd

ORIGIN = "2001-01-01"
Rows = dict[str, list[dict[str, Any]]]


def tables() -> Rows:
    """Rows by file; a test may add some before it writes them."""
    months = [f"{year}-{month:02d}" for year in range(1998, 2003) for month in range(1, 13)]
    war = [{"country": "Warland", "iso3": "WAR", "month": m, "sb": 40 + 10 * (k % 3), "ns": 5, "os": 10} for k, m in enumerate(months)]
    calm = [{"country": "Calmland", "iso3": "CLM", "month": m, "sb": 0, "ns": 0, "os": 0} for m in months]
    nsa = {
        "rebestimate": 4000.0, "rebestlow": 3000.0, "rebesthigh": 6000.0, "rebstrength": "weaker", "centcontrol": "yes", "terrcont": "yes",
        "effterrcont": "moderate",
    }  # fmt: skip
    unknown = dict.fromkeys(nsa)
    active = [
        {"dyad_id": d, "iso3": "WAR", "side_b": n, "incompatibility": 2, "year": y, "type": "internal", "battle_deaths_best": 300.0}
        for d, n in ((1, "Hill Front"), (2, "River Front"))
        for y in (1998, 1999, 2000)
    ]
    years = [
        {"country": name, "iso3": code, "year": y, "population": people, "cow_military_personnel_thousand": soldiers}
        for name, code, people, soldiers in (("Warland", "WAR", 6e6, 40.0), ("Calmland", "CLM", 2e6, None))
        for y in range(1995, 2001)
    ]
    ethnic = {"iso3": "WAR", "from": 1990, "to": 2005}
    leaver = {
        "id": "WAR2001", "country": "Warland", "ged_country": "Warland", "scope": "national", "force": "Neighbour (army)",
        "drawdown_start": "2001-02",
        "final_phase_start": "2001-03", "exit_date": "2001-06-30", "troops_peak": "~8000", "troops_start_final_phase": "5000-7000 (claim)",
        "troops_last_before_exit": None,
    }  # fmt: skip
    return {
        "country_month.parquet": war + calm,
        "dyads.csv": [
            {"dyad_id": 1, "iso3": "WAR", "side_b": "Hill Front", "startdate": "1997-05-01", **nsa},
            {"dyad_id": 2, "iso3": "WAR", "side_b": "River Front", "startdate": "1998-01-01", **unknown},
        ],
        "dyad_year.csv": active,
        "dyad_ethnic_groups.csv": [
            {"new_dyad_id": 1, "iso3": "WAR", "sideb": "Hill Front", "group": "Hill", "from": 1997, "claim": 1, "recruitment": 1,
             "support": 0}
        ],
        "external_support.csv": [
            {"year": 1999, "iso3": "WAR", "receiver": "Hill Front", "dyad_name": "x", "support": 1, "supporter": "Other",
             "troops_as_party": 0, "alleged": 0}
        ],
        "foreign_troops.csv": [
            {"iso3": "WAR", "sender": "UN", "mission": "UNWAR", "period": "2000-11", "kind": "all", "persons": 2500,
             "source": "made up"}
        ],
        "peace_agreements.csv": [
            {"iso3": "WAR", "dyad_id": "2", "pa_date": "1999-02-01", "pa_type": 3},
            {"iso3": "WAR", "dyad_id": "1, 2", "pa_date": "2000-11-20", "pa_type": 2},
        ],
        "groups.csv": [
            {**ethnic, "group": "Plain", "size": 0.7, "status": "DOMINANT"},
            {**ethnic, "group": "Hill", "size": 0.25, "status": "POWERLESS"}
        ],
        "country_year.csv": years,
        "exits.csv": [leaver],
        "admin1_adjacency.csv": [{"iso3": "WAR", "a": f"WAR-{k}", "b": f"WAR-{k + 1}", "shared_border_km": 90.0} for k in range(7)],
    }  # fmt: skip


def events() -> list[dict[str, Any]]:
    """Events of the country at war: the first group fights in units 2 and 3, the second in unit 4; a rival kills in unit 5."""
    rows = []
    for k in range(60):
        month, unit = f"{1998 + k // 20}-{1 + k % 12:02d}-15", 2 + k % 3
        group = "River Front" if unit == 4 else "Hill Front"
        rows.append((month, 1, "Government of Warland", group, unit, 5 + k % 7))
        rows.append((month, 3, "Hill Front", "Civilians", unit, 4))
    rows += [(f"2000-{m:02d}-03", 2, "Hill Front", "Valley Guards", 5, 6) for m in range(1, 13)]
    return [
        {
            "date_start": day, "type_of_violence": kind, "country": "Warland", "iso3": "WAR", "dyad_name": f"{a} - {b}", "side_a": a,
            "side_b": b, "adm_1": f"Unit {unit}", "adm1_id": f"WAR-{unit}", "best": dead,
        }
        for day, kind, a, b, unit, dead in rows
    ]  # fmt: skip


def write(folder: Path, rows: Rows | None = None, fought: list[dict[str, Any]] | None = None) -> Path:
    """The folder, with these rows."""
    (folder / "events").mkdir(parents=True)
    for name, content in (tables() if rows is None else rows).items():
        frame = pd.DataFrame(content)
        if name.endswith(".parquet"):
            frame.to_parquet(folder / name)
        else:
            frame.to_csv(folder / name, index=False)
    pd.DataFrame(events() if fought is None else fought).to_parquet(folder / "events" / "WAR.parquet")
    features = []
    for k in range(8):
        ring = [[k, 0.0], [k + 1.0, 0.0], [k + 1.0, 1.0], [k, 1.0], [k, 0.0]]
        about = {"adm1_id": f"WAR-{k}", "name": f"Unit {k}", "iso3": "WAR", "km2": 9000 + k, "lon": k + 0.5, "lat": 0.5}
        features.append({"type": "Feature", "properties": about, "geometry": {"type": "Polygon", "coordinates": [ring]}})
    (folder / "admin1.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return folder
