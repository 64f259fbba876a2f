"""Writes made-up run folders that follow the contract in docs/architecture.md, so that the report is tested without the engine."""

# ruff: noqa: E501 - tables of made-up facts, one line each
from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from drawdown.runs.format import FORMAT, RECORDED
from drawdown.runs.manifest import write_manifest
from drawdown.runs.sums import sealed, stamp_of
from drawdown.runs.upgrade import recorded_of_2

PLACES = (
    ("anbar", "Anbar", 41.5, 32.85, None, "IQ-AN"),
    ("babil", "Babil", 44.6, 32.65, None, "IQ-BB"),
    ("baghdad", "Baghdad", 44.39, 33.32, None, "IQ-BG"),
    ("basra", "Basra", 47.56, 30.2, None, "IQ-BA"),
    ("dahuk", "Dahuk", 43.02, 37.04, None, "IQ-DA"),
    ("dhi-qar", "Dhi Qar", 46.26, 31.27, None, "IQ-DQ"),
    ("diyala", "Diyala", 44.87, 34.04, None, "IQ-DI"),
    ("erbil", "Erbil", 44.16, 36.37, None, "IQ-AR"),
    ("karbala", "Karbala", 43.77, 32.49, None, "IQ-KA"),
    ("kirkuk", "Kirkuk", 44.06, 35.31, None, "IQ-KI"),
    ("maysan", "Maysan", 47.02, 31.97, None, "IQ-MA"),
    ("muthanna", "Muthanna", 45.38, 30.41, None, "IQ-MU"),
    ("najaf", "Najaf", 43.85, 31.07, None, "IQ-NA"),
    ("ninewa", "Ninewa", 42.34, 36.02, None, "IQ-NI"),
    ("qadisiya", "Qadisiya", 45.13, 31.85, None, "IQ-QA"),
    ("salah-ad-din", "Salah ad Din", 43.63, 34.58, None, "IQ-SD"),
    ("sulaymaniyah", "Sulaymaniyah", 45.37, 35.52, None, "IQ-SU"),
    ("wasit", "Wasit", 45.74, 32.71, None, "IQ-WA"),
    ("basra-city", "Basra city", 47.78, 30.51, "basra", None),
    ("sadr-city", "Sadr City", 44.46, 33.39, "baghdad", None),
)
ACTORS = (
    ("army", "Iraqi army", "army"),
    ("police", "Iraqi police", "police"),
    ("united-states", "United States forces", "foreign"),
    ("britain", "British forces", "foreign"),
    ("mehdi-army", "Mehdi Army", "militia"),
    ("badr", "Badr Organisation", "militia"),
    ("al-qaeda", "al Qaeda in Iraq", "insurgent"),
    ("sunni-insurgents", "Other Sunni insurgents", "insurgent"),
    ("awakening", "Awakening groups", "local-ally"),
    ("peshmerga", "Peshmerga", "militia"),
)
COMMUNITIES = (("shia", "Shia Arabs"), ("sunni", "Sunni Arabs"), ("kurd", "Kurds"), ("minority", "Minorities"))
PLANS = (
    ("announced", "As announced", "Britain goes to the airport and hands Basra over; the American surge goes home by the middle of 2008."),
    ("stay", "Stay", "Foreign forces stay at the level of September 2007."),
    ("leave-now", "Leave now", "All foreign forces are out within 26 weeks."),
    ("surge-on", "Surge on", "The surge level is held through 2009."),
    ("no-cover", "No cover", "Britain leaves and nobody fills the void."),
)
CLAIMS: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    ("sadr-rules-basra", "A force loyal to Sadr rules Basra city after the British leave it.", "was reported to have taken control",
     {"eventually": {"quantity": "control", "place": "basra-city", "actor": "mehdi-army", "at_least": 0.5}, "for_weeks": 4}),
    ("police-leave", "Police leave their posts when the militia comes.", "Witnesses said the police left when Sadr's militia arrived.",
     {"eventually": {"quantity": "deserted", "place": "basra-city", "actor": "police", "above": 100}}),
    ("violence-goes-on", "Violence does not end with the occupation.", "The violence will not end with the occupation",
     {"always": {"quantity": "deaths", "above": 10}}),
    ("no-good-reason", "There is no good reason to prolong the presence.", "there seems no good reason to prolong the inevitable",
     {"between": ["stay", "leave-now"], "change_of": {"quantity": "civilian_deaths", "fold": "sum"}, "above": 0}),
)  # fmt: skip


def number(name: str, best: float, low: float | None = None, high: float | None = None, unit: str = "persons", grade: str = "B",
           source: str | None = "iraq-index", note: str = "") -> dict[str, Any]:  # fmt: skip
    distribution: dict[str, Any] = {"kind": "fixed" if low is None else "range", "best": best, "low": low, "high": high, "parts": []}
    return {"name": name, "distribution": distribution, "unit": unit, "source": source, "locator": "p. 12", "grade": grade, "note": note,
            "applies_from": None, "known_on": "2007-08-30", "estimates": [], "derived": False, "where": None}  # fmt: skip


def option(ident: str, sentence: str, weight: float, low: float, best: float, high: float) -> dict[str, Any]:
    """An option that sets how many recruits a death brings."""
    return {
        "id": ident, "sentence": sentence, "weight": number(f"hypothesis:backlash:{ident}", weight, unit="share", grade="D", source=None, note="even"),
        "sets": [number("recruitment.backlash", best, low, high, "persons per death", "D", None, "by this option")],
    }  # fmt: skip


FIT: dict[str, Any] = {
    "patch": "posterior", "about": "What a made-up year says.", "numbers": ["clashes.contest_exponent"], "data": "made-up records",
    "weights": {"backlash": {"none": 0.5, "strong": 0.5}}, "start": "2006-09-04", "before": "2007-09-03", "note": "Another *seed* gave 70%.",
}  # fmt: skip
DECLARED, WEIGHTS = (0.5, 0.5), (0.8, 0.2)  # of the options of the hypothesis, before and after the fit


def scenario(weeks: int = 104, borders: bool = True, claims: int = 4, fitted: bool = False) -> dict[str, Any]:
    """A scenario as `scenario.json` holds it; `fitted` by a posterior patch."""
    weights = WEIGHTS if fitted else DECLARED
    return {
        "id": "made-up", "title": "Iraq, made up for tests", "origin": "2007-09-03", "weeks": weeks, "country": "Iraq",
        "question": "What happens when the foreign forces leave?",
        "places": [
            {"id": i, "name": n, "admin1": n, "parent": p, "longitude": x, "latitude": y, "facilities": [], "feature": f if borders else None}
            for i, n, x, y, p, f in PLACES
        ],
        "communities": [{"id": i, "name": n} for i, n in COMMUNITIES],
        "actors": [{"id": i, "name": n, "kind": k, "home": None, "event_name": "", "note": "", "political_name": ""} for i, n, k in ACTORS],
        "outsiders": [
            {"id": "washington", "name": "Washington", "role": "home", "note": ""},
            {"id": "london", "name": "London", "role": "home", "note": ""},
            {"id": "iran", "name": "Iran", "role": "sponsor", "note": ""},
        ],
        "dyads": [["mehdi-army", "badr"]],
        "tables": {"strength": [[["mehdi-army"], number("strength[mehdi-army]", 60000, 25000, 160000, grade="C")],
                                [["britain"], number("strength[britain]", 5500, grade="A")]]},
        "parameters": {
            "desertion.embedded_hazard": number("desertion.embedded_hazard", 0.06, 0.02, 0.2, "share", "D", None, "judged from Basra 2008 reports"),
            "clashes.contest_exponent": number("clashes.contest_exponent", 1.0, 0.5, 2.0, "index", "C"),
        },
        "hypotheses": [
            {"id": "backlash", "question": "Does harm to civilians bring recruits?", "options": [
                option("none", "No measurable effect.", weights[0], 0.01, 0.02, 0.04),
                option("strong", "It does, for weeks.", weights[1], 1.0, 1.5, 2.0),
            ]}
        ],
        "plans": [{"id": i, "title": t, "sentence": s, "orders": [], "source": None} for i, t, s in PLANS],
        "claims": [
            {"id": i, "number": k + 1, "text": t, "quotation": q, "paragraph": 2, "proposition": p,
             "happened": "Yes, for seven months." if k == 0 else "", "happened_when": "2007-10" if k == 0 else "",
             "happened_source": "Joint Intelligence Committee, 1 October 2007" if k == 0 else "", "where": None}
            for k, (i, t, q, p) in enumerate(CLAIMS[:claims])
        ],
        "sources": {"iraq-index": {"key": "iraq-index", "title": "Iraq Index", "author": "Brookings", "year": 2007, "url": "", "licence": ""}},
        "document": "Even as the British troops handed over the police command centre, a militia was reported to have taken control.",
        "card": "# Scope\n\nMade up for tests. **Nothing here is evidence.**\n\n- provinces and organisations only\n- no operational advice\n",
        "geojson": None, "patches": [], "as_of": "2007-09-03", "digest": "0" * 64,
        "samples": {"clashes.contest_exponent": [3.0, 3.5, 4.0]} if fitted else {},
        "fits": [FIT] if fitted else [],
    }  # fmt: skip


def write_run(folder: Path, *, plans: int = 5, futures: int = 300, kept: int = 40, weeks: int = 104, borders: bool = True,
              status: str = "complete", geojson: Path | None = None, chronicles: bool = True, trust: bool = True,
              claims: int = 4, seed: int = 7, fitted: bool = False) -> Path:  # fmt: skip
    """Write a run folder whose futures drift plausibly and differ by plan; `borders=False` gives a scenario without polygons."""
    rng = np.random.default_rng(seed)
    (folder / "scenario").mkdir(parents=True)
    resolved = scenario(weeks, borders and geojson is not None, claims, fitted)
    plan_list = [plan["id"] for plan in resolved["plans"][:plans]]
    _json(folder / "scenario" / "scenario.json", resolved)
    if borders and geojson is not None:
        (folder / "scenario" / "places.geojson").write_text(geojson.read_text(encoding="utf-8"), encoding="utf-8")
    draws = pd.DataFrame({"future": np.arange(futures), "strength[mehdi-army]": np.exp(rng.normal(11, 0.5, futures)),
                          "desertion.embedded_hazard": rng.beta(2, 20, futures), "clashes.contest_exponent": np.exp(rng.normal(0, 0.3, futures)),
                          "hypothesis:backlash": (rng.random(futures) >= (WEIGHTS if fitted else DECLARED)[0]).astype("float32")})  # fmt: skip
    strong = draws["hypothesis:backlash"] == 1
    draws["recruitment.backlash"] = np.where(strong, rng.uniform(1, 2, futures), rng.uniform(0.01, 0.04, futures)).astype("float32")
    if fitted:
        draws["clashes.contest_exponent"] = rng.choice([3.0, 3.5, 4.0], futures)
    draws.to_parquet(folder / "draws.parquet")
    _claims(rng, draws, plan_list, claims).to_parquet(folder / "claims.parquet")
    _end_states(rng, plan_list, futures, weeks).to_parquet(folder / "endstates.parquet")
    if kept:
        _ensemble(rng, plan_list, min(kept, futures), weeks).to_zarr(folder / "ensemble.zarr", consolidated=False)
    made = dict.fromkeys(("drawdown", "jax", "jaxlib", "numpy", "pyarrow", "zarr", "python", "machine", "backend"), "made up")
    manifest = {"format": FORMAT, "scenario": "made-up", "title": resolved["title"], "digest": "0" * 64, "model": "0" * 64, "patches": [], "held": {},
                "as_of": "2007-09-03", "origin": "2007-09-03", "weeks": weeks, "seed": seed, "futures": futures,
                "plans": [{"id": p["id"], "title": p["title"], "digest": "0" * 64} for p in resolved["plans"][:plans]], "batch": futures,
                "keep": "sample" if kept else "summaries", "created": "2026-01-02T03:04:05+00:00", "status": status, "versions": made}  # fmt: skip
    # What the report does not read, as far as a finished run must have it.
    for name in ("histograms.zarr/zarr.json", "summary.zarr/zarr.json", *(f"events.parquet/{plan}-000000.parquet" for plan in plan_list)):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(b"")
    _json(folder / RECORDED, recorded_of_2(Lying(folder)))
    seal(folder, manifest)
    if chronicles:
        _json(folder / "chronicles.json", sealed(_chronicles(plan_list, weeks)))
    if trust:
        _json(folder / "trust.json", trust_example())
    return folder


@dataclass(frozen=True)
class Lying:
    """The JSON documents of a folder as they lie there."""

    folder: Path

    @property
    def names(self) -> frozenset[str]:
        return frozenset(p.relative_to(self.folder).as_posix() for p in self.folder.rglob("*") if p.is_file())

    def read(self, name: str) -> Any:
        return json.loads((self.folder / name).read_text(encoding="utf-8"))


def seal(folder: Path, manifest: dict[str, Any] | None = None) -> None:
    """Write the manifest of a run folder with the sums of the files as they are now: for tests that change one."""
    found = manifest or json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    told = ("manifest.json", "report.html", "chronicles.json", "trust.json", "ablation.parquet", "history.csv", "drawdown.lock")
    files = [p for p in folder.rglob("*") if p.is_file() and p.name not in told]
    write_manifest(folder, found, {p.relative_to(folder).as_posix(): stamp_of(p) for p in files})


def _json(path: Path, data: Any) -> None:
    path.write_text(json.dumps(data, indent=1), encoding="utf-8")


def _claims(rng: np.random.Generator, draws: pd.DataFrame, plans: list[str], count: int) -> pd.DataFrame:
    rows = []
    pull = np.log(draws["strength[mehdi-army]"].to_numpy()) - 11 + 3 * (draws["desertion.embedded_hazard"].to_numpy() - 0.09) * 5
    for k, (claim, _, _, proposition) in enumerate(CLAIMS[:count]):
        shared = rng.normal(size=len(draws))
        compared = proposition.get("between")
        for j, plan in enumerate([" minus ".join(compared)] if compared else plans):
            if compared and not set(compared) <= set(plans):
                continue
            margin = pull * (k == 0) + shared + 0.4 * j - 0.3 * k + draws["hypothesis:backlash"].to_numpy() * 0.8
            value = (margin > 0).astype(float)
            value[:2] = np.nan
            rows.append(
                pd.DataFrame(
                    {"plan": plan, "future": draws["future"], "claim": claim, "value": value, "margin": margin, "status_quo": np.nan}
                )
            )
    return pd.concat(rows, ignore_index=True)


def _end_states(rng: np.random.Generator, plans: list[str], futures: int, weeks: int) -> pd.DataFrame:
    """Every future's end state at the end of every year, drifting."""
    rows = []
    for j, plan in enumerate(plans):
        level = rng.normal(0, 1, futures)
        for year, week in enumerate(range(51, weeks, 52), start=1):
            level = level + rng.normal(0.1 * j, 0.5, futures)
            forms = np.array(["unitary", "autonomy", "federal region", "secession"])[np.digitize(level, [-1, 0, 2])]
            self_rule = np.where(forms == "unitary", "none", np.where(level > 1, "sunni, kurd", "kurd"))
            leader = np.array(["army", "mehdi-army", "badr"])[rng.integers(0, 3, futures)]
            rules = np.array(["stands", "shares power", "divided rule", "fallen"])[np.digitize(level, [-0.5, 0, 1])]
            rows.append(
                pd.DataFrame({"plan": plan, "future": np.arange(futures), "week": week, "year": year, "form": forms, "self_rule": self_rule,
                              "leader": leader, "government": rules, "ruler": pd.Series(leader).where(rules == "fallen", None),
                              "war": np.where(level > 0.4, "war", np.where(level > 0, "low war", "no war")),
                              "foreign": np.where(level < 0.6, np.where(level < -1, "back", "there"), "gone"), "label": forms, "code": 0})
            )  # fmt: skip
    if not rows:
        return pd.DataFrame({"plan": [], "year": []})
    table = pd.concat(rows, ignore_index=True)
    table.loc[table["future"] == 0, "form"] = None  # a future that ended early
    return table


def _walk(rng: np.random.Generator, shape: tuple[int, ...], weeks: int, start: np.ndarray, step: float) -> np.ndarray:
    """Drift on the logit scale: [*shape, week]."""
    steps = rng.normal(0, step, (*shape, weeks)).cumsum(axis=-1)
    drifted: np.ndarray = steps + start[..., None]
    return drifted


def _ensemble(rng: np.random.Generator, plans: list[str], kept: int, weeks: int) -> xr.Dataset:
    places, actors = [p[0] for p in PLACES], [a[0] for a in ACTORS]
    communities = [c[0] for c in COMMUNITIES]
    n_plan, n_place, n_actor = len(plans), len(places), len(actors)
    home = np.full((n_place, n_actor), -1.5)
    for place, actor, strength in (("anbar", "al-qaeda", 1.5), ("anbar", "awakening", 1.6), ("basra-city", "mehdi-army", 2.5), ("sadr-city", "mehdi-army", 4),
                                   ("najaf", "badr", 2.5), ("karbala", "badr", 2.2), ("erbil", "peshmerga", 5), ("dahuk", "peshmerga", 5),
                                   ("sulaymaniyah", "peshmerga", 5), ("diyala", "al-qaeda", 1.4), ("ninewa", "al-qaeda", 1.0), ("basra", "police", 1.6)):  # fmt: skip
        home[places.index(place), actors.index(actor)] = strength
    home[:, 0] += 1.5
    effect = rng.normal(0, 0.01, (n_plan, 1, n_place, n_actor, 1)) * np.arange(weeks)
    logits = _walk(rng, (1, kept, n_place, n_actor), weeks, home[None, None], 0.12) + effect
    weights = np.exp(np.clip(logits, -8, 8))
    nobody = np.exp(np.clip(_walk(rng, (1, kept, n_place), weeks, np.full((1, 1, n_place), 0.6), 0.15), -8, 8)) + np.zeros(
        (n_plan, 1, 1, 1)
    )
    total = weights.sum(axis=3) + nobody
    control, void = weights / total[:, :, :, None], nobody / total
    people = np.linspace(0.4, 4, n_place)[None, None, :, None] * 1e6 * np.ones((n_plan, kept, 1, weeks))
    contest = 1 - (control**2).sum(axis=3)
    deaths = rng.poisson(np.clip(contest * 14, 0, None)).astype(float)
    shape_home = (1, kept, 2)
    week = np.datetime64("2007-09-03") + 7 * np.arange(weeks).astype("timedelta64[D]")

    def axes(array: np.ndarray, *dims: str) -> tuple[tuple[str, ...], np.ndarray]:
        moved = np.moveaxis(np.broadcast_to(array, (n_plan, kept, *array.shape[2:])), -1, 2)
        return ("plan", "future", "week", *dims), moved.astype("float32")

    one_sided = deaths * 0.5
    data = {
        "control": axes(control, "place", "actor"),
        "void": axes(void, "place"),
        "force": axes(control * people[:, :, :, None, :] * 0.004, "place", "actor"),
        "residents": axes(people[:, :, :, None, :] * np.array([0.55, 0.25, 0.15, 0.05])[None, None, None, :, None], "place", "community"),
        "standing": axes(np.tanh(_walk(rng, (n_plan, kept, 4, n_actor), weeks, rng.normal(0, 0.6, (1, 1, 4, n_actor)), 0.05)), "community", "actor"),
        "deaths": axes(np.stack([deaths * 0.3, deaths * 0.2, one_sided], axis=3), "place", "violence"),
        "civilian_deaths": axes(deaths * 0.7, "place"),
        "attacks": axes(deaths * 3, "place"),
        "massacre": axes(one_sided * rng.integers(0, 4, one_sided.shape), "place"),
        "home_support": axes(1 / (1 + np.exp(-_walk(rng, shape_home, weeks, np.full((1, 1, 2), -0.4), 0.05))), "home"),
        "posture": axes(np.tanh(_walk(rng, shape_home, weeks, np.zeros((1, 1, 2)), 0.05)), "home"),
        "capability": axes(1 / (1 + np.exp(-_walk(rng, (n_plan, kept), weeks, np.full((1, 1), -0.6), 0.06)))),
        "autonomy": axes(1 / (1 + np.exp(-_walk(rng, (n_plan, kept, 4), weeks, np.array([[[-3, -1.4, 0.8, -3]]]), 0.08))), "community"),
        "lead": axes(np.exp(_walk(rng, (n_plan, kept, 4, n_actor), weeks, home.mean(axis=0)[None, None, None] * np.ones((1, 1, 4, 1)), 0.1)), "community", "actor"),
    }  # fmt: skip
    members = {"plan": plans, "place": places, "actor": actors, "community": communities,
               "home": ["washington", "london"], "violence": ["state-based", "non-state", "one-sided"]}  # fmt: skip
    coords = {
        "future": np.arange(kept),
        "week": week,
        **{dim: np.array(names, dtype=np.dtypes.StringDType()) for dim, names in members.items()},
    }
    return xr.Dataset(data, coords=coords)


def _chronicles(plans: list[str], weeks: int) -> dict[str, Any]:
    """A cache as `drawdown.report.chronicles` leaves it in a run folder."""
    told = []
    for plan in plans:
        other = next((p for p in plans if p != plan), None)
        for k in range(3):
            same = [
                ["2007-09-03", "250 British soldiers leave Basra city for the airport."],
                ["2007-10-01", f"12 people are killed in Karbala ({k})."],
            ]
            here = [*same, ["2008-01-07", f"The police leave their posts in Basra city under {plan}."]]
            there = [*same, ["2008-01-14", "The Mehdi Army ends its truce."]]
            told.append({"plan": plan, "future": 3 * k + 1, "share": [0.5, 0.3, 0.2][k], "title": "unitary state, war goes on",
                         "sentences": here, "other_plan": other, "other_sentences": there if other else [], "parts_at": "2008-01-07" if other else None})  # fmt: skip
    return {"format": 6, "digest": "0" * 64, "chronicles": told}


def trust_example() -> dict[str, Any]:
    """A `trust.json` with every part that the page can show."""
    return {
        "note": "Scores of a backtest on a made-up history.",
        "scores": [
            {"lead": "1 month", "model": 0.41, "baseline": "last value", "baseline_score": 0.40, "verdict": "level", "ratio": 1.02, "error": 0.03},
            {"lead": "12 months", "model": 0.62, "baseline": "conflictology", "baseline_score": 0.80, "verdict": "ahead", "ratio": 0.78, "error": 0.05},
        ],
        "score_name": "CRPS of log(1 + deaths)",
        "reliability": [{"forecast": 0.1, "observed": 0.15, "count": 40}, {"forecast": 0.5, "observed": 0.4, "count": 30}, {"forecast": 0.9, "observed": 0.8, "count": 25}],
        "wrong": ["Too little variance between governorates.", "Truces end too abruptly."],
    }  # fmt: skip
