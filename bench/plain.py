"""The reduced model in plain NumPy: futures on the last axis, one array operation for all of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bench import equations as e
from bench.country import Country

Array = NDArray[np.float64]
BATCH = 64


def ruled(force: Array) -> Array:
    """Share of residents that forces would rule in the long run."""
    powered: Array = force**e.DECISIVE
    share: Array = powered / (powered.sum(axis=1, keepdims=True) + e.VOID)
    return share


def batch(made: Country, weeks: int, futures: int, rng: np.random.Generator) -> dict[str, NDArray[np.float32]]:
    """Series [week, ..., future] of some futures."""
    force = np.repeat(made.force[:, :, None], futures, axis=2)
    control = ruled(force)
    first, second = made.dyads.T
    sides = np.eye(made.actors)[first] + np.eye(made.actors)[second]
    hostility, population = made.hostility[:, None], made.population[:, None, None]
    out = {
        "force": np.zeros((weeks, made.places, made.actors, futures), np.float32),
        "control": np.zeros((weeks, made.places, made.actors, futures), np.float32),
        "clashes_fought": np.zeros((weeks, made.places, futures), np.float32),
    }
    for week in range(weeks):
        fought = rng.poisson(e.CLASHES * hostility * np.sqrt(force[:, first] * force[:, second]) / 1000.0)
        killed = e.LETHALITY * np.einsum("pdf,da->paf", fought, sides, optimize=True)
        left = rng.poisson(force * (e.LEAVE + e.LEAVE_UNRULED * (1.0 - control)))
        after = np.maximum(force + e.RECRUITS * population * control - killed - left, 0.0)
        control = control + e.INERTIA * (ruled(force) - control)
        force = after
        out["force"][week], out["control"][week], out["clashes_fought"][week] = force, control, fought.sum(axis=1)
    return out


def run(made: Country, weeks: int, futures: int, seed: int) -> dict[str, NDArray[np.float32]]:
    """All futures, in batches that stay in the cache."""
    rng = np.random.default_rng(seed)
    parts = [batch(made, weeks, min(BATCH, futures - start), rng) for start in range(0, futures, BATCH)]
    return {name: np.concatenate([part[name] for part in parts], axis=-1) for name in parts[0]}
