"""Six futures per plan that span the ensemble, told in sentences beside the same future under another plan.

Choosing needs only the kept futures; telling replays each chosen future with the engine from the scenario in the run folder, once: what was
told is kept in `chronicles.json` there.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from drawdown.report.run import Array, RunView
from drawdown.report.words import number
from drawdown.runs.format import CHRONICLES
from drawdown.runs.sums import seal_holds, sealed
from drawdown.scenario.resolved import decode
from drawdown.vocabulary.who_rules import FALLEN, GOVERNMENTS, NOBODY, STANDS, UNTOLD

if TYPE_CHECKING:
    from drawdown.chronicle import Chronicle
    from drawdown.engine import Engine

FORMAT = 6
ORDER = "order"  # kind of the sentences in which a chronicle tells what a plan orders
MEDOIDS = 6
MOST_A_MONTH = 4  # sentences; a chronicle of five years is to be read in a few minutes
FEATURES = ("deaths", "control", "autonomy", "lead", "force", "home_support", "capability")


Sentence = tuple[str, ...]  # date, text and, of an order or of what a month sums up, "order" or "month"


@dataclass(frozen=True, slots=True)
class ToldFuture:
    """One future told beside the same future under another plan: it stands for a `share` of the plan's futures; where they part, if so."""

    plan: str
    future: int
    share: float
    title: str
    sentences: tuple[Sentence, ...]
    other_plan: str | None
    other_sentences: tuple[Sentence, ...]
    parts_at: str | None


@dataclass(frozen=True, slots=True)
class Told:
    """The futures told, or why there are none."""

    chronicles: tuple[ToldFuture, ...] = ()
    why: str = ""


def chronicles(run: RunView, tell: bool = True) -> Told:
    """What was told: from the run folder's cache or, with `tell`, now."""
    path = run.folder / CHRONICLES
    if (kept := _kept(path, run)) is not None:
        return kept
    if run.kept is None or not run.complete:
        return Told(why="Chronicles are told when the run is finished and has kept full futures.")
    if not tell:
        return Told(why="No chronicle has been told yet; drawdown report tells them, which takes a minute.")
    if run.of_another_model:
        return Told(why="This run was made by another version of the model, so its futures cannot be replayed and told here.")
    told = Told(tuple(_tell(run)))
    with contextlib.suppress(OSError):  # a read-only run folder: the page is made all the same, and told again next time
        data = sealed({"format": FORMAT, "digest": run.manifest.get("digest"), "chronicles": [asdict(one) for one in told.chronicles]})
        path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    return told


def _kept(path: Path, run: RunView) -> Told | None:
    """The cache; None where there is none, or one that was cut off or is no longer what was told: that is told again."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if not (seal_holds(data) and data["format"] == FORMAT and data["digest"] == run.manifest.get("digest")):
            return None
        return Told(tuple(decode(ToldFuture, one, CHRONICLES) for one in data["chronicles"]))
    except (OSError, ValueError, RecursionError, TypeError, KeyError, OverflowError):
        return None


def medoids(points: Array, count: int = MEDOIDS) -> tuple[list[int], Array]:
    """Rows of `points` that stand for clusters, largest first, and each cluster's share: k-medoids by greedy building, then swapping.

    Kaufman and Rousseeuw (1990), partitioning around medoids; deterministic.
    """
    distance = np.sqrt(np.maximum(((points[:, None, :] - points[None, :, :]) ** 2).sum(axis=2), 0.0))
    count = min(count, len(points))
    chosen: list[int] = [int(distance.sum(axis=1).argmin())]
    while len(chosen) < count:
        nearest = distance[:, chosen].min(axis=1)
        gain = np.maximum(nearest[:, None] - distance, 0.0).sum(axis=0)
        gain[chosen] = -1.0
        chosen.append(int(gain.argmax()))
    for _ in range(20):
        belongs = distance[:, chosen].argmin(axis=1)
        better = [
            int(np.flatnonzero(belongs == k)[distance[np.ix_(belongs == k, belongs == k)].sum(axis=0).argmin()])
            if (belongs == k).any()
            else chosen[k]
            for k in range(count)
        ]
        if better == chosen:
            break
        chosen = better
    belongs = distance[:, chosen].argmin(axis=1)
    shares = np.bincount(belongs, minlength=count) / len(points)
    order = np.argsort(-shares, kind="stable")
    return [chosen[i] for i in order], shares[order]


def features(run: RunView, plan: str) -> Array:
    """What makes futures alike: yearly means of the main series, each standardised over futures, each quantity with equal weight."""
    columns = []
    for name in FEATURES:
        if not run.has(name):
            continue
        data = run.series(name, plan)
        counted = {"deaths": "violence", "force": "place"}.get(name)
        values = np.asarray((data.sum(counted) if counted else data).values, dtype=np.float64)
        values = np.nan_to_num(np.log1p(values) if counted else values)
        years = max(1, data.sizes["week"] // 52)
        chunks = np.array_split(values, years, axis=1)
        flat = np.concatenate([chunk.mean(axis=1).reshape(len(chunk), -1) for chunk in chunks], axis=1)
        spread = flat.std(axis=0)
        flat = (flat[:, spread > 1e-9] - flat[:, spread > 1e-9].mean(axis=0)) / spread[spread > 1e-9]
        if flat.shape[1]:
            columns.append(flat / np.sqrt(flat.shape[1]))
    return np.concatenate(columns, axis=1) if columns else np.zeros((run.kept_futures, 1))


def _tell(run: RunView) -> list[ToldFuture]:
    from drawdown.engine import Engine

    assert run.kept is not None
    ids = [int(f) for f in run.kept["future"].values]
    plans = [p.id for p in run.plans]
    chosen: list[tuple[str, str | None, int, float]] = []
    for index, plan in enumerate(plans):
        rows, shares = medoids(features(run, plan))
        other = None if len(plans) == 1 else plans[0] if index else plans[1]
        chosen += [(plan, other, ids[row], float(share)) for row, share in zip(rows, shares, strict=True)]
    wanted = {plan: sorted({f for p, o, f, _ in chosen if plan in (p, o)}) for plan in plans}
    engine = Engine(run.scenario, weeks=int(run.manifest.get("weeks", len(run.dates))))
    told = {
        (plan, future): one
        for plan, futures in wanted.items()
        for future, one in _replayed(engine, plan, int(run.manifest["seed"]), futures)
    }
    ends, killed = _end_words(run), _killed(run)
    out = []
    for plan, other, future, share in chosen:
        here, there = told[plan, future], told.get((other, future)) if other else None
        mine, theirs = sentences(here), sentences(there) if there else ()
        title = ", ".join(w for w in (ends.get((plan, future)), killed.get((plan, future))) if w)
        parted = parts_at(mine, theirs) if there else None
        out.append(ToldFuture(plan, future, round(share, 4), title, mine, other, theirs, parted))
    return out


def _replayed(engine: Engine, plan: str, seed: int, futures: list[int]) -> list[tuple[int, Chronicle]]:
    """Tell several futures from one pass: a tile of 64 costs what one future costs, and a future is the same in any tile."""
    from drawdown.chronicle import narrate
    from drawdown.engine import Replay
    from drawdown.vocabulary.tile import TILE

    out = []
    for first in range(0, len(futures), TILE):
        ids = np.asarray(futures[first : first + TILE], np.uint32)
        state, inputs, program = engine._start(engine.plan(plan), seed, ids)
        record = program.blank()
        weeks = {name: np.empty((engine.weeks, len(ids), *value.shape[:-1]), value.dtype) for name, value in state.items()}
        for week in range(engine.weeks):
            state, record = program.advance(state, record, inputs, week, week + 1)
            for name, value in state.items():
                weeks[name][week] = np.moveaxis(np.asarray(value)[..., : len(ids)], -1, 0)
        for column, future in enumerate(futures[first : first + TILE]):
            states = {name: kept[:, column] for name, kept in weeks.items()}
            replay = Replay(plan, future, states, int(states["status"][-1]), int(states["ended"][-1]))
            out.append((future, narrate(engine, replay, plan)))
    return out


def sentences(chronicle: Chronicle) -> tuple[Sentence, ...]:
    """Sentences in order: of each month the weightiest few, then its deaths."""
    out: list[Sentence] = []
    for month in chronicle.months:
        orders = [e for e in month.entries if e.kind == ORDER]
        kept = orders + sorted((e for e in month.entries if e.kind != ORDER), key=lambda e: -e.weight)[:MOST_A_MONTH]
        out += [(e.when.isoformat(), e.text, *((ORDER,) if e.kind == ORDER else ())) for e in sorted(kept, key=lambda e: e.when)]
        out.append((month.first.isoformat(), month.deaths if month.last is None else f"{month.title}: {month.deaths}", "month"))
    if chronicle.ended:
        out.append((out[-1][0] if out else "", chronicle.ended))
    return tuple(out)


def parts_at(first: Sequence[Sentence], second: Sequence[Sentence]) -> str | None:
    """Date of the first event that only one of them tells; the plans' own orders, and counts of the dead, are no events."""
    a, b = ({tuple(s) for s in telling if len(s) == 2} for telling in (first, second))
    apart = [s[0] for s in a ^ b]
    return min(apart) if apart else None


def _killed(run: RunView) -> dict[tuple[str, int], str]:
    """Deaths of each kept future in all."""
    if not run.has("deaths"):
        return {}
    out: dict[tuple[str, int], str] = {}
    for plan in run.plans:
        totals = run.series("deaths", plan.id).sum(["week", "place", "violence"])
        out |= {
            (plan.id, int(f)): f"{number(float(v))} recorded deaths" for f, v in zip(totals["future"].values, totals.values, strict=True)
        }
    return out


def _end_words(run: RunView) -> dict[tuple[str, int], str]:
    """How each future ended, in a few words."""
    table = run.end_states
    if not len(table):
        return {}
    last = table[table["year"] == table["year"].max()]
    out = {}
    for row in last.to_dict("records"):
        if row["form"] is None or row["form"] != row["form"]:
            continue
        led = NOBODY if row["leader"] == NOBODY else run.political_names.get(str(row["leader"]), str(row["leader"]))
        fallen_to = run.political_names.get(str(row["ruler"]), str(row["ruler"]))
        rule = {GOVERNMENTS[FALLEN]: f"the government fallen to {fallen_to}", GOVERNMENTS[STANDS]: "the government stands", UNTOLD: ""}
        rules = rule.get(str(row["government"]), str(row["government"]))
        ends = (str(row["form"]).capitalize(), f"led by {led}", rules, str(row["war"]))
        out[str(row["plan"]), int(row["future"])] = ", ".join(words for words in ends if words)
    return out
