"""A made-up country of any size, so that speed can be measured against size. Its numbers mean nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from drawdown.scenario.model import Scenario


@dataclass(frozen=True)
class Country:
    """Initial values of the reduced model: population [place], force [place, actor], pairs that fight [dyad, 2] and how readily [dyad]."""

    population: NDArray[np.float64]
    force: NDArray[np.float64]
    dyads: NDArray[np.intp]
    hostility: NDArray[np.float64]

    @property
    def places(self) -> int:
        return len(self.population)

    @property
    def actors(self) -> int:
        return int(self.force.shape[1])


def country(places: int, actors: int) -> Country:
    """`places` places and `actors` armed actors of very different strength; each fights the next two."""
    place, actor = np.arange(places), np.arange(actors)
    population = 2e5 * (1 + (7 * place) % 11)
    strength = 3000.0 * (1 + (5 * actor) % 7)
    weight = 1.0 + (3 * place[:, None] + 2 * actor[None, :]) % 5
    force = strength * weight / weight.sum(axis=0)
    dyads = np.array(sorted({(min(a, b), max(a, b)) for a in actor for b in ((a + 1) % actors, (a + 2) % actors) if a != b}), np.intp)
    return Country(population.astype(float), force, dyads, 0.3 + 0.7 * (np.arange(len(dyads)) % 4) / 3)


def as_scenario(made: Country, weeks: int) -> Scenario:
    """The same country as a scenario, for the engine."""
    from drawdown.scenario.model import Actor, Community, Distribution, Number, Place, Scenario

    def numbers(name: str, unit: str, cells: Mapping[tuple[str, ...], float]) -> dict[tuple[str, ...], Number]:
        note = "made up to measure speed"
        return {c: Number(f"{name}[{','.join(c)}]", Distribution("fixed", float(v)), unit, None, "", "D", note) for c, v in cells.items()}

    places = tuple(f"place-{p}" for p in range(made.places))
    actors = tuple(f"actor-{a}" for a in range(made.actors))
    dyads = tuple((actors[a], actors[b]) for a, b in made.dyads)
    strength = made.force.sum(axis=0)
    deployment: dict[tuple[str, ...], float] = {
        (p, a): made.force[i, j] / strength[j] for i, p in enumerate(places) for j, a in enumerate(actors)
    }
    tables = {
        "population": numbers("population", "persons", {(p,): made.population[i] for i, p in enumerate(places)}),
        "strength": numbers("strength", "persons", {(a,): strength[j] for j, a in enumerate(actors)}),
        "deployment": numbers("deployment", "share", deployment),
        "hostility": numbers("hostility", "index", {(f"{a}--{b}",): made.hostility[d] for d, (a, b) in enumerate(dyads)}),
    }
    return Scenario(
        id="benchmark",
        title="A made-up country",
        origin=date(2000, 1, 3),
        weeks=weeks,
        question="how fast?",
        places=tuple(Place(p, p, p, None, 0.0, 0.0) for p in places),
        communities=(Community("all", "everyone"),),
        actors=tuple(Actor(a, a, "militia") for a in actors),
        outsiders=(),
        dyads=dyads,
        tables=tables,
        parameters={},
        hypotheses=(),
        plans=(),
        claims=(),
        sources={},
    )
