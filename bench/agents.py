"""The reduced model in Mesa: a garrison is an actor's force in a place, a front is a pair of garrisons that may fight."""

from __future__ import annotations

import math

import mesa
import numpy as np
from numpy.typing import NDArray

from bench import equations as e
from bench.country import Country


class Garrison(mesa.Agent):  # type: ignore[misc]  # Mesa ships no types
    """One actor's force in one place, and the share of residents that it rules."""

    def __init__(self, model: Land, place: int, force: float) -> None:
        super().__init__(model)
        self.place, self.force, self.control = place, force, 0.0
        self.killed = self.left = self.target = 0.0

    def look(self) -> None:
        """What the garrison would rule in the long run, before anything of this week has happened."""
        self.target = self.force**e.DECISIVE / (self.model.weight_of(self.place) + e.VOID)
        self.killed = 0.0

    def desert(self) -> None:
        self.left = float(self.model.rng.poisson(self.force * (e.LEAVE + e.LEAVE_UNRULED * (1.0 - self.control))))

    def settle(self) -> None:
        recruits = e.RECRUITS * self.model.population[self.place] * self.control
        self.force = max(self.force + recruits - self.killed - self.left, 0.0)
        self.control += e.INERTIA * (self.target - self.control)


class Front(mesa.Agent):  # type: ignore[misc]  # Mesa ships no types
    """Two garrisons of one place."""

    def __init__(self, model: Land, one: Garrison, other: Garrison, hostility: float) -> None:
        super().__init__(model)
        self.one, self.other, self.hostility = one, other, hostility
        self.fought = 0

    def fight(self) -> None:
        mean = e.CLASHES * self.hostility * math.sqrt(self.one.force * self.other.force) / 1000.0
        self.fought = int(self.model.rng.poisson(mean))
        self.one.killed += e.LETHALITY * self.fought
        self.other.killed += e.LETHALITY * self.fought


class Land(mesa.Model):  # type: ignore[misc]  # Mesa ships no types
    """One future."""

    def __init__(self, made: Country, seed: int) -> None:
        super().__init__(seed=seed)
        self.population = made.population.tolist()
        self.grid = [[Garrison(self, p, float(made.force[p, a])) for a in range(made.actors)] for p in range(made.places)]
        self.fronts = [
            [Front(self, row[a], row[b], float(h)) for (a, b), h in zip(made.dyads, made.hostility, strict=True)] for row in self.grid
        ]
        self.weights = [0.0] * made.places
        self._weigh()
        for garrison in self.agents_by_type[Garrison]:
            garrison.look()
            garrison.control = garrison.target

    def _weigh(self) -> None:
        self.weights = [sum(g.force**e.DECISIVE for g in row) for row in self.grid]

    def weight_of(self, place: int) -> float:
        """Joint weight of all forces in the place."""
        return self.weights[place]

    def step(self) -> None:
        """One week; look, fight and desert see the state before it."""
        self._weigh()
        garrisons = self.agents_by_type[Garrison]
        garrisons.do("look")
        self.agents_by_type[Front].do("fight")
        garrisons.do("desert")
        garrisons.do("settle")


def run(made: Country, weeks: int, futures: int, seed: int) -> dict[str, NDArray[np.float32]]:
    """Series [week, ..., future]; one model a future."""
    out = {
        "force": np.zeros((weeks, made.places, made.actors, futures), np.float32),
        "control": np.zeros((weeks, made.places, made.actors, futures), np.float32),
        "clashes_fought": np.zeros((weeks, made.places, futures), np.float32),
    }
    for future in range(futures):
        land = Land(made, seed + future)
        for week in range(weeks):
            land.step()
            out["force"][week, :, :, future] = [[g.force for g in row] for row in land.grid]
            out["control"][week, :, :, future] = [[g.control for g in row] for row in land.grid]
            out["clashes_fought"][week, :, future] = [sum(f.fought for f in row) for row in land.fronts]
    return out
