"""A small engine that keeps the contract of `drawdown.engine.Engine` without compiling anything: for tests of what stands on top of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from drawdown.engine import Batch
from drawdown.incidents import Incidents
from drawdown.scenario.model import (
    Actor,
    Claim,
    Community,
    Distribution,
    Hypothesis,
    Number,
    Option,
    Order,
    Outsider,
    Place,
    Plan,
    Scenario,
    Trigger,
)
from drawdown.state import Variable

ORIGIN = date(2007, 9, 3)
WEEKS = 110
INF = float("inf")


def number(name: str, best: float, unit: str = "share") -> Number:
    return Number(name, Distribution("fixed", best), unit, None, "", "D", note="made up for a test")


def plan(name: str, *orders: Order) -> Plan:
    return Plan(name, f"The plan {name}", "A plan of a test.", orders)


def claims() -> tuple[Claim, ...]:
    truce = {"quantity": "truce", "actor": "militia", "above": 0}
    deaths = {"quantity": "deaths"}
    nodes: dict[str, dict[str, Any]] = {
        "truce-holds": {"always": truce, "to": "+10w"},
        "many-deaths": {"eventually": {"quantity": "deaths", "place": "north", "at_least": 25}, "for_weeks": 2},
        "fewer-deaths": {"change": deaths, "early": ["+0w", "+26w"], "late": ["+52w", "+78w"], "as": "ratio", "at_most": 0.9},
        "costly": {"between": ["stay", "leave"], "change_of": deaths, "above": 0},
        "no-matter": {"distance": "end_state", "between": ["stay", "leave"], "at": "2009-09-01", "at_most": 0.2},
    }
    return tuple(Claim(name, i + 1, f"Claim {name}", "a quotation", 1, node) for i, (name, node) in enumerate(nodes.items()))


def scenario() -> Scenario:
    leave = Order(
        "out", "move", "foreign", ("north",), Trigger(date=ORIGIN), level=number("plan:leave.out", 0, "persons"), sentence="All leave."
    )
    return Scenario(
        id="toyland",
        title="Toyland, 2007",
        origin=ORIGIN,
        weeks=WEEKS,
        question="Who rules?",
        places=(Place("north", "North", "Northern", None, 44.0, 36.0), Place("south", "South", "Southern", None, 47.0, 30.5)),
        communities=(Community("shia", "Shia"), Community("sunni", "Sunni")),
        actors=(
            Actor("foreign", "Foreign force", "foreign", home="capital", event_name="Government of Elsewhere"),
            Actor("army", "Army", "army", event_name="Government of Toyland"),
            Actor("militia", "Militia", "militia"),
        ),
        outsiders=(Outsider("capital", "Capital", "home"), Outsider("neighbour", "Neighbour", "sponsor")),
        dyads=(("foreign", "militia"), ("army", "militia")),
        tables={
            "population": {("north",): number("population[north]", 1e6, "persons"), ("south",): number("population[south]", 2e6, "persons")}
        },
        parameters={"clashes.rate": number("clashes.rate", 0.5)},
        hypotheses=(Hypothesis("why", "Why?", (Option("a", "So.", number("hypothesis:why.a", 1.0), ()),)),),
        plans=(plan("stay"), plan("leave", leave)),
        claims=claims(),
        sources={},
        country="Toyland",
        card="# Toyland\n",
        digest="0" * 64,
    )


QUANTITIES: tuple[Variable, ...] = (
    Variable("control", ("place", "actor"), "share", "stock", "share of residents under the actor's rule", 0, 1, record=True),
    Variable("force", ("place", "actor"), "persons", "stock", "persons under arms", 0, INF, record=True),
    Variable("residents", ("place", "community"), "persons", "stock", "residents", 0, INF, record=True),
    Variable("deaths", ("place", "violence"), "deaths per week", "pressure", "deaths", 0, INF, record=True),
    Variable("truce", ("actor",), "weeks", "choice", "weeks left", 0, INF, record=True),
    Variable("autonomy", ("community",), "index", "stock", "self-rule", 0, 1, record=True),
    Variable("lead", ("community", "actor"), "index", "stock", "weight in the leadership", 0, 1, record=True),
    Variable("capability", (), "index", "stock", "capability", 0, 1, record=True),
)


@dataclass
class FakeEngine:
    """Random walks keyed by seed and future; the plan only scales deaths and force. Each future depends on nothing else."""

    scenario: Scenario = field(default_factory=scenario)
    weeks: int = WEEKS
    ends_early: Mapping[int, int] = field(default_factory=dict)  # future -> week at which it ends
    tiles: int = 0
    held: Mapping[str, float] = field(default_factory=dict)
    backend: str = "none"
    mechanisms: None = None

    @property
    def labels(self) -> Mapping[str, tuple[str, ...]]:
        return self.scenario.labels

    @property
    def quantities(self) -> Mapping[str, Variable]:
        return {v.name: v for v in QUANTITIES}

    @property
    def week_dates(self) -> NDArray[np.datetime64]:
        return np.datetime64(ORIGIN, "D") + 7 * np.arange(self.weeks)

    def draws(self, seed: int, futures: NDArray[np.integer[Any]]) -> Mapping[str, NDArray[Any]]:
        rate = np.array([self.stream(seed, int(f)).random() for f in futures], np.float32)
        return {"clashes.rate": rate, "hypothesis:why": np.zeros(len(futures), np.float32)}

    @staticmethod
    def stream(seed: int, future: int) -> np.random.Generator:
        return np.random.Generator(np.random.PCG64([seed, future]))

    def run(self, plan: str | Plan, seed: int, futures: NDArray[np.integer[Any]]) -> Batch:
        self.tiles += 1
        name = plan if isinstance(plan, str) else plan.id
        per_future = [self.one(name, seed, int(f)) for f in futures]
        series = {v.name: np.stack([p[v.name] for p in per_future], axis=-1).astype(np.float32) for v in QUANTITIES}
        ended = np.array([self.ends_early.get(int(f), self.weeks) for f in futures], np.int32)
        ids = np.asarray(futures, np.uint32)
        return Batch(name, ids, series, (ended < self.weeks).astype(np.uint8), ended, self.incidents(ids, series["deaths"]))

    def one(self, plan: str, seed: int, future: int) -> dict[str, NDArray[Any]]:
        stream = self.stream(seed, future)
        gone = plan == "leave"
        share = stream.random((2, 3))
        control = share / share.sum(axis=1, keepdims=True) * np.linspace(1, 0.5, self.weeks)[:, None, None]
        force = np.full((self.weeks, 2, 3), 5000.0) * stream.random((1, 2, 3))
        force[:, :, 0] *= 0.0 if gone else 1.0
        truce = np.maximum(20.0 - np.arange(self.weeks) - 15 * stream.random(), 0)
        return {
            "control": control,
            "force": force,
            "residents": np.broadcast_to(np.array([[6e5, 4e5], [1.5e6, 5e5]]), (self.weeks, 2, 2)),
            "deaths": stream.poisson(5.0 * (0.8 if gone else 1.0), (self.weeks, 2, 3)),
            "truce": np.stack([np.zeros(self.weeks), np.zeros(self.weeks), truce], axis=1),
            "autonomy": np.broadcast_to(stream.random(2), (self.weeks, 2)),
            "lead": np.broadcast_to(stream.random((2, 3)), (self.weeks, 2, 3)),
            "capability": np.full(self.weeks, stream.random()),
        }

    def incidents(self, ids: NDArray[np.uint32], deaths: NDArray[np.float32]) -> Incidents:
        """One row per cell with deaths, sorted by future, week and place."""
        future, week, place, violence = np.nonzero(np.moveaxis(deaths, -1, 0))
        dead = deaths[week, place, violence, future].astype(np.int16)
        zero = np.zeros(len(dead), np.int16)
        one_sided = violence == 2
        return Incidents(
            future=ids[future],
            week=week.astype(np.int16),
            place=place.astype(np.int16),
            side_a=np.where(violence == 0, 1, 2).astype(np.int16),
            side_b=np.where(one_sided, -1, np.where(violence == 0, 2, 1)).astype(np.int16),
            violence=(violence + 1).astype(np.int8),
            kind=np.where(one_sided, 1, 0).astype(np.int8),
            incidents=zero + 1,
            deaths_a=zero,
            deaths_b=np.where(one_sided, 0, dead).astype(np.int16),
            deaths_civilians=np.where(one_sided, dead, 0).astype(np.int16),
        )
